//! Paths: segments and selectors (RFC 9535, sections 2.2, 2.3 and 2.5).

use super::{Parsed, Parser};
use crate::cursor::not_too_deep;
use crate::jsonpath::display::{is_name_char, is_name_first};
use crate::jsonpath::tree::{Query, Root, Segment, Selector};

impl Parser<'_> {
    /// `jsonpath-query = root-identifier segments`
    pub(super) fn root_query(&mut self) -> Parsed<Query> {
        match self.cursor.peek() {
            Some('$') if self.cursor.rest()[1..].starts_with(is_name_char) => Err(self.dollar_word()),
            Some('$') => self.path(Root::Document),
            _ => Err(self.no_root()),
        }
    }

    /// A path from its root identifier on, which comes next.
    pub(super) fn path(&mut self, root: Root) -> Parsed<Query> {
        let start = self.cursor.position();
        self.cursor.go_to(start + 1);
        let segments = self.segments()?;
        not_too_deep(segments.len(), start..self.cursor.position())?;
        Ok(Query { root, segments, span: start..self.cursor.position() })
    }

    /// `segments = *(S segment)`; blanks behind the last one are not part of the path.
    fn segments(&mut self) -> Parsed<Vec<Segment>> {
        let mut segments = Vec::new();
        loop {
            let end = self.cursor.position();
            self.skip_blank();
            let start = self.cursor.position();
            let descendant = self.cursor.eat("..");
            let selectors = if self.at('[') {
                self.bracketed()?
            } else if descendant || self.cursor.eat(".") {
                self.shorthand(start)?
            } else {
                self.cursor.go_to(end);
                return Ok(segments);
            };
            let span = start..self.cursor.position();
            segments.push(match descendant {
                true => Segment::Descendant { selectors, span },
                false => Segment::Child { selectors, span },
            });
        }
    }

    /// What stands behind dots: `wildcard-selector / member-name-shorthand`.
    fn shorthand(&mut self, dots: usize) -> Parsed<Vec<Selector>> {
        let start = self.cursor.position();
        if self.cursor.eat("*") {
            return Ok(vec![Selector::Wildcard { span: start..start + 1 }]);
        }
        if !self.cursor.peek().is_some_and(is_name_first) {
            return Err(self.no_shorthand(dots));
        }
        let span = self.cursor.take_while(is_name_char);
        let name = self.text[span.clone()].to_owned();
        // Names such as `foo-bar` and methods such as `length()` would only fail later, and less clearly.
        self.after_shorthand(dots, &span)?;
        Ok(vec![Selector::Name { name, span }])
    }

    /// `bracketed-selection = "[" S selector *(S "," S selector) S "]"`
    fn bracketed(&mut self) -> Parsed<Vec<Selector>> {
        let opened = self.cursor.position();
        self.cursor.go_to(opened + 1);
        let mut selectors = Vec::new();
        loop {
            self.skip_blank();
            if self.cursor.is_at_end() {
                return Err(self.unclosed(opened, "a selector"));
            }
            selectors.push(self.selector()?);
            self.skip_blank();
            if !self.cursor.eat(",") {
                break;
            }
        }
        let in_filter = matches!(selectors.last(), Some(Selector::Filter { .. }));
        let expected = if in_filter { "`&&`, `||`, `,` or `]`" } else { "`,` or `]`" };
        if self.cursor.eat("]") {
            Ok(selectors)
        } else if self.cursor.is_at_end() {
            Err(self.unclosed(opened, expected))
        } else if in_filter {
            Err(self.after_operand(expected))
        } else {
            Err(self.unexpected(expected))
        }
    }

    /// `selector = name-selector / wildcard-selector / slice-selector / index-selector / filter-selector`
    fn selector(&mut self) -> Parsed<Selector> {
        let start = self.cursor.position();
        match self.cursor.peek() {
            Some('\'' | '"') => {
                let name = self.string()?;
                Ok(Selector::Name { name, span: start..self.cursor.position() })
            }
            Some('*') => {
                self.cursor.eat("*");
                Ok(Selector::Wildcard { span: start..start + 1 })
            }
            Some('?') => {
                self.cursor.eat("?");
                self.skip_blank();
                self.filters += 1;
                let condition = self.nested(Self::disjunction);
                self.filters -= 1;
                Ok(Selector::Filter { condition: Box::new(condition?), span: start..self.cursor.position() })
            }
            Some(':' | '-' | '0'..='9') => self.index_or_slice(),
            _ => Err(self.no_selector()),
        }
    }

    /// `slice-selector = [start S] ":" S [end S] [":" [S step ]]`, or an index.
    fn index_or_slice(&mut self) -> Parsed<Selector> {
        let begin = self.cursor.position();
        let start = self.slice_part()?;
        let index_end = self.cursor.position();
        self.skip_blank();
        if !self.cursor.eat(":") {
            self.cursor.go_to(index_end);
            return match start {
                Some(index) => Ok(Selector::Index { index, span: begin..index_end }),
                None => Err(self.no_selector()),
            };
        }
        let mut span = begin..self.cursor.position();
        self.skip_blank();
        let end = self.slice_part()?;
        let mut step = None;
        if end.is_some() {
            span.end = self.cursor.position();
            self.skip_blank();
        }
        if self.cursor.eat(":") {
            span.end = self.cursor.position();
            self.skip_blank();
            step = self.slice_part()?;
            if step.is_some() {
                span.end = self.cursor.position();
            }
        }
        Ok(Selector::Slice { start, end, step, span })
    }

    fn slice_part(&mut self) -> Parsed<Option<i64>> {
        match self.cursor.peek() {
            Some('-' | '0'..='9') => self.integer().map(Some),
            _ => Ok(None),
        }
    }
}
