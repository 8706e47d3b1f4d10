//! What a mock answers.

use super::difference::Comparison;
use super::expectation::Expectation;
use super::received::ReceivedRequest;
use crate::transport::{Response, TransportErrorKind};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::Serialize;
use serde_json::Value;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// What a [`Mock`](super::Mock) answers to a request: a response or a fault, once, several times or always, and what it
/// expects of the request.
///
/// ```
/// use arazzo_runtime::testing::{Answer, json};
///
/// let forking = Answer::json(200, json!({ "id": "fork-1", "state": "forking" })).times(3);
/// let refused = Answer::json(403, json!({ "message": "no" })).header("X-Request-Id", "7");
/// let checked = Answer::empty(204)
///     .expect_path("id", "fork-1")
///     .expect_query("force", true)
///     .expect_header("Authorization", "Bearer my token")
///     .expect_json(json!({ "name": "my-copy" }));
/// ```
///
/// A request that is not as expected ends the run with an error of the kind
/// [`ErrorKind::UnexpectedRequest`](crate::ErrorKind::UnexpectedRequest) that says what differs.
#[derive(Clone)]
#[must_use = "an answer does nothing until a mock has it"]
pub struct Answer {
    pub(super) reply: Reply,
    pub(super) times: Option<u64>,
    pub(super) delay: Duration,
    pub(super) expectations: Vec<Expectation>,
    /// Why it can be no answer.
    pub(super) problem: Option<String>,
}

/// What comes back.
#[derive(Clone)]
pub(super) enum Reply {
    Response(Response),
    Fault(TransportErrorKind, String),
    Never,
    Computed(Arc<dyn Fn(&ReceivedRequest) -> Answer + Send + Sync>),
}

impl Answer {
    fn new(reply: Reply) -> Self {
        Self { reply, times: Some(1), delay: Duration::ZERO, expectations: Vec::new(), problem: None }
    }

    fn response(status: u16, content_type: Option<&str>, body: impl Into<bytes::Bytes>) -> Self {
        let known = StatusCode::from_u16(status).ok();
        let response = Response::new(known.unwrap_or_default(), HeaderMap::new(), body);
        let mut answer = Self::new(Reply::Response(response));
        if known.is_none() {
            answer.problem = Some(format!("{status} is no status of HTTP"));
        }
        match content_type {
            Some(content_type) => answer.header("content-type", content_type),
            None => answer,
        }
    }

    /// A response with a JSON body: a [`json!`](super::json), or anything else that serde writes.
    pub fn json(status: u16, body: impl Serialize) -> Self {
        match serde_json::to_vec(&body) {
            Ok(body) => Self::response(status, Some("application/json"), body),
            Err(error) => {
                let problem = Some(format!("its body cannot be written as JSON: {error}"));
                Self { problem, ..Self::response(status, None, "") }
            }
        }
    }

    /// A response with a text.
    pub fn text(status: u16, body: impl Into<String>) -> Self {
        Self::response(status, Some("text/plain; charset=utf-8"), body.into())
    }

    /// A response with bytes of any content type.
    pub fn bytes(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self::response(status, Some(content_type), body.into())
    }

    /// A response without a body.
    pub fn empty(status: u16) -> Self {
        Self::response(status, None, "")
    }

    /// No response: the connection is refused.
    pub fn refused() -> Self {
        Self::fault(TransportErrorKind::Connect, "the connection was refused")
    }

    /// No response: the connection breaks.
    pub fn broken() -> Self {
        Self::fault(TransportErrorKind::Broken, "the connection broke")
    }

    /// No response: it takes too long. The fault comes at once; [`Answer::never`] lets the timeouts of the run do that.
    pub fn timeout() -> Self {
        Self::fault(TransportErrorKind::Timeout, "the server took too long")
    }

    /// No response, for this reason.
    pub fn fault(kind: TransportErrorKind, message: impl Into<String>) -> Self {
        Self::new(Reply::Fault(kind, message.into()))
    }

    /// Neither a response nor a fault, ever: the run waits until a timeout or a limit ends that, under a paused clock of
    /// tokio at once.
    pub fn never() -> Self {
        Self::new(Reply::Never)
    }

    /// What a function makes of the request.
    ///
    /// ```
    /// use arazzo_runtime::testing::{Answer, json};
    /// let echo = Answer::computed(|request| match request.path("id") {
    ///     Some(id) if id != "lost" => Answer::json(200, json!({ "id": id })),
    ///     _ => Answer::empty(404),
    /// });
    /// ```
    pub fn computed(answer: impl Fn(&ReceivedRequest) -> Answer + Send + Sync + 'static) -> Self {
        Self::new(Reply::Computed(Arc::new(answer)))
    }

    /// The same with one more header. On a fault it has no effect.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let Reply::Response(response) = &mut self.reply {
            match (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_bytes(value.as_bytes())) {
                (Ok(name), Ok(value)) => {
                    response.headers.append(name, value);
                }
                (Err(_), _) => self.problem = Some(format!("`{name}` is no name of a header")),
                (_, Err(_)) => self.problem = Some(format!("the value of its header `{name}` is no text of one line")),
            }
        }
        self
    }

    /// The same to so many requests in a row.
    pub fn times(mut self, times: u64) -> Self {
        self.times = Some(times);
        self
    }

    /// The same to every further request of the operation. [`Mock::finish`](super::Mock::finish) still asks for one.
    pub fn always(mut self) -> Self {
        self.times = None;
        self
    }

    /// The same after a while, by tokio's clock: under a paused one no time is lost.
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Expects a variable of the path to be this, decoded.
    pub fn expect_path(self, name: impl Into<String>, value: impl fmt::Display) -> Self {
        self.expecting(Expectation::Path(name.into(), value.to_string()))
    }

    /// Expects a query parameter to be this, decoded.
    pub fn expect_query(self, name: impl Into<String>, value: impl fmt::Display) -> Self {
        self.expecting(Expectation::Query(name.into(), Some(value.to_string())))
    }

    /// Expects that a query parameter is not sent.
    pub fn expect_no_query(self, name: impl Into<String>) -> Self {
        self.expecting(Expectation::Query(name.into(), None))
    }

    /// Expects a header to be this.
    pub fn expect_header(self, name: impl Into<String>, value: impl fmt::Display) -> Self {
        self.expecting(Expectation::Header(name.into(), Some(value.to_string())))
    }

    /// Expects that a header is not sent.
    pub fn expect_no_header(self, name: impl Into<String>) -> Self {
        self.expecting(Expectation::Header(name.into(), None))
    }

    /// Expects the body to be this JSON, whatever the order of its members.
    pub fn expect_json(self, body: impl Serialize) -> Self {
        self.expecting_json(&body, Comparison::Whole)
    }

    /// Expects the body to be JSON that holds this; its objects may have more members.
    pub fn expect_json_part(self, body: impl Serialize) -> Self {
        self.expecting_json(&body, Comparison::Part)
    }

    fn expecting_json(mut self, body: &impl Serialize, comparison: Comparison) -> Self {
        let expected = serde_json::to_value(body).unwrap_or_else(|error| {
            self.problem = Some(format!("the body that it expects cannot be written as JSON: {error}"));
            Value::Null
        });
        self.expecting(Expectation::Json(expected, comparison))
    }

    /// Expects the body to be this text.
    pub fn expect_text(self, body: impl Into<String>) -> Self {
        self.expecting(Expectation::Text(body.into()))
    }

    /// Expects that no body is sent.
    pub fn expect_no_body(self) -> Self {
        self.expecting(Expectation::Empty)
    }

    /// Expects what a function finds good; its `Err` says in one line what is wrong.
    ///
    /// ```
    /// use arazzo_runtime::testing::Answer;
    /// let answer = Answer::empty(204).expect(|request| match request.body().len() {
    ///     0..1024 => Ok(()),
    ///     length => Err(format!("body: expected less than a kilobyte, got {length} bytes")),
    /// });
    /// ```
    pub fn expect(self, check: impl Fn(&ReceivedRequest) -> Result<(), String> + Send + Sync + 'static) -> Self {
        self.expecting(Expectation::Check(Arc::new(check)))
    }

    fn expecting(mut self, expectation: Expectation) -> Self {
        self.expectations.push(expectation);
        self
    }
}

impl From<Response> for Answer {
    fn from(response: Response) -> Self {
        Self::new(Reply::Response(response))
    }
}

impl fmt::Display for Answer {
    /// What comes back, and how often.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reply {
            Reply::Response(response) => write!(f, "{}", response.status.as_u16())?,
            Reply::Fault(_, message) => f.write_str(message)?,
            Reply::Never => f.write_str("nothing ever")?,
            Reply::Computed(_) => f.write_str("a computed answer")?,
        }
        match self.times {
            Some(1) => Ok(()),
            Some(times) => write!(f, " ({times} times)"),
            None => f.write_str(" (always)"),
        }
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answer({self})")
    }
}
