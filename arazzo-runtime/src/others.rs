//! What workflows leave behind for expressions of others, and what has run them.

use crate::checkpoint::Entered;
use crate::execution::{Execution, Frame};
use crate::operation::{Step, Workflow};
use arazzo_expression::json::Json;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The inputs and outputs of the workflows that have run, for expressions of others. Of several runs the last one counts.
#[derive(Debug, Clone, Default)]
pub struct Others {
    known: Vec<LeftBehind>,
}

/// What a workflow has left behind.
#[derive(Debug, Clone)]
pub(crate) struct LeftBehind {
    pub(crate) workflow: &'static Workflow,
    pub(crate) values: Values<Map<String, Value>>,
    /// What of it a checkpoint has left out.
    pub(crate) left_out: Values<Vec<String>>,
    pub(crate) origin: Origin,
}

/// Something of the inputs and of the outputs of a workflow.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Values<T> {
    pub(crate) inputs: T,
    pub(crate) outputs: T,
}

/// What has run a workflow.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    /// How deep in others that workflow is which still runs and in which this one has run, itself or inside of others.
    pub(crate) depth: usize,
    pub(crate) by: By<&'static Step>,
    /// The workflows in between that have run because others depend on them, the outermost one last.
    pub(crate) through: Vec<&'static Workflow>,
}

/// By what a workflow has run inside of another one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum By<S> {
    /// It is that one.
    Itself,
    /// By a step.
    Step(S),
    /// Because that one depends on it, or on one in which it has run.
    Dependency,
    /// To help a step that was tried again.
    Help,
}

impl<T: Default + PartialEq> Values<T> {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl<S> By<Option<S>> {
    /// `None` when there is no such step.
    pub(crate) fn found(self) -> Option<By<S>> {
        Some(match self {
            Self::Itself => By::Itself,
            Self::Step(step) => By::Step(step?),
            Self::Dependency => By::Dependency,
            Self::Help => By::Help,
        })
    }
}

impl<S> By<S> {
    pub(crate) fn map<T>(&self, step: impl FnOnce(&S) -> T) -> By<T> {
        match self {
            Self::Itself => By::Itself,
            Self::Step(known) => By::Step(step(known)),
            Self::Dependency => By::Dependency,
            Self::Help => By::Help,
        }
    }
}

impl Others {
    /// `$workflows.….outputs.name`
    #[must_use]
    pub fn output(&self, workflow: &'static Workflow, name: &str) -> Json<'_> {
        self.of(workflow).and_then(|left| left.values.outputs.get(name)).into()
    }

    /// `$workflows.….inputs.name`
    #[must_use]
    pub fn input(&self, workflow: &'static Workflow, name: &str) -> Json<'_> {
        self.of(workflow).and_then(|left| left.values.inputs.get(name)).into()
    }

    /// All that is known.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &LeftBehind> {
        self.known.iter()
    }

    /// Takes over what a checkpoint knows of a workflow.
    pub(crate) fn restore(&mut self, left: LeftBehind) {
        self.known.retain(|known| !std::ptr::eq(known.workflow, left.workflow));
        self.known.push(left);
    }

    /// A workflow has come to its end, so deep in others.
    pub(crate) fn keep_outputs(&mut self, workflow: &'static Workflow, depth: usize, outputs: &Map<String, Value>) {
        let left = self.entry(workflow);
        left.values.outputs.clone_from(outputs);
        left.left_out.outputs.clear();
        left.origin = Origin::itself(depth);
    }

    /// A workflow that was to run could not begin.
    pub(crate) fn forget_outputs(&mut self, workflow: &'static Workflow) {
        let left = self.entry(workflow);
        left.values.outputs.clear();
        left.left_out.outputs.clear();
    }

    /// A workflow is left, which was so deep in others: what has run in it has run in its caller, by that one's step.
    pub(crate) fn leave(&mut self, frame: &Frame, depth: usize, step: Option<&'static Step>) {
        for Origin { depth: known, by, through } in
            self.known.iter_mut().map(|left| &mut left.origin).filter(|origin| origin.depth >= depth)
        {
            *known = depth.saturating_sub(1);
            *by = match (frame.entered, step) {
                (Entered::Step, Some(step)) => By::Step(step),
                (Entered::Dependency, _) => By::Dependency,
                // The workflow that has gone on as it ends too.
                (Entered::Goto, _) => By::Itself,
                _ => By::Help,
            };
            if frame.entered == Entered::Dependency {
                through.push(frame.workflow);
            }
        }
    }

    fn of(&self, workflow: &'static Workflow) -> Option<&LeftBehind> {
        self.known.iter().find(|left| std::ptr::eq(left.workflow, workflow))
    }

    fn entry(&mut self, workflow: &'static Workflow) -> &mut LeftBehind {
        let place = self.known.iter().position(|left| std::ptr::eq(left.workflow, workflow)).unwrap_or_else(|| {
            let (values, left_out) = (Values::default(), Values::default());
            self.known.push(LeftBehind { workflow, values, left_out, origin: Origin::itself(0) });
            self.known.len() - 1
        });
        &mut self.known[place]
    }
}

impl Origin {
    fn itself(depth: usize) -> Self {
        Self { depth, by: By::Itself, through: Vec::new() }
    }

    fn is_itself(&self, depth: usize) -> bool {
        self.depth == depth && matches!(self.by, By::Itself)
    }
}

impl Execution<'_> {
    /// `$workflows`
    #[must_use]
    pub fn others(&self) -> &Others {
        &self.others
    }

    /// Keeps the inputs for expressions of other workflows.
    pub fn remember_inputs(&mut self, inputs: &impl Serialize) {
        let (depth, workflow) = (self.callers.len(), self.frame.workflow);
        let Ok(Value::Object(inputs)) = serde_json::to_value(inputs) else { return };
        let goes_on = self.goes_on_here();
        let left = self.others.entry(workflow);
        if goes_on && !left.origin.is_itself(depth) {
            // It has run inside of itself since it began.
            return;
        }
        left.values = Values { inputs, outputs: Map::new() };
        left.left_out = Values::default();
        left.origin = Origin::itself(depth);
    }
}
