//! Tokens of OAuth 2 for client credentials (RFC 6749, section 4.4): fetched when they are first needed, kept, and renewed.

mod answer;

use super::Lack;
use crate::Client;
use crate::error::{Error, ErrorKind};
use crate::retry_after::retry_after;
use crate::scheme::{Scheme, SchemeKind};
use crate::secrets::{SharedSecrets, names_a_secret};
use crate::server::{Server, is_confidential};
use crate::trace;
use crate::transport::{self, TransportError, TransportErrorKind};
use crate::watch::inside;
use answer::{explain, incoming, is_bearer};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use oauth2::basic::BasicClient;
use oauth2::{
    AsyncHttpClient, AuthType, ClientId, ClientSecret, HttpRequest, HttpResponse, Scope, TokenResponse as _, TokenUrl,
};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU16, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};
use tokio::time::Instant;
use url::{Origin, Url};

/// How long the renewal of a token may take that is good for a while.
const RENEWAL: Duration = Duration::from_secs(5);

/// How long nothing is asked of a token server that did not renew such a token.
const REST: Duration = Duration::from_secs(5);

/// Client credentials of OAuth 2, for schemes of `type: oauth2`, `type: openIdConnect` and `type: http, scheme: bearer`.
/// Made by [`Credential::client_credentials`](crate::Credential::client_credentials); its `Debug` form shows no secret.
///
/// The token is fetched when a step first needs one, by the client's own transport and within its limits, and is kept for
/// all runs of all clones of the client. It is fetched anew shortly before it expires, and once when a server refuses it with
/// the status 401; runs that need it at the same time wait for one request. While the old one is good still, no other run
/// waits, and one that cannot be renewed within five seconds is used to its end. When no token can be fetched, the step fails
/// before anything of it is sent.
///
/// A request for a token that got no response, or was answered with 429 or 503 and a `Retry-After` header, is sent again as
/// [`Resend`](crate::Resend) says. Such requests are not in the report of a run, nor are they events; for `tracing` they are
/// spans. The id and the secret go to the servers of one origin alone, whatever descriptions say.
///
/// ```
/// use arazzo_runtime::{Client, Credential};
/// let secret = "from a safe place";
/// let client = Client::builder()
///     .credential("oauth", Credential::client_credentials("my id", secret))
///     .credential_for(
///         "billingApi",
///         "bearer",
///         Credential::client_credentials("my id", secret)
///             .token_url("https://login.example/oauth/token")
///             .scopes(["invoices:read"])
///             .parameter("audience", "https://billing.example"),
///     )
///     .build()?;
/// # Ok::<(), arazzo_runtime::Error>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct ClientCredentials {
    id: String,
    secret: String,
    token_url: Option<String>,
    scopes: Option<Vec<String>>,
    parameters: Vec<(String, String)>,
    /// The places of those that are secret.
    secret_parameters: Vec<usize>,
    in_body: bool,
}

impl ClientCredentials {
    pub(crate) fn new(id: String, secret: String) -> Self {
        Self {
            id,
            secret,
            token_url: None,
            scopes: None,
            parameters: Vec::new(),
            secret_parameters: Vec::new(),
            in_body: false,
        }
    }

    /// Where tokens are fetched, in place of the `tokenUrl` of the flow `clientCredentials` in the description.
    pub fn token_url(mut self, url: impl Into<String>) -> Self {
        self.token_url = Some(url.into());
        self
    }

    /// The scopes of all tokens, in place of those that each operation asks for.
    pub fn scopes(mut self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.scopes = Some(scopes.into_iter().map(Into::into).collect());
        self
    }

    /// A further parameter of the token request, such as `audience` or `resource`. Its value is no secret, unless its name is
    /// one of those that OAuth 2 has for secrets, as `assertion`, `client_assertion`, `password` and `subject_token` are: see
    /// [`ClientCredentials::secret_parameter`].
    pub fn parameter(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let name = name.into();
        let is_secret = names_a_secret(name.as_bytes());
        self.with_parameter(name, value.into(), is_secret)
    }

    /// A further parameter of the token request whose value is masked wherever a run says something, as the secret is.
    ///
    /// ```
    /// use arazzo_runtime::{Client, Credential};
    /// let credential = Credential::client_credentials("my id", "my secret").secret_parameter("pin", "1234 5678");
    /// let client = Client::builder().credential("oauth", credential).build()?;
    /// # Ok::<(), arazzo_runtime::Error>(())
    /// ```
    pub fn secret_parameter(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.with_parameter(name.into(), value.into(), true)
    }

    fn with_parameter(mut self, name: String, value: String, is_secret: bool) -> Self {
        self.secret_parameters.extend(is_secret.then_some(self.parameters.len()));
        self.parameters.push((name, value));
        self
    }

    /// Sends the id and the secret in the body of the token request, for servers that do not take them as HTTP basic
    /// authentication.
    pub fn in_body(mut self) -> Self {
        self.in_body = true;
        self
    }
}

impl fmt::Debug for ClientCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCredentials").field("scopes", &self.scopes).finish_non_exhaustive()
    }
}

/// Client credentials and the tokens that were fetched with them.
pub(crate) struct OAuth {
    settings: ClientCredentials,
    /// What is hidden besides the tokens.
    pub(crate) secrets: Vec<String>,
    slots: Mutex<Vec<Arc<Slot>>>,
}

/// The tokens of one kind.
pub(crate) struct Slot {
    /// The URL as it is written, and the server that it is relative to.
    key: (String, String),
    url: Url,
    origin: Origin,
    scopes: Vec<String>,
    token: Mutex<Option<Arc<Token>>>,
    /// How many requests have come to an end.
    ended: AtomicU64,
    /// Held while a token is fetched; why the last request failed.
    fetching: tokio::sync::Mutex<Option<Lack>>,
}

/// A token.
#[derive(Clone)]
pub(crate) struct Token {
    pub(crate) header: HeaderValue,
    pub(crate) secret: String,
    /// From when on another one is wanted.
    stale: Option<Instant>,
    /// From when on it is worth nothing.
    expired: Option<Instant>,
}

/// The way to a token server: the client's own.
struct Wire<'w> {
    client: &'w Client,
    url: &'w Url,
    /// Until when it may be sent again.
    deadline: Option<Instant>,
    /// For transports that ask what they must not show.
    secrets: Option<SharedSecrets>,
    /// What the server answered.
    status: AtomicU16,
}

impl<'c> AsyncHttpClient<'c> for Wire<'_> {
    type Error = TransportError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, TransportError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        let mut request = outgoing(request, self.url, self.client.limits().body_size);
        request.secrets.clone_from(&self.secrets);
        Box::pin(async move {
            let response = self.send(request).await?;
            self.status.store(response.status.as_u16(), Ordering::Relaxed);
            Ok(incoming(response))
        })
    }
}

impl Wire<'_> {
    /// The response, where need be after sending the request again: nothing comes of two tokens.
    async fn send(&self, request: transport::Request) -> Result<transport::Response, TransportError> {
        let mut again = 0;
        loop {
            let sent = self.attempt(&request, again).await;
            let (may_be, asked) = match &sent {
                Ok(response) if matches!(response.status.as_u16(), 429 | 503) => {
                    let asked = retry_after(&response.headers, SystemTime::now);
                    (asked.is_some(), asked)
                }
                Ok(_) => (false, None),
                Err(error) => (matches!(error.kind(), TransportErrorKind::Connect | TransportErrorKind::Broken), None),
            };
            let resend = self.client.resend();
            let pause = may_be.then(|| resend.pause(again, asked, self.deadline, self.client.pacing())).flatten();
            let Some(pause) = pause else { return sent };
            tokio::time::sleep(pause).await;
            again += 1;
        }
    }

    /// Sends it once, in a span of its own.
    async fn attempt(&self, request: &transport::Request, again: u32) -> Result<transport::Response, TransportError> {
        let attempt = trace::token_request(&request.url, again);
        let sent = inside(&attempt, async {
            match self.client.send(request.clone()) {
                Ok(sending) => sending.await,
                Err(error) => Err(error),
            }
        });
        let sent = sent.await;
        match &sent {
            Ok(response) => trace::answered(&attempt, response.status.as_u16()),
            Err(error) => trace::unanswered(&attempt, error.kind(), &request.masked(&error.to_string())),
        }
        sent
    }
}

impl OAuth {
    pub(crate) fn new(settings: ClientCredentials) -> Self {
        let form = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let basic = STANDARD.encode(format!("{}:{}", form(&settings.id), form(&settings.secret)));
        let mut secrets = vec![settings.secret.clone(), basic];
        secrets.extend(settings.secret_parameters.iter().map(|place| settings.parameters[*place].1.clone()));
        Self { settings, secrets, slots: Mutex::default() }
    }

    /// Why it cannot be used, as the rest of a sentence.
    pub(crate) fn problem(&self) -> Option<&'static str> {
        let is_absolute = |url: &String| Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        let names_a_user =
            |url: &String| Url::parse(url).is_ok_and(|url| !url.username().is_empty() || url.password().is_some());
        match &self.settings {
            ClientCredentials { id, secret, .. } if id.is_empty() || secret.is_empty() => Some("lacks one of them"),
            ClientCredentials { token_url: Some(url), .. } if !is_absolute(url) => Some(
                "has a token URL that is not absolute; write it with its scheme, as in `https://login.example/token`",
            ),
            ClientCredentials { token_url: Some(url), .. } if names_a_user(url) => {
                Some("has a token URL with a user name or a password in it, which are not sent")
            }
            _ => None,
        }
    }

    /// The URL that tokens for a scheme come from, as it is written.
    pub(crate) fn url<'s>(&'s self, scheme: &Scheme) -> Option<&'s str> {
        match (&self.settings.token_url, scheme.kind) {
            (Some(url), _) => Some(url),
            (None, SchemeKind::OAuth2(url)) => url,
            _ => None,
        }
    }

    /// The tokens for a scheme.
    pub(crate) fn slot(&self, scheme: &Scheme, server: &Server, over_http: bool) -> Result<Arc<Slot>, Error> {
        let written = self.url(scheme).unwrap_or_default();
        // A description may name a place at its own server.
        let base = if written.contains("://") { "" } else { server.as_str() };
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = |slot: &&Arc<Slot>| {
            (&*slot.key.0, &*slot.key.1) == (written, base)
                && (self.settings.scopes.is_some()
                    || slot.scopes.iter().map(String::as_str).eq(scheme.scopes.iter().copied()))
        };
        if let Some(slot) = slots.iter().find(asked) {
            return Ok(Arc::clone(slot));
        }
        let name = scheme.name;
        let parsed = match base {
            "" => Url::parse(written),
            base => Url::parse(&format!("{base}/")).and_then(|base| base.join(written)),
        };
        let url = match parsed {
            Ok(url) if matches!(url.scheme(), "http" | "https") => url,
            _ => {
                let message = format!(
                    "the token URL {written:?} of the security scheme `{name}` is no URL of HTTP; give another one by \
                     `.token_url(…)`"
                );
                return Err(Error::new(ErrorKind::Client, message));
            }
        };
        if !over_http && !is_confidential(&url) {
            let message = format!(
                "the client credentials for the security scheme `{name}` would go to {} over plain HTTP, where anyone on the \
                 way can read them; give a token URL with `https`, or allow this with \
                 `Client::builder().allow_credentials_over_http(true)`",
                url.origin().ascii_serialization()
            );
            return Err(Error::new(ErrorKind::Client, message));
        }
        let own = || scheme.scopes.iter().map(|scope| (*scope).to_owned()).collect();
        let scopes = self.settings.scopes.clone().unwrap_or_else(own);
        let slot = Arc::new(Slot::new((written.to_owned(), base.to_owned()), url, scopes));
        slots.push(Arc::clone(&slot));
        Ok(slot)
    }

    /// A token, which is fetched unless another run has done so by now.
    pub(crate) async fn token(
        &self,
        slot: &Slot,
        client: &Client,
        deadline: Option<Instant>,
    ) -> Result<Arc<Token>, Lack> {
        let ended = slot.ended.load(Ordering::Acquire);
        let old = slot.unexpired();
        let mut failure = match old {
            None => slot.fetching.lock().await,
            Some(old) => match slot.fetching.try_lock() {
                Ok(free) => free,
                Err(_) => return Ok(old),
            },
        };
        if let Some(token) = slot.cached() {
            return Ok(token);
        }
        // Who has waited for a request need not send another one, whether it failed or its token is soon good for nothing.
        if slot.ended.load(Ordering::Acquire) != ended {
            match &*failure {
                Some(failure) => return slot.unexpired().ok_or_else(|| failure.clone()),
                None => {
                    if let Some(token) = slot.kept().clone() {
                        return Ok(token);
                    }
                }
            }
        }
        let fetching = self.fetch(slot, client, deadline);
        let fetched = match slot.unexpired() {
            None => fetching.await,
            Some(_) => tokio::time::timeout(RENEWAL, fetching)
                .await
                .unwrap_or_else(|_| Err(Lack::new(format!("it was not renewed within {RENEWAL:?}")))),
        };
        slot.ended.fetch_add(1, Ordering::Release);
        *failure = fetched.as_ref().err().cloned();
        match fetched {
            Ok(token) => Ok(slot.keep(token)),
            Err(lack) if lack.is_unexpected => Err(lack),
            Err(lack) => slot.rest().ok_or(lack),
        }
    }

    async fn fetch(&self, slot: &Slot, client: &Client, deadline: Option<Instant>) -> Result<Token, Lack> {
        let ClientCredentials { id, secret, parameters, in_body, .. } = &self.settings;
        let asking = BasicClient::new(ClientId::new(id.clone()))
            .set_client_secret(ClientSecret::new(secret.clone()))
            .set_auth_type(if *in_body { AuthType::RequestBody } else { AuthType::BasicAuth })
            .set_token_uri(TokenUrl::from_url(slot.url.clone()));
        let mut asking = asking.exchange_client_credentials();
        asking = asking.add_scopes(slot.scopes.iter().cloned().map(Scope::new));
        for (name, value) in parameters {
            asking = asking.add_extra_param(name, value);
        }
        client.prepare(&slot.url);
        let secrets = client.has_own_transport().then(|| {
            let secrets = SharedSecrets::default();
            self.secrets.iter().for_each(|secret| secrets.add(secret));
            secrets
        });
        let wire = Wire { client, url: &slot.url, deadline, secrets, status: AtomicU16::new(0) };
        let sent = Instant::now();
        let answer = asking.request_async(&wire).await;
        let answer = answer.map_err(|error| explain(&error, wire.status.load(Ordering::Relaxed)))?;
        if !is_bearer(answer.token_type()) {
            return Err(Lack::new("its token is not of the type `bearer`, and there is no way to use it".to_owned()));
        }
        let text = answer.access_token().secret();
        if text.is_empty() {
            return Err(Lack::new("its token is empty".to_owned()));
        }
        wire.secrets.iter().for_each(|secrets| secrets.add(text));
        let header = HeaderValue::from_bytes(format!("Bearer {text}").as_bytes());
        let mut header = header.map_err(|_| Lack::new("its token holds a control character".to_owned()))?;
        header.set_sensitive(true);
        let lifetime = answer.expires_in();
        let after = |lifetime: Duration| sent.checked_add(lifetime);
        Ok(Token {
            header,
            secret: text.clone(),
            stale: lifetime.and_then(|lifetime| after(lifetime - margin(lifetime))),
            expired: lifetime.and_then(after),
        })
    }
}

impl Token {
    fn is_worth_something(&self) -> bool {
        self.expired.is_none_or(|expired| Instant::now() < expired)
    }
}

impl Slot {
    fn new(key: (String, String), url: Url, scopes: Vec<String>) -> Self {
        Self {
            key,
            origin: url.origin(),
            url,
            scopes,
            token: Mutex::default(),
            ended: AtomicU64::new(0),
            fetching: tokio::sync::Mutex::default(),
        }
    }

    /// The token, if there is one that is good for a while.
    pub(crate) fn cached(&self) -> Option<Arc<Token>> {
        let token = self.kept().clone()?;
        token.stale.is_none_or(|stale| Instant::now() < stale).then_some(token)
    }

    /// The token, if there is one that is worth something.
    fn unexpired(&self) -> Option<Arc<Token>> {
        self.kept().clone().filter(|token| token.is_worth_something())
    }

    fn keep(&self, token: Token) -> Arc<Token> {
        Arc::clone(self.kept().insert(Arc::new(token)))
    }

    /// Goes on for a while with the token that there is, if it is worth something. It is looked at and kept under one lock: one
    /// that is forgotten in between must not come back.
    fn rest(&self) -> Option<Arc<Token>> {
        let mut kept = self.kept();
        let old = kept.as_deref().filter(|token| token.is_worth_something())?;
        let stale = [Instant::now().checked_add(REST), old.expired].into_iter().flatten().min();
        let rested = Token { stale, ..old.clone() };
        Some(Arc::clone(kept.insert(Arc::new(rested))))
    }

    /// Forgets a token that a server has refused.
    pub(crate) fn refused(&self, token: &Token) {
        self.kept().take_if(|kept| kept.secret == token.secret);
    }

    fn kept(&self) -> MutexGuard<'_, Option<Arc<Token>>> {
        self.token.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where its tokens come from, without what a query may have of secrets.
    pub(crate) fn place(&self) -> String {
        format!("{}{}", self.origin.ascii_serialization(), self.url.path())
    }

    pub(crate) fn origin(&self) -> &Origin {
        &self.origin
    }
}

/// How long before its end a token is fetched anew.
fn margin(lifetime: Duration) -> Duration {
    (lifetime / 10).min(Duration::from_secs(30))
}

fn outgoing(request: HttpRequest, url: &Url, body_limit: u64) -> transport::Request {
    let (parts, body) = request.into_parts();
    let mut headers = parts.headers;
    if let Some(secret) = headers.get_mut(http::header::AUTHORIZATION) {
        secret.set_sensitive(true);
    }
    transport::Request::new(parts.method, url.clone(), headers, Some(body.into()), body_limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_renewed_before_it_expires() {
        for (lifetime, expected) in [(3600, 30), (300, 30), (100, 10), (10, 1), (0, 0)] {
            assert_eq!(margin(Duration::from_secs(lifetime)), Duration::from_secs(expected), "{lifetime}");
        }
    }

    #[test]
    fn a_token_that_was_refused_does_not_come_back() {
        let url = Url::parse("https://login.example/token").unwrap();
        let slot = Slot::new((String::new(), String::new()), url, Vec::new());
        let token = || Token {
            header: HeaderValue::from_static("Bearer t"),
            secret: "t".to_owned(),
            stale: Some(Instant::now()),
            expired: None,
        };
        for _ in 0..2_000 {
            slot.keep(token());
            let both = std::sync::Barrier::new(2);
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    both.wait();
                    slot.rest()
                });
                both.wait();
                slot.refused(&token());
            });
            assert!(slot.unexpired().is_none());
        }
    }

    #[test]
    fn settings_that_cannot_be_used_are_said() {
        let problem = |settings: ClientCredentials| OAuth::new(settings).problem();
        let new = |id: &str, secret: &str| ClientCredentials::new(id.to_owned(), secret.to_owned());
        assert_eq!(problem(new("i", "")), Some("lacks one of them"));
        assert_eq!(problem(new("", "s")), Some("lacks one of them"));
        assert_eq!(problem(new("i", "s")), None);
        assert_eq!(problem(new("i", "s").token_url("https://h/token")), None);
        for url in ["https://u@h/token", "https://:p@h/token"] {
            assert!(problem(new("i", "s").token_url(url)).unwrap().contains("a user name or a password"), "{url}");
        }
        for url in ["/token", "h/token", "ftp://h/token", ""] {
            assert!(problem(new("i", "s").token_url(url)).unwrap().contains("not absolute"), "{url}");
        }
    }
    #[test]
    fn parameters_that_are_secret_are_hidden() {
        let settings = ClientCredentials::new("id".to_owned(), "s".to_owned())
            .parameter("audience", "a")
            .secret_parameter("pin", "b")
            .parameter("client_assertion", "c")
            .parameter("resource", "d")
            .parameter("password", "e");
        assert_eq!(OAuth::new(settings).secrets[2..], ["b", "c", "e"]);
    }
}
