//! Checkpoints that no run can go on from: refused with the reason before anything is sent.

use arazzo::{Checkpoint, Client, Error, ErrorKind, Limits};
use serde_json::{Value, json};

use crate::resume::{Tape, behind, client, failed, job, recording, settings, token};
use crate::support::{Answer, Memory, assert_error, assert_says};
use crate::workflows::nested::hand_over;
use crate::workflows::remade::read_through;
use crate::workflows::small::{go_on_with_token, poll, recover_by_waiting, try_twice, two_loops};

/// A checkpoint in which one member has another value, which may be a new one; `null` takes it away.
fn edited(checkpoint: &Value, place: &str, value: Value) -> Checkpoint {
    let mut edited = checkpoint.clone();
    let (parent, name) = place.rsplit_once('/').unwrap();
    match edited.pointer_mut(parent).unwrap() {
        Value::Array(list) if value.is_null() => drop(list.remove(name.parse().unwrap())),
        Value::Array(list) => list[name.parse::<usize>().unwrap()] = value,
        object if value.is_null() => drop(object.as_object_mut().unwrap().remove(name).unwrap()),
        object => object[name] = value,
    }
    serde_json::from_value(edited).unwrap()
}

/// What does not belong to the workflow, and what was changed by hand, is refused before anything is sent.
#[tokio::test(start_paused = true)]
async fn other_checkpoints_are_refused_with_the_reason() {
    let memory = Memory::new([job("1", "queued"), job("1", "ready")]);
    let tape = Tape::default();
    poll(&recording(&client(&memory), &memory, &tape), poll::Inputs::new("1")).await.unwrap();
    let checkpoint: Value = serde_json::to_value(behind(&tape, 1)).unwrap();

    let memory = Memory::new([job("1", "ready")]);
    let of_other =
        two_loops::resume(&client(&memory), two_loops::Inputs::new("1"), behind(&tape, 1)).await.unwrap_err();
    assert_error(&of_other, ErrorKind::Resume, None, None);
    assert_says(&of_other, "workflow `two-loops`: the checkpoint is one of the workflow `poll`, not of this one");
    let changed = poll::resume(&client(&memory), poll::Inputs::new("2"), behind(&tape, 1)).await.unwrap_err();
    assert_error(&changed, ErrorKind::Resume, None, None);
    assert_says(&changed, "the run of the checkpoint had other inputs: `$inputs.id`; resume it with the same ones");

    let edits: [(&str, Value, &str); 9] = [
        ("/format", json!(1), "is written in format 1, and this version of the crate reads format 2"),
        ("/frames/0/document", json!("00"), "was made by another version of the document of the workflow `poll`"),
        (
            "/frames/0/next",
            json!({ "step": "reed" }),
            "it goes on at the step `reed`, which the workflow does not have",
        ),
        ("/frames/0/next", json!({ "end": { "exit": 7, "after_failure": false } }), "it names an end that"),
        ("/frames/0/next", json!({ "workflow": 0 }), "it names an end that the workflow does not have"),
        ("/frames/0/outputs", json!({ "read": { "size": 1 } }), "it has an output `size` of the step `read`, which"),
        (
            "/frames/0/succeeded",
            json!(["write"]),
            "it says of the step `write` that it has succeeded, which nobody asks",
        ),
        ("/frames", json!([]), "it has no workflow"),
        ("/frames/0/entered", json!("step"), "a workflow is not where it can be"),
    ];
    for (place, value, reason) in edits {
        let mut edited = checkpoint.clone();
        match edited.pointer_mut(place) {
            Some(part) => *part = value,
            None => edited["frames"][0]["succeeded"] = value,
        }
        let edited: Checkpoint = serde_json::from_value(edited).unwrap();
        let error = poll::resume(&client(&memory), poll::Inputs::new("1"), edited).await.unwrap_err();
        assert_error(&error, ErrorKind::Resume, None, None);
        assert_says(&error, reason);
    }
    let (dependencies, others) =
        (json!([3]), json!([{ "workflow": 9, "inputs": {}, "outputs": {}, "within": 0, "by": "itself" }]));
    for (name, value) in [("dependencies", dependencies), ("others", others)] {
        let mut edited = checkpoint.clone();
        edited[name] = value;
        let edited: Checkpoint = serde_json::from_value(edited).unwrap();
        let error = poll::resume(&client(&memory), poll::Inputs::new("1"), edited).await.unwrap_err();
        assert_says(&error, "it names a workflow that is not there");
    }
    assert!(memory.requests().is_empty());
    // Numbers as large as they can be are counted on from.
    let mut edited = checkpoint.clone();
    edited["steps"] = json!(u64::MAX);
    let edited: Checkpoint = serde_json::from_value(edited).unwrap();
    let error = poll::resume(&client(&memory), poll::Inputs::new("1"), edited).await.unwrap_err();
    assert_error(&error, ErrorKind::Limit, "read", None);
    assert!(memory.requests().is_empty());
    let mut edited = checkpoint.clone();
    (edited["frames"][0]["attempts"], edited["frames"][0]["resent"]) = (json!(u32::MAX), json!(u32::MAX));
    edited["frames"][0]["loops"] = json!([[0, 0, u32::MAX]]);
    edited["frames"][0]["retries"] = json!([[usize::MAX, u64::MAX]]);
    let edited: Checkpoint = serde_json::from_value(edited).unwrap();
    let run = poll::resume(&client(&memory), poll::Inputs::new("1"), edited).await.unwrap();
    assert_eq!(run.report.requests().next().unwrap().attempt, u32::MAX);
    // Whatever else an output may be, it is checked when the run ends, as ever.
    let mut edited = checkpoint;
    edited["frames"][0]["next"] = json!({ "end": { "exit": 0, "after_failure": false } });
    edited["frames"][0]["outputs"]["read"]["state"] = json!([7]);
    let edited: Checkpoint = serde_json::from_value(edited).unwrap();
    let error = poll::resume(&client(&memory), poll::Inputs::new("1"), edited).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Output);
    assert!(serde_json::from_str::<Checkpoint>("{}").is_err());
}

/// Of a workflow that runs inside of others too, in which a token would have been asked for again first.
#[tokio::test(start_paused = true)]
async fn what_does_not_fit_inside_is_refused_before_a_step_is_run_again() {
    let inputs = try_twice::Inputs::new("hunter22", "1");
    let memory = Memory::new([token("f1rst-token"), job("1", "ready"), job("1", "ready")]);
    let tape = Tape::default();
    try_twice(&recording(&client(&memory), &memory, &tape), inputs.clone()).await.unwrap_err();
    let checkpoint = serde_json::to_value(behind(&tape, 2)).unwrap();
    assert_eq!(checkpoint["frames"].as_array().unwrap().len(), 3, "{checkpoint}");
    let edits: [(&str, Value, &str); 17] = [
        ("/frames/2/document", json!("00"), "another version of the document of the workflow `use-token`"),
        ("/frames/2/workflow", json!("sign-in"), "another version of the document of the workflow `sign-in`"),
        (
            "/frames/2/next",
            json!({ "step": "reed" }),
            "it goes on at the step `reed`, which the workflow does not have",
        ),
        (
            "/frames/2/next",
            json!({ "end": { "exit": 1, "after_failure": false } }),
            "it names an end that the workflow",
        ),
        ("/frames/2/next", json!({ "workflow": 0 }), "it names an end that the workflow does not have"),
        ("/frames/2/outputs", json!({ "look": { "a": 1 } }), "it has an output `a` of the step `look`, which the"),
        ("/frames/2/outputs", json!({ "peek": { "a": 1 } }), "it has an output `a` of the step `peek`, which the"),
        ("/frames/2/left_out", json!({ "look": ["a"] }), "it leaves out an output `a` of the step `look`, which the"),
        ("/frames/2/succeeded", json!(["look"]), "it says of the step `look` that it has succeeded, which nobody asks"),
        ("/frames/2/key", json!("a\nb"), "its key for the next request cannot be sent"),
        ("/frames/2/entered", json!("goto"), "a workflow is not where it can be"),
        ("/frames/2/entered", json!("dependency"), "a workflow is not where it can be"),
        ("/frames/2/entered", json!("run"), "a workflow is not where it can be"),
        ("/frames/1/next", json!({ "step": "signIn" }), "a workflow is not where it can be"),
        (
            "/frames/1/next",
            json!({ "end": { "exit": 0, "after_failure": false } }),
            "a workflow is not where it can be",
        ),
        ("/frames/0/next", json!({ "step": "between" }), "a workflow is not where it can be"),
        ("/frames/1", Value::Null, "another version of the document of the workflow `use-token`"),
    ];
    let memory = Memory::new([job("1", "ready")]);
    for (place, value, reason) in edits {
        let edited = edited(&checkpoint, place, value);
        let error = try_twice::resume(&client(&memory), inputs.clone(), edited).await.unwrap_err();
        assert_error(&error, ErrorKind::Resume, None, None);
        assert_says(&error, reason);
        assert!(memory.requests().is_empty(), "{place}: {:?}", memory.requests());
    }
    let shallow = settings(&memory).limits(Limits::default().depth(2)).build().unwrap();
    let error = try_twice::resume(&shallow, inputs, behind(&tape, 2)).await.unwrap_err();
    assert_error(&error, ErrorKind::Limit, None, None);
    assert_says(&error, "the checkpoint is 3 workflows deep, and `Limits::depth` allows 2");
    assert!(memory.requests().is_empty());
}

/// And of one that a run has gone on as.
#[tokio::test(start_paused = true)]
async fn a_workflow_that_cannot_have_come_next_is_refused() {
    let memory = Memory::new([token("f1rst-token"), job("1", "ready"), job("1", "ready")]);
    let tape = Tape::default();
    let inputs = go_on_with_token::Inputs::new("hunter22", "1");
    go_on_with_token(&recording(&client(&memory), &memory, &tape), inputs.clone()).await.unwrap();
    let checkpoint = serde_json::to_value(behind(&tape, 2)).unwrap();
    let edits: [(&str, Value, &str); 7] = [
        ("/frames/0/next", json!({ "workflow": 1 }), "it names an end that the workflow does not have"),
        (
            "/frames/0/next",
            json!({ "end": { "exit": 0, "after_failure": false } }),
            "it names an end that the workflow",
        ),
        ("/frames/0/next", json!({ "step": "signIn" }), "a workflow is not where it can be"),
        ("/frames/1/given", Value::Null, "a workflow is not where it can be"),
        (
            "/frames/1/given",
            json!({ "id": 1 }),
            "the inputs of the workflow `use-token` do not fit: `$inputs.id` must be a string",
        ),
        (
            "/frames/1/given",
            json!({}),
            "the inputs of the workflow `use-token` do not fit: `$inputs` must have the member `id`",
        ),
        ("/frames/1", Value::Null, "it says nothing of the workflow as which the run goes on"),
    ];
    let memory = Memory::new([job("1", "ready")]);
    for (place, value, reason) in edits {
        let edited = edited(&checkpoint, place, value);
        let error = go_on_with_token::resume(&client(&memory), inputs.clone(), edited).await.unwrap_err();
        assert_error(&error, ErrorKind::Resume, None, None);
        assert_says(&error, reason);
        assert!(memory.requests().is_empty(), "{place}: {:?}", memory.requests());
    }
    let memory = Memory::new([job("1", "queued"), job("1", "running")]);
    let tape = Tape::default();
    hand_over(&recording(&client(&memory), &memory, &tape), hand_over::Inputs::new("1")).await.unwrap();
    let checkpoint = serde_json::to_value(behind(&tape, 1)).unwrap();
    let memory = Memory::new([job("1", "ready")]);
    let edited = edited(&checkpoint, "/frames/1/given", json!({}));
    let error = hand_over::resume(&client(&memory), hand_over::Inputs::new("1"), edited).await.unwrap_err();
    assert_error(&error, ErrorKind::Resume, None, None);
    assert_says(&error, "the inputs of the workflow `read-job` do not fit: `$inputs` must have the member `id`");
}

/// The place of every value in another one.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(place, element)| places(element, &format!("{at}/{place}"), found));
        }
        Value::Object(members) => {
            members.iter().for_each(|(name, member)| places(member, &format!("{at}/{name}"), found));
        }
        _ => {}
    }
}

/// Resumes each checkpoint of a run with one part of it changed to each of some odd values: what is refused has sent
/// nothing, and what is not comes to an end.
async fn with_every_change<T>(tape: &Tape, resume: impl AsyncFn(&Client, Checkpoint) -> Result<T, Error>) {
    let whatever = json!({ "id": "1", "state": "ready", "token": "s3cond-token", "user": "me" });
    let odd = [json!(null), json!(0), json!(7), json!(u64::MAX), json!(""), json!("look"), json!([]), json!({})];
    let odd = odd.into_iter().chain([json!([[]]), json!({ "step": "look" }), json!({ "": [""] }), json!("itself")]);
    let odd: Vec<Value> = odd.collect();
    let checkpoints: Vec<Value> =
        tape.lock().unwrap().iter().map(|(_, text)| serde_json::from_str(text).unwrap()).collect();
    let (mut refused, mut accepted) = (0, 0);
    for checkpoint in checkpoints {
        let mut found = Vec::new();
        places(&checkpoint, "", &mut found);
        for (place, odd) in found.iter().flat_map(|place| odd.iter().map(move |odd| (place, odd))) {
            let mut changed = checkpoint.clone();
            *changed.pointer_mut(place).unwrap() = odd.clone();
            let Ok(changed) = serde_json::from_value::<Checkpoint>(changed) else { continue };
            let memory = Memory::new([Answer::json(201, &whatever)]);
            match resume(&client(&memory), changed).await {
                Err(error) if error.kind() == ErrorKind::Resume => {
                    assert!(memory.requests().is_empty(), "{place} as {odd}: {error}\n{:?}", memory.requests());
                    refused += 1;
                }
                _ => accepted += 1,
            }
        }
    }
    assert!(refused > 0 && accepted > 0, "{refused} refused, {accepted} accepted");
}

#[tokio::test(start_paused = true)]
async fn whatever_is_changed_in_a_checkpoint_it_is_refused_or_the_run_ends() {
    let answers = || [token("f1rst-token"), job("1", "ready"), job("1", "ready"), job("1", "ready"), job("1", "ready")];
    let memory = Memory::new(answers());
    let tape = Tape::default();
    let inputs = read_through::Inputs::new("hunter22", "1");
    read_through(&recording(&client(&memory), &memory, &tape), inputs.clone()).await.unwrap();
    with_every_change(&tape, async |client, from| read_through::resume(client, inputs.clone(), from).await).await;
    let memory = Memory::new(answers());
    let tape = Tape::default();
    let inputs = go_on_with_token::Inputs::new("hunter22", "1");
    go_on_with_token(&recording(&client(&memory), &memory, &tape), inputs.clone()).await.unwrap();
    with_every_change(&tape, async |client, from| go_on_with_token::resume(client, inputs.clone(), from).await).await;
    let memory = Memory::new([failed(503), failed(503), failed(503), failed(503)]);
    let tape = Tape::default();
    let inputs = recover_by_waiting::Inputs::new("1");
    recover_by_waiting(&recording(&client(&memory), &memory, &tape), inputs.clone()).await.unwrap();
    with_every_change(&tape, async |client, from| recover_by_waiting::resume(client, inputs.clone(), from).await).await;
}
