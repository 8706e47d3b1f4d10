//! What the embedded APIs have in common: routes, the bearer token, strict JSON bodies, and
//! resources that pass through states.

use std::collections::VecDeque;

use serde_json::{Map, Value};

use super::field::{Field, check_object};
use super::message::{Reply, SeenRequest};

/// A JSON object.
pub(crate) type Object = Map<String, Value>;

/// The JSON body of a 200, or a refusal.
pub(crate) type Outcome = Result<Value, Refusal>;

/// Why a request is not carried out; each API gives it a body of its own form.
#[derive(Debug)]
pub(crate) struct Refusal {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The problem in one sentence.
    pub(crate) message: String,
    /// The methods that the path does have, when the refused one is not among them.
    pub(crate) allow: Option<String>,
}

impl Refusal {
    /// A refusal with a status and a message.
    pub(crate) fn new(status: u16, message: impl Into<String>) -> Self {
        Refusal { status, message: message.into(), allow: None }
    }

    /// The name of the status.
    pub(crate) fn reason(&self) -> &'static str {
        hyper::StatusCode::from_u16(self.status).ok().and_then(|status| status.canonical_reason()).unwrap_or("Unknown")
    }

    /// The refusal as an answer with this body.
    pub(crate) fn reply(&self, body: &Value) -> Reply {
        let reply = Reply::json(self.status, body);
        match &self.allow {
            Some(methods) => reply.with_header("allow", methods.as_str()),
            None => reply,
        }
    }
}

/// One operation of an API.
pub(crate) struct Route<A: 'static> {
    method: &'static str,
    path: &'static str,
    action: Action<A>,
}

type Action<A> = fn(&mut A, &Call<'_>) -> Outcome;

impl<A> Route<A> {
    /// A GET of a path below the base path, in which `{}` stands for a segment of any text.
    pub(crate) const fn get(path: &'static str, action: Action<A>) -> Self {
        Route { method: "GET", path, action }
    }

    /// The same for a POST.
    pub(crate) const fn post(path: &'static str, action: Action<A>) -> Self {
        Route { method: "POST", path, action }
    }
}

/// Finds the operation that a request is for, checks the token, and carries the operation out.
pub(crate) fn dispatch<A>(
    api: &mut A,
    routes: &[Route<A>],
    base_path: &str,
    token: &str,
    request: &SeenRequest,
) -> Outcome {
    let no_such_path = || Refusal::new(404, format!("there is no path `{}`", request.path()));
    let path = request.path().strip_prefix(base_path).ok_or_else(no_such_path)?;
    let mut allow = Vec::new();
    for route in routes {
        let Some(segments) = path_parameters(route.path, path) else {
            continue;
        };
        if route.method != request.method {
            allow.push(route.method);
            continue;
        }
        check_token(token, request)?;
        let parameters = segments
            .into_iter()
            .map(|segment| percent_decode(segment).ok_or_else(no_such_path))
            .collect::<Result<_, _>>()?;
        let call = Call { request, parameters };
        return (route.action)(api, &call);
    }
    if allow.is_empty() {
        return Err(no_such_path());
    }
    Err(Refusal {
        allow: Some(allow.join(", ")),
        ..Refusal::new(405, format!("{} is not allowed here", request.method))
    })
}

fn path_parameters<'a>(template: &str, path: &'a str) -> Option<Vec<&'a str>> {
    if template.split('/').count() != path.split('/').count() {
        return None;
    }
    let mut parameters = Vec::new();
    for (expected, segment) in template.split('/').zip(path.split('/')) {
        match expected {
            "{}" if !segment.is_empty() => parameters.push(segment),
            _ if expected == segment => {}
            _ => return None,
        }
    }
    Some(parameters)
}

fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let high = char::from(rest.next()?).to_digit(16)?;
                let low = char::from(rest.next()?).to_digit(16)?;
                u8::try_from(high * 16 + low).ok()?
            }
            _ => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

fn check_token(token: &str, request: &SeenRequest) -> Result<(), Refusal> {
    match request.header("authorization") {
        Some(value) if value.strip_prefix("Bearer ") == Some(token) => Ok(()),
        Some(_) => Err(Refusal::new(401, "the bearer token is not valid")),
        None => Err(Refusal::new(401, "exactly one bearer token is required")),
    }
}

/// A request that has found its operation.
pub(crate) struct Call<'a> {
    request: &'a SeenRequest,
    parameters: Vec<String>,
}

impl Call<'_> {
    /// The only path parameter of the operation.
    pub(crate) fn id(&self) -> &str {
        &self.parameters[0]
    }

    /// Checks that the query holds nothing but these members, each `true` or `false`.
    pub(crate) fn check_flags(&self, names: &[&str]) -> Result<(), Refusal> {
        let mut unseen = names.to_vec();
        for pair in self.request.query().into_iter().flat_map(|q| q.split('&')) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let Some(at) = unseen.iter().position(|unseen| *unseen == name) else {
                let message = format!("the query parameter `{name}` is unknown or repeated");
                return Err(Refusal::new(400, message));
            };
            if !matches!(value, "true" | "false") {
                let message = format!("the query parameter `{name}` must be true or false");
                return Err(Refusal::new(400, message));
            }
            unseen.remove(at);
        }
        Ok(())
    }

    /// The body, which has to be an object of these fields. Nulls that a field allows are removed.
    pub(crate) fn body(&self, fields: &[Field]) -> Result<Object, Refusal> {
        let content_type = self.request.header("content-type").unwrap_or_default();
        let media_type = content_type.split(';').next().unwrap_or_default().trim();
        if !media_type.eq_ignore_ascii_case("application/json") {
            let message = format!("the body must be application/json, not `{content_type}`");
            return Err(Refusal::new(415, message));
        }
        let body: Value = serde_json::from_slice(&self.request.body)
            .map_err(|error| Refusal::new(400, format!("the body is not JSON: {error}")))?;
        check_object("", &body, fields).map_err(|message| Refusal::new(400, message))?;
        let Value::Object(mut body) = body else {
            unreachable!("the check has passed");
        };
        body.retain(|_, value| !value.is_null());
        Ok(body)
    }

    /// The same where the body may be left out.
    pub(crate) fn optional_body(&self, fields: &[Field]) -> Result<Object, Refusal> {
        if self.request.body.is_empty() {
            return Ok(Object::new());
        }
        self.body(fields)
    }
}

/// The state of a resource, and the states that its next reads will find.
#[derive(Debug, Clone)]
pub(crate) struct Walk {
    state: &'static str,
    ahead: VecDeque<&'static str>,
}

impl Walk {
    /// A resource that stays as it is.
    pub(crate) fn resting(state: &'static str) -> Self {
        Walk { state, ahead: VecDeque::new() }
    }

    /// A resource that is in the first of these states now, is then found in each of them by
    /// `polls` reads, and comes to rest at the end.
    pub(crate) fn through(states: &[&'static str], polls: usize, end: &'static str) -> Self {
        let ahead = states.iter().flat_map(|state| std::iter::repeat_n(*state, polls));
        Walk { state: states.first().copied().unwrap_or(end), ahead: ahead.chain([end]).collect() }
    }

    /// The state as of the last read.
    pub(crate) fn state(&self) -> &'static str {
        self.state
    }

    /// Reads the state, which is what moves it on.
    pub(crate) fn poll(&mut self) -> &'static str {
        if let Some(next) = self.ahead.pop_front() {
            self.state = next;
        }
        self.state
    }

    /// Whether no further read will find another state.
    pub(crate) fn is_resting(&self) -> bool {
        self.ahead.is_empty()
    }
}
