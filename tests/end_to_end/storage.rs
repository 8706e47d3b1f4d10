//! Methods of OpenAPI 3.2, paths with more in them than OpenAPI says, and a description in two files.

use arazzo::ErrorKind;
use serde_json::json;

use crate::embedded::{Reply, SeenRequest, Server};
use crate::support::{assert_error, assert_says, client};
use crate::workflows::wire::store;

fn server() -> Server {
    Server::start(|_: &SeenRequest| Reply::json(200, &json!({})))
}

// Rule R10: parameters of the path, of one or of many segments, beside a query that the path has by itself.
#[tokio::test]
async fn requests_have_the_methods_and_paths_of_the_description() {
    let server = server();
    store(&client(&server), store::Inputs::new("2026/ü x//7?#%.pdf")).await.expect("a run");
    let requests = server.requests();
    let lines: Vec<_> = requests.iter().map(|request| format!("{} {}", request.method, request.target)).collect();
    assert_eq!(
        lines,
        [
            "COPY /a%2Fb/2026/%C3%BC%20x//7%3F%23%25.pdf",
            "GET /c/2026/%C3%BC%20x//7%3F%23%25.pdf",
            "GET /c?location&zone=x",
            "QUERY /search",
        ]
    );
    assert_eq!(requests[0].header("destination"), Some("/elsewhere"));
    assert_eq!(requests[3].json(), Some(json!({ "key": "2026/ü x//7?#%.pdf" })));
}

// Rule R20: no segment of a value leads to another resource.
#[tokio::test]
async fn segments_lead_nowhere_else() {
    for key in ["", "..", "a/../b", "a/%2e%2E", "./a"] {
        let server = server();
        let error = store(&client(&server), store::Inputs::new(key)).await.expect_err("an error");
        assert_error(&error, ErrorKind::Request, "copy", None);
        assert_says(&error, "the path parameter `Key` must not be");
        assert!(server.requests().is_empty(), "{key}");
    }
}
