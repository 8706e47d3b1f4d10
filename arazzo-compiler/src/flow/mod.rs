//! The control-flow graph: which steps and ends can be reached, and which steps have succeeded on every way there.
//!
//! Reachability is structural: an action without criteria always matches, any other criterion may pass or fail.
//! Conditions are never evaluated, so that a cleverer analysis never changes a public type.

mod by_status;
mod detour;
mod endless;

pub(crate) use by_status::{always_leads_back, hides_the_next};
pub use detour::Detour;
pub(crate) use endless::can_end;

use crate::resolve::{Action, Effect, Helper, Reference, Root, Workflow};

/// What the graph of a workflow says.
#[derive(Debug)]
pub struct Flow {
    /// For each step what is known when it is entered; `None` where no way leads to it.
    entries: Vec<Option<Known>>,
    /// The ends that can be reached, in the order of the steps, with what is known there.
    ends: Vec<(End, Known)>,
}

/// An end of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// Behind the last step.
    Completed,
    /// An `end` action, or one that goes on as another workflow: the step, whether it is under `onSuccess`, and the place in its list.
    Action {
        /// The step.
        step: usize,
        /// Whether the step succeeded.
        succeeded: bool,
        /// The place in the list of actions.
        action: usize,
    },
}

/// What is known at a place of the graph.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Known {
    /// The steps that last ran with success, on every way.
    succeeded: Vec<bool>,
    /// The steps that have run on some way.
    may_have_run: Vec<bool>,
    /// The steps that have run on every way.
    must_have_run: Vec<bool>,
}

impl Known {
    /// Joins another way; says whether that changed something.
    fn join(&mut self, other: &Self) -> bool {
        let before = self.clone();
        for (mine, theirs) in self.succeeded.iter_mut().zip(&other.succeeded) {
            *mine &= theirs;
        }
        for (mine, theirs) in self.may_have_run.iter_mut().zip(&other.may_have_run) {
            *mine |= theirs;
        }
        for (mine, theirs) in self.must_have_run.iter_mut().zip(&other.must_have_run) {
            *mine &= theirs;
        }
        *self != before
    }

    fn after(&self, step: usize, succeeded: bool) -> Self {
        let mut known = self.clone();
        known.succeeded[step] = succeeded;
        known.mark(step)
    }

    /// A step has run for another one, with or without success.
    fn visited(&self, step: usize) -> Self {
        self.after(step, false)
    }

    fn mark(mut self, step: usize) -> Self {
        let known = &mut self;
        known.may_have_run[step] = true;
        known.must_have_run[step] = true;
        self
    }
}

/// Where a step leads when it succeeds or fails.
enum Way {
    Step(usize),
    /// To a step again, for which another one runs first.
    Helped {
        step: usize,
        by: usize,
    },
    End(End),
}

impl Flow {
    /// Follows all ways through a workflow.
    pub fn of(workflow: &Workflow<'_>) -> Self {
        let count = workflow.steps.len();
        let mut flow = Self { entries: vec![None; count], ends: Vec::new() };
        if count == 0 {
            return flow;
        }
        let nothing = Known {
            succeeded: vec![false; count],
            may_have_run: vec![false; count],
            must_have_run: vec![false; count],
        };
        flow.entries[0] = Some(nothing);
        let mut open = vec![0];
        while let Some(step) = open.pop() {
            for succeeded in [true, false] {
                let Some(known) = flow.entries[step].as_ref().map(|entry| entry.after(step, succeeded)) else {
                    continue;
                };
                for (_, way) in ways(workflow, step, succeeded) {
                    let known = match way {
                        Way::Helped { by, .. } => known.visited(by),
                        _ => known.clone(),
                    };
                    match way {
                        Way::Step(next) | Way::Helped { step: next, .. } => {
                            let changed = match &mut flow.entries[next] {
                                Some(entry) => entry.join(&known),
                                empty => {
                                    *empty = Some(known.clone());
                                    true
                                }
                            };
                            if changed && !open.contains(&next) {
                                open.push(next);
                            }
                        }
                        Way::End(end) => match flow.ends.iter_mut().find(|(known, _)| *known == end) {
                            Some((_, at_end)) => {
                                at_end.join(&known);
                            }
                            None => flow.ends.push((end, known.clone())),
                        },
                    }
                }
            }
        }
        flow.ends.sort_by_key(|(end, _)| match end {
            End::Completed => (0, false, 0),
            End::Action { step, succeeded, action } => (step + 1, !succeeded, *action),
        });
        flow
    }

    /// Whether some way leads to a step.
    pub fn reaches(&self, step: usize) -> bool {
        self.entries[step].is_some()
    }

    /// Whether a step can run: some way leads to it, or it runs for another one before that is tried again.
    pub fn runs(&self, workflow: &Workflow<'_>, step: usize) -> bool {
        self.reaches(step) || self.helpers(workflow).contains(&step)
    }

    /// The steps that can run for others.
    pub fn helpers(&self, workflow: &Workflow<'_>) -> Vec<usize> {
        let mut helpers = Vec::new();
        for (place, step) in workflow.steps.iter().enumerate().filter(|(place, _)| self.reaches(*place)) {
            for action in &step.on_failure {
                if let Some(Effect::Retry { first: Some(Helper::Step(by)), .. }) = action.effect
                    && by != place
                    && !helpers.contains(&by)
                {
                    helpers.push(by);
                }
            }
        }
        helpers
    }

    /// The ends that can be reached: `Completed` first, then in the order of the document.
    pub fn ends(&self) -> impl Iterator<Item = &End> {
        self.ends.iter().map(|(end, _)| end)
    }

    /// Whether a reference of the workflow's outputs has its step's success behind it at every end.
    pub fn certain(&self, reference: &Reference) -> bool {
        match reference.root {
            Root::Step { step, .. } => self.ends.iter().all(|(_, known)| known.succeeded[step]),
            _ => true,
        }
    }

    /// Whether a step has succeeded, on every way, when another is entered.
    pub fn has_succeeded(&self, step: usize, before: usize) -> bool {
        self.entries[before].as_ref().is_some_and(|known| known.succeeded[step])
    }

    /// Whether a step can have run when another is entered.
    pub fn may_have_run(&self, step: usize, before: usize) -> bool {
        // An unreachable step is another finding.
        self.entries[before].as_ref().is_none_or(|known| known.may_have_run[step])
    }

    /// Whether a step has run, on every way, when another is entered.
    pub fn must_have_run(&self, step: usize, before: usize) -> bool {
        // An unreachable step is another finding.
        self.entries[before].as_ref().is_none_or(|known| known.must_have_run[step])
    }

    /// The steps that can come next behind one, each once.
    pub fn next(&self, workflow: &Workflow<'_>, step: usize) -> Vec<usize> {
        let mut next = Vec::new();
        for (_, way) in [true, false].into_iter().flat_map(|succeeded| ways(workflow, step, succeeded)) {
            match way {
                Way::Step(to) | Way::Helped { step: to, .. } if !next.contains(&to) => next.push(to),
                _ => {}
            }
        }
        next
    }
}

/// Where a step can lead, each with the place of the action that leads there. An action without criteria hides those
/// behind it, except a `retry`, which can be used up.
fn ways(workflow: &Workflow<'_>, step: usize, succeeded: bool) -> Vec<(Option<usize>, Way)> {
    let actions = if succeeded { &workflow.steps[step].on_success } else { &workflow.steps[step].on_failure };
    let mut ways = Vec::new();
    for (place, action) in actions.iter().enumerate() {
        let way = match action.effect {
            Some(Effect::End | Effect::Transfer(_)) => Some(Way::End(End::Action { step, succeeded, action: place })),
            Some(Effect::Goto(to)) => Some(Way::Step(to)),
            Some(Effect::Retry { limit: 0, .. }) | None => None,
            Some(Effect::Retry { first: Some(Helper::Step(by)), .. }) => Some(Way::Helped { step, by }),
            Some(Effect::Retry { .. }) => Some(Way::Step(step)),
        };
        ways.extend(way.map(|way| (Some(place), way)));
        if always_matches(action) {
            return ways;
        }
    }
    if succeeded {
        let next = step + 1;
        ways.push((None, if next < workflow.steps.len() { Way::Step(next) } else { Way::End(End::Completed) }));
    }
    ways
}

/// Whether no action behind this one can be taken.
pub fn always_matches(action: &Action<'_>) -> bool {
    action.criteria.is_empty() && !matches!(action.effect, Some(Effect::Retry { .. }))
}
