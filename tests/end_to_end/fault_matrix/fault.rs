//! What goes wrong with a request, byte by byte.

use std::fmt::Write as _;
use std::io;
use std::time::Duration;

use arazzo::ErrorKind;
use bytes::Bytes;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::embedded::Reply;

/// A fault of one request of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// From this request on nobody listens.
    Refused,
    /// The connection is reset before a byte of the answer.
    Reset,
    /// The connection is closed before a byte of the answer.
    Closed,
    /// The connection is reset in the middle of the head.
    ResetInHead,
    /// The connection is reset in the middle of the body.
    ResetInBody,
    /// No byte ever comes.
    Slow,
    /// Half of the body comes, and nothing more.
    SlowBody,
    /// A chunked body ends in the middle of a chunk.
    CutChunk,
    /// The body is shorter than its `Content-Length`.
    LengthTooLong,
    /// The body is longer than its `Content-Length`.
    LengthTooShort,
    /// An answer with this status, and with this `Retry-After`.
    Status(u16, Option<&'static str>),
    /// No body, of the type JSON.
    EmptyBody,
    /// A body that is said to be JSON and is not.
    InvalidJson,
    /// JSON in which nothing has the type that the description says.
    WrongType,
    /// A body that nobody has asked to be compressed.
    Compressed,
    /// A body that says that it is too large.
    HugeBody,
    /// A body that does not end.
    EndlessBody,
    /// This and each request after it is redirected to where it was sent.
    EndlessRedirect,
    /// A header that does not end.
    EndlessHeader,
    /// Answers before the answer (RFC 9110, section 15.2) that do not end.
    EndlessInterim,
    /// No HTTP.
    Garbage,
}

/// All of them, with the name that the table gives them.
pub(super) const ALL: &[(&str, Fault)] = &[
    ("connection refused, from here on", Fault::Refused),
    ("reset before a byte", Fault::Reset),
    ("closed before a byte", Fault::Closed),
    ("reset in the head", Fault::ResetInHead),
    ("reset in the body", Fault::ResetInBody),
    ("no byte ever", Fault::Slow),
    ("half a body, then silence", Fault::SlowBody),
    ("chunked body cut off", Fault::CutChunk),
    ("`Content-Length` too long", Fault::LengthTooLong),
    ("`Content-Length` too short", Fault::LengthTooShort),
    ("400", Fault::Status(400, None)),
    ("404", Fault::Status(404, None)),
    ("429", Fault::Status(429, None)),
    ("429 with `Retry-After`", Fault::Status(429, Some("0"))),
    ("500", Fault::Status(500, None)),
    ("503", Fault::Status(503, None)),
    ("503 with `Retry-After`", Fault::Status(503, Some("Thu, 01 Jan 1970 00:00:00 GMT"))),
    ("empty body", Fault::EmptyBody),
    ("invalid JSON", Fault::InvalidJson),
    ("JSON of wrong types", Fault::WrongType),
    ("compressed, which nobody asked for", Fault::Compressed),
    ("body larger than `Limits::body_size`", Fault::HugeBody),
    ("body without an end", Fault::EndlessBody),
    ("redirect to itself, from here on", Fault::EndlessRedirect),
    ("header without an end", Fault::EndlessHeader),
    ("`100 Continue` without an end", Fault::EndlessInterim),
    ("no HTTP", Fault::Garbage),
];

/// What comes of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// The outputs that it has without a fault.
    Correct,
    /// Others, which the document makes of what it was given.
    Otherwise,
    /// An error of this kind.
    Error(ErrorKind),
}

impl Class {
    /// The letter that stands for it in the table.
    pub(super) fn letter(self) -> char {
        match self {
            Self::Correct => '=',
            Self::Otherwise => '~',
            Self::Error(ErrorKind::Transport) => 'T',
            Self::Error(ErrorKind::Step) => 'S',
            Self::Error(ErrorKind::Limit) => 'L',
            Self::Error(ErrorKind::Request) => 'R',
            Self::Error(ErrorKind::Output) => 'O',
            Self::Error(_) => '?',
        }
    }
}

impl Fault {
    /// Whether it takes as long as the client waits.
    pub(super) fn is_slow(self) -> bool {
        matches!(self, Self::Slow | Self::SlowBody | Self::EndlessInterim)
    }

    /// Whether it befalls each request from the first one on.
    pub(super) fn stays(self) -> bool {
        matches!(self, Self::Refused | Self::EndlessRedirect)
    }

    /// Whether the API hears of the request.
    pub(super) fn is_carried_out(self) -> bool {
        !matches!(self, Self::Reset | Self::Closed | Self::Status(..) | Self::EndlessRedirect)
    }

    /// What has to come of it, and a part of the error's message. `None` where that depends on what the workflow does with
    /// the answer.
    pub(super) fn expected(self, method: &str) -> Option<(Class, &'static str)> {
        const BROKE: &str = " broke before a response came";
        const NO_HTTP: &str = "no response: what the server answers is no HTTP that can be read";
        const BROKE_OFF: &str = "no response: the response from http://127.0.0.1:";
        let may_be_repeated = method == "GET";
        let unless_repeated = |error, says| match may_be_repeated {
            true => (Class::Correct, ""),
            false => (Class::Error(error), says),
        };
        let step = |says| (Class::Error(ErrorKind::Step), says);
        Some(match self {
            Self::Refused => (Class::Error(ErrorKind::Transport), "no response: no connection to http://127.0.0.1:"),
            Self::Reset | Self::Closed | Self::ResetInHead => unless_repeated(ErrorKind::Transport, BROKE),
            Self::EndlessHeader | Self::Garbage => unless_repeated(ErrorKind::Transport, NO_HTTP),
            Self::ResetInBody | Self::CutChunk | Self::LengthTooLong => {
                unless_repeated(ErrorKind::Transport, BROKE_OFF)
            }
            Self::Slow | Self::SlowBody | Self::EndlessInterim => {
                (Class::Error(ErrorKind::Transport), "as long as `Limits::step_time` allows")
            }
            Self::Status(429, Some(_)) => (Class::Correct, ""),
            Self::Status(503, Some(_)) => unless_repeated(ErrorKind::Step, "the server answered 503"),
            Self::Status(400, _) => step("the server answered 400"),
            Self::Status(404, _) => step("the server answered 404"),
            Self::Status(..) => step("and `$statusCode == 200` is not met; the body begins: not today"),
            Self::EmptyBody => step("the response body is empty, not JSON"),
            Self::LengthTooShort | Self::InvalidJson => step("the response body is not valid JSON"),
            Self::Compressed => step("its `Content-Encoding` is `gzip`, which was not asked for"),
            Self::HugeBody | Self::EndlessBody => {
                (Class::Error(ErrorKind::Limit), "bytes that `Limits::body_size` allows")
            }
            Self::EndlessRedirect => (
                Class::Error(ErrorKind::Transport),
                "more than 3 times, which is as often as `Redirects::same_origin(3)`",
            ),
            Self::WrongType => return None,
        })
    }

    /// Sends what stands in the place of an answer. The connection can be used on when it is `true`.
    pub(super) async fn answer(self, stream: &mut TcpStream, target: &str, reply: Reply) -> io::Result<bool> {
        let half = reply.body.len() / 2;
        let head = |length: &str| head(&reply, length);
        let length = format!("content-length: {}\r\n", reply.body.len());
        match self {
            Self::Refused | Self::Closed => return Ok(false),
            Self::Reset => return reset(stream),
            Self::ResetInHead => {
                stream.write_all(&head(&length).as_bytes()[..30]).await?;
                return reset_when_read(stream).await;
            }
            Self::ResetInBody => {
                stream.write_all(head(&length).as_bytes()).await?;
                stream.write_all(&reply.body[..half]).await?;
                return reset_when_read(stream).await;
            }
            Self::Slow => return wait(stream).await,
            Self::SlowBody => {
                stream.write_all(head(&length).as_bytes()).await?;
                stream.write_all(&reply.body[..half]).await?;
                return wait(stream).await;
            }
            Self::CutChunk => {
                let chunk = format!("{}{:x}\r\n", head("transfer-encoding: chunked\r\n"), reply.body.len());
                stream.write_all(chunk.as_bytes()).await?;
                stream.write_all(&reply.body[..half]).await?;
                return Ok(false);
            }
            Self::LengthTooLong => {
                stream.write_all(head(&format!("content-length: {}\r\n", reply.body.len() + 9)).as_bytes()).await?;
                stream.write_all(&reply.body).await?;
                return Ok(false);
            }
            Self::LengthTooShort => {
                stream.write_all(head(&format!("content-length: {half}\r\n")).as_bytes()).await?;
                stream.write_all(&reply.body).await?;
            }
            Self::Status(status, after) => {
                let reply = Reply::new(status, "not today", "text/plain");
                let reply = after.iter().fold(reply, |reply, after| reply.with_header("retry-after", *after));
                write(stream, &reply).await?;
            }
            Self::EmptyBody => write(stream, &Reply { body: Bytes::new(), ..reply }).await?,
            Self::InvalidJson => write(stream, &Reply { body: "{\"id\": \"x\", ".into(), ..reply }).await?,
            Self::WrongType => {
                let body = r#"{"id": [], "name": 7, "state": 7, "status": [true], "snapshot": {}, "snapshot_id": {}}"#;
                write(stream, &Reply { body: body.into(), ..reply }).await?;
            }
            Self::Compressed => {
                let body =
                    Bytes::from_static(b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab\xae\x05\x00\x43\xbf\xa6\xa3");
                write(stream, &Reply { body, ..reply }.with_header("content-encoding", "gzip")).await?;
            }
            Self::HugeBody => {
                stream.write_all(head("content-length: 99999999\r\n").as_bytes()).await?;
                return flood(stream, b" ").await;
            }
            Self::EndlessBody => {
                stream.write_all(head("transfer-encoding: chunked\r\n").as_bytes()).await?;
                return flood(stream, &[b"10000\r\n", &[b' '; 1 << 16][..], b"\r\n"].concat()).await;
            }
            Self::EndlessRedirect => {
                write(stream, &Reply::new(307, "", "text/plain").with_header("location", target)).await?;
            }
            Self::EndlessHeader => {
                stream.write_all(b"HTTP/1.1 200 OK\r\nx-more: ").await?;
                return flood(stream, b"and more ").await;
            }
            Self::EndlessInterim => {
                // Slowly enough that a run of hours could come of it, and no faster than a client can read.
                while stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await.is_ok() {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                return Ok(false);
            }
            Self::Garbage => {
                stream.write_all(b"220 mail.example ESMTP ready\r\n").await?;
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Sends an answer as it should be.
pub(super) async fn write(stream: &mut TcpStream, reply: &Reply) -> io::Result<()> {
    let mut bytes = head(reply, &format!("content-length: {}\r\n", reply.body.len())).into_bytes();
    bytes.extend_from_slice(&reply.body);
    stream.write_all(&bytes).await
}

fn head(reply: &Reply, length: &str) -> String {
    let mut head = format!("HTTP/1.1 {} Said\r\n{length}", reply.status);
    for (name, value) in &reply.headers {
        write!(head, "{name}: {value}\r\n").expect("a text takes everything");
    }
    head.push_str("\r\n");
    head
}

/// Drops the connection as a process does that is killed.
fn reset(stream: &TcpStream) -> io::Result<bool> {
    stream.set_zero_linger()?;
    Ok(false)
}

/// The same, when what was sent before has had the time to arrive: a reset can overtake it.
async fn reset_when_read(stream: &TcpStream) -> io::Result<bool> {
    tokio::time::sleep(Duration::from_millis(20)).await;
    reset(stream)
}

/// Says nothing more until the client has gone.
async fn wait(stream: &mut TcpStream) -> io::Result<bool> {
    while stream.read(&mut [0; 64]).await? > 0 {}
    Ok(false)
}

/// Sends the same until the client has gone.
async fn flood(stream: &mut TcpStream, part: &[u8]) -> io::Result<bool> {
    let much = part.repeat(4096 / part.len() + 1);
    while stream.write_all(&much).await.is_ok() {}
    Ok(false)
}
