//! A transport that takes down what another one sends and receives.

use super::masking::Masking;
use super::received::ReceivedRequest;
use super::recording::{Exchange, Fault, Received, Recording, RecordingError, Sent};
use crate::transport::{Http, Request, Response, TransportFuture};
use crate::{Client, ClientBuilder, Limits, Transport};
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A transport that records real runs into a file, from which [`Replay`](super::Replay) answers without a server.
///
/// ```no_run
/// # async fn run(client: &arazzo_runtime::Client) {}
/// # async fn record() -> Result<(), Box<dyn std::error::Error>> {
/// use arazzo_runtime::testing::Recorder;
///
/// let recorder = Recorder::new("tests/recordings/fork-sandbox.json");
/// let client = recorder.client();
/// // … run the workflow with the client …
/// # run(&client).await;
/// recorder.save()?;
/// # Ok(())
/// # }
/// ```
///
/// **Secrets** stand in the file as `***`: what the runs know to be secret by the time the file is written (credentials,
/// inputs of `format: password`, whatever reaches an `Authorization` header, a cookie or an API key), also where it stands
/// in a URL or a body; values of headers that carry credentials, and cookies that are set; members of JSON bodies, and
/// fields of forms and queries, with one of the names that OAuth 2 has for secrets (`access_token`, `refresh_token`,
/// `id_token`, `client_secret`, `client_assertion`, `password`). [`Recorder::mask`] and [`Recorder::mask_member`] add what
/// only you know: an API may answer with a secret that no step uses, so read a recording before you share it.
///
/// **The file** is JSON, to be read and to be edited by hand: `format`, `version` and a list of `exchanges`. Of each it has
/// the operation, the `request` (`server` is there for readers alone) and either the `response` or the `fault` in place of
/// one. A body is `json`, `text` or `base64`.
///
/// Clones write into the same recording.
#[derive(Clone)]
pub struct Recorder {
    inner: Arc<Inner>,
}

struct Inner {
    path: PathBuf,
    over: Box<dyn Transport>,
    tape: Mutex<Tape>,
}

#[derive(Default)]
struct Tape {
    /// Those without an end are under way, or were given up.
    exchanges: Vec<(ReceivedRequest, Option<Result<Response, Fault>>)>,
    texts: Vec<String>,
    members: Vec<String>,
}

impl Recorder {
    /// One that sends by HTTP as every client does, for a file of this path. Folders are made, and a file that is there is
    /// replaced, when it is saved.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self::over(Network(Http::new(Limits::default().connect_time)), path)
    }

    /// One that sends by a reqwest client of your own, built without redirects: see
    /// [`ClientBuilder::http_client`].
    #[must_use]
    pub fn with_http_client(client: reqwest::Client, path: impl Into<PathBuf>) -> Self {
        Self::over(Network(Http::with(client)), path)
    }

    /// One that sends by another transport.
    #[must_use]
    pub fn over(transport: impl Transport, path: impl Into<PathBuf>) -> Self {
        let inner = Inner { path: path.into(), over: Box::new(transport), tape: Mutex::default() };
        Self { inner: Arc::new(inner) }
    }

    /// Masks a text wherever it occurs.
    #[must_use]
    pub fn mask(self, text: impl Into<String>) -> Self {
        self.inner.tape().texts.push(text.into());
        self
    }

    /// Masks the members of JSON bodies, and the fields of forms and queries, that have this name.
    #[must_use]
    pub fn mask_member(self, name: impl Into<String>) -> Self {
        self.inner.tape().members.push(name.into());
        self
    }

    /// A client over it with default settings.
    #[must_use]
    pub fn client(&self) -> Client {
        // There is no setting that could be wrong.
        self.client_builder().build().unwrap_or_default()
    }

    /// The settings of such a client, to add others.
    pub fn client_builder(&self) -> ClientBuilder {
        Client::builder().transport(self.clone())
    }

    /// Writes what was recorded so far, in the order in which the requests were sent. Requests that are under way, or were
    /// given up, are left out.
    ///
    /// # Errors
    ///
    /// When the file cannot be written, or a run had more secrets than can be masked: more than 10,000 ways to write them, or one
    /// of more than 64 KiB.
    pub fn save(&self) -> Result<(), RecordingError> {
        let path = &self.inner.path;
        let Some(recording) = self.inner.tape().recording() else {
            let what = "is not written: there are more secrets in it than can be masked; record a shorter run";
            return Err(RecordingError::new(path, what.to_owned()));
        };
        recording.write(path)
    }
}

impl Inner {
    fn tape(&self) -> MutexGuard<'_, Tape> {
        self.tape.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tape {
    /// `None` where it could have secrets in it.
    fn recording(&self) -> Option<Recording> {
        let mut masking = Masking::new(&self.texts, &self.members);
        for (request, end) in &self.exchanges {
            masking.learn(request, end.as_ref().and_then(|end| end.as_ref().ok()));
        }
        if masking.is_too_much() || self.exchanges.iter().any(|(request, _)| request.has_too_many_secrets()) {
            return None;
        }
        let exchange = |(request, end): &(ReceivedRequest, Option<Result<Response, Fault>>)| {
            let (response, fault) = match end.as_ref()? {
                Ok(response) => {
                    let body = masking.body(&response.headers, &response.body);
                    let (status, headers) = (response.status.as_u16(), masking.headers(&response.headers));
                    (Some(Received { status, headers, body }), None)
                }
                Err(Fault { kind, message }) => {
                    (None, Some(Fault { kind: *kind, message: masking.text(message).into_owned() }))
                }
            };
            let sent = Sent {
                method: request.method().to_owned(),
                server: masking.text(request.server()).into_owned(),
                target: masking.target(request.target()),
                headers: masking.headers(request.headers()),
                body: masking.sent(request.headers(), request.body()),
            };
            let source = request.operation().map(|operation| operation.source().to_owned());
            Some(Exchange { source, operation: request.called(), request: sent, response, fault })
        };
        Some(Recording::new(self.exchanges.iter().filter_map(exchange).collect()))
    }
}

impl Transport for Recorder {
    fn send(&self, request: Request) -> TransportFuture<'_> {
        Box::pin(async move {
            let place = {
                let mut tape = self.inner.tape();
                tape.exchanges.push((ReceivedRequest::of(&request), None));
                tape.exchanges.len() - 1
            };
            let result = self.inner.over.send(request).await;
            let end = match &result {
                Ok(response) => Ok(response.clone()),
                Err(error) => Err(Fault { kind: error.kind().into(), message: error.to_string() }),
            };
            self.inner.tape().exchanges[place].1 = Some(end);
            result
        })
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").field("path", &self.inner.path).finish_non_exhaustive()
    }
}

/// The default transport, as one of the user's own.
struct Network(Http);

impl Transport for Network {
    fn send(&self, request: Request) -> TransportFuture<'_> {
        self.0.send(request).unwrap_or_else(|error| Box::pin(std::future::ready(Err(error))))
    }
}
