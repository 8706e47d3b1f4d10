//! What steps do about their failures, over real HTTP: retries, waits, ends and jumps, and what the server sees of them.
//! The lengths of waits, to the millisecond, are tested under a paused clock in `retries`.

use crate::embedded::{Fault, Reply, SeenRequest, Server};
use crate::support::{assert_error, assert_lines, client, outputs, settings};
use crate::workflows::small::{recover_by_status, recover_by_waiting, recover_in_rounds, recover_once};
use arazzo::{Client, ErrorKind, Outcome, Pacing, Resend};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

fn job(state: &str) -> Value {
    json!({ "id": "1", "state": state })
}

fn ready() -> Reply {
    Reply::json(200, &job("ready"))
}

fn busy() -> Reply {
    Reply::json(503, &json!({ "urgent": true }))
}

/// A client that waits as long as it is told.
fn patient(server: &Server) -> Client {
    settings(server).pacing(Pacing::default()).build().expect("a client")
}

/// Gives these answers one after the other; the last one stays.
fn serve(answers: Vec<Reply>) -> Server {
    let number = AtomicUsize::new(0);
    Server::start(move |_: &SeenRequest| {
        let number = number.fetch_add(1, Ordering::SeqCst);
        answers.get(number).or(answers.last()).expect("an answer").clone()
    })
}

/// Rules R19, R33, R39: a step whose criteria are not all met is run again after a wait, and in the end succeeds like any
/// other.
#[tokio::test]
async fn a_step_is_run_again_after_its_wait() {
    // The status alone is not enough: a job that has failed is a failure.
    let server = serve(vec![busy(), Reply::json(200, &job("failed")), ready()]);
    let started = Instant::now();
    let run = recover_by_waiting(&patient(&server), recover_by_waiting::Inputs::new("1")).await.expect("it recovers");
    assert!(started.elapsed() >= Duration::from_millis(300), "two waits");
    assert_eq!(
        (run.end, run.outputs.state.as_ref().map(|state| state.as_str())),
        (recover_by_waiting::End::Completed, Some("ready"))
    );
    assert_lines(
        &run.report,
        &[
            (1, "read: 503, not `$statusCode == 200`; retry quickly"),
            (1, "read (2): 200, not `$response.body#/state != 'failed'`; retry quickly"),
            (1, "read (3): 200; next"),
        ],
    );
    assert_eq!(server.requests().len(), 3);
}

/// Rules R36, R38, R31: what is used up gives way to the next action, `Retry-After` counts more than `retryAfter`, and an
/// end after a failure is a value that says so.
#[tokio::test]
async fn each_retry_has_its_budget_and_the_server_its_say() {
    let server = serve(vec![busy(), busy(), busy().with_header("Retry-After", "1"), busy()]);
    let started = Instant::now();
    let run = recover_by_waiting(&patient(&server), recover_by_waiting::Inputs::new("1")).await.expect("an end");
    let elapsed = started.elapsed();
    assert!(elapsed >= Duration::from_millis(1_300) && elapsed < Duration::from_secs(600), "{elapsed:?}");
    assert_eq!(run.end, recover_by_waiting::End::GaveUp);
    assert!(run.after_failure());
    assert_eq!(run.outputs.state, None);
    let actions: Vec<_> = run.report.requests().map(|request| request.to_string()).collect();
    assert_eq!(actions.len(), 4, "{actions:?}");
    assert_eq!(server.requests().len(), 4);
}

/// Rules R35, R32, R30: one more attempt without a limit, none with a limit of zero; a jump after a failure; and a failure
/// that nothing takes is an error.
#[tokio::test]
async fn limits_of_one_and_of_zero() {
    let server = serve(vec![busy()]);
    let error = recover_once(&client(&server), recover_once::Inputs::new("1")).await.expect_err("it does not recover");
    assert_error(&error, ErrorKind::Step, "once", Some(503));
    assert_lines(
        error.report(),
        &[
            (1, "never: 503, not `$statusCode == 200`; goOn to once"),
            (1, "once: 503, not `$statusCode == 200`; retry again"),
            (1, "once (2): 503, not `$statusCode == 200`; break"),
        ],
    );
    assert_eq!(server.requests().len(), 3);
}

/// Rules R23, R29, R37: the criteria of actions see the exchange, all of them have to hold, and each failure selects anew.
#[tokio::test]
async fn each_failure_selects_its_action_anew() {
    let missing = Reply::json(404, &json!({}));
    let server = serve(vec![busy(), busy(), missing]);
    let run = recover_by_status(&client(&server), recover_by_status::Inputs::new("1")).await.expect("an end");
    assert_eq!(run.end, recover_by_status::End::Missing);
    assert_eq!(server.requests().len(), 3);
    // One of two criteria is not enough.
    let server = serve(vec![Reply::json(503, &json!({ "urgent": false }))]);
    let error =
        recover_by_status(&client(&server), recover_by_status::Inputs::new("1")).await.expect_err("nothing fits");
    assert_error(&error, ErrorKind::Step, "read", Some(503));
    assert_eq!(server.requests().len(), 1);
}

/// Rules R22, R32: a jump leaves out the steps between, and the outputs of each step are its own.
#[tokio::test]
async fn a_jump_leaves_steps_out() {
    let server =
        serve(vec![Reply::json(410, &job("failed")), Reply::json(201, &json!({ "id": "2", "state": "queued" }))]);
    let run = recover_by_status(&client(&server), recover_by_status::Inputs::new("a")).await.expect("it goes on");
    assert_eq!(json!(run.outputs), json!({ "state": "failed", "madeUp": "2" }));
    let seen: Vec<_> = server.requests().iter().map(|request| (request.method.clone(), request.json())).collect();
    assert_eq!(seen, [("GET".to_owned(), None), ("POST".to_owned(), Some(json!({ "name": "a" })))]);
}

/// Rule R20: a connection that breaks is a failure without a status, which an action can take.
#[tokio::test]
async fn a_broken_connection_is_a_failure() {
    let server = serve(vec![ready()]);
    server.fault(1, Fault::Drop);
    // What fails is for the document to decide.
    let client = settings(&server).resend(Resend::none()).build().expect("a client");
    let run = recover_by_status(&client, recover_by_status::Inputs::new("1")).await.expect("it recovers");
    let first = run.report.requests().next().expect("a request");
    assert!(matches!(first.outcome, Outcome::NoResponse { .. }) && first.status.is_none(), "{first}");
    // A second one in a row is one too many, and the error keeps the outputs that there are.
    server.fault_each(|_: &SeenRequest| true, Fault::Drop);
    let error = recover_by_status(&client, recover_by_status::Inputs::new("1")).await.expect_err("it is too much");
    assert_error(&error, ErrorKind::Transport, "read", None);
    assert_eq!(outputs(&error), json!({}));
}

/// Rules R27, R37, R26: a step that is entered anew has all of its attempts, and an end ends the run with its outputs.
#[tokio::test]
async fn each_round_has_all_of_its_attempts() {
    let running = || Reply::json(200, &job("running"));
    let server = serve(vec![busy(), running(), busy(), running(), busy(), ready()]);
    let run = recover_in_rounds(&client(&server), recover_in_rounds::Inputs::new("1")).await.expect("it ends");
    assert_eq!(run.end, recover_in_rounds::End::Done);
    assert_eq!(json!(run.outputs), json!({ "state": "ready" }));
    assert_eq!(server.requests().len(), 6);
    let server = serve(vec![busy(), running(), busy(), busy()]);
    let error = recover_in_rounds(&client(&server), recover_in_rounds::Inputs::new("1")).await.expect_err("it breaks");
    assert_error(&error, ErrorKind::Step, "read", Some(503));
    // What the round before has found is still there.
    assert_eq!(server.requests().len(), 4);
}
