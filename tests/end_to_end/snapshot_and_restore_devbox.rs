//! `snapshot-and-restore-devbox`: the disk of a devbox is saved, and another devbox booted from it.

use arazzo::ErrorKind;
use serde_json::{Value, json};

use crate::embedded::{Runloop, Server};
use crate::support::{
    Sent, TOKEN, assert_error, assert_report, assert_requests, assert_says, client, get, ok, outputs, post,
};
use crate::workflows::snapshot_and_restore_devbox;
use crate::workflows::snapshot_and_restore_devbox::{End, Inputs, OutputsRestoredStatus};

fn inputs() -> Inputs {
    Inputs::new(TOKEN, "dbx-1")
}

fn start(body: Value) -> Sent {
    post("/v1/devboxes/dbx-1/snapshot_disk_async", body)
}

fn query() -> Sent {
    get("/v1/devboxes/disk_snapshots/snp-2/status")
}

fn restore() -> Sent {
    post("/v1/devboxes", json!({ "snapshot_id": "snp-2" }))
}

fn wait() -> Sent {
    post("/v1/devboxes/dbx-2/wait_for_status", json!({ "statuses": ["running"], "timeout_seconds": 30 }))
}

#[tokio::test]
async fn a_devbox_is_restored_from_a_complete_snapshot() {
    let server = Server::start(Runloop::new(TOKEN));
    let run = snapshot_and_restore_devbox(&client(&server), inputs()).await.unwrap();
    assert_eq!(run.end, End::Completed);
    assert!(!run.after_failure());
    assert_eq!(run.outputs.snapshot_id, "snp-2");
    assert_eq!(run.outputs.restored_devbox_id.as_deref(), Some("dbx-2"));
    assert_eq!(run.outputs.restored_status, Some(OutputsRestoredStatus::Running));
    assert_eq!(
        json!(run.outputs),
        json!({ "snapshotId": "snp-2", "restoredDevboxId": "dbx-2", "restoredStatus": "running" })
    );
    assert_requests(&server, &[(1, start(json!({}))), (3, query()), (1, restore()), (1, wait())]);
    assert_report(
        &run.report,
        &server,
        &[
            (1, "startSnapshot: 200; next"),
            (2, "pollSnapshot: 200; inProgress to pollSnapshot"),
            (1, "pollSnapshot: 200; complete to restoreDevbox"),
            (1, "restoreDevbox: 200; next"),
            (1, "waitUntilRunning: 200; next"),
        ],
    );
}

// Rules R50, A14.
#[tokio::test]
async fn each_optional_input_is_sent_when_it_is_given() {
    let text = |text: &str| Some(text.to_owned());
    for (inputs, started, restored) in [
        (Inputs { snapshot_name: text("s"), ..inputs() }, json!({ "name": "s" }), json!({})),
        (Inputs { commit_message: text("c"), ..inputs() }, json!({ "commit_message": "c" }), json!({})),
        (Inputs { restored_name: text("r"), ..inputs() }, json!({}), json!({ "name": "r" })),
        (
            Inputs { snapshot_name: text("s"), commit_message: text(""), restored_name: text("r"), ..inputs() },
            json!({ "name": "s", "commit_message": "" }),
            json!({ "name": "r" }),
        ),
    ] {
        let server = Server::start(Runloop::new(TOKEN).polls(0));
        let run = snapshot_and_restore_devbox(&client(&server), inputs).await.unwrap();
        assert_eq!(run.end, End::Completed);
        let mut body = restored;
        body["snapshot_id"] = json!("snp-2");
        assert_requests(&server, &[(1, start(started)), (1, query()), (1, post("/v1/devboxes", body)), (1, wait())]);
    }
}

#[tokio::test]
async fn a_snapshot_may_take_thirty_queries() {
    let server = Server::start(Runloop::new(TOKEN).polls(30));
    let run = snapshot_and_restore_devbox(&client(&server), inputs()).await.unwrap();
    assert_eq!(run.end, End::Completed);
    assert_requests(&server, &[(1, start(json!({}))), (31, query()), (1, restore()), (1, wait())]);
}

#[tokio::test]
async fn a_snapshot_in_error_is_an_end_that_the_document_declares() {
    let server = Server::start(Runloop::new(TOKEN).snapshots_end("error"));
    let run = snapshot_and_restore_devbox(&client(&server), inputs()).await.unwrap();
    assert_eq!(run.end, End::SnapshotError);
    assert!(!run.after_failure(), "the end stands under onSuccess");
    assert_eq!(run.outputs.snapshot_id, "snp-2");
    assert_eq!((run.outputs.restored_devbox_id, run.outputs.restored_status), (None, None));
    assert_report(
        &run.report,
        &server,
        &[
            (1, "startSnapshot: 200; next"),
            (2, "pollSnapshot: 200; inProgress to pollSnapshot"),
            (1, "pollSnapshot: 200; end snapshotError"),
        ],
    );
}

// Rule R25.
/// The document has no action for `deleted`, so the specification's next step follows, and fails.
#[tokio::test]
async fn a_deleted_snapshot_falls_through_to_the_next_step() {
    let server = Server::start(Runloop::new(TOKEN).polls(1).snapshots_end("deleted"));
    let error = snapshot_and_restore_devbox(&client(&server), inputs()).await.unwrap_err();
    assert_error(&error, ErrorKind::Step, "restoreDevbox", Some(404));
    assert_says(&error, "there is no snapshot `snp-2`");
    assert_eq!(outputs(&error), json!({ "snapshotId": "snp-2" }));
    assert_requests(&server, &[(1, start(json!({}))), (2, query()), (1, restore())]);
    assert_report(
        error.report(),
        &server,
        &[
            (1, "startSnapshot: 200; next"),
            (1, "pollSnapshot: 200; inProgress to pollSnapshot"),
            (1, "pollSnapshot: 200; none matched"),
            (1, "restoreDevbox: 404, not `$statusCode == 200`; break"),
        ],
    );
}

#[tokio::test]
async fn a_devbox_that_is_late_is_an_error_that_keeps_it() {
    let server = Server::start(Runloop::new(TOKEN).polls(0).timeouts(1));
    let error = snapshot_and_restore_devbox(&client(&server), inputs()).await.unwrap_err();
    assert_error(&error, ErrorKind::Step, "waitUntilRunning", Some(408));
    assert_eq!(error.criterion(), Some("$statusCode == 200"));
    assert_says(&error, "none of the statuses was reached in time");
    assert_eq!(outputs(&error), json!({ "snapshotId": "snp-2", "restoredDevboxId": "dbx-2" }));
    assert_requests(&server, &[(1, start(json!({}))), (1, query()), (1, restore()), (1, wait())]);
}

#[tokio::test]
async fn a_devbox_that_fails_to_boot_is_an_error() {
    let server = Server::start(Runloop::new(TOKEN).polls(0).devboxes_end("failure"));
    let error = snapshot_and_restore_devbox(&client(&server), inputs()).await.unwrap_err();
    assert_error(&error, ErrorKind::Step, "waitUntilRunning", Some(408));
}

#[tokio::test]
async fn a_wrong_token_is_an_error() {
    let server = Server::start(Runloop::new("another"));
    let error = snapshot_and_restore_devbox(&client(&server), inputs()).await.unwrap_err();
    assert_error(&error, ErrorKind::Step, "startSnapshot", Some(401));
    assert_eq!(error.workflow(), Some("snapshot-and-restore-devbox"));
    assert_eq!(error.criterion(), Some("$statusCode == 200"));
    assert_says(&error, "{\"code\":\"unauthorized\",\"message\":\"the bearer token is not valid\"}");
    assert_requests(&server, &[(1, start(json!({})))]);
}

#[tokio::test]
async fn an_unknown_devbox_is_an_error() {
    let server = Server::start(Runloop::new(TOKEN));
    let error = snapshot_and_restore_devbox(&client(&server), Inputs::new(TOKEN, "dbx/\u{fc} 9%")).await.unwrap_err();
    assert_error(&error, ErrorKind::Step, "startSnapshot", Some(404));
    assert_says(&error, "there is no devbox `dbx/\u{fc} 9%`");
    assert_eq!(server.requests()[0].target, "/v1/devboxes/dbx%2F%C3%BC%209%25/snapshot_disk_async");
}

#[tokio::test]
async fn a_status_that_the_description_does_not_know_is_kept() {
    let server = Server::start(Runloop::new(TOKEN).polls(0));
    server.fault(4, ok(&json!({ "id": "dbx-2", "status": "warm" })));
    let run = snapshot_and_restore_devbox(&client(&server), inputs()).await.unwrap();
    assert_eq!(run.outputs.restored_status, Some(OutputsRestoredStatus::Other("warm".to_owned())));
}

#[tokio::test]
async fn a_required_status_that_is_missing_is_none_because_the_step_might_not_have_run() {
    let server = Server::start(Runloop::new(TOKEN).polls(0));
    server.fault(4, ok(&json!({ "id": "dbx-2" })));
    let run = snapshot_and_restore_devbox(&client(&server), inputs()).await.unwrap();
    assert_eq!(run.end, End::Completed);
    assert_eq!(run.outputs.restored_status, None);
}

#[tokio::test]
async fn a_snapshot_without_a_status_falls_through() {
    let server = Server::start(Runloop::new(TOKEN).polls(0));
    server.fault(2, ok(&json!({ "snapshot": null })));
    let error = snapshot_and_restore_devbox(&client(&server), inputs()).await.unwrap_err();
    assert_error(&error, ErrorKind::Step, "restoreDevbox", Some(400));
    assert_report(
        error.report(),
        &server,
        &[
            (1, "startSnapshot: 200; next"),
            (1, "pollSnapshot: 200; none matched"),
            (1, "restoreDevbox: 400, not `$statusCode == 200`; break"),
        ],
    );
}
