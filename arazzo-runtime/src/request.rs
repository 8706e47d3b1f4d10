//! A request as a step describes it, and how it is written.

mod added;

use crate::operation::{Operation, PathPart};
use crate::server::Server;
use crate::style::{self, Escape, Format, Style, encode_cookie};
use crate::transport;
use added::{Added, joined};
use arazzo_expression::json::{Json, Parts as Made};
use bytes::Bytes;
use http::Method;
use http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderMap, HeaderName, HeaderValue, PROXY_AUTHORIZATION};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_encode};
use std::borrow::Cow;
use std::time::Duration;

/// All bytes but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// All bytes that no query can hold (RFC 3986, section 3.4); the percent sign stays, as it may begin an escape.
const NOT_IN_QUERIES: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}')
    .add(b'\'');

/// A text as it is written in a path segment or a query value.
pub(crate) fn encode(text: &str) -> Cow<'_, str> {
    percent_encode(text.as_bytes(), RESERVED).into()
}

/// A whole query as it is sent.
pub(crate) fn written_in_query(text: &str) -> String {
    percent_encode(text.as_bytes(), NOT_IN_QUERIES).collect()
}

/// What the compiler knows of a parameter.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    name: &'static str,
    required: bool,
    secret: bool,
    expression: &'static str,
    /// `None` where the location's own is meant.
    format: Option<Format>,
}

impl Parameter {
    /// One that the operation requires.
    #[must_use]
    pub const fn required(name: &'static str) -> Self {
        Self { name, required: true, secret: false, expression: "", format: None }
    }

    /// One that may be left out.
    #[must_use]
    pub const fn optional(name: &'static str) -> Self {
        Self { name, required: false, secret: false, expression: "", format: None }
    }

    /// The expression that its value is taken from, for messages.
    #[must_use]
    pub const fn of(mut self, expression: &'static str) -> Self {
        self.expression = expression;
        self
    }

    /// How it is written, where that is not what its location has for plain values.
    #[must_use]
    pub const fn written(mut self, format: Format) -> Self {
        self.format = Some(format);
        self
    }

    /// One that carries a credential.
    #[must_use]
    pub const fn secret(mut self) -> Self {
        self.secret = true;
        self
    }
}

/// A parameter that has a value.
#[derive(Debug, Clone)]
pub(crate) struct Given {
    pub(crate) name: &'static str,
    /// The value as a text.
    text: String,
    /// What stands for it in the request; `None` for plain values, of which that is known.
    written: Option<String>,
}

impl Given {
    /// What an expression reads: a list or an object is its JSON text.
    pub(crate) fn value(&self) -> Json<'_> {
        Json::from(self.text.as_str())
    }
}

/// A place for parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Path,
    Query,
    Header,
    Cookie,
}

impl Place {
    fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
        }
    }

    /// How OpenAPI writes a value there when nothing else is said.
    fn format(self) -> Format {
        match self {
            Self::Path | Self::Header => Format::of(Style::Simple, false),
            Self::Query | Self::Cookie => Format::of(Style::Form, true),
        }
    }

    /// Whether a format writes plain values as the location's own does.
    fn is_usual(self, format: Option<Format>) -> bool {
        match (format, self.format()) {
            (None | Some(Format::Text), _) => true,
            (Some(Format::Style { style, reserved: false, .. }), Format::Style { style: usual, .. }) => style == usual,
            _ => false,
        }
    }

    fn escape(self, reserved: bool) -> Escape {
        match (self, reserved) {
            (Self::Path | Self::Query, false) => Escape::URL,
            (Self::Path, true) => Escape::RESERVED_IN_PATH,
            (Self::Query, true) => Escape::RESERVED_IN_QUERY,
            (Self::Cookie, false) => Escape::COOKIE,
            (Self::Header, _) | (Self::Cookie, true) => Escape::NONE,
        }
    }
}

/// A request under construction. The first thing that keeps it from being sent is remembered and fails the step.
#[derive(Debug, Clone)]
pub struct Request {
    operation: &'static Operation,
    path: Vec<Given>,
    query: Vec<Given>,
    headers: HeaderMap,
    cookies: String,
    body: Option<Bytes>,
    /// Those that are not in a header.
    secrets: Vec<String>,
    problem: Option<String>,
    keeps_parts: bool,
    timeout: Option<Duration>,
    /// Whether the document gives the query as a whole.
    has_whole_query: bool,
    added: Added,
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
#[derive(Debug, Clone)]
pub(crate) struct Parts {
    pub(crate) method: &'static str,
    pub(crate) url: String,
    pub(crate) headers: HeaderMap,
    pub(crate) path: Vec<Given>,
    pub(crate) query: Vec<Given>,
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
            timeout: None,
            has_whole_query: false,
            added: Added::default(),
        }
    }

    /// Keeps all parts of the request for expressions that ask for `$url`, `$method` or `$request`.
    pub fn keep_parts(&mut self) {
        self.keeps_parts = true;
    }

    /// Fails the step if the whole response is not there so many milliseconds after the request was sent.
    pub fn timeout(&mut self, milliseconds: u64) {
        self.timeout = Some(Duration::from_millis(milliseconds));
    }

    pub(crate) fn step_timeout(&self) -> Option<Duration> {
        self.timeout
    }

    /// Fails the step without sending anything.
    pub fn refuse(&mut self, reason: impl Into<String>) {
        self.fail(reason.into());
    }

    /// Sets a path parameter.
    pub fn path(&mut self, parameter: Parameter, value: Json<'_>) {
        let Some(given) = self.given(Place::Path, parameter, value) else { return };
        let text = given.written.as_ref().unwrap_or(&given.text);
        let has_segments = |part: &PathPart| matches!(part, PathPart::Segments(name) if *name == parameter.name);
        let leads_elsewhere = match self.operation.path.iter().any(has_segments) {
            // Behind others an empty segment is as good as any.
            true => text.is_empty() || text.split('/').any(|part| !part.is_empty() && names_another_resource(part)),
            false => names_another_resource(text),
        };
        if leads_elsewhere {
            // In a URL these would name another resource than the template does.
            self.fail(format!(
                "the path parameter `{}` must not be {text:?}, which leads to another resource than the operation's path",
                parameter.name
            ));
        }
        self.path.push(given);
    }

    /// Adds a query parameter.
    pub fn query(&mut self, parameter: Parameter, value: Json<'_>) {
        let Some(given) = self.given(Place::Query, parameter, value) else { return };
        if parameter.secret && given.written.is_none() {
            self.secrets.push(given.text.clone());
        }
        self.query.push(given);
    }

    /// Sets the whole query, as it is to be sent. What no URL can hold is escaped.
    pub fn query_string(&mut self, parameter: Parameter, value: Json<'_>) {
        let name = parameter.name;
        let text = match value.parts() {
            Made::Absent | Made::Null => {
                self.left_out(Place::Query, parameter, " has no value");
                return;
            }
            Made::Scalar(_) if value.as_str().is_some() => value.to_text().into_owned(),
            _ => {
                self.fail(format!("the querystring `{name}` must be a string, and is {}", value.to_text()));
                return;
            }
        };
        if text.is_empty() {
            return;
        }
        self.has_whole_query = true;
        let written: String = percent_encode(text.as_bytes(), NOT_IN_QUERIES).collect();
        if parameter.secret {
            self.secrets.extend([text.clone(), written.clone()]);
        }
        self.query.push(Given { name, text, written: Some(written) });
    }

    /// Adds a header.
    pub fn header(&mut self, parameter: Parameter, value: Json<'_>) {
        let Some(given) = self.given(Place::Header, parameter, value) else { return };
        let text = given.written.unwrap_or(given.text);
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

    /// Adds a header that the workflow has not given.
    pub(crate) fn header_unless_given(&mut self, name: HeaderName, value: &HeaderValue) {
        self.headers.entry(name).or_insert_with(|| value.clone());
    }

    pub(crate) fn has_header(&self, name: &HeaderName) -> bool {
        self.headers.contains_key(name)
    }

    /// Adds a cookie.
    pub fn cookie(&mut self, parameter: Parameter, value: Json<'_>) {
        // The value of any cookie is a secret.
        let Some(given) = self.given(Place::Cookie, parameter.secret(), value) else { return };
        if !self.cookies.is_empty() {
            self.cookies.push_str("; ");
        }
        if let Some(written) = given.written {
            self.cookies.push_str(&written);
            return;
        }
        self.cookies.push_str(parameter.name);
        self.cookies.push('=');
        self.cookies.push_str(&encode_cookie(&given.text));
        self.secrets.push(given.text);
    }

    /// Sets the body. A content type that is given as a header stays.
    pub(crate) fn set_body(&mut self, content_type: &'static str, body: Bytes) {
        self.body = Some(body);
        self.headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static(content_type));
    }

    /// Sets a body whose content type is needed to read it, and takes the place of one that is given as a header.
    pub(crate) fn set_body_with_boundary(&mut self, content_type: HeaderValue, body: Bytes) {
        self.body = Some(body);
        self.headers.insert(CONTENT_TYPE, content_type);
    }

    /// The value of a parameter and what is written for it; `None` when it is left out.
    fn given(&mut self, place: Place, parameter: Parameter, value: Json<'_>) -> Option<Given> {
        let name = parameter.name;
        let is_usual = place.is_usual(parameter.format);
        let plain = |text| Some(Given { name, text, written: None });
        let value = match value {
            Json::String(text) if is_usual => return plain(text.into_owned()),
            value => value,
        };
        match value.parts() {
            Made::Scalar(text) if is_usual => return plain(text.into_owned()),
            Made::Absent => return self.left_out(place, parameter, " has no value"),
            // Only JSON has a text for it.
            Made::Null if parameter.format != Some(Format::Json) => {
                return self.left_out(place, parameter, " has no value");
            }
            _ => {}
        }
        let format = parameter.format.unwrap_or(place.format());
        let written = match write(place, name, &value, format) {
            Ok(Some(written)) => written,
            Ok(None) => return self.left_out(place, parameter, " is empty, and is left out"),
            Err(what) => {
                let (place, format) = (place.name(), format.name());
                self.fail(format!("the {place} parameter `{name}` is {what}, which {format} has no way to write"));
                return None;
            }
        };
        if place == Place::Cookie && written.contains(|c: char| c.is_ascii_control()) {
            self.fail(format!("the cookie `{name}` holds a line break or another control character"));
        }
        if parameter.secret {
            remember(&value, &mut self.secrets);
            self.secrets.push(written.clone());
        }
        let text = value.to_text().into_owned();
        Some(Given { name, text, written: Some(written) })
    }

    /// A parameter that is not there fails the request if the operation requires it.
    fn left_out(&mut self, place: Place, parameter: Parameter, why: &str) -> Option<Given> {
        if parameter.required {
            let from = match parameter.expression {
                expression if why == " has no value" && !expression.is_empty() => {
                    format!(": `{expression}` is not there")
                }
                _ => String::new(),
            };
            self.fail(format!("the required {} parameter `{}`{why}{from}", place.name(), parameter.name));
        }
        None
    }

    /// Keeps the request from being sent; the first reason counts.
    pub(crate) fn fail(&mut self, problem: String) {
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

    pub(crate) fn body(&self) -> Option<&Bytes> {
        self.body.as_ref()
    }

    /// Why it cannot be sent, as far as that is known by now.
    pub(crate) fn problem(&self) -> Option<&str> {
        self.problem.as_deref()
    }

    /// The URL that it has without what the client adds.
    pub(crate) fn url_at(&self, server: &Server) -> String {
        let url = self.url(server.as_str());
        server.parse(&url).map_or(url, String::from)
    }

    pub(crate) fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// Writes the URL and the headers.
    pub(crate) fn finish(mut self, server: &Server, body_limit: u64) -> Finished {
        let mut url = self.url(server.as_str());
        if !self.cookies.is_empty() {
            match joined(self.headers.get(COOKIE), &self.cookies) {
                Ok(value) => drop(self.headers.insert(COOKIE, value)),
                Err(problem) => self.fail(problem),
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
        let request = parsed.and_then(|mut parsed| {
            if !self.added.query.is_empty() {
                let given = parsed.query().filter(|query| !query.is_empty());
                let query =
                    given.map_or_else(|| self.added.query.clone(), |given| format!("{given}&{}", self.added.query));
                parsed.set_query(Some(&query));
                parsed.as_str().clone_into(&mut url);
            }
            let has_secret = !self.added.query.is_empty() || !self.secrets.is_empty();
            self.added.write(&mut self.headers)?;
            let method = Method::from_bytes(method.as_bytes()).unwrap_or_default();
            let mut request = transport::Request::new(method, parsed, self.headers, self.body, body_limit);
            request.has_secret = has_secret;
            Ok(request.for_operation(self.operation, server))
        });
        Finished { url, parts, request }
    }

    fn path_value(&self, name: &str) -> Option<&Given> {
        self.path.iter().find(|given| given.name == name)
    }

    fn url(&self, server: &str) -> String {
        let mut url = String::with_capacity(server.len() + 64);
        url.push_str(server);
        for part in self.operation.path {
            match part {
                PathPart::Text(text) => url.push_str(text),
                PathPart::Variable(name) | PathPart::Segments(name) => match self.path_value(name) {
                    Some(Given { written: Some(written), .. }) => url.push_str(written),
                    Some(Given { text, .. }) if matches!(part, PathPart::Segments(_)) => {
                        let segments: Vec<_> = text.split('/').map(encode).collect();
                        url.push_str(&segments.join("/"));
                    }
                    Some(Given { text, .. }) => url.push_str(&encode(text)),
                    // Only in a request that cannot be sent: the template shows what is missing.
                    None => url.extend(["{", name, "}"]),
                },
            }
        }
        let mut separator = if url.contains('?') { '&' } else { '?' };
        for given in &self.query {
            url.push(separator);
            match &given.written {
                Some(written) => url.push_str(written),
                None => {
                    url.push_str(&encode(given.name));
                    url.push('=');
                    url.push_str(&encode(&given.text));
                }
            }
            separator = '&';
        }
        url
    }
}

/// Whether a segment of a path leads elsewhere. An escaped dot is a dot.
fn names_another_resource(segment: &str) -> bool {
    segment.is_empty() || (segment.len() <= 6 && matches!(&*segment.to_lowercase().replace("%2e", "."), "." | ".."))
}

/// What a format writes at a place. `Ok(None)` when nothing is; the `Err` says what the format has no way to write.
fn write(place: Place, name: &str, value: &Json<'_>, format: Format) -> Result<Option<String>, &'static str> {
    let text: Cow<'_, str> = match format {
        Format::Style { style: Style::Cookie, explode, .. } => {
            return checked(style::write(name, value, Style::Cookie, explode, Escape::NONE)?, value);
        }
        Format::Style { style: Style::Form, explode, reserved } if place == Place::Cookie => {
            // Cookies are separated otherwise than the parts of a form.
            let written = style::write(name, value, Style::Cookie, explode, place.escape(reserved))?;
            return if reserved { checked(written, value) } else { Ok(written) };
        }
        Format::Style { style, explode, reserved } => {
            return style::write(name, value, style, explode, place.escape(reserved));
        }
        // Writing a value that came from JSON to memory has no way to fail.
        Format::Json => serde_json::to_string(value).unwrap_or_default().into(),
        Format::Text => match value.parts() {
            Made::List(_) => return Err("a list"),
            Made::Object(_) => return Err("an object"),
            _ => value.to_text(),
        },
        Format::Form => match value.parts() {
            Made::Object(_) => match style::write(name, value, Style::Form, true, Escape::FORM)? {
                Some(form) => form.into(),
                None => return Ok(None),
            },
            Made::List(_) => return Err("a list"),
            _ => value.to_text(),
        },
    };
    let value = (place.escape(false).value)(&text);
    Ok(Some(match place {
        Place::Path | Place::Header => value.into_owned(),
        Place::Query | Place::Cookie => format!("{}={value}", encode(name)),
    }))
}

/// Cookies that are written as they are given. A semicolon in a value would begin another cookie.
fn checked(written: Option<String>, value: &Json<'_>) -> Result<Option<String>, &'static str> {
    let is_split = |value: &Json<'_>| matches!(value.parts(), Made::Scalar(text) if text.contains(';'));
    let splits = match value.parts() {
        Made::List(elements) => elements.iter().any(is_split),
        Made::Object(members) => {
            let mut sent = members.iter().filter(|(_, member)| !matches!(member.parts(), Made::Absent | Made::Null));
            if sent.clone().any(|(name, _)| name.contains([';', '='])) {
                return Err("an object with a semicolon or an equals sign in a name");
            }
            sent.any(|(_, member)| is_split(member))
        }
        _ => is_split(value),
    };
    if splits { Err("a value with a semicolon in it") } else { Ok(written) }
}

/// Remembers every plain value in a secret.
fn remember(value: &Json<'_>, secrets: &mut Vec<String>) {
    match value.parts() {
        Made::Absent | Made::Null => {}
        Made::Scalar(text) => secrets.push(text.into_owned()),
        Made::List(elements) => elements.iter().for_each(|element| remember(element, secrets)),
        Made::Object(members) => members.iter().for_each(|(_, member)| remember(member, secrets)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheme::SchemeKind;
    use serde_json::json;

    static OPERATION: Operation = Operation {
        source: "api",
        id: None,
        server: None,
        method: "GET",
        path: &[PathPart::Text("/a/"), PathPart::Variable("id"), PathPart::Text("/b")],
        security: &[],
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
            let reason = "which leads to another resource than the operation's path";
            assert_eq!(url, Err(format!("the path parameter `id` must not be {value:?}, {reason}")));
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
    fn a_key_in_the_header_of_all_cookies_is_given() {
        let mut request = Request::new(&OPERATION);
        request.header(Parameter::optional("Cookie").secret(), Json::from("theme=dark; sid=1"));
        assert!(request.carries(SchemeKind::Cookie("sid")) && request.carries(SchemeKind::Cookie("theme")));
        assert!(!request.carries(SchemeKind::Cookie("id")) && !request.carries(SchemeKind::Cookie("dark")));
    }

    #[test]
    fn lists_and_objects_follow_the_defaults_of_their_place() {
        let (parts, url) = finish(|r| {
            r.path(ID, Json::from(&json!([1, "a/b", null, 2.0])));
            r.query(Parameter::optional("q"), Json::from(&json!(["x y", "z"])));
            r.query(Parameter::optional("o"), Json::from(&json!({"k": "v&w", "n": null})));
            r.query(Parameter::optional("empty"), Json::from(&json!([])));
            r.header(Parameter::optional("X-List"), Json::from(&json!(["a b", 2])));
            r.cookie(Parameter::optional("c"), Json::from(&json!(["1;2", 3])));
        });
        assert_eq!(url.unwrap(), "http://h/base/a/1,a%2Fb,2/b?q=x%20y&q=z&k=v%26w");
        assert_eq!(parts.headers["x-list"], "a b,2");
        assert_eq!(parts.headers[COOKIE], "c=1%3B2; c=3");
        assert_eq!(parts.query[0].value(), Json::from(r#"["x y","z"]"#));
    }

    #[test]
    fn what_has_no_serialization_is_not_sent() {
        let (_, url) = finish(|r| r.path(ID, Json::from(&json!([[1]]))));
        assert_eq!(
            url.unwrap_err(),
            "the path parameter `id` is a list or an object inside of a list, which `style: simple` has no way to write"
        );
        let (_, url) = finish(|r| {
            r.path(ID, Json::from(1_i64));
            r.query(Parameter::optional("q").written(Format::of(Style::Pipe, false)), Json::from("a"));
        });
        assert_eq!(
            url.unwrap_err(),
            "the query parameter `q` is a plain value, which `style: pipeDelimited` has no way to write"
        );
        let (_, url) = finish(|r| r.path(ID, Json::from(&json!([null]))));
        assert_eq!(url.unwrap_err(), "the required path parameter `id` is empty, and is left out");
        let (_, url) = finish(|r| {
            r.path(ID, Json::from(1_i64));
            let cookie = Parameter::optional("c").written(Format::of(Style::Cookie, true));
            r.cookie(cookie, Json::from(&json!(["a; admin=1"])));
        });
        assert!(url.unwrap_err().contains("a value with a semicolon in it"));
    }

    #[test]
    fn a_path_that_is_written_by_a_style_names_no_other_resource_either() {
        for (style, value) in [(Style::Label, ""), (Style::Label, "."), (Style::Simple, "%2E%2e")] {
            let format = Format::Style { style, explode: false, reserved: true };
            let (_, url) = finish(|r| r.path(ID.written(format), Json::from(value)));
            assert!(url.unwrap_err().contains("must not be"), "{value}");
        }
        let (_, url) = finish(|r| r.path(ID.written(Format::of(Style::Matrix, false)), Json::from("")));
        assert_eq!(url.unwrap(), "http://h/base/a/;id/b");
    }

    #[test]
    fn contents_are_texts_that_are_escaped() {
        let value = json!({"a": [1, "x&y"], "b": null});
        let (parts, url) = finish(|r| {
            r.path(ID.written(Format::Json), Json::from(&json!({"k": "v"})));
            r.query(Parameter::optional("j").written(Format::Json), Json::from(&value));
            r.query(Parameter::optional("n").written(Format::Json), Json::Null);
            r.query(Parameter::optional("t").written(Format::Text), Json::from("x y"));
            r.query(
                Parameter::optional("f").written(Format::Form),
                Json::from(&json!({"a": "x y", "b": [1]})).member("x"),
            );
            r.query(Parameter::optional("g").written(Format::Form), Json::from(&json!({"a": "x y", "b": 1})));
            r.header(Parameter::optional("X-J").written(Format::Json), Json::from(&value));
            r.cookie(Parameter::optional("c").written(Format::Json), Json::from(&json!({"a": 1})));
        });
        assert_eq!(
            url.unwrap(),
            "http://h/base/a/%7B%22k%22%3A%22v%22%7D/b?j=%7B%22a%22%3A%5B1%2C%22x%26y%22%5D%2C%22b%22%3Anull%7D&n=null\
             &t=x%20y&g=a%3Dx%2By%26b%3D1"
        );
        assert_eq!(parts.headers["x-j"], r#"{"a":[1,"x&y"],"b":null}"#);
        assert_eq!(parts.headers[COOKIE], "c={%22a%22:1}");
        let (_, url) = finish(|r| r.path(ID.written(Format::Text), Json::from(&json!([1]))));
        assert!(url.unwrap_err().contains("is a list, which a content type for text has no way to write"));
    }

    // Rule R11: the value is the whole query, as it stands.
    #[test]
    fn a_querystring_is_the_whole_query() {
        let with = |value: Json<'_>| {
            finish(|r| {
                r.path(ID, Json::from(1_i64));
                r.query_string(Parameter::required("q"), value);
            })
        };
        let (_, url) = with(Json::from("a=1&b=x%20y+z&c[]=ü#~"));
        assert_eq!(url.unwrap(), "http://h/base/a/1/b?a=1&b=x%20y+z&c%5B%5D=%C3%BC%23~");
        let (_, url) = with(Json::from(r#"{"a":"b c"}"#));
        assert_eq!(url.unwrap(), "http://h/base/a/1/b?%7B%22a%22:%22b%20c%22%7D");
        let (_, url) = with(Json::from(""));
        assert_eq!(url.unwrap(), "http://h/base/a/1/b");
        let (_, url) = with(Json::from(&json!({"a": 1})));
        assert_eq!(url.unwrap_err(), r#"the querystring `q` must be a string, and is {"a":1}"#);
        let (_, url) = with(Json::Absent);
        assert_eq!(url.unwrap_err(), "the required query parameter `q` has no value");
    }

    #[test]
    fn every_part_of_a_secret_is_remembered() {
        let mut request = Request::new(&OPERATION);
        let key = Parameter::optional("key").secret();
        request.query(key, Json::from(&json!(["s3cret", "t0p"])));
        request.query(
            key.written(Format::Style { style: Style::Form, explode: true, reserved: true }),
            Json::from("a#/b"),
        );
        let secrets: Vec<&str> = request.secrets().collect();
        assert_eq!(secrets, ["s3cret", "t0p", "key=s3cret&key=t0p", "a#/b", "key=a%23/b"]);
    }
}
