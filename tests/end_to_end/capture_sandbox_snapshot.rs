//! `capture-sandbox-snapshot`: a sandbox is captured, and read until it runs again.

use arazzo::{ErrorKind, Limits};
use serde_json::json;

use crate::embedded::{Daytona, Fault, Server};
use crate::support::{
    Sent, TOKEN, assert_error, assert_report, assert_requests, assert_says, client, get, ok, outputs, post, settings,
};
use crate::workflows::capture_sandbox_snapshot;
use crate::workflows::capture_sandbox_snapshot::{End, Inputs, OutputsFinalState};

fn inputs() -> Inputs {
    Inputs::new(TOKEN, "workbench", "kept")
}

fn capture() -> Sent {
    post("/api/sandbox/workbench/snapshot", json!({ "name": "kept" }))
}

fn read() -> Sent {
    get("/api/sandbox/workbench")
}

#[tokio::test]
async fn a_captured_sandbox_is_followed_until_it_runs_again() {
    let server = Server::start(Daytona::new(TOKEN));
    let run = capture_sandbox_snapshot(&client(&server), inputs()).await.unwrap();
    assert_eq!(run.end, End::Settled);
    assert!(!run.after_failure());
    assert_eq!(run.outputs.sandbox_id, "sbx-1");
    assert_eq!(run.outputs.final_state, Some(OutputsFinalState::Started));
    assert_eq!(json!(run.outputs), json!({ "sandboxId": "sbx-1", "finalState": "started" }));
    assert_requests(&server, &[(1, capture()), (3, read())]);
    assert_report(
        &run.report,
        &server,
        &[
            (1, "captureSnapshot: 200; next"),
            (2, "pollSettled: 200; stillSnapshotting to pollSettled"),
            (1, "pollSettled: 200; end settled"),
        ],
    );
}

#[tokio::test]
async fn a_capture_may_take_thirty_reads() {
    let server = Server::start(Daytona::new(TOKEN).polls(30));
    let run = capture_sandbox_snapshot(&client(&server), inputs()).await.unwrap();
    assert_eq!(run.end, End::Settled);
    assert_requests(&server, &[(1, capture()), (31, read())]);
}

// Rule R6.
#[tokio::test]
async fn a_sandbox_in_error_is_an_end_that_the_document_declares() {
    let server = Server::start(Daytona::new(TOKEN).polls(1).captures_end("error"));
    let run = capture_sandbox_snapshot(&client(&server), inputs()).await.unwrap();
    assert_eq!(run.end, End::Failed);
    assert!(!run.after_failure(), "the end stands under onSuccess");
    assert_eq!(run.outputs.sandbox_id, "sbx-1");
    assert_eq!(run.outputs.final_state, Some(OutputsFinalState::Error));
    assert_report(
        &run.report,
        &server,
        &[
            (1, "captureSnapshot: 200; next"),
            (1, "pollSettled: 200; stillSnapshotting to pollSettled"),
            (1, "pollSettled: 200; end failed"),
        ],
    );
}

#[tokio::test]
async fn a_wrong_token_is_an_error() {
    let server = Server::start(Daytona::new("another"));
    let error = capture_sandbox_snapshot(&client(&server), inputs()).await.unwrap_err();
    assert_error(&error, ErrorKind::Step, "captureSnapshot", Some(401));
    assert_eq!(error.workflow(), Some("capture-sandbox-snapshot"));
    assert_eq!(error.criterion(), Some("$statusCode == 200"));
    assert_says(&error, "the bearer token is not valid");
    assert_requests(&server, &[(1, capture())]);
}

#[tokio::test]
async fn a_sandbox_that_is_being_captured_cannot_be_captured_again() {
    let server = Server::start(Daytona::new(TOKEN).captures_end("snapshotting"));
    let client = settings(&server).limits(Limits::default().steps(3)).build().unwrap();
    let first = capture_sandbox_snapshot(&client, inputs()).await.unwrap_err();
    assert_error(&first, ErrorKind::Limit, "pollSettled", None);
    assert_eq!(outputs(&first), json!({ "sandboxId": "sbx-1", "finalState": "snapshotting" }));
    let second = capture_sandbox_snapshot(&client, inputs()).await.unwrap_err();
    assert_error(&second, ErrorKind::Step, "captureSnapshot", Some(409));
    assert_says(&second, "the sandbox `workbench` is snapshotting, not started");
}

// Rule R22.
#[tokio::test]
async fn the_first_answer_decides_the_id_and_the_last_one_the_state() {
    let server = Server::start(Daytona::new(TOKEN));
    server.fault(1, ok(&json!({ "id": "first", "state": "unknown" })));
    server.fault(2, ok(&json!({ "id": "second", "state": "snapshotting" })));
    server.fault(3, ok(&json!({ "id": "third", "state": "started" })));
    let run = capture_sandbox_snapshot(&client(&server), inputs()).await.unwrap();
    assert_eq!(run.outputs.sandbox_id, "first");
    assert_eq!(run.outputs.final_state, Some(OutputsFinalState::Started));
}

#[tokio::test]
async fn an_id_that_is_missing_is_an_error_that_keeps_the_rest() {
    let server = Server::start(Daytona::new(TOKEN).polls(0));
    server.fault(1, ok(&json!({ "state": "snapshotting" })));
    let error = capture_sandbox_snapshot(&client(&server), inputs()).await.unwrap_err();
    assert_error(&error, ErrorKind::Output, "captureSnapshot", None);
    assert_says(&error, "the output `sandboxId` is missing");
    assert_eq!(outputs(&error), json!({ "finalState": "started" }));
}

#[tokio::test]
async fn the_state_is_compared_exactly() {
    let server = Server::start(Daytona::new(TOKEN).polls(0));
    server.fault(2, ok(&json!({ "state": "STARTED" })));
    server.fault(3, ok(&json!({ "state": ["started"] })));
    server.fault(4, ok(&json!({ "state": { "state": "started" } })));
    server.fault(5, ok(&json!([{ "state": "started" }])));
    let run = capture_sandbox_snapshot(&client(&server), inputs()).await.unwrap();
    assert_eq!(run.end, End::Settled);
    assert_report(
        &run.report,
        &server,
        &[
            (1, "captureSnapshot: 200; next"),
            (4, "pollSettled: 200; stillSnapshotting to pollSettled"),
            (1, "pollSettled: 200; end settled"),
        ],
    );
}

// Rule R26.
#[tokio::test]
async fn the_end_settled_and_falling_off_the_last_step_are_two_things() {
    let server = Server::start(Daytona::new(TOKEN).polls(0));
    server.fault(2, Fault::Status(200, "\"a text\"", "application/json"));
    let run = capture_sandbox_snapshot(&client(&server), inputs()).await.unwrap();
    assert_eq!(run.end, End::Completed, "criteria of the type jsonpath need an object or a list");
    assert_eq!(run.outputs.final_state, None);
    assert_report(&run.report, &server, &[(1, "captureSnapshot: 200; next"), (1, "pollSettled: 200; none matched")]);
}
