//! The Arazzo Specification Object.

use super::fields::{Field, Fields, Reader, Shape};
use super::{Document, SourceDescription, Version, Workflow};
use crate::diagnostic::{Diagnostics, rules};
use crate::yaml::{Kind, Node};

static SHAPE: Shape = Shape {
    name: "an Arazzo document",
    fields: &[
        Field::new("arazzo"),
        Field::since_1_1("$self"),
        Field::new("info"),
        Field::new("sourceDescriptions"),
        Field::new("workflows"),
        Field::new("components"),
        // A hint for editors, which means nothing to Arazzo (design, section 4).
        Field::new("$schema"),
    ],
    mistaken: &[("sources", "sourceDescriptions"), ("openapi", "arazzo"), ("swagger", "arazzo")],
};

/// How many values a document may hold. Each of its parts is looked at in the light of all the others, and the functions
/// that are written for it must still be compiled.
const MOST_VALUES: usize = 100_000;

fn is_too_large(root: &Node) -> bool {
    let mut open = vec![root];
    let mut values = 0;
    while let Some(node) = open.pop() {
        values += 1;
        match &node.kind {
            _ if values > MOST_VALUES => return true,
            Kind::List(items) => open.extend(items),
            Kind::Map(map) => open.extend(map.iter().map(|(_, value)| value)),
            _ => {}
        }
    }
    false
}

/// Rules 1 to 4 and 8.
pub(super) fn read(root: &Node, diagnostics: &mut Diagnostics) -> Option<Document> {
    let mut reader = Reader { version: Version::V1_1, diagnostics };
    if let Some(other) = another_format(root) {
        reader.invalid(root.span, format!("this is {other}, not an Arazzo document")).help(
            "name an Arazzo document, which begins with `arazzo: 1.0.1`, and this file among its `sourceDescriptions`",
        );
        return None;
    }
    if is_too_large(root) {
        reader
            .diagnostics
            .error(&rules::UNSUPPORTED, root.start(), format!("this document holds more than {MOST_VALUES} values"))
            .label("too large to be compiled")
            .help("split the document: a step can call a workflow of another document, which is one of its sources");
        return None;
    }
    reader.version = version(root, &mut reader)?;
    let fields = reader.fields(root, "an Arazzo document", &SHAPE)?;
    required(&fields, &mut reader, "arazzo", "begin the document with `arazzo: 1.0.1`");
    let self_uri = fields.word(&mut reader, "$self");
    if let Some(uri) = &self_uri {
        reader.uri_reference(uri, "`$self`");
        // Rule 11.
        if uri.value.contains('#') {
            reader
                .invalid(uri.node.span, "`$self` must not have a fragment")
                .help("leave out the `#` and what follows");
        }
    }
    let info = required(&fields, &mut reader, "info", "add `info: { title: …, version: 1.0.0 }`")
        .map(|node| reader.info(node))
        .unwrap_or_default();
    let sources = sources(&fields, &mut reader);
    let components = fields.get("components").map(|node| reader.components(node)).unwrap_or_default();
    let workflows = workflows(&fields, &mut reader)?;
    Some(Document { version: reader.version, self_uri, info, sources, workflows, components, span: root.span })
}

fn required<'n>(fields: &Fields<'n>, reader: &mut Reader<'_>, name: &str, help: &str) -> Option<&'n Node> {
    let value = fields.get(name);
    if value.is_none() {
        fields.lacks(reader, name).help(help);
    }
    value
}

fn another_format(root: &Node) -> Option<&'static str> {
    let has = |key| root.get(key).is_some();
    match (has("arazzo"), has("openapi") || has("swagger"), has("asyncapi")) {
        (false, true, _) => Some("an OpenAPI description"),
        (false, _, true) => Some("an AsyncAPI description"),
        _ => None,
    }
}

/// Rules 1 and 2: the feature set is `major.minor`; the patch and a suffix do not matter. `None` for one that nobody here
/// knows, where all other complaints would be wrong.
fn version(root: &Node, reader: &mut Reader<'_>) -> Option<Version> {
    // The field may be misspelt, which is reported with the others.
    let entries = &root.as_map().map(|map| map.entries.as_slice()).unwrap_or_default();
    let found = entries.iter().find(|(key, _)| key.text.eq_ignore_ascii_case("arazzo"));
    let Some((_, node)) = found else {
        return Some(Version::V1_1);
    };
    if let Kind::Number(number) = &node.kind {
        reader.wrong_type(node, "`arazzo`", "a string").help("write three numbers, as in `arazzo: 1.0.1`");
        return Some(if number.to_string() == "1.0" { Version::V1_0 } else { Version::V1_1 });
    }
    let Some(text) = reader.text(node, "`arazzo`") else {
        return Some(Version::V1_1);
    };
    let (numbers, suffix) = match text.value.split_once('-') {
        Some((numbers, suffix)) => (numbers, Some(suffix)),
        None => (text.value.as_str(), None),
    };
    let parts: Vec<&str> = numbers.split('.').collect();
    let are_numbers = parts.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    let version = match parts.as_slice() {
        _ if !are_numbers => None,
        ["1", "0", ..] => Some(Version::V1_0),
        ["1", "1", ..] => Some(Version::V1_1),
        [_, ..] => {
            reader
                .diagnostics
                .report(&rules::UNSUPPORTED_VERSION, node.span, format!("Arazzo `{}` is not supported", text.value))
                .help("the versions 1.0 and 1.1 are");
            return None;
        }
        [] => None,
    };
    if version.is_none() || parts.len() != 3 || suffix == Some("") {
        let portable = if text.value.contains("1.0") { "1.0.1" } else { "1.1.0" };
        reader.invalid(node.span, "`arazzo` must be a version of three numbers").label(format!("such as `{portable}`"));
    }
    Some(version.unwrap_or(Version::V1_1))
}

/// Rules 8 and 20.
fn sources(fields: &Fields<'_>, reader: &mut Reader<'_>) -> Vec<SourceDescription> {
    let example = "`sourceDescriptions: [{ name: petApi, url: openapi.yml }]`";
    required(
        fields,
        reader,
        "sourceDescriptions",
        &format!("list the APIs whose operations the steps call: {example}"),
    );
    let nodes = fields.filled_list(reader, "sourceDescriptions");
    let sources: Vec<_> = nodes.iter().filter_map(|node| reader.source(node)).collect();
    reader.unique("source name", sources.iter().map(|source| &source.name));
    sources
}

/// Rules 8 and 25.
fn workflows(fields: &Fields<'_>, reader: &mut Reader<'_>) -> Option<Vec<Workflow>> {
    let example = "`workflows: [{ workflowId: …, steps: [{ stepId: …, operationId: … }] }]`";
    let node = required(fields, reader, "workflows", &format!("add what the document is for: {example}"))?;
    let nodes = fields.filled_list(reader, "workflows");
    let workflows: Vec<_> = nodes.iter().filter_map(|node| reader.workflow(node)).collect();
    reader.ids("workflow id", workflows.iter().map(|workflow| &workflow.id));
    node.as_list().is_some().then_some(workflows)
}
