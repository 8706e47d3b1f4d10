//! A transport that answers from a recording.

use super::expectation::mismatch;
use super::received::ReceivedRequest;
use super::recording::{Exchange, Recording, RecordingError};
use super::{Unfinished, builder, indented, listed, unexpected};
use crate::transport::{Request, Response, TransportError, TransportFuture};
use crate::{Client, ClientBuilder, Transport};
use http::HeaderValue;
use http::header::LOCATION;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use url::Url;

/// The server of operations whose description names none.
const SERVER: &str = "https://replay.test";

/// A transport that answers what a [`Recorder`](super::Recorder) has recorded, without a server.
///
/// The requests of each operation are answered in the order in which they were recorded. Method, path, query and body have
/// to be what they were; where the recording has `***`, they may have anything, and another server is no difference. A
/// request that differs (or was not recorded) ends the run with an error of the kind
/// [`ErrorKind::UnexpectedRequest`](crate::ErrorKind::UnexpectedRequest). What an API sent late is answered at once.
///
/// Give the client the settings that it had (credentials with any values, `redirects`, `resend`): they decide what is sent.
///
/// ```no_run
/// # async fn run(client: &arazzo_runtime::Client) {}
/// # async fn replay() -> Result<(), Box<dyn std::error::Error>> {
/// use arazzo_runtime::testing::Replay;
///
/// let replay = Replay::open("tests/recordings/fork-sandbox.json")?;
/// let client = replay.client();
/// // … run the workflow with the client; any token will do …
/// # run(&client).await;
/// replay.assert_finished();
/// # Ok(())
/// # }
/// ```
///
/// Clones share the recording. Runs at the same time can take each other's answers where they call one operation.
#[derive(Clone)]
pub struct Replay {
    inner: Arc<Inner>,
}

struct Inner {
    path: PathBuf,
    exchanges: Vec<Exchange>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Which exchanges were answered.
    used: Vec<bool>,
    problems: Vec<String>,
}

impl Replay {
    /// Reads a recording.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, is no recording, is one of another version, or is broken.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, RecordingError> {
        let path = path.as_ref();
        let exchanges = Recording::read(path)?.exchanges;
        let state = Mutex::new(State { used: vec![false; exchanges.len()], problems: Vec::new() });
        Ok(Self { inner: Arc::new(Inner { path: path.to_owned(), exchanges, state }) })
    }

    /// A client over it that never waits. Operations whose description names no server have `https://replay.test`.
    #[must_use]
    pub fn client(&self) -> Client {
        // The only setting that could be wrong is known to be right.
        self.client_builder().build().unwrap_or_default()
    }

    /// The settings of such a client, to add others.
    pub fn client_builder(&self) -> ClientBuilder {
        builder(self.clone(), SERVER)
    }

    /// Checks that every recorded request was made, and no other.
    ///
    /// # Errors
    ///
    /// What was not asked for, and what differed.
    pub fn finish(&self) -> Result<(), Unfinished> {
        let state = self.state();
        let mut message = String::new();
        if !state.problems.is_empty() {
            message.push_str("the run has sent what was not recorded:\n");
            state.problems.iter().for_each(|problem| message.push_str(&indented(problem)));
        }
        let left: Vec<&Exchange> = self.exchanges(&state, false).collect();
        if !left.is_empty() {
            message.push_str(&format!("the run has not made all the requests of `{}`:\n", self.inner.path.display()));
            for (name, of) in names(&self.inner.exchanges) {
                let all = self.inner.exchanges.iter().filter(|exchange| exchange.is_same(of)).count();
                let left = left.iter().filter(|exchange| exchange.is_same(of)).count();
                if left > 0 {
                    message.push_str(&format!("  `{name}`: {} of {all} were made\n", all - left));
                }
            }
        }
        Unfinished::unless_empty(&message)
    }

    /// The same as [`Replay::finish`], for the end of a test.
    ///
    /// # Panics
    ///
    /// With the message, if there is one.
    #[track_caller]
    pub fn assert_finished(&self) {
        if let Err(unfinished) = self.finish() {
            panic!("{unfinished}");
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn exchanges<'e>(&'e self, state: &'e State, used: bool) -> impl Iterator<Item = &'e Exchange> {
        let all = self.inner.exchanges.iter().zip(&state.used);
        all.filter(move |(_, known)| **known == used).map(|(exchange, _)| exchange)
    }

    /// What was recorded for a request.
    fn take(&self, request: &ReceivedRequest) -> Result<&Exchange, String> {
        let path = self.inner.path.display();
        let mut state = self.state();
        let of: Vec<usize> =
            (0..self.inner.exchanges.len()).filter(|place| self.inner.exchanges[*place].is_of(request)).collect();
        let called = request.called();
        if of.is_empty() {
            let names: Vec<String> = names(&self.inner.exchanges).into_iter().map(|(name, _)| name).collect();
            let recorded = format!("recorded: {}", listed(names.iter().map(String::as_str)));
            return Err(mismatch(&format!("`{path}` has no request of `{called}`"), request, &[recorded, help()]));
        }
        let number = of.iter().position(|place| !state.used[*place]);
        let Some((number, place)) = number.and_then(|number| Some((number, *of.get(number)?))) else {
            let requests = if of.len() == 1 { "1 request".to_owned() } else { format!("{} requests", of.len()) };
            let head = format!("`{path}` has {requests} of `{called}`, and this is one more");
            return Err(mismatch(&head, request, &[help()]));
        };
        let exchange = &self.inner.exchanges[place];
        let mut wrong = exchange.request.differences(request);
        if wrong.is_empty() {
            state.used[place] = true;
            return Ok(exchange);
        }
        wrong.push(help());
        let head = format!("request {} of `{called}` is not as `{path}` has it", number + 1);
        Err(mismatch(&head, request, &wrong))
    }
}

fn help() -> String {
    "help: record it anew if the workflow or its inputs have changed".to_owned()
}

/// What the operations are called, each once, and an exchange of it.
fn names(exchanges: &[Exchange]) -> Vec<(String, &Exchange)> {
    let mut names: Vec<(String, &Exchange)> = Vec::new();
    for exchange in exchanges {
        if !names.iter().any(|(_, known)| known.is_same(exchange)) {
            names.push((exchange.operation.clone(), exchange));
        }
    }
    names
}

impl Exchange {
    fn is_same(&self, other: &Self) -> bool {
        (&self.source, &self.operation) == (&other.source, &other.operation)
    }

    fn is_of(&self, request: &ReceivedRequest) -> bool {
        let source = request.operation().map(|operation| operation.source());
        self.source.as_deref() == source && self.operation == request.called()
    }
}

impl Transport for Replay {
    fn send(&self, request: Request) -> TransportFuture<'_> {
        Box::pin(async move {
            let exchange = self.take(&ReceivedRequest::of(&request)).map_err(|message| {
                self.state().problems.push(message.clone());
                unexpected(message)
            })?;
            exchange.answer()
        })
    }
}

impl Exchange {
    fn answer(&self) -> Result<Response, TransportError> {
        match (&self.response, &self.fault) {
            (Some(response), _) => {
                let mut response = response.response().map_err(unexpected)?;
                // A redirect to the server that was recorded is one to that which is asked now.
                let origin = Url::parse(&self.request.server).map(|url| url.origin().ascii_serialization());
                let location = response.headers.get_mut(LOCATION);
                if let (Ok(origin), Some(location)) = (origin, location)
                    && let Some(path) = location.to_str().ok().and_then(|location| location.strip_prefix(&origin))
                    && path.starts_with('/')
                    && let Ok(path) = HeaderValue::from_str(path)
                {
                    *location = path;
                }
                Ok(response)
            }
            (None, Some(fault)) => Err(TransportError::new(fault.kind.into(), fault.message.clone())),
            (None, None) => Err(unexpected("the recording has no answer".to_owned())),
        }
    }
}

impl fmt::Debug for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replay").field("path", &self.inner.path).finish_non_exhaustive()
    }
}
