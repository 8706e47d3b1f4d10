//! Spans and events for `tracing`. `docs/tracing.md` lists them; their names follow the semantic conventions of OpenTelemetry
//! for HTTP clients.
//!
//! No span is entered while a run waits: each has its parent by name, and only an attempt to send a request is entered, each
//! time that its transport is asked to go on.

mod credentials;

pub(crate) use credentials::lacking;
#[cfg(feature = "oauth2")]
pub(crate) use credentials::{answered, token_request, unanswered};

use crate::Event;
use crate::operation::{Operation, PathPart};
use crate::report::{Action, Outcome};
use crate::secrets::MASK;
use crate::transport::TransportErrorKind;
use std::fmt;
use tracing::field::{Empty, display};
use tracing::level_filters::LevelFilter;
use tracing::{Span, debug, info, warn};
use url::Url;

/// The target of all spans and events, by which a subscriber chooses them.
const TARGET: &str = "arazzo";

/// An attempt to send a request.
pub(crate) type Attempt = Span;

/// Whether any subscriber takes anything.
#[inline]
pub(crate) fn is_traced() -> bool {
    LevelFilter::current() != LevelFilter::OFF
}

/// The spans of a run that are open.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    /// From the run inwards. Without a subscriber it stays empty.
    open: Vec<Open>,
    /// The last request, until it is known what the step makes of its response.
    attempt: Option<Sent>,
    /// The operation of the requests.
    pub(crate) operation: Option<&'static Operation>,
    /// Whether the next step runs for the one that runs now.
    visits: bool,
}

/// An open span.
#[derive(Debug)]
struct Open {
    span: Span,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// A run, or a workflow inside of it, with the action that has ended it.
    Workflow { end: Option<&'static str> },
    /// A step, with how many requests it has sent, and whether its last attempt has failed.
    Step { requests: u32, failed: bool },
}

impl Open {
    fn is_step(&self) -> bool {
        matches!(self.kind, Kind::Step { .. })
    }

    fn end(&mut self) -> Option<&mut Option<&'static str>> {
        match &mut self.kind {
            Kind::Workflow { end } => Some(end),
            Kind::Step { .. } => None,
        }
    }
}

/// A request that was sent.
#[derive(Debug)]
struct Sent {
    span: Span,
    status: Option<u16>,
}

impl Trace {
    /// Begins an attempt to send a request.
    pub(crate) fn attempt(&mut self, method: &'static str, url: &Url, masked: &str) -> Attempt {
        self.end_attempt(true);
        let Some(Open { span, kind: Kind::Step { requests, .. } }) = self.open.last_mut() else { return Span::none() };
        let again = *requests;
        *requests += 1;
        let template = self.operation.map(|operation| Template(operation.path));
        let host = url.host_str().unwrap_or_default();
        let attempt = tracing::info_span!(
            target: TARGET,
            parent: &*span,
            "arazzo.request",
            otel.name = %Name { method, template },
            otel.kind = "client",
            otel.status_code = Empty,
            otel.status_description = Empty,
            http.request.method = method,
            http.request.resend_count = (again > 0).then_some(again),
            http.response.status_code = Empty,
            url.full = masked,
            url.template = template.map(display),
            // What is hidden in the URL is hidden here.
            server.address = if masked.contains(host) { host } else { MASK },
            server.port = url.port_or_known_default(),
            "error.type" = Empty,
        );
        self.attempt = Some(Sent { span: attempt.clone(), status: None });
        attempt
    }

    /// The step that is entered next runs for the one that runs now.
    pub(crate) fn visit(&mut self) {
        self.visits = true;
    }

    /// It has run.
    pub(crate) fn return_to(&mut self) {
        self.end_attempt(true);
        self.open.pop_if(|open| open.is_step());
    }

    /// The attempt whose response is awaited.
    pub(crate) fn sending(&self) -> Attempt {
        self.attempt.as_ref().map_or_else(Span::none, |sent| sent.span.clone())
    }

    /// Takes an event in.
    pub(crate) fn event(&mut self, event: &Event<'_>) {
        match *event {
            Event::RunStarted { workflow } => self.run(workflow),
            Event::RunResumed { step, .. } => {
                self.within(|| info!(target: TARGET, { arazzo.step.id = step }, "the run goes on from a checkpoint"));
            }
            Event::WorkflowStarted { workflow, .. } => self.workflow(workflow),
            Event::StepStarted { step, .. } => self.step(step),
            Event::ResponseReceived { status, .. } => self.status(status),
            Event::RequestFailed { kind, reason, .. } => self.no_response(kind, reason),
            Event::StepFinished { outcome, note, .. } => self.outcome(outcome, note),
            Event::ActionTaken { action, .. } => self.action(action),
            Event::Waiting { pause, .. } => {
                let pause = pause.as_secs_f64();
                self.within(|| debug!(target: TARGET, { arazzo.pause = pause }, "waits"));
            }
            Event::WorkflowFinished { error, .. } => self.workflow_is_over(error),
            Event::RunFinished { error, kind, step, .. } => {
                self.run_is_over(error, kind.map(|kind| snake(&format!("{kind:?}"))).as_deref(), step);
            }
            _ => {}
        }
    }

    fn run(&mut self, workflow: &str) {
        let span = tracing::info_span!(
            target: TARGET,
            "arazzo.run",
            otel.name = %format_args!("workflow {workflow}"),
            otel.status_code = Empty,
            otel.status_description = Empty,
            arazzo.workflow.id = workflow,
            arazzo.run.end = Empty,
            "error.type" = Empty,
        );
        if !span.is_disabled() {
            self.open.push(Open { span, kind: Kind::Workflow { end: None } });
        }
    }

    /// A workflow that another one runs.
    fn workflow(&mut self, workflow: &str) {
        self.end_attempt(true);
        let Some(Open { span, .. }) = self.open.last() else { return };
        let span = tracing::info_span!(
            target: TARGET,
            parent: span,
            "arazzo.workflow",
            otel.name = %format_args!("workflow {workflow}"),
            otel.status_code = Empty,
            otel.status_description = Empty,
            arazzo.workflow.id = workflow,
            arazzo.run.end = Empty,
        );
        self.open.push(Open { span, kind: Kind::Workflow { end: None } });
    }

    fn step(&mut self, step: &str) {
        if !std::mem::take(&mut self.visits) {
            self.end_step();
        }
        let Some(Open { span, .. }) = self.open.last() else { return };
        let span = tracing::info_span!(
            target: TARGET,
            parent: span,
            "arazzo.step",
            otel.name = %format_args!("step {step}"),
            otel.status_code = Empty,
            arazzo.step.id = step,
        );
        self.open.push(Open { span, kind: Kind::Step { requests: 0, failed: false } });
    }

    fn status(&mut self, status: u16) {
        let Some(sent) = &mut self.attempt else { return };
        sent.status = Some(status);
        sent.span.record("http.response.status_code", status);
    }

    fn no_response(&mut self, kind: TransportErrorKind, reason: &str) {
        if let Some(Sent { span, .. }) = self.attempt.take() {
            span.record("error.type", error_type(kind));
            span.record("otel.status_code", "ERROR");
            span.record("otel.status_description", reason);
        }
    }

    fn outcome(&mut self, outcome: &Outcome, note: Option<&str>) {
        if let Outcome::NoResponse { reason } = outcome {
            // A response came which was not to be the last one: a redirect too many.
            self.no_response(TransportErrorKind::Other, reason);
        }
        self.end_attempt(*outcome != Outcome::Passed);
        if let Some(Open { kind: Kind::Step { failed, .. }, .. }) = self.open.last_mut() {
            *failed = *outcome != Outcome::Passed;
        }
        self.within(|| match outcome {
            Outcome::Passed => debug!(target: TARGET, { arazzo.note = note }, "the step succeeded"),
            Outcome::Failed { criterion } => {
                debug!(target: TARGET, { arazzo.criterion = criterion, arazzo.note = note }, "a criterion is not met");
            }
            Outcome::Unreadable { reason }
            | Outcome::NotSent { reason }
            | Outcome::NoResponse { reason }
            | Outcome::WorkflowFailed { reason } => {
                debug!(target: TARGET, { error.message = reason, arazzo.note = note }, "the step failed");
            }
            Outcome::Redirected { to } => debug!(target: TARGET, { arazzo.to = to }, "redirected"),
        });
    }

    fn action(&mut self, action: &Action) {
        let ended = match action {
            Action::End(name) | Action::GotoWorkflow { name, .. } => Some(*name),
            _ => None,
        };
        if let Some(end) = self.open.iter_mut().rev().find_map(Open::end) {
            *end = ended.or(*end);
        }
        let (kind, name, to) = action.parts();
        self.within(|| {
            debug!(target: TARGET, { arazzo.action.kind = kind, arazzo.action.name = name, arazzo.action.to = to }, "action");
        });
    }

    fn workflow_is_over(&mut self, error: Option<&str>) {
        self.end_step();
        let Some(Open { span, kind: Kind::Workflow { end } }) = self.open.last() else { return };
        match error {
            None => {
                span.record("arazzo.run.end", end.unwrap_or("completed"));
            }
            Some(error) => {
                span.record("otel.status_code", "ERROR");
                span.record("otel.status_description", error);
            }
        }
        // The span of the run is closed last.
        if self.open.len() > 1 {
            self.open.pop();
        }
    }

    fn run_is_over(&mut self, error: Option<&str>, kind: Option<&str>, step: Option<&str>) {
        // What comes last of the open ones is a workflow, and is the run when it is alone.
        self.end_step();
        while self.open.len() > 1 {
            self.workflow_is_over(error);
            self.end_step();
        }
        self.workflow_is_over(error);
        if let (Some(Open { span, .. }), Some(kind)) = (self.open.last(), kind) {
            span.record("error.type", kind);
        }
        self.within(|| match error {
            None => info!(target: TARGET, "the run is over"),
            Some(error) => {
                warn!(target: TARGET, { arazzo.step.id = step, error.message = error }, "the run has failed");
            }
        });
        self.open.clear();
    }

    /// Closes the span of the last request.
    fn end_attempt(&mut self, failed: bool) {
        if let Some(Sent { span, status: Some(status) }) = self.attempt.take()
            && failed
            && status >= 400
        {
            span.record("error.type", display(status));
            span.record("otel.status_code", "ERROR");
        }
    }

    /// Closes the span of the step that runs, if there is one in the workflow that runs.
    fn end_step(&mut self) {
        self.end_attempt(true);
        while let Some(Open { span, kind }) = self.open.pop_if(|open| open.is_step()) {
            if let Kind::Step { failed: true, .. } = kind {
                span.record("otel.status_code", "ERROR");
            }
        }
    }

    /// Does something inside of the span that runs.
    fn within(&self, event: impl FnOnce()) {
        match self.open.last() {
            Some(Open { span, .. }) => span.in_scope(event),
            None => event(),
        }
    }
}

/// `{method} {template}`, or `{method}` alone where no template is known.
struct Name {
    method: &'static str,
    template: Option<Template>,
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.method)?;
        self.template.iter().try_for_each(|template| write!(f, " {template}"))
    }
}

/// A path template as the description has it.
#[derive(Clone, Copy)]
struct Template(&'static [PathPart]);

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|part| match part {
            PathPart::Text(text) => f.write_str(text),
            PathPart::Variable(name) | PathPart::Segments(name) => write!(f, "{{{name}}}"),
        })
    }
}

/// A class of errors by which they can be counted.
fn error_type(kind: TransportErrorKind) -> &'static str {
    match kind {
        TransportErrorKind::Connect => "connect",
        TransportErrorKind::Tls => "tls",
        TransportErrorKind::Broken => "broken",
        TransportErrorKind::Timeout => "timeout",
        TransportErrorKind::BodyTooLarge => "body_too_large",
        TransportErrorKind::UnexpectedRequest => "unexpected_request",
        TransportErrorKind::Other => "other",
    }
}

/// The name of a kind, as `error.type` has such names.
fn snake(name: &str) -> String {
    let mut text = String::new();
    for (place, letter) in name.char_indices() {
        if place > 0 && letter.is_ascii_uppercase() {
            text.push('_');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_errors_have_one_word() {
        assert_eq!((snake("Step"), snake("UnexpectedRequest")), ("step".to_owned(), "unexpected_request".to_owned()));
    }
}
