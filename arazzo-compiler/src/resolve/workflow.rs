//! The resolution of a workflow.

use super::expression::OUTPUT;
use super::step::{Context, Place, Scope};
use super::{Descriptions, Output, Workflow};
use crate::diagnostic::Diagnostics;
use crate::document::{self, Document, OutputValue};
use crate::library::{Library, Located};
use crate::openapi::Schema;
use crate::source::FileId;

pub use super::step::Readings;

/// Resolves the names of a workflow. What cannot be resolved is reported, and left out or `None` in the result.
pub fn workflow<'a>(
    written: &'a document::Workflow,
    document: &'a Document,
    file: FileId,
    library: &Library<'a, '_>,
    descriptions: &mut Descriptions<'a>,
    readings: &mut Readings,
    diagnostics: &mut Diagnostics,
) -> Workflow<'a> {
    let inputs = written.inputs.as_ref().and_then(|node| {
        let schema = Schema::new(Located { file, node }, None, library);
        schema.resolve(library, diagnostics).map(|(schema, _)| schema)
    });
    let mut context = Context { library, document, version: document.version, descriptions, diagnostics, readings };
    if let Some(first) = written.depends_on.first() {
        context.unsupported_at(first.node.span, "`dependsOn` of workflows is not supported yet");
    }
    let steps = written.steps.iter().map(|step| context.step(written, step, inputs)).collect();
    let scope = Scope { place: Place::Workflow, workflow: written, inputs };
    let outputs = context.outputs(&written.outputs, scope);
    Workflow { written, inputs, steps, outputs }
}

impl<'a> Context<'_, 'a, '_> {
    /// Resolves the outputs of a workflow or a step.
    pub(super) fn outputs(&mut self, written: &'a [document::Output], scope: Scope<'_, 'a>) -> Vec<Output<'a>> {
        written
            .iter()
            .map(|output| {
                let value = match &output.value {
                    OutputValue::Expression(text) => self.expression(text, OUTPUT, scope),
                    OutputValue::Selector(selector) => self.selector(selector, scope),
                };
                Output { name: &output.name.value, span: output.name.span, value }
            })
            .collect()
    }
}
