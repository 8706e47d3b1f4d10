//! What both sides do.

use std::sync::Arc;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

/// A client of the shop.
pub(crate) trait Shop: Send + Sync + 'static {
    /// Makes three requests, each of which needs the answer of the one before.
    fn place_order(&self) -> impl Future<Output = ()> + Send;
}

/// How many requests one order takes.
pub(crate) const REQUESTS: usize = 3;

/// With more threads than one, chance decides which of them wakes which, and the figures with it.
pub(crate) fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// Tasks that run at the same time, each of which places so many orders, one after the other.
pub(crate) fn place(runtime: &Runtime, shop: &Arc<impl Shop>, tasks: usize, orders: usize) {
    runtime.block_on(async {
        let mut running = JoinSet::new();
        for _ in 0..tasks {
            let shop = Arc::clone(shop);
            running.spawn(async move {
                for _ in 0..orders {
                    shop.place_order().await;
                }
            });
        }
        running.join_all().await;
    });
}
