//! Why there is no secure connection to a server, and what helps.
//!
//! Only what is the same each time counts: a connection that breaks while it is being secured is one that breaks.

#[cfg(feature = "rustls")]
use super::failure::causes;
use super::failure::innermost;
use url::Url;

/// What helps when the machine has no root certificates.
pub(super) const NO_ROOTS: &str = "; install the root certificates of the system (on many of them the package \
     `ca-certificates`), or give `Client::builder().http_client(…)` a client that brings its own";

/// What is said where the HTTP client knows no TLS at all.
const NO_TLS: &str = "the HTTP client was built without TLS; give the dependency on `arazzo` the feature `rustls` or \
     `native-tls`";

/// Whether no client could be set up because the machine has no root certificates.
pub(super) fn lacks_roots(error: &reqwest::Error) -> bool {
    innermost(error).is_some_and(|why| why.contains("No CA certificates"))
}

/// Why one of the two sides has refused a secure connection for good; `None` for all other errors.
pub(super) fn refusal(error: &reqwest::Error, url: Option<&Url>) -> Option<String> {
    #[cfg(feature = "rustls")]
    if let Some(tls) = causes(error).find_map(|cause| cause.downcast_ref::<rustls::Error>()) {
        return of_rustls(tls, error.is_connect(), &Place(url));
    }
    let why = if error.is_connect() { innermost(error)? } else { return None };
    if why == "invalid URL, scheme is not http" && url.is_some_and(|url| url.scheme() == "https") {
        return Some(NO_TLS.to_owned());
    }
    // Other libraries say it in words alone; reasons that pass have no certificates in them.
    why.to_ascii_lowercase().contains("certificate").then_some(why)
}

#[cfg(feature = "rustls")]
fn of_rustls(error: &rustls::Error, connects: bool, place: &Place<'_>) -> Option<String> {
    use rustls::Error::{
        AlertReceived, InappropriateHandshakeMessage, InappropriateMessage, InvalidCertificate, InvalidMessage,
        NoCertificatesPresented, PeerIncompatible, PeerMisbehaved,
    };
    match error {
        InvalidCertificate(error) => Some(of_certificate(error, place)),
        // A server may look at the certificate of the client only when the connection is there.
        AlertReceived(alert) => of_alert(*alert, connects),
        InvalidMessage(_) | InappropriateMessage { .. } if connects => Some(format!(
            "what `{place}` answers is no TLS ({error}); a server that speaks plain HTTP has a URL that begins with `http://`"
        )),
        NoCertificatesPresented | PeerIncompatible(_) | PeerMisbehaved(_) | InappropriateHandshakeMessage { .. }
            if connects =>
        {
            Some(format!("`{place}` has no TLS in common with this client ({error})"))
        }
        _ => None,
    }
}

#[cfg(feature = "rustls")]
fn of_alert(alert: rustls::AlertDescription, connects: bool) -> Option<String> {
    use rustls::AlertDescription::{
        AccessDenied, BadCertificate, CertificateExpired, CertificateRequired, CertificateRevoked, CertificateUnknown,
        CloseNotify, DecodeError, DecryptError, HandshakeFailure, InsufficientSecurity, InternalError,
        NoApplicationProtocol, ProtocolVersion, UnknownCA, UnrecognisedName, UnsupportedCertificate, UserCanceled,
    };
    match alert {
        CertificateRequired
        | BadCertificate
        | CertificateExpired
        | CertificateRevoked
        | CertificateUnknown
        | UnknownCA
        | UnsupportedCertificate
        | AccessDenied => Some(format!(
            "the server takes only clients whose certificate it accepts (its alert is {alert:?}); give \
             `Client::builder().http_client(…)` a client with an `identity`"
        )),
        HandshakeFailure | ProtocolVersion | InsufficientSecurity | UnrecognisedName | NoApplicationProtocol
            if connects =>
        {
            Some(format!("the server has refused the TLS of this client (its alert is {alert:?})"))
        }
        CloseNotify | InternalError | UserCanceled | DecodeError | DecryptError => None,
        _ => None,
    }
}

#[cfg(feature = "rustls")]
fn of_certificate(error: &rustls::CertificateError, place: &Place<'_>) -> String {
    use rustls::CertificateError::{
        Expired, ExpiredContext, NotValidForName, NotValidForNameContext, NotValidYet, NotValidYetContext, Other,
        UnknownIssuer,
    };
    let own = "give `Client::builder().http_client(…)` a client that was built with `.tls_certs_merge(…)` of it";
    match error {
        UnknownIssuer => format!(
            "the certificate of `{place}` comes from an authority that this machine does not trust; add that authority's root \
             certificate to those of the machine, or {own}"
        ),
        NotValidForName | NotValidForNameContext { .. } => {
            format!(
                "the certificate is not one for the host of `{place}` ({error}); call the server by a name that it has"
            )
        }
        Expired | ExpiredContext { .. } => format!(
            "the certificate of `{place}` has expired{}; whoever runs the server has to renew it, or the clock of this machine \
             is wrong",
            at(error)
        ),
        NotValidYet | NotValidYetContext { .. } => format!(
            "the certificate of `{place}` is not valid yet{}; perhaps the clock of this machine is wrong",
            at(error)
        ),
        Other(other) if format!("{other:?}").contains("CaUsedAsEndEntity") => format!(
            "the certificate of `{place}` is that of an authority (`CA:TRUE`), as self-signed ones often are, and such a one \
             cannot stand for a server; let the server have one of its own (`CA:FALSE`), and {own}"
        ),
        _ => format!("the certificate of `{place}` is not valid ({error})"),
    }
}

/// When the time of a certificate has ended, or begins.
#[cfg(feature = "rustls")]
fn at(error: &rustls::CertificateError) -> String {
    use rustls::CertificateError::{ExpiredContext, NotValidYetContext};
    use std::time::{Duration, UNIX_EPOCH};
    let (how, time) = match error {
        ExpiredContext { not_after, .. } => ("on", not_after),
        NotValidYetContext { not_before, .. } => ("before", not_before),
        _ => return String::new(),
    };
    // Later times than this cannot be written.
    const LAST: u64 = 253_402_300_799;
    let time = UNIX_EPOCH + Duration::from_secs(time.as_secs().min(LAST));
    format!(" {how} {}", httpdate::fmt_http_date(time))
}

/// The host and the port of a URL.
#[cfg(feature = "rustls")]
struct Place<'u>(Option<&'u Url>);

#[cfg(feature = "rustls")]
impl std::fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Some(host) = self.0.and_then(Url::host_str) else { return f.write_str("the server") };
        f.write_str(host)?;
        self.0.and_then(Url::port).map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

#[cfg(all(test, not(any(feature = "rustls", feature = "native-tls"))))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_client_without_tls_says_so() {
        let error = reqwest::get("https://127.0.0.1:1/").await.unwrap_err();
        assert_eq!(refusal(&error, error.url()).as_deref(), Some(NO_TLS));
    }
}
