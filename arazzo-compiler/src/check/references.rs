//! References to outputs of steps against the order of the steps.

use crate::diagnostic::{Diagnostics, rules};
use crate::flow::Flow;
use crate::resolve::{Reference, Root, Workflow};

/// Rules 44 and 46: a step whose output is read can have run by then. When a jump makes a later one run first, on some
/// ways but not on all, that is advice (A24).
pub(super) fn steps_can_have_run(workflow: &Workflow<'_>, flow: &Flow, diagnostics: &mut Diagnostics) {
    for (place, step) in workflow.steps.iter().enumerate() {
        let mut late: Vec<(usize, Reference)> = Vec::new();
        let mut uncertain: Vec<(usize, Reference)> = Vec::new();
        let mut note = |reference: &Reference, own: bool| {
            let Root::Step { step, .. } = reference.root else { return };
            if own && step == place {
                return;
            }
            if !flow.may_have_run(step, place) {
                late.push((step, reference.clone()));
            } else if step > place && !flow.must_have_run(step, place) {
                uncertain.push((step, reference.clone()));
            }
        };
        step.request_references(&mut |reference| note(reference, false));
        step.exchange_references(&mut |reference| note(reference, true));
        for (other, reference) in late {
            let (id, read) = (&step.written.id.value, &workflow.steps[other].written.id);
            let message = if other == place {
                format!("step `{id}` reads its own output before it has run")
            } else {
                format!("step `{id}` reads an output of `{}`, which cannot have run by then", read.value)
            };
            let finding = diagnostics.error(&rules::LATER_STEP, reference.span, message);
            if other > place {
                finding.also(read.node.span, "this step comes later").help("move that step before this one");
            } else if other < place {
                finding.also(read.node.span, "every way to the other step leaves this one out");
            } else {
                finding.help("read an input, or an output of a step before this one");
            }
        }
        for (other, reference) in uncertain {
            let (id, read) = (&step.written.id.value, &workflow.steps[other].written.id);
            let message = format!("step `{id}` reads an output of `{}`, which may not have run by then", read.value);
            diagnostics
                .report(&rules::NOT_YET_RUN, reference.span, message)
                .label("absent the first time")
                .also(read.node.span, "this step comes later, and only a jump leads back from it");
        }
    }
}

/// A workflow whose values are read is one that something runs.
pub(super) fn workflows_can_have_run(
    workflow: &Workflow<'_>,
    workflows: &[Workflow<'_>],
    diagnostics: &mut Diagnostics,
) {
    let mut unrun: Vec<(usize, Reference)> = Vec::new();
    workflow.references(&mut |reference| {
        let (Root::WorkflowOutput { workflow, .. } | Root::WorkflowInput { workflow, .. }) = reference.root else {
            return;
        };
        if !workflows.iter().any(|other| other.runs().contains(&workflow)) {
            unrun.push((workflow, reference.clone()));
        }
    });
    for (other, reference) in unrun {
        let id = &workflows[other].written.id;
        let message = format!("nothing runs the workflow `{}`, so that this is always absent", id.value);
        diagnostics
            .report(&rules::UNRUN_WORKFLOW, reference.span, message)
            .also(id.node.span, "the workflow")
            .help("run it in a step before, or name it in the `dependsOn` of this workflow");
    }
}
