//! The workflow of `overhead.yml` as the macro writes it.

use arazzo::Client;
use place_order::{End, Inputs};

arazzo::arazzo_workflow! { path = "benches/overhead.yml", strict }

pub(crate) struct Generated {
    client: Client,
}

impl Generated {
    pub(crate) fn new(server: &str) -> Self {
        Self { client: Client::builder().server(server).build().expect("a client") }
    }
}

impl crate::Shop for Generated {
    async fn place_order(&self) {
        let inputs = Inputs::new("0123456789abcdef", "cus-4711", "teapot", 2);
        let run = place_order(&self.client, inputs).await.expect("an order");
        assert_eq!(run.end, End::Completed);
        assert_eq!(run.outputs.receipt.as_deref(), Some("R-2026-000815"));
    }
}
