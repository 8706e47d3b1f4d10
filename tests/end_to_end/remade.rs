//! What a checkpoint does not hold is made again where it is still read, and nothing else is.

use std::fmt::Debug;

use arazzo::{Checkpoint, Client, Error, ErrorKind, Run};
use serde_json::json;

use crate::resume::{Tape, behind, client, failed, job, last_behind, recording, sent, settings, token};
use crate::support::{Answer, Memory, assert_error, assert_says};
use crate::workflows::remade::{
    ask_for_help, call_for_both, depend_for_user, hand_on_the_answer, hand_on_the_user, read_outside, read_through,
    sign_in_anew, sign_in_on_demand, sign_in_slowly_anew, told_later,
};

const SIGN_IN: &str = r#"POST /session {"password":"hunter22"}"#;
const LOOK: &str = "GET /jobs/1";
const PUBLIC: &str = "GET /jobs/1/public";
/// The job by the id that is the name of the user.
const OF_USER: &str = "GET /jobs/me/public";

/// The checkpoints of a run that gets these answers.
async fn taped<T>(answers: impl IntoIterator<Item = Answer>, run: impl AsyncFnOnce(&Client) -> T) -> (Tape, T) {
    let memory = Memory::new(answers);
    let tape = Tape::default();
    let result = run(&recording(&client(&memory), &memory, &tape)).await;
    for (_, checkpoint) in tape.lock().unwrap().iter() {
        assert!(!checkpoint.contains("f1rst-token") && !checkpoint.contains("hunter22"), "{checkpoint}");
    }
    (tape, result)
}

/// Goes on from a checkpoint, for which exactly these requests are to be sent; a new token comes whenever one is asked for.
async fn goes_on<O: Debug, E: Debug>(
    checkpoint: Checkpoint,
    expected: &[&str],
    resume: impl AsyncFnOnce(&Client, Checkpoint) -> Result<Run<O, E>, Error>,
) -> Run<O, E> {
    let answer = |line: &&str| match *line {
        SIGN_IN => Answer::json(201, &json!({ "token": "s3cond-token", "user": "me-hunter22" })),
        _ => job("1", "ready"),
    };
    let memory = Memory::new(expected.iter().map(answer).chain([Answer::Broken]));
    let shown = format!("{:?}", serde_json::to_string(&checkpoint).unwrap());
    let run = resume(&client(&memory), checkpoint).await;
    assert_eq!(sent(&memory), expected, "{shown}");
    for request in memory.requests() {
        let is_new = request.authorization.as_ref().is_none_or(|value| value == "Bearer s3cond-token");
        assert!(is_new, "{request:?}");
    }
    run.unwrap_or_else(|error| panic!("{error}\n{shown}"))
}

/// Of a called workflow two values are read: the run asks for the secret one again, as long as that is read.
#[tokio::test(start_paused = true)]
async fn a_called_workflow_runs_again_for_its_secrets_alone() {
    let inputs = call_for_both::Inputs::new("hunter22", "1");
    let answers = [token("f1rst-token"), job("1", "ready"), job("1", "ready")];
    let (tape, run) = taped(answers, async |client| call_for_both(client, inputs.clone()).await).await;
    run.unwrap();
    let expected: [(usize, &[&str]); 3] =
        [(1, &[SIGN_IN, LOOK, "GET /jobs/me-hunter22/public"]), (2, &[OF_USER]), (3, &[])];
    for (done, expected) in expected {
        goes_on(last_behind(&tape, done), expected, async |client, checkpoint| {
            call_for_both::resume(client, inputs.clone(), checkpoint).await
        })
        .await;
    }
}

/// What is secret of a workflow that others depend on, and read by nobody, is not missed.
#[tokio::test(start_paused = true)]
async fn a_dependency_does_not_run_again_for_what_nobody_reads() {
    let inputs = depend_for_user::Inputs::new("hunter22");
    let answers = [token("f1rst-token"), job("1", "ready"), job("1", "ready")];
    let (tape, run) = taped(answers, async |client| depend_for_user(client, inputs.clone()).await).await;
    run.unwrap();
    for done in 1..=3 {
        goes_on(last_behind(&tape, done), &[OF_USER; 2][done - 1..], async |client, checkpoint| {
            depend_for_user::resume(client, inputs.clone(), checkpoint).await
        })
        .await;
    }
}

/// What has made a secret may be deep inside of the step that runs again, or beside the place where the run stands, far
/// from what reads it.
#[tokio::test(start_paused = true)]
async fn a_secret_of_a_workflow_within_a_workflow_is_made_again() {
    let inputs = read_outside::Inputs::new("hunter22", "1");
    let answers = [token("f1rst-token"), job("1", "ready"), job("1", "ready"), job("1", "ready")];
    let (tape, run) = taped(answers, async |client| read_outside(client, inputs.clone()).await).await;
    run.unwrap();
    let expected: [(usize, &[&str]); 3] = [
        // In the workflow that the first step calls, behind the one that this calls.
        (1, &[SIGN_IN, PUBLIC, LOOK, PUBLIC]),
        // Behind that step: there is no shorter way to a token than the whole of it.
        (2, &[SIGN_IN, PUBLIC, LOOK, PUBLIC]),
        (3, &[PUBLIC]),
    ];
    for (done, expected) in expected {
        goes_on(last_behind(&tape, done), expected, async |client, checkpoint| {
            read_outside::resume(client, inputs.clone(), checkpoint).await
        })
        .await;
    }
}

/// What others depend on runs once in a run, but again with the step in which it has run; or alone, where the workflow that
/// depends on it is still running.
#[tokio::test(start_paused = true)]
async fn a_dependency_of_a_called_workflow_runs_again_with_it() {
    let inputs = read_through::Inputs::new("hunter22", "1");
    let answers = [token("f1rst-token"), job("1", "ready"), job("1", "ready"), job("1", "ready"), job("1", "ready")];
    let (tape, run) = taped(answers, async |client| read_through(client, inputs.clone()).await).await;
    run.unwrap();
    let of_new_user = "GET /jobs/me-hunter22/public";
    let expected: [(usize, &[&str]); 4] = [
        (1, &[SIGN_IN, of_new_user, of_new_user, LOOK, PUBLIC]),
        (2, &[SIGN_IN, of_new_user, LOOK, PUBLIC]),
        (3, &[SIGN_IN, of_new_user, of_new_user, LOOK, PUBLIC]),
        (4, &[PUBLIC]),
    ];
    for (done, expected) in expected {
        goes_on(last_behind(&tape, done), expected, async |client, checkpoint| {
            read_through::resume(client, inputs.clone(), checkpoint).await
        })
        .await;
    }
}

/// What ran to help a step does not run again: nothing says that the step would fail once more.
#[tokio::test(start_paused = true)]
async fn what_has_helped_a_step_is_refused_while_it_is_needed() {
    let inputs = ask_for_help::Inputs::new("hunter22", "1");
    let answers = [failed(401), token("f1rst-token"), job("1", "ready"), job("1", "ready"), job("1", "ready")];
    let (tape, run) = taped(answers, async |client| ask_for_help(client, inputs.clone()).await).await;
    run.unwrap();
    let memory = Memory::new([job("1", "ready")]);
    let error = ask_for_help::resume(&client(&memory), inputs.clone(), behind(&tape, 3)).await.unwrap_err();
    assert_error(&error, ErrorKind::Resume, None, None);
    assert_says(
        &error,
        "the checkpoint does not hold `token` of the workflow `session`, since it is secret or a secret of the run occurs in \
         it, and that workflow ran to help a step that was tried again: run the workflow anew",
    );
    assert!(memory.requests().is_empty(), "{:?}", memory.requests());
    goes_on(behind(&tape, 4), &[PUBLIC], async |client, checkpoint| {
        ask_for_help::resume(client, inputs.clone(), checkpoint).await
    })
    .await;
}

/// It is another request than the one before: a server that knows its key would give the old answer.
#[tokio::test(start_paused = true)]
async fn a_request_that_runs_again_for_a_secret_has_a_key_of_its_own() {
    let with_keys = |memory: &Memory| settings(memory).idempotency_keys(true).build().unwrap();
    let inputs = sign_in_anew::Inputs::new("hunter22", "1");
    let memory = Memory::new([token("f1rst-token"), job("1", "ready")]);
    let tape = Tape::default();
    sign_in_anew(&recording(&with_keys(&memory), &memory, &tape), inputs.clone()).await.unwrap();
    let first = memory.requests().remove(0);
    let memory = Memory::new([token("s3cond-token"), job("1", "ready")]);
    sign_in_anew::resume(&with_keys(&memory), inputs, behind(&tape, 1)).await.unwrap();
    let again = memory.requests().remove(0);
    assert!(first.headers.contains("idempotency-key") && again.headers.contains("idempotency-key"), "{again:?}");
    assert_eq!(first.line, again.line);
    assert_ne!(first.headers, again.headers);
}

/// An input of a workflow that a run went on as is made again like every other value, also where only the run has found the
/// secret in it. What a response alone has said is gone.
#[tokio::test(start_paused = true)]
async fn inputs_that_are_left_out_are_made_again_of_outputs() {
    let inputs = hand_on_the_user::Inputs::new("hunter22");
    let echo = || Answer::json(201, &json!({ "token": "t", "user": "x-hunter22" }));
    let answers = [echo(), job("1", "ready"), job("1", "ready")];
    let (tape, run) = taped(answers, async |client| hand_on_the_user(client, inputs.clone()).await).await;
    run.unwrap();
    goes_on(behind(&tape, 2), &[SIGN_IN, "GET /jobs/me-hunter22/public"], async |client, checkpoint| {
        hand_on_the_user::resume(client, inputs.clone(), checkpoint).await
    })
    .await;

    let inputs = hand_on_the_answer::Inputs::new("hunter22");
    let answers = [echo(), job("1", "ready"), job("1", "ready")];
    let (tape, run) = taped(answers, async |client| hand_on_the_answer(client, inputs.clone()).await).await;
    run.unwrap();
    let memory = Memory::new([job("1", "ready")]);
    let error = hand_on_the_answer::resume(&client(&memory), inputs, behind(&tape, 2)).await.unwrap_err();
    assert_error(&error, ErrorKind::Resume, None, None);
    assert_says(
        &error,
        "the checkpoint does not hold the input `id` of the workflow `by-id`, since it is secret or a secret of the run \
         occurs in it, and a response that is gone has said it: run the workflow anew",
    );
    assert!(memory.requests().is_empty(), "{:?}", memory.requests());
}

/// What a workflow has kept may turn out to be secret in one that it calls.
#[tokio::test(start_paused = true)]
async fn what_becomes_known_as_a_secret_is_left_out_of_what_was_kept_before() {
    let inputs = told_later::Inputs::new("hunter22", "1");
    let answers = [job("1", "f1rst-token"), token("f1rst-token"), job("1", "ready")];
    let memory = Memory::new(answers);
    let tape = Tape::default();
    told_later(&recording(&client(&memory), &memory, &tape), inputs.clone()).await.unwrap();
    let checkpoint = last_behind(&tape, 2);
    assert!(!serde_json::to_string(&checkpoint).unwrap().contains("f1rst-token"));
    assert_eq!(
        checkpoint.left_out().collect::<Vec<_>>(),
        [("told-later", "first", "state"), ("sign-in-and-look", "ask", "token")]
    );
    let run = goes_on(checkpoint, &[PUBLIC, SIGN_IN, LOOK], async |client, checkpoint| {
        told_later::resume(client, inputs.clone(), checkpoint).await
    })
    .await;
    assert_eq!(json!(run.outputs), json!({ "state": "ready" }));
}

/// A step that comes next anyway is not run for what it is about to make.
#[tokio::test(start_paused = true)]
async fn a_step_that_runs_anyway_does_not_run_twice() {
    let inputs = sign_in_anew::Inputs::new("hunter22", "1");
    let answers = [token("f1rst-token"), failed(401), token("f1rst-token"), job("1", "ready")];
    let (tape, run) = taped(answers, async |client| sign_in_anew(client, inputs.clone()).await).await;
    run.unwrap();
    for done in [1, 2, 3] {
        goes_on(behind(&tape, done), &[SIGN_IN, LOOK], async |client, checkpoint| {
            sign_in_anew::resume(client, inputs.clone(), checkpoint).await
        })
        .await;
    }
}

/// Nor does one that is running: what it has made the time before is about to be replaced.
#[tokio::test(start_paused = true)]
async fn a_step_in_which_the_run_is_does_not_run_for_what_it_has_made_before() {
    let inputs = sign_in_slowly_anew::Inputs::new("hunter22", "1");
    let ready = || job("1", "ready");
    let answers = [ready(), token("f1rst-token"), failed(401), ready(), token("f1rst-token"), ready()];
    let (tape, run) = taped(answers, async |client| sign_in_slowly_anew(client, inputs.clone()).await).await;
    run.unwrap();
    let checkpoint = last_behind(&tape, 4);
    assert_eq!(checkpoint.left_out().collect::<Vec<_>>(), [("sign-in-slowly-anew", "signIn", "token")]);
    goes_on(checkpoint, &[SIGN_IN, LOOK], async |client, checkpoint| {
        sign_in_slowly_anew::resume(client, inputs.clone(), checkpoint).await
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_step_that_only_runs_for_others_runs_again() {
    let inputs = sign_in_on_demand::Inputs::new("hunter22", "1");
    let answers = [failed(401), token("f1rst-token"), job("1", "ready"), job("1", "ready")];
    let (tape, run) = taped(answers, async |client| sign_in_on_demand(client, inputs.clone()).await).await;
    run.unwrap();
    let run = goes_on(behind(&tape, 3), &[SIGN_IN, LOOK], async |client, checkpoint| {
        sign_in_on_demand::resume(client, inputs.clone(), checkpoint).await
    })
    .await;
    let first = run.report.requests().next().unwrap().to_string();
    assert!(first.ends_with("; run again for what the checkpoint does not hold"), "{first}");
}
