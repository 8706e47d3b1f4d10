//! Parameters `in: formData` as the Media Type Object that OpenAPI 3 has in their place: an object whose properties are the
//! parameters, and an Encoding Object for each list.

use super::parameter::{Collection, Declared};
use crate::source::Span;
use crate::yaml::{Key, Kind, Map, Node, Scalar, Style};

/// Fields of a parameter that say nothing about its value.
const NO_KEYWORDS: [&str; 6] = ["name", "in", "required", "collectionFormat", "allowEmptyValue", "type"];

/// Whether a parameter is a file.
pub(super) fn is_file(parameter: &Node) -> bool {
    parameter.get("type").and_then(Node::as_str) == Some("file")
}

/// The Media Type Object of a form. `list` is where the parameters are declared.
pub(super) fn media_type(fields: &[&Declared<'_>], list: Span) -> Node {
    let mut properties = Vec::new();
    let mut required = Vec::new();
    let mut encodings = Vec::new();
    for field in fields {
        let span = field.span_of("name");
        properties.push((Key { text: field.name.to_owned(), span }, property(field.at.node)));
        if field.is_required() {
            required.push(text(field.name, span));
        }
        if let Some(encoding) = encoding(field.at.node, field.span_of("collectionFormat")) {
            encodings.push((Key { text: field.name.to_owned(), span }, encoding));
        }
    }
    let schema = map(
        [
            entry("type", text("object", list)),
            entry("properties", map(properties, list)),
            entry("required", Node { span: list, kind: Kind::List(required) }),
        ],
        list,
    );
    map([entry("schema", schema), entry("encoding", map(encodings, list))], list)
}

/// The schema of a parameter.
fn property(parameter: &Node) -> Node {
    let span = parameter.span;
    let written = parameter.as_map().into_iter().flat_map(|map| &map.entries);
    let mut entries: Vec<(Key, Node)> =
        written.filter(|(key, _)| !NO_KEYWORDS.contains(&key.text.as_str())).cloned().collect();
    match parameter.get("type") {
        Some(kind) if is_file(parameter) => {
            entries.retain(|(key, _)| key.text != "format");
            entries.push(entry("type", text("string", kind.span)));
            entries.push(entry("format", text("binary", kind.span)));
        }
        Some(kind) => entries.push(entry("type", kind.clone())),
        None => {}
    }
    map(entries, span)
}

/// The Encoding Object of a list.
fn encoding(parameter: &Node, span: Span) -> Option<Node> {
    if parameter.get("type").and_then(Node::as_str) != Some("array") {
        return None;
    }
    let (style, explode) = match Collection::read(parameter) {
        Some(Collection::Commas) => ("form", false),
        Some(Collection::Repeated) => ("form", true),
        Some(Collection::Spaces) => ("spaceDelimited", false),
        Some(Collection::Pipes) => ("pipeDelimited", false),
        // OpenAPI 3 has no name for it, nor for what Swagger 2.0 does not know.
        Some(Collection::Tabs) => ("tsv", false),
        None => ("", false),
    };
    let explode = Node { span, kind: Kind::Bool(explode) };
    Some(map([entry("style", text(style, span)), entry("explode", explode)], span))
}

fn entry(key: &str, value: Node) -> (Key, Node) {
    (Key { text: key.to_owned(), span: value.span }, value)
}

fn map(entries: impl IntoIterator<Item = (Key, Node)>, span: Span) -> Node {
    Node { span, kind: Kind::Map(Map { entries: entries.into_iter().collect() }) }
}

fn text(text: &str, span: Span) -> Node {
    Node { span, kind: Kind::String(Scalar { text: text.to_owned(), style: Style::Plain }) }
}
