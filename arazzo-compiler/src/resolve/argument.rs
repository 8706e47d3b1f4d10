//! The inputs that a workflow gives to one that it runs (rule 53; requirements, A10 and A11).

use super::component::Listed;
use super::step::{Context, Scope};
use super::{Argument, Payload, Reference, Root};
use crate::diagnostic::{Level, rules, suggest};
use crate::document::{self, Reusable};
use crate::openapi::Schema;
use crate::source::Span;

/// How a workflow gets the inputs that nobody gives it by name.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Rest {
    /// Not at all: a step says all that it gives.
    Nothing,
    /// From the inputs of the same names, as an action and `dependsOn` can hardly say more.
    SameName,
}

impl<'a> Context<'_, 'a, '_> {
    /// The inputs for a workflow. `at` is where it is named. `shared` are the parameters of the workflow that runs it, of
    /// which those count that it has inputs for.
    pub(super) fn arguments(
        &mut self,
        callee: usize,
        at: Span,
        own: &'a [Reusable<document::Parameter>],
        shared: &'a [Reusable<document::Parameter>],
        rest: Rest,
        scope: Scope<'_, 'a>,
    ) -> Vec<Argument<'a>> {
        let known = self.links.known(callee);
        let names: Vec<&'a str> = declared(known.inputs);
        let mut arguments: Vec<(Argument<'a>, bool)> = Vec::new();
        // Of a workflow that is only the nearest to one that does not exist, nothing is asked.
        let is_guessed = self.diagnostics.within(at).any(|finding| finding.level == Level::Error);
        for entry in own {
            let Some(listed) = self.listed_parameter(entry) else { continue };
            if listed.written.name.is_missing() {
                continue;
            }
            let is_reference = listed.is_reference;
            let argument = self.argument(&listed, scope);
            match arguments.iter().find(|(first, _)| first.name == argument.name) {
                // Rule 47. Two that are both written out have been compared where they were read.
                Some((first, first_is_reference)) if is_reference || *first_is_reference => {
                    let message = format!("the input `{}` is given twice", argument.name);
                    self.diagnostics
                        .error(&rules::DUPLICATE_PARAMETER, argument.span, message)
                        .also(first.span, "first here")
                        .help("keep one of the two: the reference to the component, or the parameter that stands here");
                }
                Some(_) => {}
                None => {
                    let meant = if is_guessed { None } else { self.unknown_input(&argument, callee, &names) };
                    // It is given, under a name that is misspelt.
                    let name = meant.unwrap_or(argument.name);
                    arguments.push((Argument { name, ..argument }, is_reference));
                }
            }
        }
        let mut arguments: Vec<Argument<'a>> = arguments.into_iter().map(|(argument, _)| argument).collect();
        for entry in shared {
            let Some(listed) = self.listed_parameter(entry) else { continue };
            let name = listed.written.name.value.as_str();
            if names.contains(&name) && arguments.iter().all(|known| known.name != name) {
                arguments.push(self.argument(&listed, scope));
            }
        }
        if rest == Rest::SameName {
            let inputs = declared(scope.inputs);
            for name in &names {
                if inputs.contains(name) && arguments.iter().all(|known| known.name != *name) {
                    let reference = Reference { root: Root::Input((*name).to_owned()), path: Vec::new(), span: at };
                    arguments.push(Argument { name, span: at, value: Payload::Expression(reference) });
                }
            }
        }
        if !is_guessed {
            self.required_ones_are_given(callee, at, &arguments, rest);
        }
        arguments
    }

    fn argument(&mut self, listed: &Listed<'a>, scope: Scope<'_, 'a>) -> Argument<'a> {
        // It is given, whatever is wrong with its value, of which nothing is known then.
        let value = self.payload(listed.value, scope).unwrap_or(Payload::Template(Vec::new()));
        Argument { name: &listed.written.name.value, span: listed.span, value }
    }

    /// Reports an input that the workflow does not have, and gives the one that was probably meant.
    fn unknown_input(&mut self, argument: &Argument<'_>, callee: usize, names: &[&'a str]) -> Option<&'a str> {
        let name = argument.name;
        if names.contains(&name) || self.is_open(callee) {
            return None;
        }
        let near = suggest(name, names.iter().copied());
        let id = &self.links.known(callee).written.id.value;
        let message = format!("the workflow `{id}` has no input `{name}`");
        let finding = self.diagnostics.error(&rules::UNKNOWN_INPUT, argument.span, message);
        match near {
            Some(_) => finding.did_you_mean(near),
            None if names.is_empty() => finding.note("it has no inputs"),
            None => finding.note(format!("its inputs are {}", super::listed(names))),
        };
        names.iter().copied().find(|name| Some(*name) == near)
    }

    fn required_ones_are_given(&mut self, callee: usize, at: Span, given: &[Argument<'_>], rest: Rest) {
        let known = self.links.known(callee);
        let Some(inputs) = known.inputs else { return };
        for (key, property) in inputs.properties() {
            let name = key.text.as_str();
            let is_given = given.iter().any(|argument| argument.name == name);
            if is_given || !inputs.requires(name) || property.default().is_some() {
                continue;
            }
            let id = &known.written.id.value;
            let message = format!("the workflow `{id}` requires the input `{name}`, which it does not get");
            let finding = self.diagnostics.error(&rules::MISSING_INPUT, at, message);
            finding.also(key.span, "declared here");
            match rest {
                Rest::Nothing => finding.help(format!("give it under `parameters`: `- {{ name: {name}, value: … }}`")),
                Rest::SameName => finding.help(format!(
                    "give this workflow an input `{name}` too, which is then passed on, or call the other one in a step"
                )),
            };
        }
    }

    /// Whether it is not known which inputs a workflow has.
    fn is_open(&self, callee: usize) -> bool {
        let known = self.links.known(callee);
        let is_unread = known.written.inputs.is_some() && known.inputs.is_none();
        let says_so = |inputs: Schema<'_>| {
            inputs.additional().is_some()
                || inputs.all("additionalProperties").any(|at| at.node.as_bool() == Some(true))
        };
        is_unread || known.inputs.is_some_and(says_so)
    }
}

fn declared(inputs: Option<Schema<'_>>) -> Vec<&str> {
    inputs.map(|schema| schema.properties().map(|(key, _)| key.text.as_str()).collect()).unwrap_or_default()
}
