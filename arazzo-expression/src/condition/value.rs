//! The values of a condition: operands, literals, and words that should have been literals.

use super::parse::{Parser, Result, ends_operand};
use super::{Comparable, Literal};
use crate::cursor::{excerpt, is_strict};
use crate::expression::{Operand, is_known_root, near_root};
use crate::number::is_json_number;
use crate::{Reading, ReadingKind, SyntaxError};
use std::ops::Range;

impl Parser<'_> {
    /// One side of a comparison, or a value alone. `after` is the operator before it.
    pub(super) fn comparable(&mut self, after: Option<&str>) -> Result<Comparable> {
        match self.next() {
            Some('$') => self.operand(),
            Some('{') => self.braced_operand(),
            Some('\'') => self.string(),
            Some('"') => self.double_quoted(),
            Some('[') => Err(self.cursor.error("a condition has no literals for lists")),
            Some('(') if after.is_some() => {
                let message = "a group in parentheses is a condition, and cannot be compared";
                Err(self.cursor.error(message).help("compare a value without parentheses"))
            }
            None | Some('!' | '&' | '|' | '<' | '>' | '=' | '(' | ')' | '}') => {
                let message = match after {
                    Some(operator) => format!("a value is missing after `{operator}`"),
                    None => "a value is missing".to_owned(),
                };
                Err(self.cursor.error(message))
            }
            Some(_) => self.word(after.is_some_and(|operator| operator != "!")),
        }
    }

    fn operand(&mut self) -> Result<Comparable> {
        let span = self.cursor.take_while(|c| !ends_operand(c));
        Operand::parse_in(self.text, span, self.version).map(Comparable::Operand)
    }

    /// `{$…}`, which is the expression itself.
    fn braced_operand(&mut self) -> Result<Comparable> {
        let start = self.cursor.position();
        let rest = self.cursor.rest();
        if !rest.starts_with("{$") {
            return Err(self.cursor.error("a condition has no literals for objects"));
        }
        let Some(length) = rest.find('}') else {
            let error = SyntaxError::new(start..start + 1, "this brace is not closed");
            return Err(error.help("remove it: an expression in a condition needs none"));
        };
        self.cursor.go_to(start + length + 1);
        Operand::parse_in(self.text, start + 1..start + length, self.version).map(Comparable::Operand)
    }

    /// `'…'`, where `''` is one quote.
    fn string(&mut self) -> Result<Comparable> {
        let start = self.cursor.position();
        self.cursor.eat("'");
        let mut text = String::new();
        loop {
            let part = self.cursor.take_while(|c| c != '\'');
            text.push_str(self.cursor.slice(part));
            if !self.cursor.eat("'") {
                let error = SyntaxError::new(start..self.cursor.end(), "this string is not closed");
                return Err(error.help("write `'` at its end, and `''` for a quote inside it"));
            }
            if !self.cursor.eat("'") {
                let span = start..self.cursor.position();
                return Ok(Comparable::Literal(Literal::String(text), span));
            }
            text.push('\'');
        }
    }

    /// `"…"`, read as a string of JSON if it is one.
    fn double_quoted(&mut self) -> Result<Comparable> {
        let start = self.cursor.position();
        let mut escaped = false;
        let closing = self.cursor.rest().char_indices().skip(1).find(|(_, c)| {
            let closes = *c == '"' && !escaped;
            escaped = *c == '\\' && !escaped;
            closes
        });
        let Some((length, _)) = closing else {
            let span = start..self.cursor.end();
            return Err(SyntaxError::new(span, "this string is not closed").help("write a string as `'…'`"));
        };
        self.cursor.go_to(start + length + 1);
        let span = start..start + length + 1;
        self.readings.push(Reading { kind: ReadingKind::DoubleQuoted, span: span.clone() });
        let text = serde_json::from_str(self.cursor.slice(span.clone()))
            .unwrap_or_else(|_| self.cursor.slice(start + 1..start + length).to_owned());
        Ok(Comparable::Literal(Literal::String(text), span))
    }

    /// A literal without quotes, or on the right side of a comparison a string that should have them.
    fn word(&mut self, on_the_right: bool) -> Result<Comparable> {
        let start = self.cursor.position();
        let span = self.cursor.take_while(|c| !ends_operand(c) && !matches!(c, '\'' | '"'));
        if let Some(literal) = literal(self.cursor.slice(span.clone())) {
            return Ok(Comparable::Literal(literal, span));
        }
        if !on_the_right {
            return Err(self.unknown_word(span));
        }
        self.cursor.go_to(start);
        let rest = self.cursor.rest();
        let length = rest
            .char_indices()
            .find(|(at, c)| {
                c.is_whitespace() || *c == ')' || rest[*at..].starts_with("&&") || rest[*at..].starts_with("||")
            })
            .map_or(rest.len(), |(at, _)| at);
        let span = start..start + length;
        let word = &rest[..length];
        self.refuse_odd_word(word, &span)?;
        self.cursor.go_to(span.end);
        self.readings.push(Reading { kind: ReadingKind::UnquotedWord, span: span.clone() });
        Ok(Comparable::Literal(Literal::String(word.to_owned()), span))
    }

    /// Refuses words that certainly mean something else than the string of their letters.
    fn refuse_odd_word(&self, word: &str, span: &Range<usize>) -> Result<()> {
        let error = |message: &str| SyntaxError::new(span.clone(), message);
        let quoted = format!("'{}'", word.replace('\'', "''"));
        let quoted = excerpt(&quoted);
        if word.contains(['\'', '"']) {
            return Err(error("a quote inside a word").help(format!("write `{quoted}`")));
        }
        if word.match_indices('$').any(|(at, _)| is_known_root(&word[at..])) {
            return Err(error("an expression inside a word").help("compare with the expression alone"));
        }
        for literal in ["true", "false", "null"] {
            if word.eq_ignore_ascii_case(literal) {
                return Err(error("a literal in another letter case")
                    .help(format!("write `{literal}`, or `{quoted}` for the string")));
            }
        }
        let numeric = word.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
        if numeric && word.parse::<f64>().is_ok() {
            return Err(error("this is no number of JSON")
                .help(format!("numbers are written like `10`, `-0.5` and `1.5e3`; for the string write `{quoted}`")));
        }
        Ok(())
    }

    /// An error about a word where only a literal or an expression may stand.
    fn unknown_word(&self, span: Range<usize>) -> SyntaxError {
        let word = self.cursor.slice(span.clone());
        if word.is_empty() {
            return self.unexpected();
        }
        let error = SyntaxError::new(span, format!("`{}` is neither a literal nor an expression", excerpt(word)));
        if word.eq_ignore_ascii_case("not") {
            return error.help("write `!`");
        }
        let with_dollar = format!("${word}");
        if is_known_root(&with_dollar) {
            return error.help(format!("write `{}`", excerpt(&with_dollar)));
        }
        if let Some(root) = near_root(&with_dollar) {
            let tail = word.trim_start_matches(is_strict);
            return error.help(format!("did you mean `{root}{}`?", excerpt(tail)));
        }
        error.help(format!("write `{}` for a string", excerpt(&format!("'{word}'"))))
    }
}

/// The literal that a word is. A number that no `f64` holds is none.
fn literal(word: &str) -> Option<Literal> {
    match word {
        "null" => Some(Literal::Null),
        "true" => Some(Literal::Bool(true)),
        "false" => Some(Literal::Bool(false)),
        number if is_json_number(number) => serde_json::from_str(number).ok().map(Literal::Number),
        _ => None,
    }
}
