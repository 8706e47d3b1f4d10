//! A workflow against Runloop's API: it saves the disk of a devbox and boots another from it.
//!
//! ```text
//! cargo run --example runloop                     against an embedded API on loopback
//! cargo run --example runloop -- serve [port]     serves that API, for another process
//! ```
//!
//! With `RUNLOOP_API_URL` and `RUNLOOP_API_KEY` set, it runs against the service that they name, on the devbox that
//! `RUNLOOP_DEVBOX` names.

#[path = "../embedded/mod.rs"]
mod embedded;
#[path = "../show/mod.rs"]
mod show;

use std::error::Error;
use std::process::ExitCode;

use arazzo::{Client, progress::Progress};
use embedded::Runloop;
use serde_json::json;
use show::{Service, unique, variable};

// Reads the document, checks it and turns its workflow into a function, all while this file compiles.
arazzo::arazzo_workflow! {
    path = "workflows/runloop-snapshot-and-restore-devbox.yml",
    allow(bare_expression, bare_jsonpath, unhandled_value)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    show::example("Runloop", |key| Runloop::new(key), tour).await
}

async fn tour(service: &Service) -> Result<(), Box<dyn Error>> {
    let client =
        Client::builder().server(&service.url).pacing(service.pacing.clone()).observer(Progress::new()).build()?;

    show::heading("The disk of a devbox is saved, and another devbox booted from it");
    // The embedded API has this devbox; of a service of your own only you know one.
    let devbox = variable("RUNLOOP_DEVBOX").unwrap_or_else(|| "dbx-1".to_owned());
    let inputs = snapshot_and_restore_devbox::Inputs {
        snapshot_name: Some(unique("snapshot")),
        commit_message: Some("Taken by the example of arazzo.".to_owned()),
        restored_name: Some(unique("restored")),
        ..snapshot_and_restore_devbox::Inputs::new(&service.key, devbox)
    };
    let run = snapshot_and_restore_devbox(&client, inputs).await?;
    show::ended(&run.end, &json!(run.outputs), &run.report);
    Ok(())
}
