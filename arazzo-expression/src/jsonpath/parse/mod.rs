//! The parser: hand-written recursive descent over RFC 9535, appendix A, and over the bare dialect made of its parts.
//!
//! | file | reads |
//! |---|---|
//! | `query` | paths, segments, selectors |
//! | `logical` | conditions: `||`, `&&`, `!`, comparisons, tests |
//! | `item` | what can stand on a side of a comparison |
//! | `call` | functions and whether they are well-typed |
//! | `literal` | strings, numbers, integers |
//! | `slip`, `slip_path` | what was probably meant by a text that is none of this |

mod call;
mod item;
mod literal;
mod logical;
mod query;
mod slip;
mod slip_path;

use super::Criterion;
use super::tree::{Logical, Query, Test};
use crate::SyntaxError;
use crate::cursor::{Cursor, MAX_DEPTH, bounded, describe};
use crate::expression::Version;

/// What every rule of the grammar gives.
type Parsed<T> = Result<T, SyntaxError>;

/// Reads an RFC 9535 query, and all of the text.
pub(super) fn query(text: &str) -> Parsed<Query> {
    bounded(text)?;
    let mut parser = Parser::new(text, None);
    let query = parser.root_query()?;
    match parser.cursor.is_at_end() {
        true => Ok(query),
        false => Err(parser.after_path()),
    }
}

/// Reads a condition of a criterion: a path and nothing else, or a logical expression.
pub(super) fn criterion(text: &str, version: Version) -> Parsed<Criterion> {
    bounded(text)?;
    let mut parser = Parser::new(text, Some(version));
    // A block scalar ends with a line break that its author did not mean.
    parser.skip_blank();
    let in_parentheses = parser.cursor.peek() == Some('(');
    let logical = parser.disjunction()?;
    parser.skip_blank();
    if !parser.cursor.is_at_end() {
        return Err(parser.after_operand("`&&`, `||` or the end"));
    }
    Ok(match logical {
        // With a runtime expression in a filter it is no RFC 9535 query, and needs one who knows the value.
        Logical::Test(Test::Query(query)) if !in_parentheses && query.operands().is_empty() => Criterion::Query(query),
        logical => Criterion::Bare(logical),
    })
}

/// The state of the parser.
struct Parser<'t> {
    text: &'t str,
    cursor: Cursor<'t>,
    /// Open parentheses, filters and calls.
    depth: usize,
    /// Open filters: where there is none, `@` means nothing.
    filters: usize,
    /// The grammar of runtime expressions in the bare dialect; `None` in an RFC 9535 query.
    version: Option<Version>,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str, version: Option<Version>) -> Self {
        Self { text, cursor: Cursor::new(text, 0..text.len()), depth: 0, filters: 0, version }
    }

    /// `S`: blanks are spaces, tabs and line ends, no other characters.
    fn skip_blank(&mut self) {
        self.cursor.take_while(|character| matches!(character, ' ' | '\t' | '\n' | '\r'));
    }

    /// Whether `character` comes next.
    fn at(&self, character: char) -> bool {
        self.cursor.peek() == Some(character)
    }

    /// Reads something that may hold itself, so that no text overflows the stack.
    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth == MAX_DEPTH {
            return Err(self
                .cursor
                .error(format!("more than {MAX_DEPTH} parentheses, filters and calls inside each other")));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// Steps over the parenthesis that ends something begun at `opened`.
    fn close(&mut self, opened: usize, expected: &str) -> Parsed<()> {
        if self.cursor.eat(")") {
            Ok(())
        } else if self.cursor.is_at_end() || self.at(']') {
            Err(self.unclosed(opened, expected))
        } else {
            Err(self.after_operand(expected))
        }
    }

    /// The text ends although the bracket or parenthesis at `opened` is still open.
    fn unclosed(&self, opened: usize, expected: &str) -> SyntaxError {
        let span = opened..opened + 1;
        let message = format!("`{}` is never closed", &self.text[span.clone()]);
        let end = match self.cursor.peek() {
            None => "the text ends".to_owned(),
            Some(other) => format!("{} stands", describe(other)),
        };
        SyntaxError::new(span, message).help(format!("{end} where {expected} is expected"))
    }
}
