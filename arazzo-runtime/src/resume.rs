//! How a run goes on from a checkpoint: all that can be refused of it is refused before anything is sent.

use crate::checkpoint::{Entered, FORMAT, Left, Next, Saved, Standing};
use crate::durable::{Durable, Pending, Slot, State};
use crate::error::{Error, ErrorKind};
use crate::exchange::Exchange;
use crate::execution::Execution;
use crate::operation::{Exit, Step, Workflow};
use crate::others::{LeftBehind, Origin};
use crate::remake::{Again, Lost, Remake, remake};
use crate::resend::Sent;
use crate::{Action, Checkpoint, Event};
use http::HeaderValue;
use std::collections::BTreeMap;

/// Where a workflow begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// At the step that stands at this place in [`Workflow::steps`].
    Step(usize),
    /// First with the step that stands at this place in [`Workflow::helpers`], which runs again.
    Helper(usize),
    /// At another workflow, to which this exit leads.
    Workflow(usize),
    /// At its end, which is this exit.
    End(usize),
}

/// The workflows of a checkpoint with what it says of each, the outermost first.
type Chain = Vec<(&'static Workflow, Standing)>;

/// What the steps of a workflow leave behind, with nothing in it.
#[must_use]
pub fn blank<S: State + Default + 'static>() -> Box<dyn State> {
    Box::<S>::default()
}

impl Execution<'_> {
    /// Checks a checkpoint, takes over what it says of the whole run, and gives what it says of each workflow, the innermost
    /// first. `inputs` are the digests of those that the run has now.
    pub(crate) fn go_on_from(
        &mut self,
        checkpoint: Checkpoint,
        inputs: &BTreeMap<String, String>,
    ) -> Result<Vec<Pending>, Error> {
        let root = self.frame.workflow;
        let refused = |reason: String| Error::new(ErrorKind::Resume, reason).at(root.id, None);
        let step = checkpoint.step().map(str::to_owned);
        let Saved { format, inputs: known, steps, frames, dependencies, others, completed } = *checkpoint.saved;
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
        for left in others {
            self.others.restore(left_behind(left, &all, &chain).map_err(refused)?);
        }
        let dependencies = workflows(&all, &dependencies).map_err(refused)?;
        let Remake { steps: again, completed: dependencies } =
            remake(&chain, &self.others, dependencies).map_err(refused)?;
        self.have_completed(dependencies);
        self.completed = completed;
        self.steps = steps;
        self.watch.observe(&Event::RunResumed { workflow: root.id, step: step.as_deref() });
        let pending = chain.into_iter().zip(again);
        Ok(pending.rev().map(|((workflow, standing), again)| Pending { workflow, standing, again }).collect())
    }

    /// Begins a workflow that has just been entered, at its first step or where a checkpoint has it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Resume`]
    pub fn begin_at(&mut self, steps: &mut dyn State) -> Result<(), Error> {
        if self.durable.is_none() {
            return Ok(());
        }
        let goes_on = self.goes_on_here();
        let pending = self.durable.as_mut().filter(|_| goes_on).and_then(|durable| durable.pending.pop());
        let Some(Pending { workflow, standing, mut again }) = pending else {
            self.stands_at_first(steps);
            return Ok(());
        };
        fill(&standing, steps).map_err(|reason| Error::new(ErrorKind::Resume, reason).at(workflow.id, None))?;
        again.reverse();
        let kept = &mut self.frame.kept;
        (kept.standing, kept.is_restored, kept.again) = (Some(Box::new(standing)), true, again);
        Ok(())
    }

    /// Where the workflow goes on: with each step that runs again, and then where it stands.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Resume`]
    pub fn starts_at(&mut self) -> Result<Start, Error> {
        let (workflow, kept) = (self.frame.workflow, &mut self.frame.kept);
        if !kept.is_restored {
            return Ok(Start::Step(0));
        }
        if let Some(again) = kept.again.pop() {
            let is_it = |known: &&'static Step| std::ptr::eq(*known, again.step);
            let place = workflow.steps.iter().position(is_it).map(Start::Step);
            let place = place.or_else(|| workflow.helpers.iter().position(is_it).map(Start::Helper));
            kept.repeating = Some(again);
            self.frame.visiting = true;
            return Ok(place.unwrap_or(Start::Step(0)));
        }
        let Some(standing) = kept.standing.take() else { return Ok(Start::Step(0)) };
        let start = self.go_on_at(&standing);
        self.frame.kept.standing = Some(standing);
        start.map_err(|reason| Error::new(ErrorKind::Resume, reason).at(workflow.id, None))
    }

    /// Takes over where a workflow stands.
    fn go_on_at(&mut self, standing: &Standing) -> Result<Start, String> {
        let workflow = self.frame.workflow;
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
                self.frame.sent = Sent { again: standing.resent, key: key(standing)?, ..Sent::default() };
                (self.frame.step, self.frame.attempt) = (None, 0);
                if standing.attempts > 0 {
                    self.frame.step = Some(workflow.steps[place]);
                    self.frame.attempt = standing.attempts;
                    self.watch.observe(&Event::StepStarted { workflow: workflow.id, step: workflow.steps[place].id });
                }
                Ok(Start::Step(place))
            }
        }
    }

    /// Whether the workflow that has just been entered is where a checkpoint has the run.
    pub(crate) fn goes_on_here(&self) -> bool {
        let Some(durable) = &self.durable else { return false };
        !self.callers.iter().any(|frame| frame.visiting)
            && durable.expects(self.callers.len(), self.frame.workflow, self.frame.entered)
    }

    /// Whether a workflow that is about to run as a step is one in which the checkpoint has the run.
    pub(crate) fn goes_on_in(&self, workflow: &'static Workflow) -> bool {
        let depth = self.callers.len() + 1;
        let expects = |durable: &Durable| durable.expects(depth, workflow, Entered::Step);
        !self.frame.visiting && self.durable.as_deref().is_some_and(expects)
    }

    /// Enters a step that runs again, if the one that is entered does.
    pub(crate) fn enters_again(&mut self) -> bool {
        let Some(again) = &self.frame.kept.repeating else { return false };
        let step = again.step;
        (self.frame.step, self.frame.attempt, self.frame.sent) = (Some(step), 0, Sent::default());
        self.watch.observe(&Event::StepStarted { workflow: self.frame.workflow.id, step: step.id });
        true
    }

    /// Whether the step that has just run has run again for what a checkpoint does not hold.
    #[must_use]
    pub fn is_again(&self) -> bool {
        self.frame.kept.repeating.is_some()
    }

    /// Goes on behind such a step, if it has succeeded and made what it is to make.
    ///
    /// # Errors
    ///
    /// Those of a step that has failed: nothing goes on without that.
    pub fn made_again(&mut self, exchange: Exchange, succeeded: bool, steps: &mut dyn State) -> Result<(), Error> {
        let Some(Again { step, lost }) = &self.frame.kept.repeating else { return Ok(()) };
        let mut missing = lost.iter().filter(|lost| !lost.is_known_to(&self.others)).collect::<Vec<_>>();
        steps.each(&mut |known, slot| {
            if let Slot::Output(name, Some(_)) | Slot::Secret(name, Some(_)) = slot
                && std::ptr::eq(known, *step)
            {
                missing.retain(|lost| !matches!(lost, Lost::Step(.., lost) if lost == name));
            }
        });
        if !succeeded || !missing.is_empty() {
            return Err(self.failed(exchange));
        }
        self.frame.kept.repeating = None;
        self.frame.visiting = false;
        self.act(Action::Resume);
        Ok(())
    }

    /// What the error of a step says of that, if it has failed then.
    pub(crate) fn why_again(&self) -> &'static str {
        if self.is_again() {
            "; the step was run again, since the checkpoint does not hold the secrets that it makes"
        } else {
            ""
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
        Some(_) => Ok(chain),
    }
}

/// The workflows that stand at these places among all that a run can have.
fn workflows(all: &[&'static Workflow], places: &[usize]) -> Result<Vec<&'static Workflow>, String> {
    let found = places.iter().map(|place| all.get(*place).copied());
    found.collect::<Option<_>>().ok_or_else(|| broken("it names a workflow that is not there"))
}

/// What a workflow has left behind.
fn left_behind(left: Left, all: &[&'static Workflow], chain: &Chain) -> Result<LeftBehind, String> {
    let Left { workflow, values, left_out, within, by, through } = left;
    let workflow = workflows(all, &[workflow])?[0];
    let nowhere = || broken(&format!("it does not say what has run the workflow `{}`", workflow.id));
    let (outer, _) = chain.get(within).ok_or_else(nowhere)?;
    let by = by.map(|id| outer.all_steps().find(|step| step.id == id)).found().ok_or_else(nowhere)?;
    let through = workflows(all, &through)?;
    Ok(LeftBehind { workflow, values, left_out, origin: Origin { depth: within, by, through } })
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
            matches!(caller.exits.get(*exit), Some(Exit::Goto(to, _)) if is_it(to)) && standing.given.is_some()
        }
        _ => false,
    }
}

/// Checks what a checkpoint says of a workflow.
fn check(workflow: &'static Workflow, standing: &Standing) -> Result<(), String> {
    let is_known = match &standing.next {
        Next::Step(id) if workflow.steps.iter().all(|step| step.id != id) => return Err(no_such_step(id)),
        Next::Step(_) => true,
        Next::Workflow(exit) => matches!(workflow.exits.get(*exit), Some(Exit::Goto(..))),
        Next::End { exit, .. } => matches!(workflow.exits.get(*exit), Some(Exit::End)),
    };
    if !is_known {
        return Err(no_such_end());
    }
    key(standing)?;
    if let Some(given) = &standing.given {
        let left_out: Vec<_> = standing.left_out.get("").into_iter().flatten().map(String::as_str).collect();
        let mut required = workflow.required_inputs.iter();
        let fits = match required.find(|name| !given.contains_key(**name) && !left_out.contains(name)) {
            Some(name) => Err(format!("`$inputs` must have the member `{name}`")),
            None => (workflow.takes)(given, &left_out),
        };
        fits.map_err(|reason| broken(&format!("the inputs of the workflow `{}` do not fit: {reason}", workflow.id)))?;
    }
    fill(standing, &mut *(workflow.state)())
}

/// Fills in what the steps of a workflow have left behind.
fn fill(standing: &Standing, steps: &mut dyn State) -> Result<(), String> {
    let mut outputs = standing.outputs.clone();
    let mut succeeded = standing.succeeded.clone();
    let mut left_out = standing.left_out.clone();
    steps.each(&mut |step, slot| {
        let mut leaves_out = |name: &str| {
            if let Some(names) = left_out.get_mut(step.id) {
                names.retain(|known| known != name);
            }
        };
        match slot {
            Slot::Output(name, value) => {
                *value = outputs.get_mut(step.id).and_then(|known| known.remove(name));
                leaves_out(name);
            }
            Slot::Secret(name, _) => leaves_out(name),
            Slot::Succeeded(value) => {
                *value = succeeded.iter().any(|known| known == step.id);
                succeeded.retain(|known| known != step.id);
            }
        }
    });
    // Those are inputs.
    left_out.remove("");
    if let Some((step, name)) = left_out.iter().find_map(|(step, names)| Some((step, names.first()?))) {
        return Err(broken(&format!(
            "it leaves out an output `{name}` of the step `{step}`, which the workflow does not keep"
        )));
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

/// The reason for which a checkpoint is refused that was changed.
pub(crate) fn broken(what: &str) -> String {
    format!("the checkpoint is broken: {what}")
}
