//! Answers that were made to do harm: too deep, too long, or not what they say. Each is an error that says so, or is read
//! as far as it is used.

use arazzo::{Error, ErrorKind, Limits, Outcome};
use serde_json::json;

use crate::embedded::{Reply, SeenRequest, Server};
use crate::support::{assert_error, assert_says, client, settings};
use crate::workflows::small::{hand_on, keep, pick, xml};

const MEGABYTE: usize = 1 << 20;

fn server(reply: Reply) -> Server {
    Server::start(move |_: &SeenRequest| reply.clone())
}

fn serve(body: impl Into<bytes::Bytes>) -> Server {
    server(Reply::new(200, body, "application/json"))
}

async fn kept(body: String) -> Result<keep::Outputs, Error> {
    keep(&client(&serve(body)), keep::Inputs {}).await.map(|run| run.outputs)
}

async fn picked(body: String) -> Result<pick::Outputs, Error> {
    pick(&client(&serve(body)), pick::Inputs {}).await.map(|run| run.outputs)
}

/// An error of the step, short enough to be read.
#[track_caller]
fn refused(error: &Error, says: &str) {
    assert_error(error, ErrorKind::Step, "read", Some(200));
    assert_says(error, says);
    assert!(error.to_string().len() < 1_024, "{}", error.to_string().len());
}

/// No value is built that takes more stack to read or to free than there is, and what is skipped is not built at all.
#[tokio::test]
async fn nesting_never_overflows_the_stack() {
    for open in ["[", "{\"a\":"] {
        let all = open.repeat(32 * MEGABYTE / open.len());
        refused(&kept(all.clone()).await.unwrap_err(), "recursion limit exceeded");
        refused(&picked(all).await.unwrap_err(), "EOF while parsing");
    }
    let deep = "[".repeat(MEGABYTE) + &"]".repeat(MEGABYTE);
    let around = format!(r#"{{"id": "1", "state": "ready", "more": {deep}, "size": 2}}"#);
    let outputs = picked(around.clone()).await.unwrap();
    assert_eq!((outputs.id.as_str(), outputs.size), ("1", Some(2.0)));
    refused(&kept(around).await.unwrap_err(), "recursion limit exceeded");
    let inside = format!(r#"{{"id": "1", "size": {deep}}}"#);
    refused(&picked(inside).await.unwrap_err(), "recursion limit exceeded");
}

#[tokio::test]
async fn numbers_of_any_length_are_read_or_refused() {
    let size = |digits: &str| format!(r#"{{"id": "1", "state": "ready", "size": {digits}}}"#);
    let ones = "1".repeat(MEGABYTE);
    for digits in [ones.clone(), format!("-{ones}.5"), "1e99999999999999999999".to_owned(), format!("1e{ones}")] {
        refused(&picked(size(&digits)).await.unwrap_err(), "number out of range");
    }
    for (digits, value) in [
        (format!("1.{ones}"), 1.111_111_111_111_111_1_f64),
        (format!("0.{}1", "0".repeat(MEGABYTE)), 0.0),
        (format!("1e-{ones}"), 0.0),
        (format!("{ones}e-{}", MEGABYTE - 1), 1.111_111_111_111_111_1),
        (format!("0e{ones}"), 0.0),
    ] {
        let outputs = picked(size(&digits)).await.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(outputs.size.map(f64::to_bits), Some(value.to_bits()), "{}", &digits[..20]);
    }
    // Skipped, it does not matter.
    let skipped = format!(r#"{{"id": "1", "more": {ones}}}"#);
    assert_eq!(picked(skipped).await.unwrap().id, "1");
}

/// A number is given on to the last digit.
#[tokio::test]
async fn numbers_keep_their_last_digit() {
    for digits in ["0.1", "122.416294033786585", "5.0e-324", "1.7976931348623157e308", "9007199254740993.0"] {
        let body = format!(r#"{{"id": "1", "state": "ready", "size": {digits}}}"#);
        let exact: f64 = digits.parse().unwrap();
        assert_eq!(picked(body).await.unwrap().size.map(f64::to_bits), Some(exact.to_bits()), "{digits}");
    }
}

/// The last of several members of one name counts, however many there are.
#[tokio::test]
async fn members_that_are_there_often_are_read_once() {
    let sizes: String = (0..100_000).map(|size| format!(r#""size": {size}, "#)).collect();
    let body = format!(r#"{{{sizes} "id": "1", "id": "2", "state": "ready"}}"#);
    let outputs = picked(body.clone()).await.unwrap();
    assert_eq!((outputs.id.as_str(), outputs.size), ("2", Some(99_999.0)));
    let job = kept(body).await.unwrap().job;
    assert_eq!((job.id.as_str(), job.size), ("2", Some(99_999.0)));
}

#[tokio::test]
async fn a_text_as_long_as_a_body_may_be_is_read_and_never_shown() {
    let frame = r#"{"state": "ready", "id": ""}"#.len();
    let text = "é".repeat((32 * MEGABYTE - frame) / 2);
    let body = format!(r#"{{"state": "ready", "id": "{text}"}}"#);
    assert_eq!(picked(body.clone()).await.unwrap().id.len(), text.len());
    let error = picked(format!("{body} ")).await.err();
    assert!(error.is_none() || body.len() == 32 * MEGABYTE, "{error:?}");
    let error = picked(format!("{body}   ")).await.unwrap_err();
    assert_error(&error, ErrorKind::Limit, "read", None);
    assert_says(&error, "more than the 33554432 bytes that `Limits::body_size` allows");
    // It does not fit, and the message does not hold all of it.
    let error = kept(format!(r#"{{"state": "ready", "id": "1", "size": "{}"}}"#, &text[..MEGABYTE])).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Output, "{error}");
    assert_says(&error, "it, or something in it, must be a number");
    assert!(error.to_string().len() < 200 && error.report().to_string().len() < 4_096, "{}", error.to_string().len());
}

/// What is wrong everywhere is told in a few places, and looked at no further.
#[tokio::test]
async fn a_list_whose_every_element_is_wrong_is_told_in_a_few_places() {
    let body = json!({ "id": "1", "state": "ready", "tags": vec!["ab"; 500_000] });
    let server = serve(body.to_string());
    let error = hand_on(&client(&server), hand_on::Inputs {}).await.unwrap_err();
    assert_error(&error, ErrorKind::Input, "use", None);
    assert_says(&error, "`$inputs.tags#/0` must have at least 3 characters; `$inputs.tags#/1` must have");
    assert_says(&error, "`$inputs` is wrong in more places than these");
    let call = error.report().calls().next().unwrap();
    let Outcome::NotSent { reason } = &call.outcome else { panic!("{call}") };
    assert!(reason.len() < 4_096 && server.requests().len() == 1, "{}", reason.len());
}

#[tokio::test]
async fn an_encoding_that_was_not_asked_for_is_not_told_at_length() {
    let reply = Reply::new(200, "{", "application/json").with_header("content-encoding", "e".repeat(50_000));
    let error = pick(&client(&server(reply)), pick::Inputs {}).await.unwrap_err();
    assert_error(&error, ErrorKind::Step, "read", Some(200));
    assert_says(&error, "its `Content-Encoding` is `eee");
    let Outcome::Unreadable { reason } = &error.report().requests().next().unwrap().outcome else { panic!("{error}") };
    assert!(error.to_string().len() < 4_400 && reason.len() <= 4_096, "{}", reason.len());
}

/// A limit of the client's own holds for what is sent in pieces, too.
#[tokio::test]
async fn a_body_that_goes_on_is_not_read_to_its_end() {
    let server = serve("[".repeat(8 * MEGABYTE));
    let client = settings(&server).limits(Limits::default().body_size(1_000)).build().unwrap();
    let error = keep(&client, keep::Inputs {}).await.unwrap_err();
    assert_says(&error, "more than the 1000 bytes");
}

#[tokio::test]
async fn text_that_is_no_unicode_is_refused() {
    for body in [&b"{\"id\": \"\xff\", \"state\": \"ready\"}"[..], b"{\"id\": \"\\ud800\", \"state\": \"ready\"}"] {
        let error = pick(&client(&serve(body.to_vec())), pick::Inputs {}).await.unwrap_err();
        refused(&error, "the response body is not valid JSON");
    }
}

#[tokio::test]
async fn headers_are_read_up_to_what_a_connection_holds() {
    let reply = Reply::json(200, &json!({ "id": "1", "state": "ready" }));
    let with = |length: usize| server(reply.clone().with_header("x-trace", "t".repeat(length)));
    let run = pick(&client(&with(100_000)), pick::Inputs {}).await.unwrap();
    assert_eq!(run.outputs.trace.map(|trace| trace.len()), Some(100_000));
    assert!(run.report.to_string().len() < 1_024);
    let error = pick(&client(&with(4 * MEGABYTE)), pick::Inputs {}).await.unwrap_err();
    assert_error(&error, ErrorKind::Transport, "read", None);
    let many = (0..1_000).fold(reply, |reply, line| reply.with_header(&format!("x-{line}"), "x"));
    let error = pick(&client(&server(many)), pick::Inputs {}).await.unwrap_err();
    assert_error(&error, ErrorKind::Transport, "read", None);
}

/// XML too is neither too deep nor expanded.
#[tokio::test]
async fn xml_is_bounded() {
    let deep = 100_000;
    let nested = "<a>".repeat(deep) + &"</a>".repeat(deep);
    let laughs = "<!DOCTYPE job [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]><job><state>&b;</state></job>".to_owned();
    for body in [nested, "<a>".repeat(10 * deep), format!("<a {}/>", "b='1' ".repeat(deep)), laughs] {
        let server = server(Reply::new(200, body, "application/xml"));
        let error = xml(&client(&server), xml::Inputs::new("1", "ready")).await.unwrap_err();
        assert_error(&error, ErrorKind::Step, "read", Some(200));
        assert_says(&error, "`/job/state` ");
    }
}
