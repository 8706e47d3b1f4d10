//! What a schema of a description asks of a value by its own keywords, without looking into the parts of the value.

use super::keyword;
use crate::diagnostic::Diagnostics;
use crate::openapi;
use crate::source::Span;
use crate::yaml::Node;
use arazzo_expression::schema::{Check, Schema};
use serde_json::Value;

/// The first keyword that a value breaks: where it stands, and what it asks as the end of a sentence about the value. What
/// cannot be read, such as a pattern of another dialect, asks for nothing.
pub fn broken(schema: openapi::Schema<'_>, value: &Value) -> Option<(Span, String)> {
    let mut quiet = Diagnostics::new();
    for part in schema.parts() {
        for (key, node) in part.node.as_map().into_iter().flat_map(|map| &map.entries) {
            let Some(check) = check(part.node, &key.text, node, &mut quiet) else { continue };
            let violations = Schema::new(vec![vec![check]]).violations(value);
            if let Some(violation) = violations.into_iter().next() {
                return Some((key.span, violation.message));
            }
        }
    }
    None
}

/// `outer` is the schema in which the keyword stands.
fn check(outer: &Node, name: &str, node: &Node, quiet: &mut Diagnostics) -> Option<Check> {
    // Until OpenAPI 3.0 these say something about the bound beside them.
    let excludes = |name: &str| outer.get(name).and_then(Node::as_bool) == Some(true);
    Some(match name {
        "minLength" => Check::MinLength(keyword::count(name, node, quiet)?),
        "maxLength" => Check::MaxLength(keyword::count(name, node, quiet)?),
        "pattern" => Check::Pattern(keyword::pattern(node, quiet)?),
        "minimum" if excludes("exclusiveMinimum") => Check::ExclusiveMinimum(keyword::number(name, node, quiet)?),
        "maximum" if excludes("exclusiveMaximum") => Check::ExclusiveMaximum(keyword::number(name, node, quiet)?),
        "minimum" => Check::Minimum(keyword::number(name, node, quiet)?),
        "maximum" => Check::Maximum(keyword::number(name, node, quiet)?),
        "exclusiveMinimum" => Check::ExclusiveMinimum(keyword::number(name, node, quiet)?),
        "exclusiveMaximum" => Check::ExclusiveMaximum(keyword::number(name, node, quiet)?),
        "multipleOf" => Check::MultipleOf(keyword::positive(node, quiet)?),
        "minItems" => Check::MinItems(keyword::count(name, node, quiet)?),
        "maxItems" => Check::MaxItems(keyword::count(name, node, quiet)?),
        "uniqueItems" if node.as_bool() == Some(true) => Check::UniqueItems,
        "minProperties" => Check::MinProperties(keyword::count(name, node, quiet)?),
        "maxProperties" => Check::MaxProperties(keyword::count(name, node, quiet)?),
        _ => return None,
    })
}
