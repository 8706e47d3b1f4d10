//! Servers whose certificates are not as they should be, over real TLS on loopback: what is said of that, what helps, and
//! that nothing is sent again for it. `certificates/make.sh` says what the certificates are.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use arazzo::transport::TransportErrorKind;
use arazzo::{Client, ClientBuilder, Error, ErrorKind, Pacing};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection};

use crate::embedded::{Reply, SeenRequest};
use crate::support::{assert_error, assert_says, own_http_client};
use crate::workflows::small::poll;

/// The certificate of a server.
macro_rules! certificate {
    ($name:literal) => {
        include_bytes!(concat!("certificates/", $name, ".der"))
    };
}

/// The root certificate of the authority that has signed most of them.
const AUTHORITY: &[u8] = certificate!("authority");

/// A server that answers every request with a job. It stays until the process ends.
struct Server {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
}

impl Server {
    fn start(certificate: &'static [u8]) -> Self {
        Self::with(certificate, false)
    }

    fn with(certificate: &'static [u8], asks_for_one: bool) -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider));
        let builder = builder.with_safe_default_protocol_versions().unwrap();
        let builder = if asks_for_one {
            let mut roots = RootCertStore::empty();
            roots.add(CertificateDer::from(AUTHORITY)).unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            builder.with_client_cert_verifier(verifier.build().unwrap())
        } else {
            builder.with_no_client_auth()
        };
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(&certificate!("key")[..]));
        let config = Arc::new(builder.with_single_cert(vec![CertificateDer::from(certificate)], key).unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, connections) = (listener.local_addr().unwrap(), Arc::new(AtomicUsize::new(0)));
        let counted = Arc::clone(&connections);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                counted.fetch_add(1, Ordering::SeqCst);
                // Whatever it is that goes wrong, it is the client's turn to say so.
                let _ = answer(stream.unwrap(), &config);
            }
        });
        Self { address, connections }
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    fn settings(&self) -> ClientBuilder {
        Client::builder().server(format!("https://{}", self.address)).pacing(Pacing::none())
    }

    /// Reads a job by a client that trusts the authority.
    async fn read(&self) -> Result<(), Error> {
        let authority = reqwest::Certificate::from_der(AUTHORITY).unwrap();
        // Another test may have been faster; any provider will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().tls_certs_merge([authority]).build().unwrap();
        read(self.settings().http_client(http)).await
    }
}

fn answer(mut stream: TcpStream, config: &Arc<ServerConfig>) -> std::io::Result<()> {
    let mut connection = ServerConnection::new(Arc::clone(config)).expect("a connection");
    let mut stream = rustls::Stream::new(&mut connection, &mut stream);
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let body = r#"{"id":"1","state":"ready"}"#;
    write!(
        stream,
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )?;
    stream.conn.send_close_notify();
    stream.flush()
}

async fn read(settings: ClientBuilder) -> Result<(), Error> {
    poll(&settings.build().unwrap(), poll::Inputs::new("1")).await.map(drop)
}

/// The error of a request that nothing is tried again for.
#[track_caller]
fn assert_refused(error: &Error, says: &str) {
    assert_error(error, ErrorKind::Transport, "read", None);
    assert_says(error, "no response: no secure connection to ");
    assert_says(error, says);
    assert_eq!(error.transport().unwrap().kind(), TransportErrorKind::Tls);
    assert_eq!(error.report().total(), 1, "{}", error.report());
    assert!(std::error::Error::source(error).is_some());
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_refused_once() {
    let server = Server::start(certificate!("good"));
    let error = read(server.settings()).await.unwrap_err();
    let place = server.address;
    assert_refused(
        &error,
        &format!(
            "the certificate of `{place}` comes from an authority that this machine does not trust; add that authority's root \
             certificate to those of the machine, or give `Client::builder().http_client(…)` a client that was built with \
             `.tls_certs_merge(…)` of it"
        ),
    );
    assert_eq!(server.connections(), 1);
    // What the message says helps.
    server.read().await.unwrap();
}

#[tokio::test]
async fn a_certificate_that_signs_itself_is_refused_with_the_reason() {
    let error = read(Server::start(certificate!("itself")).settings()).await.unwrap_err();
    assert_refused(&error, "is that of an authority (`CA:TRUE`), as self-signed ones often are");
}

#[tokio::test]
async fn a_certificate_is_for_its_hosts_and_its_time() {
    for (certificate, says) in [
        (
            &certificate!("other")[..],
            "is only valid for DnsName(\"other.example\")); call the server by a name that it has",
        ),
        (
            certificate!("expired"),
            "has expired on Fri, 01 Jan 2021 00:00:00 GMT; whoever runs the server has to renew it",
        ),
        (certificate!("early"), "is not valid yet before Sat, 01 Jan 2089 00:00:00 GMT; perhaps the clock"),
    ] {
        let server = Server::start(certificate);
        assert_refused(&server.read().await.unwrap_err(), says);
        assert_eq!(server.connections(), 1);
    }
}

#[tokio::test]
async fn a_server_may_ask_for_a_certificate_of_the_client() {
    let error = Server::with(certificate!("good"), true).read().await.unwrap_err();
    assert_refused(
        &error,
        "the server takes only clients whose certificate it accepts (its alert is CertificateRequired)",
    );
}

#[tokio::test]
async fn a_server_without_tls_is_told_from_one_that_breaks() {
    let plain = crate::embedded::Server::start(|_: &SeenRequest| Reply::new(200, "", "text/plain"));
    let settings = || Client::builder().server(plain.url().replace("http:", "https:")).pacing(Pacing::none());
    let error = read(settings()).await.unwrap_err();
    assert_refused(&error, &format!("what `{}` answers is no TLS (", plain.address()));
    assert_says(&error, "a server that speaks plain HTTP has a URL that begins with `http://`");
    assert!(plain.requests().is_empty());
    // One that hangs up may be there the next time.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || listener.incoming().for_each(drop));
    let error = read(Client::builder().server(format!("https://{address}")).pacing(Pacing::none())).await.unwrap_err();
    assert_eq!(error.transport().unwrap().kind(), TransportErrorKind::Connect);
    assert_says(&error, "; tried 3 times");
}

#[tokio::test]
async fn a_server_with_tls_is_not_one_of_plain_http() {
    let server = Server::start(certificate!("good"));
    let plain = Client::builder().server(format!("http://{}", server.address)).pacing(Pacing::none());
    let error = read(plain).await.unwrap_err();
    assert_says(&error, "no response: what the server answers is no HTTP that can be read: ");
    assert_says(&error, "; one that speaks TLS has a URL that begins with `https://`");
}

/// It may be the resolver that is not there, and so it is asked again.
#[tokio::test]
async fn a_host_without_an_address_is_named() {
    own_http_client();
    let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let settings = Client::builder().server("http://no-such-host.invalid:81").pacing(Pacing::none()).http_client(http);
    let error = read(settings).await.unwrap_err();
    assert_eq!(error.transport().unwrap().kind(), TransportErrorKind::Connect);
    assert_says(
        &error,
        "no response: no connection to http://no-such-host.invalid:81: no address of `no-such-host.invalid`, or of a proxy before it: ",
    );
    assert_says(&error, "; tried 3 times");
}

const WITHOUT_ROOTS: &str = "SECURE_TEST_WITHOUT_ROOTS";

/// The process that has no root certificates: it does nothing unless the test below asks for it.
#[test]
#[ignore = "the work of a process of its own"]
fn without_roots() {
    if std::env::var_os(WITHOUT_ROOTS).is_none() {
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (secure, plain) = (
        Server::start(certificate!("good")),
        crate::embedded::Server::start(|_: &SeenRequest| {
            Reply::new(200, r#"{"id":"1","state":"ready"}"#, "application/json")
        }),
    );
    let error = runtime.block_on(read(secure.settings())).unwrap_err();
    assert_says(
        &error,
        "no response: the HTTP client could not be set up: No CA certificates were loaded from the system; install the root \
         certificates of the system (on many of them the package `ca-certificates`), or give \
         `Client::builder().http_client(…)` a client that brings its own",
    );
    assert_eq!((error.report().total(), secure.connections()), (1, 0));
    // Plain HTTP needs none, to this machine and to what is none of its names for the client.
    for url in [plain.url(), plain.url().replace("127.0.0.1", "0.0.0.0")] {
        let client = Client::builder().server(url).build().unwrap();
        for _ in 0..2 {
            runtime.block_on(poll(&client, poll::Inputs::new("1"))).unwrap();
        }
    }
    assert_eq!(plain.requests().len(), 4);
}

#[cfg(target_os = "linux")]
#[test]
fn a_machine_without_root_certificates_is_told_what_helps() {
    let status = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "secure::without_roots", "--ignored", "--quiet"])
        .envs([(WITHOUT_ROOTS, "1"), ("SSL_CERT_FILE", "/dev/null"), ("SSL_CERT_DIR", "/nowhere")])
        // The test itself may run behind a proxy.
        .env("NO_PROXY", "*")
        .stdout(std::process::Stdio::null())
        .status();
    assert!(status.unwrap().success());
}
