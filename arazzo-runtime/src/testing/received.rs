//! A request as a transport for tests has received it.

use crate::operation::PathPart;
use crate::secrets::{MASK, SharedSecrets};
use crate::transport::{CalledOperation, Request};
use bytes::Bytes;
use http::{HeaderMap, Method};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use std::fmt;
use url::Url;

/// A request as a [`Mock`](super::Mock) has received it. Its `Debug` form shows no secrets.
///
/// ```
/// # use arazzo_runtime::testing::ReceivedRequest;
/// fn check(request: &ReceivedRequest) {
///     assert_eq!(request.path("sandboxIdOrName").as_deref(), Some("sbx-1"));
///     assert_eq!(request.query("verbose"), None);
///     assert_eq!(request.header("authorization"), Some("Bearer my token"));
///     assert_eq!(request.json().unwrap()["name"], "my-copy");
/// }
/// ```
#[derive(Clone)]
pub struct ReceivedRequest {
    operation: Option<CalledOperation>,
    method: Method,
    url: Url,
    /// The bytes of the URL that come before the target.
    server: usize,
    target: String,
    headers: HeaderMap,
    body: Bytes,
    secrets: Option<SharedSecrets>,
}

impl ReceivedRequest {
    pub(super) fn of(request: &Request) -> Self {
        Self {
            operation: request.operation(),
            method: request.method.clone(),
            url: request.url.clone(),
            server: request.before_target().len(),
            target: request.target().to_owned(),
            headers: request.headers.clone(),
            body: request.body.clone().unwrap_or_default(),
            secrets: request.secrets.clone(),
        }
    }

    /// The operation that it is for; `None` for a request that the client makes for itself, such as one for a token.
    #[must_use]
    pub fn operation(&self) -> Option<CalledOperation> {
        self.operation
    }

    /// The method in capitals.
    #[must_use]
    pub fn method(&self) -> &str {
        self.method.as_str()
    }

    /// The absolute URL.
    #[must_use]
    pub fn url(&self) -> &str {
        self.url.as_str()
    }

    /// The path and the query without those of the server's own URL, as they were sent.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.target
    }

    /// What stands for a variable of the path template, decoded. `None` for a variable that the template does not have.
    #[must_use]
    pub fn path(&self, name: &str) -> Option<String> {
        let path = self.target.split('?').next().unwrap_or_default();
        let mut found = Vec::new();
        if !fit(self.operation?.operation.path, path, &mut found) {
            return None;
        }
        let (_, text) = found.into_iter().find(|(known, _)| *known == name)?;
        Some(percent_decode_str(text).decode_utf8_lossy().into_owned())
    }

    /// Whether the path template has a variable of this name. A request of the client itself has no template.
    pub(super) fn has_variable(&self, name: &str) -> bool {
        let parts = self.operation.map_or(&[][..], |operation| operation.operation.path);
        parts.iter().any(|part| matches!(part, PathPart::Variable(known) | PathPart::Segments(known) if *known == name))
    }

    /// The path template; of a request of the client itself the path.
    pub(super) fn template(&self) -> String {
        let path = || self.target.split('?').next().unwrap_or_default().to_owned();
        self.operation.map_or_else(path, |operation| operation.path())
    }

    /// A query parameter, decoded; of several the first.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<String> {
        self.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// All query parameters, decoded, in the order in which they were sent.
    pub fn query_pairs(&self) -> impl Iterator<Item = (String, String)> {
        self.url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned()))
    }

    /// A header; of several lines the first. `None` also for one that is no text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        std::str::from_utf8(self.headers.get(name)?.as_bytes()).ok()
    }

    /// All headers. Those that carry credentials are marked as sensitive.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body; empty without one.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The body as text. `None` if it is none.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.body).ok()
    }

    /// The body as JSON. `None` if it is none.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// A text without the secrets of the run.
    pub(super) fn masked(&self, text: &str) -> String {
        self.secrets.as_ref().map_or_else(|| text.to_owned(), |secrets| secrets.mask(text).into_owned())
    }

    /// The URL before the target.
    pub(super) fn server(&self) -> &str {
        self.url().get(..self.server).unwrap_or_default()
    }

    /// What its operation is called in messages.
    pub(super) fn called(&self) -> String {
        self.operation.map_or_else(
            || format!("{} {}", self.method, self.target.split('?').next().unwrap_or_default()),
            |operation| operation.to_string(),
        )
    }

    /// The secrets that the run knows by now.
    pub(super) fn known_secrets(&self) -> Vec<String> {
        self.secrets.as_ref().map(SharedSecrets::texts).unwrap_or_default()
    }

    /// Whether those are too many to mask each.
    pub(super) fn has_too_many_secrets(&self) -> bool {
        self.secrets.as_ref().is_some_and(SharedSecrets::hides_all)
    }

    /// Method and URL.
    pub(super) fn line(&self) -> String {
        self.masked(&format!("{} {}", self.method, self.url))
    }
}

impl fmt::Debug for ReceivedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers = self.headers.iter().map(|(name, value)| match value.is_sensitive() {
            true => format!("{name}: {MASK}"),
            false => self.masked(&format!("{name}: {}", String::from_utf8_lossy(value.as_bytes()))),
        });
        let body = self.text().map_or_else(|| format!("{} bytes", self.body.len()), |text| self.masked(text));
        f.debug_struct("ReceivedRequest")
            .field("operation", &self.operation)
            .field("request", &self.line())
            .field("headers", &headers.collect::<Vec<_>>())
            .field("body", &body)
            .finish()
    }
}

/// Whether a path is one of a template; then with what stands for the variables.
fn fit<'p>(parts: &'static [PathPart], path: &'p str, found: &mut Vec<(&'static str, &'p str)>) -> bool {
    let Some((part, rest)) = parts.split_first() else { return path.is_empty() };
    match part {
        // Behind it comes what the template has of a query.
        PathPart::Text("?") => path.is_empty(),
        PathPart::Text(text) => path.strip_prefix(text).is_some_and(|path| fit(rest, path, found)),
        PathPart::Variable(name) | PathPart::Segments(name) => {
            let has_slashes = matches!(part, PathPart::Segments(_));
            let ends = path.char_indices().map(|(end, _)| end).chain([path.len()]);
            for end in ends.take_while(|end| has_slashes || !path[..*end].contains('/')) {
                let length = found.len();
                found.push((name, &path[..end]));
                if fit(rest, &path[end..], found) {
                    return true;
                }
                found.truncate(length);
            }
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(parts: &'static [PathPart], path: &str) -> Option<String> {
        let mut found = Vec::new();
        fit(parts, path, &mut found)
            .then(|| found.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" "))
    }

    /// A redirect may lead to a URL with a fragment, which is a part of neither.
    #[test]
    fn server_and_target_are_parts_of_any_url() {
        for (url, server, target) in
            [("http://h/a?b#c", "http://h", "/a?b"), ("http://h/?a=http://h/", "http://h", "/?a=http://h/")]
        {
            let url = Url::parse(url).unwrap();
            let received = ReceivedRequest::of(&Request::new(Method::GET, url, HeaderMap::new(), None, 0));
            assert_eq!((received.server(), received.target()), (server, target));
        }
    }

    #[test]
    fn variables_are_found_in_a_path() {
        use PathPart::{Segments, Text, Variable};
        let one: &[_] = &[Text("/a/"), Variable("id"), Text("/b")];
        assert_eq!(found(one, "/a/1/b").unwrap(), "id=1");
        assert_eq!(found(one, "/a/%2F/b").unwrap(), "id=%2F");
        assert_eq!(found(one, "/a/1/c"), None);
        assert_eq!(found(one, "/a/1/2/b"), None);
        let two: &[_] = &[Text("/"), Variable("name"), Text("."), Variable("kind")];
        assert_eq!(found(two, "/x.json").unwrap(), "name=x kind=json");
        let all: &[_] = &[Text("/"), Variable("bucket"), Text("/"), Segments("key"), Text("/meta")];
        assert_eq!(found(all, "/b/x/y/meta").unwrap(), "bucket=b key=x/y");
        let query: &[_] = &[Text("/"), Variable("id"), Text("?"), Text("acl")];
        assert_eq!(found(query, "/ü").unwrap(), "id=ü");
    }
}
