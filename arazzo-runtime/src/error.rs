//! Why a run did not come to an end that its document declares.

use crate::Report;
use crate::transport::TransportError;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

/// Why a run did not come to an end that its document declares.
///
/// The error keeps what the run had reached: [`Error::outputs`] and [`Error::report`]. Its text and its `Debug` form show
/// no secrets and none of the outputs. Of what a server has sent, the text has the first 400 characters of the body that a step
/// failed by, and what makes a filled pattern or query invalid.
///
/// ```
/// use arazzo_runtime::{Error, ErrorKind};
///
/// /// Whether the same run may go better later.
/// fn may_pass(error: &Error) -> bool {
///     match error.kind() {
///         ErrorKind::Transport => true,
///         ErrorKind::Step => matches!(error.status(), Some(429 | 500..)),
///         _ => false,
///     }
/// }
///
/// fn tell(error: &Error) {
///     eprintln!("{error}");
///     // What was made until then may have to be taken down again.
///     if let Some(id) = error.outputs().get("sandboxId") {
///         eprintln!("the sandbox {id} is there");
///     }
///     eprintln!("{}", error.report());
/// }
/// ```
#[non_exhaustive]
pub struct Error {
    inner: Box<Inner>,
}

struct Inner {
    kind: ErrorKind,
    workflow: Option<&'static str>,
    step: Option<&'static str>,
    criterion: Option<&'static str>,
    status: Option<u16>,
    message: String,
    report: Report,
    outputs: Map<String, Value>,
    cause: Option<Cause>,
}

/// How many bytes a message has at most, and whatever else comes from outside and is kept.
pub(crate) const LONGEST: usize = 4 << 10;

/// A text without its middle when it is too long: what an answer holds stands in some, and that has any length. Secrets are
/// masked before, since one that is cut in two could not be recognized.
pub(crate) fn cut(text: String) -> String {
    match cut_to(&text, LONGEST) {
        Cow::Borrowed(_) => text,
        Cow::Owned(cut) => cut,
    }
}

/// The same of so many bytes at most.
pub(crate) fn cut_to(text: &str, longest: usize) -> Cow<'_, str> {
    const ELLIPSIS: &str = " … ";
    if text.len() <= longest {
        return Cow::Borrowed(text);
    }
    let start = text.floor_char_boundary(3 * longest / 4);
    let end = text.ceil_char_boundary(text.len() - longest / 4 + ELLIPSIS.len());
    Cow::Owned([&text[..start], ELLIPSIS, &text[end..]].concat())
}

/// What is behind an error, and a part of its message.
enum Cause {
    /// A request got no complete response.
    Transport(TransportError),
    /// The workflow that this one has run failed.
    Called(Error),
    /// Something of the user's own failed.
    Own(Box<dyn StdError + Send + Sync>),
}

/// The kinds of errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A step got a response, did not succeed, and no failure action of the document took it.
    Step,
    /// A step's request got no complete response, also not when it was [sent again](crate::Resend), or was redirected too
    /// often, and no failure action took it.
    Transport,
    /// A step's request could not be built (a required parameter without a value, a line break in a header, no token for a
    /// [`Credential`](crate::Credential)), and no failure action took it.
    Request,
    /// No server is known for an operation: see [`ClientBuilder::server_for`](crate::ClientBuilder::server_for).
    Server,
    /// An input is not as the schema of the workflow's inputs asks: of the workflow itself, or of one that it runs and no
    /// failure action took it. Nothing was sent for that workflow.
    Input,
    /// A bound of [`Limits`](crate::Limits) was reached.
    Limit,
    /// An output is missing or does not have the type that the OpenAPI description promises.
    Output,
    /// A transport for tests did not expect a request
    /// ([`TransportErrorKind::UnexpectedRequest`](crate::transport::TransportErrorKind::UnexpectedRequest)).
    UnexpectedRequest,
    /// The client's settings do not fit: a server is no URL, or a [`Credential`](crate::Credential) is empty, is not what its
    /// scheme asks for, or would go to several servers or over plain HTTP.
    Client,
    /// What keeps checkpoints could not keep one: see [`Client::with_checkpoints`](crate::Client::with_checkpoints).
    Checkpoint,
    /// A checkpoint is of another workflow, of another version of the document or of a run with other inputs, it is broken, or
    /// something that it leaves out cannot be made again (see [`Checkpoint`](crate::Checkpoint)). Nothing was sent.
    Resume,
}

impl ErrorKind {
    /// Whether it ends the whole run, whatever failure actions the workflows have that have called the one where it is.
    pub(crate) fn ends_run(self) -> bool {
        matches!(
            self,
            Self::Limit | Self::Checkpoint | Self::Resume | Self::UnexpectedRequest | Self::Client | Self::Server
        )
    }
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            inner: Box::new(Inner {
                kind,
                workflow: None,
                step: None,
                criterion: None,
                status: None,
                message: cut(message.into()),
                report: Report::default(),
                outputs: Map::new(),
                cause: None,
            }),
        }
    }

    pub(crate) fn at(mut self, workflow: &'static str, step: Option<&'static str>) -> Self {
        self.inner.workflow = Some(workflow);
        self.inner.step = step;
        self
    }

    pub(crate) fn because(mut self, criterion: Option<&'static str>, status: Option<u16>) -> Self {
        self.inner.criterion = criterion;
        self.inner.status = status;
        self
    }

    pub(crate) fn with_source(mut self, source: Box<dyn StdError + Send + Sync>) -> Self {
        self.inner.cause = Some(Cause::Own(source));
        self
    }

    pub(crate) fn of_transport(mut self, error: TransportError) -> Self {
        self.inner.cause = Some(Cause::Transport(error));
        self
    }

    /// The same error as that of one that has run the workflow of another one.
    pub(crate) fn of_call(mut self, called: Self) -> Self {
        self.inner.cause = Some(Cause::Called(called));
        self
    }

    pub(crate) fn with_run(mut self, report: Report, outputs: Map<String, Value>) -> Self {
        self.inner.report = report;
        // Those of a workflow that the run went on as are there already.
        let later = std::mem::replace(&mut self.inner.outputs, outputs);
        self.inner.outputs.extend(later);
        self
    }

    /// The same error as that of a workflow that it ends too: the outputs are those of that one.
    pub(crate) fn passed_on(self) -> Self {
        let Inner { kind, workflow, step, criterion, status, ref message, .. } = *self.inner;
        let mut error = Self::new(kind, message.as_str()).because(criterion, status);
        (error.inner.workflow, error.inner.step) = (workflow, step);
        error.of_call(self)
    }

    /// Keeps outputs that were reached before the run is over.
    pub(crate) fn with_outputs(self, outputs: Map<String, Value>) -> Self {
        self.with_run(Report::default(), outputs)
    }

    /// What kind of error it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.inner.kind
    }

    /// The `workflowId`; `None` when no run had begun.
    #[must_use]
    pub fn workflow(&self) -> Option<&str> {
        self.inner.workflow
    }

    /// The `stepId`; `None` when it is not about one step.
    #[must_use]
    pub fn step(&self) -> Option<&str> {
        self.inner.step
    }

    /// The success criterion that was not met, as written in the document; `None` when the step has none, or when it
    /// is about something else.
    #[must_use]
    pub fn criterion(&self) -> Option<&str> {
        self.inner.criterion
    }

    /// The status of the response; `None` without one.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.inner.status
    }

    /// What happened before.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.inner.report
    }

    /// The workflow's outputs reached so far, under the document's names, as they came.
    #[must_use]
    pub fn outputs(&self) -> &Map<String, Value> {
        &self.inner.outputs
    }

    /// The error of a workflow that this one has run, when that is what ended it, or a bound of [`Limits`](crate::Limits) that
    /// ends both. It keeps the outputs that the workflow had reached, also those that this one does not take over; its report
    /// is empty, as [`Error::report`] has all requests and calls.
    ///
    /// Its text is a part of this one's, so [`source`](StdError::source) goes on with what is behind it: who prints a whole
    /// chain says nothing twice.
    #[must_use]
    pub fn called(&self) -> Option<&Self> {
        match &self.inner.cause {
            Some(Cause::Called(error)) => Some(error),
            _ => None,
        }
    }

    /// Why the last request got no complete response, when that is what ended the run, or the workflow that it has run.
    ///
    /// Its text is a part of this one's, as that of [`Error::called`] is.
    #[must_use]
    pub fn transport(&self) -> Option<&TransportError> {
        match &self.inner.cause {
            Some(Cause::Transport(error)) => Some(error),
            Some(Cause::Called(called)) => called.transport(),
            Some(Cause::Own(_)) | None => None,
        }
    }

    pub(crate) fn message(&self) -> &str {
        &self.inner.message
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(workflow) = self.inner.workflow {
            write!(f, "workflow `{workflow}`")?;
            if let Some(step) = self.inner.step {
                write!(f, ", step `{step}`")?;
            }
            f.write_str(": ")?;
        }
        f.write_str(&self.inner.message)
    }
}

impl fmt::Debug for Error {
    /// The message, as a program shows it that returns the error from `main`; `{:#?}` shows the parts.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !f.alternate() {
            return fmt::Display::fmt(self, f);
        }
        f.debug_struct("Error")
            .field("kind", &self.inner.kind)
            .field("workflow", &self.inner.workflow)
            .field("step", &self.inner.step)
            .field("criterion", &self.inner.criterion)
            .field("status", &self.inner.status)
            .field("message", &self.inner.message)
            .field("requests", &self.inner.report.total())
            .field("outputs", &self.inner.outputs.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self.inner.cause.as_ref()? {
            Cause::Transport(error) => error.source(),
            Cause::Called(error) => error.source(),
            Cause::Own(error) => Some(&**error),
        }
    }
}
