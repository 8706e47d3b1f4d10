//! Answers that are wrong as HTTP, or that come when nobody has asked: what the client makes of each, byte by byte.

use std::net::SocketAddr;
use std::time::Duration;

use arazzo::{Client, ClientBuilder, Error, ErrorKind, Limits, Pacing, Redirects, Resend};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{assert_error, assert_says};
use crate::workflows::resending::make;
use crate::workflows::small::{pick, upload};

const JOB: &str = r#"{"id":"1","state":"ready"}"#;

/// Lets a function have each connection. The task ends with the runtime of the test.
async fn serve<F: Future<Output = std::io::Result<()>> + Send + 'static>(
    converse: impl Fn(TcpStream) -> F + Send + 'static,
) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(converse(stream));
        }
    });
    address
}

/// Answers a request with these bytes, and then waits until the client has gone.
async fn answering(answer: Vec<u8>) -> SocketAddr {
    serve(move |mut stream| {
        let answer = answer.clone();
        async move {
            let mut read = [0; 4096];
            let _ = stream.read(&mut read).await?;
            stream.write_all(&answer).await?;
            stream.shutdown().await?;
            while stream.read(&mut read).await? > 0 {}
            Ok(())
        }
    })
    .await
}

fn settings(address: SocketAddr) -> ClientBuilder {
    let limits = Limits::default().step_time(Duration::from_secs(20));
    Client::builder().server(format!("http://{address}")).pacing(Pacing::none()).resend(Resend::none()).limits(limits)
}

async fn picked(answer: impl Into<Vec<u8>>) -> Result<pick::Outputs, Error> {
    let settings = settings(answering(answer.into()).await).redirects(Redirects::same_origin(1));
    pick(&settings.build().unwrap(), pick::Inputs {}).await.map(|run| run.outputs)
}

/// A job with more headers.
fn job(headers: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n{headers}\r\n{JOB}").into_bytes()
}

/// The chunks of a job.
fn chunked(chunks: &str) -> Vec<u8> {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
    format!("{head}{chunks}").into_bytes()
}

#[tokio::test]
async fn what_can_be_read_in_one_way_only_is_read() {
    let (length, trace) = (JOB.len(), |value: &str| Some(value.to_owned()));
    let interim = "HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n".repeat(1_000);
    for (answer, expected) in [
        (job(""), None),
        (job(&format!("content-length: {length}\r\ncontent-length: {length}\r\n")), None),
        (job(&format!("content-length: {length}, {length}\r\n")), None),
        (job(&format!("content-length: {length}\r\nx-trace: a\r\nX-TRACE: b\r\n")), trace("a")),
        // RFC 9112, section 6.3: the chunks count.
        (chunked(&format!("{length:X};x=y\r\n{JOB}\r\n0\r\nx-trace: a\r\n\r\n")), None),
        (String::from_utf8(job("")).unwrap().replace("HTTP/1.1", "HTTP/1.0").into(), None),
        (String::from_utf8(job("x-trace: a\r\n")).unwrap().replace("\r\n", "\n").into(), trace("a")),
        ([interim.into_bytes(), job("x-trace: a\r\n")].concat(), trace("a")),
        (
            [&b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-trace: \xff\r\n\r\n"[..], JOB.as_bytes()]
                .concat(),
            trace("\u{fffd}"),
        ),
        (
            [&b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n\xef\xbb\xbf"[..], JOB.as_bytes()].concat(),
            None,
        ),
    ] {
        let shown = String::from_utf8_lossy(&answer[answer.len().saturating_sub(200)..]).into_owned();
        let outputs = picked(answer).await.unwrap_or_else(|error| panic!("{shown}\n{error}"));
        assert_eq!((outputs.id.as_str(), outputs.trace), ("1", expected), "{shown}");
    }
}

#[tokio::test]
async fn what_is_no_http_is_an_error_that_says_why() {
    let head = "no response: what the server answers is no HTTP that can be read: ";
    let (broke, body) = (" broke before a response came: ", " broke off: ");
    let length = JOB.len();
    let many: String = (0..10_000).map(|number| format!("x-{number}: x\r\n")).collect();
    let long = "x".repeat(1 << 20);
    let status = |status: &str| format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\n\r\n").into_bytes();
    for (answer, place, why) in [
        (job(&many), head, "message head is too large"),
        (job(&format!("x-long: {long}\r\n")), head, "message head is too large"),
        (job(&format!("content-length: {length}\r\ncontent-length: 3\r\n")), head, "invalid content-length parsed"),
        (job("content-length: -1\r\n"), head, "invalid content-length parsed"),
        (job(&format!("content-length: +{length}\r\n")), head, "invalid content-length parsed"),
        (job("content-length: 99999999999999999999999\r\n"), head, "invalid content-length parsed"),
        (job("x-folded: a\r\n b\r\n"), head, "invalid HTTP header parsed"),
        (job(&format!("content-length : {length}\r\n")), head, "invalid HTTP header parsed"),
        (job("x-nul: a\0b\r\n"), head, "invalid HTTP header parsed"),
        (job("x(y): b\r\n"), head, "invalid HTTP header parsed"),
        (status("000"), head, "invalid HTTP status-code parsed"),
        (status("2000"), head, "invalid HTTP status-code parsed"),
        (b"HTTP/3.0 200 OK\r\n\r\n".to_vec(), head, "invalid HTTP version parsed"),
        // As HTTP/0.9 answered.
        (b"<html>hello</html>".to_vec(), head, "invalid HTTP version parsed"),
        (Vec::new(), broke, "connection closed before message completed"),
        (b"HTTP/1.1 200 OK\r\n".to_vec(), broke, "connection closed"),
        (chunked("zz\r\n{}"), body, "Invalid chunk size line: missing size digit"),
        (chunked("-1\r\n{}"), body, "Invalid chunk size line: missing size digit"),
        (chunked("fffffffffffffffffffff\r\n{}"), body, "invalid chunk size: overflow"),
        (chunked(&format!("{length:x};{long}")), body, "chunk extensions over limit"),
        (chunked(&format!("{length:x}\r\n{JOB}\r\n0\r\n{many}\r\n")), body, "chunk trailers count overflow"),
    ] {
        let error = picked(answer).await.unwrap_err();
        assert_error(&error, ErrorKind::Transport, "read", None);
        assert_says(&error, &format!("{place}{why}"));
        assert!(error.to_string().len() < 400 && error.report().to_string().len() < 500, "{error}");
    }
}

#[tokio::test]
async fn unusual_statuses_are_statuses() {
    for (answer, status) in [
        ("HTTP/1.1 999 X\r\ncontent-length: 0\r\n\r\n", 999),
        ("HTTP/1.1 101 X\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n", 101),
        ("HTTP/1.1 101 X\r\n\r\n", 101),
    ] {
        let error = picked(answer).await.unwrap_err();
        assert_error(&error, ErrorKind::Step, "read", Some(status));
    }
}

/// Answers before the answer are read as fast as they come, and never for longer than the step has.
#[tokio::test]
async fn interim_answers_do_not_keep_a_step_for_ever() {
    let address = serve(|mut stream| async move {
        let many = b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n".repeat(1_000);
        let _ = stream.read(&mut [0; 4096]).await?;
        loop {
            stream.write_all(&many).await?;
        }
    })
    .await;
    let limits = Limits::default().step_time(Duration::from_millis(300));
    let client = settings(address).limits(limits).build().unwrap();
    let began = std::time::Instant::now();
    let error = pick(&client, pick::Inputs {}).await.unwrap_err();
    assert_says(&error, "no response: the step has taken 300ms, as long as `Limits::step_time` allows");
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_location_leads_nowhere_else() {
    let moved = |to: &[u8]| [b"HTTP/1.1 307 X\r\ncontent-length: 0\r\nlocation: ", to, b"\r\n\r\n"].concat();
    for (to, why) in [
        (&b"http://me:secret@127.0.0.1/x"[..], "it leads to another origin"),
        (b"javascript:alert(1)", "it leads to another origin"),
        (b"file:///etc/passwd", "it leads to another origin"),
        (b"\\\\other.example\\x", "it leads to another origin"),
        (b"http://[::1", "its `Location` is no URL"),
        (b"/\xff\xfe", "its `Location` is no URL"),
    ] {
        let error = picked(moved(to)).await.unwrap_err();
        assert_error(&error, ErrorKind::Step, "read", Some(307));
        assert_says(&error, &format!("the redirect is not followed: {why}"));
    }
    // A name and a password for the same server are no part of its origin.
    let address = answering(Vec::new()).await;
    let there = answering(moved(format!("http://me:secret@{address}/x").as_bytes())).await;
    let client = settings(there).redirects(Redirects::same_origin(1)).build().unwrap();
    assert_error(&pick(&client, pick::Inputs {}).await.unwrap_err(), ErrorKind::Step, "read", Some(307));
    let long = [b"/".to_vec(), vec![b'a'; 200_000]].concat();
    let error = picked(moved(&long)).await.unwrap_err();
    assert_error(&error, ErrorKind::Transport, "read", None);
    assert_says(&error, " bytes, more than the 65534 that can be sent");
    assert!(error.report().to_string().len() < 2_000, "{}", error.report());
    let longer = [b"/".to_vec(), vec![b'a'; 1 << 20]].concat();
    assert_says(&picked(moved(&longer)).await.unwrap_err(), "message head is too large");
}

/// Who refuses a body need not read it: the status is there all the same.
#[tokio::test]
async fn an_answer_may_come_before_the_request_is_sent() {
    for reads_on in [false, true] {
        let address = serve(move |mut stream| async move {
            let mut read = vec![0; 4096];
            let _ = stream.read(&mut read).await?;
            stream.write_all(b"HTTP/1.1 413 X\r\ncontent-length: 9\r\nconnection: close\r\n\r\ntoo large").await?;
            stream.shutdown().await?;
            while reads_on && stream.read(&mut read).await? > 0 {}
            // A connection that is dropped with something unread is reset, which can overtake the answer.
            tokio::time::sleep(Duration::from_millis(200)).await;
            Ok(())
        })
        .await;
        for length in [10, 100_000, 8 << 20] {
            let client = settings(address).build().unwrap();
            let error = upload(&client, upload::Inputs::new("x".repeat(length))).await.unwrap_err();
            assert_error(&error, ErrorKind::Step, "send", Some(413));
            assert_says(&error, "the body begins: too large");
        }
    }
}

/// What a server says more than it was asked for is not taken for the answer to what comes next.
#[tokio::test]
async fn an_answer_too_many_is_not_that_of_the_next_request() {
    let address = serve(|mut stream| async move {
        let reply = |status: u16, state: &str| {
            let body = format!(r#"{{"id":"1","state":"{state}"}}"#);
            let length = body.len();
            format!("HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}")
        };
        let mut read = [0; 4096];
        loop {
            let count = stream.read(&mut read).await?;
            if count == 0 {
                return Ok(());
            }
            let answer = match read.starts_with(b"POST") {
                true => reply(201, "queued") + &reply(200, "failed"),
                false => reply(200, "ready"),
            };
            stream.write_all(answer.as_bytes()).await?;
        }
    })
    .await;
    for _ in 0..50 {
        let client = settings(address).build().unwrap();
        let run = make(&client, make::Inputs {}).await.unwrap();
        assert_eq!(run.outputs.state.as_str(), "ready");
    }
}
