//! Slips in conditions: operators of other languages, forgotten quotes and dollars, values where a test must stand.

use super::call::NAMES;
use super::item::Item;
use super::slip_path::{is_typographic, typographic};
use super::{Parsed, Parser};
use crate::SyntaxError;
use crate::condition::Operator;
use crate::cursor::{describe, excerpt};
use crate::jsonpath::display::{is_name_char, symbol};
use crate::suggest::closest;
use std::ops::Range;

/// What a runtime expression begins with, without the dollar.
const ROOTS: [&str; 13] = [
    "inputs",
    "outputs",
    "steps",
    "workflows",
    "statusCode",
    "response",
    "request",
    "message",
    "url",
    "method",
    "self",
    "sourceDescriptions",
    "components",
];

impl Parser<'_> {
    /// Something else than `expected` comes next.
    pub(super) fn unexpected(&self, expected: &str) -> SyntaxError {
        let rest = self.cursor.rest();
        let length = rest.find(|character| !is_name_char(character)).unwrap_or(rest.len());
        let here = self.cursor.position();
        match self.cursor.peek() {
            None => SyntaxError::new(here..here, format!("{expected} is expected, and the text ends")),
            Some(_) if length > 0 => {
                let message = format!("{expected} is expected, not `{}`", excerpt(&rest[..length]));
                SyntaxError::new(here..here + length, message)
            }
            Some(other) => self.cursor.error(format!("{expected} is expected, not {}", describe(other))),
        }
    }

    /// What stands behind a complete condition or side of a comparison and cannot stand there.
    pub(super) fn after_operand(&self, expected: &str) -> SyntaxError {
        let rest = self.cursor.rest();
        let here = self.cursor.here();
        let length = rest.find(|character| !is_name_char(character)).unwrap_or(rest.len());
        let error = self.unexpected(expected);
        match rest[..length].to_ascii_lowercase().as_str() {
            "and" => return error.help("write `&&`"),
            "or" => return error.help("write `||`"),
            "eq" | "is" | "equals" => return error.help("write `==`"),
            "ne" | "neq" => return error.help("write `!=`"),
            "lt" => return error.help("write `<`"),
            "le" | "lte" => return error.help("write `<=`"),
            "gt" => return error.help("write `>`"),
            "ge" | "gte" => return error.help("write `>=`"),
            "in" => return error.help("compare with each value, and join the comparisons with `||`"),
            "contains" | "matches" | "like" => return error.help("write `search(path, 'pattern')`"),
            _ => {}
        }
        match self.cursor.peek() {
            Some(single @ ('&' | '|')) => {
                SyntaxError::new(here, format!("`{single}` is no operator")).help(format!("write `{single}{single}`"))
            }
            Some(sign @ ('+' | '-' | '*' | '/' | '%' | '~' | '^')) => {
                SyntaxError::new(here, format!("`{sign}` is no operator: JSONPath does not calculate"))
            }
            Some(quote @ ('\'' | '"')) if self.text[..here.start].ends_with(quote) => {
                error.help(format!("a {quote} inside of a string is written `\\{quote}`"))
            }
            Some(close @ (')' | ']' | '}')) => SyntaxError::new(here, format!("`{close}` closes nothing")),
            _ => error,
        }
    }

    /// Refuses the comparison operators of other languages.
    pub(super) fn no_foreign_operator(&self) -> Parsed<()> {
        let rest = self.cursor.rest();
        let foreign = [
            ("===", "write `==`"),
            ("!==", "write `!=`"),
            ("=~", "write `search(path, 'pattern')`"),
            ("~=", "write `search(path, 'pattern')`"),
            ("<>", "write `!=`"),
            ("=<", "write `<=`"),
            ("=>", "write `>=`"),
        ];
        let start = self.cursor.position();
        for (operator, help) in foreign {
            if rest.starts_with(operator) {
                let span = start..start + operator.len();
                return Err(SyntaxError::new(span, format!("`{operator}` is no operator")).help(help));
            }
        }
        if rest.starts_with('=') && !rest.starts_with("==") {
            return Err(SyntaxError::new(start..start + 1, "`=` does not compare").help("write `==`"));
        }
        Ok(())
    }

    /// `!a == b` is ambiguous, and neither reading is part of RFC 9535.
    pub(super) fn not_compared_after_bang(&mut self, bang: usize) -> Parsed<()> {
        match self.operator()? {
            None => Ok(()),
            Some(operator) => {
                let opposite = match operator {
                    Operator::Equal => Operator::NotEqual,
                    Operator::NotEqual => Operator::Equal,
                    Operator::Less => Operator::GreaterOrEqual,
                    Operator::LessOrEqual => Operator::Greater,
                    Operator::Greater => Operator::LessOrEqual,
                    Operator::GreaterOrEqual => Operator::Less,
                };
                Err(SyntaxError::new(bang..bang + 1, "`!` cannot stand before a side of a comparison").help(format!(
                    "write `!(… {} …)`, or `{}`",
                    symbol(operator),
                    symbol(opposite)
                )))
            }
        }
    }

    /// `(a) == b` compares a condition.
    pub(super) fn not_compared_after_parentheses(&mut self, opened: usize) -> Parsed<()> {
        let end = self.cursor.position();
        match self.operator()? {
            None => Ok(()),
            Some(_) => {
                Err(SyntaxError::new(opened..end, "parentheses hold a condition, and a comparison compares values")
                    .help("remove the parentheses around the value"))
            }
        }
    }

    /// `a < b < c`
    pub(super) fn not_compared_again(&mut self) -> Parsed<()> {
        match self.operator()? {
            None => Ok(()),
            Some(operator) => {
                let end = self.cursor.position();
                let span = end - symbol(operator).len()..end;
                Err(SyntaxError::new(span, "comparisons cannot be chained").help("join two comparisons with `&&`"))
            }
        }
    }

    /// A `!` with another `!` or an `=` behind it.
    pub(super) fn lone_bang(&self, bang: usize) -> SyntaxError {
        let span = bang..self.cursor.here().end;
        match self.cursor.peek() {
            Some('!') => SyntaxError::new(span, "`!` stands only once").help("remove both, or write `!(!…)`"),
            _ => SyntaxError::new(span, "a value is expected before the operator"),
        }
    }

    /// A value where a condition must stand.
    pub(super) fn no_test(&self, item: &Item) -> SyntaxError {
        match item {
            Item::Function(call) => {
                let name = call.function.name();
                SyntaxError::new(call.span.clone(), format!("`{name}(…)` is a value and no condition"))
                    .help(format!("compare it, as in `{name}(…) > 0`"))
            }
            item => SyntaxError::new(item.span(), "a literal alone tests nothing").help("compare it with a path"),
        }
    }

    /// `@` where nothing is looked at.
    pub(super) fn at_outside_of_filter(&self) -> SyntaxError {
        let length = self.operand_length();
        let start = self.cursor.position();
        let path = excerpt(&self.text[start + 1..start + length]);
        SyntaxError::new(start..start + 1, "`@` is the node that a filter looks at, and here is no filter")
            .help(format!("the document is `$`: write `${path}`"))
    }

    /// No item stands where one is expected.
    pub(super) fn no_item(&self, operator: Option<Operator>) -> SyntaxError {
        let rest = self.cursor.rest();
        let here = self.cursor.here();
        let expected = match operator {
            Some(operator) => format!("a value behind `{}`", symbol(operator)),
            None => "a path, a value or a function".to_owned(),
        };
        match self.cursor.peek() {
            Some('.') if rest[1..].starts_with(|next: char| next.is_ascii_digit()) => {
                SyntaxError::new(here, "a number has a digit before its point")
                    .help(format!("write `0{}`", excerpt(&rest[..self.operand_length()])))
            }
            Some('.' | '[') => {
                let length = self.operand_length();
                let span = here.start..here.start + length.max(1);
                let path = &rest[..length];
                if operator.is_some() && path.starts_with('[') {
                    return SyntaxError::new(here, "a list cannot be written in a comparison");
                }
                SyntaxError::new(span, "a path has a root").help(format!("write `{}`", self.rooted(path)))
            }
            Some('(') => SyntaxError::new(here, "a comparison compares values, not conditions")
                .help("remove the parentheses around the value"),
            Some('+') => SyntaxError::new(here, "a number has no plus sign"),
            Some(quote) if is_typographic(quote) => SyntaxError::new(here, typographic(quote)),
            Some('{') => SyntaxError::new(here, "an object cannot be written in a condition"),
            None if self.text.trim().is_empty() => SyntaxError::new(here, "the condition is empty"),
            _ => self.unexpected(&expected),
        }
    }

    /// A word that is neither a literal nor a function.
    pub(super) fn stray_word(&self, operator: Option<Operator>) -> SyntaxError {
        let start = self.cursor.position();
        let word = &self.cursor.rest()[..self.operand_length()];
        let span = start..start + word.len();
        let shown = excerpt(word);
        let message = format!("`{shown}` is neither a path nor a literal");
        let error = SyntaxError::new(span, message);
        let head = word.find(['.', '[']).map_or(word, |end| &word[..end]);
        let is_path = head.len() < word.len();
        match word.to_ascii_lowercase().as_str() {
            literal @ ("true" | "false" | "null") => return error.help(format!("write `{literal}`")),
            "undefined" | "none" | "nil" => return error.help("write `null`"),
            "not" => return error.help("write `!`"),
            "and" | "or" => return error.help("`&&` and `||` stand between two conditions"),
            name if NAMES.contains(&name) && self.text[start + word.len()..].trim_start().starts_with('(') => {
                return error.help(format!("no blank stands between a function and its parenthesis: `{name}(…)`"));
            }
            _ => {}
        }
        if self.version.is_some() && ROOTS.contains(&head) && (is_path || head == "statusCode") {
            return error.help(format!("write `${shown}`"));
        }
        let path = self.rooted(word);
        let quotable = !word.contains(['\'', '"', '\\']);
        error.help(match operator {
            Some(_) if quotable && is_path => format!("a string stands in quotes: `\"{shown}\"`; a path is `{path}`"),
            Some(_) if quotable => format!("a string stands in quotes: `\"{shown}\"`"),
            _ => format!("a path begins with its root: `{path}`"),
        })
    }

    /// `$word` where it can only be a slip.
    pub(super) fn dollar_word(&self) -> SyntaxError {
        let start = self.cursor.position();
        let length = self.operand_length();
        let span = start..start + length;
        let word = &self.text[span.clone()];
        let name = word.trim_start_matches(['{', '$']).trim_end_matches('}');
        let head = name.find(|next| !is_name_char(next)).map_or(name, |end| &name[..end]);
        if self.version.is_none() && ROOTS.contains(&head) {
            let message = format!("the runtime expression `{}` cannot stand in a query", excerpt(word));
            return SyntaxError::new(span, message);
        }
        SyntaxError::new(span, format!("`{}` is no path", excerpt(word)))
            .help(format!("a dot stands between the root and a name: `$.{}`", excerpt(name)))
    }

    /// A runtime expression that its own grammar refuses; with another root it was meant to be a path.
    pub(super) fn no_operand(&self, span: Range<usize>, error: SyntaxError) -> SyntaxError {
        let name = &self.text[span.start + 1..span.end];
        let head = name.find(|next| !is_name_char(next)).map_or(name, |end| &name[..end]);
        if ROOTS.contains(&head) {
            return error;
        }
        let message = format!("`${}` is neither a path nor a runtime expression", excerpt(name));
        let error = SyntaxError::new(span, message);
        error.help(match closest(head, &ROOTS) {
            Some(meant) => format!("did you mean `${meant}`? A member of the document would be `$.{}`", excerpt(name)),
            None => format!("a dot stands between the root and a name: `$.{}`", excerpt(name)),
        })
    }
}
