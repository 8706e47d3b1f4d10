//! What is kept of a request so that it can be sent again.

use super::Request;
use crate::operation::Operation;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method};
use url::Url;

/// What is kept of a request so that it can be sent again. Nearly always that is for nothing, and so it is as little as will
/// do: all headers in one piece of memory, which serves the requests of a run one after the other, and no URL where the report
/// has it.
#[derive(Debug, Default)]
pub(crate) struct Spare {
    method: Method,
    url: Option<Url>,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Option<Bytes>,
    body_limit: u64,
    operation: Option<&'static Operation>,
    server: usize,
    has_secret: bool,
}

impl Spare {
    /// Keeps what it takes to send a request again, with its URL or without.
    pub(crate) fn keep(&mut self, request: &Request, with_url: bool) {
        self.method.clone_from(&request.method);
        self.url = with_url.then(|| request.url.clone());
        self.headers.clear();
        self.headers.extend(request.headers.iter().map(|(name, value)| (name.clone(), value.clone())));
        self.body.clone_from(&request.body);
        self.body_limit = request.body_limit;
        self.operation = request.operation;
        self.server = request.server;
        self.has_secret = request.has_secret;
    }

    /// Lets go of what may be large or a secret.
    pub(crate) fn forget(&mut self) {
        self.headers.clear();
        self.body = None;
    }

    /// The request; `url` is its URL where that was not kept, as a text. `None` where that is none.
    pub(crate) fn request(self, url: &str) -> Option<Request> {
        let url = match self.url {
            Some(url) => url,
            None => Url::parse(url).ok()?,
        };
        let mut request =
            Request::new(self.method, url, self.headers.into_iter().collect(), self.body, self.body_limit);
        request.operation = self.operation;
        request.server = self.server;
        request.has_secret = self.has_secret;
        Some(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderMap;

    #[test]
    fn a_request_is_the_same_again() {
        let mut headers = HeaderMap::new();
        for (name, value) in [("x-a", "1"), ("x-b", "2"), ("x-a", "3")] {
            headers.append(name, HeaderValue::from_static(value));
        }
        headers.get_mut("x-b").unwrap().set_sensitive(true);
        let url = Url::parse("http://h/a?b=c%20d").unwrap();
        let request = Request::new(Method::PUT, url, headers, Some(Bytes::from_static(b"{}")), 7);
        for (with_url, recorded) in [(false, "http://h/a?b=c%20d"), (true, "http://h/a?b=***")] {
            let mut spare = Spare::default();
            for _ in 0..2 {
                // What was kept before leaves nothing behind.
                spare.keep(&request, with_url);
            }
            let again = spare.request(recorded).unwrap();
            assert_eq!((&again.method, &again.url), (&request.method, &request.url));
            assert_eq!((&again.headers, &again.body), (&request.headers, &request.body));
            assert_eq!(again.headers.get_all("x-a").iter().collect::<Vec<_>>(), ["1", "3"]);
            assert!(again.headers["x-b"].is_sensitive());
            assert_eq!(again.body_limit, 7);
        }
        assert!(Spare::default().request("no URL").is_none());
    }
}
