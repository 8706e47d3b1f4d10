//! Loops that nothing in the document ends.

use crate::diagnostic::{Diagnostics, Level, rules};
use crate::flow::Flow;
use crate::resolve::{Action, Effect, Workflow};

/// Rule 65: loops are legal, but one that is entered anew whatever happens ends only by the limits of the client. A
/// `retry` has a limit of its own, and a `goto` with criteria, or behind an action that has some, leaves another way.
pub(super) fn can_be_left(workflow: &Workflow<'_>, flow: &Flow, diagnostics: &mut Diagnostics) {
    for (place, step) in workflow.steps.iter().enumerate() {
        for (actions, succeeded) in [(&step.on_success, true), (&step.on_failure, false)] {
            let Some((action, to)) = unconditional_goto(actions).filter(|(_, to)| *to <= place) else { continue };
            // Where something is wrong about the step, the target may be a guess.
            let is_wrong = diagnostics.within(step.written.span).any(|finding| finding.level == Level::Error);
            if is_wrong || !flow.reaches(place) {
                continue;
            }
            let (id, target) = (&step.written.id.value, &workflow.steps[to].written.id.value);
            let (message, help) = if succeeded {
                if flow.can_end_from(workflow, to) {
                    continue;
                }
                (
                    format!("the action `{}` leads back to `{target}`, and no way leads out of that loop", action.name),
                    "give the action `criteria`, or end the loop by another action before it",
                )
            } else {
                (
                    format!(
                        "the action `{}` leads back to `{target}` at every failure of `{id}`, however often it fails",
                        action.name
                    ),
                    "give it `criteria`, or write a `retry` with a `retryLimit`",
                )
            };
            diagnostics.report(&rules::UNBOUNDED_POLL, action.span, message).help(help);
        }
    }
}

/// The `goto` of a list that is taken whatever happens: it has no criteria, and nothing before it has any.
fn unconditional_goto<'l, 'a>(actions: &'l [Action<'a>]) -> Option<(&'l Action<'a>, usize)> {
    let action = actions.iter().find(|action| !is_used_up(action))?;
    match action.effect {
        Some(Effect::Goto(to)) if action.criteria.is_empty() => Some((action, to)),
        _ => None,
    }
}

/// Whether an action only puts the next one off: a `retry` of every failure.
fn is_used_up(action: &Action<'_>) -> bool {
    action.criteria.is_empty() && matches!(action.effect, Some(Effect::Retry { .. }))
}
