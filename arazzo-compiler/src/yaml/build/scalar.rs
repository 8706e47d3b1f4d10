//! Scalars and tags.

use super::{Builder, Finished};
use crate::diagnostic::rules;
use crate::source::Span;
use crate::yaml::{Kind, Node, Style, core};
use saphyr_parser::{ScalarStyle, Tag};

/// A scalar as the parser reports it.
pub(super) struct Raw<'e> {
    pub(super) text: &'e str,
    pub(super) style: ScalarStyle,
    pub(super) anchor: usize,
    pub(super) tag: Option<&'e Tag>,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Builder<'_, '_> {
    pub(super) fn scalar(&mut self, raw: &Raw<'_>) -> Finished {
        let style = match raw.style {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted => Style::SingleQuoted,
            ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
            ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
        };
        let span = self.scalar_span(raw, style);
        self.end = span.end as usize;
        let text = match style {
            Style::Block => self.without_added_break(raw.text, span),
            _ => raw.text,
        };
        let untagged = match style {
            Style::Plain => core::plain(text),
            _ => Ok(core::string(text, style)),
        };
        let value = match raw.tag {
            None => untagged,
            Some(tag) => {
                let at = self.tag_span(raw.start, raw.end);
                self.tagged(tag, text, style, at).unwrap_or(untagged)
            }
        };
        let kind = value.unwrap_or_else(|unfit| {
            self.unfit(raw.text, unfit.integer, span);
            Kind::Number(unfit.nearest)
        });
        Finished {
            node: Node { span, kind },
            anchor: raw.anchor,
            plain_text: (style == Style::Plain && raw.tag.is_none()).then(|| raw.text.to_owned()),
        }
    }

    /// The parser ends the last line of a block with a line break even where the file ends without one, and counts a last
    /// line of spaces as one more.
    fn without_added_break<'e>(&self, text: &'e str, span: Span) -> &'e str {
        let behind = self.text.get(span.end as usize..).unwrap_or_default();
        let ends_the_file = !self.text.ends_with(['\n', '\r']) && behind.trim().is_empty();
        if ends_the_file && (!behind.contains(['\n', '\r']) || text.ends_with("\n\n")) {
            text.strip_suffix('\n').unwrap_or(text)
        } else {
            text
        }
    }

    fn unfit(&mut self, text: &str, integer: bool, span: Span) {
        let (what, room) = if integer { ("integer", "64 bits") } else { ("number", "a 64-bit float") };
        let shown: String = text.chars().take(40).collect();
        let more = if shown.len() < text.len() { "…" } else { "" };
        self.diagnostics
            .error(&rules::YAML, span, format!("the {what} `{shown}{more}` does not fit into {room}"))
            .help("put it in quotes if it is meant as text");
    }

    /// What a tag makes of a scalar; `None` when the tag has been refused.
    fn tagged(&mut self, tag: &Tag, text: &str, style: Style, span: Span) -> Option<core::Value> {
        let value = match self.core_tag(tag, span)? {
            "str" => return Some(Ok(core::string(text, style))),
            "null" => core::is_null(text).then_some(Ok(Kind::Null)),
            "bool" => core::boolean(text).map(|value| Ok(Kind::Bool(value))),
            "int" => core::integer(text),
            "float" => core::integer(text).map(core::to_float).or_else(|| core::float(text)),
            _ => None,
        };
        if value.is_none() {
            let message = format!("`{}` does not fit its tag `!!{}`", text, tag.suffix);
            self.diagnostics.error(&rules::YAML, span, message);
        }
        value
    }

    /// Checks the tag of a collection, which only says what is plain to see.
    pub(super) fn collection_tag(&mut self, tag: Option<&Tag>, expected: &str, start: usize, end: usize) {
        let Some(tag) = tag else {
            return;
        };
        let span = self.tag_span(start, end);
        if self.core_tag(tag, span).is_some_and(|name| name != expected) {
            let message = format!("this does not fit its tag `!!{}`", tag.suffix);
            self.diagnostics.error(&rules::YAML, span, message);
        }
    }

    /// The tag among the anchor and the tag that a value begins with.
    fn tag_span(&self, start: usize, end: usize) -> Span {
        let text = self.text.get(start..end).unwrap_or_default();
        let anchor = text.starts_with('&').then(|| text.find(char::is_whitespace)).flatten();
        let before = anchor.unwrap_or(0);
        let tag = text.get(before..).unwrap_or_default();
        let space = tag.len() - tag.trim_start().len();
        let length = tag.trim_start().find(char::is_whitespace).unwrap_or(tag.len() - space);
        self.span(start + before + space, start + before + space + length)
    }

    /// The name of a tag that JSON has a type for.
    fn core_tag<'a>(&mut self, tag: &'a Tag, span: Span) -> Option<&'a str> {
        let written = format!("{}{}", tag.handle, tag.suffix);
        let known = ["str", "int", "float", "bool", "null", "map", "seq"];
        let name = written.strip_prefix("tag:yaml.org,2002:");
        if name.is_some_and(|name| known.contains(&name)) {
            // A verbatim tag has all of it in the suffix.
            return Some(tag.suffix.trim_start_matches("tag:yaml.org,2002:"));
        }
        let shown = name.map_or_else(|| written.clone(), |name| format!("!!{name}"));
        self.diagnostics
            .error(&rules::YAML, span, format!("the tag `{shown}` has no meaning here"))
            .help("remove the tag; text that begins with `!` must be in quotes");
        None
    }

    /// The span of a scalar with its quotes. The parser's one also holds the anchor and the tag before it, and spaces and
    /// even a comment behind it.
    fn scalar_span(&self, raw: &Raw<'_>, style: Style) -> Span {
        let decorated = raw.anchor > 0 || raw.tag.is_some();
        if raw.text.is_empty() && style == Style::Plain && !decorated {
            let at = self.missing(raw.start);
            return self.span(at, at);
        }
        let text = self.text.get(raw.start..raw.end).unwrap_or_default();
        let skipped = if decorated { super::alias::properties(text) } else { 0 };
        let text = text.get(skipped..).unwrap_or_default();
        let length = match style {
            Style::SingleQuoted => single_quoted(text),
            Style::DoubleQuoted => double_quoted(text),
            Style::Plain | Style::Block => None,
        };
        let start = raw.start + skipped;
        self.span(start, start + length.unwrap_or(text.trim_end().len()))
    }

    /// Where a value that was left out stands: behind the `:` or `-` before it. The parser gives the place of the `:`, or
    /// that of the next thing.
    fn missing(&self, start: usize) -> usize {
        if start >= self.end && self.text.as_bytes().get(start) == Some(&b':') {
            return start + 1;
        }
        self.indicators(start).last().map_or(self.end, |at| at + 1)
    }

    /// The `:` and `-` between the last value and a place that the parser gives, which may be behind a comment.
    pub(super) fn indicators(&self, end: usize) -> impl Iterator<Item = usize> {
        let text = self.text.get(self.end..end).unwrap_or_default();
        let mut in_comment = false;
        text.bytes()
            .zip(self.end..)
            .filter(move |(byte, _)| {
                in_comment = match byte {
                    b'#' => true,
                    b'\n' | b'\r' => false,
                    _ => in_comment,
                };
                !in_comment && matches!(byte, b':' | b'-')
            })
            .map(|(_, at)| at)
    }
}

/// The length of a text in `'`.
fn single_quoted(text: &str) -> Option<usize> {
    let mut bytes = text.bytes().enumerate().skip(1).peekable();
    while let Some((at, byte)) = bytes.next() {
        if byte == b'\'' && bytes.next_if(|(_, next)| *next == b'\'').is_none() {
            return Some(at + 1);
        }
    }
    None
}

/// The length of a text in `"`.
fn double_quoted(text: &str) -> Option<usize> {
    let mut bytes = text.bytes().enumerate().skip(1);
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' => return Some(at + 1),
            b'\\' => {
                bytes.next();
            }
            _ => {}
        }
    }
    None
}
