//! Bodies of the type `application/x-www-form-urlencoded`: the bytes that the server saw.

use arazzo::ErrorKind;
use serde_json::json;
use std::collections::BTreeMap;

use crate::embedded::{Reply, SeenRequest, Server};
use crate::support::{assert_says, client};
use crate::workflows::small::{form_encodings, form_members, form_text, form_whole};

fn server() -> Server {
    Server::start(|_: &SeenRequest| Reply::json(200, &json!({})))
}

/// The bodies that a server saw, which were sent as forms.
#[track_caller]
fn forms(server: &Server) -> Vec<String> {
    let requests = server.requests();
    let body = |request: &SeenRequest| {
        assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
        String::from_utf8(request.body.to_vec()).expect("text")
    };
    requests.iter().map(body).collect()
}

/// Rule R16: the members of an object are those of the form.
/// Rule A14: a member that is absent or null is left out.
#[tokio::test]
async fn members_are_written_in_the_order_of_the_document() {
    let server = server();
    let mut inputs = form_members::Inputs::new("a b", "s&c=r%t+ü");
    form_members(&client(&server), inputs.clone()).await.unwrap();
    inputs.scope = Some("read write".to_owned());
    form_members(&client(&server), inputs).await.unwrap();
    assert_eq!(
        forms(&server),
        [
            "client_id=a+b&client_secret=s%26c%3Dr%25t%2B%C3%BC&grant_type=client_credentials&resource=urn%3Aa+b\
             &lifetime=3600",
            "",
            "client_id=a+b&client_secret=s%26c%3Dr%25t%2B%C3%BC&grant_type=client_credentials&scope=read+write\
             &resource=urn%3Aa+b&lifetime=3600",
            "scope=read+write",
        ]
    );
}

/// Rule R16: a form that is written as text is a template.
/// Rule R51: what is put into it stays one value.
#[tokio::test]
async fn text_is_a_form_with_values_in_it() {
    let server = server();
    form_text(&client(&server), form_text::Inputs::new("a b", "x&y=z%")).await.unwrap();
    assert_eq!(forms(&server), ["client_id=a+b&client_secret=x%26y%3Dz%25&scope=&a=b%20c+d", "a+b=x%26y%3Dz%25"]);
}

/// Rule R16: an expression that is the whole payload is an object, or text that is a form already.
#[tokio::test]
async fn a_whole_payload_is_an_object_or_text() {
    let server = server();
    for form in [json!({"b": [1, 2], "a": {"x": "y"}}), json!("a=1&b=2"), json!({})] {
        form_whole(&client(&server), form_whole::Inputs::new(form)).await.unwrap();
    }
    assert_eq!(forms(&server), ["a=%7B%22x%22%3A%22y%22%7D&b=1&b=2", "a=1&b=2", ""]);
    let error = form_whole(&client(&server), form_whole::Inputs::new(json!([1]))).await.unwrap_err();
    assert_eq!((error.kind(), error.step()), (ErrorKind::Request, Some("send")));
    assert_says(&error, "has members, and the payload is a list");
    // The operation does not require one.
    form_whole(&client(&server), form_whole::Inputs::new(json!(null))).await.unwrap();
    let last = &server.requests()[3];
    assert!(last.body.is_empty() && last.header("content-type").is_none());
}

/// Rule A39: members are written by the Encoding Objects of the description.
#[tokio::test]
async fn members_follow_their_encoding() {
    let server = server();
    let card = form_encodings::InputsCard {
        number: Some("4242 4242".to_owned()),
        holder: Some(BTreeMap::from([("name".to_owned(), "Ann".to_owned())])),
    };
    let inputs = form_encodings::Inputs::new("p 1", card, vec!["x y".to_owned(), "z".to_owned()]);
    form_encodings(&client(&server), inputs).await.unwrap();
    let brackets = |text: &str| text.replace('[', "%5B").replace(']', "%5D");
    let expected = [
        &brackets("lines[0][price]=p+1"),
        &brackets("lines[1][price]=p+1%21"),
        &brackets("card[holder][name]=Ann"),
        &brackets("card[number]=4242+4242"),
        &brackets("expand[]=customer&expand[]=payment_intent"),
        "tags=x+y,z",
        "address=%7B%22city%22%3A%22Berlin%22%2C%22tags%22%3A%5B%22x+y%22%2C%22z%22%5D%7D",
        "query=https://shop.example/?a=1%26b=%5B2%5D",
        "note=%22p+1%22",
        "more=x+y&more=z",
    ];
    assert_eq!(forms(&server), [expected.join("&")]);
}
