//! Patterns and queries with values of the run in them, and what a report says of those that cannot be evaluated.

use arazzo::{Error, ErrorKind, Run};
use serde_json::{Value, json};

use crate::embedded::{Reply, SeenRequest, Server};
use crate::support::client;
use crate::workflows::small::fill;
use crate::workflows::small::fill::{End, Inputs, Outputs};

fn inputs() -> Inputs {
    Inputs { least: Some(3), ..Inputs::new("j 1", "run", "it's") }
}

fn body() -> Value {
    json!({ "id": "j 1", "state": "run!", "tags": ["a", "it's"], "sizes": [1, 4] })
}

async fn read(inputs: Inputs, trace: &'static str, body: Value) -> Result<Run<Outputs, End>, Error> {
    let server = Server::start(move |_: &SeenRequest| Reply::json(200, &body).with_header("x-trace", trace));
    fill(&client(&server), inputs).await
}

/// The criterion that was not met, and what the report says of it.
async fn unmet(inputs: Inputs, trace: &'static str, body: Value) -> (String, Option<String>) {
    let error = read(inputs, trace, body).await.expect_err("a criterion is not met");
    assert_eq!((error.kind(), error.step(), error.status()), (ErrorKind::Step, Some("read"), Some(200)));
    let record = error.report().requests().next().expect("a request");
    let note = record.note.clone();
    if let Some(note) = &note {
        assert!(error.to_string().contains(note.as_str()) && record.to_string().contains(note.as_str()), "{error}");
    }
    (error.criterion().expect("a criterion").to_owned(), note)
}

const PATTERN: &str = r"^{$inputs.prefix}-\d{2}$";
const TAGS: &str = "$.tags[?@ == '{$inputs.tag}']";
const SIZES: &str = "$.sizes[?@ > {$inputs.least}]";
const LOGICAL: &str = "$.id == {$inputs.id} && $.state == '{$inputs.prefix}!'";

/// The note of the action's criterion, which looks at something that is not there.
const OWNER: &str = "`{$inputs.tag}` could not be evaluated: its context has no value";

/// Rule C74: an expression in braces is replaced by its value; R51: by the text of it.
#[tokio::test]
async fn values_are_put_into_patterns_and_queries() {
    let run = read(inputs(), "run-07", body()).await.expect("all criteria are met");
    assert_eq!((run.end, run.report.requests().next().and_then(|record| record.note.clone())), (End::Completed, None));
    let with = |name: &str, value: Value| {
        let mut body = body();
        body[name] = value;
        body
    };
    let explained = |criterion: &str| (criterion.to_owned(), Some(OWNER.to_owned()));
    assert_eq!(unmet(inputs(), "run-7", body()).await, explained(PATTERN));
    assert_eq!(unmet(inputs(), "run-07", with("tags", json!(["its", "it\\'s"]))).await, explained(TAGS));
    assert_eq!(unmet(inputs(), "run-07", with("sizes", json!([3]))).await, explained(SIZES));
    assert_eq!(unmet(inputs(), "run-07", with("id", json!("j"))).await, explained(LOGICAL));
    assert_eq!(unmet(inputs(), "run-07", with("state", json!("run"))).await, explained(LOGICAL));
}

/// An action's criterion has values in it as well.
#[tokio::test]
async fn an_action_is_chosen_by_a_pattern_with_a_value() {
    let mut body = body();
    body["owner"] = json!("if it's me");
    let run = read(inputs(), "", body).await.expect("the run has an end for this");
    assert_eq!(run.end, End::Other);
}

/// Rule R53: a value that is not there, or makes no pattern or query, is a criterion that is not met, and is explained.
#[tokio::test]
async fn what_cannot_be_evaluated_is_not_met_and_explained() {
    let says = |criterion: &str, why: &str| {
        (criterion.to_owned(), Some(format!("`{criterion}` could not be evaluated: {why}; {OWNER}")))
    };
    let least = Inputs { least: None, ..inputs() };
    assert_eq!(unmet(least, "run-07", body()).await, says(SIZES, "`$inputs.least` has no value"));
    let page = json!("a page");
    let (criterion, note) = unmet(inputs(), "run-07", page).await;
    let no_json =
        "the response body (`application/json`) is no JSON object or list, so no `jsonpath` criterion could be met";
    assert_eq!((criterion.as_str(), note), (TAGS, Some(format!("{no_json}; {OWNER}"))));
    let broken = Inputs::new("j 1", "(", "x");
    let (criterion, note) = unmet(broken, "run-07", body()).await;
    let expected = format!("`{PATTERN}` could not be evaluated: `^(-\\d{{2}}$` is not a valid pattern: ");
    assert_eq!(criterion, PATTERN);
    assert!(note.as_ref().is_some_and(|note| note.starts_with(&expected)), "{note:?}");
}
