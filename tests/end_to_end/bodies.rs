//! Request bodies of every kind: what the server saw, byte for byte, and under which content type.

use arazzo::{Error, ErrorKind};
use serde_json::{Value, json};

use crate::embedded::{Reply, SeenRequest, Server};
use crate::support::{assert_says, client};
use crate::workflows::small::{
    content_types, json_fragments, json_text, json_words, needed, needed_in_a_form, needed_in_parts, texts,
};

fn server() -> Server {
    Server::start(|_: &SeenRequest| Reply::json(200, &json!({})))
}

/// The bodies that a server saw, as text, with their content types.
fn seen(server: &Server) -> Vec<(String, String)> {
    let sent = |request: &SeenRequest| {
        let content_type = request.header("content-type").unwrap_or_default().to_owned();
        (content_type, String::from_utf8(request.body.to_vec()).expect("text"))
    };
    server.requests().iter().map(sent).collect()
}

/// The same as slices, to compare.
#[track_caller]
fn assert_sent(server: &Server, expected: &[(&str, &str)]) {
    let seen = seen(server);
    let seen: Vec<_> = seen.iter().map(|(content_type, body)| (content_type.as_str(), body.as_str())).collect();
    assert_eq!(seen, expected);
}

#[track_caller]
fn assert_not_sent(error: &Error, step: &str, reason: &str) {
    assert_eq!((error.kind(), error.step()), (ErrorKind::Request, Some(step)), "{error}");
    assert_says(error, reason);
}

const JSON: &str = "application/json";

/// Rule R16: JSON written as text is a template.
/// Rule A12: a value alone between quotes is put in as JSON when it is a list or an object, else as text.
#[tokio::test]
async fn json_text_is_a_template() {
    let server = server();
    let customer = json_text::InputsCustomer { name: Some("Ann \"A\"".to_owned()) };
    let mut inputs = json_text::Inputs::new("p\"1\\", 2, customer, vec!["a".to_owned(), "b\n".to_owned()]);
    json_text(&client(&server), inputs.clone()).await.unwrap();
    inputs.note = Some("here".to_owned());
    json_text(&client(&server), inputs).await.unwrap();
    let without = concat!(
        r#"{"petOrder":{"petId":"p\"1\\","quantity":"2","count":2,"customer":{"name":"Ann \"A\""},"#,
        r#""tags":["a","b\n"],"line":"2 of p\"1\\","status":"placed","complete":false,"price":[1.5,null]}}"#
    );
    let with = without.replace(r#""status""#, r#""note":"here","status""#);
    assert_sent(&server, &[(JSON, without), (JSON, &with)]);
}

/// Rule A12: text that is not JSON before the substitution is substituted as text, and must be JSON then.
#[tokio::test]
async fn json_text_may_become_json_only_with_its_values() {
    let server = server();
    let run = |name: &str, members: &str| json_fragments::Inputs::new(name, members);
    json_fragments(&client(&server), run("a \"b\"", r#""c": [1, {}]"#)).await.unwrap();
    let error = json_fragments(&client(&server), run("a", "t0p-s3cret: 1")).await.unwrap_err();
    assert_not_sent(&error, "send", "the payload with its values put in is not valid JSON: key must be a string");
    assert_sent(&server, &[(JSON, r#"{"c":[1,{}],"name":"- a \"b\" -"}"#)]);
}

/// Rule R16: a string that is one expression keeps the type of its value; any other string is a string.
/// Rule R15: a required body that is absent fails the step before anything is sent, an optional one is left out.
#[tokio::test]
async fn text_for_a_json_body_is_json_or_a_string() {
    for value in [json!({"a": [null]}), json!("b \"c\""), json!(1.5), json!(false), json!([])] {
        let server = server();
        let inputs = json_words::Inputs::new(value.clone());
        let error = json_words(&client(&server), inputs).await.unwrap_err();
        assert_not_sent(&error, "required", "the operation requires a body");
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let mixed = Value::String(format!("Hello {text}")).to_string();
        let whole = value.to_string();
        assert_sent(
            &server,
            &[
                (JSON, r#""Hello \"you\"""#),
                (JSON, &mixed),
                (JSON, r#"[1,{"b":"x","a":2}]"#),
                (JSON, &whole),
                (JSON, &whole),
                ("", ""),
            ],
        );
    }
}

/// Rule A39: the content type of the document counts, else the one that the operation declares, else JSON where a range
/// covers it.
#[tokio::test]
async fn content_types_come_from_the_document_or_the_operation() {
    let server = server();
    content_types(&client(&server), content_types::Inputs {}).await.unwrap();
    assert_sent(
        &server,
        &[
            ("application/merge-patch+json", r#"{"a":null}"#),
            ("application/json; charset=utf-8", r#"{"a":1}"#),
            ("application/vnd.bodies+json", r#"{"a":2}"#),
            ("application/json; profile=x", r#"{"a":3}"#),
            (JSON, r#"{"a":4}"#),
            ("text/csv", "a,b\n1,2\n"),
        ],
    );
}

/// Rule R51: values are put into text as they are, lists and objects as JSON.
/// Rule R55: `$request.body` is what was sent.
#[tokio::test]
async fn text_and_xml_hold_values_as_they_are() {
    let server = server();
    texts(&client(&server), texts::Inputs::new("<1>&", json!("x"))).await.unwrap();
    let xml = ("application/xml", "<pet id=\"<1>&\">x</pet>\n");
    let soap = ("application/soap+xml; charset=utf-8", "<a/>");
    let bytes = ("application/octet-stream", "größe <1>&");
    assert_sent(&server, &[xml, soap, ("text/plain", "x"), bytes]);

    let error = texts(&client(&server), texts::Inputs::new("2", json!({"a": [1]}))).await.unwrap_err();
    assert_not_sent(&error, "whole", "a body of the type `text/plain` is text, and the payload is an object");
    assert_eq!(seen(&server)[4].1, "<pet id=\"2\">{\"a\":[1]}</pet>\n");
}

/// Answers each order with this text.
fn shop(order: Value) -> Server {
    Server::start(move |request: &SeenRequest| match request.path() {
        "/orders" => Reply::json(201, &order),
        _ => Reply::json(200, &json!({})),
    })
}

/// Rule A14: a member that is absent is left out where it may be, and where it may not nothing is sent.
#[tokio::test]
async fn what_a_schema_requires_of_a_body_is_there_or_nothing_is_sent() {
    let with_sku = || needed::Inputs { sku: Some("b".to_owned()), ..needed::Inputs::new(9.5) };
    let shop_of_id = shop(json!({"id": "o1"}));
    needed(&client(&shop_of_id), with_sku()).await.unwrap();
    let body = r#"{"orderId":"o1","amount":9.5,"note":"b","lines":[{"sku":"a"},{"sku":"b"}]}"#;
    assert_eq!(seen(&shop_of_id)[1], (JSON.to_owned(), body.to_owned()));
    let error = needed(&client(&shop_of_id), needed::Inputs::new(9.5)).await.unwrap_err();
    let reason = "`/lines/1` of the request body lacks `sku`, which is required: `$inputs.sku` is not there";
    assert_not_sent(&error, "pay", reason);
    assert_eq!(shop_of_id.requests().len(), 3);

    let shop_of_none = shop(json!({"total": 1}));
    let error = needed(&client(&shop_of_none), with_sku()).await.unwrap_err();
    let reason = "the request body lacks `orderId`, which is required: `$steps.order.outputs.id` is not there";
    assert_not_sent(&error, "pay", reason);
    assert_eq!(shop_of_none.requests().len(), 1);

    // In JSON null is a value.
    let shop_of_null = shop(json!({"id": null}));
    needed(&client(&shop_of_null), with_sku()).await.unwrap();
    assert!(seen(&shop_of_null)[1].1.starts_with(r#"{"orderId":null,"#));
}

#[tokio::test]
async fn what_a_schema_requires_of_a_form_is_there_or_nothing_is_sent() {
    let reason = "the request body lacks `orderId`, which is required: `$steps.order.outputs.id` is not there";
    for lacking in [json!({}), json!({"id": null})] {
        let server = shop(lacking);
        let error = needed_in_a_form(&client(&server), needed_in_a_form::Inputs::new(9.5)).await.unwrap_err();
        assert_not_sent(&error, "pay", reason);
        let error = needed_in_parts(&client(&server), needed_in_parts::Inputs::new(9.5)).await.unwrap_err();
        assert_not_sent(&error, "pay", reason);
        assert_eq!(server.requests().len(), 2);
    }
    let server = shop(json!({"id": "o1"}));
    needed_in_a_form(&client(&server), needed_in_a_form::Inputs::new(9.5)).await.unwrap();
    needed_in_parts(&client(&server), needed_in_parts::Inputs::new(9.5)).await.unwrap();
    assert_eq!(seen(&server)[1].1, "orderId=o1&amount=9.5");
    assert!(seen(&server)[3].1.contains("name=\"orderId\""));
}

/// The note of the first request, which has passed.
fn note(run: &arazzo::Report) -> Option<String> {
    run.requests().next().and_then(|record| record.note.clone())
}

#[tokio::test]
async fn outputs_that_a_success_lacks_are_named_in_the_report() {
    let lacks = |reply: fn() -> Reply| async move {
        let server = Server::start(move |_: &SeenRequest| reply());
        let error = needed_in_a_form(&client(&server), needed_in_a_form::Inputs::new(9.5)).await.unwrap_err();
        assert_eq!(server.requests().len(), 1);
        note(error.report()).unwrap()
    };
    assert_eq!(
        lacks(|| Reply::json(201, &json!({"total": 1}))).await,
        "the output `id` is not there: the body has no `/id`"
    );
    let why = "is not there: the body is `text/html`, not JSON";
    let html = lacks(|| Reply::new(200, "<p>s3cret</p>", "text/html")).await;
    assert_eq!(html, format!("the output `id` {why}; the output `total` {why}"));

    let server = shop(json!({"id": "o1", "total": null}));
    let run = needed_in_a_form(&client(&server), needed_in_a_form::Inputs::new(9.5)).await.unwrap();
    assert_eq!(note(&run.report), None);
}
