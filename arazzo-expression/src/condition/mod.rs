//! Simple conditions (Arazzo, "Criterion Object"): grammar and evaluation.
//!
//! The specification gives no grammar. This is the one its maintainers discuss, with the precedence of RFC 9535: groups,
//! `!`, comparisons (which cannot be chained), `&&`, `||`.

mod display;
mod evaluate;
mod parse;
#[cfg(test)]
mod tests;
mod value;

pub use evaluate::{compare, truthy};
pub use parse::parse;

use crate::expression::Operand;
use serde_json::Number;
use std::ops::Range;

/// A simple condition.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// `a || b`
    Or(Vec<Condition>),
    /// `a && b`
    And(Vec<Condition>),
    /// `!a`
    Not(Box<Condition>),
    /// `a == b`
    Compare {
        /// The operator.
        operator: Operator,
        /// The left side.
        left: Comparable,
        /// The right side.
        right: Comparable,
    },
    /// A value alone.
    Test(Comparable),
}

/// A comparison operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operator {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// One side of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub enum Comparable {
    /// A literal.
    Literal(Literal, Range<usize>),
    /// A runtime expression with its accessors.
    Operand(Operand),
}

/// A literal of a condition.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A JSON number.
    Number(Number),
    /// A string.
    String(String),
}
