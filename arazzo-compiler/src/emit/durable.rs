//! What makes a workflow durable: what its steps leave behind as parts that can be kept, and the ways back to where a run
//! stood.

use super::{At, Emitter, Plan};
use crate::names::ident;
use crate::resolve::{Action, Argument, Reference, Root};
use arazzo_expression::fingerprint::Fingerprint;
use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};

/// `resume`, through which a run goes on.
pub(super) fn resume(facade: &TokenStream, id: &str, stub: bool) -> TokenStream {
    let summary = format!(" Goes on with a run of the workflow `{id}` where a checkpoint has it.");
    let body = if stub {
        quote! {
            let _ = (client, inputs, checkpoint);
            ::core::panic!("the Arazzo document of this workflow has errors")
        }
    } else {
        quote! { run(client, inputs, ::core::option::Option::Some(checkpoint)).await }
    };
    quote! {
        #[doc = #summary]
        ///
        /// The inputs are those of the run; the ones that carry credentials may be new. No step that had finished is
        /// repeated, except those whose secrets what is still to come reads: checkpoints do not hold them.
        ///
        /// # Errors
        ///
        /// `ErrorKind::Resume` when the checkpoint is of another workflow, document or run; no request has been sent then.
        /// Otherwise those of the workflow itself.
        pub async fn resume(
            client: &#facade::Client,
            inputs: Inputs,
            checkpoint: #facade::Checkpoint,
        ) -> ::core::result::Result<#facade::Run<Outputs, End>, #facade::Error> {
            #body
        }
    }
}

impl Emitter<'_, '_> {
    /// What stands for the document, and for what is kept of the workflow's steps.
    pub(super) fn fingerprint(&self) -> String {
        let Plan { program, place, workflow, awaited, .. } = self.plan;
        let mut fingerprint: Fingerprint = program.documents[*place];
        fingerprint.text(&workflow.written.id.value);
        // A checkpoint knows them by their numbers, which other options of the macro may change.
        for (workflow, step) in *awaited {
            let workflow = &program.workflows[*workflow].written;
            fingerprint.text(&workflow.id.value);
            fingerprint.text(&workflow.steps[*step].id.value);
        }
        for (place, step) in workflow.steps.iter().enumerate() {
            for (output, written) in step.outputs.iter().enumerate().filter(|(output, _)| self.kept[place][*output]) {
                fingerprint.text(&step.written.id.value);
                fingerprint.text(written.name);
                fingerprint.text(if self.is_hidden(place, output) { "secret" } else { "" });
            }
            fingerprint.text(if self.verdicts[place] { "verdict" } else { "" });
        }
        fingerprint.to_string()
    }

    /// Whether no checkpoint holds an output of a step.
    fn is_hidden(&self, step: usize, output: usize) -> bool {
        self.plan.hidden[self.plan.place].steps.contains(&(step, output))
    }

    /// What the steps have left behind, part by part.
    pub(super) fn parts(&self) -> TokenStream {
        let mut parts = Vec::new();
        for place in (0..self.steps.len()).filter(|step| self.runs(*step)) {
            let (constant, field) = (self.constant(place), self.field(place));
            let outputs = &self.plan.workflow.steps[place].outputs;
            for output in (0..outputs.len()).filter(|output| self.kept[place][*output]) {
                let (name, member) = (outputs[output].name, self.output_field(place, output));
                let slot = if self.is_hidden(place, output) {
                    quote! { Secret(#name, &mut self.#field.#member) }
                } else {
                    quote! { Output(#name, &mut self.#field.#member) }
                };
                parts.push(quote! { visit(&#constant, rt::Slot::#slot); });
            }
            if self.verdicts[place] {
                parts.push(quote! { visit(&#constant, rt::Slot::Succeeded(&mut self.#field.succeeded_)); });
            }
        }
        quote! {
            impl rt::State for Steps {
                #[allow(unused_variables)]
                fn each(&mut self, visit: &mut dyn ::core::ops::FnMut(&'static rt::Step, rt::Slot<'_>)) {
                    #(#parts)*
                }
            }
        }
    }

    /// What a reference reads, if a checkpoint may leave that out.
    fn read(&self, root: &Root) -> Option<TokenStream> {
        let read = match root {
            Root::Step { step, output } if self.runs(*step) => {
                let name = self.plan.workflow.steps[*step].outputs[*output].name;
                let step = Literal::usize_unsuffixed(*step);
                quote! { Step(#step, #name) }
            }
            Root::WorkflowInput { workflow, name } => {
                let module = self.module(*workflow);
                quote! { Input(&#module::WORKFLOW, #name) }
            }
            Root::WorkflowOutput { workflow, name } => {
                let module = self.module(*workflow);
                quote! { Output(&#module::WORKFLOW, #name) }
            }
            _ => return None,
        };
        Some(quote! { rt::Read::#read })
    }

    /// What some references read that a checkpoint may leave out, each once.
    fn reads(&self, references: impl FnOnce(&mut dyn FnMut(&Reference))) -> Vec<TokenStream> {
        let mut roots: Vec<Root> = Vec::new();
        references(&mut |Reference { root, .. }| {
            if !roots.contains(root) {
                roots.push(root.clone());
            }
        });
        roots.iter().filter_map(|root| self.read(root)).collect()
    }

    /// The outputs of the workflow that are made of something that a checkpoint may leave out.
    pub(super) fn outputs_read(&self) -> TokenStream {
        let outputs = self.plan.workflow.outputs.iter().filter_map(|output| {
            let (name, read) = (output.name, self.read(&output.value.as_ref()?.root)?);
            Some(quote! { (#name, #read) })
        });
        quote! { &[#(#outputs),*] }
    }

    /// The constant of a step.
    pub(super) fn step_constant(&self, place: usize) -> TokenStream {
        let Plan { workflow, flow, .. } = self.plan;
        let (constant, step) = (self.constant(place), &workflow.steps[place]);
        let id = &step.written.id.value;
        let callee = step.callee.map(|callee| {
            let module = self.module(callee);
            quote! { callee: ::core::option::Option::Some(&#module::WORKFLOW), }
        });
        let helpers: Vec<usize> = step.on_failure.iter().filter_map(Action::helper).filter(|by| *by != place).collect();
        let mut takes: Vec<String> = Vec::new();
        step.references(&mut |reference| {
            if let Root::Callee(name) = &reference.root
                && !takes.contains(name)
            {
                takes.push(name.clone());
            }
        });
        let reads = self.reads(|visit| step.attempt_references(visit));
        let actions = self.reads(|visit| {
            step.actions().for_each(|action| action.references(visit));
            helpers.iter().for_each(|by| workflow.steps[*by].attempt_references(visit));
        });
        let helping = helpers.iter().filter_map(|by| workflow.steps[*by].callee);
        let runs = step.actions().filter_map(Action::workflow).chain(helping).map(|place| {
            let module = self.module(place);
            quote! { &#module::WORKFLOW }
        });
        let next =
            flow.next(workflow, place).into_iter().map(|next| Literal::usize_unsuffixed(next).into_token_stream());
        let takes = takes.iter().map(ToTokens::to_token_stream);
        let lists = [
            ("takes", takes.collect()),
            ("reads", reads),
            ("actions", actions),
            ("runs", runs.collect()),
            ("next", next.collect::<Vec<_>>()),
        ];
        let lists = lists.iter().filter(|(_, elements)| !elements.is_empty()).map(|(name, elements)| {
            let name = ident(name);
            quote! { #name: &[#(#elements),*], }
        });
        let index = Literal::usize_unsuffixed(place);
        quote! {
            static #constant: rt::Step = rt::Step { id: #id, index: #index, #callee #(#lists)* ..rt::Step::PLAIN };
        }
    }

    /// Whether a step can have made something that a checkpoint does not hold, and run again for that.
    fn is_maker(&self, place: usize) -> bool {
        let is_read = |callee: usize| self.run_by(callee).into_iter().any(|known| self.plan.read[known]);
        self.kept[place].contains(&true) || self.plan.workflow.steps[place].callee.is_some_and(is_read)
    }

    /// The statements behind an attempt of a step that may have run again.
    pub(super) fn made_again(&self, place: usize) -> Option<TokenStream> {
        self.is_maker(place).then(|| {
            let go_on = self.plan.flow.reaches(place).then(|| quote! { continue 'begin; });
            quote! {
                if run.is_again() {
                    run.made_again(exchange, succeeded, steps)?;
                    #go_on
                }
            }
        })
    }

    /// A workflow and all that it can run.
    fn run_by(&self, place: usize) -> Vec<usize> {
        let mut known = vec![place];
        let mut next = 0;
        while let Some(place) = known.get(next).copied() {
            next += 1;
            for called in self.plan.program.workflows[place].runs() {
                if !known.contains(&called) {
                    known.push(called);
                }
            }
        }
        known
    }

    /// The steps that run only for others.
    pub(super) fn helpers(&self) -> Vec<usize> {
        let Plan { workflow, flow, .. } = self.plan;
        flow.helpers(workflow).into_iter().filter(|step| !flow.reaches(*step)).collect()
    }

    /// The loop over the steps, from where the workflow begins: again for each step that runs again before.
    pub(super) fn beginning(&self, steps: &TokenStream) -> TokenStream {
        let start = self.start();
        if (0..self.steps.len()).any(|step| self.runs(step) && self.is_maker(step)) {
            quote! { 'begin: loop { #start #steps } }
        } else {
            quote! { #start #steps }
        }
    }

    /// The step at which the workflow begins, or the statements that leave it at once.
    fn start(&self) -> TokenStream {
        let helpers = self.helpers().into_iter().enumerate().filter(|(_, step)| self.is_maker(*step));
        let helpers = helpers.map(|(place, step)| {
            let (place, visit) = (Literal::usize_unsuffixed(place), self.visit_name(step));
            quote! {
                rt::Start::Helper(#place) => {
                    #visit(run, inputs, steps).await?;
                    continue 'begin;
                }
            }
        });
        let arms = self.plan.exits.iter().enumerate().map(|(number, exit)| {
            let (variant, place) = (ident(&exit.variant), Literal::usize_unsuffixed(number));
            let Some(to) = exit.to else {
                return quote! { rt::Start::End(#place) => return ::core::result::Result::Ok(End::#variant), };
            };
            let Some(action) = self.action_of(exit).filter(|action| self.is_repeatable(to, action)) else {
                return TokenStream::new();
            };
            let (module, given) = (self.module(to), self.given_again(to, action));
            quote! {
                rt::Start::Workflow(#place) => {
                    let given = #given;
                    let inputs = run.transfer(&#module::WORKFLOW, given)?;
                    let next = #module::transferred(run, inputs).await?;
                    return ::core::result::Result::Ok(End::#variant(::std::boxed::Box::new(next)));
                }
            }
        });
        quote! {
            let mut step = match run.starts_at()? {
                rt::Start::Step(place) => STEPS[place],
                #(#helpers)*
                #(#arms)*
                _ => return ::core::result::Result::Err(run.no_such_end()),
            };
        }
    }

    /// What a checkpoint can say of an end.
    pub(super) fn exit_kind(&self, exit: &super::Exit) -> TokenStream {
        let Some(to) = exit.to else { return quote! { rt::Exit::End } };
        let module = self.module(to);
        match self.action_of(exit) {
            Some(action) if self.is_repeatable(to, action) => {
                let again = action.arguments.iter().filter(|argument| can_be_made_again(argument)).map(|argument| {
                    let (name, reads) = (argument.name, self.reads(|visit| argument.value.references(visit)));
                    quote! { (#name, &[#(#reads),*]) }
                });
                quote! { rt::Exit::Goto(&#module::WORKFLOW, &[#(#again),*]) }
            }
            _ => quote! { rt::Exit::Unsaid },
        }
    }

    /// The action that leads to an end.
    fn action_of(&self, exit: &super::Exit) -> Option<&Action<'_>> {
        let crate::flow::End::Action { step, succeeded, action } = exit.end else { return None };
        let step = &self.plan.workflow.steps[step];
        let actions = if succeeded { &step.on_success } else { &step.on_failure };
        actions.get(action)
    }

    /// The number of the exit by which an action goes on as another workflow, if a checkpoint can say so.
    pub(super) fn goto_exit(&self, end: &crate::flow::End, to: usize, action: &Action<'_>) -> TokenStream {
        match self.plan.exits.iter().position(|exit| exit.end == *end) {
            Some(exit) if self.is_repeatable(to, action) => {
                let exit = Literal::usize_unsuffixed(exit);
                quote! { ::core::option::Option::Some(#exit) }
            }
            _ => quote! { ::core::option::Option::None },
        }
    }

    /// Whether the inputs of a workflow can be given to it again: those that no checkpoint holds must be made of nothing
    /// that a response alone has said.
    fn is_repeatable(&self, to: usize, action: &Action<'_>) -> bool {
        action.arguments.iter().filter(|argument| self.is_hidden_input(to, argument)).all(can_be_made_again)
    }

    fn is_hidden_input(&self, to: usize, argument: &Argument<'_>) -> bool {
        self.plan.hidden[to].inputs.iter().any(|known| known == argument.name)
    }

    /// The inputs of a workflow that the run has gone on as: from the checkpoint, and those that it does not hold anew.
    fn given_again(&self, to: usize, action: &Action<'_>) -> TokenStream {
        let module = self.module(to);
        let count = Literal::usize_unsuffixed(action.arguments.len());
        let arguments = action.arguments.iter().map(|argument| {
            let name = argument.name;
            let again = if can_be_made_again(argument) {
                self.payload(&argument.value, At::Request)
            } else {
                quote! { rt::Json::Absent }
            };
            quote! { (#name, run.kept_input(#name, || #again)) }
        });
        quote! { rt::given::<#module::Inputs, #count>([#(#arguments),*]) }
    }
}

/// Whether the value of an input can be made once more, of nothing that a response alone has said.
fn can_be_made_again(argument: &Argument<'_>) -> bool {
    let mut can_be = true;
    argument.value.references(&mut |reference| {
        can_be &= !super::call::is_of_exchange(&reference.root) && !matches!(reference.root, Root::Callee(_));
    });
    can_be
}
