//! What generated code knows of a workflow while compiling: constants.

use crate::durable::State;
use crate::scheme::Scheme;
use crate::server::Server;
use serde_json::{Map, Value};
use std::fmt;

/// A workflow.
pub struct Workflow {
    /// Its `workflowId`.
    pub id: &'static str,
    /// What stands for its document, and for what is kept of its steps.
    pub document: &'static str,
    /// The inputs that no checkpoint holds.
    pub secret_inputs: &'static [&'static str],
    /// The outputs that no checkpoint holds.
    pub secret_outputs: &'static [&'static str],
    /// The steps that can be reached, in their order.
    pub steps: &'static [&'static Step],
    /// The steps that only run for others.
    pub helpers: &'static [&'static Step],
    /// Its outputs that are made of something like that, with what they are made of.
    pub outputs: &'static [(&'static str, Read)],
    /// The operations that it can call, to find a missing server before the first request.
    pub operations: &'static [&'static Operation],
    /// Those of them that a step calls without giving anything by itself that their security schemes ask for, to find a
    /// credential that must not be sent before the first request.
    pub asks_client: &'static [&'static Operation],
    /// The workflows that it can run: as steps, as targets of actions, and those that it depends on.
    pub runs: &'static [&'static Workflow],
    /// Those that it depends on.
    pub dependencies: &'static [&'static Workflow],
    /// How it can end: a checkpoint knows each by its place.
    pub exits: &'static [Exit],
    /// What its steps leave behind, with nothing in it.
    pub state: fn() -> Box<dyn State>,
    /// The inputs that it must have.
    pub required_inputs: &'static [&'static str],
    /// Whether inputs fit, but for some that are left out.
    pub takes: Takes,
    /// The inputs that expressions of other workflows read.
    pub read_inputs: &'static [&'static str],
    /// The outputs that they read.
    pub read_outputs: &'static [&'static str],
}

impl fmt::Debug for Workflow {
    /// Its id: what it can run may be itself.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Workflow({})", self.id)
    }
}

impl Workflow {
    /// Whether expressions of other workflows read anything of it.
    pub(crate) fn is_read(&self) -> bool {
        !self.read_inputs.is_empty() || !self.read_outputs.is_empty()
    }

    /// The steps that can run.
    pub(crate) fn all_steps(&self) -> impl Iterator<Item = &'static Step> + use<> {
        self.steps.iter().chain(self.helpers).copied()
    }

    /// This one and all that it can run, each once, in an order that depends on nothing but them.
    pub(crate) fn all(&'static self) -> Vec<&'static Self> {
        let mut known = vec![self];
        let mut next = 0;
        while let Some(workflow) = known.get(next).copied() {
            next += 1;
            for called in workflow.runs {
                if !known.iter().any(|known| std::ptr::eq(*known, *called)) {
                    known.push(called);
                }
            }
        }
        known
    }
}

/// Checks inputs, some of which may be left out, and says what is wrong with them.
pub(crate) type Takes = fn(inputs: &Map<String, Value>, left_out: &[&str]) -> Result<(), String>;

/// How a workflow can end.
#[derive(Debug)]
pub enum Exit {
    /// For good.
    End,
    /// It goes on as another one. Its inputs that can be made again without a response, with what they are made of.
    Goto(&'static Workflow, &'static [(&'static str, &'static [Read])]),
    /// It goes on as another one, and no checkpoint can say so.
    Unsaid,
}

/// A step.
#[derive(Debug)]
pub struct Step {
    /// Its `stepId`.
    pub id: &'static str,
    /// Its place in the workflow, from zero.
    pub index: usize,
    /// The workflow that it calls.
    pub callee: Option<&'static Workflow>,
    /// The outputs of that one that it reads.
    pub takes: &'static [&'static str],
    /// What an attempt of it reads of others.
    pub reads: &'static [Read],
    /// What its actions read, and the steps that run for it before it is tried again.
    pub actions: &'static [Read],
    /// The workflows that its actions run, and those steps.
    pub runs: &'static [&'static Workflow],
    /// The steps that can come next, by their places in the workflow.
    pub next: &'static [usize],
}

impl Step {
    /// One that reads nothing and runs nothing, for what generated code does not say.
    pub const PLAIN: Self =
        Self { id: "", index: 0, callee: None, takes: &[], reads: &[], actions: &[], runs: &[], next: &[] };
}

/// Something that an expression reads and a checkpoint may leave out.
#[derive(Debug)]
pub enum Read {
    /// An output of a step of the same workflow: its place there, and the name.
    Step(usize, &'static str),
    /// An input of another workflow.
    Input(&'static Workflow, &'static str),
    /// An output of another workflow.
    Output(&'static Workflow, &'static str),
}

/// An operation of an OpenAPI description.
#[derive(Debug)]
pub struct Operation {
    /// The name of the source description.
    pub source: &'static str,
    /// The `operationId`; `None` where the description gives none.
    pub id: Option<&'static str>,
    /// The server of the description, absolute and without variables; `None` where the description names none.
    pub server: Option<Server>,
    /// The method in capitals.
    pub method: &'static str,
    /// The path template.
    pub path: &'static [PathPart],
    /// The sets of security schemes of which it asks for one; an empty set when it can do without.
    pub security: &'static [&'static [Scheme]],
}

/// A part of a path template.
#[derive(Debug)]
pub enum PathPart {
    /// Text that stands for itself.
    Text(&'static str),
    /// A variable, in which a slash is escaped.
    Variable(&'static str),
    /// A variable for one or more segments, in which slashes stay.
    Segments(&'static str),
}

impl Operation {
    /// The path template.
    fn template(&self) -> String {
        let mut template = String::new();
        for part in self.path {
            match part {
                PathPart::Text(text) => template.push_str(text),
                PathPart::Variable(name) => template.extend(["{", name, "}"]),
                PathPart::Segments(name) => template.extend(["{", name, "+}"]),
            }
        }
        template
    }
}

/// The operation of an OpenAPI description that a request is for.
///
/// As a text it is its `operationId`, or its method and path template: `getThing`, `GET /things/{id}`.
#[derive(Clone, Copy)]
pub struct CalledOperation {
    pub(crate) operation: &'static Operation,
}

impl CalledOperation {
    /// The name of the source description.
    #[must_use]
    pub fn source(&self) -> &'static str {
        self.operation.source
    }

    /// The `operationId`; `None` where the description gives none.
    #[must_use]
    pub fn id(&self) -> Option<&'static str> {
        self.operation.id
    }

    /// The method in capitals.
    #[must_use]
    pub fn method(&self) -> &'static str {
        self.operation.method
    }

    /// The path template, as in `/things/{id}`.
    #[must_use]
    pub fn path(&self) -> String {
        self.operation.template()
    }
}

impl PartialEq for CalledOperation {
    /// Each workflow has constants of its own for the operations that it calls.
    fn eq(&self, other: &Self) -> bool {
        let of = |called: &Self| (called.source(), called.id(), called.method());
        of(self) == of(other) && self.path() == other.path()
    }
}

impl Eq for CalledOperation {}

impl fmt::Display for CalledOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.id() {
            Some(id) => f.write_str(id),
            None => write!(f, "{} {}", self.method(), self.path()),
        }
    }
}

impl fmt::Debug for CalledOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CalledOperation({}, {self})", self.source())
    }
}
