//! `image-to-running-sandbox`: an image is built into a snapshot, and a sandbox started from it, over two APIs.

use arazzo::{ErrorKind, Limits};
use serde_json::json;

use crate::embedded::{Daytona, Fault, Server};
use crate::support::{
    Sent, TOKEN, assert_error, assert_report, assert_requests, assert_says, client, get, ok, outputs, post, settings,
};
use crate::workflows::image_to_running_sandbox;
use crate::workflows::image_to_running_sandbox::{End, Inputs, OutputsSandboxState};

const SNAPSHOT: &str = "000005a9-0000-4000-8000-000000000004";
const SANDBOX: &str = "000005b0-0000-4000-8000-000000000005";

fn inputs() -> Inputs {
    Inputs::new(TOKEN, "mine", "ubuntu:22.04")
}

fn create_snapshot() -> Sent {
    post("/api/snapshots", json!({ "name": "mine", "imageName": "ubuntu:22.04" }))
}

fn read_snapshot() -> Sent {
    get(format!("/api/snapshots/{SNAPSHOT}"))
}

fn create_sandbox() -> Sent {
    post("/api/sandbox", json!({ "snapshot": "mine" }))
}

fn read_sandbox() -> Sent {
    get(format!("/api/sandbox/{SANDBOX}"))
}

#[tokio::test]
async fn an_image_becomes_a_snapshot_and_then_a_sandbox() {
    let server = Server::start(Daytona::new(TOKEN));
    let run = image_to_running_sandbox(&client(&server), inputs()).await.unwrap();
    assert_eq!(run.end, End::Running);
    assert!(!run.after_failure());
    assert_eq!(run.outputs.snapshot_id, SNAPSHOT);
    assert_eq!(run.outputs.sandbox_id.as_deref(), Some(SANDBOX));
    assert_eq!(run.outputs.sandbox_state, Some(OutputsSandboxState::Started));
    assert_eq!(json!(run.outputs), json!({ "snapshotId": SNAPSHOT, "sandboxId": SANDBOX, "sandboxState": "started" }));
    assert_requests(
        &server,
        &[(1, create_snapshot()), (7, read_snapshot()), (1, create_sandbox()), (5, read_sandbox())],
    );
    assert_report(
        &run.report,
        &server,
        &[
            (1, "createSnapshot: 200; next"),
            (6, "pollBuild: 200; stillBuilding to pollBuild"),
            (1, "pollBuild: 200; active to createSandbox"),
            (1, "createSandbox: 200; next"),
            (4, "pollSandbox: 200; stillProvisioning to pollSandbox"),
            (1, "pollSandbox: 200; end running"),
        ],
    );
}

#[tokio::test]
async fn a_build_may_take_thirty_reads() {
    let server = Server::start(Daytona::new(TOKEN).polls(10));
    let run = image_to_running_sandbox(&client(&server), inputs()).await.unwrap();
    assert_eq!(run.end, End::Running);
    assert_requests(
        &server,
        &[(1, create_snapshot()), (31, read_snapshot()), (1, create_sandbox()), (21, read_sandbox())],
    );
}

// Rule R6.
#[tokio::test]
async fn a_failed_build_is_an_end_in_either_of_its_states() {
    for state in ["build_failed", "error"] {
        let server = Server::start(Daytona::new(TOKEN).polls(1).snapshots_end(state));
        let run = image_to_running_sandbox(&client(&server), inputs()).await.unwrap();
        assert_eq!(run.end, End::BuildFailed);
        assert!(!run.after_failure(), "the end stands under onSuccess");
        assert_eq!(run.outputs.snapshot_id, SNAPSHOT);
        assert_eq!((run.outputs.sandbox_id, run.outputs.sandbox_state), (None, None));
        assert_requests(&server, &[(1, create_snapshot()), (4, read_snapshot())]);
        assert_report(
            &run.report,
            &server,
            &[
                (1, "createSnapshot: 200; next"),
                (3, "pollBuild: 200; stillBuilding to pollBuild"),
                (1, "pollBuild: 200; end buildFailed"),
            ],
        );
    }
}

#[tokio::test]
async fn a_sandbox_in_error_is_an_end_with_all_outputs() {
    let server = Server::start(Daytona::new(TOKEN).polls(0).sandboxes_end("error"));
    let run = image_to_running_sandbox(&client(&server), inputs()).await.unwrap();
    assert_eq!(run.end, End::Failed);
    assert!(!run.after_failure());
    assert_eq!(run.outputs.snapshot_id, SNAPSHOT);
    assert_eq!(run.outputs.sandbox_id.as_deref(), Some(SANDBOX));
    assert_eq!(run.outputs.sandbox_state, Some(OutputsSandboxState::Error));
    assert_report(
        &run.report,
        &server,
        &[
            (1, "createSnapshot: 200; next"),
            (1, "pollBuild: 200; active to createSandbox"),
            (1, "createSandbox: 200; next"),
            (1, "pollSandbox: 200; end failed"),
        ],
    );
}

/// The document knows `build_failed` of a snapshot, but not of a sandbox, though the description has it there too.
#[tokio::test]
async fn a_sandbox_whose_build_failed_is_read_until_a_limit_is_reached() {
    let server = Server::start(Daytona::new(TOKEN).polls(0).sandboxes_end("build_failed"));
    let client = settings(&server).limits(Limits::default().steps(20)).build().unwrap();
    let error = image_to_running_sandbox(&client, inputs()).await.unwrap_err();
    assert_error(&error, ErrorKind::Limit, "pollSandbox", None);
    assert_says(&error, "the run has executed 20 steps, as many as `Limits::steps` allows");
    assert_eq!(
        outputs(&error),
        json!({ "snapshotId": SNAPSHOT, "sandboxId": SANDBOX, "sandboxState": "build_failed" })
    );
    assert_report(
        error.report(),
        &server,
        &[
            (1, "createSnapshot: 200; next"),
            (1, "pollBuild: 200; active to createSandbox"),
            (1, "createSandbox: 200; next"),
            (17, "pollSandbox: 200; stillProvisioning to pollSandbox"),
        ],
    );
}

#[tokio::test]
async fn a_wrong_token_is_an_error() {
    let server = Server::start(Daytona::new("another"));
    let error = image_to_running_sandbox(&client(&server), inputs()).await.unwrap_err();
    assert_error(&error, ErrorKind::Step, "createSnapshot", Some(401));
    assert_eq!(error.workflow(), Some("image-to-running-sandbox"));
    assert_eq!(error.criterion(), Some("$statusCode == 200"));
    assert_says(&error, "the bearer token is not valid");
    assert_eq!(outputs(&error), json!({}));
}

#[tokio::test]
async fn a_name_that_is_taken_is_an_error() {
    let server = Server::start(Daytona::new(TOKEN));
    let error = image_to_running_sandbox(&client(&server), Inputs::new(TOKEN, "retired", "x")).await.unwrap_err();
    assert_error(&error, ErrorKind::Step, "createSnapshot", Some(409));
    assert_says(&error, "the name `retired` belongs to another snapshot");
}

#[tokio::test]
async fn a_sandbox_that_is_refused_keeps_the_snapshot_among_the_outputs() {
    let server = Server::start(Daytona::new(TOKEN).polls(0));
    server.fault(3, Fault::Status(429, "busy", "text/plain"));
    let error = image_to_running_sandbox(&client(&server), inputs()).await.unwrap_err();
    assert_error(&error, ErrorKind::Step, "createSandbox", Some(429));
    assert_says(&error, "the server answered 429, and `$statusCode == 200` is not met; the body begins: busy");
    assert_eq!(outputs(&error), json!({ "snapshotId": SNAPSHOT }));
}

#[tokio::test]
async fn the_sandbox_is_created_from_the_name_that_the_api_gave_the_snapshot() {
    let server = Server::start(Daytona::new(TOKEN).polls(0));
    server.fault(1, ok(&json!({ "id": SNAPSHOT, "name": "debian-12", "state": "building" })));
    server.fault(2, ok(&json!({ "state": "active" })));
    let run = image_to_running_sandbox(&client(&server), inputs()).await.unwrap();
    assert_eq!(run.end, End::Running);
    assert_eq!(server.requests()[2].json(), Some(json!({ "snapshot": "debian-12" })));
}

// Rule R53.
#[tokio::test]
async fn a_name_that_the_api_leaves_out_is_left_out_of_the_next_request() {
    let server = Server::start(Daytona::new(TOKEN).polls(0));
    server.fault(1, ok(&json!({ "id": SNAPSHOT, "state": "building" })));
    server.fault(2, ok(&json!({ "state": "active" })));
    let run = image_to_running_sandbox(&client(&server), inputs()).await.unwrap();
    assert_eq!(run.end, End::Running);
    assert_eq!(server.requests()[2].json(), Some(json!({})));
}

#[tokio::test]
async fn a_state_that_the_description_does_not_know_is_kept() {
    let server = Server::start(Daytona::new(TOKEN).polls(0).sandboxes_end("hibernating"));
    let client = settings(&server).limits(Limits::default().steps(5)).build().unwrap();
    let error = image_to_running_sandbox(&client, inputs()).await.unwrap_err();
    assert_error(&error, ErrorKind::Limit, "pollSandbox", None);
    assert_eq!(outputs(&error)["sandboxState"], "hibernating");
}

#[tokio::test]
async fn names_are_sent_as_json_text_whatever_they_hold() {
    let server = Server::start(Daytona::new(TOKEN).polls(0));
    let name = "a \"b\" \\ {$inputs.apiToken} $inputs.apiToken\n\u{fc}\u{1f980}";
    let run = image_to_running_sandbox(&client(&server), Inputs::new(TOKEN, name, "x")).await.unwrap();
    assert_eq!(run.end, End::Running);
    assert_eq!(server.requests()[0].json(), Some(json!({ "name": name, "imageName": "x" })));
    assert_eq!(server.requests()[2].json(), Some(json!({ "snapshot": name })));
}
