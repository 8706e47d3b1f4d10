//! What is known of the members of a `multipart/form-data` body: from the Encoding Objects of the description, from the
//! schema of the body, and from the inputs that the values come from.

use super::step::Context;
use super::{Part, Payload, Reference, Root, Segment};
use crate::diagnostic::Diagnostics;
use crate::media::{self, Format as Media};
use crate::openapi::{Content, Schema, SchemaKind};

impl<'a> Context<'_, 'a, '_> {
    /// The members of which something is to be said: of a payload that is known those that it has, else all that are
    /// declared.
    pub(super) fn parts(
        &self,
        content: Option<&Content<'a>>,
        payload: &Payload,
        is_complete: bool,
        inputs: Option<Schema<'a>>,
    ) -> Vec<Part> {
        let schema = content.and_then(|content| content.schema).and_then(|schema| self.resolved(schema));
        let mut names: Vec<String> = Vec::new();
        if let Payload::Object(members) = payload {
            names.extend(members.iter().map(|(name, _)| name.clone()));
        }
        if !is_complete || !matches!(payload, Payload::Object(_)) {
            let properties = schema.into_iter().flat_map(Schema::properties).map(|(key, _)| key.text.as_str());
            let encodings = content.into_iter().flat_map(|content| &content.encoding).map(|encoding| encoding.name);
            for name in properties.chain(encodings) {
                if !names.iter().any(|known| known == name) {
                    names.push(name.to_owned());
                }
            }
        }
        let part = |name: String| {
            let value = match payload {
                Payload::Object(members) => members.iter().find(|(known, _)| *known == name).map(|(_, value)| value),
                _ => None,
            };
            let source = match value {
                Some(value) => self.source_of(value, inputs),
                None => self.source_of(payload, inputs).and_then(|source| source.property(&name)),
            };
            self.part(content, schema, name, source)
        };
        names.into_iter().map(part).filter(|part| !part.is_usual()).collect()
    }

    fn part(
        &self,
        content: Option<&Content<'a>>,
        schema: Option<Schema<'a>>,
        name: String,
        source: Option<Schema<'a>>,
    ) -> Part {
        let encoding = content.into_iter().flat_map(|content| &content.encoding).find(|encoding| encoding.name == name);
        let own = schema.and_then(|schema| schema.property(&name)).and_then(|schema| self.element(schema));
        let declared = own.map(|schema| Declared::of(schema, content.is_some_and(|content| content.has_untyped_bytes)));
        let declared = declared.unwrap_or_default();
        let named = encoding.and_then(|encoding| encoding.content_type).map(str::to_owned);
        let content_type = named.or(declared.content_type);
        let media = content_type.as_deref().map(Media::of);
        let format = encoding.and_then(|encoding| encoding.in_parts());
        let is_file = declared.is_bytes || media == Some(Media::Binary);
        let mut headers: Vec<(String, String)> = encoding
            .into_iter()
            .flat_map(|encoding| &encoding.headers)
            .filter_map(|header| Some((header.name.to_owned(), header.value.clone()?)))
            .collect();
        let is_base64 = is_file && declared.encoding.is_none() && self.is_base64(source);
        if let Some(encoding) = declared.encoding {
            // As OpenAPI has it for `contentEncoding`.
            headers.push(("Content-Transfer-Encoding".to_owned(), encoding));
        }
        Part { name, format, content_type, headers, is_file, is_base64 }
    }

    /// Whether the text of an input, or of each element of one, is Base64.
    pub(super) fn is_base64(&self, source: Option<Schema<'a>>) -> bool {
        let Some(schema) = source.and_then(|schema| self.element(schema)) else { return false };
        schema.all("contentEncoding").any(|found| matches!(found.node.as_str(), Some("base64" | "base64url")))
    }

    /// The schema of the input that a value comes from.
    pub(super) fn source_of(&self, value: &Payload, inputs: Option<Schema<'a>>) -> Option<Schema<'a>> {
        match value {
            Payload::Expression(Reference { root: Root::Input(name), path, .. }) => {
                let input = self.resolved(inputs?.property(name)?)?;
                path.iter().try_fold(input, |schema, segment| match segment {
                    Segment::Token(name) | Segment::Member(name) => match schema.kind() {
                        SchemaKind::List(items) => self.resolved(items?),
                        _ => self.resolved(schema.property(name)?),
                    },
                    Segment::Index(_) => match schema.kind() {
                        SchemaKind::List(items) => self.resolved(items?),
                        _ => None,
                    },
                    _ => None,
                })
            }
            Payload::List(elements) => elements.iter().find_map(|element| self.source_of(element, inputs)),
            _ => None,
        }
    }

    /// A schema, or that of the elements of a list.
    fn element(&self, schema: Schema<'a>) -> Option<Schema<'a>> {
        let schema = self.resolved(schema)?;
        match schema.kind() {
            SchemaKind::List(items) => self.resolved(items?),
            _ => Some(schema),
        }
    }

    fn resolved(&self, schema: Schema<'a>) -> Option<Schema<'a>> {
        // What is wrong with a schema is reported where its type counts.
        schema.resolve(self.library, &mut Diagnostics::new()).map(|(schema, _)| schema)
    }
}

/// What a schema says of the bytes of a part.
#[derive(Default)]
struct Declared {
    content_type: Option<String>,
    /// Whether it is no text.
    is_bytes: bool,
    /// How the value writes the bytes, which the part then does too.
    encoding: Option<String>,
}

impl Declared {
    /// `untyped` says whether a value without a type is bytes, which OpenAPI has since 3.1.
    fn of(schema: Schema<'_>, untyped: bool) -> Self {
        const BYTES: &str = "application/octet-stream";
        let text = |keyword: &str| schema.all(keyword).find_map(|found| found.node.as_str()).map(str::to_owned);
        // They become headers of the part.
        let media_type = text("contentMediaType").filter(|media_type| media::is_valid(media_type));
        if let Some(encoding) = text("contentEncoding").filter(|encoding| media::is_token(encoding)) {
            let content_type = media_type.or_else(|| Some(BYTES.to_owned()));
            return Self { content_type, is_bytes: true, encoding: Some(encoding) };
        }
        let says_nothing = ["type", "enum", "const", "properties", "items", "anyOf", "oneOf"];
        let says_nothing = says_nothing.iter().all(|keyword| schema.all(keyword).next().is_none());
        let is_bytes = schema.has_format("binary")
            || media_type.as_deref().is_some_and(|media_type| Media::of(media_type) == Media::Binary)
            || untyped && says_nothing && media_type.is_none();
        let content_type = media_type.or_else(|| is_bytes.then(|| BYTES.to_owned()));
        Self { content_type, is_bytes, encoding: None }
    }
}

impl Part {
    /// Whether it is written as the run writes what nothing is said of.
    fn is_usual(&self) -> bool {
        self.format.is_none() && self.content_type.is_none() && self.headers.is_empty() && !self.is_file
    }
}
