//! Where requests go: the servers of a description, and those of the client.

use arazzo::{Client, Pacing};
use serde_json::json;

use crate::support::{Answer, Memory};
use crate::workflows::wire::ask_each;

fn lines(memory: &Memory) -> Vec<String> {
    memory.requests().into_iter().map(|request| request.line).collect()
}

// Rule R13: the nearest servers count, the first that is known while compiling, with the defaults of its variables.
#[tokio::test]
async fn the_nearest_server_of_the_description_counts() {
    let memory = Memory::new([Answer::json(200, &json!({}))]);
    let client = Client::builder().transport(memory.clone()).pacing(Pacing::none()).build().unwrap();
    ask_each(&client, ask_each::Inputs {}).await.expect("a run");
    assert_eq!(
        lines(&memory),
        [
            "GET https://eu.root.example:8443/v2/root",
            "GET https://item.example/item",
            "PUT https://operation.example/api/item",
        ]
    );
}

// Rule R13: a server of the client takes the place of all of them.
#[tokio::test]
async fn a_server_of_the_client_takes_the_place_of_all() {
    let memory = Memory::new([Answer::json(200, &json!({}))]);
    let builder = Client::builder().transport(memory.clone()).pacing(Pacing::none());
    let client = builder.server_for("servers", "https://mine.example/base").build().unwrap();
    ask_each(&client, ask_each::Inputs {}).await.expect("a run");
    assert_eq!(
        lines(&memory),
        [
            "GET https://mine.example/base/root",
            "GET https://mine.example/base/item",
            "PUT https://mine.example/base/item",
        ]
    );
}
