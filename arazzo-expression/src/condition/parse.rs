//! The grammar of simple conditions.

use super::{Comparable, Condition, Operator};
use crate::cursor::{Cursor, MAX_DEPTH, bounded, describe, excerpt};
use crate::expression::{Operand, Version};
use crate::{Reading, ReadingKind, SyntaxError};
use std::ops::Range;

pub(super) type Result<T> = std::result::Result<T, SyntaxError>;

/// Reads a simple condition, and the lenient readings it needed.
///
/// ```
/// use arazzo_expression::ReadingKind;
/// use arazzo_expression::condition::{Condition, parse};
/// use arazzo_expression::expression::Version;
///
/// let (condition, readings) = parse("$statusCode == 200 && $response.body.id != null", Version::V1_0).unwrap();
/// assert!(matches!(condition, Condition::And(parts) if parts.len() == 2));
/// assert!(readings.is_empty());
///
/// let (_, readings) = parse("$response.body#/state == \"ok\"", Version::V1_0).unwrap();
/// assert_eq!(readings[0].kind, ReadingKind::DoubleQuoted);
///
/// let error = parse("$statusCode = 200", Version::V1_0).unwrap_err();
/// assert_eq!(error.help.as_deref(), Some("write `==`"));
/// ```
pub fn parse(text: &str, version: Version) -> Result<(Condition, Vec<Reading>)> {
    bounded(text)?;
    let mut range = trim(text, 0..text.len());
    if range.is_empty() {
        return Err(SyntaxError::new(0..text.len(), "the condition is empty"));
    }
    let mut readings = Vec::new();
    if let Some(inner) = in_braces(text, range.clone(), version) {
        readings.push(Reading { kind: ReadingKind::BracedCondition, span: range });
        range = inner;
    }
    let mut parser = Parser { text, cursor: Cursor::new(text, range), version, depth: 0, readings };
    let condition = parser.or()?;
    match parser.next() {
        None => Ok((condition, parser.readings)),
        Some(_) => Err(parser.unexpected()),
    }
}

/// Whether an operand without braces ends before this character, a blank or one that begins an operator.
pub(super) fn ends_operand(c: char) -> bool {
    c.is_whitespace() || "!&()<=>{|}".contains(c)
}

/// The range without whitespace around it.
fn trim(text: &str, range: Range<usize>) -> Range<usize> {
    let inner = &text[range.clone()];
    let start = range.start + (inner.len() - inner.trim_start().len());
    start..(range.start + inner.trim_end().len()).max(start)
}

/// What is between the braces, if they surround the whole condition and not only an operand.
fn in_braces(text: &str, range: Range<usize>, version: Version) -> Option<Range<usize>> {
    if !text[range.clone()].starts_with('{') {
        return None;
    }
    let (mut depth, mut quote) = (0_usize, None);
    for (at, c) in text[range.clone()].char_indices() {
        match c {
            c if quote == Some(c) => quote = None,
            '\'' | '"' if quote.is_none() => quote = Some(c),
            '{' if quote.is_none() => depth += 1,
            '}' if quote.is_none() => {
                depth -= 1;
                if depth == 0 {
                    let inner = range.start + 1..range.start + at;
                    let is_all = inner.end + 1 == range.end;
                    let is_operand = Operand::parse_in(text, inner.clone(), version).is_ok();
                    let inner = trim(text, inner);
                    return (is_all && !is_operand && !inner.is_empty()).then_some(inner);
                }
            }
            _ => {}
        }
    }
    None
}

pub(super) struct Parser<'t> {
    pub(super) text: &'t str,
    pub(super) cursor: Cursor<'t>,
    pub(super) version: Version,
    /// How many groups are open.
    depth: usize,
    pub(super) readings: Vec<Reading>,
}

impl Parser<'_> {
    fn or(&mut self) -> Result<Condition> {
        let mut parts = vec![self.and()?];
        while self.operator("||") {
            parts.push(self.and()?);
        }
        Ok(single(parts).unwrap_or_else(Condition::Or))
    }

    fn and(&mut self) -> Result<Condition> {
        let mut parts = vec![self.basic()?];
        while self.operator("&&") {
            parts.push(self.basic()?);
        }
        Ok(single(parts).unwrap_or_else(Condition::And))
    }

    fn basic(&mut self) -> Result<Condition> {
        match self.next() {
            Some('!') if !self.cursor.rest().starts_with("!=") => self.negation(),
            Some('(') => self.group(),
            _ => {
                let left = self.comparable(None)?;
                match self.comparison()? {
                    Some((operator, written)) => self.compare(left, operator, written),
                    None => Ok(Condition::Test(left)),
                }
            }
        }
    }

    /// `!` and a group or a value.
    fn negation(&mut self) -> Result<Condition> {
        let start = self.cursor.position();
        self.cursor.eat("!");
        let inner = match self.next() {
            Some('!') => {
                let error = self.cursor.error("a second `!`");
                return Err(error.help("remove both"));
            }
            Some('(') => self.group()?,
            _ => {
                let value = self.comparable(Some("!"))?;
                let end = self.cursor.position();
                if self.comparison()?.is_some() {
                    let error = SyntaxError::new(start..end, "`!` negates a value or a group, not a side");
                    return Err(error.help("write `!(… == …)`, or `!=` in place of `==`"));
                }
                Condition::Test(value)
            }
        };
        Ok(Condition::Not(Box::new(inner)))
    }

    /// A condition in parentheses.
    fn group(&mut self) -> Result<Condition> {
        let start = self.cursor.position();
        self.cursor.eat("(");
        if self.depth == MAX_DEPTH {
            let message = format!("groups are nested more than {MAX_DEPTH} deep");
            return Err(SyntaxError::new(start..start + 1, message));
        }
        self.depth += 1;
        let inner = self.or()?;
        match self.next() {
            Some(')') => self.cursor.eat(")"),
            Some(_) => return Err(self.unexpected()),
            None => {
                return Err(SyntaxError::new(start..start + 1, "this parenthesis is not closed")
                    .help("write `)` at the end of the group"));
            }
        };
        self.depth -= 1;
        let end = self.cursor.position();
        if self.comparison()?.is_some() {
            let message = "a group in parentheses is a condition, and cannot be compared";
            return Err(SyntaxError::new(start..end, message).help("compare a value without parentheses"));
        }
        Ok(inner)
    }

    fn compare(&mut self, left: Comparable, operator: Operator, written: &str) -> Result<Condition> {
        let right = self.comparable(Some(written))?;
        let end = self.cursor.position();
        if self.comparison()?.is_some() {
            let error = SyntaxError::new(end..self.cursor.position(), "comparisons cannot be chained");
            return Err(error.help("write two comparisons with `&&` between them"));
        }
        Ok(Condition::Compare { operator, left, right })
    }

    /// Steps over a comparison operator, if one comes next.
    fn comparison(&mut self) -> Result<Option<(Operator, &'static str)>> {
        const OPERATORS: [(&str, Operator); 6] = [
            ("==", Operator::Equal),
            ("!=", Operator::NotEqual),
            ("<=", Operator::LessOrEqual),
            (">=", Operator::GreaterOrEqual),
            ("<", Operator::Less),
            (">", Operator::Greater),
        ];
        const MISTAKES: [(&str, &str); 8] = [
            ("===", "write `==`"),
            ("!==", "write `!=`"),
            ("=~", "write a criterion of `type: regex`"),
            ("==~", "write a criterion of `type: regex`"),
            ("=<", "write `<=`"),
            ("=>", "write `>=`"),
            ("<>", "write `!=`"),
            ("<=>", "write `==`"),
        ];
        self.next();
        let start = self.cursor.position();
        let rest = self.cursor.rest();
        let mistake = MISTAKES.iter().find(|(written, _)| rest.starts_with(written));
        if let Some((written, help)) = mistake {
            let span = start..start + written.len();
            return Err(SyntaxError::new(span, format!("there is no operator `{written}`")).help(*help));
        }
        for (written, operator) in OPERATORS {
            if self.cursor.eat(written) {
                return Ok(Some((operator, written)));
            }
        }
        if rest.starts_with('=') {
            return Err(self.cursor.error("there is no operator `=`").help("write `==`"));
        }
        Ok(None)
    }

    /// Steps over `&&` or `||`, if it comes next.
    fn operator(&mut self, written: &str) -> bool {
        self.next();
        self.cursor.eat(written)
    }

    /// The next character that is not whitespace.
    pub(super) fn next(&mut self) -> Option<char> {
        self.cursor.skip_whitespace();
        self.cursor.peek()
    }

    /// An error about what comes where a condition or group should end.
    pub(super) fn unexpected(&self) -> SyntaxError {
        let rest = self.cursor.rest();
        let start = self.cursor.position();
        let Some(next) = self.cursor.peek() else {
            return self.cursor.error("the condition is incomplete");
        };
        match next {
            '&' | '|' => {
                let error = self.cursor.error(format!("there is no operator `{next}`"));
                return error.help(format!("write `{next}{next}`"));
            }
            ')' => return self.cursor.error("there is no `(` for this parenthesis").help("remove it"),
            '}' => return self.cursor.error("there is no `{` for this brace").help("remove it"),
            '!' => {
                let error = self.cursor.error("`!` belongs before a value");
                return error.help("write `!=` for \"is not equal to\"");
            }
            _ => {}
        }
        let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let word = &rest[..length];
        let error = |message: String| SyntaxError::new(start..start + length, message);
        if word.eq_ignore_ascii_case("and") {
            return error(format!("there is no operator `{word}`")).help("write `&&`");
        }
        if word.eq_ignore_ascii_case("or") {
            return error(format!("there is no operator `{word}`")).help("write `||`");
        }
        if next.is_alphanumeric() || matches!(next, '$' | '{' | '\'' | '"' | '(') {
            return error(format!("an operator is missing before `{}`", excerpt(word)))
                .help("write `&&`, `||` or a comparison between two values, and a string with blanks as `'…'`");
        }
        self.cursor.error(format!("{} is no operator", describe(next)))
    }
}

/// The only part of a list of one, or the list.
fn single<T>(mut parts: Vec<T>) -> std::result::Result<T, Vec<T>> {
    match parts.pop() {
        Some(only) if parts.is_empty() => Ok(only),
        Some(last) => {
            parts.push(last);
            Err(parts)
        }
        None => Err(parts),
    }
}
