//! What makes a workflow durable: what its steps leave behind as parts that can be kept, and the ways back to where a run
//! stood.

use super::{At, Emitter, Plan};
use crate::names::ident;
use crate::resolve::{Action, Argument, Reference, Root, Step};
use arazzo_expression::fingerprint::Fingerprint;
use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// A step that runs again before a run goes on, since a checkpoint does not hold what it makes.
struct Repeat {
    step: usize,
    /// The steps from which a way leads to one that reads what it makes.
    readers: Vec<bool>,
    /// Whether the inputs of a workflow that this one goes on as are made of it.
    on_goto: bool,
    /// Whether an output of the workflow is made of it.
    at_end: bool,
}

/// Where what a workflow has left behind is read.
pub(super) struct Reads {
    /// The steps from which a way leads to one that reads it, or runs a workflow that does.
    pub(super) readers: Vec<usize>,
    /// Whether a workflow that this one goes on as reads it, or has inputs that are made of it.
    pub(super) on_goto: bool,
    /// Whether an output of the workflow is made of it.
    pub(super) at_end: bool,
    /// Whether workflows read it that this one cannot run.
    pub(super) elsewhere: bool,
}

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

    /// Whether a step calls a workflow of which others read something that no checkpoint holds.
    fn calls_hidden(&self, step: usize) -> Option<usize> {
        let callee = self.plan.workflow.steps[step].callee?;
        let hidden = &self.plan.hidden[callee];
        let is_hidden = !hidden.inputs.is_empty() || !hidden.outputs.is_empty();
        (is_hidden && self.plan.program.is_read(callee)).then_some(callee)
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
                    let readers = self.readers(place, output);
                    quote! { Output(#name, &mut self.#field.#member, #readers) }
                };
                parts.push(quote! { visit(&#constant, rt::Slot::#slot); });
            }
            if self.verdicts[place] {
                parts.push(quote! { visit(&#constant, rt::Slot::Succeeded(&mut self.#field.succeeded_)); });
            }
            if let Some(callee) = self.calls_hidden(place) {
                let module = self.module(callee);
                parts.push(quote! { visit(&#constant, rt::Slot::Called(&#module::WORKFLOW)); });
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

    /// Where a way leads to something that reads an output of a step.
    fn readers(&self, place: usize, output: usize) -> TokenStream {
        let is_it = |reference: &Reference| reference.root == Root::Step { step: place, output };
        let Repeat { readers, on_goto, at_end, .. } = self.repeat(place, is_it);
        let readers = (0..readers.len()).filter(|place| readers[*place]).map(Literal::usize_unsuffixed);
        quote! { rt::Readers { steps: &[#(#readers),*], on_goto: #on_goto, at_end: #at_end } }
    }

    /// A step that makes something, and where that is read.
    fn repeat(&self, place: usize, reads: impl Fn(&Reference) -> bool) -> Repeat {
        let workflow = self.plan.workflow;
        let steps = 0..self.steps.len();
        let is_read_by = |step: usize| {
            let mut is_read = false;
            workflow.steps[step].references(&mut |reference| is_read |= reads(reference));
            is_read
        };
        let readers: Vec<bool> = steps.clone().map(is_read_by).collect();
        let at_end = workflow.outputs.iter().filter_map(|output| output.value.as_ref()).any(&reads);
        let leads_to_reader = |from: usize| {
            let reached = self.plan.flow.reached_from(workflow, from);
            at_end || steps.clone().any(|step| reached[step] && readers[step])
        };
        let mut on_goto = at_end;
        for exit in self.plan.exits.iter().filter(|exit| exit.to.is_some()) {
            for argument in self.action_of(exit).map(|action| action.arguments.as_slice()).unwrap_or_default() {
                argument.value.references(&mut |reference| on_goto |= reads(reference));
            }
        }
        Repeat { step: place, readers: steps.clone().map(leads_to_reader).collect(), on_goto, at_end }
    }

    /// The steps that run again before a run goes on, each behind those whose secrets it needs.
    fn repeats(&self) -> Vec<Repeat> {
        let workflow = self.plan.workflow;
        let steps = 0..self.steps.len();
        let makes_hidden = |step: usize| {
            let mut outputs = 0..self.kept[step].len();
            let is_kept = outputs.any(|output| self.kept[step][output] && self.is_hidden(step, output));
            is_kept || self.calls_hidden(step).is_some()
        };
        let mut repeats: Vec<Repeat> = Vec::new();
        for place in steps.clone().filter(|step| self.runs(*step) && makes_hidden(*step)) {
            let reads = |reference: &Reference| match &reference.root {
                Root::Step { step, output } => *step == place && self.is_hidden(place, *output),
                Root::WorkflowOutput { workflow, .. } | Root::WorkflowInput { workflow, .. } => {
                    self.calls_hidden(place) == Some(*workflow)
                }
                _ => false,
            };
            repeats.push(self.repeat(place, reads));
        }
        // What one needs for its request is needed wherever that one is.
        let needs: Vec<Vec<usize>> = repeats
            .iter()
            .map(|repeat| {
                let mut needed = Vec::new();
                workflow.steps[repeat.step].request_references(&mut |reference| {
                    if let Root::Step { step, output } = reference.root
                        && self.is_hidden(step, output)
                        && step != repeat.step
                    {
                        needed.extend(repeats.iter().position(|other| other.step == step));
                    }
                });
                needed
            })
            .collect();
        for _ in 0..repeats.len() {
            for (reader, needed) in needs.iter().enumerate() {
                for place in needed {
                    let Repeat { readers, on_goto, at_end, .. } = &repeats[reader];
                    let (readers, on_goto, at_end) = (readers.clone(), *on_goto, *at_end);
                    let other = &mut repeats[*place];
                    other.readers.iter_mut().zip(readers).for_each(|(mine, theirs)| *mine |= theirs);
                    other.on_goto |= on_goto;
                    other.at_end |= at_end;
                }
            }
        }
        let mut order: Vec<usize> = Vec::new();
        while order.len() < repeats.len() {
            let open = || (0..repeats.len()).filter(|place| !order.contains(place));
            let is_ready = |place: &usize| needs[*place].iter().all(|other| order.contains(other));
            // In a circle the order of the document is as good as any.
            let Some(next) = open().find(is_ready).or_else(|| open().next()) else { break };
            order.push(next);
        }
        let mut repeats: Vec<Option<Repeat>> = repeats.into_iter().map(Some).collect();
        order.into_iter().filter_map(|place| repeats[place].take()).collect()
    }

    /// Where in this workflow, and in those that it runs, something is read that another one has left behind.
    pub(super) fn reads_of(&self, of: usize) -> Reads {
        let Plan { program, place, workflow, flow, exits, .. } = self.plan;
        let reads = |reference: &Reference| match reference.root {
            Root::WorkflowOutput { workflow, .. } | Root::WorkflowInput { workflow, .. } => workflow == of,
            _ => false,
        };
        let reads_itself = |place: usize| {
            let mut is_read = false;
            program.workflows[place].references(&mut |reference| is_read |= reads(reference));
            is_read
        };
        let reads_within = |place: usize| self.run_by(place).into_iter().any(reads_itself);
        let is_read_by = |step: &Step<'_>| {
            let mut is_read = false;
            step.references(&mut |reference| is_read |= reads(reference));
            let targets = step.actions().filter_map(Action::workflow);
            is_read || step.callee.into_iter().chain(targets).any(reads_within)
        };
        let reading: Vec<bool> = workflow.steps.iter().map(is_read_by).collect();
        let at_end = workflow.outputs.iter().filter_map(|output| output.value.as_ref()).any(reads);
        let leads_to_reader = |from: &usize| {
            let reached = flow.reached_from(workflow, *from);
            at_end || reached.iter().zip(&reading).any(|(reached, reading)| *reached && *reading)
        };
        // The inputs of the workflow that comes next are made anew when the run goes on in it.
        let on_goto = exits.iter().filter(|exit| exit.to.is_some()).any(|exit| {
            let mut is_read = exit.to.is_some_and(reads_within);
            for argument in self.action_of(exit).map(|action| action.arguments.as_slice()).unwrap_or_default() {
                argument.value.references(&mut |reference| is_read |= reads(reference));
            }
            is_read
        });
        let own = self.run_by(*place);
        Reads {
            readers: (0..workflow.steps.len()).filter(leads_to_reader).collect(),
            on_goto: on_goto || at_end,
            at_end,
            elsewhere: (0..program.workflows.len()).any(|other| !own.contains(&other) && reads_itself(other)),
        }
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

    /// The steps that can run for others, or again.
    pub(super) fn visited(&self) -> Vec<usize> {
        let mut visited = self.plan.flow.helpers(self.plan.workflow);
        for repeat in self.repeats() {
            if !visited.contains(&repeat.step) {
                visited.push(repeat.step);
            }
        }
        visited
    }

    /// The statements that run steps again before a run goes on.
    pub(super) fn repetitions(&self) -> TokenStream {
        let each = self.repeats().into_iter().map(|Repeat { step, readers, on_goto, at_end }| {
            let (constant, visit) = (self.constant(step), self.visit_name(step));
            let readers = (0..readers.len()).filter(|place| readers[*place]).map(Literal::usize_unsuffixed);
            quote! {
                if run.must_run_again(&#constant, &[#(#readers),*], #on_goto, #at_end) {
                    #visit(run, inputs, steps).await?;
                }
            }
        });
        each.collect()
    }

    /// The step at which the workflow begins, or the statements that leave it at once.
    pub(super) fn beginning(&self) -> TokenStream {
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
            let mut step = match start {
                rt::Start::Step(place) => STEPS[place],
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
            Some(action) if self.is_repeatable(to, action) => quote! { rt::Exit::Goto(&#module::WORKFLOW) },
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
        action.arguments.iter().filter(|argument| self.is_hidden_input(to, argument)).all(|argument| {
            let mut is_repeatable = true;
            argument.value.references(&mut |reference| {
                is_repeatable &=
                    !super::call::is_of_exchange(&reference.root) && !matches!(reference.root, Root::Callee(_));
            });
            is_repeatable
        })
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
            let value = if self.is_hidden_input(to, argument) {
                self.payload(&argument.value, At::Request)
            } else {
                quote! { run.kept_input(#name) }
            };
            quote! { (#name, #value) }
        });
        quote! { rt::given::<#module::Inputs, #count>([#(#arguments),*]) }
    }
}
