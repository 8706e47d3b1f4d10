//! What the client does for any workflow: servers, observers, connections, many runs at once, and runs that are dropped.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use arazzo::{Action, Client, ErrorKind, Event, Limits, Observer, Outcome, Pacing};
use serde_json::json;

use crate::embedded::{Daytona, Fault, Reply, SeenRequest, Server};
use crate::support::{
    Answer, Memory, TOKEN, assert_error, assert_hides_token, assert_requests, assert_says, client, get, post,
    ready_at_once, settings, until,
};
use crate::workflows::small::poll;
use crate::workflows::{fork_sandbox, image_to_running_sandbox, snapshot_and_restore_devbox};

fn inputs() -> fork_sandbox::Inputs {
    fork_sandbox::Inputs::new(TOKEN, "sbx-1")
}

// Rule R13.
#[tokio::test]
async fn a_server_may_have_a_base_path() {
    let server = Server::start(ready_at_once);
    for base in ["/gateway/eu", "/gateway/eu/", "", "/"] {
        let client =
            Client::builder().server(format!("{}{base}", server.url())).pacing(Pacing::none()).build().unwrap();
        fork_sandbox(&client, inputs()).await.unwrap();
    }
    let forks = server.requests().into_iter().filter(|request| request.method == "POST");
    assert_eq!(
        forks.map(|request| request.target).collect::<Vec<_>>(),
        [
            "/gateway/eu/sandbox/sbx-1/fork",
            "/gateway/eu/sandbox/sbx-1/fork",
            "/sandbox/sbx-1/fork",
            "/sandbox/sbx-1/fork"
        ]
    );
}

// Rule R13.
#[tokio::test]
async fn each_source_can_have_a_server_of_its_own() {
    let (snapshots, others) = (Server::start(active_at_once), Server::start(ready_at_once));
    let client = Client::builder()
        .server_for("snapshotsApi", snapshots.url())
        .server(others.url())
        .pacing(Pacing::none())
        .build()
        .unwrap();
    let inputs = image_to_running_sandbox::Inputs::new(TOKEN, "mine", "ubuntu");
    image_to_running_sandbox(&client, inputs).await.unwrap();
    assert_requests(
        &snapshots,
        &[(1, post("/snapshots", json!({ "name": "mine", "imageName": "ubuntu" }))), (1, get("/snapshots/one"))],
    );
    assert_requests(&others, &[(1, post("/sandbox", json!({ "snapshot": "one" }))), (1, get("/sandbox/one"))]);
}

fn active_at_once(_: &SeenRequest) -> Reply {
    Reply::json(200, &json!({ "id": "one", "name": "one", "state": "active" }))
}

#[tokio::test]
async fn the_last_server_that_is_named_for_a_source_counts() {
    let server = Server::start(ready_at_once);
    let client = Client::builder()
        .server_for("sandboxApi", "http://127.0.0.1:1/never")
        .server_for("sandboxApi", server.url())
        .server("http://127.0.0.1:1/never")
        .pacing(Pacing::none())
        .build()
        .unwrap();
    fork_sandbox(&client, inputs()).await.unwrap();
    assert_eq!(server.requests().len(), 3);
}

// Rule R13.
#[tokio::test]
async fn without_a_server_of_the_client_that_of_the_description_counts() {
    let memory = Memory::new([Answer::json(200, &json!({ "id": "1", "name": "1", "state": "active" }))]);
    let settings =
        || Client::builder().transport(memory.clone()).pacing(Pacing::none()).limits(Limits::default().steps(3));
    let inputs = || image_to_running_sandbox::Inputs::new(TOKEN, "mine", "ubuntu");
    let client = settings().build().unwrap();
    image_to_running_sandbox(&client, inputs()).await.unwrap_err();
    let client = settings().server_for("sandboxApi", "https://eu.example/v2").build().unwrap();
    image_to_running_sandbox(&client, inputs()).await.unwrap_err();
    let lines: Vec<_> = memory.requests().into_iter().map(|request| request.line).collect();
    assert_eq!(
        lines,
        [
            "POST https://app.daytona.io/api/snapshots",
            "GET https://app.daytona.io/api/snapshots/1",
            "POST https://app.daytona.io/api/sandbox",
            "POST https://app.daytona.io/api/snapshots",
            "GET https://app.daytona.io/api/snapshots/1",
            "POST https://eu.example/v2/sandbox",
        ]
    );
}

#[tokio::test]
async fn a_transport_is_told_which_headers_are_secret() {
    let memory = Memory::new([Answer::json(500, &json!({}))]);
    let client = Client::builder().transport(memory.clone()).build().unwrap();
    fork_sandbox(&client, inputs()).await.unwrap_err();
    assert_eq!(memory.requests()[0].headers, r#"{"authorization": Sensitive, "content-type": "application/json"}"#);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_an_error_of_the_transport() {
    let server = Server::start(Daytona::new(TOKEN));
    let (client, url, address) = (client(&server), server.url(), server.address());
    drop(server);
    let error = fork_sandbox(&client, inputs()).await.unwrap_err();
    assert_error(&error, ErrorKind::Transport, "forkSandbox", None);
    assert_says(&error, &format!("no response: no connection to http://{address}: "));
    assert_says(&error, "; tried 3 times");
    let records: Vec<_> = error.report().requests().collect();
    assert!(records.iter().all(|record| record.url == format!("{url}/sandbox/sbx-1/fork")));
    assert!(records.iter().all(|record| matches!(record.outcome, Outcome::NoResponse { .. })));
    let resend = Some(Action::Resend { after: Duration::ZERO });
    let actions: Vec<_> = records.into_iter().map(|record| record.action.clone()).collect();
    assert_eq!(actions, [resend.clone(), resend, Some(Action::Break)]);
}

#[tokio::test]
async fn a_server_that_accepts_nothing_has_the_time_to_connect() {
    // It takes connections and never says a word, so that the TLS handshake has no end.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let limits = Limits::default().connect_time(Duration::from_millis(50));
    let origin = format!("https://{}", silent.local_addr().unwrap());
    let settings = Client::builder().server(&origin).pacing(Pacing::none());
    let client = settings.limits(limits).build().unwrap();
    let error = fork_sandbox(&client, inputs()).await.unwrap_err();
    assert_error(&error, ErrorKind::Transport, "forkSandbox", None);
    assert_says(
        &error,
        &format!(
            "no response: no connection to {origin} within 50ms, which is as long as `Limits::connect_time` allows; tried 3 \
             times"
        ),
    );
    assert!(error.report().requests().all(|record| record.time >= Duration::from_millis(50)));
}

#[tokio::test]
async fn a_redirect_is_an_answer_like_any_other() {
    let server = Server::start(Daytona::new(TOKEN));
    let elsewhere = Reply::new(307, "", "text/plain").with_header("location", "http://127.0.0.1:1/");
    server.fault(1, Fault::Reply(elsewhere));
    let error = fork_sandbox(&client(&server), inputs()).await.unwrap_err();
    assert_error(&error, ErrorKind::Step, "forkSandbox", Some(307));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_client_of_your_own_sends_the_requests() {
    let server = Server::start(ready_at_once);
    // The first default transport of a process also chooses the provider that rustls is built without.
    fork_sandbox(&client(&server), inputs()).await.unwrap();
    let http = reqwest::Client::builder().user_agent("mine/1").build().unwrap();
    let own = settings(&server).http_client(http).build().unwrap();
    fork_sandbox(&own, inputs()).await.unwrap();
    let agents: Vec<_> =
        server.requests().iter().map(|request| request.header("user-agent").unwrap().to_owned()).collect();
    let default = "arazzo-rust/0.1.0";
    assert_eq!(agents, [default, default, default, "mine/1", "mine/1", "mine/1"]);
}

#[tokio::test]
async fn a_run_goes_through_one_connection() {
    let server = Server::start(Daytona::new(TOKEN).polls(50));
    fork_sandbox(&client(&server), inputs()).await.unwrap();
    let connections: Vec<_> = server.requests().iter().map(|request| request.connection).collect();
    assert_eq!(connections, [1; 103]);
}

#[tokio::test]
async fn an_observer_is_told_each_event_in_order() {
    let server = Server::start(Daytona::new(TOKEN).polls(0).forks_end("error"));
    let events = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&events);
    let client = settings(&server)
        .observer(move |event: &Event<'_>| {
            assert_hides_token(event);
            seen.lock().unwrap().push(short(event));
        })
        .build()
        .unwrap();
    fork_sandbox(&client, inputs()).await.unwrap();
    let url = server.url();
    assert_eq!(
        *events.lock().unwrap(),
        [
            "run fork-sandbox",
            "step forkSandbox",
            &format!("request POST {url}/sandbox/sbx-1/fork"),
            "response 200",
            "finished Passed",
            "action Next",
            "step pollFork",
            &format!("request GET {url}/sandbox/000005b0-0000-4000-8000-000000000004"),
            "response 200",
            "finished Passed",
            "action End(\"failed\")",
            "over None",
        ]
    );
}

fn short(event: &Event<'_>) -> String {
    match event {
        Event::RunStarted { workflow, .. } => format!("run {workflow}"),
        Event::StepStarted { step, .. } => format!("step {step}"),
        Event::RequestStarted { method, url, .. } => format!("request {method} {url}"),
        Event::ResponseReceived { status, .. } => format!("response {status}"),
        Event::StepFinished { outcome, .. } => format!("finished {outcome:?}"),
        Event::ActionTaken { action, .. } => format!("action {action:?}"),
        Event::RunFinished { error, .. } => format!("over {error:?}"),
        other => format!("{other:?}"),
    }
}

#[tokio::test]
async fn an_observer_is_told_of_the_error() {
    let server = Server::start(Daytona::new("another"));
    let last = Arc::new(Mutex::new(String::new()));
    let seen = Arc::clone(&last);
    let client = settings(&server)
        .observer(move |event: &Event<'_>| *seen.lock().unwrap() = format!("{event:?}"))
        .build()
        .unwrap();
    fork_sandbox(&client, inputs()).await.unwrap_err();
    let last = last.lock().unwrap();
    assert!(
        last.starts_with("RunFinished { workflow: \"fork-sandbox\", error: Some(\"the server answered 401"),
        "{last}"
    );
    assert_hides_token(&*last);
}

// Rule R8.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_runs_share_one_client() {
    let server = Server::start(Daytona::new(TOKEN));
    let client = client(&server);
    let runs: Vec<_> = (0..20)
        .map(|number| {
            let client = client.clone();
            let inputs = fork_sandbox::Inputs { name: Some(format!("fork-{number}")), ..inputs() };
            tokio::spawn(async move { fork_sandbox(&client, inputs).await })
        })
        .collect();
    let mut forks = Vec::new();
    for run in runs {
        let run = run.await.unwrap().unwrap();
        assert_eq!(run.end, fork_sandbox::End::Completed);
        assert_eq!(run.report.total(), 7);
        forks.push(run.outputs.fork_id);
    }
    let requests = server.requests();
    assert_eq!(requests.len(), 20 * 7);
    for fork in &forks {
        let reads = requests.iter().filter(|request| request.path().ends_with(fork.as_str()));
        assert_eq!(reads.count(), 6, "each run reads its own fork and no other");
    }
    forks.sort();
    forks.dedup();
    assert_eq!(forks.len(), 20);
}

#[tokio::test]
async fn a_run_that_is_dropped_sends_nothing_more() {
    let server = Server::start(Daytona::new(TOKEN));
    server.fault(3, Fault::Hang);
    let client = client(&server);
    tokio::select! {
        run = fork_sandbox(&client, inputs()) => panic!("the third request has no answer: {run:?}"),
        () = until(|| server.requests().len() == 3) => {}
    }
    assert_next_request_is_of_another_run(&server, &client, 3).await;
}

#[tokio::test]
async fn a_run_that_is_aborted_sends_nothing_more() {
    let server = Server::start(Daytona::new(TOKEN));
    server.fault(5, Fault::Hang);
    let client = client(&server);
    let own = client.clone();
    let run = tokio::spawn(async move { fork_sandbox(&own, inputs()).await });
    until(|| server.requests().len() == 5).await;
    run.abort();
    assert!(run.await.unwrap_err().is_cancelled());
    assert_next_request_is_of_another_run(&server, &client, 5).await;
}

/// Sends a request through the same client: had the dropped run sent any, they would stand before it.
async fn assert_next_request_is_of_another_run(server: &Server, client: &Client, seen: usize) {
    let devbox = snapshot_and_restore_devbox::Inputs::new(TOKEN, "dbx");
    snapshot_and_restore_devbox(client, devbox).await.unwrap_err();
    let targets: Vec<_> = server.requests().split_off(seen).into_iter().map(|request| request.target).collect();
    assert_eq!(targets, ["/api/v1/devboxes/dbx/snapshot_disk_async"]);
}

#[tokio::test(start_paused = true)]
async fn an_observer_tells_runs_apart_and_learns_of_those_that_are_dropped() {
    #[derive(Clone, Default)]
    struct Runs(Arc<Mutex<Vec<(u64, String)>>>);

    impl Observer for Runs {
        fn event(&self, _: &Event<'_>) {
            unreachable!("each event has a run");
        }

        fn event_of_run(&self, run: u64, event: &Event<'_>) {
            if let Event::RunStarted { .. } | Event::RunFinished { .. } | Event::RunDropped { .. } = event {
                let name = format!("{event:?}").split(' ').next().unwrap().to_owned();
                self.0.lock().unwrap().push((run, name));
            }
        }
    }

    let runs = Runs::default();
    let ready = arazzo::transport::Response::json(200, r#"{"id":"1","state":"ready"}"#);
    let memory = Memory::new([Answer::Later(Duration::from_millis(10), ready), Answer::Never]);
    let client = Client::builder().server("http://jobs.test").transport(memory).observer(runs.clone()).build().unwrap();
    let (one, other) = tokio::join!(
        poll(&client, poll::Inputs::new("1")),
        tokio::time::timeout(Duration::from_secs(1), poll(&client, poll::Inputs::new("1")))
    );
    one.unwrap();
    other.unwrap_err();
    let seen = runs.0.lock().unwrap().clone();
    let (first, second) = (seen[0].0, seen[1].0);
    assert_ne!(first, second);
    let expected = [(first, "RunStarted"), (second, "RunStarted"), (first, "RunFinished"), (second, "RunDropped")];
    assert_eq!(seen, expected.map(|(run, name)| (run, name.to_owned())));
}

/// A run that is dropped because its observer panics tells it so; that this panics too does not end the process.
#[tokio::test(start_paused = true)]
async fn an_observer_that_panics_ends_no_more_than_the_run() {
    let ready = arazzo::transport::Response::json(200, r#"{"id":"1","state":"ready"}"#);
    let memory = Memory::new([Answer::Now(ready)]);
    let observer = |event: &Event<'_>| {
        if let Event::ResponseReceived { .. } | Event::RunDropped { .. } = event {
            panic!("this observer takes no {event:?}");
        }
    };
    let client = Client::builder().server("http://jobs.test").transport(memory).observer(observer).build().unwrap();
    let run = tokio::spawn(async move { poll(&client, poll::Inputs::new("1")).await });
    let panic = run.await.unwrap_err().into_panic();
    let message = panic.downcast_ref::<String>().unwrap();
    assert!(message.starts_with("this observer takes no ResponseReceived"), "{message}");
}
