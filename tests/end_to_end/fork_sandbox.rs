//! `fork-sandbox`: a fork is requested, read until it has started, and read once more in full.

use arazzo::{ErrorKind, Limits};
use serde_json::json;

use crate::embedded::{Daytona, Fault, Server};
use crate::support::{
    TOKEN, assert_error, assert_hides_token, assert_lines, assert_report, assert_requests, assert_says, client, get,
    ok, outputs, post, settings,
};
use crate::workflows::fork_sandbox;
use crate::workflows::fork_sandbox::{End, Inputs, OutputsState};

const FORK: &str = "000005b0-0000-4000-8000-000000000004";

fn read() -> String {
    format!("/api/sandbox/{FORK}")
}

fn read_in_full() -> String {
    format!("/api/sandbox/{FORK}?verbose=true")
}

fn inputs() -> Inputs {
    Inputs::new(TOKEN, "sbx-1")
}

fn serve(api: Daytona) -> Server {
    Server::start(api)
}

// Rule R27.
#[tokio::test]
async fn a_fork_is_followed_until_it_has_started() {
    let server = serve(Daytona::new(TOKEN));
    let run = fork_sandbox(&client(&server), inputs()).await.unwrap();
    assert_eq!(run.end, End::Completed);
    assert!(!run.after_failure());
    assert_eq!(run.outputs.fork_id, FORK);
    assert_eq!(run.outputs.state, Some(OutputsState::Started));
    assert_requests(
        &server,
        &[(1, post("/api/sandbox/sbx-1/fork", json!({}))), (5, get(read())), (1, get(read_in_full()))],
    );
    assert_report(
        &run.report,
        &server,
        &[
            (1, "forkSandbox: 200; next"),
            (4, "pollFork: 200; stillForking to pollFork"),
            (1, "pollFork: 200; running to getFork"),
            (1, "getFork: 200; next"),
        ],
    );
    assert_eq!(run.report.workflow(), "fork-sandbox");
}

#[tokio::test]
async fn the_name_of_the_fork_is_sent_when_it_is_given() {
    let server = serve(Daytona::new(TOKEN).polls(0));
    let run = fork_sandbox(&client(&server), Inputs { name: Some("copy".to_owned()), ..inputs() }).await.unwrap();
    assert_eq!(run.end, End::Completed);
    assert_requests(
        &server,
        &[(1, post("/api/sandbox/sbx-1/fork", json!({ "name": "copy" }))), (1, get(read())), (1, get(read_in_full()))],
    );
}

#[tokio::test]
async fn a_fork_may_take_thirty_reads() {
    let server = serve(Daytona::new(TOKEN).polls(15));
    let run = fork_sandbox(&client(&server), inputs()).await.unwrap();
    assert_eq!(run.end, End::Completed);
    assert_report(
        &run.report,
        &server,
        &[
            (1, "forkSandbox: 200; next"),
            (30, "pollFork: 200; stillForking to pollFork"),
            (1, "pollFork: 200; running to getFork"),
            (1, "getFork: 200; next"),
        ],
    );
}

#[tokio::test]
async fn a_fork_in_error_is_an_end_that_the_document_declares() {
    let server = serve(Daytona::new(TOKEN).polls(1).forks_end("error"));
    let run = fork_sandbox(&client(&server), inputs()).await.unwrap();
    assert_eq!(run.end, End::Failed);
    assert!(!run.after_failure(), "the end stands under onSuccess");
    assert_eq!(run.outputs.fork_id, FORK);
    assert_eq!(run.outputs.state, None, "the step of this output did not run");
    assert_requests(&server, &[(1, post("/api/sandbox/sbx-1/fork", json!({}))), (3, get(read()))]);
    assert_report(
        &run.report,
        &server,
        &[
            (1, "forkSandbox: 200; next"),
            (2, "pollFork: 200; stillForking to pollFork"),
            (1, "pollFork: 200; end failed"),
        ],
    );
}

#[tokio::test]
async fn a_wrong_token_is_an_error_that_does_not_show_it() {
    let server = serve(Daytona::new("another"));
    let error = fork_sandbox(&client(&server), inputs()).await.unwrap_err();
    assert_error(&error, ErrorKind::Step, "forkSandbox", Some(401));
    assert_eq!(error.workflow(), Some("fork-sandbox"));
    assert_eq!(error.criterion(), Some("$statusCode == 200"));
    assert_eq!(
        error.to_string(),
        "workflow `fork-sandbox`, step `forkSandbox`: the server answered 401, and `$statusCode == 200` is not met; the body \
         begins: {\"error\":\"Unauthorized\",\"message\":\"the bearer token is not valid\",\"statusCode\":401}"
    );
    assert_eq!(outputs(&error), json!({}));
    assert_requests(&server, &[(1, post("/api/sandbox/sbx-1/fork", json!({})))]);
    assert_report(error.report(), &server, &[(1, "forkSandbox: 401, not `$statusCode == 200`; break")]);
}

// Rule R57.
#[tokio::test]
async fn a_token_that_the_server_repeats_is_masked() {
    let server = serve(Daytona::new(TOKEN));
    server.fault(1, Fault::Status(403, "no entry for t0p-s3cret, t0p-s3cret", "text/plain"));
    let error = fork_sandbox(&client(&server), inputs()).await.unwrap_err();
    assert_error(&error, ErrorKind::Step, "forkSandbox", Some(403));
    assert_says(&error, "the body begins: no entry for ***, ***");
}

#[tokio::test]
async fn a_token_that_also_stands_in_the_path_is_masked() {
    let server = serve(Daytona::new(TOKEN));
    let error = fork_sandbox(&client(&server), Inputs::new(TOKEN, TOKEN)).await.unwrap_err();
    assert_error(&error, ErrorKind::Step, "forkSandbox", Some(404));
    assert_eq!(server.requests()[0].target, format!("/api/sandbox/{TOKEN}/fork"));
    let record = error.report().requests().next().unwrap();
    assert_eq!(record.url, format!("{}/sandbox/***/fork", server.url()));
}

#[tokio::test]
async fn an_unknown_sandbox_is_an_error() {
    let server = serve(Daytona::new(TOKEN));
    let error = fork_sandbox(&client(&server), Inputs::new(TOKEN, "sbx-9")).await.unwrap_err();
    assert_error(&error, ErrorKind::Step, "forkSandbox", Some(404));
    assert_says(&error, "there is no such sandbox");
}

#[tokio::test]
async fn a_read_without_a_state_is_followed_by_another() {
    let server = serve(Daytona::new(TOKEN).polls(0));
    server.fault(2, ok(&json!({ "id": FORK })));
    let run = fork_sandbox(&client(&server), inputs()).await.unwrap();
    assert_eq!(run.end, End::Completed);
    assert_requests(
        &server,
        &[(1, post("/api/sandbox/sbx-1/fork", json!({}))), (2, get(read())), (1, get(read_in_full()))],
    );
}

#[tokio::test]
async fn a_state_that_is_missing_at_the_end_is_none() {
    let server = serve(Daytona::new(TOKEN).polls(0));
    server.fault(3, ok(&json!({ "id": FORK })));
    let run = fork_sandbox(&client(&server), inputs()).await.unwrap();
    assert_eq!(run.end, End::Completed);
    assert_eq!(run.outputs.state, None);
    assert_eq!(json!(run.outputs), json!({ "forkId": FORK }), "what was not reached is left out");
}

#[tokio::test]
async fn a_state_that_the_description_does_not_know_is_kept() {
    let server = serve(Daytona::new(TOKEN).polls(0));
    server.fault(3, ok(&json!({ "id": FORK, "state": "hibernating" })));
    let run = fork_sandbox(&client(&server), inputs()).await.unwrap();
    assert_eq!(run.outputs.state, Some(OutputsState::Other("hibernating".to_owned())));
    assert_eq!(json!(run.outputs), json!({ "forkId": FORK, "state": "hibernating" }));
}

#[test]
fn a_state_knows_its_text() {
    assert_eq!(OutputsState::PullingSnapshot.as_str(), "pulling_snapshot");
    assert_eq!(OutputsState::PullingSnapshot.to_string(), "pulling_snapshot");
    assert_eq!(OutputsState::Other("new".to_owned()).as_str(), "new");
    assert_eq!(OutputsState::Other("new".to_owned()).to_string(), "new");
}

#[tokio::test]
async fn a_state_that_is_no_text_is_an_error_that_keeps_it() {
    let server = serve(Daytona::new(TOKEN).polls(0));
    server.fault(3, ok(&json!({ "id": FORK, "state": 3 })));
    let error = fork_sandbox(&client(&server), inputs()).await.unwrap_err();
    assert_error(&error, ErrorKind::Output, "getFork", None);
    assert_says(&error, "the output `state` is not what the OpenAPI description says: ");
    assert_eq!(outputs(&error), json!({ "forkId": FORK, "state": 3 }));
}

#[tokio::test]
async fn an_id_that_is_no_text_is_an_error_that_keeps_it() {
    let server = serve(Daytona::new(TOKEN));
    server.fault(1, ok(&json!({ "id": 7 })));
    server.fault_each(|_: &_| true, ok(&json!({ "id": 7, "state": "started" })));
    let error = fork_sandbox(&client(&server), inputs()).await.unwrap_err();
    assert_error(&error, ErrorKind::Output, "forkSandbox", None);
    assert_says(&error, "the output `forkId` is not what the OpenAPI description says: ");
    assert_eq!(outputs(&error), json!({ "forkId": 7, "state": "started" }));
    assert_requests(
        &server,
        &[
            (1, post("/api/sandbox/sbx-1/fork", json!({}))),
            (1, get("/api/sandbox/7")),
            (1, get("/api/sandbox/7?verbose=true")),
        ],
    );
}

#[tokio::test]
async fn without_an_id_there_is_nothing_to_read() {
    let server = serve(Daytona::new(TOKEN));
    server.fault(1, ok(&json!({ "state": "forking" })));
    let error = fork_sandbox(&client(&server), inputs()).await.unwrap_err();
    assert_error(&error, ErrorKind::Request, "pollFork", None);
    assert_says(&error, "the request was not sent: the required path parameter `sandboxIdOrName` has no value");
    assert_report(error.report(), &server, &[(1, "forkSandbox: 200; next"), (1, "pollFork: not sent; break")]);
}

#[tokio::test]
async fn the_name_of_a_sandbox_is_one_segment_of_the_path_whatever_it_holds() {
    for (name, segment) in [
        ("a b", "a%20b"),
        ("a/b", "a%2Fb"),
        ("Büro", "B%C3%BCro"),
        ("50%", "50%25"),
        ("%2F", "%252F"),
        ("a?b#c", "a%3Fb%23c"),
        ("..x", "..x"),
    ] {
        let server = serve(Daytona::new(TOKEN).polls(0));
        let fork = Inputs { name: Some(name.to_owned()), ..inputs() };
        fork_sandbox(&client(&server), fork).await.unwrap();
        let run = fork_sandbox(&client(&server), Inputs::new(TOKEN, name)).await.unwrap();
        assert_eq!(run.end, End::Completed, "the API has decoded {name:?}");
        assert_eq!(server.requests()[3].target, format!("/api/sandbox/{segment}/fork"));
    }
}

#[tokio::test]
async fn a_name_that_would_change_the_path_is_refused() {
    for name in ["", ".", ".."] {
        let server = serve(Daytona::new(TOKEN));
        let error = fork_sandbox(&client(&server), Inputs::new(TOKEN, name)).await.unwrap_err();
        assert_error(&error, ErrorKind::Request, "forkSandbox", None);
        assert_says(&error, &format!("the path parameter `sandboxIdOrName` must not be {name:?}"));
        assert_requests(&server, &[]);
    }
}

#[tokio::test]
async fn a_token_with_a_line_break_is_never_sent() {
    for token in ["t0p-s3cret\r\nX-Admin: yes", "t0p-s3cret\n"] {
        let server = serve(Daytona::new(TOKEN));
        let error = fork_sandbox(&client(&server), Inputs::new(token, "sbx-1")).await.unwrap_err();
        assert_error(&error, ErrorKind::Request, "forkSandbox", None);
        assert_says(&error, "the value of the header `Authorization` holds a line break");
        assert_lines(error.report(), &[(1, "forkSandbox: not sent; break")]);
        assert_requests(&server, &[]);
    }
}

#[tokio::test]
async fn a_state_that_the_document_does_not_expect_is_bounded_by_the_limits() {
    let server = serve(Daytona::new(TOKEN).polls(0).forks_end("stopped"));
    let client = settings(&server).limits(Limits::default().steps(10)).build().unwrap();
    let error = fork_sandbox(&client, inputs()).await.unwrap_err();
    assert_error(&error, ErrorKind::Limit, "pollFork", None);
    assert_says(&error, "the run has executed 10 steps, as many as `Limits::steps` allows");
    assert_eq!(outputs(&error), json!({ "forkId": FORK }));
    assert_requests(&server, &[(1, post("/api/sandbox/sbx-1/fork", json!({}))), (9, get(read()))]);
}

#[test]
fn inputs_have_the_names_of_the_document_and_hide_the_token() {
    let named = Inputs { name: Some("copy".to_owned()), ..inputs() };
    let json = json!({ "apiToken": TOKEN, "sandboxIdOrName": "sbx-1", "name": "copy" });
    assert_eq!(json!(named), json);
    assert_eq!(json!(inputs()), json!({ "apiToken": TOKEN, "sandboxIdOrName": "sbx-1" }));
    let read: Inputs = serde_json::from_value(json).unwrap();
    assert_eq!((read.api_token.as_str(), read.name.as_deref()), (TOKEN, Some("copy")));
    assert_hides_token(&read);
    assert!(format!("{read:?}").contains("sbx-1"), "what is no secret shows");
    let incomplete = serde_json::from_value::<Inputs>(json!({ "apiToken": TOKEN })).unwrap_err();
    assert_eq!(incomplete.to_string(), "missing field `sandboxIdOrName`");
}
