//! Steps that can never run.

use crate::diagnostic::{Diagnostics, Finding, Level, rules};
use crate::flow::{Flow, always_matches, hides_the_next};
use crate::resolve::Workflow;

/// Some way leads to each step, or another step has it run before that one is tried again. Those that follow each other
/// are one finding: what is behind a step that never runs mostly never runs for the same reason.
pub(super) fn steps_can_run(workflow: &Workflow<'_>, flow: &Flow, diagnostics: &mut Diagnostics) {
    let is_wrong = diagnostics.within(workflow.written.span).any(|finding| finding.level == Level::Error);
    // An action that could not be read may be the way.
    if is_wrong || !workflow.is_resolved() {
        return;
    }
    // An action that is never taken may be meant to lead there.
    let is_shadowed = |finding: &Finding| finding.rule == &rules::SHADOWED_ACTION;
    let by_status = match diagnostics.within(workflow.written.span).any(is_shadowed) {
        true => vec![true; workflow.steps.len()],
        false => flow.run_by_status(workflow),
    };
    let mut next = 1;
    while next < workflow.steps.len() {
        let first = next;
        while next < workflow.steps.len() && !(by_status[next] && flow.runs(workflow, next)) {
            next += 1;
        }
        if next > first {
            report(workflow, flow, first, next - 1, diagnostics);
        }
        next += 1;
    }
}

/// The steps from `first` to `last` can never run; the one before `first` can.
fn report(workflow: &Workflow<'_>, flow: &Flow, first: usize, last: usize, diagnostics: &mut Diagnostics) {
    let before = &workflow.steps[first - 1];
    let leads_past = before.on_success.iter().find(|action| always_matches(action)).filter(|_| flow.reaches(first - 1));
    let hides = hides_the_next(workflow, first - 1).filter(|_| flow.reaches(first));
    // Of a loop that never ends it is said that nothing leads out of it.
    let is_loop = |finding: &Finding| finding.rule == &rules::UNBOUNDED_POLL;
    if leads_past.or(hides).is_some_and(|action| diagnostics.within(action.span).any(is_loop)) {
        return;
    }
    let id = |place: usize| &workflow.steps[place].written.id;
    let message = match last - first {
        0 => format!("no way leads to the step `{}`", id(first).value),
        _ => format!("no way leads to the steps from `{}` to `{}`", id(first).value, id(last).value),
    };
    let finding = diagnostics.report(&rules::UNREACHABLE_STEP, id(first).node.span, message);
    finding.label("never runs");
    match leads_past {
        Some(action) => finding
            .also(action.span, format!("taken whenever `{}` succeeds", before.written.id.value))
            .help("give that action `criteria`, or lead here by a `goto` of another step"),
        None => match hides {
            Some(action) => finding
                .also(action.span, format!("taken at every status with which `{}` succeeds", before.written.id.value))
                .note("where the description lacks a response, add it there")
                .help("give that action other `criteria`, or lead here by a `goto` of another step"),
            None => finding.help("lead here by a `goto`, or remove it"),
        },
    };
}
