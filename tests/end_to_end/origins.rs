//! Credentials go to one origin: over all runs of a client, whatever descriptions and redirects say.

use arazzo::{Client, Credential, ErrorKind, Pacing, Redirects};
use serde_json::json;

use crate::support::{Answer, Memory, TOKEN, assert_error, assert_says};
use crate::workflows::credentials::{
    ask_files, ask_oauth, ask_on_a_branch, ask_other, ask_root, ask_tokens, ask_two_given, ask_two_tokens, tolerate,
};
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
async fn nothing_is_sent_when_any_later_step_would_send_a_credential_over_plain_http() {
    let memory = allowing();
    let builder = || {
        let builder = over(&memory).server_for("other", "http://other.example");
        builder.credential_for("other", "bearer", Credential::api_key(TOKEN))
    };
    let client = builder().build().unwrap();
    let refusal = "the credential for the security scheme `bearer` would go to http://other.example over plain HTTP";
    // Whether it would get there is not known yet.
    let error = ask_on_a_branch(&client, ask_on_a_branch::Inputs {}).await.unwrap_err();
    assert_error(&error, ErrorKind::Client, None, None);
    assert_says(&error, refusal);
    assert!(memory.requests().is_empty());

    // Where the document may give it, it is seen at the request.
    let error = ask_two_given(&client, ask_two_given::Inputs { token: None }).await.unwrap_err();
    assert_error(&error, ErrorKind::Client, "other", None);
    assert_says(&error, refusal);
    assert_eq!(memory.requests().len(), 1);
    let inputs = || ask_two_given::Inputs { token: Some("mine".to_owned()) };
    ask_two_given(&client, inputs()).await.expect("a run");
    assert_eq!(memory.requests().len(), 3);

    let client = builder().allow_credentials_over_http(true).build().unwrap();
    ask_on_a_branch(&client, ask_on_a_branch::Inputs {}).await.expect("a run");
}

#[tokio::test]
async fn what_the_document_gives_at_one_server_leaves_the_credential_to_another() {
    let memory = allowing();
    let client = over(&memory).credential("bearer", Credential::bearer(TOKEN)).build().unwrap();
    let inputs = ask_two_given::Inputs { token: Some("mine".to_owned()) };
    ask_two_given(&client, inputs).await.expect("a run");
    ask_root(&client, ask_root::Inputs {}).await.expect("a run");
    let sent: Vec<_> = memory.requests().into_iter().map(|request| request.authorization).collect();
    assert_eq!(sent, [None, Some("mine".to_owned()), Some(format!("Bearer {TOKEN}"))]);
}

#[tokio::test]
async fn an_id_and_a_secret_go_to_one_token_server() {
    let token = || Answer::json(200, &json!({ "access_token": "t", "token_type": "bearer" }));
    let credential = || Credential::client_credentials("me", TOKEN);
    let one = |memory: &Memory| over(memory).server("https://one.example");
    let refusal = "the client credentials for the security scheme `oauth` go to https://one.example, where the source \
                   `api` has its tokens from, and must not go to https://login.example for those of the source `other`; give \
                   that source its own with `Client::builder().credential_for(\"other\", \"oauth\", …)`, or say by \
                   `.token_url(\"…\")` where all tokens come from";
    let memory = Memory::new([token()]);
    let client = one(&memory).credential("oauth", credential()).build().unwrap();
    let error = ask_two_tokens(&client, ask_two_tokens::Inputs {}).await.unwrap_err();
    assert_error(&error, ErrorKind::Client, None, None);
    assert_says(&error, refusal);
    assert!(memory.requests().is_empty());
    // So it is over the runs of a client.
    ask_oauth(&client, ask_oauth::Inputs {}).await.expect("a run");
    let error = ask_tokens(&client.clone(), ask_tokens::Inputs {}).await.unwrap_err();
    assert_says(&error, refusal);
    assert_eq!(lines(&memory), ["POST https://one.example/token", "GET https://one.example/oauth"]);

    for (builder, places) in [
        (
            one(&memory).credential_for("other", "oauth", credential()).credential("oauth", credential()),
            ["https://one.example/token", "https://login.example/token"],
        ),
        (
            one(&memory).credential("oauth", credential().token_url("https://login.example/other").scopes(["all"])),
            ["https://login.example/other"; 2],
        ),
    ] {
        let memory = Memory::new([token()]);
        let client = builder.transport(memory.clone()).build().unwrap();
        ask_two_tokens(&client, ask_two_tokens::Inputs {}).await.expect("a run");
        let sent = lines(&memory).into_iter().filter_map(|line| line.strip_prefix("POST ").map(str::to_owned));
        let mut places = places.to_vec();
        places.dedup();
        assert_eq!(sent.collect::<Vec<_>>(), places);
    }

    // Only where nobody can read them, and that is known before anything is sent.
    let memory = allowing();
    let plain = credential().token_url("http://login.example/token");
    let builder = one(&memory).credential_for("other", "oauth", plain).credential("oauth", credential());
    let error = ask_two_tokens(&builder.build().unwrap(), ask_two_tokens::Inputs {}).await.unwrap_err();
    assert_error(&error, ErrorKind::Client, None, None);
    assert_says(&error, "would go to http://login.example over plain HTTP");
    assert!(memory.requests().is_empty());
}

fn lines(memory: &Memory) -> Vec<String> {
    memory.requests().into_iter().map(|request| request.line).collect()
}

#[tokio::test(start_paused = true)]
async fn what_a_redirect_reads_does_not_make_the_post_go_twice() {
    let seen = || Answer::json(303, &json!({})).with("location", "/v1/jobs/1");
    let busy = || Answer::json(429, &json!({})).with("retry-after", "1");
    let done = |status| Answer::json(status, &json!({ "id": "1", "state": "ready" }));
    for (answers, status) in [
        (vec![seen(), busy(), done(201), done(200)], None),
        (vec![seen(), busy(), busy(), busy(), done(201)], Some(429)),
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
