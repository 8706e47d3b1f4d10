//! The keywords of JSON Schema 2020-12: which there are, and what may stand behind each.

use crate::diagnostic::{Diagnostics, rules, suggest};
use crate::source::Span;
use crate::yaml::{Kind, Map, Node};
use arazzo_expression::schema::{self, Pattern};
use serde_json::{Number, Value};

/// The types.
const TYPES: [&str; 7] = ["string", "integer", "number", "boolean", "array", "object", "null"];

/// The keywords that ask something.
const ASSERTIONS: [&str; 39] = [
    "$ref",
    "additionalProperties",
    "allOf",
    "anyOf",
    "const",
    "contains",
    "dependentRequired",
    "dependentSchemas",
    "else",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "if",
    "items",
    "maxContains",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minContains",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "oneOf",
    "pattern",
    "patternProperties",
    "prefixItems",
    "properties",
    "propertyNames",
    "required",
    "then",
    "type",
    "unevaluatedItems",
    "unevaluatedProperties",
    "uniqueItems",
];

/// The keywords that ask nothing, those of OpenAPI included.
const ANNOTATIONS: [&str; 22] = [
    "$anchor",
    "$comment",
    "$defs",
    "$dynamicAnchor",
    "$id",
    "$schema",
    "$vocabulary",
    "contentEncoding",
    "contentMediaType",
    "contentSchema",
    "default",
    "definitions",
    "deprecated",
    "description",
    "discriminator",
    "example",
    "examples",
    "externalDocs",
    "readOnly",
    "title",
    "writeOnly",
    "xml",
];

/// Keywords of other editions and dialects, and what to write today.
const FORMER: [(&str, &str); 6] = [
    ("$recursiveRef", "`$ref`"),
    ("additionalItems", "`prefixItems` for the first elements and `items` for those behind them"),
    ("dependencies", "`dependentRequired` or `dependentSchemas`"),
    ("divisibleBy", "`multipleOf`"),
    ("id", "`$id`"),
    ("nullable", "the type as a list: `type: [string, 'null']`"),
];

/// Reports keywords that there are not, and those that are not supported.
pub(super) fn are_known(schema: &Node, diagnostics: &mut Diagnostics) {
    for (key, value) in schema.as_map().into_iter().flat_map(Map::iter) {
        let name = key.text.as_str();
        match name {
            "$dynamicRef" => {
                diagnostics
                    .error(&rules::UNSUPPORTED, key.span, "the keyword `$dynamicRef` of JSON Schema is not supported")
                    .help("write `$ref`");
            }
            _ if ASSERTIONS.contains(&name) || ANNOTATIONS.contains(&name) || name.starts_with("x-") => {}
            "nullable" if value.as_bool() == Some(false) => {}
            _ => {
                let message = format!("JSON Schema has no keyword `{name}`, so it asks for nothing");
                let finding = diagnostics.report(&rules::UNKNOWN_KEYWORD, key.span, message);
                match FORMER.iter().find(|(former, _)| *former == name) {
                    Some((_, today)) => finding.help(format!("JSON Schema 2020-12 writes {today}")),
                    None => finding.did_you_mean(suggest(name, ASSERTIONS.into_iter().chain(ANNOTATIONS))),
                };
            }
        }
    }
}

/// Rule 27: a schema is a map or a boolean.
pub(super) fn is_schema(node: &Node, what: &str, diagnostics: &mut Diagnostics) -> bool {
    match &node.kind {
        Kind::Map(_) | Kind::Bool(_) => return true,
        Kind::List(_) if what == "`items`" => {
            diagnostics
                .error(&rules::WRONG_TYPE, node.span, "`items` must be one schema, for all elements, not a list")
                .help("JSON Schema 2020-12 lists the schemas of the first elements under `prefixItems`");
            return false;
        }
        _ => {}
    }
    let message = format!("{what} must be a map, a JSON Schema, not {}", node.kind_name());
    let finding = diagnostics.error(&rules::WRONG_TYPE, node.span, message);
    if let Some(kind) = node.as_str().filter(|text| TYPES.contains(text)) {
        finding.help(format!("write `{{ type: {kind} }}`"));
    }
    false
}

/// One type of `type`.
pub(super) fn kind(node: &Node, diagnostics: &mut Diagnostics) -> Option<schema::Kind> {
    let list = || TYPES.map(|name| format!("`{name}`")).join(", ");
    let Some(name) = node.as_str() else {
        let message = format!("`type` must be a string, not {}", node.kind_name());
        let finding = diagnostics.error(&rules::WRONG_TYPE, node.span, message);
        if node.is_null() {
            finding.help("write `'null'`, in quotes");
        } else {
            finding.help(format!("the types are {}", list()));
        }
        return None;
    };
    let kind = schema::Kind::of_name(name);
    if kind.is_none() {
        let near = match name {
            "int" | "long" => Some("integer"),
            "float" | "double" => Some("number"),
            "str" | "text" => Some("string"),
            "bool" => Some("boolean"),
            "list" => Some("array"),
            "map" | "dict" => Some("object"),
            _ => suggest(name, TYPES),
        };
        let finding = diagnostics.error(&rules::INVALID_VALUE, node.span, format!("no type is named `{name}`"));
        match near {
            Some(_) => finding.did_you_mean(near),
            None => finding.help(format!("the types are {}", list())),
        };
    }
    kind
}

/// The values of `enum`.
pub(super) fn values(node: &Node, diagnostics: &mut Diagnostics) -> Option<Vec<Value>> {
    let Some(list) = node.as_list() else {
        let message = format!("`enum` must be a list of values, not {}", node.kind_name());
        diagnostics.error(&rules::WRONG_TYPE, node.span, message);
        return None;
    };
    if list.is_empty() {
        diagnostics.error(&rules::EMPTY_LIST, node.span, "`enum` lists no value, so that none would fit");
        return None;
    }
    Some(list.iter().map(Node::to_json).collect())
}

/// A number of characters, elements or members.
pub(super) fn count(name: &str, node: &Node, diagnostics: &mut Diagnostics) -> Option<u64> {
    let whole = node.as_u64().or_else(|| {
        let number = node.as_f64().filter(|number| number.fract() == 0.0 && (0.0..1e15).contains(number))?;
        Some(number as u64)
    });
    if whole.is_none() {
        let shown = match &node.kind {
            Kind::Number(number) => format!("`{number}`"),
            _ => node.kind_name().to_owned(),
        };
        let message = format!("`{name}` must be a whole number that is not negative, not {shown}");
        let is_number = matches!(node.kind, Kind::Number(_));
        let rule = if is_number { &rules::INVALID_VALUE } else { &rules::WRONG_TYPE };
        diagnostics.error(rule, node.span, message);
    }
    whole
}

/// A bound.
pub(super) fn number(name: &str, node: &Node, diagnostics: &mut Diagnostics) -> Option<Number> {
    if let Kind::Number(number) = &node.kind {
        return Some(number.clone());
    }
    let message = format!("`{name}` must be a number, not {}", node.kind_name());
    let finding = diagnostics.error(&rules::WRONG_TYPE, node.span, message);
    if node.as_bool().is_some() {
        let inclusive = if name == "exclusiveMinimum" { "minimum" } else { "maximum" };
        finding.help(format!("JSON Schema 2020-12 writes the bound itself here, in place of `{inclusive}`"));
    }
    None
}

/// The unit of `multipleOf`.
pub(super) fn positive(node: &Node, diagnostics: &mut Diagnostics) -> Option<Number> {
    let unit = number("multipleOf", node, diagnostics)?;
    if unit.as_f64().is_some_and(|unit| unit > 0.0) {
        return Some(unit);
    }
    let message = format!("`multipleOf` must be more than 0, and this is `{unit}`");
    diagnostics.error(&rules::INVALID_VALUE, node.span, message);
    None
}

/// `true` or `false`.
pub(super) fn flag(name: &str, node: &Node, diagnostics: &mut Diagnostics) -> Option<bool> {
    let flag = node.as_bool();
    if flag.is_none() {
        let message = format!("`{name}` must be `true` or `false`, not {}", node.kind_name());
        diagnostics.error(&rules::WRONG_TYPE, node.span, message);
    }
    flag
}

/// `pattern`
pub(super) fn pattern(node: &Node, diagnostics: &mut Diagnostics) -> Option<Pattern> {
    let Some(text) = node.as_str() else {
        let message = format!("`pattern` must be a string, not {}", node.kind_name());
        diagnostics.error(&rules::WRONG_TYPE, node.span, message);
        return None;
    };
    valid_pattern(text, node.span, diagnostics)
}

/// A regular expression.
pub(super) fn valid_pattern(text: &str, span: Span, diagnostics: &mut Diagnostics) -> Option<Pattern> {
    if let Err(error) = regex_lite::Regex::new(text) {
        let finding = diagnostics.error(&rules::INVALID_REGEX, span, format!("this pattern is not valid: {error}"));
        if error.to_string().contains("support") {
            finding.note("look-around, back-references and `\\p{…}` are not supported");
        }
        return None;
    }
    Some(Pattern::new(text))
}

/// A list of names.
pub(super) fn names(name: &str, node: &Node, diagnostics: &mut Diagnostics) -> Option<Vec<String>> {
    let name = if name.starts_with("an ") { name.to_owned() } else { format!("`{name}`") };
    let Some(list) = node.as_list() else {
        let message = format!("{name} must be a list of names, not {}", node.kind_name());
        let finding = diagnostics.error(&rules::WRONG_TYPE, node.span, message);
        if name == "`required`" {
            finding.help("list the names of required properties beside `properties`: `required: [name]`");
        }
        return None;
    };
    let mut names = Vec::new();
    for node in list {
        match node.as_str() {
            Some(text) => names.push(text.to_owned()),
            None => {
                let message = format!("{name} must be a list of names, and this is {}", node.kind_name());
                diagnostics.error(&rules::WRONG_TYPE, node.span, message).help("write it in quotes");
            }
        }
    }
    Some(names)
}

/// A map of schemas, or of lists.
pub(super) fn map<'n>(name: &str, node: &'n Node, diagnostics: &mut Diagnostics) -> Option<&'n Map> {
    let map = node.as_map();
    if map.is_none() {
        let message = format!("`{name}` must be a map, not {}", node.kind_name());
        let finding = diagnostics.error(&rules::WRONG_TYPE, node.span, message);
        if name == "properties" {
            finding.help("write each name with its schema: `properties: { name: { type: string } }`");
        }
    }
    map
}

/// A list of schemas.
pub(super) fn schemas<'n>(name: &str, node: &'n Node, diagnostics: &mut Diagnostics) -> Option<&'n [Node]> {
    let Some(list) = node.as_list() else {
        let message = format!("`{name}` must be a list of schemas, not {}", node.kind_name());
        diagnostics.error(&rules::WRONG_TYPE, node.span, message);
        return None;
    };
    if list.is_empty() {
        diagnostics.error(&rules::EMPTY_LIST, node.span, format!("`{name}` must have an entry"));
        return None;
    }
    Some(list)
}
