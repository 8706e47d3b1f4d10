//! A transport in memory, for tests of time: under a paused clock a socket would make every timer fire at once.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use arazzo::transport::{Request, Response, Transport, TransportError, TransportErrorKind, TransportFuture};
use serde_json::Value;
use tokio::time::Instant;

/// What becomes of a request.
#[derive(Clone)]
pub(crate) enum Answer {
    /// This response comes at once.
    Now(Response),
    /// This response comes later.
    Later(Duration, Response),
    /// No connection can be made.
    Refused,
    /// The connection breaks.
    Broken,
    /// Nothing ever comes.
    Never,
}

impl Answer {
    /// A JSON response.
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Answer::Now(Response::json(status, body.to_string()))
    }

    /// The same with a header.
    pub(crate) fn with(self, name: &str, value: &str) -> Self {
        match self {
            Answer::Now(response) => Answer::Now(response.header(name, value)),
            Answer::Later(delay, response) => Answer::Later(delay, response.header(name, value)),
            silent => silent,
        }
    }
}

/// Gives scripted answers, of which the last one goes on for ever, and takes down what it was asked, and when.
#[derive(Clone)]
pub(crate) struct Memory {
    inner: Arc<Mutex<Inner>>,
    began: Instant,
}

struct Inner {
    answers: VecDeque<Answer>,
    requests: Vec<Noted>,
}

/// A request that came.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Noted {
    /// When, in milliseconds since the transport was made.
    pub(crate) at: u128,
    /// Method and URL.
    pub(crate) line: String,
    /// The headers, in their `Debug` form.
    pub(crate) headers: String,
    /// The header that carries credentials.
    pub(crate) authorization: Option<String>,
    /// The body, if there was one; what is no JSON is a text.
    pub(crate) body: Option<Value>,
}

impl Memory {
    /// A transport with these answers.
    pub(crate) fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        let inner = Inner { answers: answers.into_iter().collect(), requests: Vec::new() };
        Memory { inner: Arc::new(Mutex::new(inner)), began: Instant::now() }
    }

    /// When each request came, in milliseconds.
    pub(crate) fn times(&self) -> Vec<u128> {
        self.requests().iter().map(|request| request.at).collect()
    }

    /// How long it has been since the transport was made, in milliseconds.
    pub(crate) fn elapsed(&self) -> u128 {
        self.began.elapsed().as_millis()
    }

    /// Every request so far.
    pub(crate) fn requests(&self) -> Vec<Noted> {
        self.inner.lock().expect("no test panics while it holds this").requests.clone()
    }

    fn take(&self, request: &Request) -> Answer {
        let mut inner = self.inner.lock().expect("no test panics while it holds this");
        inner.requests.push(Noted {
            at: self.elapsed(),
            line: format!("{} {}", request.method, request.url),
            headers: format!("{:?}", request.headers),
            authorization: request.headers.get("authorization").map(|value| value.to_str().expect("a text").to_owned()),
            body: request
                .body
                .as_ref()
                .map(|body| serde_json::from_slice(body).unwrap_or_else(|_| String::from_utf8_lossy(body).into())),
        });
        if inner.answers.len() > 1 {
            inner.answers.pop_front().expect("there is more than one")
        } else {
            inner.answers.front().cloned().expect("a script has an answer")
        }
    }
}

impl Transport for Memory {
    fn send(&self, request: Request) -> TransportFuture<'_> {
        Box::pin(async move {
            match self.take(&request) {
                Answer::Now(response) => Ok(response),
                Answer::Later(delay, response) => {
                    tokio::time::sleep(delay).await;
                    Ok(response)
                }
                Answer::Refused => Err(TransportError::new(TransportErrorKind::Connect, "nobody is there")),
                Answer::Broken => Err(TransportError::new(TransportErrorKind::Broken, "the connection broke")),
                Answer::Never => std::future::pending().await,
            }
        })
    }
}
