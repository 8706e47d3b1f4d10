//! Durable runs: every checkpoint of a run leads to the same end by exactly the requests that were still to come.

use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use arazzo::{Action, Checkpoint, Client, Error, ErrorKind, Event, Limits, Pacing, Run};
use serde::Serialize;
use serde_json::{Value, json};

use crate::support::{Answer, Memory, TOKEN, assert_error, assert_hides_token, assert_lines, assert_says, outputs};
use crate::workflows::small::{
    echo_the_password, go_on_with_token, lose_the_token, make_within, poll, recover_by_status, recover_by_waiting,
    recover_in_rounds, sign_in_first, try_twice, two_loops, use_careful_token, with_token,
};
use crate::workflows::{fork_sandbox, nested};

pub(crate) const SERVER: &str = "http://jobs.test";

/// Checkpoints as text, each with the number of requests that had been sent.
pub(crate) type Tape = Arc<Mutex<Vec<(usize, String)>>>;

pub(crate) fn settings(memory: &Memory) -> arazzo::ClientBuilder {
    Client::builder().server(SERVER).transport(memory.clone()).pacing(Pacing::default().jitter(0.0))
}

pub(crate) fn client(memory: &Memory) -> Client {
    settings(memory).build().unwrap()
}

/// The same client, whose checkpoints end up on the tape.
pub(crate) fn recording(client: &Client, memory: &Memory, tape: &Tape) -> Client {
    let (memory, tape) = (memory.clone(), tape.clone());
    client.with_checkpoints(move |checkpoint| {
        tape.lock().unwrap().push((memory.requests().len(), serde_json::to_string(checkpoint)?));
        Ok::<_, serde_json::Error>(())
    })
}

pub(crate) fn read(checkpoint: &str) -> Checkpoint {
    serde_json::from_str(checkpoint).unwrap()
}

/// The checkpoint that was made when so many requests had been sent.
pub(crate) fn behind(tape: &Tape, requests: usize) -> Checkpoint {
    let tape = tape.lock().unwrap();
    let (_, text) = tape.iter().find(|(sent, _)| *sent == requests).expect("a checkpoint");
    read(text)
}

/// The latest of those.
pub(crate) fn last_behind(tape: &Tape, requests: usize) -> Checkpoint {
    let tape = tape.lock().unwrap();
    let (_, text) = tape.iter().rfind(|(sent, _)| *sent == requests).expect("a checkpoint");
    read(text)
}

pub(crate) fn sent(memory: &Memory) -> Vec<String> {
    let line = |body: &Option<Value>| body.as_ref().map_or_else(String::new, |body| format!(" {body}"));
    let requests = memory.requests();
    requests.iter().map(|request| format!("{}{}", request.line.replace(SERVER, ""), line(&request.body))).collect()
}

pub(crate) fn job(id: &str, state: &str) -> Answer {
    Answer::json(200, &json!({ "id": id, "state": state }))
}

pub(crate) fn failed(status: u16) -> Answer {
    Answer::json(status, &json!({ "urgent": true }))
}

/// Runs a workflow to its end, then goes on from each of its checkpoints, and again from each of those that come then:
/// always the rest of the requests is sent, and the outputs and the end are the same. Gives the numbers of requests behind
/// which there was a checkpoint.
async fn leads_to_the_same_end<I: Clone, O: Serialize, E>(
    answers: &[Answer],
    inputs: I,
    run: impl AsyncFn(&Client, I) -> Result<Run<O, E>, Error>,
    resume: impl AsyncFn(&Client, I, Checkpoint) -> Result<Run<O, E>, Error>,
    shown: impl Fn(&E) -> String,
) -> Vec<usize> {
    let shown = |run: &Run<O, E>| (json!(run.outputs), shown(&run.end), run.after_failure());
    let memory = Memory::new(answers.iter().cloned());
    let tape = Tape::default();
    let whole = run(&recording(&client(&memory), &memory, &tape), inputs.clone()).await.unwrap();
    let requests = sent(&memory);
    assert_eq!(requests.len(), answers.len(), "the script is as long as the run");
    let mut made = tape.lock().unwrap().clone();
    let behind: Vec<_> = made.iter().map(|(sent, _)| *sent).collect();
    let mut seen = Vec::new();
    while let Some((done, checkpoint)) = made.pop() {
        assert!(!seen.contains(&checkpoint), "{checkpoint}");
        seen.push(checkpoint.clone());
        let rest = answers[done..].iter().cloned().chain([Answer::Broken]);
        let memory = Memory::new(rest);
        let tape = Tape::default();
        let durable = recording(&client(&memory), &memory, &tape);
        let resumed = resume(&durable, inputs.clone(), read(&checkpoint)).await;
        let resumed = resumed.unwrap_or_else(|error| panic!("{error}\n{checkpoint}"));
        assert_eq!(sent(&memory), requests[done..], "behind {done} requests: {checkpoint}");
        assert_eq!(shown(&resumed), shown(&whole), "behind {done} requests: {checkpoint}");
        assert_eq!(resumed.report.total(), (answers.len() - done) as u64);
        for (later, checkpoint) in tape.lock().unwrap().iter() {
            // A run that is resumed makes the checkpoints that the first one has made.
            assert!(seen.contains(checkpoint), "behind {done} and {later} requests: {checkpoint}");
        }
    }
    behind
}

fn plain<E: Debug>(end: &E) -> String {
    format!("{end:?}")
}

#[tokio::test(start_paused = true)]
async fn a_published_document_goes_on_behind_each_step() {
    let state = |state: &str| job("fork", state);
    let answers = [state("started"), state("forking"), state("forking"), state("started"), state("started")];
    let inputs = fork_sandbox::Inputs::new(TOKEN, "sbx-1");
    let made = leads_to_the_same_end(&answers, inputs, fork_sandbox, fork_sandbox::resume, plain).await;
    assert_eq!(made, [1, 2, 3, 4, 5]);
}

#[tokio::test(start_paused = true)]
async fn loops_and_retries_go_on_as_they_would_have() {
    let answers = ["queued", "queued", "queued", "ready"].map(|state| job("1", state));
    let made = leads_to_the_same_end(&answers, poll::Inputs::new("1"), poll, poll::resume, plain).await;
    assert_eq!(made, [1, 2, 3, 4]);
    let answers = ["queued", "ready", "queued", "running", "ready", "ready"].map(|state| job("1", state));
    leads_to_the_same_end(&answers, two_loops::Inputs::new("1"), two_loops, two_loops::resume, plain).await;
    // Two quick attempts, a slow one, and the end.
    let answers = [failed(503), failed(503), failed(503), failed(503)];
    let inputs = recover_by_waiting::Inputs::new("1");
    let made = leads_to_the_same_end(&answers, inputs, recover_by_waiting, recover_by_waiting::resume, plain).await;
    assert_eq!(made, [1, 2, 3, 4]);
    let answers = [failed(503), job("1", "running"), failed(503), job("1", "ready")];
    let inputs = recover_in_rounds::Inputs::new("1");
    leads_to_the_same_end(&answers, inputs, recover_in_rounds, recover_in_rounds::resume, plain).await;
    let answers = [failed(503), failed(410), Answer::json(201, &json!({ "id": "2", "state": "queued" }))];
    let inputs = recover_by_status::Inputs::new("1");
    leads_to_the_same_end(&answers, inputs, recover_by_status, recover_by_status::resume, plain).await;
}

/// What the client has sent again by itself counts too.
#[tokio::test(start_paused = true)]
async fn a_request_that_the_server_puts_off_is_not_begun_anew() {
    let late = || failed(429).with("retry-after", "3");
    let answers = [late(), late(), job("1", "ready")];
    let made = leads_to_the_same_end(&answers, poll::Inputs::new("1"), poll, poll::resume, plain).await;
    assert_eq!(made, [1, 2, 3]);
    let memory = Memory::new(answers);
    let tape = Tape::default();
    poll(&recording(&client(&memory), &memory, &tape), poll::Inputs::new("1")).await.unwrap();
    let memory = Memory::new([late()]);
    let error = poll::resume(&client(&memory), poll::Inputs::new("1"), behind(&tape, 2)).await.unwrap_err();
    assert_error(&error, ErrorKind::Step, "read", Some(429));
    assert_eq!(memory.requests().len(), 1, "it had been sent again twice");
}

/// A request that is repeated after a crash has the key that it had, the first one of a run too.
#[tokio::test(start_paused = true)]
async fn a_repeated_request_has_its_key_again() {
    use nested::in_order;
    let answers = [job("1", "queued"), job("2", "queued"), job("2", "ready"), job("2", "ready")];
    let memory = Memory::new(answers.clone());
    let tape = Tape::default();
    let with_keys = |memory: &Memory| settings(memory).idempotency_keys(true).build().unwrap();
    let durable = recording(&with_keys(&memory), &memory, &tape);
    in_order(&durable, in_order::Inputs::new("1")).await.unwrap();
    let requests = memory.requests();
    assert!(requests[1].headers.contains("idempotency-key"), "{requests:?}");
    for sent in 0..=1 {
        let memory = Memory::new(answers[sent..].iter().cloned());
        in_order::resume(&with_keys(&memory), in_order::Inputs::new("1"), behind(&tape, sent)).await.unwrap();
        let again = memory.requests();
        // Only the step that comes next has its key; the ones behind it get new ones.
        assert_eq!(again[1 - sent].headers == requests[1].headers, sent == 1, "{again:?}");
    }
    let made = nested::create_and_read::Inputs::new("n");
    let memory = Memory::new([job("1", "queued"), job("1", "ready")]);
    let tape = Tape::default();
    let durable = recording(&with_keys(&memory), &memory, &tape);
    nested::create_and_read(&durable, made.clone()).await.unwrap();
    let first = memory.requests().remove(0);
    let memory = Memory::new([job("1", "queued"), job("1", "ready")]);
    nested::create_and_read::resume(&with_keys(&memory), made, behind(&tape, 0)).await.unwrap();
    assert_eq!(memory.requests().remove(0).headers, first.headers);
}

/// Also where that request is the first one of a workflow that a step calls, before which nothing has been done since the
/// checkpoint of that step.
#[tokio::test(start_paused = true)]
async fn the_first_request_of_a_called_workflow_has_its_key_again() {
    let with_keys = |memory: &Memory| settings(memory).idempotency_keys(true).build().unwrap();
    let inputs = make_within::Inputs::new("n");
    let answers = [job("n", "ready"), Answer::json(201, &json!({ "id": "1", "state": "ready" })), job("n", "ready")];
    let memory = Memory::new(answers.clone());
    let tape = Tape::default();
    make_within(&recording(&with_keys(&memory), &memory, &tape), inputs.clone()).await.unwrap();
    let first = memory.requests().remove(1);
    assert!(first.headers.contains("idempotency-key"), "{first:?}");
    let memory = Memory::new(answers.into_iter().skip(1));
    let run = make_within::resume(&with_keys(&memory), inputs, last_behind(&tape, 1)).await.unwrap();
    assert_eq!(memory.requests()[0].headers, first.headers);
    assert_eq!(json!(run.outputs), json!({ "id": "1" }));
}

/// What a called workflow has done is done, also when the step that has called it fails by that.
#[tokio::test(start_paused = true)]
async fn the_last_step_of_a_called_workflow_is_not_repeated() {
    let inputs = make_within::Inputs::new("n");
    let made = |state: &str| Answer::json(201, &json!({ "id": "1", "state": state }));
    let answers = [job("n", "ready"), made("ready"), job("n", "ready")];
    let behind = leads_to_the_same_end(&answers, inputs.clone(), make_within, make_within::resume, plain).await;
    assert_eq!(behind, [1, 2, 2, 3], "behind the workflow, and behind the step that has called it");
    let memory = Memory::new([job("n", "ready"), made("queued")]);
    let tape = Tape::default();
    let failed = make_within(&recording(&client(&memory), &memory, &tape), inputs.clone()).await.unwrap_err();
    assert_error(&failed, ErrorKind::Step, "within", None);
    let checkpoint = last_behind(&tape, 2);
    assert_eq!((checkpoint.step(), checkpoint.is_ended()), (Some("within"), false));
    let memory = Memory::new([made("ready")]);
    let error = make_within::resume(&client(&memory), inputs, checkpoint).await.unwrap_err();
    assert_error(&error, ErrorKind::Step, "within", None);
    assert_eq!(error.to_string(), failed.to_string());
    assert!(memory.requests().is_empty(), "{:?}", sent(&memory));
}

/// A workflow that cannot go on as it was fails before the one inside of it is there again: what the checkpoint says of that
/// one is over, and must not be taken for what it says of later runs of it.
#[tokio::test(start_paused = true)]
async fn a_workflow_that_is_not_reached_again_is_forgotten() {
    let inputs = try_twice::Inputs::new("hunter22", "1");
    let memory = Memory::new([token("f1rst-token"), job("1", "ready")]);
    let tape = Tape::default();
    let limited = settings(&memory).limits(Limits::default().steps(4)).build().unwrap();
    try_twice(&recording(&limited, &memory, &tape), inputs.clone()).await.unwrap_err();
    let checkpoint = behind(&tape, 2);
    let answers = [failed(401), job("1", "ready"), token("s3cond-token")];
    let memory = Memory::new(answers.into_iter().chain([job("1", "ready"), job("1", "ready")]));
    let tape = Tape::default();
    let durable = recording(&client(&memory), &memory, &tape);
    let run = try_twice::resume(&durable, inputs, checkpoint).await.unwrap();
    let sign_in = r#"POST /session {"password":"hunter22"}"#;
    assert_eq!(sent(&memory), [sign_in, "GET /jobs/1/public", sign_in, "GET /jobs/1", "GET /jobs/1"]);
    assert_eq!(json!(run.outputs), json!({ "state": "ready" }));
    let behind: Vec<_> = tape.lock().unwrap().iter().map(|(sent, _)| *sent).collect();
    assert_eq!(behind, [1, 2, 3, 4, 5, 5, 5], "the last ones are the ends of the three workflows");
}

/// The pauses go on to grow where they were.
#[tokio::test(start_paused = true)]
async fn pauses_go_on_to_grow() {
    let answers = vec![job("1", "queued"); 6];
    let memory = Memory::new(answers.clone());
    let tape = Tape::default();
    let durable = recording(&settings(&memory).limits(Limits::default().steps(5)).build().unwrap(), &memory, &tape);
    poll(&durable, poll::Inputs::new("1")).await.unwrap_err();
    assert_eq!(memory.times(), [0, 500, 1_250, 2_375, 4_063]);
    let memory = Memory::new(answers);
    let limited = settings(&memory).limits(Limits::default().steps(7)).build().unwrap();
    let error = poll::resume(&limited, poll::Inputs::new("1"), behind(&tape, 3)).await.unwrap_err();
    // The fourth request comes at once, as the pause before it is over with the process that made it.
    assert_eq!(memory.times(), [0, 1_688, 4_220, 8_017]);
    assert_error(&error, ErrorKind::Limit, "read", None);
    assert_says(&error, "the run has executed 7 steps");
}

#[tokio::test(start_paused = true)]
async fn workflows_within_workflows_go_on_behind_each_of_their_steps() {
    use nested::{create_and_read, from_the_library, hand_over_in_a_step, in_order, until_ready, with_session};
    let made = Answer::json(201, &json!({ "id": "1", "state": "queued" }));
    let answers = [made.clone(), job("1", "running")];
    let inputs = create_and_read::Inputs::new("n");
    leads_to_the_same_end(&answers, inputs, create_and_read, create_and_read::resume, plain).await;
    let answers = [job("1", "queued"), failed(500), job("1", "ready")];
    let inputs = until_ready::Inputs::new("1");
    let behind = leads_to_the_same_end(&answers, inputs, until_ready, until_ready::resume, plain).await;
    assert_eq!(behind, [1, 2, 3]);
    let answers = [job("1", "queued"), job("1", "running")];
    let inputs = hand_over_in_a_step::Inputs::new("1");
    leads_to_the_same_end(&answers, inputs, hand_over_in_a_step, hand_over_in_a_step::resume, plain).await;
    let answers = [failed(503), job("1", "ready"), job("note", "queued")];
    let inputs = from_the_library::Inputs::new("1");
    let behind = leads_to_the_same_end(&answers, inputs, from_the_library, from_the_library::resume, plain).await;
    assert_eq!(behind, [1, 2, 3, 3, 3], "behind both steps of the other workflow, at its end and at that of the run");
    let answers = [job("s", "ready"), job("s", "ready"), job("s", "ready")];
    let inputs = with_session::Inputs { name: Some("me".to_owned()) };
    let behind = leads_to_the_same_end(&answers, inputs, with_session, with_session::resume, plain).await;
    assert_eq!(behind, [1, 2, 3, 3]);
    let answers = [job("1", "queued"), job("2", "queued"), job("2", "ready"), job("2", "ready")];
    leads_to_the_same_end(&answers, in_order::Inputs::new("1"), in_order, in_order::resume, plain).await;
}

/// The last response of a workflow that a step calls, steps that depend on those of other workflows, and what helps a step
/// that is tried again.
#[tokio::test(start_paused = true)]
async fn what_a_step_knows_of_others_is_there_again() {
    use nested::{elsewhere, refresh_by_step, refresh_by_workflow, tolerant};
    leads_to_the_same_end(&[failed(404)], tolerant::Inputs::new("1"), tolerant, tolerant::resume, plain).await;
    let answers = [job("1", "queued"), job("1", "queued")];
    leads_to_the_same_end(&answers, elsewhere::Inputs::new("1"), elsewhere, elsewhere::resume, plain).await;
    let answers = [job("old", "queued"), failed(401), job("new", "queued"), job("new", "ready")];
    let inputs = refresh_by_step::Inputs::new("1");
    let behind = leads_to_the_same_end(&answers, inputs, refresh_by_step, refresh_by_step::resume, plain).await;
    assert_eq!(behind, [1, 3, 4], "an attempt and what helps the next one are one step");
    let answers = [failed(401), job("s", "ready"), job("1", "ready")];
    let inputs = refresh_by_workflow::Inputs::new("1");
    let behind = leads_to_the_same_end(&answers, inputs, refresh_by_workflow, refresh_by_workflow::resume, plain).await;
    assert_eq!(behind, [2, 3]);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_went_on_as_another_workflow_does_not_begin_the_first_one_again() {
    use nested::{hand_over, hand_over_the_answer, over_and_over};
    let next = |end: &hand_over::End| {
        let hand_over::End::ReadJob(next) = end;
        format!("{:?} {}", next.end, json!(next.outputs))
    };
    let answers = [job("1", "queued"), job("1", "running")];
    let inputs = hand_over::Inputs::new("1");
    let behind = leads_to_the_same_end(&answers, inputs, hand_over, hand_over::resume, next).await;
    assert_eq!(behind, [1, 2]);
    // What the response says is the input of the next one.
    let next = |end: &hand_over_the_answer::End| {
        let hand_over_the_answer::End::ReadJob(next) = end;
        format!("{:?} {}", next.end, json!(next.outputs))
    };
    let answers = [Answer::json(201, &json!({ "id": "new", "state": "queued" })), failed(404)];
    let inputs = hand_over_the_answer::Inputs::new("1");
    leads_to_the_same_end(&answers, inputs, hand_over_the_answer, hand_over_the_answer::resume, next).await;
    let depth = |end: &over_and_over::End| {
        let (mut end, mut depth) = (end, 0);
        while let over_and_over::End::OverAndOver(next) = end {
            (end, depth) = (&next.end, depth + 1);
        }
        format!("{end:?} {depth}")
    };
    let answers = [job("1", "queued"), job("1", "running"), job("1", "ready")];
    let inputs = over_and_over::Inputs::new("1");
    leads_to_the_same_end(&answers, inputs, over_and_over, over_and_over::resume, depth).await;
}

pub(crate) fn token(text: &str) -> Answer {
    Answer::json(201, &json!({ "token": text, "user": "me" }))
}

/// A token that a step has asked for is in no checkpoint: that step runs again, and only where something still needs it.
#[tokio::test(start_paused = true)]
async fn a_step_that_makes_a_secret_runs_again_where_it_is_needed() {
    let memory = Memory::new([token("f1rst-token"), job("1", "ready"), job("1", "ready"), job("1", "ready")]);
    let tape = Tape::default();
    let inputs = sign_in_first::Inputs::new("hunter22", "1");
    let run = sign_in_first(&recording(&client(&memory), &memory, &tape), inputs.clone()).await.unwrap();
    assert_eq!(json!(run.outputs), json!({ "user": "me", "state": "ready" }));
    for (_, checkpoint) in tape.lock().unwrap().iter() {
        assert!(!checkpoint.contains("f1rst-token") && !checkpoint.contains("hunter22"), "{checkpoint}");
    }
    let checkpoint = behind(&tape, 2);
    assert_eq!((checkpoint.step(), checkpoint.is_ended()), (Some("change"), false));
    assert_eq!(checkpoint.left_out().collect::<Vec<_>>(), [("sign-in-first", "signIn", "token")]);

    let memory = Memory::new([token("s3cond-token"), job("1", "ready"), job("1", "ready")]);
    let events: Arc<Mutex<Vec<String>>> = Arc::default();
    let seen = events.clone();
    let observer = move |event: &Event<'_>| match event {
        Event::RunResumed { workflow, step, .. } => seen.lock().unwrap().push(format!("{workflow} at {step:?}")),
        Event::ActionTaken { step, action: Action::Resume, .. } => seen.lock().unwrap().push(format!("{step} again")),
        _ => {}
    };
    let observed = settings(&memory).observer(observer).build().unwrap();
    let run = sign_in_first::resume(&observed, inputs.clone(), checkpoint).await.unwrap();
    assert_eq!(json!(run.outputs), json!({ "user": "me", "state": "ready" }));
    assert_eq!(
        sent(&memory),
        [r#"POST /session {"password":"hunter22"}"#, r#"PUT /jobs/1 {"name":"me"}"#, "GET /jobs/1/public"]
    );
    assert_eq!(memory.requests()[1].authorization.as_deref(), Some("Bearer s3cond-token"));
    assert_eq!(*events.lock().unwrap(), ["sign-in-first at Some(\"change\")", "signIn again"]);
    let first = run.report.requests().next().unwrap();
    assert_eq!((first.step, &first.action), ("signIn", &Some(Action::Resume)));
    assert!(first.to_string().ends_with("; run again for what the checkpoint does not hold"), "{first}");

    // The last step needs no token.
    let memory = Memory::new([job("1", "ready")]);
    let run = sign_in_first::resume(&client(&memory), inputs.clone(), behind(&tape, 3)).await.unwrap();
    assert_eq!(sent(&memory), ["GET /jobs/1/public"]);
    assert_eq!(json!(run.outputs), json!({ "user": "me", "state": "ready" }));

    // What cannot be had again ends the run, and nothing else is sent.
    let memory = Memory::new([failed(401)]);
    let error = sign_in_first::resume(&client(&memory), inputs, behind(&tape, 2)).await.unwrap_err();
    assert_error(&error, ErrorKind::Step, "signIn", Some(401));
    assert_says(&error, "; the step was run again, since the checkpoint does not hold the secrets that it makes");
    assert_eq!(sent(&memory).len(), 1);
}

/// Such a step may call a workflow in which steps run for others: they are not the ones that were run again.
#[tokio::test(start_paused = true)]
async fn a_step_that_runs_again_is_told_from_the_ones_that_help_in_it() {
    let inputs = use_careful_token::Inputs::new("hunter22", "1");
    let memory = Memory::new([job("1", "ready"), token("f1rst-token"), job("1", "ready"), job("1", "ready")]);
    let tape = Tape::default();
    use_careful_token(&recording(&client(&memory), &memory, &tape), inputs.clone()).await.unwrap();
    let (wake, ask) = ("GET /jobs/1/public", r#"POST /session {"password":"hunter22"}"#);
    let answers = [job("1", "ready"), failed(401), job("1", "ready"), token("s3cond-token"), job("1", "ready")];
    let memory = Memory::new(answers);
    let events: Arc<Mutex<Vec<String>>> = Arc::default();
    let seen = events.clone();
    let observer = move |event: &Event<'_>| {
        if let Event::ActionTaken { step, action: Action::Resume, .. } = event {
            seen.lock().unwrap().push((*step).to_owned());
        }
    };
    let observed = settings(&memory).observer(observer).build().unwrap();
    use_careful_token::resume(&observed, inputs.clone(), behind(&tape, 3)).await.unwrap();
    assert_eq!(sent(&memory), [wake, ask, wake, ask, "GET /jobs/1"]);
    assert_eq!(*events.lock().unwrap(), ["signIn"]);

    let memory = Memory::new([job("1", "ready"), failed(401), job("1", "ready"), failed(401), job("1", "ready")]);
    let error = use_careful_token::resume(&client(&memory), inputs, behind(&tape, 3)).await.unwrap_err();
    assert_error(&error, ErrorKind::Step, "signIn", Some(401));
    assert_says(&error, "; the step was run again, since the checkpoint does not hold the secrets that it makes");
    assert_eq!(sent(&memory), [wake, ask, wake, ask], "nothing is sent without the token");
}

/// The same of a workflow that others depend on.
#[tokio::test(start_paused = true)]
async fn a_dependency_that_makes_a_secret_runs_again() {
    let memory = Memory::new([token("f1rst-token"), job("1", "ready"), job("1", "ready")]);
    let tape = Tape::default();
    let inputs = with_token::Inputs::new("hunter22", "1");
    with_token(&recording(&client(&memory), &memory, &tape), inputs.clone()).await.unwrap();
    for (_, checkpoint) in tape.lock().unwrap().iter() {
        assert!(!checkpoint.contains("f1rst-token") && !checkpoint.contains("hunter22"), "{checkpoint}");
    }
    let memory = Memory::new([token("s3cond-token"), job("1", "ready")]);
    with_token::resume(&client(&memory), inputs.clone(), behind(&tape, 2)).await.unwrap();
    assert_eq!(sent(&memory), [r#"POST /session {"password":"hunter22"}"#, "GET /jobs/1"]);
    assert_eq!(memory.requests()[1].authorization.as_deref(), Some("Bearer s3cond-token"));

    // A run that has ended needs none.
    let memory = Memory::new([token("s3cond-token")]);
    with_token::resume(&client(&memory), inputs, behind(&tape, 3)).await.unwrap();
    assert!(memory.requests().is_empty(), "{:?}", sent(&memory));

    // Nor does one in which nothing reads it any more, not even in a workflow that is still to be called.
    let inputs = lose_the_token::Inputs::new("hunter22", "1");
    let memory = Memory::new([token("f1rst-token"), job("1", "ready"), job("1", "ready"), job("1", "ready")]);
    let tape = Tape::default();
    lose_the_token(&recording(&client(&memory), &memory, &tape), inputs.clone()).await.unwrap();
    let memory = Memory::new([token("s3cond-token"), job("1", "ready"), job("1", "ready")]);
    lose_the_token::resume(&client(&memory), inputs.clone(), behind(&tape, 2)).await.unwrap();
    assert_eq!(sent(&memory)[..2], [r#"POST /session {"password":"hunter22"}"#, "GET /jobs/1"]);
    let memory = Memory::new([job("1", "ready")]);
    lose_the_token::resume(&client(&memory), inputs, last_behind(&tape, 3)).await.unwrap();
    assert_eq!(sent(&memory), ["GET /jobs/1/public"]);
}

/// A secret input of a workflow that a run went on as is given to it anew.
#[tokio::test(start_paused = true)]
async fn a_secret_is_handed_over_again() {
    let memory = Memory::new([token("f1rst-token"), job("1", "ready"), job("1", "ready")]);
    let tape = Tape::default();
    let inputs = go_on_with_token::Inputs::new("hunter22", "1");
    let run = go_on_with_token(&recording(&client(&memory), &memory, &tape), inputs.clone()).await.unwrap();
    let go_on_with_token::End::UseToken(next) = &run.end;
    assert_eq!(json!(next.outputs), json!({ "state": "ready" }));
    for (_, checkpoint) in tape.lock().unwrap().iter() {
        assert!(!checkpoint.contains("f1rst-token") && !checkpoint.contains("hunter22"), "{checkpoint}");
    }
    let memory = Memory::new([token("s3cond-token"), job("1", "ready")]);
    let run = go_on_with_token::resume(&client(&memory), inputs, behind(&tape, 2)).await.unwrap();
    assert!(matches!(run.end, go_on_with_token::End::UseToken(_)));
    assert_eq!(sent(&memory), [r#"POST /session {"password":"hunter22"}"#, "GET /jobs/1"]);
    assert_eq!(memory.requests()[1].authorization.as_deref(), Some("Bearer s3cond-token"));
}

/// Where a secret turns up that the document does not announce, it is left out too, and made again like any other.
#[tokio::test(start_paused = true)]
async fn a_value_with_a_secret_in_it_is_left_out() {
    let echo = || Answer::json(200, &json!({ "id": format!("x{TOKEN}"), "state": "started" }));
    let memory = Memory::new([echo()]);
    let tape = Tape::default();
    let inputs = fork_sandbox::Inputs::new(TOKEN, "sbx-1");
    fork_sandbox(&recording(&client(&memory), &memory, &tape), inputs.clone()).await.unwrap();
    for (_, checkpoint) in tape.lock().unwrap().iter() {
        assert_hides_token(checkpoint);
    }
    let checkpoint = behind(&tape, 1);
    assert_hides_token(&checkpoint);
    assert_eq!(checkpoint.left_out().collect::<Vec<_>>(), [("fork-sandbox", "forkSandbox", "forkId")]);
    let memory = Memory::new([echo(), job("fork", "started")]);
    let run = fork_sandbox::resume(&client(&memory), inputs, checkpoint).await.unwrap();
    assert_lines(
        &run.report,
        &[(1, "forkSandbox: 200; Resume"), (1, "pollFork: 200; running to getFork"), (1, "getFork: 200; next")],
    );
}

/// Where nothing reads it any more, nobody misses it.
#[tokio::test(start_paused = true)]
async fn a_value_that_is_left_out_matters_as_long_as_something_reads_it() {
    let inputs = echo_the_password::Inputs::new("hunter22", "1");
    let echo = || Answer::json(201, &json!({ "token": "t", "user": "x-hunter22" }));
    let memory = Memory::new([echo(), job("1", "ready"), job("1", "ready"), job("1", "ready")]);
    let tape = Tape::default();
    echo_the_password(&recording(&client(&memory), &memory, &tape), inputs.clone()).await.unwrap();
    assert_eq!(behind(&tape, 2).left_out().collect::<Vec<_>>(), [("echo-the-password", "make", "user")]);
    let ask = r#"POST /session {"password":"hunter22"}"#;
    let memory = Memory::new([echo(), job("1", "ready")]);
    echo_the_password::resume(&client(&memory), inputs.clone(), behind(&tape, 1)).await.unwrap();
    assert_eq!(sent(&memory), [ask, "GET /jobs/x-hunter22/public", "GET /jobs/1/public", "GET /jobs/1/public"]);
    let memory = Memory::new([job("1", "ready")]);
    echo_the_password::resume(&client(&memory), inputs.clone(), behind(&tape, 2)).await.unwrap();
    assert_eq!(sent(&memory), ["GET /jobs/1/public", "GET /jobs/1/public"]);
    // A step that succeeds without making it has not made it.
    let memory = Memory::new([Answer::json(201, &json!({ "token": "t" })), job("1", "ready")]);
    let error = echo_the_password::resume(&client(&memory), inputs, behind(&tape, 1)).await.unwrap_err();
    assert_error(&error, ErrorKind::Step, "make", Some(201));
    assert_says(
        &error,
        "the output `user` is not there: the body has no `/user`; the step was run again, since the checkpoint does not hold",
    );
    assert_eq!(sent(&memory), [ask]);
}

#[tokio::test(start_paused = true)]
async fn a_checkpoint_that_cannot_be_kept_ends_the_run_before_anything_else_is_sent() {
    let memory = Memory::new([job("1", "queued")]);
    let durable = client(&memory).with_checkpoints(|_| Err(std::io::Error::other("the disk is full")));
    let error = poll(&durable, poll::Inputs::new("1")).await.unwrap_err();
    assert_error(&error, ErrorKind::Checkpoint, "read", None);
    assert_says(&error, "the checkpoint could not be kept: the disk is full");
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "the disk is full");
    assert_eq!((memory.requests().len(), outputs(&error)), (1, json!({ "state": "queued" })));
    // Also in a workflow that a step calls: that step does not just fail.
    let memory = Memory::new([failed(503)]);
    let durable = client(&memory).with_checkpoints(|_| Err("no"));
    let error = nested::from_the_library(&durable, nested::from_the_library::Inputs::new("1")).await.unwrap_err();
    assert_eq!((error.kind(), memory.requests().len()), (ErrorKind::Checkpoint, 1));
}

#[tokio::test(start_paused = true)]
async fn a_new_token_is_no_other_run() {
    let memory = Memory::new([job("fork", "started"), job("fork", "started")]);
    let tape = Tape::default();
    let durable = recording(&client(&memory), &memory, &tape);
    fork_sandbox(&durable, fork_sandbox::Inputs::new(TOKEN, "sbx-1")).await.unwrap();
    let memory = Memory::new([job("fork", "started")]);
    let inputs = fork_sandbox::Inputs::new("a-new-token", "sbx-1");
    let run = fork_sandbox::resume(&client(&memory), inputs, behind(&tape, 1)).await.unwrap();
    assert_eq!(memory.requests()[0].authorization.as_deref(), Some("Bearer a-new-token"));
    assert_lines(&run.report, &[(1, "pollFork: 200; running to getFork"), (1, "getFork: 200; next")]);
}

#[tokio::test(start_paused = true)]
async fn the_debug_form_shows_no_value() {
    let memory = Memory::new([job("s3cret-id", "started"), job("fork", "started")]);
    let tape = Tape::default();
    let durable = recording(&client(&memory), &memory, &tape);
    fork_sandbox(&durable, fork_sandbox::Inputs::new(TOKEN, "sbx-1")).await.unwrap();
    let shown = format!("{:?}", behind(&tape, 1));
    assert_eq!(shown, r#"Checkpoint { workflow: "fork-sandbox", step: Some("pollFork"), is_ended: false, .. }"#);
}
