//! Evaluation: which nodes a query selects (RFC 9535, section 2.1.2).
//!
//! A walk goes through the document depth first with a stack of its own, not with recursion over the document, whose
//! depth is not ours to choose, nor over the segments. It yields the nodes in the order of the nodelist, one by one, so
//! that asking whether there is any stops at the first.
//!
//! Nested descendants can select a node many times (`$..*..*..*` on a list of lists of lists …), and filters inside of
//! filters multiply. One evaluation therefore takes at most [`MAX_STEPS`] steps. One that would take more selects
//! nothing, instead of some part of what it should: a criterion then fails, and no answer is made up.

use super::regexp::{MAX_LENGTH, Regexp, translate};
use super::tree::{Logical, Query, Root, Segment, Selector, Step};
use crate::expression::Operand;
use crate::json::Json;
use serde_json::Value;
use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::rc::Rc;

/// How many steps one evaluation may take: visits to nodes, evaluations of a filter's parts, comparisons of parts, and what
/// patterns cost by their size and by that of the text that they are compared with.
///
/// `$..[?@.id == 1]` takes about five for each node of a document, so that documents of several million nodes stay
/// within it. The limit is reached after a second or so.
pub const MAX_STEPS: u64 = 1 << 25;

/// Gives the value of a runtime expression.
pub(super) type Expressions<'e, 'x> = &'e dyn Fn(&Operand) -> Json<'x>;

impl Query {
    /// The nodes that the query selects from a document, in the order of RFC 9535. A node that is selected several
    /// times is there several times. More work than [`MAX_STEPS`] selects nothing.
    #[must_use]
    pub fn select<'v>(&self, root: &'v Value) -> Vec<&'v Value> {
        self.select_with(root, &|_| Json::Absent)
    }

    /// Whether the query selects anything. Stops at the first node.
    #[must_use]
    pub fn exists(&self, root: &Value) -> bool {
        self.exists_with(root, &|_| Json::Absent)
    }

    /// [`Query::exists`], or `None` when it is more work than [`MAX_STEPS`].
    #[must_use]
    pub fn try_exists(&self, root: &Value) -> Option<bool> {
        let context = Context::new(root, &|_| Json::Absent, MAX_STEPS);
        let exists = context.exists(self, root);
        (!context.is_exhausted()).then_some(exists)
    }

    /// [`Query::select`], or `None` when it is more work than [`MAX_STEPS`].
    #[must_use]
    pub fn try_select<'v>(&self, root: &'v Value) -> Option<Vec<&'v Value>> {
        let context = Context::new(root, &|_| Json::Absent, MAX_STEPS);
        let nodes = context.nodes(self);
        (!context.is_exhausted()).then_some(nodes)
    }

    /// [`Query::select`] for a query with runtime expressions in its filters; `expression` gives their values.
    #[must_use]
    pub fn select_with<'v, 'x>(&self, root: &'v Value, expression: &dyn Fn(&Operand) -> Json<'x>) -> Vec<&'v Value> {
        let context = Context::new(root, expression, MAX_STEPS);
        context.nodes(self)
    }

    /// [`Query::exists`] for a query with runtime expressions in its filters; `expression` gives their values.
    #[must_use]
    pub fn exists_with<'x>(&self, root: &Value, expression: &dyn Fn(&Operand) -> Json<'x>) -> bool {
        let context = Context::new(root, expression, MAX_STEPS);
        context.exists(self, root) && !context.is_exhausted()
    }
}

/// What all parts of one evaluation share.
pub(super) struct Context<'e, 'v, 'x> {
    /// What `$` means, in filters too.
    pub(super) root: &'v Value,
    pub(super) expression: Expressions<'e, 'x>,
    /// The steps that are left.
    steps: Cell<u64>,
    /// Whether filters mean what the draft before the RFC says.
    draft: bool,
    /// The last pattern that came from a document. Most filters have the same for each node.
    pattern: RefCell<Option<LastPattern>>,
}

/// A pattern, whether it is one for whole strings, and what it is compiled; `None` where it is no I-Regexp.
type LastPattern = (String, bool, Option<Rc<Regexp>>);

impl<'e, 'v, 'x> Context<'e, 'v, 'x> {
    /// `steps` is [`MAX_STEPS`] except in tests, which have no second to spend.
    pub(super) fn new(root: &'v Value, expression: Expressions<'e, 'x>, steps: u64) -> Self {
        Self { root, expression, steps: Cell::new(steps), draft: false, pattern: RefCell::new(None) }
    }

    /// The same for queries of the draft before the RFC.
    pub(super) fn for_draft(self) -> Self {
        Self { draft: true, ..self }
    }

    /// All nodes that a query selects; none when they are too much work.
    pub(super) fn nodes(&self, query: &Query) -> Vec<&'v Value> {
        let nodes = Walk::new(self, query, self.root).collect();
        if self.is_exhausted() { Vec::new() } else { nodes }
    }

    /// Takes a step; false when there is none left.
    pub(super) fn spend(&self) -> bool {
        match self.steps.get().checked_sub(1) {
            Some(left) => {
                self.steps.set(left);
                left > 0
            }
            None => false,
        }
    }

    /// Takes many steps; false when there are not so many left.
    pub(super) fn spend_all(&self, steps: u64) -> bool {
        let left = self.steps.get().saturating_sub(steps);
        self.steps.set(left);
        left > 0
    }

    /// A pattern from a document, ready for use; `None` when it is no I-Regexp, or too much work.
    pub(super) fn regexp(&self, pattern: &str, whole: bool) -> Option<Rc<Regexp>> {
        if pattern.len() > MAX_LENGTH {
            return None;
        }
        let mut last = self.pattern.borrow_mut();
        if let Some((text, was_whole, known)) = &*last
            && *was_whole == whole
            && text == pattern
        {
            return known.clone();
        }
        let translated = translate(pattern, whole).ok();
        let translated = translated.filter(|translated| self.spend_all(translated.work()));
        let known = translated.and_then(|translated| translated.compile().ok()).map(Rc::new);
        *last = Some((pattern.to_owned(), whole, known.clone()));
        known
    }

    /// How many steps are left.
    #[cfg(test)]
    pub(super) fn left(&self) -> u64 {
        self.steps.get()
    }

    pub(super) fn is_exhausted(&self) -> bool {
        self.steps.get() == 0
    }

    /// Whether a query selects anything.
    pub(super) fn exists(&self, query: &Query, current: &'v Value) -> bool {
        Walk::new(self, query, current).without_repetition().next().is_some()
    }

    /// The node that a singular query selects. Others have none.
    pub(super) fn only(&self, query: &Query, current: &'v Value) -> Option<&'v Value> {
        self.spend();
        let start = match query.root {
            Root::Document => self.root,
            Root::Current => current,
        };
        query.segments.iter().try_fold(start, |node, segment| child(node, segment.step()?))
    }
}

/// The child that one step leads to.
pub(super) fn child<'v>(node: &'v Value, step: Step<'_>) -> Option<&'v Value> {
    match (node, step) {
        (Value::Object(members), Step::Name(name)) => members.get(name),
        (Value::Array(elements), Step::Index(index)) => {
            let index = match u64::try_from(index) {
                Ok(index) => usize::try_from(index).ok(),
                Err(_) => usize::try_from(index.unsigned_abs()).ok().and_then(|back| elements.len().checked_sub(back)),
            };
            elements.get(index?)
        }
        _ => None,
    }
}

/// The nodes of a query, one by one.
pub(super) struct Walk<'c, 'q, 'e, 'v, 'x> {
    context: &'c Context<'e, 'v, 'x>,
    segments: &'q [Segment],
    /// Nodes, each with the segment to apply to it; the next one last. A node behind the last segment is selected.
    todo: Vec<(&'v Value, usize)>,
    /// What has been on the list, when it is enough to see each node once.
    seen: Option<HashSet<(*const Value, usize)>>,
}

impl<'c, 'q, 'e, 'v, 'x> Walk<'c, 'q, 'e, 'v, 'x> {
    pub(super) fn new(context: &'c Context<'e, 'v, 'x>, query: &'q Query, current: &'v Value) -> Self {
        let start = match query.root {
            Root::Document => context.root,
            Root::Current => current,
        };
        Self { context, segments: &query.segments, todo: vec![(start, 0)], seen: None }
    }

    /// A walk that begins behind the first segment.
    pub(super) fn behind_first(context: &'c Context<'e, 'v, 'x>, query: &'q Query, node: &'v Value) -> Self {
        Self { context, segments: &query.segments, todo: vec![(node, 1)], seen: None }
    }

    /// The same walk through each node once only, which makes its time a multiple of the document's size.
    fn without_repetition(mut self) -> Self {
        let repeats = |segment: &&Segment| matches!(segment, Segment::Descendant { .. });
        if self.segments.iter().filter(repeats).count() > 1 {
            self.seen = Some(HashSet::new());
        }
        self
    }

    /// Puts the children that a selector picks on the list.
    fn pick(&mut self, node: &'v Value, selector: &Selector, segment: usize) {
        match selector {
            Selector::Name { name, .. } => {
                self.todo.extend(child(node, Step::Name(name)).map(|child| (child, segment)));
            }
            Selector::Index { index, .. } => {
                self.todo.extend(child(node, Step::Index(*index)).map(|child| (child, segment)));
            }
            Selector::Wildcard { .. } => self.pick_if(node, segment, |_| true),
            Selector::Slice { start, end, step, .. } => {
                if let Value::Array(elements) = node {
                    slice(elements, *start, *end, *step, |element| self.todo.push((element, segment)));
                }
            }
            Selector::Filter { condition, .. } => self.pick_filtered(node, segment, condition),
        }
    }

    fn pick_filtered(&mut self, node: &'v Value, segment: usize, condition: &Logical) {
        let context = self.context;
        let holds = |child| match context.draft {
            true => context.holds_in_draft(condition, child),
            false => context.holds(condition, child),
        };
        self.pick_if(node, segment, holds);
    }

    fn pick_if(&mut self, node: &'v Value, segment: usize, wanted: impl Fn(&'v Value) -> bool) {
        match node {
            Value::Array(elements) => {
                self.todo.extend(elements.iter().filter(|child| wanted(child)).map(|child| (child, segment)));
            }
            Value::Object(members) => {
                self.todo.extend(members.values().filter(|child| wanted(child)).map(|child| (child, segment)));
            }
            _ => {}
        }
    }
}

impl<'v> Iterator for Walk<'_, '_, '_, 'v, '_> {
    type Item = &'v Value;

    fn next(&mut self) -> Option<&'v Value> {
        loop {
            let (node, index) = self.todo.pop()?;
            if !self.context.spend() {
                self.todo.clear();
                return None;
            }
            if self.seen.as_mut().is_some_and(|seen| !seen.insert((node, index))) {
                continue;
            }
            let segments = self.segments;
            let Some(segment) = segments.get(index) else {
                return Some(node);
            };
            let first = self.todo.len();
            for selector in segment.selectors() {
                self.pick(node, selector, index + 1);
            }
            // Section 2.5.2.2: what is selected from a node comes before what is selected from its descendants.
            if let Segment::Descendant { .. } = segment {
                self.pick_if(node, index, |_| true);
            }
            self.todo[first..].reverse();
        }
    }
}

/// Section 2.3.4.2.2, with integers wide enough for every sum.
fn slice<'v>(
    elements: &'v [Value],
    start: Option<i64>,
    end: Option<i64>,
    step: Option<i64>,
    mut pick: impl FnMut(&'v Value),
) {
    let length = elements.len() as i128;
    let step = i128::from(step.unwrap_or(1));
    let bound = |index: i64| match i128::from(index) {
        index if index < 0 => length + index,
        index => index,
    };
    let mut at = |index: i128| {
        if let Some(element) = usize::try_from(index).ok().and_then(|index| elements.get(index)) {
            pick(element);
        }
    };
    if step > 0 {
        let mut index = start.map_or(0, bound).clamp(0, length);
        let end = end.map_or(length, bound).clamp(0, length);
        while index < end {
            at(index);
            index += step;
        }
    } else if step < 0 {
        let mut index = start.map_or(length - 1, bound).clamp(-1, length - 1);
        let end = end.map_or(-1, bound).clamp(-1, length - 1);
        while index > end {
            at(index);
            index += step;
        }
    }
}
