//! What must not get into a recording.

use super::received::ReceivedRequest;
use super::recording::Body;
use crate::exchange::{is_json, media_type};
use crate::secrets::{MASK, Secrets};
use crate::transport::Response;
use http::HeaderMap;
use http::header::{AUTHORIZATION, CONTENT_TYPE, PROXY_AUTHORIZATION, SET_COOKIE};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use std::borrow::Cow;

/// The names that OAuth 2 has for secrets (RFC 6749, RFC 7521, OpenID Connect).
const MEMBERS: [&str; 6] =
    ["access_token", "refresh_token", "id_token", "client_secret", "client_assertion", "password"];

/// A shorter text occurs in too much that has nothing to do with it, unless it is a word of its own.
const SHORTEST: usize = 8;

/// What is masked, and how.
pub(super) struct Masking<'m> {
    secrets: Secrets,
    /// Those that are so short that they occur in other words.
    words: Secrets,
    members: &'m [String],
}

impl<'m> Masking<'m> {
    /// What the user knows.
    pub(super) fn new(texts: &[String], members: &'m [String]) -> Self {
        let mut masking = Self { secrets: Secrets::default(), words: Secrets::default(), members };
        texts.iter().for_each(|text| masking.add(text));
        masking
    }

    fn add(&mut self, text: &str) {
        let secrets = if text.len() < SHORTEST { &mut self.words } else { &mut self.secrets };
        secrets.add(text);
        // As bodies in XML have it.
        if text.contains(['&', '<', '>', '"', '\'']) {
            let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            secrets.add(&escaped);
            secrets.add(&escaped.replace('"', "&quot;").replace('\'', "&apos;"));
        }
    }

    /// Whether there are too many secrets to mask each.
    pub(super) fn is_too_much(&self) -> bool {
        self.secrets.hides_all() || self.words.hides_all()
    }

    /// Adds what is known of an exchange.
    pub(super) fn learn(&mut self, request: &ReceivedRequest, response: Option<&Response>) {
        for secret in request.known_secrets() {
            self.add(&secret);
        }
        for (name, value) in request.headers().iter().filter(|(_, value)| value.is_sensitive()) {
            let text = String::from_utf8_lossy(value.as_bytes());
            // Of `Bearer token` the scheme is no secret.
            let token = text.split_once(' ').filter(|_| matches!(*name, AUTHORIZATION | PROXY_AUTHORIZATION));
            self.add(token.map_or(&*text, |(_, token)| token.trim()));
        }
        if let Some(value) = response.and_then(|response| serde_json::from_slice(&response.body).ok()) {
            self.learn_members(&value);
        }
        if let Some(value) = request.json() {
            self.learn_members(&value);
        }
    }

    /// What a member with a telling name holds is a secret elsewhere too.
    fn learn_members(&mut self, value: &Value) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    match member {
                        Value::String(text) if self.is_secret(name) && text.len() >= SHORTEST => self.add(text),
                        member => self.learn_members(member),
                    }
                }
            }
            Value::Array(elements) => elements.iter().for_each(|element| self.learn_members(element)),
            _ => {}
        }
    }

    fn is_secret(&self, member: &str) -> bool {
        MEMBERS.contains(&member) || self.members.iter().any(|known| known == member)
    }

    /// A text without secrets.
    pub(super) fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.words.mask_words(self.secrets.mask(text))
    }

    /// Headers as lines.
    pub(super) fn headers(&self, headers: &HeaderMap) -> Vec<String> {
        let line = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
            let text = String::from_utf8_lossy(value.as_bytes());
            let shown: Cow<'_, str> = if value.is_sensitive() {
                MASK.into()
            } else if name == SET_COOKIE {
                let (pair, attributes) = text.split_at(text.find(';').unwrap_or(text.len()));
                format!("{}={MASK}{attributes}", pair.split('=').next().unwrap_or_default()).into()
            } else {
                self.text(&text)
            };
            format!("{name}: {shown}")
        };
        headers.iter().map(line).collect()
    }

    /// A target without secrets.
    pub(super) fn target(&self, target: &str) -> String {
        let (path, query) = target.split_at(target.find('?').map_or(target.len(), |mark| mark + 1));
        self.text(&format!("{path}{}", self.pairs(query))).into_owned()
    }

    /// A query or a form without the values of telling names.
    fn pairs<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let is_secret = |pair: &str| {
            let name = pair.split('=').next().unwrap_or_default().replace('+', " ");
            pair.contains('=') && self.is_secret(&percent_decode_str(&name).decode_utf8_lossy())
        };
        if !text.split('&').any(is_secret) {
            return text.into();
        }
        let pairs: Vec<Cow<'_, str>> = text
            .split('&')
            .map(|pair| match pair.split_once('=') {
                Some((name, _)) if is_secret(pair) => format!("{name}={MASK}").into(),
                _ => pair.into(),
            })
            .collect();
        pairs.join("&").into()
    }

    /// The body of a request. The boundary between its parts may change with what is in them.
    pub(super) fn sent(&self, headers: &HeaderMap, body: &[u8]) -> Option<Body> {
        let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        match content_type.split_once("boundary=") {
            Some((_, boundary)) if content_type.starts_with("multipart/") => {
                let mut boundaries = Secrets::default();
                boundaries.add(boundary.split(';').next().unwrap_or_default().trim_matches('"'));
                self.body(headers, &boundaries.mask_bytes(body))
            }
            _ => self.body(headers, body),
        }
    }

    /// A body, in the most readable way.
    pub(super) fn body(&self, headers: &HeaderMap, body: &[u8]) -> Option<Body> {
        if body.is_empty() {
            return None;
        }
        let media_type = media_type(headers).unwrap_or_default();
        if is_json(media_type)
            && let Ok(value) = serde_json::from_slice(body)
        {
            return Some(Body::Json(self.json(value)));
        }
        Some(match std::str::from_utf8(body) {
            Ok(text) if media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") => {
                Body::Text(self.text(&self.pairs(text)).into_owned())
            }
            Ok(text) => Body::Text(self.text(text).into_owned()),
            Err(_) => Body::base64(&self.secrets.mask_bytes(body)),
        })
    }

    fn json(&self, value: Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(&text).into_owned()),
            Value::Number(number) => {
                let text = number.to_string();
                if self.text(&text) == MASK { MASK.into() } else { number.into() }
            }
            Value::Array(elements) => elements.into_iter().map(|element| self.json(element)).collect(),
            Value::Object(members) => {
                let member = |(name, member): (String, Value)| {
                    let masked = match member {
                        member @ (Value::Null | Value::Bool(_)) => member,
                        _ if self.is_secret(&name) => MASK.into(),
                        member => self.json(member),
                    };
                    (self.text(&name).into_owned(), masked)
                };
                members.into_iter().map(member).collect()
            }
            value => value,
        }
    }
}
