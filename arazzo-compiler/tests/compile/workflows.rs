//! The five workflows of this repository: their ends, and which outputs every end has.

use crate::support::Module;
use arazzo_compiler::{Options, compile};
use std::path::Path;

#[track_caller]
fn check(document: &str, name: &str, ends: &[&str], outputs: &[&str]) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let path = root.join("workflows").join(document);
    let compilation = compile(&path, &Options { root, ..Options::default() });
    assert!(!compilation.has_errors(), "{}", compilation.diagnostics[0]);
    let module = Module::of(compilation.tokens, name).expect("the workflow is there");
    assert_eq!(module.members("End"), ends);
    assert_eq!(module.members("Outputs"), outputs);
}

#[test]
fn from_an_image_to_a_running_sandbox() {
    check(
        "daytona-image-to-running-sandbox.yml",
        "image_to_running_sandbox",
        &["Completed", "BuildFailed", "Running", "Failed"],
        &["snapshot_id: String", "sandbox_id: Option<String>", "sandbox_state: Option<OutputsSandboxState>"],
    );
}

#[test]
fn a_snapshot_of_a_sandbox() {
    check(
        "daytona-capture-sandbox-snapshot.yml",
        "capture_sandbox_snapshot",
        &["Completed", "Settled", "Failed"],
        &["sandbox_id: String", "final_state: Option<OutputsFinalState>"],
    );
}

#[test]
fn a_fork_of_a_sandbox() {
    check(
        "daytona-fork-sandbox.yml",
        "fork_sandbox",
        &["Completed", "Failed"],
        &["fork_id: String", "state: Option<OutputsState>"],
    );
}

#[test]
fn a_volume_and_a_sandbox() {
    check(
        "daytona-provision-volume-and-sandbox.yml",
        "provision_volume_and_sandbox",
        &["Completed", "Failed"],
        &["volume_id: String", "sandbox_id: Option<String>", "sandbox_state: Option<OutputsSandboxState>"],
    );
}

#[test]
fn a_devbox_from_its_snapshot() {
    check(
        "runloop-snapshot-and-restore-devbox.yml",
        "snapshot_and_restore_devbox",
        &["Completed", "SnapshotError"],
        &[
            "snapshot_id: String",
            "restored_devbox_id: Option<String>",
            "restored_status: Option<OutputsRestoredStatus>",
        ],
    );
}
