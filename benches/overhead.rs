//! What a generated workflow costs over the same calls written by hand with reqwest and serde, in CPU time of the client.
//!
//! ```text
//! cargo bench --bench overhead        half a minute; the last line is the ratio at 64 tasks
//! cargo test --bench overhead         one short round, to see that it works
//! ```
//!
//! The server runs in a process of its own, which is this program with another argument, so that its work does not count.
//! Rounds of both sides alternate, so that whatever else the machine does falls on both alike.

#![allow(clippy::print_stdout, reason = "it is how a benchmark tells its result")]

#[path = "overhead/by_hand.rs"]
mod by_hand;
#[path = "overhead/generated.rs"]
mod generated;
#[path = "overhead/server.rs"]
mod server;

use rustix::time::{ClockId, clock_gettime};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

/// A client of the shop.
trait Shop: Send + Sync + 'static {
    /// Makes three requests, each of which needs the answer of the one before.
    fn place_order(&self) -> impl Future<Output = ()> + Send;
}

/// How many requests one order takes.
const REQUESTS: usize = 3;

/// How much is measured.
struct Plan {
    /// Pairs of rounds, one of each side.
    pairs: usize,
    /// Tasks that place orders at the same time.
    tasks: usize,
    /// Orders that each task places in a round, one after the other.
    orders: usize,
}

/// What a request cost, in microseconds.
struct Cost {
    elapsed: f64,
    cpu: f64,
}

fn main() {
    let has = |argument: &str| std::env::args().any(|given| given == argument);
    if has(server::ARGUMENT) {
        return server::serve();
    }
    let server = server::Process::start();
    let generated = Arc::new(generated::Generated::new(server.url()));
    let by_hand = Arc::new(by_hand::ByHand::new(server.url()));
    // With more threads, chance decides which of them wakes which, and the figures with it.
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let compare = |plan| compare(&runtime, &generated, &by_hand, &plan);
    if !has("--bench") {
        compare(Plan { pairs: 1, tasks: 2, orders: 2 });
        return;
    }
    println!("orders of {REQUESTS} requests over loopback; medians of rounds that alternate");
    println!("1 connection");
    compare(Plan { pairs: 40, tasks: 1, orders: 300 });
    println!("64 tasks");
    let ratio = compare(Plan { pairs: 60, tasks: 64, orders: 40 });
    println!("ratio: {ratio:.2}");
}

/// Measures both sides, prints what they cost, and gives the ratio of their CPU times, as the median of all pairs.
fn compare(runtime: &Runtime, generated: &Arc<impl Shop>, by_hand: &Arc<impl Shop>, plan: &Plan) -> f64 {
    // Connections are opened and caches are filled before anything counts.
    round(runtime, generated, plan);
    round(runtime, by_hand, plan);
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for pair in 0..plan.pairs {
        // Neither side is always the first.
        if pair % 2 == 0 {
            ours.push(round(runtime, generated, plan));
            theirs.push(round(runtime, by_hand, plan));
        } else {
            theirs.push(round(runtime, by_hand, plan));
            ours.push(round(runtime, generated, plan));
        }
    }
    report("generated", &ours);
    report("by hand", &theirs);
    // What slows the machine down for a while slows down both sides of a pair.
    median(ours.iter().zip(&theirs).map(|(ours, theirs)| ours.cpu / theirs.cpu))
}

/// One round of one side.
fn round(runtime: &Runtime, shop: &Arc<impl Shop>, plan: &Plan) -> Cost {
    let (began, cpu_before) = (Instant::now(), cpu_time());
    runtime.block_on(async {
        let mut tasks = JoinSet::new();
        for _ in 0..plan.tasks {
            let (shop, orders) = (Arc::clone(shop), plan.orders);
            tasks.spawn(async move {
                for _ in 0..orders {
                    shop.place_order().await;
                }
            });
        }
        tasks.join_all().await;
    });
    let requests = (plan.tasks * plan.orders * REQUESTS) as f64;
    let each = |time: Duration| time.as_secs_f64() * 1e6 / requests;
    Cost { elapsed: each(began.elapsed()), cpu: each(cpu_time() - cpu_before) }
}

/// Prints the medians of a side.
fn report(side: &str, costs: &[Cost]) {
    let elapsed = median(costs.iter().map(|cost| cost.elapsed));
    let cpu = median(costs.iter().map(|cost| cost.cpu));
    println!("  {side:<10}{:>8.0} requests/s{cpu:>8.2} µs of CPU per request", 1e6 / elapsed);
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len().is_multiple_of(2) { f64::midpoint(values[middle - 1], values[middle]) } else { values[middle] }
}

/// The CPU time of this process so far: that of the user and of the system, on all threads.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::try_from(time).expect("a time since the process began")
}
