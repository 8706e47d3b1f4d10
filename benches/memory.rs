//! What workflows take of memory: the allocations of a request, beside those of the same calls written by hand, and what is
//! left behind by each of many polls.
//!
//! ```text
//! cargo bench --bench memory
//! cargo test --bench memory           fewer rounds; the memory of a long run is bounded there too, or it fails
//! ```

#![allow(clippy::print_stdout, reason = "it is how a benchmark tells its result")]

#[path = "overhead/by_hand.rs"]
mod by_hand;
#[path = "overhead/generated.rs"]
mod generated;
#[path = "memory/polls.rs"]
mod polls;
#[path = "overhead/server.rs"]
mod server;
#[path = "overhead/shop.rs"]
mod shop;

use shop::{REQUESTS, Shop, place, runtime};
use stats_alloc::{INSTRUMENTED_SYSTEM, Stats, StatsAlloc};
use std::alloc::System;
use std::sync::Arc;
use tokio::runtime::Runtime;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() {
    let has = |argument: &str| std::env::args().any(|given| given == argument);
    if has(server::ARGUMENT) {
        return server::serve();
    }
    let runtime = runtime();
    let server = server::Process::start();
    let generated = Arc::new(generated::Generated::new(server.url()));
    let by_hand = Arc::new(by_hand::ByHand::new(server.url()));
    let orders = if has("--bench") { 100 } else { 2 };
    for tasks in [1, 64] {
        println!("orders of {REQUESTS} requests, {tasks} at the same time");
        report("generated", allocations(&runtime, &generated, tasks, orders));
        report("by hand", allocations(&runtime, &by_hand, tasks, orders));
    }
    polls::measure(&runtime);
}

/// Allocations of a request, and their bytes. What makes one larger counts as one.
fn allocations(runtime: &Runtime, shop: &Arc<impl Shop>, tasks: usize, orders: usize) -> (f64, f64) {
    // Connections are opened and caches are filled before anything counts.
    place(runtime, shop, tasks, 2);
    let before = ALLOCATOR.stats();
    place(runtime, shop, tasks, orders);
    let Stats { allocations, reallocations, bytes_allocated, .. } = ALLOCATOR.stats() - before;
    let each = |number: usize| number as f64 / (tasks * orders * REQUESTS) as f64;
    (each(allocations + reallocations), each(bytes_allocated))
}

fn report(side: &str, (allocations, bytes): (f64, f64)) {
    println!("  {side:<10}{allocations:>8.1} allocations{bytes:>9.0} bytes per request");
}

/// The bytes that are in use.
fn in_use() -> usize {
    let stats = ALLOCATOR.stats();
    stats.bytes_allocated.saturating_sub(stats.bytes_deallocated)
}
