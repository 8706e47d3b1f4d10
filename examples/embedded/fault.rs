//! Answers that go wrong on purpose.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

use super::message::{Reply, SeenRequest};

/// What goes wrong with one exchange.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// The connection is closed without an answer, and the API never hears of the request.
    Drop,
    /// The API carries the request out, and then the connection is closed without an answer.
    Lose,
    /// The connection stays open, but no answer comes, and the API never hears of the request.
    Hang,
    /// Another status, body and content type; the API never hears of the request.
    Status(u16, &'static str, &'static str),
    /// Any other answer, for instance one with `Retry-After`; the API never hears of the request.
    Reply(Reply),
    /// The API carries the request out; its answer keeps the status, but gets another body and
    /// content type.
    Body(Bytes, &'static str),
    /// The API carries the request out; its answer stops half-way through the body.
    Cut,
}

/// Chooses the requests that a fault befalls: the n-th of all (the first is 1), or a predicate.
pub(crate) trait When: Send + 'static {
    /// Whether the fault befalls this request.
    fn matches(&self, nth: usize, request: &SeenRequest) -> bool;
}

impl When for usize {
    fn matches(&self, nth: usize, _: &SeenRequest) -> bool {
        *self == nth
    }
}

impl<F> When for F
where
    F: Fn(&SeenRequest) -> bool + Send + 'static,
{
    fn matches(&self, _: usize, request: &SeenRequest) -> bool {
        self(request)
    }
}

/// How a request goes without an answer.
pub(super) enum Silence {
    Close,
    Hang,
}

/// An answer, and how many bytes of its body are announced but never sent.
pub(super) struct Answer {
    reply: Reply,
    missing: usize,
}

impl From<Reply> for Answer {
    fn from(reply: Reply) -> Self {
        Answer { reply, missing: 0 }
    }
}

impl Answer {
    /// An answer of which only the first half is sent.
    pub(super) fn cut(mut reply: Reply) -> Self {
        let whole = reply.body.len();
        reply.body.truncate(whole / 2);
        let missing = whole - reply.body.len();
        Answer { reply, missing }
    }

    /// The answer as hyper sends it.
    pub(super) fn into_response(self) -> io::Result<hyper::Response<AnswerBody>> {
        let mut response = hyper::Response::builder().status(self.reply.status);
        for (name, value) in self.reply.headers {
            response = response.header(name, value);
        }
        let body = AnswerBody { bytes: self.reply.body, missing: self.missing, flushed: false };
        response.body(body).map_err(io::Error::other)
    }
}

/// A body that can stop before its end, which no ready-made one does.
pub(super) struct AnswerBody {
    bytes: Bytes,
    missing: usize,
    flushed: bool,
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if !self.bytes.is_empty() {
            let bytes = std::mem::take(&mut self.bytes);
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        if self.missing == 0 {
            return Poll::Ready(None);
        }
        // An error discards what is still buffered: let the first half go out before it.
        if !std::mem::replace(&mut self.flushed, true) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_empty() && self.missing == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact((self.bytes.len() + self.missing) as u64)
    }
}
