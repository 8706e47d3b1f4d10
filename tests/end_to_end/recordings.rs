//! Recordings of real runs, and runs that are answered from them.

use std::path::PathBuf;

use arazzo::testing::{Answer, Mock, Recorder, Replay, json};
use arazzo::transport::TransportErrorKind;
use arazzo::{Client, Credential, Error, ErrorKind, Redirects, Value};

use crate::embedded::{Daytona, Server};
use crate::support::{TOKEN, assert_error, assert_lines};
use crate::workflows::credentials::every_kind;
use crate::workflows::fork_sandbox;
use crate::workflows::official::oauth;
use crate::workflows::small::{pick, poll, retry_once, retry_with_delay, upload_parts};

/// A path for a recording, whose folder does not exist and is removed in the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("arazzo-recordings-{}-{name}", std::process::id()));
        // It may have been left behind.
        let _ = std::fs::remove_dir_all(&path);
        Self(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("inner/recording.json")
    }

    fn text(&self) -> String {
        std::fs::read_to_string(self.file()).expect("the recording is written")
    }

    fn exchanges(&self) -> Value {
        let value: Value = serde_json::from_str(&self.text()).expect("JSON");
        assert_eq!((&value["format"], &value["version"]), (&json!("arazzo-recording"), &json!(1)));
        value["exchanges"].clone()
    }

    fn write(&self, text: &str) {
        std::fs::create_dir_all(self.file().parent().expect("a folder")).expect("it can be made");
        std::fs::write(self.file(), text).expect("it can be written");
    }

    fn replay(&self) -> Replay {
        Replay::open(self.file()).expect("the recording can be read")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn inputs(token: &str) -> fork_sandbox::Inputs {
    fork_sandbox::Inputs { name: Some("my-copy".to_owned()), ..fork_sandbox::Inputs::new(token, "sbx-1") }
}

/// A recording of a run of `poll` over a script.
async fn recorded(name: &str, answers: impl IntoIterator<Item = Answer>) -> Folder {
    let folder = Folder::new(name);
    let recorder = Recorder::over(Mock::new().on_each("getJob", answers), folder.file());
    let client =
        recorder.client_builder().server("https://jobs.test/v1").pacing(arazzo::Pacing::none()).build().unwrap();
    let _ = poll(&client, poll::Inputs::new("1")).await;
    recorder.save().unwrap();
    folder
}

fn state(state: &str) -> Answer {
    Answer::json(200, json!({ "id": "1", "state": state }))
}

async fn polled(client: &Client, id: &str) -> Result<Value, Error> {
    poll(client, poll::Inputs::new(id)).await.map(|run| json!(run.outputs))
}

/// Checks the message of a run that is not as its recording, in the run and at the end of the test.
#[track_caller]
fn assert_differs(folder: &Folder, replay: &Replay, error: &Error, step: &'static str, message: &str) {
    assert_error(error, ErrorKind::UnexpectedRequest, step, None);
    let path = folder.file().display().to_string();
    let said = error.to_string().replace(&path, "recording.json");
    assert_eq!(said.split_once(": ").expect("workflow and step").1, message);
    let finish = replay.finish().expect_err("the replay has seen it").to_string().replace(&path, "recording.json");
    let indented: String = message.lines().map(|line| format!("\n  {line}")).collect();
    assert!(finish.starts_with(&format!("the run has sent what was not recorded:{indented}")), "{finish}");
}

/// HTTP takes more than ASCII in headers (RFC 9110, section 5.5), and so do scripts and recordings.
#[tokio::test]
async fn headers_may_have_any_letters() {
    let folder = Folder::new("letters");
    let mock = Mock::new().on("getJob", state("ready").header("x-trace", "Zoë"));
    let recorder = Recorder::over(mock, folder.file());
    let client = recorder.client_builder().server("https://jobs.test/v1").build().unwrap();
    assert_eq!(pick(&client, pick::Inputs {}).await.unwrap().outputs.trace.as_deref(), Some("Zoë"));
    recorder.save().unwrap();
    let replay = folder.replay();
    let run = pick(&replay.client(), pick::Inputs {}).await.unwrap();
    assert_eq!(run.outputs.trace.as_deref(), Some("Zoë"));
    replay.assert_finished();
}

#[tokio::test]
async fn a_run_is_recorded_and_answered_without_the_server() {
    let folder = Folder::new("whole");
    let server = Server::start(Daytona::new(TOKEN).polls(1));
    let recorder = Recorder::new(folder.file());
    let client = recorder.client_builder().server(server.url()).pacing(arazzo::Pacing::none()).build().unwrap();
    let run = fork_sandbox(&client, inputs(TOKEN)).await.unwrap();
    assert!(!folder.file().exists(), "nothing is written before it is saved");
    recorder.save().unwrap();
    let requests = server.requests().len();
    drop(server);

    let text = folder.text();
    assert!(!text.contains(TOKEN) && text.ends_with("}\n"), "{text}");
    let exchanges = folder.exchanges();
    assert_eq!(exchanges.as_array().unwrap().len(), requests);
    let (fork, read) = (&exchanges[0], &exchanges[requests - 1]);
    assert_eq!((&fork["source"], &fork["operation"]), (&json!("sandboxApi"), &json!("forkSandbox")));
    let sent = json!({ "authorization": "***", "content-type": "application/json" });
    let headers = fork["request"]["headers"].as_array().unwrap().iter();
    let headers: serde_json::Map<String, Value> = headers
        .map(|line| line.as_str().unwrap().split_once(": ").unwrap())
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
    assert_eq!(Value::Object(headers), sent);
    assert_eq!(fork["request"]["method"], "POST");
    assert_eq!(fork["request"]["target"], "/sandbox/sbx-1/fork");
    assert_eq!(fork["request"]["body"], json!({ "json": { "name": "my-copy" } }));
    assert_eq!(fork["response"]["status"], 200);
    assert_eq!(fork["response"]["body"]["json"]["id"], run.outputs.fork_id);
    assert_eq!(read["request"]["target"], format!("/sandbox/{}?verbose=true", run.outputs.fork_id));
    assert_eq!(read["request"].get("body"), None);

    // Any token will do, and any server.
    let replay = folder.replay();
    let again = fork_sandbox(&replay.client(), inputs("another")).await.unwrap();
    assert_eq!((&again.end, json!(again.outputs)), (&run.end, json!(run.outputs)));
    assert_eq!(again.report.total(), run.report.total());
    replay.assert_finished();
}

/// A short secret occurs in words that have nothing to do with it, and by which the run decides where to go.
#[tokio::test]
async fn short_secrets_are_masked_as_words_of_their_own() {
    let folder = Folder::new("short");
    let running = json!({ "id": "1", "state": "running", "owner": { "name": "user:ready, already; pin=ready" } });
    let over = Mock::new().on_each("getJob", [Answer::json(200, running), state("failed"), state("running")]);
    let recorder = Recorder::over(over, folder.file()).mask("ready").mask("run").mask("fail");
    let limits = arazzo::Limits::default().steps(3);
    let builder = recorder.client_builder().server("https://jobs.test/v1").limits(limits.clone());
    let client = builder.pacing(arazzo::Pacing::none()).build().unwrap();
    poll(&client, poll::Inputs::new("1")).await.unwrap_err();
    recorder.save().unwrap();
    let bodies = folder.exchanges();
    let bodies: Vec<_> = (0..3).map(|place| &bodies[place]["response"]["body"]["json"]).collect();
    assert_eq!(bodies[0]["owner"]["name"], "user:***, already; pin=***");
    let states: Vec<_> = bodies.iter().map(|body| &body["state"]).collect();
    assert_eq!(states, ["running", "failed", "running"]);
}

/// A file with secrets in it would be worse than none.
#[tokio::test]
async fn a_run_with_too_many_secrets_is_not_written() {
    let folder = Folder::new("too-many");
    let over = Mock::new().on_each("getJob", [state("ready")]);
    let recorder = Recorder::over(over, folder.file()).mask("s".repeat(70_000));
    let client = recorder.client_builder().server("https://jobs.test/v1").build().unwrap();
    poll(&client, poll::Inputs::new("1")).await.unwrap();
    let error = recorder.save().unwrap_err();
    assert!(error.to_string().ends_with("more secrets in it than can be masked; record a shorter run"), "{error}");
    assert!(!folder.file().exists());
}

#[tokio::test]
async fn a_request_that_differs_says_how() {
    let folder = Folder::new("differs");
    let server = Server::start(Daytona::new(TOKEN).polls(0));
    let recorder = Recorder::new(folder.file());
    let client = recorder.client_builder().server(server.url()).pacing(arazzo::Pacing::none()).build().unwrap();
    fork_sandbox(&client, inputs(TOKEN)).await.unwrap();
    recorder.save().unwrap();

    let replay = folder.replay();
    let another = fork_sandbox::Inputs { name: None, ..fork_sandbox::Inputs::new(TOKEN, "sbx-2") };
    let error = fork_sandbox(&replay.client(), another).await.unwrap_err();
    assert_differs(
        &folder,
        &replay,
        &error,
        "forkSandbox",
        "request 1 of `forkSandbox` is not as `recording.json` has it\n  \
         got: POST https://app.daytona.io/api/sandbox/sbx-2/fork\n  \
         path and query: expected \"/sandbox/sbx-1/fork\", got \"/sandbox/sbx-2/fork\"\n  \
         body `/name`: expected \"my-copy\", and it is missing\n  \
         help: record it anew if the workflow or its inputs have changed",
    );
    // The answer is still there for a request that fits.
    fork_sandbox(&replay.client(), inputs(TOKEN)).await.unwrap();
}

#[tokio::test]
async fn requests_that_were_not_recorded_are_refused() {
    let folder = recorded("more", [state("ready")]).await;
    let replay = folder.replay();
    assert_eq!(polled(&replay.client(), "1").await.unwrap(), json!({ "state": "ready" }));
    replay.assert_finished();
    let error = polled(&replay.client(), "1").await.unwrap_err();
    assert_differs(
        &folder,
        &replay,
        &error,
        "read",
        "`recording.json` has 1 request of `getJob`, and this is one more\n  got: GET https://replay.test/jobs/1\n  \
         help: record it anew if the workflow or its inputs have changed",
    );
    let replay = folder.replay();
    let error = fork_sandbox(&replay.client(), inputs(TOKEN)).await.unwrap_err();
    assert_differs(
        &folder,
        &replay,
        &error,
        "forkSandbox",
        "`recording.json` has no request of `forkSandbox`\n  got: POST https://app.daytona.io/api/sandbox/sbx-1/fork\n  \
         recorded: `getJob`\n  help: record it anew if the workflow or its inputs have changed",
    );
}

#[tokio::test]
async fn what_nobody_asks_for_is_found_at_the_end() {
    let folder = recorded("left", [state("queued"), state("queued"), state("ready")]).await;
    let replay = folder.replay();
    let client = replay.client_builder().limits(arazzo::Limits::default().steps(1)).build().unwrap();
    polled(&client, "1").await.unwrap_err();
    let finish = replay.finish().unwrap_err().to_string();
    assert_eq!(
        finish.replace(&folder.file().display().to_string(), "recording.json"),
        "the run has not made all the requests of `recording.json`:\n  `getJob`: 1 of 3 were made"
    );
}

#[tokio::test]
async fn faults_are_recorded_and_come_again() {
    let folder = Folder::new("faults");
    let mock = Mock::new().on_each("getJob", [Answer::fault(TransportErrorKind::Timeout, "too slow"), state("ready")]);
    let recorder = Recorder::over(mock, folder.file());
    let client = recorder.client_builder().server("https://jobs.test").pacing(arazzo::Pacing::none()).build().unwrap();
    retry_once(&client, retry_once::Inputs::new("1")).await.unwrap();
    recorder.save().unwrap();
    assert_eq!(folder.exchanges()[0]["fault"], json!({ "kind": "timeout", "message": "too slow" }));
    let replay = folder.replay();
    let run = retry_once(&replay.client(), retry_once::Inputs::new("1")).await.unwrap();
    assert_lines(&run.report, &[(1, "read: no response; retry again"), (1, "read (2): 200; next")]);
    let first = run.report.requests().next().unwrap().outcome.to_string();
    assert_eq!(first, " got no response: too slow");
    replay.assert_finished();
}

#[tokio::test]
async fn secrets_that_are_learnt_late_are_masked_too() {
    const SECRET: &str = "s&cret<1>\"é";
    let folder = Folder::new("oauth");
    let token = |token: &str| {
        Answer::json(200, json!({ "access_token": token, "refresh_token": "refresh-1+", "expires_in": 60 }))
            .header("Set-Cookie", "session=abc; Path=/; HttpOnly")
            .header("X-Echo", token)
    };
    let mock = Mock::new()
        .on("authorize", Answer::json(200, json!({ "code": "code/1" })))
        .on_each("get-token", [token("first-token"), token("second-token")]);
    let recorder = Recorder::over(mock, folder.file()).mask("code/1").mask_member("client_id");
    let client = recorder.client_builder().server("https://auth.test").build().unwrap();
    let inputs = |secret: &str| oauth::refresh_token_flow::Inputs::new("me", secret, "https://me.example/back");
    oauth::refresh_token_flow(&client, inputs(SECRET)).await.unwrap();
    recorder.save().unwrap();

    let text = folder.text();
    for secret in
        [SECRET, "s%26cret", "cret<1>", "refresh-1", "first-token", "second-token", "code/1", "code%2F1", "abc"]
    {
        assert!(!text.contains(secret), "{secret} is in {text}");
    }
    let exchanges = folder.exchanges();
    assert_eq!(
        exchanges[1]["request"]["body"],
        json!({ "text": "grant_type=authorization_code&code=***&redirect_uri=https%3A%2F%2Fme.example%2Fback\
                         &client_id=***&client_secret=***" })
    );
    assert_eq!(
        exchanges[1]["response"],
        json!({
            "status": 200,
            "headers": ["content-type: application/json", "set-cookie: session=***; Path=/; HttpOnly", "x-echo: ***"],
            "body": { "json": { "access_token": "***", "refresh_token": "***", "expires_in": 60 } }
        })
    );
    assert!(exchanges[0]["request"]["target"].as_str().unwrap().starts_with("/authorize?client_id=***&redirect_uri="));

    // What was masked is masked in the answers, and anything fits it in the requests.
    let replay = folder.replay();
    let run = oauth::refresh_token_flow(&replay.client(), inputs("another")).await.unwrap();
    assert_eq!(json!(run.outputs), json!({ "accessToken": "***", "refreshToken": "***", "expiresIn": 60 }));
    replay.assert_finished();
}

/// Every kind of credential, and an API that repeats in each answer all that it was sent.
#[tokio::test]
async fn no_credential_is_in_a_recording() {
    let folder = Folder::new("credentials");
    let echo = Answer::computed(|request| {
        let headers =
            request.headers().iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default()));
        let headers: Vec<_> = headers.collect();
        Answer::json(200, json!({ "headers": headers, "url": request.url() }))
            .header("X-Echo", request.header("authorization").unwrap_or_default())
            .header("Location", request.url())
    });
    let operations =
        ["Root", "Free", "Basic", "Header", "Query", "Cookie", "Raw", "Oauth", "Open", "Both", "Either", "Optional"];
    let operations = operations.into_iter().chain(["Connection"]).map(|name| format!("ask{name}"));
    let mock = operations.fold(Mock::new(), |mock, operation| mock.on(operation, echo.clone()));
    let recorder = Recorder::over(mock.clone(), folder.file());
    let credentials = |builder: arazzo::ClientBuilder, kind: &str| {
        ["bearer", "raw", "oauth", "open"]
            .into_iter()
            .fold(builder, |builder, name| {
                builder.credential(name, Credential::bearer(format!("canary+{kind}/{name}==")))
            })
            .credential("login", Credential::basic("canary user", format!("canary:\"{kind}\"&<p>")))
            .credential("headerKey", Credential::api_key(format!("canary {kind} key")))
            .credential("queryKey", Credential::api_key(format!("canary/{kind} &?ü")))
            .credential("cookieKey", Credential::api_key(format!("canary;{kind}")))
    };
    let client = credentials(recorder.client_builder(), "one").server("https://api.test").build().unwrap();
    every_kind(&client, every_kind::Inputs {}).await.unwrap();
    mock.assert_finished();
    recorder.save().unwrap();
    let text = folder.text();
    let basic = mock.requests_of("askBasic")[0].header("authorization").unwrap().to_owned();
    assert!(basic.starts_with("Basic ") && !text.contains(basic.trim_start_matches("Basic ")), "{text}");
    assert!(!text.contains("canary"), "{text}");
    assert_hides_canary(&mock.requests());

    // Any other credentials fit.
    let replay = folder.replay();
    let client = credentials(replay.client_builder(), "two").server("https://other.test").build().unwrap();
    every_kind(&client, every_kind::Inputs {}).await.unwrap();
    replay.assert_finished();
}

#[track_caller]
fn assert_hides_canary(shown: &impl std::fmt::Debug) {
    let shown = format!("{shown:?}");
    assert!(!shown.contains("canary"), "{shown}");
}

/// What was recorded by one release is read by the next ones.
#[tokio::test]
async fn recordings_of_the_first_version_are_read() {
    let replay = Replay::open("tests/end_to_end/recordings/version-1.json").unwrap();
    let run = retry_with_delay(&replay.client(), retry_with_delay::Inputs::new("1")).await.unwrap();
    assert_eq!(json!(run.outputs), json!({ "state": "ready" }));
    let lines: Vec<String> = run.report.requests().map(|request| request.outcome.to_string()).collect();
    assert_eq!(lines, [" got no response: the connection broke", ", `$statusCode == 200` is not met", ""]);
    replay.assert_finished();
}

/// A redirect leads to the server that is asked now, not to the one that was recorded.
#[tokio::test]
async fn redirects_are_followed_in_a_recording_too() {
    let folder = Folder::new("redirects");
    let moved = |to: &str| Answer::empty(307).header("Location", to);
    let mock =
        Mock::new().on_each("getJob", [moved("https://jobs.test/v1/jobs/2"), moved("/v1/jobs/3?x=1"), state("ready")]);
    let recorder = Recorder::over(mock, folder.file());
    let redirects = Redirects::same_origin(5);
    let client = recorder.client_builder().server("https://jobs.test/v1").redirects(redirects).build().unwrap();
    assert_eq!(polled(&client, "1").await.unwrap(), json!({ "state": "ready" }));
    recorder.save().unwrap();
    assert_eq!(folder.exchanges()[2]["request"]["target"], "/v1/jobs/3?x=1");
    for server in ["https://jobs.test/v1", "http://other.test/v1"] {
        let replay = folder.replay();
        let client = replay.client_builder().server(server).redirects(redirects).build().unwrap();
        assert_eq!(polled(&client, "1").await.unwrap(), json!({ "state": "ready" }), "{server}");
        replay.assert_finished();
    }
}

#[tokio::test]
async fn bytes_are_base64_and_have_to_be_the_same() {
    let folder = Folder::new("bytes");
    let mock = Mock::new().on("upload", Answer::bytes(200, "application/octet-stream", [0, 159, 146, 150]));
    let recorder = Recorder::over(mock, folder.file());
    let client = recorder.client_builder().server("https://files.test").build().unwrap();
    let inputs = |photo: &str| upload_parts::Inputs::new("A", photo, Vec::new(), Vec::new());
    upload_parts(&client, inputs("iVBORw0KGgr/")).await.unwrap();
    recorder.save().unwrap();
    let exchanges = folder.exchanges();
    assert_eq!(exchanges[0]["response"]["body"], json!({ "base64": "AJ+Slg==" }));
    assert!(exchanges[0]["request"]["body"]["base64"].is_string());

    let replay = folder.replay();
    upload_parts(&replay.client(), inputs("iVBORw0KGgr/")).await.unwrap();
    replay.assert_finished();
    let replay = folder.replay();
    let error = upload_parts(&replay.client(), inputs("iVBORw0KGgr+")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedRequest);
    assert!(error.to_string().contains("\n  body: expected "), "{error}");
    assert!(error.to_string().contains(" bytes as they were recorded, got "), "{error}");
}

#[tokio::test]
async fn a_request_that_was_given_up_is_left_out() {
    let folder = Folder::new("given-up");
    let recorder = Recorder::over(Mock::new().on_each("getJob", [state("queued"), Answer::never()]), folder.file());
    let client = recorder.client_builder().server("https://jobs.test").pacing(arazzo::Pacing::none()).build().unwrap();
    let limit = std::time::Duration::from_millis(50);
    assert!(tokio::time::timeout(limit, polled(&client, "1")).await.is_err());
    recorder.save().unwrap();
    assert_eq!(folder.exchanges().as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn files_that_are_no_recordings_say_what_is_wrong() {
    let folder = recorded("broken", [state("ready")]).await;
    let good = folder.text();
    let open = |text: &str| {
        folder.write(text);
        let error = Replay::open(folder.file()).expect_err("it is refused").to_string();
        error.replace(&folder.file().display().to_string(), "recording.json")
    };
    for (text, message) in [
        (String::new(), "is not valid JSON: EOF while parsing a value at line 1 column 0"),
        ("{}".to_owned(), "is no recording: it has no `\"format\": \"arazzo-recording\"`"),
        ("[1]".to_owned(), "is no recording: it has no `\"format\": \"arazzo-recording\"`"),
        (
            good.replace("\"version\": 1", "\"version\": 2"),
            "has the version 2, and this release reads 1; record it anew",
        ),
        (good.replace("\"version\": 1", "\"version\": \"1\""), "has no `version`"),
        (
            good.replace("\"target\"", "\"targets\""),
            "is broken: unknown field `targets`, expected one of `method`, `server`, `target`, `headers`, `body` at line 11 \
             column 17",
        ),
        (good.replace("\"status\": 200", "\"status\": 20"), "is broken: exchange 1: 20 is no status of HTTP"),
        (
            good.replace("\"content-type: application/json\"", "\"content type: x\""),
            "is broken: exchange 1: \"content type: x\" is no header",
        ),
        (
            good.replace("\"json\": {", "\"base64\": \"*\", \"json\": {"),
            "is broken: expected value at line 19 column 23",
        ),
    ] {
        assert_eq!(open(&text), format!("the recording `recording.json` {message}"), "{text}");
    }
    let mut without: Value = serde_json::from_str(&good).unwrap();
    without["exchanges"][0].as_object_mut().unwrap().remove("response");
    let message = open(&without.to_string());
    assert!(message.ends_with("is broken: exchange 1: it needs either a `response` or a `fault`"), "{message}");
    std::fs::remove_file(folder.file()).unwrap();
    let error = Replay::open(folder.file()).unwrap_err().to_string();
    assert!(error.ends_with("record it with a `Recorder` first"), "{error}");
}

#[tokio::test]
async fn a_file_that_cannot_be_written_is_an_error() {
    let folder = Folder::new("unwritable");
    folder.write("no folder");
    let recorder = Recorder::over(Mock::new(), folder.file().join("below.json"));
    let error = recorder.save().unwrap_err().to_string();
    assert!(error.contains("below.json` cannot be written: "), "{error}");
}
