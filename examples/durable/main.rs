//! A run that outlives its process: a worker dies in the middle of a workflow, and another one goes on behind the last step
//! that had finished.
//!
//! ```text
//! cargo run --example durable                    both workers, against an embedded API on loopback
//! cargo run --example durable -- work FOLDER     one worker, whose checkpoint is in that folder
//! cargo run --example durable -- serve [port]    serves that API, for another process
//! ```
//!
//! With `DAYTONA_API_URL` and `DAYTONA_API_KEY` set, it runs against the service that they name; `DAYTONA_SANDBOX` then
//! chooses the sandbox that is forked. With `DIE_BEHIND` set, a worker dies when it has kept so many checkpoints.

#![allow(clippy::print_stdout, reason = "printing is what an example does")]

#[path = "../embedded/mod.rs"]
mod embedded;
#[path = "../show/mod.rs"]
mod show;
mod store;

use std::error::Error;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::sync::atomic::{AtomicUsize, Ordering};

use arazzo::{Client, progress::Progress};
use embedded::Daytona;
use serde_json::json;
use show::{Service, unique, variable};
use store::Store;

arazzo::arazzo_workflow! {
    path = "workflows/daytona-fork-sandbox.yml",
    allow(bare_expression, bare_jsonpath, unhandled_value)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let ["work", folder] = arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] else {
        return show::example("Daytona", |key| Daytona::new(key), supervise).await;
    };
    match work(Path::new(folder)).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            show::failed(&*error);
            ExitCode::FAILURE
        }
    }
}

/// Starts workers until one of them comes to the end. The first one dies.
async fn supervise(service: &Service) -> Result<(), Box<dyn Error>> {
    let folder = std::env::temp_dir().join(unique("durable"));
    std::fs::create_dir_all(&folder)?;
    for attempt in 1..=3 {
        show::heading(if attempt == 1 { "A worker forks a sandbox" } else { "Another worker goes on" });
        let mut worker = Command::new(std::env::current_exe()?);
        worker.arg("work").arg(&folder);
        worker.env("DAYTONA_API_URL", &service.url).env("DAYTONA_API_KEY", &service.key);
        if attempt == 1 {
            worker.env("DIE_BEHIND", "2");
        } else {
            worker.env_remove("DIE_BEHIND");
        }
        let status = worker.status()?;
        if status.success() {
            return Ok(std::fs::remove_dir_all(&folder)?);
        }
        println!("\n  the worker has died ({status})");
    }
    Err("no worker has come to the end".into())
}

/// Begins a run, or goes on with the one whose checkpoint is in the folder.
async fn work(folder: &Path) -> Result<(), Box<dyn Error>> {
    let service = Service::find("Daytona", |key| Daytona::new(key))?;
    let store = Store::new(folder.join("fork.json"));
    let client = Client::builder().server(&service.url).pacing(service.pacing.clone()).observer(Progress::new());
    let dies_behind: Option<usize> = variable("DIE_BEHIND").map(|number| number.parse()).transpose()?;
    let kept = AtomicUsize::new(0);
    // A client of its own for each run knows where its checkpoints belong.
    let keep = store.clone();
    let client = client.build()?.with_checkpoints(move |checkpoint| {
        keep.save(checkpoint)?;
        if Some(kept.fetch_add(1, Ordering::Relaxed) + 1) == dies_behind {
            std::process::abort();
        }
        Ok::<_, std::io::Error>(())
    });
    // The inputs are not in the checkpoint: they come from where they came from before.
    let sandbox = variable("DAYTONA_SANDBOX").unwrap_or_else(|| "sbx-1".to_owned());
    let inputs = fork_sandbox::Inputs::new(&service.key, sandbox);
    let run = match store.load()? {
        None => fork_sandbox(&client, inputs).await?,
        Some(checkpoint) => {
            println!("  {checkpoint:?}");
            fork_sandbox::resume(&client, inputs, checkpoint).await?
        }
    };
    show::ended(&run.end, &json!(run.outputs), &run.report);
    Ok(store.remove()?)
}
