//! Slips in paths: what stands where a path begins, where a selector is expected, or behind a name.

use super::{Parsed, Parser};
use crate::SyntaxError;
use crate::cursor::{describe, excerpt};
use crate::jsonpath::display::is_name_char;
use crate::jsonpath::tree::{Query, Segment, Selector};
use std::ops::Range;

impl Parser<'_> {
    /// The text does not begin with `$`.
    pub(super) fn no_root(&self) -> SyntaxError {
        let expected = "a query begins with `$`, the document";
        match self.cursor.peek() {
            None => self.cursor.error("the query is empty").help(expected),
            Some(' ' | '\t' | '\n' | '\r') => self.cursor.error("blanks stand before the query").help("begin with `$`"),
            Some('@') => self.at_outside_of_filter(),
            Some(first) if is_name_char(first) || matches!(first, '.' | '[') => {
                let length = self.operand_length();
                let span = self.cursor.position()..self.cursor.position() + length;
                SyntaxError::new(span.clone(), expected).help(format!("write `{}`", self.rooted(&self.text[span])))
            }
            Some(first) => self.cursor.error(format!("{expected}, not with {}", describe(first))),
        }
    }

    /// A path as it would be with its root.
    pub(super) fn rooted(&self, path: &str) -> String {
        let root = if self.filters == 0 { '$' } else { '@' };
        match path.starts_with(['.', '[']) {
            true => format!("{root}{}", excerpt(path)),
            false => format!("{root}.{}", excerpt(path)),
        }
    }

    /// Something stands behind the end of an RFC 9535 query.
    pub(super) fn after_path(&mut self) -> SyntaxError {
        let end = self.cursor.position();
        self.skip_blank();
        let rest = self.cursor.rest();
        if rest.is_empty() {
            return SyntaxError::new(end..self.text.len(), "blanks stand behind the query").help("remove them");
        }
        if rest.starts_with(['=', '!', '<', '>', '&', '|']) {
            let text = excerpt(self.text);
            return SyntaxError::new(
                self.cursor.here(),
                "a query is a path and no condition: comparisons stand in filters only",
            )
            .help(format!("write `$[?{text}]`"));
        }
        self.after_operand("`.`, `[` or the end")
    }

    /// No name stands behind a dot.
    pub(super) fn no_shorthand(&self, dots: usize) -> SyntaxError {
        let here = self.cursor.here();
        let dot = &self.text[dots..self.cursor.position()];
        let behind = |what: &str| format!("{what} cannot stand behind `{dot}`");
        match self.cursor.peek() {
            None => SyntaxError::new(dots..here.end, format!("a member name is missing behind `{dot}`")),
            Some('[') => SyntaxError::new(dots..here.end, behind("`[`")).help("brackets need no dot: write `[…]`"),
            Some('.') => SyntaxError::new(dots..here.end, "a path has one or two dots, not three"),
            Some(digit @ '0'..='9') => SyntaxError::new(here, behind(&format!("`{digit}`")))
                .help(format!("an element is `[{0}]`, a member of that name `['{0}']`", self.digits_ahead())),
            Some(quote @ ('\'' | '"')) => SyntaxError::new(here, behind(&describe(quote)))
                .help("a name in quotes stands in brackets, without the dot: `['name']`"),
            Some(blank @ (' ' | '\t' | '\n' | '\r')) => SyntaxError::new(here, behind(&describe(blank))),
            Some(other) => SyntaxError::new(here, behind(&describe(other)))
                .help("a name begins with a letter or `_`; any other stands in brackets: `['name']`"),
        }
    }

    fn digits_ahead(&self) -> &str {
        let rest = self.cursor.rest();
        &rest[..rest.find(|character: char| !character.is_ascii_digit()).unwrap_or(rest.len())]
    }

    /// Refuses what stands directly behind a name and can neither continue nor end a path.
    pub(super) fn after_shorthand(&self, dots: usize, name: &Range<usize>) -> Parsed<()> {
        let ends = |next: char| " \t\n\r.[],)=!<>&|".contains(next);
        match self.cursor.peek() {
            None => Ok(()),
            Some(next) if ends(next) => Ok(()),
            Some('(') => Err(self.method_call(dots, name)),
            Some(next) => {
                let rest = self.cursor.rest();
                let length = rest.find(|next| ends(next) || next == '(').unwrap_or(rest.len());
                let whole = &self.text[name.start..self.cursor.position() + length];
                let error = self.cursor.error(format!("{} cannot stand in a name behind a dot", describe(next)));
                Err(match whole.contains(['\'', '"', '\\', '{']) {
                    true => error,
                    false => {
                        let dots = if self.text[dots..].starts_with("..") { ".." } else { "" };
                        error.help(format!("write `{dots}['{}']`", excerpt(whole)))
                    }
                })
            }
        }
    }

    /// `.length()`
    fn method_call(&self, dots: usize, name: &Range<usize>) -> SyntaxError {
        let text = &self.text[name.clone()];
        let error =
            SyntaxError::new(name.clone(), format!("JSONPath has functions, but no methods such as `.{text}()`"));
        let root = if self.filters == 0 { '$' } else { '@' };
        let before = &self.text[..dots];
        let path = before.rfind(root).map_or("…", |start| &before[start..]);
        let path = excerpt(path);
        match text {
            "length" | "size" | "count" | "len" if self.version.is_some() && self.filters == 0 => {
                error.help(format!("write `{path}.length` or `length({path})`"))
            }
            "length" | "size" | "count" | "len" => error.help(format!("write `length({path})`")),
            "match" | "matches" | "search" | "contains" | "includes" => {
                error.help(format!("write `search({path}, 'pattern')` or `match({path}, 'pattern')`"))
            }
            _ => error,
        }
    }

    /// No selector stands where one is expected inside brackets.
    pub(super) fn no_selector(&self) -> SyntaxError {
        let here = self.cursor.here();
        let rest = self.cursor.rest();
        match self.cursor.peek() {
            Some(next @ (']' | ',')) => SyntaxError::new(here, format!("a selector is expected before `{next}`"))
                .help("a selector is `'name'`, `0`, `1:3`, `*` or `?` with a condition"),
            Some('(') => SyntaxError::new(here, "scripts in parentheses are not part of RFC 9535")
                .help("the last element is `[-1]`, a filter is `[?…]`"),
            Some('@' | '$' | '!') => {
                SyntaxError::new(here, "a filter begins with `?`").help(format!("write `[?{}`", excerpt(rest)))
            }
            Some(quote) if is_typographic(quote) => SyntaxError::new(here, typographic(quote)),
            Some(first) if is_name_char(first) => {
                let end = rest.find(|next| " \t\n\r,]".contains(next)).unwrap_or(rest.len());
                let word = &rest[..end];
                let span = here.start..here.start + end;
                let error = SyntaxError::new(span, "a name inside brackets stands in quotes");
                match word.contains(['\'', '"', '\\', '=', '<', '>', '!']) {
                    true => error,
                    false => error.help(format!("write `['{}']`", excerpt(word))),
                }
            }
            Some(other) => SyntaxError::new(here, format!("a selector is expected, not {}", describe(other)))
                .help("a selector is `'name'`, `0`, `1:3`, `*` or `?` with a condition"),
            None => SyntaxError::new(here, "a selector is missing"),
        }
    }

    /// A comparison with a path that may select several nodes.
    pub(super) fn not_singular(&self, query: &Query) -> SyntaxError {
        let Some(segment) = query.segments.iter().find(|segment| segment.step().is_none()) else {
            return SyntaxError::new(query.span.clone(), "a comparison needs one value");
        };
        let span = segment.span();
        let why = match segment {
            Segment::Descendant { .. } => "looks through all levels and can select several",
            Segment::Child { selectors, .. } => match selectors.as_slice() {
                [Selector::Wildcard { .. }] => "selects all children",
                [Selector::Filter { .. }] => "selects all children that fit",
                [Selector::Slice { .. }] => "can select several elements",
                _ => "can select several children",
            },
        };
        let message = format!("a comparison needs one value, and `{}` {why}", excerpt(&self.text[span.clone()]));
        let help = match segment {
            Segment::Child { selectors, .. } if matches!(selectors.as_slice(), [Selector::Wildcard { .. }]) => {
                let before = &self.text[query.span.start..span.start];
                let behind = &self.text[span.end..query.span.end];
                let path = format!("{before}[?@{behind} …]");
                format!("compare inside a filter, which passes when one of them fits: `{}`", excerpt(&path))
            }
            _ => "compare inside a filter, or use `count(…)` or `value(…)`".to_owned(),
        };
        SyntaxError::new(span, message).help(help)
    }
}

/// Whether a character is a quote that a word processor made, or a backtick.
pub(super) fn is_typographic(character: char) -> bool {
    matches!(character, '\u{2018}'..='\u{201f}' | '`')
}

/// What is said about one.
pub(super) fn typographic(quote: char) -> String {
    format!("`{quote}` is no quote: a string stands in `'` or `\"`")
}
