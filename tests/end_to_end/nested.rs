//! Workflows that run each other: as steps, as targets of actions, and because they depend on each other.

use std::time::Duration;

use arazzo::transport::TransportErrorKind;
use arazzo::{Action, Client, ErrorKind, Event, Limits, Outcome, Pacing, Resend};
use serde_json::{Value, json};

use crate::embedded::{Reply, SeenRequest, Server};
use crate::support::{Answer, Memory, assert_error, assert_lines, assert_says, client as http, outputs};
use crate::workflows::nested;

fn client(memory: &Memory) -> Client {
    settings(memory).build().unwrap()
}

fn settings(memory: &Memory) -> arazzo::ClientBuilder {
    Client::builder().server("http://jobs.test").transport(memory.clone()).pacing(Pacing::none())
}

/// One that waits as the document says.
fn paced(memory: &Memory) -> Client {
    settings(memory).pacing(Pacing::default().jitter(0.0)).resend(Resend::none()).build().unwrap()
}

fn job(id: &str, state: &str) -> Answer {
    Answer::json(200, &json!({ "id": id, "state": state }))
}

fn failed(status: u16) -> Answer {
    Answer::json(status, &json!({ "message": "no" }))
}

fn sent(memory: &Memory) -> Vec<String> {
    let requests = memory.requests();
    let line = |line: &str| line.replace("http://jobs.test", "");
    requests
        .iter()
        .map(|request| match &request.body {
            Some(body) => format!("{} {body}", line(&request.line)),
            None => line(&request.line),
        })
        .collect()
}

// Rules R7, R12, R40, R41, A10, A22.
#[tokio::test]
async fn a_step_runs_a_workflow_with_inputs_by_name_and_reads_its_outputs() {
    let server = Server::start(|request: &SeenRequest| match request.method.as_str() {
        "POST" => Reply::json(201, &json!({ "id": "j 1", "state": "queued" })),
        _ => Reply::json(200, &json!({ "id": "j 1", "state": "running", "size": 3 })),
    });
    let run = nested::create_and_read(&http(&server), nested::create_and_read::Inputs::new("n")).await.unwrap();
    let seen: Vec<String> = server.requests().iter().map(|seen| format!("{} {}", seen.method, seen.target)).collect();
    assert_eq!(
        seen,
        ["POST /jobs?verbose=true", "GET /jobs/j%201?verbose=true"],
        "the shared parameter is an input too"
    );
    assert_eq!(json!(run.outputs), json!({ "state": "running", "again": "running" }));
    assert_lines(&run.report, &[(1, "create: 201; next"), (1, "read: 200; next")]);
    let records: Vec<_> = run.report.requests().map(|record| record.workflow).collect();
    assert_eq!(records, ["create-and-read", "read-job"]);
    let call = run.report.calls().next().unwrap();
    assert_eq!((call.workflow, call.step, call.called), ("create-and-read", Some("look"), "read-job"));
    assert_eq!((&call.outcome, &call.action), (&Outcome::Passed, &Some(Action::Next)));
    let text = run.report.to_string();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[2].starts_with("  read-job / read GET http://"), "{text}");
    assert!(lines[3].starts_with("  create-and-read / look ran the workflow read-job in "), "{text}");
}

// Rule R42.
#[tokio::test(start_paused = true)]
async fn a_workflow_that_fails_fails_the_step() {
    let memory = Memory::new([job("1", "queued"), failed(500)]);
    let error = nested::create_and_read(&client(&memory), nested::create_and_read::Inputs::new("n")).await.unwrap_err();
    assert_error(&error, ErrorKind::Step, "look", Some(500));
    assert_says(&error, "workflow `create-and-read`, step `look`: the workflow `read-job` failed: ");
    assert_says(
        &error,
        "workflow `read-job`, step `read`: the server answered 500, and `$statusCode == 200` is not met",
    );
    assert_eq!(error.workflow(), Some("create-and-read"));
    let call = error.report().calls().next().unwrap();
    assert!(matches!(&call.outcome, Outcome::WorkflowFailed { reason } if reason.contains("500")), "{call}");
    assert_eq!(call.action, Some(Action::Break));
}

// Rule A8.
#[tokio::test(start_paused = true)]
async fn a_workflow_that_ends_after_a_failure_fails_the_step() {
    let memory = Memory::new([job("1", "queued"), failed(404)]);
    let error = nested::create_and_read(&client(&memory), nested::create_and_read::Inputs::new("n")).await.unwrap_err();
    assert_error(&error, ErrorKind::Step, "look", None);
    assert_says(&error, "the workflow `read-job` failed: it ended after a failure");
}

// Rules R37, R40: criteria see the outputs, and each attempt runs the whole workflow anew.
#[tokio::test(start_paused = true)]
async fn criteria_read_the_outputs_of_the_workflow_and_retries_run_it_again() {
    let memory = Memory::new([job("1", "queued"), failed(500), job("1", "ready")]);
    let run = nested::until_ready(&paced(&memory), nested::until_ready::Inputs::new("1")).await.unwrap();
    assert_eq!(memory.times(), [0, 1_000, 2_000]);
    assert_eq!(json!(run.outputs), json!({ "state": "ready" }));
    let calls: Vec<_> = run.report.calls().map(|call| (call.attempt, call.outcome.clone())).collect();
    assert_eq!(calls[0], (1, Outcome::Failed { criterion: Some("$outputs.state == 'ready'") }));
    assert_eq!((calls.len(), &calls[2]), (3, &(3, Outcome::Passed)));
    let memory = Memory::new([job("1", "queued")]);
    let error = nested::until_ready(&paced(&memory), nested::until_ready::Inputs::new("1")).await.unwrap_err();
    assert_error(&error, ErrorKind::Step, "look", Some(200));
    assert_eq!(error.criterion(), Some("$outputs.state == 'ready'"));
    assert_says(&error, "the workflow `read-job` has ended, and `$outputs.state == 'ready'` is not met");
    assert_eq!(outputs(&error), json!({ "state": "queued" }));
}

// Rules R43, A6: the last response of the workflow.
#[tokio::test(start_paused = true)]
async fn a_step_can_read_the_last_response_of_its_workflow() {
    for status in [404, 500] {
        let memory = Memory::new([failed(status)]);
        let run = nested::tolerant(&client(&memory), nested::tolerant::Inputs::new("1")).await.unwrap();
        assert_eq!(json!(run.outputs), json!({ "status": status, "message": "no" }));
        assert_eq!(run.report.calls().next().unwrap().outcome, Outcome::Passed);
    }
    let memory = Memory::new([job("1", "ready")]);
    let error = nested::tolerant(&client(&memory), nested::tolerant::Inputs::new("1")).await.unwrap_err();
    assert_error(&error, ErrorKind::Step, "look", Some(200));
    let memory = Memory::new([Answer::Broken]);
    let error = nested::tolerant(&client(&memory), nested::tolerant::Inputs::new("1")).await.unwrap_err();
    assert_error(&error, ErrorKind::Transport, "look", None);
    let called = error.called().unwrap();
    assert_error(called, ErrorKind::Transport, "read", None);
    assert!(error.to_string().ends_with(&called.to_string()), "{error}");
    assert_eq!(error.transport().unwrap().kind(), TransportErrorKind::Broken);
    assert!(std::error::Error::source(&error).is_none(), "what is behind it is said already");
}

// Rules R28, A11.
#[tokio::test(start_paused = true)]
async fn a_goto_to_a_workflow_goes_on_as_that_one() {
    let memory = Memory::new([job("1", "queued"), job("1", "running")]);
    let run = nested::hand_over(&client(&memory), nested::hand_over::Inputs::new("1")).await.unwrap();
    assert_eq!(sent(&memory), [r#"PUT /jobs/1 {"name":"changed"}"#, "GET /jobs/1?verbose=false"]);
    let nested::hand_over::End::ReadJob(next) = &run.end;
    assert_eq!(next.end, nested::read_job::End::Completed);
    assert_eq!(json!(run.outputs), json!({ "id": "1" }));
    assert_eq!(json!(next.outputs), json!({ "state": "running" }));
    assert_eq!((run.report.total(), next.report.total()), (2, 1));
    assert_eq!(next.report.workflow(), "read-job");
    let first = run.report.requests().next().unwrap();
    assert_eq!(first.action, Some(Action::GotoWorkflow { name: "on", workflow: "read-job" }));
    assert!(!run.after_failure());
    assert_eq!(run.clone(), run);
}

#[tokio::test(start_paused = true)]
async fn the_end_of_the_other_workflow_is_the_end() {
    let memory = Memory::new([job("1", "queued"), failed(404)]);
    let run = nested::hand_over(&client(&memory), nested::hand_over::Inputs::new("1")).await.unwrap();
    let nested::hand_over::End::ReadJob(next) = &run.end;
    assert_eq!(next.end, nested::read_job::End::Missing);
    assert!(run.after_failure() && next.after_failure());
    let memory = Memory::new([job("1", "queued"), failed(500)]);
    let error = nested::hand_over(&client(&memory), nested::hand_over::Inputs::new("1")).await.unwrap_err();
    assert_eq!((error.workflow(), error.step()), (Some("read-job"), Some("read")));
    assert_eq!(outputs(&error), json!({ "id": "1" }));
    assert_eq!(error.report().total(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_step_takes_the_result_of_the_workflow_that_another_went_on_as() {
    let memory = Memory::new([job("1", "queued"), job("1", "running")]);
    let inputs = nested::hand_over_in_a_step::Inputs::new("1");
    let run = nested::hand_over_in_a_step(&client(&memory), inputs.clone()).await.unwrap();
    assert_eq!(json!(run.outputs), json!({ "id": "1" }));
    let memory = Memory::new([job("1", "queued"), failed(404)]);
    let error = nested::hand_over_in_a_step(&client(&memory), inputs).await.unwrap_err();
    assert_says(&error, "the workflow `hand-over` failed: it ended after a failure");
}

// Rule R44.
#[tokio::test(start_paused = true)]
async fn a_workflow_may_call_itself_as_deep_as_the_limits_allow() {
    let memory = Memory::new([job("1", "ready")]);
    let error = nested::down(&client(&memory), nested::down::Inputs::new("1")).await.unwrap_err();
    assert_error(&error, ErrorKind::Limit, "deeper", None);
    assert_says(&error, "more than 64 workflows deep, which is what `Limits::depth` allows");
    assert_eq!(memory.requests().len(), 64);
    let memory = Memory::new([job("1", "ready")]);
    let shallow = settings(&memory).limits(Limits::default().depth(1)).build().unwrap();
    nested::down(&shallow, nested::down::Inputs::new("1")).await.unwrap_err();
    assert_eq!(memory.requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_workflow_may_go_on_as_itself() {
    let memory = Memory::new([job("1", "queued"), job("1", "running"), job("1", "ready")]);
    let run = nested::over_and_over(&client(&memory), nested::over_and_over::Inputs::new("1")).await.unwrap();
    let nested::over_and_over::End::OverAndOver(second) = &run.end else { panic!("{:?}", run.end) };
    let nested::over_and_over::End::OverAndOver(third) = &second.end else { panic!("{:?}", run.end) };
    assert_eq!(third.end, nested::over_and_over::End::Ready);
    assert_eq!((run.report.total(), second.report.total(), third.report.total()), (3, 2, 1));
    let memory = Memory::new([job("1", "queued")]);
    let error = nested::over_and_over(&client(&memory), nested::over_and_over::Inputs::new("1")).await.unwrap_err();
    assert_error(&error, ErrorKind::Limit, "read", None);
}

// Rules R1, R2, R8, A23.
#[tokio::test(start_paused = true)]
async fn a_dependency_runs_first_and_once() {
    let memory = Memory::new([job("s", "ready")]);
    let inputs = nested::with_session::Inputs { name: Some("me".to_owned()) };
    let run = nested::with_session(&client(&memory), inputs).await.unwrap();
    assert_eq!(sent(&memory), [r#"POST /jobs {"name":"session of me"}"#, "GET /jobs/s", "GET /jobs/other"]);
    assert_eq!(json!(run.outputs), json!({ "session": "s", "name": "me" }));
    let calls: Vec<_> = run.report.calls().map(|call| (call.step, call.called)).collect();
    assert_eq!(calls, [(None, "sign-in"), (Some("more"), "with-session-too")]);
    assert!(run.report.to_string().contains("with-session depends on the workflow sign-in, run in "));
}

// Rule R1.
#[tokio::test(start_paused = true)]
async fn a_workflow_does_not_run_when_what_it_depends_on_fails() {
    for (status, says) in [(500, "the server answered 500"), (401, "it ended after a failure")] {
        let memory = Memory::new([failed(status)]);
        let error =
            nested::with_session(&client(&memory), nested::with_session::Inputs { name: None }).await.unwrap_err();
        assert_eq!((error.workflow(), error.step(), error.kind()), (Some("with-session"), None, ErrorKind::Step));
        assert_says(&error, "it depends on the workflow `sign-in`, which failed: ");
        assert_says(&error, says);
        assert_eq!(memory.requests().len(), 1);
    }
}

// Rules R4, A25.
#[tokio::test(start_paused = true)]
async fn steps_run_behind_those_that_they_depend_on_and_whose_outputs_they_read() {
    let memory = Memory::new([job("1", "queued"), job("2", "queued"), job("2", "ready")]);
    let run = nested::in_order(&client(&memory), nested::in_order::Inputs::new("1")).await.unwrap();
    let steps: Vec<_> = run.report.requests().map(|record| record.step).collect();
    assert_eq!(steps, ["first", "second", "third", "fourth"]);
    assert_eq!(sent(&memory)[2], "GET /jobs/2");
    assert_eq!(json!(run.outputs), json!({ "id": "2" }));
}

// Rule R5.
#[tokio::test(start_paused = true)]
async fn a_step_cannot_run_without_those_that_it_depends_on() {
    let memory = Memory::new([job("1", "queued")]);
    let error = nested::skipped(&client(&memory), nested::skipped::Inputs::new("1")).await.unwrap_err();
    assert_error(&error, ErrorKind::Request, "last", None);
    assert_says(&error, "it depends on the step `middle`, which has not completed");
    assert_eq!(memory.requests().len(), 1);
}

// Rules R5, A28.
#[tokio::test(start_paused = true)]
async fn a_step_can_depend_on_one_of_another_workflow() {
    let memory = Memory::new([job("1", "queued")]);
    nested::elsewhere(&client(&memory), nested::elsewhere::Inputs::new("1")).await.unwrap();
    assert_eq!(memory.requests().len(), 2);
    let memory = Memory::new([failed(500)]);
    let error = nested::elsewhere(&client(&memory), nested::elsewhere::Inputs::new("1")).await.unwrap_err();
    assert_error(&error, ErrorKind::Request, "need", None);
    assert_says(&error, "it depends on the step `read`, which has not completed");
    assert_eq!(memory.requests().len(), 1);
}

// Rule R21.
#[tokio::test(start_paused = true)]
async fn a_step_has_the_time_that_the_document_gives_it_for_each_attempt() {
    let late = Answer::Later(Duration::from_millis(600), arazzo::transport::Response::json(200, "{}"));
    let memory = Memory::new([late, job("1", "ready")]);
    nested::in_time(&client(&memory), nested::in_time::Inputs::new("1")).await.unwrap();
    assert_eq!(memory.times(), [0, 500]);
    let memory = Memory::new([Answer::Never]);
    let error = nested::in_time(&client(&memory), nested::in_time::Inputs::new("1")).await.unwrap_err();
    assert_error(&error, ErrorKind::Transport, "read", None);
    assert_says(&error, "the step has taken 500ms, as long as its `timeout` allows");
    assert_eq!((memory.times(), memory.elapsed()), (vec![0, 500], 1_000));
}

// Rule R21.
#[tokio::test(start_paused = true)]
async fn a_workflow_is_given_up_when_the_time_of_its_step_is_over() {
    let memory = Memory::new([job("1", "queued"), Answer::Never]);
    let run = nested::all_in_time(&paced(&memory), nested::all_in_time::Inputs::new("1")).await.unwrap();
    assert_eq!(run.end, nested::all_in_time::End::Late);
    assert_eq!(memory.elapsed(), 1_500);
    let last = run.report.requests().last().unwrap();
    assert_eq!(last.outcome, Outcome::NoResponse { reason: "the step's `timeout` was over".to_owned() });
    let call = run.report.calls().last().unwrap();
    assert_eq!((call.called, call.action.as_ref()), ("until-ready", Some(&Action::End("late"))));
}

/// A POST makes a job, which is never ready.
fn never_ready() -> Memory {
    Memory::new([job("new", "queued")])
}

/// The lines of the calls in a report: who called whom, and what came of it.
fn calls(report: &arazzo::Report) -> Vec<String> {
    report.calls().map(|call| format!("{} -> {}{}", call.workflow, call.called, call.outcome)).collect()
}

// Rule R21.
#[tokio::test(start_paused = true)]
async fn what_a_workflow_has_made_is_there_when_its_time_is_over() {
    let inputs = "removed";
    let cleaned = |memory: &Memory| {
        let lines = sent(memory);
        assert_eq!(lines.last().unwrap(), r#"PUT /jobs/new {"name":"removed"}"#, "{lines:?}");
        assert_eq!(memory.elapsed(), 1_500);
    };
    let memory = never_ready();
    let run = nested::clean_up(&paced(&memory), nested::clean_up::Inputs::new(inputs)).await.unwrap();
    cleaned(&memory);
    assert_eq!(run.outputs.id.as_deref(), Some("new"));
    let reason = "workflow `make-and-wait`, step `wait`: given up here: the step `call` of the workflow `clean-up` has \
                  taken 1.5s, as long as its `timeout` allows";
    assert_eq!(calls(&run.report), [format!("clean-up -> make-and-wait, which failed: {reason}")]);

    let memory = never_ready();
    let run = nested::clean_up_below(&paced(&memory), nested::clean_up_below::Inputs::new(inputs)).await.unwrap();
    cleaned(&memory);
    assert_eq!(run.outputs.id.as_deref(), Some("new"));
    let called: Vec<_> = run.report.calls().map(|call| (call.called, call.action.clone())).collect();
    let clean = Action::Goto { name: "clean", step: "remove" };
    assert_eq!(called, [("make-and-wait", None), ("make-below", Some(clean))]);

    let memory = never_ready();
    let run = nested::clean_up_behind(&paced(&memory), nested::clean_up_behind::Inputs::new(inputs)).await.unwrap();
    cleaned(&memory);
    assert_eq!(run.outputs.id.as_deref(), Some("new"));
}

#[tokio::test(start_paused = true)]
async fn what_a_workflow_has_made_is_there_when_a_limit_ends_the_run() {
    let limits = [
        ("steps", Limits::default().steps(5)),
        ("run_time", Limits::default().run_time(Duration::from_millis(700))),
        ("body_size", Limits::default().body_size(40)),
    ];
    for (limit, limits) in limits {
        let long = Answer::json(200, &json!({ "id": "new", "state": "queued", "tags": ["long"] }));
        let answers = if limit == "body_size" { vec![job("new", "queued"), long] } else { vec![job("new", "queued")] };
        let memory = Memory::new(answers);
        let client = settings(&memory).pacing(Pacing::default().jitter(0.0)).limits(limits).build().unwrap();
        let error = nested::clean_up_below(&client, nested::clean_up_below::Inputs::new("n")).await.unwrap_err();
        assert_error(&error, ErrorKind::Limit, "wait", None);
        assert_says(&error, &format!("`Limits::{limit}`"));
        assert_eq!(outputs(&error), json!({ "id": "new" }), "{limit}");
        let called = error.called().unwrap();
        assert_eq!((called.to_string(), outputs(called)), (error.to_string(), json!({ "id": "new" })));
        let called: Vec<_> = error.report().calls().map(|call| call.called).collect();
        assert_eq!(called, ["make-and-wait", "make-below"], "every call is in the report");
    }
}

#[tokio::test(start_paused = true)]
async fn the_error_of_a_workflow_has_what_that_had_reached() {
    let memory = Memory::new([job("new", "queued"), Answer::Broken]);
    let limits = Limits::default().steps(3);
    let client = settings(&memory).resend(Resend::none()).limits(limits).build().unwrap();
    let error = nested::make_below(&client, nested::make_below::Inputs::new("n")).await.unwrap_err();
    assert_eq!(outputs(&error), json!({ "id": "new" }));
    let called = error.called().unwrap();
    assert_eq!((outputs(called), called.report().total()), (json!({ "id": "new" }), 0));
}

// Rules R34, A20.
#[tokio::test(start_paused = true)]
async fn a_retry_runs_a_step_first_and_that_alone() {
    let memory = Memory::new([job("old", "queued"), failed(401), job("new", "queued"), job("new", "ready")]);
    let inputs = nested::refresh_by_step::Inputs { id: "1".to_owned() };
    let run = nested::refresh_by_step(&client(&memory), inputs).await.unwrap();
    let key = r#"POST /jobs {"name":"key"}"#;
    assert_eq!(sent(&memory), [key, "GET /jobs/old", key, "GET /jobs/new"]);
    assert_eq!(json!(run.outputs), json!({ "key": "new" }));
    assert_lines(
        &run.report,
        &[
            (1, "fresh: 200; none matched"),
            (1, "read: 401, not `$statusCode == 200`; retry refresh"),
            (1, "fresh: 200; undecided"),
            (1, "read (2): 200; next"),
        ],
    );
}

// Rules R34, A20.
#[tokio::test(start_paused = true)]
async fn a_retry_runs_a_workflow_first() {
    let memory = Memory::new([failed(401), job("s", "ready"), job("1", "ready")]);
    nested::refresh_by_workflow(&client(&memory), nested::refresh_by_workflow::Inputs::new("1")).await.unwrap();
    assert_eq!(sent(&memory), ["GET /jobs/1", r#"POST /jobs {"name":"session of 401"}"#, "GET /jobs/1"]);
    // Whatever came of it, the step is tried again.
    let memory = Memory::new([failed(401), failed(500), job("1", "ready")]);
    nested::refresh_by_workflow(&client(&memory), nested::refresh_by_workflow::Inputs::new("1")).await.unwrap();
    assert_eq!(memory.requests().len(), 3);
}

// Rule R42: with the components and sources of its own document.
#[tokio::test(start_paused = true)]
async fn a_workflow_of_another_document_brings_its_own_world() {
    let memory = Memory::new([failed(503), job("1", "ready"), job("note", "queued")]);
    let run = nested::from_the_library(&client(&memory), nested::from_the_library::Inputs::new("1")).await.unwrap();
    assert_eq!(sent(&memory), ["GET /jobs/1", "GET /jobs/1", r#"POST /jobs {"name":"found ready"}"#]);
    assert_eq!(json!(run.outputs), json!({ "state": "ready", "note": "note" }));
}

#[tokio::test(start_paused = true)]
async fn an_observer_sees_the_workflows_begin_and_end() {
    let memory = Memory::new([job("1", "queued"), failed(404)]);
    let events: std::sync::Arc<std::sync::Mutex<Vec<String>>> = std::sync::Arc::default();
    let seen = events.clone();
    let observer = move |event: &Event<'_>| {
        let line = match event {
            Event::WorkflowStarted { workflow, caller, .. } => format!("{caller} runs {workflow}"),
            Event::WorkflowFinished { workflow, error, .. } => format!("{workflow} is over: {error:?}"),
            Event::RunStarted { workflow, .. } => format!("{workflow} begins"),
            Event::RunFinished { workflow, .. } => format!("{workflow} ends"),
            _ => return,
        };
        seen.lock().unwrap().push(line);
    };
    let client = settings(&memory).observer(observer).build().unwrap();
    nested::create_and_read(&client, nested::create_and_read::Inputs::new("n")).await.unwrap_err();
    assert_eq!(
        *events.lock().unwrap(),
        [
            "create-and-read begins",
            "create-and-read runs read-job",
            "read-job is over: Some(\"it ended after a failure\")",
            "create-and-read ends",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_server_must_be_known_for_the_workflows_that_are_run_too() {
    let memory = Memory::new([job("1", "ready")]);
    let client = Client::builder().transport(memory.clone()).server_for("jobsApi", "http://jobs.test").build().unwrap();
    let error = nested::from_the_library(&client, nested::from_the_library::Inputs::new("1")).await.unwrap_err();
    assert_eq!((error.kind(), error.workflow()), (ErrorKind::Server, Some("find-job")));
    assert!(memory.requests().is_empty());
    assert_eq!(outputs(&error), Value::Object(serde_json::Map::new()));
}

// Rule R28: an action sees the response, also where an output reads the same of it.
#[tokio::test(start_paused = true)]
async fn the_response_can_be_handed_over() {
    let memory = Memory::new([job("new", "queued"), job("new", "ready")]);
    let inputs = nested::hand_over_the_answer::Inputs::new("1");
    let run = nested::hand_over_the_answer(&client(&memory), inputs).await.unwrap();
    assert_eq!(sent(&memory)[1], "GET /jobs/new");
    assert_eq!(json!(run.outputs), json!({ "id": "new" }));
}

// Rules R1, R33.
#[tokio::test(start_paused = true)]
async fn a_dependency_that_failed_is_run_again_by_the_next_attempt() {
    let memory = Memory::new([failed(500), job("s", "ready"), job("1", "ready")]);
    let inputs = nested::again_with_session::Inputs::new("1");
    nested::again_with_session(&client(&memory), inputs).await.unwrap();
    assert_eq!(memory.requests().len(), 3);
}

// Rule A6.
#[tokio::test(start_paused = true)]
async fn the_last_response_is_that_of_a_workflow_within_the_workflow() {
    let memory = Memory::new([job("1", "ready")]);
    nested::two_deep(&client(&memory), nested::two_deep::Inputs::new("1")).await.unwrap();
}

// Rule R38.
#[tokio::test(start_paused = true)]
async fn a_retry_of_a_workflow_waits_as_its_last_response_asks() {
    let memory = Memory::new([failed(503).with("retry-after", "7"), job("1", "ready")]);
    let inputs = nested::waits_for_retry_after::Inputs::new("1");
    nested::waits_for_retry_after(&paced(&memory), inputs).await.unwrap();
    assert_eq!(memory.times(), [0, 7_000]);
}

#[tokio::test(start_paused = true)]
async fn outputs_of_a_workflow_that_another_went_on_as_can_be_read() {
    let memory = Memory::new([job("1", "queued"), job("1", "running")]);
    let inputs = nested::hand_over_and_look::Inputs::new("1");
    let run = nested::hand_over_and_look(&client(&memory), inputs).await.unwrap();
    assert_eq!(json!(run.outputs), json!({ "state": "running" }));
}

// Rule R4.
#[tokio::test(start_paused = true)]
async fn a_step_of_the_same_workflow_may_be_named_in_full() {
    let memory = Memory::new([job("1", "queued")]);
    let inputs = nested::in_order_by_its_own_name::Inputs::new("1");
    let run = nested::in_order_by_its_own_name(&client(&memory), inputs).await.unwrap();
    let steps: Vec<_> = run.report.requests().map(|record| record.step).collect();
    assert_eq!(steps, ["early", "later"]);
}

// Rule A20.
#[tokio::test(start_paused = true)]
async fn help_whose_inputs_do_not_fit_is_left_out() {
    let memory = Memory::new([failed(401), job("1", "ready")]);
    let inputs = nested::help_that_does_not_fit::Inputs::new("1");
    let run = nested::help_that_does_not_fit(&client(&memory), inputs).await.unwrap();
    assert_eq!(sent(&memory), ["GET /jobs/1", "GET /jobs/1"]);
    let call = run.report.calls().next().unwrap();
    let reason = "`$inputs.name` must be a string".to_owned();
    assert_eq!((call.called, &call.outcome), ("sign-in", &Outcome::NotSent { reason }));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_done_in_time_is_left_as_it_was() {
    let memory = Memory::new([job("1", "ready")]);
    let run = nested::all_in_time(&paced(&memory), nested::all_in_time::Inputs::new("1")).await.unwrap();
    assert_eq!(run.end, nested::all_in_time::End::Completed);
    assert_eq!(run.report.requests().next().unwrap().outcome, Outcome::Passed);
}
