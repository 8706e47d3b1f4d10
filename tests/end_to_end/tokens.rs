//! Credentials that are made for requests: tokens of OAuth 2, and what a callback gives.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use arazzo::transport::{Request, Response, Transport, TransportError, TransportErrorKind, TransportFuture};
use arazzo::{
    Client, Credential, CredentialParts, CredentialRequest, ErrorKind, Event, Limits, Outcome, Pacing, Resend,
};
use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::embedded::{Reply, SeenRequest, Server};
use crate::support::{assert_error, assert_lines, assert_says, settings, until};
use crate::workflows::credentials::{ask_digest, ask_oauth, ask_open, ask_scopes, given_by_the_document};

/// The secret of all tests here, with what an encoding would change.
pub(crate) const SECRET: &str = "c4nary/s+cret";

/// How the login server answers.
#[derive(Clone, Copy)]
pub(crate) enum Login {
    /// With a token that is good for so many seconds.
    For(u64),
    /// With a token, of which it does not say how long it is good.
    ForEver,
    /// With this status and body.
    Refusing(u16, &'static str),
    /// Not at all.
    Silent,
}

/// A login server and an API in memory, which allows what has a token that was not taken back.
#[derive(Clone)]
pub(crate) struct Site {
    state: Arc<Mutex<State>>,
    began: Instant,
}

pub(crate) struct State {
    pub(crate) login: Login,
    pub(crate) delay: Duration,
    issued: u32,
    pub(crate) good: HashSet<String>,
    /// When which request came: `token` or the path and the header.
    log: Vec<(u128, String)>,
}

impl Site {
    pub(crate) fn new(login: Login) -> Self {
        let state = State { login, delay: Duration::ZERO, issued: 0, good: HashSet::new(), log: Vec::new() };
        Site { state: Arc::new(Mutex::new(state)), began: Instant::now() }
    }

    pub(crate) fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().unwrap());
    }

    fn log(&self) -> Vec<(u128, String)> {
        self.state.lock().unwrap().log.clone()
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.log().into_iter().map(|(_, line)| line).collect()
    }

    pub(crate) fn client(&self) -> Client {
        let credential = Credential::client_credentials("me", SECRET).token_url("https://login.example/token");
        self.settings(credential).build().unwrap()
    }

    pub(crate) fn settings(&self, credential: impl Into<Credential>) -> arazzo::ClientBuilder {
        Client::builder().transport(self.clone()).pacing(Pacing::none()).credential("oauth", credential)
    }

    fn answer(&self, request: &Request) -> (Duration, Option<Response>) {
        let mut state = self.state.lock().unwrap();
        let at = self.began.elapsed().as_secs().into();
        let header = request.headers.get("authorization").map_or("", |value| value.to_str().unwrap());
        if request.url.host_str() != Some("login.example") {
            state.log.push((at, format!("{} {header}", request.url.path())));
            let is_good = header.strip_prefix("Bearer ").is_some_and(|token| state.good.contains(token));
            let body = json!({ "you said": header }).to_string();
            return (state.delay, Some(Response::json(if is_good { 200 } else { 401 }, body)));
        }
        let body = String::from_utf8(request.body.clone().unwrap_or_default().to_vec()).unwrap();
        state.log.push((at, format!("token {body}")));
        let login = state.login;
        let mut issue = |lifetime: Option<u64>| {
            state.issued += 1;
            let token = format!("c4nary-token-{}", state.issued);
            let body = json!({ "access_token": token, "token_type": "bearer", "expires_in": lifetime });
            state.good.insert(token);
            Response::json(200, body.to_string())
        };
        let response = match login {
            Login::For(seconds) => issue(Some(seconds)),
            Login::ForEver => issue(None),
            Login::Refusing(status, body) => Response::json(status, body),
            Login::Silent => return (state.delay, None),
        };
        (state.delay, Some(response))
    }
}

impl Transport for Site {
    fn send(&self, request: Request) -> TransportFuture<'_> {
        Box::pin(async move {
            let (delay, response) = self.answer(&request);
            tokio::time::sleep(delay).await;
            match response {
                Some(response) => Ok(response),
                None => std::future::pending().await,
            }
        })
    }
}

pub(crate) const TOKEN_REQUEST: &str = "token grant_type=client_credentials&scope=read+write";

pub(crate) fn ask(client: &Client) -> impl Future<Output = Result<(), arazzo::Error>> + use<> {
    let client = client.clone();
    async move { ask_oauth(&client, ask_oauth::Inputs {}).await.map(drop) }
}

#[tokio::test]
async fn a_token_is_fetched_where_the_description_says_and_kept() {
    let server = Server::start(|request: &SeenRequest| match &*request.target {
        "/token" => Reply::json(200, &json!({ "access_token": "t1", "token_type": "Bearer", "expires_in": 3600 })),
        _ => Reply::json(200, &json!({})),
    });
    let client =
        settings(&server).credential("oauth", Credential::client_credentials("my id", SECRET)).build().unwrap();
    for _ in 0..3 {
        ask(&client).await.expect("a run");
    }
    let [token, first, second, third] = server.requests().try_into().expect("four requests");
    assert_eq!((&*token.method, &*token.target), ("POST", "/token"));
    assert_eq!(std::str::from_utf8(&token.body), Ok("grant_type=client_credentials&scope=read+write"));
    assert_eq!(token.header("content-type"), Some("application/x-www-form-urlencoded"));
    // `my+id:c4nary%2Fs%2Bcret`
    assert_eq!(token.header("authorization"), Some("Basic bXkraWQ6YzRuYXJ5JTJGcyUyQmNyZXQ="));
    for request in [first, second, third] {
        assert_eq!((&*request.target, request.header("authorization")), ("/oauth", Some("Bearer t1")));
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_is_renewed_before_it_expires() {
    let site = Site::new(Login::For(1000));
    let client = site.client();
    for pause in [0, 969, 2, 100] {
        tokio::time::sleep(Duration::from_secs(pause)).await;
        ask(&client).await.expect("a run");
    }
    let line = |number: u32| format!("/v1/oauth Bearer c4nary-token-{number}");
    assert_eq!(
        site.log(),
        [
            (0, TOKEN_REQUEST.to_owned()),
            (0, line(1)),
            (969, line(1)),
            (971, TOKEN_REQUEST.to_owned()),
            (971, line(2)),
            (1071, line(2)),
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_token_that_cannot_be_renewed_is_used_to_its_end() {
    let site = Site::new(Login::For(1000));
    let client = site.client();
    ask(&client).await.expect("a run");
    site.change(|state| state.login = Login::Refusing(503, "busy"));
    tokio::time::sleep(Duration::from_secs(980)).await;
    ask(&client).await.expect("a run");
    tokio::time::sleep(Duration::from_secs(20)).await;
    let error = ask(&client).await.unwrap_err();
    assert_error(&error, ErrorKind::Request, "oauth", None);
    assert_says(
        &error,
        "the request was not sent: the credential for the security scheme `oauth` gave no token from \
         https://login.example/token: the server answered 503",
    );
    assert_eq!(site.lines().len(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_kept_token_that_is_refused_is_renewed_once() {
    let site = Site::new(Login::ForEver);
    let client = site.client();
    ask(&client).await.expect("a run");
    site.change(|state| state.good.clear());
    let run = ask_oauth(&client, ask_oauth::Inputs {}).await.expect("a run");
    assert_eq!(
        site.lines()[2..],
        ["/v1/oauth Bearer c4nary-token-1", TOKEN_REQUEST, "/v1/oauth Bearer c4nary-token-2"]
    );
    let [refused, sent] = run.report.requests().collect::<Vec<_>>().try_into().expect("two requests");
    assert_eq!(
        (refused.status, refused.attempt, &refused.outcome),
        (Some(401), 1, &Outcome::Failed { criterion: None })
    );
    assert_eq!(refused.note.as_deref(), Some("the token was refused; sent again with another one"));
    assert_eq!((sent.status, sent.attempt, &sent.outcome, &sent.note), (Some(200), 2, &Outcome::Passed, &None));

    // A token that the server refuses although it is new is not what is wrong.
    site.change(|state| state.good.clear());
    let error = {
        let forgetful = Forgetful(site.clone());
        let credential = Credential::client_credentials("me", SECRET).token_url("https://login.example/token");
        let client = Client::builder().transport(forgetful).credential("oauth", credential).build().unwrap();
        ask(&client).await.unwrap_err()
    };
    assert_error(&error, ErrorKind::Step, "oauth", Some(401));
    assert_eq!(error.report().total(), 1);
    assert!(!error.to_string().contains("c4nary"), "{error}");
}

/// A site whose API allows nothing.
struct Forgetful(Site);

impl Transport for Forgetful {
    fn send(&self, request: Request) -> TransportFuture<'_> {
        self.0.change(|state| state.good.clear());
        self.0.send(request)
    }
}

#[tokio::test(start_paused = true)]
async fn runs_at_the_same_time_share_one_token() {
    let site = Site::new(Login::For(3600));
    site.change(|state| state.delay = Duration::from_secs(2));
    let client = site.client();
    let mut runs = JoinSet::new();
    (0..50).for_each(|_| drop(runs.spawn(ask(&client))));
    runs.join_all().await.into_iter().collect::<Result<Vec<_>, _>>().expect("all runs");
    let lines = site.lines();
    assert_eq!((lines.len(), &*lines[0], &*lines[50]), (51, TOKEN_REQUEST, "/v1/oauth Bearer c4nary-token-1"));
    // They share the next one too, when that is refused.
    site.change(|state| state.good.clear());
    let mut runs = JoinSet::new();
    (0..50).for_each(|_| drop(runs.spawn(ask(&client))));
    runs.join_all().await.into_iter().collect::<Result<Vec<_>, _>>().expect("all runs");
    let lines = site.lines();
    assert_eq!(lines.iter().filter(|line| *line == TOKEN_REQUEST).count(), 2);
    assert_eq!(lines.len(), 51 + 50 + 1 + 50);
}

#[tokio::test(start_paused = true)]
async fn runs_at_the_same_time_share_one_refusal() {
    let site =
        Site::new(Login::Refusing(401, r#"{"error":"invalid_client","error_description":"no c4nary/s+cret here"}"#));
    site.change(|state| state.delay = Duration::from_secs(2));
    let client = site.client();
    let mut runs = JoinSet::new();
    (0..20).for_each(|_| drop(runs.spawn(ask(&client))));
    for error in runs.join_all().await {
        let error = error.unwrap_err();
        assert_error(&error, ErrorKind::Request, "oauth", None);
        assert_says(
            &error,
            "no token from https://login.example/token: the server answered 401: invalid_client: no *** here",
        );
    }
    assert_eq!(site.lines(), [TOKEN_REQUEST]);
    // Who comes later asks again.
    site.change(|state| state.login = Login::ForEver);
    ask(&client).await.expect("a run");
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_dropped_while_it_fetches_a_token_keeps_nobody_from_it() {
    let site = Site::new(Login::Silent);
    let client = site.client();
    let first = tokio::spawn(ask(&client));
    until(|| !site.lines().is_empty()).await;
    let second = tokio::spawn(ask(&client));
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(site.lines(), [TOKEN_REQUEST]);
    site.change(|state| state.login = Login::ForEver);
    first.abort();
    second.await.unwrap().expect("a run");
    assert_eq!(site.lines().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_token_server_that_never_answers_is_bounded_by_the_step_and_the_run() {
    let site = Site::new(Login::Silent);
    let credential = || Credential::client_credentials("me", SECRET).token_url("https://login.example/token");
    let limits = Limits::default().step_time(Duration::from_secs(5));
    let client = site.settings(credential()).limits(limits).build().unwrap();
    let error = ask(&client).await.unwrap_err();
    assert_error(&error, ErrorKind::Request, "oauth", None);
    assert_says(&error, "no token from https://login.example/token: the step has taken 5s, as long as");
    let limits = Limits::default().run_time(Duration::from_secs(3));
    let client = site.settings(credential()).limits(limits).build().unwrap();
    let error = ask(&client).await.unwrap_err();
    assert_error(&error, ErrorKind::Limit, "oauth", None);
}

#[tokio::test(start_paused = true)]
async fn answers_that_are_no_tokens_say_so_and_show_nothing() {
    for (status, body, part) in [
        (500, "c4nary", "the server answered 500"),
        (302, "<a href='c4nary'>Found</a>", "the server answered 302"),
        (302, "", "the server answered 302: "),
        (
            200,
            r#"{"access_token":"c4nary"}"#,
            "its answer is no token response of OAuth 2: it has no member `token_type`",
        ),
        (200, r#"{"access_token":"c4nary","token_type":"mac"}"#, "its token is not of the type `bearer`"),
        (200, r#"{"access_token":"","token_type":"bearer"}"#, "its token is empty"),
        (400, r#"{"error":"invalid_scope"}"#, "the server answered 400: invalid_scope"),
        (200, "<c4nary>", "its answer is no token response of OAuth 2"),
        (
            200,
            r#"{"access_token":"c4nary","token_type":"bearer","expires_in":"c4nary"}"#,
            "look at its member `expires_in`",
        ),
        (200, r#"{"access_token":"c4nary\n","token_type":"bearer"}"#, "its token holds a control character"),
        (200, "", "the server answered 200: "),
    ] {
        let site = Site::new(Login::Refusing(status, body));
        let error = ask(&site.client()).await.unwrap_err();
        assert_error(&error, ErrorKind::Request, "oauth", None);
        assert_says(&error, part);
        assert!(!format!("{error}{error:#?}{}", error.report()).contains("c4nary"), "{error}");
    }
    let limits = Limits::default().body_size(10);
    let site = Site::new(Login::ForEver);
    let credential = Credential::client_credentials("me", SECRET).token_url("https://login.example/token");
    let error = ask(&site.settings(credential).limits(limits).build().unwrap()).await.unwrap_err();
    assert_says(&error, "no token from https://login.example/token: the response body has more than 10 bytes");
}

#[tokio::test(start_paused = true)]
async fn the_token_request_is_as_its_settings_say() {
    let site = Site::new(Login::ForEver);
    let credential = Credential::client_credentials("me", SECRET)
        .token_url("https://login.example/token")
        .scopes(["all", "of it"])
        .parameter("audience", "https://api.example")
        .in_body();
    let client = site.settings(credential.clone()).build().unwrap();
    ask_scopes(&client, ask_scopes::Inputs {}).await.expect("a run");
    // One token for all operations.
    assert_eq!(
        site.lines(),
        [
            "token grant_type=client_credentials&scope=all+of+it&client_id=me&client_secret=c4nary%2Fs%2Bcret&\
             audience=https%3A%2F%2Fapi.example",
            "/v1/oauth Bearer c4nary-token-1",
            "/v1/admin Bearer c4nary-token-1",
            "/v1/oauth Bearer c4nary-token-1",
        ]
    );
    // Otherwise each operation has a token of the scopes that it asks for.
    let site = Site::new(Login::ForEver);
    ask_scopes(&site.client(), ask_scopes::Inputs {}).await.expect("a run");
    assert_eq!(
        site.lines(),
        [
            TOKEN_REQUEST,
            "/v1/oauth Bearer c4nary-token-1",
            "token grant_type=client_credentials&scope=admin",
            "/v1/admin Bearer c4nary-token-2",
            "/v1/oauth Bearer c4nary-token-1",
        ]
    );
    assert!(!format!("{credential:?}{:?}{:?}", Credential::from(credential.clone()), site.client()).contains("c4nary"));
}

#[tokio::test(start_paused = true)]
async fn client_credentials_go_only_where_nobody_can_read_them() {
    let site = Site::new(Login::ForEver);
    let at = |url: &str| Credential::client_credentials("me", SECRET).token_url(url);
    let error = ask(&site.settings(at("http://login.example/token")).build().unwrap()).await.unwrap_err();
    assert_error(&error, ErrorKind::Client, None, None);
    assert_says(
        &error,
        "the client credentials for the security scheme `oauth` would go to http://login.example over plain",
    );
    assert!(site.lines().is_empty());
    let builder = site.settings(at("http://login.example/token")).allow_credentials_over_http(true);
    ask(&builder.build().unwrap()).await.expect("a run");

    let error = site.settings(at("/token")).build().unwrap_err();
    assert_says(
        &error,
        "the credential for `oauth`, an id and a secret of OAuth 2, has a token URL that is not absolute",
    );
    let credential = Credential::client_credentials("me", SECRET);
    let client = Client::builder().transport(site.clone()).credential("open", credential).build().unwrap();
    let error = ask_open(&client, ask_open::Inputs {}).await.unwrap_err();
    assert_error(&error, ErrorKind::Client, None, None);
    assert_says(&error, "no token URL is known for the security scheme `open` of the source `api`");
}

#[tokio::test(start_paused = true)]
async fn nothing_that_a_run_says_shows_a_token() {
    let site = Site::new(Login::ForEver);
    let events = Arc::new(Mutex::new(String::new()));
    let log = Arc::clone(&events);
    let show = move |event: &Event<'_>| log.lock().unwrap().push_str(&format!("{event:?}\n"));
    let credential = Credential::client_credentials("me", SECRET).token_url("https://login.example/token");
    let client = site.settings(credential).observer(show).build().unwrap();
    let run = ask_oauth(&client, ask_oauth::Inputs {}).await.expect("a run");
    // The API says it back.
    site.change(|state| (state.good, state.login) = (HashSet::new(), Login::Refusing(400, "{}")));
    let error = ask_oauth(&client, ask_oauth::Inputs {}).await.unwrap_err();
    let forgetful =
        Client::builder().transport(Forgetful(site.clone())).credential("oauth", Credential::bearer(SECRET));
    let echo = ask_oauth(&forgetful.build().unwrap(), ask_oauth::Inputs {}).await.unwrap_err();
    assert_says(&echo, r#"{"you said":"Bearer ***"}"#);
    let shown = format!(
        "{client:?}{:?}{}{error}{error:#?}{:?}{echo:#?}{}",
        run.report,
        run.report,
        error.report(),
        events.lock().unwrap()
    );
    assert!(!shown.contains("c4nary"), "{shown}");
}

pub(crate) fn signed(parts: impl Fn() -> CredentialParts + Send + Sync + 'static) -> Credential {
    Credential::provider(move |_: CredentialRequest| {
        let parts = parts();
        async move { Ok::<_, std::io::Error>(parts) }
    })
}

#[tokio::test]
async fn a_callback_sees_the_request_and_adds_what_it_likes() {
    let server = Server::start(|_: &SeenRequest| Reply::json(200, &json!({})));
    let asked = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&asked);
    let signature = Credential::provider(move |request: CredentialRequest| {
        let line = format!(
            "{} {} {} {} {:?} {:?}",
            request.source(),
            request.scheme(),
            request.method(),
            request.url(),
            request.scopes(),
            request.body()
        );
        let number = log.lock().unwrap().len();
        log.lock().unwrap().push(line);
        async move {
            tokio::task::yield_now().await;
            let parts = CredentialParts::new().header("Authorization", format!("Digest s{number}"));
            Ok::<_, std::io::Error>(parts.header("X-Date", "today").query("sig", "a&b").cookie("sid", "c;d"))
        }
    });
    let client =
        settings(&server).credential("digest", signature.clone()).credential("oauth", signature).build().unwrap();
    ask_digest(&client, ask_digest::Inputs {}).await.expect("a run");
    ask_oauth(&client, ask_oauth::Inputs {}).await.expect("a run");
    let url = server.url();
    assert_eq!(
        *asked.lock().unwrap(),
        [
            format!("api digest GET {url}/digest [] None"),
            format!("api oauth GET {url}/oauth [\"read\", \"write\"] None"),
        ]
    );
    for (number, (request, path)) in server.requests().into_iter().zip(["digest", "oauth"]).enumerate() {
        assert_eq!(request.target, format!("/{path}?sig=a%26b"));
        assert_eq!(request.header("authorization"), Some(&*format!("Digest s{number}")));
        assert_eq!((request.header("x-date"), request.header("cookie")), (Some("today"), Some("sid=c%3Bd")));
    }
}

#[tokio::test]
async fn what_the_document_gives_wins_over_a_callback_too() {
    let server = Server::start(|_: &SeenRequest| Reply::json(200, &json!({})));
    let parts = || {
        let parts = CredentialParts::new().header("X-Key", "mine").query("api key", "mine").cookie("theme", "mine");
        parts.cookie("session", "made").header("Authorization", "made")
    };
    let client = settings(&server).credential("cookieKey", signed(parts)).credential("queryKey", signed(parts));
    let client = client.credential("headerKey", signed(parts)).build().unwrap();
    let inputs = given_by_the_document::Inputs { token: Some("given".to_owned()) };
    given_by_the_document(&client, inputs).await.expect("a run");
    let requests = server.requests();
    // The step gives the header `Cookie`.
    assert_eq!(requests[3].header("cookie"), Some("theme=dark; session=made"));
    // The step gives the header `X-Key`.
    assert_eq!((requests[4].header("x-key"), requests[4].header("authorization")), (Some("given"), Some("made")));
}

#[tokio::test]
async fn a_callback_that_fails_fails_the_step_before_anything_is_sent() {
    let server = Server::start(|_: &SeenRequest| Reply::json(200, &json!({})));
    let failing = Credential::provider(async |_: CredentialRequest| {
        Err::<CredentialParts, _>(std::io::Error::other("the key store is closed"))
    });
    for (credential, why) in [
        (failing, "the key store is closed"),
        (signed(|| CredentialParts::new().header("X-A", "c4nary\n")), "the value of the header `X-A` holds a control"),
    ] {
        let client = settings(&server).credential("digest", credential).build().unwrap();
        let error = ask_digest(&client, ask_digest::Inputs {}).await.unwrap_err();
        assert_error(&error, ErrorKind::Request, "digest", None);
        assert_says(
            &error,
            &format!("the request was not sent: there is no credential for the security scheme `digest`: {why}"),
        );
        assert_lines(error.report(), &[(1, "digest: not sent; break")]);
    }
    assert!(server.requests().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_callback_that_never_returns_is_bounded_by_the_step() {
    let site = Site::new(Login::Silent);
    let stuck = Credential::provider(|_: CredentialRequest| std::future::pending::<Result<_, std::io::Error>>());
    let limits = Limits::default().step_time(Duration::from_secs(7));
    let client = Client::builder().transport(site.clone()).credential("digest", stuck).limits(limits).build().unwrap();
    let error = ask_digest(&client, ask_digest::Inputs {}).await.unwrap_err();
    assert_error(&error, ErrorKind::Request, "digest", None);
    assert_says(&error, "there is no credential for the security scheme `digest`: the step has taken 7s");
    assert!(site.lines().is_empty());
}

/// A site that breaks the first connection of each request but those for tokens.
struct Shaky(Site, Mutex<bool>);

impl Transport for Shaky {
    fn send(&self, request: Request) -> TransportFuture<'_> {
        let mut is_broken = self.1.lock().unwrap();
        if request.url.path() != "/token" && !std::mem::replace(&mut *is_broken, true) {
            return Box::pin(async { Err(TransportError::new(TransportErrorKind::Connect, "no connection")) });
        }
        self.0.send(request)
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_sent_again_has_its_credentials_still() {
    let site = Site::new(Login::ForEver);
    let credential = Credential::client_credentials("me", SECRET).token_url("https://login.example/token");
    let client = Client::builder()
        .transport(Shaky(site.clone(), Mutex::new(false)))
        .resend(Resend::default().times(1))
        .credential("oauth", credential)
        .build()
        .unwrap();
    ask(&client).await.expect("a run");
    assert_eq!(site.lines(), [TOKEN_REQUEST, "/v1/oauth Bearer c4nary-token-1"]);
}
