//! A run in progress. Generated code decides what comes next; this sends, waits, counts and keeps the record.

use crate::error::{Error, ErrorKind};
use crate::exchange::{Exchange, Unanswered};
use crate::notes::Notes;
use crate::operation::{Step, Workflow};
use crate::outputs::OutputError;
use crate::report::{Action, Outcome, Report, RequestRecord};
use crate::request::{Finished, Parts, Request};
use crate::secrets::Secrets;
use crate::shape::Shape;
use crate::transport::{self, Received, Sending, TransportError, TransportErrorKind};
use crate::{Client, Event, Run};
use arazzo_expression::json::Json;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;
use tokio::time::{Instant, Sleep};

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
    /// Ends a request at the deadline. One for all requests of the run: setting up a timer costs more than asking it.
    timer: Option<Pin<Box<Sleep>>>,
    loops: Vec<Loop>,
    secrets: Secrets,
    report: Report,
    notes: Notes,
    after_failure: bool,
}

/// An attempt of a step, as far as it goes without waiting.
struct Attempt<'c, F> {
    parts: Option<Box<Parts>>,
    sending: Result<Sending<'c, F>, Unanswered>,
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
        client.observe(&Event::RunStarted { workflow: workflow.id });
        Self {
            client,
            workflow,
            step: first,
            attempt: 0,
            steps: 0,
            started,
            deadline: started.checked_add(client.limits().run_time),
            timer: None,
            loops: Vec::new(),
            secrets: Secrets::default(),
            report: Report::new(workflow.id),
            notes: Notes::default(),
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

    /// Where criteria say why they could not be evaluated.
    #[must_use]
    pub fn notes(&self) -> &Notes {
        &self.notes
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
    pub fn send(
        &mut self,
        request: Request,
        shape: &'static Shape,
    ) -> impl Future<Output = Result<Exchange, Error>> + use<'_, 'c> {
        // What needs no waiting is done before the future begins: what is inside of a future, such as the request, makes
        // every future around it larger, and many of them run at the same time.
        let attempt = self.begin(request);
        async move {
            let Attempt { parts, sending } = attempt?;
            let response = match sending {
                Err(unanswered) => Err(unanswered),
                Ok(sending) => {
                    let limit = self.client.limits().body_size;
                    let response = pin!(sending.response(limit));
                    match self.in_time(response).await {
                        // A transport of the user's own may not have looked at the limit.
                        Ok(response) if response.body.len() as u64 > limit => {
                            Err(Unanswered::NoResponse(TransportError::too_large(limit)))
                        }
                        response => response.map_err(Unanswered::NoResponse),
                    }
                }
            };
            self.received(response.as_ref())?;
            Ok(Exchange::new(parts, response, shape))
        }
    }

    /// Begins an attempt of a step. It is in the report from now on, as one that succeeds.
    fn begin(&mut self, request: Request) -> Result<Attempt<'c, impl Future<Output = Received> + use<>>, Error> {
        let client = self.client;
        let limits = client.limits();
        self.steps += 1;
        if self.steps > limits.steps {
            let steps = limits.steps;
            return Err(self.limit(format!("the run has executed {steps} steps, as many as `Limits::steps` allows")));
        }
        self.attempt += 1;
        for secret in request.secrets() {
            self.secrets.add(secret);
        }
        let operation = request.operation();
        let server = client.server(operation).map_err(|error| error.at(self.workflow.id, Some(self.step.id)))?;
        let Finished { url, parts, request } = request.finish(server, limits.body_size);
        let url = match self.secrets.mask(&url) {
            Cow::Borrowed(_) => url,
            Cow::Owned(masked) => masked,
        };
        let method = operation.method;
        if request.is_ok() {
            client.observe(&Event::RequestStarted {
                workflow: self.workflow.id,
                step: self.step.id,
                attempt: self.attempt,
                method,
                url: &url,
            });
        }
        client.prepare();
        let now = Instant::now();
        self.report.push(RequestRecord {
            step: self.step.id,
            attempt: self.attempt,
            method,
            url,
            status: None,
            at: now.duration_since(self.started),
            time: Duration::ZERO,
            outcome: Outcome::Passed,
            action: None,
            note: None,
        });
        let sending = match request {
            Err(problem) => Err(Unanswered::NotSent(self.secrets.mask(&problem).into_owned())),
            Ok(_) if self.deadline.is_some_and(|deadline| deadline <= now) => Err(Unanswered::NoResponse(timed_out())),
            Ok(request) => client.send(request).map_err(Unanswered::NoResponse),
        };
        Ok(Attempt { parts, sending })
    }

    /// The response, unless the run is out of time first.
    fn in_time(
        &mut self,
        mut response: Pin<&mut impl Future<Output = Result<transport::Response, TransportError>>>,
    ) -> impl Future<Output = Result<transport::Response, TransportError>> {
        let mut timer = self
            .deadline
            .map(|deadline| self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline))).as_mut());
        poll_fn(move |context| match response.as_mut().poll(context) {
            Poll::Ready(result) => Poll::Ready(result),
            Poll::Pending => match timer.as_mut().map(|timer| timer.as_mut().poll(context)) {
                Some(Poll::Ready(())) => Poll::Ready(Err(timed_out())),
                Some(Poll::Pending) | None => Poll::Pending,
            },
        })
    }

    /// Takes down what came of a request.
    fn received(&mut self, response: Result<&transport::Response, &Unanswered>) -> Result<(), Error> {
        if let Some(record) = self.report.latest() {
            record.time = self.started.elapsed().saturating_sub(record.at);
            match response {
                Ok(response) => {
                    let status = response.status.as_u16();
                    record.status = Some(status);
                    self.client.observe(&Event::ResponseReceived {
                        workflow: self.workflow.id,
                        step: record.step,
                        attempt: record.attempt,
                        method: record.method,
                        url: &record.url,
                        status,
                        time: record.time,
                    });
                }
                Err(Unanswered::NotSent(reason)) => record.outcome = Outcome::NotSent { reason: reason.clone() },
                Err(Unanswered::NoResponse(error)) => {
                    let reason = self.secrets.mask(&error.to_string()).into_owned();
                    record.outcome = Outcome::NoResponse { reason };
                }
            }
        }
        match response {
            Err(Unanswered::NoResponse(error)) if error.kind() == TransportErrorKind::BodyTooLarge => {
                let limit = self.client.limits().body_size;
                Err(self
                    .limit(format!("a response body has more than the {limit} bytes that `Limits::body_size` allows")))
            }
            Err(Unanswered::NoResponse(_)) if self.out_of_time() => Err(self.out_of_time_error()),
            _ => Ok(()),
        }
    }

    /// Takes down how an attempt went.
    pub fn settle(&mut self, exchange: &Exchange, succeeded: bool) {
        self.note();
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
    pub fn next(&mut self, declared: bool) {
        self.act(if declared { Action::NoneMatched } else { Action::Next });
    }

    /// Ends the run by an action.
    pub fn end(&mut self, action: &'static str, succeeded: bool) {
        self.after_failure = !succeeded;
        self.act(Action::End(action));
    }

    /// Goes to a later step.
    pub fn goto(&mut self, action: &'static str, to: &'static Step) {
        self.act(Action::Goto { name: action, step: to.id });
    }

    /// Goes to the same or an earlier step, and waits first.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Limit`]
    pub async fn go_back(
        &mut self,
        action: &'static str,
        to: &'static Step,
        retry_after: Option<Duration>,
    ) -> Result<(), Error> {
        self.goto(action, to);
        let from = self.step.index;
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
        if status.is_some()
            && let Some(note) = self.report.latest().and_then(|record| record.note.as_deref())
        {
            message.push_str("; ");
            message.push_str(note);
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
        typed: impl FnOnce() -> Result<O, OutputError>,
        reached: impl FnOnce() -> Map<String, Value>,
    ) -> Result<Run<O, E>, Error> {
        let time = self.started.elapsed();
        self.report.close(time);
        let result = ended.and_then(|end| match typed() {
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
            Err(error) => Err(error.with_run(self.report, reached())),
        }
    }

    /// Takes down what the criteria have said.
    fn note(&mut self) {
        let Some(said) = self.notes.take() else { return };
        let said = self.secrets.mask(&said).into_owned();
        if let Some(record) = self.report.latest() {
            record.note = Some(match record.note.take() {
                Some(before) if before.contains(&said) => before,
                Some(before) => format!("{before}; {said}"),
                None => said,
            });
        }
    }

    fn act(&mut self, action: Action) {
        self.note();
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
