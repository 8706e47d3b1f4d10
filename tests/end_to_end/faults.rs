//! Whatever goes wrong with whichever request of whichever workflow, the run stops there, says so, and keeps what it has.

use std::pin::Pin;

use arazzo::{Action, Client, Error, ErrorKind, Outcome, Report, Resend, Run};
use serde_json::{Value, json};

use crate::embedded::{Daytona, Fault, Reply, Runloop, Server};
use crate::support::{TOKEN, assert_error, assert_hides_token, assert_says, client, outputs, settings};
use crate::workflows::{
    capture_sandbox_snapshot, fork_sandbox, image_to_running_sandbox, provision_volume_and_sandbox,
    snapshot_and_restore_devbox,
};

type Running<'c> = Pin<Box<dyn Future<Output = Result<(Value, Report), Error>> + Send + 'c>>;

/// A workflow of which everything goes well.
struct Case {
    workflow: &'static str,
    api: Api,
    run: fn(&Client) -> Running<'_>,
    /// The step of each request.
    steps: &'static [&'static str],
    /// The output that the first request gives.
    first_output: &'static str,
}

#[derive(Clone, Copy)]
enum Api {
    Daytona,
    Runloop,
}

impl Case {
    fn serve(&self) -> Server {
        match self.api {
            Api::Daytona => Server::start(daytona()),
            Api::Runloop => Server::start(runloop()),
        }
    }

    fn restart(&self, server: &Server) {
        match self.api {
            Api::Daytona => server.restart(daytona()),
            Api::Runloop => server.restart(runloop()),
        }
    }
}

fn daytona() -> Daytona {
    Daytona::new(TOKEN).polls(1)
}

fn runloop() -> Runloop {
    Runloop::new(TOKEN).polls(1)
}

/// Runs a workflow with these inputs, and makes one value of its outputs.
macro_rules! running {
    ($workflow:ident, $($input:expr),+) => {
        |client| {
            Box::pin(async move {
                let run: Run<_, _> = $workflow(client, $workflow::Inputs::new(TOKEN, $($input),+)).await?;
                Ok((json!(run.outputs), run.report))
            })
        }
    };
}

const CASES: &[Case] = &[
    Case {
        workflow: "fork-sandbox",
        api: Api::Daytona,
        run: running!(fork_sandbox, "sbx-1"),
        steps: &["forkSandbox", "pollFork", "pollFork", "pollFork", "getFork"],
        first_output: "forkId",
    },
    Case {
        workflow: "image-to-running-sandbox",
        api: Api::Daytona,
        run: running!(image_to_running_sandbox, "mine", "ubuntu:22.04"),
        steps: &[
            "createSnapshot",
            "pollBuild",
            "pollBuild",
            "pollBuild",
            "pollBuild",
            "createSandbox",
            "pollSandbox",
            "pollSandbox",
            "pollSandbox",
        ],
        first_output: "snapshotId",
    },
    Case {
        workflow: "capture-sandbox-snapshot",
        api: Api::Daytona,
        run: running!(capture_sandbox_snapshot, "sbx-1", "kept"),
        steps: &["captureSnapshot", "pollSettled", "pollSettled"],
        first_output: "sandboxId",
    },
    Case {
        workflow: "provision-volume-and-sandbox",
        api: Api::Daytona,
        run: running!(provision_volume_and_sandbox, "data", "ubuntu-22", "/data"),
        steps: &["createVolume", "pollVolume", "pollVolume", "pollVolume", "createSandbox"],
        first_output: "volumeId",
    },
    Case {
        workflow: "snapshot-and-restore-devbox",
        api: Api::Runloop,
        run: running!(snapshot_and_restore_devbox, "dbx-1"),
        steps: &["startSnapshot", "pollSnapshot", "pollSnapshot", "restoreDevbox", "waitUntilRunning"],
        first_output: "snapshotId",
    },
];

/// Lets a fault befall each request of each workflow, one at a time, of a client that sends nothing again. The run must end there, with this kind and status.
async fn for_each_request(fault: Fault, kind: ErrorKind, status: Option<u16>, check: impl Fn(&Error)) {
    for case in CASES {
        let server = case.serve();
        let client = settings(&server).resend(Resend::none()).build().unwrap();
        for (index, step) in case.steps.iter().enumerate() {
            let nth = index + 1;
            case.restart(&server);
            server.fault(nth, fault.clone());
            let Err(error) = (case.run)(&client).await else {
                panic!("{}: request {nth}, of {step}, met a fault, and the run went on", case.workflow);
            };
            assert_error(&error, kind, *step, status);
            assert_eq!(error.workflow(), Some(case.workflow));
            assert_eq!(server.requests().len(), nth, "{}: nothing is sent again or goes on", case.workflow);
            assert_eq!(error.report().total(), nth as u64);
            assert_eq!(error.report().requests().last().and_then(|last| last.action.as_ref()), Some(&Action::Break));
            assert_eq!(outputs(&error).get(case.first_output).is_some(), nth > 1, "{}: request {nth}", case.workflow);
            check(&error);
        }
    }
}

#[tokio::test]
async fn without_a_fault_each_workflow_comes_to_its_end() {
    for case in CASES {
        let server = case.serve();
        let (outputs, report) = (case.run)(&client(&server)).await.unwrap();
        let steps: Vec<_> = report.requests().map(|record| record.step).collect();
        assert_eq!(steps, case.steps);
        assert!(outputs[case.first_output].is_string());
        assert_hides_token(&outputs);
    }
}

#[tokio::test]
async fn a_connection_that_is_closed_is_an_error_of_the_transport() {
    for_each_request(Fault::Drop, ErrorKind::Transport, None, |error| {
        assert_says(error, "no response: the connection broke before a response came");
        assert!(std::error::Error::source(error).is_some());
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_is_lost_is_an_error_of_the_transport() {
    let message = "no response: the connection broke before a response came";
    for_each_request(Fault::Lose, ErrorKind::Transport, None, |error| assert_says(error, message)).await;
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_an_error_of_the_transport() {
    let message = "no response: the response broke off";
    for_each_request(Fault::Cut, ErrorKind::Transport, None, |error| assert_says(error, message)).await;
}

#[tokio::test]
async fn another_status_is_an_error_of_the_step() {
    let body = r#"{"message":"not today"}"#;
    for status in [201, 301, 400, 404, 408, 429, 500, 503] {
        let fault = Fault::Status(status, body, "application/json");
        let message =
            format!("the server answered {status}, and `$statusCode == 200` is not met; the body begins: {body}");
        for_each_request(fault, ErrorKind::Step, Some(status), |error| {
            assert_eq!(error.criterion(), Some("$statusCode == 200"));
            assert!(error.to_string().ends_with(&message), "{error}");
        })
        .await;
    }
}

#[tokio::test]
async fn another_status_without_a_body_is_an_error_of_the_step() {
    for_each_request(Fault::Status(204, "", "text/plain"), ErrorKind::Step, Some(204), |error| {
        assert!(error.to_string().ends_with("the server answered 204, and `$statusCode == 200` is not met"), "{error}");
    })
    .await;
}

#[tokio::test]
async fn a_request_to_come_back_later_is_no_reason_to_do_so() {
    let busy = Fault::Reply(Reply::new(503, "busy", "text/plain").with_header("retry-after", "3600"));
    for_each_request(busy, ErrorKind::Step, Some(503), |error| assert_says(error, "the body begins: busy")).await;
}

// Rule R52.
#[tokio::test]
async fn a_body_that_is_no_json_is_an_error_that_says_so() {
    let invalid = "the response body is not valid JSON";
    for (body, says) in
        [("{\"id\": \"x\", ", invalid), ("{\"id\": \"x\"} {}", invalid), ("", "the response body is empty, not JSON")]
    {
        let fault = Fault::Body(body.into(), "application/json");
        for_each_request(fault, ErrorKind::Step, Some(200), |error| assert_says(error, says)).await;
    }
}

// Rule R52.
/// A text has no members: what a later request requires is missing, and no criterion that looks into the body is met.
#[tokio::test]
async fn a_page_in_place_of_json_is_a_text() {
    for case in CASES {
        let server = case.serve();
        let client = client(&server);
        for (index, step) in case.steps.iter().enumerate() {
            case.restart(&server);
            server.fault(index + 1, Fault::Body("<p>Please sign in</p>".into(), "text/html"));
            let result = (case.run)(&client).await;
            let report = result.as_ref().map_or_else(Error::report, |(_, report)| report);
            let record = report.requests().nth(index).unwrap();
            assert_eq!((record.step, record.status, &record.outcome), (*step, Some(200), &Outcome::Passed));
            let expected = if step.starts_with("poll") { Action::NoneMatched } else { Action::Next };
            assert_eq!(record.action, Some(expected), "{}: {record}", case.workflow);
            let note =
                "the response body (`text/html`) is no JSON object or list, so no `jsonpath` criterion could be met";
            assert_eq!(record.note.as_deref(), step.starts_with("poll").then_some(note));
            if index == 0 {
                let error = result.unwrap_err();
                assert!(matches!(error.kind(), ErrorKind::Request | ErrorKind::Output), "{error}");
            }
        }
    }
}
