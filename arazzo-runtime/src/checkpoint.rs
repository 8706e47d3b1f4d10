//! What is kept of a run, so that it can go on in another process.

use crate::others::{By, Values};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt;

/// How checkpoints are written. Whoever changes what they hold counts on.
pub(crate) const FORMAT: u32 = 2;

/// A run as it stood behind one of its steps: enough for `resume`, in the module of the workflow, to go on from there.
///
/// [`Client::with_checkpoints`](crate::Client::with_checkpoints) says who gets them. A checkpoint is written and read by
/// serde, in any format that describes itself, such as JSON.
///
/// ```
/// # fn example(checkpoint: &arazzo_runtime::Checkpoint) -> serde_json::Result<()> {
/// let text = serde_json::to_string(checkpoint)?;
/// let read: arazzo_runtime::Checkpoint = serde_json::from_str(&text)?;
/// assert_eq!(read.workflow(), checkpoint.workflow());
/// # Ok(())
/// # }
/// ```
///
/// # What it holds
///
/// The step that comes next, the outputs of the steps before as far as anything reads them, and what else the run needs to
/// go on exactly as it would have: used-up retries, rounds of loops, the number of steps so far for
/// [`Limits::steps`](crate::Limits::steps), and the same of the workflows that the run is in and of those that it depends
/// on. The inputs of the run are given again to `resume`. Of those that carry no credentials it holds digests, and other
/// ones are refused; a new token is not. [`Limits::run_time`](crate::Limits::run_time) and the report begin anew. So does
/// the waiting: a pause before the next request, also one that `Retry-After` has asked for, is over with the process, and
/// `resume` sends that request at once.
///
/// It belongs to its document: `resume` refuses one of another workflow, or of a document whose content is not the same;
/// comments and layout do not count. The same holds where a new version of this crate keeps other outputs of the document's
/// steps, or writes checkpoints in another way. The OpenAPI descriptions are not part of it: a run goes on with the ones of
/// the program that resumes it.
///
/// # Secrets
///
/// A value that reaches an `Authorization` header, a cookie, an API key or an input of `format: password` is left out, and so
/// is every value that has a secret of the run in it; a secret of fewer than six bytes could be in anything, so of those only a
/// value, or a text inside of one, that is the secret and nothing else. If something that is still to come reads such a value,
/// `resume` makes it again before it goes on: it runs the step again that has made it, or the workflow, where that is one that
/// others depend on; the report says so ([`Action::Resume`](crate::Action::Resume)). Each output of that step is then the new
/// one. A step that comes next anyway does not run twice, and what nobody reads any more is not missed.
///
/// This holds for requests that are not safe too, also where only the run has found the secret: a POST that makes a key makes
/// another one, and one whose answer has a token of the run in it is sent once more, with another `Idempotency-Key`. To run the
/// workflow anew would send it as well. Who would rather decide can look at [`left_out`](Self::left_out) before. Two values
/// cannot be made again: an input for the workflow that a run has gone on as, if a response alone has said it and no output
/// holds it, and what a workflow has left behind that ran to help a step which was tried again. Where one of these is still
/// needed, `resume` refuses the checkpoint before anything is sent.
///
/// Everything else is readable for whoever can read the checkpoint: outputs stand in it as they came, and inputs that are
/// not secret can be found by trying, as a digest (FNV-1a, without a key) hides nothing that can be guessed, such as a name
/// or a number. Keep checkpoints where you would keep these.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Checkpoint {
    pub(crate) saved: Box<Saved>,
}

/// The parts of a checkpoint.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Saved {
    pub(crate) format: u32,
    /// For each input that is not secret a digest of its value.
    pub(crate) inputs: BTreeMap<String, String>,
    /// How many attempts of steps have been begun.
    pub(crate) steps: u64,
    /// The workflow of the run, that which it is in, and so on.
    pub(crate) frames: Vec<Standing>,
    /// The workflows that have completed because others depend on them: their places among all that the first one can run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) dependencies: Vec<usize>,
    /// What workflows have left behind whose values others read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) others: Vec<Left>,
    /// Steps that steps of other workflows wait for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) completed: Vec<u32>,
}

/// What a workflow has left behind.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Left {
    /// Its place among all that the first workflow can run.
    pub(crate) workflow: usize,
    #[serde(flatten)]
    pub(crate) values: Values<Map<String, Value>>,
    /// What is left out of that.
    #[serde(default, skip_serializing_if = "Values::is_empty")]
    pub(crate) left_out: Values<Vec<String>>,
    /// The place among the workflows of the checkpoint of the one in which it has run.
    pub(crate) within: usize,
    /// By what, with the id of a step.
    pub(crate) by: By<String>,
    /// The workflows on the way there that others depend on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) through: Vec<usize>,
}

/// Where a workflow stands.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Standing {
    pub(crate) workflow: String,
    /// The fingerprint of its document.
    pub(crate) document: String,
    pub(crate) entered: Entered,
    pub(crate) next: Next,
    /// The attempts of the step that comes next, when it is tried again.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) attempts: u32,
    /// How often the client has sent the request of that step again by itself.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) resent: u32,
    /// The `Idempotency-Key` of that step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<String>,
    /// The jumps back: from which step, to which, and the rounds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) loops: Vec<(usize, usize, u32)>,
    /// The used-up attempts of each `retry` action of that step.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) retries: Vec<(usize, u64)>,
    /// By step and name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) outputs: BTreeMap<String, BTreeMap<String, Value>>,
    /// The outputs that were there and are left out, and under an empty name such inputs as `given` has.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) left_out: BTreeMap<String, Vec<String>>,
    /// The steps that have succeeded, where that matters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) succeeded: Vec<String>,
    /// The inputs of a workflow that the one before went on as, without those that carry credentials.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) given: Option<Map<String, Value>>,
}

/// How a workflow came to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Entered {
    /// By the caller of its function.
    Run,
    /// As a step of the workflow before.
    Step,
    /// Because that one depends on it.
    Dependency,
    /// By a `goto`.
    Goto,
    /// To help a step that is tried again.
    Help,
}

/// What comes next in a workflow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Next {
    /// The step of this id.
    Step(String),
    /// The workflow to which this one of the ends leads.
    Workflow(usize),
    /// Nothing: this end was reached.
    End { exit: usize, after_failure: bool },
}

impl Standing {
    /// Leaves out what has a secret in it.
    pub(crate) fn hide(&mut self, is_secret: impl Fn(&Value) -> bool) {
        for (step, outputs) in &mut self.outputs {
            let hidden = outputs.extract_if(.., |_, value| is_secret(value)).map(|(name, _)| name);
            let hidden: Vec<_> = hidden.collect();
            if !hidden.is_empty() {
                self.left_out.entry(step.clone()).or_default().extend(hidden);
            }
        }
        self.outputs.retain(|_, outputs| !outputs.is_empty());
        if let Some(given) = &mut self.given {
            let hidden: Vec<_> =
                given.iter().filter(|(_, value)| is_secret(value)).map(|(name, _)| name.clone()).collect();
            given.retain(|name, _| !hidden.contains(name));
            if !hidden.is_empty() {
                self.left_out.entry(String::new()).or_default().extend(hidden);
            }
        }
    }

    /// Whether an output of a step is left out.
    pub(crate) fn leaves_out(&self, step: &str, name: &str) -> bool {
        self.left_out.get(step).is_some_and(|names| names.iter().any(|known| known == name))
    }
}

impl Checkpoint {
    /// The `workflowId` of the run.
    #[must_use]
    pub fn workflow(&self) -> &str {
        self.saved.frames.first().map_or("", |frame| &frame.workflow)
    }

    /// The `stepId` of the step that comes next in that workflow, or in which it has called another one. `None` when the
    /// run has ended, or has gone on as another workflow.
    #[must_use]
    pub fn step(&self) -> Option<&str> {
        match &self.saved.frames.first()?.next {
            Next::Step(id) => Some(id),
            Next::Workflow(_) | Next::End { .. } => None,
        }
    }

    /// Whether the run has ended. `resume` then gives its outputs and its end again, and sends nothing but what it takes to
    /// make those outputs that are left out.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        let mut inner = self.saved.frames.iter().skip(1);
        self.saved.frames.last().is_some_and(|frame| matches!(frame.next, Next::End { .. }))
            && inner.all(|frame| frame.entered == Entered::Goto)
    }

    /// The outputs of steps that were there and are left out, since they are secret or hold a secret: the `workflowId`, the
    /// `stepId` and the name of each. What a workflow has left behind for others is one of the step that has called it; of
    /// the workflow that depends on it, with an empty `stepId`, where no step has.
    pub fn left_out(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        let frames = &self.saved.frames;
        let of_steps = frames.iter().flat_map(|frame| {
            let steps = frame.left_out.iter().filter(|(step, _)| !step.is_empty());
            steps.flat_map(|(step, names)| names.iter().map(|name| (&*frame.workflow, &**step, &**name)))
        });
        let of_others = self.saved.others.iter().flat_map(|left| {
            let within = frames.get(left.within).filter(|_| left.by != By::Itself);
            let names = left.left_out.inputs.iter().chain(&left.left_out.outputs);
            let step = if let By::Step(step) = &left.by { step } else { "" };
            within.into_iter().flat_map(move |frame| names.clone().map(move |name| (&*frame.workflow, step, &**name)))
        });
        of_steps.chain(of_others)
    }
}

impl fmt::Debug for Checkpoint {
    /// Where the run stands, without any value.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Checkpoint")
            .field("workflow", &self.workflow())
            .field("step", &self.step())
            .field("is_ended", &self.is_ended())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Standing {
    /// The same of one workflow.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Standing")
            .field("workflow", &self.workflow)
            .field("entered", &self.entered)
            .field("next", &self.next)
            .finish_non_exhaustive()
    }
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}
