//! An operation, read for a step that calls it.

use super::encoding::{Encoding, encodings};
use super::parameter::{self, Parameter, ParameterLocation};
use super::path::{self, PathPart};
use super::scheme::{Scheme, required};
use super::security::{Security, security};
use super::server::server;
use super::{Description, Entry, Schema, Version, swagger};
use crate::diagnostic::{Diagnostics, rules};
use crate::library::{Library, Located};
use crate::media::{covers, essence, is_json};
use crate::source::{FileId, Span};
use crate::yaml::Node;

/// An operation.
#[derive(Debug)]
pub struct Operation<'a> {
    /// Its `operationId`.
    pub id: Option<&'a str>,
    /// The method as it is sent.
    pub method: String,
    /// The path template, as written.
    pub path: &'a str,
    /// Its parts.
    pub template: Vec<PathPart<'a>>,
    /// Where the path stands.
    pub path_span: Span,
    /// The absolute URL of the server.
    pub server: Option<String>,
    /// The parameters of the operation and of its path item.
    pub parameters: Vec<Parameter<'a>>,
    /// Whether those are all of them: none is wrong in the description.
    pub parameters_known: bool,
    /// The request body.
    pub body: Option<Body<'a>>,
    /// The responses.
    pub responses: Vec<Response<'a>>,
    /// The headers, query parameters and cookies that carry API keys.
    pub api_keys: Vec<(ParameterLocation, &'a str)>,
    /// The credentials that it asks for, as far as that is known.
    pub security: Option<Security<'a>>,
    /// The sets of security schemes of which it asks for one; an empty set when it can do without.
    pub schemes: Vec<Vec<Scheme<'a>>>,
}

/// The request body of an operation.
#[derive(Debug)]
pub struct Body<'a> {
    /// Whether it must be given.
    pub required: bool,
    /// Where that is said.
    pub required_span: Span,
    /// The media types.
    pub content: Vec<Content<'a>>,
    /// Where they stand.
    pub content_span: Span,
}

/// A media type and its schema.
#[derive(Debug)]
pub struct Content<'a> {
    /// The media type or range, as written.
    pub media_type: &'a str,
    /// The schema.
    pub schema: Option<Schema<'a>>,
    /// How the members of a form are written.
    pub encoding: Vec<Encoding<'a>>,
    /// Whether a value without a type is bytes, which it is since OpenAPI 3.1.
    pub has_untyped_bytes: bool,
    /// An example of the content, else the default or an example of its schema.
    pub example: Option<&'a Node>,
}

impl<'a> Body<'a> {
    /// What is said of a content type: the media type of that name, else the first that covers it.
    pub fn content(&self, content_type: &str) -> Option<&Content<'a>> {
        let is_same = |content: &&Content<'_>| essence(content.media_type) == essence(content_type);
        let covers = |content: &&Content<'_>| covers(content.media_type, content_type);
        self.content.iter().find(is_same).or_else(|| self.content.iter().find(covers))
    }
}

/// A response of an operation.
#[derive(Debug)]
pub struct Response<'a> {
    /// The statuses that it is for.
    pub statuses: Statuses,
    /// The media types.
    pub content: Vec<Content<'a>>,
}

/// The statuses that a response is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statuses {
    /// `200`
    Exactly(u16),
    /// `2XX`: the first digit.
    Class(u16),
    /// `default`
    Default,
}

impl<'a> Operation<'a> {
    /// Reads an operation. What is wrong with parts of it is reported; the rest is read.
    pub fn read(
        entry: &Entry<'a>,
        description: &Description<'a>,
        base: Option<&str>,
        library: &Library<'a, '_>,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        if description.version == Version::V2_0 {
            return swagger::operation(entry, description.root, base, library, diagnostics);
        }
        let reader = Reader { description, library };
        let root = description.root;
        let schemes = root.node.get("components").and_then(|node| node.get("securitySchemes"));
        let (parameters, parameters_known) = reader.parameters(entry, diagnostics);
        if !is_token(entry.method) {
            let message = format!("`{}` cannot be the method of a request", entry.method);
            diagnostics
                .error(&rules::INVALID_DESCRIPTION, entry.operation.node.start(), message)
                .note("the keys of `additionalOperations` are methods as HTTP knows them, such as `COPY`");
        }
        Self {
            id: entry.id,
            method: entry.sent_method(),
            path: entry.path,
            template: path::parts(entry.path, &parameters),
            path_span: entry.path_span,
            server: server(entry.levels().chain([root]).map(|level| level.node), base),
            parameters,
            parameters_known,
            body: reader.body(entry, diagnostics),
            responses: reader.responses(entry, diagnostics),
            api_keys: api_keys(schemes, root.file, library, diagnostics),
            security: security(entry.operation.node, root, schemes, library),
            schemes: required(entry.operation.node, root, schemes, library),
        }
    }

    /// The parameter of that place and name, which for headers does not depend on case.
    pub fn parameter(&self, location: ParameterLocation, name: &str) -> Option<&Parameter<'a>> {
        self.parameters.iter().find(|known| {
            known.location == location
                && match location {
                    ParameterLocation::Path => {
                        known.name == name
                            || self.variable(name).is_some_and(|variable| self.variable(known.name) == Some(variable))
                    }
                    ParameterLocation::Header => known.name.eq_ignore_ascii_case(name),
                    // It is the whole query, whatever it is called.
                    ParameterLocation::QueryString => true,
                    _ => known.name == name,
                }
        })
    }

    /// The names of the variables of its path.
    pub fn variables(&self) -> impl Iterator<Item = &'a str> {
        self.template.iter().filter_map(|part| part.variable())
    }

    /// The variable of the path that a parameter of this name is for: `{name+}` is called by either name.
    pub fn variable(&self, name: &str) -> Option<&'a str> {
        let is_it = |part: &PathPart<'a>| match part {
            PathPart::Text(_) => false,
            PathPart::Variable(known) => *known == name,
            PathPart::Segments(known) => *known == name.strip_suffix('+').unwrap_or(name),
        };
        self.template.iter().find(|part| is_it(part)).and_then(|part| part.variable())
    }

    /// The schema of the JSON body of a response: of the first media type that is JSON, else of a range that covers it.
    pub fn json_schema(response: &Response<'a>) -> Option<Schema<'a>> {
        let content = || response.content.iter();
        let json = content().find(|content| is_json(content.media_type));
        json.or_else(|| content().find(|content| covers(content.media_type, "application/json")))?.schema
    }
}

/// Whether a text is what HTTP calls a token, as methods are.
pub(super) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

struct Reader<'l, 'a, 'r> {
    description: &'l Description<'a>,
    library: &'l Library<'a, 'r>,
}

impl<'a> Reader<'_, 'a, '_> {
    /// The parameters, and whether those are all.
    fn parameters(&self, entry: &Entry<'a>, diagnostics: &mut Diagnostics) -> (Vec<Parameter<'a>>, bool) {
        let mut parameters: Vec<Parameter<'a>> = Vec::new();
        let mut complete = true;
        let reader = parameter::Reader { version: self.description.version, library: self.library };
        for level in entry.levels() {
            for node in level.node.get("parameters").and_then(Node::as_list).unwrap_or_default() {
                let found = self.library.resolve(Located { node, ..level }, diagnostics);
                let Some(parameter) = found.and_then(|found| reader.parameter(found, diagnostics)) else {
                    complete = false;
                    continue;
                };
                let known =
                    parameters.iter().any(|known| known.name == parameter.name && known.location == parameter.location);
                if !known {
                    parameters.push(parameter);
                }
            }
        }
        (parameters, complete)
    }

    fn body(&self, entry: &Entry<'a>, diagnostics: &mut Diagnostics) -> Option<Body<'a>> {
        let node = entry.operation.node.get("requestBody")?;
        let found = self.library.resolve(Located { node, ..entry.operation }, diagnostics)?;
        let entry = |name: &str| found.node.as_map().and_then(|map| map.get_key_value(name));
        let required = entry("required");
        Some(Body {
            required: required.and_then(|(_, node)| node.as_bool()).unwrap_or(false),
            required_span: required.map_or(node.span, |(key, value)| Span { end: value.span.end, ..key.span }),
            content: self.content(found, diagnostics),
            content_span: entry("content").map_or(node.span, |(_, content)| content.span),
        })
    }

    fn responses(&self, entry: &Entry<'a>, diagnostics: &mut Diagnostics) -> Vec<Response<'a>> {
        let mut responses = Vec::new();
        let declared = entry.operation.node.get("responses").and_then(Node::as_map);
        for (key, node) in declared.into_iter().flat_map(|map| map.iter()) {
            let Some(statuses) = Statuses::read(&key.text) else { continue };
            let at = Located { node, ..entry.operation };
            let Some(found) = self.library.resolve(at, diagnostics) else { continue };
            responses.push(Response { statuses, content: self.content(found, diagnostics) });
        }
        responses
    }

    fn content(&self, of: Located<'a>, diagnostics: &mut Diagnostics) -> Vec<Content<'a>> {
        let content = of.node.get("content").and_then(Node::as_map);
        content
            .into_iter()
            .flat_map(|map| &map.entries)
            .filter_map(|(media_type, node)| {
                let at = self.library.resolve(Located { node, ..of }, diagnostics)?;
                Some(Content::read(&media_type.text, at, self.description.version, self.library))
            })
            .collect()
    }
}

impl<'a> Content<'a> {
    /// Reads a Media Type Object.
    pub(super) fn read(media_type: &'a str, at: Located<'a>, version: Version, library: &Library<'a, '_>) -> Self {
        let schema = at.node.get("schema").map(|node| Located { node, ..at });
        let schema = schema.map(|schema| Schema::new(schema, version.nullable_keyword(), library));
        Self {
            media_type,
            schema,
            has_untyped_bytes: version >= Version::V3_1,
            example: example(at.node, schema),
            encoding: encodings(at, &parameter::Reader { version, library }),
        }
    }
}

/// What stands for the content where a document gives none.
fn example<'a>(media_type: &'a Node, schema: Option<Schema<'a>>) -> Option<&'a Node> {
    let named = || media_type.get("examples")?.as_map()?.entries.first()?.1.get("value");
    let of_schema = |keyword: &str| schema?.all(keyword).next().map(|found| found.node);
    media_type
        .get("example")
        .or_else(named)
        .or_else(|| of_schema("default"))
        .or_else(|| of_schema("example"))
        .or_else(|| of_schema("examples")?.as_list()?.first())
}

/// The headers, query parameters and cookies that carry API keys.
pub(super) fn api_keys<'a>(
    schemes: Option<&'a Node>,
    file: FileId,
    library: &Library<'a, '_>,
    diagnostics: &mut Diagnostics,
) -> Vec<(ParameterLocation, &'a str)> {
    let mut keys = Vec::new();
    for (_, node) in schemes.and_then(Node::as_map).into_iter().flat_map(|map| &map.entries) {
        let Some(scheme) = library.resolve(Located { file, node }, diagnostics) else { continue };
        let text = |field: &str| scheme.node.get(field).and_then(Node::as_str);
        if text("type") == Some("apiKey")
            && let (Some(name), Some(location)) = (text("name"), text("in").and_then(ParameterLocation::read))
        {
            keys.push((location, name));
        }
    }
    keys
}

impl Statuses {
    /// The key of a response.
    pub(super) fn read(key: &str) -> Option<Self> {
        if key == "default" {
            return Some(Self::Default);
        }
        match key.as_bytes() {
            [class @ b'1'..=b'5', b'X' | b'x', b'X' | b'x'] => Some(Self::Class(u16::from(class - b'0'))),
            _ => key.parse().ok().filter(|status| (100..=599).contains(status)).map(Self::Exactly),
        }
    }
}
