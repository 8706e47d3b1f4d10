//! What a step does about its failure: retries to the millisecond, ends and jumps. A paused clock and no network.

use std::time::Duration;

use arazzo::{Action, Client, ErrorKind, Limits, Pacing, Resend};
use serde_json::json;

use crate::support::{Answer, Memory, assert_error, assert_lines, assert_says, outputs};
use crate::workflows::small::{
    chosen_by_status, retry_at_our_pace, retry_in_a_loop, retry_never, retry_once, retry_with_delay, two_budgets,
};

const DOWN: u16 = 503;

fn client(memory: &Memory) -> Client {
    let pacing = Pacing::default().first(Duration::from_millis(100)).growth(2.0).jitter(0.0);
    let settings = Client::builder().server("http://jobs.test").transport(memory.clone()).pacing(pacing);
    // What fails is for the documents to decide.
    settings.resend(Resend::none()).build().unwrap()
}

fn ready() -> Answer {
    state("ready")
}

fn state(state: &str) -> Answer {
    Answer::json(200, &json!({ "id": "1", "state": state }))
}

fn failed(status: u16) -> Answer {
    Answer::json(status, &json!({ "message": "no" }))
}

fn failures(times: usize, last: Answer) -> Vec<Answer> {
    let mut answers = vec![failed(DOWN); times];
    answers.push(last);
    answers
}

#[tokio::test(start_paused = true)]
async fn a_step_that_succeeds_is_not_tried_again() {
    let memory = Memory::new([ready()]);
    let run = retry_with_delay(&client(&memory), retry_with_delay::Inputs::new("1")).await.unwrap();
    assert_eq!(memory.times(), [0]);
    assert_lines(&run.report, &[(1, "read: 200; next")]);
}

// Rule R33.
#[tokio::test(start_paused = true)]
async fn a_retry_waits_as_long_as_the_document_says() {
    let memory = Memory::new(failures(2, ready()));
    let run = retry_with_delay(&client(&memory), retry_with_delay::Inputs::new("1")).await.unwrap();
    assert_eq!(run.end, retry_with_delay::End::Completed);
    assert!(!run.after_failure(), "in the end the step has succeeded");
    assert_eq!(memory.times(), [0, 1_500, 3_000]);
    assert_eq!(json!(run.outputs), json!({ "state": "ready" }));
    assert_lines(
        &run.report,
        &[
            (1, "read: 503, not `$statusCode == 200`; retry later"),
            (1, "read (2): 503, not `$statusCode == 200`; retry later"),
            (1, "read (3): 200; next"),
        ],
    );
    let first = run.report.requests().next().unwrap();
    assert_eq!(first.action, Some(Action::Retry { name: "later", after: Duration::from_millis(1_500) }));
}

// Rule R35.
#[tokio::test(start_paused = true)]
async fn a_retry_that_is_used_up_leaves_the_error_of_the_last_attempt() {
    let memory = Memory::new(failures(3, failed(500)));
    let error = retry_with_delay(&client(&memory), retry_with_delay::Inputs::new("1")).await.unwrap_err();
    assert_error(&error, ErrorKind::Step, "read", Some(500));
    assert_eq!(error.criterion(), Some("$statusCode == 200"));
    assert_eq!(memory.times(), [0, 1_500, 3_000, 4_500], "three more attempts after the first");
    assert_eq!(error.report().requests().last().unwrap().action, Some(Action::Break));
}

// Rules R35, A18.
#[tokio::test(start_paused = true)]
async fn no_limit_means_one_more_attempt() {
    let memory = Memory::new([failed(DOWN)]);
    let error = retry_once(&client(&memory), retry_once::Inputs::new("1")).await.unwrap_err();
    assert_error(&error, ErrorKind::Step, "read", Some(DOWN));
    assert_eq!(memory.times(), [0, 100], "without a delay in the document the client's pace counts");
    let memory = Memory::new(failures(1, ready()));
    retry_once(&client(&memory), retry_once::Inputs::new("1")).await.unwrap();
    assert_eq!(memory.times(), [0, 100]);
}

#[tokio::test(start_paused = true)]
async fn without_a_delay_in_the_document_pauses_grow() {
    let memory = Memory::new(failures(4, ready()));
    retry_at_our_pace(&client(&memory), retry_at_our_pace::Inputs::new("1")).await.unwrap();
    assert_eq!(memory.times(), [0, 100, 300, 700, 1_500]);
}

// Rule R35.
#[tokio::test(start_paused = true)]
async fn a_limit_of_zero_allows_no_further_attempt() {
    let memory = Memory::new([failed(DOWN)]);
    let run = retry_never(&client(&memory), retry_never::Inputs::new("1")).await.unwrap();
    assert_eq!(run.end, retry_never::End::GaveUp);
    assert!(run.after_failure());
    assert_eq!(memory.times(), [0]);
    assert_lines(&run.report, &[(1, "read: 503, not `$statusCode == 200`; end gaveUp")]);
}

// Rule R36.
#[tokio::test(start_paused = true)]
async fn each_retry_action_has_a_budget_of_its_own() {
    let memory = Memory::new([failed(DOWN)]);
    let run = two_budgets(&client(&memory), two_budgets::Inputs::new("1")).await.unwrap();
    assert_eq!(run.end, two_budgets::End::GaveUp);
    assert!(run.after_failure());
    assert_eq!(json!(run.outputs), json!({}), "the body of a failure has no state");
    assert_eq!(memory.times(), [0, 1_000, 2_000, 12_000]);
    assert_lines(
        &run.report,
        &[
            (1, "read: 503, not `$statusCode == 200`; retry quickly"),
            (1, "read (2): 503, not `$statusCode == 200`; retry quickly"),
            (1, "read (3): 503, not `$statusCode == 200`; retry slowly"),
            (1, "read (4): 503, not `$statusCode == 200`; end gaveUp"),
        ],
    );
}

// Rule R38.
#[tokio::test(start_paused = true)]
async fn the_header_overrules_the_delay_of_the_document() {
    let memory = Memory::new([
        failed(DOWN).with("Retry-After", "4"),
        failed(DOWN).with("Retry-After", "Thu, 01 Jan 1970 00:00:00 GMT"),
        failed(DOWN).with("Retry-After", "Fri, 31 Dec 9999 23:59:59 GMT"),
        ready(),
    ]);
    retry_with_delay(&client(&memory), retry_with_delay::Inputs::new("1")).await.unwrap();
    let expected = [0, 4_000, 4_100, 304_100];
    assert_eq!(
        memory.times(),
        expected,
        "seconds, the past with the first pause, and a distant day cut to five minutes"
    );
}

// Rule R38.
#[tokio::test(start_paused = true)]
async fn a_header_that_cannot_be_read_overrules_nothing() {
    let memory = Memory::new([failed(DOWN).with("Retry-After", "-3"), ready()]);
    retry_with_delay(&client(&memory), retry_with_delay::Inputs::new("1")).await.unwrap();
    assert_eq!(memory.times(), [0, 1_500]);
}

// Rule R20.
#[tokio::test(start_paused = true)]
async fn a_connection_that_breaks_is_a_failure_like_any_other() {
    let memory = Memory::new([Answer::Broken, Answer::Broken, ready()]);
    let run = retry_with_delay(&client(&memory), retry_with_delay::Inputs::new("1")).await.unwrap();
    assert_eq!(memory.times(), [0, 1_500, 3_000]);
    assert_lines(
        &run.report,
        &[(1, "read: no response; retry later"), (1, "read (2): no response; retry later"), (1, "read (3): 200; next")],
    );
    let memory = Memory::new([Answer::Broken]);
    let error = retry_with_delay(&client(&memory), retry_with_delay::Inputs::new("1")).await.unwrap_err();
    assert_error(&error, ErrorKind::Transport, "read", None);
    assert_says(&error, "no response: the connection broke");
    assert_eq!(memory.times().len(), 4);
}

// Rule R20.
#[tokio::test(start_paused = true)]
async fn a_request_that_cannot_be_written_is_a_failure_like_any_other() {
    let memory = Memory::new([ready()]);
    let run = two_budgets(&client(&memory), two_budgets::Inputs::new("..")).await.unwrap();
    assert_eq!(run.end, two_budgets::End::GaveUp);
    assert_eq!(memory.requests(), []);
    assert_eq!(memory.elapsed(), 12_000);
}

// Rules R31, A8.
#[tokio::test(start_paused = true)]
async fn an_end_under_on_failure_is_a_value_that_says_so() {
    let memory = Memory::new([failed(404)]);
    let run = chosen_by_status(&client(&memory), chosen_by_status::Inputs::new("1")).await.unwrap();
    assert_eq!(run.end, chosen_by_status::End::Missing);
    assert!(run.after_failure());
    assert_eq!(json!(run.outputs), json!({}));
    assert_lines(&run.report, &[(1, "read: 404, not `$statusCode == 200`; end missing")]);
}

// Rule R22.
#[tokio::test(start_paused = true)]
async fn what_a_failure_says_is_an_output_as_far_as_it_fits() {
    for (state, outputs) in
        [(json!("ready"), json!({ "state": "ready" })), (json!(4), json!({})), (json!(null), json!({}))]
    {
        let memory = Memory::new([Answer::json(404, &json!({ "state": state }))]);
        let run = chosen_by_status(&client(&memory), chosen_by_status::Inputs::new("1")).await.unwrap();
        assert_eq!(run.end, chosen_by_status::End::Missing);
        assert_eq!(json!(run.outputs), outputs);
    }
}

// Rule R32.
#[tokio::test(start_paused = true)]
async fn a_jump_under_on_failure_goes_on_elsewhere() {
    let memory = Memory::new([failed(410), Answer::json(201, &json!({ "id": "2" }))]);
    let run = chosen_by_status(&client(&memory), chosen_by_status::Inputs::new("1")).await.unwrap();
    assert_eq!(run.end, chosen_by_status::End::Completed);
    assert!(!run.after_failure(), "the run has come to its end in another way");
    assert_eq!(json!(run.outputs), json!({ "madeUp": "2" }));
    let lines: Vec<_> = memory.requests().into_iter().map(|request| (request.line, request.body)).collect();
    assert_eq!(
        lines,
        [
            ("GET http://jobs.test/jobs/1".to_owned(), None),
            ("POST http://jobs.test/jobs".to_owned(), Some(json!({ "name": "1" })))
        ]
    );
    assert_lines(
        &run.report,
        &[(1, "read: 410, not `$statusCode == 200`; create to makeUp"), (1, "makeUp: 201; next")],
    );
}

// Rule R23.
#[tokio::test(start_paused = true)]
async fn an_action_under_on_failure_needs_all_of_its_criteria() {
    let urgent = |status| Answer::json(status, &json!({ "urgent": true }));
    let memory = Memory::new([urgent(503), urgent(429), failed(503)]);
    let error = chosen_by_status(&client(&memory), chosen_by_status::Inputs::new("1")).await.unwrap_err();
    assert_error(&error, ErrorKind::Step, "read", Some(503));
    assert_eq!(memory.times(), [0, 2_000, 4_000], "the third one is not urgent");
}

// Rules R29, R37.
#[tokio::test(start_paused = true)]
async fn another_failure_is_met_by_another_action() {
    let urgent = Answer::json(503, &json!({ "urgent": true }));
    let memory = Memory::new([urgent, failed(404)]);
    let run = chosen_by_status(&client(&memory), chosen_by_status::Inputs::new("1")).await.unwrap();
    assert_eq!(run.end, chosen_by_status::End::Missing);
    assert_eq!(memory.times(), [0, 2_000]);
}

// Rule R20.
#[tokio::test(start_paused = true)]
async fn without_a_response_there_is_no_status() {
    let memory = Memory::new([Answer::Broken]);
    let run = chosen_by_status(&client(&memory), chosen_by_status::Inputs::new("1")).await.unwrap();
    assert_eq!(run.end, chosen_by_status::End::Unreachable);
    assert!(run.after_failure());
}

// Rule R30.
#[tokio::test(start_paused = true)]
async fn a_failure_that_no_action_takes_is_an_error() {
    let memory = Memory::new([failed(401)]);
    let error = chosen_by_status(&client(&memory), chosen_by_status::Inputs::new("1")).await.unwrap_err();
    assert_error(&error, ErrorKind::Step, "read", Some(401));
    assert_says(&error, "the body begins: {\"message\":\"no\"}");
    assert_eq!(outputs(&error), json!({}));
}

// Rule R39.
#[tokio::test(start_paused = true)]
async fn success_passes_the_failure_actions_by() {
    let memory = Memory::new([state("running")]);
    let run = chosen_by_status(&client(&memory), chosen_by_status::Inputs::new("1")).await.unwrap();
    assert_eq!(run.end, chosen_by_status::End::Reported);
    assert_eq!(json!(run.outputs), json!({ "state": "running" }));
    assert_lines(&run.report, &[(1, "read: 200; next"), (1, "report: 200; end reported")]);
}

// Rule R37.
#[tokio::test(start_paused = true)]
async fn a_step_that_is_entered_anew_has_all_of_its_attempts_again() {
    let memory = Memory::new([failed(DOWN), state("queued"), failed(DOWN), state("queued"), failed(DOWN), ready()]);
    let run = retry_in_a_loop(&client(&memory), retry_in_a_loop::Inputs::new("1")).await.unwrap();
    assert_eq!(run.end, retry_in_a_loop::End::Done);
    assert_eq!(memory.times(), [0, 3_000, 3_100, 6_100, 6_300, 9_300]);
    assert_lines(
        &run.report,
        &[
            (1, "read: 503, not `$statusCode == 200`; retry later"),
            (1, "read (2): 200; round to read"),
            (1, "read: 503, not `$statusCode == 200`; retry later"),
            (1, "read (2): 200; round to read"),
            (1, "read: 503, not `$statusCode == 200`; retry later"),
            (1, "read (2): 200; end done"),
        ],
    );
}

#[tokio::test(start_paused = true)]
async fn retries_count_as_steps_and_take_time() {
    let memory = Memory::new([failed(DOWN)]);
    let settings = || Client::builder().server("http://jobs.test").transport(memory.clone());
    let few = settings().limits(Limits::default().steps(2)).build().unwrap();
    let error = retry_with_delay(&few, retry_with_delay::Inputs::new("1")).await.unwrap_err();
    assert_error(&error, ErrorKind::Limit, "read", None);
    assert_eq!(memory.times(), [0, 1_500]);
    let short = settings().limits(Limits::default().run_time(Duration::from_secs(2))).build().unwrap();
    let error = retry_with_delay(&short, retry_with_delay::Inputs::new("1")).await.unwrap_err();
    assert_error(&error, ErrorKind::Limit, "read", None);
    assert_eq!(memory.elapsed(), 3_000 + 2_000, "the first run has waited twice, the second one is cut short");
}
