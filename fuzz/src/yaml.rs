//! The reader of YAML and JSON.

use super::{shown, within};
use arazzo_compiler::diagnostic::Diagnostics;
use arazzo_compiler::source::{Memory, Sources, Span};
use arazzo_compiler::yaml::{Kind, Node, parse};
use serde_json::Value;
use std::path::Path;

/// Every place is in the file, what is wrong is said, and JSON reads as JSON does.
pub fn yaml(text: &str) {
    let files = Memory::of([("f.yml", text)]);
    let mut sources = Sources::new(&files);
    let file = sources.load(Path::new("f.yml")).expect("text can be loaded");
    let text = sources.shared_text(file);
    let mut diagnostics = Diagnostics::new();
    let root = parse(file, &text, &mut diagnostics);
    for finding in diagnostics.findings() {
        in_file(&text, finding.span);
        finding.labels.iter().for_each(|(span, _)| in_file(&text, *span));
    }
    match &root {
        Some(root) => tree(root, &text),
        None => assert!(diagnostics.has_errors(), "nothing was read, and nothing said"),
    }
    if let Ok(json) = serde_json::from_str::<Value>(&text)
        && diagnostics.is_empty()
    {
        assert_eq!(root.map(|root| root.to_json()), Some(json));
    }
    diagnostics.finish(&sources, Path::new("")).iter().for_each(shown);
}

fn in_file(text: &str, span: Span) {
    within(text, &(span.start as usize..span.end as usize));
}

fn tree(node: &Node, text: &str) {
    in_file(text, node.span);
    match &node.kind {
        Kind::List(items) => items.iter().for_each(|item| tree(item, text)),
        Kind::Map(map) => {
            for (key, value) in map.iter() {
                in_file(text, key.span);
                tree(value, text);
            }
        }
        Kind::String(scalar) => {
            let middle = scalar.text.len() / 2;
            for part in [0..0, 0..middle, middle..scalar.text.len(), 0..scalar.text.len()] {
                let found = node.span_of(part, text);
                in_file(text, found);
                assert!(node.span.contains(found), "{found:?} is not in {:?}", node.span);
            }
        }
        Kind::Null | Kind::Bool(_) | Kind::Number(_) => {}
    }
}
