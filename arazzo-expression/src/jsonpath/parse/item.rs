//! What can stand on a side of a comparison or between the commas of a call: literals, paths, functions and, in the bare
//! dialect, runtime expressions.

use super::slip_path::is_typographic;
use super::{Parsed, Parser};
use crate::SyntaxError;
use crate::condition::{Literal, Operator};
use crate::expression::{Operand, Version};
use crate::jsonpath::display::is_name_char;
use crate::jsonpath::tree::{Call, Comparable, Query, Root};
use std::ops::Range;

/// One of them, before it is known what it stands for.
pub(super) enum Item {
    Literal(Literal, Range<usize>),
    Query(Query),
    Function(Call),
    Expression(Operand),
}

impl Item {
    pub(super) fn span(&self) -> Range<usize> {
        match self {
            Self::Literal(_, span) => span.clone(),
            Self::Query(query) => query.span.clone(),
            Self::Function(call) => call.span.clone(),
            Self::Expression(operand) => operand.span.clone(),
        }
    }
}

impl Parser<'_> {
    /// The first or only item of a condition or an argument.
    pub(super) fn item(&mut self) -> Parsed<Item> {
        self.item_after(None)
    }

    /// The item behind a comparison operator.
    pub(super) fn right_item(&mut self, operator: Operator) -> Parsed<Item> {
        self.item_after(Some(operator))
    }

    /// The operator before the item tells what a stray word was meant to be.
    fn item_after(&mut self, operator: Option<Operator>) -> Parsed<Item> {
        let start = self.cursor.position();
        match self.cursor.peek() {
            Some('$') => self.dollar(),
            Some('@') if self.filters == 0 => Err(self.at_outside_of_filter()),
            Some('@') => self.path(Root::Current).map(Item::Query),
            Some('\'' | '"') => {
                let text = self.string()?;
                Ok(Item::Literal(Literal::String(text), start..self.cursor.position()))
            }
            Some('-' | '0'..='9') => {
                let number = self.number()?;
                Ok(Item::Literal(Literal::Number(number), start..self.cursor.position()))
            }
            Some('{') if self.cursor.rest().starts_with("{$") => self.embedded(),
            Some(first) if is_name_char(first) && !is_typographic(first) => self.word(operator),
            _ => Err(self.no_item(operator)),
        }
    }

    /// `true`, `false`, `null` or a function.
    fn word(&mut self, operator: Option<Operator>) -> Parsed<Item> {
        let start = self.cursor.position();
        let span = self.cursor.take_while(is_name_char);
        if self.at('(') {
            return self.call(span).map(Item::Function);
        }
        // `true.a` and `null-ish` are no literals; whoever writes them means a string or a path.
        let goes_on = self.cursor.peek().is_some_and(|next| matches!(next, '.' | '[' | '-' | '/' | ':'));
        let literal = match &self.text[span.clone()] {
            "true" if !goes_on => Literal::Bool(true),
            "false" if !goes_on => Literal::Bool(false),
            "null" if !goes_on => Literal::Null,
            _ => {
                self.cursor.go_to(start);
                return Err(self.stray_word(operator));
            }
        };
        Ok(Item::Literal(literal, span))
    }

    /// A path from the root, or a runtime expression.
    fn dollar(&mut self) -> Parsed<Item> {
        let start = self.cursor.position();
        let next = self.cursor.rest()[1..].chars().next();
        match (self.version, next) {
            (Some(version), Some(letter)) if letter.is_ascii_alphabetic() => {
                let end = start + self.operand_length();
                self.cursor.go_to(end);
                self.operand(start..end, version).map(Item::Expression)
            }
            (_, Some(letter)) if is_name_char(letter) => Err(self.dollar_word()),
            _ => self.path(Root::Document).map(Item::Query),
        }
    }

    /// `{$inputs.x}`, which Arazzo wants where an expression stands inside other text.
    fn embedded(&mut self) -> Parsed<Item> {
        let opened = self.cursor.position();
        let Some(version) = self.version else {
            return Err(self.dollar_word());
        };
        let Some(length) = self.cursor.rest().find('}') else {
            return Err(SyntaxError::new(opened..opened + 1, "`{` is never closed").help("write `{$inputs.name}`"));
        };
        let end = opened + length;
        self.cursor.go_to(end + 1);
        self.operand(opened + 1..end, version).map(Item::Expression)
    }

    /// How many bytes from the cursor on belong to a runtime expression. `]` ends one unless its `[` is inside.
    pub(super) fn operand_length(&self) -> usize {
        let rest = self.cursor.rest();
        let mut brackets = 0_usize;
        rest.find(|character: char| match character {
            '!' | '&' | '(' | ')' | '<' | '=' | '>' | '|' | ',' => true,
            '[' => {
                brackets += 1;
                false
            }
            ']' if brackets > 0 => {
                brackets -= 1;
                false
            }
            other => other == ']' || other.is_whitespace(),
        })
        .unwrap_or(rest.len())
    }

    fn operand(&self, span: Range<usize>, version: Version) -> Parsed<Operand> {
        Operand::parse_in(self.text, span.clone(), version).map_err(|error| self.no_operand(span, error))
    }

    /// An item as one value: a side of a comparison.
    pub(super) fn comparable(&self, item: Item) -> Parsed<Comparable> {
        match item {
            Item::Literal(literal, span) => Ok(Comparable::Literal(literal, span)),
            Item::Query(query) if query.is_singular() => Ok(Comparable::Query(query)),
            Item::Query(query) => Err(self.not_singular(&query)),
            Item::Function(call) if call.function.is_logical() => {
                let name = call.function.name();
                let message = format!("`{name}(…)` is true or false by itself and cannot be compared");
                let help = format!("write `{name}(…)` alone, or `!{name}(…)`");
                Err(SyntaxError::new(call.span, message).help(help))
            }
            Item::Function(call) => Ok(Comparable::Function(call)),
            Item::Expression(operand) => Ok(Comparable::Expression(operand)),
        }
    }
}
