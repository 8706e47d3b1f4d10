//! What a generated workflow costs over the same calls written by hand with reqwest and serde, in CPU time of the client.
//!
//! ```text
//! cargo bench --bench overhead        half a minute; the last line is the ratio at 64 tasks
//! cargo test --bench overhead         one short round, to see that it works
//! overhead --single generated 64 40   one side alone, so many tasks and orders: for a profiler
//! overhead --cold generated URL       one order of a new process, which says what it took
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
#[path = "overhead/shop.rs"]
mod shop;

use rustix::time::{ClockId, clock_gettime};
use shop::{REQUESTS, Shop, place, runtime};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// How much is measured.
struct Plan {
    /// Pairs of rounds, one of each side.
    pairs: usize,
    /// Tasks that place orders at the same time.
    tasks: usize,
    /// Orders that each task places in a round, one after the other.
    orders: usize,
}

/// The names of the sides.
const GENERATED: &str = "generated";
const BY_HAND: &str = "by-hand";

/// What a request cost in microseconds, or a process in milliseconds.
struct Cost {
    elapsed: f64,
    cpu: f64,
}

fn main() {
    let has = |argument: &str| std::env::args().any(|given| given == argument);
    if has(server::ARGUMENT) {
        return server::serve();
    }
    if let [side, url, ..] = behind("--cold").as_slice() {
        return cold(side, url);
    }
    let server = server::Process::start();
    let generated = Arc::new(generated::Generated::new(server.url()));
    let by_hand = Arc::new(by_hand::ByHand::new(server.url()));
    let runtime = runtime();
    if let [side, tasks, orders, ..] = behind("--single").as_slice() {
        let [tasks, orders] = [tasks, orders].map(|number| number.parse().expect("a number"));
        match side.as_str() {
            GENERATED => place(&runtime, &generated, tasks, orders),
            BY_HAND => place(&runtime, &by_hand, tasks, orders),
            other => panic!("`{other}` is neither `{GENERATED}` nor `{BY_HAND}`"),
        }
        return;
    }
    let compare = |plan| compare(&runtime, &generated, &by_hand, &plan);
    if !has("--bench") {
        compare(Plan { pairs: 1, tasks: 2, orders: 2 });
        compare_cold(server.url(), 1);
        return;
    }
    println!("one order of a new process");
    compare_cold(server.url(), 40);
    println!("orders of {REQUESTS} requests over loopback; medians of rounds that alternate");
    println!("1 connection");
    compare(Plan { pairs: 40, tasks: 1, orders: 300 });
    println!("64 tasks");
    let ratio = compare(Plan { pairs: 60, tasks: 64, orders: 40 });
    println!("ratio: {ratio:.2}");
}

/// The arguments behind another one.
fn behind(argument: &str) -> Vec<String> {
    std::env::args().skip_while(|given| given != argument).skip(1).collect()
}

/// One order of a process that does nothing else. It says what that took in microseconds: the time since `main` began, and
/// the CPU time of the process.
fn cold(side: &str, url: &str) {
    let began = Instant::now();
    let runtime = runtime();
    match side {
        GENERATED => place(&runtime, &Arc::new(generated::Generated::new(url)), 1, 1),
        BY_HAND => place(&runtime, &Arc::new(by_hand::ByHand::new(url)), 1, 1),
        other => panic!("`{other}` is neither `{GENERATED}` nor `{BY_HAND}`"),
    }
    println!("{} {}", began.elapsed().as_micros(), cpu_time().as_micros());
}

/// Starts processes of both sides by turns, and prints the medians.
fn compare_cold(url: &str, pairs: usize) {
    let program = std::env::current_exe().expect("the path of this program");
    let mut costs = [(GENERATED, Vec::new()), (BY_HAND, Vec::new())];
    for _ in 0..pairs {
        for (side, costs) in &mut costs {
            let output = Command::new(&program).args(["--cold", *side, url]).output().expect("it starts");
            let text = String::from_utf8(output.stdout).expect("text");
            let numbers: Vec<f64> = text.split_whitespace().map(|word| word.parse().expect("a number")).collect();
            costs.push(Cost { elapsed: numbers[0] / 1e3, cpu: numbers[1] / 1e3 });
        }
    }
    for (side, costs) in &costs {
        let [elapsed, cpu] =
            [|cost: &Cost| cost.elapsed, |cost: &Cost| cost.cpu].map(|of| median(costs.iter().map(of)));
        println!("  {side:<10}{elapsed:>8.1} ms{cpu:>8.1} ms of CPU");
    }
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
    report(GENERATED, &ours);
    report(BY_HAND, &theirs);
    // What slows the machine down for a while slows down both sides of a pair.
    median(ours.iter().zip(&theirs).map(|(ours, theirs)| ours.cpu / theirs.cpu))
}

/// One round of one side.
fn round(runtime: &Runtime, shop: &Arc<impl Shop>, plan: &Plan) -> Cost {
    let (began, cpu_before) = (Instant::now(), cpu_time());
    place(runtime, shop, plan.tasks, plan.orders);
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
