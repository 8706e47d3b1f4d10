//! Requests as the embedded APIs see them, and their answers.

use bytes::Bytes;
use serde_json::Value;

/// A request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct SeenRequest {
    /// The method, in capitals.
    pub(crate) method: String,
    /// Path and query, as they were encoded.
    pub(crate) target: String,
    /// The headers in the order of their arrival, with names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    /// The body; empty if there was none.
    pub(crate) body: Bytes,
    /// Which connection it came through; the first is 1.
    pub(crate) connection: usize,
}

impl SeenRequest {
    /// The path, as it was encoded.
    pub(crate) fn path(&self) -> &str {
        self.target.split_once('?').map_or(&self.target, |(path, _)| path)
    }

    /// What follows the question mark, as it was encoded.
    pub(crate) fn query(&self) -> Option<&str> {
        self.target.split_once('?').map(|(_, query)| query)
    }

    /// The value of a header, unless it is missing or was sent more than once.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(seen, _)| seen.eq_ignore_ascii_case(name));
        match (values.next(), values.next()) {
            (Some((_, value)), None) => Some(value),
            _ => None,
        }
    }

    /// The body read as JSON; `None` if it is not JSON.
    pub(crate) fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The headers, without `content-length`.
    pub(crate) headers: Vec<(String, String)>,
    /// The body.
    pub(crate) body: Bytes,
}

impl Reply {
    /// An answer with a body of the given content type.
    pub(crate) fn new(status: u16, body: impl Into<Bytes>, content_type: &str) -> Self {
        let reply = Reply { status, headers: Vec::new(), body: body.into() };
        reply.with_header("content-type", content_type)
    }

    /// An answer with a JSON body.
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Reply::new(status, body.to_string(), "application/json")
    }

    /// The same answer with one more header.
    pub(crate) fn with_header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }
}
