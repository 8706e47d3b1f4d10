//! What happened during a run.

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

/// How many requests a report keeps from the beginning of a run.
const FIRST: usize = 100;
/// How many it keeps from its end.
const LAST: usize = 1_000;

/// What happened during a run: every request with its outcome, free of secrets. A long run keeps its first 100 and its
/// last 1,000 requests and counts the rest, so that memory stays bounded.
///
/// `Display` writes one line for each request.
#[derive(Clone, Default)]
pub struct Report {
    workflow: &'static str,
    first: Vec<RequestRecord>,
    last: VecDeque<RequestRecord>,
    omitted: u64,
    time: Duration,
}

/// A request of a run.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RequestRecord {
    /// The `stepId`.
    pub step: &'static str,
    /// Which attempt of the step it was since the step was entered, from 1.
    pub attempt: u32,
    /// The method.
    pub method: &'static str,
    /// The URL; secrets in it are masked.
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
    /// Why criteria could not be evaluated, and so were not met; `None` when all of them could.
    pub note: Option<String>,
}

/// How an attempt of a step went.
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
}

/// What a run does after a step.
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
    /// A `retry` action.
    Retry {
        /// Its name.
        name: &'static str,
        /// The pause before the next attempt.
        after: Duration,
    },
    /// The step failed and no failure action matched: the run is over.
    Break,
}

impl Report {
    pub(crate) fn new(workflow: &'static str) -> Self {
        Self { workflow, ..Self::default() }
    }

    pub(crate) fn push(&mut self, record: RequestRecord) {
        if self.first.len() < FIRST {
            self.first.push(record);
            return;
        }
        if self.last.len() == LAST {
            self.last.pop_front();
            self.omitted += 1;
        }
        self.last.push_back(record);
    }

    pub(crate) fn latest(&mut self) -> Option<&mut RequestRecord> {
        self.last.back_mut().or(self.first.last_mut())
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
        self.first.iter().chain(&self.last)
    }

    /// How many requests between the first and the last ones were left out of [`Report::requests`].
    #[must_use]
    pub fn omitted(&self) -> u64 {
        self.omitted
    }

    /// How many requests the run made.
    #[must_use]
    pub fn total(&self) -> u64 {
        (self.first.len() + self.last.len()) as u64 + self.omitted
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
            .field("omitted", &self.omitted)
            .field("time", &self.time)
            .finish()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total = self.total();
        let noun = if total == 1 { "request" } else { "requests" };
        writeln!(f, "workflow {}: {total} {noun} in {:.1?}", self.workflow, self.time)?;
        for record in &self.first {
            writeln!(f, "  {record}")?;
        }
        if self.omitted > 0 {
            writeln!(f, "  … {} more …", self.omitted)?;
        }
        for record in &self.last {
            writeln!(f, "  {record}")?;
        }
        Ok(())
    }
}

impl fmt::Display for RequestRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.step, self.method, self.url)?;
        if self.attempt > 1 {
            write!(f, " (attempt {})", self.attempt)?;
        }
        if let Some(status) = self.status {
            write!(f, " -> {status} in {:.1?}", self.time)?;
        }
        match &self.outcome {
            Outcome::Passed => {}
            Outcome::Failed { criterion: Some(criterion) } => write!(f, ", `{criterion}` is not met")?,
            Outcome::Failed { criterion: None } => write!(f, ", which is not 2xx")?,
            Outcome::Unreadable { reason } => write!(f, ", {reason}")?,
            Outcome::NotSent { reason } => write!(f, " was not sent: {reason}")?,
            Outcome::NoResponse { reason } => write!(f, " got no response: {reason}")?,
        }
        match &self.action {
            None | Some(Action::Next) => {}
            Some(Action::NoneMatched) => f.write_str("; no action matched, next step")?,
            Some(Action::End(name)) => write!(f, "; end `{name}`")?,
            Some(Action::Goto { name, step }) => write!(f, "; `{name}` goes to {step}")?,
            Some(Action::Retry { name, after }) => write!(f, "; `{name}` tries again after {after:.1?}")?,
            Some(Action::Break) => f.write_str("; no failure action matched")?,
        }
        self.note.iter().try_for_each(|note| write!(f, "; {note}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(attempt: u32) -> RequestRecord {
        RequestRecord {
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
}
