//! A parameter of an operation, and how its value is written.

use super::{Schema, SchemaKind, Version};
use crate::diagnostic::{Diagnostics, Rule, rules};
use crate::document::Location;
use crate::library::{Library, Located};
use crate::media::is_json;
use crate::source::Span;
use crate::yaml::Node;

/// A parameter of an operation.
#[derive(Debug)]
pub struct Parameter<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its place.
    pub location: ParameterLocation,
    /// Whether it must be given.
    pub required: bool,
    /// How its value is written.
    pub format: Format,
    /// Where that is said.
    pub format_span: Span,
    /// The media type of its `content`, if it has one.
    pub content: Option<&'a str>,
    /// Its schema.
    pub schema: Option<Schema<'a>>,
    /// The schema of its `content`.
    pub content_schema: Option<Schema<'a>>,
    /// What is wrong with how it is written. Only a step that gives it has a problem.
    pub problem: Option<Problem>,
    /// Where it stands.
    pub span: Span,
}

/// Why a parameter cannot be given.
#[derive(Debug)]
pub struct Problem {
    /// The rule.
    pub rule: &'static Rule,
    /// What is wrong, as the rest of a sentence that begins with the parameter.
    pub message: String,
    /// Where.
    pub span: Span,
}

/// The places of OpenAPI parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterLocation {
    /// `path`
    Path,
    /// `query`
    Query,
    /// `querystring`
    QueryString,
    /// `header`
    Header,
    /// `cookie`
    Cookie,
}

impl ParameterLocation {
    /// As OpenAPI and Arazzo write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::QueryString => "querystring",
            Self::Header => "header",
            Self::Cookie => "cookie",
        }
    }

    pub(super) fn read(text: &str) -> Option<Self> {
        [Self::Path, Self::Query, Self::QueryString, Self::Header, Self::Cookie]
            .into_iter()
            .find(|location| location.as_str() == text)
    }

    /// How a value is written there when nothing else is said.
    pub fn default_format(self) -> Format {
        let style = match self {
            Self::Path | Self::Header => Style::Simple,
            Self::Query | Self::QueryString | Self::Cookie => Style::Form,
        };
        Format::Style { style, explode: style.explodes(), reserved: false }
    }
}

impl From<Location> for ParameterLocation {
    fn from(location: Location) -> Self {
        match location {
            Location::Path => Self::Path,
            Location::Query => Self::Query,
            Location::QueryString => Self::QueryString,
            Location::Header => Self::Header,
            Location::Cookie => Self::Cookie,
        }
    }
}

/// How the value of a parameter is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// By a style.
    Style {
        /// The style.
        style: Style,
        /// Whether each element or member stands for itself.
        explode: bool,
        /// Whether reserved characters stay as they are.
        reserved: bool,
    },
    /// As JSON.
    Json,
    /// As text.
    Text,
    /// As a form.
    Form,
}

/// The styles of OpenAPI, and `tsv` of Swagger 2.0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// `matrix`
    Matrix,
    /// `label`
    Label,
    /// `simple`
    Simple,
    /// `form`
    Form,
    /// `spaceDelimited`
    Space,
    /// `pipeDelimited`
    Pipe,
    /// `tsv`
    Tab,
    /// `deepObject`
    Deep,
    /// `cookie`
    Cookie,
}

impl Style {
    const ALL: [(Self, &'static str); 8] = [
        (Self::Matrix, "matrix"),
        (Self::Label, "label"),
        (Self::Simple, "simple"),
        (Self::Form, "form"),
        (Self::Space, "spaceDelimited"),
        (Self::Pipe, "pipeDelimited"),
        (Self::Deep, "deepObject"),
        (Self::Cookie, "cookie"),
    ];

    /// As descriptions write it.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(style, _)| *style == self).map_or("tsv", |(_, name)| *name)
    }

    fn read(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, name)| *name == text).map(|(style, _)| *style)
    }

    /// Whether lists and objects are exploded when nothing else is said.
    fn explodes(self) -> bool {
        matches!(self, Self::Form | Self::Cookie)
    }

    /// Whether plain values have no form in it.
    pub fn is_structured(self) -> bool {
        matches!(self, Self::Space | Self::Pipe | Self::Tab | Self::Deep)
    }

    /// The styles that a place has.
    fn of(location: ParameterLocation) -> &'static [Self] {
        match location {
            ParameterLocation::Path => &[Self::Simple, Self::Label, Self::Matrix],
            ParameterLocation::Query => &[Self::Form, Self::Space, Self::Pipe, Self::Deep],
            ParameterLocation::Header => &[Self::Simple],
            ParameterLocation::Cookie => &[Self::Form, Self::Cookie],
            ParameterLocation::QueryString => &[],
        }
    }
}

/// What reading a parameter needs.
pub(super) struct Reader<'l, 'a, 'r> {
    pub(super) version: Version,
    pub(super) library: &'l Library<'a, 'r>,
}

impl<'a> Reader<'_, 'a, '_> {
    /// Reads a parameter; `None` when it has no name or place, which is reported.
    pub(super) fn parameter(&self, at: Located<'a>, diagnostics: &mut Diagnostics) -> Option<Parameter<'a>> {
        let (name, location) = named(at.node, diagnostics)?;
        let (format, format_span, problem) = match location {
            // It is a text, whatever its `content` is; its schema stands there.
            ParameterLocation::QueryString => (location.default_format(), at.node.span, None),
            _ => self.format(at, location),
        };
        let required = at.node.get("required").and_then(Node::as_bool).unwrap_or(location == ParameterLocation::Path);
        let schema = at.node.get("schema").map(|node| self.schema(Located { node, ..at }));
        let content = at.node.get("content").and_then(Node::as_map).and_then(|map| map.entries.first());
        let content_schema = content.and_then(|(_, node)| node.get("schema"));
        Some(Parameter {
            name,
            location,
            required,
            format,
            format_span,
            content: content.map(|(media_type, _)| media_type.text.as_str()),
            schema,
            content_schema: content_schema.map(|node| self.schema(Located { node, ..at })),
            problem,
            span: at.node.span,
        })
    }

    fn schema(&self, at: Located<'a>) -> Schema<'a> {
        Schema::new(at, self.version.nullable_keyword(), self.library)
    }

    /// How the value of something with `style`, `explode` and `allowReserved`, or `content`, is written at a place.
    pub(super) fn format(&self, at: Located<'a>, location: ParameterLocation) -> (Format, Span, Option<Problem>) {
        let entry = |field: &str| {
            let (key, value) = at.node.as_map()?.get_key_value(field)?;
            Some((value, Span { end: value.span.end, ..key.span }))
        };
        if let Some((content, span)) = entry("content") {
            let (format, problem) = content_format(content, span);
            return (format, span, problem);
        }
        let default = location.default_format();
        let wrong = |span, message: String| Some(Problem { rule: &rules::INVALID_DESCRIPTION, message, span });
        let (style, span) = match entry("style") {
            None => (None, at.node.span),
            Some((node, span)) => match node.as_str().and_then(Style::read) {
                Some(style) if Style::of(location).contains(&style) => (Some(style), span),
                _ => {
                    let names: Vec<_> =
                        Style::of(location).iter().map(|style| format!("`{}`", style.as_str())).collect();
                    let place = location.as_str();
                    let message =
                        format!("has a style that is none of a parameter `in: {place}`: {}", names.join(", "));
                    return (default, span, wrong(span, message));
                }
            },
        };
        let Format::Style { style: usual, .. } = default else { return (default, span, None) };
        let style = style.unwrap_or(usual);
        let explode = entry("explode").and_then(|(node, span)| Some((node.as_bool()?, span)));
        let reserved = entry("allowReserved").and_then(|(node, _)| node.as_bool()) == Some(true);
        let can_reserve = match location {
            ParameterLocation::Query => true,
            ParameterLocation::Path => self.version == Version::V3_2,
            ParameterLocation::Cookie => self.version == Version::V3_2 && style == Style::Form,
            ParameterLocation::Header | ParameterLocation::QueryString => false,
        };
        let exploded = explode.map_or(style.explodes(), |(explode, _)| explode);
        let format = Format::Style { style, explode: exploded, reserved: reserved && can_reserve };
        let undefined = match (style, explode) {
            (Style::Space | Style::Pipe, Some((true, at))) => Some(("true", at)),
            // OpenAPI 3.2 says that it has no effect.
            (Style::Deep, Some((false, at))) if self.version != Version::V3_2 => Some(("false", at)),
            _ => None,
        };
        let problem = undefined.and_then(|(explode, at)| {
            let style = style.as_str();
            wrong(at, format!("has `style: {style}` with `explode: {explode}`, for which OpenAPI defines no text"))
        });
        let problem = problem.or_else(|| {
            // What is wrong with the schema is reported where its type counts.
            let kind = at.node.get("schema").and_then(|node| {
                let schema = self.schema(Located { node, ..at });
                Some(schema.resolve(self.library, &mut Diagnostics::new())?.0.kind())
            });
            let plain = matches!(
                kind,
                Some(SchemaKind::String(_) | SchemaKind::Integer | SchemaKind::Number | SchemaKind::Boolean)
            );
            let style_name = style.as_str();
            (plain && style.is_structured())
                .then(|| format!("has `style: {style_name}`, and the schema of a plain value, which that cannot write"))
                .and_then(|message| wrong(span, message))
        });
        (format, span, problem)
    }
}

/// The name and the place of a parameter.
pub(super) fn named<'a>(node: &'a Node, diagnostics: &mut Diagnostics) -> Option<(&'a str, ParameterLocation)> {
    let text = |field: &str| node.get(field).and_then(Node::as_str);
    let (Some(name), Some(place)) = (text("name"), text("in")) else {
        let field = if text("name").is_none() { "name" } else { "in" };
        let (span, problem) = match node.get(field) {
            None => (node.span, format!("this parameter lacks `{field}`")),
            Some(value) => (value.span, format!("the `{field}` of a parameter must be a string")),
        };
        diagnostics
            .error(&rules::INVALID_DESCRIPTION, span, problem)
            .note("the OpenAPI Specification requires `name` and `in`");
        return None;
    };
    let location = ParameterLocation::read(place);
    if location.is_none() {
        let span = node.get("in").map_or(node.span, |node| node.span);
        diagnostics
            .error(&rules::INVALID_DESCRIPTION, span, format!("the parameter `{name}` is in `{place}`"))
            .label("must be `path`, `query`, `querystring`, `header` or `cookie`");
    }
    Some((name, location?))
}

/// How a parameter with `content` is written.
fn content_format(content: &Node, span: Span) -> (Format, Option<Problem>) {
    let media_types = content.as_map().map(|map| map.keys().collect::<Vec<_>>()).unwrap_or_default();
    let [media_type] = media_types.as_slice() else {
        let message = format!("has a `content` of {} media types, and OpenAPI asks for one", media_types.len());
        return (Format::Text, Some(Problem { rule: &rules::INVALID_DESCRIPTION, message, span }));
    };
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if is_json(&essence) {
        (Format::Json, None)
    } else if essence == "application/x-www-form-urlencoded" {
        (Format::Form, None)
    } else if essence.starts_with("text/") || essence == "application/xml" || essence.ends_with("+xml") {
        (Format::Text, None)
    } else {
        let message = format!("has a `content` of the type `{media_type}`, which is not supported");
        (Format::Text, Some(Problem { rule: &rules::UNSUPPORTED, message, span }))
    }
}
