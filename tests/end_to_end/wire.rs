//! Parameters as the server sees them: every place and every style of OpenAPI.

use arazzo::ErrorKind;
use serde_json::{Value, json};

use crate::embedded::{Reply, SeenRequest, Server};
use crate::support::{TOKEN, assert_error, assert_says, client};
use crate::workflows::wire::{headers, paths, queries, search};

fn server() -> Server {
    Server::start(|_: &SeenRequest| Reply::json(200, &json!({})))
}

/// The only request of a run.
async fn seen(run: impl AsyncFnOnce(&Server)) -> SeenRequest {
    let server = server();
    run(&server).await;
    let [request] = server.requests().try_into().expect("one request");
    request
}

/// The target of the request that a workflow sends.
macro_rules! target {
    ($workflow:ident, $value:expr) => {
        seen(async |server: &Server| {
            $workflow(&client(server), $workflow::Inputs::new($value)).await.expect("a run");
        })
        .await
        .target
    };
}

// Rule R10: path parameters are substituted by their styles.
#[tokio::test]
async fn paths_follow_their_styles() {
    assert_eq!(
        target!(paths, json!("blue")),
        "/paths/blue/blue/.blue/.blue/;matrix=blue/;matrices=blue/%22blue%22/blue"
    );
    assert_eq!(
        target!(paths, json!(["a", "b/c", 5.0, true])),
        "/paths/a,b%2Fc,5,true/a,b%2Fc,5,true/.a,b%2Fc,5,true/.a.b%2Fc.5.true/;matrix=a,b%2Fc,5,true\
         /;matrices=a;matrices=b%2Fc;matrices=5;matrices=true/%5B%22a%22%2C%22b%2Fc%22%2C5.0%2Ctrue%5D/a,b%2Fc,5,true"
    );
    assert_eq!(
        target!(paths, json!({ "B": 150, "R": "x@y" })),
        "/paths/B,150,R,x%40y/B=150,R=x%40y/.B,150,R,x%40y/.B=150.R=x%40y/;matrix=B,150,R,x%40y/;B=150;R=x%40y\
         /%7B%22B%22%3A150%2C%22R%22%3A%22x%40y%22%7D/B,150,R,x@y"
    );
}

// Rule R55: expressions see what was sent as a text.
#[tokio::test]
async fn what_was_sent_is_a_text() {
    let server = server();
    let run = paths(&client(&server), paths::Inputs::new(json!(["a", 1]))).await.expect("a run");
    assert_eq!(run.outputs.sent, r#"["a",1]"#);
}

// Rule R10: arrays and objects follow the style of the query parameter; A32: expressions inside of them are evaluated.
#[tokio::test]
async fn queries_follow_their_styles() {
    assert_eq!(
        target!(queries, json!(["red", "a b"])),
        "/queries?form=red,a%20b&forms=red&forms=a%20b&space=blue%20red%205&pipe=R%7C100%7CB%7Ca%20b!\
         &deep%5Bcolour%5D%5BR%5D=100&deep%5Bcolour%5D%5Btints%5D%5B%5D=a&deep%5Bcolour%5D%5Btints%5D%5B%5D=b\
         &deep%5Bfirst%5D=red&reserved=a/b?c=d%20e%23red%20&json=%5B%22red%22%2C%22a%20b%22%5D\
         &text=red%20%26%20more&fields=a%3Dx%2By%26b%3Dtrue"
            .replace("a%20b!", "a%20b%21")
    );
}

// Rule A40: null and what is not there is left out.
#[tokio::test]
async fn null_leaves_a_query_parameter_out() {
    let target = target!(queries, Value::Null);
    assert!(target.starts_with("/queries?space=blue%205&pipe=R%7C100%7CB%7C%21&deep"), "{target}");
    assert!(target.contains("&json=null&"), "{target}");
}

// Rule R10: a header is a list of values, and cookies share one header.
#[tokio::test]
async fn headers_and_cookies_follow_their_styles() {
    let request = seen(async |server: &Server| {
        headers(&client(server), headers::Inputs::new(json!({ "a": "x y", "b": 2 }))).await.expect("a run");
    })
    .await;
    assert_eq!(request.header("x-simple"), Some("a,x y,b,2"));
    assert_eq!(request.header("x-exploded"), Some("a=x y,b=2"));
    assert_eq!(request.header("x-json"), Some(r#"{"a":"x y","b":2}"#));
    let cookies = r#"form=a,x%20y,b,2; a=x%20y; b=2; a=x y; b=2; json={%22a%22:%22x%20y%22%2C%22b%22:2}"#;
    assert_eq!(request.header("cookie"), Some(cookies));
    let request = seen(async |server: &Server| {
        headers(&client(server), headers::Inputs::new(json!(["p", "q"]))).await.expect("a run");
    })
    .await;
    assert_eq!(request.header("x-simple"), Some("p,q"));
    let cookies = r#"form=p,q; forms=p; forms=q; plain=p; plain=q; json=[%22p%22%2C%22q%22]"#;
    assert_eq!(request.header("cookie"), Some(cookies));
    // What is not encoded goes as it is, letters beyond ASCII too.
    let request = seen(async |server: &Server| {
        headers(&client(server), headers::Inputs::new(json!(["ü"]))).await.expect("a run");
    })
    .await;
    assert_eq!(request.header("x-simple"), Some("ü"));
    let cookies = r#"form=%C3%BC; forms=%C3%BC; plain=ü; json=[%22%C3%BC%22]"#;
    assert_eq!(request.header("cookie"), Some(cookies));
}

// Rule R11: a querystring is the whole query, used as it stands behind interpolation.
#[tokio::test]
async fn a_querystring_is_sent_as_it_stands() {
    assert_eq!(target!(search, json!(["x%20y z"])), "/search?colour=x%20y%20z&limit=50&sort=a,b");
}

// Rule R10: a value that has no text in its style fails the step before anything is sent.
#[tokio::test]
async fn a_value_without_a_text_is_not_sent() {
    let server = server();
    let error = paths(&client(&server), paths::Inputs::new(json!([[TOKEN.len()]]))).await.expect_err("an error");
    assert_error(&error, ErrorKind::Request, "send", None);
    assert_says(&error, "the path parameter `simple` is a list or an object inside of a list");
    let error = paths(&client(&server), paths::Inputs::new(json!(""))).await.expect_err("an error");
    assert_says(&error, "the path parameter `simple` must not be \"\"");
    assert!(server.requests().is_empty());
}
