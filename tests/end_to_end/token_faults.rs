//! Tokens of OAuth 2 when something goes wrong: at the login server, on the way to it, and after a token was refused.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use arazzo::transport::{Request, Response, Transport, TransportError, TransportErrorKind, TransportFuture};
use arazzo::{Client, Credential, CredentialParts, ErrorKind, Limits, Pacing, Redirects, Resend};
use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::support::{assert_error, assert_says};
use crate::tokens::{Login, SECRET, Site, TOKEN_REQUEST, ask, signed};
use crate::workflows::credentials::{ask_oauth, ask_signed, make_one};

type Made = Result<Response, TransportError>;

type Answering = dyn Fn(&Request, usize) -> Made + Send + Sync;

/// Answers as a function says, and takes down the method and the path of each request.
#[derive(Clone)]
struct Told {
    answer: Arc<Answering>,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Told {
    fn new(answer: impl Fn(&Request, usize) -> Made + Send + Sync + 'static) -> Self {
        Told { answer: Arc::new(answer), seen: Arc::default() }
    }

    fn lines(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    fn settings(&self) -> arazzo::ClientBuilder {
        let credential = Credential::client_credentials("me", SECRET).token_url("https://login.example/token");
        Client::builder().transport(self.clone()).pacing(Pacing::none()).credential("oauth", credential)
    }
}

impl Transport for Told {
    fn send(&self, request: Request) -> TransportFuture<'_> {
        let number = {
            let mut seen = self.seen.lock().unwrap();
            seen.push(format!("{} {}", request.method, request.url.path()));
            seen.len()
        };
        let answer = (self.answer)(&request, number);
        Box::pin(async { answer })
    }
}

fn token(number: usize) -> Made {
    let body = json!({ "access_token": format!("c4nary-{number}"), "token_type": "bearer" });
    Ok(Response::json(200, body.to_string()))
}

#[tokio::test(start_paused = true)]
async fn a_silent_login_server_delays_one_run_while_the_old_token_is_good() {
    let site = Site::new(Login::For(1000));
    let client = site.client();
    ask(&client).await.expect("a run");
    site.change(|state| state.login = Login::Silent);
    tokio::time::sleep(Duration::from_secs(980)).await;
    let began = Instant::now();
    let mut runs = JoinSet::new();
    for _ in 0..5 {
        let run = ask(&client);
        runs.spawn(async move {
            run.await.expect("a run");
            began.elapsed().as_secs()
        });
    }
    let mut times = runs.join_all().await;
    times.sort_unstable();
    assert_eq!(times, [0, 0, 0, 0, 5]);
    // For a while nobody asks again.
    ask(&client).await.expect("a run");
    assert_eq!(began.elapsed().as_secs(), 5);
    assert_eq!(site.lines().iter().filter(|line| *line == TOKEN_REQUEST).count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_stands_when_there_is_no_other_token() {
    let site = Site::new(Login::ForEver);
    let client = site.client();
    ask(&client).await.expect("a run");
    site.change(|state| {
        state.good.clear();
        state.login = Login::Refusing(503, "busy");
    });
    let error = ask_oauth(&client, ask_oauth::Inputs {}).await.unwrap_err();
    assert_error(&error, ErrorKind::Step, "oauth", Some(401));
    assert_says(
        &error,
        "the token was refused, and the credential for the security scheme `oauth` gave no token from \
         https://login.example/token: the server answered 503",
    );
    assert_eq!(error.report().total(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_renewed_beside_a_callback() {
    let site = Site::new(Login::ForEver);
    let parts = || CredentialParts::new().header("X-Signature", "c4nary");
    let credential = Credential::client_credentials("me", SECRET).token_url("https://login.example/token");
    let client = site.settings(credential).credential("digest", signed(parts)).build().unwrap();
    ask_signed(&client, ask_signed::Inputs {}).await.expect("a run");
    site.change(|state| state.good.clear());
    ask_signed(&client, ask_signed::Inputs {}).await.expect("a run");
    let number = site.lines().iter().filter(|line| line.starts_with("token")).count();
    assert_eq!((number, site.lines().len()), (2, 5));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_behind_a_redirect_does_not_make_the_post_go_twice() {
    let told = Told::new(|request, number| match (request.url.path(), request.method.as_str()) {
        ("/token", _) => token(number),
        (_, "POST") if number > 2 => Ok(Response::json(303, "{}").header("location", "/v1/made/1")),
        (_, "POST") => Ok(Response::json(200, "{}")),
        _ => Ok(Response::json(401, "{}")),
    });
    let client = told.settings().redirects(Redirects::same_origin(1)).build().unwrap();
    make_one(&client, make_one::Inputs {}).await.expect("a run, whose token is kept");
    let error = make_one(&client, make_one::Inputs {}).await.unwrap_err();
    assert_error(&error, ErrorKind::Step, "make", Some(401));
    assert_eq!(told.lines(), ["POST /token", "POST /v1/made", "POST /v1/made", "GET /v1/made/1"]);
}

#[tokio::test(start_paused = true)]
async fn a_request_for_a_token_that_got_no_response_is_sent_again() {
    for (resend, is_there) in [(Resend::default(), true), (Resend::none(), false)] {
        let told = Told::new(|request, number| match (request.url.path(), number) {
            ("/token", 1) => Err(TransportError::new(TransportErrorKind::Connect, "nobody is there")),
            ("/token", 2) => Err(TransportError::new(TransportErrorKind::Broken, "the connection broke")),
            ("/token", _) => token(number),
            _ => Ok(Response::json(200, "{}")),
        });
        let run = ask(&told.settings().resend(resend).build().unwrap()).await;
        assert_eq!(run.is_ok(), is_there);
        assert_eq!(told.lines().len(), if is_there { 4 } else { 1 });
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_for_a_token_that_a_test_did_not_expect_ends_the_run() {
    let told = Told::new(|_, _| Err(TransportError::new(TransportErrorKind::UnexpectedRequest, "not in the script")));
    let error = ask(&told.settings().build().unwrap()).await.unwrap_err();
    assert_error(&error, ErrorKind::UnexpectedRequest, "oauth", None);
    assert_says(&error, "no token from https://login.example/token: not in the script");
}

#[tokio::test(start_paused = true)]
async fn a_transport_can_hide_the_secrets_of_a_request_for_a_token() {
    let requests = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&requests);
    let told = Told::new(move |request, number| {
        kept.lock().unwrap().push(request.clone());
        if request.url.path() == "/token" { token(number) } else { Ok(Response::json(200, "{}")) }
    });
    let credential = Credential::client_credentials("me", SECRET).token_url("https://login.example/token").in_body();
    ask(&told.settings().credential("oauth", credential).build().unwrap()).await.expect("a run");
    let request = requests.lock().unwrap()[0].clone();
    let body = String::from_utf8(request.body.clone().unwrap().to_vec()).unwrap();
    assert!(body.contains("c4nary"));
    let shown = request.masked(&body).into_owned() + &request.masked("c4nary-1");
    assert!(shown.contains("client_secret=***") && !shown.contains("c4nary"), "{shown}");
}

#[tokio::test(start_paused = true)]
async fn a_lifetime_is_read_as_servers_write_it() {
    for (written, requests) in [
        (json!(3600), 1),
        (json!("3600"), 1),
        (json!(3600.5), 1),
        (json!(null), 1),
        // Good for this one request.
        (json!(0), 2),
        (json!("0"), 2),
        (json!(-1), 2),
    ] {
        let answer = json!({ "access_token": "c4nary", "token_type": "BEARER", "expires_in": written }).to_string();
        let told = Told::new(move |request, _| {
            let body = if request.url.path() == "/token" { answer.clone() } else { "{}".to_owned() };
            Ok(Response::json(200, body))
        });
        let client = told.settings().build().unwrap();
        ask(&client).await.expect("a run");
        ask(&client).await.expect("a run");
        let lines = told.lines();
        assert_eq!(lines.iter().filter(|line| *line == "POST /token").count(), requests, "{written}: {lines:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn runs_that_wait_share_a_token_that_is_good_for_nothing_else() {
    let site = Site::new(Login::For(0));
    site.change(|state| state.delay = Duration::from_secs(2));
    let client = site.client();
    let mut runs = JoinSet::new();
    (0..64).for_each(|_| drop(runs.spawn(ask(&client))));
    runs.join_all().await.into_iter().collect::<Result<Vec<_>, _>>().expect("all runs");
    assert_eq!(site.lines().iter().filter(|line| *line == TOKEN_REQUEST).count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_login_server_that_is_busy_is_asked_again_when_it_says() {
    for (status, header, seconds) in [(429, "7", Some(7)), (503, "3", Some(3)), (503, "", None), (500, "3", None)] {
        let told = Told::new(move |request, number| match (request.url.path(), number) {
            ("/token", 1) => Ok(Response::json(status, r#"{"error":"busy"}"#).header("retry-after", header)),
            ("/token", _) => token(number),
            _ => Ok(Response::json(200, "{}")),
        });
        let began = Instant::now();
        // A client whose pacing is to never wait does not wait here.
        let client = told.settings().pacing(Pacing::default()).build().unwrap();
        match (ask(&client).await, seconds) {
            (Ok(()), Some(seconds)) => {
                assert_eq!(began.elapsed().as_secs(), seconds);
                assert_eq!(told.lines(), ["POST /token", "POST /token", "GET /v1/oauth"]);
            }
            (Err(error), None) => assert_says(&error, &format!("the server answered {status}: busy")),
            (result, _) => panic!("{status} {header}: {result:?}"),
        }
    }
    // Not longer than the step has time.
    let told = Told::new(|_, _| Ok(Response::json(429, r#"{"error":"busy"}"#).header("retry-after", "60")));
    let limits = Limits::default().step_time(Duration::from_secs(10));
    let error = ask(&told.settings().pacing(Pacing::default()).limits(limits).build().unwrap()).await.unwrap_err();
    assert_says(&error, "the server answered 429: busy");
    assert_eq!(told.lines(), ["POST /token"]);
}
