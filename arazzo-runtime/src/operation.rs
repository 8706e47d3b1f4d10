//! What generated code knows of a workflow while compiling: constants.

use crate::scheme::Scheme;
use crate::server::Server;

/// A workflow.
#[derive(Debug)]
pub struct Workflow {
    /// Its `workflowId`.
    pub id: &'static str,
    /// The operations that it can call, to find a missing server before the first request.
    pub operations: &'static [&'static Operation],
    /// The workflows that it can run: as steps, as targets of actions, and those that it depends on.
    pub runs: &'static [&'static Workflow],
    /// Whether expressions of other workflows read its inputs or outputs.
    pub is_read: bool,
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
