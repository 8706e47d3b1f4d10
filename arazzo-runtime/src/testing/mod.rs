//! Tests of workflows without a server and without waiting: a mock that answers by a script, and recordings of real runs.
//!
//! [`Mock`] answers the requests of a workflow as a test says, operation by operation, and checks them. Its
//! [client](Mock::client) opens no socket and never waits. [`Recorder`] takes down real runs in a file, and [`Replay`]
//! answers from it.

mod answer;
mod difference;
mod expectation;
mod masking;
mod mock;
mod received;
mod recorder;
mod recording;
mod replay;
mod unfinished;

pub use answer::Answer;
pub use mock::Mock;
pub use received::ReceivedRequest;
pub use recorder::Recorder;
pub use recording::RecordingError;
pub use replay::Replay;
pub use serde_json::json;
pub use unfinished::Unfinished;

use crate::transport::{TransportError, TransportErrorKind};
use crate::{Client, ClientBuilder, Pacing, Transport};

/// The settings of a client that never waits and has a server for each operation.
fn builder(transport: impl Transport, server: &'static str) -> ClientBuilder {
    Client::builder().last_server(server).transport(transport).pacing(Pacing::none())
}

/// What ends a run whose request is not expected.
fn unexpected(message: String) -> TransportError {
    TransportError::new(TransportErrorKind::UnexpectedRequest, message)
}

/// A list of names in words.
fn listed<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
}

/// Every line further in.
fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}\n")).collect()
}
