//! A place in a text, and how characters are named in messages: what the hand-written parsers share.

use crate::SyntaxError;
use std::ops::Range;

/// How deep groups may be nested, so that no input can overflow the stack of the parser or of an evaluation.
pub(crate) const MAX_DEPTH: usize = 64;

/// How long a text may be that is one expression, query or condition: what is longer is none that anybody wrote, and what
/// is written for it must still be compiled.
const MAX_LENGTH: usize = 16 << 10;

/// How many steps a path may go into a value: no JSON that is read is deeper.
pub(crate) const MAX_STEPS: usize = 128;

/// Refuses a path that goes too deep. `span` is where it stands.
pub(crate) fn not_too_deep(steps: usize, span: Range<usize>) -> Result<(), SyntaxError> {
    if steps <= MAX_STEPS {
        return Ok(());
    }
    Err(SyntaxError::new(span, format!("this goes {steps} steps into a value, and {MAX_STEPS} are supported")))
}

/// Refuses a text that is too long.
pub(crate) fn bounded(text: &str) -> Result<(), SyntaxError> {
    if text.len() <= MAX_LENGTH {
        return Ok(());
    }
    Err(SyntaxError::new(0..text.len(), format!("this has {} bytes, and {MAX_LENGTH} are supported", text.len())))
}

/// A position inside a range of a text. All positions count from the start of the text, not of the range, so that
/// spans of a part are spans of the whole.
#[derive(Debug, Clone)]
pub(crate) struct Cursor<'t> {
    /// The text up to the end of the range.
    text: &'t str,
    position: usize,
}

impl<'t> Cursor<'t> {
    /// A cursor at the start of `range`, which must lie on character boundaries of `text`.
    pub(crate) fn new(text: &'t str, range: Range<usize>) -> Self {
        Self { text: &text[..range.end], position: range.start }
    }

    pub(crate) fn position(&self) -> usize {
        self.position
    }

    pub(crate) fn end(&self) -> usize {
        self.text.len()
    }

    pub(crate) fn rest(&self) -> &'t str {
        &self.text[self.position..]
    }

    pub(crate) fn slice(&self, range: Range<usize>) -> &'t str {
        &self.text[range]
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.position == self.text.len()
    }

    pub(crate) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Goes on to `position`, which must lie on a character boundary inside the range.
    pub(crate) fn go_to(&mut self, position: usize) {
        self.position = position;
    }

    /// Steps over `expected` if it comes next.
    pub(crate) fn eat(&mut self, expected: &str) -> bool {
        let found = self.rest().starts_with(expected);
        if found {
            self.position += expected.len();
        }
        found
    }

    /// Steps over all characters that `accept` wants.
    pub(crate) fn take_while(&mut self, accept: impl Fn(char) -> bool) -> Range<usize> {
        let start = self.position;
        let rest = self.rest();
        self.position += rest.find(|c| !accept(c)).unwrap_or(rest.len());
        start..self.position
    }

    pub(crate) fn skip_whitespace(&mut self) {
        self.take_while(char::is_whitespace);
    }

    /// The bytes of the next character; empty at the end.
    pub(crate) fn here(&self) -> Range<usize> {
        self.position..self.position + self.peek().map_or(0, char::len_utf8)
    }

    pub(crate) fn error(&self, message: impl Into<String>) -> SyntaxError {
        SyntaxError::new(self.here(), message)
    }
}

/// A character of an id of a step, a workflow or a source description (the specification's `identifier-strict`).
pub(crate) fn is_strict(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-')
}

/// A character of the name of an input, an output or a component (the specification's `identifier`).
pub(crate) fn is_ident(c: char) -> bool {
    is_strict(c) || c == '.'
}

/// A character of the name of a header (RFC 9110, `tchar`).
pub(crate) fn is_tchar(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c)
}

/// A character of the name of a query or path parameter, or of an operation.
pub(crate) fn is_name_char(c: char) -> bool {
    !c.is_control() && !matches!(c, '"' | '\\' | '{' | '}')
}

/// The character as a message calls it.
pub(crate) fn describe(c: char) -> String {
    match c {
        ' ' => "a space".to_owned(),
        '\t' => "a tab".to_owned(),
        '\n' | '\r' => "a line break".to_owned(),
        c if c.is_control() || c.is_whitespace() => format!("the character U+{:04X}", u32::from(c)),
        c => format!("`{c}`"),
    }
}

/// The text as a message quotes it: one line, and not longer than a reader wants.
pub(crate) fn excerpt(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut shown: String = text.chars().take(LONGEST).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_from_the_start_of_the_text() {
        let mut cursor = Cursor::new("ab é cd", 3..6);
        assert_eq!(cursor.here(), 3..5);
        assert_eq!(cursor.take_while(|c| c == 'é'), 3..5);
        assert_eq!(cursor.rest(), " ");
        cursor.skip_whitespace();
        assert!(cursor.is_at_end());
        assert_eq!(cursor.here(), 6..6);
    }

    #[test]
    fn excerpts_are_one_short_line() {
        assert_eq!(excerpt("a\nb"), "a b");
        assert_eq!(excerpt(&"é".repeat(100)), format!("{}…", "é".repeat(60)));
    }
}
