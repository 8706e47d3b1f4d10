//! Runs some of what the library compiles, over a transport in memory.

use my_arazzo::transport::{Request, Response, Transport, TransportFuture};
use my_arazzo::{Client, Pacing};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use surroundings::_2nd_try::{End, Inputs, InputsCrate, InputsCrateABItem, InputsMatch, OutputsType};

/// Answers with each body in turn and keeps the requests.
#[derive(Clone)]
struct Script {
    answers: Arc<Mutex<Vec<(u16, Value)>>>,
    requests: Arc<Mutex<Vec<(String, Value)>>>,
}

impl Script {
    fn new(answers: &[(u16, Value)]) -> (Self, Client) {
        let answers = Arc::new(Mutex::new(answers.iter().rev().cloned().collect()));
        let script = Self { answers, requests: Arc::default() };
        let client = Client::builder().transport(script.clone()).pacing(Pacing::none()).build().unwrap();
        (script, client)
    }
}

impl Transport for Script {
    fn send(&self, request: Request) -> TransportFuture<'_> {
        let body = serde_json::from_slice(&request.body.unwrap_or_default()).unwrap_or(Value::Null);
        self.requests.lock().unwrap().push((request.url.to_string(), body));
        let (status, answer) = self.answers.lock().unwrap().pop().expect("one more request than answers");
        Box::pin(async move { Ok(Response::json(status, answer.to_string())) })
    }
}

fn inputs() -> Inputs {
    let item = InputsCrateABItem { x: 1.5 };
    Inputs { _2nd: Some(2), ..Inputs::new("s3cret", "a/b", InputsMatch::Crate, InputsCrate { a_b: vec![item] }) }
}

fn thing(kind: &str, count: i64) -> Value {
    json!({"type": kind, "self": "me", "parts": [{"count": count}], "more": true})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_can_be_spawned_and_sends_what_the_document_says() {
    let (script, client) = Script::new(&[(503, json!({})), (200, thing("async", 3))]);
    let run = tokio::spawn(async move { surroundings::_2nd_try(&client, inputs()).await }).await.unwrap().unwrap();
    assert_eq!((&run.end, run.after_failure()), (&End::Try, false));
    assert_eq!(run.outputs.r#type, Some(OutputsType::Async));
    assert_eq!(run.outputs.r#fn.as_deref(), Some("me"));
    assert_eq!(run.outputs.count, Some(3));
    assert_eq!(run.outputs.parts.unwrap()[0].count, 3);
    let requests = script.requests.lock().unwrap();
    assert_eq!(requests.len(), 2);
    let (url, body) = &requests[1];
    assert_eq!(url, "https://things.example/v1/things/a%2Fb");
    let expected = json!({
        "match": "crate",
        "all": {"a-b": [{"x": 1.5}]},
        "deep": [{"x": 1.5}],
        "first": 1.5,
        "second": 2,
        "text": "{ crate } and {2}",
    });
    assert_eq!(*body, expected);
}

#[tokio::test]
async fn each_end_is_reached() {
    let broken = (503, json!({}));
    for (answers, end, failed) in [
        (vec![(200, thing("self", 2))], End::Break, false),
        (vec![(200, thing("2nd-hand", 1))], End::Completed, false),
        (vec![(404, json!({"type": 5}))], End::GiveUp, true),
        (vec![broken.clone(), broken.clone(), broken], End::GiveUp, true),
    ] {
        let (_, client) = Script::new(&answers);
        let run = surroundings::_2nd_try(&client, inputs()).await.unwrap();
        assert_eq!((run.end.clone(), run.after_failure()), (end, failed));
    }
}

#[test]
fn inputs_are_read_and_written_under_the_names_of_the_document() {
    let written = json!({
        "type": "t", "self": "s", "match": "yes", "crate": {"a-b": []}, "2nd": 7, "super": "x", "a.map": {"k": true},
    });
    let read: Inputs = serde_json::from_value(written.clone()).unwrap();
    assert_eq!((read.r#type.as_str(), read._2nd, read.a_map.as_ref().unwrap()["k"]), ("t", Some(7), true));
    assert_eq!(serde_json::to_value(&read).unwrap(), written);
    let short = json!({"type": "t", "self": "s", "match": "no", "crate": {"a-b": []}});
    let read: Inputs = serde_json::from_value(short.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), short);
    let wrong = json!({"type": "t", "self": "s", "match": "maybe", "crate": {"a-b": []}});
    let error = serde_json::from_value::<Inputs>(wrong).unwrap_err().to_string();
    assert!(error.contains("unknown variant `maybe`, expected one of `yes`, `no`, `crate`"), "{error}");
}

#[test]
fn debug_hides_what_carries_a_credential() {
    let shown = format!("{:?}", inputs());
    assert!(shown.contains("type: ***") && shown.contains("self: \"a/b\"") && !shown.contains("s3cret"), "{shown}");
}

#[test]
fn values_that_are_not_declared_are_kept() {
    let other: OutputsType = serde_json::from_value(json!("new")).unwrap();
    assert_eq!(other, OutputsType::Other_("new".to_owned()));
    assert_eq!((other.as_str(), OutputsType::Other.to_string()), ("new", "Other".to_owned()));
}

#[tokio::test]
async fn criteria_look_into_parts_of_a_body() {
    use surroundings::alike::look_into::{End, Inputs};
    for (body, end) in [
        (json!({"data": {"state": "active"}}), End::Inner),
        (json!({"data": {"state": "idle"}, "items": [1]}), End::Clean),
        (json!({"data": 5, "items": [1], "errors": [1]}), End::Dirty),
        (json!({"items": [], "errors": []}), End::Completed),
    ] {
        let (_, client) = Script::new(&[(200, body.clone())]);
        assert_eq!(surroundings::alike::look_into(&client, Inputs {}).await.unwrap().end, end, "{body}");
    }
}

#[tokio::test]
async fn secrets_inside_of_an_input_are_hidden() {
    use surroundings::alike::run::{Inputs, InputsLogin, InputsLoginMoreItem};
    let more = Some(vec![InputsLoginMoreItem { pin: "9876".to_owned() }]);
    let login = InputsLogin { more, ..login() };
    let inputs = Inputs::new(login);
    let shown = format!("{inputs:?}");
    assert!(!shown.contains("hunter2") && !shown.contains("9876") && shown.contains("password: ***"), "{shown}");
    let (_, client) = Script::new(&[(500, json!({"echo": "hunter2 and 9876"}))]);
    let error = surroundings::alike::run(&client, inputs).await.unwrap_err();
    let texts = format!("{error} {error:#?} {:?}", error.report());
    assert!(texts.contains("*** and ***") && !texts.contains("hunter2") && !texts.contains("9876"), "{texts}");

    fn login() -> InputsLogin {
        serde_json::from_value(json!({"name": "me", "password": "hunter2"})).unwrap()
    }
}

#[tokio::test]
async fn outputs_are_written_under_the_names_of_the_document() {
    let (_, client) = Script::new(&[(404, json!({}))]);
    let run = surroundings::_2nd_try(&client, inputs()).await.unwrap();
    assert_eq!(serde_json::to_value(&run.outputs).unwrap(), json!({"in": {"a-b": [{"x": 1.5}]}}));
}

#[tokio::test]
async fn a_call_in_a_function_body_runs() {
    let id = json!({"id": "vol-1", "state": "ready"});
    let (script, client) = Script::new(&[(200, id.clone()), (200, id.clone()), (200, id)]);
    assert_eq!(surroundings::in_a_function_body(&client).await.unwrap(), "vol-1");
    assert_eq!(script.requests.lock().unwrap()[2].1["volumes"], json!([{"volumeId": "vol-1", "mountPath": "/data"}]));
}

#[tokio::test]
async fn a_run_goes_on_from_a_checkpoint_in_a_function_body() {
    let job = json!({"id": "1", "state": "ready"});
    let (script, _) = Script::new(&[(200, job.clone()), (200, job.clone()), (200, job)]);
    let client = Client::builder().server("http://jobs.test").transport(script.clone()).build().unwrap();
    let kept: Arc<Mutex<Vec<String>>> = Arc::default();
    let keep = Arc::clone(&kept);
    let durable = client.with_checkpoints(move |checkpoint| {
        keep.lock().unwrap().push(serde_json::to_string(checkpoint)?);
        Ok::<_, serde_json::Error>(())
    });
    surroundings::group_in_a_function_body(&durable).await.unwrap();
    assert_eq!(script.requests.lock().unwrap().len(), 2);
    let checkpoint = serde_json::from_str(&kept.lock().unwrap()[0]).unwrap();
    assert!(surroundings::resumed_in_a_function_body(&client, checkpoint).await.unwrap());
    let requests = script.requests.lock().unwrap();
    let urls: Vec<_> = requests.iter().map(|(url, _)| url.rsplit_once("/jobs").unwrap().1).collect();
    assert_eq!(urls, ["/1", "/1?verbose=false", "/1?verbose=false"], "only the second request is sent again");
}

#[test]
fn a_module_keeps_its_own_items() {
    assert_eq!(surroundings::attribute::OWN, 7);
    let _ = surroundings::attribute::capture_sandbox_snapshot::Inputs::new("t", "s", "n");
    let _ = surroundings::options::_2nd_try::End::GiveUp;
}

#[my_arazzo::workflows("documents/names.yml", crate = my_arazzo, allow(unused_input))]
mod renamed {}

#[test]
fn the_attribute_finds_a_renamed_dependency() {
    let inputs = renamed::r#loop::Inputs {};
    assert_eq!(serde_json::to_value(&inputs).unwrap(), json!({}));
}

mod watched {
    my_arazzo::arazzo_workflow!("documents/names.yml", only = ["loop"]);
}

/// Cargo rebuilds a crate when a file in its dependency list changes. This is the list of this very test, as rustc wrote it.
#[test]
fn rustc_watches_the_document_and_the_descriptions_it_reads_and_no_others() {
    let list = std::env::current_exe().unwrap().with_extension("d");
    let list = std::fs::read_to_string(list).unwrap();
    let documents: BTreeSet<&str> = list
        .split_whitespace()
        .map(|path| path.trim_end_matches(':'))
        .filter(|path| path.ends_with(".yml"))
        .filter_map(|path| path.rsplit('/').next())
        .collect();
    assert_eq!(documents, BTreeSet::from(["api.yml", "names.yml"]));
}

#[allow(dead_code)]
fn futures_are_send(client: &'static Client) -> impl Send {
    surroundings::fork_sandbox(client, surroundings::fork_sandbox::Inputs::new("t", "s"))
}
