//! The same graph as far as statuses decide, which is for findings alone: at each status with which a step can succeed, some
//! actions are surely taken and others surely not.

use super::{Flow, Way, ways};
use crate::resolve::{Action, Effect, Workflow};
use crate::status;

impl Flow {
    /// Whether some way leads from a step to an end that the document declares, or behind the last step. A failure that
    /// it does not declare is none.
    pub fn can_end_from(&self, workflow: &Workflow<'_>, step: usize) -> bool {
        let mut seen = vec![false; workflow.steps.len()];
        let mut open = vec![step];
        while let Some(step) = open.pop() {
            if std::mem::replace(&mut seen[step], true) {
                continue;
            }
            for (_, way) in all_ways(workflow, step) {
                match way {
                    Way::Step(next) | Way::Helped { step: next, .. } => open.push(next),
                    Way::End(_) => return true,
                }
            }
        }
        false
    }

    /// The steps that can run at the statuses that their operations declare.
    pub fn run_by_status(&self, workflow: &Workflow<'_>) -> Vec<bool> {
        let mut seen = vec![false; workflow.steps.len()];
        let mut helping = seen.clone();
        let mut open = Vec::from_iter((!seen.is_empty()).then_some(0));
        while let Some(step) = open.pop() {
            if std::mem::replace(&mut seen[step], true) {
                continue;
            }
            for (_, way) in all_ways(workflow, step) {
                match way {
                    Way::Step(next) => open.push(next),
                    Way::Helped { step: next, by } => {
                        open.push(next);
                        helping[by] = true;
                    }
                    Way::End(_) => {}
                }
            }
        }
        seen.iter().zip(helping).map(|(seen, helping)| *seen || helping).collect()
    }
}

/// The first action of a step that leads back to it, or to one before it, when all that can happen behind a success does
/// so: the action, and where it leads.
pub(crate) fn always_leads_back<'w, 'a>(workflow: &'w Workflow<'a>, place: usize) -> Option<(&'w Action<'a>, usize)> {
    let all = behind_success(workflow, place);
    let target = |(action, way): &(Option<usize>, Way)| match (action, way) {
        (Some(action), Way::Step(to)) if *to <= place => Some((&workflow.steps[place].on_success[*action], *to)),
        _ => None,
    };
    all.iter().all(|way| target(way).is_some()).then(|| target(all.first()?))?
}

/// The first action of a step that is taken behind a success, when the next step never follows.
pub(crate) fn hides_the_next<'w, 'a>(workflow: &'w Workflow<'a>, place: usize) -> Option<&'w Action<'a>> {
    let all = behind_success(workflow, place);
    if all.iter().any(|(action, _)| action.is_none()) {
        return None;
    }
    workflow.steps[place].on_success.get(all.first()?.0?)
}

fn all_ways(workflow: &Workflow<'_>, step: usize) -> Vec<(Option<usize>, Way)> {
    let mut all = behind_success(workflow, step);
    all.extend(ways(workflow, step, false));
    all
}

/// Where a step can lead when it succeeds.
fn behind_success(workflow: &Workflow<'_>, place: usize) -> Vec<(Option<usize>, Way)> {
    let all = ways(workflow, place, true);
    let step = &workflow.steps[place];
    let Some(call) = step.call.as_ref().filter(|call| !call.guessed) else { return all };
    let statuses = status::declared(status::of_success(step), &call.operation, |_| true);
    if statuses.is_empty() {
        return all;
    }
    let is_taken = |action: Option<usize>| {
        let (before, own) = match action {
            Some(action) => (&step.on_success[..action], &step.on_success[action].criteria[..]),
            None => (&step.on_success[..], &[][..]),
        };
        let takes = |action: &Action<'_>, status: u16| {
            !matches!(action.effect, None | Some(Effect::Retry { .. }))
                && status::all(&action.criteria, status) == Some(true)
        };
        statuses.iter().any(|status| {
            status::all(own, *status) != Some(false) && !before.iter().any(|action| takes(action, *status))
        })
    };
    all.into_iter().filter(|(action, _)| is_taken(*action)).collect()
}
