//! The fragments of references: JSON Pointers and plain names.

use crate::diagnostic::{Diagnostics, rules, suggest};
use crate::yaml::Node;

/// What a JSON Pointer, here without its first slash, leads to in a document.
pub(super) fn pointed<'a>(
    document: &'a Node,
    pointer: &str,
    at: &Node,
    text: &str,
    diagnostics: &mut Diagnostics,
) -> Option<&'a Node> {
    let mut node = document;
    for (depth, token) in pointer.split('/').enumerate() {
        let token = token.replace("~1", "/").replace("~0", "~");
        let next = step(node, &token);
        let Some(next) = next else {
            let keys = node.as_map().map(|map| map.keys().collect::<Vec<_>>()).unwrap_or_default();
            let near = suggest(&token, keys);
            let finding = diagnostics
                .error(&rules::INVALID_REFERENCE, at.span, format!("`{text}` leads nowhere: there is no `{token}`"))
                .did_you_mean(near);
            if depth == 0
                && let Some(root) = enclosing_schema(document, at)
                && walk(root.1, pointer).is_some()
            {
                finding
                    .note("a `$ref` is relative to the root of the document, not to the schema in which it stands")
                    .help(format!("write `#{}/{pointer}`", root.0));
            }
            return None;
        };
        node = next;
    }
    Some(node)
}

fn step<'a>(node: &'a Node, token: &str) -> Option<&'a Node> {
    match node.as_list() {
        Some(list) => token.parse::<usize>().ok().and_then(|index| list.get(index)),
        None => node.get(token),
    }
}

fn walk<'a>(node: &'a Node, pointer: &str) -> Option<&'a Node> {
    pointer.split('/').try_fold(node, |node, token| step(node, &token.replace("~1", "/").replace("~0", "~")))
}

/// What a plain name leads to: the schema that says `$anchor: name`. Of several, it is the one in the same `inputs`, since
/// each of those is a schema by itself.
pub(super) fn anchored<'a>(
    document: &'a Node,
    name: &str,
    at: &Node,
    text: &str,
    diagnostics: &mut Diagnostics,
) -> Option<&'a Node> {
    let is_name = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    if !is_name {
        diagnostics
            .error(&rules::INVALID_REFERENCE, at.span, format!("`{text}` is not a JSON Pointer into a document"))
            .help("write it as in `#/components/schemas/Name`");
        return None;
    }
    let mut anchors = Vec::new();
    collect(document, &mut anchors);
    let found: Vec<&Node> = anchors.iter().filter(|(known, _)| *known == name).map(|(_, node)| *node).collect();
    let near_by = enclosing_schema(document, at).map(|(_, root)| root);
    let inside = |node: &&&Node| near_by.is_some_and(|root| root.span.contains(node.span));
    let mut nearest = found.iter().filter(inside);
    match (found.as_slice(), nearest.next(), nearest.next()) {
        ([only], ..) => Some(only),
        (_, Some(only), None) => Some(only),
        ([], ..) => {
            let near = suggest(name, anchors.iter().map(|(name, _)| *name));
            let message = format!("`{text}` leads nowhere: no schema says `$anchor: {name}`");
            let finding = diagnostics.error(&rules::INVALID_REFERENCE, at.span, message);
            match near {
                Some(_) => finding.did_you_mean(near),
                None => finding.help("to refer by place, write a JSON Pointer as in `#/components/inputs/name`"),
            };
            None
        }
        ([first, second, ..], ..) => {
            let message = format!("`{text}` could be one of several: `$anchor: {name}` is there more than once");
            diagnostics
                .error(&rules::INVALID_REFERENCE, at.span, message)
                .also(first.span, "here")
                .also(second.span, "and here")
                .help("rename one of them, or refer with a JSON Pointer");
            None
        }
    }
}

/// Every schema of a tree that has an `$anchor`. Trees are never deeper than the reader of YAML allows.
fn collect<'a>(node: &'a Node, anchors: &mut Vec<(&'a str, &'a Node)>) {
    for anchor in ["$anchor", "$dynamicAnchor"] {
        if let Some(name) = node.get(anchor).and_then(Node::as_str) {
            anchors.push((name, node));
        }
    }
    for item in node.as_list().unwrap_or_default() {
        collect(item, anchors);
    }
    for (_, value) in node.as_map().into_iter().flat_map(|map| &map.entries) {
        collect(value, anchors);
    }
}

/// The schema of an Arazzo document in which a reference stands, with the pointer to it.
fn enclosing_schema<'a>(document: &'a Node, at: &Node) -> Option<(String, &'a Node)> {
    document.get("arazzo")?;
    let workflows = document.get("workflows").and_then(Node::as_list).unwrap_or_default();
    let inputs = workflows.iter().enumerate().filter_map(|(place, workflow)| {
        let inputs = workflow.get("inputs")?;
        Some((format!("/workflows/{place}/inputs"), inputs))
    });
    let components = document.get("components").and_then(|components| components.get("inputs")?.as_map());
    let components = components.into_iter().flat_map(|map| &map.entries).map(|(key, node)| {
        let token = key.text.replace('~', "~0").replace('/', "~1");
        (format!("/components/inputs/{token}"), node)
    });
    inputs.chain(components).find(|(_, root)| root.span.contains(at.span))
}
