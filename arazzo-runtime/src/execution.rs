//! A run in progress. Generated code decides what comes next; this sends, waits, counts and keeps the record.

mod verdict;

use crate::authorization::{Authorized, Renewal, Waiting};
use crate::call::{CallTime, Dependency};
use crate::checkpoint::{Checkpoint, Entered};
use crate::course::Course;
use crate::durable::{Durable, Kept};
use crate::error::{Error, ErrorKind};
use crate::exchange::{Exchange, Unanswered};
use crate::idempotency::{self, IDEMPOTENCY_KEY};
use crate::inputs::{Inputs, misfits};
use crate::notes::Notes;
use crate::operation::{Operation, Step, Workflow};
use crate::others::Others;
use crate::outputs::OutputError;
use crate::report::{Mark, Outcome, Report, RequestRecord};
use crate::request::{Finished, Parts, Request};
use crate::resend::{Answer, Deadline, Outgoing, Sent, There};
use crate::secrets::Secrets;
use crate::server::Server;
use crate::shape::Shape;
use crate::transport::{self, Spare, TransportError, TransportErrorKind, TransportFuture};
use crate::watch::Watch;
use crate::{Client, Event, Run};
use arazzo_expression::json::Json;
use http::StatusCode;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;
use tokio::time::{Instant, Sleep};

/// A run in progress.
#[derive(Debug)]
pub struct Execution<'c> {
    pub(crate) client: &'c Client,
    pub(crate) watch: Watch<'c>,
    /// The workflow that runs now.
    pub(crate) frame: Frame,
    /// Those that wait for it.
    pub(crate) callers: Vec<Frame>,
    /// Which workflows have been run for others that depend on them.
    pub(crate) dependencies: Vec<(&'static Workflow, Dependency)>,
    /// What the workflows have left behind whose values others read.
    pub(crate) others: Others,
    /// Steps of other workflows that have completed, by the numbers that the compiler gives them.
    pub(crate) completed: Vec<u32>,
    /// How many callers the workflow has whose time was over, until that is left.
    pub(crate) over: Option<usize>,
    /// How many callers wait for the last response of a workflow.
    pub(crate) keeps_response: u32,
    pub(crate) last_response: Option<(Option<Box<Parts>>, transport::Response)>,
    pub(crate) steps: u64,
    pub(crate) started: Instant,
    pub(crate) deadline: Option<Instant>,
    /// Ends a request that takes too long. One for all requests of the run: setting up a timer costs more than asking it.
    timer: Option<Pin<Box<Sleep>>>,
    /// The request that is on its way, where it may be sent again.
    pub(crate) spare: Option<Box<Spare>>,
    pub(crate) secrets: Secrets,
    pub(crate) report: Report,
    notes: Notes,
    /// Whether this attempt has not come to a secret that its step makes.
    lacks_secret: bool,
    /// What the latest request was sent for, if it had no credentials that this asks for.
    pub(crate) unauthorized: Option<&'static Operation>,
    /// The security schemes for which it has credentials of the client.
    pub(crate) given: Vec<&'static str>,
    /// How many attempts of steps have come to their outcome.
    pub(crate) settled: u64,
    /// What it knows of checkpoints, when it makes them or was made of one.
    pub(crate) durable: Option<Box<Durable>>,
    /// How long to wait before the next step.
    pub(crate) pause: Option<Duration>,
}

/// Where a workflow stands in its course.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) workflow: &'static Workflow,
    pub(crate) step: Option<&'static Step>,
    pub(crate) attempt: u32,
    pub(crate) sent: Sent,
    pub(crate) course: Course,
    /// How it came to run.
    pub(crate) entered: Entered,
    /// Whether one of its steps runs for another one, or again.
    pub(crate) visiting: bool,
    pub(crate) kept: Kept,
    pub(crate) after_failure: bool,
    pub(crate) started: Instant,
    /// How long it may run, where a step has a `timeout` that has called it or one around it.
    pub(crate) time: Option<CallTime>,
    /// What of the report comes before it.
    pub(crate) mark: Mark,
}

impl Frame {
    pub(crate) fn new(workflow: &'static Workflow, mark: Mark) -> Self {
        Self {
            workflow,
            step: None,
            attempt: 0,
            sent: Sent::default(),
            course: Course::default(),
            entered: Entered::Run,
            visiting: false,
            kept: Kept::default(),
            after_failure: false,
            started: Instant::now(),
            time: None,
            mark,
        }
    }

    pub(crate) fn step_id(&self) -> Option<&'static str> {
        self.step.map(|step| step.id)
    }
}

/// An attempt of a step, as far as it goes without waiting.
pub(crate) struct Attempt<'c> {
    pub(crate) parts: Option<Box<Parts>>,
    pub(crate) sending: Result<TransportFuture<'c>, Unanswered>,
    /// What is done should the server refuse a token that was kept.
    pub(crate) renewal: Option<Box<Renewal>>,
}

/// The beginning of an attempt.
enum Begun<'c> {
    /// The request is on its way.
    Sent(Attempt<'c>),
    /// It waits for credentials.
    Waiting(Box<Waiting>),
}

impl<'c> Execution<'c> {
    /// Begins a run. It is behind a pointer: inside of the future of a workflow it would be moved with that.
    #[must_use]
    pub fn start(client: &'c Client, workflow: &'static Workflow) -> Box<Self> {
        let frame = Frame::new(workflow, Mark::default());
        let started = frame.started;
        let watch = Watch::new(client, workflow.id);
        Box::new(Self {
            client,
            watch,
            frame,
            callers: Vec::new(),
            dependencies: Vec::new(),
            others: Others::default(),
            completed: Vec::new(),
            over: None,
            keeps_response: 0,
            last_response: None,
            steps: 0,
            started,
            deadline: started.checked_add(client.limits().run_time),
            timer: None,
            spare: None,
            secrets: if client.has_own_transport() { Secrets::shared() } else { Secrets::default() },
            report: Report::new(workflow.id),
            notes: Notes::default(),
            lacks_secret: false,
            unauthorized: None,
            given: Vec::new(),
            settled: 0,
            durable: None,
            pause: None,
        })
    }

    /// Checks, before anything is sent, that a server is known for every operation, those of the workflows that this one
    /// runs included, that the credentials of the client fit, that the inputs are as their schema asks, and that the
    /// checkpoint to go on from is one of such a run.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Server`], [`ErrorKind::Client`], [`ErrorKind::Input`] and [`ErrorKind::Resume`]
    pub fn accept<T: Inputs>(&mut self, inputs: &T, from: Option<Checkpoint>) -> Result<(), Error> {
        let workflows = self.frame.workflow.all();
        for workflow in &workflows {
            for operation in workflow.operations {
                self.client.server(operation).map_err(|error| error.at(workflow.id, None))?;
            }
        }
        self.check_credentials(&workflows)?;
        match misfits(inputs) {
            None => self.prepare(inputs, from),
            Some(reason) => {
                let message = format!("the inputs are not as the document asks: {reason}");
                Err(Error::new(ErrorKind::Input, message).at(self.frame.workflow.id, None))
            }
        }
    }

    /// Hides a value in all that the run says. Of one that is absent, as the body could not be read, the run knows no more
    /// than that there may be a secret.
    pub fn secret(&mut self, value: &Json<'_>) {
        match value.to_value().as_deref() {
            None => self.lacks_secret = true,
            // They occur everywhere, and say nothing.
            Some(Value::Null | Value::Bool(_)) => {}
            Some(list @ (Value::Array(_) | Value::Object(_))) => self.secrets.add_inside(list),
            Some(_) => self.secrets.add(&value.to_text()),
        }
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
        let begun = self.begin(request).map(|(request, server, authorized)| match authorized.open {
            open if open.is_empty() => Begun::Sent(self.write(request, server, authorized.renewal)),
            open => Begun::Waiting(Box::new(Waiting { request, open, renewal: authorized.renewal })),
        });
        async move {
            let Attempt { mut parts, sending, renewal } = match begun? {
                Begun::Sent(attempt) => attempt,
                // Behind a pointer, as it is rare.
                Begun::Waiting(mut waiting) => {
                    let renewal = waiting.renewal.take();
                    let (request, server) = self.obtain(*waiting).await?;
                    self.write(request, server, renewal)
                }
            };
            // As `answer` does it, but in place: a future inside of this one costs a copy of what it returns.
            let mut response = match sending {
                Err(unanswered) => Err(unanswered),
                Ok(mut sending) => self.in_time(sending.as_mut()).await.map_err(Unanswered::NoResponse),
            };
            self.received(response.as_ref())?;
            if self.goes_on(&response) {
                // Behind a pointer, as it is rare.
                response = Box::pin(self.go_on(response)).await?;
            }
            if let Some(renewal) = renewal
                && matches!(&response, Ok(response) if response.status == StatusCode::UNAUTHORIZED)
            {
                renewal.forget();
                if self.frame.sent.may_begin_again()
                    && let Some(anew) = Box::pin(self.begin_anew(*renewal)).await?
                {
                    (parts, response) = anew;
                }
            }
            if let Some(spare) = &mut self.spare {
                spare.forget();
            }
            if let Some(there) = &mut self.frame.sent.there {
                there.parts.clone_from(&parts);
            }
            if self.keeps_response > 0 {
                self.last_response = response.as_ref().ok().map(|response| (parts.clone(), response.clone()));
            }
            Ok(Exchange::new(parts, response, shape))
        }
    }

    /// Begins an attempt of a step, and adds the credentials that are at hand.
    fn begin(&mut self, mut request: Request) -> Result<(Request, &'c Server, Authorized), Error> {
        let client = self.client;
        self.attempt()?;
        if self.keeps_response > 0 {
            request.keep_parts();
        }
        for secret in request.secrets() {
            self.secrets.add(secret);
        }
        let operation = request.operation();
        let (workflow, step) = (self.frame.workflow.id, self.frame.step_id());
        let server = client.server(operation).map_err(|error| error.at(workflow, step))?;
        if self.frame.sent.there.is_some() {
            // What follows is a request for what a redirect has led to, and has all that it needs.
            self.watch.operation(None);
            return Ok((request, server, Authorized::default()));
        }
        let method = operation.method;
        self.watch.operation(Some(operation));
        let key_header = client.key_header(operation.source);
        if client.idempotency_keys() && idempotency::takes_key(method) {
            let key = self.frame.sent.key.get_or_insert_with(idempotency::new_key);
            request.header_unless_given(key_header.cloned().unwrap_or(IDEMPOTENCY_KEY), key);
        }
        self.frame.sent.is_repeatable = idempotency::is_idempotent(method)
            || request.has_header(&IDEMPOTENCY_KEY)
            || key_header.is_some_and(|header| request.has_header(header));
        self.frame.sent.is_carried_out = false;
        let authorized = self.authorize(&mut request, server).map_err(|error| error.at(workflow, step))?;
        Ok((request, server, authorized))
    }

    /// Writes a request and begins to send it. It is in the report from now on, as one that succeeds.
    pub(crate) fn write(&mut self, request: Request, server: &Server, renewal: Option<Box<Renewal>>) -> Attempt<'c> {
        let client = self.client;
        let timeout = request.step_timeout();
        if let Some(there) = self.frame.sent.there.take() {
            let There { outgoing, parts } = *there;
            let url = self.masked(outgoing.request.url.as_str().to_owned());
            self.spare.get_or_insert_default().keep(&outgoing.request, true);
            return Attempt { parts, sending: self.dispatch(outgoing, url, timeout), renewal: None };
        }
        let method = request.operation().method;
        let Finished { url, parts, request } = request.finish(server, client.limits().body_size);
        match request {
            Ok(request) => {
                let shown = self.secrets.shown(&url);
                let is_masked = matches!(shown, Cow::Owned(_));
                let may_go_on = !client.resend().is_none() || client.redirects().limit().is_some();
                if may_go_on {
                    self.spare.get_or_insert_default().keep(&request, is_masked);
                }
                let url = if is_masked { shown.into_owned() } else { url };
                let sending = self.dispatch(Outgoing { method, request }, url, timeout);
                Attempt { parts, sending, renewal }
            }
            Err(problem) => {
                let url = self.masked(url);
                self.record(method, url);
                let problem = self.secrets.shown(&problem).into_owned();
                Attempt { parts, sending: Err(Unanswered::NotSent(problem)), renewal: None }
            }
        }
    }

    /// Begins to send a request. It is in the report from now on, as one by which its step succeeds. `url` has no secret in it.
    pub(crate) fn dispatch(
        &mut self,
        Outgoing { method, mut request }: Outgoing,
        url: String,
        timeout: Option<Duration>,
    ) -> Result<TransportFuture<'c>, Unanswered> {
        let client = self.client;
        self.watch.observe(&Event::RequestStarted {
            workflow: self.frame.workflow.id,
            step: self.frame.step_id().unwrap_or_default(),
            attempt: self.frame.attempt,
            method,
            url: &url,
        });
        let attempt = self.watch.attempt(method, &request.url, &url);
        client.prepare(&request.url);
        let now = self.record(method, url);
        self.begin_time(now, timeout);
        match self.frame.sent.deadline {
            Some(deadline) if deadline.at <= now => Err(Unanswered::NoResponse(deadline.bound.error())),
            _ => {
                request.secrets = self.secrets.share();
                if client.follows_redirects_unseen() {
                    request.has_secret = request.has_secret || request.holds_one_of(&self.secrets);
                }
                attempt.in_scope(|| client.send(request)).map_err(Unanswered::NoResponse)
            }
        }
    }

    /// Waits for what comes of a request that is sent once more, and takes it down.
    pub(crate) async fn answer(&mut self, sending: Result<TransportFuture<'c>, Unanswered>) -> Result<Answer, Error> {
        let answer = match sending {
            Ok(mut sending) => self.in_time(sending.as_mut()).await.map_err(Unanswered::NoResponse),
            Err(unanswered) => Err(unanswered),
        };
        self.received(answer.as_ref())?;
        Ok(answer)
    }

    /// From now on the time of the step counts.
    pub(crate) fn begin_time(&mut self, now: Instant, timeout: Option<Duration>) {
        let own = &mut self.frame.sent.deadline;
        if own.is_none() {
            *own = Deadline::first(now, timeout, self.client.limits().step_time, self.deadline);
        }
    }

    pub(crate) fn masked(&self, url: String) -> String {
        match self.secrets.shown(&url) {
            Cow::Borrowed(_) => url,
            Cow::Owned(masked) => masked,
        }
    }

    /// Takes down that a request begins, and when.
    fn record(&mut self, method: &'static str, url: String) -> Instant {
        let now = Instant::now();
        self.report.push(RequestRecord {
            workflow: self.frame.workflow.id,
            step: self.frame.step_id().unwrap_or_default(),
            attempt: self.frame.attempt,
            method,
            url,
            status: None,
            at: now.duration_since(self.started),
            time: Duration::ZERO,
            outcome: Outcome::Passed,
            action: None,
            note: None,
            order: 0,
        });
        now
    }

    /// Counts an attempt of a step.
    pub(crate) fn attempt(&mut self) -> Result<(), Error> {
        let steps = self.client.limits().steps;
        // A checkpoint may have been changed by hand.
        self.steps = self.steps.saturating_add(1);
        if self.steps > steps {
            return Err(self.limit(format!("the run has executed {steps} steps, as many as `Limits::steps` allows")));
        }
        self.frame.attempt = self.frame.attempt.saturating_add(1);
        self.lacks_secret = false;
        Ok(())
    }

    /// What comes of something, unless the run or the step is out of time first.
    pub(crate) fn in_time<T>(
        &mut self,
        mut awaited: Pin<&mut (impl Future<Output = Result<T, TransportError>> + ?Sized)>,
    ) -> impl Future<Output = Result<T, TransportError>> {
        let attempt = self.watch.sending();
        let mut waiting = self.frame.sent.deadline.map(|deadline| {
            let timer = self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline.at)));
            if timer.deadline() > deadline.at {
                timer.as_mut().reset(deadline.at);
            }
            (timer.as_mut(), deadline)
        });
        poll_fn(move |context| {
            if let Poll::Ready(result) = attempt.in_scope(|| awaited.as_mut().poll(context)) {
                return Poll::Ready(result);
            }
            let Some((timer, deadline)) = &mut waiting else { return Poll::Pending };
            while timer.as_mut().poll(context).is_ready() {
                if Instant::now() >= deadline.at {
                    return Poll::Ready(Err(deadline.bound.error()));
                }
                // It was set for a request before.
                timer.as_mut().reset(deadline.at);
            }
            Poll::Pending
        })
    }

    /// Takes down what came of a request.
    pub(crate) fn received(&mut self, response: Result<&transport::Response, &Unanswered>) -> Result<(), Error> {
        if let Some(record) = self.report.latest_request() {
            record.time = self.started.elapsed().saturating_sub(record.at);
            match response {
                Ok(response) => {
                    let status = response.status.as_u16();
                    record.status = Some(status);
                    self.watch.observe(&Event::ResponseReceived {
                        workflow: record.workflow,
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
                    let text = error.to_string();
                    // A report has a line for each request.
                    let reason = self.secrets.shown(text.lines().next().unwrap_or_default()).into_owned();
                    self.watch.no_response(record, error.kind(), reason);
                }
            }
        }
        match response {
            Err(Unanswered::NoResponse(error)) if error.kind() == TransportErrorKind::BodyTooLarge => {
                let limit = self.client.limits().body_size;
                Err(self
                    .limit(format!("a response body has more than the {limit} bytes that `Limits::body_size` allows")))
            }
            Err(Unanswered::NoResponse(error)) if error.kind() == TransportErrorKind::UnexpectedRequest => {
                let message = self.secrets.mask(&error.to_string()).into_owned();
                let error = Error::new(ErrorKind::UnexpectedRequest, message);
                Err(error.at(self.frame.workflow.id, self.frame.step_id()))
            }
            Err(Unanswered::NoResponse(_)) if self.out_of_time() => Err(self.out_of_time_error()),
            _ => Ok(()),
        }
    }

    /// Closes the run: with its typed outputs and its end, or with the error and the outputs reached so far.
    ///
    /// # Errors
    ///
    /// The error that ended the run, or [`ErrorKind::Output`].
    pub fn finish<O, E>(
        mut self: Box<Self>,
        ended: Result<E, Error>,
        typed: impl FnOnce(&Self) -> Result<O, OutputError>,
        reached: impl FnOnce(&Self) -> Map<String, Value>,
    ) -> Result<Run<O, E>, Error> {
        let time = self.started.elapsed();
        self.report.close(time);
        let result = self.typed(ended, typed);
        self.watch.observe(&Event::RunFinished {
            workflow: self.frame.workflow.id,
            error: result.as_ref().err().map(Error::message),
            kind: result.as_ref().err().map(Error::kind),
            step: result.as_ref().err().and_then(Error::step),
            time,
        });
        match result {
            Ok((end, typed)) => Ok(Run::new(typed, end, self.report, self.frame.after_failure)),
            Err(error) => {
                let reached = reached(&self);
                Err(error.with_run(self.report, reached))
            }
        }
    }

    /// The outputs of a run that has ended.
    pub(crate) fn typed<O, E>(
        &self,
        ended: Result<E, Error>,
        typed: impl FnOnce(&Self) -> Result<O, OutputError>,
    ) -> Result<(E, O), Error> {
        ended.and_then(|end| match typed(self) {
            Ok(typed) => Ok((end, typed)),
            Err(OutputError { message, step }) => {
                let message = self.secrets.mask(&message).into_owned();
                Err(Error::new(ErrorKind::Output, message).at(self.frame.workflow.id, step))
            }
        })
    }

    pub(crate) fn out_of_time(&self) -> bool {
        self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }

    pub(crate) fn out_of_time_error(&self) -> Error {
        let time = self.client.limits().run_time;
        self.limit(format!("the run has taken {time:.0?}, as long as `Limits::run_time` allows"))
    }

    pub(crate) fn limit(&self, message: String) -> Error {
        Error::new(ErrorKind::Limit, message).at(self.frame.workflow.id, self.frame.step_id())
    }
}
