//! Inputs: their defaults as the server sees them, and what keeps a run from beginning.

use std::collections::BTreeMap;

use arazzo::{Error, ErrorKind};
use serde_json::{Value, json};

use crate::embedded::{Reply, SeenRequest, Server};
use crate::support::client;
use crate::workflows::small::{calling, constraints, defaults, passwords};

fn server() -> Server {
    Server::start(|_: &SeenRequest| Reply::json(200, &json!({})))
}

/// The bodies that a server saw.
fn seen(server: &Server) -> Vec<Value> {
    server.requests().iter().map(|request| request.json().expect("JSON")).collect()
}

/// Rule R3: an input that is left out is its default, at any depth, wherever it is read.
#[tokio::test]
async fn what_is_left_out_is_its_default() {
    let server = server();
    let customer = |name: &str| defaults::InputsCustomer { name: Some(name.to_owned()), country: None };
    let other = |country: Option<&str>| defaults::InputsOthersItem { name: None, country: country.map(str::to_owned) };
    let mut inputs = defaults::Inputs::new(customer("Ann"));
    inputs.others = Some(vec![other(None), other(Some("FR"))]);
    let run = defaults(&client(&server), inputs).await.unwrap();
    // An input with a default is always there.
    assert_eq!((run.outputs.size.as_str(), run.outputs.none), ("very large", None));
    assert_eq!(
        seen(&server),
        [json!({
            "size": "very large",
            "count": 3,
            "ratio": -0.5,
            "dry": false,
            "label": "a \"b\"\n{c}",
            "tags": ["x", "y"],
            "limits": {"cpu": 2, "disk": 1},
            "customer": {"name": "Ann", "country": "DE"},
            "country": "DE",
            "others": [{"country": "DE"}, {"country": "FR"}],
            "billing": {"name": "Billing", "country": "DE"},
            "anything": {"a": [1, null, {"b": u64::MAX}]},
            "text": "3 of very large",
        })]
    );
}

/// Rule R3: what is given counts more than a default.
#[tokio::test]
async fn what_is_given_is_sent() {
    let server = server();
    let inputs = defaults::Inputs {
        size: Some(defaults::InputsSize::Small),
        count: Some(1),
        ratio: Some(0.0),
        dry: Some(true),
        label: Some(String::new()),
        tags: Some(Vec::new()),
        limits: Some(BTreeMap::new()),
        billing: Some(defaults::InputsBilling { name: None, country: Some("AT".to_owned()) }),
        anything: Some(Value::Null),
        nothing: Some("n".to_owned()),
        none: Some("o".to_owned()),
        ..defaults::Inputs::new(defaults::InputsCustomer { name: None, country: Some("CH".to_owned()) })
    };
    defaults(&client(&server), inputs).await.unwrap();
    assert_eq!(
        seen(&server),
        [json!({
            "size": "small",
            "count": 1,
            "ratio": 0.0,
            "dry": true,
            "label": "",
            "tags": [],
            "limits": {},
            "customer": {"country": "CH"},
            "country": "CH",
            "billing": {"country": "AT"},
            "anything": null,
            "nothing": "n",
            "none": "o",
            "text": "1 of small",
        })]
    );
}

fn right() -> constraints::Inputs {
    constraints::Inputs { email: Some("a@b".to_owned()), ..constraints::Inputs::new("änn", "1234") }
}

/// Rule R3: inputs that are as their schema asks are sent.
#[tokio::test]
async fn right_inputs_are_sent() {
    let server = server();
    let labels = BTreeMap::from([("a".to_owned(), 9)]);
    let tree = json!({"name": "a", "children": [{"name": "b"}]});
    let inputs = constraints::Inputs {
        age: Some(18),
        step: Some(0.3),
        tags: Some(vec!["a".to_owned(), "b".to_owned()]),
        labels: Some(labels),
        level: Some(2),
        address: Some(constraints::InputsAddress { city: "B".to_owned(), post_code: Some("10115".to_owned()) }),
        target: Some(json!({"id": 1})),
        tree: Some(serde_json::from_value(tree.clone()).unwrap()),
        street: Some("S".to_owned()),
        zip: Some("Z".to_owned()),
        ..right()
    };
    constraints(&client(&server), inputs).await.unwrap();
    assert_eq!(
        seen(&server),
        [json!({
            "name": "änn",
            "pin": "1234",
            "age": 18,
            "step": 0.3,
            "tags": ["a", "b"],
            "labels": {"a": 9},
            "level": 2,
            "address": {"city": "B", "post/code": "10115"},
            "target": {"id": 1},
            "tree": tree,
            "email": "a@b",
            "street": "S",
            "zip": "Z",
        })]
    );
}

/// Runs with inputs that are wrong.
async fn refused(inputs: constraints::Inputs) -> Error {
    let server = server();
    let error = constraints(&client(&server), inputs).await.unwrap_err();
    assert_eq!((error.kind(), error.workflow(), error.step()), (ErrorKind::Input, Some("constraints"), None));
    assert!(server.requests().is_empty(), "nothing is sent");
    assert_eq!(error.report().total(), 0);
    error
}

/// Rule R3: an input that is not as its schema asks ends the run before anything is sent, and the error says what is
/// asked.
#[tokio::test]
async fn wrong_inputs_send_nothing() {
    let tree = json!({"children": [{"children": [{"name": "long"}]}]});
    let cases: [(constraints::Inputs, &str); 17] = [
        (constraints::Inputs { name: "a".to_owned(), ..right() }, "`$inputs.name` must have at least 2 characters"),
        (constraints::Inputs { name: "aaaaaa".to_owned(), ..right() }, "`$inputs.name` must have at most 5 characters"),
        (
            constraints::Inputs { name: "aB".to_owned(), ..right() },
            "`$inputs.name` must match the pattern `^[a-zäöü]+$`",
        ),
        (constraints::Inputs { age: Some(17), ..right() }, "`$inputs.age` must be at least 18"),
        (constraints::Inputs { age: Some(200), ..right() }, "`$inputs.age` must be less than 200"),
        (constraints::Inputs { step: Some(f64::NAN), ..right() }, "`$inputs.step` must be a number"),
        (constraints::Inputs { step: Some(0.25), ..right() }, "`$inputs.step` must be a multiple of 0.1"),
        (constraints::Inputs { tags: Some(Vec::new()), ..right() }, "`$inputs.tags` must have at least 1 element"),
        (
            constraints::Inputs { tags: Some(vec!["a".to_owned(); 2]), ..right() },
            "`$inputs.tags` must not have the same element twice",
        ),
        (
            constraints::Inputs { tags: Some(vec!["a".to_owned(), String::new()]), ..right() },
            "`$inputs.tags#/1` must have at least 1 character",
        ),
        (
            constraints::Inputs { labels: Some(BTreeMap::from([("a".to_owned(), 10)])), ..right() },
            "`$inputs.labels#/a` must be at most 9",
        ),
        (
            constraints::Inputs { labels: Some(BTreeMap::from([("A".to_owned(), 1)])), ..right() },
            "`$inputs.labels` must not have the member `A`: its name must match the pattern `^[a-z]+$`",
        ),
        (constraints::Inputs { level: Some(4), ..right() }, "`$inputs.level` must be one of `1`, `2`, `3`"),
        (
            constraints::Inputs { target: Some(json!({"id": 1, "x": 2})), ..right() },
            "`$inputs.target` fits none of the alternatives: must be a string, or must not have the member `x`",
        ),
        (
            constraints::Inputs { tree: Some(serde_json::from_value(tree).unwrap()), ..right() },
            "`$inputs.tree#/children/0/children/0/name` must have at most 3 characters",
        ),
        (
            constraints::Inputs { email: None, ..right() },
            "`$inputs` fits none of the alternatives: must have the member `email`, or must have the member `phone`",
        ),
        (
            constraints::Inputs { street: Some(String::new()), ..right() },
            "`$inputs` must have the member `zip` where it has `street`",
        ),
    ];
    for (inputs, reason) in cases {
        let error = refused(inputs).await;
        assert_eq!(
            error.to_string(),
            format!("workflow `constraints`: the inputs are not as the document asks: {reason}")
        );
    }
}

/// Rule R3: all that is wrong is said at once, and no value is shown, least of all a secret one.
#[tokio::test]
async fn all_that_is_wrong_is_said_at_once() {
    let address = constraints::InputsAddress { city: String::new(), post_code: Some("c4nary".to_owned()) };
    let inputs = constraints::Inputs { address: Some(address), ..constraints::Inputs::new("C4nary", "c4nary") };
    let error = refused(inputs).await;
    let text = error.to_string();
    for part in [
        "`$inputs.name` must have at most 5 characters; `$inputs.name` must match",
        "`$inputs.pin` must match the pattern `^[0-9]{4}$`",
        "`$inputs.address#/city` must have at least 1 character",
        "`$inputs.address#/post~1code` must match the pattern `^[0-9]+$`",
        "`$inputs` fits none of the alternatives",
    ] {
        assert!(text.contains(part), "{text}");
    }
    for text in [text, format!("{error:?}"), format!("{error:#?}"), format!("{:?}", error.report())] {
        assert!(!text.to_lowercase().contains("c4nary"), "{text}");
    }
}

/// Rule R57: a password is shown nowhere, wherever in the inputs it stands: not by the inputs, not by outputs that are made
/// of them, not by the report, and not by an error.
#[tokio::test]
async fn passwords_are_shown_nowhere() {
    let nested = passwords::InputsNested { token: "c4nary nested".to_owned(), name: "Ann".to_owned() };
    let person = passwords::InputsPeopleItem { pin: "c4nary&people".to_owned(), name: Some("Bob".to_owned()) };
    let inputs = passwords::Inputs::new(
        "c4nary \"direct\"",
        nested,
        vec!["c4nary-list".to_owned()],
        vec![person],
        BTreeMap::from([("k".to_owned(), "c4nary-map".to_owned())]),
        json!({"key": "c4nary \"choice\""}),
    );
    let assert_hidden = |text: String| assert!(!text.contains("c4nary"), "{text}");
    assert_hidden(format!("{inputs:?}"));
    assert!(format!("{inputs:?}").contains("Ann"), "what is no password is shown");

    let server = server();
    let run = passwords(&client(&server), inputs.clone()).await.unwrap();
    assert_eq!(server.requests()[0].target.matches("c4nary").count(), 7, "they are sent");
    assert_eq!((run.outputs.token.as_str(), run.outputs.copied.as_str()), ("c4nary nested", "c4nary \"direct\""));
    let shown = format!("{:?}", run.outputs);
    assert!(shown.contains("name: \"Ann\""), "{shown}");
    assert_hidden(shown);
    let report = format!("{:?}", run.report);
    assert!(report.contains("name=Ann"), "{report}");
    assert_hidden(report);

    let echo = Server::start(|request: &SeenRequest| Reply::json(500, &json!({"no": request.target})));
    let error = passwords(&client(&echo), inputs).await.unwrap_err();
    for text in [error.to_string(), format!("{error:?}"), format!("{error:#?}"), format!("{:?}", error.report())] {
        assert_hidden(text);
    }
}

/// Rule R3: a workflow that another one runs has its defaults, and asks the same of its inputs.
#[tokio::test]
async fn workflows_that_are_called_ask_the_same() {
    let server = server();
    calling(&client(&server), calling::Inputs::new(9)).await.unwrap();
    assert_eq!(seen(&server), [json!({"count": 9, "label": "x"})]);
    let error = calling(&client(&server), calling::Inputs::new(10)).await.unwrap_err();
    assert_eq!((error.kind(), error.step()), (ErrorKind::Input, Some("call")), "{error}");
    assert!(error.to_string().ends_with("`$inputs.count` must be at most 9"), "{error}");
    let inputs = calling::Inputs { label: Some(json!(123_456)), ..calling::Inputs::new(1) };
    let error = calling(&client(&server), inputs).await.unwrap_err();
    assert_eq!((error.kind(), error.step()), (ErrorKind::Input, Some("call")), "{error}");
    assert!(error.to_string().ends_with("`$inputs.label` must be a string"), "{error}");
    assert_eq!(server.requests().len(), 1, "nothing more is sent");
}
