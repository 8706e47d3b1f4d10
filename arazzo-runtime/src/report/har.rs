//! Reports as HTTP archives.

use super::json::milliseconds;
use super::timestamp::Timestamp;
use super::{FIRST, Outcome, Report, RequestRecord};
use http::StatusCode;
use serde_json::{Value, json};
use std::time::SystemTime;
use url::Url;

/// What the archive says of a size that is not known.
const UNKNOWN_SIZE: i32 = -1;

impl Report {
    /// The requests as an HTTP archive (HAR 1.2), which browsers and many tools open. Secrets are masked.
    ///
    /// A report keeps neither headers nor bodies: their lists are empty, their sizes -1, and the version of HTTP is
    /// `unknown`. The whole time of a request is its `wait`. One that got no response has the status 0 and says why in
    /// its `comment`; one that was not sent is not in the archive. Each entry has its step in its `comment`, and `_arazzo`
    /// has what the [JSON form](Report::to_json) of the request has. Requests left out behind the first 100 are counted in the
    /// `comment` of the log.
    ///
    /// ```
    /// fn keep(report: &arazzo_runtime::Report) -> std::io::Result<()> {
    ///     std::fs::write("run.har", report.to_har().to_string())
    /// }
    /// ```
    #[must_use]
    pub fn to_har(&self) -> Value {
        let sent = self.requests.iter().filter(|record| !matches!(record.outcome, Outcome::NotSent { .. }));
        let started = self.started.unwrap_or(SystemTime::UNIX_EPOCH);
        let entries: Vec<Value> = sent.map(|record| entry(record, started)).collect();
        let mut comment = format!("workflow {}, {} requests in {:.1?}", self.workflow, self.total(), self.time);
        if self.omitted() > 0 {
            comment.push_str(&format!("; {} are left out behind the first {FIRST}", self.omitted()));
        }
        json!({
            "log": {
                "version": "1.2",
                "creator": { "name": "arazzo", "version": env!("CARGO_PKG_VERSION") },
                "entries": entries,
                "comment": comment
            }
        })
    }
}

fn entry(record: &RequestRecord, started: SystemTime) -> Value {
    let began = started.checked_add(record.at).unwrap_or(started);
    let time = milliseconds(record.time);
    let status = record.status.unwrap_or(0);
    let reason = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    let redirect = match &record.outcome {
        Outcome::Redirected { to } => to,
        _ => "",
    };
    json!({
        "startedDateTime": Timestamp(began).to_string(),
        "time": time,
        "request": {
            "method": record.method,
            "url": record.url,
            "httpVersion": "unknown",
            "cookies": [],
            "headers": [],
            "queryString": query(&record.url),
            "headersSize": UNKNOWN_SIZE,
            "bodySize": UNKNOWN_SIZE
        },
        "response": {
            "status": status,
            "statusText": reason.unwrap_or_default(),
            "httpVersion": "unknown",
            "cookies": [],
            "headers": [],
            "content": { "size": UNKNOWN_SIZE, "mimeType": "" },
            "redirectURL": redirect,
            "headersSize": UNKNOWN_SIZE,
            "bodySize": UNKNOWN_SIZE
        },
        "cache": {},
        "timings": { "send": 0, "wait": time, "receive": 0 },
        "comment": comment(record),
        "_arazzo": record
    })
}

fn comment(record: &RequestRecord) -> String {
    let attempt = if record.attempt > 1 { format!(", attempt {}", record.attempt) } else { String::new() };
    let reason = match &record.outcome {
        Outcome::NoResponse { reason } => format!(": no response: {reason}"),
        _ => String::new(),
    };
    format!("{} / {}{attempt}{reason}", record.workflow, record.step)
}

fn query(url: &str) -> Vec<Value> {
    let Ok(url) = Url::parse(url) else { return Vec::new() };
    url.query_pairs().map(|(name, value)| json!({ "name": name, "value": value })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::record;
    use std::time::Duration;

    fn report() -> Report {
        let mut report = Report::new("w");
        report.started = Some(SystemTime::UNIX_EPOCH + Duration::from_secs(60));
        let mut first = record(1);
        (first.url, first.at) = ("http://h/x?a=1%202&b=***&c".to_owned(), Duration::from_millis(5));
        report.push(first);
        let mut lost = record(2);
        (lost.status, lost.outcome) = (None, Outcome::NoResponse { reason: "gone".to_owned() });
        report.push(lost);
        let mut unsent = record(3);
        unsent.outcome = Outcome::NotSent { reason: "no".to_owned() };
        report.push(unsent);
        let mut moved = record(4);
        (moved.status, moved.outcome) = (Some(307), Outcome::Redirected { to: "http://h/y".to_owned() });
        report.push(moved);
        report
    }

    #[test]
    fn an_archive_has_every_request_that_was_sent() {
        let har = report().to_har();
        let entries = har["log"]["entries"].as_array().unwrap();
        assert_eq!(entries.len(), 3);
        assert_eq!(entries[0]["startedDateTime"], "1970-01-01T00:01:00.005Z");
        let query = json!([
            { "name": "a", "value": "1 2" }, { "name": "b", "value": "***" }, { "name": "c", "value": "" }
        ]);
        assert_eq!(entries[0]["request"]["queryString"], query);
        assert_eq!(
            (&entries[0]["response"]["status"], &entries[0]["response"]["statusText"]),
            (&json!(200), &json!("OK"))
        );
        assert_eq!(
            (&entries[1]["response"]["status"], &entries[1]["comment"]),
            (&json!(0), &json!("w / poll, attempt 2: no response: gone"))
        );
        assert_eq!(entries[2]["response"]["redirectURL"], "http://h/y");
        assert_eq!(entries[2]["_arazzo"]["outcome"]["kind"], "redirected");
    }

    #[test]
    fn the_time_of_an_entry_is_the_sum_of_its_timings() {
        for entry in report().to_har()["log"]["entries"].as_array().unwrap() {
            let timings = entry["timings"].as_object().unwrap();
            let sum: f64 = timings.values().filter_map(Value::as_f64).sum();
            assert_eq!(entry["time"].as_f64(), Some(sum));
            assert!(timings.values().all(|timing| timing.as_f64() >= Some(0.0)));
        }
    }

    #[test]
    fn what_is_left_out_is_counted() {
        let mut report = Report::new("w");
        (1..=1_101).for_each(|attempt| report.push(record(attempt)));
        let har = report.to_har();
        assert_eq!(har["log"]["entries"].as_array().unwrap().len(), 1_100);
        let comment = har["log"]["comment"].as_str().unwrap();
        assert!(comment.ends_with("; 1 are left out behind the first 100"), "{comment}");
    }
}
