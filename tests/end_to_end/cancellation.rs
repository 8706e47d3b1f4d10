//! Runs that are dropped, wherever they are, leave nothing behind: no request, no connection, no task. And no server, however
//! much it sends, keeps a run from being over in time.

use std::time::Duration;

use arazzo::{Client, ErrorKind, Event, Limits, Pacing};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;

use crate::embedded::{Daytona, Server};
use crate::support::{TOKEN, assert_error, assert_says, until};
use crate::workflows::fork_sandbox;

fn inputs() -> fork_sandbox::Inputs {
    fork_sandbox::Inputs::new(TOKEN, "sbx-1")
}

fn tasks() -> usize {
    Handle::current().metrics().num_alive_tasks()
}

/// Takes a connection and its request, and begins to answer.
async fn begin_to_answer(listener: &TcpListener, beginning: &[u8]) -> TcpStream {
    let (mut stream, _) = listener.accept().await.expect("a connection");
    let mut request = Vec::new();
    while !request.ends_with(b"{}") && !request.ends_with(b"\r\n\r\n") {
        assert!(stream.read_buf(&mut request).await.expect("a request") > 0);
    }
    stream.write_all(beginning).await.expect("a client");
    stream
}

#[tokio::test]
async fn a_request_under_way_is_given_up_with_its_connection_and_its_tasks() {
    for beginning in [
        "",
        "HTTP/1.1 200 OK\r\ncontent-ty",
        "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"id\"",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"id\"\r\n",
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let client = Client::builder().server(format!("http://{}", listener.local_addr().expect("an address")));
        let client = client.build().expect("a client");
        let before = tasks();
        let mut stream = tokio::select! {
            run = fork_sandbox(&client, inputs()) => panic!("nobody has answered: {run:?}"),
            stream = async {
                let stream = begin_to_answer(&listener, beginning.as_bytes()).await;
                // Time for the client to read that.
                tokio::time::sleep(Duration::from_millis(20)).await;
                stream
            } => stream,
        };
        let end = tokio::time::timeout(Duration::from_secs(30), stream.read(&mut [0; 16])).await;
        let end = end.expect("the client closes the connection");
        assert!(matches!(end, Ok(0) | Err(_)), "{beginning:?}: {end:?}");
        until(|| tasks() == before).await;
        // The client goes on as if nothing had been.
        let again = tokio::select! {
            run = fork_sandbox(&client, inputs()) => panic!("nobody has answered: {run:?}"),
            stream = begin_to_answer(&listener, b"") => stream,
        };
        drop(again);
        until(|| tasks() == before).await;
    }
}

#[tokio::test]
async fn a_run_that_waits_leaves_its_connection_to_the_next_one() {
    let server = Server::start(Daytona::new(TOKEN));
    let (waiting, mut waits) = tokio::sync::mpsc::unbounded_channel();
    let observer = move |event: &Event<'_>| {
        if let Event::Waiting { .. } = event {
            waiting.send(()).expect("the test listens");
        }
    };
    let pacing = Pacing::default().first(Duration::from_secs(3600)).ceiling(Duration::from_secs(3600));
    let client = Client::builder().server(server.url()).pacing(pacing).observer(observer).build().expect("a client");
    for round in 1..=3 {
        tokio::select! {
            run = fork_sandbox(&client, inputs()) => panic!("an hour has passed: {run:?}"),
            wait = waits.recv() => wait.expect("the run waits"),
        }
        assert_eq!(server.requests().len(), 2 * round, "a fork and the first look at it");
    }
    assert!(server.requests().iter().all(|request| request.connection == 1));
}

/// Answers before the answer come as fast as they can be read, so that there is always something to read.
#[tokio::test]
async fn a_flood_does_not_keep_the_clock_from_being_looked_at() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        assert!(std::io::Read::read(&mut stream, &mut [0; 4096]).expect("a request") > 0);
        let flood = b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n".repeat(2_000);
        while std::io::Write::write_all(&mut stream, &flood).is_ok() {}
    });
    let limits = Limits::default().step_time(Duration::from_millis(300));
    let client = Client::builder().server(format!("http://{address}")).limits(limits).build().expect("a client");
    let error = fork_sandbox(&client, inputs()).await.expect_err("there is no answer");
    assert_error(&error, ErrorKind::Transport, "forkSandbox", None);
    assert_says(&error, "as long as `Limits::step_time` allows");
    assert!(error.report().time() < Duration::from_secs(60), "{:?}", error.report().time());
    tokio::task::spawn_blocking(|| server.join()).await.expect("a thread").expect("the client closes the connection");
}
