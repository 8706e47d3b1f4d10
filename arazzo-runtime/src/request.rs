//! A request as a step describes it, and how it is written.

use crate::operation::{Operation, PathPart};
use crate::server::Server;
use crate::transport;
use arazzo_expression::json::Json;
use bytes::Bytes;
use http::Method;
use http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderMap, HeaderName, HeaderValue, PROXY_AUTHORIZATION};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_encode};
use std::borrow::Cow;

/// All bytes but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// All bytes that RFC 6265 (section 4.1.1) does not allow in the value of a cookie, and the escape sign.
const NOT_IN_COOKIES: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b',').add(b';').add(b'\\').add(b'%');

/// A text as it is written in a path segment or a query value.
pub(crate) fn encode(text: &str) -> Cow<'_, str> {
    percent_encode(text.as_bytes(), RESERVED).into()
}

/// What the compiler knows of a parameter.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    name: &'static str,
    required: bool,
    secret: bool,
    expression: &'static str,
}

impl Parameter {
    /// One that the operation requires.
    #[must_use]
    pub const fn required(name: &'static str) -> Self {
        Self { name, required: true, secret: false, expression: "" }
    }

    /// One that may be left out.
    #[must_use]
    pub const fn optional(name: &'static str) -> Self {
        Self { name, required: false, secret: false, expression: "" }
    }

    /// The expression that its value is taken from, for messages.
    #[must_use]
    pub const fn of(mut self, expression: &'static str) -> Self {
        self.expression = expression;
        self
    }

    /// One that carries a credential.
    #[must_use]
    pub const fn secret(mut self) -> Self {
        self.secret = true;
        self
    }
}

/// A request under construction. The first thing that keeps it from being sent is remembered and fails the step.
#[derive(Debug)]
pub struct Request {
    operation: &'static Operation,
    path: Vec<(&'static str, String)>,
    query: Vec<(&'static str, String)>,
    headers: HeaderMap,
    cookies: String,
    body: Option<Bytes>,
    /// Those that are not in a header.
    secrets: Vec<String>,
    problem: Option<String>,
    keeps_parts: bool,
}

/// A request that is written.
#[derive(Debug)]
pub(crate) struct Finished {
    /// The URL that it has, or would have.
    pub(crate) url: String,
    /// Only of a request that [keeps](Request::keep_parts) them.
    pub(crate) parts: Option<Box<Parts>>,
    /// The `Err` says why nothing can be sent.
    pub(crate) request: Result<transport::Request, String>,
}

/// What expressions can ask of a request.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) method: &'static str,
    pub(crate) url: String,
    pub(crate) headers: HeaderMap,
    pub(crate) path: Vec<(&'static str, String)>,
    pub(crate) query: Vec<(&'static str, String)>,
    pub(crate) body: Option<Bytes>,
}

impl Request {
    /// A request without parameters and body.
    #[must_use]
    pub fn new(operation: &'static Operation) -> Self {
        Self {
            operation,
            path: Vec::new(),
            query: Vec::new(),
            headers: HeaderMap::new(),
            cookies: String::new(),
            body: None,
            secrets: Vec::new(),
            problem: None,
            keeps_parts: false,
        }
    }

    /// Keeps all parts of the request for expressions that ask for `$url`, `$method` or `$request`.
    pub fn keep_parts(&mut self) {
        self.keeps_parts = true;
    }

    /// Sets a path parameter.
    pub fn path(&mut self, parameter: Parameter, value: Json<'_>) {
        let Some(text) = self.text("path", parameter, value) else { return };
        if text.is_empty() || text == "." || text == ".." {
            // In a URL these would name another resource than the template does.
            self.fail(format!("the path parameter `{}` must not be {text:?}", parameter.name));
        }
        self.path.push((parameter.name, text));
    }

    /// Adds a query parameter.
    pub fn query(&mut self, parameter: Parameter, value: Json<'_>) {
        let Some(text) = self.text("query", parameter, value) else { return };
        if parameter.secret {
            self.secrets.push(text.clone());
        }
        self.query.push((parameter.name, text));
    }

    /// Adds a header.
    pub fn header(&mut self, parameter: Parameter, value: Json<'_>) {
        let Some(text) = self.text("header", parameter, value) else { return };
        if parameter.name.eq_ignore_ascii_case("cookie") {
            let values = text.split(';').filter_map(|cookie| cookie.split_once('='));
            self.secrets.extend(values.map(|(_, value)| value.trim().to_owned()));
        }
        let name = HeaderName::from_bytes(parameter.name.as_bytes());
        let value = HeaderValue::try_from(text);
        match (name, value) {
            (Ok(name), Ok(mut value)) => {
                value.set_sensitive(parameter.secret);
                self.headers.insert(name, value);
            }
            (Err(_), _) => self.fail(format!("`{}` is not a header name", parameter.name)),
            (_, Err(_)) => self.fail(format!(
                "the value of the header `{}` holds a line break or another control character",
                parameter.name
            )),
        }
    }

    /// Adds a cookie.
    pub fn cookie(&mut self, parameter: Parameter, value: Json<'_>) {
        let Some(text) = self.text("cookie", parameter, value) else { return };
        if !self.cookies.is_empty() {
            self.cookies.push_str("; ");
        }
        self.cookies.push_str(parameter.name);
        self.cookies.push('=');
        self.cookies.extend(percent_encode(text.as_bytes(), NOT_IN_COOKIES));
        self.secrets.push(text);
    }

    /// Sets a JSON body. An absent one is left out, unless the operation requires it.
    pub fn json(&mut self, content_type: &'static str, required: bool, value: &Json<'_>) {
        if value.is_absent() {
            if required {
                self.fail("the operation requires a body, and the document gives none".to_owned());
            }
            return;
        }
        match serde_json::to_vec(value) {
            Ok(body) => {
                self.body = Some(body.into());
                self.headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static(content_type));
            }
            Err(error) => self.fail(format!("the body cannot be written as JSON: {error}")),
        }
    }

    /// The text of a parameter; `None` when it is left out.
    fn text(&mut self, location: &str, parameter: Parameter, value: Json<'_>) -> Option<String> {
        let name = parameter.name;
        let tree = value.as_value();
        let what = match (&value, tree) {
            (Json::Array(_), _) | (_, Some(serde_json::Value::Array(_))) => "a list",
            (Json::Object(_), _) | (_, Some(serde_json::Value::Object(_))) => "an object",
            (Json::Absent | Json::Null, _) | (_, Some(serde_json::Value::Null)) => {
                if parameter.required {
                    let from = match parameter.expression {
                        "" => String::new(),
                        expression => format!(": `{expression}` is not there"),
                    };
                    self.fail(format!("the required {location} parameter `{name}` has no value{from}"));
                }
                return None;
            }
            _ => {
                return Some(match value {
                    Json::String(text) => text.into_owned(),
                    value => value.to_text().into_owned(),
                });
            }
        };
        self.fail(format!("the value of the {location} parameter `{name}` is {what}; only plain values can be sent"));
        None
    }

    fn fail(&mut self, problem: String) {
        self.problem.get_or_insert(problem);
    }

    /// The secrets that the request carries.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &str> {
        let headers = self.headers.iter().filter(|(_, value)| value.is_sensitive());
        let headers = headers.flat_map(|(name, value)| {
            let text = std::str::from_utf8(value.as_bytes()).ok();
            let token = text.and_then(|text| text.split_once(' ')).map(|(_, token)| token.trim());
            // Of `Bearer token` the scheme is no secret.
            let has_scheme = token.is_some() && matches!(*name, AUTHORIZATION | PROXY_AUTHORIZATION);
            [text.filter(|_| !has_scheme), token]
        });
        headers.flatten().chain(self.secrets.iter().map(String::as_str))
    }

    pub(crate) fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// Writes the URL and the headers.
    pub(crate) fn finish(mut self, server: &Server, body_limit: u64) -> Finished {
        let mut url = self.url(server.as_str());
        if !self.cookies.is_empty() {
            // A header of that name may have been given as well.
            let given = self.headers.get(COOKIE).and_then(|value| value.to_str().ok());
            let cookies = given.map_or_else(|| self.cookies.clone(), |given| format!("{given}; {}", self.cookies));
            match HeaderValue::from_str(&cookies) {
                Ok(mut value) => {
                    value.set_sensitive(true);
                    self.headers.insert(COOKIE, value);
                }
                Err(_) => self.fail("a cookie holds a control character".to_owned()),
            }
        }
        let parsed = match self.problem {
            Some(problem) => Err(problem),
            None => server.parse(&url).map_err(|error| format!("the URL is not valid: {error}")),
        };
        if let Ok(parsed) = &parsed
            && parsed.as_str() != url
        {
            url = parsed.as_str().to_owned();
        }
        let method = self.operation.method;
        let parts = self.keeps_parts.then(|| {
            let (url, headers, body) = (url.clone(), self.headers.clone(), self.body.clone());
            Box::new(Parts { method, url, headers, path: self.path, query: self.query, body })
        });
        let request = parsed.map(|url| {
            let method = Method::from_bytes(method.as_bytes()).unwrap_or_default();
            transport::Request::new(method, url, self.headers, self.body, body_limit)
        });
        Finished { url, parts, request }
    }

    fn url(&self, server: &str) -> String {
        let mut url = String::with_capacity(server.len() + 64);
        url.push_str(server);
        for part in self.operation.path {
            match part {
                PathPart::Text(text) => url.push_str(text),
                PathPart::Variable(name) => match self.path.iter().find(|(given, _)| given == name) {
                    Some((_, value)) => url.push_str(&encode(value)),
                    // Only in a request that cannot be sent: the template shows what is missing.
                    None => url.extend(["{", name, "}"]),
                },
            }
        }
        let mut separator = if url.contains('?') { '&' } else { '?' };
        for (name, value) in &self.query {
            url.push(separator);
            url.push_str(&encode(name));
            url.push('=');
            url.push_str(&encode(value));
            separator = '&';
        }
        url
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    static OPERATION: Operation = Operation {
        source: "api",
        server: None,
        method: "GET",
        path: &[PathPart::Text("/a/"), PathPart::Variable("id"), PathPart::Text("/b")],
    };
    const ID: Parameter = Parameter::required("id");

    /// The parts of the built request, and its URL.
    fn finish(build: impl FnOnce(&mut Request)) -> (Parts, Result<String, String>) {
        let mut request = Request::new(&OPERATION);
        request.keep_parts();
        build(&mut request);
        let Finished { parts, request, .. } = request.finish(&Server::new("http://h/base"), 0);
        (*parts.unwrap(), request.map(|request| request.url.into()))
    }

    #[test]
    fn path_values_are_percent_encoded() {
        let (_, url) = finish(|r| r.path(ID, Json::from("a/b c?#ü%..")));
        assert_eq!(url.unwrap(), "http://h/base/a/a%2Fb%20c%3F%23%C3%BC%25../b");
    }

    #[test]
    fn path_values_that_name_another_resource_are_refused() {
        for value in ["", ".", ".."] {
            let (_, url) = finish(|r| r.path(ID, Json::from(value)));
            assert_eq!(url, Err(format!("the path parameter `id` must not be {value:?}")));
        }
    }

    #[test]
    fn an_absent_required_parameter_stops_the_request_and_an_optional_one_is_left_out() {
        let (parts, url) = finish(|r| r.path(ID.of("$inputs.x"), Json::Absent));
        assert_eq!(url, Err("the required path parameter `id` has no value: `$inputs.x` is not there".to_owned()));
        assert_eq!(parts.url, "http://h/base/a/{id}/b");
        let (parts, url) = finish(|r| {
            r.path(ID, Json::from(7_i64));
            r.query(Parameter::optional("q"), Json::Absent);
            r.query(Parameter::optional("n"), Json::Null);
            r.query(Parameter::optional("b&"), Json::from(true));
            r.query(Parameter::optional("s"), Json::from("x y&z"));
            r.header(Parameter::optional("X"), Json::Absent);
            r.cookie(Parameter::optional("c"), Json::Absent);
        });
        assert_eq!(url.unwrap(), "http://h/base/a/7/b?b%26=true&s=x%20y%26z");
        assert!(parts.headers.is_empty());
    }

    #[test]
    fn header_values_with_line_breaks_are_refused() {
        for value in ["a\r\nX: y", "a\nb", "a\0"] {
            let (_, url) = finish(|r| {
                r.path(ID, Json::from("1"));
                r.header(Parameter::optional("X-A"), Json::from(value));
            });
            assert!(url.unwrap_err().contains("`X-A` holds a line break"), "{value:?}");
        }
    }

    #[test]
    fn a_credential_is_remembered_without_its_scheme_and_marked() {
        let mut request = Request::new(&OPERATION);
        request.header(Parameter::optional("Authorization").secret(), Json::from("Bearer s3cret"));
        assert!(request.secrets().any(|secret| secret == "s3cret"));
        assert!(!format!("{:?}", request.headers).contains("s3cret"));
    }

    #[test]
    fn cookies_share_one_header() {
        let (parts, _) = finish(|r| {
            r.path(ID, Json::from("1"));
            r.cookie(Parameter::optional("a"), Json::from("1;2"));
            r.cookie(Parameter::optional("b"), Json::from("dG9rZW4="));
            r.header(Parameter::optional("Cookie").secret(), Json::from("z=9"));
        });
        assert_eq!(parts.headers[COOKIE], "z=9; a=1%3B2; b=dG9rZW4=");
    }

    #[test]
    fn a_list_is_no_plain_value() {
        let (_, url) = finish(|r| r.path(ID, Json::from(&json!([1]))));
        assert!(url.unwrap_err().contains("`id` is a list"));
    }

    #[test]
    fn a_body_is_json_with_the_members_that_are_there() {
        let (parts, _) = finish(|r| {
            let name = Json::Object(vec![("a".into(), Json::from(1_i64)), ("b".into(), Json::Absent)]);
            r.json("application/json", true, &name);
        });
        assert_eq!(parts.body.unwrap(), r#"{"a":1}"#);
        assert_eq!(parts.headers[CONTENT_TYPE], "application/json");
        let (parts, url) = finish(|r| r.json("application/json", true, &Json::Absent));
        assert!(parts.body.is_none() && url.is_err());
    }
}
