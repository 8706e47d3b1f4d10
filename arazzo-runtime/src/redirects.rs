//! Redirects: which are followed, and what the request there is.

use crate::transport::{Request, Response};
use http::header::{CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_LOCATION, CONTENT_TYPE, LOCATION};
use http::{Method, StatusCode};
use url::Url;

/// Which redirects a client follows.
///
/// ```
/// use arazzo_runtime::{Client, Redirects};
/// let client = Client::builder().redirects(Redirects::same_origin(5)).build()?;
/// # Ok::<(), arazzo_runtime::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Redirects {
    /// How many of one request; `None` where all of them are responses like any other.
    limit: Option<u32>,
}

impl Redirects {
    /// Follows no redirect, the default: what the server answers is what the criteria see.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Follows redirects to the same scheme, host and port, so many of one request at most. One more fails the step with
    /// an error that says so.
    ///
    /// The next request is what the Fetch standard makes of it: 307 and 308 keep the method and the body, 303 becomes a GET
    /// without a body (a HEAD stays one), and so do 301 and 302 of a POST. Each of them is a record of its own in the
    /// report. A redirect to another origin, from `https` to `http` included, is never followed, so that no credential and
    /// no body goes where nobody sent it: the criteria see that response, and the report says why.
    ///
    /// Headers go along, those of credentials and an `Idempotency-Key` included. An API key in the query does not: the URL is
    /// the one that the server names, and if it lacks a key that is needed there, its answer (401, as a rule) is that of the
    /// step.
    #[must_use]
    pub fn same_origin(limit: u32) -> Self {
        Self { limit: Some(limit) }
    }

    pub(crate) fn limit(self) -> Option<u32> {
        self.limit
    }
}

/// Where a response sends its request; `None` when it is no redirect. The `Err` says why it cannot be followed.
pub(crate) fn target(request: &Request, response: &Response) -> Option<Result<Url, &'static str>> {
    if !matches!(response.status.as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = response.headers.get(LOCATION)?;
    let location = std::str::from_utf8(location.as_bytes()).ok().and_then(|text| request.url.join(text).ok());
    let Some(location) = location else { return Some(Err("its `Location` is no URL")) };
    if location.origin() != request.url.origin() {
        return Some(Err("it leads to another origin"));
    }
    if !location.username().is_empty() || location.password().is_some() {
        return Some(Err("it leads to a URL with a user name or a password in it"));
    }
    Some(Ok(location))
}

/// Makes the request that follows a redirect with this status (Fetch standard, HTTP-redirect fetch), and says whether it has
/// become a GET by that.
pub(crate) fn follow(request: &mut Request, status: StatusCode, to: Url) -> bool {
    let becomes_get = match status.as_u16() {
        301 | 302 => request.method == Method::POST,
        303 => request.method != Method::GET && request.method != Method::HEAD,
        _ => false,
    };
    if becomes_get {
        request.method = Method::GET;
        request.body = None;
        for name in [CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_LOCATION, CONTENT_TYPE] {
            request.headers.remove(name);
        }
    }
    request.move_to(to);
    becomes_get
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use http::{HeaderMap, HeaderValue};

    fn request(method: Method, url: &str) -> Request {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert("authorization", HeaderValue::from_static("Bearer x"));
        Request::new(method, Url::parse(url).unwrap(), headers, Some(Bytes::from_static(b"{}")), 0)
    }

    fn redirect(status: u16, location: &str) -> Response {
        Response::new(StatusCode::from_u16(status).unwrap(), HeaderMap::new(), "").header("location", location)
    }

    fn read(url: &str, location: &str) -> Option<Result<String, &'static str>> {
        let target = target(&request(Method::GET, url), &redirect(307, location))?;
        Some(target.map(Into::into))
    }

    #[test]
    fn a_location_counts_from_the_request() {
        let url = "https://h.example/a/b?c";
        for (location, expected) in [
            ("/x", "https://h.example/x"),
            ("x", "https://h.example/a/x"),
            ("?d", "https://h.example/a/b?d"),
            ("https://h.example:443/y", "https://h.example/y"),
            ("//H.example/z", "https://h.example/z"),
            ("", "https://h.example/a/b?c"),
        ] {
            assert_eq!(read(url, location), Some(Ok(expected.to_owned())), "{location}");
        }
    }

    #[test]
    fn another_origin_is_not_followed() {
        let url = "https://h.example/a";
        for location in [
            "http://h.example/a",
            "https://h.example:8443/a",
            "https://other.example/a",
            "//other.example/a",
            "https://h.example.other/a",
            "ftp://h.example/a",
            "data:text/plain,x",
        ] {
            assert_eq!(read(url, location), Some(Err("it leads to another origin")), "{location}");
        }
        assert!(matches!(read(url, "https://u:p@h.example/a"), Some(Err(_))));
        assert_eq!(read(url, "https://[::1/"), Some(Err("its `Location` is no URL")));
    }

    #[test]
    fn only_redirects_are_followed() {
        for status in [200, 201, 300, 304, 305, 306] {
            assert!(target(&request(Method::GET, "http://h"), &redirect(status, "/x")).is_none(), "{status}");
        }
        let without_location = Response::new(StatusCode::FOUND, HeaderMap::new(), "");
        assert!(target(&request(Method::GET, "http://h"), &without_location).is_none());
    }

    #[test]
    fn methods_become_get_as_the_fetch_standard_has_it() {
        for (status, method, becomes) in [
            (301, Method::POST, Method::GET),
            (302, Method::POST, Method::GET),
            (301, Method::PUT, Method::PUT),
            (302, Method::PATCH, Method::PATCH),
            (303, Method::POST, Method::GET),
            (303, Method::PUT, Method::GET),
            (303, Method::HEAD, Method::HEAD),
            (307, Method::POST, Method::POST),
            (308, Method::DELETE, Method::DELETE),
        ] {
            let mut request = request(method.clone(), "http://h/a");
            let became_get =
                follow(&mut request, StatusCode::from_u16(status).unwrap(), Url::parse("http://h/b").unwrap());
            assert_eq!((&request.method, request.url.as_str()), (&becomes, "http://h/b"), "{status} {method}");
            let keeps = becomes == method;
            assert_eq!(became_get, !keeps);
            assert_eq!((request.body.is_some(), request.headers.contains_key(CONTENT_TYPE)), (keeps, keeps));
            assert!(request.headers.contains_key("authorization"));
        }
    }
}
