//! Workflows that run other workflows, and what those need for it.

use super::{At, Emitter};
use crate::names::ident;
use crate::resolve::{Argument, Effect, Prerequisite, Root, Step};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

impl Emitter<'_, '_> {
    /// The module of a workflow, seen from this one.
    pub(super) fn module(&self, place: usize) -> TokenStream {
        super::module(self.plan, place)
    }

    /// The inputs for a workflow.
    pub(super) fn given(&self, callee: usize, arguments: &[Argument<'_>], at: At) -> TokenStream {
        let module = self.module(callee);
        let count = Literal::usize_unsuffixed(arguments.len());
        let arguments = arguments.iter().map(|argument| {
            let (name, value) = (argument.name, self.payload(&argument.value, at));
            quote! { (#name, #value) }
        });
        quote! { rt::given::<#module::Inputs, #count>([#(#arguments),*]) }
    }

    /// The statements that call the workflow of a step: they leave its `exchange` behind.
    pub(super) fn call(&self, place: usize, step: &Step<'_>, mutable: Option<&TokenStream>) -> TokenStream {
        let Some(callee) = step.callee else { return TokenStream::new() };
        let (module, shape) = (self.module(callee), self.shape(place));
        let mut given = self.given(callee, &step.arguments, At::Request);
        for (id, condition) in self.prerequisites(step) {
            given = quote! {
                if #condition { #given } else { ::core::result::Result::Err(rt::not_completed(#id)) }
            };
        }
        let mut keeps = false;
        step.exchange_references(&mut |reference| keeps |= is_of_exchange(&reference.root));
        // `Retry-After` counts wherever a step is tried again or a loop goes round.
        let mut actions = step.actions();
        keeps |= actions.any(|action| match action.effect {
            Some(Effect::Retry { .. }) => true,
            Some(Effect::Goto(to)) => to <= place,
            _ => false,
        });
        let within = step.written.timeout.as_ref().map(|timeout| {
            let timeout = timeout.value;
            quote! { run.call_within(#timeout); }
        });
        quote! {
            let given = #given;
            let #mutable exchange = match run.begin_call(&#module::WORKFLOW, given, #keeps)? {
                ::core::result::Result::Ok(inputs) => {
                    #within
                    let called = #module::called(run, inputs).await;
                    run.end_of_call(called, #keeps, &#shape)
                }
                ::core::result::Result::Err(reason) => run.not_begun(&#module::WORKFLOW, reason, &#shape),
            };
        }
    }

    /// What has to be complete before a step: the id of each, and the condition.
    pub(super) fn prerequisites(&self, step: &Step<'_>) -> Vec<(String, TokenStream)> {
        let workflows = &self.plan.program.workflows;
        let each = step.prerequisites.iter().map(|(prerequisite, _)| match *prerequisite {
            Prerequisite::Step(place) => {
                let id = self.plan.workflow.steps[place].written.id.value.clone();
                if !self.runs(place) {
                    return (id, quote! { false });
                }
                let field = self.field(place);
                (id, quote! { steps.#field.succeeded_ })
            }
            Prerequisite::Other { workflow, step } => {
                let id = workflows[workflow].written.steps[step].id.value.clone();
                let number = self.plan.awaited.iter().position(|known| *known == (workflow, step)).unwrap_or_default();
                let number = Literal::usize_unsuffixed(number);
                (id, quote! { run.has_completed(#number) })
            }
        });
        each.collect()
    }

    /// The statement that tells steps of other workflows that this one has completed.
    pub(super) fn completes(&self, place: usize) -> Option<TokenStream> {
        let number = self.plan.awaited.iter().position(|known| *known == (self.plan.place, place))?;
        let number = Literal::usize_unsuffixed(number);
        Some(quote! { run.complete(#number, succeeded); })
    }

    /// The statements that run what this workflow depends on.
    pub(super) fn dependencies(&self) -> TokenStream {
        let each = self.plan.workflow.dependencies.iter().map(|dependency| {
            let module = self.module(dependency.workflow);
            let given = self.given(dependency.workflow, &dependency.arguments, At::Request);
            quote! {
                if run.depends_on(&#module::WORKFLOW)? {
                    let inputs = run.begin_dependency(&#module::WORKFLOW, #given)?;
                    let called = #module::called(run, inputs).await;
                    run.end_of_dependency(called)?;
                }
            }
        });
        each.collect()
    }

    /// The functions through which other workflows run this one.
    pub(super) fn entrances(&self) -> TokenStream {
        let uses = self.plan.uses;
        let transfers = self.transfers();
        let mut steps = self.plan.program.workflows.iter().flat_map(|workflow| &workflow.steps);
        let ended = match steps.any(|step| step.callee.is_some() && step.written.timeout.is_some()) {
            true => quote! {
                let depth = run.depth();
                let ended = rt::in_time(depth, ::core::pin::pin!(walk(run, &inputs, &mut steps))).await;
                let ended = run.ended_in_time(depth, ended);
            },
            false => quote! { let ended = walk(run, &inputs, &mut steps).await; },
        };
        let called = uses.is_called.then(|| {
            let merged = (!transfers.is_empty()).then(|| {
                let ends = transfers.iter().map(|(variant, module)| {
                    quote! {
                        ::core::result::Result::Ok(End::#variant(next)) => rt::merged(outputs, #module::results(next)),
                    }
                });
                quote! { let outputs = match &ended { #(#ends)* _ => outputs }; }
            });
            quote! {
                pub(super) fn called<'r>(
                    run: &'r mut rt::Execution<'_>,
                    inputs: Inputs,
                ) -> rt::Calling<'r, rt::Called> {
                    ::std::boxed::Box::pin(async move {
                        let mut steps = <Steps as ::core::default::Default>::default();
                        #ended
                        let outputs = reached(run, &inputs, &steps);
                        #merged
                        run.called(ended, outputs)
                    })
                }
            }
        });
        let target = uses.is_target.then(|| {
            let ends = transfers.iter().map(|(variant, module)| {
                quote! { End::#variant(next) => rt::merged(outputs, #module::results(next)), }
            });
            quote! {
                pub(super) fn transferred<'r>(
                    run: &'r mut rt::Execution<'_>,
                    inputs: Inputs,
                ) -> rt::Calling<'r, ::core::result::Result<__arazzo::Run<Outputs, End>, __arazzo::Error>> {
                    ::std::boxed::Box::pin(async move {
                        let mut steps = <Steps as ::core::default::Default>::default();
                        #ended
                        run.transferred(ended, |run| typed(run, &inputs, &steps), |run| reached(run, &inputs, &steps))
                    })
                }

                #[allow(unreachable_patterns)]
                pub(super) fn results(
                    run: &__arazzo::Run<Outputs, End>,
                ) -> rt::serde_json::Map<::std::string::String, __arazzo::Value> {
                    let outputs = rt::as_map(&run.outputs);
                    match &run.end {
                        #(#ends)*
                        _ => outputs,
                    }
                }
            }
        });
        quote! { #called #target }
    }

    /// The ends at which this workflow goes on as another: each variant with the module of that one.
    fn transfers(&self) -> Vec<(proc_macro2::Ident, TokenStream)> {
        let mut transfers: Vec<(&str, usize)> = Vec::new();
        for exit in self.plan.exits {
            if let Some(to) = exit.to
                && !transfers.contains(&(&exit.variant, to))
            {
                transfers.push((&exit.variant, to));
            }
        }
        transfers.into_iter().map(|(variant, to)| (ident(variant), self.module(to))).collect()
    }
}

/// Whether it is a part of a request or a response.
pub(super) fn is_of_exchange(root: &Root) -> bool {
    match root {
        Root::Url | Root::Method | Root::Status | Root::ResponseHeader(_) | Root::ResponseBody => true,
        Root::RequestHeader(_) | Root::RequestQuery(_) | Root::RequestPath(_) | Root::RequestBody => true,
        Root::Input(_) | Root::Step { .. } | Root::Callee(_) | Root::Text(_) => false,
        Root::WorkflowOutput { .. } | Root::WorkflowInput { .. } => false,
    }
}
