//! Parameter Objects of Swagger 2.0.

use super::super::parameter::{Format, Parameter, ParameterLocation, Problem, Style};
use super::super::{Schema, Version};
use crate::diagnostic::{Diagnostics, rules};
use crate::library::{Library, Located};
use crate::source::Span;
use crate::yaml::Node;

/// A parameter as it is declared.
pub(super) struct Declared<'a> {
    pub(super) at: Located<'a>,
    pub(super) name: &'a str,
    pub(super) place: Place,
}

/// The places of parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// `path`, `query` or `header`
    Wire(ParameterLocation),
    /// `formData`
    Form,
    /// `body`
    Body,
}

impl<'a> Declared<'a> {
    /// Reads name and place; `None` when one of them is missing, which is reported.
    pub(super) fn read(at: Located<'a>, diagnostics: &mut Diagnostics) -> Option<Self> {
        let text = |field: &str| at.node.get(field).and_then(Node::as_str);
        let (Some(name), Some(written)) = (text("name"), text("in")) else {
            let field = if text("name").is_none() { "name" } else { "in" };
            let (span, problem) = match at.node.get(field) {
                None => (at.node.span, format!("this parameter lacks `{field}`")),
                Some(value) => (value.span, format!("the `{field}` of a parameter must be a string")),
            };
            diagnostics.error(&rules::INVALID_DESCRIPTION, span, problem).note("Swagger 2.0 requires `name` and `in`");
            return None;
        };
        let place = match written {
            "path" => Place::Wire(ParameterLocation::Path),
            "query" => Place::Wire(ParameterLocation::Query),
            "header" => Place::Wire(ParameterLocation::Header),
            "formData" => Place::Form,
            "body" => Place::Body,
            _ => {
                let span = at.node.get("in").map_or(at.node.span, |node| node.span);
                diagnostics
                    .error(&rules::INVALID_DESCRIPTION, span, format!("the parameter `{name}` is in `{written}`"))
                    .label("must be `path`, `query`, `header`, `formData` or `body` in Swagger 2.0");
                return None;
            }
        };
        Some(Self { at, name, place })
    }

    /// Whether it must be given.
    pub(super) fn is_required(&self) -> bool {
        let usual = self.place == Place::Wire(ParameterLocation::Path);
        self.at.node.get("required").and_then(Node::as_bool).unwrap_or(usual)
    }

    /// Where a field stands; the whole parameter where it has none.
    pub(super) fn span_of(&self, field: &str) -> Span {
        let entry = self.at.node.as_map().and_then(|map| map.get_key_value(field));
        entry.map_or(self.at.node.span, |(key, value)| Span { end: value.span.end, ..key.span })
    }

    /// The parameter that stands in the URL or in a header.
    pub(super) fn parameter(&self, library: &Library<'a, '_>) -> Option<Parameter<'a>> {
        let Place::Wire(location) = self.place else { return None };
        let (format, problem) = self.format(location);
        Some(Parameter {
            name: self.name,
            location,
            required: self.is_required(),
            format,
            format_span: self.span_of("collectionFormat"),
            content: None,
            // What describes the value stands in the parameter itself.
            schema: Some(Schema::new(self.at, Version::V2_0.nullable_keyword(), library)),
            content_schema: None,
            problem,
            span: self.at.node.span,
        })
    }

    fn format(&self, location: ParameterLocation) -> (Format, Option<Problem>) {
        let usual = location.default_format();
        if self.at.node.get("type").and_then(Node::as_str) != Some("array") {
            return (usual, None);
        }
        let in_query = location == ParameterLocation::Query;
        let Some(collection) = Collection::read(self.at.node) else {
            let message =
                "has a `collectionFormat` that is none of `csv`, `ssv`, `tsv`, `pipes` and `multi`".to_owned();
            let span = self.span_of("collectionFormat");
            return (usual, Some(Problem { rule: &rules::INVALID_DESCRIPTION, message, span }));
        };
        if !in_query && collection != Collection::Commas {
            let (rule, what) = match collection {
                Collection::Repeated => {
                    (&rules::INVALID_DESCRIPTION, "which is only for `in: query` and `in: formData`")
                }
                _ => (&rules::UNSUPPORTED, "which is supported only for a parameter `in: query`"),
            };
            let message = format!("has `collectionFormat: {}`, {what}", collection.as_str());
            return (usual, Some(Problem { rule, message, span: self.span_of("collectionFormat") }));
        }
        let (style, explode) = match collection {
            Collection::Commas if in_query => (Style::Form, false),
            Collection::Commas => (Style::Simple, false),
            Collection::Spaces => (Style::Space, false),
            Collection::Tabs => (Style::Tab, false),
            Collection::Pipes => (Style::Pipe, false),
            Collection::Repeated => (Style::Form, true),
        };
        (Format::Style { style, explode, reserved: false }, None)
    }
}

/// How a list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Collection {
    /// `csv`
    Commas,
    /// `ssv`
    Spaces,
    /// `tsv`
    Tabs,
    /// `pipes`
    Pipes,
    /// `multi`
    Repeated,
}

impl Collection {
    const ALL: [(Self, &'static str); 5] = [
        (Self::Commas, "csv"),
        (Self::Spaces, "ssv"),
        (Self::Tabs, "tsv"),
        (Self::Pipes, "pipes"),
        (Self::Repeated, "multi"),
    ];

    /// What a parameter of the type `array` says; `None` when that is no format.
    pub(super) fn read(parameter: &Node) -> Option<Self> {
        let Some(written) = parameter.get("collectionFormat") else { return Some(Self::Commas) };
        Self::ALL.iter().find(|(_, name)| written.as_str() == Some(name)).map(|(format, _)| *format)
    }

    fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(format, _)| *format == self).map_or("", |(_, name)| *name)
    }
}
