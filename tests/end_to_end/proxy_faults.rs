//! Proxies that make no connection: the error says that it is the proxy, and shows nothing of what is secret in its URL.

use std::net::{SocketAddr, TcpListener};

use arazzo::transport::TransportErrorKind;
use arazzo::{Client, Error, Pacing};
use std::io::{Read as _, Write as _};

use crate::support::{TOKEN, assert_error, assert_hides_token, assert_says, own_http_client};
use crate::workflows::small::poll;

/// A proxy that answers everything with this, and then hangs up.
fn proxy(answer: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    address
}

async fn through(proxy: &str) -> Error {
    own_http_client();
    let proxy = reqwest::Proxy::all(format!("http://me:{TOKEN}@{proxy}")).unwrap();
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).proxy(proxy).build().unwrap();
    let client =
        Client::builder().server("https://jobs.test").pacing(Pacing::none()).http_client(http).build().unwrap();
    poll(&client, poll::Inputs::new("1")).await.unwrap_err()
}

#[tokio::test]
async fn a_proxy_that_makes_no_connection_is_named() {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for (proxy, why) in [
        (
            proxy("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n").to_string(),
            "its proxy asks for a name and a password",
        ),
        (
            proxy("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n").to_string(),
            "its proxy has refused to make one; the",
        ),
        (proxy("").to_string(), "its proxy has made none: unexpected end of file; the"),
        (gone.to_string(), "its proxy cannot be reached: "),
        ("no-such-proxy.invalid:3128".to_owned(), "its proxy cannot be reached: "),
    ] {
        let error = through(&proxy).await;
        assert_error(&error, arazzo::ErrorKind::Transport, "read", None);
        assert_says(&error, &format!("no response: no connection to https://jobs.test: {why}"));
        assert_says(&error, "the proxy is that of the client that was given to `Client::builder().http_client(…)`");
        assert_eq!(error.transport().unwrap().kind(), TransportErrorKind::Connect);
        assert_hides_token(error.transport().unwrap());
        assert_eq!(error.report().total(), 3, "it may be there the next time");
    }
}
