//! Parts of payloads that are set before they are sent: what the server saw.

use arazzo::ErrorKind;
use serde_json::{Value, json};

use crate::embedded::{Reply, SeenRequest, Server};
use crate::support::{assert_says, client};
use crate::workflows::small::{replace_known, replace_nothing, replace_text, replace_whole, replace_xml};

fn server() -> Server {
    Server::start(|_: &SeenRequest| Reply::json(200, &json!({})))
}

/// The bodies that a server saw, as text.
fn bodies(server: &Server) -> Vec<String> {
    let body = |request: &SeenRequest| String::from_utf8(request.body.to_vec()).expect("text");
    server.requests().iter().map(body).collect()
}

/// Rule R17: a value takes the place of what the payload has at the target, in the order of the list.
/// Rule R15: the payload is evaluated first, then replaced in parts, then written.
/// Rule A13: members that are missing are made, `-` adds to a list, and an absent value replaces nothing.
#[tokio::test]
async fn parts_of_a_known_payload_are_set() {
    let server = server();
    let mut inputs = replace_known::Inputs::new("p1", vec!["x".to_owned()]);
    replace_known(&client(&server), inputs.clone()).await.unwrap();
    inputs.quantity = Some(5);
    replace_known(&client(&server), inputs).await.unwrap();
    let expected = concat!(
        r#"{"petId":"p1","quantity":1,"note":{"by":{"id":"x"}},"items":[{"sku":"a","quantity":10},"#,
        r#"{"sku":"p1-b","quantity":1},{"sku":"a","quantity":10},{"sku":"p1","tags":["x","last"]}],"a/b":null}"#
    );
    let with_quantity = expected.replace(r#""quantity":1,"note""#, r#""quantity":5,"note""#);
    assert_eq!(bodies(&server), [expected, &with_quantity]);
}

/// Rule R17: the same where only the run knows the payload; a query sets all that it selects.
#[tokio::test]
async fn parts_of_an_unknown_payload_are_set() {
    let server = server();
    let run = |order: Value| {
        let inputs = replace_whole::Inputs::new(order, "s");
        let client = client(&server);
        async move { replace_whole(&client, inputs).await }
    };
    run(json!({"items": [{"sku": "a", "quantity": 1}], "quantity": 2})).await.unwrap();
    // Text is read first.
    run(json!(r#"{"items": [{}], "x": {"quantity": null}}"#)).await.unwrap();
    let nothing = run(json!({"items": []})).await.unwrap_err();
    let scalar = run(json!({"items": "none", "quantity": 1})).await.unwrap_err();
    assert_eq!(
        bodies(&server),
        [r#"{"items":[{"quantity":7,"sku":"s"}],"quantity":7}"#, r#"{"items":[{"sku":"s"}],"x":{"quantity":7}}"#]
    );
    for (error, reason) in [
        (nothing, "the target `$..quantity` of a replacement finds nothing in the payload"),
        (scalar, "the target `/items/0/sku` of a replacement leads nowhere: `/items` is a plain value"),
    ] {
        assert_eq!((error.kind(), error.step()), (ErrorKind::Request, Some("send")));
        assert_says(&error, reason);
    }
}

/// Rule A13: JSON that is written as text is read first.
/// Rule C86: with a type that is named, the members of a form can be replaced too.
#[tokio::test]
async fn parts_of_text_and_of_forms_are_set() {
    let server = server();
    replace_text(&client(&server), replace_text::Inputs::new("i 1")).await.unwrap();
    assert_eq!(bodies(&server), [r#"{"id":"i 1","tags":["i 1"],"more":{"size":2}}"#, "card%5Bnumber%5D=i+1%21"]);
}

/// Rule R18: without a payload, replacements go into what the description has as an example, else into an object.
#[tokio::test]
async fn replacements_need_no_payload() {
    let server = server();
    replace_nothing(&client(&server), replace_nothing::Inputs::new("7")).await.unwrap();
    assert_eq!(
        bodies(&server),
        [r#"{"lines":[{"id":"7","quantity":1}],"currency":"EUR"}"#, r#"{"lines":[{"id":"7"}],"other":{"0":true}}"#]
    );
}

/// Rule R17: parts of XML are found by XPath, and what is put into them stays text.
#[tokio::test]
async fn parts_of_xml_are_set() {
    let server = server();
    replace_xml(&client(&server), replace_xml::Inputs::new("\"<1>", "<a><b/></a>")).await.unwrap();
    assert_eq!(
        bodies(&server),
        [
            concat!(
                "<order id=\"&quot;&lt;1&gt;\"><note>\"&lt;1&gt; &amp; more</note>",
                "<item sku=\"a\">1</item><item sku=\"b\">10</item></order>\n"
            ),
            "<a>\"&lt;1&gt;</a>",
        ]
    );
    let error = replace_xml(&client(&server), replace_xml::Inputs::new("1", "<b/>")).await.unwrap_err();
    assert_eq!((error.kind(), error.step()), (ErrorKind::Request, Some("whole")));
    assert_says(&error, "the target `/a` of a replacement cannot be set: the expression selects nothing");
}
