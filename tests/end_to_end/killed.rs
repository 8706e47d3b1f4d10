//! Processes that are really killed in the middle of a run, and others that go on. The worker is this very program, asked
//! for the one test that does its work.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use arazzo::{Checkpoint, Client, Pacing};
use serde_json::{Value, json};

use crate::embedded::{Fault, Reply, SeenRequest, Server};
use crate::support::{Sent, TOKEN, assert_requests, get, post};
use crate::workflows::fork_sandbox;

/// Where the worker finds the server, and keeps its checkpoint.
const URL: &str = "DURABLE_TEST_URL";
const FILE: &str = "DURABLE_TEST_FILE";
/// How long the worker waits between two looks, in milliseconds.
const PAUSE: &str = "DURABLE_TEST_PAUSE";

/// The worker: it does nothing unless another test asks for it.
#[test]
#[ignore = "the work of a process that other tests start and kill"]
fn work() {
    let (Ok(url), Ok(file)) = (std::env::var(URL), std::env::var(FILE)) else { return };
    let pause: u64 = std::env::var(PAUSE).unwrap().parse().unwrap();
    let file = PathBuf::from(file);
    let checkpoint: Option<Checkpoint> =
        std::fs::read(&file).ok().map(|text| serde_json::from_slice(&text).expect("a whole checkpoint"));
    let pacing = Pacing::default().first(Duration::from_millis(pause)).jitter(0.0);
    let keep = file.clone();
    let client = Client::builder().server(url).pacing(pacing).build().unwrap().with_checkpoints(move |checkpoint| {
        let new = keep.with_extension("new");
        std::fs::write(&new, serde_json::to_vec(checkpoint)?)?;
        // What is written survives the process without being on the disk.
        std::fs::rename(&new, &keep)
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let inputs = fork_sandbox::Inputs::new(TOKEN, "sbx-1");
    let run = runtime.block_on(async {
        match checkpoint {
            None => fork_sandbox(&client, inputs).await,
            Some(checkpoint) => fork_sandbox::resume(&client, inputs, checkpoint).await,
        }
    });
    let run = run.unwrap();
    assert_eq!(run.end, fork_sandbox::End::Completed);
    assert_eq!(json!(run.outputs), json!({ "forkId": "sbx-2", "state": "started" }));
}

/// A worker in a process of its own, which does not outlive the test.
struct Worker(Child);

impl Worker {
    fn start(server: &Server, file: &Path, pause: u64) -> Self {
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "killed::work", "--ignored", "--quiet"])
            .env(URL, server.url())
            .env(FILE, file)
            .env(PAUSE, pause.to_string())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        Self(child)
    }

    /// Kills it as soon as something is so. There is no way for a process to hear of that.
    fn kill_when(mut self, mut reached: impl FnMut() -> bool) {
        while !reached() {
            assert!(self.0.try_wait().unwrap().is_none(), "the worker has ended too early");
            std::thread::sleep(Duration::from_millis(2));
        }
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    fn finish(mut self) {
        assert!(self.0.wait().unwrap().success(), "the worker has failed");
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A server at which a fork has started when it is looked at for the third time.
fn server() -> Server {
    let mut looks = 0;
    Server::start(move |request: &SeenRequest| {
        let state = if request.method == "POST" {
            "forking"
        } else {
            looks += 1;
            if looks < 3 { "forking" } else { "started" }
        };
        Reply::json(200, &json!({ "id": "sbx-2", "state": state }))
    })
}

fn scratch(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("durable-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder.join("checkpoint.json")
}

fn kept(file: &Path) -> Option<Value> {
    serde_json::from_slice(&std::fs::read(file).ok()?).ok()
}

fn expected() -> Vec<(usize, Sent)> {
    vec![
        (1, post("/sandbox/sbx-1/fork", json!({}))),
        (3, get("/sandbox/sbx-2")),
        (1, get("/sandbox/sbx-2?verbose=true")),
    ]
}

/// Killed in each of the pauses between two looks: every worker goes on with the next look, and the server has seen each
/// request once.
#[test]
fn a_process_that_is_killed_between_two_steps_repeats_none() {
    let (server, file) = (server(), scratch("between"));
    for requests in [2, 3] {
        let worker = Worker::start(&server, &file, 60_000);
        // The checkpoint of a step is there before the pause behind it.
        worker.kill_when(|| {
            server.requests().len() == requests && kept(&file).is_some_and(|kept| kept["steps"] == json!(requests))
        });
    }
    Worker::start(&server, &file, 0).finish();
    assert_requests(&server, &expected());
    assert!(!std::fs::read_to_string(&file).unwrap().contains(TOKEN));
    // Nothing is sent for a run that has ended.
    Worker::start(&server, &file, 0).finish();
    assert_requests(&server, &expected());
}

/// Killed while each of the requests is under way: that one is sent again, and no other.
#[test]
fn a_process_that_is_killed_during_a_request_repeats_that_one() {
    for number in 1..=5 {
        let (server, file) = (server(), scratch(&format!("during-{number}")));
        server.fault(number, Fault::Hang);
        Worker::start(&server, &file, 0).kill_when(|| server.requests().len() == number);
        Worker::start(&server, &file, 0).finish();
        let mut expected: Vec<_> =
            expected().into_iter().flat_map(|(times, sent)| std::iter::repeat_n(sent, times)).collect();
        expected.insert(number, expected[number - 1].clone());
        let seen: Vec<_> = server.requests().iter().map(Sent::of).collect();
        assert_eq!(seen, expected, "killed during request {number}");
    }
}
