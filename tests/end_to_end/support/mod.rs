//! What the tests share: clients, and exact comparisons of what was sent and what is reported.

mod memory;
mod recorder;

use std::fmt::Debug;

use arazzo::{Action, Client, Error, ErrorKind, Outcome, Pacing, Report, RequestRecord};
use serde_json::{Value, json};

use crate::embedded::{Fault, Reply, SeenRequest, Server};

pub(crate) use memory::{Answer, Memory};
pub(crate) use recorder::{Recorder, Seen};

/// The token of every test. It must show in nothing that a run says.
pub(crate) const TOKEN: &str = "t0p-s3cret";

/// A client for this server that never waits.
pub(crate) fn client(server: &Server) -> Client {
    settings(server).build().expect("a client")
}

/// The settings of such a client.
pub(crate) fn settings(server: &Server) -> arazzo::ClientBuilder {
    Client::builder().server(server.url()).pacing(Pacing::none())
}

/// A client of reqwest's that follows no redirects.
pub(crate) fn own_http_client() -> reqwest::Client {
    // Another test may have been faster; any provider will do.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client")
}

/// An answer with the status 200.
pub(crate) fn ok(body: &Value) -> Fault {
    Fault::Reply(Reply::json(200, body))
}

/// A request as it should have been sent.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sent {
    method: String,
    target: String,
    body: Option<Value>,
}

impl Sent {
    pub(crate) fn of(request: &SeenRequest) -> Self {
        let body = (!request.body.is_empty()).then(|| request.json().unwrap_or_else(|| json!("not JSON")));
        Sent { method: request.method.clone(), target: request.target.clone(), body }
    }
}

/// A GET of this path and query.
pub(crate) fn get(target: impl Into<String>) -> Sent {
    Sent { method: "GET".to_owned(), target: target.into(), body: None }
}

/// A POST of this body.
pub(crate) fn post(target: impl Into<String>, body: Value) -> Sent {
    Sent { method: "POST".to_owned(), target: target.into(), body: Some(body) }
}

/// Checks that the server has seen these requests and no others, each as many times in a row as stated, with the token
/// and without any header that nobody asked for.
#[track_caller]
pub(crate) fn assert_requests(server: &Server, expected: &[(usize, Sent)]) {
    let seen = server.requests();
    assert_eq!(in_rows(seen.iter().map(Sent::of)), expected);
    for request in &seen {
        let mut names: Vec<&str> = request.headers.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        assert_eq!(request.header("authorization"), Some(format!("Bearer {TOKEN}").as_str()));
        if request.method == "POST" {
            assert_eq!(names, ["accept", "authorization", "content-length", "content-type", "host", "user-agent"]);
            assert_eq!(request.header("content-type"), Some("application/json"));
        } else {
            assert_eq!(names, ["accept", "authorization", "host", "user-agent"]);
        }
    }
}

/// Checks that a report holds these lines and no others, each as many times in a row as stated, and that it tells of
/// the same requests as the log of the server. A line is a step, a status and what came next.
#[track_caller]
pub(crate) fn assert_report(report: &Report, server: &Server, expected: &[(usize, &str)]) {
    assert_lines(report, expected);
    let sent = report.requests().filter(|record| !matches!(record.outcome, Outcome::NotSent { .. }));
    let reported: Vec<_> = sent.map(|record| (record.method.to_owned(), record.url.clone())).collect();
    let origin = format!("http://{}", server.address());
    let seen: Vec<_> =
        server.requests().iter().map(|seen| (seen.method.clone(), format!("{origin}{}", seen.target))).collect();
    assert_eq!(reported, seen);
    assert_hides_token(report);
    assert_hides_token(&report.to_string());
}

/// Checks the lines alone.
#[track_caller]
pub(crate) fn assert_lines(report: &Report, expected: &[(usize, &str)]) {
    let lines = in_rows(report.requests().map(line));
    let lines: Vec<_> = lines.iter().map(|(times, line)| (*times, line.as_str())).collect();
    assert_eq!(lines, expected);
    assert_eq!(report.total(), report.requests().count() as u64 + report.omitted());
    let mut ended = std::time::Duration::ZERO;
    for record in report.requests() {
        assert!(record.at >= ended, "{record} began before the one before had ended");
        ended = record.at + record.time;
    }
    assert!(report.time() >= ended);
}

fn line(record: &RequestRecord) -> String {
    let result = match (&record.outcome, record.status) {
        (Outcome::Passed, Some(status)) => status.to_string(),
        (Outcome::Failed { criterion: Some(criterion) }, Some(status)) => format!("{status}, not `{criterion}`"),
        (Outcome::Failed { criterion: None }, Some(status)) => format!("{status}, not 2xx"),
        (Outcome::Redirected { .. }, Some(status)) => format!("{status}, redirected"),
        (Outcome::NotSent { .. }, None) => "not sent".to_owned(),
        (Outcome::NoResponse { .. }, None) => "no response".to_owned(),
        other => format!("{other:?}"),
    };
    let action = match &record.action {
        None => "undecided".to_owned(),
        Some(Action::Next) => "next".to_owned(),
        Some(Action::NoneMatched) => "none matched".to_owned(),
        Some(Action::End(name)) => format!("end {name}"),
        Some(Action::Goto { name, step }) => format!("{name} to {step}"),
        Some(Action::Retry { name, .. }) => format!("retry {name}"),
        Some(Action::Resend { .. }) => "resend".to_owned(),
        Some(Action::Break) => "break".to_owned(),
        Some(other) => format!("{other:?}"),
    };
    let attempt = if record.attempt > 1 { format!(" ({})", record.attempt) } else { String::new() };
    format!("{}{attempt}: {result}; {action}", record.step)
}

/// Equal neighbours as one, with their number.
fn in_rows<T: PartialEq>(items: impl Iterator<Item = T>) -> Vec<(usize, T)> {
    let mut rows: Vec<(usize, T)> = Vec::new();
    for item in items {
        match rows.last_mut() {
            Some((times, last)) if *last == item => *times += 1,
            _ => rows.push((1, item)),
        }
    }
    rows
}

/// Checks of an error of what kind it is, where it happened and with which status, and that nothing of it shows the
/// token.
#[track_caller]
pub(crate) fn assert_error(error: &Error, kind: ErrorKind, step: impl Into<Option<&'static str>>, status: Option<u16>) {
    assert_eq!((error.kind(), error.step(), error.status()), (kind, step.into(), status), "{error}");
    assert_hides_token(error);
    assert_hides_token(&error.to_string());
    assert_hides_token(error.report());
    assert_hides_token(&error.report().to_string());
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        assert_hides_token(&inner.to_string());
        assert_hides_token(&format!("{inner:?}"));
        cause = inner.source();
    }
}

/// Checks that the `Debug` form, which for a text is nearly the text, does not hold the token.
#[track_caller]
pub(crate) fn assert_hides_token(shown: &(impl Debug + ?Sized)) {
    let shown = format!("{shown:?}");
    assert!(!shown.contains(TOKEN), "{shown}");
}

/// Checks that a message holds a part.
#[track_caller]
pub(crate) fn assert_says(error: &Error, part: &str) {
    assert!(error.to_string().contains(part), "{error}\n does not say\n{part}");
}

/// The outputs of an error as one value.
pub(crate) fn outputs(error: &Error) -> Value {
    Value::Object(error.outputs().clone())
}

/// What an API that has everything ready says to any request.
pub(crate) fn ready_at_once(_: &SeenRequest) -> Reply {
    Reply::json(200, &json!({ "id": "one", "name": "one", "state": "started", "status": "running" }))
}

/// Lets other tasks run until something is so.
pub(crate) async fn until(mut reached: impl FnMut() -> bool) {
    while !reached() {
        tokio::task::yield_now().await;
    }
}
