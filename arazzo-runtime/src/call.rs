//! Workflows that run other workflows: as steps, as targets of actions, and because they depend on them.

use crate::checkpoint::Entered;
use crate::durable::State;
use crate::error::{Error, ErrorKind, cut};
use crate::exchange::Exchange;
use crate::execution::{Execution, Frame};
use crate::inputs::{Inputs, read};
use crate::operation::Workflow;
use crate::outputs::OutputError;
use crate::report::{Action, CallRecord, Outcome, RequestRecord};
use crate::shape::Shape;
use crate::transport::TransportErrorKind;
use crate::{Event, Run};
use arazzo_expression::json::Json;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;
use tokio::time::Instant;

/// What runs a workflow inside of another: behind a pointer, as a workflow may call itself.
pub type Calling<'r, T> = Pin<Box<dyn Future<Output = T> + Send + 'r>>;

/// The inputs of a workflow that is to be run, or why they do not fit.
pub type Given<T> = Result<T, String>;

/// How a workflow that was run by another one came to its end.
#[derive(Debug)]
pub struct Called {
    /// Whether it ended after a failure; the `Err` says that it failed.
    result: Result<bool, Error>,
    outputs: Map<String, Value>,
}

/// What a step knows of the workflow that it has called.
#[derive(Debug)]
pub(crate) struct CallOutcome {
    pub(crate) called: &'static str,
    pub(crate) outputs: Map<String, Value>,
    pub(crate) failure: Option<CallFailure>,
}

/// Why a step that calls a workflow does not succeed by itself.
#[derive(Debug)]
pub(crate) enum CallFailure {
    /// The workflow was not begun.
    NotBegun(String),
    /// It failed.
    Error(Error),
    /// It failed, and so does the one that has called it, whatever actions that has.
    Over(Error),
    /// It took an `end` action under `onFailure`.
    AfterFailure,
}

impl CallFailure {
    fn reason(&self) -> String {
        match self {
            Self::NotBegun(reason) => reason.clone(),
            Self::Error(error) | Self::Over(error) => error.to_string(),
            Self::AfterFailure => "it ended after a failure".to_owned(),
        }
    }
}

/// Where a run stands as a workflow begins, and until when that may run.
#[derive(Debug, Clone, Copy)]
pub struct Depth {
    callers: usize,
    keeps_response: u32,
    time: Option<CallTime>,
}

/// How long a workflow may run that a step with a `timeout` has called, and all that runs inside of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CallTime {
    until: Instant,
    timeout: Duration,
    /// How many callers the workflow has that the step has called.
    callers: usize,
}

/// How far a workflow that others depend on has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dependency {
    Running,
    Completed,
}

/// Reads the inputs of a workflow from the values that another one gives it. What is absent is left out, and takes its
/// default.
///
/// # Errors
///
/// When they do not fit the types, or are not as the schema of the inputs asks.
pub fn given<T: DeserializeOwned + Inputs, const N: usize>(arguments: [(&'static str, Json<'_>); N]) -> Given<T> {
    let present = arguments.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value.into_value()?)));
    read(&present.collect())
}

/// Why a step cannot run whose prerequisite is not there.
#[must_use]
pub fn not_completed(prerequisite: &str) -> String {
    format!("it depends on the step `{prerequisite}`, which has not completed")
}

/// Outputs under the document's names.
#[must_use]
pub fn as_map(outputs: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(outputs) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

/// What a workflow has left behind that went on as another one: the outputs of that one count.
#[must_use]
pub fn merged(mut outputs: Map<String, Value>, later: Map<String, Value>) -> Map<String, Value> {
    outputs.extend(later);
    outputs
}

/// What comes of a workflow; `None` when its time is over first.
pub async fn in_time<T>(depth: Depth, mut walk: Pin<&mut impl Future<Output = T>>) -> Option<T> {
    let Some(CallTime { until, .. }) = depth.time else { return Some(walk.await) };
    let mut timer = pin!(tokio::time::sleep_until(until));
    poll_fn(|context| match walk.as_mut().poll(context) {
        Poll::Ready(ended) => Poll::Ready(Some(ended)),
        // The clock decides: of several workflows in each other the innermost has to end first, whosever timer is the first.
        Poll::Pending if timer.as_mut().poll(context).is_ready() || Instant::now() >= until => Poll::Ready(None),
        Poll::Pending => Poll::Pending,
    })
    .await
}

impl Execution<'_> {
    /// Notes that a step has completed which steps of other workflows wait for.
    pub fn complete(&mut self, number: u32, succeeded: bool) {
        self.completed.retain(|known| *known != number);
        if succeeded {
            self.completed.push(number);
        }
    }

    /// Whether a step of another workflow has completed.
    #[must_use]
    pub fn has_completed(&self, number: u32) -> bool {
        self.completed.contains(&number)
    }

    /// Begins to run a workflow as a step. With `keeps_response` its last response is kept. The inner `Err` says why it
    /// cannot begin: the step fails.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Limit`]
    pub fn begin_call<T>(
        &mut self,
        workflow: &'static Workflow,
        given: Given<T>,
        keeps_response: bool,
    ) -> Result<Given<T>, Error> {
        if self.goes_on_in(workflow) {
            // That attempt has been counted.
            self.steps = self.steps.saturating_sub(1);
        }
        self.attempt()?;
        let inputs = match given {
            Ok(inputs) => inputs,
            Err(reason) => return Ok(Err(cut(self.secrets.mask(&reason).into_owned()))),
        };
        self.descend(workflow, Entered::Step)?;
        self.keeps_response += u32::from(keeps_response);
        self.last_response = None;
        Ok(Ok(inputs))
    }

    /// Gives the workflow that a step has begun to run so many milliseconds, unless the time of the step's own workflow is over
    /// before.
    pub fn call_within(&mut self, milliseconds: u64) {
        let timeout = Duration::from_millis(milliseconds);
        let callers = self.callers.len();
        let until = Instant::now().checked_add(timeout);
        if let Some(until) = until.filter(|until| self.frame.time.is_none_or(|outer| *until < outer.until)) {
            self.frame.time = Some(CallTime { until, timeout, callers });
        }
    }

    /// Where the run stands, so that it can come back there.
    #[must_use]
    pub fn depth(&self) -> Depth {
        Depth { callers: self.callers.len(), keeps_response: self.keeps_response, time: self.frame.time }
    }

    /// How a workflow has ended: if its time was over, what was begun below it is given up.
    ///
    /// # Errors
    ///
    /// Those of the workflow, and [`ErrorKind::Transport`] when its time was over.
    pub fn ended_in_time<E>(&mut self, depth: Depth, ended: Option<Result<E, Error>>) -> Result<E, Error> {
        ended.unwrap_or_else(|| Err(self.cut_off(depth)))
    }

    /// Gives up what was begun below a workflow.
    fn cut_off(&mut self, depth: Depth) -> Error {
        const REASON: &str = "the step's `timeout` was over";
        let is_pending = |record: &&mut RequestRecord| record.status.is_none() && record.outcome == Outcome::Passed;
        if let Some(record) = self.report.latest_request().filter(is_pending) {
            record.time = self.started.elapsed().saturating_sub(record.at);
            self.watch.no_response(record, TransportErrorKind::Timeout, REASON.to_owned());
        }
        while self.callers.len() > depth.callers {
            self.watch.observe(&Event::WorkflowFinished {
                workflow: self.frame.workflow.id,
                error: Some(REASON),
                time: self.frame.started.elapsed(),
            });
            let frame = self.leave();
            self.forget_incomplete(frame.workflow);
            self.record_call(&frame, Outcome::WorkflowFailed { reason: REASON.to_owned() });
        }
        self.keeps_response = depth.keeps_response;
        self.over = depth.time.map(|time| time.callers);
        let caller = depth.time.and_then(|time| Some((time.timeout, self.callers.get(time.callers.checked_sub(1)?)?)));
        let message = match caller {
            Some((timeout, Frame { workflow, step: Some(step), .. })) => format!(
                "given up here: the step `{}` of the workflow `{}` has taken {timeout:?}, as long as its `timeout` allows",
                step.id, workflow.id
            ),
            _ => format!("given up here: {REASON}"),
        };
        Error::new(ErrorKind::Transport, message).at(self.frame.workflow.id, self.frame.step_id())
    }

    /// A dependency that has not completed may be run again.
    fn forget_incomplete(&mut self, workflow: &'static Workflow) {
        self.dependencies.retain(|(known, state)| *state == Dependency::Completed || !std::ptr::eq(*known, workflow));
    }

    /// What comes of a step whose workflow could not begin.
    pub fn not_begun(&mut self, workflow: &'static Workflow, reason: String, shape: &'static Shape) -> Exchange {
        let frame = Frame::new(workflow, self.report.mark());
        self.record_call(&frame, Outcome::NotSent { reason: reason.clone() });
        if workflow.is_read() {
            self.others.forget_outputs(workflow);
        }
        let called = workflow.id;
        let failure = Some(CallFailure::NotBegun(reason));
        Exchange::of_call(None, CallOutcome { called, outputs: Map::new(), failure }, shape)
    }

    /// What came of a step that called a workflow.
    pub fn end_of_call(&mut self, called: Called, keeps_response: bool, shape: &'static Shape) -> Exchange {
        self.keeps_response = self.keeps_response.saturating_sub(u32::from(keeps_response));
        let workflow = self.frame.workflow.id;
        let (outputs, failure) = self.ascend(called);
        let last = if self.keeps_response > 0 {
            // Someone farther out asks for it too.
            self.last_response.clone()
        } else {
            self.last_response.take()
        };
        let last = last.filter(|_| keeps_response);
        Exchange::of_call(last, CallOutcome { called: workflow, outputs, failure }, shape)
    }

    /// Goes on with a step that called a workflow. What the step has of that has been taken.
    ///
    /// # Errors
    ///
    /// What ends the whole run, or this workflow too.
    pub fn carries_on(&mut self, mut exchange: Exchange) -> Result<Exchange, Error> {
        match exchange.take_over() {
            Some(error) => Err(error.passed_on()),
            None => Ok(exchange),
        }
    }

    /// Begins to run a workflow before a step is tried again. `None` when its inputs do not fit: then that is taken down, and
    /// the step is tried again without it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Limit`]
    pub fn begin_help<T>(&mut self, workflow: &'static Workflow, given: Given<T>) -> Result<Option<T>, Error> {
        match given {
            Ok(inputs) => self.descend(workflow, Entered::Help).map(|()| Some(inputs)),
            Err(reason) => {
                let reason = cut(self.secrets.mask(&reason).into_owned());
                let frame = Frame::new(workflow, self.report.mark());
                self.record_call(&frame, Outcome::NotSent { reason });
                Ok(None)
            }
        }
    }

    /// The workflow has run that is to help a step: whatever came of it, the step is tried again.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Limit`], inside of the workflow.
    pub fn end_of_help(&mut self, called: Called) -> Result<(), Error> {
        match self.ascend(called) {
            (_, Some(CallFailure::Over(error))) => Err(error.passed_on()),
            _ => Ok(()),
        }
    }

    /// Goes on as another workflow, by an exit of this one; `None` when no checkpoint can say so.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Limit`], and [`ErrorKind::Input`]
    pub fn goto_workflow<T: Inputs>(
        &mut self,
        action: &'static str,
        workflow: &'static Workflow,
        given: Given<T>,
        exit: Option<usize>,
        steps: &mut dyn State,
    ) -> Result<T, Error> {
        self.act(Action::GotoWorkflow { name: action, workflow: workflow.id });
        let Some(exit) = exit else {
            let inputs = self.accepted(workflow, given)?;
            self.descend(workflow, Entered::Help)?;
            return Ok(inputs);
        };
        self.keep_goto(exit, steps);
        self.transfer(workflow, given)
    }

    /// Goes on as another workflow, as the run before has done.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Limit`], and [`ErrorKind::Input`]
    pub fn transfer<T: Inputs>(&mut self, workflow: &'static Workflow, given: Given<T>) -> Result<T, Error> {
        let inputs = self.accepted(workflow, given)?;
        self.descend(workflow, Entered::Goto)?;
        self.keep_given(&inputs);
        Ok(inputs)
    }

    /// Whether a workflow has still to be run that this one depends on.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Limit`] when it is being run: nothing could ever complete.
    pub fn depends_on(&self, workflow: &'static Workflow) -> Result<bool, Error> {
        let is_running = self.callers.iter().any(|frame| std::ptr::eq(frame.workflow, workflow));
        let known = self.dependencies.iter().find(|(known, _)| std::ptr::eq(*known, workflow));
        match known {
            Some((_, Dependency::Completed)) => Ok(false),
            None if !is_running => Ok(true),
            Some((_, Dependency::Running)) | None => Err(self.limit(format!(
                "it depends on the workflow `{}`, which has called it and is not complete",
                workflow.id
            ))),
        }
    }

    /// Begins to run a workflow that this one depends on.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Limit`], and [`ErrorKind::Input`]
    pub fn begin_dependency<T>(&mut self, workflow: &'static Workflow, given: Given<T>) -> Result<T, Error> {
        let inputs = self.accepted(workflow, given)?;
        self.dependencies.push((workflow, Dependency::Running));
        self.descend(workflow, Entered::Dependency)?;
        Ok(inputs)
    }

    /// The workflows that have run because others depend on them, and have completed.
    pub(crate) fn completed_dependencies(&self) -> impl Iterator<Item = &'static Workflow> {
        self.dependencies.iter().filter(|(_, state)| *state == Dependency::Completed).map(|(workflow, _)| *workflow)
    }

    /// Some had completed when a checkpoint was made.
    pub(crate) fn have_completed(&mut self, workflows: Vec<&'static Workflow>) {
        self.dependencies = workflows.into_iter().map(|workflow| (workflow, Dependency::Completed)).collect();
    }

    /// A workflow has run that this one depends on.
    ///
    /// # Errors
    ///
    /// When it has failed: then this one cannot run.
    pub fn end_of_dependency(&mut self, called: Called) -> Result<(), Error> {
        let workflow = self.frame.workflow;
        let (_, failure) = self.ascend(called);
        if failure.is_some() {
            // Whoever is tried again may run it again.
            self.forget_incomplete(workflow);
        }
        let Some(failure) = failure else {
            for (_, state) in self.dependencies.iter_mut().filter(|(known, _)| std::ptr::eq(*known, workflow)) {
                *state = Dependency::Completed;
            }
            return Ok(());
        };
        let message = format!("it depends on the workflow `{}`, which failed: {}", workflow.id, failure.reason());
        let error = match failure {
            CallFailure::Over(inner) => return Err(inner.passed_on()),
            CallFailure::Error(inner) => Error::new(inner.kind(), message).because(None, inner.status()).of_call(inner),
            CallFailure::NotBegun(_) | CallFailure::AfterFailure => Error::new(ErrorKind::Step, message),
        };
        Err(error.at(self.frame.workflow.id, None))
    }

    /// Leaves a workflow that another one has run.
    pub fn called<E>(&mut self, ended: Result<E, Error>, outputs: Map<String, Value>) -> Called {
        if self.frame.workflow.is_read() {
            self.others.keep_outputs(self.frame.workflow, self.callers.len(), &outputs);
        }
        Called { result: ended.map(|_| self.frame.after_failure), outputs }
    }

    /// Leaves a workflow that another one went on as.
    ///
    /// # Errors
    ///
    /// The error that ended it, or [`ErrorKind::Output`].
    pub fn transferred<O, E>(
        &mut self,
        ended: Result<E, Error>,
        typed: impl FnOnce(&Self) -> Result<O, OutputError>,
        reached: impl FnOnce(&Self) -> Map<String, Value>,
    ) -> Result<Run<O, E>, Error> {
        let result = self.typed(ended, typed);
        let Frame { workflow, after_failure, started, mark, .. } = self.frame;
        let reached = if workflow.is_read() || result.is_err() { reached(self) } else { Map::new() };
        if workflow.is_read() {
            self.others.keep_outputs(workflow, self.callers.len(), &reached);
        }
        self.watch.observe(&Event::WorkflowFinished {
            workflow: workflow.id,
            error: result.as_ref().err().map(Error::message),
            time: started.elapsed(),
        });
        let report = self.report.since(mark, workflow.id, started.elapsed());
        self.leave();
        // The end of this one is that of the other.
        self.frame.after_failure = after_failure;
        match result {
            Ok((end, outputs)) => Ok(Run::new(outputs, end, report, after_failure)),
            Err(error) => Err(error.with_outputs(reached)),
        }
    }

    /// The error of a step whose workflow failed.
    pub(crate) fn call_failed(&mut self, exchange: Exchange) -> Error {
        let criterion = exchange.unmet();
        let status = exchange.status();
        let problem = self.body_problem(&exchange);
        let again = self.why_again();
        let error = match exchange.into_called() {
            Some(CallOutcome { called, failure, .. }) => match (criterion, failure) {
                (_, Some(CallFailure::NotBegun(reason))) => {
                    Error::new(ErrorKind::Input, format!("the workflow `{called}` was not run: {reason}{again}"))
                }
                (criterion, Some(failure)) => {
                    let unmet = criterion.map(|text| format!(", and `{text}` is not met")).unwrap_or_default();
                    let message = format!("the workflow `{called}` failed{unmet}: {}{again}", failure.reason());
                    match failure {
                        CallFailure::Error(inner) | CallFailure::Over(inner) => {
                            let status = inner.status().or(status);
                            Error::new(inner.kind(), message).because(criterion, status).of_call(inner)
                        }
                        _ => Error::new(ErrorKind::Step, message).because(criterion, status),
                    }
                }
                (Some(text), None) => {
                    Error::new(ErrorKind::Step, format!("the workflow `{called}` has ended, and `{text}` is not met"))
                        .because(criterion, status)
                }
                (None, None) => {
                    let problem = problem.map(|problem| format!("; {problem}")).unwrap_or_default();
                    Error::new(ErrorKind::Step, format!("the workflow `{called}` has ended{problem}"))
                        .because(None, status)
                }
            },
            None => Error::new(ErrorKind::Step, "the step failed"),
        };
        error.at(self.frame.workflow.id, self.frame.step_id())
    }

    /// Enters another workflow.
    fn descend(&mut self, workflow: &'static Workflow, entered: Entered) -> Result<(), Error> {
        let depth = self.client.limits().depth;
        if self.callers.len() as u64 + 1 >= u64::from(depth) {
            return Err(self.limit(format!(
                "running the workflow `{}` would be more than {depth} workflows deep, which is what `Limits::depth` allows",
                workflow.id
            )));
        }
        self.watch.observe(&Event::WorkflowStarted { workflow: workflow.id, caller: self.frame.workflow.id });
        let frame = Frame { entered, time: self.frame.time, ..Frame::new(workflow, self.report.mark()) };
        self.callers.push(std::mem::replace(&mut self.frame, frame));
        Ok(())
    }

    /// Goes back to the workflow that has run this one.
    fn leave(&mut self) -> Frame {
        let depth = self.callers.len();
        self.forget_pending(depth);
        self.others.leave(&self.frame, depth, self.callers.last().and_then(|caller| caller.step));
        match self.callers.pop() {
            Some(caller) => std::mem::replace(&mut self.frame, caller),
            None => Frame::new(self.frame.workflow, self.report.mark()),
        }
    }

    /// Leaves a workflow and takes down what came of it.
    fn ascend(&mut self, called: Called) -> (Map<String, Value>, Option<CallFailure>) {
        let Called { result, mut outputs } = called;
        let depth = self.callers.len();
        let failure = match result {
            Err(error) => {
                let error = error.with_outputs(outputs);
                outputs = error.outputs().clone();
                let is_over = error.kind().ends_run() || self.over.is_some_and(|callers| callers < depth);
                Some(if is_over { CallFailure::Over(error) } else { CallFailure::Error(error) })
            }
            Ok(true) => Some(CallFailure::AfterFailure),
            Ok(false) => None,
        };
        // The step whose time it was is this one.
        self.over = self.over.filter(|callers| *callers < depth);
        let reason = failure.as_ref().map(|failure| self.secrets.mask(&failure.reason()).into_owned());
        self.watch.observe(&Event::WorkflowFinished {
            workflow: self.frame.workflow.id,
            error: reason.as_deref(),
            time: self.frame.started.elapsed(),
        });
        let outcome = reason.map_or(Outcome::Passed, |reason| Outcome::WorkflowFailed { reason });
        let frame = self.leave();
        self.record_call(&frame, outcome);
        (outputs, failure)
    }

    fn record_call(&mut self, frame: &Frame, outcome: Outcome) {
        self.report.push_call(CallRecord {
            workflow: self.frame.workflow.id,
            step: self.frame.step_id(),
            attempt: self.frame.attempt,
            called: frame.workflow.id,
            at: frame.started.duration_since(self.started),
            time: frame.started.elapsed(),
            outcome,
            action: None,
            note: None,
            order: 0,
        });
    }

    /// The inputs, unless they do not fit, which ends a run whose document cannot say what to do then.
    fn accepted<T>(&self, workflow: &'static Workflow, given: Given<T>) -> Result<T, Error> {
        given.map_err(|reason| {
            let reason = self.secrets.mask(&reason).into_owned();
            let message = format!("the inputs for the workflow `{}` do not fit: {reason}", workflow.id);
            Error::new(ErrorKind::Input, message).at(self.frame.workflow.id, self.frame.step_id())
        })
    }
}
