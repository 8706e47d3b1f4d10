//! URLs that are signed, or give access by a token: what a run says shows them without that.

use std::sync::{Arc, Mutex};

use arazzo::{Client, ErrorKind, Event, Pacing, Redirects, testing::Recorder as Recording};
use serde_json::json;

use crate::support::{Answer, Memory, Recorder, assert_error, assert_lines, assert_says};
use crate::workflows::credentials::ask_root;

const SIGNED: &str =
    "https://api.example/v1/root?X-Amz-Expires=60&X-Amz-Signature=c4nary&X-Amz-Security-Token=c4nary%2F%3D";
const SHOWN: &str = "https://api.example/v1/root?X-Amz-Expires=60&X-Amz-Signature=***&X-Amz-Security-Token=***";

#[tokio::test]
async fn the_signature_of_a_url_that_a_server_gives_is_shown_nowhere() {
    let elsewhere = SIGNED.replace("api.example", "files.example");
    let memory = Memory::new([
        Answer::json(307, &json!({})).with("location", SIGNED),
        Answer::json(409, &json!({ "file": elsewhere })),
    ]);
    let events = Arc::new(Mutex::new(String::new()));
    let log = Arc::clone(&events);
    let recorder = Recorder::start();
    let client =
        Client::builder().transport(memory.clone()).redirects(Redirects::same_origin(1)).pacing(Pacing::none());
    let client = client.observer(move |event: &Event<'_>| log.lock().unwrap().push_str(&format!("{event:?}\n")));
    let error = ask_root(&client.build().unwrap(), ask_root::Inputs {}).await.unwrap_err();
    assert_error(&error, ErrorKind::Step, "root", Some(409));
    assert_says(&error, &format!(r#"{{"file":"{}"}}"#, SHOWN.replace("api.example", "files.example")));
    assert_lines(error.report(), &[(1, "root: 307, redirected; undecided"), (1, "root: 409, not 2xx; break")]);
    // What is sent is whole.
    assert_eq!(memory.requests()[1].line, format!("GET {SIGNED}"));
    let report = error.report();
    assert_eq!(report.requests().nth(1).unwrap().url, SHOWN);
    let spans = recorder.seen();
    assert!(spans.iter().any(|span| span.field("url.full") == Some(SHOWN)), "{spans:?}");
    let events = events.lock().unwrap().clone();
    assert!(events.contains(SHOWN), "{events}");
    let shown = format!("{error:#?}{error}{report}{}{}{events}{spans:?}", report.to_json(), report.to_har());
    assert!(!shown.contains("c4nary"), "{shown}");
}

#[tokio::test]
async fn a_recording_holds_no_signature() {
    let file = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("signed-urls.json");
    let memory = Memory::new([
        Answer::json(307, &json!({})).with("location", SIGNED),
        Answer::json(200, &json!({ "file": SIGNED })),
    ]);
    let recording = Recording::over(memory, &file);
    let client = recording.client_builder().redirects(Redirects::same_origin(1)).build().unwrap();
    ask_root(&client, ask_root::Inputs {}).await.expect("a run");
    recording.save().expect("a file");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains("X-Amz-Signature=***") && !text.contains("c4nary"), "{text}");
}
