//! A loop of many rounds: a run keeps the first and the last of its requests and counts the others, so that its memory stays
//! what it is.

use arazzo::transport::{Request, Response, Transport, TransportFuture};
use arazzo::{Client, Limits, Pacing};
use poll_order::{End, Inputs};
use std::sync::{Arc, Mutex};
use tokio::runtime::Runtime;

arazzo::arazzo_workflow! { path = "benches/memory/polls.yml", strict }

/// How often the order is asked for.
const POLLS: usize = 10_000;

/// From here on the report has no room left: it keeps the first 100 requests and the last 1,000.
const FULL: usize = 1_500;

/// How much more may be in use when all is over than when the report was full. What is kept of a request is larger where
/// its time or its status is; a thousandth of what the polls would take if each left something behind.
const ROOM: usize = 4_096;

/// Answers that the order is not open until the last one, and takes down what is in use.
#[derive(Clone, Default)]
struct Closed {
    in_use: Arc<Mutex<Vec<usize>>>,
}

impl Transport for Closed {
    fn send(&self, _request: Request) -> TransportFuture<'_> {
        let mut in_use = self.in_use.lock().expect("no other thread");
        if in_use.capacity() == 0 {
            in_use.reserve_exact(POLLS);
        }
        in_use.push(crate::in_use());
        let state = if in_use.len() == POLLS { "open" } else { "closed" };
        let body = format!(r#"{{"id":"ord-7f3a9c52","state":"{state}","total":86.4}}"#);
        Box::pin(async { Ok(Response::json(200, body)) })
    }
}

/// Runs the loop, and says what was in use.
pub(crate) fn measure(runtime: &Runtime) {
    let transport = Closed::default();
    let client = Client::builder()
        .server("http://shop.test")
        .transport(transport.clone())
        .pacing(Pacing::none())
        .limits(Limits::default().steps(POLLS as u64))
        .build()
        .expect("a client");
    let run = runtime.block_on(poll_order(&client, Inputs::new("ord-7f3a9c52"))).expect("an order");
    assert_eq!(run.end, End::IsOpen);
    assert_eq!(run.report.requests().count(), 1_100);
    let in_use = transport.in_use.lock().expect("no other thread");
    assert_eq!(in_use.len(), POLLS);
    println!("a run of {POLLS} polls");
    for polls in [1, 100, FULL, 5_000, POLLS] {
        println!("  {:>10} bytes in use at poll {polls}", in_use[polls - 1]);
    }
    let (full, last) = (in_use[FULL - 1], in_use[POLLS - 1]);
    assert!(last <= full + ROOM, "{last} bytes are in use at the end, and {full} were when the report was full");
}
