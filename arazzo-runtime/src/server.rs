//! The address of an API.

use std::borrow::Cow;
use std::sync::OnceLock;
use url::{Host, ParseError, Url};

/// The address of an API: absolute, without a query, a fragment and a slash at its end. Its host is parsed once, not again
/// for each request.
#[derive(Debug)]
pub struct Server {
    text: Cow<'static, str>,
    origin: OnceLock<Option<Origin>>,
}

/// What comes before the path.
#[derive(Debug)]
struct Origin {
    url: Url,
    /// The same without what only texts have.
    origin: url::Origin,
    /// The bytes of it in the text of the server.
    length: usize,
    is_confidential: bool,
}

impl Server {
    /// A server that an OpenAPI description names.
    #[must_use]
    pub const fn new(url: &'static str) -> Self {
        Self { text: Cow::Borrowed(url), origin: OnceLock::new() }
    }

    /// A server given by the user.
    pub(crate) fn given(url: String) -> Self {
        Self { text: Cow::Owned(url), origin: OnceLock::new() }
    }

    /// Its URL as a text.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Its scheme, host and port; `None` where it is no URL.
    pub(crate) fn origin(&self) -> Option<url::Origin> {
        match self.parsed() {
            Some(parsed) => Some(parsed.origin.clone()),
            None => Url::parse(&self.text).ok().map(|url| url.origin()),
        }
    }

    /// Whether these are its scheme, host and port.
    pub(crate) fn is_at(&self, origin: &url::Origin) -> bool {
        match self.parsed() {
            Some(parsed) => parsed.origin == *origin,
            None => self.origin().as_ref() == Some(origin),
        }
    }

    /// Whether nobody on the way can read what is sent to it: because it is encrypted, or because it does not leave this
    /// machine.
    pub(crate) fn is_confidential(&self) -> bool {
        match self.parsed() {
            Some(origin) => origin.is_confidential,
            None => Url::parse(&self.text).is_ok_and(|url| is_confidential(&url)),
        }
    }

    fn parsed(&self) -> Option<&Origin> {
        self.origin.get_or_init(|| Origin::of(&self.text)).as_ref()
    }

    /// Parses a URL that begins with that of this server.
    pub(crate) fn parse(&self, url: &str) -> Result<Url, ParseError> {
        match self.parsed().and_then(|origin| Some((origin, path(url.get(origin.length..)?)?))) {
            Some((origin, path)) => origin.url.join(path),
            None => Url::parse(url),
        }
    }
}

impl Origin {
    /// `None` where the text is not as plain as servers are.
    fn of(text: &str) -> Option<Self> {
        let host = text.find("://")? + 3;
        let length = text[host..].find('/').map_or(text.len(), |slash| host + slash);
        let is_plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'\\' | b'?' | b'#' | b'@');
        if !text[..length].bytes().all(is_plain) {
            return None;
        }
        let url = Url::parse(&text[..length]).ok()?;
        Some(Self { is_confidential: is_confidential(&url), origin: url.origin(), url, length })
    }
}

/// Whether nobody on the way can read what is sent to a URL.
pub(crate) fn is_confidential(url: &Url) -> bool {
    url.scheme() == "https" || is_local(url)
}

/// Whether a URL is one of this machine. Names below `localhost` are not: who resolves names need not know that they are
/// special.
pub(crate) fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// The text, if it can only be a path and what follows it: `//host` would be another server.
fn path(text: &str) -> Option<&str> {
    let second = *text.strip_prefix('/')?.as_bytes().first()?;
    (second.is_ascii_graphic() && !matches!(second, b'/' | b'\\')).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_those_of_the_whole_text() {
        for server in
            ["https://h.example/api/v1", "http://127.0.0.1:8080", "HTTPS://H:443/a/../b", "http://Ü", "http://u@h"]
        {
            for path in
                ["", "/", "/a", "/a b/%2F?q=ü#f", "/.", "/a/../../b", "//other/x", "/\\other/x", "/\t/other", "?q"]
            {
                let text = format!("{server}{path}");
                assert_eq!(Server::new("").parse(&text), Url::parse(&text), "{text}");
                assert_eq!(Server::given(server.to_owned()).parse(&text), Url::parse(&text), "{text}");
            }
        }
    }

    #[test]
    fn plain_http_is_confidential_on_this_machine_alone() {
        for (server, expected) in [
            ("https://h.example/v1", true),
            ("HTTPS://h.example", true),
            ("http://h.example/v1", false),
            ("http://localhost:8080/v1", true),
            ("http://LocalHost", true),
            ("http://api.localhost", false),
            ("http://localhost.", false),
            ("http://localhost.example", false),
            ("http://127.0.0.1:1/a", true),
            ("http://127.9.9.9", true),
            ("http://128.0.0.1", false),
            ("http://[::1]:8080", true),
            ("http://[::2]", false),
            // The way in which URLs write 127.0.0.1 too.
            ("http://0x7f.1", true),
            ("http://127.0.0.1@h.example", false),
            ("http://Ü", false),
            ("", false),
        ] {
            assert_eq!(Server::given(server.to_owned()).is_confidential(), expected, "{server}");
        }
    }

    #[test]
    fn what_is_no_url_is_an_error() {
        for server in ["", "api.example.com", "http://", "http://h h", "http://[::1/x"] {
            let text = format!("{server}/a");
            assert_eq!(Server::given(server.to_owned()).parse(&text), Url::parse(&text), "{text}");
            assert!(Url::parse(&text).is_err() || server == "http://");
        }
    }
}
