//! Rules over resolved workflows, one per function.

mod actions;
mod body;
mod parameters;
mod references;

use crate::diagnostic::Diagnostics;
use crate::flow::Flow;
use crate::resolve::Workflow;

/// Checks a workflow.
pub fn check(workflow: &Workflow<'_>, flow: &Flow, diagnostics: &mut Diagnostics) {
    for step in &workflow.steps {
        parameters::variables_exist(step, diagnostics);
        parameters::parameters_are_declared(step, diagnostics);
        parameters::required_ones_are_given(step, diagnostics);
        parameters::styles_are_supported(step, diagnostics);
        body::required_one_is_given(step, diagnostics);
        body::content_type_is_accepted(step, diagnostics);
        actions::names_differ(step, diagnostics);
        actions::actions_can_be_taken(step, diagnostics);
    }
    references::steps_can_have_run(workflow, flow, diagnostics);
}
