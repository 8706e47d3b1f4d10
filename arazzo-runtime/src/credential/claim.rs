//! Where a credential goes: to the origin that it goes to first, and to those that its owner names.

use super::store::Entry;
use crate::error::{Error, ErrorKind};
use crate::server::Server;
use std::sync::OnceLock;
use url::Origin;

/// The origin that a credential belongs to, from the first request on that carries it.
#[derive(Default)]
pub(crate) struct Claim(OnceLock<Claimed>);

#[derive(Clone)]
struct Claimed {
    source: &'static str,
    origin: Origin,
}

/// Where the credentials will go that a run may need, and where tokens will be fetched with them.
#[derive(Default)]
pub(crate) struct Claims<'o>(Vec<Planned<'o>>);

struct Planned<'o> {
    /// Which of the two.
    claim: &'o Claim,
    source: &'static str,
    origin: Origin,
}

impl Entry {
    /// Lets the credential go to a server, unless it belongs to another one.
    pub(crate) fn claim(&self, source: &'static str, server: &Server) -> Result<(), Error> {
        if self.credential.is_also_at(server) {
            return Ok(());
        }
        let claimed = match self.server.0.get() {
            Some(claimed) => claimed,
            None => {
                // Nothing can be sent to what is no URL.
                let Some(origin) = server.origin() else { return Ok(()) };
                self.server.0.get_or_init(|| Claimed { source, origin })
            }
        };
        if server.is_at(&claimed.origin) { Ok(()) } else { Err(self.conflict(claimed, source, server)) }
    }

    /// Lets its owner's name and secret go to where tokens are fetched, unless that was another place before.
    #[cfg(feature = "oauth2")]
    pub(crate) fn claim_tokens(&self, source: &'static str, origin: &Origin) -> Result<(), Error> {
        let claimed = self.token_server.0.get_or_init(|| Claimed { source, origin: origin.clone() });
        if claimed.origin == *origin { Ok(()) } else { Err(self.conflict_of_tokens(claimed, source, origin)) }
    }

    #[cfg(feature = "oauth2")]
    fn conflict_of_tokens(&self, claimed: &Claimed, source: &str, origin: &Origin) -> Error {
        let (name, other) = (&self.scheme, claimed.source);
        let (first, second) = (claimed.origin.ascii_serialization(), origin.ascii_serialization());
        let message = format!(
            "the client credentials for the security scheme `{name}` go to {first}, where the source `{other}` has its \
             tokens from, and must not go to {second} for those of the source `{source}`; give that source its own with \
             `Client::builder().credential_for(\"{source}\", \"{name}\", …)`, or say by `.token_url(\"…\")` where all tokens \
             come from"
        );
        Error::new(ErrorKind::Client, message)
    }

    fn conflict(&self, claimed: &Claimed, source: &str, server: &Server) -> Error {
        let (name, other) = (&self.scheme, claimed.source);
        let first = claimed.origin.ascii_serialization();
        let second = server.origin().map_or_else(|| server.as_str().to_owned(), |origin| origin.ascii_serialization());
        let message = if other == source {
            format!(
                "the credential for the security scheme `{name}` of the source `{source}` belongs to {first}, and must not go \
                 to {second} too; if both may have it, say so with `.also_at(\"{second}\")` on the credential, otherwise \
                 give each its own with `Client::builder().credential_for(…)` under names of their own in \
                 `sourceDescriptions`, or by a client for each"
            )
        } else {
            format!(
                "the sources `{other}` ({first}) and `{source}` ({second}) both have a security scheme `{name}`, and its \
                 credential must not go to two servers; give it to one of them with \
                 `Client::builder().credential_for(\"{source}\", \"{name}\", …)`"
            )
        };
        Error::new(ErrorKind::Client, message)
    }
}

impl<'o> Claims<'o> {
    /// Checks that a run will bring a credential to one server alone, before any of its requests.
    pub(super) fn check(&mut self, entry: &'o Entry, source: &'static str, server: &'o Server) -> Result<(), Error> {
        if entry.credential.is_also_at(server) {
            return Ok(());
        }
        let Some(origin) = server.origin() else { return Ok(()) };
        match self.other(&entry.server, source, origin) {
            Some(claimed) => Err(entry.conflict(&claimed, source, server)),
            None => Ok(()),
        }
    }

    /// Checks that a run will bring client credentials to one token server alone.
    #[cfg(feature = "oauth2")]
    pub(super) fn check_tokens(
        &mut self,
        entry: &'o Entry,
        source: &'static str,
        origin: &Origin,
    ) -> Result<(), Error> {
        match self.other(&entry.token_server, source, origin.clone()) {
            Some(claimed) => Err(entry.conflict_of_tokens(&claimed, source, origin)),
            None => Ok(()),
        }
    }

    /// The origin that it belongs to, or will when the run gets there, if that is another one.
    fn other(&mut self, claim: &'o Claim, source: &'static str, origin: Origin) -> Option<Claimed> {
        let planned = || self.0.iter().find(|planned| std::ptr::eq(planned.claim, claim));
        let claimed = claim.0.get().cloned();
        let claimed = claimed
            .or_else(|| planned().map(|Planned { source, origin, .. }| Claimed { source, origin: origin.clone() }));
        let Some(claimed) = claimed else {
            self.0.push(Planned { claim, source, origin });
            return None;
        };
        (claimed.origin != origin).then_some(claimed)
    }
}
