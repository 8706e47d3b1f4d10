//! The credentials of a client, and which of them a request needs.

use super::Credential;
#[cfg(feature = "oauth2")]
use super::Kind;
use super::claim::{Claim, Claims};
use crate::error::{Error, ErrorKind};
use crate::near::nearest;
use crate::operation::Operation;
use crate::request::Request;
use crate::scheme::Scheme;
use crate::server::Server;
use std::fmt;

/// The credentials of a client.
#[derive(Default)]
pub(crate) struct Credentials {
    entries: Vec<Entry>,
    over_http: bool,
}

/// A credential, and whom it is for.
pub(crate) struct Entry {
    /// The source that it is for; `None` where any may ask for it.
    source: Option<String>,
    pub(super) scheme: String,
    pub(crate) credential: Credential,
    /// Where it goes.
    pub(super) server: Claim,
    /// Where tokens are fetched with it.
    #[cfg(feature = "oauth2")]
    pub(super) token_server: Claim,
}

/// What is to be added to a request.
pub(crate) enum Choice {
    /// Nothing: the operation asks for nothing, or the document gives what it asks for.
    Nothing,
    /// These schemes, but for those that the document gives.
    Schemes(&'static [Scheme]),
    /// Nothing, since there is no credential for what the operation asks for.
    Missing,
}

impl Credentials {
    pub(crate) fn set(&mut self, source: Option<String>, scheme: String, credential: Credential) {
        self.entries.retain(|known| (&known.source, &known.scheme) != (&source, &scheme));
        self.entries.push(Entry {
            source,
            scheme,
            credential,
            server: Claim::default(),
            #[cfg(feature = "oauth2")]
            token_server: Claim::default(),
        });
    }

    pub(crate) fn allow_http(&mut self, allow: bool) {
        self.over_http = allow;
    }

    #[cfg(feature = "oauth2")]
    pub(crate) fn over_http(&self) -> bool {
        self.over_http
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Why one of them cannot be used.
    pub(crate) fn problem(&self) -> Option<Error> {
        self.entries.iter().find_map(|Entry { scheme, credential, .. }| {
            let (is, problem) = (credential.is(), credential.problem()?);
            Some(Error::new(ErrorKind::Client, format!("the credential for `{scheme}`, {is}, {problem}")))
        })
    }

    /// The credential for a scheme of an operation.
    pub(crate) fn of(&self, operation: &Operation, scheme: &Scheme) -> Option<&Entry> {
        let of = |source: Option<&str>| {
            self.entries.iter().find(|entry| entry.source.as_deref() == source && entry.scheme == scheme.name)
        };
        of(Some(operation.source)).or_else(|| of(None))
    }

    /// The end of a sentence about a credential that an operation lacks: the client has one whose scheme or whose source has
    /// another name.
    fn misnamed(&self, operation: &Operation) -> Option<String> {
        let mut lacking =
            operation.security.iter().copied().flatten().filter(|scheme| self.of(operation, scheme).is_none());
        lacking.find_map(|scheme| {
            let names = self.entries.iter().map(|entry| entry.scheme.as_str());
            let name = names.clone().find(|name| *name == scheme.name).or_else(|| nearest(scheme.name, names))?;
            let source = self.entries.iter().find(|entry| entry.scheme == name)?.source.as_deref();
            Some(match source.filter(|source| *source != operation.source) {
                None => format!("; the client has one for `{name}`"),
                Some(source) if name == scheme.name => format!("; the client has one for the source `{source}`"),
                Some(source) => format!("; the client has one for `{name}` of the source `{source}`"),
            })
        })
    }

    /// Checks before a run begins that each credential is of the kind that its scheme asks for.
    pub(crate) fn check_kinds(&self, operation: &'static Operation) -> Result<(), Error> {
        let source = operation.source;
        for scheme in operation.security.iter().copied().flatten() {
            let Some(entry) = self.of(operation, scheme) else { continue };
            let (name, credential) = (scheme.name, &entry.credential);
            if !credential.fits(scheme.kind) {
                let (is, asks, example) = (credential.is(), scheme.kind.asks_for(), scheme.kind.example());
                let message = format!(
                    "the credential for the security scheme `{name}` of the source `{source}` is {is}, and the scheme asks \
                     for {asks}; give it as `{example}`"
                );
                return Err(Error::new(ErrorKind::Client, message));
            }
            #[cfg(feature = "oauth2")]
            if credential.lacks_token_url(scheme) {
                let message = format!(
                    "no token URL is known for the security scheme `{name}` of the source `{source}`: its OpenAPI description \
                     has no flow `clientCredentials` with one; give it by `.token_url(\"https://…\")`"
                );
                return Err(Error::new(ErrorKind::Client, message));
            }
        }
        Ok(())
    }

    /// Checks before a run begins that what it adds to the requests for an operation may go where they go: that nobody on
    /// the way can read it, and that no credential goes to two servers.
    pub(crate) fn check_ways<'o>(
        &'o self,
        operation: &'static Operation,
        server: &'o Server,
        claims: &mut Claims<'o>,
    ) -> Result<(), Error> {
        let Choice::Schemes(schemes) = Choice::among(operation, Some(self), |_| false) else { return Ok(()) };
        for scheme in schemes {
            let Some(entry) = self.of(operation, scheme) else { continue };
            self.may_go_to(server, scheme)?;
            claims.check(entry, operation.source, server)?;
            #[cfg(feature = "oauth2")]
            if let Kind::OAuth(oauth) = &*entry.credential.kind {
                let slot = oauth.slot(scheme, server, self.over_http)?;
                claims.check_tokens(entry, operation.source, slot.origin())?;
            }
        }
        Ok(())
    }

    /// Checks that nobody on the way can read what is sent.
    pub(crate) fn may_go_to(&self, server: &Server, scheme: &Scheme) -> Result<(), Error> {
        if self.over_http || server.is_confidential() {
            return Ok(());
        }
        let (name, url) = (scheme.name, server.as_str());
        let message = format!(
            "the credential for the security scheme `{name}` would go to {url} over plain HTTP, where anyone on the way can \
             read it; call the server by `https`, or allow this with \
             `Client::builder().allow_credentials_over_http(true)`"
        );
        Err(Error::new(ErrorKind::Client, message))
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.entries.iter().map(|entry| (&entry.source, &entry.scheme, &entry.credential)))
            .finish()
    }
}

impl Choice {
    /// The first set of schemes whose credentials are all there. What the document gives by itself comes first, and what an
    /// operation takes without any credential last.
    pub(crate) fn of(request: &Request, credentials: Option<&Credentials>) -> Self {
        Self::among(request.operation(), credentials, |scheme| request.carries(scheme.kind))
    }

    /// The same for any request for an operation, of which it is known what the document gives.
    fn among(
        operation: &'static Operation,
        credentials: Option<&Credentials>,
        is_given: impl Fn(&Scheme) -> bool,
    ) -> Self {
        let sets = || operation.security.iter().copied().filter(|set| !set.is_empty());
        if sets().next().is_none() || sets().any(|set| set.iter().all(&is_given)) {
            return Self::Nothing;
        }
        let is_there = |credentials: &Credentials, scheme: &Scheme| {
            is_given(scheme) || credentials.of(operation, scheme).is_some()
        };
        let chosen = credentials
            .and_then(|credentials| sets().find(|set| set.iter().all(|scheme| is_there(credentials, scheme))));
        match chosen {
            Some(set) => Self::Schemes(set),
            None if operation.security.iter().any(|set| set.is_empty()) => Self::Nothing,
            None => Self::Missing,
        }
    }
}

/// What an operation asks for, how a client gives it, and what the client has that may be meant for it.
pub(crate) fn hint(operation: &Operation, credentials: Option<&Credentials>) -> Option<String> {
    let set = |set: &[Scheme]| {
        let schemes = set.iter().map(|scheme| format!("`{}` ({})", scheme.name, scheme.kind.asks_for()));
        schemes.collect::<Vec<_>>().join(" and ")
    };
    let first = operation.security.first()?.first()?;
    let sets: Vec<_> = operation.security.iter().map(|schemes| set(schemes)).collect();
    let other = credentials.and_then(|credentials| credentials.misnamed(operation)).unwrap_or_default();
    Some(format!(
        "the operation asks for {}, and the request had no such credential; give it with \
         `Client::builder().credential(\"{}\", {})`{other}",
        sets.join(", or for "),
        first.name,
        first.kind.example()
    ))
}

/// What a request that was refused had of the client.
pub(crate) fn sent_with(schemes: &[&str]) -> Option<String> {
    let names: Vec<_> = schemes.iter().map(|name| format!("`{name}`")).collect();
    match &*names {
        [] => None,
        [name] => Some(format!("it was sent with the client's credential for {name}")),
        names => Some(format!("it was sent with the client's credentials for {}", names.join(" and "))),
    }
}
