//! Durable runs: what is kept of a run behind each step, and how another one goes on from there.

use crate::Event;
use crate::checkpoint::{Checkpoint, Entered, FORMAT, Left, Next, Saved, Standing};
use crate::error::{Error, ErrorKind};
use crate::execution::{Execution, Frame};
use crate::idempotency;
use crate::inputs::Inputs;
use crate::operation::{Step, Workflow};
use crate::others::{LeftBehind, Values};
use crate::remake::Again;
use crate::resend::Place;
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
    /// An output.
    Output(&'static str, &'s mut Option<Value>),
    /// An output that no checkpoint holds.
    Secret(&'static str, &'s mut Option<Value>),
    /// Whether the step has succeeded.
    Succeeded(&'s mut bool),
}

/// What a run knows of checkpoints, when it makes them or was made of one.
#[derive(Debug)]
pub(crate) struct Durable {
    /// For each input that is not secret what stands for its value.
    inputs: BTreeMap<String, String>,
    /// How many attempts had been settled when the last checkpoint was made; `None` when one is to be made before the first.
    handed: Option<u64>,
    /// The workflows of a checkpoint that have not been entered again, the innermost first.
    pub(crate) pending: Vec<Pending>,
    /// How many there were.
    depth: usize,
}

/// A workflow of a checkpoint that has not been entered again.
#[derive(Debug)]
pub(crate) struct Pending {
    pub(crate) workflow: &'static Workflow,
    pub(crate) standing: Standing,
    /// The steps that run again before it goes on.
    pub(crate) again: Vec<Again>,
}

impl Durable {
    /// Whether the workflow that comes next, so deep in others, is the one that the checkpoint has there.
    pub(crate) fn expects(&self, depth: usize, workflow: &'static Workflow, entered: Entered) -> bool {
        let next = self.pending.last().filter(|_| self.depth - self.pending.len() == depth);
        next.is_some_and(|known| std::ptr::eq(known.workflow, workflow) && known.standing.entered == entered)
    }
}

/// What a workflow that is running knows of checkpoints.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    /// How it stood when it last was between two steps.
    pub(crate) standing: Option<Box<Standing>>,
    /// Its inputs, if another workflow went on as it.
    given: Option<Map<String, Value>>,
    /// Inputs that are left out of those.
    given_secrets: Vec<String>,
    /// Whether it was entered from a checkpoint, and no step of it has been since.
    pub(crate) is_restored: bool,
    /// The steps that run again before it goes on, the first one last.
    pub(crate) again: Vec<Again>,
    /// The one that does so now.
    pub(crate) repeating: Option<Again>,
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
            durable.pending = self.go_on_from(checkpoint, &durable.inputs)?;
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
            Slot::Output(name, Some(value)) if self.secrets.occur_in(value) => leave_out(step, name),
            Slot::Output(name, Some(value)) => {
                outputs.entry(step.id.to_owned()).or_default().insert(name.to_owned(), value.clone());
            }
            Slot::Secret(name, Some(_)) => leave_out(step, name),
            Slot::Succeeded(true) => succeeded.push(step.id.to_owned()),
            Slot::Output(..) | Slot::Secret(..) | Slot::Succeeded(_) => {}
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
        let secret = self.frame.workflow.secret_inputs;
        let is_secret = |(name, value): (&String, &Value)| self.is_secret(secret, name, value).then(|| name.clone());
        let secrets: Vec<_> = given.iter().filter_map(is_secret).collect();
        given.retain(|name, _| !secrets.contains(name));
        self.frame.kept.given = Some(given);
        self.frame.kept.given_secrets = secrets;
    }

    /// An input that the workflow had which comes next, as another one went on as it; `made` makes it again if the
    /// checkpoint has left it out.
    pub fn kept_input<'s>(&'s self, name: &str, made: impl FnOnce() -> Json<'s>) -> Json<'s> {
        let next = self.durable.as_ref().and_then(|durable| durable.pending.last());
        let Some(Pending { standing, .. }) = next else { return Json::Absent };
        if standing.leaves_out("", name) {
            return made();
        }
        standing.given.as_ref().and_then(|given| given.get(name)).into()
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
        let frames = self.callers.iter().chain([&self.frame]).filter_map(|frame| frame.kept.standing.as_deref());
        let standing = |standing: &Standing| {
            let mut standing = standing.clone();
            // What is known to be secret now may not have been when the workflow was left for another one.
            standing.hide(|value| self.secrets.occur_in(value));
            standing
        };
        Saved {
            format: FORMAT,
            inputs: durable.inputs.clone(),
            steps: self.steps,
            frames: frames.map(standing).collect(),
            dependencies: self.completed_dependencies().filter_map(place).collect(),
            others: self.others.iter().filter_map(|left| self.left(left, &place)).collect(),
            completed: self.completed.clone(),
        }
    }

    /// What a checkpoint says of a workflow that has run.
    fn left(&self, left: &LeftBehind, place: &impl Fn(&'static Workflow) -> Option<usize>) -> Option<Left> {
        let LeftBehind { workflow, values, left_out, origin } = left;
        let keep = |values: &Map<String, Value>, read: &[&str], secret: &[&str], left_out: &[String]| {
            let (mut kept, mut hidden) = (Map::new(), left_out.to_vec());
            for (name, value) in values.iter().filter(|(name, _)| read.contains(&name.as_str())) {
                if self.is_secret(secret, name, value) {
                    hidden.push(name.clone());
                } else {
                    kept.insert(name.clone(), value.clone());
                }
            }
            (kept, hidden)
        };
        let Workflow { read_inputs, read_outputs, secret_inputs, secret_outputs, .. } = workflow;
        let (inputs, no_inputs) = keep(&values.inputs, read_inputs, secret_inputs, &left_out.inputs);
        let (outputs, no_outputs) = keep(&values.outputs, read_outputs, secret_outputs, &left_out.outputs);
        Some(Left {
            workflow: place(workflow)?,
            values: Values { inputs, outputs },
            left_out: Values { inputs: no_inputs, outputs: no_outputs },
            within: origin.depth,
            by: origin.by.map(|step| step.id.to_owned()),
            through: origin.through.iter().copied().filter_map(place).collect(),
        })
    }

    fn is_secret(&self, names: &[&str], name: &str, value: &Value) -> bool {
        names.contains(&name) || self.secrets.occur_in(value)
    }

    /// Runs one step for another one, and remembers where the workflow stands.
    pub fn visit(&mut self, step: &'static Step) -> Place {
        let frame = &mut self.frame;
        let place = Place {
            step: frame.step.replace(step),
            attempt: std::mem::take(&mut frame.attempt),
            sent: std::mem::take(&mut frame.sent),
        };
        frame.visiting = true;
        self.watch.visit();
        self.watch.observe(&Event::StepStarted { workflow: self.frame.workflow.id, step: step.id });
        place
    }

    /// Goes back to where the workflow stood.
    pub fn return_to(&mut self, Place { step, attempt, sent }: Place) {
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
