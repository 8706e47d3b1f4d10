//! `provision-volume-and-sandbox`: a volume is created and, once it is ready, a sandbox that mounts it.

use arazzo::{ErrorKind, Limits};
use serde_json::json;

use crate::embedded::{Daytona, Fault, Server};
use crate::support::{
    Sent, TOKEN, assert_error, assert_report, assert_requests, client, get, ok, outputs, post, settings,
};
use crate::workflows::provision_volume_and_sandbox;
use crate::workflows::provision_volume_and_sandbox::{End, Inputs, OutputsSandboxState};

const VOLUME: &str = "00000701-0000-4000-8000-000000000004";
const SANDBOX: &str = "000005b0-0000-4000-8000-000000000005";

fn inputs() -> Inputs {
    Inputs::new(TOKEN, "data", "ubuntu-22", "/data")
}

fn create_volume() -> Sent {
    post("/api/volumes", json!({ "name": "data" }))
}

fn read_volume() -> Sent {
    get(format!("/api/volumes/{VOLUME}"))
}

fn create_sandbox() -> Sent {
    let mount = json!({ "volumeId": VOLUME, "mountPath": "/data" });
    post("/api/sandbox", json!({ "snapshot": "ubuntu-22", "volumes": [mount] }))
}

#[tokio::test]
async fn a_volume_is_mounted_once_it_is_ready() {
    let server = Server::start(Daytona::new(TOKEN));
    let run = provision_volume_and_sandbox(&client(&server), inputs()).await.unwrap();
    assert_eq!(run.end, End::Completed);
    assert!(!run.after_failure());
    assert_eq!(run.outputs.volume_id, VOLUME);
    assert_eq!(run.outputs.sandbox_id.as_deref(), Some(SANDBOX));
    assert_eq!(run.outputs.sandbox_state, Some(OutputsSandboxState::Creating), "nothing waits for the sandbox");
    assert_requests(&server, &[(1, create_volume()), (5, read_volume()), (1, create_sandbox())]);
    assert_report(
        &run.report,
        &server,
        &[
            (1, "createVolume: 200; next"),
            (4, "pollVolume: 200; stillCreating to pollVolume"),
            (1, "pollVolume: 200; ready to createSandbox"),
            (1, "createSandbox: 200; next"),
        ],
    );
}

#[tokio::test]
async fn a_volume_may_take_thirty_reads() {
    let server = Server::start(Daytona::new(TOKEN).polls(15));
    let run = provision_volume_and_sandbox(&client(&server), inputs()).await.unwrap();
    assert_eq!(run.end, End::Completed);
    assert_requests(&server, &[(1, create_volume()), (31, read_volume()), (1, create_sandbox())]);
}

#[tokio::test]
async fn a_volume_in_error_is_an_end_without_a_sandbox() {
    let server = Server::start(Daytona::new(TOKEN).polls(1).volumes_end("error"));
    let run = provision_volume_and_sandbox(&client(&server), inputs()).await.unwrap();
    assert_eq!(run.end, End::Failed);
    assert!(!run.after_failure(), "the end stands under onSuccess");
    assert_eq!(json!(run.outputs), json!({ "volumeId": VOLUME }));
    assert_requests(&server, &[(1, create_volume()), (3, read_volume())]);
    assert_report(
        &run.report,
        &server,
        &[
            (1, "createVolume: 200; next"),
            (2, "pollVolume: 200; stillCreating to pollVolume"),
            (1, "pollVolume: 200; end failed"),
        ],
    );
}

#[tokio::test]
async fn a_wrong_token_is_an_error() {
    let server = Server::start(Daytona::new("another"));
    let error = provision_volume_and_sandbox(&client(&server), inputs()).await.unwrap_err();
    assert_error(&error, ErrorKind::Step, "createVolume", Some(401));
    assert_eq!(error.workflow(), Some("provision-volume-and-sandbox"));
    assert_eq!(error.criterion(), Some("$statusCode == 200"));
    assert_requests(&server, &[(1, create_volume())]);
}

#[tokio::test]
async fn a_snapshot_that_cannot_be_used_is_an_error_that_keeps_the_volume() {
    for (snapshot, status) in [("retired", 409), ("none", 404)] {
        let server = Server::start(Daytona::new(TOKEN).polls(0));
        let inputs = Inputs::new(TOKEN, "data", snapshot, "/data");
        let error = provision_volume_and_sandbox(&client(&server), inputs).await.unwrap_err();
        assert_error(&error, ErrorKind::Step, "createSandbox", Some(status));
        assert_eq!(outputs(&error), json!({ "volumeId": VOLUME }));
    }
}

#[tokio::test]
async fn a_volume_that_is_deleted_meanwhile_is_read_until_a_limit_is_reached() {
    let server = Server::start(Daytona::new(TOKEN).polls(0).volumes_end("deleted"));
    let client = settings(&server).limits(Limits::default().steps(6)).build().unwrap();
    let error = provision_volume_and_sandbox(&client, inputs()).await.unwrap_err();
    assert_error(&error, ErrorKind::Limit, "pollVolume", None);
    assert_requests(&server, &[(1, create_volume()), (5, read_volume())]);
}

#[tokio::test]
async fn a_sandbox_without_a_state_has_none_among_the_outputs() {
    let server = Server::start(Daytona::new(TOKEN).polls(0));
    server.fault(3, ok(&json!({ "id": "s" })));
    let run = provision_volume_and_sandbox(&client(&server), inputs()).await.unwrap();
    assert_eq!(run.end, End::Completed);
    assert_eq!(run.outputs.sandbox_state, None);
    assert_eq!(json!(run.outputs), json!({ "volumeId": VOLUME, "sandboxId": "s" }));
}

#[tokio::test]
async fn a_state_that_the_description_does_not_know_is_kept() {
    let server = Server::start(Daytona::new(TOKEN).polls(0));
    server.fault(3, ok(&json!({ "id": "s", "state": "" })));
    let run = provision_volume_and_sandbox(&client(&server), inputs()).await.unwrap();
    assert_eq!(run.outputs.sandbox_state, Some(OutputsSandboxState::Other(String::new())));
}

#[tokio::test]
async fn an_answer_that_is_lost_is_not_asked_for_again() {
    let server = Server::start(Daytona::new(TOKEN));
    server.fault(1, Fault::Lose);
    let error = provision_volume_and_sandbox(&client(&server), inputs()).await.unwrap_err();
    assert_error(&error, ErrorKind::Transport, "createVolume", None);
    assert_requests(&server, &[(1, create_volume())]);
    let again = provision_volume_and_sandbox(&client(&server), inputs()).await.unwrap_err();
    assert_error(&again, ErrorKind::Step, "createVolume", Some(409));
}
