//! YAML and JSON as a tree in which every scalar, key and collection knows its span.
//!
//! The reading is YAML 1.2 with its core schema, of which JSON is a part: `yes` and `on` are strings, `1.0` is a number.
//! What JSON cannot express (two equal keys, keys that are no text, several documents, tags of one's own) is an error.
//! `.inf` and `.nan`, which JSON lacks, read as strings.

mod build;
mod core;
mod locate;
mod message;
mod node;
mod offsets;
mod surrogates;
#[cfg(test)]
mod tests;

use crate::diagnostic::Diagnostics;
use crate::source::{FileId, Span};
use serde_json::Number;

/// How deep collections may be nested. The official descriptions stay below 30; recursive code over the tree, also the
/// code that frees it, needs a bound.
pub const MAX_DEPTH: usize = 128;

/// How many values a file may hold, which bounds the memory that it takes. The largest published OpenAPI descriptions have
/// a third of it.
pub const MAX_VALUES: usize = 4_000_000;

/// A value of the tree.
#[derive(Debug, Clone)]
pub struct Node {
    /// Where it stands; for a string with its quotes.
    pub span: Span,
    /// What it is.
    pub kind: Kind,
}

/// The kinds of values, as JSON knows them.
#[derive(Debug, Clone)]
pub enum Kind {
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number. Floats that JSON lacks (`.inf`, `.nan`) are errors where a value is used; they read as strings.
    Number(Number),
    /// A string.
    String(Scalar),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping.
    Map(Map),
}

/// A string and how it is written.
#[derive(Debug, Clone)]
pub struct Scalar {
    /// The string.
    pub text: String,
    /// How it is written, which decides whether a part of it can be pointed at.
    pub style: Style,
}

/// The ways to write a string in YAML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// `|` or `>`
    Block,
}

/// A mapping, in the order of the document.
#[derive(Debug, Clone, Default)]
pub struct Map {
    /// Keys and values.
    pub entries: Vec<(Key, Node)>,
}

/// The key of a mapping.
#[derive(Debug, Clone)]
pub struct Key {
    /// The key.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// Reads the one document of a file. `None` when it is no YAML at all, which is reported then. Where only a part of it is
/// wrong, that is reported and the rest is read: of two equal keys the first counts.
pub fn parse(file: FileId, text: &str, diagnostics: &mut Diagnostics) -> Option<Node> {
    let readable = surrogates::joined(text);
    build::Builder::new(file, text, &readable, diagnostics).document()
}
