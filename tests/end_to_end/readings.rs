//! The lenient readings mean what their authors mean.

use arazzo::{Error, Run};
use serde_json::{Value, json};

use crate::embedded::{Reply, SeenRequest, Server};
use crate::support::client;
use crate::workflows::small::lenient;
use crate::workflows::small::lenient::{End, Inputs, Outputs};

fn body() -> Value {
    json!({ "state": "it's ready", "tags": ["a", "b"], "owner": { "name": "me" }, "urgent": false })
}

fn serve(body: Value) -> Server {
    Server::start(move |_: &SeenRequest| Reply::json(200, &body))
}

async fn run(server: &Server) -> Result<Run<Outputs, End>, Error> {
    let inputs = serde_json::from_value(json!({ "job": { "id": "7" }, "word": "me" })).expect("inputs");
    let inputs: Inputs = inputs;
    lenient(&client(server), inputs).await
}

/// Rules A3, A4, A21: dots behind inputs, outputs and bodies lead into them; a source may be named in several ways.
#[tokio::test]
async fn what_is_read_leniently_has_its_meaning() {
    let server = serve(body());
    let run = run(&server).await.expect("all criteria are met");
    assert_eq!(json!(run.outputs), json!({ "first": "a", "owner": "me" }));
    let sent = server.requests();
    let targets: Vec<&str> = sent.iter().map(|request| request.target.as_str()).collect();
    assert_eq!(targets, ["/jobs/7", "/jobs/me", "/jobs/a"]);
    assert_eq!(sent[0].header("x-trace"), Some("me and me, 7."));
}

#[tokio::test]
async fn each_reading_can_fail() {
    let lenient = "$.tags.length > 1 && $.owner.name == $inputs.word && !$.urgent && $.missing == null";
    let filter = "$[?@.state == \"it's ready\" && @.owner.name == '{$inputs.word}']";
    let dotted = "$response.body.tags[1] == 'b' && $response.body.tags.length < 3";
    for (members, criterion) in [
        (json!({ "state": "its ready" }), "$response.body#/state == \"it's ready\""),
        (json!({ "tags": ["a"] }), lenient),
        (json!({ "tags": "a" }), lenient),
        (json!({ "owner": { "name": "Me" } }), lenient),
        (json!({ "urgent": true }), lenient),
        (json!({ "missing": 0 }), lenient),
        // A simple condition looks past the case of letters, a query does not.
        (json!({ "state": "It's ready" }), filter),
        (json!({ "tags": ["a", "c"] }), dotted),
        (json!({ "tags": ["a", "b", "c"] }), dotted),
    ] {
        let mut body = body();
        for (name, value) in members.as_object().expect("members") {
            body[name] = value.clone();
        }
        let server = serve(body);
        let error = run(&server).await.expect_err("a criterion is not met");
        assert_eq!(error.criterion(), Some(criterion), "{members}: {error}");
    }
    let server =
        Server::start(|_: &SeenRequest| Reply::new(200, "{\"state\": \"it's ready\"}", "application/vnd.j+json"));
    let error = run(&server).await.expect_err("the media type is another");
    assert_eq!(error.criterion(), Some("$response.header.Content-Type == application/json"));
}
