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
    /// Adds a cookie, in parts.
    fn cookie<'p>(&mut self, parts: impl IntoIterator<Item = &'p str>) {
        if !self.cookies.is_empty() {
            self.cookies.push_str("; ");
        }
        self.cookies.extend(parts);
    }

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
        let value = joined(headers.get(COOKIE), &self.cookies)?;
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
        // Most are made anew for each request.
        let mut made = Vec::new();
        for (name, value) in parts.headers {
            if self.headers.contains_key(&name) {
                continue;
            }
            if name == COOKIE {
                self.add_cookies(&String::from_utf8_lossy(value.as_bytes()), &mut made);
                continue;
            }
            let text = String::from_utf8_lossy(value.as_bytes());
            // Of `Bearer token` the scheme is no secret.
            match text.split_once(' ') {
                Some((_, token)) if name == AUTHORIZATION => made.push(token.trim().to_owned()),
                _ => made.push(text.into_owned()),
            }
            match name {
                AUTHORIZATION => self.added.authorization = Some(value),
                name => self.added.headers.push((name, value)),
            }
        }
        for (name, value) in parts.query {
            if !self.has_whole_query && !self.query.iter().any(|given| given.name == name) {
                self.add_query(&name, &value);
                made.push(value);
            }
        }
        for (name, value) in parts.cookies {
            if !self.has_cookie(&name) {
                self.add_cookie(&name, &value);
                made.push(value);
            }
        }
        secrets.add_passing(made);
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
        self.added.cookie([name, "=", &*encode_cookie(value)]);
    }

    /// Adds those of a whole header: a header of its own would take the place of the cookies that the document gives.
    fn add_cookies(&mut self, header: &str, made: &mut Vec<String>) {
        for cookie in header.split(';').map(str::trim).filter(|cookie| !cookie.is_empty()) {
            let (name, value) = cookie.split_once('=').unwrap_or(("", cookie));
            if !self.has_cookie(name.trim()) && !has_cookie(&self.added.cookies, name.trim()) {
                made.push(value.trim().to_owned());
                self.added.cookie([cookie]);
            }
        }
    }
}

/// Cookies behind those of a header. The `Err` says which of them cannot be sent.
pub(super) fn joined(given: Option<&HeaderValue>, cookies: &str) -> Result<HeaderValue, String> {
    let given = given.map(|given| String::from_utf8_lossy(given.as_bytes()));
    let all = given.map_or_else(|| cookies.to_owned(), |given| format!("{given}; {cookies}"));
    let mut value = HeaderValue::try_from(all).map_err(|_| {
        let is_broken = |cookie: &&str| cookie.contains(|c: char| c.is_control());
        let name = cookies.split("; ").find(is_broken).and_then(|cookie| cookie.split('=').next()).unwrap_or_default();
        format!("the cookie {name:?} holds a line break or another control character")
    })?;
    value.set_sensitive(true);
    Ok(value)
}

/// Whether a list of cookies has one of that name.
fn has_cookie(cookies: &str, name: &str) -> bool {
    cookies.split(';').any(|cookie| cookie.split_once('=').is_some_and(|(known, _)| known.trim() == name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::Operation;
    use crate::request::Parameter;
    use crate::server::Server;
    use arazzo_expression::json::Json;

    static OPERATION: Operation =
        Operation { source: "api", id: None, server: None, method: "GET", path: &[], security: &[] };

    /// What is sent as `Cookie` when the document gives something and a callback adds these.
    fn sent(give: impl FnOnce(&mut Request), added: &[&str]) -> (String, Secrets) {
        let (mut request, mut secrets) = (Request::new(&OPERATION), Secrets::default());
        give(&mut request);
        for header in added {
            request.add_parts(CredentialParts::new().header("Cookie", header), &mut secrets);
        }
        let sent = request.finish(&Server::new("http://h"), 0).request.unwrap();
        let cookies: Vec<_> = sent.headers.get_all(COOKIE).iter().collect();
        assert!(cookies.iter().all(|value| value.is_sensitive()));
        assert_eq!(cookies.len(), 1);
        (cookies[0].to_str().unwrap().to_owned(), secrets)
    }

    #[test]
    fn a_header_of_cookies_is_joined_with_those_of_the_document() {
        let theme = |request: &mut Request| request.cookie(Parameter::optional("theme"), Json::from("dark"));
        let (cookies, secrets) = sent(theme, &["session=s3cret; theme=light;", "session=later; t0ken"]);
        assert_eq!(cookies, "theme=dark; session=s3cret; t0ken");
        assert_eq!(secrets.mask("s3cret t0ken light"), "*** *** light");
        let (cookies, _) = sent(|_| (), &["a=b%20c; d = \"e\""]);
        assert_eq!(cookies, "a=b%20c; d = \"e\"", "as it was given");
    }

    #[test]
    fn a_header_of_cookies_of_the_document_stays_alone() {
        let header = |request: &mut Request| request.header(Parameter::optional("Cookie"), Json::from("theme=dark"));
        let (cookies, _) = sent(
            |request| {
                header(request);
                // No credential, so that it is not marked as one.
                request.headers.get_mut(COOKIE).unwrap().set_sensitive(true);
            },
            &["session=s3cret"],
        );
        assert_eq!(cookies, "theme=dark");
    }

    #[test]
    fn a_cookie_that_cannot_be_sent_is_named() {
        let mut request = Request::new(&OPERATION);
        request.add_credential(SchemeKind::Cookie("session"), None, "fine");
        request.add_credential(SchemeKind::Cookie("a\nb"), None, "x");
        let refused = request.finish(&Server::new("http://h"), 0).request.map(|_| ());
        assert_eq!(refused.unwrap_err(), "the cookie \"a\\nb\" holds a line break or another control character");
    }
}
