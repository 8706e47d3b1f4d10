//! The lists of actions of a step.

use crate::diagnostic::{Diagnostics, rules};
use crate::flow::always_matches;
use crate::resolve::{Action, Step};

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

/// Rule 64: an action without criteria leaves nothing for those behind it.
pub(super) fn actions_can_be_taken(step: &Step<'_>, diagnostics: &mut Diagnostics) {
    for actions in [&step.on_success, &step.on_failure] {
        let Some(last) = actions.iter().position(always_matches) else { continue };
        // A step may well leave nothing for the actions of the workflow, which are there for other steps too.
        let same_list = actions[last + 1..].iter().filter(|action| action.inherited == actions[last].inherited);
        for action in same_list {
            let Action { name, span, .. } = action;
            let message =
                format!("the action `{name}` is never taken: one before it has no criteria and always matches");
            diagnostics
                .report(&rules::SHADOWED_ACTION, *span, message)
                .also(actions[last].span, "this one always matches")
                .help("give that one `criteria`, or move it to the end of the list");
        }
    }
}
