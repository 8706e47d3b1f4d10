//! Which bytes of the file a part of a string stands in.

use super::{Kind, Node, Style};
use crate::source::Span;
use std::ops::Range;

/// In longer strings no part is pointed at: each one would be looked for from the beginning.
const LONGEST: usize = 64 << 10;

impl Node {
    /// The bytes of the file that hold `range` (bytes of the string) of a string, or all of the string where that cannot
    /// be told. The space between two lines that YAML joins is never a boundary: a range is narrowed to the words in it.
    pub fn span_of(&self, range: Range<usize>, text_of_file: &str) -> Span {
        self.located(range, text_of_file).unwrap_or(self.span)
    }

    fn located(&self, range: Range<usize>, text_of_file: &str) -> Option<Span> {
        let Kind::String(scalar) = &self.kind else {
            return None;
        };
        let text = scalar.text.as_str();
        text.get(range.clone())?;
        if text.len() > LONGEST {
            return None;
        }
        let raw = text_of_file.get(self.span.start as usize..self.span.end as usize)?;
        let quote = usize::from(matches!(scalar.style, Style::SingleQuoted | Style::DoubleQuoted));
        let inner = raw.get(quote..raw.len().checked_sub(quote)?)?;
        let found = if inner == text { range } else { aligned(inner, text, scalar.style, range)? };
        let start = self.span.start as usize + quote;
        Some(Span {
            file: self.span.file,
            start: u32::try_from(start + found.start).ok()?,
            end: u32::try_from(start + found.end).ok()?,
        })
    }
}

/// Folding, indentation and chomping change nothing but white space, so the words of the string are those of the file, one
/// after the other.
fn aligned(raw: &str, text: &str, style: Style, range: Range<usize>) -> Option<Range<usize>> {
    let mut units = Units { raw, style, at: 0 }.filter(|unit| !unit.char.is_whitespace());
    let mut start = None;
    let mut end = 0;
    for (at, char) in text.char_indices().filter(|(_, char)| !char.is_whitespace()) {
        let unit = units.next()?;
        if unit.char != char {
            return None;
        }
        if at >= range.start && start.is_none() {
            start = Some(unit.bytes.start);
        }
        if at < range.end {
            end = unit.bytes.end;
        }
        if at >= range.end && start.is_some() {
            break;
        }
    }
    let start = start.unwrap_or(end);
    if range.is_empty() {
        // A place, not a part: where something is missing.
        let at = if text[range.start..].starts_with(|char: char| !char.is_whitespace()) { start } else { end };
        return Some(at..at);
    }
    (start < end).then_some(start..end)
}

/// A character of the string and the bytes it is written with.
struct Unit {
    char: char,
    bytes: Range<usize>,
}

struct Units<'r> {
    raw: &'r str,
    style: Style,
    at: usize,
}

impl Iterator for Units<'_> {
    type Item = Unit;

    fn next(&mut self) -> Option<Unit> {
        let rest = self.raw.get(self.at..)?;
        let first = rest.chars().next()?;
        let (char, length) = match (self.style, first) {
            (Style::SingleQuoted, '\'') => ('\'', 2),
            (Style::DoubleQuoted, '\\') => escape(rest)?,
            _ => (first, first.len_utf8()),
        };
        let bytes = self.at..self.at + length;
        self.at += length;
        Some(Unit { char, bytes })
    }
}

/// The escape at the beginning of the text, and how long it is.
fn escape(text: &str) -> Option<(char, usize)> {
    let letter = text.chars().nth(1)?;
    let code = |digits: usize| {
        let hex = text.get(2..2 + digits)?;
        let char = char::from_u32(u32::from_str_radix(hex, 16).ok()?)?;
        Some((char, 2 + digits))
    };
    let simple = match letter {
        'x' => return code(2),
        'u' => return code(4).or_else(|| Some((super::surrogates::pair(text)?, 12))),
        'U' => return code(8),
        '0' => '\0',
        'a' => '\u{7}',
        'b' => '\u{8}',
        'v' => '\u{b}',
        'f' => '\u{c}',
        'e' => '\u{1b}',
        't' => '\t',
        'n' => '\n',
        'r' => '\r',
        'N' => '\u{85}',
        '_' => '\u{a0}',
        'L' => '\u{2028}',
        'P' => '\u{2029}',
        // Quotes, slashes, spaces and line breaks stand for themselves.
        other => other,
    };
    Some((simple, 1 + letter.len_utf8()))
}
