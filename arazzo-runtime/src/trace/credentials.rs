//! Spans of credentials that have to be waited for, and of the requests for tokens among them.

#[cfg(feature = "oauth2")]
use super::error_type;
use super::{Attempt, Open, TARGET, Trace};
#[cfg(feature = "oauth2")]
use crate::secrets::Secrets;
#[cfg(feature = "oauth2")]
use crate::transport::TransportErrorKind;
use tracing::field::Empty;
use tracing::{Span, info_span};
#[cfg(feature = "oauth2")]
use url::Url;

impl Trace {
    /// The time in which a credential is made for a request of the step that runs.
    pub(crate) fn credential(&self, scheme: &str) -> Attempt {
        let Some(Open { span, .. }) = self.open.last() else { return Span::none() };
        info_span!(
            target: TARGET,
            parent: span,
            "arazzo.credential",
            otel.name = %format_args!("credential {scheme}"),
            otel.status_code = Empty,
            otel.status_description = Empty,
            arazzo.credential.scheme = scheme,
        )
    }
}

/// An attempt to send a request for a token, within the span of its credential.
#[cfg(feature = "oauth2")]
pub(crate) fn token_request(url: &Url, again: u32) -> Attempt {
    let span = info_span!(
        target: TARGET,
        "arazzo.request",
        otel.name = "POST",
        otel.kind = "client",
        otel.status_code = Empty,
        otel.status_description = Empty,
        http.request.method = "POST",
        http.request.resend_count = (again > 0).then_some(again),
        http.response.status_code = Empty,
        url.full = Empty,
        server.address = url.host_str(),
        server.port = url.port_or_known_default(),
        "error.type" = Empty,
    );
    if !span.is_disabled() {
        let mut shown = url.clone();
        // Only a URL that has no host has no place for them either.
        let _ = shown.set_username("").and_then(|()| shown.set_password(None));
        span.record("url.full", &*Secrets::default().mask(shown.as_str()));
    }
    span
}

/// It was answered.
#[cfg(feature = "oauth2")]
pub(crate) fn answered(attempt: &Attempt, status: u16) {
    attempt.record("http.response.status_code", status);
    if status >= 400 {
        attempt.record("error.type", tracing::field::display(status));
        attempt.record("otel.status_code", "ERROR");
    }
}

/// It was not answered.
#[cfg(feature = "oauth2")]
pub(crate) fn unanswered(attempt: &Attempt, kind: TransportErrorKind, reason: &str) {
    attempt.record("error.type", error_type(kind));
    lacking(attempt, reason);
}

/// There is no credential.
pub(crate) fn lacking(attempt: &Attempt, reason: &str) {
    attempt.record("otel.status_code", "ERROR");
    attempt.record("otel.status_description", reason);
}
