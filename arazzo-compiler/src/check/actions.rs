//! The lists of actions of a step.

use crate::diagnostic::{Diagnostics, rules};
use crate::flow::always_matches;
use crate::resolve::{Action, Criterion, Effect, Step, Test};
use crate::status;

/// Rule 61: no two actions of a list have the same name.
pub(super) fn names_differ(step: &Step<'_>, diagnostics: &mut Diagnostics) {
    for actions in [&step.on_success, &step.on_failure] {
        for (place, action) in actions.iter().enumerate() {
            let Some(first) = actions[..place].iter().find(|other| other.name == action.name) else { continue };
            // That the names are missing has been reported.
            if action.name.is_empty() {
                continue;
            }
            let message = format!("two actions of this list are named `{}`", action.name);
            diagnostics
                .error(&rules::DUPLICATE_NAME, action.span, message)
                .label("the second one")
                .also(first.span, "the first one")
                .help("rename one of them: reports and `End` know actions by their names");
        }
    }
}

/// Rule 64: an action without criteria leaves nothing for those behind it. One with criteria leaves nothing for an action
/// that asks for the same and perhaps for more, or for a status at which the first one is always taken.
pub(super) fn actions_can_be_taken(step: &Step<'_>, diagnostics: &mut Diagnostics) {
    for actions in [&step.on_success, &step.on_failure] {
        for (place, action) in actions.iter().enumerate() {
            // A step may well leave nothing for the actions of the workflow, which are there for other steps too.
            let before = actions[..place].iter().filter(|other| other.inherited == action.inherited);
            let mut before = before.filter(|other| !matches!(other.effect, Some(Effect::Retry { .. })));
            let Some(first) = before.find(|first| covers(first, action)) else { continue };
            let name = action.name;
            let (message, label, help) = if always_matches(first) {
                (
                    format!("the action `{name}` is never taken: one before it has no criteria and always matches"),
                    "this one always matches",
                    "give that one `criteria`, or move it to the end of the list",
                )
            } else {
                (
                    format!("the action `{name}` is never taken: one before it matches whenever it does"),
                    "this one is taken",
                    "move it before that one, or ask for something else in its `criteria`",
                )
            };
            diagnostics.report(&rules::SHADOWED_ACTION, action.span, message).also(first.span, label).help(help);
        }
    }
}

/// An action behind a success asks for a status with which the step can succeed. Those of the workflow are there for other
/// steps too.
pub(super) fn actions_fit_the_criteria(step: &Step<'_>, diagnostics: &mut Diagnostics) {
    if step.call.is_none() {
        return;
    }
    let of_success = status::of_success(step);
    let others: Vec<u16> = (100..600).filter(|status| !of_success.contains(status)).collect();
    // That no status meets the criteria is another finding.
    if of_success.is_empty() {
        return;
    }
    for action in step.on_success.iter().filter(|action| !action.inherited) {
        let may_match = |status: &u16| status::all(&action.criteria, *status) != Some(false);
        if of_success.iter().any(may_match) || !others.iter().any(may_match) {
            continue;
        }
        let decides =
            |criterion: &&Criterion| of_success.iter().all(|status| status::decide(criterion, *status) == Some(false));
        let span = action.criteria.iter().find(decides).map_or(action.span, |criterion| criterion.span);
        // That no response has such a status says enough.
        if diagnostics.within(span).any(|finding| finding.rule == &rules::UNDECLARED_STATUS) {
            continue;
        }
        let (name, id) = (action.name, &step.written.id.value);
        let message = format!("the action `{name}` is never taken: `{id}` does not succeed with such a status");
        let finding = diagnostics.report(&rules::SHADOWED_ACTION, span, message);
        let excludes = |criterion: &&Criterion| {
            let mut others = others.iter().filter(|status| may_match(status));
            others.all(|status| status::decide(criterion, *status) == Some(false))
        };
        match step.criteria.iter().find(excludes) {
            Some(criterion) => finding.also(criterion.span, "what it succeeds with"),
            None if step.criteria.is_empty() => {
                finding.note("without `successCriteria` a step succeeds with a status from 200 to 299")
            }
            None => finding.also(step.written.id.node.span, "its `successCriteria` leave this status out"),
        };
        finding.help("move the action to `onFailure`, or let the `successCriteria` of the step include that status");
    }
}

/// Whether an action is taken whenever the criteria of another one match.
fn covers(first: &Action<'_>, other: &Action<'_>) -> bool {
    if first.criteria.iter().all(|criterion| other.criteria.iter().any(|known| is_same(criterion, known))) {
        return true;
    }
    let possible = (100..600).filter(|status| status::all(&other.criteria, *status) != Some(false));
    let statuses: Vec<u16> = possible.collect();
    // One that asks for no status, or only excludes some, is met without a response too.
    (1..400).contains(&statuses.len())
        && statuses.into_iter().all(|status| status::all(&first.criteria, status) == Some(true))
}

/// Whether two criteria ask for the same, word by word.
fn is_same(one: &Criterion, other: &Criterion) -> bool {
    let simple = |criterion: &Criterion| matches!(criterion.test, Some(Test::Simple(_)));
    let context = |criterion: &Criterion| match &criterion.test {
        Some(Test::Regex { context, .. } | Test::Query { context, .. } | Test::Bare { context, .. }) => {
            Some((context.root.clone(), context.path.clone()))
        }
        _ => None,
    };
    let same_kind = match (&one.test, &other.test) {
        (Some(one), Some(other)) => std::mem::discriminant(one) == std::mem::discriminant(other),
        _ => false,
    };
    let same_context = simple(one) || context(one).is_some_and(|context_of_one| context(other) == Some(context_of_one));
    one.text.trim() == other.text.trim() && same_kind && same_context
}
