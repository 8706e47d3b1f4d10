//! Whatever goes wrong with whichever request of whichever workflow, the run stops there, says so, and keeps what it has.

use std::pin::Pin;

use arazzo::transport::{Request, Transport, TransportError, TransportErrorKind, TransportFuture};
use arazzo::{
    Action, Client, ClientBuilder, Error, ErrorKind, Limits, Outcome, Pacing, Redirects, Report, Resend, Run,
};
use serde_json::{Value, json};

use crate::embedded::{Daytona, Fault, Handler, Reply, Runloop, SeenRequest, Server};
use crate::support::{Answer, Memory, TOKEN, assert_error, assert_hides_token, assert_says, client, outputs, settings};
use crate::workflows::resending::{make, make_and_read_by_long_id, read_by_long_id};
use crate::workflows::small::poll;
use crate::workflows::{
    capture_sandbox_snapshot, fork_sandbox, image_to_running_sandbox, provision_volume_and_sandbox,
    snapshot_and_restore_devbox,
};

pub(crate) type Running<'c> = Pin<Box<dyn Future<Output = Result<(Value, Report), Error>> + Send + 'c>>;

/// A workflow of which everything goes well.
pub(crate) struct Case {
    pub(crate) workflow: &'static str,
    api: Api,
    pub(crate) run: fn(&Client) -> Running<'_>,
    /// The step of each request.
    pub(crate) steps: &'static [&'static str],
    /// The output that the first request gives.
    first_output: &'static str,
}

#[derive(Clone, Copy)]
enum Api {
    Daytona,
    Runloop,
}

impl Case {
    /// The API that the workflow needs.
    pub(crate) fn api(&self) -> Box<dyn Handler> {
        match self.api {
            Api::Daytona => Box::new(daytona()),
            Api::Runloop => Box::new(runloop()),
        }
    }

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

pub(crate) const CASES: &[Case] = &[
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
        assert_says(error, "no response: the connection to http://127.0.0.1:");
        assert_says(error, " broke before a response came");
        assert!(std::error::Error::source(error).is_some());
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_is_lost_is_an_error_of_the_transport() {
    let message = " broke before a response came";
    for_each_request(Fault::Lose, ErrorKind::Transport, None, |error| assert_says(error, message)).await;
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_an_error_of_the_transport() {
    let message = "no response: the response from http://127.0.0.1:";
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
            let lacks = " is not there: the body is `text/html`, not JSON";
            let said = record.note.iter().flat_map(|note| note.split("; "));
            let about_criteria: Vec<&str> = said.filter(|part| !part.ends_with(lacks)).collect();
            assert_eq!(about_criteria.first().copied(), step.starts_with("poll").then_some(note));
            if index == 0 {
                let error = result.unwrap_err();
                assert!(matches!(error.kind(), ErrorKind::Request | ErrorKind::Output), "{error}");
            }
        }
    }
}

/// Runs a fork of which one request meets a fault, if it is given one.
async fn fork(settings: impl FnOnce(&Server) -> ClientBuilder, fault: Option<(usize, Fault)>) -> Error {
    let server = Server::start(daytona());
    if let Some((nth, fault)) = fault {
        server.fault(nth, fault);
    }
    let client = settings(&server).build().expect("a client");
    fork_sandbox(&client, fork_sandbox::Inputs::new(TOKEN, "sbx-1")).await.expect_err("an error")
}

/// Each kind of error that can end a run behind its first request.
#[tokio::test]
async fn every_kind_of_error_keeps_the_outputs_and_the_report() {
    let wrong = || Fault::Body(r#"{"id": 7, "state": []}"#.into(), "application/json");
    let no_id = Fault::Body(r#"{"id": "", "state": "creating"}"#.into(), "application/json");
    let step = fork(settings, Some((3, Fault::Status(404, "", "text/plain")))).await;
    let transport = fork(|server| settings(server).resend(Resend::none()), Some((2, Fault::Lose))).await;
    let request = fork(settings, Some((1, no_id))).await;
    let limit = fork(|server| settings(server).limits(Limits::default().steps(2)), None).await;
    let output = fork(settings, Some((5, wrong()))).await;
    for (error, kind, step, requests) in [
        (&step, ErrorKind::Step, "pollFork", 3),
        (&transport, ErrorKind::Transport, "pollFork", 2),
        (&request, ErrorKind::Request, "pollFork", 2),
        (&limit, ErrorKind::Limit, "pollFork", 2),
        (&output, ErrorKind::Output, "getFork", 5),
    ] {
        assert_eq!((error.kind(), error.step()), (kind, Some(step)), "{error}");
        assert_eq!((error.report().workflow(), error.report().total()), ("fork-sandbox", requests), "{error}");
        let first = error.report().requests().next().expect("a request");
        assert_eq!((first.step, first.status, &first.outcome), ("forkSandbox", Some(200), &Outcome::Passed));
        assert!(outputs(error)["forkId"].is_string(), "{error}");
    }
    assert_eq!(outputs(&output)["state"], json!([]), "what does not fit is there as it came");

    let server = Server::start(|_: &SeenRequest| Reply::json(201, &json!({ "id": "1", "state": "ready" })));
    let made = make_and_read_by_long_id(&client(&server), make_and_read_by_long_id::Inputs {}).await;
    let input = made.expect_err("an id that is too short");
    assert_eq!((input.kind(), input.step()), (ErrorKind::Input, Some("look")), "{input}");
    assert_eq!((outputs(&input), input.report().total(), input.report().calls().count()), (json!({ "id": "1" }), 1, 1));
}

/// The others come before anything is sent: the report of a run that had begun says which it was.
#[tokio::test]
async fn what_keeps_a_run_from_beginning_is_an_error_with_an_empty_report() {
    let server = poll(&Client::new(), poll::Inputs::new("1")).await.expect_err("no server");
    assert_eq!((server.kind(), server.report().workflow(), server.report().total()), (ErrorKind::Server, "poll", 0));
    assert_eq!(outputs(&server), json!({}));
    let short = read_by_long_id(&Client::new(), read_by_long_id::Inputs::new("1")).await;
    assert_eq!(short.expect_err("no server either").report().workflow(), "read-by-long-id");
    let settings = Client::builder().server("http://127.0.0.1:9");
    let input = read_by_long_id(&settings.build().expect("a client"), read_by_long_id::Inputs::new("1")).await;
    let input = input.expect_err("an id that is too short");
    assert_eq!(
        (input.kind(), input.report().workflow(), input.report().total()),
        (ErrorKind::Input, "read-by-long-id", 0)
    );
    let client = Client::builder().server("nowhere").build().expect_err("no URL");
    assert_eq!((client.kind(), client.workflow(), client.report().total()), (ErrorKind::Client, None, 0));
}

/// What a server gives without end is sent without end, and kept within bounds.
#[tokio::test(start_paused = true)]
async fn a_report_keeps_the_ends_of_urls_and_reasons_that_have_no_end() {
    let long = "9".repeat(1 << 20);
    let made = Answer::json(201, &json!({ "id": long, "state": "queued" }));
    let moved = Answer::json(307, &json!({})).with("location", &format!("/elsewhere/{}", "8".repeat(30_000)));
    let ready = || Answer::json(200, &json!({ "id": "1", "state": "ready" }));
    let memory = Memory::new([made, Answer::Refused, moved, Answer::Refused, ready()]);
    let builder = Client::builder().server("http://jobs.test").transport(memory.clone()).pacing(Pacing::none());
    let client = builder.redirects(Redirects::same_origin(1)).build().unwrap();
    let run = make(&client, make::Inputs {}).await.unwrap();
    let sent: Vec<_> = memory.requests().into_iter().map(|request| request.line).collect();
    let (whole, elsewhere) = (format!("GET http://jobs.test/jobs/{long}"), sent[3].clone());
    assert_eq!((&sent[1], &sent[2]), (&whole, &whole), "it is sent again as it was");
    assert_eq!((elsewhere.len(), &sent[4]), (30_000 + "GET http://jobs.test/elsewhere/".len(), &elsewhere));
    let records: Vec<_> = run.report.requests().collect();
    assert_eq!(records.len(), 5);
    for record in &records[1..] {
        assert!(record.url.len() <= 4 << 10 && record.url.contains(" … "), "{}", record.url.len());
    }
    let Outcome::Redirected { to } = &records[2].outcome else { panic!("{}", records[2].outcome) };
    assert!(to.len() <= 4 << 10 && to.starts_with("http://jobs.test/elsewhere/88") && to.ends_with("88"));

    struct Talkative;

    impl Transport for Talkative {
        fn send(&self, _: Request) -> TransportFuture<'_> {
            let message = "no ".repeat(1 << 20);
            Box::pin(async { Err(TransportError::new(TransportErrorKind::Other, message)) })
        }
    }

    let client = Client::builder().server("http://jobs.test").transport(Talkative).build().unwrap();
    let error = make(&client, make::Inputs {}).await.unwrap_err();
    let Outcome::NoResponse { reason } = &error.report().requests().next().unwrap().outcome else { panic!("{error}") };
    assert!(reason.len() <= 4 << 10 && reason.starts_with("no no ") && reason.contains(" … "));
}
