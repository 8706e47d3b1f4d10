//! The request body against the operation that it is for.

use super::parameters::{Shape, shape, unwritable};
use crate::diagnostic::{Diagnostics, rules};
use crate::document::{Location, Target};
use crate::library::Library;
use crate::media::{Format, covers, essence, is_token, is_valid};
use crate::openapi::{self, Encoding, Operation, Schema, SchemaKind};
use crate::resolve::{Payload, Reference, Step, Workflow};
use crate::types::{self, Known, Surroundings};

/// A required body is given. It may be in a part of the step that could not be read, if there is such a part.
pub(super) fn required_one_is_given(
    step: &Step<'_>,
    operation: &Operation<'_>,
    is_readable: bool,
    diagnostics: &mut Diagnostics,
) {
    let given = step.written.request_body.as_ref();
    match &operation.body {
        Some(body)
            if body.required
                && is_readable
                && given.is_none_or(|given| given.payload.is_none() && given.replacements.is_empty()) =>
        {
            let id = &step.written.id;
            let message = format!("step `{}` gives no request body, and its operation requires one", id.value);
            diagnostics
                .error(&rules::MISSING_BODY, id.node.span, message)
                .also(body.required_span, "required here")
                .help("add a `requestBody` with a `payload`");
        }
        None => {
            if let Some(given) = given {
                let message = "the operation takes no request body; what is sent will be ignored or refused";
                diagnostics
                    .report(&rules::UNEXPECTED_BODY, given.span, message)
                    .also(operation.path_span, "the operation");
            }
        }
        Some(_) => {}
    }
}

/// Rule 84: the operation accepts the content type.
pub(super) fn content_type_is_accepted(step: &Step<'_>, operation: &Operation<'_>, diagnostics: &mut Diagnostics) {
    let (Some(declared), Some(body)) = (&operation.body, &step.body) else { return };
    let Some(written) = &body.written.content_type else { return };
    if declared.content.is_empty()
        || declared.content.iter().any(|content| covers(content.media_type, &body.content_type))
    {
        return;
    }
    let list = declared.content.iter().map(|content| format!("`{}`", content.media_type)).collect::<Vec<_>>();
    let message = format!("the operation does not accept `{}`", body.content_type);
    diagnostics
        .error(&rules::UNKNOWN_CONTENT_TYPE, written.node.span, message)
        .label(format!("it accepts {}", list.join(", ")))
        .also(declared.content_span, "declared here");
}

/// The members of a form have a text by the encoding that the description gives them.
pub(super) fn members_can_be_written(
    workflow: &Workflow<'_>,
    step: &Step<'_>,
    operation: &Operation<'_>,
    diagnostics: &mut Diagnostics,
) {
    let (Some(declared), Some(body)) = (&operation.body, &step.body) else { return };
    let Some(content) = declared.content(&body.content_type) else { return };
    let (what, in_format): (_, fn(&Encoding<'_>) -> Option<openapi::Format>) = match body.format {
        Format::Form => ("member", |encoding| encoding.in_form()),
        Format::Multipart => ("part", |encoding| encoding.in_parts()),
        _ => return,
    };
    let Payload::Object(members) = &body.payload else { return };
    let written = body.written.payload.as_ref();
    for (name, value) in members {
        let Some(encoding) = content.encoding.iter().find(|encoding| encoding.name == name) else { continue };
        let span = written.and_then(|payload| payload.get(name)).map_or(body.written.span, |node| node.span);
        if let Some(problem) = &encoding.problem {
            let message = format!("the {what} `{name}` of the form {}", problem.message);
            diagnostics.error(problem.rule, span, message).also(problem.span, "declared here");
            continue;
        }
        let Some(format) = in_format(encoding) else { continue };
        let Some(problem) = unwritable_member(value, format, workflow) else { continue };
        let by = match format {
            openapi::Format::Style { style, .. } => format!("`style: {}`", style.as_str()),
            _ => format!("`contentType: {}`", encoding.content_type.unwrap_or_default()),
        };
        diagnostics
            .error(&rules::UNSERIALIZABLE_VALUE, span, format!("the {what} `{name}` of the form is {problem}"))
            .label(format!("{by} has no way to write it"))
            .also(encoding.span, "its encoding");
    }
}

/// What the schemas of parts say of their bytes is what a header can hold.
pub(super) fn parts_have_headers<'a>(
    step: &Step<'a>,
    operation: &Operation<'a>,
    library: &Library<'a, '_>,
    diagnostics: &mut Diagnostics,
) {
    let (Some(declared), Some(body)) = (&operation.body, &step.body) else { return };
    if body.format != Format::Multipart {
        return;
    }
    // What is wrong with a schema is reported where its type counts.
    let resolved = |schema: Schema<'a>| schema.resolve(library, &mut Diagnostics::new()).map(|(schema, _)| schema);
    let Some(schema) = declared.content(&body.content_type).and_then(|content| resolved(content.schema?)) else {
        return;
    };
    for (key, property) in schema.properties() {
        let Payload::Object(members) = &body.payload else { continue };
        if !members.iter().any(|(name, _)| *name == key.text) {
            continue;
        }
        let element = |property: Schema<'a>| match property.kind() {
            SchemaKind::List(items) => resolved(items?),
            _ => Some(property),
        };
        let Some(part) = resolved(property).and_then(element) else { continue };
        let media_type = "is no media type, which is written as in `image/png`";
        let encoding = "is no name of an encoding, such as `base64`";
        for (keyword, what) in [("contentMediaType", media_type), ("contentEncoding", encoding)] {
            let is_right = if keyword == "contentEncoding" { is_token } else { is_valid };
            for found in part.all(keyword) {
                if found.node.as_str().is_some_and(is_right) || diagnostics.is_reported(found.node.span) {
                    continue;
                }
                let message = format!("the `{keyword}` of the part `{}` {what}", key.text);
                diagnostics
                    .error(&rules::INVALID_DESCRIPTION, found.node.span, message)
                    .label("it becomes a header of the part")
                    .also(body.written.span, "sent here");
            }
        }
    }
}

/// What of the value of a member has no text. A content type is that of each element of a list.
fn unwritable_member(value: &Payload, format: openapi::Format, workflow: &Workflow<'_>) -> Option<&'static str> {
    match (format, value) {
        (openapi::Format::Style { .. }, _) => unwritable(value, format, workflow),
        (_, Payload::List(elements)) => elements.iter().find_map(|element| unwritable(element, format, workflow)),
        _ => unwritable(value, format, workflow).filter(|_| shape(value, workflow) != Some(Shape::List)),
    }
}

/// Rule 83: HTTP gives the body of some requests no meaning, and a step that calls a workflow sends no request.
pub(super) fn body_has_a_meaning(step: &Step<'_>, diagnostics: &mut Diagnostics) {
    let Some(given) = &step.written.request_body else { return };
    if let Some(Target::Workflow(_)) = step.written.target {
        diagnostics
            .report(&rules::IGNORED_FIELD, given.span, "a step that calls a workflow sends no request body")
            .help("give the values as `parameters`, which become the inputs of the workflow");
    }
    // That the operation takes no body at all says enough.
    let operation = step.call.as_ref().map(|call| &call.operation).filter(|operation| operation.body.is_some());
    if let Some(operation) = operation
        && ["GET", "HEAD", "DELETE"].contains(&operation.method.as_str())
    {
        let message = format!("HTTP defines no meaning for the body of a {} request", operation.method);
        diagnostics
            .report(&rules::DISCOURAGED_BODY, given.span, message)
            .label("servers and proxies may refuse or drop it")
            .also(operation.path_span, "the operation");
    }
}

/// A header `Content-Type` that is given as a parameter is sent as it is, and does not change how the body is written.
pub(super) fn headers_agree(step: &Step<'_>, diagnostics: &mut Diagnostics) {
    let Some(body) = &step.body else { return };
    let is_content_type = |name: &str| name.eq_ignore_ascii_case("Content-Type");
    let header = step.parameters.iter().find(|given| given.location == Location::Header && is_content_type(given.name));
    let Some(header) = header else { return };
    let Payload::String(value) = &header.value else { return };
    if essence(value) != essence(&body.content_type) {
        let message =
            format!("the header says `{value}`, and the body is written as `{}`", essence(&body.content_type));
        diagnostics
            .report(&rules::DIFFERENT_CONTENT_TYPE, header.span, message)
            .help(format!("remove the header, and write `contentType: {value}` in the `requestBody`"));
    }
}

/// Rule 88: quotes around a list or an object in JSON that is written as text.
pub(super) fn structures_have_no_quotes<'a>(
    place: usize,
    around: Surroundings<'_, 'a>,
    library: &Library<'a, '_>,
    diagnostics: &mut Diagnostics,
) {
    for body in around.workflows[place].steps.iter().filter_map(|step| step.body.as_ref()) {
        quoted(&body.payload, &mut |reference| {
            let Known::Schema(schema) = types::known(place, around, library, reference) else { return };
            let what = match schema.kind() {
                SchemaKind::List(_) => "a list",
                SchemaKind::Object | SchemaKind::Map(_) => "an object",
                _ => return,
            };
            let text = library.sources().shared_text(reference.span.file);
            let expression = text.get(reference.span.start as usize..reference.span.end as usize).unwrap_or_default();
            diagnostics
                .report(
                    &rules::QUOTED_STRUCTURE,
                    reference.span,
                    format!("`{expression}` is {what}, and stands in quotes"),
                )
                .label("it takes the place of the quotes, which other tools do not do")
                .help(format!("write `{{{expression}}}` without the quotes around it"));
        });
    }
}

/// The values between quotes in a payload that is JSON written as text.
fn quoted(payload: &Payload, visit: &mut dyn FnMut(&Reference)) {
    match payload {
        Payload::Quoted(reference) => visit(reference),
        Payload::List(elements) => elements.iter().for_each(|element| quoted(element, visit)),
        Payload::Object(members) => members.iter().for_each(|(_, member)| quoted(member, visit)),
        _ => {}
    }
}
