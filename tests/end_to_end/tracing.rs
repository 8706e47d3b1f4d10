//! What a subscriber of `tracing` is told.

use std::collections::HashSet;
use std::sync::Mutex;
use std::time::Duration;

use arazzo::transport::{Request, Transport, TransportFuture};
use arazzo::{Client, Credential, CredentialParts, CredentialRequest, Limits, Pacing, Redirects, Resend};
use serde_json::{Value, json};

use crate::embedded::Daytona;
use crate::embedded::Server;
use crate::support::{Answer, Memory, Recorder, Seen, TOKEN, settings};
use crate::tokens::{Login, SECRET, Site};
use crate::workflows::credentials::{ask_digest, ask_oauth};
use crate::workflows::small::{poll, read_when_gone, recover_by_waiting};
use crate::workflows::{fork_sandbox, nested};

const URL: &str = "http://jobs.test";

fn client(memory: &Memory) -> arazzo::ClientBuilder {
    Client::builder().server(URL).transport(memory.clone()).pacing(Pacing::none())
}

fn job(state: &str) -> Answer {
    Answer::json(200, &json!({ "id": "1", "state": state }))
}

fn status(status: u16) -> Answer {
    Answer::json(status, &Value::Null)
}

#[tokio::test]
async fn a_run_is_a_span_with_its_steps_and_their_requests() {
    let server = Server::start(Daytona::new(TOKEN).polls(1));
    let recorder = Recorder::start();
    let client = settings(&server).build().unwrap();
    fork_sandbox(&client, fork_sandbox::Inputs::new(TOKEN, "sbx-1")).await.unwrap();
    assert_eq!(
        recorder.tree(&["otel.name", "arazzo.action.kind", "arazzo.action.name", "arazzo.run.end"]),
        [
            "arazzo.run workflow fork-sandbox completed",
            "  arazzo.step step forkSandbox",
            "    arazzo.request POST /sandbox/{sandboxIdOrName}/fork",
            "    the step succeeded",
            "    action next",
            "  arazzo.step step pollFork",
            "    arazzo.request GET /sandbox/{sandboxIdOrName}",
            "    the step succeeded",
            "    action goto stillForking",
            "  arazzo.step step pollFork",
            "    arazzo.request GET /sandbox/{sandboxIdOrName}",
            "    the step succeeded",
            "    action goto stillForking",
            "  arazzo.step step pollFork",
            "    arazzo.request GET /sandbox/{sandboxIdOrName}",
            "    the step succeeded",
            "    action goto running",
            "  arazzo.step step getFork",
            "    arazzo.request GET /sandbox/{sandboxIdOrName}",
            "    the step succeeded",
            "    action next",
            "  the run is over",
        ]
    );
    let request = &recorder.spans("arazzo.request")[0];
    let address = server.address();
    let expected = [
        ("http.request.method", "POST".to_owned()),
        ("http.response.status_code", "200".to_owned()),
        ("otel.kind", "client".to_owned()),
        ("otel.name", "POST /sandbox/{sandboxIdOrName}/fork".to_owned()),
        ("server.address", "127.0.0.1".to_owned()),
        ("server.port", address.port().to_string()),
        ("url.full", format!("http://{address}/api/sandbox/sbx-1/fork")),
        ("url.template", "/sandbox/{sandboxIdOrName}/fork".to_owned()),
    ];
    assert_eq!(request.fields, expected.into());
    for seen in recorder.seen() {
        assert!(!format!("{seen:?}").contains(TOKEN), "{seen:?}");
        assert!(seen.is_event || seen.is_closed(), "{seen:?}");
        assert_eq!(
            seen.level,
            if seen.is_event && seen.field("message") != Some("the run is over") { "DEBUG" } else { "INFO" }
        );
    }
}

/// Says something in whatever span it is asked in, and again when its response comes.
struct Talkative(Mutex<Vec<u16>>);

impl Transport for Talkative {
    fn send(&self, request: Request) -> TransportFuture<'_> {
        tracing::info!(said_of = %request.url, "asked");
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(10)).await;
            tracing::info!(said_of = %request.url, "answered");
            let status = self.0.lock().unwrap().pop().unwrap_or(200);
            Ok(arazzo::transport::Response::json(status, r#"{"id":"1","state":"ready"}"#))
        })
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_transport_says_stands_in_the_span_of_the_request() {
    let recorder = Recorder::start();
    let client = Client::builder().server(URL).transport(Talkative(Mutex::default())).pacing(Pacing::none());
    let client = client.build().unwrap();
    // Two runs at once on one thread: what is entered across a pause would be the parent of the other's.
    let (one, other) = tokio::join!(poll(&client, poll::Inputs::new("1")), poll(&client, poll::Inputs::new("2")));
    one.unwrap();
    other.unwrap();
    let seen = recorder.seen();
    let said: Vec<_> = seen.iter().filter(|seen| seen.field("said_of").is_some()).collect();
    assert_eq!(said.len(), 4);
    for said in said {
        let parent = &seen[said.parent.expect("a span")];
        assert_eq!((parent.name, parent.field("url.full")), ("arazzo.request", said.field("said_of")));
    }
    assert!(seen.iter().all(|seen| seen.entered == seen.left));
    let runs = recorder.spans("arazzo.run");
    assert_eq!((runs.len(), runs[0].parent, runs[1].parent), (2, None, None));
}

#[tokio::test(start_paused = true)]
async fn a_workflow_that_a_step_calls_stands_in_that_step() {
    let memory = Memory::new([job("queued"), status(500)]);
    let recorder = Recorder::start();
    let client = client(&memory).build().unwrap();
    nested::create_and_read(&client, nested::create_and_read::Inputs::new("n")).await.unwrap_err();
    assert_eq!(
        recorder.tree(&["otel.name", "otel.status_code", "error.type", "arazzo.criterion"]),
        [
            "arazzo.run workflow create-and-read ERROR step",
            "  arazzo.step step create",
            "    arazzo.request POST /jobs",
            "    the step succeeded",
            "    action",
            "  arazzo.step step look ERROR",
            "    arazzo.workflow workflow read-job ERROR",
            "      arazzo.step step read ERROR",
            "        arazzo.request GET /jobs/{id} ERROR 500",
            "        a criterion is not met $statusCode == 200",
            "        action",
            "    the step failed",
            "    action",
            "  the run has failed",
        ]
    );
    assert!(recorder.seen().iter().all(|seen| seen.is_event || seen.is_closed()));
    let failed = recorder.seen().pop().unwrap();
    assert_eq!((failed.field("message"), failed.field("arazzo.step.id")), (Some("the run has failed"), Some("look")));
}

#[tokio::test(start_paused = true)]
async fn requests_that_are_sent_again_are_counted() {
    let memory = Memory::new([Answer::Refused, status(503), job("failed"), job("ready")]);
    let recorder = Recorder::start();
    let pacing = Pacing::default().jitter(0.0);
    let client = client(&memory).pacing(pacing.clone()).resend(Resend::default().pacing(pacing)).build().unwrap();
    recover_by_waiting(&client, recover_by_waiting::Inputs::new("1")).await.unwrap();
    assert_eq!(
        recorder.tree(&["http.request.resend_count", "http.response.status_code", "error.type", "arazzo.pause"]),
        [
            "arazzo.run",
            "  arazzo.step",
            "    arazzo.request connect",
            "    the step failed",
            "    action",
            "    waits 0.5",
            "    arazzo.request 1 503 503",
            "    a criterion is not met",
            "    action",
            "    waits 0.15",
            // An answer that is no error of HTTP, though the step does not succeed by it.
            "    arazzo.request 2 200",
            "    a criterion is not met",
            "    action",
            "    waits 0.15",
            "    arazzo.request 3 200",
            "    the step succeeded",
            "    action",
            "  the run is over",
        ]
    );
}

/// What is an error depends on what was expected: the document says so better than the status does.
#[tokio::test(start_paused = true)]
async fn a_status_that_the_criteria_ask_for_is_no_error() {
    let memory = Memory::new([status(404), status(404)]);
    let recorder = Recorder::start();
    let client = client(&memory).build().unwrap();
    read_when_gone(&client, read_when_gone::Inputs::new("1")).await.unwrap_err();
    assert_eq!(
        recorder.tree(&["http.response.status_code", "otel.status_code", "error.type"]),
        [
            "arazzo.run ERROR step",
            "  arazzo.step",
            "    arazzo.request 404",
            "    the step succeeded",
            "    action",
            "  arazzo.step ERROR",
            "    arazzo.request 404 ERROR 404",
            "    a criterion is not met",
            "    action",
            "  the run has failed",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_redirect_too_many_is_an_error() {
    let memory = Memory::new([status(308).with("location", "/elsewhere")]);
    let recorder = Recorder::start();
    let client = client(&memory).redirects(Redirects::same_origin(1)).build().unwrap();
    poll(&client, poll::Inputs::new("1")).await.unwrap_err();
    let requests = recorder.spans("arazzo.request");
    let told = |request: &Seen| {
        ["otel.status_code", "error.type"]
            .map(|name| request.field(name).map(str::to_owned))
            .map(Option::unwrap_or_default)
    };
    assert_eq!((told(&requests[0]), told(&requests[1])), (Default::default(), ["ERROR", "other"].map(str::to_owned)));
    let why = requests[1].field("otel.status_description").unwrap_or_default();
    assert!(why.contains("more than once"), "{why}");
}

#[tokio::test(start_paused = true)]
async fn a_redirect_is_a_request_without_a_template() {
    let memory = Memory::new([status(307).with("location", "/elsewhere"), job("ready")]);
    let recorder = Recorder::start();
    let client = client(&memory).redirects(Redirects::same_origin(1)).build().unwrap();
    poll(&client, poll::Inputs::new("1")).await.unwrap();
    let requests = recorder.spans("arazzo.request");
    let told: Vec<_> = requests.iter().map(|request| (request.field("otel.name"), request.field("url.full"))).collect();
    let elsewhere = (Some("GET"), Some("http://jobs.test/elsewhere"));
    assert_eq!(told, [(Some("GET /jobs/{id}"), Some("http://jobs.test/jobs/1")), elsewhere]);
    assert_eq!(requests[0].field("error.type"), None);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_dropped_closes_its_spans_without_an_end() {
    let memory = Memory::new([Answer::Never]);
    let recorder = Recorder::start();
    let client = client(&memory).build().unwrap();
    let run = poll(&client, poll::Inputs::new("1"));
    tokio::time::timeout(Duration::from_secs(1), run).await.unwrap_err();
    let spans = recorder.seen();
    assert_eq!(spans.iter().map(|span| span.name).collect::<Vec<_>>(), ["arazzo.run", "arazzo.step", "arazzo.request"]);
    for span in spans {
        assert!(span.is_closed() && span.entered == span.left, "{span:?}");
        assert_eq!((span.field("otel.status_code"), span.field("arazzo.run.end")), (None, None));
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_step_waits_for_before_its_request_is_a_span() {
    let site = Site::new(Login::For(3600));
    let at = |url: &str| Credential::client_credentials("me", SECRET).token_url(url);
    let client = site.settings(at("https://login.example/token?api_key=c4nary")).build().unwrap();
    let fields = ["otel.name", "arazzo.credential.scheme", "http.response.status_code", "otel.status_code"];
    let recorder = Recorder::start();
    ask_oauth(&client, ask_oauth::Inputs {}).await.expect("a run");
    ask_oauth(&client, ask_oauth::Inputs {}).await.expect("a run");
    site.change(|state| (state.good, state.login) = (HashSet::default(), Login::Refusing(503, "c4nary")));
    ask_oauth(&client, ask_oauth::Inputs {}).await.unwrap_err();
    let refused = "    arazzo.request GET /oauth 401 ERROR";
    assert_eq!(
        recorder.tree(&fields),
        [
            "arazzo.run workflow ask-oauth",
            "  arazzo.step step oauth",
            "    arazzo.credential credential oauth oauth",
            "      arazzo.request POST 200",
            "    arazzo.request GET /oauth 200",
            "    the step succeeded",
            "    action",
            "  the run is over",
            // The token is kept.
            "arazzo.run workflow ask-oauth",
            "  arazzo.step step oauth",
            "    arazzo.request GET /oauth 200",
            "    the step succeeded",
            "    action",
            "  the run is over",
            "arazzo.run workflow ask-oauth ERROR",
            "  arazzo.step step oauth ERROR",
            refused,
            "    arazzo.credential credential oauth oauth ERROR",
            "      arazzo.request POST 503 ERROR",
            "    a criterion is not met",
            "    action",
            "  the run has failed",
        ]
    );
    let requests = recorder.spans("arazzo.request");
    let token = &requests[0];
    assert_eq!(token.field("url.full"), Some("https://login.example/token?api_key=***"));
    assert_eq!((token.field("server.address"), token.field("server.port")), (Some("login.example"), Some("443")));
    let lacks = &recorder.spans("arazzo.credential")[1];
    assert_eq!(lacks.field("otel.status_description"), Some("the server answered 503"));
    let seen = recorder.seen();
    assert!(seen.iter().all(|seen| seen.is_event || (seen.is_closed() && seen.entered == seen.left)));
    assert!(!format!("{seen:?}").contains("c4nary"), "{seen:?}");
}

#[tokio::test(start_paused = true)]
async fn a_callback_and_a_login_server_that_are_too_slow_are_seen() {
    let site = Site::new(Login::Silent);
    let limits = || Limits::default().step_time(Duration::from_secs(7));
    let stuck =
        Credential::provider(|_: CredentialRequest| std::future::pending::<Result<CredentialParts, std::io::Error>>());
    let settings = || Client::builder().transport(site.clone()).limits(limits());
    let recorder = Recorder::start();
    let client = settings().credential("digest", stuck).build().unwrap();
    ask_digest(&client, ask_digest::Inputs {}).await.unwrap_err();
    let credential = Credential::client_credentials("me", SECRET).token_url("https://login.example/token");
    ask_oauth(&settings().credential("oauth", credential).build().unwrap(), ask_oauth::Inputs {}).await.unwrap_err();
    let spans = recorder.spans("arazzo.credential");
    assert_eq!(spans.len(), 2);
    for span in &spans {
        assert_eq!(span.field("otel.status_code"), Some("ERROR"));
        let why = span.field("otel.status_description").unwrap();
        assert!(why.starts_with("the step has taken 7s, as long as `Limits::step_time` allows"), "{why}");
    }
    assert!(recorder.seen().iter().all(|seen| seen.is_event || seen.is_closed()));
}
