//! The schema of the inputs, as far as its mistakes would be silent otherwise.

use crate::diagnostic::{Diagnostics, rules, suggest};
use crate::yaml::{Kind, Node};

/// The types of JSON Schema.
const TYPES: [&str; 7] = ["string", "integer", "number", "boolean", "array", "object", "null"];

/// Rule 27: what is written as a JSON Schema is one.
pub(super) fn schema_is_valid(schema: &Node, what: &str, diagnostics: &mut Diagnostics) {
    if schema.as_bool().is_some() {
        return;
    }
    if schema.as_map().is_none() {
        let message = format!("{what} must be a map, a JSON Schema, not {}", schema.kind_name());
        let finding = diagnostics.error(&rules::WRONG_TYPE, schema.span, message);
        if let Some(kind) = schema.as_str().filter(|text| TYPES.contains(text)) {
            finding.help(format!("write `{{ type: {kind} }}`"));
        }
        return;
    }
    if let Some(kind) = schema.get("type") {
        let kinds = kind.as_list().unwrap_or(std::slice::from_ref(kind));
        kinds.iter().for_each(|kind| type_is_known(kind, diagnostics));
    }
    let properties = schema.get("properties");
    if let Some(node) = properties {
        match node.as_map() {
            Some(map) => {
                for (key, property) in map.iter() {
                    schema_is_valid(property, &format!("the property `{}`", key.text), diagnostics);
                }
            }
            None => {
                let message = format!("`properties` must be a map, not {}", node.kind_name());
                diagnostics
                    .error(&rules::WRONG_TYPE, node.span, message)
                    .help("write each name with its schema: `properties: { name: { type: string } }`");
            }
        }
    }
    if let Some(required) = schema.get("required") {
        required_ones_are_declared(required, properties, diagnostics);
    }
    for keyword in ["items", "additionalProperties"] {
        if let Some(inner) = schema.get(keyword) {
            schema_is_valid(inner, &format!("`{keyword}`"), diagnostics);
        }
    }
}

fn type_is_known(kind: &Node, diagnostics: &mut Diagnostics) {
    let list = || TYPES.map(|name| format!("`{name}`")).join(", ");
    match kind.as_str() {
        Some(name) if TYPES.contains(&name) => {}
        Some(name) => {
            let near = match name {
                "int" | "long" => Some("integer"),
                "float" | "double" => Some("number"),
                "str" | "text" => Some("string"),
                "list" => Some("array"),
                "map" | "dict" => Some("object"),
                _ => suggest(name, TYPES),
            };
            let finding = diagnostics.error(&rules::INVALID_VALUE, kind.span, format!("no type is named `{name}`"));
            match near {
                Some(_) => finding.did_you_mean(near),
                None => finding.help(format!("the types are {}", list())),
            };
        }
        None => {
            let message = format!("`type` must be a string, not {}", kind.kind_name());
            diagnostics.error(&rules::WRONG_TYPE, kind.span, message).help(format!("the types are {}", list()));
        }
    }
}

/// Inputs that must be there can be given.
fn required_ones_are_declared(required: &Node, properties: Option<&Node>, diagnostics: &mut Diagnostics) {
    let Kind::List(names) = &required.kind else {
        let message = format!("`required` must be a list of names, not {}", required.kind_name());
        diagnostics
            .error(&rules::WRONG_TYPE, required.span, message)
            .help("list the names of required properties beside `properties`: `required: [name]`");
        return;
    };
    let declared: Vec<&str> = properties.and_then(Node::as_map).map(|map| map.keys().collect()).unwrap_or_default();
    for node in names {
        let Some(name) = node.as_str().filter(|name| !declared.contains(name)) else { continue };
        let message = format!("`{name}` is required, and `properties` does not have it");
        diagnostics
            .error(&rules::INVALID_VALUE, node.span, message)
            .did_you_mean(suggest(name, declared.iter().copied()));
    }
}
