//! Selector Objects: what they pick from a response, an input and another output, and where they may stand.

use serde_json::{Value, json};

use crate::embedded::{Reply, SeenRequest, Server};
use crate::support::{assert_says, client};
use crate::workflows::small::select;
use crate::workflows::small::select::{End, Inputs};

/// Answers to reading with this job, and to writing with another.
fn serve(job: Value) -> Server {
    Server::start(move |request: &SeenRequest| match request.method.as_str() {
        "GET" => Reply::json(200, &job),
        _ => Reply::json(201, &json!({ "id": "new", "state": "queued" })),
    })
}

fn job() -> Value {
    json!({ "id": "2", "state": "ready", "tags": ["ab", "x", "ac"], "owner": { "name": "me" } })
}

async fn run(server: &Server) -> arazzo::Run<select::Outputs, End> {
    select(&client(server), Inputs::new(vec!["1".to_owned(), "2".to_owned()])).await.expect("the run succeeds")
}

/// Rule C87: pointers and queries, in outputs of steps and of the workflow, in a parameter, and anywhere in a payload.
///
/// Rule A17: a query of one value gives that value, any other a list.
///
/// Rule A16: a map is an object to be sent unless it has the three fields and an expression as its context.
#[tokio::test]
async fn selectors_pick_from_responses_inputs_and_outputs() {
    let server = serve(job());
    let run = run(&server).await;
    assert_eq!(run.end, End::Completed);
    let outputs = serde_json::to_value(&run.outputs).unwrap();
    let expected = json!({
        "first": "ab",
        "marked": ["ab", "ac"],
        "last": "ac",
        "owner": { "name": "me" },
        "state": "ready",
        "given": ["1"],
    });
    assert_eq!(outputs, expected);
    let sent = server.requests();
    assert_eq!(sent[0].target, "/jobs/2");
    let expected = json!({
        "name": "ac",
        "all": [["ab", "ac"]],
        "literal": { "context": "the whole", "selector": "/1", "type": "jsonpointer" },
        "untyped": { "context": ["1", "2"], "selector": "/0" },
    });
    assert_eq!(sent[1].json().unwrap(), expected);
}

/// Rule R56: a context that is no list or object makes the selector absent, and not an empty list or the scalar itself.
#[tokio::test]
async fn a_context_that_is_a_scalar_gives_nothing() {
    let server = serve(json!({ "id": "2", "state": "ready", "tags": [], "owner": "me" }));
    let error = select(&client(&server), Inputs::new(vec!["2".to_owned()])).await.unwrap_err();
    let outputs = Value::Object(error.outputs().clone());
    assert_eq!(outputs, json!({ "marked": [], "state": "ready", "given": ["2"] }));
    // The operation requires a name.
    assert_says(&error, "the request body lacks `name`, which is required, and has no value");
    assert_eq!(server.requests().len(), 1);
}
