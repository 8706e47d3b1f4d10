//! The request body against the operation that it is for.

use crate::diagnostic::{Diagnostics, rules};
use crate::openapi::Operation;
use crate::resolve::Step;

/// A required body is given. It may be in a part of the step that could not be read, if there is such a part.
pub(super) fn required_one_is_given(
    step: &Step<'_>,
    operation: &Operation<'_>,
    is_readable: bool,
    diagnostics: &mut Diagnostics,
) {
    let given = step.written.request_body.as_ref();
    match &operation.body {
        Some(body) if body.required && is_readable && given.is_none_or(|given| given.payload.is_none()) => {
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
        || declared.content.iter().any(|content| accepts(content.media_type, &body.content_type))
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

/// Whether a media type or range of a description covers a content type.
fn accepts(range: &str, content_type: &str) -> bool {
    let essence = |text: &str| text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let (range, content_type) = (essence(range), essence(content_type));
    match range.split_once('/') {
        Some(("*", "*")) => true,
        Some((kind, "*")) => content_type.split('/').next() == Some(kind),
        _ => range == content_type,
    }
}

#[cfg(test)]
mod tests {
    use super::accepts;

    #[test]
    fn ranges_cover_their_types() {
        assert!(accepts("application/json", "Application/JSON; charset=utf-8"));
        assert!(accepts("application/*", "application/json") && accepts("*/*", "text/plain"));
        assert!(!accepts("text/*", "application/json") && !accepts("application/xml", "application/json"));
    }
}
