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

mod in_xml {
    use super::*;
    use crate::workflows::small::xml;
    use crate::workflows::small::xml::Inputs;

    const JOB: &str =
        "<?xml version=\"1.0\"?>\n<job><state>it's ready</state><tags><tag>a</tag><tag>b &amp; c</tag></tags></job>";

    async fn read(media_type: &'static str, body: &'static str) -> Result<Run<xml::Outputs, xml::End>, Error> {
        let server = Server::start(move |_: &SeenRequest| Reply::new(200, body, media_type));
        xml(&client(&server), Inputs::new("1", "it's ready")).await
    }

    /// Rule C71: conditions and selectors of XPath look into a body that is XML; A17: several nodes are a list.
    #[tokio::test]
    async fn xpath_looks_into_a_body() {
        let run = read("application/xml", JOB).await.expect("all criteria are met");
        let outputs = serde_json::to_value(&run.outputs).unwrap();
        assert_eq!(outputs, json!({ "state": "it's ready", "tags": ["a", "b & c"], "count": 2 }));
    }

    /// Rule C71: what is no XML meets no condition of XPath, and the report says why.
    #[tokio::test]
    async fn what_is_no_xml_is_explained() {
        for (media_type, body, why) in [
            ("application/xml", "<job>", "its context cannot be read: it is no XML: "),
            ("application/json", "{\"job\": 1}", "its context is no XML, but JSON"),
        ] {
            let error = read(media_type, body).await.unwrap_err();
            assert_eq!(error.criterion(), Some("/job/state"));
            let note = error.report().requests().next().and_then(|record| record.note.clone()).unwrap_or_default();
            assert!(note.starts_with(&format!("`/job/state` could not be evaluated: {why}")), "{note}");
        }
        let error = read("application/xml", "<job><state>ready</state></job>").await.unwrap_err();
        assert!(error.criterion().is_some_and(|criterion| criterion.starts_with("/job/state = ")), "{error}");
    }
}

mod in_the_draft {
    use super::*;
    use crate::workflows::small::draft;

    async fn read(parts: Value) -> Result<Run<draft::Outputs, draft::End>, Error> {
        let body = json!({ "id": "1", "state": "ready", "parts": parts });
        let server = Server::start(move |_: &SeenRequest| Reply::json(200, &body));
        draft(&client(&server), draft::Inputs::new("1", "it's")).await
    }

    /// Rule C70: a query of the draft is evaluated as the draft says, where RFC 9535 would find something else.
    #[tokio::test]
    async fn queries_mean_what_their_version_says() {
        let parts = json!([{ "name": "it's", "tags": ["a", "b"] }, { "name": "", "tags": [] }]);
        let run = read(parts).await.expect("all criteria are met");
        assert_eq!(json!(run.outputs), json!({ "names": ["it's"] }));
        for (parts, criterion) in [
            (json!([{ "name": "", "tags": ["a", "b"] }]), "$.parts[?(@.tags.length > 1 && @.name)]"),
            (json!([{ "name": "it's", "tags": ["a"] }]), "$.parts[?(@.tags.length > 1 && @.name)]"),
            (json!([{ "name": "its", "tags": ["a", "b"] }]), "$.parts[?(@.name === '{$inputs.tag}')]"),
        ] {
            assert_eq!(read(parts.clone()).await.unwrap_err().criterion(), Some(criterion), "{parts}");
        }
    }
}
