//! The shop: a server whose answers are written beforehand, in a process of its own.

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::Ipv4Addr;
use std::process::{Child, Command, Stdio};
use tokio::net::TcpListener;

/// What makes this program the server.
pub(crate) const ARGUMENT: &str = "--serve";

/// The answer to a new order, and to reading it.
const ORDER: &str = r#"{"id":"ord-7f3a9c52","state":"open","customerId":"cus-4711","total":86.4,"currency":"EUR",
"items":[{"sku":"teapot","quantity":2,"price":36.5},{"sku":"saucer","quantity":4,"price":3.35}],
"shippingAddress":{"name":"Ada Lovelace","street":"12 St James's Square","city":"London","postalCode":"SW1Y 4JH","country":"GB"},
"createdAt":"2026-11-23T09:15:27.481Z","updatedAt":"2026-11-23T09:15:27.502Z","tags":["first-order","fragile","gift"],
"note":"Please ring twice; the porter takes parcels until six in the evening, and on Saturdays until noon.",
"links":{"self":"/orders/ord-7f3a9c52","payments":"/orders/ord-7f3a9c52/payments"}}"#;

/// The answer to a payment.
const PAYMENT: &str = r#"{"id":"pay-51c0e8d4","receiptNumber":"R-2026-000815","orderId":"ord-7f3a9c52","amount":86.4,"currency":"EUR",
"state":"captured","method":{"kind":"card","brand":"visa","lastDigits":"4242","expires":"2029-04"},
"billingAddress":{"name":"Ada Lovelace","street":"12 St James's Square","city":"London","postalCode":"SW1Y 4JH","country":"GB"},
"createdAt":"2026-11-23T09:15:28.120Z","capturedAt":"2026-11-23T09:15:28.344Z","risk":{"score":12,"level":"low"},
"statement":"SHOP ORD-7F3A9C52 LONDON","fees":[{"kind":"processing","amount":0.35},{"kind":"scheme","amount":0.12}]}"#;

/// The running server; it ends with the handle.
pub(crate) struct Process {
    child: Child,
    url: String,
}

impl Process {
    /// Starts this program once more, as the server.
    pub(crate) fn start() -> Self {
        let program = std::env::current_exe().expect("the path of this program");
        let mut child = Command::new(program)
            .arg(ARGUMENT)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut address = String::new();
        let stdout = child.stdout.take().expect("its output");
        BufReader::new(stdout).read_line(&mut address).expect("its address");
        Self { child, url: format!("http://{}", address.trim()) }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Serves until the standard input is closed, which it also is when the parent ends in any other way than well.
pub(crate) fn serve() {
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().expect("a runtime");
    runtime.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        println!("{}", listener.local_addr().expect("its address"));
        loop {
            let (stream, _) = listener.accept().await.expect("a connection");
            stream.set_nodelay(true).expect("a socket");
            let connection =
                hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer));
            tokio::spawn(connection);
        }
    });
}

async fn answer(mut request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let (status, body) = match (request.method().as_str(), request.uri().path()) {
        ("POST", "/orders") => (StatusCode::CREATED, ORDER),
        ("GET", "/orders/ord-7f3a9c52") => (StatusCode::OK, ORDER),
        ("POST", "/payments") => (StatusCode::CREATED, PAYMENT),
        _ => (StatusCode::NOT_FOUND, "{}"),
    };
    // The connection is free for the next request only when this one is read.
    while let Some(Ok(_)) = request.body_mut().frame().await {}
    let mut response = Response::new(Full::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}
