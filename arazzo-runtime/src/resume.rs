//! How a run goes on from a checkpoint: all that can be refused of it is refused before anything is sent.

use crate::checkpoint::{Entered, FORMAT, Left, Next, Saved, Standing};
use crate::durable::{Readers, Slot, State};
use crate::error::{Error, ErrorKind};
use crate::execution::Execution;
use crate::operation::{Exit, Workflow};
use crate::{Checkpoint, Event};
use http::HeaderValue;
use std::collections::BTreeMap;

/// Where a workflow begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// At the step that stands at this place in [`Workflow::steps`].
    Step(usize),
    /// At another workflow, to which this exit leads.
    Workflow(usize),
    /// At its end, which is this exit.
    End(usize),
}

/// The workflows of a checkpoint with what it says of each, the innermost first.
type Chain = Vec<(&'static Workflow, Standing)>;

/// What the steps of a workflow leave behind, with nothing in it.
#[must_use]
pub fn blank<S: State + Default + 'static>() -> Box<dyn State> {
    Box::<S>::default()
}

impl Execution<'_> {
    /// Checks a checkpoint, takes over what it says of the whole run, and gives what it says of each workflow. `inputs` are
    /// the digests of those that the run has now.
    pub(crate) fn chain(&mut self, checkpoint: Checkpoint, inputs: &BTreeMap<String, String>) -> Result<Chain, Error> {
        let root = self.frame.workflow;
        let refused = |reason: String| Error::new(ErrorKind::Resume, reason).at(root.id, None);
        let step = checkpoint.step().map(str::to_owned);
        let Saved { format, inputs: known, steps, frames, dependencies, partial, others, completed } =
            *checkpoint.saved;
        if format != FORMAT {
            return Err(refused(format!(
                "the checkpoint is written in format {format}, and this version of the crate reads format {FORMAT}: \
                 resume it with the version that made it"
            )));
        }
        let (depth, limit) = (frames.len() as u64, self.client.limits().depth);
        if depth > u64::from(limit) {
            return Err(
                self.limit(format!("the checkpoint is {depth} workflows deep, and `Limits::depth` allows {limit}"))
            );
        }
        let chain = linked(root, frames).map_err(refused)?;
        same_inputs(inputs, &known).map_err(refused)?;
        let all = root.all();
        let at = |place: usize| {
            all.get(place).copied().ok_or_else(|| refused(broken("it names a workflow that is not there")))
        };
        for place in dependencies {
            self.completed_dependency(at(place)?);
        }
        for place in partial {
            self.partial_dependency(at(place)?);
        }
        for Left { workflow, inputs, outputs } in others {
            self.others.restore(at(workflow)?, inputs, outputs);
        }
        self.completed = completed;
        self.steps = steps;
        self.watch.observe(&Event::RunResumed { workflow: root.id, step: step.as_deref() });
        Ok(chain)
    }

    /// Where the workflow begins that has just been entered: at its first step, or where a checkpoint has it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Resume`]
    pub fn starts_at(&mut self, steps: &mut dyn State) -> Result<Start, Error> {
        let (depth, workflow, entered) = (self.callers.len(), self.frame.workflow, self.frame.entered);
        let is_visit = self.callers.iter().any(|frame| frame.visiting);
        let Some(durable) = &mut self.durable else { return Ok(Start::Step(0)) };
        if is_visit || !durable.expects(depth, workflow, entered) {
            self.stands_at_first(steps);
            return Ok(Start::Step(0));
        }
        let Some((_, standing)) = durable.pending.pop() else { return Ok(Start::Step(0)) };
        let start = self
            .restore(&standing, steps)
            .map_err(|reason| Error::new(ErrorKind::Resume, reason).at(workflow.id, None))?;
        self.frame.kept.restored(standing);
        Ok(start)
    }

    /// Whether a workflow that is about to run as a step is one in which the checkpoint has the run.
    pub(crate) fn goes_on_in(&self, workflow: &'static Workflow) -> bool {
        let depth = self.callers.len() + 1;
        self.durable.as_ref().is_some_and(|durable| durable.expects(depth, workflow, Entered::Step))
    }

    /// Takes over what a checkpoint says of the workflow.
    fn restore(&mut self, standing: &Standing, steps: &mut dyn State) -> Result<Start, String> {
        let workflow = self.frame.workflow;
        fill(workflow, standing, steps)?;
        self.frame.kept.given.clone_from(&standing.given);
        match &standing.next {
            Next::End { exit, after_failure } => {
                self.frame.after_failure = *after_failure;
                Ok(Start::End(*exit))
            }
            Next::Workflow(exit) => Ok(Start::Workflow(*exit)),
            Next::Step(id) => {
                let place = workflow.steps.iter().position(|step| step.id == id);
                let place = place.ok_or_else(|| no_such_step(id))?;
                self.frame.course.restore(standing);
                self.frame.sent.again = standing.resent;
                self.frame.sent.key = key(standing)?;
                if standing.attempts > 0 {
                    self.frame.step = Some(workflow.steps[place]);
                    self.frame.attempt = standing.attempts;
                    self.watch.observe(&Event::StepStarted { workflow: workflow.id, step: workflow.steps[place].id });
                }
                Ok(Start::Step(place))
            }
        }
    }

    /// The error of a checkpoint that names an end which the workflow does not have.
    #[must_use]
    pub fn no_such_end(&self) -> Error {
        Error::new(ErrorKind::Resume, no_such_end()).at(self.frame.workflow.id, None)
    }
}

/// The workflows of a checkpoint, each found in the program and checked.
fn linked(root: &'static Workflow, frames: Vec<Standing>) -> Result<Chain, String> {
    let mut chain = Chain::new();
    for standing in frames {
        let found = match chain.last() {
            None if standing.workflow == root.id => Some(root),
            None => {
                let name = standing.workflow;
                return Err(format!("the checkpoint is one of the workflow `{name}`, not of this one"));
            }
            Some((caller, _)) => {
                let mut runs = caller.runs.iter().copied();
                runs.find(|known| known.id == standing.workflow && known.document == standing.document)
            }
        };
        let Some(workflow) = found.filter(|workflow| workflow.document == standing.document) else {
            return Err(format!(
                "the checkpoint was made by another version of the document of the workflow `{}`: resume it with the \
                 program that made it, or run the workflow anew",
                standing.workflow
            ));
        };
        let is_where_it_can_be = match chain.last() {
            None => standing.entered == Entered::Run,
            Some((caller, at)) => leads_to(caller, at, workflow, &standing),
        };
        if !is_where_it_can_be {
            return Err(broken("a workflow is not where it can be"));
        }
        check(workflow, &standing)?;
        chain.push((workflow, standing));
    }
    match chain.last() {
        None => Err(broken("it has no workflow")),
        Some((_, Standing { next: Next::Workflow(_), .. })) => {
            Err(broken("it says nothing of the workflow as which the run goes on"))
        }
        Some(_) => {
            chain.reverse();
            Ok(chain)
        }
    }
}

/// Whether a workflow that stands like this can have run the next one.
fn leads_to(caller: &Workflow, at: &Standing, workflow: &'static Workflow, standing: &Standing) -> bool {
    let is_it = |known: &'static Workflow| std::ptr::eq(known, workflow);
    match (standing.entered, &at.next) {
        (Entered::Step, Next::Step(id)) => {
            caller.steps.iter().any(|step| step.id == id && step.callee.is_some_and(is_it))
        }
        (Entered::Dependency, _) => caller.dependencies.iter().copied().any(is_it),
        (Entered::Goto, Next::Workflow(exit)) => {
            matches!(caller.exits.get(*exit), Some(Exit::Goto(to)) if is_it(to)) && standing.given.is_some()
        }
        _ => false,
    }
}

/// Checks what a checkpoint says of a workflow.
fn check(workflow: &'static Workflow, standing: &Standing) -> Result<(), String> {
    let is_known = match &standing.next {
        Next::Step(id) if workflow.steps.iter().all(|step| step.id != id) => return Err(no_such_step(id)),
        Next::Step(_) => true,
        Next::Workflow(exit) => matches!(workflow.exits.get(*exit), Some(Exit::Goto(_))),
        Next::End { exit, .. } => matches!(workflow.exits.get(*exit), Some(Exit::End)),
    };
    if !is_known {
        return Err(no_such_end());
    }
    key(standing)?;
    if let Some(given) = &standing.given {
        let mut left_out = workflow.secret_inputs.to_vec();
        left_out.extend(standing.left_out.get("").into_iter().flatten().map(String::as_str));
        let mut required = workflow.required_inputs.iter();
        let fits = match required.find(|name| !given.contains_key(**name) && !left_out.contains(name)) {
            Some(name) => Err(format!("`$inputs` must have the member `{name}`")),
            None => (workflow.takes)(given, &left_out),
        };
        fits.map_err(|reason| broken(&format!("the inputs of the workflow `{}` do not fit: {reason}", workflow.id)))?;
    }
    fill(workflow, standing, &mut *(workflow.state)())
}

/// Fills in what the steps of a workflow have left behind.
fn fill(workflow: &'static Workflow, standing: &Standing, steps: &mut dyn State) -> Result<(), String> {
    let mut outputs = standing.outputs.clone();
    let mut succeeded = standing.succeeded.clone();
    let mut left_out = standing.left_out.clone();
    let mut missing = None;
    steps.each(&mut |step, slot| {
        let mut is_left_out = |name: &str| {
            let Some(names) = left_out.get_mut(step.id) else { return false };
            let before = names.len();
            names.retain(|known| known != name);
            names.len() < before
        };
        match slot {
            Slot::Output(name, value, Readers { steps, on_goto, at_end }) => {
                *value = outputs.get_mut(step.id).and_then(|known| known.remove(name));
                if is_left_out(name) && standing.next.leads_to(workflow, steps, on_goto, at_end) {
                    missing.get_or_insert_with(|| format!("output `{name}` of the step `{}`", step.id));
                }
            }
            Slot::Secret(name, _) => drop(is_left_out(name)),
            Slot::Called(called) => drop(is_left_out(called.id)),
            Slot::Succeeded(value) => {
                *value = succeeded.iter().any(|known| known == step.id);
                succeeded.retain(|known| known != step.id);
            }
        }
    });
    if let Some(name) = left_out.remove("").into_iter().flatten().next() {
        missing = Some(format!("input `{name}`"));
    }
    if let Some((step, name)) = left_out.iter().find_map(|(step, names)| Some((step, names.first()?))) {
        return Err(broken(&format!(
            "it leaves out an output `{name}` of the step `{step}`, which the workflow does not keep"
        )));
    }
    if let Some(missing) = missing {
        return Err(format!(
            "the checkpoint does not hold the {missing}, since a secret of the run occurs in it: run the workflow anew"
        ));
    }
    if let Some((step, name)) = outputs.iter().find_map(|(step, known)| Some((step, known.keys().next()?))) {
        return Err(broken(&format!(
            "it has an output `{name}` of the step `{step}`, which the workflow does not keep"
        )));
    }
    if let Some(step) = succeeded.first() {
        return Err(broken(&format!("it says of the step `{step}` that it has succeeded, which nobody asks")));
    }
    Ok(())
}

/// Compares the digests of inputs.
fn same_inputs(inputs: &BTreeMap<String, String>, known: &BTreeMap<String, String>) -> Result<(), String> {
    let names = inputs.keys().chain(known.keys());
    let mut changed: Vec<_> = names.filter(|name| inputs.get(*name) != known.get(*name)).collect();
    changed.sort_unstable();
    changed.dedup();
    if changed.is_empty() {
        return Ok(());
    }
    let changed: Vec<_> = changed.into_iter().map(|name| format!("`$inputs.{name}`")).collect();
    Err(format!(
        "the run of the checkpoint had other inputs: {}; resume it with the same ones (those that carry credentials may be \
         new)",
        changed.join(", ")
    ))
}

/// The `Idempotency-Key` of the request that comes next.
fn key(standing: &Standing) -> Result<Option<HeaderValue>, String> {
    let key = standing.key.as_ref().map(|key| key.parse());
    key.transpose().map_err(|_| broken("its key for the next request cannot be sent"))
}

fn no_such_step(id: &str) -> String {
    broken(&format!("it goes on at the step `{id}`, which the workflow does not have"))
}

fn no_such_end() -> String {
    broken("it names an end that the workflow does not have")
}

fn broken(what: &str) -> String {
    format!("the checkpoint is broken: {what}")
}
