//! Reports as JSON.

use super::timestamp::Timestamp;
use super::{Action, Bounded, CallRecord, Outcome, Report, RequestRecord};
use serde::ser::{SerializeMap as _, SerializeStruct as _};
use serde::{Serialize, Serializer};
use serde_json::Value;
use std::time::Duration;

/// The version of the form. A member more does not change it; another meaning, or a member less, does.
const VERSION: u32 = 1;

impl Report {
    /// The report as JSON, for programs; `Serialize` gives the same. All times are milliseconds, as numbers with a fraction.
    ///
    /// | member | what it is |
    /// |---|---|
    /// | `version` | 1: the version of this form, to which members may be added |
    /// | `workflow` | the `workflowId` |
    /// | `started` | when the run began, as RFC 3339 has it, in UTC; null when none had begun |
    /// | `time_ms` | how long it took |
    /// | `requests` | the first 100 and the last 1,000 requests |
    /// | `requests_total`, `requests_omitted` | how many there were, and how many are left out behind the first 100 |
    /// | `calls`, `calls_total`, `calls_omitted` | the same of the calls of other workflows |
    ///
    /// | member of a request | what it is |
    /// |---|---|
    /// | `order` | its number among all requests and calls, from 0 |
    /// | `workflow`, `step`, `attempt` | whose request it was |
    /// | `method`, `url`, `status` | secrets are masked; the status is null without a response |
    /// | `at_ms`, `time_ms` | when it began, from the start of the run, and how long it took |
    /// | `outcome` | `kind`: `passed`, `failed` (`criterion`), `unreadable`, `not_sent`, `no_response`, `workflow_failed` (`reason`), `redirected` (`to`) |
    /// | `action` | null, or `kind`: `next`, `none_matched`, `end`, `goto`, `goto_workflow`, `retry`, `resend`, `resume`, `break`; `name` and `to` of the action, and `after_ms` of a pause |
    /// | `note` | null, or what there is to say beside |
    ///
    /// A call has `called` in place of `method`, `url` and `status`; its `step` may be null.
    ///
    /// ```
    /// fn keep(report: &arazzo_runtime::Report) -> std::io::Result<()> {
    ///     std::fs::write("report.json", report.to_json().to_string())
    /// }
    /// ```
    #[must_use]
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut report = serializer.serialize_struct("Report", 10)?;
        report.serialize_field("version", &VERSION)?;
        report.serialize_field("workflow", self.workflow)?;
        report.serialize_field("started", &self.started.map(|started| Timestamp(started).to_string()))?;
        report.serialize_field("time_ms", &milliseconds(self.time))?;
        report.serialize_field("requests", &List(&self.requests))?;
        report.serialize_field("requests_total", &self.requests.total())?;
        report.serialize_field("requests_omitted", &self.requests.omitted)?;
        report.serialize_field("calls", &List(&self.calls))?;
        report.serialize_field("calls_total", &self.calls.total())?;
        report.serialize_field("calls_omitted", &self.calls.omitted)?;
        report.end()
    }
}

struct List<'r, T>(&'r Bounded<T>);

impl<T: Serialize> Serialize for List<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter())
    }
}

impl Serialize for RequestRecord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut record = serializer.serialize_struct("RequestRecord", 12)?;
        record.serialize_field("order", &self.order)?;
        record.serialize_field("workflow", self.workflow)?;
        record.serialize_field("step", self.step)?;
        record.serialize_field("attempt", &self.attempt)?;
        record.serialize_field("method", self.method)?;
        record.serialize_field("url", &self.url)?;
        record.serialize_field("status", &self.status)?;
        record.serialize_field("at_ms", &milliseconds(self.at))?;
        record.serialize_field("time_ms", &milliseconds(self.time))?;
        record.serialize_field("outcome", &self.outcome)?;
        record.serialize_field("action", &self.action)?;
        record.serialize_field("note", &self.note)?;
        record.end()
    }
}

impl Serialize for CallRecord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut record = serializer.serialize_struct("CallRecord", 10)?;
        record.serialize_field("order", &self.order)?;
        record.serialize_field("workflow", self.workflow)?;
        record.serialize_field("step", &self.step)?;
        record.serialize_field("attempt", &self.attempt)?;
        record.serialize_field("called", self.called)?;
        record.serialize_field("at_ms", &milliseconds(self.at))?;
        record.serialize_field("time_ms", &milliseconds(self.time))?;
        record.serialize_field("outcome", &self.outcome)?;
        record.serialize_field("action", &self.action)?;
        record.serialize_field("note", &self.note)?;
        record.end()
    }
}

impl Serialize for Outcome {
    /// As the JSON form of a report has it.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (kind, member) = match self {
            Self::Passed => ("passed", None),
            Self::Failed { criterion } => ("failed", Some(("criterion", *criterion))),
            Self::Unreadable { reason } => ("unreadable", Some(("reason", Some(reason.as_str())))),
            Self::NotSent { reason } => ("not_sent", Some(("reason", Some(reason.as_str())))),
            Self::NoResponse { reason } => ("no_response", Some(("reason", Some(reason.as_str())))),
            Self::Redirected { to } => ("redirected", Some(("to", Some(to.as_str())))),
            Self::WorkflowFailed { reason } => ("workflow_failed", Some(("reason", Some(reason.as_str())))),
        };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("kind", kind)?;
        if let Some((name, value)) = member {
            map.serialize_entry(name, &value)?;
        }
        map.end()
    }
}

impl Serialize for Action {
    /// As the JSON form of a report has it.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (kind, name, to) = self.parts();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("kind", kind)?;
        if let Some(name) = name {
            map.serialize_entry("name", name)?;
        }
        if let Some(to) = to {
            map.serialize_entry("to", to)?;
        }
        if let Self::Retry { after, .. } | Self::Resend { after } = self {
            map.serialize_entry("after_ms", &milliseconds(*after))?;
        }
        map.end()
    }
}

/// Milliseconds, to the microsecond.
pub(super) fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1_000_000.0).round() / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::record;
    use serde_json::json;
    use std::time::SystemTime;

    #[test]
    fn members_have_the_documented_names() {
        let mut report = Report::new("w");
        report.started = Some(SystemTime::UNIX_EPOCH + Duration::from_millis(1_500));
        report.push(record(1));
        let mut failed = record(2);
        failed.status = None;
        failed.outcome = Outcome::NoResponse { reason: "gone".to_owned() };
        failed.action = Some(Action::Retry { name: "again", after: Duration::from_secs(2) });
        report.push(failed);
        report.push_call(CallRecord {
            workflow: "w",
            step: None,
            attempt: 0,
            called: "other",
            at: Duration::from_millis(4),
            time: Duration::from_micros(1_234),
            outcome: Outcome::Failed { criterion: None },
            action: Some(Action::Goto { name: "on", step: "poll" }),
            note: Some("n".to_owned()),
            order: 0,
        });
        report.close(Duration::from_millis(7));
        let expected = json!({
            "version": 1,
            "workflow": "w",
            "started": "1970-01-01T00:00:01.500Z",
            "time_ms": 7.0,
            "requests": [
                {
                    "order": 0, "workflow": "w", "step": "poll", "attempt": 1, "method": "GET", "url": "http://h/x",
                    "status": 200, "at_ms": 0.0, "time_ms": 2.0, "outcome": { "kind": "passed" },
                    "action": { "kind": "none_matched" }, "note": null
                },
                {
                    "order": 1, "workflow": "w", "step": "poll", "attempt": 2, "method": "GET", "url": "http://h/x",
                    "status": null, "at_ms": 0.0, "time_ms": 2.0,
                    "outcome": { "kind": "no_response", "reason": "gone" },
                    "action": { "kind": "retry", "name": "again", "after_ms": 2000.0 }, "note": null
                }
            ],
            "requests_total": 2,
            "requests_omitted": 0,
            "calls": [{
                "order": 2, "workflow": "w", "step": null, "attempt": 0, "called": "other", "at_ms": 4.0, "time_ms": 1.234,
                "outcome": { "kind": "failed", "criterion": null },
                "action": { "kind": "goto", "name": "on", "to": "poll" }, "note": "n"
            }],
            "calls_total": 1,
            "calls_omitted": 0
        });
        assert_eq!(report.to_json(), expected);
    }

    #[test]
    fn what_is_left_out_is_counted() {
        let mut report = Report::new("w");
        (1..=1_500).for_each(|attempt| report.push(record(attempt)));
        let json = report.to_json();
        assert_eq!((&json["requests_total"], &json["requests_omitted"]), (&json!(1_500), &json!(400)));
        let orders: Vec<_> = json["requests"].as_array().unwrap().iter().map(|request| &request["order"]).collect();
        assert_eq!((orders.len(), orders[99], orders[100]), (1_100, &json!(99), &json!(500)));
    }
}
