//! What bodies must have by their schemas, and have only if the run brings it.

use crate::diagnostic::Diagnostics;
use crate::library::Library;
use crate::media::{Format, essence};
use crate::openapi::{self, Schema, SchemaKind};
use crate::resolve::{Payload, Reference, Step};

/// A member of a body that the operation requires and whose value may be absent.
#[derive(Debug)]
pub struct Needed {
    /// The names and places on the way to the object that has to have it.
    pub object: Vec<String>,
    /// Its name.
    pub name: String,
    /// The value.
    pub reference: Reference,
    /// The expression that it is taken from, where that is all of it.
    pub expression: String,
}

/// What the body of a step needs: of JSON the members of all objects, of a form its own.
pub(crate) fn needed<'a>(step: &Step<'a>, library: &Library<'a, '_>) -> Vec<Needed> {
    let mut needed = Vec::new();
    // A value that replaces another may be what is missing.
    let Some(body) = step.body.as_ref().filter(|body| body.replacements.is_empty()) else { return needed };
    let operation = step.call.as_ref().filter(|call| !call.guessed).map(|call| &call.operation);
    let declared = operation.and_then(|operation| operation.body.as_ref());
    let content = declared.and_then(|declared| declared.content(&body.content_type));
    let Some((content, schema)) = content.and_then(|content| Some((content, content.schema?))) else { return needed };
    // A merge patch leaves out what it does not change.
    if essence(&body.content_type).contains("merge-patch") {
        return needed;
    }
    let reader = Reader { library };
    match (body.format, &body.payload) {
        (Format::Json, payload) => reader.needed_in(payload, schema, &mut Vec::new(), &mut needed),
        (Format::Form | Format::Multipart, Payload::Object(members)) => {
            let Some((schema, _)) = reader.resolve(schema) else { return needed };
            for (name, member) in members {
                // Null is left out of a form as well, unless it is written as JSON.
                let takes_null = schema.property(name).is_some_and(|property| reader.takes_null(property))
                    || content.encoding.iter().any(|encoding| {
                        encoding.name == name
                            && [encoding.in_form(), encoding.in_parts()].contains(&Some(openapi::Format::Json))
                    });
                if !takes_null {
                    needed.extend(reader.member(name, member, schema, &[]));
                }
            }
        }
        _ => {}
    }
    needed
}

struct Reader<'l, 'a, 'r> {
    library: &'l Library<'a, 'r>,
}

impl<'a> Reader<'_, 'a, '_> {
    fn needed_in(&self, payload: &Payload, schema: Schema<'a>, way: &mut Vec<String>, needed: &mut Vec<Needed>) {
        let Some((schema, _)) = self.resolve(schema) else { return };
        match (payload, schema.kind()) {
            (Payload::Object(members), SchemaKind::Object | SchemaKind::Map(_)) => {
                for (name, member) in members {
                    needed.extend(self.member(name, member, schema, way));
                    if let Some(property) = schema.property(name).or_else(|| schema.additional()) {
                        way.push(name.clone());
                        self.needed_in(member, property, way, needed);
                        way.pop();
                    }
                }
            }
            (Payload::List(elements), SchemaKind::List(Some(items))) => {
                for (place, element) in elements.iter().enumerate() {
                    way.push(place.to_string());
                    self.needed_in(element, items, way, needed);
                    way.pop();
                }
            }
            _ => {}
        }
    }

    /// A member that the schema of its object requires, and whose value may be absent.
    fn member(&self, name: &str, value: &Payload, schema: Schema<'a>, way: &[String]) -> Option<Needed> {
        let reference = may_be_absent(value)?;
        let is_required = schema.kind().is_object() && schema.requires(name) && schema.is_sent(name, self.library);
        is_required.then(|| Needed {
            object: way.to_vec(),
            name: name.to_owned(),
            reference: reference.clone(),
            expression: self.expression_at(reference),
        })
    }

    /// An expression as the document has it; nothing where it is written otherwise, as a selector is.
    fn expression_at(&self, reference: &Reference) -> String {
        let span = reference.span;
        let text = self.library.sources().shared_text(span.file);
        let text = text.get(span.start as usize..span.end as usize).unwrap_or_default();
        // A selector goes on from there.
        let tokens = text.split_once('#').map_or(0, |(_, pointer)| pointer.matches('/').count());
        let is_whole = text.starts_with('$') && !text.contains(char::is_whitespace) && tokens == reference.path.len();
        if is_whole { text.to_owned() } else { String::new() }
    }

    fn takes_null(&self, schema: Schema<'a>) -> bool {
        self.resolve(schema).is_none_or(|(_, is_nullable)| is_nullable)
    }

    /// A schema, and whether null is allowed. What is wrong with one has been reported.
    fn resolve(&self, schema: Schema<'a>) -> Option<(Schema<'a>, bool)> {
        schema.resolve(self.library, &mut Diagnostics::new())
    }
}

/// The value of the run that decides whether anything is there.
fn may_be_absent(value: &Payload) -> Option<&Reference> {
    match value {
        Payload::Expression(reference) => Some(reference),
        Payload::Else(_, otherwise) => may_be_absent(otherwise),
        _ => None,
    }
}
