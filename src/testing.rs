//! Tests of workflows without a server and without waiting.
//!
//! [`Mock`] answers the requests of a workflow as a test says, operation by operation. The client over it opens no socket,
//! never waits, and works under tokio's paused clock. In `Cargo.toml`:
//!
//! ```toml
//! [dev-dependencies]
//! arazzo = { version = "0.1", features = ["testing"] }
//! ```
//!
//! A whole test:
//!
//! ```
//! use arazzo::testing::{Answer, Mock, json};
//!
//! arazzo::arazzo_workflow! {
//!     path = "workflows/daytona-fork-sandbox.yml",
//!     allow(bare_expression, bare_jsonpath, unhandled_value),
//! }
//!
//! # /*
//! #[tokio::test]
//! # */
//! async fn a_fork_is_followed_until_it_has_started() -> Result<(), arazzo::Error> {
//!     let mock = Mock::new()
//!         .on(
//!             "forkSandbox",
//!             Answer::json(200, json!({ "id": "fork-1", "state": "forking" }))
//!                 .expect_path("sandboxIdOrName", "sbx-1")
//!                 .expect_header("Authorization", "Bearer my token")
//!                 .expect_json(json!({ "name": "my-copy" })),
//!         )
//!         .on("getSandbox", Answer::json(200, json!({ "id": "fork-1", "state": "forking" })).times(2))
//!         .on("getSandbox", Answer::json(200, json!({ "id": "fork-1", "state": "started" })).always());
//!
//!     let inputs = fork_sandbox::Inputs { name: Some("my-copy".into()), ..fork_sandbox::Inputs::new("my token", "sbx-1") };
//!     let run = fork_sandbox(&mock.client(), inputs).await?;
//!
//!     assert_eq!(run.end, fork_sandbox::End::Completed);
//!     assert_eq!(run.outputs.fork_id, "fork-1");
//!     let reads = mock.requests_of("getSandbox");
//!     assert_eq!(reads.len(), 4);
//!     assert_eq!(reads[3].query("verbose").as_deref(), Some("true"));
//!     mock.assert_finished();
//!     Ok(())
//! }
//!
//! # fn main() {
//! #     let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
//! #     runtime.block_on(a_fork_is_followed_until_it_has_started()).unwrap();
//! # }
//! ```
//!
//! A request that the script has no answer for, or that is not as an answer expects, ends the run at once with an
//! [`ErrorKind::UnexpectedRequest`](crate::ErrorKind::UnexpectedRequest), whatever failure actions the document has:
//!
//! ```text
//! workflow `fork-sandbox`, step `forkSandbox`: request 1 of `forkSandbox` is not as the mock expects
//!   got: POST https://app.daytona.io/api/sandbox/sbx-1/fork
//!   body `/name`: expected "my-copy", got "copy"
//! ```
//!
//! What the script has and the run has never asked for, such as answers for a misspelt operation, is found by
//! [`Mock::assert_finished`] alone: end each test with it.

//!
//! # Recordings
//!
//! [`Recorder`] takes down real runs in a file, and [`Replay`] answers from it: a test that needs no script, and that fails
//! when a workflow begins to send something else. Secrets stand in the file as `***`.
//!
//! ```no_run
//! use arazzo::testing::{Recorder, Replay};
//! # arazzo::arazzo_workflow! {
//! #     path = "workflows/daytona-fork-sandbox.yml",
//! #     allow(bare_expression, bare_jsonpath, unhandled_value),
//! # }
//!
//! const RECORDING: &str = "tests/recordings/fork-sandbox.json";
//!
//! /// Once, and whenever the workflow has changed: `cargo test -- --ignored`
//! # /*
//! #[tokio::test]
//! #[ignore = "it calls the API"]
//! # */
//! async fn record() -> Result<(), Box<dyn std::error::Error>> {
//!     let recorder = Recorder::new(RECORDING);
//!     let token = std::env::var("DAYTONA_API_KEY")?;
//!     fork_sandbox(&recorder.client(), fork_sandbox::Inputs::new(token, "sbx-1")).await?;
//!     recorder.save()?;
//!     Ok(())
//! }
//!
//! # /*
//! #[tokio::test]
//! # */
//! async fn the_fork_runs_as_recorded() -> Result<(), Box<dyn std::error::Error>> {
//!     let replay = Replay::open(RECORDING)?;
//!     let run = fork_sandbox(&replay.client(), fork_sandbox::Inputs::new("any token", "sbx-1")).await?;
//!     assert_eq!(run.end, fork_sandbox::End::Completed);
//!     replay.assert_finished();
//!     Ok(())
//! }
//! # fn main() {}
//! ```

pub use arazzo_runtime::testing::{Answer, Mock, ReceivedRequest, Recorder, RecordingError, Replay, Unfinished, json};
