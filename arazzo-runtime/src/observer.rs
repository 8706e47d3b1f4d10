//! Watching a run while it goes on.

use crate::ErrorKind;
use crate::report::{Action, Outcome};
use crate::transport::TransportErrorKind;
use std::time::Duration;

/// Something that is told each event of a run, in order, on the task of the run: it must not block.
///
/// Every `Fn(&Event)` is an observer.
///
/// ```
/// use arazzo_runtime::{Client, Event};
/// let client = Client::builder()
///     .observer(|event: &Event<'_>| {
///         if let Event::ResponseReceived { step, status, .. } = event {
///             eprintln!("{step}: {status}");
///         }
///     })
///     .build()
///     .unwrap();
/// ```
pub trait Observer: Send + Sync + 'static {
    /// Called for each event.
    fn event(&self, event: &Event<'_>);

    /// Called for each event with a number that tells its run from the others of this process. By default it forgets the
    /// number and calls [`Observer::event`]; whoever watches several runs at once needs it.
    fn event_of_run(&self, _run: u64, event: &Event<'_>) {
        self.event(event);
    }
}

impl<F: Fn(&Event<'_>) + Send + Sync + 'static> Observer for F {
    fn event(&self, event: &Event<'_>) {
        self(event);
    }
}

/// An event of a run. Secrets are masked.
///
/// | when | events |
/// |---|---|
/// | a run | [`RunStarted`](Self::RunStarted), [`RunResumed`](Self::RunResumed) when it goes on from a checkpoint, then [`RunFinished`](Self::RunFinished), or [`RunDropped`](Self::RunDropped) when its future is dropped |
/// | a workflow inside of it | [`WorkflowStarted`](Self::WorkflowStarted), [`WorkflowFinished`](Self::WorkflowFinished), between the events of the step that calls it |
/// | a stay in a step | [`StepStarted`](Self::StepStarted), then for each attempt the events of its requests, and [`StepFinished`](Self::StepFinished), [`ActionTaken`](Self::ActionTaken), [`Waiting`](Self::Waiting) |
/// | a request | [`RequestStarted`](Self::RequestStarted), then [`ResponseReceived`](Self::ResponseReceived) or [`RequestFailed`](Self::RequestFailed); one that a redirect asks for follows at once |
///
/// Events of a step name it as `workflow` and `step`; those of its requests and of how it went have its `attempt` too. Which
/// run it is, [`Observer::event_of_run`] is told.
///
/// Credentials that have to be waited for, from a callback or as a token of OAuth 2, and the requests for tokens, are no events:
/// that time is between [`StepStarted`](Self::StepStarted), or [`Waiting`](Self::Waiting), and
/// [`RequestStarted`](Self::RequestStarted). With the feature `tracing` they are spans.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A run begins.
    #[non_exhaustive]
    RunStarted {
        /// The `workflowId`.
        workflow: &'a str,
    },
    /// The run goes on from a checkpoint.
    #[non_exhaustive]
    RunResumed {
        /// The `workflowId`.
        workflow: &'a str,
        /// The `stepId` of the step that comes next, or in which it has called another workflow; `None` when it has
        /// ended, or has gone on as another workflow.
        step: Option<&'a str>,
    },
    /// A workflow begins that another one runs.
    #[non_exhaustive]
    WorkflowStarted {
        /// Its `workflowId`.
        workflow: &'a str,
        /// The `workflowId` of the one that runs it.
        caller: &'a str,
    },
    /// A workflow is over that another one has run.
    #[non_exhaustive]
    WorkflowFinished {
        /// Its `workflowId`.
        workflow: &'a str,
        /// Why it failed, if it did.
        error: Option<&'a str>,
        /// How long it took.
        time: Duration,
    },
    /// A step is entered.
    #[non_exhaustive]
    StepStarted {
        /// The `workflowId`.
        workflow: &'a str,
        /// The `stepId`.
        step: &'a str,
    },
    /// A request is about to be sent.
    #[non_exhaustive]
    RequestStarted {
        /// The `workflowId`.
        workflow: &'a str,
        /// The `stepId`.
        step: &'a str,
        /// Which attempt, from 1.
        attempt: u32,
        /// The method.
        method: &'a str,
        /// The URL.
        url: &'a str,
    },
    /// A response was received.
    #[non_exhaustive]
    ResponseReceived {
        /// The `workflowId`.
        workflow: &'a str,
        /// The `stepId`.
        step: &'a str,
        /// Which attempt, from 1.
        attempt: u32,
        /// The method.
        method: &'a str,
        /// The URL.
        url: &'a str,
        /// The status.
        status: u16,
        /// How long it took.
        time: Duration,
    },
    /// No complete response came.
    #[non_exhaustive]
    RequestFailed {
        /// The `workflowId`.
        workflow: &'a str,
        /// The `stepId`.
        step: &'a str,
        /// Which attempt, from 1.
        attempt: u32,
        /// The method.
        method: &'a str,
        /// The URL.
        url: &'a str,
        /// What kind of failure it is.
        kind: TransportErrorKind,
        /// Why.
        reason: &'a str,
        /// How long it took.
        time: Duration,
    },
    /// An attempt of a step is over.
    #[non_exhaustive]
    StepFinished {
        /// The `workflowId`.
        workflow: &'a str,
        /// The `stepId`.
        step: &'a str,
        /// Which attempt, from 1.
        attempt: u32,
        /// How it went.
        outcome: &'a Outcome,
        /// What else there is to say, as [`RequestRecord::note`](crate::RequestRecord::note) has it.
        note: Option<&'a str>,
    },
    /// It is decided what comes next.
    #[non_exhaustive]
    ActionTaken {
        /// The `workflowId`.
        workflow: &'a str,
        /// The `stepId`.
        step: &'a str,
        /// What comes next.
        action: &'a Action,
    },
    /// The run waits.
    #[non_exhaustive]
    Waiting {
        /// The `workflowId`.
        workflow: &'a str,
        /// The `stepId` of the step that has just run.
        step: &'a str,
        /// How long.
        pause: Duration,
    },
    /// The run is over.
    #[non_exhaustive]
    RunFinished {
        /// The `workflowId`.
        workflow: &'a str,
        /// The message of the error, if it ended in one.
        error: Option<&'a str>,
        /// The kind of that error.
        kind: Option<ErrorKind>,
        /// The `stepId` of the step that the error is about, if it is about one: of this workflow, or of one that it runs.
        step: Option<&'a str>,
        /// How long it took.
        time: Duration,
    },
    /// The future of the run was dropped before its end: nothing more comes of it.
    #[non_exhaustive]
    RunDropped {
        /// The `workflowId`.
        workflow: &'a str,
    },
}
