//! The values that replacements put into a body: those of which the place is plain, a JSON Pointer or a path of names and
//! indexes.

use super::{Sender, Target};
use crate::document::{Replacement, RequestBody};
use crate::media::Format;
use crate::openapi::{Content, Schema, SchemaKind};
use crate::resolve::{Body, Payload};
use crate::source::Span;
use crate::yaml::Node;
use arazzo_expression::jsonpath::{self, Step};
use arazzo_expression::pointer::Pointer;

/// A value that a replacement puts into a body.
pub(super) struct Replaced<'a> {
    /// Its place.
    pub(super) way: String,
    tokens: Vec<String>,
    /// Where the document names the place.
    pub(super) target: Span,
    /// The value as written.
    pub(super) value: &'a Node,
    /// The target as written.
    text: &'a str,
}

impl<'a> Replaced<'a> {
    /// The replacements of a body whose places are plain.
    pub(super) fn of(body: &'a RequestBody) -> Vec<Self> {
        let one = |replacement: &'a Replacement| {
            let text = replacement.target.value.as_str();
            let tokens = tokens(text)?;
            let way = tokens.iter().map(|token| format!("/{token}")).collect();
            Some(Self { way, tokens, target: replacement.target.node.span, value: &replacement.value, text })
        };
        body.replacements.iter().filter_map(one).collect()
    }
}

/// The names and indexes of a target.
fn tokens(target: &str) -> Option<Vec<String>> {
    if target.starts_with('$') {
        let query = jsonpath::parse_query(target).ok()?;
        let token = |step: Step<'_>| match step {
            Step::Name(name) => Some(name.to_owned()),
            Step::Index(index) => (index >= 0).then(|| index.to_string()),
        };
        return query.singular()?.into_iter().map(token).collect();
    }
    Pointer::parse(target).ok().map(|pointer| pointer.tokens).filter(|tokens| !tokens.is_empty())
}

impl<'a> Sender<'_, 'a, '_> {
    /// The values that replacements put into a payload of which the rest is not known.
    pub(super) fn replacements(
        &mut self,
        body: &Body<'a>,
        content: &Content<'a>,
        schema: Schema<'a>,
        target: &Target<'a>,
    ) {
        let replaced = std::mem::take(&mut self.replaced);
        for (place, one) in replaced.iter().enumerate() {
            // Another value takes its place, or a part of it.
            let is_lost = |later: &Replaced<'_>| later.way.starts_with(&one.way) || one.way.starts_with(&later.way);
            if replaced[place + 1..].iter().any(is_lost) {
                continue;
            }
            let way: Vec<&str> = one.tokens.iter().map(String::as_str).collect();
            let left = body.replacements.iter().rev().find(|left| left.text == one.text).map(|left| &left.value);
            let Some(value) = left.or_else(|| body.payload.part(&way)) else { continue };
            let value = match value {
                Payload::Else(reference, _) => &Payload::Expression(reference.clone()),
                value => value,
            };
            let Some(schema) = self.schema_at(schema, &one.tokens) else { continue };
            let as_text = match (body.format, &one.tokens[..]) {
                (Format::Json, _) => false,
                (format, [name]) => self.is_text(format, content, name, schema),
                _ => continue,
            };
            let place = Target {
                base: target.base.clone(),
                way: one.way.clone(),
                span: one.value.span,
                node: Some(one.value),
                as_text,
            };
            self.value(value, schema, &place);
        }
    }

    /// The schema of a part of a body.
    fn schema_at(&self, schema: Schema<'a>, tokens: &[String]) -> Option<Schema<'a>> {
        tokens.iter().try_fold(schema, |schema, token| {
            let (schema, _) = self.resolve(schema)?;
            match schema.kind() {
                SchemaKind::Object | SchemaKind::Map(_) => schema.property(token).or_else(|| schema.additional()),
                SchemaKind::List(items) => items,
                _ => None,
            }
        })
    }
}
