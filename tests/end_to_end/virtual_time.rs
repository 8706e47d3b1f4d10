//! How long a run waits, to the millisecond: a paused clock that moves only when everything waits, and no network.

use std::time::Duration;

use arazzo::transport::Response;
use arazzo::{Client, ErrorKind, Event, Limits, Pacing};
use serde_json::{Value, json};

use crate::support::{Answer, Memory, TOKEN, assert_error, assert_lines, assert_says, outputs};
use crate::workflows::fork_sandbox;
use crate::workflows::small::{forward, poll, two_loops};

const SERVER: &str = "http://jobs.test";

fn state(state: &str) -> Answer {
    Answer::json(200, &json!({ "id": "1", "state": state }))
}

/// So many answers with the first state, then one with the second.
fn states(times: usize, state_so_far: &str, last: &str) -> Vec<Answer> {
    let mut answers = vec![state(state_so_far); times];
    answers.push(state(last));
    answers
}

/// 100 ms, 200 ms, 400 ms and so on up to a second.
fn doubling() -> Pacing {
    Pacing::default().first(Duration::from_millis(100)).growth(2.0).ceiling(Duration::from_secs(1)).jitter(0.0)
}

fn client(memory: &Memory, pacing: Pacing) -> Client {
    limited(memory, pacing, Limits::default())
}

fn limited(memory: &Memory, pacing: Pacing, limits: Limits) -> Client {
    Client::builder().server(SERVER).transport(memory.clone()).pacing(pacing).limits(limits).build().unwrap()
}

fn job() -> poll::Inputs {
    poll::Inputs::new("1")
}

#[tokio::test(start_paused = true)]
async fn the_pauses_of_a_loop_grow_up_to_the_ceiling() {
    let memory = Memory::new(states(6, "queued", "ready"));
    let run = poll(&client(&memory, doubling()), job()).await.unwrap();
    assert_eq!(memory.times(), [0, 100, 300, 700, 1_500, 2_500, 3_500]);
    assert_eq!(run.report.time(), Duration::from_millis(3_500));
    let at: Vec<_> = run.report.requests().map(|record| record.at.as_millis()).collect();
    assert_eq!(at, memory.times());
    assert_eq!(json!(run.outputs), json!({ "state": "ready" }));
    assert_lines(&run.report, &[(6, "read: 200; again to read"), (1, "read: 200; end done")]);
}

#[tokio::test(start_paused = true)]
async fn by_default_pauses_begin_with_half_a_second_and_grow_by_half() {
    let memory = Memory::new(states(4, "queued", "ready"));
    poll(&client(&memory, Pacing::default().jitter(0.0)), job()).await.unwrap();
    assert_eq!(memory.times(), [0, 500, 1_250, 2_375, 4_063], "1687.5 ms are rounded up by the timer");
}

#[tokio::test(start_paused = true)]
async fn by_default_chance_changes_a_pause_by_a_tenth_at_most() {
    let memory = Memory::new(states(1, "queued", "ready"));
    poll(&client(&memory, Pacing::default()), job()).await.unwrap();
    assert!((450..=551).contains(&memory.elapsed()), "{}", memory.elapsed());
}

#[tokio::test(start_paused = true)]
async fn without_pacing_nothing_waits() {
    let memory = Memory::new(states(30, "queued", "ready"));
    poll(&client(&memory, Pacing::none()), job()).await.unwrap();
    assert_eq!(memory.times(), [0; 31]);
}

#[tokio::test(start_paused = true)]
async fn a_loop_of_the_published_document_is_paced_too() {
    let memory = Memory::new(states(3, "forking", "started"));
    let run = fork_sandbox(&client(&memory, doubling()), fork_sandbox::Inputs::new(TOKEN, "sbx-1")).await.unwrap();
    assert_eq!(run.end, fork_sandbox::End::Completed);
    assert_eq!(memory.times(), [0, 0, 100, 300, 300], "only a jump back waits");
}

#[tokio::test(start_paused = true)]
async fn a_jump_forward_does_not_wait() {
    let memory = Memory::new([state("ready")]);
    let run = forward(&client(&memory, doubling()), forward::Inputs::new("1")).await.unwrap();
    assert_eq!(memory.times(), [0, 0]);
    assert_lines(&run.report, &[(1, "read: 200; skip to last"), (1, "last: 200; next")]);
}

#[tokio::test(start_paused = true)]
async fn growth_starts_anew_when_a_loop_is_left() {
    let rounds =
        ["queued", "queued", "ready", "queued", "queued", "running", "queued", "ready", "running", "ready", "ready"];
    let memory = Memory::new(rounds.map(state));
    let run = two_loops(&client(&memory, doubling()), two_loops::Inputs::new("1")).await.unwrap();
    assert_lines(
        &run.report,
        &[
            (2, "first: 200; firstAgain to first"),
            (1, "first: 200; none matched"),
            (2, "second: 200; secondAgain to second"),
            (1, "second: 200; fromTheStart to first"),
            (1, "first: 200; firstAgain to first"),
            (1, "first: 200; none matched"),
            (1, "second: 200; fromTheStart to first"),
            (1, "first: 200; none matched"),
            (1, "second: 200; none matched"),
        ],
    );
    let pauses: Vec<u128> = memory.times().windows(2).map(|pair| pair[1] - pair[0]).collect();
    // The inner loops begin with 100 ms each time; the jump over both of them is a loop of its own, which grows.
    assert_eq!(pauses, [100, 200, 0, 100, 200, 100, 100, 0, 200, 0]);
}

#[tokio::test(start_paused = true)]
async fn retry_after_takes_the_place_of_one_pause() {
    let memory = Memory::new([
        state("queued"),
        state("queued").with("Retry-After", "7"),
        state("queued").with("retry-after", "0"),
        state("queued").with("Retry-After", "soon"),
        state("ready"),
    ]);
    poll(&client(&memory, doubling()), job()).await.unwrap();
    assert_eq!(memory.times(), [0, 100, 7_100, 7_200, 8_000], "the rounds are counted all the same");
}

// Rule R38.
#[tokio::test(start_paused = true)]
async fn retry_after_may_be_a_date() {
    let (past, distant) = ("Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT");
    let memory = Memory::new([
        state("queued").with("Retry-After", past),
        state("queued").with("Retry-After", distant),
        state("ready"),
    ]);
    poll(&client(&memory, doubling().longest_retry_after(Duration::from_secs(90))), job()).await.unwrap();
    assert_eq!(memory.times(), [0, 100, 90_100], "the past is as soon as may be, and a distant day is cut");
}

#[tokio::test(start_paused = true)]
async fn a_date_counts_from_that_of_the_response() {
    // Whatever time this machine has: a minute from when the server answered.
    let until = state("queued").with("Retry-After", "Sun, 06 Nov 1994 08:50:37 GMT");
    let memory = Memory::new([until.with("Date", "Sun, 06 Nov 1994 08:49:37 GMT"), state("ready")]);
    poll(&client(&memory, doubling()), job()).await.unwrap();
    assert_eq!(memory.times(), [0, 60_000]);
}

/// A server that says "at once" each time is still asked with pauses.
#[tokio::test(start_paused = true)]
async fn a_retry_after_of_nothing_makes_no_loop_that_never_waits() {
    let at_once = || state("queued").with("Retry-After", "0");
    let memory = Memory::new([at_once(), at_once(), at_once(), state("ready")]);
    poll(&client(&memory, doubling()), job()).await.unwrap();
    assert_eq!(memory.times(), [0, 100, 200, 300]);
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_obeyed_for_five_minutes_by_default_and_not_at_all_without_pacing() {
    for (pacing, elapsed) in [(doubling(), 300_000), (Pacing::none(), 0)] {
        let memory = Memory::new([state("queued").with("Retry-After", "86400"), state("ready")]);
        poll(&client(&memory, pacing), job()).await.unwrap();
        assert_eq!(memory.times(), [0, elapsed]);
    }
}

#[tokio::test(start_paused = true)]
async fn an_observer_is_told_of_each_pause() {
    let memory = Memory::new(states(3, "queued", "ready"));
    let pauses = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = pauses.clone();
    let client = Client::builder()
        .server(SERVER)
        .transport(memory)
        .pacing(doubling())
        .observer(move |event: &Event<'_>| {
            if let Event::Waiting { pause, .. } = event {
                seen.lock().unwrap().push(pause.as_millis());
            }
        })
        .build()
        .unwrap();
    poll(&client, job()).await.unwrap();
    assert_eq!(*pauses.lock().unwrap(), [100, 200, 400]);
}

// Rule R27.
#[tokio::test(start_paused = true)]
async fn the_steps_of_a_run_are_limited() {
    let memory = Memory::new([state("queued")]);
    let client = limited(&memory, doubling(), Limits::default().steps(3));
    let error = poll(&client, job()).await.unwrap_err();
    assert_error(&error, ErrorKind::Limit, "read", None);
    assert_says(&error, "the run has executed 3 steps, as many as `Limits::steps` allows");
    assert_eq!(memory.times(), [0, 100, 300]);
    assert_eq!(outputs(&error), json!({ "state": "queued" }));
    assert_lines(error.report(), &[(3, "read: 200; again to read")]);
}

#[tokio::test(start_paused = true)]
async fn a_run_without_any_steps_or_time_sends_nothing() {
    for limits in [Limits::default().steps(0), Limits::default().run_time(Duration::ZERO)] {
        let memory = Memory::new([state("ready")]);
        let error = poll(&limited(&memory, doubling(), limits), job()).await.unwrap_err();
        assert_error(&error, ErrorKind::Limit, "read", None);
        assert_eq!(memory.requests(), []);
    }
}

#[tokio::test(start_paused = true)]
async fn as_many_steps_as_allowed_are_enough() {
    let memory = Memory::new(states(2, "queued", "ready"));
    poll(&limited(&memory, Pacing::none(), Limits::default().steps(3)), job()).await.unwrap();
    assert_eq!(memory.times().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_steps_are_the_limit_by_default() {
    let memory = Memory::new([state("queued")]);
    let error = poll(&client(&memory, Pacing::none()), job()).await.unwrap_err();
    assert_error(&error, ErrorKind::Limit, "read", None);
    assert_eq!(memory.times().len(), 10_000);
    assert_eq!((error.report().total(), error.report().omitted()), (10_000, 8_900));
    assert_eq!(error.report().requests().count(), 1_100);
    assert_eq!(error.report().to_string().lines().count(), 1_102);
    assert!(error.report().to_string().contains("\n  … 8900 more …\n"));
}

// Rule R57.
#[tokio::test(start_paused = true)]
async fn the_time_of_a_run_is_limited_while_it_waits() {
    let memory = Memory::new([state("queued")]);
    let client = limited(&memory, doubling(), Limits::default().run_time(Duration::from_millis(1_000)));
    let error = poll(&client, job()).await.unwrap_err();
    assert_error(&error, ErrorKind::Limit, "read", None);
    assert_says(&error, "the run has taken 1s, as long as `Limits::run_time` allows");
    assert_eq!((memory.times(), memory.elapsed()), (vec![0, 100, 300, 700], 1_000));
    assert_eq!(error.report().time(), Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn the_time_of_a_run_is_limited_while_a_request_is_under_way() {
    let late = Answer::Later(Duration::from_secs(5), Response::json(200, r#"{"id":"1","state":"ready"}"#));
    for (answer, limit, elapsed) in [(Answer::Never, 2_500, 2_500), (late.clone(), 4_999, 4_999), (late, 5_001, 5_000)]
    {
        let memory = Memory::new([answer]);
        let client = limited(&memory, doubling(), Limits::default().run_time(Duration::from_millis(limit)));
        let result = poll(&client, job()).await;
        assert_eq!(memory.elapsed(), elapsed);
        if elapsed < 5_000 {
            let error = result.unwrap_err();
            assert_error(&error, ErrorKind::Limit, "read", None);
            assert_says(&error, "as long as `Limits::run_time` allows");
            assert_lines(error.report(), &[(1, "read: no response; undecided")]);
        } else {
            assert_eq!(result.unwrap().report.time(), Duration::from_secs(5));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_hour_is_the_limit_by_default() {
    let memory = Memory::new([Answer::Never]);
    let limits = Limits::default().step_time(Duration::MAX);
    let error = poll(&limited(&memory, doubling(), limits), job()).await.unwrap_err();
    assert_error(&error, ErrorKind::Limit, "read", None);
    assert_eq!(memory.elapsed(), 3_600_000);
}

#[tokio::test(start_paused = true)]
async fn a_pause_beyond_all_time_ends_with_the_limit() {
    let memory = Memory::new([state("queued").with("Retry-After", "18446744073709551615")]);
    let error = poll(&client(&memory, doubling().longest_retry_after(Duration::MAX)), job()).await.unwrap_err();
    assert_error(&error, ErrorKind::Limit, "read", None);
    assert_eq!((memory.times(), memory.elapsed()), (vec![0], 3_600_000));
}

// Rule R57.
#[tokio::test(start_paused = true)]
async fn the_size_of_a_body_is_limited() {
    let body = json!({ "id": "1", "state": "ready" }).to_string();
    let size = body.len() as u64;
    for (limit, fits) in [(size, true), (size - 1, false), (0, false)] {
        let memory = Memory::new([Answer::Now(Response::json(200, body.clone()))]);
        let client = limited(&memory, doubling(), Limits::default().body_size(limit));
        match poll(&client, job()).await {
            Ok(_) => assert!(fits, "{limit}"),
            Err(error) => {
                assert!(!fits, "{limit}");
                assert_error(&error, ErrorKind::Limit, "read", None);
                assert_says(
                    &error,
                    &format!("a response body has more than the {limit} bytes that `Limits::body_size` allows"),
                );
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_dropped_while_it_waits_sends_nothing_more() {
    let memory = Memory::new([state("queued")]);
    let client = client(&memory, doubling());
    let result = tokio::time::timeout(Duration::from_millis(250), poll(&client, job())).await;
    assert!(result.is_err(), "the job is never ready");
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(memory.times(), [0, 100]);
}

#[tokio::test(start_paused = true)]
async fn a_run_without_pauses_lets_others_run() {
    let memory = Memory::new([state("queued")]);
    let client = client(&memory, Pacing::none());
    let run = tokio::spawn(async move { poll(&client, job()).await });
    while memory.times().len() < 10 {
        tokio::task::yield_now().await;
    }
    run.abort();
    assert!(run.await.unwrap_err().is_cancelled());
    assert!(memory.times().len() < 10_000);
}

#[tokio::test(start_paused = true)]
async fn a_source_without_a_server_is_an_error_before_the_first_request() {
    let memory = Memory::new([state("ready")]);
    let client = Client::builder().transport(memory.clone()).build().unwrap();
    let error = poll(&client, job()).await.unwrap_err();
    assert_error(&error, ErrorKind::Server, None, None);
    assert_eq!(error.workflow(), Some("poll"));
    assert_says(&error, "no server is known for the source `jobsApi`");
    assert_says(&error, "`Client::builder().server_for(\"jobsApi\", \"https://…\")`");
    assert_eq!(memory.requests(), []);
    assert_eq!(outputs(&error), Value::Object(serde_json::Map::new()));
}
