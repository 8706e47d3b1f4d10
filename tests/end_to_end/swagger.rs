//! An API that is described in Swagger 2.0, as its server sees it.

use serde_json::json;

use crate::embedded::{Reply, SeenRequest, Server};
use crate::multipart::{expected, texts};
use crate::support::client;
use crate::workflows::wire::{adopt, find_pets, store_photo};

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

// Rule R16: parameters `in: formData` are a form, with the lists of their `collectionFormat`.
#[tokio::test]
async fn parameters_of_a_form_are_the_body() {
    let server = Server::start(|_: &SeenRequest| Reply::json(200, &json!([{ "id": 7, "name": "Rex", "owner": null }])));
    let inputs = find_pets::Inputs::new(vec!["a b".to_owned(), "c,d".to_owned()]);
    let run = find_pets(&client(&server), inputs).await.expect("a run");
    assert_eq!(run.outputs.first.as_deref(), Some("Rex"));
    let [request] = server.requests().try_into().expect("one request");
    assert_eq!((&*request.method, &*request.target), ("POST", "/pets/search"));
    assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(
        std::str::from_utf8(&request.body),
        Ok("name=R+%26+x&csv=a+b,c%2Cd&all=a+b&all=c%2Cd&spaces=a+b%20c%2Cd&tabs=a+b%09c%2Cd&pipes=a+b%7Cc%2Cd")
    );
}

// Rule R16: a form with a field of `type: file` has parts.
#[tokio::test]
async fn a_file_makes_a_form_of_parts() {
    let server = Server::start(|_: &SeenRequest| Reply::json(201, &json!({})));
    let inputs = store_photo::Inputs::new("AAH/", vec!["a b".to_owned(), "c".to_owned()]);
    store_photo(&client(&server), inputs).await.expect("a run");
    let [request] = server.requests().try_into().expect("one request");
    assert_eq!(
        texts(&request),
        expected(&[
            ("name=\"photo\"; filename=\"photo\" | Content-Type: application/octet-stream", "\0\u{1}\u{ff}"),
            ("name=\"name\"", "Rex"),
            ("name=\"all\"", "a b"),
            ("name=\"all\"", "c"),
            ("name=\"csv\"", "a b,c"),
        ])
    );
}
