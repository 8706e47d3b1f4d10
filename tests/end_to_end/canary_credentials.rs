//! Secrets that are made for requests, by callbacks and by login servers, and those that are given to them: nothing that a run
//! says has them.

use std::time::Duration;

use arazzo::progress::Progress;
use arazzo::testing::{Answer, Mock, Recorder as Recording};
use arazzo::transport::{Request, Response, Transport, TransportError, TransportFuture};
use arazzo::{Client, ClientBuilder, Credential, CredentialParts, CredentialRequest, Limits, Pacing, Redirects};
use serde_json::json;

use crate::canary::{Both, Echo, FATES, Fate, SHAPES, Screen, Shape, Sink, assert_hidden, base64, with_checkpoints};
use crate::support::Recorder;
use crate::workflows::canary::everywhere;

/// Where a secret is: each place has a core of its own.
const PLACES: [&str; 10] = [
    "kQheader7",
    "kQquery7x",
    "kQcookie7",
    "kQsigned7",
    "kQclient7",
    "kQpin7xxx",
    "kQassert7",
    "kQtoken7x",
    "kQrefresh",
    "kQinput7x",
];

/// The same, and how the id and the secret are sent together.
fn cores(shape: Shape) -> Vec<String> {
    let mut cores: Vec<String> = PLACES.iter().map(|core| (*core).to_owned()).collect();
    // As a form writes it.
    let secret = reqwest::Url::parse_with_params("http://h", [("", shape("kQclient7"))]).unwrap();
    let pair = format!("id:{}", secret.query().unwrap().trim_start_matches('='));
    cores.push(base64(pair.as_bytes()).trim_end_matches('=').to_owned());
    cores
}

/// A header has no room for other letters.
fn plain(shape: Shape, core: &str) -> String {
    Some(shape(core)).filter(|secret| secret.is_ascii()).unwrap_or_else(|| format!("{core}~"))
}

/// An API that says all that it was sent, and a login server that does too when something is wrong.
#[derive(Clone)]
struct Site {
    api: Echo,
    login: Fate,
    shape: Shape,
}

impl Site {
    fn new(api: Fate, login: Fate, shape: Shape) -> Self {
        Site { api: Echo::new(api, "made up", shape), login, shape }
    }

    fn token(&self, said: &str) -> Result<Response, TransportError> {
        let token = plain(self.shape, "kQtoken7x");
        let answer = json!({
            "access_token": token,
            "refresh_token": (self.shape)("kQrefresh"),
            "token_type": "Bearer",
            "expires_in": 3600,
        });
        match self.login {
            Fate::Fine => Ok(Response::json(200, answer.to_string())),
            Fate::Status(401) => {
                let refusal = json!({ "error": "invalid_client", "error_description": said, "error_uri": said });
                Ok(Response::json(401, refusal.to_string()))
            }
            Fate::Status(status) => Ok(Response::json(status, said.to_owned()).header("Retry-After", "1")),
            Fate::Broken(kind) => Err(TransportError::new(kind, format!("it has {said}"))),
            Fate::NoJson => Ok(Response::json(200, format!("{{{said}{answer}"))),
            Fate::AnotherType | Fate::Elsewhere => {
                Ok(Response::json(200, json!({ "access_token": [token], "token_type": said }).to_string()))
            }
            Fate::Redirect | Fate::RedirectElsewhere => {
                Ok(Response::json(307, answer.to_string()).header("Location", &format!("/else?{said}")))
            }
            Fate::TooLarge => Ok(Response::json(200, format!("{answer}{}", "x".repeat(200_000)))),
            Fate::Never => unreachable!("nothing is answered then"),
        }
    }
}

impl Transport for Site {
    fn send(&self, request: Request) -> TransportFuture<'_> {
        if request.url.path() != "/token" {
            return self.api.send(request);
        }
        let said = self.api.hear(&request);
        if self.login == Fate::Never {
            return Box::pin(std::future::pending());
        }
        let answer = self.token(&said);
        Box::pin(async { answer })
    }
}

/// A callback that makes these parts, and says what it was asked.
fn made(sink: &Sink, parts: CredentialParts) -> Credential {
    let sink = sink.clone();
    Credential::provider(move |request: CredentialRequest| {
        sink.debug("what a callback is asked", &request);
        sink.debug("what it makes", &parts);
        let parts = parts.clone();
        async move { Ok::<_, std::io::Error>(parts) }
    })
}

/// All credentials, of which none is fixed.
fn client(builder: ClientBuilder, shape: Shape, in_body: bool, sink: &Sink) -> Client {
    let new = CredentialParts::new;
    let login = Credential::client_credentials("id", shape("kQclient7"))
        .token_url("http://127.0.0.1/token")
        .secret_parameter("pin", shape("kQpin7xxx"))
        .parameter("client_assertion", shape("kQassert7"));
    let login = if in_body { login.in_body() } else { login };
    sink.debug("client credentials", &login);
    let builder = builder
        .server("http://127.0.0.1")
        .pacing(Pacing::default().first(Duration::from_millis(1)))
        .limits(Limits::default().step_time(Duration::from_secs(20)).body_size(100_000))
        .redirects(Redirects::same_origin(2))
        .credential("headerKey", made(sink, new().header("X-Key", plain(shape, "kQheader7"))))
        .credential("queryKey", made(sink, new().query("key", shape("kQquery7x"))))
        .credential("cookieKey", made(sink, new().cookie("session", shape("kQcookie7"))))
        .credential("login", made(sink, new().header("Authorization", format!("Signed {}", plain(shape, "kQsigned7")))))
        .credential("bearer", login)
        .observer(Both(sink.clone(), Progress::plain(Screen(sink.clone()))));
    sink.debug("the settings", &builder);
    let client = builder.build().unwrap();
    sink.debug("the client", &client);
    with_checkpoints(&client, sink)
}

/// Runs the workflow, and takes down what comes of it.
async fn run(client: &Client, shape: Shape, sink: &Sink) -> bool {
    match everywhere(client, everywhere::Inputs::new(shape("kQinput7x"))).await {
        Ok(ended) => {
            sink.report(&ended.report);
            sink.debug("the run", &ended);
            true
        }
        Err(error) => {
            sink.error(&error);
            false
        }
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_that_a_run_says_has_a_secret_that_was_made_for_it() {
    let of_api = FATES.into_iter().step_by(3).map(|fate| (fate, Fate::Fine));
    let fates: Vec<_> = of_api.chain(FATES.map(|fate| (Fate::Fine, fate))).collect();
    for (number, shape) in SHAPES.into_iter().enumerate() {
        for (place, (api, login)) in fates.iter().copied().enumerate() {
            let in_body = (number + place) % 2 == 0;
            let (sink, recorder) = (Sink::default(), Recorder::start());
            let site = Site::new(api, login, shape);
            let client = client(Client::builder().transport(site.clone()), shape, in_body, &sink);
            let name = format!("shape {number}, {api:?}, login {login:?}, in body: {in_body}");
            let is_fine = run(&client, shape, &sink).await;
            assert_eq!(is_fine, (api, login) == (Fate::Fine, Fate::Fine), "{name}");
            let seen = site.api.seen();
            let mut sent = vec!["kQheader7", "kQquery7x", "kQcookie7", "kQpin7xxx", "kQassert7"];
            sent.extend(in_body.then_some("kQclient7"));
            if login == Fate::Fine {
                sent.extend(["kQtoken7x", "kQsigned7"]);
            }
            sent.into_iter().for_each(|core| assert!(seen.contains(core), "{name}: {core} was not sent: {seen}"));
            assert_hidden(&sink, &recorder, &cores(shape), &name);
        }
    }
}

/// Neither what a test of workflows says, nor a file that is kept of a run.
#[tokio::test(start_paused = true)]
async fn nor_have_recordings_and_mismatches() {
    let file = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("canary-credentials.json");
    for (number, shape) in SHAPES.into_iter().enumerate() {
        for in_body in [false, true] {
            let (sink, recorder) = (Sink::default(), Recorder::start());
            let recording = Recording::over(Site::new(Fate::Fine, Fate::Fine, shape), &file);
            let client = client(recording.client_builder(), shape, in_body, &sink);
            assert!(run(&client, shape, &sink).await);
            recording.save().unwrap();
            let text = std::fs::read_to_string(&file).unwrap();
            assert!(text.contains("POST /token"), "{text}");
            sink.take_down("a recording", text);
            assert_hidden(&sink, &recorder, &cores(shape), &format!("shape {number}, a recording"));

            let all = ["inHeader", "inQuery", "inCookie", "POST /token"];
            for scripted in 0..=all.len() {
                let (sink, recorder) = (Sink::default(), Recorder::start());
                let token = json!({ "access_token": plain(shape, "kQtoken7x"), "token_type": "bearer" });
                let mock = all[..scripted].iter().fold(Mock::new(), |mock, name| {
                    let answer = if name.contains("token") { token.clone() } else { json!({}) };
                    mock.on(name, Answer::json(200, answer))
                });
                let client = self::client(mock.client_builder(), shape, in_body, &sink);
                assert!(!run(&client, shape, &sink).await);
                sink.debug("what was asked", &mock.requests());
                sink.take_down("what is unfinished", mock.finish().unwrap_err().to_string());
                assert_hidden(&sink, &recorder, &cores(shape), &format!("shape {number}, a mock of {scripted}"));
            }
        }
    }
}
