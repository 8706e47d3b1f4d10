//! Strings, numbers and integers (RFC 9535, sections 2.3.1, 2.3.3 and 2.3.5).

use super::{Parsed, Parser};
use crate::SyntaxError;
use crate::cursor::describe;
use crate::jsonpath::display::is_name_char;
use serde_json::Number;
use std::ops::Range;

/// The largest integer that every JSON implementation keeps (section 2.1), 2^53 - 1.
const MAX_INTEGER: i64 = 9_007_199_254_740_991;

impl Parser<'_> {
    /// `string-literal`, from its quote on, which comes next.
    pub(super) fn string(&mut self) -> Parsed<String> {
        let opened = self.cursor.position();
        let quote = if self.cursor.eat("'") { '\'' } else { '"' };
        self.cursor.go_to(opened + 1);
        let mut value = String::new();
        loop {
            let here = self.cursor.here();
            match self.cursor.peek() {
                None => {
                    let message = format!("the string is never closed: no {quote} follows");
                    return Err(SyntaxError::new(opened..here.end, message)
                        .help(format!("a string ends with the quote that it begins with, here {quote}")));
                }
                Some('\\') => value.push(self.escape(quote)?),
                Some(control) if control < ' ' => {
                    let escape = match control {
                        '\n' => r"\n".to_owned(),
                        '\r' => r"\r".to_owned(),
                        '\t' => r"\t".to_owned(),
                        other => format!(r"\u{:04x}", u32::from(other)),
                    };
                    let message = format!("{} cannot stand in a string", describe(control));
                    return Err(SyntaxError::new(here, message).help(format!("write `{escape}`")));
                }
                Some(character) => {
                    self.cursor.go_to(here.end);
                    if character == quote {
                        return Ok(value);
                    }
                    value.push(character);
                }
            }
        }
    }

    /// `ESC ( escapable / quote )`, from the backslash on.
    fn escape(&mut self, quote: char) -> Parsed<char> {
        let start = self.cursor.position();
        self.cursor.eat("\\");
        let escaped = self.cursor.peek();
        self.cursor.go_to(self.cursor.here().end);
        Ok(match escaped {
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some(plain @ ('/' | '\\')) => plain,
            Some(same) if same == quote => same,
            Some('u') => return self.unicode(start),
            Some(other @ ('\'' | '"')) => {
                let message = format!("`{other}` needs no backslash in a string in {quote}");
                return Err(SyntaxError::new(start..self.cursor.position(), message));
            }
            Some(other) => {
                let message = format!("a backslash before {} is no escape sequence", describe(other));
                return Err(SyntaxError::new(start..self.cursor.position(), message)
                    .help(format!(r"a backslash itself is written `\\`, as in `\\{}`", other.escape_debug())));
            }
            None => return Err(SyntaxError::new(start..start + 1, "a backslash stands at the end of the text")),
        })
    }

    /// `hexchar`, behind `\u`: a character, or the two halves of one.
    fn unicode(&mut self, start: usize) -> Parsed<char> {
        let first = self.hex_digits(start)?;
        let code = match first {
            0xD800..=0xDBFF => {
                let halves = "a character beyond U+FFFF is written as two halves, as in `\\uD83D\\uDE00`";
                let alone = |parser: &Self| {
                    let span = start..parser.cursor.position();
                    SyntaxError::new(span, "half a surrogate pair stands alone").help(halves)
                };
                if !self.cursor.eat("\\u") {
                    return Err(alone(self));
                }
                match self.hex_digits(start)? {
                    second @ 0xDC00..=0xDFFF => 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00),
                    _ => return Err(alone(self)),
                }
            }
            code => code,
        };
        char::from_u32(code).ok_or_else(|| {
            let span = start..self.cursor.position();
            SyntaxError::new(span, "the second half of a surrogate pair stands alone")
        })
    }

    fn hex_digits(&mut self, start: usize) -> Parsed<u32> {
        let rest = self.cursor.rest();
        let digits = rest.bytes().take(4).take_while(u8::is_ascii_hexdigit).count();
        let code = u32::from_str_radix(&rest[..digits], 16);
        self.cursor.go_to(self.cursor.position() + digits);
        match code {
            Ok(code) if digits == 4 => Ok(code),
            _ => {
                let span = start..self.cursor.position();
                Err(SyntaxError::new(span, "`\\u` is followed by four hexadecimal digits"))
            }
        }
    }

    /// `number = (int / "-0") [ frac ] [ exp ]`, from a digit or a minus on.
    pub(super) fn number(&mut self) -> Parsed<Number> {
        let start = self.cursor.position();
        self.whole_part()?;
        if self.at('.') {
            self.cursor.eat(".");
            if self.digits().is_empty() {
                let span = start..self.cursor.position();
                return Err(SyntaxError::new(span, "a digit is expected behind the decimal point"));
            }
        }
        if self.cursor.eat("e") || self.cursor.eat("E") {
            if !self.cursor.eat("-") {
                self.cursor.eat("+");
            }
            if self.digits().is_empty() {
                let span = start..self.cursor.position();
                return Err(SyntaxError::new(span, "a digit is expected in the exponent"));
            }
        }
        let span = start..self.cursor.position();
        self.no_word_behind(&span, |next| is_name_char(next) || matches!(next, '-' | '/' | ':'))?;
        self.text[span.clone()].parse().map_err(|_| SyntaxError::new(span, "the number is too large"))
    }

    /// `int`, of an index or a slice, from a digit or a minus on.
    pub(super) fn integer(&mut self) -> Parsed<i64> {
        let start = self.cursor.position();
        self.whole_part()?;
        let span = start..self.cursor.position();
        let text = &self.text[span.clone()];
        if text == "-0" {
            return Err(SyntaxError::new(span, "`-0` is no index").help("write `0`"));
        }
        if self.at('.') || self.at('e') || self.at('E') {
            let message = "an index is a whole number, without a fraction or an exponent";
            return Err(SyntaxError::new(start..self.cursor.here().end, message));
        }
        self.no_word_behind(&span, is_name_char)?;
        match text.parse() {
            Ok(index) if (-MAX_INTEGER..=MAX_INTEGER).contains(&index) => Ok(index),
            _ => Err(SyntaxError::new(span, "the number is beyond ±9007199254740991 (2^53 - 1)")),
        }
    }

    /// An optional minus and digits without a leading zero.
    fn whole_part(&mut self) -> Parsed<()> {
        let start = self.cursor.position();
        self.cursor.eat("-");
        let digits = self.digits();
        let text = &self.text[digits.clone()];
        if text.is_empty() {
            return Err(SyntaxError::new(start..self.cursor.here().end, "a digit is expected behind the minus"));
        }
        if text.len() > 1 && text.starts_with('0') {
            let number = match text.trim_start_matches('0') {
                "" => "0",
                number => number,
            };
            let sign = &self.text[start..digits.start];
            return Err(SyntaxError::new(start..digits.end, "a number has no leading zero")
                .help(format!("write `{sign}{number}`")));
        }
        Ok(())
    }

    fn digits(&mut self) -> Range<usize> {
        self.cursor.take_while(|character| character.is_ascii_digit())
    }

    /// `10px` and `2024-01-01` are neither numbers nor words.
    fn no_word_behind(&self, number: &Range<usize>, goes_on: impl Fn(char) -> bool) -> Parsed<()> {
        match self.cursor.peek() {
            Some(next) if goes_on(next) => {
                let rest = self.cursor.rest();
                let end = number.end + rest.find(|next| !goes_on(next)).unwrap_or(rest.len());
                let word = &self.text[number.start..end];
                Err(SyntaxError::new(number.start..end, format!("`{word}` is no number"))
                    .help(format!("a string stands in quotes: `\"{word}\"`")))
            }
            _ => Ok(()),
        }
    }
}
