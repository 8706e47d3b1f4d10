//! What generated code knows of a workflow while compiling: constants.

use crate::scheme::Scheme;
use crate::server::Server;

/// A workflow.
#[derive(Debug)]
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
    /// The operations that it can call, to find a missing server before the first request.
    pub operations: &'static [&'static Operation],
    /// The workflows that it can run: as steps, as targets of actions, and those that it depends on.
    pub runs: &'static [&'static Workflow],
    /// Whether expressions of other workflows read its inputs or outputs.
    pub is_read: bool,
}

impl Workflow {
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

/// A step.
#[derive(Debug)]
pub struct Step {
    /// Its `stepId`.
    pub id: &'static str,
    /// Its place in the workflow, from zero.
    pub index: usize,
}

/// An operation of an OpenAPI description.
#[derive(Debug)]
pub struct Operation {
    /// The name of the source description.
    pub source: &'static str,
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
