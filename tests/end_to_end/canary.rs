//! Secrets of nasty shapes in every place of a request, in runs that end in every way: nothing that a run says has them.

use std::error::Error as StdError;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use arazzo::progress::Progress;
use arazzo::transport::{Request, Response, Transport, TransportError, TransportErrorKind, TransportFuture};
use arazzo::{Client, Credential, Error, Event, Limits, Observer, Pacing, Redirects, Report};
use reqwest::header::{CONTENT_ENCODING, HeaderValue};
use serde_json::json;

use crate::support::{Answer, Memory, Recorder, assert_says};
use crate::workflows::canary::{calls, everywhere, sent_back};

/// What makes a secret of a core.
pub(crate) type Shape = fn(&str) -> String;

/// Shapes of secrets around a core of letters and digits, which no way to write them changes: where the core shows, the
/// secret does.
pub(crate) const SHAPES: [Shape; 7] = [
    |core| core.to_owned(),
    |core| format!("{core}+/=="),
    |core| format!("\"{core}\"'\\/"),
    |core| format!("%2F{core}%25 100%"),
    |core| format!("{core} a+b&c=d;e,f#g?h|i"),
    |core| format!("{{\"k\":\"{core}\"}}"),
    |core| format!("é{core}ß🙂{core}"),
];

/// Where a secret is: each place has a core of its own.
const PLACES: [&str; 8] =
    ["kQheader7", "kQquery7x", "kQcookie7", "kQbearer7", "kQuser7xx", "kQpass7xx", "kQinput7x", "kQtoken7x"];

/// What becomes of the last request.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Fate {
    Fine,
    Status(u16),
    Broken(TransportErrorKind),
    NoJson,
    Elsewhere,
    AnotherType,
    Redirect,
    RedirectElsewhere,
    Never,
    TooLarge,
}

pub(crate) const FATES: [Fate; 13] = [
    Fate::Fine,
    Fate::Status(401),
    Fate::Status(503),
    Fate::Broken(TransportErrorKind::Connect),
    Fate::Broken(TransportErrorKind::Broken),
    Fate::Broken(TransportErrorKind::Other),
    Fate::NoJson,
    Fate::Elsewhere,
    Fate::AnotherType,
    Fate::Redirect,
    Fate::RedirectElsewhere,
    Fate::Never,
    Fate::TooLarge,
];

/// Answers with all that it was sent, and says all of it to `tracing` too, in the span of the request but under another name.
#[derive(Clone)]
pub(crate) struct Echo {
    fate: Fate,
    /// What it makes up.
    token: String,
    /// What it gets, and sends elsewhere.
    secret: String,
    seen: Arc<Mutex<String>>,
}

impl Echo {
    pub(crate) fn new(fate: Fate, token: &str, shape: Shape) -> Self {
        Echo { fate, token: token.to_owned(), secret: shape("kQinput7x"), seen: Arc::default() }
    }

    /// Takes down all that it is sent.
    pub(crate) fn hear(&self, request: &Request) -> String {
        let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
        let headers: Vec<_> =
            request.headers.iter().map(|(name, value)| format!("{name}: {}", text(value.as_bytes()))).collect();
        let body = request.body.as_deref().map(text).unwrap_or_default();
        let echo = format!("{} {} {} {body}", request.method, request.url, headers.join(" "));
        self.seen.lock().unwrap().push_str(&echo);
        echo
    }

    /// All that it was sent.
    pub(crate) fn seen(&self) -> String {
        self.seen.lock().unwrap().clone()
    }
}

impl Transport for Echo {
    fn send(&self, request: Request) -> TransportFuture<'_> {
        let echo = self.hear(&request);
        let fate = if request.url.path() == "/json" { self.fate } else { Fate::Fine };
        let answer = json!({ "target": request.url.as_str(), "body": echo, "token": self.token, "count": 1 });
        let answer = Response::json(200, answer.to_string()).header("X-Echo", request.url.as_str());
        let redirect = |origin: &str| {
            let mut location = request.url.clone();
            location.query_pairs_mut().append_pair("again", &self.secret);
            let location = location.as_str().replacen("http://127.0.0.1", origin, 1);
            Response::json(307, "{}").header("Location", &location)
        };
        let result = match fate {
            Fate::Fine => Ok(answer),
            Fate::Status(status) => Ok(Response::json(status, answer.body).header("Retry-After", "1")),
            Fate::Broken(kind) => {
                let cause = TransportError::new(kind, format!("the cause has {echo}"));
                Err(TransportError::new(kind, format!("it has {echo}")).with_source(cause))
            }
            Fate::NoJson => {
                let mut broken = Response::json(200, format!(r#"{{"token": {}, {echo}"#, json!(self.token)));
                // Whatever the server says it is encoded in.
                broken.headers.extend(HeaderValue::from_bytes(echo.as_bytes()).map(|echo| (CONTENT_ENCODING, echo)));
                Ok(broken)
            }
            Fate::Elsewhere => Ok(Response::json(201, json!({ "data": { "token": self.token } }).to_string())),
            Fate::AnotherType => Ok(Response::json(200, json!({ "count": echo, "token": [self.token] }).to_string())),
            Fate::Redirect => Ok(redirect("http://127.0.0.1")),
            Fate::RedirectElsewhere => Ok(redirect("http://127.0.0.2")),
            Fate::TooLarge => {
                Ok(Response::json(200, json!({ "body": format!("{echo}{}", "x".repeat(200_000)) }).to_string()))
            }
            Fate::Never => return Box::pin(std::future::pending()),
        };
        Box::pin(async { result })
    }
}

/// Whatever a run says.
#[derive(Clone, Default)]
pub(crate) struct Sink(Arc<Mutex<Vec<(String, String)>>>);

impl Sink {
    pub(crate) fn take_down(&self, what: &str, said: String) {
        self.0.lock().unwrap().push((what.to_owned(), said));
    }

    pub(crate) fn debug(&self, what: &str, said: &impl Debug) {
        self.take_down(what, format!("{said:?}"));
        self.take_down(what, format!("{said:#?}"));
    }

    pub(crate) fn report(&self, report: &Report) {
        self.debug("the report", report);
        self.take_down("the report as text", report.to_string());
        self.take_down("the report as JSON", report.to_json().to_string());
        self.take_down("the report as an archive", report.to_har().to_string());
    }

    pub(crate) fn error(&self, error: &Error) {
        self.report(error.report());
        let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
        while let Some(error) = cause {
            self.debug("the error", &error);
            self.take_down("the error as text", error.to_string());
            cause = error.source();
        }
    }
}

impl Observer for Sink {
    fn event(&self, event: &Event<'_>) {
        self.debug("an event", event);
    }
}

/// An observer that is two.
pub(crate) struct Both(pub(crate) Sink, pub(crate) Progress);

impl Observer for Both {
    fn event(&self, _: &Event<'_>) {}

    fn event_of_run(&self, run: u64, event: &Event<'_>) {
        self.0.event(event);
        self.1.event_of_run(run, event);
    }
}

/// What the display writes.
pub(crate) struct Screen(pub(crate) Sink);

impl std::io::Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.take_down("the display", String::from_utf8_lossy(bytes).into_owned());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn client(echo: &Echo, shape: Shape, sink: &Sink) -> Client {
    let [header, query, cookie, bearer, user, password, ..] = PLACES;
    // A header has no room for other letters.
    let plain = |core: &str| Some(shape(core)).filter(|secret| secret.is_ascii()).unwrap_or_else(|| format!("{core}~"));
    let builder = Client::builder()
        .server("http://127.0.0.1")
        .transport(echo.clone())
        .pacing(Pacing::default().first(Duration::from_millis(1)))
        .limits(Limits::default().step_time(Duration::from_secs(20)).body_size(100_000))
        .redirects(Redirects::same_origin(2))
        .credential("headerKey", Credential::api_key(plain(header)))
        .credential("queryKey", Credential::api_key(shape(query)))
        .credential("cookieKey", Credential::api_key(shape(cookie)))
        .credential("bearer", Credential::bearer(plain(bearer)))
        .credential("login", Credential::basic(user, shape(password)))
        .observer(Both(sink.clone(), Progress::plain(Screen(sink.clone()))));
    with_checkpoints(&builder.build().unwrap(), sink)
}

/// The same client, whose checkpoints are taken down too.
pub(crate) fn with_checkpoints(client: &Client, sink: &Sink) -> Client {
    let kept = sink.clone();
    client.with_checkpoints(move |checkpoint| {
        kept.debug("a checkpoint", checkpoint);
        kept.take_down("a checkpoint", serde_json::to_string(checkpoint).map_err(std::io::Error::other)?);
        Ok::<_, std::io::Error>(())
    })
}

/// The text of user and password as they are sent, with the three ways in which base64 can begin with the core.
fn cores(shape: Shape) -> Vec<String> {
    let mut cores: Vec<String> =
        PLACES.iter().filter(|place| **place != "kQuser7xx").map(|core| (*core).to_owned()).collect();
    let text = format!("kQuser7xx:{}", shape("kQpass7xx"));
    cores.push(base64(text.as_bytes()).trim_end_matches('=').to_owned());
    cores
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let number = chunk.iter().chain([&0; 2]).take(3).fold(0_usize, |number, byte| number << 8 | usize::from(*byte));
        for place in 0..4 {
            let letter = if place > chunk.len() { b'=' } else { LETTERS[number >> (18 - 6 * place) & 63] };
            text.push(char::from(letter));
        }
    }
    text
}

#[track_caller]
pub(crate) fn assert_hidden(sink: &Sink, recorder: &Recorder, cores: &[String], run: &str) {
    for seen in recorder.seen() {
        sink.debug("tracing", &seen);
    }
    let said = sink.0.lock().unwrap();
    for what in ["an event", "the display", "the report as JSON", "the report as an archive", "tracing"] {
        assert!(said.iter().any(|(known, text)| known == what && !text.is_empty()), "{run}: nothing of {what}");
    }
    for core in cores {
        for (what, text) in &*said {
            assert!(!text.contains(core), "{run}: {what} shows {core}:\n{text}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_that_a_run_says_has_a_secret() {
    for (number, shape) in SHAPES.into_iter().enumerate() {
        for fate in FATES {
            let sink = Sink::default();
            let recorder = Recorder::start();
            // Nothing asks for it as a secret.
            let echo = Echo::new(fate, "made up", shape);
            let client = client(&echo, shape, &sink);
            sink.debug("the client", &client);
            let inputs = everywhere::Inputs::new(shape("kQinput7x"));
            sink.debug("the inputs", &inputs);
            let run = format!("shape {number}, {fate:?}");
            match everywhere(&client, inputs).await {
                Ok(ended) => {
                    assert_eq!(fate, Fate::Fine, "{run}");
                    sink.report(&ended.report);
                    sink.debug("the run", &ended);
                }
                Err(error) => {
                    assert_ne!(fate, Fate::Fine, "{run}: {error}");
                    sink.error(&error);
                }
            }
            let seen = echo.seen();
            let sent = cores(shape).into_iter().filter(|core| core != "kQpass7xx" && core != "kQtoken7x");
            sent.for_each(|core| assert!(seen.contains(&core), "{run}: {core} was not sent: {seen}"));
            assert_hidden(&sink, &recorder, &cores(shape), &run);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn nor_one_that_the_server_makes() {
    for (number, shape) in SHAPES.into_iter().enumerate().filter(|(number, _)| *number < 6) {
        for fate in FATES {
            let sink = Sink::default();
            let recorder = Recorder::start();
            let echo = Echo::new(fate, &shape("kQtoken7x"), shape);
            let client = client(&echo, shape, &sink);
            let run = format!("shape {number}, {fate:?}");
            let secret = shape("kQinput7x");
            let own = sent_back(&client, sent_back::Inputs::new(&secret)).await;
            let called = calls(&client, calls::Inputs::new(&secret)).await;
            for report in [own.map(|run| run.report), called.map(|run| run.report)] {
                match report {
                    Ok(report) => sink.report(&report),
                    Err(error) => sink.error(&error),
                }
            }
            if fate == Fate::Fine {
                assert!(echo.seen().contains("authorization: Bearer "), "{run}: {}", echo.seen());
            }
            assert_hidden(&sink, &recorder, &cores(shape), &run);
        }
    }
}

/// What a step makes as a secret is none when it says nothing.
#[tokio::test(start_paused = true)]
async fn null_and_true_are_no_secrets() {
    for value in [json!(null), json!(true)] {
        let body = json!({ "done": true, "next": null, "token": value });
        let memory = Memory::new([Answer::json(404, &body)]);
        let client = Client::builder().server("http://127.0.0.1").transport(memory).build().unwrap();
        let error = sent_back(&client, sent_back::Inputs::new("kQinput7x")).await.unwrap_err();
        assert_says(&error, &format!("the body begins: {body}"));
    }
}
