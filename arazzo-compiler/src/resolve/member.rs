//! Ways into inputs, against the schema of the inputs.

use super::Segment;
use super::step::{Context, Scope};
use crate::diagnostic::{Diagnostics, rules, suggest};
use crate::openapi::SchemaKind;
use crate::source::Span;

impl<'a> Context<'_, 'a, '_> {
    /// Reports a member of an input that can never be there: the type of the inputs has no place for it.
    pub(super) fn members_exist(&mut self, input: &str, path: &[Segment], at: Span, scope: Scope<'_, 'a>) {
        let Some(mut schema) = scope.inputs.and_then(|inputs| inputs.property(input)) else { return };
        // What is wrong with the schema is reported where its type is made.
        let mut quiet = Diagnostics::new();
        let mut shown = format!("the input `{input}`");
        for segment in path {
            let Some((resolved, _)) = schema.resolve(self.library, &mut quiet) else { return };
            let name = match (segment, resolved.kind()) {
                (Segment::Token(name) | Segment::Member(name), _) => name,
                (Segment::Index(_), SchemaKind::List(Some(items))) => {
                    schema = items;
                    shown = format!("an element of {shown}");
                    continue;
                }
                _ => return,
            };
            let next = match resolved.kind() {
                SchemaKind::Object => match resolved.property(name) {
                    Some(property) => Some(property),
                    None => {
                        let known: Vec<&str> = resolved.properties().map(|(key, _)| key.text.as_str()).collect();
                        let near = suggest(name, known);
                        let message = format!("{shown} has no member `{name}`");
                        let finding = self.diagnostics.error(&rules::UNKNOWN_INPUT, at, message);
                        match near {
                            Some(_) => finding.did_you_mean(near),
                            None => finding.help(format!("declare `{name}` under its `properties`")),
                        };
                        finding.also(resolved.at.node.span, "declared here");
                        return;
                    }
                },
                SchemaKind::Map(values) => resolved.property(name).or(values),
                SchemaKind::List(items) => items,
                SchemaKind::Any => None,
                kind @ (SchemaKind::String(_) | SchemaKind::Integer | SchemaKind::Number | SchemaKind::Boolean) => {
                    let what = match kind {
                        SchemaKind::String(_) => "a string",
                        SchemaKind::Integer => "an integer",
                        SchemaKind::Number => "a number",
                        _ => "a boolean",
                    };
                    let message = format!("{shown} is {what} and has no member `{name}`");
                    self.diagnostics
                        .error(&rules::UNKNOWN_INPUT, at, message)
                        .also(resolved.at.node.span, "declared here");
                    return;
                }
            };
            let Some(next) = next else { return };
            schema = next;
            shown = format!("`{name}` of {shown}");
        }
    }
}
