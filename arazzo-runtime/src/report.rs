//! What happened during a run.

mod har;
mod json;
mod timestamp;

use crate::error::cut_to;
use std::collections::VecDeque;
use std::fmt;
use std::time::{Duration, SystemTime};

/// How many requests a report keeps from the beginning of a run.
const FIRST: usize = 100;
/// How many it keeps from its end.
const LAST: usize = 1_000;
/// How many bytes of a URL, or of a reason, a line of it shows.
const WIDTH: usize = 500;

/// What happened during a run: every request with its outcome, free of secrets, and every call of another workflow. In URLs the
/// values of query parameters that sign them or give access are masked by name (`X-Amz-Signature`, `sig`, `access_token` and
/// the like). A long run keeps the first 100 and the last 1,000 of both and counts the rest, and of a URL or a reason of more than
/// 4 KiB the beginning and the end, so that memory stays bounded.
/// Requests that the client makes for itself, for tokens, are not in it: a token belongs to all runs of a client.
///
/// `Display` writes one line for each request and each call, without the middle of a URL or a reason that is too long to be
/// read; [`Report::to_json`] is for programs, [`Report::to_har`] for tools that show HTTP, and both have all that is
/// kept.
///
/// ```
/// # fn example(report: &arazzo_runtime::Report) {
/// println!("{} requests in {:.1?}", report.total(), report.time());
/// if let Some(slowest) = report.requests().max_by_key(|request| request.time) {
///     println!("the slowest one: {slowest}");
/// }
/// # }
/// ```
#[derive(Clone, Default, PartialEq)]
pub struct Report {
    workflow: &'static str,
    started: Option<SystemTime>,
    requests: Bounded<RequestRecord>,
    calls: Bounded<CallRecord>,
    time: Duration,
    /// How many records there have been.
    records: u64,
    latest: Kind,
}

/// Which list the latest record is in.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
enum Kind {
    #[default]
    Request,
    Call,
}

/// A place in a report: what was recorded before.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Mark {
    records: u64,
    requests: u64,
    calls: u64,
}

/// What can still be said of the latest record.
pub(crate) struct Latest<'r> {
    pub(crate) outcome: &'r mut Outcome,
    pub(crate) action: &'r mut Option<Action>,
    pub(crate) note: &'r mut Option<String>,
}

/// The first and the last entries of a list that may grow without end.
#[derive(Debug, Clone, PartialEq)]
struct Bounded<T> {
    first: Vec<T>,
    last: VecDeque<T>,
    omitted: u64,
}

impl<T> Default for Bounded<T> {
    fn default() -> Self {
        Self { first: Vec::new(), last: VecDeque::new(), omitted: 0 }
    }
}

impl<T> Bounded<T> {
    fn push(&mut self, entry: T) {
        if self.first.len() < FIRST {
            self.first.push(entry);
            return;
        }
        if self.last.len() == LAST {
            self.last.pop_front();
            self.omitted += 1;
        }
        self.last.push_back(entry);
    }

    fn latest(&mut self) -> Option<&mut T> {
        self.last.back_mut().or(self.first.last_mut())
    }

    fn iter(&self) -> impl Iterator<Item = &T> {
        self.first.iter().chain(&self.last)
    }

    fn total(&self) -> u64 {
        (self.first.len() + self.last.len()) as u64 + self.omitted
    }
}

/// A request of a run.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RequestRecord {
    /// The `workflowId` of the workflow that has the step: that of the run, or of one that it ran.
    pub workflow: &'static str,
    /// The `stepId`.
    pub step: &'static str,
    /// Which attempt of the step it was since the step was entered, from 1. A request that follows a redirect belongs to the
    /// attempt that was redirected.
    pub attempt: u32,
    /// The method.
    pub method: &'static str,
    /// The URL; secrets in it are masked, and of more than 4 KiB the middle is left out (` … `).
    pub url: String,
    /// The status of the response; `None` without one.
    pub status: Option<u16>,
    /// When the request began, counted from the start of the run.
    pub at: Duration,
    /// How long it took.
    pub time: Duration,
    /// Whether the step succeeded by it.
    pub outcome: Outcome,
    /// What the run did next; `None` when it ended in an error before it could decide.
    pub action: Option<Action>,
    /// What else there is to say: why criteria could not be evaluated, and so were not met; why a redirect was not followed; that
    /// a token was refused, and what came of that; which credential the operation asks for that the client does not have, or
    /// with which ones of the client a request was refused; which outputs that the run keeps a success lacks. `None` when
    /// there is nothing.
    pub note: Option<String>,
    pub(crate) order: u64,
}

/// A workflow that was run by another one, and has ended.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CallRecord {
    /// The `workflowId` of the one that ran it.
    pub workflow: &'static str,
    /// The `stepId` of the step that ran it, or whose `retry` did; `None` when it was run because the workflow depends on
    /// it.
    pub step: Option<&'static str>,
    /// Which attempt of the step it was since the step was entered, from 1; 0 when it was no step.
    pub attempt: u32,
    /// The `workflowId` of the one that was run.
    pub called: &'static str,
    /// When it began, counted from the start of the run.
    pub at: Duration,
    /// How long it took.
    pub time: Duration,
    /// How it went; of a step whether the step succeeded by it.
    pub outcome: Outcome,
    /// What the run did next; `None` when it was no step, or when the run ended in an error before it could decide.
    pub action: Option<Action>,
    /// Why the criteria of the actions could not be evaluated, when none of them matched.
    pub note: Option<String>,
    pub(crate) order: u64,
}

/// How an attempt of a step went: whether its `successCriteria` were met
/// ([Step Object](https://spec.openapis.org/arazzo/latest.html#step-object)).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// All success criteria were met.
    Passed,
    /// A response came, and this success criterion was not met.
    Failed {
        /// The condition as written; `None` when the step has no criteria and the status was not 2xx.
        criterion: Option<&'static str>,
    },
    /// All success criteria were met, but what the workflow reads of the response body cannot be read.
    Unreadable {
        /// Why.
        reason: String,
    },
    /// The request was not sent.
    NotSent {
        /// Why.
        reason: String,
    },
    /// No complete response came.
    NoResponse {
        /// Why.
        reason: String,
    },
    /// The server has sent the request elsewhere, and the client has gone there: the next record is of that request.
    Redirected {
        /// Where to; secrets in it are masked.
        to: String,
    },
    /// The workflow that was called failed, or ended after a failure.
    WorkflowFailed {
        /// Why.
        reason: String,
    },
}

/// What a run does after a step: an action of the document ([Success Action Object](https://spec.openapis.org/arazzo/latest.html#success-action-object),
/// [Failure Action Object](https://spec.openapis.org/arazzo/latest.html#failure-action-object)), or what follows without one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// The step declares no action for this: the next step follows.
    Next,
    /// None of the declared actions matched: the next step follows.
    NoneMatched,
    /// The `end` action of this name.
    End(&'static str),
    /// A `goto` action.
    Goto {
        /// Its name.
        name: &'static str,
        /// The `stepId` it leads to.
        step: &'static str,
    },
    /// A `goto` action to another workflow.
    GotoWorkflow {
        /// Its name.
        name: &'static str,
        /// The `workflowId` it leads to.
        workflow: &'static str,
    },
    /// A `retry` action.
    Retry {
        /// Its name.
        name: &'static str,
        /// The pause before the next attempt.
        after: Duration,
    },
    /// The client sends the request again by itself: see [`Resend`](crate::Resend).
    Resend {
        /// The pause before.
        after: Duration,
    },
    /// The step failed and no failure action matched: the run is over.
    Break,
    /// The step was run again because a checkpoint does not hold the secrets that it makes: the run goes on where that has
    /// it.
    Resume,
}

impl Action {
    /// Its kind, its name, and the step or workflow that it leads to, as programs read them.
    pub(crate) fn parts(&self) -> (&'static str, Option<&'static str>, Option<&'static str>) {
        match *self {
            Self::Next => ("next", None, None),
            Self::NoneMatched => ("none_matched", None, None),
            Self::End(name) => ("end", Some(name), None),
            Self::Goto { name, step } => ("goto", Some(name), Some(step)),
            Self::GotoWorkflow { name, workflow } => ("goto_workflow", Some(name), Some(workflow)),
            Self::Retry { name, .. } => ("retry", Some(name), None),
            Self::Resend { .. } => ("resend", None, None),
            Self::Resume => ("resume", None, None),
            Self::Break => ("break", None, None),
        }
    }
}

impl Report {
    pub(crate) fn new(workflow: &'static str) -> Self {
        Self { workflow, started: Some(SystemTime::now()), ..Self::default() }
    }

    pub(crate) fn push(&mut self, mut record: RequestRecord) {
        record.order = self.records;
        self.records += 1;
        self.latest = Kind::Request;
        self.requests.push(record);
    }

    pub(crate) fn push_call(&mut self, mut record: CallRecord) {
        record.order = self.records;
        self.records += 1;
        self.latest = Kind::Call;
        self.calls.push(record);
    }

    pub(crate) fn latest_request(&mut self) -> Option<&mut RequestRecord> {
        self.requests.latest()
    }

    pub(crate) fn latest(&mut self) -> Option<Latest<'_>> {
        match self.latest {
            Kind::Request => self.requests.latest().map(|RequestRecord { outcome, action, note, .. }| Latest {
                outcome,
                action,
                note,
            }),
            Kind::Call => {
                self.calls.latest().map(|CallRecord { outcome, action, note, .. }| Latest { outcome, action, note })
            }
        }
    }

    /// This place in the report.
    pub(crate) fn mark(&self) -> Mark {
        Mark { records: self.records, requests: self.requests.total(), calls: self.calls.total() }
    }

    /// The part of the report behind a place, as that of another workflow.
    pub(crate) fn since(&self, mark: Mark, workflow: &'static str, time: Duration) -> Self {
        let mut part = Self { workflow, started: self.started, time, ..Self::default() };
        for record in self.requests.iter().filter(|record| record.order >= mark.records) {
            part.requests.push(record.clone());
        }
        for record in self.calls.iter().filter(|record| record.order >= mark.records) {
            part.calls.push(record.clone());
        }
        part.requests.omitted =
            (self.requests.total() - mark.requests).saturating_sub(part.requests.iter().count() as u64);
        part.calls.omitted = (self.calls.total() - mark.calls).saturating_sub(part.calls.iter().count() as u64);
        part
    }

    pub(crate) fn close(&mut self, time: Duration) {
        self.time = time;
    }

    /// The `workflowId`.
    #[must_use]
    pub fn workflow(&self) -> &str {
        self.workflow
    }

    /// The requests in the order in which they were made: the first 100 and the last 1,000.
    pub fn requests(&self) -> impl Iterator<Item = &RequestRecord> {
        self.requests.iter()
    }

    /// The calls of other workflows in the order in which they ended: the first 100 and the last 1,000.
    pub fn calls(&self) -> impl Iterator<Item = &CallRecord> {
        self.calls.iter()
    }

    /// How many requests between the first and the last ones were left out of [`Report::requests`].
    #[must_use]
    pub fn omitted(&self) -> u64 {
        self.requests.omitted
    }

    /// How many requests the run made.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.requests.total()
    }

    /// When the run began; `None` when none had begun. A part of a run has the beginning of the whole, from which
    /// [`RequestRecord::at`] counts.
    #[must_use]
    pub fn started(&self) -> Option<SystemTime> {
        self.started
    }

    /// How long the run took, pauses included.
    #[must_use]
    pub fn time(&self) -> Duration {
        self.time
    }
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Report")
            .field("workflow", &self.workflow)
            .field("requests", &self.requests().collect::<Vec<_>>())
            .field("omitted", &self.omitted())
            .field("calls", &self.calls().collect::<Vec<_>>())
            .field("time", &self.time)
            .finish()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total = self.total();
        let noun = if total == 1 { "request" } else { "requests" };
        write!(f, "workflow {}: {total} {noun} in {:.1?}", self.workflow, self.time)?;
        let mut calls = self.calls.iter().peekable();
        for (place, record) in self.requests.iter().enumerate() {
            if place == self.requests.first.len() && self.omitted() > 0 {
                write!(f, "\n  … {} more …", self.omitted())?;
            }
            while let Some(call) = calls.next_if(|call| call.order < record.order) {
                write!(f, "\n  {call}")?;
            }
            if record.workflow == self.workflow {
                write!(f, "\n  {record}")?;
            } else {
                write!(f, "\n  {} / {record}", record.workflow)?;
            }
        }
        calls.try_for_each(|call| write!(f, "\n  {call}"))
    }
}

impl fmt::Display for RequestRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.step, self.method, cut_to(&self.url, WIDTH))?;
        if self.attempt > 1 {
            write!(f, " (attempt {})", self.attempt)?;
        }
        if let Some(status) = self.status {
            write!(f, " -> {status} in {:.1?}", self.time)?;
        }
        write!(f, "{}{}", self.outcome, Next { action: self.action.as_ref(), note: self.note.as_deref() })
    }
}

impl fmt::Display for CallRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { workflow, called, .. } = self;
        match (self.step, &self.outcome) {
            (Some(step), Outcome::NotSent { .. }) => {
                write!(f, "{workflow} / {step} did not run the workflow {called}")?
            }
            (Some(step), _) => write!(f, "{workflow} / {step} ran the workflow {called} in {:.1?}", self.time)?,
            (None, _) => write!(f, "{workflow} depends on the workflow {called}, run in {:.1?}", self.time)?,
        }
        if self.attempt > 1 {
            write!(f, " (attempt {})", self.attempt)?;
        }
        match &self.outcome {
            Outcome::NotSent { reason } => write!(f, ": {}", cut_to(reason, WIDTH))?,
            outcome => write!(f, "{outcome}")?,
        }
        write!(f, "{}", Next { action: self.action.as_ref(), note: self.note.as_deref() })
    }
}

impl fmt::Display for Outcome {
    /// What follows the status in a line of a report; nothing for a step that passed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passed => Ok(()),
            Self::Failed { criterion: Some(criterion) } => write!(f, ", `{criterion}` is not met"),
            Self::Failed { criterion: None } => f.write_str(", which is not 2xx"),
            Self::Unreadable { reason } => write!(f, ", {}", cut_to(reason, WIDTH)),
            Self::NotSent { reason } => write!(f, " was not sent: {}", cut_to(reason, WIDTH)),
            Self::NoResponse { reason } => write!(f, " got no response: {}", cut_to(reason, WIDTH)),
            Self::Redirected { to } => write!(f, ", redirected to {}", cut_to(to, WIDTH)),
            Self::WorkflowFailed { reason } => write!(f, ", which failed: {}", cut_to(reason, WIDTH)),
        }
    }
}

/// The end of a line.
struct Next<'r> {
    action: Option<&'r Action>,
    note: Option<&'r str>,
}

impl fmt::Display for Next<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.action {
            None | Some(Action::Next) => {}
            Some(Action::NoneMatched) => f.write_str("; no action matched, next step")?,
            Some(Action::End(name)) => write!(f, "; end `{name}`")?,
            Some(Action::Goto { name, step }) => write!(f, "; `{name}` goes to {step}")?,
            Some(Action::GotoWorkflow { name, workflow }) => write!(f, "; `{name}` goes to the workflow {workflow}")?,
            Some(Action::Retry { name, after }) => write!(f, "; `{name}` tries again after {after:.1?}")?,
            Some(Action::Resend { after }) => write!(f, "; sent again after {after:.1?}")?,
            Some(Action::Break) => f.write_str("; no failure action matched")?,
            Some(Action::Resume) => f.write_str("; run again for what the checkpoint does not hold")?,
        }
        self.note.iter().try_for_each(|note| write!(f, "; {note}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn record(attempt: u32) -> RequestRecord {
        RequestRecord {
            workflow: "w",
            step: "poll",
            attempt,
            method: "GET",
            url: "http://h/x".to_owned(),
            status: Some(200),
            at: Duration::ZERO,
            time: Duration::from_millis(2),
            outcome: Outcome::Passed,
            action: Some(Action::NoneMatched),
            note: None,
            order: 0,
        }
    }

    #[test]
    fn keeps_the_first_and_the_last_requests_and_counts_the_rest() {
        let mut report = Report::new("w");
        for attempt in 1..=1_500 {
            report.push(record(attempt));
        }
        let kept: Vec<_> = report.requests().map(|request| request.attempt).collect();
        assert_eq!(kept.len(), FIRST + LAST);
        assert_eq!((kept[0], kept[99], kept[100], kept[1_099]), (1, 100, 501, 1_500));
        assert_eq!((report.omitted(), report.total()), (400, 1_500));
    }

    #[test]
    fn a_line_says_what_happened() {
        let line = record(2).to_string();
        assert_eq!(line, "poll GET http://h/x (attempt 2) -> 200 in 2.0ms; no action matched, next step");
        let mut failed = record(1);
        failed.outcome = Outcome::Failed { criterion: Some("$statusCode == 201") };
        failed.action = Some(Action::Break);
        let line = failed.to_string();
        assert!(line.ends_with("`$statusCode == 201` is not met; no failure action matched"), "{line}");
    }

    #[test]
    fn the_last_line_has_no_end() {
        let mut report = Report::new("w");
        assert_eq!(report.to_string(), "workflow w: 0 requests in 0.0ns");
        report.push(record(1));
        let expected =
            "workflow w: 1 request in 0.0ns\n  poll GET http://h/x -> 200 in 2.0ms; no action matched, next step";
        assert_eq!(report.to_string(), expected);
    }

    #[test]
    fn a_line_is_short_enough_to_be_read() {
        let long = format!("http://h/{}/end", "ä".repeat(1 << 20));
        let mut moved = record(1);
        moved.url = long.clone();
        moved.outcome = Outcome::Redirected { to: long.clone() };
        let mut report = Report::new("w");
        report.push(moved);
        let text = report.to_string();
        assert!(text.len() < 1_200, "{}", text.len());
        assert!(text.contains("poll GET http://h/ää") && text.contains(" … ää"), "{text}");
        assert!(text.contains("ää/end -> 200") && text.contains("redirected to http://h/ää"), "{text}");
        let record = report.requests().next().unwrap();
        assert_eq!(record.url, long);
        assert!(report.to_json().to_string().contains(&long) && report.to_har().to_string().contains(&long));
    }
}
