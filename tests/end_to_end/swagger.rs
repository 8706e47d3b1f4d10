//! An API that is described in Swagger 2.0, as its server sees it.

use serde_json::json;

use crate::embedded::{Reply, SeenRequest, Server};
use crate::support::client;
use crate::workflows::wire::adopt;

// Rule R10: lists are written by their `collectionFormat`, and a parameter `in: body` is the body.
#[tokio::test]
async fn a_swagger_description_says_what_is_sent() {
    let server = Server::start(|request: &SeenRequest| match &*request.method {
        "GET" => Reply::json(200, &json!([{ "id": 7, "name": "Rex", "owner": null }])),
        _ => Reply::json(201, &json!({ "id": 8, "name": "Rex", "owner": null })),
    });
    let inputs = adopt::Inputs::new(vec!["a b".to_owned(), "c".to_owned()]);
    let run = adopt(&client(&server), inputs).await.expect("a run");
    assert_eq!((run.outputs.id, run.outputs.owner), (8_i64, None::<String>));
    let [list, add] = server.requests().try_into().expect("two requests");
    assert_eq!(
        list.target,
        "/pets/a%20b,c?tags=a%20b,c&all=a%20b&all=c&spaces=a%20b%20c&tabs=a%20b%09c&pipes=a%20b%7Cc"
    );
    assert_eq!(list.header("x-tags"), Some("a b,c"));
    assert_eq!((&*add.method, &*add.target), ("POST", "/pets"));
    assert_eq!(add.header("content-type"), Some("application/vnd.pets+json"));
    assert_eq!(add.json(), Some(json!({ "id": 7, "name": "Rex", "owner": null })));
}
