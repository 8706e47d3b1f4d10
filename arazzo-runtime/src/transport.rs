//! Sending requests: the default over reqwest, and the trait for anything else that can.

mod failure;
mod once;
mod proxy;
mod sender;
mod spare;
mod tls;

pub use crate::operation::CalledOperation;

pub(crate) use spare::Spare;

use crate::operation::Operation;
use crate::secrets::{Secrets, SharedSecrets};
use crate::server::{Server, is_local};
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use once::Once;
use sender::Sender;
use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;
use url::{Origin, Position, Url};

/// Anything that can send an HTTP request. [`ClientBuilder::transport`](crate::ClientBuilder::transport) takes one in
/// place of the network: for tests, for replay, for a stack of your own.
///
/// ```
/// use arazzo_runtime::transport::{Request, Response, Transport, TransportError, TransportFuture};
///
/// /// Answers every request with an empty object.
/// struct Canned;
///
/// impl Transport for Canned {
///     fn send(&self, _request: Request) -> TransportFuture<'_> {
///         Box::pin(async { Ok(Response::json(200, "{}")) })
///     }
/// }
///
/// let client = arazzo_runtime::Client::builder().transport(Canned).build().unwrap();
/// ```
pub trait Transport: Send + Sync + 'static {
    /// Sends a request and reads the whole response. Dropping the future cancels it.
    ///
    /// # Errors
    ///
    /// When no complete response was received. The kind of the error decides whether the client may send the request again:
    /// see [`TransportErrorKind`] and [`Resend`](crate::Resend).
    fn send(&self, request: Request) -> TransportFuture<'_>;
}

/// The future of [`Transport::send`].
pub type TransportFuture<'a> = Pin<Box<dyn Future<Output = Result<Response, TransportError>> + Send + 'a>>;

/// A request, ready to be sent. Its `Debug` form shows no header values and no body.
///
/// ```
/// use arazzo_runtime::transport::{Request, Response};
///
/// /// What a transport for a test may make of it.
/// fn answer(request: &Request) -> Response {
///     eprintln!("{} {}", request.method, request.masked(request.target()));
///     match request.operation().and_then(|operation| operation.id()) {
///         Some("getSandbox") => Response::json(200, r#"{"state":"started"}"#),
///         _ => Response::json(404, "{}"),
///     }
/// }
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The absolute URL.
    pub url: Url,
    /// The headers; those that carry credentials are marked as sensitive.
    pub headers: HeaderMap,
    /// The body, if there is one.
    pub body: Option<Bytes>,
    /// How many bytes the body of the response may have.
    pub body_limit: u64,
    operation: Option<&'static Operation>,
    /// The bytes of the URL that come before the target; 0 where that is not known.
    server: usize,
    /// Whether a credential is in the URL, or something else in it or in a header that nobody else may see.
    pub(crate) has_secret: bool,
    pub(crate) secrets: Option<SharedSecrets>,
}

impl Request {
    pub(crate) fn new(method: Method, url: Url, headers: HeaderMap, body: Option<Bytes>, body_limit: u64) -> Self {
        Self { method, url, headers, body, body_limit, operation: None, server: 0, has_secret: false, secrets: None }
    }

    /// The same request, as one for an operation.
    pub(crate) fn for_operation(mut self, operation: &'static Operation, server: &Server) -> Self {
        self.operation = Some(operation);
        self.server = if self.url.as_str().starts_with(server.as_str()) { server.as_str().len() } else { 0 };
        self
    }

    /// Whether something of it is for the server alone that it is sent to: a secret, or a body, whatever that holds.
    fn is_for_one_server(&self) -> bool {
        self.has_secret || self.body.is_some() || self.headers.values().any(HeaderValue::is_sensitive)
    }

    /// Whether one of these secrets stands in its URL or in a header.
    pub(crate) fn holds_one_of(&self, secrets: &Secrets) -> bool {
        let headers = self.headers.values().map(|value| String::from_utf8_lossy(value.as_bytes()));
        secrets.would_mask(self.url.as_str()) || headers.into_iter().any(|value| secrets.would_mask(&value))
    }

    /// The same request at another URL, which need not begin as that of the server does.
    pub(crate) fn move_to(&mut self, url: Url) {
        self.url = url;
        self.server = 0;
    }

    /// The operation that it is for; `None` for a request that the client makes for itself, such as one for a token.
    #[must_use]
    pub fn operation(&self) -> Option<CalledOperation> {
        self.operation.map(|operation| CalledOperation { operation })
    }

    /// What the URL has after that of the server: the operation's path, filled in, and the query.
    #[must_use]
    pub fn target(&self) -> &str {
        match self.server {
            0 => &self.url[Position::BeforePath..Position::AfterQuery],
            server => self.url.as_str().get(server..).unwrap_or_default(),
        }
    }

    /// What the URL has before the target.
    #[cfg(feature = "testing")]
    pub(crate) fn before_target(&self) -> &str {
        match self.server {
            0 => &self.url[..Position::BeforePath],
            server => self.url.as_str().get(..server).unwrap_or_default(),
        }
    }

    /// A text without the secrets that the run knows by now: what a transport may log of a request or a response. The
    /// longer it waits, the more the run knows: the token in a response is known when the step is over that reads it.
    #[must_use]
    pub fn masked<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.secrets.as_ref().map_or(Cow::Borrowed(text), |secrets| secrets.mask(text))
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").field("method", &self.method).finish_non_exhaustive()
    }
}

/// A response, read whole.
///
/// ```
/// use arazzo_runtime::transport::Response;
/// let busy = Response::json(503, r#"{"message":"later"}"#).header("Retry-After", "2");
/// assert_eq!(busy.status.as_u16(), 503);
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Response {
    /// A response.
    #[must_use]
    pub fn new(status: StatusCode, headers: HeaderMap, body: impl Into<Bytes>) -> Self {
        Self { status, headers, body: body.into() }
    }

    /// The same response, if its body has no more bytes than that.
    pub(crate) fn within(self, limit: u64) -> Result<Self, TransportError> {
        if self.body.len() as u64 > limit { Err(TransportError::too_large(limit)) } else { Ok(self) }
    }

    /// A response with a JSON body. A status that HTTP does not know counts as 500.
    #[must_use]
    pub fn json(status: u16, body: impl Into<Bytes>) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut headers = HeaderMap::new();
        headers.insert(http::header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Self::new(status, headers, body)
    }

    /// The same response with one more header; a name or value that HTTP does not allow is left out.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let (Ok(name), Ok(value)) = (name.parse::<http::HeaderName>(), HeaderValue::from_bytes(value.as_bytes())) {
            self.headers.append(name, value);
        }
        self
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.body.len();
        f.debug_struct("Response").field("status", &self.status).field("bytes", &bytes).finish_non_exhaustive()
    }
}

/// Why no complete response was received.
///
/// ```
/// use arazzo_runtime::transport::{TransportError, TransportErrorKind};
///
/// /// For a transport of your own.
/// fn explained(error: std::io::Error) -> TransportError {
///     let kind = match error.kind() {
///         std::io::ErrorKind::ConnectionRefused => TransportErrorKind::Connect,
///         std::io::ErrorKind::TimedOut => TransportErrorKind::Timeout,
///         _ => TransportErrorKind::Broken,
///     };
///     TransportError::new(kind, format!("the pipe is closed: {error}")).with_source(error)
/// }
/// ```
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The kinds of transport errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection could be made: the request was surely not sent, and the client may try again whatever it asks for
    /// (see [`Resend`](crate::Resend)). That includes a name for which no address is known, as nothing tells a name that
    /// there is not from one that cannot be looked up now. An HTTP client of your own that follows redirects by itself may have
    /// come here from the server; then it is [`Broken`](Self::Broken).
    Connect,
    /// No secure connection could be made, and none will be made by trying again: the certificate of the server is not valid,
    /// not trusted or another server's, or the two sides have no TLS in common. Such a request is not sent again.
    Tls,
    /// The connection broke before the whole response was there. Whether the server has carried the request out is not
    /// known: only one that may be carried out twice is sent again.
    Broken,
    /// It took too long: the step has no more time, or an HTTP client of your own. Such a request is not sent again, whatever
    /// its method; the step fails, and the failure actions of the document are asked.
    Timeout,
    /// The response has more bytes than [`Request::body_limit`]. The run ends at once with an error of the kind
    /// [`ErrorKind::Limit`](crate::ErrorKind::Limit), whatever failure actions the document has.
    BodyTooLarge,
    /// A transport for tests did not expect the request. The run ends at once with an error of the kind
    /// [`ErrorKind::UnexpectedRequest`](crate::ErrorKind::UnexpectedRequest), whatever failure actions the document has.
    UnexpectedRequest,
    /// Anything else. Such a request is not sent again.
    Other,
}

impl TransportError {
    /// An error; `message` says in one line what happened.
    pub fn new(kind: TransportErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    /// The same error with its cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The same error with every text of it as `mask` leaves it. A cause that says something else then is left out.
    pub(crate) fn masked(mut self, mask: impl Fn(&str) -> String) -> Self {
        self.message = mask(&self.message);
        let mut cause: Option<&(dyn StdError + 'static)> = self.source.as_deref().map(|source| source as _);
        while let Some(inner) = cause {
            if [inner.to_string(), format!("{inner:?}")].iter().any(|text| mask(text) != *text) {
                self.source = None;
                return self;
            }
            cause = inner.source();
        }
        self
    }

    /// What kind of error it is.
    #[must_use]
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// No response within the time of the step.
    pub(crate) fn late(message: String) -> Self {
        Self::new(TransportErrorKind::Timeout, message)
    }

    /// The answer to a request for one server alone came from another one.
    fn led_away(from: &Origin, to: &Origin) -> Self {
        let (from, to) = (from.ascii_serialization(), to.ascii_serialization());
        let message = format!(
            "the HTTP client has followed a redirect from {from} to {to} with a request that carries a credential, a secret or \
             a body, which {to} may know now; build the client for `http_client` with `.redirect(reqwest::redirect::Policy::none())`, and say by \
             `Client::builder().redirects(…)` which redirects are followed"
        );
        Self::new(TransportErrorKind::Other, message)
    }

    pub(crate) fn too_large(limit: u64) -> Self {
        Self::new(TransportErrorKind::BodyTooLarge, format!("the response body has more than {limit} bytes"))
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// The default transport: reqwest, set up at the first request. It follows no redirects (that is decided where the report
/// is kept), and sends a request again only where the protocol says that the server has not seen it.
pub(crate) struct Http {
    client: Once<reqwest::Client>,
    /// For plain HTTP to this machine, which a proxy of the environment would take to another one.
    local: Once<reqwest::Client>,
    /// For plain HTTP to others, from a machine without root certificates.
    plain: Once<reqwest::Client>,
    sender: Sender,
}

/// Which of its clients [`Http`] sets up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    All,
    Local,
    Plain,
}

impl Http {
    /// The default client.
    pub(crate) fn new(connect_time: Duration) -> Self {
        Self { client: Once::new(), local: Once::new(), plain: Once::new(), sender: Sender::Default { connect_time } }
    }

    /// A client of the user's own.
    pub(crate) fn with(client: reqwest::Client) -> Self {
        let sender = Sender::own(&client);
        Self { client: Once::with(client), local: Once::new(), plain: Once::new(), sender }
    }

    /// The client for a URL.
    fn client(&self, url: &Url) -> Result<&reqwest::Client, TransportError> {
        let is_plain = url.scheme() == "http" && !self.sender.is_own();
        if is_plain && is_local(url) {
            return self.local.get_or_make(|| self.set_up(Use::Local));
        }
        if is_plain && let Some(plain) = self.plain.get() {
            return Ok(plain);
        }
        match self.client.get_or_make(|| self.set_up(Use::All)) {
            Err(_) if is_plain => self.plain.get_or_make(|| self.set_up(Use::Plain)),
            client => client,
        }
    }

    fn set_up(&self, wanted: Use) -> Result<reqwest::Client, TransportError> {
        #[cfg(feature = "rustls")]
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            // Another thread may have been faster; either provider will do.
            let _ = rustls::crypto::ring::default_provider().install_default();
        }
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("arazzo-rust/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none());
        if let Sender::Default { connect_time } = self.sender {
            builder = builder.connect_timeout(connect_time);
        }
        if wanted == Use::Local {
            builder = builder.no_proxy();
        }
        if wanted != Use::All {
            // Without TLS it needs no certificates, and reading those of the system takes milliseconds.
            #[cfg(any(feature = "rustls", feature = "native-tls"))]
            {
                builder = builder.tls_certs_only([]);
            }
        }
        builder.build().map_err(|error| {
            TransportError::new(TransportErrorKind::Other, failure::of_setup(&error)).with_source(error)
        })
    }

    /// Builds the client for a URL, if that was not done before. A failure shows when something is sent.
    pub(crate) fn prepare(&self, url: &Url) {
        let _ = self.client(url);
    }

    /// Has reqwest send a request, and reads the response whole. That is in a piece of memory of its own: it would be moved
    /// with everything that waits for it.
    pub(crate) fn send(&self, request: Request) -> Result<TransportFuture<'_>, TransportError> {
        let client = self.client(&request.url)?;
        let (sender, origin, body_limit) = (self.sender, self.origin_to_keep(&request), request.body_limit);
        let mut outgoing = reqwest::Request::new(request.method, request.url);
        *outgoing.headers_mut() = request.headers;
        *outgoing.body_mut() = request.body.map(Into::into);
        let sending = client.execute(outgoing);
        Ok(Box::pin(async move {
            let failed = |error| failure::of_reqwest(error, sender);
            let mut incoming = sending.await.map_err(failed)?;
            if let Some(origin) = origin
                && incoming.url().origin() != *origin
            {
                return Err(TransportError::led_away(&origin, &incoming.url().origin()));
            }
            if incoming.content_length().is_some_and(|length| length > body_limit) {
                return Err(TransportError::too_large(body_limit));
            }
            // A body that comes in one piece, as most do, is not copied.
            let (mut first, mut all) = (Bytes::new(), BytesMut::new());
            loop {
                // The client says the URL of a request that has no answer, and not of an answer that has no end.
                let chunk = incoming.chunk().await.map_err(|error| failed(error.with_url(incoming.url().clone())))?;
                let Some(chunk) = chunk else { break };
                if (first.len().max(all.len()) + chunk.len()) as u64 > body_limit {
                    return Err(TransportError::too_large(body_limit));
                }
                if first.is_empty() {
                    first = chunk;
                    continue;
                }
                if all.is_empty() {
                    all.extend_from_slice(&first);
                }
                all.extend_from_slice(&chunk);
            }
            let body = if all.is_empty() { first } else { all.freeze() };
            Ok(Response { status: incoming.status(), headers: std::mem::take(incoming.headers_mut()), body })
        }))
    }

    /// The origin that must have answered: a client of the user's own may follow redirects by itself, and then takes keys in
    /// headers and the body to where they lead.
    fn origin_to_keep(&self, request: &Request) -> Option<Box<Origin>> {
        let may_leave = self.sender.follows_redirects() && request.is_for_one_server();
        may_leave.then(|| Box::new(request.url.origin()))
    }

    /// Whether it may follow redirects by itself.
    pub(crate) fn follows_redirects(&self) -> bool {
        self.sender.follows_redirects()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_set_up_before_something_is_sent() {
        let http = Http::new(Duration::from_secs(1));
        assert!(!http.client.is_made() && !http.local.is_made());
        // Plain HTTP to this machine goes past proxies, and needs nothing else.
        http.prepare(&Url::parse("http://127.0.0.1:1").unwrap());
        assert!(!http.client.is_made() && http.local.is_made());
        http.prepare(&Url::parse("https://127.0.0.1:1").unwrap());
        assert!(http.client.is_made());
    }
}
