//! The security schemes of OpenAPI that an operation asks for: constants that the compiler writes.

/// A security scheme that an operation asks for.
#[derive(Debug)]
pub struct Scheme {
    /// Its name in the description.
    pub(crate) name: &'static str,
    pub(crate) kind: SchemeKind,
    /// The scopes that the operation asks for.
    pub(crate) scopes: &'static [&'static str],
}

/// What credentials a scheme takes, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SchemeKind {
    /// A user name and a password in `Authorization`.
    Basic,
    /// A token in `Authorization`.
    Bearer,
    /// Another scheme of `Authorization`, by its name.
    Http(&'static str),
    /// An API key in a header, whose name is in small letters.
    Header(&'static str),
    /// An API key in a query parameter.
    Query(&'static str),
    /// An API key in a cookie.
    Cookie(&'static str),
    /// A token of OAuth 2, and where client credentials get one.
    OAuth2(Option<&'static str>),
    /// A token of OpenID Connect.
    OpenIdConnect,
    /// One that is not declared, or not as OpenAPI knows it.
    Unknown,
}

impl Scheme {
    const fn new(name: &'static str, kind: SchemeKind) -> Self {
        Self { name, kind, scopes: &[] }
    }

    /// `type: http, scheme: basic`
    #[must_use]
    pub const fn basic(name: &'static str) -> Self {
        Self::new(name, SchemeKind::Basic)
    }

    /// `type: http, scheme: bearer`
    #[must_use]
    pub const fn bearer(name: &'static str) -> Self {
        Self::new(name, SchemeKind::Bearer)
    }

    /// `type: http` with another scheme.
    #[must_use]
    pub const fn http(name: &'static str, scheme: &'static str) -> Self {
        Self::new(name, SchemeKind::Http(scheme))
    }

    /// `type: apiKey, in: header`; the name of the header is valid and in small letters.
    #[must_use]
    pub const fn header(name: &'static str, header: &'static str) -> Self {
        Self::new(name, SchemeKind::Header(header))
    }

    /// `type: apiKey, in: query`
    #[must_use]
    pub const fn query(name: &'static str, parameter: &'static str) -> Self {
        Self::new(name, SchemeKind::Query(parameter))
    }

    /// `type: apiKey, in: cookie`
    #[must_use]
    pub const fn cookie(name: &'static str, cookie: &'static str) -> Self {
        Self::new(name, SchemeKind::Cookie(cookie))
    }

    /// `type: oauth2`
    #[must_use]
    pub const fn oauth2(name: &'static str, token_url: Option<&'static str>) -> Self {
        Self::new(name, SchemeKind::OAuth2(token_url))
    }

    /// `type: openIdConnect`
    #[must_use]
    pub const fn open_id_connect(name: &'static str) -> Self {
        Self::new(name, SchemeKind::OpenIdConnect)
    }

    /// One of which nothing is known but its name.
    #[must_use]
    pub const fn unknown(name: &'static str) -> Self {
        Self::new(name, SchemeKind::Unknown)
    }

    /// The same with the scopes that the operation asks for.
    #[must_use]
    pub const fn scopes(mut self, scopes: &'static [&'static str]) -> Self {
        self.scopes = scopes;
        self
    }
}

impl SchemeKind {
    /// What it asks for, in words.
    pub(crate) fn asks_for(self) -> String {
        match self {
            Self::Basic => "a user name and a password".to_owned(),
            Self::Bearer => "a bearer token".to_owned(),
            Self::Http(scheme) => format!("the HTTP authentication `{scheme}`"),
            Self::Header(name) => format!("an API key in the header `{name}`"),
            Self::Query(name) => format!("an API key in the query parameter `{name}`"),
            Self::Cookie(name) => format!("an API key in the cookie `{name}`"),
            Self::OAuth2(_) => "a token of OAuth 2".to_owned(),
            Self::OpenIdConnect => "a token of OpenID Connect".to_owned(),
            Self::Unknown => "something that the description does not declare".to_owned(),
        }
    }

    /// How a credential for it is written.
    pub(crate) fn example(self) -> &'static str {
        match self {
            Self::Basic => "Credential::basic(user, password)",
            Self::Bearer | Self::OAuth2(_) | Self::OpenIdConnect => "Credential::bearer(token)",
            Self::Header(_) | Self::Query(_) | Self::Cookie(_) => "Credential::api_key(key)",
            Self::Http(_) | Self::Unknown => "Credential::provider(…)",
        }
    }
}
