//! What can be wrong with a text, and which lenient readings it needed.

use std::fmt;
use std::ops::Range;

/// A text that its grammar does not accept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// What is wrong, in one line, without a full stop.
    pub message: String,
    /// What to write instead, when that is known.
    pub help: Option<String>,
    /// The bytes of the text that are wrong; empty at the end of the text.
    pub span: Range<usize>,
}

impl SyntaxError {
    /// An error about the bytes `span`.
    pub fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None, span }
    }

    /// The same error with a hint.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.message, self.span.start)?;
        match &self.help {
            Some(help) => write!(f, " ({help})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for SyntaxError {}

/// A place where a text is understood although the specification does not allow it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Which lenient reading.
    pub kind: ReadingKind,
    /// The bytes of the text that needed it.
    pub span: Range<usize>,
}

/// The lenient readings that a grammar can meet. The compiler gives each its rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReadingKind {
    /// `"ok"` where a simple condition wants `'ok'`.
    DoubleQuoted,
    /// A right side that is neither a literal nor an expression.
    UnquotedWord,
    /// A condition wrapped in braces, as in an erratum of Arazzo 1.0.0 and 1.0.1.
    BracedCondition,
    /// A logical expression where JSONPath wants a query.
    BareJsonpath,
    /// `.name` or `[0]` after an expression, outside a condition.
    DottedAccess,
}
