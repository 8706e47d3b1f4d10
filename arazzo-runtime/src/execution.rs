//! A run in progress. Generated code decides what comes next; this sends, waits, counts and keeps the record.

use crate::error::{Error, ErrorKind};
use crate::exchange::{Exchange, Unanswered};
use crate::operation::{Step, Workflow};
use crate::outputs::{OutputError, Outputs};
use crate::report::{Action, Outcome, Report, RequestRecord};
use crate::request::Request;
use crate::secrets::Secrets;
use crate::shape::Shape;
use crate::transport::{self, TransportError, TransportErrorKind};
use crate::{Client, Event, Run};
use arazzo_expression::json::Json;
use http::Method;
use serde_json::Value;
use std::borrow::Cow;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep_until};

/// A run in progress.
#[derive(Debug)]
pub struct Execution<'c> {
    client: &'c Client,
    workflow: &'static Workflow,
    step: &'static Step,
    attempt: u32,
    steps: u64,
    started: Instant,
    deadline: Option<Instant>,
    /// Rings at the deadline. One for the run: to set one for each request would cost more than the rest of a step.
    timer: Option<Pin<Box<Sleep>>>,
    loops: Vec<Loop>,
    secrets: Secrets,
    report: Report,
    after_failure: bool,
}

/// A jump back that was taken, and how often since the run last was outside of it.
#[derive(Debug)]
struct Loop {
    from: usize,
    to: usize,
    rounds: u32,
}

/// How often a `retry` action was used since its step was entered.
#[derive(Debug, Default)]
pub struct RetryBudget {
    used: u64,
}

impl RetryBudget {
    /// An unused one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl<'c> Execution<'c> {
    /// Begins a run at its first step.
    #[must_use]
    pub fn start(client: &'c Client, workflow: &'static Workflow, first: &'static Step) -> Self {
        let started = Instant::now();
        let deadline = started.checked_add(client.limits().run_time);
        client.observe(&Event::RunStarted { workflow: workflow.id });
        Self {
            client,
            workflow,
            step: first,
            attempt: 0,
            steps: 0,
            started,
            deadline,
            timer: deadline.map(|deadline| Box::pin(sleep_until(deadline))),
            loops: Vec::new(),
            secrets: Secrets::default(),
            report: Report::new(workflow.id),
            after_failure: false,
        }
    }

    /// Checks that a server is known for every operation, before anything is sent.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Server`]
    pub fn servers(&self) -> Result<(), Error> {
        for operation in self.workflow.operations {
            self.client.server(operation).map_err(|error| error.at(self.workflow.id, None))?;
        }
        Ok(())
    }

    /// Hides a value in all that the run says.
    pub fn secret(&mut self, value: &Json<'_>) {
        self.secrets.add(&value.to_text());
    }

    /// Hides what stands at the end of a path; `*` is every element of a list and every value of a map.
    pub fn secrets_in(&mut self, value: &Json<'_>, path: &[&str]) {
        let Some(value) = value.to_value() else { return };
        let mut open = vec![(&*value, path)];
        while let Some((value, path)) = open.pop() {
            match (path.split_first(), value) {
                (None, Value::Null) => {}
                (None, value) => self.secret(&Json::from(value)),
                (Some((&"*", rest)), Value::Array(list)) => open.extend(list.iter().map(|value| (value, rest))),
                (Some((&"*", rest)), Value::Object(map)) => open.extend(map.values().map(|value| (value, rest))),
                (Some((name, rest)), value) => open.extend(value.get(name).map(|value| (value, rest))),
            }
        }
    }

    /// Enters a step.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Limit`]
    pub fn enter(&mut self, step: &'static Step) -> Result<(), Error> {
        self.step = step;
        self.attempt = 0;
        self.loops.retain(|round| (round.to..=round.from).contains(&step.index));
        self.client.observe(&Event::StepStarted { workflow: self.workflow.id, step: step.id });
        Ok(())
    }

    /// Sends a request and waits for its response. A request that cannot be sent, or gets no response, is no error here
    /// but an attempt that fails.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Limit`]
    pub async fn send(&mut self, request: Request, shape: &'static Shape) -> Result<Exchange, Error> {
        self.steps += 1;
        if self.steps > self.client.limits().steps {
            let steps = self.client.limits().steps;
            return Err(self.limit(format!("the run has executed {steps} steps, as many as `Limits::steps` allows")));
        }
        self.attempt += 1;
        for secret in request.secrets() {
            self.secrets.add(secret);
        }
        let client = self.client;
        let server =
            client.server(request.operation()).map_err(|error| error.at(self.workflow.id, Some(self.step.id)))?;
        let keep = request.keeps_parts();
        let (mut sent, url) = request.finish(server);
        let hidden = match self.secrets.mask(&sent.url) {
            Cow::Owned(hidden) => Some(hidden),
            Cow::Borrowed(_) => None,
        };
        let masked = match hidden {
            Some(hidden) => hidden,
            None if keep => sent.url.clone(),
            None => std::mem::take(&mut sent.url),
        };
        client.prepare();
        let began = Instant::now();
        let response = match url {
            Err(problem) => Err(Unanswered::NotSent(self.secrets.mask(&problem).into_owned())),
            Ok(url) => {
                client.observe(&Event::RequestStarted {
                    workflow: self.workflow.id,
                    step: self.step.id,
                    attempt: self.attempt,
                    method: sent.method,
                    url: &masked,
                });
                let method = Method::from_bytes(sent.method.as_bytes()).unwrap_or_default();
                let limit = client.limits().body_size;
                // What no expression reads of the request is not kept beside it.
                let headers = if keep { sent.headers.clone() } else { std::mem::take(&mut sent.headers) };
                let body = if keep { sent.body.clone() } else { sent.body.take() };
                let request = transport::Request::new(method, url, headers, body, limit);
                self.exchange(request).await
            }
        };
        let time = began.elapsed();
        let status = response.as_ref().ok().map(|response| response.status.as_u16());
        if let Some(status) = status {
            client.observe(&Event::ResponseReceived {
                workflow: self.workflow.id,
                step: self.step.id,
                attempt: self.attempt,
                method: sent.method,
                url: &masked,
                status,
                time,
            });
        }
        let outcome = match &response {
            Ok(_) => Outcome::Passed,
            Err(Unanswered::NotSent(reason)) => Outcome::NotSent { reason: reason.clone() },
            Err(Unanswered::NoResponse(error)) => {
                Outcome::NoResponse { reason: self.secrets.mask(&error.to_string()).into_owned() }
            }
        };
        self.report.push(RequestRecord {
            step: self.step.id,
            attempt: self.attempt,
            method: sent.method,
            url: masked,
            status,
            at: began.duration_since(self.started),
            time,
            outcome,
            action: None,
            note: None,
        });
        match response {
            Err(Unanswered::NoResponse(error)) if error.kind() == TransportErrorKind::BodyTooLarge => {
                let limit = client.limits().body_size;
                Err(self
                    .limit(format!("a response body has more than the {limit} bytes that `Limits::body_size` allows")))
            }
            Err(Unanswered::NoResponse(_)) if self.out_of_time() => Err(self.out_of_time_error()),
            response => Ok(Exchange::new(sent, response, shape)),
        }
    }

    async fn exchange(&mut self, request: transport::Request) -> Result<transport::Response, Unanswered> {
        let limit = request.body_limit;
        if self.out_of_time() {
            return Err(Unanswered::NoResponse(timed_out()));
        }
        // Pinned here, so that it is not moved into the future around it: it is large.
        let mut sending = std::pin::pin!(self.client.send(request));
        let mut timer = self.timer.as_mut();
        let result = poll_fn(|context| {
            if let Poll::Ready(result) = sending.as_mut().poll(context) {
                return Poll::Ready(result);
            }
            match timer.as_mut().map(|timer| timer.as_mut().poll(context)) {
                Some(Poll::Ready(())) => Poll::Ready(Err(timed_out())),
                _ => Poll::Pending,
            }
        });
        match result.await {
            // A transport of the user's own may not have looked at the limit.
            Ok(response) if response.body.len() as u64 > limit => {
                Err(TransportError::new(TransportErrorKind::BodyTooLarge, "the response body is too large"))
            }
            result => result,
        }
        .map_err(Unanswered::NoResponse)
    }

    /// Takes down how an attempt went.
    pub fn settle(&mut self, exchange: &Exchange, succeeded: bool) {
        let Some(record) = self.report.latest() else { return };
        if exchange.answered() && !succeeded {
            record.outcome = match (exchange.unmet(), exchange.body_problem()) {
                (None, Some(reason)) => Outcome::Unreadable { reason },
                (criterion, _) => Outcome::Failed { criterion },
            };
        }
        self.client.observe(&Event::StepFinished {
            workflow: self.workflow.id,
            step: self.step.id,
            outcome: &record.outcome,
        });
    }

    /// Goes on with the next step: no action is declared, or none matched.
    pub fn next(&mut self, exchange: &Exchange, declared: bool) {
        self.act(if declared { Action::NoneMatched } else { Action::Next });
        if declared && let Some(record) = self.report.latest() {
            record.note = exchange.criteria_problem();
        }
    }

    /// Ends the run by an action.
    pub fn end(&mut self, action: &'static str, succeeded: bool) {
        self.after_failure = !succeeded;
        self.act(Action::End(action));
    }

    /// Goes to a step; a jump back waits first.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Limit`]
    pub async fn goto(
        &mut self,
        action: &'static str,
        to: &'static Step,
        retry_after: Option<Duration>,
    ) -> Result<(), Error> {
        self.act(Action::Goto { name: action, step: to.id });
        let from = self.step.index;
        if to.index > from {
            return Ok(());
        }
        let rounds = match self.loops.iter_mut().find(|round| (round.from, round.to) == (from, to.index)) {
            Some(round) => {
                round.rounds += 1;
                round.rounds
            }
            None => {
                self.loops.push(Loop { from, to: to.index, rounds: 0 });
                0
            }
        };
        let pacing = self.client.pacing();
        let pause = pacing.asked(retry_after, None).unwrap_or_else(|| pacing.pause(rounds));
        self.wait(pause).await
    }

    /// Takes a `retry` action, if it has not been used up, and waits. The delay is what the response asks for, else what
    /// the document asks for, else the pause between rounds.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Limit`]
    pub async fn retry(
        &mut self,
        action: &'static str,
        budget: &mut RetryBudget,
        limit: u64,
        document: Option<Duration>,
        retry_after: Option<Duration>,
    ) -> Result<bool, Error> {
        if budget.used >= limit {
            return Ok(false);
        }
        let pacing = self.client.pacing();
        let rounds = u32::try_from(budget.used).unwrap_or(u32::MAX);
        let after = pacing.asked(retry_after, document).unwrap_or_else(|| pacing.pause(rounds));
        budget.used += 1;
        self.act(Action::Retry { name: action, after });
        self.wait(after).await?;
        Ok(true)
    }

    /// The error of a step that failed and for which no failure action matched.
    #[must_use]
    pub fn failed(&mut self, exchange: Exchange) -> Error {
        self.act(Action::Break);
        let (status, criterion) = (exchange.status(), exchange.unmet());
        let mut message = match (status, criterion) {
            (Some(status), Some(criterion)) => format!("the server answered {status}, and `{criterion}` is not met"),
            (Some(status), None) if status / 100 == 2 => format!("the server answered {status}"),
            (Some(status), None) => format!("the server answered {status}, which is not 2xx"),
            (None, _) => String::new(),
        };
        if let Some(problem) = exchange.body_problem() {
            message.push_str("; ");
            message.push_str(&problem);
        }
        if let Some(excerpt) = exchange.excerpt() {
            message.push_str("; the body begins: ");
            message.push_str(&shorten(&self.secrets.mask(&excerpt)));
        }
        let error = match exchange.into_unanswered() {
            None => Error::new(ErrorKind::Step, message),
            Some(Unanswered::NotSent(problem)) => {
                Error::new(ErrorKind::Request, format!("the request was not sent: {problem}"))
            }
            Some(Unanswered::NoResponse(error)) => {
                let error = error.masked(|text| self.secrets.mask(text).into_owned());
                Error::new(ErrorKind::Transport, format!("no response: {error}")).with_source(error)
            }
        };
        error.at(self.workflow.id, Some(self.step.id)).because(criterion, status)
    }

    /// Closes the run: with its typed outputs and its end, or with the error and the outputs reached so far.
    ///
    /// # Errors
    ///
    /// The error that ended the run, or [`ErrorKind::Output`].
    pub fn finish<O, E>(
        mut self,
        ended: Result<E, Error>,
        outputs: Outputs,
        typed: impl FnOnce(&Outputs) -> Result<O, OutputError>,
    ) -> Result<Run<O, E>, Error> {
        let time = self.started.elapsed();
        self.report.close(time);
        let result = ended.and_then(|end| match typed(&outputs) {
            Ok(typed) => Ok((end, typed)),
            Err(OutputError { message, step }) => {
                let message = self.secrets.mask(&message).into_owned();
                Err(Error::new(ErrorKind::Output, message).at(self.workflow.id, step))
            }
        });
        self.client.observe(&Event::RunFinished {
            workflow: self.workflow.id,
            error: result.as_ref().err().map(Error::message),
            time,
        });
        match result {
            Ok((end, typed)) => Ok(Run::new(typed, end, self.report, self.after_failure)),
            Err(error) => Err(error.with_run(self.report, outputs.into_values())),
        }
    }

    fn act(&mut self, action: Action) {
        self.client.observe(&Event::ActionTaken { workflow: self.workflow.id, step: self.step.id, action: &action });
        if let Some(record) = self.report.latest() {
            record.action = Some(action);
        }
    }

    async fn wait(&mut self, pause: Duration) -> Result<(), Error> {
        if pause.is_zero() {
            // A loop that never waits must still let others run, and let the run be cancelled.
            tokio::task::yield_now().await;
        } else {
            self.client.observe(&Event::Waiting { workflow: self.workflow.id, pause });
            let until = Instant::now().checked_add(pause);
            match (until, self.deadline) {
                (Some(until), Some(deadline)) => tokio::time::sleep_until(until.min(deadline)).await,
                (None, Some(deadline)) => tokio::time::sleep_until(deadline).await,
                (_, None) => tokio::time::sleep(pause).await,
            }
        }
        if self.out_of_time() { Err(self.out_of_time_error()) } else { Ok(()) }
    }

    fn out_of_time(&self) -> bool {
        self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }

    fn out_of_time_error(&self) -> Error {
        let time = self.client.limits().run_time;
        self.limit(format!("the run has taken {time:.0?}, as long as `Limits::run_time` allows"))
    }

    fn limit(&self, message: String) -> Error {
        Error::new(ErrorKind::Limit, message).at(self.workflow.id, Some(self.step.id))
    }
}

fn timed_out() -> TransportError {
    TransportError::new(TransportErrorKind::Timeout, "the run ran out of time")
}

/// The first part of a body on one line.
fn shorten(body: &str) -> String {
    const LENGTH: usize = 400;
    let mut text = String::new();
    for (count, character) in body.chars().enumerate() {
        if count == LENGTH {
            text.push('…');
            break;
        }
        text.push(if character.is_control() { ' ' } else { character });
    }
    text
}
