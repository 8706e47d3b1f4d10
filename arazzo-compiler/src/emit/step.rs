//! The arm of a step.

use super::{At, Emitter};
use crate::flow::{End, always_matches};
use crate::names::ident;
use crate::resolve::{Action, Effect, Helper, Reference, Root, Segment};
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use std::time::Duration;

impl Emitter<'_, '_> {
    /// One arm of the `match` over the steps: request, verdict, outputs, and what comes next.
    pub(super) fn step(&self, place: usize) -> TokenStream {
        let variant = self.variant(place);
        let on_success = self.actions(place, true);
        let on_failure = self.actions(place, false);
        let (attempt, made_again) = (self.attempt(place), self.made_again(place));
        let next = quote! { if succeeded { #on_success } else { #on_failure } };
        quote! {
            Step::#variant => {
                #attempt
                #made_again
                #next
            }
        }
    }

    /// Whether the step can fail such that no action takes it, and its request be sent again before the run is over.
    fn may_be_resent(&self, place: usize) -> bool {
        let step = &self.plan.workflow.steps[place];
        step.call.is_some() && !step.on_failure.iter().any(always_matches)
    }

    /// One attempt of a step, up to what comes next.
    fn attempt(&self, place: usize) -> TokenStream {
        let step = &self.plan.workflow.steps[place];
        let verdict = self.verdict(place);
        let (outputs, takes) = self.outputs(place);
        let mutable = takes.then(|| quote! { mut });
        let exchange = if step.callee.is_some() {
            self.call(place, step, mutable.as_ref())
        } else {
            let (request, shape) = (self.request(place), self.shape(place));
            // The request is not kept while its response is awaited: that would make every future around it larger.
            quote! {
                let #mutable exchange = {
                    #request
                    run.send(request, &#shape)
                }
                .await?;
            }
        };
        let completes = self.completes(place);
        // What ends the run inside of a workflow does not take away what the step has of that.
        let carries_on = step.callee.is_some().then(|| quote! { let exchange = run.carries_on(exchange)?; });
        quote! {
            #exchange
            let succeeded = #verdict;
            #outputs
            #carries_on
            #completes
            run.settle(&exchange, succeeded);
        }
    }

    /// A step that runs for another one, and alone: no action of its own follows.
    pub(super) fn visit(&self, place: usize) -> TokenStream {
        let (name, constant) = (self.visit_name(place), self.constant(place));
        let attempt = self.attempt(place);
        // Those that can be reached run again in their arm.
        let made_again = if self.plan.flow.reaches(place) { None } else { self.made_again(place) };
        quote! {
            #[allow(unused_assignments, unused_mut, unused_variables)]
            async fn #name(
                run: &mut rt::Execution<'_>,
                inputs: &Inputs,
                steps: &mut Steps,
            ) -> ::core::result::Result<(), __arazzo::Error> {
                let place = run.visit(&#constant);
                #attempt
                #made_again
                run.return_to(place);
                ::core::result::Result::Ok(())
            }
        }
    }

    pub(super) fn visit_name(&self, place: usize) -> proc_macro2::Ident {
        format_ident!("visit_{}", self.steps[place].to_lowercase())
    }

    /// Whether the step succeeded: all criteria, or any 2xx where there are none.
    fn verdict(&self, place: usize) -> TokenStream {
        let step = &self.plan.workflow.steps[place];
        let readable = self.needs_body(place).then(|| quote! { && exchange.is_readable() });
        if step.criteria.is_empty() && step.callee.is_some() {
            return quote! { exchange.completed() #readable };
        }
        if step.criteria.is_empty() {
            return quote! { exchange.status().is_some_and(|status| status / 100 == 2) #readable };
        }
        let criteria = step.criteria.iter().map(|criterion| {
            let (text, tokens) = (&criterion.text, self.criterion(criterion, place));
            quote! { exchange.criterion(#text, #tokens) }
        });
        quote! { exchange.answered() #(&& #criteria)* #readable }
    }

    /// Whether something that counts when the step succeeds is read of the response body.
    fn needs_body(&self, place: usize) -> bool {
        let step = &self.plan.workflow.steps[place];
        let mut needs = false;
        let mut see = |reference: &Reference| needs |= reference.root == Root::ResponseBody;
        for criterion in step.criteria.iter().chain(step.on_success.iter().flat_map(|action| &action.criteria)) {
            criterion.references(&mut see);
        }
        for argument in step.on_success.iter().flat_map(|action| &action.arguments) {
            argument.value.references(&mut see);
        }
        let kept = step.outputs.iter().zip(&self.kept[place]).filter(|(_, kept)| **kept);
        kept.filter_map(|(output, _)| output.value.as_ref()).for_each(see);
        needs
    }

    /// The statements that keep the outputs, and whether they take any out of the exchange.
    fn outputs(&self, place: usize) -> (TokenStream, bool) {
        let step = &self.plan.workflow.steps[place];
        let field = self.field(place);
        let (mut tokens, mut takes) = (TokenStream::new(), false);
        for (output, written) in step.outputs.iter().enumerate() {
            let Some(reference) = written.value.as_ref().filter(|_| self.kept[place][output]) else { continue };
            let name = self.output_field(place, output);
            let value = match self.bodies[place].own_slot(reference) {
                Some(slot) => {
                    takes = true;
                    let slot = Literal::usize_unsuffixed(slot);
                    quote! { exchange.take(#slot) }
                }
                None => {
                    let value = self.reference(reference, At::Exchange(place));
                    quote! { #value.into_value() }
                }
            };
            tokens.extend(quote! { steps.#field.#name = #value; });
            if self.plan.secrets.outputs.contains(&(place, output)) {
                tokens.extend(quote! { run.secret(&rt::json(steps.#field.#name.as_ref())); });
            }
        }
        tokens.extend(self.absent_outputs(place));
        if self.verdicts[place] {
            tokens.extend(quote! { steps.#field.succeeded_ = succeeded; });
        }
        (tokens, takes)
    }

    /// The statement that says which outputs a response that is taken for a success lacks.
    fn absent_outputs(&self, place: usize) -> Option<TokenStream> {
        let step = &self.plan.workflow.steps[place];
        let field = self.field(place);
        let (mut absent, mut said) = (Vec::new(), Vec::new());
        for (output, written) in step.outputs.iter().enumerate().filter(|(output, _)| self.kept[place][*output]) {
            let Some((is_body, from)) = written.value.as_ref().and_then(part_of_response) else { continue };
            let (name, member) = (written.name, self.output_field(place, output));
            absent.push(quote! { steps.#field.#member.is_none() });
            said.push(quote! { (#name, #is_body, #from, steps.#field.#member.is_none()) });
        }
        let is_own = step.callee.is_none() && !absent.is_empty();
        is_own.then(|| quote! { if succeeded && (#(#absent)||*) { run.notes().absent(&exchange, &[#(#said),*]); } })
    }

    /// The actions of a list in their order, and what happens when none of them is taken.
    fn actions(&self, place: usize, succeeded: bool) -> TokenStream {
        let step = &self.plan.workflow.steps[place];
        let actions = if succeeded { &step.on_success } else { &step.on_failure };
        let reachable = actions.iter().position(always_matches).map_or(actions.len(), |last| last + 1);
        let mut tokens = self.otherwise(place, succeeded, !actions.is_empty());
        let mut is_if = false;
        for (number, action) in actions.iter().enumerate().take(reachable).rev() {
            let taken = self.action(place, succeeded, number, action);
            let condition = self.all(&action.criteria, place);
            tokens = match (action.criteria.is_empty(), is_retry(action)) {
                (true, false) => taken,
                // A retry that is used up gives way to the actions behind it.
                (true, true) => quote! { #taken #tokens },
                (false, true) => quote! { if #condition { #taken } #tokens },
                (false, false) if is_if => quote! { if #condition { #taken } else #tokens },
                (false, false) => quote! { if #condition { #taken } else { #tokens } },
            };
            is_if = !action.criteria.is_empty() && !is_retry(action);
        }
        tokens
    }

    fn otherwise(&self, place: usize, succeeded: bool, declared: bool) -> TokenStream {
        if !succeeded {
            let resend = self.may_be_resent(place).then(|| quote! { if run.resend(&exchange) { continue; } });
            return quote! { #resend return ::core::result::Result::Err(run.failed(exchange)) };
        }
        let next = if place + 1 < self.steps.len() {
            let next = self.variant(place + 1);
            quote! { Step::#next }
        } else {
            let (end, number) = (self.end(&End::Completed), self.exit(&End::Completed));
            quote! { run.ended(#number, steps)?; return ::core::result::Result::Ok(#end) }
        };
        quote! { run.next(#declared); #next }
    }

    /// What an action does: statements that end with the next step or leave the function.
    fn action(&self, place: usize, succeeded: bool, number: usize, action: &Action<'_>) -> TokenStream {
        let name = action.name;
        match action.effect {
            // Only in a document with errors, of which no code is written.
            None => TokenStream::new(),
            Some(Effect::End) => {
                let end = End::Action { step: place, succeeded, action: number };
                let (end, number) = (self.end(&end), self.exit(&end));
                quote! {
                    run.end(#name, #succeeded);
                    run.ended(#number, steps)?;
                    return ::core::result::Result::Ok(#end)
                }
            }
            Some(Effect::Goto(to)) => {
                let (constant, variant) = (self.constant(to), self.variant(to));
                if to > place {
                    quote! { run.goto(#name, &#constant); Step::#variant }
                } else {
                    quote! { run.go_back(#name, &#constant, exchange.retry_after()); Step::#variant }
                }
            }
            Some(Effect::Transfer(to)) => {
                let end = End::Action { step: place, succeeded, action: number };
                let (exit, end, module) = (self.goto_exit(&end, to, action), self.end(&end), self.module(to));
                let given = self.given(to, &action.arguments, At::Exchange(place));
                quote! {
                    let given = #given;
                    let inputs = run.goto_workflow(#name, &#module::WORKFLOW, given, #exit, steps)?;
                    let next = #module::transferred(run, inputs).await?;
                    return ::core::result::Result::Ok(#end(::std::boxed::Box::new(next)))
                }
            }
            Some(Effect::Retry { after, limit, first }) => {
                let help = match first {
                    None => TokenStream::new(),
                    Some(Helper::Step(by)) if by == place => TokenStream::new(),
                    Some(Helper::Step(by)) => {
                        let visit = self.visit_name(by);
                        quote! { run.pause().await?; #visit(run, inputs, steps).await?; }
                    }
                    Some(Helper::Workflow(to)) => {
                        let module = self.module(to);
                        let given = self.given(to, &action.arguments, At::Exchange(place));
                        quote! {
                            run.pause().await?;
                            let given = #given;
                            if let ::core::option::Option::Some(helping) = run.begin_help(&#module::WORKFLOW, given)? {
                                let called = #module::called(run, helping).await;
                                run.end_of_help(called)?;
                            }
                        }
                    }
                };
                let number = Literal::usize_unsuffixed(number);
                let after = match after {
                    Some(seconds) => {
                        let after = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX);
                        let (seconds, nanos) = (after.as_secs(), after.subsec_nanos());
                        quote! { ::core::option::Option::Some(::core::time::Duration::new(#seconds, #nanos)) }
                    }
                    None => quote! { ::core::option::Option::None },
                };
                quote! {
                    if run.retry(#name, #number, #limit, #after, exchange.retry_after()) {
                        #help
                        continue;
                    }
                }
            }
        }
    }

    /// The number of an end.
    fn exit(&self, end: &End) -> Literal {
        Literal::usize_unsuffixed(self.plan.exits.iter().position(|exit| exit.end == *end).unwrap_or_default())
    }

    fn end(&self, end: &End) -> TokenStream {
        let variant = self.plan.exits.iter().find(|exit| exit.end == *end).map(|exit| ident(&exit.variant));
        match variant {
            Some(variant) => quote! { End::#variant },
            // Only behind an action that always matches, where the flow ends too.
            None => quote! { ::core::unreachable!() },
        }
    }
}

/// The part of a response that a value is: whether it is one of the body, and the way to it there, or the name of the
/// header.
fn part_of_response(reference: &Reference) -> Option<(bool, String)> {
    match &reference.root {
        Root::ResponseHeader(name) => Some((false, name.clone())),
        Root::ResponseBody => {
            let mut way = String::new();
            for segment in &reference.path {
                match segment {
                    Segment::Token(name) | Segment::Member(name) => way.extend(["/", name]),
                    Segment::Index(index) => way.push_str(&format!("/{index}")),
                    _ => return None,
                }
            }
            Some((true, way))
        }
        _ => None,
    }
}

fn is_retry(action: &Action<'_>) -> bool {
    matches!(action.effect, Some(Effect::Retry { .. }))
}
