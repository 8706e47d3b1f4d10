//! Whose HTTP client sends the requests, and what that one does by itself.

use std::time::Duration;

/// Whose HTTP client sends the requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sender {
    /// That of this crate, which follows no redirects.
    Default {
        /// The time that it has to connect.
        connect_time: Duration,
    },
    /// One of the user's own.
    Own {
        /// Whether it may follow redirects by itself.
        follows_redirects: bool,
    },
}

impl Sender {
    /// Finds out what can be known of a client of the user's own. Only its `Debug` form says which policy for redirects it
    /// has; one that does not say so may follow them.
    pub(super) fn own(client: &reqwest::Client) -> Self {
        let follows_redirects = !format!("{client:?}").contains(r#"redirect_policy: "Policy(None)""#);
        Self::Own { follows_redirects }
    }

    pub(super) fn follows_redirects(self) -> bool {
        matches!(self, Self::Own { follows_redirects: true })
    }

    pub(super) fn is_own(self) -> bool {
        matches!(self, Self::Own { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderMap, HeaderValue};
    use reqwest::redirect::Policy;

    #[test]
    fn a_client_that_follows_no_redirects_is_known() {
        let follows = |builder: reqwest::ClientBuilder| {
            #[cfg(feature = "rustls")]
            let builder = {
                let _ = rustls::crypto::ring::default_provider().install_default();
                builder
            };
            Sender::own(&builder.build().unwrap()).follows_redirects()
        };
        assert!(!follows(reqwest::Client::builder().redirect(Policy::none())));
        assert!(follows(reqwest::Client::builder()));
        assert!(follows(reqwest::Client::builder().redirect(Policy::limited(0))));
        assert!(follows(reqwest::Client::builder().redirect(Policy::custom(|attempt| attempt.stop()))));
        // What looks like it in a header is not it.
        let header = HeaderValue::from_static(r#"redirect_policy: "Policy(None)""#);
        let headers = HeaderMap::from_iter([(http::header::FROM, header)]);
        assert!(follows(reqwest::Client::builder().default_headers(headers)));
        assert!(!Sender::Default { connect_time: Duration::ZERO }.follows_redirects());
    }
}
