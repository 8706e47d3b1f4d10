//! Ways to a step on which others have not run before, or not to an end that counts.

use super::{Flow, Way, ways};
use crate::resolve::Workflow;

/// Where a way leaves a step behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Detour {
    /// The step that decides.
    pub at: usize,
    /// Whether that step succeeded.
    pub succeeded: bool,
    /// The place of the action in its list; `None` when none is taken and the next step follows.
    pub action: Option<usize>,
    /// Whether the step that is left behind has run, and failed: it is the one that decides.
    pub failed: bool,
}

/// One edge of the graph.
#[derive(Clone, Copy)]
struct Edge {
    from: usize,
    succeeded: bool,
    action: Option<usize>,
    to: usize,
    /// The step that runs in between.
    by: Option<usize>,
}

impl Flow {
    /// A shortest way from the beginning to the step `before` on which none of `steps` has left its outputs behind: where
    /// that way and the last one to any of them part. `survives` says whether what is asked for is there even when that
    /// step fails. The outer `None` says that there is no such way, the inner one that none of them could have run anyway.
    pub fn detour(
        &self,
        workflow: &Workflow<'_>,
        steps: &[usize],
        before: usize,
        survives: &dyn Fn(usize) -> bool,
    ) -> Option<Option<Detour>> {
        if !self.reaches(before) || steps.iter().any(|step| self.has_succeeded(*step, before)) {
            return None;
        }
        let way = without(workflow, steps, before, survives)?;
        if let Some(edge) = way.iter().rfind(|edge| steps.contains(&edge.from)) {
            return Some(Some(edge.detour(true)));
        }
        let can_run = |from: usize| leads_to(workflow, from, steps, before);
        let parting = way.iter().rfind(|edge| can_run(edge.from) && (edge.to == before || !can_run(edge.to)));
        Some(parting.map(|edge| edge.detour(false)))
    }
}

impl Edge {
    fn detour(&self, failed: bool) -> Detour {
        Detour { at: self.from, succeeded: self.succeeded, action: self.action, failed }
    }
}

fn edges(workflow: &Workflow<'_>, from: usize) -> impl Iterator<Item = Edge> {
    [true, false].into_iter().flat_map(move |succeeded| {
        ways(workflow, from, succeeded).into_iter().filter_map(move |(action, way)| {
            let (to, by) = match way {
                Way::Step(to) => (to, None),
                Way::Helped { step, by } => (step, Some(by)),
                Way::End(_) => return None,
            };
            Some(Edge { from, succeeded, action, to, by })
        })
    })
}

/// The shortest way to a step on which the last run of each of `steps`, if there was any, left nothing behind.
fn without(
    workflow: &Workflow<'_>,
    steps: &[usize],
    before: usize,
    survives: &dyn Fn(usize) -> bool,
) -> Option<Vec<Edge>> {
    if before == 0 {
        return Some(Vec::new());
    }
    // By which edge each step is first entered in such a state. Once one of them has succeeded, a way is of no interest:
    // when it fails the next time, there is a shorter one on which it fails at once.
    let mut entered: Vec<Option<Edge>> = vec![None; workflow.steps.len()];
    let mut open = std::collections::VecDeque::from([0]);
    while let Some(from) = open.pop_front() {
        for edge in edges(workflow, from) {
            let leaves_something = steps.contains(&from) && (edge.succeeded || survives(from));
            let is_new = edge.to != 0 && entered[edge.to].is_none();
            if leaves_something || !is_new || edge.by.is_some_and(|by| steps.contains(&by)) {
                continue;
            }
            entered[edge.to] = Some(edge);
            if edge.to == before {
                let back = std::iter::successors(Some(edge), |edge| entered[edge.from]);
                let mut way: Vec<Edge> = back.collect();
                way.reverse();
                return Some(way);
            }
            open.push_back(edge.to);
        }
    }
    None
}

/// Whether any of `steps` is `from` or can run behind it, before another one does.
fn leads_to(workflow: &Workflow<'_>, from: usize, steps: &[usize], before: usize) -> bool {
    let mut seen = vec![false; workflow.steps.len()];
    let mut open = vec![from];
    while let Some(step) = open.pop() {
        if steps.contains(&step) {
            return true;
        }
        if step == before || std::mem::replace(&mut seen[step], true) {
            continue;
        }
        open.extend(edges(workflow, step).flat_map(|edge| [Some(edge.to), edge.by]).flatten());
    }
    false
}
