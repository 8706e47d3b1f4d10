//! One of the embedded APIs over bare TCP, so that an answer can go wrong in any byte.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::io::AsyncReadExt as _;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::AbortHandle;

use crate::embedded::{Handler, SeenRequest};

use super::fault::{Fault, write};

/// A running server; dropping it ends all of its tasks.
pub(super) struct Server {
    address: SocketAddr,
    base_path: &'static str,
    shared: Arc<Mutex<Shared>>,
    /// Keeps the port when nobody listens there any more.
    _port: TcpSocket,
}

struct Shared {
    api: Box<dyn Handler>,
    /// Which request meets which fault, from 1.
    fault: Option<(usize, Fault)>,
    methods: Vec<String>,
    accepting: Option<AbortHandle>,
    connections: Vec<AbortHandle>,
}

impl Server {
    /// Serves an API on a free port, of whose requests the n-th meets a fault.
    pub(super) async fn start(api: Box<dyn Handler>, fault: Option<(usize, Fault)>) -> io::Result<Self> {
        let (port, listener) = listen()?;
        let (address, base_path) = (listener.local_addr()?, api.base_path());
        let shared = Shared { api, fault, methods: Vec::new(), accepting: None, connections: Vec::new() };
        let shared = Arc::new(Mutex::new(shared));
        if fault != Some((1, Fault::Refused)) {
            let accepting = tokio::spawn(accept(listener, Arc::clone(&shared))).abort_handle();
            lock(&shared).accepting = Some(accepting);
        }
        Ok(Self { address, base_path, shared, _port: port })
    }

    /// Where the API is, base path included.
    pub(super) fn url(&self) -> String {
        format!("http://{}{}", self.address, self.base_path)
    }

    /// The methods of the requests so far.
    pub(super) fn methods(&self) -> Vec<String> {
        lock(&self.shared).methods.clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let mut shared = lock(&self.shared);
        shared.accepting.take().into_iter().for_each(|task| task.abort());
        shared.connections.drain(..).for_each(|task| task.abort());
    }
}

fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().expect("no handler panics")
}

/// Listens on a free port, which a second socket keeps taken: a port that refuses connections must not become that of another
/// server of the matrix meanwhile.
fn listen() -> io::Result<(TcpSocket, TcpListener)> {
    let bound = |address: SocketAddr| {
        let socket = TcpSocket::new_v4()?;
        #[cfg(unix)]
        socket.set_reuseport(true)?;
        socket.bind(address)?;
        io::Result::Ok(socket)
    };
    let port = bound(SocketAddr::from(([127, 0, 0, 1], 0)))?;
    let listener = bound(port.local_addr()?)?.listen(64)?;
    Ok((port, listener))
}

async fn accept(listener: TcpListener, shared: Arc<Mutex<Shared>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let connection = tokio::spawn(converse(stream, Arc::clone(&shared))).abort_handle();
        lock(&shared).connections.push(connection);
    }
}

/// Answers the requests of a connection. That it ends in an error is either the client's doing or a fault's.
async fn converse(mut stream: TcpStream, shared: Arc<Mutex<Shared>>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    while let Some(request) = read(&mut stream).await? {
        let (reply, fault, is_last) = {
            let mut shared = lock(&shared);
            shared.methods.push(request.method.clone());
            let count = shared.methods.len();
            let fault = shared.fault.filter(|(nth, fault)| count == *nth || (fault.stays() && count > *nth));
            let fault = fault.map(|(_, fault)| fault);
            let is_last = shared.fault == Some((count + 1, Fault::Refused));
            let is_told = fault.is_none_or(Fault::is_carried_out);
            (is_told.then(|| shared.api.handle(&request)), fault, is_last)
        };
        let nothing = || crate::embedded::Reply::new(200, "", "text/plain");
        if is_last {
            let accepting = lock(&shared).accepting.take();
            if let Some(accepting) = accepting {
                accepting.abort();
                // Its listener must be gone before the client can send the next request.
                while !accepting.is_finished() {
                    tokio::task::yield_now().await;
                }
            }
            let reply = reply.unwrap_or_else(nothing);
            return write(&mut stream, &reply.with_header("connection", "close")).await;
        }
        match (fault, reply) {
            (None, reply) => write(&mut stream, &reply.unwrap_or_else(nothing)).await?,
            (Some(fault), reply) => {
                if !fault.answer(&mut stream, &request.target, reply.unwrap_or_else(nothing)).await? {
                    return Ok(());
                }
            }
        }
    }
    Ok(())
}

/// Reads a request; `None` when there is no further one.
async fn read(stream: &mut TcpStream) -> io::Result<Option<SeenRequest>> {
    let (mut bytes, mut chunk) = (Vec::new(), [0; 4096]);
    loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
            let mut lines = head.split("\r\n");
            let mut words = lines.next().unwrap_or_default().split(' ').map(str::to_owned);
            let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
            let headers: Vec<(String, String)> = lines
                .filter_map(|line| line.split_once(':'))
                .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
                .collect();
            let length = headers.iter().find(|(name, _)| name == "content-length");
            let length: usize = length.and_then(|(_, length)| length.parse().ok()).unwrap_or(0);
            if bytes.len() >= end + 4 + length {
                let body = bytes[end + 4..end + 4 + length].to_vec().into();
                return Ok(Some(SeenRequest { method, target, headers, body, connection: 0 }));
            }
        }
        match stream.read(&mut chunk).await? {
            0 => return Ok(None),
            count => bytes.extend_from_slice(&chunk[..count]),
        }
    }
}
