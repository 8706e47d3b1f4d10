//! What the client adds to the request of a step: credentials. It is kept apart from what the document gives, so that no
//! expression can read it.

use super::{Request, encode};
use crate::credential::CredentialParts;
use crate::scheme::SchemeKind;
use crate::secrets::Secrets;
use crate::style::encode_cookie;
use http::HeaderMap;
use http::header::{AUTHORIZATION, COOKIE, HeaderName, HeaderValue};
use std::fmt;

/// What the client adds to a request.
#[derive(Clone, Default)]
pub(super) struct Added {
    authorization: Option<HeaderValue>,
    headers: Vec<(HeaderName, HeaderValue)>,
    /// As it is written, without a separator before it.
    pub(super) query: String,
    cookies: String,
}

impl fmt::Debug for Added {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Added").finish_non_exhaustive()
    }
}

impl Added {
    /// Writes the headers and the cookies. The `Err` says why that cannot be.
    pub(super) fn write(self, headers: &mut HeaderMap) -> Result<(), String> {
        if let Some(authorization) = self.authorization {
            headers.insert(AUTHORIZATION, authorization);
        }
        for (name, value) in self.headers {
            headers.insert(name, value);
        }
        if self.cookies.is_empty() {
            return Ok(());
        }
        let given = headers.get(COOKIE).map(|given| String::from_utf8_lossy(given.as_bytes()).into_owned());
        let cookies = given.map_or_else(|| self.cookies.clone(), |given| format!("{given}; {}", self.cookies));
        let Ok(mut value) = HeaderValue::try_from(cookies) else {
            return Err("a cookie holds a control character".to_owned());
        };
        value.set_sensitive(true);
        headers.insert(COOKIE, value);
        Ok(())
    }
}

impl Request {
    /// Whether it carries what a scheme asks for already.
    pub(crate) fn carries(&self, scheme: SchemeKind) -> bool {
        match scheme {
            SchemeKind::Header("authorization")
            | SchemeKind::Basic
            | SchemeKind::Bearer
            | SchemeKind::Http(_)
            | SchemeKind::OAuth2(_)
            | SchemeKind::OpenIdConnect => {
                self.headers.contains_key(AUTHORIZATION) || self.added.authorization.is_some()
            }
            // They would be lost under a header of that name.
            SchemeKind::Header("cookie") if !self.cookies.is_empty() => true,
            SchemeKind::Header(name) => {
                self.headers.contains_key(name) || self.added.headers.iter().any(|(known, _)| known == name)
            }
            // To a whole query nothing can be added: it need not be a list of parameters.
            SchemeKind::Query(name) => self.has_whole_query || self.query.iter().any(|given| given.name == name),
            SchemeKind::Cookie(name) => self.has_cookie(name),
            SchemeKind::Unknown => false,
        }
    }

    /// Adds a credential at the place that its scheme names.
    pub(crate) fn add_credential(&mut self, scheme: SchemeKind, header: Option<&HeaderValue>, text: &str) {
        match scheme {
            SchemeKind::Query(name) => self.add_query(name, text),
            SchemeKind::Cookie(name) => self.add_cookie(name, text),
            SchemeKind::Header("authorization")
            | SchemeKind::Basic
            | SchemeKind::Bearer
            | SchemeKind::Http(_)
            | SchemeKind::OAuth2(_)
            | SchemeKind::OpenIdConnect
            | SchemeKind::Unknown => self.added.authorization = header.cloned(),
            SchemeKind::Header(name) => {
                self.added.headers.extend(header.map(|value| (HeaderName::from_static(name), value.clone())));
            }
        }
    }

    /// Adds what a callback has made, and remembers it as secret. What the document gives under the same name stays.
    pub(crate) fn add_parts(&mut self, parts: CredentialParts, secrets: &mut Secrets) {
        for (name, value) in parts.headers {
            if self.headers.contains_key(&name) {
                continue;
            }
            let text = String::from_utf8_lossy(value.as_bytes());
            // Of `Bearer token` the scheme is no secret.
            match text.split_once(' ') {
                Some((_, token)) if name == AUTHORIZATION => secrets.add(token.trim()),
                _ => secrets.add(&text),
            }
            match name {
                AUTHORIZATION => self.added.authorization = Some(value),
                name => self.added.headers.push((name, value)),
            }
        }
        for (name, value) in parts.query {
            if !self.has_whole_query && !self.query.iter().any(|given| given.name == name) {
                secrets.add(&value);
                self.add_query(&name, &value);
            }
        }
        for (name, value) in parts.cookies {
            if !self.has_cookie(&name) {
                secrets.add(&value);
                self.add_cookie(&name, &value);
            }
        }
    }

    /// The same request without any of these.
    #[cfg(feature = "oauth2")]
    pub(crate) fn without_credentials(&self) -> Self {
        Self { added: Added::default(), ..self.clone() }
    }

    fn has_cookie(&self, name: &str) -> bool {
        let header = self.headers.get(COOKIE).map(|header| String::from_utf8_lossy(header.as_bytes()));
        has_cookie(&self.cookies, name) || header.is_some_and(|header| has_cookie(&header, name))
    }

    fn add_query(&mut self, name: &str, value: &str) {
        let query = &mut self.added.query;
        if !query.is_empty() {
            query.push('&');
        }
        query.extend([&*encode(name), "=", &*encode(value)]);
    }

    fn add_cookie(&mut self, name: &str, value: &str) {
        let cookies = &mut self.added.cookies;
        if !cookies.is_empty() {
            cookies.push_str("; ");
        }
        cookies.extend([name, "=", &*encode_cookie(value)]);
    }
}

/// Whether a list of cookies has one of that name.
fn has_cookie(cookies: &str, name: &str) -> bool {
    cookies.split(';').any(|cookie| cookie.split_once('=').is_some_and(|(known, _)| known.trim() == name))
}
