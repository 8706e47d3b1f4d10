//! Steps that send or receive a message of an AsyncAPI description: checked like all others, and then refused.

use super::listed;
use super::locate::described;
use super::operation::Called;
use super::step::{Context, Scope};
use crate::diagnostic::{rules, suggest};
use crate::document::{self, SourceKind, Target, Text};
use crate::library::percent_decode;
use std::ops::Range;

/// A `channelPath` as the specification wants it.
const CANONICAL: &str = "{$sourceDescriptions.name.url}#/channels/orders";

impl<'a> Context<'_, 'a, '_> {
    /// Rule 40: a `channelPath` leads from a source to a channel. `None` when it does not, which is reported.
    pub(super) fn channel(&mut self, text: &'a Text) -> Option<()> {
        let value = text.value.as_str();
        let named = value.split_once('#').and_then(|(source, pointer)| {
            let bare = source.strip_prefix('{').and_then(|source| source.strip_suffix('}')).unwrap_or(source);
            let name = bare.strip_prefix("$sourceDescriptions.")?;
            Some((source.len() + 1, name.strip_suffix(".url").unwrap_or(name), pointer))
        });
        let Some((start, name, pointer)) = named else {
            let message = match value.contains('#') {
                true => "a `channelPath` names its source description by an expression",
                false => "a `channelPath` is a source description, `#` and a JSON Pointer, and this has no `#`",
            };
            self.diagnostics
                .error(&rules::INVALID_EXPRESSION, text.node.span, message)
                .help(format!("write it as in `{CANONICAL}`"));
            return None;
        };
        let at = value.find(name).unwrap_or_default();
        let span = self.library.part(&text.node, at..at + name.len());
        let name = self.source(name, span)?;
        let kind = self.descriptions.kind(name, self.library, self.diagnostics)?;
        if kind != SourceKind::AsyncApi {
            let message = format!(
                "a `channelPath` leads into an AsyncAPI description, and the source `{name}` is {}",
                described(kind)
            );
            let help = match kind {
                SourceKind::OpenApi => "name an operation with `operationId` or `operationPath`",
                _ => "run a workflow of it with `workflowId`",
            };
            self.diagnostics.error(&rules::WRONG_SOURCE_TYPE, span, message).help(help);
            return None;
        }
        let description = self.descriptions.asyncapi(name, self.library, self.diagnostics)?;
        let Err(wrong) = channel_at(pointer, name, &description.channels) else { return Some(()) };
        let span = self.library.part(&text.node, wrong.range.start + start..wrong.range.end + start);
        let finding = self.diagnostics.error(&rules::UNKNOWN_CHANNEL, span, wrong.message);
        finding.did_you_mean(wrong.near.as_deref());
        if let Some(help) = wrong.help {
            finding.help(help);
        }
        None
    }

    /// Rules 41 and 42: the fields for messages stand where there is a message. A step that sends or receives one is refused.
    pub(super) fn message_fields(
        &mut self,
        step: &'a document::Step,
        called: Option<&Called<'a>>,
        scope: Scope<'_, 'a>,
    ) {
        if let Some(correlation) = &step.correlation_id {
            self.payload(&correlation.node, scope);
        }
        // What stands beside an `operationPath` or a `workflowId` has been reported while it was read.
        match (called, &step.target) {
            (Some(Called::Message), Some(Target::OperationId(id))) => {
                if step.action.is_none() {
                    let message = "a step that names an operation of an AsyncAPI description lacks `action`";
                    self.diagnostics
                        .error(&rules::MISSING_FIELD, id.node.span, message)
                        .help("write `action: send` or `action: receive`, as the workflow sees it");
                }
                self.refuse(id, "an operation of an AsyncAPI description");
            }
            (Some(Called::Message), Some(Target::ChannelPath(path))) => {
                self.refuse(path, "a channel of an AsyncAPI description");
            }
            // Beside an `action` that is missing or wrong, `correlationId` has been reported while it was read.
            (Some(Called::Operation(call)), Some(Target::OperationId(_))) if !call.guessed => {
                if let Some(action) = &step.action {
                    let message = format!(
                        "`action` is for steps that send or receive a message, and the source `{}` is an OpenAPI \
                         description",
                        call.source
                    );
                    self.diagnostics
                        .error(&rules::MISPLACED_FIELD, action.node.span, message)
                        .help("remove it: a step that calls an operation sends its request and waits for the response");
                }
            }
            _ => {}
        }
        if let (Some(body), Some(action)) = (&step.request_body, &step.action)
            && action.value == "receive"
            && matches!(called, Some(Called::Message))
        {
            let message = "a step that receives a message sends no body";
            self.diagnostics.report(&rules::IGNORED_FIELD, body.span, message);
        }
    }

    fn refuse(&mut self, target: &Text, what: &str) {
        let message = "AsyncAPI steps, which send or receive messages, are not supported";
        self.diagnostics
            .error(&rules::UNSUPPORTED, target.node.span, message)
            .label(what)
            .help("leave the workflow out by naming the others in the macro: `only = [\"…\"]`");
    }
}

struct Wrong {
    /// The bytes of the pointer.
    range: Range<usize>,
    message: String,
    near: Option<String>,
    help: Option<String>,
}

/// Whether a pointer (without its `#`) leads to one of the channels of the description `source`.
fn channel_at(pointer: &str, source: &str, channels: &[&str]) -> Result<(), Wrong> {
    let wrong = |range, message| Wrong { range, message, near: None, help: None };
    let tokens: Vec<&str> = pointer.split('/').skip(1).collect();
    let ["channels", written, below @ ..] = tokens.as_slice() else {
        let message = "this JSON Pointer does not lead to a channel".to_owned();
        let help = match tokens.as_slice() {
            ["operations", id] => {
                format!("to name an operation, write `operationId: $sourceDescriptions.{source}.{id}`")
            }
            _ => format!("it has two parts, `channels` and the name of the channel, as in `{CANONICAL}`"),
        };
        return Err(Wrong { help: Some(help), ..wrong(0..pointer.len(), message) });
    };
    let start = "/channels/".len();
    let name = written.replace("~1", "/").replace("~0", "~");
    let escaped = |name: &str| name.replace('~', "~0").replace('/', "~1");
    let decoded = percent_decode(&name);
    let Some(_) = channels.iter().find(|known| **known == name || **known == decoded) else {
        // A channel whose name has slashes, written as they are.
        let whole = pointer.get(start..).unwrap_or_default();
        if let Some(meant) = channels
            .iter()
            .find(|known| !below.is_empty() && known.trim_start_matches('/') == whole.trim_start_matches('/'))
        {
            let message = "a slash inside of a name is written `~1` in a JSON Pointer".to_owned();
            return Err(Wrong { near: Some(escaped(meant)), ..wrong(start..pointer.len(), message) });
        }
        let near = suggest(&name, channels.iter().copied());
        let help = (near.is_none() && !channels.is_empty()).then(|| format!("its channels are {}", listed(channels)));
        let message = format!("`{source}` has no channel `{name}`");
        let range = start..start + written.len();
        return Err(Wrong { near: near.map(escaped), help, ..wrong(range, message) });
    };
    if below.is_empty() {
        return Ok(());
    }
    let end = start + written.len();
    let help = format!("end it behind the channel: `#/channels/{written}`");
    let message = "this JSON Pointer leads into a channel, not to it".to_owned();
    Err(Wrong { help: Some(help), ..wrong(end..pointer.len(), message) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(pointer: &str) -> String {
        let wrong = channel_at(pointer, "news", &["orders", "/pets/new", "a b"]).expect_err("it is wrong");
        let near = wrong.near.map(|near| format!(" ({near})")).unwrap_or_default();
        format!("{}: {}{near}", &pointer[wrong.range], wrong.message)
    }

    #[test]
    fn pointers_to_channels() {
        for pointer in ["/channels/orders", "/channels/~1pets~1new", "/channels/a%20b"] {
            assert!(channel_at(pointer, "news", &["orders", "/pets/new", "a b"]).is_ok(), "{pointer}");
        }
    }

    #[test]
    fn pointers_to_something_else() {
        for (pointer, expected) in [
            ("", ": this JSON Pointer does not lead to a channel"),
            ("/channels", "/channels: this JSON Pointer does not lead to a channel"),
            ("/channels/oders", "oders: `news` has no channel `oders` (orders)"),
            (
                "/channels/pets/new",
                "pets/new: a slash inside of a name is written `~1` in a JSON Pointer (~1pets~1new)",
            ),
            ("/channels/orders/messages", "/messages: this JSON Pointer leads into a channel, not to it"),
            ("/operations/order", "/operations/order: this JSON Pointer does not lead to a channel"),
        ] {
            assert_eq!(message(pointer), expected);
        }
    }
}
