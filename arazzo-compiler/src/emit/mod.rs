//! Tokens that read as an expert would write them by hand.

mod body;
mod call;
mod constraint;
mod criterion;
mod doc;
mod durable;
mod items;
mod request;
mod shape;
mod step;
mod value;

use crate::flow::{End, Flow};
use crate::names::{self, ident};
use crate::needed::Needed;
use crate::resolve::{Prerequisite, Program, Reference, Root, Segment, Workflow};
use crate::secrets::Secrets;
use crate::shown::Hidden;
use crate::types::{Item, OutputType, Struct, Type};
use arazzo_expression::schema::Schema;
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};
use shape::Bodies;

/// All that is known of a workflow when its code is written.
pub struct Plan<'p, 'a> {
    /// The path of the facade crate.
    pub facade: &'p TokenStream,
    /// The Rust names of all workflows.
    pub names: &'p [Option<String>],
    /// The place of the workflow in the program.
    pub place: usize,
    /// All workflows.
    pub program: &'p Program<'a>,
    /// The workflow.
    pub workflow: &'p Workflow<'a>,
    /// Its control flow.
    pub flow: &'p Flow,
    /// What is hidden.
    pub secrets: &'p Secrets,
    /// The inputs.
    pub inputs: &'p Struct,
    /// What is hidden of each workflow.
    pub hidden: &'p [Hidden],
    /// What the inputs must be beyond their types.
    pub constraints: Option<&'p Schema>,
    /// The types that inputs and outputs need.
    pub items: &'p [Item],
    /// The outputs: name, Rust name, type.
    pub outputs: &'p [(String, String, OutputType)],
    /// The ends.
    pub exits: &'p [Exit],
    /// What the bodies of its steps need.
    pub needed: &'p [Vec<Needed>],
    /// What other workflows need of it.
    pub uses: Uses,
    /// Of which workflows others read inputs or outputs.
    pub read: &'p [bool],
    /// The steps that steps of other workflows wait for: the places of the workflow and the step.
    pub awaited: &'p [(usize, usize)],
}

/// A way in which a workflow can end.
#[derive(Debug)]
pub struct Exit {
    /// Where in the flow.
    pub end: End,
    /// Its variant of `End`.
    pub variant: String,
    /// The workflow as which the run goes on.
    pub to: Option<usize>,
}

/// What other workflows need of one.
#[derive(Debug, Clone, Copy, Default)]
pub struct Uses {
    /// Whether one runs it and comes back.
    pub is_called: bool,
    /// Whether one goes on as it.
    pub is_target: bool,
    /// Whether expressions of others read its inputs or outputs.
    pub is_read: bool,
}

/// Where a reference is evaluated, which decides what is at hand there.
#[derive(Debug, Clone, Copy, PartialEq)]
enum At {
    /// Before the request.
    Request,
    /// Behind the response of a step.
    Exchange(usize),
    /// In the outputs of the workflow.
    Outputs,
}

/// Workflows that mention each other. They stand in a module of their own: wherever the macro is called, in a function body
/// too, they find each other there.
pub fn group(plans: &[Plan<'_, '_>], stub: bool) -> TokenStream {
    let Some(first) = plans.first() else { return TokenStream::new() };
    // Nobody can name what nobody has asked for.
    if plans.iter().all(|plan| plan.place >= plan.program.asked) {
        return TokenStream::new();
    }
    let members = plans.iter().map(|plan| workflow(plan, stub));
    if plans.len() == 1 {
        return members.collect();
    }
    let facade = first.facade;
    let name = format_ident!("__arazzo_{}", first.name().trim_start_matches("r#"));
    let public = plans.iter().filter(|plan| plan.place < plan.program.asked).map(|plan| ident(plan.name()));
    quote! {
        #[doc(hidden)]
        pub mod #name {
            #[allow(unused_imports)]
            use #facade as __arazzo;

            #(#members)*
        }
        #[allow(unused_imports)]
        pub use #name::{#(#public),*};
    }
}

impl Plan<'_, '_> {
    /// The Rust name of the workflow.
    fn name(&self) -> &str {
        self.names[self.place].as_deref().unwrap_or_default()
    }
}

/// The module of a workflow, seen from that of another one.
fn module(plan: &Plan<'_, '_>, place: usize) -> TokenStream {
    let name = ident(plan.names[place].as_deref().unwrap_or("workflow"));
    if place == plan.place {
        quote! { self }
    } else {
        quote! { super::#name }
    }
}

/// The function and the module of a workflow. With `stub` the function has the right type and no body: the document has
/// errors, and the caller's code shall not give more.
fn workflow(plan: &Plan<'_, '_>, stub: bool) -> TokenStream {
    let emitter = Emitter::new(plan);
    let facade = plan.facade;
    let name = ident(plan.name());
    let doc = doc::attributes(&doc::function(plan));
    let inputs = items::inputs(plan);
    let outputs = items::outputs(plan);
    let end = items::end(plan);
    let types = plan.items.iter().map(|item| items::item(plan, item));
    let ready = constraint::ready(plan);
    let summary = doc::attributes(&[format!("The types of [`{name}()`].")]);
    let (body, machinery) = if stub {
        let body = quote! {
            let _ = (client, inputs);
            ::core::panic!("the Arazzo document of this workflow has errors")
        };
        (body, TokenStream::new())
    } else {
        (quote! { #name::run(client, inputs, ::core::option::Option::None).await }, emitter.machinery())
    };
    let is_asked = plan.place < plan.program.asked;
    let resume = is_asked.then(|| durable::resume(&quote! { __arazzo }, &plan.workflow.written.id.value, stub));
    quote! {
        #doc
        #[allow(dead_code)]
        pub async fn #name(
            client: &#facade::Client,
            inputs: #name::Inputs,
        ) -> ::core::result::Result<#facade::Run<#name::Outputs, #name::End>, #facade::Error> {
            #body
        }

        #summary
        #[allow(dead_code, unused_imports, clippy::derive_partial_eq_without_eq, clippy::pub_underscore_fields)]
        pub mod #name {
            use #facade as __arazzo;
            use __arazzo::__private as rt;

            #inputs
            #ready
            #outputs
            #end
            #(#types)*
            #resume
            #machinery
        }
    }
}

/// Writes the code of one workflow.
struct Emitter<'p, 'a> {
    plan: &'p Plan<'p, 'a>,
    /// A Rust name for each step.
    steps: Vec<String>,
    /// Which outputs of each step are read by something.
    kept: Vec<Vec<bool>>,
    /// Of which steps it matters whether they succeeded.
    verdicts: Vec<bool>,
    /// What is read of each step's response body.
    bodies: Vec<Bodies>,
}

impl<'p, 'a> Emitter<'p, 'a> {
    fn new(plan: &'p Plan<'p, 'a>) -> Self {
        let workflow = plan.workflow;
        let steps = step_names(workflow);
        let mut kept: Vec<Vec<bool>> = workflow.steps.iter().map(|step| vec![false; step.outputs.len()]).collect();
        let mut verdicts = vec![false; workflow.steps.len()];
        workflow.references(&mut |reference| {
            if let Root::Step { step, output } = reference.root {
                kept[step][output] = true;
            }
        });
        for (output, (.., output_type)) in workflow.outputs.iter().zip(plan.outputs) {
            if let Some(Root::Step { step, .. }) = output.value.as_ref().map(|reference| &reference.root) {
                verdicts[*step] |= !output_type.certain;
            }
        }
        for prerequisite in workflow.steps.iter().flat_map(|step| &step.prerequisites) {
            if let (Prerequisite::Step(step), _) = prerequisite {
                verdicts[*step] = true;
            }
        }
        let bodies = workflow.steps.iter().zip(&kept).map(|(step, kept)| Bodies::of(step, kept)).collect();
        Self { plan, steps, kept, verdicts, bodies }
    }

    /// Whether a step can run.
    fn runs(&self, step: usize) -> bool {
        self.plan.flow.runs(self.plan.workflow, step)
    }

    /// The field of a step in `Steps`.
    fn field(&self, step: usize) -> Ident {
        ident(&names::snake(&self.steps[step]).unwrap_or_else(|| self.steps[step].clone()))
    }

    /// The variant of a step in `Step`.
    fn variant(&self, step: usize) -> Ident {
        ident(&names::camel(&self.steps[step]).unwrap_or_else(|| format!("Step{step}")))
    }

    /// The constant of a step.
    fn constant(&self, step: usize) -> Ident {
        format_ident!("STEP_{}", self.steps[step].to_uppercase())
    }

    /// The constant of what is read of a step's response body.
    fn shape(&self, step: usize) -> Ident {
        format_ident!("BODY_{}", self.steps[step].to_uppercase())
    }

    /// The field of a step's output.
    fn output_field(&self, step: usize, output: usize) -> Ident {
        let outputs = &self.plan.workflow.steps[step].outputs;
        let name = |place: usize| names::snake(outputs[place].name);
        match name(output) {
            Some(own) if (0..outputs.len()).all(|other| other == output || name(other).as_ref() != Some(&own)) => {
                ident(&own)
            }
            // No name of the document ends like this.
            _ => format_ident!("output_{}_", output + 1),
        }
    }

    fn keeps_anything(&self, step: usize) -> bool {
        self.verdicts[step] || self.kept[step].iter().any(|kept| *kept)
    }

    /// The part of the module that runs the workflow.
    fn machinery(&self) -> TokenStream {
        let constants = self.constants();
        let state = self.state();
        let results = self.results();
        let run = self.run();
        let walk = self.walk();
        let entrances = self.entrances();
        quote! {
            #constants
            #state
            #results
            #run
            #walk
            #entrances
        }
    }

    /// `Step`, the place in the workflow, and `Steps`, what the steps have left behind.
    fn state(&self) -> TokenStream {
        let reached = (0..self.steps.len()).filter(|step| self.plan.flow.reaches(*step));
        let variants = reached.map(|step| self.variant(step));
        let running = (0..self.steps.len()).filter(|step| self.runs(*step));
        let keeping: Vec<usize> = running.filter(|step| self.keeps_anything(*step)).collect();
        let fields = keeping.iter().map(|step| {
            let (field, kind) = (self.field(*step), self.outputs_type(*step));
            quote! { #field: #kind }
        });
        let parts = self.parts();
        let entered: Vec<Ident> =
            (0..self.steps.len()).filter(|step| self.plan.flow.reaches(*step)).map(|step| self.variant(step)).collect();
        let count = Literal::usize_unsuffixed(entered.len());
        let structs = keeping.iter().map(|step| {
            let name = self.outputs_type(*step);
            let verdict = self.verdicts[*step].then(|| quote! { succeeded_: bool, });
            let outputs = (0..self.kept[*step].len()).filter(|output| self.kept[*step][*output]).map(|output| {
                let field = self.output_field(*step, output);
                quote! { #field: ::core::option::Option<__arazzo::Value> }
            });
            quote! {
                #[derive(::core::default::Default)]
                struct #name {
                    #verdict
                    #(#outputs,)*
                }
            }
        });
        quote! {
            #[derive(::core::clone::Clone, ::core::marker::Copy)]
            enum Step {
                #(#variants,)*
            }

            #[derive(::core::default::Default)]
            struct Steps {
                #(#fields,)*
            }

            #(#structs)*

            static STEPS: [Step; #count] = [#(Step::#entered),*];

            #parts
        }
    }

    fn outputs_type(&self, step: usize) -> Ident {
        format_ident!("Kept{}", self.variant(step))
    }

    /// What is done before the first step.
    fn prelude(&self) -> TokenStream {
        let secrets = items::secret_paths(self.plan).into_iter().map(|(field, path)| {
            let value = self.input(field, &[]);
            if path.is_empty() {
                quote! { run.secret(&#value); }
            } else {
                quote! { run.secrets_in(&#value, &[#(#path),*]); }
            }
        });
        let remember = self.plan.uses.is_read.then(|| quote! { run.remember_inputs(inputs); });
        quote! { #(#secrets)* #remember }
    }

    /// `typed`, the outputs, and `reached`, the same as they came.
    fn results(&self) -> TokenStream {
        let outputs = self.plan.outputs.iter().zip(&self.plan.workflow.outputs);
        let outputs =
            outputs.filter_map(|((name, field, kind), output)| Some((name, field, kind, output.value.as_ref()?)));
        let typed = outputs.clone().map(|(name, field, kind, reference)| {
            let (field, value) = (ident(field), self.reference(reference, At::Outputs));
            let (step, succeeded) = match &reference.root {
                Root::Step { step, .. } if self.runs(*step) => {
                    let id = &self.plan.workflow.steps[*step].written.id.value;
                    let step = self.field(*step);
                    (quote! { ::core::option::Option::Some(#id) }, quote! { steps.#step.succeeded_ })
                }
                _ => (quote! { ::core::option::Option::None }, quote! { true }),
            };
            if kind.certain {
                let from = self.origin(reference).unwrap_or_default();
                quote! { #field: rt::required(#name, #step, #from, #value)? }
            } else {
                quote! { #field: rt::optional(#name, #step, #value, #succeeded)? }
            }
        });
        let reached = outputs.clone().map(|(name, .., reference)| {
            let value = self.reference(reference, At::Outputs);
            quote! { (#name, #value) }
        });
        quote! {
            #[allow(unused_variables, clippy::unnecessary_wraps)]
            fn typed(
                run: &rt::Execution<'_>,
                inputs: &Inputs,
                steps: &Steps,
            ) -> ::core::result::Result<Outputs, rt::OutputError> {
                ::core::result::Result::Ok(Outputs { #(#typed,)* })
            }

            #[allow(unused_variables)]
            fn reached(
                run: &rt::Execution<'_>,
                inputs: &Inputs,
                steps: &Steps,
            ) -> rt::serde_json::Map<::std::string::String, __arazzo::Value> {
                rt::reached([#(#reached),*])
            }
        }
    }

    /// What of a response an output of the workflow is, as an expression.
    fn origin(&self, reference: &Reference) -> Option<String> {
        let Root::Step { step, output } = &reference.root else { return None };
        let from = self.plan.workflow.steps[*step].outputs[*output].value.as_ref()?;
        match &from.root {
            Root::ResponseHeader(name) => Some(format!("$response.header.{name}")),
            Root::ResponseBody => {
                let tokens = from.path.iter().chain(&reference.path).map(|segment| match segment {
                    Segment::Token(name) | Segment::Member(name) => {
                        Some(format!("/{}", name.replace('~', "~0").replace('/', "~1")))
                    }
                    Segment::Index(index) => Some(format!("/{index}")),
                    _ => None,
                });
                let pointer: String = tokens.collect::<Option<_>>()?;
                Some(if pointer.is_empty() { "$response.body".to_owned() } else { format!("$response.body#{pointer}") })
            }
            _ => None,
        }
    }

    /// `run`: begins the run, walks through the steps, and makes the outputs.
    fn run(&self) -> TokenStream {
        let (inputs, fill) = if constraint::has_defaults(self.plan) {
            (quote! { mut inputs }, quote! { rt::Inputs::fill(&mut inputs); })
        } else {
            (quote! { inputs }, TokenStream::new())
        };
        quote! {
            pub(super) async fn run(
                client: &__arazzo::Client,
                #inputs: Inputs,
                from: ::core::option::Option<__arazzo::Checkpoint>,
            ) -> ::core::result::Result<__arazzo::Run<Outputs, End>, __arazzo::Error> {
                #fill
                let mut run = rt::Execution::start(client, &WORKFLOW);
                let mut steps = <Steps as ::core::default::Default>::default();
                let ended = match run.accept(&inputs, from) {
                    ::core::result::Result::Ok(()) => walk(&mut run, &inputs, &mut steps).await,
                    ::core::result::Result::Err(error) => ::core::result::Result::Err(error),
                };
                run.finish(ended, |run| typed(run, &inputs, &steps), |run| reached(run, &inputs, &steps))
            }
        }
    }

    /// `walk`: one arm for each step.
    fn walk(&self) -> TokenStream {
        let prelude = self.prelude();
        let reached = (0..self.steps.len()).filter(|step| self.plan.flow.reaches(*step));
        let arms = reached.map(|step| self.step(step));
        let dependencies = self.dependencies();
        let steps = self.beginning(&quote! {
            loop {
                run.enter(step as usize, steps).await?;
                step = match step {
                    #(#arms)*
                };
            }
        });
        let visits = self.plan.flow.helpers(self.plan.workflow).into_iter().map(|step| self.visit(step));
        quote! {
            #(#visits)*

            #[allow(unreachable_code, unused_assignments, unused_mut, unused_variables)]
            async fn walk(
                run: &mut rt::Execution<'_>,
                inputs: &Inputs,
                steps: &mut Steps,
            ) -> ::core::result::Result<End, __arazzo::Error> {
                #prelude
                run.begin_at(steps)?;
                #dependencies
                #steps
            }
        }
    }
}

/// A Rust name for each step, such that no two are alike as a field, a variant or a constant.
fn step_names(workflow: &Workflow<'_>) -> Vec<String> {
    let forms = |name: &str| (names::snake(name), names::camel(name), name.to_uppercase());
    let mut chosen: Vec<String> = Vec::new();
    for step in &workflow.steps {
        let base = names::snake(&step.written.id.value).unwrap_or_else(|| "step".to_owned());
        let base = base.trim_start_matches("r#").to_owned();
        let is_free = |name: &String| {
            let (snake, camel, upper) = forms(name);
            chosen
                .iter()
                .map(|taken| forms(taken))
                .all(|taken| taken.0 != snake && taken.1 != camel && taken.2 != upper)
        };
        let numbered = (2..).map(|number| format!("{base}_{number}"));
        if let Some(name) = std::iter::once(base.clone()).chain(numbered).find(is_free) {
            chosen.push(name);
        }
    }
    chosen
}

/// The tokens of a type.
fn type_tokens(kind: &Type) -> TokenStream {
    match kind {
        Type::String => quote! { ::std::string::String },
        Type::Integer => quote! { i64 },
        Type::Number => quote! { f64 },
        Type::Boolean => quote! { bool },
        Type::Value => quote! { __arazzo::Value },
        Type::List(element) => {
            let element = type_tokens(element);
            quote! { ::std::vec::Vec<#element> }
        }
        Type::Map(value) => {
            let value = type_tokens(value);
            quote! { ::std::collections::BTreeMap<::std::string::String, #value> }
        }
        Type::Optional(inner) => {
            let inner = type_tokens(inner);
            quote! { ::core::option::Option<#inner> }
        }
        Type::Struct(name) | Type::Enum(name) => {
            let name = ident(name);
            quote! { #name }
        }
    }
}
