//! Credentials that a callback makes for requests.

use super::Lack;
use bytes::Bytes;
use http::{HeaderName, HeaderValue};
use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;

/// A request for which [`Credential::provider`](crate::Credential::provider) makes a credential. Its `Debug` form shows
/// neither URL nor body.
#[derive(Clone)]
pub struct CredentialRequest {
    pub(crate) source: &'static str,
    pub(crate) scheme: &'static str,
    pub(crate) scopes: &'static [&'static str],
    pub(crate) method: &'static str,
    pub(crate) url: String,
    pub(crate) body: Option<Bytes>,
}

impl CredentialRequest {
    /// The name of the source description.
    #[must_use]
    pub fn source(&self) -> &str {
        self.source
    }

    /// The name of the security scheme.
    #[must_use]
    pub fn scheme(&self) -> &str {
        self.scheme
    }

    /// The scopes, or roles, that the operation asks for.
    #[must_use]
    pub fn scopes(&self) -> &[&str] {
        self.scopes
    }

    /// The method in capitals.
    #[must_use]
    pub fn method(&self) -> &str {
        self.method
    }

    /// The URL with the parameters that the document gives, without those of other credentials. It may hold secrets.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The body, if there is one.
    #[must_use]
    pub fn body(&self) -> Option<&[u8]> {
        self.body.as_deref()
    }
}

impl fmt::Debug for CredentialRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CredentialRequest")
            .field("source", &self.source)
            .field("scheme", &self.scheme)
            .field("scopes", &self.scopes)
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}

/// What [`Credential::provider`](crate::Credential::provider) adds to a request: headers, query parameters and cookies. All
/// values count as secrets, and its `Debug` form shows none. What the document gives under the same name wins.
#[derive(Clone, Default)]
pub struct CredentialParts {
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) cookies: Vec<(String, String)>,
    /// Why it cannot be sent.
    pub(crate) problem: Option<String>,
}

impl CredentialParts {
    /// Nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a header. One that HTTP does not allow fails the step. The cookies of a `Cookie` header are sent beside those that
    /// the document gives as parameters.
    #[must_use]
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        let name = name.as_ref();
        match (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_bytes(value.as_ref().as_bytes())) {
            (Ok(name), Ok(mut value)) => {
                value.set_sensitive(true);
                self.headers.push((name, value));
            }
            (Err(_), _) => self.fail(format!("{name:?} is not a header name")),
            (_, Err(_)) => self.fail(format!("the value of the header `{name}` holds a control character")),
        }
        self
    }

    /// Adds a query parameter, which is percent-encoded.
    #[must_use]
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Adds a cookie, whose value is percent-encoded. A name that cookies cannot have fails the step.
    #[must_use]
    pub fn cookie(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let name = name.into();
        match HeaderName::from_bytes(name.as_bytes()) {
            Ok(_) => self.cookies.push((name, value.into())),
            // Both are tokens of HTTP.
            Err(_) => self.fail(format!("{name:?} is not the name of a cookie")),
        }
        self
    }

    fn fail(&mut self, problem: String) {
        self.problem.get_or_insert(problem);
    }
}

impl fmt::Debug for CredentialParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |parts: &[(String, String)]| parts.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        f.debug_struct("CredentialParts")
            .field("headers", &self.headers)
            .field("query", &names(&self.query))
            .field("cookies", &names(&self.cookies))
            .finish_non_exhaustive()
    }
}

type Made = Result<CredentialParts, Box<dyn StdError + Send + Sync>>;

type Making = Pin<Box<dyn Future<Output = Made> + Send>>;

/// The callback.
pub(crate) struct Provider(Box<dyn Fn(CredentialRequest) -> Making + Send + Sync>);

impl Provider {
    pub(crate) fn new<F, R, E>(provide: F) -> Self
    where
        F: Fn(CredentialRequest) -> R + Send + Sync + 'static,
        R: Future<Output = Result<CredentialParts, E>> + Send + 'static,
        E: Into<Box<dyn StdError + Send + Sync>>,
    {
        Self(Box::new(move |request| {
            let made = provide(request);
            Box::pin(async move { made.await.map_err(Into::into) })
        }))
    }

    /// Makes the credential for a request. The `Err` says why that failed.
    pub(crate) async fn make(&self, request: CredentialRequest) -> Result<CredentialParts, Lack> {
        let parts = (self.0)(request).await.map_err(|error| Lack::new(error.to_string()))?;
        match parts.problem {
            Some(problem) => Err(Lack::new(problem)),
            None => Ok(parts),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_http_does_not_allow_is_a_problem() {
        for (parts, problem) in [
            (CredentialParts::new().header("a b", "c"), "\"a b\" is not a header name"),
            (
                CredentialParts::new().header("X-A", "s3cret\n"),
                "the value of the header `X-A` holds a control character",
            ),
            (CredentialParts::new().cookie("a=b", "c").header("", ""), "\"a=b\" is not the name of a cookie"),
        ] {
            assert_eq!(parts.problem.as_deref(), Some(problem));
        }
    }

    #[test]
    fn no_value_is_shown() {
        let parts = CredentialParts::new().header("X-A", "s3cret").query("q", "s3cret").cookie("c", "s3cret");
        assert_eq!(
            format!("{parts:?}"),
            r#"CredentialParts { headers: [("x-a", Sensitive)], query: ["q"], cookies: ["c"], .. }"#
        );
    }
}
