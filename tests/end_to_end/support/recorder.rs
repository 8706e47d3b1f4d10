//! A subscriber of `tracing` that takes everything down.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, MutexGuard};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Metadata, Subscriber};

thread_local! {
    /// The spans that the code of this thread is in, the innermost last.
    static INSIDE: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

/// Takes down the spans and events of a crate of this project on one thread, for as long as it is there.
pub(crate) struct Recorder {
    spans: Spans,
    _guard: DefaultGuard,
}

/// What was taken down, in the order in which it began.
type Spans = Arc<Mutex<Vec<Seen>>>;

/// A span, or an event, which has no end.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    pub(crate) name: &'static str,
    pub(crate) parent: Option<usize>,
    /// The last value of each field.
    pub(crate) fields: BTreeMap<&'static str, String>,
    /// Fields that have had another value before: some subscribers keep both.
    again: Vec<&'static str>,
    pub(crate) is_event: bool,
    pub(crate) level: String,
    /// How often it was entered and left.
    pub(crate) entered: usize,
    pub(crate) left: usize,
    handles: usize,
}

impl Seen {
    pub(crate) fn is_closed(&self) -> bool {
        self.handles == 0
    }

    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }
}

impl Recorder {
    pub(crate) fn start() -> Self {
        let spans = Spans::default();
        let guard = tracing::subscriber::set_default(Inner { spans: Arc::clone(&spans) });
        Recorder { spans, _guard: guard }
    }

    /// All spans and events. Nothing may be said twice of one.
    #[track_caller]
    pub(crate) fn seen(&self) -> Vec<Seen> {
        let seen = lock(&self.spans).clone();
        assert!(seen.iter().all(|seen| seen.again.is_empty()), "{seen:#?}");
        seen
    }

    /// The spans of a name.
    pub(crate) fn spans(&self, name: &str) -> Vec<Seen> {
        self.seen().into_iter().filter(|seen| seen.name == name && !seen.is_event).collect()
    }

    /// A line for each span and event, below its parent: the name, or the message, and the fields that are asked for.
    pub(crate) fn tree(&self, fields: &[&str]) -> Vec<String> {
        let seen = self.seen();
        let depth = |mut place: usize| {
            let mut depth = 0;
            while let Some(parent) = seen[place].parent {
                (place, depth) = (parent, depth + 1);
            }
            depth
        };
        let line = |(place, one): (usize, &Seen)| {
            let what = if one.is_event { one.field("message").unwrap_or_default() } else { one.name };
            let mut line = format!("{}{what}", "  ".repeat(depth(place)));
            for field in fields {
                one.field(field).iter().for_each(|value| line.push_str(&format!(" {value}")));
            }
            line
        };
        seen.iter().enumerate().map(line).collect()
    }
}

fn lock(spans: &Spans) -> MutexGuard<'_, Vec<Seen>> {
    spans.lock().expect("no test panics in a subscriber")
}

struct Inner {
    spans: Spans,
}

impl Inner {
    fn with<T>(&self, id: &Id, change: impl FnOnce(&mut Seen) -> T) -> T {
        let place = usize::try_from(id.into_u64() - 1).expect("a place");
        change(&mut lock(&self.spans)[place])
    }
}

fn inside() -> Option<usize> {
    INSIDE.with_borrow(|inside| inside.last().map(|id| usize::try_from(id - 1).expect("a place")))
}

impl Subscriber for Inner {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("arazzo") || metadata.target().starts_with("end_to_end")
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let parent = span.parent().map(|id| usize::try_from(id.into_u64() - 1).expect("a place"));
        let metadata = span.metadata();
        let mut seen = Seen {
            name: metadata.name(),
            parent: if span.is_contextual() { inside() } else { parent },
            level: metadata.level().to_string(),
            handles: 1,
            ..Seen::default()
        };
        span.record(&mut Fields(&mut seen));
        let mut spans = lock(&self.spans);
        spans.push(seen);
        Id::from_u64(spans.len() as u64)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        self.with(span, |seen| values.record(&mut Fields(seen)));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let parent = event.parent().map(|id| usize::try_from(id.into_u64() - 1).expect("a place"));
        let metadata = event.metadata();
        let mut seen = Seen {
            name: metadata.name(),
            parent: if event.is_contextual() { inside() } else { parent },
            level: metadata.level().to_string(),
            is_event: true,
            ..Seen::default()
        };
        event.record(&mut Fields(&mut seen));
        lock(&self.spans).push(seen);
    }

    fn enter(&self, span: &Id) {
        self.with(span, |seen| seen.entered += 1);
        INSIDE.with_borrow_mut(|inside| inside.push(span.into_u64()));
    }

    fn exit(&self, span: &Id) {
        self.with(span, |seen| seen.left += 1);
        let left = INSIDE.with_borrow_mut(Vec::pop);
        assert_eq!(left, Some(span.into_u64()), "spans are left in the order in which they were entered");
    }

    fn clone_span(&self, id: &Id) -> Id {
        self.with(id, |seen| seen.handles += 1);
        id.clone()
    }

    fn try_close(&self, id: Id) -> bool {
        self.with(&id, |seen| {
            seen.handles -= 1;
            seen.handles == 0
        })
    }
}

struct Fields<'f>(&'f mut Seen);

impl Fields<'_> {
    fn put(&mut self, field: &Field, value: String) {
        let before = self.0.fields.insert(field.name(), value);
        self.0.again.extend(before.map(|_| field.name()));
    }
}

impl Visit for Fields<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.put(field, format!("{value:?}"));
    }
}
