//! A request as a step describes it, and how it is written.

use crate::operation::{Operation, PathPart};
use arazzo_expression::json::Json;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, COOKIE, HeaderMap, HeaderName, HeaderValue};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_encode};
use std::borrow::Cow;
use url::Url;

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
    secrets: Vec<String>,
    problem: Option<String>,
    keep_parts: bool,
}

/// A request as it is sent, or would have been.
#[derive(Debug, Default)]
pub(crate) struct Sent {
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
            keep_parts: false,
        }
    }

    /// Keeps the URL, the headers and the body when the request is sent: expressions read them.
    pub fn keep_parts(&mut self) {
        self.keep_parts = true;
    }

    pub(crate) fn keeps_parts(&self) -> bool {
        self.keep_parts
    }

    /// Sets a path parameter.
    pub fn path(&mut self, parameter: Parameter, value: &Json<'_>) {
        let Some(text) = self.text("path", parameter, value) else { return };
        if text.is_empty() || text == "." || text == ".." {
            // In a URL these would name another resource than the template does.
            self.fail(format!("the path parameter `{}` must not be {text:?}", parameter.name));
        }
        self.path.push((parameter.name, text));
    }

    /// Adds a query parameter.
    pub fn query(&mut self, parameter: Parameter, value: &Json<'_>) {
        if let Some(text) = self.text("query", parameter, value) {
            self.query.push((parameter.name, text));
        }
    }

    /// Adds a header.
    pub fn header(&mut self, parameter: Parameter, value: &Json<'_>) {
        let Some(text) = self.text("header", parameter, value) else { return };
        if parameter.name.eq_ignore_ascii_case("cookie") {
            let values = text.split(';').filter_map(|cookie| cookie.split_once('='));
            self.secrets.extend(values.map(|(_, value)| value.trim().to_owned()));
        } else if parameter.secret {
            // `Bearer token`: the scheme is no secret.
            let credential = text.split_once(' ').map_or(text.as_str(), |(_, credential)| credential);
            self.secrets.push(credential.trim().to_owned());
        }
        let name = HeaderName::from_bytes(parameter.name.as_bytes());
        let value = HeaderValue::from_bytes(text.as_bytes());
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
    pub fn cookie(&mut self, parameter: Parameter, value: &Json<'_>) {
        let Some(text) = self.text("cookie", parameter, value) else { return };
        self.secrets.push(text.clone());
        if !self.cookies.is_empty() {
            self.cookies.push_str("; ");
        }
        self.cookies.push_str(parameter.name);
        self.cookies.push('=');
        self.cookies.extend(percent_encode(text.as_bytes(), NOT_IN_COOKIES));
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
    fn text(&mut self, location: &str, parameter: Parameter, value: &Json<'_>) -> Option<String> {
        let name = parameter.name;
        let tree = value.as_value();
        let what = match (value, tree) {
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
                let text = value.to_text().into_owned();
                // Of a header only the credential is secret, which the caller knows.
                if parameter.secret && location != "header" {
                    self.secrets.push(text.clone());
                }
                return Some(text);
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
        self.secrets.iter().map(String::as_str)
    }

    pub(crate) fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// Writes the URL and the headers. The `Err` says why nothing can be sent.
    pub(crate) fn finish(mut self, server: &str) -> (Sent, Result<Url, String>) {
        let text = self.url(server);
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
        let url = match self.problem {
            Some(problem) => Err(problem),
            None => Url::parse(&text).map_err(|error| format!("the URL is not valid: {error}")),
        };
        let sent = Sent {
            method: self.operation.method,
            url: url.as_ref().map_or(text, |url| url.as_str().to_owned()),
            headers: self.headers,
            path: self.path,
            query: self.query,
            body: self.body,
        };
        (sent, url)
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

    fn finish(build: impl FnOnce(&mut Request)) -> (Sent, Result<String, String>) {
        let mut request = Request::new(&OPERATION);
        build(&mut request);
        let (sent, url) = request.finish("http://h/base");
        (sent, url.map(String::from))
    }

    #[test]
    fn path_values_are_percent_encoded() {
        let (_, url) = finish(|r| r.path(ID, &Json::from("a/b c?#ü%..")));
        assert_eq!(url.unwrap(), "http://h/base/a/a%2Fb%20c%3F%23%C3%BC%25../b");
    }

    #[test]
    fn path_values_that_name_another_resource_are_refused() {
        for value in ["", ".", ".."] {
            let (_, url) = finish(|r| r.path(ID, &Json::from(value)));
            assert_eq!(url, Err(format!("the path parameter `id` must not be {value:?}")));
        }
    }

    #[test]
    fn an_absent_required_parameter_stops_the_request_and_an_optional_one_is_left_out() {
        let (sent, url) = finish(|r| r.path(ID.of("$inputs.x"), &Json::Absent));
        assert_eq!(url, Err("the required path parameter `id` has no value: `$inputs.x` is not there".to_owned()));
        assert_eq!(sent.url, "http://h/base/a/{id}/b");
        let (sent, url) = finish(|r| {
            r.path(ID, &Json::from(7_i64));
            r.query(Parameter::optional("q"), &Json::Absent);
            r.query(Parameter::optional("n"), &Json::Null);
            r.query(Parameter::optional("b&"), &Json::from(true));
            r.query(Parameter::optional("s"), &Json::from("x y&z"));
            r.header(Parameter::optional("X"), &Json::Absent);
            r.cookie(Parameter::optional("c"), &Json::Absent);
        });
        assert_eq!(url.unwrap(), "http://h/base/a/7/b?b%26=true&s=x%20y%26z");
        assert!(sent.headers.is_empty());
    }

    #[test]
    fn header_values_with_line_breaks_are_refused() {
        for value in ["a\r\nX: y", "a\nb", "a\0"] {
            let (_, url) = finish(|r| {
                r.path(ID, &Json::from("1"));
                r.header(Parameter::optional("X-A"), &Json::from(value));
            });
            assert!(url.unwrap_err().contains("`X-A` holds a line break"), "{value:?}");
        }
    }

    #[test]
    fn a_credential_is_remembered_without_its_scheme_and_marked() {
        let mut request = Request::new(&OPERATION);
        request.header(Parameter::optional("Authorization").secret(), &Json::from("Bearer s3cret"));
        assert!(request.secrets().any(|secret| secret == "s3cret"));
        assert!(!format!("{:?}", request.headers).contains("s3cret"));
    }

    #[test]
    fn cookies_share_one_header() {
        let (sent, _) = finish(|r| {
            r.path(ID, &Json::from("1"));
            r.cookie(Parameter::optional("a"), &Json::from("1;2"));
            r.cookie(Parameter::optional("b"), &Json::from("dG9rZW4="));
            r.header(Parameter::optional("Cookie").secret(), &Json::from("z=9"));
        });
        assert_eq!(sent.headers[COOKIE], "z=9; a=1%3B2; b=dG9rZW4=");
    }

    #[test]
    fn a_list_is_no_plain_value() {
        let (_, url) = finish(|r| r.path(ID, &Json::from(&json!([1]))));
        assert!(url.unwrap_err().contains("`id` is a list"));
    }

    #[test]
    fn a_body_is_json_with_the_members_that_are_there() {
        let (sent, _) = finish(|r| {
            let name = Json::Object(vec![("a".into(), Json::from(1_i64)), ("b".into(), Json::Absent)]);
            r.json("application/json", true, &name);
        });
        assert_eq!(sent.body.unwrap(), r#"{"a":1}"#);
        assert_eq!(sent.headers[CONTENT_TYPE], "application/json");
        let (sent, url) = finish(|r| r.json("application/json", true, &Json::Absent));
        assert!(sent.body.is_none() && url.is_err());
    }
}
