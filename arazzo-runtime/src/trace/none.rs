//! What stands in place of `tracing` without that feature: nothing.

use crate::Event;
use crate::operation::Operation;
use url::Url;

/// Whether any subscriber takes anything.
pub(crate) const fn is_traced() -> bool {
    false
}

/// An attempt to send a request.
pub(crate) struct Attempt;

impl Attempt {
    pub(crate) fn in_scope<T>(&self, inside: impl FnOnce() -> T) -> T {
        inside()
    }
}

/// No spans.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    pub(crate) operation: Option<&'static Operation>,
}

/// An attempt to send a request for a token.
#[cfg(feature = "oauth2")]
pub(crate) fn token_request(_: &Url, _: u32) -> Attempt {
    Attempt
}

/// It was answered.
#[cfg(feature = "oauth2")]
pub(crate) fn answered(_: &Attempt, _: u16) {}

/// It was not answered.
#[cfg(feature = "oauth2")]
pub(crate) fn unanswered(_: &Attempt, _: crate::transport::TransportErrorKind, _: &str) {}

/// There is no credential.
pub(crate) fn lacking(_: &Attempt, _: &str) {}

impl Trace {
    pub(crate) fn credential(&self, _: &str) -> Attempt {
        Attempt
    }

    pub(crate) fn attempt(&mut self, _: &'static str, _: &Url, _: &str) -> Attempt {
        Attempt
    }

    pub(crate) fn sending(&self) -> Attempt {
        Attempt
    }

    pub(crate) fn visit(&mut self) {}

    pub(crate) fn return_to(&mut self) {}

    pub(crate) fn event(&mut self, _: &Event<'_>) {}
}
