//! Where an example runs.

use std::error::Error;
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, SystemTime};

use arazzo::Pacing;

use crate::embedded::{Handler, Server};

/// What the embedded APIs take for a valid token. It opens nothing else.
const EMBEDDED_KEY: &str = "embedded-key";

/// The API that an example talks to.
pub(crate) struct Service {
    /// Its URL, base path included.
    pub(crate) url: String,
    /// The token that opens it.
    pub(crate) key: String,
    /// How long to wait between two looks at something that is not ready yet.
    pub(crate) pacing: Pacing,
    /// The embedded API, which stops when this is dropped.
    embedded: Option<Server>,
}

impl Service {
    /// The service that `NAME_API_URL` and `NAME_API_KEY` name, or else the embedded API on a free port of loopback.
    pub(crate) fn find<H: Handler>(name: &str, api: impl FnOnce(&str) -> H) -> Result<Self, Box<dyn Error>> {
        let (url, key) = variables(name);
        match (variable(&url), variable(&key)) {
            (Some(url), Some(key)) => Ok(Service { url, key, pacing: Pacing::default(), embedded: None }),
            (None, None) => {
                let server = Server::start(api(EMBEDDED_KEY));
                Ok(Service {
                    url: server.url(),
                    key: EMBEDDED_KEY.to_owned(),
                    // It is ready whenever it is asked: long enough to be seen is long enough.
                    pacing: Pacing::default().first(Duration::from_millis(30)).ceiling(Duration::from_millis(80)),
                    embedded: Some(server),
                })
            }
            (Some(_), None) => Err(one_of_two(&url, &key).into()),
            (None, Some(_)) => Err(one_of_two(&key, &url).into()),
        }
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url)?;
        if self.embedded.is_some() { f.write_str(" (embedded, no account needed)") } else { Ok(()) }
    }
}

/// Serves the embedded API, so that another process can use it, until this one is stopped.
pub(super) fn serve<H: Handler>(name: &str, api: impl FnOnce(&str) -> H, port: &str) -> Result<(), Box<dyn Error>> {
    let port = port.parse().map_err(|_| format!("`{port}` is no port; one is a number from 0 to 65535"))?;
    let server = Server::start_at(SocketAddr::from((Ipv4Addr::LOCALHOST, port)), api(EMBEDDED_KEY))
        .map_err(|error| format!("nothing can be served at port {port}: {error}"))?;
    let (url, key) = variables(name);
    println!("The embedded {name} API is being served. In another terminal:\n");
    println!("  export {url}={}\n  export {key}={EMBEDDED_KEY}\n\nCtrl-C stops it.", server.url());
    loop {
        std::thread::park();
    }
}

/// An environment variable, unless it is empty.
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// A name that no earlier run has used.
pub(crate) fn unique(what: &str) -> String {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    format!("arazzo-{what}-{:x}", since.as_millis())
}

fn variables(name: &str) -> (String, String) {
    let name = name.to_uppercase();
    (format!("{name}_API_URL"), format!("{name}_API_KEY"))
}

fn one_of_two(given: &str, missing: &str) -> String {
    format!("{given} is set, but {missing} is not: set both to use that service, or neither to use the embedded one")
}
