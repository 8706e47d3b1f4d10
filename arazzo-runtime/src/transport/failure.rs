//! What has gone wrong when reqwest returns an error, in the words of this crate.

use super::{Sender, TransportError, TransportErrorKind, proxy, tls};
use std::error::Error as StdError;
use std::io;
use std::iter::successors;
use url::Url;

/// How many bytes a URL may have for the HTTP client.
const LONGEST_URL: usize = u16::MAX as usize - 1;

/// The error of a request.
pub(super) fn of_reqwest(error: reqwest::Error, sender: Sender) -> TransportError {
    // Behind a redirect it still is the URL that the request began with.
    let url = error.url().filter(|_| !sender.follows_redirects()).cloned();
    // The URL may hold a secret; the report has it, masked.
    let error = error.without_url();
    let (kind, message) = told(&error, url.as_ref(), sender);
    TransportError::new(kind, message).with_source(error)
}

/// Why no client could be set up.
pub(super) fn of_setup(error: &reqwest::Error) -> String {
    let why = innermost(error).unwrap_or_else(|| error.to_string());
    // So rustls calls whatever it has no name for.
    let why = why.strip_prefix("unexpected error: ").unwrap_or(&why);
    let help = if tls::lacks_roots(error) { tls::NO_ROOTS } else { "" };
    format!("the HTTP client could not be set up: {why}{help}")
}

fn told(error: &reqwest::Error, url: Option<&Url>, sender: Sender) -> (TransportErrorKind, String) {
    // The origin alone: what else a URL has may be long, and a secret.
    let origin = url.map_or_else(|| "the server".to_owned(), |url| url.origin().ascii_serialization());
    if let Some(why) = tls::refusal(error, url) {
        return (TransportErrorKind::Tls, format!("no secure connection to {origin}: {why}"));
    }
    if let Sender::Default { connect_time: time } = sender
        && error.is_connect()
        && error.is_timeout()
        && !is_of_the_system(error)
    {
        let message =
            format!("no connection to {origin} within {time:?}, which is as long as `Limits::connect_time` allows");
        return (TransportErrorKind::Connect, message);
    }
    if let Some(why) = proxy::refusal(error, sender) {
        // It may be on the way to where the server has redirected the client to.
        let kind = if sender.follows_redirects() { TransportErrorKind::Broken } else { TransportErrorKind::Connect };
        return (kind, format!("no connection to {origin}: {why}"));
    }
    let may_be_proxied = || url.is_some_and(|url| proxy::may_be_between(url, sender));
    if error.is_connect()
        && let Some(host) = url.and_then(Url::host_str)
        && is_of_the_name(error)
    {
        let proxy = if may_be_proxied() { ", or of a proxy before it" } else { "" };
        let why = with_colon(innermost(error));
        let message = format!("no connection to {origin}: no address of `{host}`{proxy}{why}");
        return (TransportErrorKind::Connect, message);
    }
    if causes(error).find_map(|cause| cause.downcast_ref::<hyper::Error>()).is_some_and(hyper::Error::is_parse) {
        let why = with_colon(innermost(error));
        let is_plain = url.is_some_and(|url| url.scheme() == "http");
        let help = if is_plain { "; one that speaks TLS has a URL that begins with `https://`" } else { "" };
        return (TransportErrorKind::Broken, format!("what the server answers is no HTTP that can be read{why}{help}"));
    }
    if error.is_builder()
        && let Some(length) = url.map(|url| url.as_str().len()).filter(|length| *length > LONGEST_URL)
    {
        let message = format!("the URL has {length} bytes, more than the {LONGEST_URL} that can be sent");
        return (TransportErrorKind::Other, message);
    }
    let (kind, what) = if error.is_connect() && sender.follows_redirects() {
        // The server may have carried the request out before it sent the client on to one that is not there.
        let what = format!("no connection to {origin}, or to where it has redirected the HTTP client to");
        (TransportErrorKind::Broken, what)
    } else if error.is_connect() {
        let proxy = if may_be_proxied() { ", or to a proxy before it" } else { "" };
        (TransportErrorKind::Connect, format!("no connection to {origin}{proxy}"))
    } else if error.is_timeout() && sender.is_own() && !is_of_the_system(error) {
        let what = "the server took longer than the HTTP client allows that was given to `Client::builder().http_client(…)`; \
             build that one with a longer `timeout` or `read_timeout`, or with none, as steps have a time without it";
        return (TransportErrorKind::Timeout, what.to_owned());
    } else if error.is_timeout() {
        (TransportErrorKind::Timeout, format!("{origin} took too long"))
    } else if error.is_redirect() {
        (TransportErrorKind::Other, "the HTTP client does not follow the redirect".to_owned())
    } else if error.is_builder() {
        (TransportErrorKind::Other, "the HTTP client refused the request".to_owned())
    } else if error.is_body() || error.is_decode() {
        (TransportErrorKind::Broken, format!("the response from {origin} broke off"))
    } else {
        (TransportErrorKind::Broken, format!("the connection to {origin} broke before a response came"))
    };
    (kind, format!("{what}{}", with_colon(innermost(error))))
}

fn with_colon(why: Option<String>) -> String {
    why.map_or_else(String::new, |why| format!(": {why}"))
}

/// What is behind an error, from the outside to the inside. An `io::Error` that stands for another one leaves that out of its
/// own `source`.
pub(super) fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    successors(error.source(), |&error| match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(inner) => Some(inner),
        None => error.source(),
    })
}

/// The last of the causes: those before it only say where it was met.
pub(super) fn innermost(error: &reqwest::Error) -> Option<String> {
    causes(error).last().map(ToString::to_string)
}

/// Whether the operating system has given up, and not this crate.
fn is_of_the_system(error: &reqwest::Error) -> bool {
    causes(error).any(|cause| cause.downcast_ref::<io::Error>().is_some_and(|error| error.raw_os_error().is_some()))
}

/// Whether the address of a host could not be found out. The type that says so has no public name.
fn is_of_the_name(error: &reqwest::Error) -> bool {
    causes(error).any(|cause| cause.to_string() == "dns error")
}
