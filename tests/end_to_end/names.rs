//! Names with dots, blanks, brackets and dollars, and what looks like an expression and is none.

use serde_json::json;

use crate::embedded::{Reply, SeenRequest, Server};
use crate::support::client;
use crate::workflows::small::odd_names;

/// Rules A3, C95, R50, R51: a name that is declared counts before the grammar; a whole value keeps its type, an embedded one
/// becomes text, an object its JSON; other text stands for itself.
#[tokio::test]
async fn names_and_values_are_what_the_document_declares() {
    let server = Server::start(|request: &SeenRequest| match request.method.as_str() {
        "GET" => Reply::json(200, &json!({ "id": "7", "state": null })),
        _ => Reply::json(201, &json!({ "id": "8", "state": "new" })),
    });
    let inputs = json!({
        "user name": "a b",
        "filter[state]": "x&y",
        "$top": 5,
        "a": { "b": "inner", "c": ["t"] },
        "a.b": "outer",
    });
    let inputs: odd_names::Inputs = serde_json::from_value(inputs).expect("the inputs");
    let run = odd_names(&client(&server), inputs).await.expect("all criteria are met");
    assert_eq!(json!(run.outputs), json!({ "top": "5" }));
    let sent = server.requests();
    let url = reqwest::Url::parse(&format!("http://jobs.test{}", sent[0].target)).expect("a URL");
    assert_eq!(url.path(), "/jobs/a%20b");
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let expected = [
        ("filter[state]", "x&y"),
        ("$top", "5"),
        ("$expand", "$.items[0]"),
        ("exact", "outer"),
        ("nested", "inner"),
        ("text", "a b of {\"b\":\"inner\",\"c\":[\"t\"]}, {$.x}"),
    ];
    assert_eq!(pairs, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let body = json!({ "name": "7", "size": 5, "tags": ["t"], "note": "5", "literal": "$top", "state": null });
    assert_eq!(sent[1].json().unwrap(), body);
}
