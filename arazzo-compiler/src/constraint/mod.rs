//! What the schema of a workflow's inputs asks of their values: read once, checked against defaults while compiling, and,
//! as far as the Rust types do not guarantee it, against the inputs of each run.

mod circle;
mod keyword;
mod own;
mod prune;
mod read;
#[cfg(test)]
mod tests;

pub use own::broken;
pub use read::read;

use crate::diagnostic::{Diagnostics, rules};
use crate::openapi;
use crate::source::Span;
use arazzo_expression::schema::{Check, Place, Schema, Violation};
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// What a schema and all that it reaches asks.
#[derive(Debug)]
pub struct Constraints {
    schema: Schema,
    /// The node of each schema that was read.
    places: HashMap<Span, Place>,
    /// The nodes of `format: password`.
    passwords: Vec<Place>,
    /// A schema that asks of a value what it asks of it.
    circle: Option<Span>,
    /// Whether something is wrong with the schema, so that nothing can be told of values.
    is_broken: bool,
}

impl Constraints {
    /// Reports a schema that is defined by itself, unless that has been noticed when its type was made.
    pub fn report_circle(&self, diagnostics: &mut Diagnostics) {
        let message = "the `$ref`s from here lead in a circle";
        let Some(span) = self.circle else { return };
        if !diagnostics.findings().iter().any(|finding| finding.message == message) {
            diagnostics.error(&rules::INVALID_REFERENCE, span, message).label("asks of a value what it asks of it");
        }
    }

    /// Whether a value of that schema may be a password.
    pub fn is_password(&self, schema: openapi::Schema<'_>) -> bool {
        self.reaches_password(schema, circle::in_place)
    }

    /// Whether there may be a password in a value of that schema, however deep.
    pub fn holds_password(&self, schema: openapi::Schema<'_>) -> bool {
        self.reaches_password(schema, Check::places)
    }

    fn reaches_password(&self, schema: openapi::Schema<'_>, next: impl Fn(&Check) -> Vec<Place>) -> bool {
        if self.passwords.is_empty() {
            return false;
        }
        let mut open: Vec<Place> =
            schema.parts().filter_map(|part| self.places.get(&part.node.span)).copied().collect();
        let mut seen = HashSet::new();
        while let Some(place) = open.pop() {
            if self.passwords.contains(&place) {
                return true;
            }
            if seen.insert(place) {
                open.extend(self.schema.nodes()[place].iter().flat_map(&next));
            }
        }
        false
    }

    /// What is wrong with a value for a part of the schema. Of a schema that is broken itself, nothing can be told.
    pub fn violations(&self, schema: openapi::Schema<'_>, value: &Value) -> Vec<Violation> {
        if self.is_broken {
            return Vec::new();
        }
        let mut found = Vec::new();
        for place in schema.parts().filter_map(|part| self.places.get(&part.node.span)) {
            for violation in self.schema.violations_at(*place, value) {
                if !found.contains(&violation) {
                    found.push(violation);
                }
            }
        }
        found
    }
}
