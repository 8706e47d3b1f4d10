//! The type of a workflow's inputs.

use super::read::Reader;
use super::{Field, Item, Struct, Surroundings, Type};
use crate::constraint::Constraints;
use crate::diagnostic::{Diagnostics, Level, rules};
use crate::library::Library;
use crate::openapi::SchemaKind;
use crate::resolve::{Root, Segment, Workflow};
use crate::yaml::Kind;

/// The struct `Inputs`, and the types that it needs.
pub fn inputs<'a>(
    place: usize,
    around: Surroundings<'_, 'a>,
    secrets: &[(String, Vec<Segment>)],
    constraints: &Constraints,
    library: &Library<'a, '_>,
    diagnostics: &mut Diagnostics,
) -> (Struct, Vec<Item>) {
    let workflow = &around.workflows[place];
    let id = &workflow.written.id.value;
    let mut inputs = Struct { name: "Inputs".to_owned(), doc: format!("The inputs of `{id}`."), fields: Vec::new() };
    let Some(schema) = workflow.inputs else { return (inputs, Vec::new()) };
    let mut reader = Reader::of_inputs(library, constraints, diagnostics);
    let Some((schema, _)) = schema.resolve(library, reader.diagnostics) else { return (inputs, Vec::new()) };
    match schema.kind() {
        SchemaKind::Object => inputs.fields = reader.fields(schema, "Inputs"),
        // An object without properties: a workflow without inputs.
        SchemaKind::Map(None) => reader.required_ones_are_declared(schema),
        // It declares no input either, which has been said.
        _ if matches!(schema.at.node.kind, Kind::Bool(_)) => {}
        _ => {
            let span = schema.at.node.get("type").map_or(schema.at.node.span, |node| node.span);
            reader
                .diagnostics
                .error(
                    &rules::UNSUPPORTED_INPUTS,
                    span,
                    "inputs that are not an object with `properties` are not supported",
                )
                .help("write `type: object` with one entry of `properties` for each input");
        }
    }
    let mut items = reader.items;
    for (name, path) in secrets {
        if let Some(field) = inputs.fields.iter_mut().find(|field| field.name == *name) {
            hide(field, path, &mut items);
        }
    }
    if !may_mean_more(workflow, diagnostics) {
        for field in inputs.fields.iter().filter(|field| !is_used(place, around, &field.name)) {
            let message = format!("the input `{}` is never used", field.name);
            diagnostics
                .report(&rules::UNUSED_INPUT, field.span, message)
                .help(format!("remove it, or use it as `$inputs.{}`", field.name));
        }
    }
    (inputs, items)
}

/// The struct for a schema by itself, and the types that it needs.
#[cfg(test)]
pub(crate) fn of_schema<'a>(
    schema: crate::openapi::Schema<'a>,
    constraints: &Constraints,
    library: &Library<'a, '_>,
    diagnostics: &mut Diagnostics,
) -> (Struct, Vec<Item>) {
    let mut reader = Reader::of_inputs(library, constraints, diagnostics);
    let fields = match schema.resolve(library, reader.diagnostics) {
        Some((schema, _)) => reader.fields(schema, "Inputs"),
        None => Vec::new(),
    };
    (Struct { name: "Inputs".to_owned(), doc: String::new(), fields }, reader.items)
}

/// Marks as secret what a path leads to, or the last field on the way that the types know.
fn hide(field: &mut Field, path: &[Segment], items: &mut Vec<Item>) {
    let inner = match (path, &field.kind) {
        ([Segment::Token(name) | Segment::Member(name), rest @ ..], Type::Struct(kind)) => {
            let place = items.iter().position(|item| matches!(item, Item::Struct(item) if item.name == *kind));
            place.map(|place| (place, name, rest))
        }
        _ => None,
    };
    let Some((place, name, rest)) = inner else {
        field.secret = true;
        return;
    };
    // The struct is taken out while its field is marked: what the field refers to is another of the items.
    let Item::Struct(mut item) = items.remove(place) else { return };
    match item.fields.iter_mut().find(|field| field.name == *name) {
        Some(inner) => hide(inner, rest, items),
        None => field.secret = true,
    }
    items.insert(place, Item::Struct(item));
}

/// Whether something in the workflow is wrong, so that it may use inputs and outputs where that cannot be seen.
pub(crate) fn may_mean_more(workflow: &Workflow<'_>, diagnostics: &Diagnostics) -> bool {
    let slips = [&rules::UNQUOTED_BRACES, &rules::UNKNOWN_ROOT];
    let mut findings = diagnostics.within(workflow.written.span);
    findings.any(|finding| finding.level == Level::Error || slips.contains(&finding.rule))
}

fn is_used(place: usize, around: Surroundings<'_, '_>, input: &str) -> bool {
    let mut used = false;
    for (number, workflow) in around.workflows.iter().enumerate() {
        workflow.references(&mut |reference| {
            used |= match &reference.root {
                Root::Input(name) => number == place && name == input,
                Root::WorkflowInput { workflow, name } => *workflow == place && name == input,
                _ => false,
            };
        });
    }
    used
}
