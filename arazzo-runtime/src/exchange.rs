//! A request and what came of it: what the criteria and outputs of a step look at.

use crate::call::{CallFailure, CallOutcome};
use crate::error::Error;
use crate::notes::Notes;
use crate::request::{Given, Parts};
use crate::retry_after::retry_after;
use crate::secrets::{MASK, Secrets};
use crate::shape::{Kept, Shape};
use crate::transport::Response;
use arazzo_expression::json::Json;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};
use serde_json::Value;
use std::cell::{Cell, OnceCell};
use std::time::{Duration, SystemTime};

/// How many characters of a body a message shows.
const EXCERPT: usize = 400;

/// Why a step's request has no response.
#[derive(Debug)]
pub(crate) enum Unanswered {
    /// The request could not be built.
    NotSent(String),
    /// It was sent, or was meant to be, and no response came.
    NoResponse(crate::transport::TransportError),
}

/// One attempt of a step.
#[derive(Debug)]
pub struct Exchange {
    /// The request, where the step asks for it.
    parts: Option<Box<Parts>>,
    response: Result<Response, Unanswered>,
    /// Of a step that calls a workflow; then the request and the response are the last ones of that.
    call: Option<Box<CallOutcome>>,
    shape: &'static Shape,
    kept: OnceCell<Result<Kept, String>>,
    unmet: Cell<Option<&'static str>>,
}

impl Exchange {
    pub(crate) fn new(
        parts: Option<Box<Parts>>,
        response: Result<Response, Unanswered>,
        shape: &'static Shape,
    ) -> Self {
        Self { parts, response, call: None, shape, kept: OnceCell::new(), unmet: Cell::new(None) }
    }

    /// What came of a call of a workflow, with its last request and response where they are kept.
    pub(crate) fn of_call(
        last: Option<(Option<Box<Parts>>, Response)>,
        call: CallOutcome,
        shape: &'static Shape,
    ) -> Self {
        let (parts, response) = match last {
            Some((parts, response)) => (parts, Ok(response)),
            None => (None, Err(Unanswered::NotSent(String::new()))),
        };
        Self { call: Some(Box::new(call)), ..Self::new(parts, response, shape) }
    }

    /// Whether a response came, or the workflow that the step calls has run.
    #[must_use]
    pub fn answered(&self) -> bool {
        match &self.call {
            Some(call) => !matches!(call.failure, Some(CallFailure::NotBegun(_))),
            None => self.response.is_ok(),
        }
    }

    /// Whether the workflow that the step calls has ended, and not after a failure.
    #[must_use]
    pub fn completed(&self) -> bool {
        self.call.as_ref().is_some_and(|call| call.failure.is_none())
    }

    /// `$outputs.name` of the workflow that the step has called.
    #[must_use]
    pub fn output(&self, name: &str) -> Json<'_> {
        self.call.as_ref().and_then(|call| call.outputs.get(name)).into()
    }

    pub(crate) fn called(&self) -> Option<&CallOutcome> {
        self.call.as_deref()
    }

    /// What ends the one that has called a workflow too.
    pub(crate) fn take_over(&mut self) -> Option<Error> {
        let failure = &mut self.call.as_mut()?.failure;
        match failure.take() {
            Some(CallFailure::Over(error)) => Some(error),
            other => {
                *failure = other;
                None
            }
        }
    }

    pub(crate) fn into_called(self) -> Option<CallOutcome> {
        self.call.map(|call| *call)
    }

    /// Whether the workflow can read what it needs of the body: one that is said to be JSON has to be JSON. Without this
    /// a broken answer would count as one in which nothing is there, and the run would go on as if it were whole.
    #[must_use]
    pub fn is_readable(&self) -> bool {
        self.shape.is_empty() || !matches!(self.kept(), Some(Err(_)))
    }

    /// `$statusCode`; `None` without a response.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.response.as_ref().ok().map(|response| response.status.as_u16())
    }

    /// `$statusCode` as a value.
    #[must_use]
    pub fn status_code(&self) -> Json<'_> {
        self.status().into()
    }

    /// `$url`
    #[must_use]
    pub fn url(&self) -> Json<'_> {
        self.parts().map_or(Json::Absent, |parts| Json::from(parts.url.as_str()))
    }

    /// `$method`
    #[must_use]
    pub fn method(&self) -> Json<'_> {
        self.parts().map_or(Json::Absent, |parts| Json::from(parts.method))
    }

    /// `$request.header.name`
    #[must_use]
    pub fn request_header(&self, name: &str) -> Json<'_> {
        self.parts().map_or(Json::Absent, |parts| header(&parts.headers, name))
    }

    /// `$request.query.name`
    #[must_use]
    pub fn request_query(&self, name: &str) -> Json<'_> {
        self.parts().map_or(Json::Absent, |parts| parameter(&parts.query, name))
    }

    /// `$request.path.name`
    #[must_use]
    pub fn request_path(&self, name: &str) -> Json<'_> {
        self.parts().map_or(Json::Absent, |parts| parameter(&parts.path, name))
    }

    /// `$request.body`: as JSON if it was sent as that, else as text; bytes that are no text are no value.
    #[must_use]
    pub fn request_body(&self) -> Json<'static> {
        let value = |parts: &Parts| {
            let body = parts.body.as_ref()?;
            if media_type(&parts.headers).is_some_and(is_json) {
                return serde_json::from_slice::<Value>(body).ok().map(Json::from);
            }
            std::str::from_utf8(body).ok().map(|text| Json::from(text.to_owned()))
        };
        self.parts().and_then(value).unwrap_or_default()
    }

    fn parts(&self) -> Option<&Parts> {
        self.parts.as_deref()
    }

    /// `$response.header.name`; of several lines the first.
    #[must_use]
    pub fn header(&self, name: &str) -> Json<'_> {
        self.response.as_ref().map_or(Json::Absent, |response| header(&response.headers, name))
    }

    /// What the body holds for a slot of the step's shape.
    #[must_use]
    pub fn body(&self, slot: usize) -> Json<'_> {
        match self.kept() {
            Some(Ok(kept)) => kept.slots.get(slot).and_then(Option::as_ref).map_or(Json::Absent, Json::from),
            _ => Json::Absent,
        }
    }

    /// The same, taken out of the exchange.
    #[must_use]
    pub fn take(&mut self, slot: usize) -> Option<Value> {
        self.kept()?;
        self.kept.get_mut()?.as_mut().ok()?.slots.get_mut(slot)?.take()
    }

    /// Whether the body is a JSON object or list, as criteria of the type `jsonpath` need it.
    #[must_use]
    pub fn body_is_structured(&self, notes: &Notes) -> bool {
        let structured = matches!(self.kept(), Some(Ok(kept)) if kept.structured);
        if !structured && let Ok(response) = &self.response {
            let what =
                media_type(&response.headers).map_or_else(String::new, |media_type| format!(" (`{media_type}`)"));
            notes.add(format!(
                "the response body{what} is no JSON object or list, so no `jsonpath` criterion could be met"
            ));
        }
        structured
    }

    /// What the response body is if it is no JSON.
    pub(crate) fn no_json(&self) -> Option<String> {
        let response = self.response.as_ref().ok()?;
        match media_type(&response.headers) {
            _ if response.body.is_empty() => Some("empty".to_owned()),
            Some(media_type) if !is_json(media_type) => Some(format!("`{media_type}`")),
            _ => None,
        }
    }

    /// Takes part in the verdict over the step: remembers the first success criterion that is not met.
    pub fn criterion(&self, condition: &'static str, met: bool) -> bool {
        if !met && self.unmet.get().is_none() {
            self.unmet.set(Some(condition));
        }
        met
    }

    /// The first success criterion that was not met.
    pub(crate) fn unmet(&self) -> Option<&'static str> {
        self.unmet.get()
    }

    /// The delay that the response asks for.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        retry_after(&self.response.as_ref().ok()?.headers, SystemTime::now)
    }

    pub(crate) fn into_unanswered(self) -> Option<Unanswered> {
        self.response.err()
    }

    /// The beginning of the response body on one line, without the secrets in it.
    pub(crate) fn excerpt(&self, secrets: &Secrets) -> Option<String> {
        let body = self.response.as_ref().ok().map(|response| &response.body).filter(|body| !body.is_empty())?;
        // A secret at the end may be cut in two, and then cannot be recognized. Others may be masked inside of it.
        let uncertain = secrets.longest() * MASK.len();
        let mut end = 16 * EXCERPT + uncertain;
        loop {
            let begin = &body[..body.len().min(end)];
            let mut text = secrets.mask(&String::from_utf8_lossy(begin)).into_owned();
            if begin.len() == body.len() {
                return Some(shorten(&text));
            }
            text.truncate(text.floor_char_boundary(text.len().saturating_sub(uncertain)));
            if text.len() > 4 * EXCERPT {
                return Some(shorten(&text));
            }
            // What was masked has made it too short.
            end *= 4;
        }
    }

    /// Why the body could not be read as JSON, when an expression needed it.
    pub(crate) fn body_problem(&self) -> Option<&str> {
        match self.kept.get() {
            Some(Err(problem)) => Some(problem),
            _ => None,
        }
    }

    fn kept(&self) -> Option<&Result<Kept, String>> {
        let response = self.response.as_ref().ok()?;
        Some(self.kept.get_or_init(|| read(response, self.shape)))
    }
}

/// The first part of a body on one line.
fn shorten(body: &str) -> String {
    let mut text = String::new();
    for (count, character) in body.chars().enumerate() {
        if count == EXCERPT {
            text.push('…');
            break;
        }
        text.push(if character.is_control() { ' ' } else { character });
    }
    text
}

/// Reads a body by its media type: JSON through the shape, anything else as one text.
fn read(response: &Response, shape: &'static Shape) -> Result<Kept, String> {
    let media_type = media_type(&response.headers);
    let is_json = media_type.is_some_and(is_json);
    if media_type.is_none() && response.body.is_empty() {
        return Ok(Kept { slots: Vec::new(), structured: false });
    }
    if is_json && response.body.is_empty() {
        // These have no body by their nature, whatever their header says.
        let bodiless = matches!(response.status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
        return if bodiless { Ok(Kept::default()) } else { Err("the response body is empty, not JSON".to_owned()) };
    }
    if is_json || media_type.is_none() {
        // RFC 8259, section 8.1: who writes JSON must leave it out, who reads it may pass over it.
        let body = response.body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&response.body);
        match shape.read(body) {
            Ok(kept) => return Ok(kept),
            Err(error) if is_json => {
                let encoding = response.headers.get(CONTENT_ENCODING).map_or_else(String::new, |encoding| {
                    let encoding = String::from_utf8_lossy(encoding.as_bytes());
                    format!(" (its `Content-Encoding` is `{encoding}`, which was not asked for)")
                });
                return Err(format!("the response body is not valid JSON{encoding}: {error}"));
            }
            Err(_) => {}
        }
    }
    let text = String::from_utf8_lossy(&response.body);
    let slots = shape.keep.iter().max().map_or(0, |last| last + 1);
    let mut kept = Kept { slots: vec![None; slots], structured: false };
    for &slot in shape.keep {
        kept.slots[slot] = Some(Value::String(text.clone().into_owned()));
    }
    Ok(kept)
}

pub(crate) fn media_type(headers: &HeaderMap) -> Option<&str> {
    let text = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    Some(text.split(';').next().unwrap_or(text).trim())
}

pub(crate) fn is_json(media_type: &str) -> bool {
    let ends_with = |suffix: &str| {
        media_type.len() >= suffix.len()
            && media_type.as_bytes()[media_type.len() - suffix.len()..].eq_ignore_ascii_case(suffix.as_bytes())
    };
    media_type.eq_ignore_ascii_case("application/json")
        || media_type.eq_ignore_ascii_case("text/json")
        || ends_with("+json")
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> Json<'h> {
    match headers.get(name) {
        Some(value) => match String::from_utf8_lossy(value.as_bytes()) {
            std::borrow::Cow::Borrowed(text) => Json::from(text),
            std::borrow::Cow::Owned(text) => Json::from(text),
        },
        None => Json::Absent,
    }
}

fn parameter<'p>(parameters: &'p [Given], name: &str) -> Json<'p> {
    parameters.iter().find(|given| given.name == name).map_or(Json::Absent, Given::value)
}

#[cfg(test)]
mod tests {
    use super::*;

    static WHOLE: Shape = Shape { keep: &[0], members: &[], elements: &[] };
    static ID: Shape =
        Shape { keep: &[], members: &[("id", Shape { keep: &[0], members: &[], elements: &[] })], elements: &[] };

    fn exchange(content_type: Option<&str>, body: &'static str, shape: &'static Shape) -> Exchange {
        let mut response = Response::new(StatusCode::OK, HeaderMap::new(), body);
        if let Some(content_type) = content_type {
            response = response.header("content-type", content_type);
        }
        Exchange::new(None, Ok(response), shape)
    }

    #[test]
    fn json_media_types_are_read_as_json() {
        for media_type in ["application/json", "Application/JSON; charset=utf-8", "application/problem+json"] {
            let exchange = exchange(Some(media_type), r#"{"id": 1}"#, &ID);
            assert_eq!(exchange.body(0).into_value(), Some(1.into()), "{media_type}");
            assert!(exchange.body_is_structured(&Notes::default()));
        }
    }

    #[test]
    fn other_media_types_are_text() {
        let plain = exchange(Some("text/plain"), "{\"id\": 1}", &WHOLE);
        assert_eq!(plain.body(0).into_value(), Some("{\"id\": 1}".into()));
        assert!(!plain.body_is_structured(&Notes::default()));
        assert!(exchange(Some("text/plain"), "{\"id\": 1}", &ID).body(0).is_absent());
    }

    #[test]
    fn without_a_media_type_the_body_decides() {
        assert_eq!(exchange(None, r#"{"id": 1}"#, &ID).body(0).into_value(), Some(1.into()));
        assert_eq!(exchange(None, "hello", &WHOLE).body(0).into_value(), Some("hello".into()));
    }

    #[test]
    fn a_byte_order_mark_is_passed_over() {
        for media_type in [Some("application/json"), None] {
            let exchange = exchange(media_type, "\u{feff}{\"id\": 1}", &ID);
            assert_eq!(exchange.body(0).into_value(), Some(1.into()));
        }
    }

    #[test]
    fn invalid_json_is_absent_and_explained() {
        let exchange = exchange(Some("application/json"), "{\"id\": ", &ID);
        assert!(exchange.body(0).is_absent() && !exchange.body_is_structured(&Notes::default()));
        assert!(exchange.body_problem().unwrap().starts_with("the response body is not valid JSON"));
    }

    #[test]
    fn a_broken_body_is_unreadable_where_something_is_read_of_it() {
        static NOTHING: Shape = Shape { keep: &[], members: &[], elements: &[] };
        assert!(!exchange(Some("application/json"), "{", &ID).is_readable());
        assert!(exchange(Some("application/json"), "{", &NOTHING).is_readable());
        assert!(exchange(Some("text/html"), "<p>", &ID).is_readable());
    }

    #[test]
    fn an_empty_body_is_no_json_unless_the_status_says_that_there_is_none() {
        let empty = exchange(Some("application/json"), "", &ID);
        assert!(!empty.is_readable());
        assert_eq!(empty.body_problem().unwrap(), "the response body is empty, not JSON");
        let response = Response::json(204, "");
        assert!(Exchange::new(None, Ok(response), &ID).is_readable());
    }

    /// However long a secret is, and wherever it ends.
    #[test]
    fn an_excerpt_has_no_part_of_a_secret() {
        for (before, length, times) in [(10, 9_000, 1), (390, 2_000, 9), (0, 1_000, 40), (0, 6_395, 2)] {
            let secret: String = ('A'..='Z').cycle().take(length).collect();
            let mut secrets = Secrets::default();
            secrets.add(&secret);
            // It occurs in the other one, and its mask is longer.
            secrets.add("Q");
            let text = format!("{}{}", "x".repeat(before), format!("{secret} ").repeat(times));
            let response = Response::new(StatusCode::OK, HeaderMap::new(), text + &"y".repeat(20_000));
            let excerpt = Exchange::new(None, Ok(response), &ID).excerpt(&secrets).unwrap();
            assert!(!excerpt.contains(char::is_uppercase), "{before} {length} {times}: {excerpt}");
            assert!(excerpt.starts_with(&"x".repeat(before)) && excerpt.chars().count() <= EXCERPT + 1, "{excerpt}");
        }
    }

    #[test]
    fn headers_are_found_whatever_their_case() {
        let response = Response::json(200, "").header("X-Rate", "7").header("X-Rate", "8");
        let exchange = Exchange::new(None, Ok(response), &ID);
        assert_eq!(exchange.header("x-rATE").to_text(), "7");
        assert!(exchange.header("not a name").is_absent());
    }

    #[test]
    fn the_first_unmet_criterion_is_remembered() {
        let exchange = exchange(None, "", &ID);
        assert!(exchange.criterion("a", true) && !exchange.criterion("b", false) && !exchange.criterion("c", false));
        assert_eq!(exchange.unmet(), Some("b"));
    }
}
