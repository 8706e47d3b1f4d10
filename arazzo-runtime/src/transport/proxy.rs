//! Why there is no way to a server through a proxy.

use super::Sender;
use super::failure::{causes, innermost};
use crate::server::is_local;
use url::Url;

/// Why a proxy has made no connection; `None` for all other errors. The types that say so have no public names.
pub(super) fn refusal(error: &reqwest::Error, sender: Sender) -> Option<String> {
    const BEGIN: &str = "tunnel error: ";
    let said = causes(error).map(ToString::to_string).find(|said| said.starts_with(BEGIN))?;
    let innermost = innermost(error)?;
    let why = match (&said[BEGIN.len()..], innermost.strip_prefix(BEGIN)) {
        ("proxy authorization required", _) => "its proxy asks for a name and a password (status 407)".to_owned(),
        ("unsuccessful", _) => "its proxy has refused to make one".to_owned(),
        (_, Some(why)) => format!("its proxy has made none: {why}"),
        (_, None) => format!("its proxy cannot be reached: {innermost}"),
    };
    let whose = if sender.is_own() {
        "that of the client that was given to `Client::builder().http_client(…)`"
    } else {
        "that of the environment (`HTTPS_PROXY` or `ALL_PROXY`, with exceptions in `NO_PROXY`)"
    };
    Some(format!("{why}; the proxy is {whose}"))
}

/// Whether a request by plain HTTP may go to a proxy in place of its server.
pub(super) fn may_be_between(url: &Url, sender: Sender) -> bool {
    let is_in_environment =
        || ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"].iter().any(|name| std::env::var_os(name).is_some());
    url.scheme() == "http" && (sender.is_own() || (!is_local(url) && is_in_environment()))
}
