//! Rules over resolved workflows, one per function.

mod actions;
pub(crate) mod arguments;
mod body;
mod comparisons;
mod content;
mod exhaustive;
mod impossible;
mod logic;
pub(crate) mod loops;
mod members;
pub(crate) mod parameters;
mod queries;
mod references;
mod retries;
pub(crate) mod security;
mod sent;
mod skipped;
mod unreachable;
pub(crate) mod unused;

use crate::diagnostic::{Diagnostics, Level, rules};
use crate::library::Library;
use crate::resolve::{Step, Workflow};
use crate::source::Span;
use crate::types::Surroundings;

/// Checks a workflow.
pub fn check<'a>(place: usize, around: Surroundings<'_, 'a>, library: &Library<'a, '_>, diagnostics: &mut Diagnostics) {
    let (workflow, flow) = (&around.workflows[place], &around.flows[place]);
    for (number, step) in workflow.steps.iter().enumerate() {
        if let Some(call) = step.call.as_ref().filter(|call| !call.guessed) {
            let operation = &call.operation;
            parameters::variables_exist(step, operation, diagnostics);
            parameters::parameters_are_declared(step, operation, diagnostics);
            parameters::formats_are_valid(step, operation, diagnostics);
            parameters::values_can_be_written(workflow, step, operation, diagnostics);
            parameters::querystring_fits(step, operation, diagnostics);
            body::content_type_is_accepted(step, operation, diagnostics);
            body::headers_agree(step, diagnostics);
            body::members_can_be_written(workflow, step, operation, diagnostics);
            body::parts_have_headers(step, operation, library, diagnostics);
            references::parts_of_requests_are_sent(step, operation, library, diagnostics);
            let is_readable = is_readable(step, workflow, diagnostics);
            parameters::required_ones_are_given(step, operation, is_readable, diagnostics);
            body::required_one_is_given(step, operation, is_readable, diagnostics);
            content::bodies_can_be_read(step, operation, diagnostics);
            retries::retries_do_no_harm(number, step, operation, diagnostics);
        }
        body::body_has_a_meaning(step, diagnostics);
        comparisons::statuses_exist(step, diagnostics);
        comparisons::statuses_are_declared(step, diagnostics);
        parameters::values_have_quotes(step, diagnostics);
        parameters::query_is_one(workflow, step, diagnostics);
        actions::names_differ(step, diagnostics);
        actions::actions_can_be_taken(step, diagnostics);
        actions::actions_fit_the_criteria(step, diagnostics);
        retries::retries_can_help(step, diagnostics);
    }
    body::structures_have_no_quotes(place, around, library, diagnostics);
    comparisons::values_exist(place, around, library, diagnostics);
    loops::can_be_left(workflow, flow, diagnostics);
    exhaustive::values_are_handled(place, around, library, diagnostics);
    references::steps_can_have_run(workflow, flow, diagnostics);
    references::workflows_can_have_run(place, around.workflows, diagnostics);
    references::prerequisites_can_have_run(place, around.workflows, flow, diagnostics);
    content::outputs_can_be_read(workflow, diagnostics);
    security::credentials_are_given(place, around.workflows, diagnostics);
    unreachable::steps_can_run(workflow, flow, diagnostics);
    unused::outputs_are_read(workflow, diagnostics);
}

/// Checks values against the schemas that they come from and go to. What is wrong with those has been reported by then.
pub fn check_values<'a>(
    place: usize,
    around: Surroundings<'_, 'a>,
    library: &Library<'a, '_>,
    diagnostics: &mut Diagnostics,
) {
    members::members_exist(place, around, library, diagnostics);
    queries::queries_can_select(place, around, library, diagnostics);
    sent::values_fit(place, around, library, diagnostics);
    skipped::outputs_are_there(place, around, library, diagnostics);
}

/// Whether all of a step could be read, and what it takes over from the workflow. What is missing can be told only then.
fn is_readable(step: &Step<'_>, workflow: &Workflow<'_>, diagnostics: &Diagnostics) -> bool {
    let of_other_step = |span| {
        let mut others =
            workflow.steps.iter().map(|other| other.written.span).filter(|other| *other != step.written.span);
        others.any(|other| other.contains(span))
    };
    !diagnostics.within(workflow.written.span).any(|finding| {
        finding.level == Level::Error && rules::STRUCTURAL.contains(&finding.rule) && !of_other_step(finding.span)
    })
}

/// The place of a name in an expression, a condition or a text, where it is plain which one that is.
fn narrow(library: &Library<'_, '_>, span: Span, name: &str) -> Span {
    let text = library.sources().shared_text(span.file);
    let Some(text) = text.get(span.start as usize..span.end as usize) else { return span };
    let is_part = |char: char| char.is_alphanumeric() || "_-".contains(char);
    let mut found = text
        .match_indices(name)
        .map(|(start, _)| (start, start + name.len()))
        .filter(|(start, end)| !text[..*start].ends_with(is_part) && !text[*end..].starts_with(is_part));
    match (found.next(), found.next()) {
        (Some((start, end)), None) if start < end => {
            let offset = |at: usize| span.start + u32::try_from(at).unwrap_or_default();
            Span { start: offset(start), end: offset(end), ..span }
        }
        _ => span,
    }
}
