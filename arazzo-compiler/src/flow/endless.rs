//! Workflows that run themselves, through others too, whatever happens.

use super::{End, Way, always_matches, ways};
use crate::resolve::{Effect, Workflow};

/// What can come of a workflow.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Outcome {
    /// An end that the document declares, or behind the last step.
    end: bool,
    /// A failure that it does not declare, which is none for the workflow itself, but is a failure of a step that called it.
    failure: bool,
}

/// For each workflow whether some way leads to an end of it, with the ends of the workflows that it runs.
pub(crate) fn can_end(workflows: &[Workflow<'_>]) -> Vec<bool> {
    let mut outcomes = vec![Outcome::default(); workflows.len()];
    loop {
        let next: Vec<Outcome> = workflows.iter().map(|workflow| outcome(workflow, &outcomes)).collect();
        if next == outcomes {
            return outcomes.into_iter().map(|outcome| outcome.end).collect();
        }
        outcomes = next;
    }
}

/// What can come of a workflow, as far as it is known what can come of the others.
fn outcome(workflow: &Workflow<'_>, outcomes: &[Outcome]) -> Outcome {
    let mut found = Outcome { end: workflow.steps.is_empty(), failure: false };
    let mut seen = vec![false; workflow.steps.len()];
    let mut open = Vec::from_iter((!seen.is_empty()).then_some(0));
    while let Some(place) = open.pop() {
        if std::mem::replace(&mut seen[place], true) {
            continue;
        }
        let step = &workflow.steps[place];
        let (succeeds, fails) = match step.callee.map(|callee| outcomes[callee]) {
            // By criteria of its own a step can succeed though the workflow failed.
            Some(Outcome { end, failure }) => (end || (failure && !step.criteria.is_empty()), end || failure),
            None => (true, true),
        };
        for succeeded in [true, false].into_iter().filter(|succeeded| if *succeeded { succeeds } else { fails }) {
            for (_, way) in ways(workflow, place, succeeded) {
                match way {
                    Way::Step(next) | Way::Helped { step: next, .. } => open.push(next),
                    Way::End(End::Completed) => found.end = true,
                    Way::End(End::Action { action, .. }) => {
                        let actions = if succeeded { &step.on_success } else { &step.on_failure };
                        let other = match actions[action].effect {
                            Some(Effect::Transfer(to)) => outcomes[to],
                            _ => Outcome { end: true, failure: false },
                        };
                        found.end |= other.end;
                        found.failure |= other.failure;
                    }
                }
            }
        }
        found.failure |= fails && !step.on_failure.iter().any(always_matches);
    }
    found
}
