//! Proxies that the environment names, in processes of their own: what goes to them, and what they see of credentials. The
//! process is this very program, asked for the one test that does its work.

use std::process::{Command, Stdio};

use arazzo::{Client, ClientBuilder, Credential, ErrorKind, Pacing, Resend};
use serde_json::json;

use crate::embedded::{Reply, SeenRequest, Server};
use crate::support::{TOKEN, assert_error};
use crate::workflows::credentials::{ask_oauth, ask_root};

/// What the process is told: the server of this machine, and that another name of this machine leads to it.
const URL: &str = "PROXY_TEST_URL";
/// All of these count; the test itself may run behind a proxy.
const VARIABLES: [&str; 9] = [
    "HTTP_PROXY",
    "http_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "ALL_PROXY",
    "all_proxy",
    "NO_PROXY",
    "no_proxy",
    // Where this is set, a variable might come from a request.
    "REQUEST_METHOD",
];

fn settings(url: &str) -> ClientBuilder {
    Client::builder().server(url).pacing(Pacing::none()).resend(Resend::none())
}

/// The process: it does nothing unless a test below asks for it.
#[test]
#[ignore = "the work of a process of its own"]
fn work() {
    let Ok(url) = std::env::var(URL) else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let ask = async |builder: ClientBuilder| ask_root(&builder.build().unwrap(), ask_root::Inputs {}).await;
        let token = || Credential::bearer(TOKEN);
        // To this machine, with a credential and with one that is fetched.
        ask(settings(&url).credential("bearer", token())).await.expect("a run");
        let client = settings(&url).credential("oauth", Credential::client_credentials("me", TOKEN)).build().unwrap();
        ask_oauth(&client, ask_oauth::Inputs {}).await.expect("a run");
        // To another one without any.
        ask(settings("http://api.test")).await.expect("a run");
        // With one only by `https`, of which a proxy sees the name of the host alone.
        let error = ask(settings("http://api.test").credential("bearer", token())).await.unwrap_err();
        assert_error(&error, ErrorKind::Client, None, None);
        let error = ask(settings("https://api.test").credential("bearer", token())).await.unwrap_err();
        assert_error(&error, ErrorKind::Transport, "root", None);
        // Unless its owner wants it so.
        let builder = settings("http://api.test").credential("bearer", token());
        ask(builder.allow_credentials_over_http(true)).await.expect("a run");
        // A name of this machine that is none for the client.
        let builder = settings(&url.replace("127.0.0.1", "0.0.0.0"));
        ask(builder).await.expect("a run");
    });
}

/// Runs the process with these variables, and gives what a proxy and the server have seen: method, target and credentials.
fn run(variables: &[(&str, &str)], user: &str) -> [Vec<String>; 2] {
    let allowed = |request: &SeenRequest| match (&*request.method, &*request.target) {
        // A tunnel, which there is none through this proxy.
        ("CONNECT", _) => Reply::json(502, &json!({})),
        (_, "/token") => Reply::json(200, &json!({ "access_token": "t1", "token_type": "Bearer" })),
        _ => Reply::json(200, &json!({})),
    };
    let (proxy, server) = (Server::start(allowed), Server::start(allowed));
    let place = format!("http://{user}{}", proxy.address());
    let mut process = Command::new(std::env::current_exe().unwrap());
    process.args(["--exact", "proxies::work", "--ignored", "--quiet"]).stdout(Stdio::null()).env(URL, server.url());
    for name in VARIABLES {
        process.env_remove(name);
    }
    process.envs(variables.iter().map(|(name, value)| (name, value.replace("PROXY", &place))));
    assert!(process.status().unwrap().success(), "{variables:?}");
    let port = server.address().port();
    let line = |request: SeenRequest| {
        let target = request.target.replace(&format!("0.0.0.0:{port}"), "other");
        let credentials = ["authorization", "proxy-authorization"].map(|name| request.header(name).unwrap_or("-"));
        format!("{} {target} {}", request.method, credentials.join(" "))
    };
    [proxy, server].map(|seen| seen.requests().into_iter().map(line).collect())
}

const TO_THIS_MACHINE: [&str; 3] = [
    "GET /root Bearer t0p-s3cret -",
    // `me:t0p-s3cret`
    "POST /token Basic bWU6dDBwLXMzY3JldA== -",
    "GET /oauth Bearer t1 -",
];

#[test]
fn a_proxy_of_the_environment_sees_no_credential_that_nobody_may_see() {
    for variables in [
        &[("HTTP_PROXY", "PROXY"), ("HTTPS_PROXY", "PROXY")][..],
        &[("http_proxy", "PROXY"), ("https_proxy", "PROXY")],
        &[("ALL_PROXY", "PROXY")],
        // That of this machine goes past it whatever this says.
        &[("ALL_PROXY", "PROXY"), ("NO_PROXY", "else.test")],
    ] {
        let [proxy, server] = run(variables, "");
        assert_eq!(
            proxy,
            [
                "GET http://api.test/root - -",
                "CONNECT api.test:443 - -",
                "GET http://api.test/root Bearer t0p-s3cret -",
                "GET http://other/root - -",
            ],
            "{variables:?}"
        );
        assert_eq!(server, TO_THIS_MACHINE, "{variables:?}");
    }
}

#[test]
fn hosts_that_the_environment_takes_from_the_proxy_do_not_go_there() {
    for name in ["NO_PROXY", "no_proxy"] {
        let [proxy, server] = run(&[("ALL_PROXY", "PROXY"), (name, "else.test,0.0.0.0")], "");
        assert_eq!(proxy.len(), 3, "{proxy:?}");
        assert_eq!(server[..3], TO_THIS_MACHINE, "{name}");
        assert_eq!(server[3..], ["GET /root - -"], "{name}");
    }
}

/// The password of a proxy is for the proxy alone, and errors do not show it.
#[test]
fn the_password_of_a_proxy_stays_between_the_two() {
    let [proxy, server] = run(&[("ALL_PROXY", "PROXY")], &format!("me:{TOKEN}@"));
    // `me:t0p-s3cret`
    let password = "Basic bWU6dDBwLXMzY3JldA==";
    assert_eq!(
        proxy,
        [
            format!("GET http://api.test/root - {password}"),
            format!("CONNECT api.test:443 - {password}"),
            format!("GET http://api.test/root Bearer t0p-s3cret {password}"),
            format!("GET http://other/root - {password}"),
        ]
    );
    assert_eq!(server, TO_THIS_MACHINE);
}
