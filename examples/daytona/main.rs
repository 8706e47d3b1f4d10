//! Four workflows against Daytona's API, each the input of the next.
//!
//! ```text
//! cargo run --example daytona                     against an embedded API on loopback
//! cargo run --example daytona -- serve [port]     serves that API, for another process
//! ```
//!
//! With `DAYTONA_API_URL` and `DAYTONA_API_KEY` set, it runs against the service that they name. `DAYTONA_IMAGE`,
//! `DAYTONA_SANDBOX` and `DAYTONA_SNAPSHOT` then choose what it works on.

#[path = "../embedded/mod.rs"]
mod embedded;
#[path = "../show/mod.rs"]
mod show;

use std::error::Error;
use std::process::ExitCode;

use arazzo::{Client, progress::Progress};
use embedded::Daytona;
use serde_json::json;
use show::{Service, unique, variable};

// Each call reads a document, checks it and turns its workflow into a function, all while this file compiles. What
// these documents write more loosely than the specification has it is allowed here by name.
arazzo::arazzo_workflow! {
    path = "workflows/daytona-image-to-running-sandbox.yml",
    allow(bare_expression, bare_jsonpath, unqualified_operation, unhandled_value)
}
arazzo::arazzo_workflow! {
    path = "workflows/daytona-fork-sandbox.yml",
    allow(bare_expression, bare_jsonpath, unhandled_value)
}
arazzo::arazzo_workflow! {
    path = "workflows/daytona-capture-sandbox-snapshot.yml",
    allow(bare_expression, bare_jsonpath, unhandled_value)
}
arazzo::arazzo_workflow! {
    path = "workflows/daytona-provision-volume-and-sandbox.yml",
    allow(bare_expression, bare_jsonpath, unqualified_operation, unhandled_value)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    show::example("Daytona", |key| Daytona::new(key), tour).await
}

async fn tour(service: &Service) -> Result<(), Box<dyn Error>> {
    let client =
        Client::builder().server(&service.url).pacing(service.pacing.clone()).observer(Progress::new()).build()?;
    let key = &service.key;

    show::heading("An image becomes a snapshot, and the snapshot a running sandbox");
    let image = variable("DAYTONA_IMAGE").unwrap_or_else(|| "ubuntu:22.04".to_owned());
    let snapshot = unique("snapshot");
    let inputs = image_to_running_sandbox::Inputs::new(key, &snapshot, image);
    let run = image_to_running_sandbox(&client, inputs).await?;
    show::ended(&run.end, &json!(run.outputs), &run.report);

    // The ends that the document declares are variants: a `match` cannot forget one.
    let sandbox = match run.end {
        image_to_running_sandbox::End::Running | image_to_running_sandbox::End::Completed => run.outputs.sandbox_id,
        image_to_running_sandbox::End::BuildFailed | image_to_running_sandbox::End::Failed => None,
    };
    let sandbox = variable("DAYTONA_SANDBOX").or(sandbox).ok_or("there is no sandbox to go on with")?;

    show::heading("A sandbox is forked");
    // What is required goes through `new`; what is optional has a name, and is left out of the request otherwise.
    let inputs = fork_sandbox::Inputs { name: Some(unique("fork")), ..fork_sandbox::Inputs::new(key, &sandbox) };
    let run = fork_sandbox(&client, inputs).await?;
    show::ended(&run.end, &json!(run.outputs), &run.report);

    show::heading("A sandbox is kept as a snapshot");
    let inputs = capture_sandbox_snapshot::Inputs::new(key, &sandbox, unique("capture"));
    let run = capture_sandbox_snapshot(&client, inputs).await?;
    show::ended(&run.end, &json!(run.outputs), &run.report);

    show::heading("A volume is created, and a sandbox that mounts it");
    let snapshot = variable("DAYTONA_SNAPSHOT").unwrap_or(snapshot);
    let inputs = provision_volume_and_sandbox::Inputs::new(key, unique("volume"), snapshot, "/data");
    let run = provision_volume_and_sandbox(&client, inputs).await?;
    show::ended(&run.end, &json!(run.outputs), &run.report);
    Ok(())
}
