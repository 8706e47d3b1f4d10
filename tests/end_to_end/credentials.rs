//! Credentials of the client: which requests carry them, and where they are never sent.

use std::sync::{Arc, Mutex};

use arazzo::{Client, ClientBuilder, Credential, ErrorKind, Event, Pacing, Redirects};
use serde_json::json;

use crate::embedded::{Reply, SeenRequest, Server};
use crate::support::{Answer, Memory, TOKEN, assert_error, assert_hides_token, assert_says, settings};
use crate::workflows::credentials::{
    ask_both, ask_digest, ask_jar, ask_login, ask_root, ask_two, every_kind, given_by_the_document, one_of_several,
    refused,
};

fn allowed(_: &SeenRequest) -> Reply {
    Reply::json(200, &json!({}))
}

/// All credentials of one source, none of them the same.
fn with_all(builder: ClientBuilder) -> ClientBuilder {
    builder
        .credential("bearer", Credential::bearer("t-bearer"))
        .credential("login", Credential::basic("me", "p:ass"))
        .credential("headerKey", Credential::api_key("t-header"))
        .credential("queryKey", Credential::api_key("t/query &"))
        .credential("cookieKey", Credential::api_key("t;cookie"))
        .credential("raw", Credential::bearer("t-raw"))
        .credential("oauth", Credential::bearer("t-oauth"))
        .credential("open", Credential::bearer("t-open"))
        .credential("nobody-asks-for-this", Credential::bearer("t-nobody"))
}

/// What of each request carries credentials: path, query, and the headers of that.
fn seen(server: &Server) -> Vec<String> {
    let line = |request: SeenRequest| {
        let all = |name: &str| {
            let found = request.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
            found.map(|(_, value)| format!(" {value}")).collect::<String>()
        };
        let headers = ["authorization", "x-key", "cookie"].map(|name| match all(name) {
            none if none.is_empty() => none,
            value => format!(" {name}:{value}"),
        });
        format!("{}{}", request.target, headers.concat())
    };
    server.requests().into_iter().map(line).collect()
}

#[tokio::test]
async fn each_operation_gets_the_credentials_that_it_asks_for() {
    let server = Server::start(allowed);
    let client = with_all(settings(&server)).build().unwrap();
    every_kind(&client, every_kind::Inputs {}).await.expect("a run");
    assert_eq!(
        seen(&server),
        [
            "/root authorization: Bearer t-bearer",
            "/free",
            "/basic authorization: Basic bWU6cDphc3M=",
            "/header x-key: t-header",
            "/query?api%20key=t%2Fquery%20%26",
            "/cookie cookie: session=t%3Bcookie",
            "/raw authorization: Bearer t-raw",
            "/oauth authorization: Bearer t-oauth",
            "/open authorization: Bearer t-open",
            "/both?api%20key=t%2Fquery%20%26 x-key: t-header cookie: session=t%3Bcookie",
            "/either authorization: Basic bWU6cDphc3M= x-key: t-header",
            "/optional x-key: t-header",
            "/connection x-key: t-header",
        ]
    );
}

#[tokio::test]
async fn without_credentials_nothing_is_added() {
    let server = Server::start(allowed);
    every_kind(&settings(&server).build().unwrap(), every_kind::Inputs {}).await.expect("a run");
    let paths = [
        "/root",
        "/free",
        "/basic",
        "/header",
        "/query",
        "/cookie",
        "/raw",
        "/oauth",
        "/open",
        "/both",
        "/either",
        "/optional",
        "/connection",
    ];
    assert_eq!(seen(&server), paths);
}

#[tokio::test]
async fn the_first_set_counts_whose_credentials_are_all_there() {
    let key = || Credential::api_key("k");
    for (builder, expected) in [
        (Client::builder().credential("headerKey", key()), "/either"),
        (Client::builder().credential("headerKey", key()).credential("queryKey", key()), "/either?api%20key=k"),
        (
            Client::builder().credential("bearer", Credential::bearer("t")).credential("queryKey", key()),
            "/either?api%20key=k",
        ),
        (Client::builder().credential("bearer", Credential::bearer("t")), "/either authorization: Bearer t"),
    ] {
        let server = Server::start(allowed);
        let client = builder.server(server.url()).pacing(Pacing::none()).build().unwrap();
        one_of_several(&client, one_of_several::Inputs {}).await.expect("a run");
        assert_eq!(seen(&server), [expected]);
    }
}

#[tokio::test]
async fn what_the_document_gives_always_wins() {
    let server = Server::start(allowed);
    let client = with_all(settings(&server)).build().unwrap();
    let inputs = given_by_the_document::Inputs { token: Some("Mine".to_owned()) };
    given_by_the_document(&client, inputs).await.expect("a run");
    // Where the input is not given, the document gives nothing.
    given_by_the_document(&client, given_by_the_document::Inputs { token: None }).await.expect("a run");
    assert_eq!(
        seen(&server),
        [
            "/root authorization: Mine",
            "/query?api%20key=Mine",
            "/cookie cookie: session=Mine",
            "/cookie cookie: theme=dark; session=t%3Bcookie",
            "/both?api%20key=t%2Fquery%20%26 x-key: Mine cookie: session=t%3Bcookie",
            "/either authorization: Mine",
            "/root authorization: Bearer t-bearer",
            "/query?api%20key=t%2Fquery%20%26",
            "/cookie cookie: session=t%3Bcookie",
            "/cookie cookie: theme=dark; session=t%3Bcookie",
            "/both?api%20key=t%2Fquery%20%26 x-key: t-header cookie: session=t%3Bcookie",
            "/either authorization: Basic bWU6cDphc3M= x-key: t-header",
        ]
    );
}

#[tokio::test]
async fn a_credential_does_not_go_to_two_servers() {
    let (api, other) = (Server::start(allowed), Server::start(allowed));
    let builder = || {
        Client::builder()
            .server_for("api", api.url())
            .server_for("other", other.url())
            .pacing(Pacing::none())
            .credential("bearer", Credential::bearer(TOKEN))
    };
    let error = ask_two(&builder().build().unwrap(), ask_two::Inputs {}).await.unwrap_err();
    assert_error(&error, ErrorKind::Client, None, None);
    assert_says(
        &error,
        &format!(
            "the sources `api` ({}) and `other` ({}) both have a security scheme `bearer`, and its credential must not go \
             to two servers; give it to one of them with `Client::builder().credential_for(\"other\", \"bearer\", …)`",
            api.url(),
            other.url()
        ),
    );
    assert!(api.requests().is_empty() && other.requests().is_empty());

    let client = builder().credential_for("other", "bearer", Credential::api_key("for-other")).build().unwrap();
    ask_two(&client, ask_two::Inputs {}).await.expect("a run");
    assert_eq!(seen(&api), [format!("/root authorization: Bearer {TOKEN}")]);
    assert_eq!(seen(&other), ["/other authorization: for-other"]);

    // One server for both is one server.
    let client = builder().server_for("other", format!("{}/more", api.url())).build().unwrap();
    ask_two(&client, ask_two::Inputs {}).await.expect("a run");
    assert_eq!(seen(&api)[2], format!("/more/other authorization: Bearer {TOKEN}"));
}

#[tokio::test]
async fn a_credential_of_one_source_is_not_for_another() {
    let server = Server::start(allowed);
    let client = settings(&server).credential_for("other", "bearer", Credential::bearer(TOKEN)).build().unwrap();
    ask_root(&client, ask_root::Inputs {}).await.expect("a run");
    assert_eq!(seen(&server), ["/root"]);
}

#[tokio::test]
async fn plain_http_to_another_machine_is_refused_before_anything_is_sent() {
    let memory = Memory::new([Answer::json(200, &json!({}))]);
    let builder = || {
        let builder = Client::builder().transport(memory.clone()).pacing(Pacing::none());
        builder.server("http://api.example").credential("bearer", Credential::bearer(TOKEN))
    };
    let error = ask_root(&builder().build().unwrap(), ask_root::Inputs {}).await.unwrap_err();
    assert_error(&error, ErrorKind::Client, None, None);
    assert_says(
        &error,
        "the credential for the security scheme `bearer` would go to http://api.example over plain HTTP, where anyone on \
         the way can read it; call the server by `https`, or allow this with \
         `Client::builder().allow_credentials_over_http(true)`",
    );
    assert!(memory.requests().is_empty());
    // What the document gives is the document's business.
    let inputs = given_by_the_document::Inputs { token: Some(TOKEN.to_owned()) };
    given_by_the_document(&builder().build().unwrap(), inputs).await.expect("a run");
    let client = builder().allow_credentials_over_http(true).build().unwrap();
    ask_root(&client, ask_root::Inputs {}).await.expect("a run");
    let last = memory.requests().pop().unwrap();
    assert_eq!(last.headers, r#"{"authorization": Sensitive}"#);
}

#[tokio::test]
async fn a_credential_that_does_not_fit_is_refused_before_anything_is_sent() {
    let memory = Memory::new([Answer::json(200, &json!({}))]);
    let builder = Client::builder().transport(memory.clone()).credential("login", Credential::bearer(TOKEN));
    let error = ask_login(&builder.build().unwrap(), ask_login::Inputs {}).await.unwrap_err();
    assert_error(&error, ErrorKind::Client, None, None);
    assert_says(
        &error,
        "the credential for the security scheme `login` of the source `other` is a bearer token, and the scheme asks for a \
         user name and a password; give it as `Credential::basic(user, password)`",
    );
    assert!(memory.requests().is_empty());
    for (credential, part) in [
        (Credential::bearer(format!("{TOKEN}\n")), "a bearer token, ends with a line break; take it off with"),
        (Credential::api_key(""), "the credential for `login`, an API key, is empty"),
    ] {
        let error = Client::builder().credential("login", credential).build().unwrap_err();
        assert_error(&error, ErrorKind::Client, None, None);
        assert_says(&error, part);
    }
}

#[tokio::test]
async fn a_refusal_says_which_credentials_are_missing() {
    let server = Server::start(|request: &SeenRequest| match request.target.starts_with("/either") {
        true => Reply::json(401, &json!({ "message": "who are you?" })),
        false => Reply::json(403, &json!({})),
    });
    let client = settings(&server).credential("headerKey", Credential::api_key(TOKEN)).build().unwrap();
    let error = refused(&client, refused::Inputs {}).await.unwrap_err();
    assert_error(&error, ErrorKind::Step, "either", Some(401));
    let hint = "the operation asks for `login` (a user name and a password) and `headerKey` (an API key in the header \
                `x-key`), or for `queryKey` (an API key in the query parameter `api key`), or for `bearer` (a bearer \
                token), and the request had no such credential; give it with `Client::builder().credential(\"login\", \
                Credential::basic(user, password))`";
    assert_says(&error, hint);
    assert_eq!(error.report().requests().next().unwrap().note.as_deref(), Some(hint));

    let error = ask_digest(&client, ask_digest::Inputs {}).await.unwrap_err();
    assert_error(&error, ErrorKind::Step, "digest", Some(403));
    assert_says(&error, "asks for `digest` (the HTTP authentication `digest`)");

    // One that is merely wrong is named.
    let client = settings(&server).credential("queryKey", Credential::api_key(TOKEN)).build().unwrap();
    let error = refused(&client, refused::Inputs {}).await.unwrap_err();
    assert_error(&error, ErrorKind::Step, "either", Some(401));
    assert!(!error.to_string().contains("asks for"), "{error}");
    assert_says(&error, "; it was sent with the client's credential for `queryKey`; the body begins");
    let note = error.report().requests().next().unwrap().note.as_deref();
    assert_eq!(note, Some("it was sent with the client's credential for `queryKey`"));
}

#[tokio::test]
async fn a_credential_whose_scheme_or_source_is_misspelt_is_named() {
    let server = Server::start(|_: &SeenRequest| Reply::json(401, &json!({})));
    let key = || Credential::api_key(TOKEN);
    let credential = |name: &str| settings(&server).credential(name, key());
    let of_source = |source: &str, name: &str| settings(&server).credential_for(source, name, key());
    for (builder, end) in [
        (credential("querykey"), "; the client has one for `querykey`"),
        (of_source("credentialApi", "queryKey"), "; the client has one for the source `credentialApi`"),
        (of_source("other", "querykey"), "; the client has one for `querykey` of the source `other`"),
        (credential("another"), ""),
    ] {
        let error = refused(&builder.build().unwrap(), refused::Inputs {}).await.unwrap_err();
        assert_error(&error, ErrorKind::Step, "either", Some(401));
        let note = error.report().requests().next().unwrap().note.clone().unwrap();
        assert!(note.ends_with(&format!("Credential::basic(user, password))`{end}")), "{note}");
    }
}

#[tokio::test]
async fn nothing_that_a_run_says_shows_a_credential() {
    const SECRETS: [&str; 4] = ["c4nary-h", "c4nary q&", "c4nary;c", "c4nary-p"];
    let events = Arc::new(Mutex::new(String::new()));
    let log = Arc::clone(&events);
    // The server says all that it was told.
    let echo = |request: &SeenRequest| {
        let status = if request.target.contains("fail") { 500 } else { 200 };
        Reply::json(status, &json!({ "target": request.target, "headers": format!("{:?}", request.headers) }))
    };
    let server = Server::start(echo);
    let builder = |base: &str| {
        Client::builder()
            .server(format!("{}{base}", server.url()))
            .pacing(Pacing::none())
            .credential("headerKey", Credential::api_key(SECRETS[0]))
            .credential("queryKey", Credential::api_key(SECRETS[1]))
            .credential("cookieKey", Credential::api_key(SECRETS[2]))
            .credential("login", Credential::basic("me", SECRETS[3]))
    };
    let show = move |event: &Event<'_>| log.lock().unwrap().push_str(&format!("{event:?}\n"));
    let client = builder("/fail").observer(show.clone()).build().unwrap();
    let error = ask_both(&client, ask_both::Inputs {}).await.unwrap_err();
    assert_says(&error, "the body begins: ");
    let login = ask_login(&client, ask_login::Inputs {}).await.unwrap_err();
    let client = builder("").observer(show).build().unwrap();
    let run = ask_both(&client, ask_both::Inputs {}).await.expect("a run");
    // What the client adds is not for expressions.
    let outputs = json!(run.outputs);
    assert_eq!(outputs["url"], format!("{}/both", server.url()));
    assert_eq!((outputs.get("header"), outputs.get("query"), outputs.get("cookie")), (None, None, None));
    assert!(outputs["answer"].to_string().contains(SECRETS[0]), "{outputs}");

    let shown = [
        format!("{client:?} {:?}", builder("")),
        format!("{error} {error:?} {error:#?} {} {:?}", error.report(), error.report()),
        format!("{login} {login:?} {login:#?} {} {:?}", login.report(), login.report()),
        format!("{} {:?}", run.report, run.report),
        events.lock().unwrap().clone(),
    ]
    .concat();
    assert!(shown.contains("/both?api%20key=***"), "{shown}");
    for secret in SECRETS {
        let part = secret.trim_end_matches(['&', ';']);
        assert!(!shown.contains(part), "{secret} in {shown}");
    }
    assert!(!shown.contains("c4nary") && !shown.contains("bWU6YzRuYXJ5LXA"), "{shown}");
    assert_hides_token(&shown);
}

#[tokio::test]
async fn a_credential_follows_no_redirect_to_another_origin() {
    let elsewhere = Server::start(allowed);
    let to = format!("{}/root", elsewhere.url());
    let server = Server::start(move |request: &SeenRequest| match &*request.target {
        "/root" => Reply::json(307, &json!({})).with_header("location", "/moved"),
        "/moved" => Reply::json(307, &json!({})).with_header("location", to.clone()),
        _ => Reply::json(500, &json!({})),
    });
    let builder = settings(&server).redirects(Redirects::same_origin(5));
    let client = builder.credential("bearer", Credential::bearer(TOKEN)).build().unwrap();
    let error = ask_root(&client, ask_root::Inputs {}).await.unwrap_err();
    assert_error(&error, ErrorKind::Step, "root", Some(307));
    let credential = format!("authorization: Bearer {TOKEN}");
    assert_eq!(seen(&server), [format!("/root {credential}"), format!("/moved {credential}")]);
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test]
async fn cookies_of_the_document_are_not_lost_under_a_credential() {
    let server = Server::start(allowed);
    let client = settings(&server).credential("jar", Credential::api_key("sid=1; theme=light")).build().unwrap();
    ask_jar(&client, ask_jar::Inputs {}).await.expect("a run");
    assert_eq!(seen(&server), ["/jar cookie: sid=1; theme=light", "/jar cookie: theme=dark"]);
}
