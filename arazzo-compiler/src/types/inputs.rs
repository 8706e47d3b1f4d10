//! The type of a workflow's inputs.

use super::read::Reader;
use super::{Item, Struct};
use crate::diagnostic::{Diagnostics, Level, rules};
use crate::library::Library;
use crate::openapi::SchemaKind;
use crate::resolve::{Root, Workflow};

/// The struct `Inputs`, and the types that it needs.
pub fn inputs<'a>(
    workflow: &Workflow<'a>,
    secrets: &[String],
    library: &Library<'a, '_>,
    diagnostics: &mut Diagnostics,
) -> (Struct, Vec<Item>) {
    let id = &workflow.written.id.value;
    let mut inputs = Struct { name: "Inputs".to_owned(), doc: format!("The inputs of `{id}`."), fields: Vec::new() };
    let Some(schema) = workflow.inputs else { return (inputs, Vec::new()) };
    let mut reader = Reader::new(library, false, diagnostics);
    let Some((schema, _)) = schema.resolve(library, reader.diagnostics) else { return (inputs, Vec::new()) };
    match schema.kind() {
        SchemaKind::Object => inputs.fields = reader.fields(schema, "Inputs"),
        // An object without properties: a workflow without inputs.
        SchemaKind::Map(None) => {}
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
    for field in &mut inputs.fields {
        field.secret |= secrets.contains(&field.name);
    }
    let items = reader.items;
    if !may_mean_more(workflow, diagnostics) {
        for field in inputs.fields.iter().filter(|field| !is_used(workflow, &field.name)) {
            let message = format!("the input `{}` is never used", field.name);
            diagnostics
                .report(&rules::UNUSED_INPUT, field.span, message)
                .help(format!("remove it, or use it as `$inputs.{}`", field.name));
        }
    }
    (inputs, items)
}

/// Whether something in the workflow is wrong, so that it may use inputs where that cannot be seen.
fn may_mean_more(workflow: &Workflow<'_>, diagnostics: &Diagnostics) -> bool {
    let slips = [&rules::UNQUOTED_BRACES, &rules::UNKNOWN_ROOT];
    let mut findings = diagnostics.within(workflow.written.span);
    findings.any(|finding| finding.level == Level::Error || slips.contains(&finding.rule))
}

fn is_used(workflow: &Workflow<'_>, input: &str) -> bool {
    let mut used = false;
    workflow.references(&mut |reference| used |= matches!(&reference.root, Root::Input(name) if name == input));
    used
}
