//! The parameters of a step that calls an operation.

use super::component::Listed;
use super::step::{Context, Scope};
use super::{Parameter, Payload};
use crate::diagnostic::rules;
use crate::document::{self, Location, Reusable};
use crate::openapi::ParameterLocation;
use arazzo_expression::expression::Version;

impl<'a> Context<'_, 'a, '_> {
    /// The parameters of the workflow, with those of the step in their place or behind them (run-time rule 9).
    pub(super) fn parameters(
        &mut self,
        workflow: &'a document::Workflow,
        step: &'a document::Step,
        scope: Scope<'_, 'a>,
    ) -> Vec<Parameter<'a>> {
        let mut parameters = self.list(&workflow.parameters, scope);
        let of_workflow = parameters.len();
        for own in self.list(&step.parameters, scope) {
            self.compare_case(&own, &parameters[..of_workflow]);
            match parameters.iter().position(|known| is_same(known, &own)) {
                Some(overridden) => parameters[overridden] = own,
                None => parameters.push(own),
            }
        }
        parameters
    }

    /// Rule 55: a name that differs from one of the workflow only in the case of letters.
    fn compare_case(&mut self, own: &Parameter<'a>, of_workflow: &[Parameter<'a>]) {
        let same_place = || of_workflow.iter().filter(|known| known.location == own.location);
        // A path has its names from the description.
        if own.location == Location::Path || same_place().any(|known| known.name == own.name) {
            return;
        }
        let Some(other) = same_place().find(|known| known.name.eq_ignore_ascii_case(own.name)) else { return };
        let (place, name, theirs) = (ParameterLocation::from(own.location).as_str(), own.name, other.name);
        let (message, label) = if own.location == Location::Header {
            (
                format!("the header `{name}` takes the place of the workflow's `{theirs}`"),
                "for HTTP they are the same, for Arazzo and other tools they are two",
            )
        } else {
            (
                format!("the {place} parameter `{name}` does not take the place of the workflow's `{theirs}`"),
                "both are sent: the case of letters counts",
            )
        };
        self.diagnostics
            .report(&rules::DIFFERENT_CASE, own.span, message)
            .label(label)
            .also(other.span, "the parameter of the workflow")
            .help(format!("write the name as there: `{theirs}`"));
    }

    fn list(&mut self, entries: &'a [Reusable<document::Parameter>], scope: Scope<'_, 'a>) -> Vec<Parameter<'a>> {
        let mut parameters: Vec<(Parameter<'a>, bool)> = Vec::new();
        for entry in entries {
            let Some(listed) = self.listed_parameter(entry) else { continue };
            let is_reference = listed.is_reference;
            let Some(parameter) = self.parameter(&listed, scope) else { continue };
            let first = parameters.iter().find(|(known, _)| is_same(known, &parameter));
            match first {
                // Rule 47. Two that are both written out have been compared where they were read.
                Some((first, first_is_reference)) if is_reference || *first_is_reference => {
                    let message = format!("the parameter `{}` is there twice", parameter.name);
                    self.diagnostics
                        .error(&rules::DUPLICATE_PARAMETER, parameter.span, message)
                        .also(first.span, "first here");
                }
                Some(_) => {}
                None => parameters.push((parameter, is_reference)),
            }
        }
        parameters.into_iter().map(|(parameter, _)| parameter).collect()
    }

    fn parameter(&mut self, listed: &Listed<'a>, scope: Scope<'_, 'a>) -> Option<Parameter<'a>> {
        let written = listed.written;
        let Some(location) = &written.location else {
            // Rule 48. Of one that is written out it has been reported; a component may be for workflows.
            if listed.is_reference && !written.name.is_missing() && !self.diagnostics.is_reported(written.span) {
                let message = format!("the component for the parameter `{}` has no `in`", written.name.value);
                self.diagnostics
                    .error(&rules::MISSING_FIELD, listed.span, message)
                    .also(written.name.node.span, "the component")
                    .help("say there where the parameter goes: `in: path`, `query`, `header` or `cookie`");
            }
            return None;
        };
        // That Arazzo 1.0 has no such place has been reported.
        if location.value == Location::QueryString && self.version < Version::V1_1 {
            return None;
        }
        // It is given, whatever is wrong with its value.
        let value = self.payload(listed.value, scope).unwrap_or(Payload::Null);
        Some(Parameter { name: &written.name.value, location: location.value, span: listed.span, value })
    }
}

/// Whether both set the same thing of a request (rule 47).
fn is_same(one: &Parameter<'_>, other: &Parameter<'_>) -> bool {
    one.location == other.location
        && match one.location {
            Location::Header => one.name.eq_ignore_ascii_case(other.name),
            _ => one.name == other.name,
        }
}
