//! What is written down and then read by nothing.

use crate::diagnostic::{Diagnostics, rules};
use crate::library::Located;
use crate::resolve::{Root, Workflow};
use crate::source::Span;
use crate::types::may_mean_more;
use crate::yaml::{Key, Kind, Node};

/// Each output of a step is read by a step or by an output of the workflow: nothing else can see it.
pub(super) fn outputs_are_read(workflow: &Workflow<'_>, diagnostics: &mut Diagnostics) {
    if may_mean_more(workflow, diagnostics) {
        return;
    }
    let mut read: Vec<Vec<bool>> = workflow.steps.iter().map(|step| vec![false; step.outputs.len()]).collect();
    workflow.references(&mut |reference| {
        if let Root::Step { step, output } = reference.root {
            read[step][output] = true;
        }
    });
    for (step, read) in workflow.steps.iter().zip(read) {
        for (output, _) in step.outputs.iter().zip(read).filter(|(_, read)| !read) {
            let message = format!("the output `{}` of step `{}` is never read", output.name, step.written.id.value);
            diagnostics
                .report(&rules::UNUSED_OUTPUT, output.span, message)
                .help(format!("remove it, or read it as `$steps.{}.outputs.{}`", step.written.id.value, output.name));
        }
    }
}

/// The parts of `components`, and what refers to one.
const KINDS: [(&str, &str); 4] = [
    ("inputs", "$ref: '#/components/inputs/…'"),
    ("parameters", "reference: $components.parameters.…"),
    ("successActions", "reference: $components.successActions.…"),
    ("failureActions", "reference: $components.failureActions.…"),
];

/// Something in the document refers to each component, or repeats a part of it by a YAML alias.
pub(crate) fn components_are_used(root: Located<'_>, diagnostics: &mut Diagnostics) {
    // What is wrong may be the reference.
    if diagnostics.has_errors() {
        return;
    }
    let Some(components) = root.node.get("components") else { return };
    let mut texts = Vec::new();
    mentions(root.node, &mut texts);
    let of_kind = |(kind, form)| {
        let entries = components.get(kind).and_then(Node::as_map).into_iter().flat_map(|map| &map.entries);
        entries.map(move |(key, node)| (kind, form, key, node))
    };
    let all: Vec<(&str, &str, &Key, &Node)> = KINDS.into_iter().flat_map(of_kind).collect();
    // What an alias stands for keeps the place of its anchor.
    let mut repeated = Vec::new();
    for (key, node) in root.node.as_map().into_iter().flat_map(|map| &map.entries) {
        if key.text != "components" {
            spans_within(node, components.span, node.span, &mut repeated);
        }
    }
    for (.., node) in &all {
        spans_within(node, components.span, node.span, &mut repeated);
    }
    for (kind, form, key, node) in all {
        let name = key.text.as_str();
        let ways = [format!("components.{kind}.{name}"), format!("components/{kind}/{name}")];
        let is_mentioned = texts.iter().any(|text| ways.iter().any(|way| holds(text, way)));
        if is_mentioned || repeated.iter().any(|span| node.span.contains(*span)) {
            continue;
        }
        diagnostics
            .report(&rules::UNUSED_COMPONENT, key.span, format!("nothing refers to the component `{name}`"))
            .help(format!("remove it, or refer to it by `{}`", form.replace('…', name)));
    }
}

/// Whether a text holds a path, and not only one that begins so.
fn holds(text: &str, path: &str) -> bool {
    text.match_indices(path).any(|(at, _)| {
        let behind = text[at + path.len()..].chars().next();
        !behind.is_some_and(|letter| letter.is_alphanumeric() || ['-', '_'].contains(&letter))
    })
}

/// The texts that may refer to a component.
fn mentions<'n>(node: &'n Node, texts: &mut Vec<&'n str>) {
    match &node.kind {
        Kind::String(scalar) if scalar.text.contains("components") => texts.push(&scalar.text),
        Kind::List(elements) => elements.iter().for_each(|element| mentions(element, texts)),
        Kind::Map(map) => map.iter().for_each(|(_, value)| mentions(value, texts)),
        _ => {}
    }
}

/// The spans of parts of a node that are inside of `outer` and outside of `own`.
fn spans_within(node: &Node, outer: Span, own: Span, spans: &mut Vec<Span>) {
    if outer.contains(node.span) && !own.contains(node.span) {
        spans.push(node.span);
        return;
    }
    match &node.kind {
        Kind::List(elements) => elements.iter().for_each(|element| spans_within(element, outer, own, spans)),
        Kind::Map(map) => map.iter().for_each(|(_, value)| spans_within(value, outer, own, spans)),
        _ => {}
    }
}
