//! The file of a recording.

use super::difference::{Comparison, covers, covers_text, differences, shortened};
use super::expectation::Body as Shown;
use super::received::ReceivedRequest;
use crate::transport::{Response, TransportErrorKind};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::error::Error as StdError;
use std::fmt;
use std::path::{Path, PathBuf};

const FORMAT: &str = "arazzo-recording";
const VERSION: u64 = 1;

/// A recording as it is written.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Recording {
    format: String,
    version: u64,
    pub(super) exchanges: Vec<Exchange>,
}

/// A request and what came of it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Exchange {
    /// The source description of the operation; none for a request of the client itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) source: Option<String>,
    /// What the operation is called.
    pub(super) operation: String,
    pub(super) request: Sent,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) response: Option<Received>,
    /// In place of a response.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) fault: Option<Fault>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sent {
    pub(super) method: String,
    /// The URL before the target, for readers alone.
    pub(super) server: String,
    pub(super) target: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) headers: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) body: Option<Body>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Received {
    pub(super) status: u16,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) headers: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) body: Option<Body>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fault {
    pub(super) kind: FaultKind,
    pub(super) message: String,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum FaultKind {
    Connect,
    Tls,
    Broken,
    Timeout,
    BodyTooLarge,
    Other,
}

/// A body, in the most readable of three ways.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Body {
    Json(Value),
    Text(String),
    Base64(String),
}

impl From<TransportErrorKind> for FaultKind {
    fn from(kind: TransportErrorKind) -> Self {
        match kind {
            TransportErrorKind::Connect => Self::Connect,
            TransportErrorKind::Tls => Self::Tls,
            TransportErrorKind::Broken => Self::Broken,
            TransportErrorKind::Timeout => Self::Timeout,
            TransportErrorKind::BodyTooLarge => Self::BodyTooLarge,
            _ => Self::Other,
        }
    }
}

impl From<FaultKind> for TransportErrorKind {
    fn from(kind: FaultKind) -> Self {
        match kind {
            FaultKind::Connect => Self::Connect,
            FaultKind::Tls => Self::Tls,
            FaultKind::Broken => Self::Broken,
            FaultKind::Timeout => Self::Timeout,
            FaultKind::BodyTooLarge => Self::BodyTooLarge,
            FaultKind::Other => Self::Other,
        }
    }
}

impl Body {
    /// The bytes; the `Err` says why there are none.
    fn bytes(&self) -> Result<Vec<u8>, String> {
        match self {
            Self::Json(value) => serde_json::to_vec(value).map_err(|error| error.to_string()),
            Self::Text(text) => Ok(text.as_bytes().to_vec()),
            Self::Base64(text) => {
                BASE64_STANDARD.decode(text).map_err(|error| format!("its body is not valid Base64: {error}"))
            }
        }
    }

    /// Bytes that are no text.
    pub(super) fn base64(bytes: &[u8]) -> Self {
        Self::Base64(BASE64_STANDARD.encode(bytes))
    }
}

impl Sent {
    /// What is not as it was recorded, a line each.
    pub(super) fn differences(&self, request: &ReceivedRequest) -> Vec<String> {
        let mut wrong = Vec::new();
        if self.method != request.method() {
            wrong.push(format!("method: expected {}, got {}", self.method, request.method()));
        }
        if !covers_text(&self.target, request.target()) {
            wrong.push(format!("path and query: expected {:?}, got {:?}", self.target, request.target()));
        }
        match &self.body {
            None if request.body().is_empty() => {}
            None => wrong.push(format!("body: expected none, got {}", Shown(request))),
            Some(Body::Json(expected)) => match request.json() {
                Some(got) => wrong.extend(differences(expected, &got, Comparison::Masked)),
                None => wrong.push(format!("body: expected JSON, got {}", Shown(request))),
            },
            Some(Body::Text(expected)) if !covers_text(expected, request.text().unwrap_or_default()) => {
                wrong.push(format!("body: expected {:?}, got {}", shortened(expected), Shown(request)));
            }
            Some(body @ Body::Base64(_)) => {
                let expected = body.bytes().unwrap_or_default();
                if !covers(&expected, request.body()) {
                    let (length, got) = (expected.len(), request.body().len());
                    wrong.push(format!("body: expected {length} bytes as they were recorded, got {got} others"));
                }
            }
            Some(Body::Text(_)) => {}
        }
        wrong
    }
}

impl Received {
    /// The response; the `Err` says why it is none.
    pub(super) fn response(&self) -> Result<Response, String> {
        let status = StatusCode::from_u16(self.status).map_err(|_| format!("{} is no status of HTTP", self.status))?;
        let mut headers = HeaderMap::new();
        for line in &self.headers {
            let (name, value) = line.split_once(": ").unwrap_or((line.trim_end_matches(':'), ""));
            match (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_bytes(value.as_bytes())) {
                (Ok(name), Ok(value)) => headers.append(name, value),
                _ => return Err(format!("{line:?} is no header")),
            };
        }
        let body = self.body.as_ref().map(Body::bytes).transpose()?.unwrap_or_default();
        Ok(Response::new(status, headers, Bytes::from(body)))
    }
}

impl Recording {
    pub(super) fn new(exchanges: Vec<Exchange>) -> Self {
        Self { format: FORMAT.to_owned(), version: VERSION, exchanges }
    }

    /// Reads a file.
    pub(super) fn read(path: &Path) -> Result<Self, RecordingError> {
        let fail = |what: String| RecordingError::new(path, what);
        let text = std::fs::read(path).map_err(|error| {
            let help = match error.kind() {
                std::io::ErrorKind::NotFound => "; record it with a `Recorder` first",
                _ => "",
            };
            fail(format!("cannot be read: {error}{help}"))
        })?;
        let written: Value =
            serde_json::from_slice(&text).map_err(|error| fail(format!("is not valid JSON: {error}")))?;
        if written.get("format").and_then(Value::as_str) != Some(FORMAT) {
            return Err(fail(format!("is no recording: it has no `\"format\": \"{FORMAT}\"`")));
        }
        match written.get("version").and_then(Value::as_u64) {
            Some(VERSION) => {}
            Some(version) => {
                let message = format!("has the version {version}, and this release reads {VERSION}; record it anew");
                return Err(fail(message));
            }
            None => return Err(fail("has no `version`".to_owned())),
        }
        let recording: Self = serde_json::from_slice(&text).map_err(|error| fail(format!("is broken: {error}")))?;
        for (place, exchange) in recording.exchanges.iter().enumerate() {
            exchange.check().map_err(|what| fail(format!("is broken: exchange {}: {what}", place + 1)))?;
        }
        Ok(recording)
    }

    /// Writes the file whole or not at all.
    pub(super) fn write(&self, path: &Path) -> Result<(), RecordingError> {
        let fail = |error: std::io::Error| RecordingError::new(path, format!("cannot be written: {error}"));
        let mut text = serde_json::to_vec_pretty(self).map_err(|error| fail(error.into()))?;
        text.push(b'\n');
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(fail)?;
        }
        let mut beside = path.as_os_str().to_owned();
        beside.push(format!(".{}", std::process::id()));
        let beside = PathBuf::from(beside);
        std::fs::write(&beside, text).and_then(|()| std::fs::rename(&beside, path)).map_err(|error| {
            // It may not even be there.
            let _ = std::fs::remove_file(&beside);
            fail(error)
        })
    }
}

impl Exchange {
    fn check(&self) -> Result<(), String> {
        match (&self.response, &self.fault) {
            (Some(response), None) => response.response().map(drop)?,
            (None, Some(_)) => {}
            _ => return Err("it needs either a `response` or a `fault`".to_owned()),
        }
        self.request.body.as_ref().map(Body::bytes).transpose().map(drop)
    }
}

/// Why a recording cannot be read or written.
pub struct RecordingError {
    message: String,
}

impl RecordingError {
    pub(super) fn new(path: &Path, what: String) -> Self {
        Self { message: format!("the recording `{}` {what}", path.display()) }
    }
}

impl fmt::Display for RecordingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Debug for RecordingError {
    /// The message, as a test shows it that ends with the error.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for RecordingError {}
