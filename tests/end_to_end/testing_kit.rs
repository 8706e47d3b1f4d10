//! `arazzo::testing`, as the tests of a user's workflows would use it: no server, and no time that passes.

use std::time::Duration;

use arazzo::testing::{Answer, Mock, ReceivedRequest, json};
use arazzo::transport::TransportErrorKind;
use arazzo::{Error, ErrorKind, Limits, Pacing};

use crate::support::{TOKEN, assert_error, assert_hides_token, assert_lines, outputs};
use crate::workflows::fork_sandbox;
use crate::workflows::nested::{create_and_read, tolerant};
use crate::workflows::small::{poll, retry_never, retry_once, retry_with_delay};

fn inputs() -> fork_sandbox::Inputs {
    fork_sandbox::Inputs { name: Some("my-copy".to_owned()), ..fork_sandbox::Inputs::new(TOKEN, "sbx-1") }
}

fn state(state: &str) -> Answer {
    Answer::json(200, json!({ "id": "1", "state": state }))
}

/// A run of `poll` over a script.
async fn polled(mock: &Mock) -> Result<poll::Outputs, Error> {
    poll(&mock.client(), poll::Inputs::new("1")).await.map(|run| run.outputs)
}

/// Checks the message of a run that was ended by the mock, in the run and at the end of the test.
#[track_caller]
fn assert_unexpected(mock: &Mock, error: &Error, step: &'static str, message: &str) {
    assert_error(error, ErrorKind::UnexpectedRequest, step, None);
    let said = error.to_string();
    let (_, said) = said.split_once(": ").expect("workflow and step");
    assert_eq!(said, message);
    let finish = mock.finish().expect_err("the mock has seen it").to_string();
    let indented: String = message.lines().map(|line| format!("\n  {line}")).collect();
    assert!(finish.starts_with(&format!("the run has sent what the mock did not expect:{indented}")), "{finish}");
    assert_hides_token(&finish);
    assert_hides_token(&mock.requests());
}

#[track_caller]
fn assert_unfinished(mock: &Mock, message: &str) {
    assert_eq!(mock.finish().expect_err("something is left").to_string(), message);
}

#[tokio::test]
async fn a_script_answers_operation_by_operation() {
    let mock = Mock::new()
        .on(
            "forkSandbox",
            Answer::json(200, json!({ "id": "fork-1", "state": "forking" }))
                .expect_path("sandboxIdOrName", "sbx-1")
                .expect_header("authorization", format!("Bearer {TOKEN}"))
                .expect_no_header("cookie")
                .expect_json(json!({ "name": "my-copy" })),
        )
        .on("getSandbox", Answer::json(200, json!({ "id": "fork-1", "state": "forking" })).expect_no_body().times(2))
        .on("getSandbox", Answer::json(200, json!({ "id": "fork-1", "state": "started" })).expect_no_query("verbose"))
        .on("getSandbox", Answer::json(200, json!({ "id": "fork-1" })).expect_query("verbose", true));
    let run = fork_sandbox(&mock.client(), inputs()).await.unwrap();
    assert_eq!(run.end, fork_sandbox::End::Completed);
    assert_eq!(run.outputs.fork_id, "fork-1");
    mock.assert_finished();
    assert_lines(
        &run.report,
        &[
            (1, "forkSandbox: 200; next"),
            (2, "pollFork: 200; stillForking to pollFork"),
            (1, "pollFork: 200; running to getFork"),
            (1, "getFork: 200; next"),
        ],
    );

    let lines: Vec<String> =
        mock.requests().iter().map(|request| format!("{} {}", request.method(), request.target())).collect();
    assert_eq!(
        lines,
        [
            "POST /sandbox/sbx-1/fork",
            "GET /sandbox/fork-1",
            "GET /sandbox/fork-1",
            "GET /sandbox/fork-1",
            "GET /sandbox/fork-1?verbose=true",
        ]
    );
    let forks = mock.requests_of("post /sandbox/{sandboxIdOrName}/fork");
    let [fork] = &forks[..] else { panic!("{forks:?}") };
    let operation = fork.operation().unwrap();
    assert_eq!((operation.source(), operation.id(), operation.method()), ("sandboxApi", Some("forkSandbox"), "POST"));
    assert_eq!(operation.path(), "/sandbox/{sandboxIdOrName}/fork");
    assert_eq!(fork.url(), "https://app.daytona.io/api/sandbox/sbx-1/fork");
    assert_eq!(fork.path("sandboxIdOrName").as_deref(), Some("sbx-1"));
    assert_eq!(fork.path("id"), None);
    assert_eq!(fork.header("Authorization"), Some("Bearer t0p-s3cret"));
    assert_eq!((fork.text(), fork.json()), (Some(r#"{"name":"my-copy"}"#), Some(json!({ "name": "my-copy" }))));
    assert_hides_token(&mock.requests());
    assert_eq!(mock.requests_of("sandboxApi.getSandbox").len(), 4);
    assert_eq!(mock.requests_of("listVolumes").len(), 0);
    let misspelt =
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| mock.requests_of("getSandbx"))).unwrap_err();
    assert_eq!(
        misspelt.downcast_ref::<String>().unwrap(),
        "the mock has neither an answer for `getSandbx` nor a request of it; did you mean `getSandbox`?"
    );
}

#[tokio::test]
async fn operations_are_named_by_id_or_by_method_and_path_and_by_their_source() {
    for name in ["getJob", "jobsApi.getJob", "GET /jobs/{id}", "get /jobs/{id}", "jobsApi.get /jobs/{id}"] {
        let mock = Mock::new().on(name, state("ready"));
        assert_eq!(json!(polled(&mock).await.unwrap()), json!({ "state": "ready" }), "{name}");
        mock.assert_finished();
    }
    for name in ["getjob", "jobs.getJob", "GET /jobs/{name}", "GET /jobs/1", ""] {
        let mock = Mock::new().on(name, state("ready"));
        assert_eq!(polled(&mock).await.unwrap_err().kind(), ErrorKind::UnexpectedRequest, "{name}");
    }
}

#[tokio::test]
async fn the_name_that_says_most_wins() {
    let mock = Mock::new().on("getJob", state("ready")).on("jobsApi.getJob", state("queued").times(2));
    let error = polled(&mock).await.unwrap_err();
    assert_unexpected(
        &mock,
        &error,
        "read",
        "the mock has no answer left for request 3 of `jobsApi.getJob`\n  got: GET https://mock.test/jobs/1\n  \
         scripted: 200 (2 times)\n  help: add an answer with `on`, or let the last one go on with `times` or `always`",
    );
}

#[tokio::test]
async fn an_operation_without_a_script_names_those_that_have_one() {
    let mock = Mock::new();
    let error = polled(&mock).await.unwrap_err();
    assert_unexpected(
        &mock,
        &error,
        "read",
        "the mock has no answer for the operation `getJob` (source `jobsApi`, GET /jobs/{id})\n  \
         got: GET https://mock.test/jobs/1\n  scripted: nothing\n  help: add `.on(\"getJob\", Answer::…)`",
    );
    let mock = Mock::new().on("getJobs", state("ready")).on("createJob", Answer::empty(201));
    let error = polled(&mock).await.unwrap_err();
    assert_unexpected(
        &mock,
        &error,
        "read",
        "the mock has no answer for the operation `getJob` (source `jobsApi`, GET /jobs/{id})\n  \
         got: GET https://mock.test/jobs/1\n  scripted: `getJobs`, `createJob`\n  \
         help: did you mean `getJob` where the script says `getJobs`?",
    );
}

#[tokio::test]
async fn answers_that_are_used_up_are_listed() {
    let mock = Mock::new()
        .on_each("getJob", [state("queued").times(2), Answer::json(200, json!({ "state": "queued" }))])
        .on("createJob", Answer::empty(201));
    let error = polled(&mock).await.unwrap_err();
    assert_unexpected(
        &mock,
        &error,
        "read",
        "the mock has no answer left for request 4 of `getJob`\n  got: GET https://mock.test/jobs/1\n  \
         scripted: 200 (2 times), 200\n  help: add an answer with `on`, or let the last one go on with `times` or `always`",
    );
    assert_eq!(outputs(&error), json!({ "state": "queued" }), "what was reached is kept");
}

#[tokio::test]
async fn everything_that_differs_from_what_an_answer_expects_is_listed() {
    let fork = Answer::empty(200)
        .expect_path("sandboxIdOrName", "sbx-2")
        .expect_path("id", 7)
        .expect_query("dry", true)
        .expect_header("Content-Type", "text/plain")
        .expect_header("X-Trace", "7")
        .expect_no_header("content-type")
        .expect_json(json!({ "name": "copy", "size": 1 }))
        .expect_json_part(json!({ "name": "my-copy" }))
        .expect_text("{}")
        .expect_no_body()
        .expect(|request| match request.body().len() {
            18 => Ok(()),
            length => Err(format!("body: {length} bytes are too many")),
        });
    let mock = Mock::new().on("forkSandbox", fork);
    let error = fork_sandbox(&mock.client(), inputs()).await.unwrap_err();
    assert_unexpected(
        &mock,
        &error,
        "forkSandbox",
        "request 1 of `forkSandbox` is not as the mock expects\n  \
         got: POST https://app.daytona.io/api/sandbox/sbx-1/fork\n  \
         path variable `sandboxIdOrName`: expected \"sbx-2\", got \"sbx-1\"\n  \
         the path `/sandbox/{sandboxIdOrName}/fork` has no variable `id`\n  \
         query parameter `dry`: expected \"true\", and it is missing\n  \
         header `Content-Type`: expected \"text/plain\", got \"application/json\"\n  \
         header `X-Trace`: expected \"7\", and it is missing\n  \
         header `content-type`: not expected, got \"application/json\"\n  \
         body `/name`: expected \"copy\", got \"my-copy\"\n  \
         body `/size`: expected 1, and it is missing\n  \
         body: expected \"{}\", got \"{\\\"name\\\":\\\"my-copy\\\"}\"\n  \
         body: expected none, got \"{\\\"name\\\":\\\"my-copy\\\"}\"",
    );
    let read = state("ready").expect_no_query("x").expect_json(json!({}));
    let mock = Mock::new().on("getJob", read);
    let error = polled(&mock).await.unwrap_err();
    assert_unexpected(
        &mock,
        &error,
        "read",
        "request 1 of `getJob` is not as the mock expects\n  got: GET https://mock.test/jobs/1\n  \
         body: expected JSON, got none",
    );
}

#[tokio::test]
async fn a_mismatch_shows_no_secret() {
    let mock = Mock::new().on("forkSandbox", Answer::empty(200).expect_header("authorization", "Bearer another"));
    let error = fork_sandbox(&mock.client(), inputs()).await.unwrap_err();
    assert_unexpected(
        &mock,
        &error,
        "forkSandbox",
        "request 1 of `forkSandbox` is not as the mock expects\n  \
         got: POST https://app.daytona.io/api/sandbox/sbx-1/fork\n  \
         header `authorization`: expected \"Bearer another\", got \"Bearer ***\"",
    );
}

#[tokio::test]
async fn what_the_script_has_and_nobody_asks_for_is_found_at_the_end() {
    let mock = Mock::new()
        .on("getJob", state("ready").times(3))
        .on("getJob", state("queued").always())
        .on("getJobb", state("ready"))
        .on("createJob", Answer::refused())
        .on("createJob", Answer::computed(|_| Answer::empty(201)).always());
    polled(&mock).await.unwrap();
    assert_unfinished(
        &mock,
        "the run has not asked for all that the mock's script has:\n  \
         `getJob` was asked for once; left: 200 (2 times), 200 (always)\n  \
         `getJobb` was never asked for; left: 200\n    help: did you mean `getJob`, which was asked for?\n  \
         `createJob` was never asked for; left: the connection was refused, a computed answer (always)",
    );
    polled(&mock).await.unwrap();
    polled(&mock).await.unwrap();
    let finish = mock.finish().unwrap_err().to_string();
    assert!(finish.contains("\n  `getJob` was asked for 3 times; left: 200 (always)\n"), "{finish}");
}

#[test]
#[should_panic(expected = "`getJob` was never asked for; left: 200")]
fn a_test_that_ends_too_early_panics() {
    Mock::new().on("getJob", state("ready")).assert_finished();
}

#[tokio::test]
async fn no_failure_action_takes_what_the_mock_did_not_expect() {
    let mock = Mock::new();
    let error = retry_never(&mock.client(), retry_never::Inputs::new("1")).await.unwrap_err();
    assert_error(&error, ErrorKind::UnexpectedRequest, "read", None);
    assert_lines(error.report(), &[(1, "read: no response; undecided")]);
    assert_eq!(error.report().to_string().lines().count(), 2, "{}", error.report());

    let error = tolerant(&mock.client(), tolerant::Inputs::new("1")).await.unwrap_err();
    assert_error(&error, ErrorKind::UnexpectedRequest, "read", None);
    assert_eq!(error.workflow(), Some("read-job"));
}

#[tokio::test]
async fn faults_are_those_of_a_network() {
    for (answer, says) in [
        (Answer::refused(), "no response: the connection was refused"),
        (Answer::broken(), "no response: the connection broke"),
        (Answer::timeout(), "no response: the server took too long"),
        (Answer::fault(TransportErrorKind::Other, "the cable is cut"), "no response: the cable is cut"),
    ] {
        let mock = Mock::new().on("getJob", answer);
        let error = polled(&mock).await.unwrap_err();
        assert_error(&error, ErrorKind::Transport, "read", None);
        assert!(error.to_string().ends_with(says), "{error}");
        mock.assert_finished();
    }
    let mock = Mock::new().on("getJob", Answer::broken()).on("getJob", state("ready"));
    let run = retry_once(&mock.client(), retry_once::Inputs::new("1")).await.unwrap();
    assert_lines(&run.report, &[(1, "read: no response; retry again"), (1, "read (2): 200; next")]);
    mock.assert_finished();
}

#[tokio::test]
async fn answers_are_json_text_bytes_or_empty_with_any_header() {
    for (answer, says) in [
        (
            Answer::json(404, [1, 2]),
            "the server answered 404, and `$statusCode == 200` is not met; the body begins: [1,2]",
        ),
        (Answer::text(500, "oh"), "the server answered 500, and `$statusCode == 200` is not met; the body begins: oh"),
        (Answer::empty(503), "the server answered 503, and `$statusCode == 200` is not met"),
        (
            Answer::bytes(200, "application/json", *b"{\"state\": "),
            "the server answered 200; the response body is not valid JSON: EOF while parsing a value at line 1 column 10; \
             the body begins: {\"state\": ",
        ),
    ] {
        let mock = Mock::new().on("getJob", answer.header("X-Request-Id", "7"));
        let error = polled(&mock).await.unwrap_err();
        assert!(error.to_string().ends_with(says), "{error}");
        mock.assert_finished();
    }
}

#[tokio::test]
async fn an_answer_that_cannot_be_given_says_why() {
    let unwritable: std::collections::BTreeMap<Vec<u8>, u8> = [(vec![1], 1)].into();
    for (answer, why) in [
        (Answer::empty(99), "99 is no status of HTTP"),
        (Answer::empty(200).header("a b", "c"), "`a b` is no name of a header"),
        (Answer::empty(200).header("a", "b\n"), "the value of its header `a` is no text of one line"),
        (Answer::json(200, &unwritable), "its body cannot be written as JSON: key must be a string"),
        (
            Answer::empty(200).expect_json(&unwritable),
            "the body that it expects cannot be written as JSON: key must be a string",
        ),
        (Answer::computed(|_| Answer::empty(1_000)), "1000 is no status of HTTP"),
    ] {
        let mock = Mock::new().on("getJob", answer);
        let error = polled(&mock).await.unwrap_err();
        let message = format!("the answer that is scripted for request 1 of `getJob` cannot be given: {why}");
        assert_unexpected(&mock, &error, "read", &message);
    }
}

#[tokio::test]
async fn an_answer_may_be_computed_from_the_request() {
    let by_id = |request: &ReceivedRequest| {
        let id = request.path("id").unwrap_or_default();
        Answer::json(200, json!({ "id": id, "state": if id == "a/b ü" { "ready" } else { "failed" } }))
            .expect_no_header("content-type")
    };
    let mock = Mock::new().on("getJob", Answer::computed(by_id).always());
    let run = poll(&mock.client(), poll::Inputs::new("a/b ü")).await.unwrap();
    assert_eq!(json!(run.outputs), json!({ "state": "ready" }));
    mock.assert_finished();
}

#[tokio::test]
async fn workflows_in_workflows_share_a_script() {
    let mock = Mock::new()
        .on("createJob", Answer::json(201, json!({ "id": "7" })).expect_json(json!({ "name": "n" })))
        .on("getJob", state("queued").expect_path("id", 7).expect_query("verbose", true));
    let run = create_and_read(&mock.client(), create_and_read::Inputs::new("n")).await.unwrap();
    assert_eq!(json!(run.outputs)["state"], "queued");
    mock.assert_finished();
}

#[tokio::test]
async fn nothing_waits() {
    let began = std::time::Instant::now();
    let mock = Mock::new()
        .on("getJob", Answer::empty(503).header("Retry-After", "3600"))
        .on("getJob", Answer::refused().times(2))
        .on("getJob", state("ready"));
    let run = retry_with_delay(&mock.client(), retry_with_delay::Inputs::new("1")).await.unwrap();
    assert_eq!(run.report.total(), 4);
    assert!(began.elapsed() < Duration::from_secs(1), "the document asks for a second and a half each time");
    mock.assert_finished();
}

#[tokio::test(start_paused = true)]
async fn time_is_that_of_tokio() {
    let mock = Mock::new().on("getJob", state("queued").after(Duration::from_secs(60)).times(2)).on(
        "getJob",
        Answer::computed(|_| state("ready").after(Duration::from_secs(5))).after(Duration::from_secs(10)),
    );
    let pacing = Pacing::default().first(Duration::from_secs(1)).growth(2.0).jitter(0.0);
    let client = mock.client_builder().pacing(pacing).build().unwrap();
    let run = poll(&client, poll::Inputs::new("1")).await.unwrap();
    assert_eq!(run.report.time(), Duration::from_secs(60 + 1 + 60 + 2 + 15));
    mock.assert_finished();

    let mock = Mock::new().on("getJob", Answer::never());
    let client = mock.client_builder().limits(Limits::default().run_time(Duration::from_secs(90))).build().unwrap();
    let error = poll(&client, poll::Inputs::new("1")).await.unwrap_err();
    assert_error(&error, ErrorKind::Limit, "read", None);
    assert_eq!(error.report().time(), Duration::from_secs(90));
    mock.assert_finished();
}

#[tokio::test]
async fn many_runs_share_a_mock() {
    let mock = Mock::new().on("getJob", state("queued").times(50)).on("getJob", state("ready").always());
    let runs: Vec<_> = (0..20)
        .map(|_| {
            let mock = mock.clone();
            tokio::spawn(async move { polled(&mock).await })
        })
        .collect();
    for run in runs {
        run.await.unwrap().unwrap();
    }
    assert_eq!(mock.requests().len(), 70);
    mock.assert_finished();
}
