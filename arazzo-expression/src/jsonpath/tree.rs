//! The syntax tree of RFC 9535. Every part knows the bytes of the text that it was read from.

use super::regexp::Compiled;
use crate::condition::{Literal, Operator};
use crate::expression::Operand;
use std::ops::Range;

/// A query: where it starts and the segments it goes through (RFC 9535, section 2.1).
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// Where the query starts.
    pub root: Root,
    /// The segments, in order.
    pub segments: Vec<Segment>,
    /// The bytes of the query.
    pub span: Range<usize>,
}

/// The node that a query starts from (sections 2.2 and 2.3.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Root {
    /// `$`, the whole document.
    Document,
    /// `@`, the node that a filter looks at.
    Current,
}

/// A segment (section 2.5).
#[derive(Debug, Clone, PartialEq)]
pub enum Segment {
    /// `.name`, `.*` or `[…]`: selects among the children.
    Child {
        /// The selectors; at least one.
        selectors: Vec<Selector>,
        /// The bytes of the segment, with its dot or brackets.
        span: Range<usize>,
    },
    /// `..name`, `..*` or `..[…]`: selects among the children of the node and of all its descendants.
    Descendant {
        /// The selectors; at least one.
        selectors: Vec<Selector>,
        /// The bytes of the segment, with its dots and brackets.
        span: Range<usize>,
    },
}

/// A selector (section 2.3).
#[derive(Debug, Clone, PartialEq)]
pub enum Selector {
    /// `'name'`, or `name` behind a dot: the member of that name (section 2.3.1).
    Name {
        /// The name, unescaped.
        name: String,
        /// The bytes of the name, with its quotes.
        span: Range<usize>,
    },
    /// `*`: all children (section 2.3.2).
    Wildcard {
        /// The byte of the star.
        span: Range<usize>,
    },
    /// `0`: one element, counted from the end when negative (section 2.3.3).
    Index {
        /// The index, within ±(2^53 - 1).
        index: i64,
        /// The bytes of the number.
        span: Range<usize>,
    },
    /// `start:end:step` (section 2.3.4).
    Slice {
        /// The first element.
        start: Option<i64>,
        /// The element before which to stop.
        end: Option<i64>,
        /// The distance of two elements; one when it is not written.
        step: Option<i64>,
        /// The bytes of the slice.
        span: Range<usize>,
    },
    /// `?condition`: the children for which the condition holds (section 2.3.5).
    Filter {
        /// The condition.
        condition: Box<Logical>,
        /// The bytes of the filter, with its question mark.
        span: Range<usize>,
    },
}

/// A logical expression (section 2.3.5.1). Parentheses leave no trace in the tree.
#[derive(Debug, Clone, PartialEq)]
pub enum Logical {
    /// `a || b`; at least two parts.
    Or(Vec<Logical>),
    /// `a && b`; at least two parts.
    And(Vec<Logical>),
    /// `!a`
    Not(Box<Logical>),
    /// `a == b`
    Compare {
        /// The operator.
        operator: Operator,
        /// The left side.
        left: Comparable,
        /// The right side.
        right: Comparable,
    },
    /// Something that holds or not by itself.
    Test(Test),
}

/// What a logical expression can test without a comparison.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// A query. In RFC 9535 it holds when it selects something; on the top level of the bare dialect a singular query
    /// must also be neither null nor false.
    Query(Query),
    /// A function whose result is true or false.
    Function(Call),
    /// A runtime expression; only in the bare dialect.
    Expression(Operand),
}

/// One side of a comparison, or an argument that is one value.
#[derive(Debug, Clone, PartialEq)]
pub enum Comparable {
    /// A literal and its bytes.
    Literal(Literal, Range<usize>),
    /// A singular query: one that selects at most one node by its form.
    Query(Query),
    /// A function whose result is a value.
    Function(Call),
    /// A runtime expression of Arazzo; only in the bare dialect.
    Expression(Operand),
}

/// A call of a function (section 2.4).
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The function with its arguments.
    pub function: Function,
    /// The bytes of the call.
    pub span: Range<usize>,
}

/// The functions that RFC 9535 defines, well-typed by construction (section 2.4.3).
#[derive(Debug, Clone, PartialEq)]
pub enum Function {
    /// `length(value)`: characters of a string, elements of a list, members of an object (section 2.4.4).
    Length(Box<Comparable>),
    /// `count(nodes)`: how many nodes a query selects (section 2.4.5).
    Count(Query),
    /// `match(value, pattern)`: whether a pattern matches the whole of a string (section 2.4.6).
    Match(Box<Pattern>),
    /// `search(value, pattern)`: whether a pattern matches somewhere in a string (section 2.4.7).
    Search(Box<Pattern>),
    /// `value(nodes)`: the value of the only node that a query selects (section 2.4.8).
    Value(Query),
}

/// The arguments of `match` and `search`.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern {
    /// The string to look at.
    pub input: Comparable,
    /// The I-Regexp (RFC 9485).
    pub pattern: Comparable,
    /// The pattern ready for use, when it is a literal.
    pub(super) compiled: Compiled,
}

/// One step of a singular query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step<'q> {
    /// A member.
    Name(&'q str),
    /// An element, counted from the end when negative.
    Index(i64),
}

impl Query {
    /// The steps of a singular query (section 2.3.5.1): one that has only names and indexes, one per segment, and so
    /// selects at most one node of any document. `None` for any other query.
    #[must_use]
    pub fn singular(&self) -> Option<Vec<Step<'_>>> {
        self.segments.iter().map(Segment::step).collect()
    }

    /// Whether [`Query::singular`] has an answer.
    #[must_use]
    pub fn is_singular(&self) -> bool {
        self.segments.iter().all(|segment| segment.step().is_some())
    }
}

impl Segment {
    /// The selectors.
    #[must_use]
    pub fn selectors(&self) -> &[Selector] {
        match self {
            Self::Child { selectors, .. } | Self::Descendant { selectors, .. } => selectors,
        }
    }

    /// The bytes of the segment.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        match self {
            Self::Child { span, .. } | Self::Descendant { span, .. } => span.clone(),
        }
    }

    /// The only step that the segment takes, if it is a name or an index and nothing else.
    #[must_use]
    pub fn step(&self) -> Option<Step<'_>> {
        match self {
            Self::Child { selectors, .. } => match selectors.as_slice() {
                [Selector::Name { name, .. }] => Some(Step::Name(name)),
                [Selector::Index { index, .. }] => Some(Step::Index(*index)),
                _ => None,
            },
            Self::Descendant { .. } => None,
        }
    }
}

impl Selector {
    /// The bytes of the selector.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        match self {
            Self::Name { span, .. }
            | Self::Wildcard { span }
            | Self::Index { span, .. }
            | Self::Slice { span, .. }
            | Self::Filter { span, .. } => span.clone(),
        }
    }
}

impl Logical {
    /// The bytes from the first to the last operand, without the parentheses or the `!` around them.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        match self {
            Self::Or(parts) | Self::And(parts) => {
                let start = parts.first().map_or(0, |part| part.span().start);
                start..parts.last().map_or(start, |part| part.span().end)
            }
            Self::Not(inner) => inner.span(),
            Self::Compare { left, right, .. } => left.span().start..right.span().end,
            Self::Test(test) => test.span(),
        }
    }
}

impl Test {
    /// The bytes of the test.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        match self {
            Self::Query(query) => query.span.clone(),
            Self::Function(call) => call.span.clone(),
            Self::Expression(operand) => operand.span.clone(),
        }
    }
}

impl Comparable {
    /// The bytes of the comparable.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        match self {
            Self::Literal(_, span) => span.clone(),
            Self::Query(query) => query.span.clone(),
            Self::Function(call) => call.span.clone(),
            Self::Expression(operand) => operand.span.clone(),
        }
    }
}

impl Function {
    /// The name as it is written in a query.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Length(_) => "length",
            Self::Count(_) => "count",
            Self::Match(_) => "match",
            Self::Search(_) => "search",
            Self::Value(_) => "value",
        }
    }

    /// Whether the result is true or false, and not a value to compare.
    #[must_use]
    pub fn is_logical(&self) -> bool {
        matches!(self, Self::Match(_) | Self::Search(_))
    }
}
