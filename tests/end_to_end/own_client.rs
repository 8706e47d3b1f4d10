//! Runs over a client of reqwest's that the user has built, with a policy for redirects and times of its own.

use std::time::Duration;

use arazzo::transport::TransportErrorKind;
use arazzo::{Client, Credential, ErrorKind, Pacing};
use serde_json::json;

use crate::embedded::{Daytona, Fault, Reply, SeenRequest, Server};
use crate::support::{TOKEN, assert_error, assert_says, own_http_client, settings};
use crate::workflows::canary::plain_secret;
use crate::workflows::credentials::{ask_both, ask_oauth};
use crate::workflows::resending::make;

/// A client of reqwest's that follows redirects by itself.
fn following() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}

/// A server that sends every request elsewhere.
fn sending_to(status: u16, to: &str) -> Server {
    let to = to.to_owned();
    Server::start(move |_: &SeenRequest| Reply::json(status, &json!({})).with_header("location", to.clone()))
}

#[tokio::test]
async fn a_client_of_your_own_that_takes_a_key_elsewhere_is_an_error() {
    let elsewhere = Server::start(|_: &SeenRequest| Reply::json(200, &json!({})));
    let server = sending_to(307, &elsewhere.url());
    let own = || settings(&server).http_client(following());
    let keys = |builder: arazzo::ClientBuilder| {
        let builder = builder.credential("headerKey", Credential::api_key(TOKEN));
        let builder = builder.credential("queryKey", Credential::api_key(TOKEN));
        builder.credential("cookieKey", Credential::api_key(TOKEN)).build().unwrap()
    };
    let error = ask_both(&keys(own()), ask_both::Inputs {}).await.unwrap_err();
    assert_error(&error, ErrorKind::Transport, "both", None);
    assert_says(&error, &format!("a redirect from {} to {} with a request that", server.url(), elsewhere.url()));
    assert_says(&error, "`.redirect(reqwest::redirect::Policy::none())`");
    // What carries nothing may go where it likes.
    ask_both(&own().build().unwrap(), ask_both::Inputs {}).await.expect("a run");
}

/// A body may hold a password, and a secret of the inputs may stand in any header.
#[tokio::test]
async fn a_client_of_your_own_that_takes_a_body_or_a_secret_elsewhere_is_an_error() {
    let elsewhere = Server::start(|_: &SeenRequest| Reply::json(201, &json!({ "id": "1", "state": "ready" })));
    let server = sending_to(307, &elsewhere.url());
    let client = settings(&server).http_client(following()).build().unwrap();
    let led_away = format!("a redirect from {} to {} with a request that", server.url(), elsewhere.url());
    let error = make(&client, make::Inputs {}).await.unwrap_err();
    assert_error(&error, ErrorKind::Transport, "create", None);
    assert_says(&error, &led_away);
    let error = plain_secret(&client, plain_secret::Inputs::new(TOKEN)).await.unwrap_err();
    assert_error(&error, ErrorKind::Transport, "header", None);
    assert_says(&error, &led_away);
    let seen = elsewhere.requests();
    assert_eq!(seen[1].header("x-plain"), Some(&*format!("v-{TOKEN}")), "it is too late, and therefore said");

    // So it is with the secret of a request for a token.
    let login = Credential::client_credentials("me", TOKEN).token_url(format!("{}/token", server.url())).in_body();
    let client = settings(&server).http_client(following()).credential("oauth", login).build().unwrap();
    let error = ask_oauth(&client, ask_oauth::Inputs {}).await.unwrap_err();
    assert_error(&error, ErrorKind::Request, "oauth", None);
    assert_says(&error, &led_away);
}

/// Nobody is where a redirect leads to: the POST was carried out all the same.
#[tokio::test]
async fn what_a_client_of_your_own_was_redirected_with_is_not_sent_again() {
    let server = sending_to(303, "http://127.0.0.1:1/result");
    let client = settings(&server).http_client(following()).build().unwrap();
    let error = make(&client, make::Inputs {}).await.unwrap_err();
    assert_error(&error, ErrorKind::Transport, "create", None);
    assert_says(&error, "no response: no connection to the server, or to where it has redirected the HTTP client to: ");
    assert_eq!(server.requests().len(), 1);
    // One that follows no redirects has sent nothing when it finds nobody.
    let nowhere = || Client::builder().server("http://127.0.0.1:1").pacing(Pacing::none());
    for (own, times) in [(following(), 1), (own_http_client(), 3)] {
        let client = nowhere().http_client(own).build().unwrap();
        let error = make(&client, make::Inputs {}).await.unwrap_err();
        assert_error(&error, ErrorKind::Transport, "create", None);
        assert_eq!(error.report().total(), times);
    }
}

#[tokio::test]
async fn a_client_of_your_own_that_has_less_time_than_a_step_says_which_time_it_was() {
    let server = Server::start(Daytona::new(TOKEN));
    server.fault(1, Fault::Hang);
    let _ = rustls::crypto::ring::default_provider().install_default();
    let hasty = reqwest::Client::builder().timeout(Duration::from_millis(50)).build().unwrap();
    let client = settings(&server).http_client(hasty).build().unwrap();
    let error = make(&client, make::Inputs {}).await.unwrap_err();
    assert_error(&error, ErrorKind::Transport, "create", None);
    assert_says(
        &error,
        "no response: the server took longer than the HTTP client allows that was given to \
         `Client::builder().http_client(…)`; build that one with a longer `timeout` or `read_timeout`, or with none, as steps \
         have a time without it",
    );
    assert_eq!(error.transport().unwrap().kind(), TransportErrorKind::Timeout);
}
