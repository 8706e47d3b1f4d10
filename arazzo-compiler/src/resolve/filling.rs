//! Patterns and queries with expressions in braces, whose text is known only while the workflow runs.

use super::step::{Context, Scope};
use super::{Filling, Written};
use crate::diagnostic::{Rule, rules};
use crate::document::Text;
use arazzo_expression::SyntaxError;
use arazzo_expression::expression::{Operand, Version};
use arazzo_expression::template::{self, Piece};
use std::ops::Range;

/// An expression in braces inside of a condition.
pub(super) struct Embedded {
    pub(super) operand: Operand,
    /// The quotes around it.
    pub(super) quote: Option<char>,
}

/// How the language of a condition writes strings.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Quotes {
    /// It has none.
    None,
    /// With escapes by a backslash.
    Escaped,
    /// Without escapes.
    Plain,
}

/// More expressions than this in one condition are not tried with each kind of value.
const MOST_TRIED: usize = 16;

impl Embedded {
    /// The bytes of the expression and its braces.
    pub(super) fn span(&self) -> Range<usize> {
        self.operand.span.start - 1..self.operand.span.end + 1
    }

    /// A text of the same length, so that the places of mistakes behind it stay what they are.
    fn stand_in(&self, fill: Fill) -> String {
        let length = self.span().len();
        match fill {
            Fill::Word => "x".repeat(length),
            Fill::Number => format!("{:<length$}", 1),
            Fill::Digits => format!("{:0>length$}", 1),
            Fill::String => format!("'{}'", "x".repeat(length - 2)),
            Fill::Path => format!("$.{}", "x".repeat(length - 2)),
        }
    }
}

/// What a value may look like.
#[derive(Clone, Copy)]
pub(super) enum Fill {
    Word,
    Number,
    /// A number that is no value, such as how often something repeats.
    Digits,
    String,
    Path,
}

/// The expressions in a condition (rule 74).
pub(super) fn embedded(text: &str, version: Version, quotes: Quotes) -> Result<Vec<Embedded>, SyntaxError> {
    let template::Text::Template(pieces) = template::parse_embedded_only(text, version)? else {
        return Ok(Vec::new());
    };
    let operands = pieces.into_iter().filter_map(|piece| match piece {
        Piece::Embedded(operand) => Some(operand),
        Piece::Literal(_) | Piece::Bare { .. } => None,
    });
    let mut scanner = Scanner { quotes, at: 0, open: None, escaped: false };
    let with_quote = operands.map(|operand| {
        let quote = scanner.at(text, operand.span.start - 1);
        scanner.skip_to(operand.span.end + 1);
        Embedded { operand, quote }
    });
    Ok(with_quote.collect())
}

/// Knows between which quotes a place stands.
struct Scanner {
    quotes: Quotes,
    at: usize,
    open: Option<char>,
    escaped: bool,
}

impl Scanner {
    fn at(&mut self, text: &str, end: usize) -> Option<char> {
        if self.quotes == Quotes::None {
            return None;
        }
        for character in text[self.at..end].chars() {
            match self.open {
                Some(_) if self.escaped => self.escaped = false,
                Some(_) if character == '\\' && self.quotes == Quotes::Escaped => self.escaped = true,
                Some(open) if character == open => self.open = None,
                None if matches!(character, '\'' | '"') => self.open = Some(character),
                _ => {}
            }
        }
        self.open
    }

    fn skip_to(&mut self, at: usize) {
        self.at = at;
    }
}

/// Checks a condition as far as it can be (rule 75): with some text in place of each expression there must be no
/// mistake in it. Gives that text, which is as long as the condition.
pub(super) fn probe(
    text: &str,
    embedded: &[Embedded],
    fills: &[Fill],
    check: &dyn Fn(&str) -> Result<(), SyntaxError>,
) -> Result<String, SyntaxError> {
    let mut probe = text.to_owned();
    for part in embedded {
        probe.replace_range(part.span(), &part.stand_in(Fill::Word));
    }
    let mut result = check(&probe);
    let open = embedded.iter().filter(|part| part.quote.is_none()).take(MOST_TRIED);
    for part in open {
        let Err(error) = &mut result else { break };
        for fill in fills {
            let mut other = probe.clone();
            other.replace_range(part.span(), &part.stand_in(*fill));
            match check(&other) {
                Ok(()) => return Ok(other),
                // The kind of value that lets most of the text be read is the one that was meant.
                Err(found)
                    if !is_about(&found, part) && (is_about(error, part) || found.span.start > error.span.start) =>
                {
                    (probe, *error) = (other, found);
                }
                Err(_) => {}
            }
        }
    }
    result.map(|()| probe).map_err(|error| {
        // A hint that repeats what stands in for a value would not be understood.
        let help = error.help.filter(|help| !help.contains("xxx") && !help.contains("00"));
        SyntaxError { help, ..error }
    })
}

fn is_about(error: &SyntaxError, part: &Embedded) -> bool {
    error.span.start < part.span().end && error.span.end > part.span().start
}

impl<'a> Context<'_, 'a, '_> {
    /// The expressions in a condition; `None` when one of them is wrong, which is reported.
    pub(super) fn embedded(&mut self, text: &Text, quotes: Quotes, scope: Scope<'_, 'a>) -> Option<Vec<Embedded>> {
        match embedded(&self.with_plain_names(&text.value, scope), self.version, quotes) {
            Ok(embedded) => Some(embedded),
            Err(error) => {
                self.syntax(&rules::INVALID_EXPRESSION, &text.node, error);
                None
            }
        }
    }

    /// The expressions in a part of a simple condition; `None` when one of them is wrong, which is reported.
    pub(super) fn embedded_in(
        &mut self,
        part: Range<usize>,
        text: &Text,
        scope: Scope<'_, 'a>,
    ) -> Option<Vec<Embedded>> {
        // All else is of the same length, so that the places are those in the condition.
        let plain = self.with_plain_names(&text.value, scope).into_owned();
        let alone = format!("{}{}", " ".repeat(part.start), &plain[part]);
        match embedded(&alone, self.version, Quotes::None) {
            Ok(embedded) => Some(embedded),
            Err(error) => {
                self.syntax(&rules::INVALID_EXPRESSION, &text.node, error);
                None
            }
        }
    }

    /// A condition with its expressions resolved. `literal` is the condition itself, or a text of the same length in
    /// which less is replaced.
    pub(super) fn fillings(
        &mut self,
        literal: &str,
        embedded: &[Embedded],
        text: &'a Text,
        scope: Scope<'_, 'a>,
    ) -> Option<Vec<Filling>> {
        let mut fillings = Vec::new();
        let (mut from, mut complete) = (0, true);
        for part in embedded {
            let span = part.span();
            if from < span.start {
                fillings.push(Filling::Literal(literal[from..span.start].to_owned()));
            }
            from = span.end;
            match self.operand(&part.operand, &text.node, 0, scope) {
                Some(reference) => {
                    let text = text.value.get(part.operand.span.clone()).unwrap_or_default().to_owned();
                    fillings.push(Filling::Value { reference, text, quote: part.quote });
                }
                None => complete = false,
            }
        }
        if from < literal.len() {
            fillings.push(Filling::Literal(literal[from..].to_owned()));
        }
        complete.then_some(fillings)
    }

    /// A pattern or query of which the grammar is checked by `check`.
    pub(super) fn written(
        &mut self,
        text: &'a Text,
        quotes: Quotes,
        rule: &'static Rule,
        fills: &[Fill],
        check: &dyn Fn(&str) -> Result<(), SyntaxError>,
        scope: Scope<'_, 'a>,
    ) -> Option<Written> {
        let embedded = self.embedded(text, quotes, scope)?;
        let fillings = match embedded.as_slice() {
            [] => None,
            some => self.fillings(&text.value, some, text, scope).map(Some)?,
        };
        match probe(&text.value, &embedded, fills, check) {
            Ok(_) => Some(fillings.map_or_else(|| Written::Fixed(text.value.clone()), Written::Filled)),
            Err(error) => {
                self.syntax(rule, &text.node, error);
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arazzo_expression::jsonpath;

    fn quotes(text: &str) -> Vec<Option<char>> {
        let found = embedded(text, Version::V1_0, Quotes::Escaped).expect("the expressions are right");
        found.iter().map(|part| part.quote).collect()
    }

    #[test]
    fn quotes_around_expressions_are_seen() {
        assert_eq!(quotes("$[?@.a == '{$inputs.a}']"), [Some('\'')]);
        assert_eq!(quotes("$[?@.a == \"it's {$inputs.a}\" && @.b == {$inputs.b}]"), [Some('"'), None]);
        assert_eq!(quotes(r"$[?@.a == 'it\'s {$inputs.a}' && @.b == {$url}]"), [Some('\''), None]);
        assert_eq!(quotes("$['{$inputs.a}'].{$inputs.b}['{$inputs.c}']"), [Some('\''), None, Some('\'')]);
        let pattern = embedded("it's {$inputs.a}", Version::V1_0, Quotes::None).expect("the expression is right");
        assert_eq!(pattern[0].quote, None);
    }

    /// Rule C75: the places of mistakes are those in the condition.
    #[test]
    fn a_condition_is_tried_with_values_of_several_kinds() {
        let probe = |text: &str| {
            let embedded = embedded(text, Version::V1_0, Quotes::Escaped).expect("the expressions are right");
            let check = |text: &str| jsonpath::parse_query(text).map(|_| ());
            probe(text, &embedded, &[Fill::Number, Fill::String, Fill::Path], &check)
        };
        for text in [
            "$[?@.a == '{$inputs.a}']",
            "$[?@.a == {$inputs.a}]",
            "$.{$inputs.a}[{$inputs.b}]",
            "$.{$inputs.a}[?@.n > {$inputs.b} && @.m == '{$inputs.c}' || @['x'] == {$url}]",
            "$[{$inputs.a_name_that_is_longer_than_a_number}]",
            "$[{$inputs.a}].b[1{$inputs.b}]",
        ] {
            let found = probe(text);
            assert!(found.as_ref().is_ok_and(|found| found.len() == text.len()), "{text}: {found:?}");
        }
        let wrong = "$[?@.a == {$inputs.a} && ]";
        assert_eq!(probe(wrong).unwrap_err().span.start, wrong.len() - 1);
        assert!(probe("$[?@.a = {$inputs.a}]").is_err());
    }
}
