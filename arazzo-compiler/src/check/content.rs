//! Expressions against the content types of the responses that they read.

use crate::diagnostic::{Diagnostics, rules};
use crate::media::{Format, covers, essence, is_range};
use crate::openapi::{Operation, Response, Statuses};
use crate::resolve::{Bare, Criterion, Reference, Root, Segment, Step, Test, Workflow};
use crate::source::Span;
use crate::status;

/// A way into the body of a response that counts as a success leads somewhere only when that body is JSON; XPath, when it
/// is XML. Bodies of failures are left alone: hardly any description names all of them.
pub(super) fn bodies_can_be_read(step: &Step<'_>, operation: &Operation<'_>, diagnostics: &mut Diagnostics) {
    let Some(media_types) = answers(step, operation) else { return };
    for (span, wanted) in ways(step) {
        report(span, wanted, &media_types, operation, diagnostics);
    }
}

/// The same of ways into outputs that are the whole body of a response.
pub(super) fn outputs_can_be_read(workflow: &Workflow<'_>, diagnostics: &mut Diagnostics) {
    let mut found: Vec<(usize, Span, Format)> = Vec::new();
    workflow.references(&mut |reference| {
        let Root::Step { step, output } = reference.root else { return };
        let is_whole = |value: &Reference| value.root == Root::ResponseBody && value.path.is_empty();
        if !workflow.steps[step].outputs[output].value.as_ref().is_some_and(is_whole) {
            return;
        }
        let known = |(at, span, _): &(usize, Span, Format)| *at == step && *span == reference.span;
        if let Some(wanted) = wanted(&reference.path).filter(|_| !found.iter().any(known)) {
            found.push((step, reference.span, wanted));
        }
    });
    for (step, span, wanted) in found {
        let step = &workflow.steps[step];
        let Some(call) = step.call.as_ref().filter(|call| !call.guessed) else { continue };
        let Some(media_types) = answers(step, &call.operation) else { continue };
        report(span, wanted, &media_types, &call.operation, diagnostics);
    }
}

/// The format of a body into which a way leads.
fn wanted(path: &[Segment]) -> Option<Format> {
    match path.first()? {
        Segment::Length => None,
        Segment::XPath(_) => Some(Format::Xml),
        _ => Some(Format::Json),
    }
}

/// Reports a way into a format that no answer has.
fn report(span: Span, wanted: Format, media_types: &[&str], operation: &Operation<'_>, diagnostics: &mut Diagnostics) {
    let is_there = |format: Format| media_types.iter().any(|media_type| Format::of(media_type) == format);
    if is_there(wanted) {
        return;
    }
    let name = if wanted == Format::Xml { "XML" } else { "JSON" };
    let mut list: Vec<String> = Vec::new();
    for media_type in media_types.iter().map(|media_type| format!("`{}`", essence(media_type))) {
        if !list.contains(&media_type) {
            list.push(media_type);
        }
    }
    let message = format!("this asks for a part of {name}, and the operation does not answer with {name}");
    let finding = diagnostics
        .report(&rules::UNREADABLE_CONTENT, span, message)
        .label(format!("the answer is {}", list.join(" or ")))
        .also(operation.path_span, "the operation");
    if wanted == Format::Json && is_there(Format::Xml) {
        finding.help("parts of XML are found by XPath, in a criterion or, from Arazzo 1.1 on, a Selector Object");
    } else {
        finding.help("`$response.body` is the whole of it as text");
    }
}

/// The media types of the answers that count as success; `None` when the description leaves one of them open.
fn answers<'a>(step: &Step<'_>, operation: &Operation<'a>) -> Option<Vec<&'a str>> {
    let is_success = |status: u16| match step.criteria.as_slice() {
        [] => (200..300).contains(&status),
        criteria => status::all(criteria, status) != Some(false),
    };
    if (100..200).chain(400..600).any(is_success) {
        return None;
    }
    let is_it = |response: &&Response<'_>| match response.statuses {
        Statuses::Exactly(status) => is_success(status) && !matches!(status, 204 | 205 | 304),
        Statuses::Class(class) => (class * 100..class * 100 + 100).any(is_success),
        // It usually describes errors.
        Statuses::Default => false,
    };
    let mut media_types = Vec::new();
    for response in operation.responses.iter().filter(is_it) {
        let is_any = |media_type: &str| is_range(media_type) && covers(media_type, "application/json");
        if response.content.is_empty() || response.content.iter().any(|content| is_any(content.media_type)) {
            return None;
        }
        media_types.extend(response.content.iter().map(|content| content.media_type));
    }
    (!media_types.is_empty()).then_some(media_types)
}

/// The ways into the body of a successful response, and the format of a body into which they lead.
fn ways(step: &Step<'_>) -> Vec<(Span, Format)> {
    let mut ways = Vec::new();
    let mut note = |reference: &Reference| {
        if reference.root == Root::ResponseBody {
            ways.extend(wanted(&reference.path).map(|wanted| (reference.span, wanted)));
        }
    };
    step.outputs.iter().filter_map(|output| output.value.as_ref()).for_each(&mut note);
    let of_actions = step.on_success.iter().flat_map(|action| &action.criteria);
    let criteria: Vec<&Criterion> = step.criteria.iter().chain(of_actions).collect();
    criteria.iter().for_each(|criterion| criterion.references(&mut note));
    for criterion in criteria {
        let is_body = |context: &Reference| context.root == Root::ResponseBody && context.path.is_empty();
        match &criterion.test {
            Some(Test::XPath { context, .. }) if is_body(context) => ways.push((criterion.span, Format::Xml)),
            Some(
                Test::Query { context, .. }
                | Test::Draft { context, .. }
                | Test::FilledBare { context, .. }
                | Test::Bare { context, logical: Bare::Engine(..) },
            ) if is_body(context) => {
                ways.push((criterion.span, Format::Json));
            }
            _ => {}
        }
    }
    ways
}
