//! Credentials go to one origin: over all runs of a client, whatever descriptions and redirects say.

use arazzo::{Client, Credential, ErrorKind, Pacing, Redirects};
use serde_json::json;

use crate::embedded::{Reply, SeenRequest, Server};
use crate::support::{Answer, Memory, TOKEN, assert_error, assert_says, settings};
use crate::workflows::credentials::{ask_both, ask_files, ask_other, ask_root, tolerate};
use crate::workflows::resending::make;

fn allowing() -> Memory {
    Memory::new([Answer::json(200, &json!({}))])
}

fn over(memory: &Memory) -> arazzo::ClientBuilder {
    Client::builder().transport(memory.clone()).pacing(Pacing::none())
}

#[tokio::test]
async fn what_one_run_sent_to_a_server_another_run_sends_to_no_other() {
    let memory = allowing();
    let client = over(&memory).credential("bearer", Credential::bearer(TOKEN)).build().unwrap();
    ask_root(&client, ask_root::Inputs {}).await.expect("a run");
    let error = ask_other(&client.clone(), ask_other::Inputs {}).await.unwrap_err();
    assert_error(&error, ErrorKind::Client, None, None);
    assert_says(
        &error,
        "the sources `api` (https://api.example) and `other` (https://other.example) both have a security scheme `bearer`, \
         and its credential must not go to two servers; give it to one of them with \
         `Client::builder().credential_for(\"other\", \"bearer\", …)`",
    );
    assert_eq!(memory.requests().len(), 1);
    ask_root(&client, ask_root::Inputs {}).await.expect("a run");
}

#[tokio::test]
async fn servers_of_single_operations_get_it_when_its_owner_says_so() {
    let token = || Credential::bearer(TOKEN);
    for builder in [Client::builder().credential("bearer", token()), {
        Client::builder().credential_for("api", "bearer", token())
    }] {
        let memory = allowing();
        let client = builder.transport(memory.clone()).build().unwrap();
        let error = ask_files(&client, ask_files::Inputs {}).await.unwrap_err();
        assert_error(&error, ErrorKind::Client, None, None);
        assert_says(
            &error,
            "the credential for the security scheme `bearer` of the source `api` belongs to https://api.example, and must \
             not go to https://files.example too; if both may have it, say so with `.also_at(\"https://files.example\")`",
        );
        assert!(memory.requests().is_empty());
    }
    let memory = allowing();
    let token = token().also_at("https://files.example/any/path");
    let client = over(&memory).credential("bearer", token).build().unwrap();
    ask_files(&client, ask_files::Inputs {}).await.expect("a run");
    let sent = memory.requests().into_iter().map(|request| (request.line, request.authorization));
    let authorization = Some(format!("Bearer {TOKEN}"));
    assert_eq!(
        sent.collect::<Vec<_>>(),
        [
            ("GET https://api.example/v1/root".to_owned(), authorization.clone()),
            ("GET https://files.example/files".to_owned(), authorization),
        ]
    );
    let error = Client::builder().credential("a", Credential::bearer("t").also_at("files.example")).build();
    assert_says(&error.unwrap_err(), "has a URL in `also_at` that is not absolute");
}

#[tokio::test]
async fn no_failure_action_takes_the_refusal_to_send_a_credential() {
    let memory = allowing();
    let builder = over(&memory).server("http://api.example").credential("bearer", Credential::bearer(TOKEN));
    let error = tolerate(&builder.build().unwrap(), tolerate::Inputs {}).await.unwrap_err();
    assert_error(&error, ErrorKind::Client, "root", None);
    assert!(memory.requests().is_empty());
}

#[tokio::test]
async fn a_client_of_your_own_that_takes_a_key_elsewhere_is_an_error() {
    let elsewhere = Server::start(|_: &SeenRequest| Reply::json(200, &json!({})));
    let to = elsewhere.url();
    let server = Server::start(move |_: &SeenRequest| Reply::json(307, &json!({})).with_header("location", to.clone()));
    let _ = rustls::crypto::ring::default_provider().install_default();
    let own = || settings(&server).http_client(reqwest::Client::new());
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

#[tokio::test(start_paused = true)]
async fn what_a_redirect_reads_does_not_make_the_post_go_twice() {
    let seen = || Answer::json(303, &json!({})).with("location", "/v1/jobs/1");
    let busy = || Answer::json(429, &json!({})).with("retry-after", "1");
    let done = |status| Answer::json(status, &json!({ "id": "1", "state": "ready" }));
    for (answers, status) in [
        (vec![seen(), busy(), seen(), done(201)], Some(429)),
        (vec![seen(), Answer::Broken, done(201), done(200)], None),
    ] {
        let memory = Memory::new(answers);
        let client = Client::builder().server("http://jobs.test/v1").transport(memory.clone());
        let client = client.redirects(Redirects::same_origin(2)).build().unwrap();
        let result = make(&client, make::Inputs {}).await;
        assert_eq!(result.err().and_then(|error| error.status()), status);
        let lines: Vec<_> = memory.requests().into_iter().map(|request| request.line).collect();
        assert_eq!(lines.iter().filter(|line| line.starts_with("POST")).count(), 1, "{lines:?}");
    }
}
