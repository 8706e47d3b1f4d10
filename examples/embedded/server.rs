//! An HTTP server on loopback that remembers what it was asked and fails on request.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::sync::oneshot;

use super::fault::{Answer, AnswerBody, Fault, Silence, When};
use super::message::{Reply, SeenRequest};

/// What answers the requests of a [`Server`].
pub(crate) trait Handler: Send + 'static {
    /// The answer to one request.
    fn handle(&mut self, request: &SeenRequest) -> Reply;

    /// The path that all paths of this API begin with; part of [`Server::url`].
    fn base_path(&self) -> &'static str {
        ""
    }
}

impl<F> Handler for F
where
    F: FnMut(&SeenRequest) -> Reply + Send + 'static,
{
    fn handle(&mut self, request: &SeenRequest) -> Reply {
        self(request)
    }
}

/// A running server; dropping it closes its port and all of its connections.
///
/// It runs on a thread of its own, so it can be used with any runtime, or with none.
pub(crate) struct Server {
    address: SocketAddr,
    base_path: &'static str,
    shared: Arc<Mutex<Shared>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts a server on a free port of the loopback interface.
    pub(crate) fn start(handler: impl Handler) -> Self {
        Self::start_at(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), handler)
            .expect("the loopback interface has a free port")
    }

    /// Starts a server at a given address, for instance that of one that was dropped.
    pub(crate) fn start_at(address: SocketAddr, handler: impl Handler) -> io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
        let base_path = handler.base_path();
        let shared =
            Arc::new(Mutex::new(Shared { handler: Box::new(handler), requests: Vec::new(), faults: Vec::new() }));
        let (stop, stopped) = oneshot::channel();
        let exchanges = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("embedded-api".to_owned()).spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    _ = stopped => {}
                    result = accept(listener, exchanges) => {
                        result.expect("the listener belongs to this runtime");
                    }
                }
            });
        })?;
        Ok(Server { address, base_path, shared, stop: Some(stop), thread: Some(thread) })
    }

    /// Where the API is, base path included, without a slash at the end.
    pub(crate) fn url(&self) -> String {
        format!("http://{}{}", self.address, self.base_path)
    }

    /// The address that the server listens at.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Begins anew with another API: no requests so far, and no faults. Port and connections stay.
    pub(crate) fn restart(&self, handler: impl Handler) {
        *lock(&self.shared) = Shared { handler: Box::new(handler), requests: Vec::new(), faults: Vec::new() };
    }

    /// Every request so far, in the order of arrival, those that met a fault included.
    pub(crate) fn requests(&self) -> Vec<SeenRequest> {
        lock(&self.shared).requests.clone()
    }

    /// Lets a fault befall the next request that `when` chooses, once. Of several faults that
    /// could befall a request, it is the one that was scripted first.
    pub(crate) fn fault(&self, when: impl When, fault: Fault) {
        self.script(when, fault, true);
    }

    /// Lets a fault befall every request that `when` chooses.
    pub(crate) fn fault_each(&self, when: impl When, fault: Fault) {
        self.script(when, fault, false);
    }

    fn script(&self, when: impl When, fault: Fault, once: bool) {
        lock(&self.shared).faults.push(Scripted { when: Box::new(when), fault, once });
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // Its panic, if any, has been printed; a second one would hide the test's own.
            let _ = thread.join();
        }
    }
}

struct Scripted {
    when: Box<dyn When>,
    fault: Fault,
    once: bool,
}

struct Shared {
    handler: Box<dyn Handler>,
    requests: Vec<SeenRequest>,
    faults: Vec<Scripted>,
}

impl Shared {
    /// Records a request, and says what becomes of it.
    fn receive(&mut self, request: SeenRequest) -> Result<Answer, Silence> {
        let nth = self.requests.len() + 1;
        let fault = self.take_fault(nth, &request);
        let answer = match fault {
            None => Ok(self.handler.handle(&request).into()),
            Some(Fault::Drop) => Err(Silence::Close),
            Some(Fault::Lose) => {
                self.handler.handle(&request);
                Err(Silence::Close)
            }
            Some(Fault::Hang) => Err(Silence::Hang),
            Some(Fault::Status(status, body, content_type)) => Ok(Reply::new(status, body, content_type).into()),
            Some(Fault::Reply(reply)) => Ok(reply.into()),
            Some(Fault::Body(body, content_type)) => {
                let status = self.handler.handle(&request).status;
                Ok(Reply::new(status, body, content_type).into())
            }
            Some(Fault::Cut) => Ok(Answer::cut(self.handler.handle(&request))),
        };
        self.requests.push(request);
        answer
    }

    fn take_fault(&mut self, nth: usize, request: &SeenRequest) -> Option<Fault> {
        let at = self.faults.iter().position(|scripted| scripted.when.matches(nth, request))?;
        if self.faults[at].once { Some(self.faults.remove(at).fault) } else { Some(self.faults[at].fault.clone()) }
    }
}

/// A panic in a handler fails its own request only.
fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn accept(listener: TcpListener, shared: Arc<Mutex<Shared>>) -> io::Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let mut connections = 0;
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // The client has gone before it was served.
            continue;
        };
        connections += 1;
        let _ = stream.set_nodelay(true);
        let shared = Arc::clone(&shared);
        let service = service_fn(move |request| exchange(Arc::clone(&shared), connections, request));
        let connection = hyper::server::conn::http1::Builder::new()
            .auto_date_header(false)
            .serve_connection(TokioIo::new(stream), service);
        // A connection that ends in an error is either the client's doing or a fault's.
        tokio::spawn(async move { drop(connection.await) });
    }
}

async fn exchange(
    shared: Arc<Mutex<Shared>>,
    connection: usize,
    request: hyper::Request<Incoming>,
) -> io::Result<hyper::Response<AnswerBody>> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let request = SeenRequest {
        method: head.method.to_string(),
        target: head.uri.to_string(),
        headers: head
            .headers
            .iter()
            .map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_bytes());
                (name.to_string(), value.into_owned())
            })
            .collect(),
        body,
        connection,
    };
    let answer = lock(&shared).receive(request);
    match answer {
        Ok(answer) => answer.into_response(),
        Err(Silence::Close) => Err(io::ErrorKind::ConnectionAborted.into()),
        Err(Silence::Hang) => std::future::pending().await,
    }
}
