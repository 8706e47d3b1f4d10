//! The request body of a step: its content type, and its payload as that type is written.

use super::form_text;
use super::json_text;
use super::replacement;
use super::step::{Context, Scope};
use super::{Body, Call, Payload, Piece};
use crate::diagnostic::rules;
use crate::document;
use crate::media::{self, Format};
use crate::openapi;
use crate::source::Span;
use crate::yaml::Node;

impl<'a> Context<'_, 'a, '_> {
    /// Resolves a request body. `None` when it gives no payload, or something in it is wrong, which is reported.
    pub(super) fn body(
        &mut self,
        written: &'a document::RequestBody,
        call: Option<&Call<'a>>,
        scope: Scope<'_, 'a>,
    ) -> Option<Body<'a>> {
        let payload = match &written.payload {
            Some(node) => Some(self.payload(node, scope)?),
            None if written.replacements.is_empty() => return None,
            None => None,
        };
        let declared = call.filter(|call| !call.guessed).and_then(|call| call.operation.body.as_ref());
        let (content_type, span) = self.content_type(written, declared)?;
        let content = declared.and_then(|declared| declared.content(&content_type));
        let format = Format::of(&content_type);
        let mut payload = match (payload, &written.payload) {
            (Some(payload), Some(node)) => self.written_as(format, payload, node, &content_type, span)?,
            _ => replacement::base(content),
        };
        let schema = content.and_then(|content| content.schema);
        let at = written.payload.as_ref().map(|node| node.span);
        let into =
            replacement::Into { payload: &mut payload, format, content_type: &content_type, schema, written: at };
        let replacements = self.replacements(&written.replacements, into, scope)?;
        let parts = match format {
            Format::Multipart => self.parts(content, &payload, replacements.is_empty(), scope.inputs),
            _ => Vec::new(),
        };
        let is_base64 = format == Format::Binary && self.is_base64(self.source_of(&payload, scope.inputs));
        Some(Body { content_type, format, payload, replacements, parts, is_base64, written })
    }

    /// A payload as its format asks for it. `span` is where the content type comes from.
    fn written_as(
        &mut self,
        format: Format,
        payload: Payload,
        node: &'a Node,
        content_type: &str,
        span: Span,
    ) -> Option<Payload> {
        match format {
            Format::Json => self.json(payload, node),
            Format::Xml | Format::Text | Format::Binary => self.plain(payload, node, content_type),
            Format::Form => self.form(payload, node, content_type),
            Format::OtherMultipart => {
                let message = format!("request bodies of the type `{content_type}` are not supported");
                self.unsupported_at(span, message);
                None
            }
            Format::Multipart => self.multipart(payload, node, content_type),
        }
    }

    /// The content type, and where it comes from: the one that the document names; else the only one that the operation
    /// declares; else `application/json`, if the operation accepts that.
    fn content_type(
        &mut self,
        written: &document::RequestBody,
        declared: Option<&openapi::Body<'a>>,
    ) -> Option<(String, Span)> {
        if let Some(text) = &written.content_type {
            let (value, span) = (text.value.trim(), text.node.span);
            let problem = if !media::is_valid(value) {
                "this is no media type, which is written as in `application/json`"
            } else if media::is_range(value) {
                "a content type names one media type, and this is a range of them"
            } else {
                return Some((value.to_owned(), span));
            };
            self.diagnostics.error(&rules::INVALID_VALUE, span, problem);
            return None;
        }
        const JSON: &str = "application/json";
        let offered = declared.map(|body| &body.content[..]).unwrap_or_default();
        let usable = |media_type: &str| media::is_valid(media_type) && !media::is_range(media_type);
        let mut structured = offered.iter().filter(|content| media::is_json(content.media_type));
        let chosen = match offered {
            [] => JSON,
            [only] if usable(only.media_type) => only.media_type,
            _ if offered.iter().any(|content| media::covers(content.media_type, JSON)) => JSON,
            _ => match (structured.next(), structured.next()) {
                (Some(only), None) if usable(only.media_type) => only.media_type,
                _ => {
                    let list = offered.iter().map(|content| format!("`{}`", content.media_type)).collect::<Vec<_>>();
                    let message = match offered {
                        [_] => "the operation accepts a range of content types, and the step names none",
                        _ => "the operation accepts several content types, and the step names none",
                    };
                    self.diagnostics
                        .error(&rules::UNKNOWN_CONTENT_TYPE, written.span, message)
                        .help(format!("add a `contentType`: {}", list.join(", ")));
                    return None;
                }
            },
        };
        Some((chosen.to_owned(), written.span))
    }

    /// A payload that is sent as JSON. One that is text is read as JSON where it is meant to be; any other text is a JSON
    /// string.
    fn json(&mut self, payload: Payload, node: &'a Node) -> Option<Payload> {
        let pieces = match payload {
            Payload::String(text) => vec![Piece::Literal(text)],
            Payload::Template(pieces) => pieces,
            structured => return Some(structured),
        };
        let fault = match json_text::read(&pieces) {
            Ok(payload) => return Some(payload),
            Err(fault) => fault,
        };
        if !json_text::is_meant(&pieces) {
            return Some(as_text(pieces));
        }
        let [Piece::Literal(text)] = pieces.as_slice() else {
            return Some(Payload::JsonText(json_text::textual(pieces)));
        };
        let start = fault.at.1.min(text.len());
        let length = text[start..].chars().next().map_or(0, char::len_utf8);
        let span = self.library.part(node, start..start + length);
        self.diagnostics
            .error(&rules::INVALID_JSON, span, format!("the payload is no JSON: {}", fault.message))
            .help("write the payload as YAML, without quotes around it, or correct the JSON");
        None
    }

    /// A payload that is sent as a form: an object, or text that is a form already.
    fn form(&mut self, payload: Payload, node: &Node, content_type: &str) -> Option<Payload> {
        let what = match payload {
            Payload::Template(pieces) => return Some(Payload::FormText(form_text::textual(pieces))),
            Payload::List(_) => "a list",
            Payload::Bool(_) | Payload::Number(_) => "a plain value",
            payload => return Some(payload),
        };
        self.diagnostics
            .error(&rules::SHAPELESS_FORM, node.span, format!("a body of the type `{content_type}` cannot be {what}"))
            .label("a form has members")
            .help("write the payload as an object with a member for each field of the form")
            .help("or as text, as in `name={$inputs.name}&size=2`");
        None
    }

    /// A payload that is sent in parts: an object.
    fn multipart(&mut self, payload: Payload, node: &Node, content_type: &str) -> Option<Payload> {
        let what = match payload {
            Payload::List(_) => "a list",
            Payload::Bool(_) | Payload::Number(_) => "a plain value",
            Payload::String(_) | Payload::Template(_) => "text",
            payload => return Some(payload),
        };
        self.diagnostics
            .error(&rules::SHAPELESS_FORM, node.span, format!("a body of the type `{content_type}` cannot be {what}"))
            .label("it has parts")
            .help("write the payload as an object with a member for each part");
        None
    }

    /// A payload that is sent as text or bytes.
    fn plain(&mut self, payload: Payload, node: &Node, content_type: &str) -> Option<Payload> {
        let what = match payload {
            Payload::List(_) => "a list",
            Payload::Object(_) => "an object",
            scalar => return Some(scalar),
        };
        self.diagnostics
            .error(&rules::STRUCTURED_TEXT, node.span, format!("a body of the type `{content_type}` cannot be {what}"))
            .label("only text can be sent as this type")
            .help("write the body as text, with the values in it as in `{$inputs.name}`")
            .help("or name a `contentType` that has members, such as `application/json`");
        None
    }
}

/// Text with its pieces.
fn as_text(pieces: Vec<Piece>) -> Payload {
    match pieces.as_slice() {
        [Piece::Literal(text)] => Payload::String(text.clone()),
        _ => Payload::Template(pieces),
    }
}
