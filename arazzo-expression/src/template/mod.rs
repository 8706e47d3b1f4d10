//! Texts that are, or hold, runtime expressions.
//!
//! The specification's grammar for texts forbids every literal brace, and so its own JSON examples. Here braces that do
//! not begin a known expression stand for themselves, and what is put in is not read again.

mod parse;
#[cfg(test)]
mod tests;

pub use parse::{parse, parse_embedded_only};

use crate::expression::Operand;
use std::ops::Range;

/// What a string of the document means.
#[derive(Debug, Clone, PartialEq)]
pub enum Text {
    /// No expression in it.
    Literal(String),
    /// The whole string is one expression: its value keeps its type.
    Expression(Operand),
    /// Text with expressions in it: the result is a string.
    Template(Vec<Piece>),
}

/// A part of a text with expressions.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// Text that stands for itself.
    Literal(String),
    /// `{$inputs.name}`
    Embedded(Operand),
    /// `$inputs.name` without braces inside longer text; an expression only where the name resolves.
    Bare {
        /// The expression it would be.
        operand: Operand,
        /// The same as written.
        text: String,
        /// Its bytes in the text.
        span: Range<usize>,
    },
}
