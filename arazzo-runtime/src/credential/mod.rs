//! Credentials that a client adds to requests, by the security schemes of the OpenAPI descriptions.

mod claim;
#[cfg(feature = "oauth2")]
mod oauth;
mod provider;
mod store;

pub(crate) use claim::Claims;
#[cfg(feature = "oauth2")]
pub use oauth::ClientCredentials;
#[cfg(feature = "oauth2")]
pub(crate) use oauth::{OAuth, Slot, Token};
pub use provider::{CredentialParts, CredentialRequest};
pub(crate) use store::{Choice, Credentials, Entry, hint, sent_with};

#[cfg(feature = "oauth2")]
use crate::scheme::Scheme;
use crate::scheme::SchemeKind;
use crate::server::Server;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use provider::Provider;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use url::{Origin, Url};

/// A credential of a [`Client`](crate::Client), for a security scheme of an OpenAPI description.
///
/// Which operation asks for which scheme is in the description
/// ([Security Requirement Object](https://spec.openapis.org/oas/latest.html#security-requirement-object)); the client adds
/// what a step needs. Its `Debug` form shows no secret. Cloning is cheap.
///
/// ```
/// use arazzo_runtime::{Client, Credential};
/// let client = Client::builder()
///     .credential("bearerAuth", Credential::bearer("my token"))
///     .credential("apiKey", Credential::api_key("my key"))
///     .credential_for("billingApi", "login", Credential::basic("me", "my password"))
///     .build()?;
/// # Ok::<(), arazzo_runtime::Error>(())
/// ```
#[derive(Clone)]
pub struct Credential {
    pub(crate) kind: Arc<Kind>,
    /// Where it may go besides the origin that it goes to first; `None` for what is no URL.
    also_at: Vec<Option<Origin>>,
}

/// Why a credential cannot be had.
#[derive(Debug, Clone)]
pub(crate) struct Lack {
    pub(crate) why: String,
    /// Whether a transport for tests did not expect the request for it.
    pub(crate) is_unexpected: bool,
}

impl Lack {
    pub(crate) fn new(why: String) -> Self {
        Self { why, is_unexpected: false }
    }

    /// The same with what it is about.
    pub(crate) fn of(self, what: &str) -> Self {
        Self { why: format!("{what}: {}", self.why), ..self }
    }
}

pub(crate) enum Kind {
    Fixed(Fixed),
    Provider(Provider),
    #[cfg(feature = "oauth2")]
    OAuth(OAuth),
}

/// A credential that is the same for every request.
pub(crate) struct Fixed {
    form: Form,
    /// What a header has for it; `None` when no header can hold it.
    pub(crate) header: Option<HeaderValue>,
    /// What a query or a cookie has for it.
    pub(crate) text: String,
    /// What is hidden.
    pub(crate) secrets: Vec<String>,
    /// Why it cannot be used.
    problem: Option<&'static str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Bearer,
    Basic,
    ApiKey,
}

impl Credential {
    /// A token, for schemes of `type: http, scheme: bearer`, `type: oauth2` and `type: openIdConnect`, and for API keys in the
    /// header `Authorization`: sent as `Authorization: Bearer …`.
    #[must_use]
    pub fn bearer(token: impl Into<String>) -> Self {
        let token = token.into();
        let has_scheme = token.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer "));
        let problem = if token.is_empty() {
            Some("is empty")
        } else if has_scheme {
            Some("begins with `Bearer `, which is added to it; give the token alone")
        } else {
            unsendable(&token)
        };
        Self::fixed(Form::Bearer, format!("Bearer {token}"), vec![token], problem)
    }

    /// A user name and a password, for schemes of `type: http, scheme: basic` (in Swagger 2.0 `type: basic`), and for API
    /// keys in the header `Authorization`. Both are sent in UTF-8.
    #[must_use]
    pub fn basic(user: impl AsRef<str>, password: impl AsRef<str>) -> Self {
        let (user, password) = (user.as_ref(), password.as_ref());
        let problem = if user.is_empty() && password.is_empty() {
            Some("is empty")
        } else if user.contains(':') {
            Some("has a colon in its user name, which would end there")
        } else {
            unsendable(user).or(unsendable(password))
        };
        let encoded = STANDARD.encode(format!("{user}:{password}"));
        // Some APIs take a key in place of the user name, and no password.
        let secret = if password.is_empty() { user } else { password };
        let secrets = vec![encoded.clone(), secret.to_owned()];
        Self::fixed(Form::Basic, format!("Basic {encoded}"), secrets, problem)
    }

    /// A key, for schemes of `type: apiKey`: sent in the header, the query parameter or the cookie that the scheme names.
    #[must_use]
    pub fn api_key(value: impl Into<String>) -> Self {
        let value = value.into();
        let problem = if value.is_empty() { Some("is empty") } else { unsendable(&value) };
        let mut secrets = vec![value.clone()];
        // As in `Token …` for a key in the header `Authorization`, of which a server may repeat the second part alone.
        secrets.extend(value.split_once(' ').map(|(_, behind)| behind.trim().to_owned()));
        Self::fixed(Form::ApiKey, value, secrets, problem)
    }

    /// Whatever else there is: a callback that makes headers, query parameters and cookies, for schemes of every kind. An
    /// error of it fails the step before anything is sent.
    ///
    /// It is called each time that a step begins to send its request, and may be called for several at the same time: what
    /// can be kept, it keeps itself. A request that got no response and is [sent again](crate::Resend), and one that follows
    /// a [redirect](crate::Redirects), has the same parts as that before it.
    ///
    /// ```
    /// use arazzo_runtime::{Client, Credential, CredentialParts, CredentialRequest};
    /// # async fn sign(method: &str, url: &str) -> Result<String, std::io::Error> { Ok(String::new()) }
    /// let signature = Credential::provider(async |request: CredentialRequest| {
    ///     let signature = sign(request.method(), request.url()).await?;
    ///     Ok::<_, std::io::Error>(CredentialParts::new().header("X-Signature", signature))
    /// });
    /// let client = Client::builder().credential("signature", signature).build()?;
    /// # Ok::<(), arazzo_runtime::Error>(())
    /// ```
    #[must_use]
    pub fn provider<F, R, E>(provide: F) -> Self
    where
        F: Fn(CredentialRequest) -> R + Send + Sync + 'static,
        R: Future<Output = Result<CredentialParts, E>> + Send + 'static,
        E: Into<Box<dyn StdError + Send + Sync>>,
    {
        Self::of(Kind::Provider(Provider::new(provide)))
    }

    /// An id and a secret with which tokens of OAuth 2 are fetched (feature `oauth2`): see [`ClientCredentials`].
    #[cfg(feature = "oauth2")]
    pub fn client_credentials(id: impl Into<String>, secret: impl Into<String>) -> ClientCredentials {
        ClientCredentials::new(id.into(), secret.into())
    }

    fn fixed(form: Form, text: String, secrets: Vec<String>, problem: Option<&'static str>) -> Self {
        let header = HeaderValue::from_str(&text).or_else(|_| HeaderValue::from_bytes(text.as_bytes())).ok();
        let header = header.map(|mut header| {
            header.set_sensitive(true);
            header
        });
        Self::of(Kind::Fixed(Fixed { form, header, text, secrets, problem }))
    }

    fn of(kind: Kind) -> Self {
        Self { kind: Arc::new(kind), also_at: Vec::new() }
    }

    /// Lets it go to one more origin: the scheme, the host and the port of this URL.
    ///
    /// A credential of a client belongs to the origin that it goes to first, for all runs of the client: a request that would
    /// bring it to another one ends the run with an error. A description whose operations have servers at several origins
    /// that may all have it needs this once for each of the others.
    ///
    /// ```
    /// use arazzo_runtime::{Client, Credential};
    /// let token = Credential::bearer("my token").also_at("https://files.example");
    /// let client = Client::builder().credential("bearerAuth", token).build()?;
    /// # Ok::<(), arazzo_runtime::Error>(())
    /// ```
    #[must_use]
    pub fn also_at(mut self, url: impl AsRef<str>) -> Self {
        let url = Url::parse(url.as_ref()).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        self.also_at.push(url.map(|url| url.origin()));
        self
    }

    /// Whether its owner lets it go to a server besides the first one.
    pub(crate) fn is_also_at(&self, server: &Server) -> bool {
        self.also_at.iter().flatten().any(|origin| server.is_at(origin))
    }

    /// Why it cannot be used, as the rest of a sentence.
    pub(crate) fn problem(&self) -> Option<&'static str> {
        if self.also_at.contains(&None) {
            return Some(
                "has a URL in `also_at` that is not absolute; write it with its scheme, as in `https://files.example`",
            );
        }
        match &*self.kind {
            Kind::Fixed(fixed) => fixed.problem,
            Kind::Provider(_) => None,
            #[cfg(feature = "oauth2")]
            Kind::OAuth(oauth) => oauth.problem(),
        }
    }

    /// What it is, in words.
    pub(crate) fn is(&self) -> &'static str {
        match &*self.kind {
            Kind::Fixed(fixed) => match fixed.form {
                Form::Bearer => "a bearer token",
                Form::Basic => "a user name and a password",
                Form::ApiKey => "an API key",
            },
            Kind::Provider(_) => "a callback",
            #[cfg(feature = "oauth2")]
            Kind::OAuth(_) => "an id and a secret of OAuth 2",
        }
    }

    /// Whether it lacks the place where tokens for a scheme are fetched.
    #[cfg(feature = "oauth2")]
    pub(crate) fn lacks_token_url(&self, scheme: &Scheme) -> bool {
        matches!(&*self.kind, Kind::OAuth(oauth) if oauth.url(scheme).is_none())
    }

    /// Whether a scheme takes it.
    pub(crate) fn fits(&self, kind: SchemeKind) -> bool {
        use SchemeKind::{Basic, Bearer, Cookie, Header, OAuth2, OpenIdConnect, Query};
        let takes_token = matches!(kind, Bearer | OAuth2(_) | OpenIdConnect | Header("authorization"));
        match &*self.kind {
            Kind::Provider(_) => true,
            #[cfg(feature = "oauth2")]
            Kind::OAuth(_) => takes_token,
            Kind::Fixed(fixed) => match fixed.form {
                Form::Bearer => takes_token,
                Form::Basic => matches!(kind, Basic | Header("authorization")),
                Form::ApiKey => matches!(kind, Header(_) | Query(_) | Cookie(_)),
            },
        }
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credential({})", self.is())
    }
}

#[cfg(feature = "oauth2")]
impl From<ClientCredentials> for Credential {
    fn from(settings: ClientCredentials) -> Self {
        Self::of(Kind::OAuth(OAuth::new(settings)))
    }
}

/// Why a text cannot be sent, which a line break at the end of a file explains most of the time.
fn unsendable(text: &str) -> Option<&'static str> {
    let is_control = |c: char| c.is_ascii_control();
    if text.trim_end_matches(['\r', '\n']).contains(is_control) {
        Some("holds a control character")
    } else if text.contains(is_control) {
        Some("ends with a line break; take it off with `trim_end`")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> [Credential; 3] {
        [Credential::bearer("s3cret"), Credential::basic("me", "s3cret"), Credential::api_key("s3cret")]
    }

    fn fixed(credential: &Credential) -> &Fixed {
        match &*credential.kind {
            Kind::Fixed(fixed) => fixed,
            _ => panic!("{credential:?}"),
        }
    }

    #[test]
    fn nothing_of_a_secret_is_shown() {
        let basic = STANDARD.encode("me:s3cret");
        for credential in all() {
            let shown = format!("{credential:?} {credential:#?}");
            assert!(!shown.contains("s3cret") && !shown.contains(&basic), "{shown}");
            assert!(fixed(&credential).header.as_ref().is_some_and(HeaderValue::is_sensitive));
        }
    }

    #[test]
    fn what_cannot_be_sent_is_said() {
        for (credential, problem) in [
            (Credential::bearer(""), "is empty"),
            (Credential::bearer("bearer t"), "begins with `Bearer `, which is added to it; give the token alone"),
            (Credential::basic("", ""), "is empty"),
            (Credential::api_key(""), "is empty"),
            (Credential::bearer("t\n"), "ends with a line break; take it off with `trim_end`"),
            (Credential::api_key("a\r\nX: y"), "holds a control character"),
            (Credential::basic("a:b", "c"), "has a colon in its user name, which would end there"),
        ] {
            assert_eq!(credential.problem(), Some(problem));
        }
        assert!(all().iter().all(|credential| credential.problem().is_none()));
        assert!(Credential::basic("key", "").problem().is_none());
        assert!(Credential::bearer("ünï").problem().is_none());
    }

    #[test]
    fn a_user_name_without_a_password_is_the_secret() {
        let secrets = |credential: Credential| fixed(&credential).secrets.clone();
        assert_eq!(secrets(Credential::basic("key", "")), [STANDARD.encode("key:"), "key".to_owned()]);
        assert_eq!(secrets(Credential::basic("me", "pass")), [STANDARD.encode("me:pass"), "pass".to_owned()]);
    }

    #[test]
    fn a_key_behind_the_name_of_its_scheme_is_a_secret_too() {
        assert_eq!(fixed(&Credential::api_key("Token abc")).secrets, ["Token abc", "abc"]);
        assert_eq!(fixed(&Credential::api_key("abc")).secrets, ["abc"]);
    }

    #[test]
    fn each_fits_the_schemes_that_take_it() {
        use SchemeKind::{Basic, Bearer, Cookie, Header, Http, OAuth2, OpenIdConnect, Query, Unknown};
        let kinds = [
            Basic,
            Bearer,
            Http("digest"),
            Header("x-key"),
            Header("authorization"),
            Query("k"),
            Cookie("k"),
            OAuth2(None),
            OpenIdConnect,
            Unknown,
        ];
        let fits = |credential: &Credential| kinds.map(|kind| u8::from(credential.fits(kind)));
        let [bearer, basic, key] = all();
        assert_eq!(fits(&bearer), [0, 1, 0, 0, 1, 0, 0, 1, 1, 0]);
        assert_eq!(fits(&basic), [1, 0, 0, 0, 1, 0, 0, 0, 0, 0]);
        assert_eq!(fits(&key), [0, 0, 0, 1, 1, 1, 1, 0, 0, 0]);
    }
}
