//! Who is told what happens in a run: the observer of the client, and `tracing`.

use crate::operation::Operation;
use crate::report::{Outcome, RequestRecord};
use crate::trace::{Attempt, Trace, is_traced};
use crate::transport::TransportErrorKind;
use crate::{Client, Event};
use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use url::Url;

/// Those who watch a run.
#[derive(Debug)]
pub(crate) struct Watch<'c> {
    client: &'c Client,
    run: u64,
    /// The workflow of the run, while it goes on.
    workflow: Cell<Option<&'static str>>,
    trace: RefCell<Trace>,
}

impl<'c> Watch<'c> {
    /// Begins a run.
    pub(crate) fn new(client: &'c Client, workflow: &'static str) -> Self {
        static RUNS: AtomicU64 = AtomicU64::new(1);
        let run = RUNS.fetch_add(1, Ordering::Relaxed);
        let watch = Self { client, run, workflow: Cell::new(Some(workflow)), trace: RefCell::default() };
        watch.observe(&Event::RunStarted { workflow });
        watch
    }

    /// Tells of an event. Where nobody listens, which is the usual case, it is not even made.
    #[inline]
    pub(crate) fn observe(&self, event: &Event<'_>) {
        if let Event::RunFinished { .. } = event {
            self.workflow.set(None);
        }
        if self.is_watched() {
            self.tell(event);
        }
    }

    #[inline]
    fn is_watched(&self) -> bool {
        is_traced() || self.client.observer().is_some()
    }

    #[cold]
    #[inline(never)]
    fn tell(&self, event: &Event<'_>) {
        self.trace.borrow_mut().event(event);
        if let Some(observer) = self.client.observer() {
            observer.event_of_run(self.run, event);
        }
    }

    /// Takes down that a request got no response, and tells of it.
    pub(crate) fn no_response(&self, record: &mut RequestRecord, kind: TransportErrorKind, reason: String) {
        self.observe(&Event::RequestFailed {
            workflow: record.workflow,
            step: record.step,
            attempt: record.attempt,
            method: record.method,
            url: &record.url,
            kind,
            reason: &reason,
            time: record.time,
        });
        record.outcome = Outcome::NoResponse { reason };
    }

    /// The requests from now on are those of an operation; `None` where a redirect has led elsewhere.
    pub(crate) fn operation(&self, operation: Option<&'static Operation>) {
        self.trace.borrow_mut().operation = operation;
    }

    /// Begins an attempt to send a request. What its transport does belongs inside of it.
    pub(crate) fn attempt(&self, method: &'static str, url: &Url, masked: &str) -> Attempt {
        self.trace.borrow_mut().attempt(method, url, masked)
    }

    /// The time in which a credential is made for a request.
    pub(crate) fn credential(&self, scheme: &str) -> Attempt {
        self.trace.borrow().credential(scheme)
    }

    /// The attempt whose response is awaited.
    pub(crate) fn sending(&self) -> Attempt {
        self.trace.borrow().sending()
    }

    /// The step that is entered next runs for the one that runs now.
    pub(crate) fn visit(&self) {
        self.trace.borrow_mut().visit();
    }

    /// It has run.
    pub(crate) fn return_to(&self) {
        self.trace.borrow_mut().return_to();
    }
}

/// What comes of a future, each poll of which belongs inside of an attempt.
pub(crate) async fn inside<T>(attempt: &Attempt, future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    poll_fn(|context| attempt.in_scope(|| future.as_mut().poll(context))).await
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        let Some(workflow) = self.workflow.take() else { return };
        let tell = || self.observe(&Event::RunDropped { workflow });
        if std::thread::panicking() {
            // An observer that panics once more would end the process.
            let _ = catch_unwind(AssertUnwindSafe(tell));
        } else {
            tell();
        }
    }
}
