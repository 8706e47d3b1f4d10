//! Success criteria: each operator and each thing that a criterion can look at, met and unmet.

use arazzo::{Client, ErrorKind};
use serde_json::{Value, json};

use crate::support::{Answer, Memory, assert_error, assert_lines};
use crate::workflows::small::conditions::{End, Inputs};
use crate::workflows::small::{conditions, no_criteria};

const URL: &str = "http://jobs.test/jobs/job%201";

fn inputs() -> Inputs {
    Inputs::new("job 1", "Night run", URL)
}

fn body() -> Value {
    json!({ "id": "1", "state": "ready", "size": 1.5, "urgent": false, "tags": ["b", "a"], "owner": { "name": "" } })
}

/// The body with some members replaced.
fn with(members: Value) -> Value {
    let mut changed = body();
    for (name, value) in members.as_object().expect("members") {
        changed[name] = value.clone();
    }
    changed
}

fn answer(status: u16, body: &Value) -> Answer {
    Answer::json(status, body).with("X-Count", "10")
}

fn client(memory: &Memory) -> Client {
    Client::builder().server("http://jobs.test").transport(memory.clone()).build().unwrap()
}

/// Runs the workflow; the criterion that was not met, if there was one.
async fn unmet(inputs: Inputs, answer: Answer) -> Option<String> {
    let memory = Memory::new([answer]);
    match conditions(&client(&memory), inputs).await {
        Ok(run) => {
            assert_eq!(run.end, End::Completed);
            None
        }
        Err(error) => {
            assert_eq!((error.kind(), error.step()), (ErrorKind::Step, Some("change")));
            Some(error.criterion().expect("a criterion").to_owned())
        }
    }
}

// Rule R19.
#[tokio::test]
async fn all_criteria_can_be_met() {
    assert_eq!(unmet(inputs(), answer(200, &body())).await, None);
}

#[tokio::test]
async fn a_status_is_compared_as_a_number() {
    assert_eq!(unmet(inputs(), answer(199, &body())).await.unwrap(), "$statusCode >= 200");
    assert_eq!(unmet(inputs(), answer(300, &body())).await.unwrap(), "300 > $statusCode");
    assert_eq!(unmet(inputs(), answer(204, &body())).await.unwrap(), "$statusCode != 204");
    assert_eq!(unmet(inputs(), answer(299, &body())).await, None);
}

// Rule A34.
#[tokio::test]
async fn a_header_is_compared_as_a_number_whatever_the_case_of_its_name() {
    let counted = |count| Answer::json(200, &body()).with("x-count", count);
    assert_eq!(unmet(inputs(), counted("4")).await.unwrap(), "$response.header.X-Count > 4");
    assert_eq!(unmet(inputs(), counted("4.0")).await.unwrap(), "$response.header.X-Count > 4");
    assert_eq!(unmet(inputs(), counted("many")).await.unwrap(), "$response.header.X-Count > 4");
    assert_eq!(unmet(inputs(), counted("11")).await.unwrap(), "$response.header.x-cOUNT <= 10");
    assert_eq!(unmet(inputs(), counted("1e1")).await, None);
    assert_eq!(unmet(inputs(), Answer::json(200, &body())).await.unwrap(), "$response.header.X-Count > 4");
    let one_more = answer(200, &body()).with("x-missing", "");
    assert_eq!(unmet(inputs(), one_more).await.unwrap(), "$response.header.X-Missing == null");
}

#[tokio::test]
async fn a_member_of_the_body_is_compared_by_its_type() {
    for (members, criterion) in [
        (json!({ "size": 100 }), Some("$response.body#/size < 100")),
        (json!({ "size": null }), Some("$response.body#/size < 100")),
        (json!({ "size": true }), Some("$response.body#/size < 100")),
        (json!({ "size": 1.4999 }), Some("$response.body#/size >= 1.5")),
        (json!({ "size": 99.5 }), None),
        (json!({ "size": "99.5" }), None),
        (json!({ "state": "readying" }), Some("$response.body#/state == 'READY'")),
        (json!({ "state": null }), Some("$response.body#/state == 'READY'")),
        (json!({ "state": "Ready" }), None),
        (json!({ "urgent": true }), Some("!$response.body#/urgent")),
        (json!({ "urgent": null }), None),
        (json!({ "urgent": 0 }), None),
        (json!({ "owner": { "name": null } }), Some("$response.body#/owner/name != null")),
        (json!({ "owner": "me" }), Some("$response.body#/owner/name != null")),
        (json!({ "owner": { "name": false } }), None),
    ] {
        let seen = unmet(inputs(), answer(200, &with(members.clone()))).await;
        assert_eq!(seen.as_deref(), criterion, "{members}");
    }
}

#[tokio::test]
async fn and_or_and_parentheses_mean_what_they_say() {
    let grouped = "($response.body#/tags/0 == 'a' || $response.body#/tags/1 == 'a') && $response.body#/tags/2 == null";
    for (tags, criterion) in [
        (json!(["a"]), None),
        (json!(["b", "a"]), None),
        (json!(["b", "c"]), Some(grouped)),
        (json!(["a", "a", "a"]), Some(grouped)),
        (json!({ "0": "a" }), None),
        (json!([]), Some(grouped)),
    ] {
        let seen = unmet(inputs(), answer(200, &with(json!({ "tags": tags })))).await;
        // An object is looked into by the pointer, and the query finds its member too.
        assert_eq!(seen.as_deref(), criterion, "{tags}");
    }
}

// Rule R55.
#[tokio::test]
async fn a_criterion_can_look_at_the_request() {
    let good = || answer(200, &body());
    let url = |end: &str| format!("http://jobs.test/jobs/{end}");
    let other = Inputs::new("job 2", "n", url("job%202"));
    assert_eq!(unmet(other, good()).await.unwrap(), "$request.path.id == 'job 1'");
    let quiet = Inputs { verbose: Some(false), ..Inputs::new("job 1", "n", url("job%201?verbose=false")) };
    assert_eq!(unmet(quiet, good()).await.unwrap(), "$request.query.verbose != 'false'");
    let verbose = Inputs { verbose: Some(true), ..Inputs::new("job 1", "n", url("job%201?verbose=true")) };
    assert_eq!(unmet(verbose, good()).await, None);
    let traced = Inputs { trace: Some("OFF".to_owned()), ..inputs() };
    assert_eq!(unmet(traced, good()).await.unwrap(), "$request.header.x-trace != 'off'");
    let urgent = Inputs { priority: Some(1), ..inputs() };
    assert_eq!(unmet(urgent, good()).await.unwrap(), "$request.body#/priority == null");
    let elsewhere = Inputs::new("job 1", "n", url("1"));
    assert_eq!(unmet(elsewhere, good()).await.unwrap(), "$url == $inputs.url");
}

#[tokio::test]
async fn a_regex_looks_at_a_text() {
    let typed = |media_type: &str| {
        let response =
            arazzo::transport::Response::new("200".parse().expect("a status"), Default::default(), body().to_string());
        Answer::Now(response.header("Content-Type", media_type).header("X-Count", "10"))
    };
    assert_eq!(unmet(inputs(), typed("application/json")).await, None);
    assert_eq!(unmet(inputs(), typed("application/vnd.jobs+json")).await, None);
    let criterion = "^application/(vnd\\.jobs\\+)?json$";
    assert_eq!(unmet(inputs(), typed("application/json; charset=utf-8")).await.unwrap(), criterion);
    assert_eq!(unmet(inputs(), typed("application/vndXjobs+json")).await.unwrap(), criterion);
}

// Rule A30.
#[tokio::test]
async fn a_query_of_rfc_9535_has_to_find_something_and_compares_exactly() {
    let tags = |tags: Value| answer(200, &with(json!({ "tags": tags })));
    assert_eq!(unmet(inputs(), tags(json!(["b", "A"]))).await.unwrap(), "$.tags[?@ == 'a']");
    assert_eq!(unmet(inputs(), tags(json!(["b", "a"]))).await, None);
}

#[tokio::test]
async fn a_value_alone_has_to_be_there_and_not_be_empty() {
    for id in [json!(""), json!(null), json!(0), json!(false)] {
        let seen = unmet(inputs(), answer(200, &with(json!({ "id": id })))).await;
        assert_eq!(seen.as_deref(), Some("$response.body#/id"), "{id}");
    }
}

// Rules R19, A7.
#[tokio::test]
async fn without_criteria_any_2xx_is_a_success() {
    for status in [200, 201, 204, 299] {
        let memory = Memory::new([Answer::json(status, &body())]);
        let run = no_criteria(&client(&memory), no_criteria::Inputs::new("1")).await.unwrap();
        assert_lines(&run.report, &[(1, &format!("read: {status}; next"))]);
    }
    for status in [199, 300, 404, 500] {
        let memory = Memory::new([Answer::json(status, &body())]);
        let error = no_criteria(&client(&memory), no_criteria::Inputs::new("1")).await.unwrap_err();
        assert_error(&error, ErrorKind::Step, "read", Some(status));
        assert_eq!(error.criterion(), None);
        assert!(error.to_string().contains(&format!("the server answered {status}, which is not 2xx")), "{error}");
    }
}

// Rule R55.
#[tokio::test]
async fn an_output_can_be_anything_of_the_exchange() {
    let memory = Memory::new([Answer::json(200, &body()).with("etag", "\"7\"")]);
    let run = no_criteria(&client(&memory), no_criteria::Inputs::new("job 1")).await.unwrap();
    assert_eq!(
        json!(run.outputs),
        json!({
            "id": "1",
            "tag": "\"7\"",
            "status": 200,
            "url": URL,
            "method": "GET",
            "asked": "job 1",
        })
    );
}
