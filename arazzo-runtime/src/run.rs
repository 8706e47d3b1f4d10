//! What a finished run gives.

use crate::Report;

/// A run that came to an end that the document declares.
///
/// `O` and `E` are the `Outputs` and the `End` of the workflow's module.
///
/// ```
/// use arazzo_runtime::Run;
/// use std::fmt::Debug;
///
/// /// Works for the run of any workflow.
/// fn tell<O: Debug, E: Debug>(run: &Run<O, E>) {
///     let how = if run.after_failure() { "after a failure that the document foresaw" } else { "well" };
///     println!("{:?}, {how}, with {:?} after {} requests", run.end, run.outputs, run.report.total());
/// }
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Run<O, E> {
    /// The workflow's outputs.
    pub outputs: O,
    /// How the run ended.
    pub end: E,
    /// What happened on the way.
    pub report: Report,
    after_failure: bool,
}

impl<O, E> Run<O, E> {
    pub(crate) fn new(outputs: O, end: E, report: Report, after_failure: bool) -> Self {
        Self { outputs, end, report, after_failure }
    }

    /// Whether the run ended through an `end` action under `onFailure`
    /// ([Failure Action Object](https://spec.openapis.org/arazzo/latest.html#failure-action-object)): the document foresaw
    /// that a step fails.
    #[must_use]
    pub fn after_failure(&self) -> bool {
        self.after_failure
    }
}
