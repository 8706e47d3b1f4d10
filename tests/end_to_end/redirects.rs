//! Redirects over real HTTP: which are followed, what is sent there, and what the report says of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use arazzo::{Action, Client, ErrorKind, Outcome, Pacing, Redirects, Resend};
use serde_json::{Value, json};

use crate::embedded::{Fault, Reply, SeenRequest, Server};
use crate::support::{Answer, Memory, assert_error, assert_lines, assert_says, own_http_client, settings};
use crate::workflows::resending::{change, make, make_until_ready, make_with_own_key};
use crate::workflows::{fork_sandbox, small::poll};

fn job(status: u16) -> Reply {
    Reply::json(status, &json!({ "id": "1", "state": "ready" }))
}

fn moved(status: u16, to: &str) -> Reply {
    Reply::new(status, "over there", "text/plain").with_header("location", to)
}

/// Answers requests below `/old` with this redirect, and all others with a job.
fn serve(status: u16, to: &'static str) -> Server {
    Server::start(move |request: &SeenRequest| {
        if request.target.starts_with("/old") {
            moved(status, to)
        } else {
            job(if request.method == "POST" { 201 } else { 200 })
        }
    })
}

fn following(server: &Server, redirects: Redirects) -> Client {
    settings(server).server(format!("{}/old", server.url())).redirects(redirects).build().expect("a client")
}

/// Method, target and body of each request.
fn seen(server: &Server) -> Vec<(String, String, Option<Value>)> {
    let seen = server.requests();
    seen.iter().map(|request| (request.method.clone(), request.target.clone(), request.json())).collect()
}

fn sent(method: &str, target: &str, body: Option<Value>) -> (String, String, Option<Value>) {
    (method.to_owned(), target.to_owned(), body)
}

#[tokio::test]
async fn nothing_is_followed_unless_it_is_asked_for() {
    for redirects in [None, Some(Redirects::none())] {
        let server = serve(307, "/new");
        let settings = settings(&server).server(format!("{}/old", server.url()));
        let client = match redirects {
            Some(redirects) => settings.redirects(redirects),
            None => settings,
        };
        let error = change(&client.build().unwrap(), change::Inputs::new("1")).await.unwrap_err();
        assert_error(&error, ErrorKind::Step, "put", Some(307));
        assert_eq!(server.requests().len(), 1);
        assert_eq!(error.report().requests().next().unwrap().note, None);
    }
}

#[tokio::test]
async fn a_redirect_may_keep_method_and_body() {
    let body = json!({ "name": "mine" });
    for status in [307, 308] {
        let server = serve(status, "/new?x=1");
        let client = following(&server, Redirects::same_origin(1));
        let run = change(&client, change::Inputs::new("1")).await.unwrap();
        assert_eq!(run.outputs.status, 200);
        let expected = [sent("PUT", "/old/jobs/1", Some(body.clone())), sent("PUT", "/new?x=1", Some(body.clone()))];
        assert_eq!(seen(&server), expected);
        let both = server.requests();
        assert_eq!(both[0].header("content-type"), both[1].header("content-type"));
    }
}

#[tokio::test]
async fn a_redirect_may_make_it_a_get() {
    for status in [301, 302, 303] {
        let server = Server::start(
            move |request: &SeenRequest| {
                if request.target == "/old/jobs" { moved(status, "/made/1") } else { job(201) }
            },
        );
        let client = settings(&server).server(format!("{}/old", server.url())).idempotency_keys(true);
        let client = client.redirects(Redirects::same_origin(5)).build().unwrap();
        make_with_own_key(&client, make_with_own_key::Inputs { key: None }).await.unwrap();
        let expected = [sent("POST", "/old/jobs", Some(json!({ "name": "mine" }))), sent("GET", "/made/1", None)];
        assert_eq!(seen(&server), expected, "{status}");
        let requests = server.requests();
        assert!(requests[1].body.is_empty() && requests[1].header("content-type").is_none());
        assert_eq!(requests[0].connection, requests[1].connection);
    }
}

#[tokio::test]
async fn each_redirect_is_in_the_report() {
    let server = Server::start(|request: &SeenRequest| match request.target.as_str() {
        "/old/jobs/1" => moved(302, "../b"),
        "/old/b" => moved(307, "/c"),
        _ => job(200),
    });
    let client = following(&server, Redirects::same_origin(2));
    let run = poll(&client, poll::Inputs::new("1")).await.unwrap();
    assert_lines(
        &run.report,
        &[(1, "read: 302, redirected; undecided"), (1, "read: 307, redirected; undecided"), (1, "read: 200; end done")],
    );
    let records: Vec<_> = run.report.requests().collect();
    assert_eq!(records[0].outcome, Outcome::Redirected { to: format!("{}/old/b", server.url()) });
    let urls: Vec<_> = records.iter().map(|record| record.url.strip_prefix(&server.url()).unwrap()).collect();
    assert_eq!(urls, ["/old/jobs/1", "/old/b", "/c"]);
    assert!(records[1].to_string().ends_with(&format!(", redirected to {}/c", server.url())), "{}", records[1]);
}

#[tokio::test]
async fn another_origin_is_never_followed() {
    let elsewhere = Server::start(|_: &SeenRequest| job(200));
    let port = elsewhere.address().port();
    for location in
        [format!("http://127.0.0.1:{port}/x"), format!("//localhost:{port}/x"), "https://127.0.0.1/x".to_owned()]
    {
        let server = Server::start(crate::embedded::Daytona::new(crate::support::TOKEN));
        server.fault(1, Fault::Reply(moved(307, &location)));
        let client = settings(&server).redirects(Redirects::same_origin(5)).build().unwrap();
        let inputs = fork_sandbox::Inputs::new(crate::support::TOKEN, "sbx-1");
        let error = fork_sandbox(&client, inputs).await.unwrap_err();
        assert_error(&error, ErrorKind::Step, "forkSandbox", Some(307));
        assert_says(&error, "the redirect is not followed: it leads to another origin; the body begins: over there");
        assert_eq!(server.requests().len(), 1);
    }
    assert!(elsewhere.requests().is_empty(), "no credential and no body has come here");
}

#[tokio::test]
async fn too_many_redirects_are_an_error_that_says_so() {
    for (limit, often, requests) in [(0, "0 times", 1), (1, "once", 2), (3, "3 times", 4)] {
        let server = serve(308, "/old/again");
        let client = following(&server, Redirects::same_origin(limit));
        let error = change(&client, change::Inputs::new("1")).await.unwrap_err();
        assert_error(&error, ErrorKind::Transport, "put", None);
        assert_says(
            &error,
            &format!(
                "the server has redirected the request more than {often}, which is as often as \
                 `Redirects::same_origin({limit})` follows"
            ),
        );
        assert_eq!(server.requests().len(), requests);
        let last = error.report().requests().last().unwrap();
        assert!(matches!(last.outcome, Outcome::NoResponse { .. }));
        assert_eq!((last.status, last.action.as_ref()), (Some(308), Some(&Action::Break)));
    }
}

#[tokio::test]
async fn what_is_no_redirect_is_a_response() {
    for reply in [Reply::new(307, "", "text/plain"), moved(304, "/x"), moved(300, "/x"), moved(307, "http://[")] {
        let server = Server::start(move |_: &SeenRequest| reply.clone());
        let client = settings(&server).redirects(Redirects::same_origin(5)).build().unwrap();
        let error = change(&client, change::Inputs::new("1")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Step);
        assert_eq!(server.requests().len(), 1);
    }
}

/// Where a redirect leads to is masked like any other URL.
#[tokio::test]
async fn a_secret_in_a_location_is_hidden() {
    let token = crate::support::TOKEN;
    let server = Server::start(crate::embedded::Daytona::new(token));
    server.fault(1, Fault::Reply(moved(307, &format!("/elsewhere?token={token}"))));
    let client = settings(&server).redirects(Redirects::same_origin(5)).build().unwrap();
    let error = fork_sandbox(&client, fork_sandbox::Inputs::new(token, "sbx-1")).await.unwrap_err();
    assert_error(&error, ErrorKind::Step, "forkSandbox", Some(404));
    let urls: Vec<_> = error.report().requests().map(|record| record.url.clone()).collect();
    assert_eq!(urls[1], format!("http://{}/elsewhere?token=***", server.address()));
    assert_eq!(server.requests()[1].header("authorization"), Some(format!("Bearer {token}").as_str()));
}

/// Redirects and requests that are sent again share the time of the step and the attempts.
#[tokio::test(start_paused = true)]
async fn what_is_redirected_can_be_sent_again() {
    let moved = || Answer::json(307, &json!({})).with("location", "/elsewhere");
    let done = |status| Answer::json(status, &json!({ "id": "1", "state": "ready" }));
    let memory = Memory::new([moved(), Answer::Refused, moved(), done(201), done(200)]);
    let client = Client::builder().server("http://jobs.test/v1").transport(memory.clone());
    let client = client.redirects(Redirects::same_origin(2)).build().unwrap();
    let run = make(&client, make::Inputs {}).await.unwrap();
    let lines: Vec<_> = memory.requests().into_iter().map(|request| request.line).collect();
    let there = "POST http://jobs.test/elsewhere";
    assert_eq!(lines[..4], ["POST http://jobs.test/v1/jobs", there, there, there]);
    let attempts: Vec<_> = run.report.requests().map(|record| record.attempt).collect();
    assert_eq!(attempts, [1, 1, 2, 2, 1]);
}

/// What a redirect has led to reads what the request before it has made: it can be asked for again, that cannot.
#[tokio::test(start_paused = true)]
async fn the_get_of_a_redirect_is_sent_again_without_what_came_before() {
    let seen = || Answer::json(303, &json!({})).with("location", "/v1/jobs/1");
    let busy = |status, after: &str| Answer::json(status, &json!({})).with("retry-after", after);
    let done = |status| Answer::json(status, &json!({ "id": "1", "state": "ready" }));
    let settings = |memory: &Memory| {
        let client = Client::builder().server("http://jobs.test/v1").transport(memory.clone());
        client.redirects(Redirects::same_origin(2))
    };
    let (post, get) = ("POST http://jobs.test/v1/jobs", "GET http://jobs.test/v1/jobs/1");
    for (status, has_keys) in [(429, false), (503, false), (429, true), (503, true)] {
        let answers = || [seen(), busy(status, "7"), busy(status, "3"), done(201), done(200)];
        let memory = Memory::new(answers());
        let client = settings(&memory).idempotency_keys(has_keys).build().unwrap();
        let run = make(&client, make::Inputs {}).await.unwrap();
        let requests = memory.requests();
        assert_eq!(
            requests.iter().map(|request| request.line.as_str()).collect::<Vec<_>>(),
            [post, get, get, get, get]
        );
        assert_eq!(memory.times(), [0, 0, 7_000, 10_000, 10_000]);
        assert_eq!((&requests[1].headers, &requests[1].body), (&requests[2].headers, &requests[2].body));
        assert_lines(
            &run.report,
            &[
                (1, "create: 303, redirected; undecided"),
                (1, &format!("create: {status}, not `$statusCode == 201`; resend")),
                (1, &format!("create (2): {status}, not `$statusCode == 201`; resend")),
                (1, "create (3): 201; next"),
                (1, "read: 200; next"),
            ],
        );
        // A durable run has no place for it, and makes the same checkpoints as without.
        let count = async |answers: Vec<Answer>| {
            let kept = Arc::new(AtomicUsize::new(0));
            let counted = Arc::clone(&kept);
            let client = settings(&Memory::new(answers)).build().unwrap().with_checkpoints(move |_| {
                counted.fetch_add(1, Ordering::Relaxed);
                Ok::<_, std::io::Error>(())
            });
            make(&client, make::Inputs {}).await.unwrap();
            kept.load(Ordering::Relaxed)
        };
        assert_eq!(count(answers().into()).await, count(vec![seen(), done(201), done(200)]).await);
    }
    // In between the connection may break too.
    let memory = Memory::new([seen(), busy(503, "7"), Answer::Broken, busy(503, "1"), done(201), done(200)]);
    let resend = Resend::default().times(3).pacing(Pacing::default().jitter(0.0).growth(2.0));
    make(&settings(&memory).resend(resend).build().unwrap(), make::Inputs {}).await.unwrap();
    assert_eq!(memory.times(), [0, 0, 7_000, 8_000, 9_000, 9_000]);
    // Where the server does not ask for it, and more often than the client does it, the step fails.
    for (answers, sent) in [
        (vec![seen(), Answer::json(503, &json!({}))], 2),
        (vec![seen(), busy(429, "1"), busy(429, "1"), busy(429, "1"), done(201)], 4),
    ] {
        let memory = Memory::new(answers);
        let error = make(&settings(&memory).build().unwrap(), make::Inputs {}).await.unwrap_err();
        assert_eq!((error.kind(), memory.requests().len()), (ErrorKind::Step, sent));
    }
    // A `retry` of the document is one of the whole step.
    let memory = Memory::new([seen(), busy(503, "2"), seen(), done(201)]);
    make_until_ready(&settings(&memory).build().unwrap(), make_until_ready::Inputs {}).await.unwrap();
    let lines: Vec<_> = memory.requests().into_iter().map(|request| request.line).collect();
    assert_eq!(lines, [post, get, post, get]);
}

/// A client of the user's own comes first with its policy: what it follows is not seen here.
#[tokio::test]
async fn a_client_of_your_own_has_a_policy_of_its_own() {
    let server = serve(307, "/new");
    let own = settings(&server).server(format!("{}/old", server.url()));
    let policy = own_http_client();
    let client = own.http_client(policy).redirects(Redirects::same_origin(1)).build().unwrap();
    let run = change(&client, change::Inputs::new("1")).await.unwrap();
    assert_eq!((server.requests().len(), run.report.total()), (2, 2));
    let own = settings(&server).server(format!("{}/old", server.url()));
    let client = own.http_client(reqwest::Client::new()).redirects(Redirects::none()).build().unwrap();
    let run = change(&client, change::Inputs::new("1")).await.unwrap();
    assert_eq!((server.requests().len(), run.report.total()), (4, 1));
}
