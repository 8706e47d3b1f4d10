//! Durable runs: what is kept of a run behind each step, and how another one goes on from there.

use crate::call::Dependency;
use crate::checkpoint::{Checkpoint, Entered, FORMAT, Left, Next, Saved, Standing};
use crate::error::{Error, ErrorKind};
use crate::execution::{Execution, Frame};
use crate::idempotency;
use crate::inputs::Inputs;
use crate::operation::{Step, Workflow};
use crate::resend::Place;
use crate::{Action, Event};
use arazzo_expression::fingerprint::Fingerprint;
use arazzo_expression::json::Json;
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What the steps of a workflow have left behind.
pub trait State: Send {
    /// Shows each part of it, in the same order every time.
    fn each(&mut self, visit: &mut dyn FnMut(&'static Step, Slot<'_>));
}

/// A part of what a step has left behind.
#[derive(Debug)]
pub enum Slot<'s> {
    /// An output, and where it is still read.
    Output(&'static str, &'s mut Option<Value>, Readers),
    /// An output that no checkpoint holds.
    Secret(&'static str, &'s mut Option<Value>),
    /// What the workflow that the step calls has left behind for others, some of which no checkpoint holds.
    Called(&'static Workflow),
    /// Whether the step has succeeded.
    Succeeded(&'s mut bool),
}

/// Where a way leads to something that reads an output.
#[derive(Debug, Clone, Copy)]
pub struct Readers {
    /// From these steps, by their places in the document.
    pub steps: &'static [usize],
    /// From where the workflow goes on as another one.
    pub on_goto: bool,
    /// From its end.
    pub at_end: bool,
}

impl Next {
    pub(crate) fn leads_to(&self, workflow: &Workflow, readers: &[usize], on_goto: bool, at_end: bool) -> bool {
        match self {
            Self::Step(id) => workflow.steps.iter().any(|step| step.id == id && readers.contains(&step.index)),
            Self::Workflow(_) => on_goto,
            Self::End { .. } => at_end,
        }
    }
}

/// What a run knows of checkpoints, when it makes them or was made of one.
#[derive(Debug)]
pub(crate) struct Durable {
    /// For each input that is not secret what stands for its value.
    inputs: BTreeMap<String, String>,
    /// How many attempts had been settled when the last checkpoint was made; `None` when one is to be made before the first.
    handed: Option<u64>,
    /// The workflows of a checkpoint that have not been entered again, the innermost first.
    pub(crate) pending: Vec<(&'static Workflow, Standing)>,
    /// How many there were.
    depth: usize,
}

impl Durable {
    /// Whether the workflow that comes next, so deep in others, is the one that the checkpoint has there.
    pub(crate) fn expects(&self, depth: usize, workflow: &'static Workflow, entered: Entered) -> bool {
        let next = self.pending.last().filter(|_| self.depth - self.pending.len() == depth);
        next.is_some_and(|(known, standing)| std::ptr::eq(*known, workflow) && standing.entered == entered)
    }
}

/// What a workflow that is running knows of checkpoints.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    /// How it stood when it last was between two steps.
    standing: Option<Box<Standing>>,
    /// Its inputs, if another workflow went on as it.
    pub(crate) given: Option<Map<String, Value>>,
    /// Inputs that are left out of those, though the document does not say that they are secret.
    given_secrets: Vec<String>,
    /// Whether it was entered from a checkpoint, and no step of it has been since.
    pub(crate) is_restored: bool,
}

impl Kept {
    /// The workflow was entered where a checkpoint has it.
    pub(crate) fn restored(&mut self, standing: Standing) {
        self.standing = Some(Box::new(standing));
        self.is_restored = true;
    }
}

impl Execution<'_> {
    /// Takes a checkpoint to go on from, and gets ready to make others.
    pub(crate) fn prepare<T: Inputs>(&mut self, inputs: &T, from: Option<Checkpoint>) -> Result<(), Error> {
        if from.is_none() && self.client.keeper().is_none() {
            return Ok(());
        }
        let inputs = digests(inputs, self.frame.workflow);
        // The key of the first request has to be known before it is sent.
        let handed = (from.is_some() || !self.client.idempotency_keys()).then_some(0);
        let mut durable = Durable { inputs, handed, pending: Vec::new(), depth: 0 };
        if let Some(checkpoint) = from {
            durable.pending = self.chain(checkpoint, &durable.inputs)?;
            durable.depth = durable.pending.len();
        }
        self.durable = Some(Box::new(durable));
        Ok(())
    }

    /// The workflow has been entered, at its first step.
    pub(crate) fn stands_at_first(&mut self, steps: &mut dyn State) {
        let first = Next::Step(self.frame.workflow.steps[0].id.to_owned());
        self.frame.kept.standing = Some(Box::new(self.standing(first, steps)));
    }

    /// How the workflow stands.
    fn standing(&self, next: Next, steps: &mut dyn State) -> Standing {
        let Frame { workflow, entered, kept, attempt, sent, .. } = &self.frame;
        let mut standing = Standing {
            workflow: workflow.id.to_owned(),
            document: workflow.document.to_owned(),
            entered: *entered,
            next,
            attempts: 0,
            resent: 0,
            key: None,
            loops: Vec::new(),
            retries: Vec::new(),
            outputs: BTreeMap::new(),
            left_out: BTreeMap::new(),
            succeeded: Vec::new(),
            given: kept.given.clone(),
        };
        if matches!(standing.next, Next::Step(_)) {
            self.frame.course.keep(&mut standing, *attempt);
            standing.resent = sent.again;
            // Every one was made of letters and digits.
            standing.key = sent.key.as_ref().and_then(|key| key.to_str().ok()).map(str::to_owned);
        }
        let Standing { outputs, left_out, succeeded, .. } = &mut standing;
        if !kept.given_secrets.is_empty() {
            left_out.insert(String::new(), kept.given_secrets.clone());
        }
        let mut leave_out = |step: &Step, name: &str| {
            left_out.entry(step.id.to_owned()).or_default().push(name.to_owned());
        };
        steps.each(&mut |step, slot| match slot {
            Slot::Output(name, Some(value), _) if self.secrets.occur_in(value) => leave_out(step, name),
            Slot::Output(name, Some(value), _) => {
                outputs.entry(step.id.to_owned()).or_default().insert(name.to_owned(), value.clone());
            }
            Slot::Secret(name, Some(_)) => leave_out(step, name),
            Slot::Called(called) if self.is_left_in_part(called) => leave_out(step, called.id),
            Slot::Succeeded(true) => succeeded.push(step.id.to_owned()),
            Slot::Output(..) | Slot::Secret(..) | Slot::Called(_) | Slot::Succeeded(_) => {}
        });
        standing
    }

    /// Between two steps: makes a checkpoint, if one is asked for and something has been done since the last one.
    pub(crate) fn keep(&mut self, place: usize, steps: &mut dyn State) -> Result<(), Error> {
        let depth = self.callers.len();
        let is_first = std::mem::take(&mut self.frame.kept.is_restored);
        if !is_first {
            // The workflow that was being run as a step is not run again.
            self.forget_pending(depth);
        }
        if self.client.idempotency_keys() && self.frame.sent.key.is_none() {
            self.frame.sent.key = Some(idempotency::new_key());
            // No checkpoint before has it, not even one behind which nothing has been done.
            self.durable.iter_mut().for_each(|durable| durable.handed = None);
        }
        let next = Next::Step(self.frame.workflow.steps[place].id.to_owned());
        self.frame.kept.standing = Some(Box::new(self.standing(next, steps)));
        self.hand()
    }

    /// The workflow that is so deep in others does not go on as the checkpoint has it: what that says of the ones inside of
    /// it is of no use any more, and must not be taken for what it says of later ones.
    pub(crate) fn forget_pending(&mut self, depth: usize) {
        if let Some(durable) = &mut self.durable
            && durable.depth - durable.pending.len() > depth
        {
            durable.pending.clear();
        }
    }

    /// The workflow has ended.
    pub(crate) fn keep_end(&mut self, exit: usize, steps: &mut dyn State) -> Result<(), Error> {
        if self.durable.is_none() {
            return Ok(());
        }
        self.forget_pending(self.callers.len());
        let is_of_the_run = |frame: &Frame| matches!(frame.entered, Entered::Run | Entered::Goto);
        if !self.callers.iter().chain([&self.frame]).all(is_of_the_run)
            // Whoever has called it asks for the response too, which no checkpoint holds; and a failure is tried again.
            && (self.keeps_response > 0 || self.frame.after_failure)
        {
            return Ok(());
        }
        let next = Next::End { exit, after_failure: self.frame.after_failure };
        self.frame.kept.standing = Some(Box::new(self.standing(next, steps)));
        self.hand()
    }

    /// The workflow is about to go on as another one.
    pub(crate) fn keep_goto(&mut self, exit: usize, steps: &mut dyn State) {
        if self.durable.is_some() {
            self.forget_pending(self.callers.len());
            self.frame.kept.standing = Some(Box::new(self.standing(Next::Workflow(exit), steps)));
        }
    }

    /// The workflow was entered as another one went on as it.
    pub(crate) fn keep_given<T: Serialize>(&mut self, inputs: &T) {
        if self.durable.is_none() {
            return;
        }
        let Ok(Value::Object(mut given)) = serde_json::to_value(inputs) else { return };
        given.retain(|name, _| !self.frame.workflow.secret_inputs.contains(&name.as_str()));
        let is_secret = |(name, value): (&String, &Value)| self.secrets.occur_in(value).then(|| name.clone());
        let secrets: Vec<_> = given.iter().filter_map(is_secret).collect();
        given.retain(|name, _| !secrets.contains(name));
        self.frame.kept.given = Some(given);
        self.frame.kept.given_secrets = secrets;
    }

    /// An input that the workflow had which comes next, as another one went on as it.
    #[must_use]
    pub fn kept_input(&self, name: &str) -> Json<'_> {
        let next = self.durable.as_ref().and_then(|durable| durable.pending.last());
        next.and_then(|(_, standing)| standing.given.as_ref()?.get(name)).into()
    }

    /// Gives a checkpoint to whoever asks for it.
    fn hand(&mut self) -> Result<(), Error> {
        let Some(durable) = &self.durable else { return Ok(()) };
        let Some(keeper) = self.client.keeper() else { return Ok(()) };
        // While the run is not yet where the checkpoint has it, that one counts. And nothing leads into workflows that are
        // run for what a response has said.
        let is_closed = |frame: &Frame| frame.visiting || frame.entered == Entered::Help;
        if durable.handed == Some(self.settled)
            || !durable.pending.is_empty()
            || self.callers.iter().chain([&self.frame]).any(is_closed)
        {
            return Ok(());
        }
        let checkpoint = Checkpoint { saved: Box::new(self.saved(durable)) };
        let result = keeper(&checkpoint);
        if let Some(durable) = &mut self.durable {
            durable.handed = Some(self.settled);
        }
        result.map_err(|error| {
            let reason = self.secrets.mask(&error.to_string()).into_owned();
            Error::new(ErrorKind::Checkpoint, format!("the checkpoint could not be kept: {reason}"))
                .with_source(error)
                .at(self.frame.workflow.id, self.frame.step_id())
        })
    }

    fn saved(&self, durable: &Durable) -> Saved {
        let root = self.callers.first().unwrap_or(&self.frame).workflow;
        let all = root.all();
        let place = |workflow: &'static Workflow| all.iter().position(|known| std::ptr::eq(*known, workflow));
        let frames = self.callers.iter().chain([&self.frame]);
        let dependencies = self.completed_dependencies().map(|(workflow, _)| workflow);
        let is_partial = |(workflow, state): (&'static Workflow, Dependency)| {
            (state == Dependency::Partial || self.is_left_in_part(workflow)).then_some(workflow)
        };
        let partial = self.completed_dependencies().filter_map(is_partial);
        let others = self.others.iter().filter_map(|(workflow, inputs, outputs)| {
            let mut inputs = inputs.clone();
            if let Value::Object(inputs) = &mut inputs {
                inputs.retain(|name, value| !self.is_secret(workflow.secret_inputs, name, value));
            }
            let mut outputs = outputs.clone();
            outputs.retain(|name, value| !self.is_secret(workflow.secret_outputs, name, value));
            Some(Left { workflow: place(workflow)?, inputs, outputs })
        });
        Saved {
            format: FORMAT,
            inputs: durable.inputs.clone(),
            steps: self.steps,
            frames: frames.filter_map(|frame| frame.kept.standing.as_deref().cloned()).collect(),
            dependencies: dependencies.filter_map(place).collect(),
            partial: partial.filter_map(place).collect(),
            others: others.collect(),
            completed: self.completed.clone(),
        }
    }

    fn is_secret(&self, names: &[&str], name: &str, value: &Value) -> bool {
        names.contains(&name) || self.secrets.occur_in(value)
    }

    /// Whether a workflow has left something behind that no checkpoint holds.
    fn is_left_in_part(&self, workflow: &'static Workflow) -> bool {
        self.others.iter().filter(|(known, ..)| std::ptr::eq(*known, workflow)).any(|(_, inputs, outputs)| {
            let mut inputs = inputs.as_object().into_iter().flatten();
            inputs.any(|(name, value)| self.is_secret(workflow.secret_inputs, name, value))
                || outputs.iter().any(|(name, value)| self.is_secret(workflow.secret_outputs, name, value))
        })
    }

    /// Whether a step has to be run again, since a checkpoint does not hold what it has left behind. `readers` are the
    /// steps, by their places in the document, from which a way leads to something that reads that; `on_goto` and `at_end`
    /// say so of a workflow that goes on as another one, or has ended.
    pub fn must_run_again(&mut self, step: &'static Step, readers: &[usize], on_goto: bool, at_end: bool) -> bool {
        let kept = &self.frame.kept;
        let Some(standing) = kept.standing.as_ref().filter(|_| kept.is_restored) else { return false };
        if !standing.left_out.contains_key(step.id) {
            return false;
        }
        self.repeats = self.leads_to(readers, on_goto, at_end);
        self.repeats
    }

    /// Whether a way leads to one of these places from where the workflow was when it last was between two steps.
    pub(crate) fn leads_to(&self, readers: &[usize], on_goto: bool, at_end: bool) -> bool {
        let standing = self.frame.kept.standing.as_ref();
        standing.is_none_or(|standing| standing.next.leads_to(self.frame.workflow, readers, on_goto, at_end))
    }

    /// Whether the run is over, as a step has failed that was run again for what a checkpoint does not hold.
    pub fn cannot_resume(&mut self, place: &Place, succeeded: bool) -> bool {
        self.repeats = place.repeats && !succeeded;
        self.repeats
    }

    /// What the error of a step says of that, if it has failed then.
    pub(crate) fn why_again(&self) -> &'static str {
        if self.repeats {
            "; the step was run again, since the checkpoint does not hold the secrets that it makes"
        } else {
            ""
        }
    }

    /// Runs one step for another one, or again, and remembers where the workflow stands.
    pub fn visit(&mut self, step: &'static Step) -> Place {
        let frame = &mut self.frame;
        let place = Place {
            step: frame.step.replace(step),
            attempt: std::mem::take(&mut frame.attempt),
            sent: std::mem::take(&mut frame.sent),
            // What the step calls may run steps for others too.
            repeats: std::mem::take(&mut self.repeats),
        };
        frame.visiting = true;
        self.watch.visit();
        self.watch.observe(&Event::StepStarted { workflow: self.frame.workflow.id, step: step.id });
        place
    }

    /// Goes back to where the workflow stood.
    pub fn return_to(&mut self, Place { step, attempt, sent, repeats }: Place) {
        if repeats {
            self.act(Action::Resume);
        }
        self.frame.visiting = false;
        (self.frame.step, self.frame.attempt, self.frame.sent) = (step, attempt, sent);
        self.watch.return_to();
    }
}

/// What stands for the value of each input that is not secret.
fn digests(inputs: &impl Serialize, workflow: &Workflow) -> BTreeMap<String, String> {
    let Ok(Value::Object(inputs)) = serde_json::to_value(inputs) else { return BTreeMap::new() };
    let plain = inputs.into_iter().filter(|(name, _)| !workflow.secret_inputs.contains(&name.as_str()));
    let digest = |(name, value): (String, Value)| {
        let mut fingerprint = Fingerprint::default();
        fingerprint.value(&value);
        (name, fingerprint.to_string())
    };
    plain.map(digest).collect()
}
