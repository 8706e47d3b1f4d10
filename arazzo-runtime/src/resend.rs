//! Requests that the client sends again by itself.

use crate::error::Error;
use crate::exchange::{Exchange, Unanswered};
use crate::execution::Execution;
use crate::operation::Step;
use crate::redirects;
use crate::report::{Action, Outcome};
use crate::request::Parts;
use crate::transport::{Request, Response, TransportError, TransportErrorKind};
use crate::{Event, Pacing};
use http::HeaderValue;
use std::time::Duration;
use tokio::time::Instant;

/// Which requests the client sends again by itself, and when:
///
/// - one that was surely not sent, as no connection could be made, whatever its method; not where a certificate or TLS itself
///   is the reason, which another attempt does not change;
/// - one that got no whole response, as the connection broke, if it may be carried out twice: its method is idempotent
///   (RFC 9110, section 9.2.2), or it has an `Idempotency-Key` header
///   ([`ClientBuilder::idempotency_keys`](crate::ClientBuilder::idempotency_keys)), or that which the API has in its place
///   ([`ClientBuilder::idempotency_header`](crate::ClientBuilder::idempotency_header));
/// - one that was answered with 429, or with 503 if it may be carried out twice, and a `Retry-After` header, in seconds or
///   as a date. The document comes first: only where the step failed and none of its failure actions matched, so that the
///   run would be over, the client waits and sends again. Behind a redirect that has made it a GET, as 303 does, that GET
///   alone is sent again.
///
/// A `retry` of the document goes on as it is, and each of its attempts may be sent again as often. Nothing is sent again
/// where the pause would outlast the step (its `timeout`, or [`Limits::step_time`](crate::Limits::step_time)) or the run, and
/// no step for which time ran out. Each request is a record of its own in the report, and an error says how often it was
/// tried.
///
/// ```
/// use arazzo_runtime::{Client, Resend};
/// let client = Client::builder().resend(Resend::default().times(4)).build()?;
/// let client = Client::builder().resend(Resend::none()).build()?;
/// # Ok::<(), arazzo_runtime::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Resend {
    times: u32,
    pacing: Pacing,
}

impl Default for Resend {
    /// Twice, after half a second and a second, give or take a tenth, or after what `Retry-After` asks for, up to a minute.
    fn default() -> Self {
        Self { times: 2, pacing: Pacing::default().growth(2.0).longest_retry_after(Duration::from_secs(60)) }
    }
}

impl Resend {
    /// Sends nothing again: what fails is for the document to decide.
    #[must_use]
    pub fn none() -> Self {
        Self::default().times(0)
    }

    /// How often a request is sent again at most, after the first time.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    /// The pauses before, and the longest `Retry-After` that is obeyed; a longer one is cut to that. A client whose own pacing
    /// is [`Pacing::none`] does not wait here either.
    #[must_use]
    pub fn pacing(mut self, pacing: Pacing) -> Self {
        self.pacing = pacing;
        self
    }

    pub(crate) fn is_none(&self) -> bool {
        self.times == 0
    }

    /// How long to wait before a request is sent again that was sent again so often before; `None` when it is not.
    pub(crate) fn pause(
        &self,
        again: u32,
        asked: Option<Duration>,
        deadline: Option<Instant>,
        own: &Pacing,
    ) -> Option<Duration> {
        if again >= self.times {
            return None;
        }
        // So few make no loop: a server that says "at once" is taken at its word.
        let pause = asked.map_or_else(|| self.pacing.pause(again), |asked| self.pacing.obeyed(asked));
        let never_waits = own.never_waits() || self.pacing.never_waits();
        let pause = if never_waits { Duration::ZERO } else { pause };
        let fits = match deadline {
            Some(deadline) => Instant::now().checked_add(pause).is_some_and(|until| until < deadline),
            None => true,
        };
        fits.then_some(pause)
    }
}

/// What a step has sent since it was entered.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sent {
    /// How often the client has sent its request again by itself, since the document last had it sent.
    pub(crate) again: u32,
    /// When all of that has to be over.
    pub(crate) deadline: Option<Deadline>,
    /// Whether the request may be carried out twice.
    pub(crate) is_repeatable: bool,
    /// Whether a redirect has made it a GET: what it asks for was done, and the GET reads what came of that.
    pub(crate) is_carried_out: bool,
    /// That GET, where the server has no time for it and it may be sent again without the request before it.
    pub(crate) there: Option<Box<There>>,
    /// The key of all of its requests.
    pub(crate) key: Option<HeaderValue>,
}

impl Sent {
    /// The document has the step tried again.
    pub(crate) fn begin_anew(&mut self) {
        self.again = 0;
        self.deadline = None;
        self.there = None;
    }

    /// Whether a request that the server has refused may be sent from its beginning.
    pub(crate) fn may_begin_again(&self) -> bool {
        self.is_repeatable || !self.is_carried_out
    }
}

/// The GET to which a redirect has led, and what expressions see of the request before it.
#[derive(Debug, Clone)]
pub(crate) struct There {
    pub(crate) outgoing: Outgoing,
    pub(crate) parts: Option<Box<Parts>>,
}

/// A request, and its method as reports have it.
#[derive(Debug, Clone)]
pub(crate) struct Outgoing {
    pub(crate) method: &'static str,
    pub(crate) request: Request,
}

/// Where a run is in a workflow: the step, the attempt, and what was sent.
#[derive(Debug)]
pub struct Place {
    pub(crate) step: Option<&'static Step>,
    pub(crate) attempt: u32,
    pub(crate) sent: Sent,
}

/// A moment at which an attempt has to be over, and what says so.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline {
    pub(crate) at: Instant,
    pub(crate) bound: Bound,
}

/// What bounds the time of an attempt.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Bound {
    /// The `timeout` of the step in the document.
    Document(Duration),
    /// `Limits::step_time`.
    Step(Duration),
    /// `Limits::run_time`.
    Run,
}

impl Deadline {
    /// The first of those that there are: the time of the step, counted from now, and the end of the run.
    pub(crate) fn first(
        now: Instant,
        timeout: Option<Duration>,
        step_time: Duration,
        run: Option<Instant>,
    ) -> Option<Self> {
        let (time, bound) = match timeout {
            Some(timeout) => (timeout, Bound::Document(timeout)),
            None => (step_time, Bound::Step(step_time)),
        };
        let step = now.checked_add(time).map(|at| Self { at, bound });
        let run = run.map(|at| Self { at, bound: Bound::Run });
        match (step, run) {
            (Some(step), Some(run)) => Some(if step.at < run.at { step } else { run }),
            (step, run) => step.or(run),
        }
    }
}

impl Bound {
    /// What is said of a request for which there was no more time.
    pub(crate) fn error(self) -> TransportError {
        TransportError::late(match self {
            Self::Document(time) => format!("the step has taken {time:?}, as long as its `timeout` allows"),
            Self::Step(time) => format!(
                "the step has taken {time:?}, as long as `Limits::step_time` allows; a `timeout` of the step in the document \
                 wins over it"
            ),
            Self::Run => "the run ran out of time".to_owned(),
        })
    }
}

/// What came of a request.
pub(crate) type Answer = Result<Response, Unanswered>;

impl<'c> Execution<'c> {
    /// Takes the step once more, after a pause, whose failure no action of the document has taken, if the server asks for
    /// that.
    pub fn resend(&mut self, exchange: &Exchange) -> bool {
        let may_be = match exchange.status() {
            Some(429 | 503) if self.frame.sent.there.is_some() => true,
            // Of a request that was too much nothing was done, unless it was one for what a redirect leads to.
            Some(429) => self.frame.sent.may_begin_again(),
            Some(503) => self.frame.sent.is_repeatable,
            _ => false,
        };
        let asked = if may_be { exchange.retry_after() } else { None };
        let Some(pause) = asked.and_then(|asked| self.pause_before_resend(Some(asked))) else {
            self.frame.sent.there = None;
            return false;
        };
        self.frame.sent.again = self.frame.sent.again.saturating_add(1);
        self.act(Action::Resend { after: pause });
        self.again(pause);
        true
    }

    /// Whether there is more to do about an answer before the step and the document see it.
    pub(crate) fn goes_on(&self, answer: &Answer) -> bool {
        match answer {
            Ok(response) if response.status.is_redirection() => self.client.redirects().limit().is_some(),
            Ok(response) => self.may_go_there_again(response),
            Err(Unanswered::NoResponse(error)) => self.helps_against(error),
            Err(Unanswered::NotSent(_)) => false,
        }
    }

    /// Whether the GET to which a redirect has led may be sent again alone, if the document has nothing to say to this answer.
    fn may_go_there_again(&self, response: &Response) -> bool {
        self.frame.sent.is_carried_out
            && !self.client.resend().is_none()
            && matches!(response.status.as_u16(), 429 | 503)
    }

    /// Whether sending again may help and does no harm.
    fn helps_against(&self, error: &TransportError) -> bool {
        match error.kind() {
            TransportErrorKind::Connect => true,
            // After such a redirect it is the GET that is sent again.
            TransportErrorKind::Broken => self.frame.sent.is_repeatable || self.frame.sent.is_carried_out,
            _ => false,
        }
    }

    /// Follows redirects, and sends again what got no response, as far as the client's settings go.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Limit`](crate::ErrorKind::Limit)
    pub(crate) async fn go_on(&mut self, mut answer: Answer) -> Result<Answer, Error> {
        let Some(mut outgoing) = self.restored() else { return Ok(answer) };
        let mut followed = 0;
        loop {
            match &answer {
                Ok(response) => match self.redirected(&mut outgoing, response, &mut followed) {
                    None => {
                        if self.may_go_there_again(response) {
                            self.frame.sent.there = Some(Box::new(There { outgoing, parts: None }));
                        }
                        return Ok(answer);
                    }
                    Some(Err(error)) => return Ok(Err(Unanswered::NoResponse(error))),
                    Some(Ok(())) => {}
                },
                Err(Unanswered::NoResponse(error)) if self.helps_against(error) => {
                    let Some(pause) = self.pause_before_resend(None) else { return Ok(answer) };
                    self.failed_attempt();
                    self.wait_for_resend(pause).await?;
                    self.attempt()?;
                }
                Err(_) => return Ok(answer),
            }
            let url = self.masked(outgoing.request.url.as_str().to_owned());
            let sending = self.dispatch(outgoing.clone(), url, None);
            answer = self.answer(sending).await?;
        }
    }

    /// The latest request, as it was sent.
    fn restored(&mut self) -> Option<Outgoing> {
        let spare = self.spare.take()?;
        let record = self.report.latest_request()?;
        Some(Outgoing { method: record.method, request: spare.request(&record.url)? })
    }

    /// Makes the request that a redirect asks for; `None` when there is none to follow. The `Err` says that there were too
    /// many.
    fn redirected(
        &mut self,
        outgoing: &mut Outgoing,
        response: &Response,
        followed: &mut u32,
    ) -> Option<Result<(), TransportError>> {
        let limit = self.client.redirects().limit()?;
        let target = redirects::target(&outgoing.request, response)?;
        let record = self.report.latest_request()?;
        let to = match target {
            Ok(to) => to,
            Err(why) => {
                record.note = Some(format!("the redirect is not followed: {why}"));
                return None;
            }
        };
        if *followed >= limit {
            let often = match limit {
                1 => "once".to_owned(),
                limit => format!("{limit} times"),
            };
            let reason = format!(
                "the server has redirected the request more than {often}, which is as often as \
                 `Redirects::same_origin({limit})` follows"
            );
            record.outcome = Outcome::NoResponse { reason: reason.clone() };
            return Some(Err(TransportError::new(TransportErrorKind::Other, reason)));
        }
        *followed += 1;
        record.outcome = Outcome::Redirected { to: self.secrets.shown(to.as_str()).into_owned() };
        self.watch.operation(None);
        if redirects::follow(&mut outgoing.request, response.status, to) {
            outgoing.method = "GET";
            self.frame.sent.is_carried_out = true;
        }
        Some(Ok(()))
    }

    /// How long to wait before a request is sent again; `None` when it is not.
    fn pause_before_resend(&self, asked: Option<Duration>) -> Option<Duration> {
        let Sent { again, deadline, .. } = self.frame.sent;
        self.client.resend().pause(again, asked, deadline.map(|deadline| deadline.at), self.client.pacing())
    }

    async fn wait_for_resend(&mut self, pause: Duration) -> Result<(), Error> {
        self.frame.sent.again = self.frame.sent.again.saturating_add(1);
        self.act(Action::Resend { after: pause });
        self.wait(pause).await
    }

    /// Tells the observer of an attempt whose failure only the client sees.
    pub(crate) fn failed_attempt(&mut self) {
        let (workflow, step) = (self.frame.workflow.id, self.frame.step_id().unwrap_or_default());
        if let Some(record) = self.report.latest_request() {
            let (attempt, note) = (record.attempt, record.note.as_deref());
            self.watch.observe(&Event::StepFinished { workflow, step, attempt, outcome: &record.outcome, note });
        }
    }
}
