//! Where workflows run: servers, transport and settings.

use crate::credential::{Credential, Credentials};
use crate::error::{Error, ErrorKind};
use crate::idempotency::{KeyHeaders, key_header};
use crate::operation::Operation;
use crate::server::Server;
use crate::transport::{Http, Request, Transport, TransportError, TransportFuture};
use crate::{Checkpoint, Limits, Observer, Pacing, Redirects, Resend};
use http::HeaderName;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use url::{ParseError, Url};

/// Runs workflows. Cloning is cheap, and all clones share one pool of connections, which is set up at the first request.
///
/// Runs need a runtime of [Tokio](https://tokio.rs) with its drivers for time and I/O: `#[tokio::main]` and `#[tokio::test]` have
/// both, and a `tokio::runtime::Builder` has them by `enable_all()`. Without the one for time the first request panics, also
/// where a transport of your own needs no network.
///
/// ```
/// let client = arazzo_runtime::Client::new();
/// ```
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
    keeper: Option<Arc<Keeper>>,
}

/// What is given each checkpoint.
pub(crate) type Keeper = dyn Fn(&Checkpoint) -> Result<(), Box<dyn StdError + Send + Sync>> + Send + Sync;

struct Inner {
    server: Option<Server>,
    servers: Vec<(String, Server)>,
    /// For operations of which no other server is known.
    last_server: Option<Server>,
    transport: AnyTransport,
    pacing: Pacing,
    limits: Limits,
    resend: Resend,
    redirects: Redirects,
    idempotency_keys: bool,
    key_headers: KeyHeaders,
    observer: Option<Box<dyn Observer>>,
    /// Boxed and absent for clients without any, which are most.
    credentials: Option<Box<Credentials>>,
}

enum AnyTransport {
    Http(Http),
    Custom(Box<dyn Transport>),
}

impl Default for Client {
    fn default() -> Self {
        Self::new()
    }
}

impl Client {
    /// A client with the servers that the OpenAPI descriptions name and default settings.
    #[must_use]
    pub fn new() -> Self {
        ClientBuilder::default().into_client(KeyHeaders::default())
    }

    /// Builds a client with other settings.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// The same client, whose runs are durable: behind each step, before anything else is sent, `keep` gets a checkpoint, from
    /// which `resume` in the module of the workflow goes on when the process does not get to the end. A client of its own
    /// for each run costs next to nothing and shares the connections, so `keep` can know whose checkpoints it gets.
    ///
    /// ```no_run
    /// use std::fs::{self, File};
    /// use std::io::{self, Write};
    /// use std::path::PathBuf;
    ///
    /// fn durable(client: &arazzo_runtime::Client, folder: PathBuf) -> arazzo_runtime::Client {
    ///     client.with_checkpoints(move |checkpoint| -> io::Result<()> {
    ///         // Whoever reads the file finds the old checkpoint or the new one, never a part.
    ///         let new = folder.join("run.new");
    ///         let mut file = File::create(&new)?;
    ///         file.write_all(&serde_json::to_vec(checkpoint)?)?;
    ///         file.sync_all()?;
    ///         fs::rename(&new, folder.join("run.json"))?;
    ///         // That it has another name has to be on the disk too before anything else is sent.
    ///         #[cfg(unix)]
    ///         File::open(&folder)?.sync_all()?;
    ///         Ok(())
    ///     })
    /// }
    /// ```
    ///
    /// `keep` runs on the task of the run, which waits for it: it should be quick, as a small write to a file or a local
    /// database is. When it returns an error, the run ends with one of the kind
    /// [`ErrorKind::Checkpoint`](crate::ErrorKind::Checkpoint), and nothing more is sent.
    ///
    /// A step has finished when its response is there: a checkpoint comes behind each attempt of a step, before the pause
    /// that follows, and one more at the end of the run ([`Checkpoint::is_ended`]). A process that is killed between the
    /// response and the checkpoint repeats that one request when it is resumed. With
    /// [`ClientBuilder::idempotency_keys`] it has the same key then: the checkpoint before it holds that, and there is one
    /// before the first step too. A run that ends with an error leaves the
    /// last checkpoint as it is: from there it is tried again.
    ///
    /// Of a workflow that a step calls, that a run depends on or goes on as, the steps have checkpoints of their own, and there
    /// is one more at its end: a step that fails by what such a workflow has left behind fails again when the run is resumed,
    /// and repeats nothing. Three things are one step: what runs to help a step that is tried again (`retry` with a `stepId`
    /// or `workflowId`), a workflow that a run goes on as with a secret taken from the response itself instead of an output,
    /// and the last step of a workflow whose last response the calling step reads, as in `$statusCode`, or by a `retry` that
    /// heeds `Retry-After`.
    #[must_use]
    pub fn with_checkpoints<E>(&self, keep: impl Fn(&Checkpoint) -> Result<(), E> + Send + Sync + 'static) -> Self
    where
        E: Into<Box<dyn StdError + Send + Sync>>,
    {
        let keeper: Arc<Keeper> = Arc::new(move |checkpoint| keep(checkpoint).map_err(Into::into));
        Self { inner: Arc::clone(&self.inner), keeper: Some(keeper) }
    }

    pub(crate) fn keeper(&self) -> Option<Arc<Keeper>> {
        self.keeper.clone()
    }

    pub(crate) fn pacing(&self) -> &Pacing {
        &self.inner.pacing
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.inner.limits
    }

    pub(crate) fn resend(&self) -> &Resend {
        &self.inner.resend
    }

    pub(crate) fn redirects(&self) -> Redirects {
        self.inner.redirects
    }

    pub(crate) fn idempotency_keys(&self) -> bool {
        self.inner.idempotency_keys
    }

    /// The header for the keys of a source; `None` where it is `Idempotency-Key`.
    pub(crate) fn key_header(&self, source: &str) -> Option<&HeaderName> {
        self.inner.key_headers.of(source)
    }

    pub(crate) fn observer(&self) -> Option<&dyn Observer> {
        self.inner.observer.as_deref()
    }

    pub(crate) fn credentials(&self) -> Option<&Credentials> {
        self.inner.credentials.as_deref()
    }

    /// The server for an operation.
    pub(crate) fn server(&self, operation: &'static Operation) -> Result<&Server, Error> {
        let own = self.inner.servers.iter().find(|(source, _)| source == operation.source).map(|(_, server)| server);
        let given = own.or(self.inner.server.as_ref());
        given.or(operation.server.as_ref()).or(self.inner.last_server.as_ref()).ok_or_else(|| {
            let source = operation.source;
            Error::new(
                ErrorKind::Server,
                format!(
                    "no server is known for the source `{source}`: its OpenAPI description names no absolute server URL; \
                     give one with `Client::builder().server_for(\"{source}\", \"https://…\")`"
                ),
            )
        })
    }

    /// Whether requests go to a transport that the user has given.
    pub(crate) fn has_own_transport(&self) -> bool {
        matches!(self.inner.transport, AnyTransport::Custom(_))
    }

    /// Whether its HTTP client may follow redirects by itself, to wherever they lead.
    pub(crate) fn follows_redirects_unseen(&self) -> bool {
        matches!(&self.inner.transport, AnyTransport::Http(http) if http.follows_redirects())
    }

    /// Sets up the connections' machinery, so that the first request is not timed with it.
    pub(crate) fn prepare(&self, url: &Url) {
        if let AnyTransport::Http(http) = &self.inner.transport {
            http.prepare(url);
        }
    }

    /// Begins to send a request.
    pub(crate) fn send(&self, request: Request) -> Result<TransportFuture<'_>, TransportError> {
        match &self.inner.transport {
            AnyTransport::Http(http) => http.send(request),
            AnyTransport::Custom(custom) => {
                let limit = request.body_limit;
                let sending = custom.send(request);
                // It may not have looked at the limit.
                Ok(Box::pin(async move { sending.await.and_then(|response| response.within(limit)) }))
            }
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("server", &self.inner.server.as_ref().map(Server::as_str))
            .field(
                "servers",
                &self.inner.servers.iter().map(|(source, server)| (source, server.as_str())).collect::<Vec<_>>(),
            )
            .field("credentials", &self.inner.credentials)
            .field("pacing", &self.inner.pacing)
            .field("limits", &self.inner.limits)
            .field("resend", &self.inner.resend)
            .field("redirects", &self.inner.redirects)
            .field("idempotency_keys", &self.inner.idempotency_keys)
            .finish_non_exhaustive()
    }
}

/// Settings of a [`Client`].
///
/// ```
/// use arazzo_runtime::{Client, Limits, Pacing};
/// let client = Client::builder()
///     .server("http://127.0.0.1:4010/api")
///     .server_for("sandboxApi", "https://eu.example/api")
///     .pacing(Pacing::default())
///     .limits(Limits::default().steps(100))
///     .build()?;
/// # Ok::<(), arazzo_runtime::Error>(())
/// ```
#[derive(Default)]
#[must_use]
pub struct ClientBuilder {
    server: Option<String>,
    servers: Vec<(String, String)>,
    last_server: Option<&'static str>,
    http: Option<reqwest::Client>,
    transport: Option<Box<dyn Transport>>,
    pacing: Pacing,
    limits: Limits,
    resend: Resend,
    redirects: Redirects,
    idempotency_keys: bool,
    key_headers: Vec<(Option<String>, String)>,
    observer: Option<Box<dyn Observer>>,
    credentials: Credentials,
}

impl ClientBuilder {
    /// The server for every source, in place of the servers of the OpenAPI descriptions. It replaces the whole server
    /// URL, base path included.
    pub fn server(mut self, url: impl Into<String>) -> Self {
        self.server = Some(url.into());
        self
    }

    /// The server for one source, by its name in `sourceDescriptions`; it wins over [`ClientBuilder::server`]. A client
    /// serves many workflows, so a name that none of them has is no error.
    pub fn server_for(mut self, source: impl Into<String>, url: impl Into<String>) -> Self {
        let source = source.into();
        self.servers.retain(|(known, _)| *known != source);
        self.servers.push((source, url.into()));
        self
    }

    /// A credential for the operations that ask for it, by the name that their OpenAPI description gives to the security
    /// scheme (a key of `components.securitySchemes`, in Swagger 2.0 of `securityDefinitions`).
    ///
    /// Of several sets of schemes that an operation takes, the first one counts whose credentials are all there. What a step
    /// gives by itself as a parameter always wins: to such a scheme nothing is added. A credential goes only to the server of
    /// the source whose description has the scheme, and only by `https` or to this machine, unless
    /// [`ClientBuilder::allow_credentials_over_http`] says otherwise. A name that no operation asks for is no error.
    ///
    /// It belongs to the origin (scheme, host and port) that it goes to first, for all runs of this client and its clones: a
    /// request that would bring it to another one ends the run, unless [`Credential::also_at`] names that. An HTTP client of
    /// your own that follows redirects by itself is past this: see [`ClientBuilder::http_client`].
    ///
    /// When several sources of one run have a scheme of this name at different servers, and the document gives nothing of it by
    /// itself, the run ends before its first request with an error of the kind [`ErrorKind::Client`]: use
    /// [`ClientBuilder::credential_for`]. A scheme of `type: mutualTLS` is for the connection, and needs a client with a
    /// certificate: [`ClientBuilder::http_client`].
    ///
    /// ```
    /// use arazzo_runtime::{Client, Credential};
    /// let client = Client::builder().credential("bearerAuth", Credential::bearer("my token")).build()?;
    /// # Ok::<(), arazzo_runtime::Error>(())
    /// ```
    pub fn credential(mut self, scheme: impl Into<String>, credential: impl Into<Credential>) -> Self {
        self.credentials.set(None, scheme.into(), credential.into());
        self
    }

    /// A credential for the operations of one source, by its name in `sourceDescriptions`; for that source it wins over
    /// [`ClientBuilder::credential`]. It, too, belongs to the origin that it goes to first.
    pub fn credential_for(
        mut self,
        source: impl Into<String>,
        scheme: impl Into<String>,
        credential: impl Into<Credential>,
    ) -> Self {
        self.credentials.set(Some(source.into()), scheme.into(), credential.into());
        self
    }

    /// Whether credentials of this client may go over plain HTTP to a host that is not this machine, where anyone on the way
    /// can read them. Without this, a run that would send one so on any of its ways ends with an error of the kind
    /// [`ErrorKind::Client`] before its first request, also when that step would not have run this time: what has to be
    /// mended is the same. Only where the document may give such a credential by itself, a request that turns out to lack it
    /// ends the run, before anything of it is sent.
    pub fn allow_credentials_over_http(mut self, allow: bool) -> Self {
        self.credentials.allow_http(allow);
        self
    }

    /// The server for operations of which no other one is known.
    #[cfg(feature = "testing")]
    pub(crate) fn last_server(mut self, url: &'static str) -> Self {
        self.last_server = Some(url);
        self
    }

    /// Sends requests by a client of your own, of reqwest 0.13, with its timeouts, proxies and certificates: so a server can
    /// be trusted whose root certificate this machine does not know.
    ///
    /// ```no_run
    /// # fn client() -> Result<arazzo_runtime::Client, Box<dyn std::error::Error>> {
    /// let root = reqwest::Certificate::from_pem(&std::fs::read("our-root.pem")?)?;
    /// let http = reqwest::Client::builder()
    ///     .redirect(reqwest::redirect::Policy::none())
    ///     .tls_certs_merge([root])
    ///     .build()?;
    /// let client = arazzo_runtime::Client::builder().http_client(http).build()?;
    /// # Ok(client)
    /// # }
    /// ```
    ///
    /// Its policy for redirects comes first: build it with `redirect(reqwest::redirect::Policy::none())`, or it follows them
    /// by itself, to other origins too, and neither [`ClientBuilder::redirects`] nor the report learns of them. It then takes
    /// API keys in headers and bodies along: when another origin has answered a request with a body, a credential or a known
    /// secret in it, the step fails with an error that says so, but what was sent is there. Where it finds nobody, the server
    /// may have sent it there: only what may be carried out twice is [sent again](Resend) then.
    ///
    /// It also decides on proxies: to a proxy of the environment (`HTTP_PROXY`) it takes plain HTTP to this machine too, which
    /// can be read there, credentials included. Build it with `no_proxy()`, or with a proxy that leaves out this machine.
    /// Without a client of your own, such requests go past proxies.
    ///
    /// This crate brings rustls without a default provider of cryptography, and sets up ring at its own first request. A
    /// client that you build before needs a provider from you: `rustls::crypto::ring::default_provider().install_default()`,
    /// or a feature of your own dependency on reqwest that brings one.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http = Some(client);
        self
    }

    /// Sends requests by something else than HTTP over the network; it wins over [`ClientBuilder::http_client`].
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Box::new(transport));
        self
    }

    /// The pause between rounds of a loop.
    pub fn pacing(mut self, pacing: Pacing) -> Self {
        self.pacing = pacing;
        self
    }

    /// The bounds of each run.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Which requests the client sends again by itself: by default twice those that were not sent, those that got no
    /// response and may be carried out twice, and those that the server asks for once more.
    pub fn resend(mut self, resend: Resend) -> Self {
        self.resend = resend;
        self
    }

    /// Which redirects are followed: by default none, so that the criteria see what the server answers.
    pub fn redirects(mut self, redirects: Redirects) -> Self {
        self.redirects = redirects;
        self
    }

    /// Whether each POST and PATCH carries an `Idempotency-Key` header, by which a server that knows it tells a request that
    /// is sent again from a new one. By default they do not.
    ///
    /// The key is a random UUID (version 4). It stays the same while a step is tried again, by a `retry` of the document and
    /// by [`Resend`], which then sends such requests again as if their method were idempotent; each entry into the step has
    /// a new one. A header parameter `Idempotency-Key` of the document wins. Where an API has another name for that header,
    /// [`ClientBuilder::idempotency_header`] says so.
    ///
    /// ```
    /// let client = arazzo_runtime::Client::builder().idempotency_keys(true).build()?;
    /// # Ok::<(), arazzo_runtime::Error>(())
    /// ```
    pub fn idempotency_keys(mut self, sent: bool) -> Self {
        self.idempotency_keys = sent;
        self
    }

    /// The name of the header that carries idempotency keys, in place of `Idempotency-Key`: some APIs call it
    /// `X-Idempotency-Key` or `Request-Id`.
    ///
    /// It says nothing about whether the client makes keys; that is [`ClientBuilder::idempotency_keys`]. Without those a request
    /// to which the document gives this header, as a parameter, may be sent again as one that has an `Idempotency-Key` may.
    ///
    /// ```
    /// use arazzo_runtime::Client;
    /// let client = Client::builder()
    ///     .idempotency_keys(true)
    ///     .idempotency_header("X-Idempotency-Key")
    ///     .idempotency_header_for("billingApi", "Request-Id")
    ///     .build()?;
    /// # Ok::<(), arazzo_runtime::Error>(())
    /// ```
    pub fn idempotency_header(mut self, name: impl Into<String>) -> Self {
        self.key_headers.push((None, name.into()));
        self
    }

    /// The name of that header for one source, by its name in `sourceDescriptions`; it wins over
    /// [`ClientBuilder::idempotency_header`].
    pub fn idempotency_header_for(mut self, source: impl Into<String>, name: impl Into<String>) -> Self {
        self.key_headers.push((Some(source.into()), name.into()));
        self
    }

    /// Something that is told each event of each run. There is one: a second call takes its place. One closure may tell
    /// several:
    ///
    /// ```
    /// use arazzo_runtime::{Client, Event};
    /// fn log(event: &Event<'_>) {
    ///     eprintln!("{event:?}");
    /// }
    /// fn count(_: &Event<'_>) {}
    /// let both = |event: &Event<'_>| {
    ///     log(event);
    ///     count(event);
    /// };
    /// let client = Client::builder().observer(both).build()?;
    /// # Ok::<(), arazzo_runtime::Error>(())
    /// ```
    pub fn observer(mut self, observer: impl Observer) -> Self {
        self.observer = Some(Box::new(observer));
        self
    }

    /// Builds the client. Connections are set up at the first request, not here.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Client`] when a server is not an absolute `http` or `https` URL without query, fragment, user name
    /// and password, when a credential is empty or cannot be sent, or when a header for idempotency keys cannot be one.
    pub fn build(mut self) -> Result<Client, Error> {
        if let Some(server) = &mut self.server {
            *server = checked(server, None)?;
        }
        for (source, server) in &mut self.servers {
            *server = checked(server, Some(source))?;
        }
        let mut key_headers = KeyHeaders::default();
        for (source, name) in std::mem::take(&mut self.key_headers) {
            let header = key_header(&name).map_err(|why| {
                Error::new(ErrorKind::Client, format!("the header {name:?} for idempotency keys {why}"))
            })?;
            match source {
                None => key_headers.all = Some(header),
                // The last one that is named for a source counts, as it does for servers.
                Some(source) => key_headers.own.insert(0, (source, header)),
            }
        }
        match self.credentials.problem() {
            Some(problem) => Err(problem),
            None => Ok(self.into_client(key_headers)),
        }
    }

    fn into_client(self, key_headers: KeyHeaders) -> Client {
        let transport = match (self.transport, self.http) {
            (Some(custom), _) => AnyTransport::Custom(custom),
            (None, Some(client)) => AnyTransport::Http(Http::with(client)),
            (None, None) => AnyTransport::Http(Http::new(self.limits.connect_time)),
        };
        Client {
            keeper: None,
            inner: Arc::new(Inner {
                server: self.server.map(Server::given),
                servers: self.servers.into_iter().map(|(source, url)| (source, Server::given(url))).collect(),
                last_server: self.last_server.map(Server::new),
                transport,
                pacing: self.pacing,
                limits: self.limits,
                resend: self.resend,
                redirects: self.redirects,
                idempotency_keys: self.idempotency_keys,
                key_headers,
                observer: self.observer,
                credentials: (!self.credentials.is_empty()).then(|| Box::new(self.credentials)),
            }),
        }
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("credentials", &self.credentials)
            .field("pacing", &self.pacing)
            .field("limits", &self.limits)
            .field("resend", &self.resend)
            .field("redirects", &self.redirects)
            .field("idempotency_keys", &self.idempotency_keys)
            .finish_non_exhaustive()
    }
}

/// The server URL, of one source or of all, without a slash at its end. What is wrong shows nothing of it but scheme, host
/// and port: anything else may be a secret in the wrong place.
fn checked(server: &str, source: Option<&str>) -> Result<String, Error> {
    let refuse = |why: String| {
        let of = source.map_or_else(String::new, |source| format!(" for the source `{source}`"));
        Err(Error::new(ErrorKind::Client, format!("the server URL{of} {why}")))
    };
    const EXAMPLE: &str = "write it with its scheme, as in `https://api.example.com/v1`";
    let url = match Url::parse(server) {
        Ok(url) => url,
        Err(ParseError::RelativeUrlWithoutBase) => return refuse(format!("is not absolute; {EXAMPLE}")),
        Err(error) => return refuse(format!("is not valid: {error}")),
    };
    if !matches!(url.scheme(), "http" | "https") {
        let scheme = url.scheme();
        return refuse(format!("has the scheme `{scheme}`, and only `http` and `https` can be called; {EXAMPLE}"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return refuse(
            "holds a user name or a password; give them by `Client::builder().credential(…)`, or as a parameter of the workflow"
                .to_owned(),
        );
    }
    if url.query().is_some() || url.fragment().is_some() {
        let what = if url.query().is_some() { "query" } else { "fragment" };
        let origin = url.origin().ascii_serialization();
        return refuse(format!(
            "at {origin} has a {what}; paths are appended to it, so it must end with a path, and what the API wants in each \
             query is a parameter of the workflow or a credential"
        ));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    static OPERATION: Operation = Operation {
        source: "a",
        id: None,
        server: Some(Server::new("https://own")),
        method: "GET",
        path: &[],
        security: &[],
    };
    static NOWHERE: Operation =
        Operation { source: "b", id: None, server: None, method: "GET", path: &[], security: &[] };

    #[test]
    fn the_most_specific_server_wins() {
        let client = Client::builder().server("http://all/").server_for("a", "http://one/x/").build().unwrap();
        assert_eq!(client.server(&OPERATION).unwrap().as_str(), "http://one/x");
        assert_eq!(client.server(&NOWHERE).unwrap().as_str(), "http://all");
        assert_eq!(Client::new().server(&OPERATION).unwrap().as_str(), "https://own");
    }

    #[test]
    fn a_missing_server_says_how_to_give_one() {
        let error = Client::new().server(&NOWHERE).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Server);
        assert!(error.to_string().contains("server_for(\"b\", "), "{error}");
    }

    #[test]
    fn unusable_servers_are_refused_with_the_reason_and_no_secret() {
        for (server, reason) in [
            ("api.example.com?key=s3cret", "is not absolute; write it with its scheme"),
            ("/s3cret", "is not absolute"),
            ("localhost:4010", "has the scheme `localhost`, and only `http` and `https` can be called; write it with"),
            ("admin:s3cret@api.example", "has the scheme `admin`, and"),
            ("ftp://u:s3cret@h", "has the scheme `ftp`, and"),
            ("https://h:99999/s3cret", "is not valid: invalid port number"),
            ("https://u:s3cret@/", "is not valid: empty host"),
            ("http://h.example:81/x?api_key=s3cret", "at http://h.example:81 has a query; paths are appended to it"),
            ("http://h/x#s3cret", "at http://h has a fragment"),
            ("http://user:s3cret@h", "holds a user name or a password"),
        ] {
            let error = Client::builder().server(server).build().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Client);
            let text = error.to_string();
            assert!(text.starts_with(&format!("the server URL {reason}")) && !text.contains("s3cret"), "{text}");
        }
        let error = Client::builder().server("http://h").server_for("jobs", "h").build().unwrap_err();
        assert!(error.to_string().starts_with("the server URL for the source `jobs` is not absolute"), "{error}");
    }
}
