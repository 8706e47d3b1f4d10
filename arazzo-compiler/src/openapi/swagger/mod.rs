//! Operations of Swagger 2.0, read as what OpenAPI 3 has in their place: a parameter `in: body` or several `in: formData`
//! are the request body, `consumes` and `produces` its media types and those of the responses, and `host`, `basePath` and
//! `schemes` the server.

mod form;
mod parameter;
mod server;

use super::operation::{Body, Content, Operation, Response, Statuses, api_keys};
use super::scheme::required;
use super::security::security;
use super::{Entry, Version, path};
use crate::diagnostic::Diagnostics;
use crate::library::{Library, Located};
use crate::media;
use crate::source::Span;
use crate::yaml::Node;
use parameter::{Declared, Place};

/// Reads an operation. What is wrong with parts of it is reported; the rest is read.
pub(super) fn operation<'a>(
    entry: &Entry<'a>,
    root: Located<'a>,
    base: Option<&str>,
    library: &Library<'a, '_>,
    diagnostics: &mut Diagnostics,
) -> Operation<'a> {
    let reader = Reader { entry, root, library };
    let (declared, parameters_known) = reader.declared(diagnostics);
    let schemes = root.node.get("securityDefinitions");
    let parameters: Vec<_> = declared.iter().filter_map(|declared| declared.parameter(library)).collect();
    Operation {
        id: entry.id,
        method: entry.sent_method(),
        path: entry.path,
        template: path::parts(entry.path, &parameters),
        path_span: entry.path_span,
        server: server::server(entry.operation.node, root.node, base),
        parameters,
        parameters_known,
        body: reader.body(&declared),
        responses: reader.responses(diagnostics),
        api_keys: api_keys(schemes, root.file, library, diagnostics),
        security: security(entry.operation.node, root, schemes, library),
        schemes: required(entry.operation.node, root, schemes, library),
    }
}

struct Reader<'l, 'a, 'r> {
    entry: &'l Entry<'a>,
    root: Located<'a>,
    library: &'l Library<'a, 'r>,
}

impl<'a> Reader<'_, 'a, '_> {
    /// The parameters of the operation and of its path item, and whether those are all.
    fn declared(&self, diagnostics: &mut Diagnostics) -> (Vec<Declared<'a>>, bool) {
        let mut parameters: Vec<Declared<'a>> = Vec::new();
        let mut complete = true;
        for level in self.entry.levels() {
            for node in level.node.get("parameters").and_then(Node::as_list).unwrap_or_default() {
                let found = self.library.resolve(Located { node, ..level }, diagnostics);
                let Some(declared) = found.and_then(|found| Declared::read(found, diagnostics)) else {
                    complete = false;
                    continue;
                };
                if !parameters.iter().any(|known| known.name == declared.name && known.place == declared.place) {
                    parameters.push(declared);
                }
            }
        }
        (parameters, complete)
    }

    /// The media types of `consumes` or `produces`, and where they stand. A list of the operation takes the place of that of
    /// the description.
    fn media_types(&self, field: &str) -> (Vec<&'a str>, Option<Span>) {
        let found = [self.entry.operation.node, self.root.node].into_iter().find_map(|node| node.get(field));
        let list = found.and_then(Node::as_list).unwrap_or_default();
        (list.iter().filter_map(Node::as_str).collect(), found.map(|node| node.span))
    }

    fn body(&self, declared: &[Declared<'a>]) -> Option<Body<'a>> {
        match declared.iter().find(|declared| declared.place == Place::Body) {
            Some(declared) => Some(self.whole_body(declared)),
            None => self.form(declared),
        }
    }

    fn whole_body(&self, declared: &Declared<'a>) -> Body<'a> {
        let (mut media_types, span) = self.media_types("consumes");
        if media_types.is_empty() {
            media_types.push("application/json");
        }
        Body {
            required: declared.is_required(),
            required_span: declared.span_of("required"),
            content: self.contents(&media_types, declared.at),
            content_span: span.unwrap_or(declared.at.node.span),
        }
    }

    fn form(&self, declared: &[Declared<'a>]) -> Option<Body<'a>> {
        let fields: Vec<&Declared<'a>> = declared.iter().filter(|declared| declared.place == Place::Form).collect();
        let first = fields.first()?;
        let has_file = fields.iter().any(|field| form::is_file(field.at.node));
        let (consumed, span) = self.media_types("consumes");
        let is_form = |media_type: &&str| match media::Format::of(media_type) {
            media::Format::Form => !has_file,
            media::Format::Multipart => true,
            _ => false,
        };
        let mut media_types: Vec<&'a str> = consumed.into_iter().filter(is_form).collect();
        if media_types.is_empty() {
            media_types.push(if has_file { "multipart/form-data" } else { "application/x-www-form-urlencoded" });
        }
        let required = fields.iter().find(|field| field.is_required());
        let parameters = self.entry.levels().find_map(|level| level.node.get("parameters"));
        let list = parameters.map_or(first.at.node.span, |list| list.span);
        let node = self.library.arena().keep_tree(form::media_type(&fields, list));
        Some(Body {
            required: required.is_some(),
            required_span: required.unwrap_or(first).span_of("required"),
            content: self.contents(&media_types, Located { node, ..self.entry.operation }),
            content_span: span.unwrap_or(list),
        })
    }

    fn responses(&self, diagnostics: &mut Diagnostics) -> Vec<Response<'a>> {
        let (mut media_types, _) = self.media_types("produces");
        if media_types.is_empty() {
            media_types.push("application/json");
        }
        let mut responses = Vec::new();
        let declared = self.entry.operation.node.get("responses").and_then(Node::as_map);
        for (key, node) in declared.into_iter().flat_map(|map| map.iter()) {
            let Some(statuses) = Statuses::read(&key.text) else { continue };
            let at = Located { node, ..self.entry.operation };
            let Some(found) = self.library.resolve(at, diagnostics) else { continue };
            // Without a schema there is no body.
            let media_types = if found.node.get("schema").is_some() { &media_types[..] } else { &[] };
            responses.push(Response { statuses, content: self.contents(media_types, found) });
        }
        responses
    }

    /// The media types of what has a `schema`.
    fn contents(&self, media_types: &[&'a str], at: Located<'a>) -> Vec<Content<'a>> {
        let content = |media_type: &&'a str| Content::read(media_type, at, Version::V2_0, self.library);
        media_types.iter().map(content).collect()
    }
}

#[cfg(test)]
mod tests;
