//! The resolution of a workflow.

use super::expression::OUTPUT;
use super::program::{Known, Links};
use super::step::{Context, Place, Readings, Scope};
use super::{Descriptions, Output, Workflow};
use crate::diagnostic::Diagnostics;
use crate::document::{self, OutputValue};
use crate::library::{Library, Located};
use crate::openapi::Schema;

/// Resolves the names of a workflow. What cannot be resolved is reported, and left out or `None` in the result.
pub(super) fn resolve<'a>(
    known: Known<'a>,
    links: &mut Links<'a>,
    descriptions: &mut Descriptions<'a>,
    readings: &mut Readings,
    library: &Library<'a, '_>,
    diagnostics: &mut Diagnostics,
) -> Workflow<'a> {
    let written = known.written;
    let unit = links.unit(known.unit);
    let inputs = written.inputs.as_ref().and_then(|node| {
        let schema = Schema::new(Located { file: unit.file, node }, None, library);
        schema.resolve(library, diagnostics).map(|(schema, _)| schema)
    });
    let document = unit.document;
    let version = document.version;
    let unit = known.unit;
    let mut context =
        Context { library, document, version, descriptions, links, unit, diagnostics, readings, evaluated: Vec::new() };
    let scope = Scope { place: Place::Request, workflow: written, inputs, callee: None, calls_workflow: false };
    let dependencies = context.dependencies(written, scope);
    let steps = written.steps.iter().map(|step| context.step(written, step, inputs)).collect();
    let outputs = context.workflow_outputs(&written.outputs, Scope { place: Place::Workflow, ..scope });
    Workflow { written, inputs, dependencies, steps, outputs }
}

impl<'a> Context<'_, 'a, '_> {
    /// Resolves the outputs of a step.
    pub(super) fn outputs(&mut self, written: &'a [document::Output], scope: Scope<'_, 'a>) -> Vec<Output<'a>> {
        written.iter().map(|output| self.output(output, scope)).collect()
    }

    /// Resolves the outputs of a workflow, of which each can read those before it.
    fn workflow_outputs(&mut self, written: &'a [document::Output], scope: Scope<'_, 'a>) -> Vec<Output<'a>> {
        let mut outputs = Vec::new();
        for output in written {
            let output = self.output(output, scope);
            self.evaluated.push((output.name, output.value.clone()));
            outputs.push(output);
        }
        outputs
    }

    fn output(&mut self, output: &'a document::Output, scope: Scope<'_, 'a>) -> Output<'a> {
        let value = match &output.value {
            OutputValue::Expression(text) => self.expression(text, OUTPUT, scope),
            OutputValue::Selector(selector) => self.selector(selector, scope),
        };
        Output { name: &output.name.value, span: output.name.span, value }
    }
}
