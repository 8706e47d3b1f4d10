//! A transport that answers by a script.

use super::answer::{Answer, Reply};
use super::expectation::mismatch;
use super::received::ReceivedRequest;
use super::{Unfinished, builder, indented, listed, unexpected};
use crate::near::nearest;
use crate::transport::{Request, Response, TransportError, TransportFuture};
use crate::{Client, ClientBuilder, Resend, Transport};
use std::fmt::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The server of operations whose description names none.
const SERVER: &str = "https://mock.test";

/// A transport for tests that answers by a script, without a socket.
///
/// The script says for each operation what is answered, in order. An operation is named by its `operationId`, or by its
/// method and path template as in `GET /things/{id}`; the name of its source description and a dot may stand before either.
/// A request that the script has no answer for, or that is not as an answer expects, ends the run with an error of the
/// kind [`ErrorKind::UnexpectedRequest`](crate::ErrorKind::UnexpectedRequest), whatever failure actions the document has.
///
/// A test ends with [`Mock::assert_finished`]: without it nobody notices an answer that was never asked for.
///
/// ```
/// use arazzo_runtime::testing::{Answer, Mock, json};
///
/// let mock = Mock::new()
///     .on("forkSandbox", Answer::json(200, json!({ "id": "fork-1" })).expect_json(json!({ "name": "my-copy" })))
///     .on("getSandbox", Answer::json(200, json!({ "state": "forking" })).times(2))
///     .on("getSandbox", Answer::json(200, json!({ "state": "started" })));
/// let client = mock.client();
/// // … run the workflow with the client …
/// # assert!(mock.finish().is_err());
/// ```
///
/// Clones share the script.
#[derive(Clone, Default)]
pub struct Mock {
    script: Arc<Mutex<Script>>,
}

#[derive(Default)]
struct Script {
    lanes: Vec<Lane>,
    received: Vec<ReceivedRequest>,
    /// Those that were not expected.
    problems: Vec<String>,
}

/// The answers for one operation.
struct Lane {
    name: String,
    answers: Vec<(Answer, u64)>,
    asked: u64,
}

impl Mock {
    /// One with an empty script.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The next answer for an operation.
    #[must_use]
    pub fn on(self, operation: impl AsRef<str>, answer: impl Into<Answer>) -> Self {
        self.on_each(operation, [answer])
    }

    /// The next answers for an operation.
    #[must_use]
    pub fn on_each<A: Into<Answer>>(self, operation: impl AsRef<str>, answers: impl IntoIterator<Item = A>) -> Self {
        let name = normal(operation.as_ref());
        let mut script = self.script();
        let place = script.lanes.iter().position(|lane| lane.name == name).unwrap_or_else(|| {
            script.lanes.push(Lane { name, answers: Vec::new(), asked: 0 });
            script.lanes.len() - 1
        });
        script.lanes[place].answers.extend(answers.into_iter().map(|answer| (answer.into(), 0)));
        drop(script);
        self
    }

    /// A client over it that never waits, and sends nothing again by itself. Operations whose description names no server have `https://mock.test`.
    #[must_use]
    pub fn client(&self) -> Client {
        // The only setting that could be wrong is known to be right.
        self.client_builder().build().unwrap_or_default()
    }

    /// The settings of such a client, to add others.
    pub fn client_builder(&self) -> ClientBuilder {
        builder(self.clone(), SERVER).resend(Resend::none())
    }

    /// The requests so far.
    #[must_use]
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.script().received.clone()
    }

    /// The requests so far of one operation, named as for [`Mock::on`]. None for an operation that was not asked for, and for
    /// a name that is nobody's: which names there are, a mock knows from its script and its requests alone.
    ///
    /// # Panics
    ///
    /// When no answer is scripted for this name and no request has it, and it differs by a letter or two from one for which
    /// that is so: it is taken to be misspelt. That an operation with such a name was not asked for can be seen in
    /// [`Mock::requests`].
    #[must_use]
    #[track_caller]
    pub fn requests_of(&self, operation: &str) -> Vec<ReceivedRequest> {
        let name = normal(operation);
        let (requests, near) = {
            let script = self.script();
            let is_named = |request: &&ReceivedRequest| names(request).contains(&name);
            let requests: Vec<_> = script.received.iter().filter(is_named).cloned().collect();
            let is_known = !requests.is_empty() || script.lanes.iter().any(|lane| lane.name == name);
            (requests, if is_known { None } else { script.near(&name) })
        };
        if let Some(near) = near {
            panic!("the mock has neither an answer for `{name}` nor a request of it; did you mean `{near}`?");
        }
        requests
    }

    /// Checks that every answer of the script was asked for as often as it says, and that no request was unexpected.
    ///
    /// # Errors
    ///
    /// What was never asked, and what was not expected.
    pub fn finish(&self) -> Result<(), Unfinished> {
        let script = self.script();
        let mut message = String::new();
        if !script.problems.is_empty() {
            message.push_str("the run has sent what the mock did not expect:\n");
            script.problems.iter().for_each(|problem| message.push_str(&indented(problem)));
        }
        let left: String = script.lanes.iter().filter_map(|lane| lane.left(&script.received)).collect();
        if !left.is_empty() {
            message.push_str("the run has not asked for all that the mock's script has:\n");
            message.push_str(&left);
        }
        Unfinished::unless_empty(&message)
    }

    /// The same as [`Mock::finish`], for the end of a test.
    ///
    /// # Panics
    ///
    /// With the message, if there is one.
    #[track_caller]
    pub fn assert_finished(&self) {
        if let Err(unfinished) = self.finish() {
            panic!("{unfinished}");
        }
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is answered to a request.
    fn answer(&self, request: &Request) -> Result<Answer, String> {
        let received = ReceivedRequest::of(request);
        let (mut answer, head) = {
            let mut script = self.script();
            script.received.push(received.clone());
            script.take(&received)?
        };
        loop {
            if let Some(problem) = &answer.problem {
                return Err(format!("the answer that is scripted for {head} cannot be given: {problem}"));
            }
            let wrong: Vec<String> = answer.expectations.iter().flat_map(|known| known.check(&received)).collect();
            if !wrong.is_empty() {
                return Err(mismatch(&format!("{head} is not as the mock expects"), &received, &wrong));
            }
            let Reply::Computed(compute) = &answer.reply else { return Ok(answer) };
            let computed = compute(&received);
            answer = Answer { delay: answer.delay + computed.delay, ..computed };
        }
    }
}

impl Script {
    /// The answer for a request, and what the request is called.
    fn take(&mut self, request: &ReceivedRequest) -> Result<(Answer, String), String> {
        let names = names(request);
        // The name that says most comes first.
        let Some(place) = names.iter().find_map(|name| self.lanes.iter().position(|lane| lane.name == *name)) else {
            return Err(self.unscripted(request));
        };
        let lane = &mut self.lanes[place];
        lane.asked += 1;
        let head = format!("request {} of `{}`", lane.asked, lane.name);
        match lane.answers.iter_mut().find(|(answer, used)| answer.times.is_none_or(|times| *used < times)) {
            Some((answer, used)) => {
                *used += 1;
                Ok((answer.clone(), head))
            }
            None => {
                let scripted = lane.answers.iter().map(|(answer, _)| answer.to_string());
                let scripted: Vec<_> = scripted.collect();
                let mut wrong = vec![format!("scripted: {}", scripted.join(", "))];
                wrong.push(
                    "help: add an answer with `on`, or let the last one go on with `times` or `always`".to_owned(),
                );
                Err(mismatch(&format!("the mock has no answer left for {head}"), request, &wrong))
            }
        }
    }

    /// The name of an answer or of a request that may be meant by another one.
    fn near(&self, name: &str) -> Option<String> {
        let asked: Vec<String> = self.received.iter().flat_map(names).collect();
        let known = self.lanes.iter().map(|lane| &lane.name).chain(&asked).map(String::as_str);
        nearest(name, known).map(str::to_owned)
    }

    fn unscripted(&self, request: &ReceivedRequest) -> String {
        let called = request.called();
        let mut wrong = vec![format!("scripted: {}", listed(self.lanes.iter().map(|lane| lane.name.as_str())))];
        let unasked = self.lanes.iter().filter(|lane| lane.asked == 0).map(|lane| lane.name.as_str());
        wrong.push(match nearest(&called, unasked) {
            Some(near) => format!("help: did you mean `{called}` where the script says `{near}`?"),
            None => format!("help: add `.on(\"{called}\", Answer::…)`"),
        });
        mismatch(&format!("the mock has no answer for {}", described(request)), request, &wrong)
    }
}

impl Lane {
    /// A line about the answers that nobody has asked for.
    fn left(&self, received: &[ReceivedRequest]) -> Option<String> {
        let left: Vec<String> = self
            .answers
            .iter()
            .filter_map(|(answer, used)| match answer.times {
                Some(times) if *used < times => {
                    Some(Answer { times: Some(times - used), ..answer.clone() }.to_string())
                }
                None if *used == 0 => Some(answer.to_string()),
                _ => None,
            })
            .collect();
        if left.is_empty() {
            return None;
        }
        let (name, asked, left) = (&self.name, self.asked, left.join(", "));
        let mut line = match asked {
            0 => format!("  `{name}` was never asked for; left: {left}\n"),
            1 => format!("  `{name}` was asked for once; left: {left}\n"),
            _ => format!("  `{name}` was asked for {asked} times; left: {left}\n"),
        };
        let known: Vec<String> = received.iter().map(ReceivedRequest::called).collect();
        if asked == 0
            && let Some(near) = nearest(name, known.iter().map(String::as_str).filter(|known| known != name))
        {
            // Writing to a text has no way to fail.
            let _ = writeln!(line, "    help: did you mean `{near}`, which was asked for?");
        }
        Some(line)
    }
}

/// What an operation may be called in a script, with what says most first.
fn names(request: &ReceivedRequest) -> Vec<String> {
    let Some(operation) = request.operation() else {
        let path = request.target().split('?').next().unwrap_or_default();
        let url = request.url().split('?').next().unwrap_or_default();
        return [url, path].map(|place| format!("{} {place}", request.method())).into();
    };
    let by_path = format!("{} {}", operation.method(), operation.path());
    let short: Vec<String> = operation.id().map(str::to_owned).into_iter().chain([by_path]).collect();
    let long = short.iter().map(|name| format!("{}.{name}", operation.source()));
    long.chain(short.iter().cloned()).collect()
}

/// What an operation is called, in full.
fn described(request: &ReceivedRequest) -> String {
    match request.operation() {
        Some(operation) => {
            let by_path = match operation.id() {
                Some(_) => format!(", {} {}", operation.method(), operation.path()),
                None => String::new(),
            };
            format!("the operation `{operation}` (source `{}`{by_path})", operation.source())
        }
        None => format!("`{}`, a request of the client itself", request.called()),
    }
}

/// A name with the method in capitals.
fn normal(name: &str) -> String {
    let Some((method, path)) = name.split_once(' ') else { return name.to_owned() };
    let (source, method) = method.rsplit_once('.').map_or(("", method), |(source, method)| (source, method));
    let dot = if source.is_empty() { "" } else { "." };
    format!("{source}{dot}{} {}", method.to_uppercase(), path.trim_start())
}

impl Transport for Mock {
    fn send(&self, request: Request) -> TransportFuture<'_> {
        Box::pin(async move {
            let answer = match self.answer(&request) {
                Ok(answer) => answer,
                Err(message) => {
                    let message = request.masked(&message).into_owned();
                    self.script().problems.push(message.clone());
                    return Err(unexpected(message));
                }
            };
            if !answer.delay.is_zero() {
                tokio::time::sleep(answer.delay).await;
            }
            give(answer.reply).await
        })
    }
}

async fn give(reply: Reply) -> Result<Response, TransportError> {
    match reply {
        Reply::Response(response) => Ok(response),
        Reply::Fault(kind, message) => Err(TransportError::new(kind, message)),
        Reply::Never | Reply::Computed(_) => std::future::pending().await,
    }
}

impl fmt::Debug for Mock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let script = self.script();
        let lanes = script.lanes.iter().map(|lane| (&lane.name, lane.answers.iter().map(|(answer, _)| answer)));
        f.debug_map().entries(lanes.map(|(name, answers)| (name, answers.collect::<Vec<_>>()))).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Recorder, Replay, json};
    use super::*;
    use crate::transport::TransportErrorKind;
    use http::{HeaderMap, Method};
    use url::Url;

    /// A request that the client makes for itself.
    fn own(url: &str) -> Request {
        let body = Some("grant_type=client_credentials&client_secret=s3cret".into());
        let headers = HeaderMap::from_iter([(
            http::header::CONTENT_TYPE,
            http::HeaderValue::from_static("application/x-www-form-urlencoded"),
        )]);
        Request::new(Method::POST, Url::parse(url).unwrap(), headers, body, 1_024)
    }

    #[tokio::test]
    async fn requests_of_the_client_itself_are_named_by_their_path_or_their_url() {
        for name in ["POST /oauth/token", "post https://auth.test/oauth/token"] {
            let mock = Mock::new().on(name, Answer::json(200, json!({ "access_token": "t" })));
            let response = mock.send(own("https://auth.test/oauth/token?x=1")).await.unwrap();
            assert_eq!(response.body, r#"{"access_token":"t"}"#);
            mock.assert_finished();
            assert!(mock.requests()[0].operation().is_none());
        }
        let mock = Mock::new().on("POST /oauth/tokens", Answer::empty(200));
        let error = mock.send(own("https://auth.test/oauth/token")).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::UnexpectedRequest);
        assert_eq!(
            error.to_string(),
            "the mock has no answer for `POST /oauth/token`, a request of the client itself\n  \
             got: POST https://auth.test/oauth/token\n  scripted: `POST /oauth/tokens`\n  \
             help: did you mean `POST /oauth/token` where the script says `POST /oauth/tokens`?"
        );
    }

    #[tokio::test]
    async fn requests_of_the_client_itself_are_recorded_without_their_secrets() {
        let path = std::env::temp_dir().join(format!("arazzo-own-requests-{}.json", std::process::id()));
        let token = json!({ "access_token": "t0ken", "expires_in": 60 });
        let recorder = Recorder::over(Mock::new().on("POST /oauth/token", Answer::json(200, token)), &path);
        recorder.send(own("https://auth.test/oauth/token")).await.unwrap();
        recorder.save().unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let replay = Replay::open(&path);
        std::fs::remove_file(&path).unwrap();
        assert!(!text.contains("s3cret") && !text.contains("t0ken"), "{text}");
        assert!(text.contains("\"operation\": \"POST /oauth/token\"") && !text.contains("\"source\""), "{text}");
        let replay = replay.unwrap();
        let response = replay.send(own("https://another.test/oauth/token")).await.unwrap();
        assert_eq!(response.body, r#"{"access_token":"***","expires_in":60}"#);
        replay.assert_finished();
    }
}
