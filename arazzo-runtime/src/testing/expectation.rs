//! What a test expects of a request.

use super::difference::{Comparison, differences, shortened};
use super::received::ReceivedRequest;
use serde_json::Value;
use std::fmt::{self, Write};
use std::sync::Arc;

/// What a test says of a request: the `Err` says what is wrong with it.
type Check = Arc<dyn Fn(&ReceivedRequest) -> Result<(), String> + Send + Sync>;

/// What a request has to be like.
#[derive(Clone)]
pub(super) enum Expectation {
    Path(String, String),
    /// `None` for one that must not be there.
    Query(String, Option<String>),
    /// `None` for one that must not be there.
    Header(String, Option<String>),
    Json(Value, Comparison),
    Text(String),
    Empty,
    Check(Check),
}

impl Expectation {
    /// What is not as it should be, a line each.
    pub(super) fn check(&self, request: &ReceivedRequest) -> Vec<String> {
        match self {
            Self::Path(name, _) if !request.has_variable(name) => {
                vec![format!("the path `{}` has no variable `{name}`", request.template())]
            }
            Self::Path(name, expected) => {
                compare(&format!("path variable `{name}`"), Some(expected), request.path(name).as_deref())
            }
            Self::Query(name, expected) => {
                compare(&format!("query parameter `{name}`"), expected.as_deref(), request.query(name).as_deref())
            }
            Self::Header(name, expected) => {
                compare(&format!("header `{name}`"), expected.as_deref(), request.header(name))
            }
            Self::Json(expected, comparison) => match request.json() {
                Some(got) => differences(expected, &got, *comparison),
                None => vec![format!("body: expected JSON, got {}", Body(request))],
            },
            Self::Text(expected) if request.body() != expected.as_bytes() => {
                vec![format!("body: expected {:?}, got {}", shortened(expected), Body(request))]
            }
            Self::Empty if !request.body().is_empty() => vec![format!("body: expected none, got {}", Body(request))],
            Self::Text(_) | Self::Empty => Vec::new(),
            Self::Check(check) => check(request).err().into_iter().collect(),
        }
    }
}

fn compare(what: &str, expected: Option<&str>, got: Option<&str>) -> Vec<String> {
    if expected == got {
        return Vec::new();
    }
    vec![match (expected, got) {
        (Some(expected), Some(got)) => format!("{what}: expected {expected:?}, got {got:?}"),
        (Some(expected), None) => format!("{what}: expected {expected:?}, and it is missing"),
        (None, got) => format!("{what}: not expected, got {:?}", got.unwrap_or_default()),
    }]
}

/// A body as a message shows it.
pub(super) struct Body<'r>(pub(super) &'r ReceivedRequest);

impl fmt::Display for Body<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0.body(), self.0.text()) {
            ([], _) => f.write_str("none"),
            (_, Some(text)) => write!(f, "{:?}", shortened(text)),
            (bytes, None) => write!(f, "{} bytes that are no text", bytes.len()),
        }
    }
}

/// A message about a request that is not as expected.
pub(super) fn mismatch(head: &str, request: &ReceivedRequest, wrong: &[String]) -> String {
    let mut message = format!("{head}\n  got: {} {}", request.method(), request.url());
    for line in wrong {
        // Writing to a text has no way to fail.
        let _ = write!(message, "\n  {line}");
    }
    request.masked(&message)
}
