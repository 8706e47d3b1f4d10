//! What the client sends again by itself, and when, to the millisecond: a paused clock and no network.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use arazzo::{Action, Client, ClientBuilder, ErrorKind, Event, Limits, Outcome, Pacing, Resend};
use serde_json::json;

use crate::support::{Answer, Memory, assert_error, assert_lines, assert_says, outputs};
use crate::workflows::resending::{
    change, make, make_until_ready, make_with_own_key, make_with_request, read_in_time, read_or_end,
};
use crate::workflows::small::chosen_by_status;

fn settings(memory: &Memory) -> ClientBuilder {
    let pacing = Pacing::default().jitter(0.0);
    Client::builder().server("http://jobs.test").transport(memory.clone()).pacing(pacing).resend(steady())
}

/// The default without chance.
fn steady() -> Resend {
    Resend::default().pacing(Pacing::default().growth(2.0).jitter(0.0).longest_retry_after(Duration::from_secs(60)))
}

fn client(memory: &Memory) -> Client {
    settings(memory).build().unwrap()
}

fn with_keys(memory: &Memory) -> Client {
    settings(memory).idempotency_keys(true).build().unwrap()
}

fn job(status: u16, state: &str) -> Answer {
    Answer::json(status, &json!({ "id": "1", "state": state }))
}

fn failed(status: u16) -> Answer {
    Answer::json(status, &json!({ "message": "no" }))
}

fn busy(status: u16, after: &str) -> Answer {
    failed(status).with("retry-after", after)
}

/// The value of the key's header of each request, or nothing.
fn keys(memory: &Memory) -> Vec<Option<String>> {
    keys_in(memory, "idempotency-key")
}

fn keys_in(memory: &Memory, header: &str) -> Vec<Option<String>> {
    let keys = memory.requests().into_iter().map(|request| {
        let (_, behind) = request.headers.split_once(&format!("\"{header}\": \""))?;
        Some(behind.split('"').next().unwrap().to_owned())
    });
    keys.collect()
}

#[tokio::test(start_paused = true)]
async fn what_was_surely_not_sent_is_sent_again_whatever_it_is() {
    let memory =
        Memory::new([Answer::Refused, Answer::Refused, job(201, "queued"), Answer::Refused, job(200, "ready")]);
    let run = make(&client(&memory), make::Inputs {}).await.unwrap();
    assert_eq!(json!(run.outputs), json!({ "id": "1", "state": "ready" }));
    assert_eq!(memory.times(), [0, 500, 1_500, 1_500, 2_000], "each step begins with the first pause");
    assert_lines(
        &run.report,
        &[
            (1, "create: no response; resend"),
            (1, "create (2): no response; resend"),
            (1, "create (3): 201; next"),
            (1, "read: no response; resend"),
            (1, "read (2): 200; next"),
        ],
    );
    let first = run.report.requests().next().unwrap();
    assert_eq!(first.action, Some(Action::Resend { after: Duration::from_millis(500) }));
    assert_eq!(first.outcome, Outcome::NoResponse { reason: "nobody is there".to_owned() });
    assert!(first.to_string().ends_with(" got no response: nobody is there; sent again after 500.0ms"), "{first}");
}

#[tokio::test(start_paused = true)]
async fn after_two_more_times_the_error_says_how_often() {
    let memory = Memory::new([Answer::Refused]);
    let error = make(&client(&memory), make::Inputs {}).await.unwrap_err();
    assert_error(&error, ErrorKind::Transport, "create", None);
    assert_says(&error, "no response: nobody is there; tried 3 times");
    assert_eq!(memory.times(), [0, 500, 1_500]);
    assert_eq!(error.report().requests().last().unwrap().action, Some(Action::Break));
    let memory = Memory::new([Answer::Refused]);
    let client = settings(&memory).resend(steady().times(4)).build().unwrap();
    assert_says(&make(&client, make::Inputs {}).await.unwrap_err(), "; tried 5 times");
    let memory = Memory::new([Answer::Refused]);
    let client = settings(&memory).resend(Resend::none()).build().unwrap();
    let error = make(&client, make::Inputs {}).await.unwrap_err();
    assert!(error.to_string().ends_with("no response: nobody is there"), "{error}");
    assert_eq!(memory.times(), [0]);
}

#[tokio::test(start_paused = true)]
async fn what_may_have_been_done_is_sent_again_only_if_it_may_be_done_twice() {
    let memory = Memory::new([Answer::Broken]);
    let error = make(&client(&memory), make::Inputs {}).await.unwrap_err();
    assert_error(&error, ErrorKind::Transport, "create", None);
    assert_eq!(memory.times(), [0], "a POST may have made something");
    let memory = Memory::new([job(201, "queued"), Answer::Broken, Answer::Broken, job(200, "ready")]);
    make(&client(&memory), make::Inputs {}).await.unwrap();
    assert_eq!(memory.times(), [0, 0, 500, 1_500], "a GET has not");
    let memory = Memory::new([Answer::Broken, job(200, "ready")]);
    change(&client(&memory), change::Inputs::new("1")).await.unwrap();
    assert_eq!(memory.times(), [0, 500], "a PUT makes the same again");
    let bodies: Vec<_> = memory.requests().into_iter().map(|request| (request.line, request.body)).collect();
    assert_eq!(bodies[0], bodies[1]);
    assert_eq!(bodies[0], ("PUT http://jobs.test/jobs/1".to_owned(), Some(json!({ "name": "mine" }))));
    let memory = Memory::new([Answer::Broken, job(201, "queued"), job(200, "ready")]);
    make(&with_keys(&memory), make::Inputs {}).await.unwrap();
    let keys = keys(&memory);
    assert_eq!((&keys[0], &keys[2]), (&keys[1], &None), "of a POST with a key the server knows that it is the same");
    assert!(keys[0].is_some());
}

#[tokio::test(start_paused = true)]
async fn what_took_too_long_is_not_sent_again() {
    let memory = Memory::new([job(201, "queued"), Answer::Never]);
    let client = settings(&memory).limits(Limits::default().step_time(Duration::from_secs(2))).build().unwrap();
    let error = make(&client, make::Inputs {}).await.unwrap_err();
    assert_error(&error, ErrorKind::Transport, "read", None);
    assert_says(
        &error,
        "no response: the step has taken 2s, as long as `Limits::step_time` allows; a `timeout` of the step in the document \
         wins over it",
    );
    assert_eq!((memory.times(), memory.elapsed()), (vec![0, 0], 2_000));
    assert_eq!(outputs(&error), json!({ "id": "1" }));
}

#[tokio::test(start_paused = true)]
async fn five_minutes_are_the_time_of_a_step_by_default() {
    let memory = Memory::new([Answer::Never]);
    let error = make(&client(&memory), make::Inputs {}).await.unwrap_err();
    assert_says(&error, "the step has taken 300s");
    assert_eq!(memory.elapsed(), 300_000);
}

/// Each step has its time, whatever those before it have left of theirs.
#[tokio::test(start_paused = true)]
async fn the_time_of_a_step_begins_with_the_step() {
    let late = |milliseconds, status| {
        let body = r#"{"id":"1","state":"queued"}"#;
        Answer::Later(Duration::from_millis(milliseconds), arazzo::transport::Response::json(status, body))
    };
    let limits = Limits::default().step_time(Duration::from_secs(2));
    let memory = Memory::new([late(1_900, 201), late(1_900, 200)]);
    make(&settings(&memory).limits(limits.clone()).build().unwrap(), make::Inputs {}).await.unwrap();
    assert_eq!(memory.elapsed(), 3_800);
    let memory = Memory::new([late(1_900, 201), late(2_100, 200)]);
    let error = make(&settings(&memory).limits(limits).build().unwrap(), make::Inputs {}).await.unwrap_err();
    assert_error(&error, ErrorKind::Transport, "read", None);
    assert_eq!(memory.elapsed(), 3_900);
}

// Rule R21.
#[tokio::test(start_paused = true)]
async fn the_time_of_the_document_wins() {
    for step_time in [100, 900] {
        let memory = Memory::new([Answer::Never]);
        let limits = Limits::default().step_time(Duration::from_millis(step_time));
        let client = settings(&memory).limits(limits).build().unwrap();
        let error = read_in_time(&client, read_in_time::Inputs::new("1")).await.unwrap_err();
        assert_error(&error, ErrorKind::Transport, "read", None);
        assert_says(&error, "the step has taken 500ms, as long as its `timeout` allows");
        assert_eq!(memory.elapsed(), 500);
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_again_when_the_step_would_be_over() {
    let memory = Memory::new([Answer::Refused]);
    let short = Pacing::default().first(Duration::from_millis(200)).growth(1.0).jitter(0.0);
    let client = settings(&memory).resend(steady().times(9).pacing(short)).build().unwrap();
    let error = read_in_time(&client, read_in_time::Inputs::new("1")).await.unwrap_err();
    assert_error(&error, ErrorKind::Transport, "read", None);
    assert_says(&error, "no response: nobody is there; tried 3 times");
    assert_eq!(memory.times(), [0, 200, 400]);
    // The time that sending has taken counts as well.
    let memory = Memory::new([Answer::Refused, Answer::Never]);
    let client = settings(&memory).resend(steady().pacing(Pacing::none())).build().unwrap();
    let error = read_in_time(&client, read_in_time::Inputs::new("1")).await.unwrap_err();
    assert_says(&error, "the step has taken 500ms, as long as its `timeout` allows; tried 2 times");
    assert_eq!(memory.elapsed(), 500);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_again_when_the_run_would_be_over() {
    let limits = || Limits::default().run_time(Duration::from_secs(20));
    let memory = Memory::new([busy(429, "30")]);
    let error = make(&settings(&memory).limits(limits()).build().unwrap(), make::Inputs {}).await.unwrap_err();
    assert_error(&error, ErrorKind::Step, "create", Some(429));
    assert_eq!(memory.elapsed(), 0, "it does not wait for what cannot come");
    let memory = Memory::new([busy(429, "15")]);
    let error = make(&settings(&memory).limits(limits()).build().unwrap(), make::Inputs {}).await.unwrap_err();
    assert_error(&error, ErrorKind::Step, "create", Some(429));
    assert_says(&error, "tried 2 times");
    assert_eq!(memory.times(), [0, 15_000]);
    let memory = Memory::new([Answer::Refused]);
    let error = make(&settings(&memory).limits(limits().steps(2)).build().unwrap(), make::Inputs {}).await.unwrap_err();
    assert_error(&error, ErrorKind::Limit, "create", None);
    assert_eq!(memory.times(), [0, 500], "each time counts as a step");
}

#[tokio::test(start_paused = true)]
async fn too_many_requests_are_sent_again_when_the_server_says() {
    let memory =
        Memory::new([busy(429, "7"), busy(429, "Thu, 01 Jan 1970 00:00:00 GMT"), job(201, "queued"), busy(429, "0")]);
    let error = make(&client(&memory), make::Inputs {}).await.unwrap_err();
    assert_eq!(memory.times(), [0, 7_000, 7_000, 7_000, 7_000, 7_000], "the past is no delay");
    assert_error(&error, ErrorKind::Step, "read", Some(429));
    assert_says(
        &error,
        "the server answered 429, and `$statusCode == 200` is not met; tried 3 times; the body begins: {\"message\":\"no\"}",
    );
    assert_eq!(outputs(&error), json!({ "id": "1" }));
    assert_lines(
        error.report(),
        &[
            (1, "create: 429, not `$statusCode == 201`; resend"),
            (1, "create (2): 429, not `$statusCode == 201`; resend"),
            (1, "create (3): 201; next"),
            (1, "read: 429, not `$statusCode == 200`; resend"),
            (1, "read (2): 429, not `$statusCode == 200`; resend"),
            (1, "read (3): 429, not `$statusCode == 200`; break"),
        ],
    );
}

#[tokio::test(start_paused = true)]
async fn a_minute_is_the_longest_pause_that_a_server_gets_by_default() {
    for after in ["86400", "18446744073709551616", "Fri, 31 Dec 9999 23:59:59 GMT"] {
        let memory = Memory::new([busy(429, after), job(201, "queued"), job(200, "ready")]);
        make(&client(&memory), make::Inputs {}).await.unwrap();
        assert_eq!(memory.times(), [0, 60_000, 60_000]);
    }
    let memory = Memory::new([busy(429, "86400"), job(201, "queued"), job(200, "ready")]);
    let patient = steady().pacing(Pacing::default().longest_retry_after(Duration::from_secs(90)));
    make(&settings(&memory).resend(patient).build().unwrap(), make::Inputs {}).await.unwrap();
    assert_eq!(memory.elapsed(), 90_000);
    let memory = Memory::new([busy(429, "86400"), job(201, "queued"), job(200, "ready")]);
    make(&settings(&memory).pacing(Pacing::none()).build().unwrap(), make::Inputs {}).await.unwrap();
    assert_eq!(memory.elapsed(), 0, "a client that never waits does not wait for a server either");
}

#[tokio::test(start_paused = true)]
async fn without_a_delay_that_can_be_read_nothing_is_sent_again() {
    for answer in [failed(429), busy(429, "soon"), busy(429, "-1"), busy(429, ""), busy(500, "1"), busy(404, "1")] {
        let memory = Memory::new([answer]);
        let error = make(&client(&memory), make::Inputs {}).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Step);
        assert_eq!(memory.times(), [0]);
    }
}

#[tokio::test(start_paused = true)]
async fn an_overloaded_server_may_have_done_something() {
    let memory = Memory::new([busy(503, "3")]);
    let error = make(&client(&memory), make::Inputs {}).await.unwrap_err();
    assert_error(&error, ErrorKind::Step, "create", Some(503));
    assert_eq!(memory.times(), [0]);
    let memory = Memory::new([busy(503, "3"), job(201, "queued"), busy(503, "4"), job(200, "ready")]);
    make(&with_keys(&memory), make::Inputs {}).await.unwrap();
    assert_eq!(memory.times(), [0, 3_000, 3_000, 7_000]);
}

/// What the document says comes first, and the client sends again only where the run would be over.
#[tokio::test(start_paused = true)]
async fn the_document_is_asked_first() {
    let memory = Memory::new([busy(503, "5")]);
    let run = read_or_end(&client(&memory), read_or_end::Inputs::new("1")).await.unwrap();
    assert_eq!(run.end, read_or_end::End::GaveUp);
    assert_eq!(memory.times(), [0]);
    let urgent = Answer::json(503, &json!({ "urgent": true })).with("retry-after", "3");
    let memory = Memory::new([urgent]);
    let error = chosen_by_status(&client(&memory), chosen_by_status::Inputs::new("1")).await.unwrap_err();
    assert_error(&error, ErrorKind::Step, "read", Some(503));
    assert_says(&error, "tried 5 times");
    assert_eq!(memory.times(), [0, 3_000, 6_000, 9_000, 12_000]);
    assert_lines(
        error.report(),
        &[
            (1, "read: 503, not `$statusCode == 200`; retry busy"),
            (1, "read (2): 503, not `$statusCode == 200`; retry busy"),
            (1, "read (3): 503, not `$statusCode == 200`; resend"),
            (1, "read (4): 503, not `$statusCode == 200`; resend"),
            (1, "read (5): 503, not `$statusCode == 200`; break"),
        ],
    );
}

// Rule R38: a `retry` of the document obeys the header of any answer.
#[tokio::test(start_paused = true)]
async fn a_retry_of_the_document_obeys_any_retry_after() {
    for status in [429, 503, 500, 404] {
        let memory = Memory::new([busy(status, "4"), busy(status, "Thu, 01 Jan 1970 00:00:00 GMT"), job(201, "ready")]);
        make_until_ready(&client(&memory), make_until_ready::Inputs {}).await.unwrap();
        assert_eq!(memory.times(), [0, 4_000, 4_500], "{status}: a date in the past, as soon as may be");
    }
}

/// Where an API has another name for the header, that counts as a key; for keys of the document too.
#[tokio::test(start_paused = true)]
async fn the_header_of_a_key_may_have_another_name() {
    let named = |memory: &Memory, header: &str| keys_in(memory, header).first().cloned().flatten().is_some();
    let answers = || [Answer::Broken, job(201, "queued"), job(200, "ready")];
    for (own, header) in [(false, "x-idempotency-key"), (true, "request-id")] {
        let memory = Memory::new(answers());
        let settings = settings(&memory).idempotency_keys(true).idempotency_header("X-Idempotency-Key");
        let settings = if own { settings.idempotency_header_for("jobsApi", "Request-Id") } else { settings };
        make(&settings.build().unwrap(), make::Inputs {}).await.unwrap();
        let sent = keys_in(&memory, header);
        assert!(sent[0].is_some() && sent[0] == sent[1] && sent[2].is_none(), "{sent:?}");
        assert!(!named(&memory, "idempotency-key") && named(&memory, "x-idempotency-key") != own);
    }
    // The document gives `idempotency-key`, whatever the client calls it.
    let memory = Memory::new([Answer::Broken, job(201, "queued")]);
    let client = settings(&memory).idempotency_header("Request-Id").build().unwrap();
    make_with_own_key(&client, make_with_own_key::Inputs { key: Some("mine".into()) }).await.unwrap();
    assert_eq!(keys(&memory), [Some("mine".to_owned()), Some("mine".to_owned())]);
    assert!(!named(&memory, "request-id"), "without keys of the client there is none");
    // A header of the document is a key where the client says that it is one.
    for (says, sent) in [(true, 2), (false, 1)] {
        let memory = Memory::new([Answer::Broken, job(201, "queued")]);
        let settings = if says { settings(&memory).idempotency_header("X-Request") } else { settings(&memory) };
        let made = make_with_request(&settings.build().unwrap(), make_with_request::Inputs::new("r-1")).await;
        assert_eq!((made.is_ok(), memory.requests().len()), (says, sent));
    }
}

#[test]
fn a_header_that_cannot_carry_keys_is_refused() {
    for (settings, says) in [
        (
            Client::builder().idempotency_header("X Key"),
            "the header \"X Key\" for idempotency keys is no name of a header",
        ),
        (
            Client::builder().idempotency_header_for("jobsApi", "Authorization"),
            "the header \"Authorization\" for idempotency keys says something else in every request",
        ),
    ] {
        let error = settings.build().unwrap_err();
        assert_error(&error, ErrorKind::Client, None, None);
        assert_says(&error, says);
    }
}

#[tokio::test(start_paused = true)]
async fn a_key_belongs_to_one_entry_into_a_step() {
    let memory = Memory::new([
        Answer::Refused,
        failed(500),
        Answer::Broken,
        job(201, "queued"),
        busy(429, "1"),
        failed(500),
        job(201, "ready"),
    ]);
    make_until_ready(&with_keys(&memory), make_until_ready::Inputs {}).await.unwrap();
    let keys: Vec<_> = keys(&memory).into_iter().map(Option::unwrap).collect();
    assert_eq!(keys.len(), 7);
    assert!(keys[..4].iter().all(|key| *key == keys[0]), "{keys:?}");
    assert!(keys[4..].iter().all(|key| *key == keys[4]), "{keys:?}");
    assert_ne!(keys[0], keys[4], "the step was entered anew");
    let again = Memory::new([job(201, "ready")]);
    make_until_ready(&with_keys(&again), make_until_ready::Inputs {}).await.unwrap();
    assert!(!keys.contains(self::keys(&again)[0].as_ref().unwrap()));
}

#[tokio::test(start_paused = true)]
async fn the_key_of_the_document_wins_and_counts_as_one() {
    let own = || make_with_own_key::Inputs { key: Some("mine-1".to_owned()) };
    let memory = Memory::new([Answer::Broken, busy(503, "0"), job(201, "queued")]);
    make_with_own_key(&with_keys(&memory), own()).await.unwrap();
    assert_eq!(keys(&memory), vec![Some("mine-1".to_owned()); 3]);
    let memory = Memory::new([Answer::Broken, job(201, "queued")]);
    make_with_own_key(&client(&memory), own()).await.unwrap();
    assert_eq!(keys(&memory), vec![Some("mine-1".to_owned()); 2], "also of a client that makes none");
    let memory = Memory::new([job(201, "queued")]);
    make_with_own_key(&with_keys(&memory), make_with_own_key::Inputs { key: None }).await.unwrap();
    assert_eq!(keys(&memory)[0].as_ref().map(String::len), Some(36), "one that is not given does not count");
    let memory = Memory::new([job(201, "queued")]);
    make_with_own_key(&client(&memory), make_with_own_key::Inputs { key: None }).await.unwrap();
    assert_eq!(keys(&memory), [None], "and nobody has asked for any");
}

#[tokio::test(start_paused = true)]
async fn an_observer_is_told_of_each_time() {
    let memory = Memory::new([Answer::Refused, busy(429, "2"), job(201, "queued"), job(200, "ready")]);
    let events = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&events);
    let observer = move |event: &Event<'_>| {
        let text = match event {
            Event::StepStarted { step, .. } => format!("step {step}"),
            Event::RequestStarted { attempt, .. } => format!("request {attempt}"),
            Event::ResponseReceived { attempt, status, .. } => format!("response {attempt} {status}"),
            Event::StepFinished { outcome: Outcome::Passed, .. } => "passed".to_owned(),
            Event::StepFinished { .. } => "failed".to_owned(),
            Event::ActionTaken { action: Action::Resend { after }, .. } => format!("resend {after:?}"),
            Event::Waiting { pause, .. } => format!("wait {pause:?}"),
            _ => return,
        };
        seen.lock().unwrap().push(text);
    };
    make(&settings(&memory).observer(observer).build().unwrap(), make::Inputs {}).await.unwrap();
    let expected = [
        "step create",
        "request 1",
        "failed",
        "resend 500ms",
        "wait 500ms",
        "request 2",
        "response 2 429",
        "failed",
        "resend 2s",
        "wait 2s",
        "request 3",
        "response 3 201",
        "passed",
        "step read",
        "request 1",
        "response 1 200",
        "passed",
    ];
    assert_eq!(*events.lock().unwrap(), expected);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_dropped_before_it_sends_again_sends_nothing_more() {
    let memory = Memory::new([Answer::Refused]);
    let client = client(&memory);
    let result = tokio::time::timeout(Duration::from_millis(600), make(&client, make::Inputs {})).await;
    assert!(result.is_err());
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(memory.times(), [0, 500]);
}
