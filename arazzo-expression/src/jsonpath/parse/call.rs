//! Calls of functions, and whether they are well-typed (RFC 9535, section 2.4).

use super::item::Item;
use super::{Parsed, Parser};
use crate::SyntaxError;
use crate::condition::Literal;
use crate::jsonpath::regexp::{Compiled, compile};
use crate::jsonpath::tree::{Call, Comparable, Function, Pattern, Query};
use crate::suggest::closest;
use std::ops::Range;

/// The functions that RFC 9535 defines.
pub(super) const NAMES: [&str; 5] = ["length", "count", "match", "search", "value"];

impl Parser<'_> {
    /// `function-expr`, behind its name; the parenthesis comes next.
    pub(super) fn call(&mut self, name: Range<usize>) -> Parsed<Call> {
        let text = &self.text[name.clone()];
        if !NAMES.contains(&text) {
            return Err(self.unknown_function(name));
        }
        let opened = self.cursor.position();
        self.cursor.eat("(");
        let arguments = self.nested(|parser| parser.arguments(opened))?;
        let span = name.start..self.cursor.position();
        let mut arguments = arguments.into_iter();
        let function = match (text, arguments.next(), arguments.next(), arguments.next()) {
            ("length", Some(value), None, None) => Function::Length(Box::new(self.value_argument(value, "length")?)),
            ("count", Some(nodes), None, None) => Function::Count(self.nodes_argument(nodes, "count")?),
            ("value", Some(nodes), None, None) => Function::Value(self.nodes_argument(nodes, "value")?),
            ("match", Some(input), Some(pattern), None) => {
                Function::Match(Box::new(self.pattern(input, pattern, true)?))
            }
            ("search", Some(input), Some(pattern), None) => {
                Function::Search(Box::new(self.pattern(input, pattern, false)?))
            }
            _ => return Err(wrong_number(text, span)),
        };
        Ok(Call { function, span })
    }

    /// `S [function-argument *(S "," S function-argument)] S ")"`
    fn arguments(&mut self, opened: usize) -> Parsed<Vec<Item>> {
        let mut arguments = Vec::new();
        self.skip_blank();
        if self.cursor.eat(")") {
            return Ok(arguments);
        }
        loop {
            if self.at('!') || self.at('(') {
                return Err(self.cursor.error("no function takes a condition as its argument"));
            }
            arguments.push(self.item()?);
            self.skip_blank();
            if !self.cursor.eat(",") {
                break;
            }
            self.skip_blank();
        }
        let start = self.cursor.position();
        if self.operator()?.is_some() || self.cursor.eat("&&") || self.cursor.eat("||") {
            let span = start..self.cursor.position();
            return Err(SyntaxError::new(span, "no function takes a condition as its argument")
                .help("compare what the function gives: `length(…) == 1`"));
        }
        self.close(opened, "`,` or `)`")?;
        Ok(arguments)
    }

    /// An argument of the declared type `ValueType`.
    fn value_argument(&self, item: Item, function: &str) -> Parsed<Comparable> {
        match item {
            Item::Query(query) if !query.is_singular() => {
                let message = format!("`{function}` takes one value, and this path can select several");
                let help = match function {
                    "length" => "`count(…)` counts what a path selects, `value(…)` takes its only value",
                    _ => "`value(…)` takes the only value that a path selects",
                };
                Err(SyntaxError::new(query.span, message).help(help))
            }
            Item::Function(call) if call.function.is_logical() => {
                let message = format!("`{function}` takes a value, and `{}(…)` is a condition", call.function.name());
                Err(SyntaxError::new(call.span, message))
            }
            item => self.comparable(item),
        }
    }

    /// An argument of the declared type `NodesType`.
    fn nodes_argument(&self, item: Item, function: &str) -> Parsed<Query> {
        match item {
            Item::Query(query) => Ok(query),
            other => {
                let message = format!("`{function}` takes a path");
                let help = match function {
                    "count" => "`length(…)` gives the length of a value",
                    _ => "a single value needs no `value(…)`",
                };
                Err(SyntaxError::new(other.span(), message).help(help))
            }
        }
    }

    fn pattern(&self, input: Item, pattern: Item, whole: bool) -> Parsed<Pattern> {
        let function = if whole { "match" } else { "search" };
        let input = self.value_argument(input, function)?;
        let pattern = self.value_argument(pattern, function)?;
        let mut compiled = Compiled::default();
        if let Comparable::Literal(Literal::String(text), span) = &pattern {
            match compile(text, whole) {
                Ok(regex) => compiled = Compiled(Some(regex)),
                Err(refusal) => {
                    let error = SyntaxError::new(span.clone(), refusal.message);
                    return Err(match refusal.help {
                        Some(help) => error.help(help),
                        None => error.help("patterns are I-Regexp (RFC 9485)"),
                    });
                }
            }
        }
        Ok(Pattern { input, pattern, compiled })
    }

    fn unknown_function(&self, name: Range<usize>) -> SyntaxError {
        let text = &self.text[name.clone()];
        let meant = match text {
            "size" | "len" | "strlen" => Some("length"),
            "matches" | "regex" | "test" => Some("match"),
            "contains" | "includes" => Some("search"),
            _ => closest(text, &NAMES),
        };
        let error = SyntaxError::new(name, format!("there is no function `{text}`"));
        error.help(match meant {
            Some(meant) => format!("did you mean `{meant}(…)`?"),
            None => "the functions are length, count, match, search and value".to_owned(),
        })
    }
}

fn wrong_number(name: &str, span: Range<usize>) -> SyntaxError {
    match name {
        "match" | "search" => SyntaxError::new(span, format!("`{name}` takes two arguments"))
            .help(format!("write `{name}(@.a, 'pattern')`")),
        _ => SyntaxError::new(span, format!("`{name}` takes one argument")).help(format!("write `{name}(@.a)`")),
    }
}
