//! What steps take over from their workflow, parameters and actions, and the headers of requests and answers.

use crate::embedded::{Reply, SeenRequest, Server};
use crate::support::{assert_lines, client};
use crate::workflows::small::{header_values, inherited_actions, inherited_parameters};
use serde_json::{Value, json};

fn job(state: &str, urgent: bool) -> Value {
    json!({ "id": "1", "state": state, "urgent": urgent })
}

/// Rule R9: each step has the parameters of its workflow, unless it has one of the same name and place itself.
#[tokio::test]
async fn parameters_of_the_workflow_are_those_of_each_step() {
    let server = Server::start(|_: &SeenRequest| Reply::json(200, &job("ready", false)));
    inherited_parameters(&client(&server), inherited_parameters::Inputs::new("a b")).await.expect("the run succeeds");
    let seen: Vec<_> = server
        .requests()
        .iter()
        .map(|request| (request.target.clone(), request.header("x-trace").map(str::to_owned)))
        .collect();
    assert_eq!(
        seen,
        [
            ("/jobs/a%20b?verbose=true".to_owned(), Some("common".to_owned())),
            ("/jobs/other?verbose=true&id=asked".to_owned(), Some("own".to_owned())),
        ]
    );
}

/// The lines of a run against a server that answers so.
async fn lines(answers: &'static [(u16, &'static str, bool)], expected: &[(usize, &str)]) {
    let number = std::sync::atomic::AtomicUsize::new(0);
    let server = Server::start(move |_: &SeenRequest| {
        let (status, state, urgent) = answers[number.fetch_add(1, std::sync::atomic::Ordering::SeqCst)];
        Reply::json(status, &job(state, urgent))
    });
    let inputs = inherited_actions::Inputs::new("1");
    let report = match inherited_actions(&client(&server), inputs).await {
        Ok(run) => run.report,
        Err(error) => error.report().clone(),
    };
    assert_lines(&report, expected);
    assert_eq!(server.requests().len(), answers.len());
}

/// Rule R24: of the actions of the step, and then of those of the workflow that it does not replace, the first that
/// matches is taken, and no other.
#[tokio::test]
async fn actions_of_the_workflow_come_behind_those_of_the_step() {
    // The step's own action takes the place of the workflow's of that name, which would end the run.
    lines(
        &[(200, "ready", true), (200, "ready", false)],
        &[(1, "first: 200; whenReady to second"), (1, "second: 200; end whenReady")],
    )
    .await;
    // Its own come first, also where one of the workflow's matches as well.
    lines(&[(200, "running", true)], &[(1, "first: 200; end urgentOnes")]).await;
    // The other actions of the workflow stay.
    lines(&[(200, "running", false)], &[(1, "first: 200; end whenRunning")]).await;
    lines(
        &[(404, "failed", false), (404, "failed", false)],
        &[
            (1, "first: 404, not `$statusCode == 200`; whenMissing to second"),
            (1, "second: 404, not `$statusCode == 200`; end whenMissing"),
        ],
    )
    .await;
    lines(&[(503, "failed", false)], &[(1, "first: 503, not `$statusCode == 200`; end whenBusy")]).await;
    // Steps without actions of their own have all of them.
    lines(
        &[(200, "queued", false), (200, "running", false)],
        &[(1, "first: 200; none matched"), (1, "between: 200; end whenRunning")],
    )
    .await;
}

/// Rule R14: headers that the document gives are sent, those of credentials and content types included.
///
/// Rule R54, A33: of a header that the answer has several times the first counts.
#[tokio::test]
async fn headers_of_the_document_are_sent_and_the_first_of_equal_ones_is_read() {
    let server = Server::start(|_: &SeenRequest| {
        Reply::json(200, &job("ready", false)).with_header("X-Part", "one").with_header("x-part", "two")
    });
    let run = header_values(&client(&server), header_values::Inputs::new("7")).await.expect("the run succeeds");
    assert_eq!(json!(run.outputs), json!({ "part": "one" }));
    let request = &server.requests()[0];
    for (name, value) in [
        ("accept", "application/vnd.jobs+json"),
        ("authorization", "Custom 7"),
        ("content-type", "application/json; profile=jobs"),
    ] {
        assert_eq!(request.header(name), Some(value), "{name}");
    }
}
