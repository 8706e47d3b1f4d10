//! Criteria: conditions of all types.

use super::draft::is_draft;
use super::expression::CONTEXT;
use super::filling::{Embedded, Fill, Quotes, probe};
use super::portable;
use super::step::{Context, Scope};
use super::{Bare, Condition, Criterion, Piece, Reference, Segment, Test, Value, Written};
use crate::diagnostic::{Rule, rules};
use crate::document::{self, Language, Text};
use arazzo_expression::condition::{self, Comparable, Literal};
use arazzo_expression::jsonpath::{self, Logical, Query, Step};
use arazzo_expression::{Reading, ReadingKind, SyntaxError};
use std::ops::Range;

impl<'a> Context<'_, 'a, '_> {
    /// Resolves a criterion.
    pub(super) fn criterion(&mut self, written: &'a document::Criterion, scope: Scope<'_, 'a>) -> Criterion {
        let condition = &written.condition;
        let test = match written.kind.language {
            _ if condition.is_missing() => None,
            Language::Simple => self.simple(condition, scope),
            Language::Regex => self.regex(written, scope),
            Language::JsonPath => self.jsonpath(written, scope),
            Language::XPath => self.xpath(written, scope),
            // The document stage has refused it.
            Language::JsonPointer => None,
        };
        Criterion { text: condition.value.clone(), span: condition.node.span, test }
    }

    fn simple(&mut self, text: &'a Text, scope: Scope<'_, 'a>) -> Option<Test> {
        match condition::parse(&self.with_plain_names(&text.value, scope), self.version) {
            Ok((tree, readings)) => {
                self.condition_readings(text, &readings);
                self.condition(&tree, text, scope).map(Test::Simple)
            }
            Err(error) => {
                self.syntax(&rules::INVALID_CONDITION, &text.node, error);
                None
            }
        }
    }

    fn condition_readings(&mut self, text: &Text, readings: &[Reading]) {
        for reading in readings {
            let word = text.value.get(reading.span.clone()).unwrap_or_default();
            let (rule, portable): (&'static Rule, String) = match reading.kind {
                ReadingKind::DoubleQuoted => {
                    (&rules::DOUBLE_QUOTED, format!("'{}'", word.trim_matches('"').replace('\'', "''")))
                }
                ReadingKind::UnquotedWord => (&rules::UNQUOTED_WORD, format!("'{}'", word.replace('\'', "''"))),
                ReadingKind::BracedCondition => (&rules::BRACED_CONDITION, without_braces(word).trim().to_owned()),
                // It is noted with the expression.
                ReadingKind::DottedAccess => continue,
                _ => (&rules::BARE_JSONPATH, word.to_owned()),
            };
            let span = self.library.part(&text.node, reading.span.clone());
            self.reading(rule, span, &portable);
        }
    }

    fn condition(&mut self, tree: &condition::Condition, text: &'a Text, scope: Scope<'_, 'a>) -> Option<Condition> {
        Some(match tree {
            condition::Condition::Or(parts) => Condition::Or(self.conditions(parts, text, scope)?),
            condition::Condition::And(parts) => Condition::And(self.conditions(parts, text, scope)?),
            condition::Condition::Not(inner) => Condition::Not(Box::new(self.condition(inner, text, scope)?)),
            condition::Condition::Compare { operator, left, right } => {
                let left = self.comparable(left, text, scope);
                let right = self.comparable(right, text, scope);
                Condition::Compare(*operator, left?, right?)
            }
            condition::Condition::Test(value) => Condition::Test(self.comparable(value, text, scope)?),
        })
    }

    fn conditions(
        &mut self,
        parts: &[condition::Condition],
        text: &'a Text,
        scope: Scope<'_, 'a>,
    ) -> Option<Vec<Condition>> {
        let parts: Vec<_> = parts.iter().map(|part| self.condition(part, text, scope)).collect();
        parts.into_iter().collect()
    }

    fn comparable(&mut self, side: &Comparable, text: &'a Text, scope: Scope<'_, 'a>) -> Option<Value> {
        match side {
            Comparable::Literal(Literal::String(_), span) if text.value[span.clone()].contains("{$") => {
                self.string(span.clone(), text, scope)
            }
            Comparable::Literal(literal, _) => Some(value(literal)),
            Comparable::Operand(operand) => self.operand(operand, &text.node, 0, scope).map(Value::Expression),
        }
    }

    /// A string between quotes in which expressions stand in braces.
    fn string(&mut self, quoted: Range<usize>, text: &'a Text, scope: Scope<'_, 'a>) -> Option<Value> {
        let inside = quoted.start + 1..quoted.end.saturating_sub(1);
        let embedded = self.embedded_in(inside.clone(), text, scope)?;
        let is_json = text.value[quoted.clone()].starts_with('"');
        let literal = |range: Range<usize>| {
            let written = &text.value[range];
            if is_json {
                return serde_json::from_str(&format!("\"{written}\"")).unwrap_or_else(|_| written.to_owned());
            }
            written.replace("''", "'")
        };
        let mut pieces = Vec::new();
        let mut from = inside.start;
        for part in &embedded {
            let span = part.span();
            if from < span.start {
                pieces.push(Piece::Literal(literal(from..span.start)));
            }
            from = span.end;
            pieces.push(Piece::Expression(self.operand(&part.operand, &text.node, 0, scope)?));
        }
        if embedded.is_empty() {
            return Some(Value::String(literal(inside)));
        }
        if from < inside.end {
            pieces.push(Piece::Literal(literal(from..inside.end)));
        }
        Some(Value::Template(pieces))
    }

    pub(super) fn context(&mut self, written: &'a document::Criterion, scope: Scope<'_, 'a>) -> Option<Reference> {
        // A missing context was reported with the other missing fields.
        self.expression(written.context.as_ref()?, CONTEXT, scope)
    }

    fn regex(&mut self, written: &'a document::Criterion, scope: Scope<'_, 'a>) -> Option<Test> {
        let context = self.context(written, scope);
        let text = &written.condition;
        let check = |text: &str| match regex_lite::Regex::new(text) {
            Ok(_) => Ok(()),
            Err(error) => {
                let found = SyntaxError::new(0..text.len(), format!("this pattern is not valid: {error}"));
                let is_refused = error.to_string().contains("support");
                Err(if is_refused {
                    found.help("look-around, back-references and `\\p{…}` are not supported")
                } else {
                    found
                })
            }
        };
        let fills = [Fill::Digits];
        let pattern = self.written(text, Quotes::None, &rules::INVALID_REGEX, &fills, &check, scope);
        Some(Test::Regex { context: context?, pattern: pattern? })
    }

    fn jsonpath(&mut self, written: &'a document::Criterion, scope: Scope<'_, 'a>) -> Option<Test> {
        let text = &written.condition;
        if is_draft(&written.kind) && !self.is_logical(text) {
            return self.draft(written, scope);
        }
        let context = self.context(written, scope);
        let (quoted, open): (Vec<_>, Vec<_>) =
            self.embedded(text, Quotes::Escaped, scope)?.into_iter().partition(|part| part.quote.is_some());
        // In a logical expression a value without quotes is a value, with the braces around it or without.
        let mut without_braces = self.with_plain_names(&text.value, scope).into_owned();
        for span in open.iter().map(Embedded::span) {
            without_braces.replace_range(span.start..span.start + 1, " ");
            without_braces.replace_range(span.end - 1..span.end, " ");
        }
        let parse = |text: &str| jsonpath::parse_criterion(text, self.version);
        let probed = probe(&without_braces, &quoted, &[], &|text| parse(text).map(|_| ()));
        let error = match probed.and_then(|text| parse(&text)) {
            Ok(jsonpath::Criterion::Bare(logical)) if open.is_empty() || !is_query(&logical) => {
                let label = portable::label(&logical, text, written.context.as_ref());
                let test = self.bare_criterion(&logical, &without_braces, &quoted, text, context, scope)?;
                self.readings.add(&rules::BARE_JSONPATH, text.node.span, &label);
                return Some(test);
            }
            Ok(jsonpath::Criterion::Query(query)) if quoted.is_empty() && open.is_empty() => {
                let for_object = query.for_object(&text.value);
                return Some(Test::Query { context: context?, query: Written::Fixed(query.to_string()), for_object });
            }
            Ok(_) => None,
            Err(error) => Some(error),
        };
        let mut all: Vec<_> = quoted.into_iter().chain(open).collect();
        all.sort_by_key(|part| part.span().start);
        let fills = [Fill::Number, Fill::String, Fill::Path];
        let probed = probe(&text.value, &all, &fills, &|text| parse(text).map(|_| ()));
        match probed.and_then(|text| parse(&text)) {
            Ok(jsonpath::Criterion::Query(query)) => {
                let for_object = query.for_object(&text.value);
                let query = self.fillings(&text.value, &all, text, scope);
                Some(Test::Query { context: context?, query: Written::Filled(query?), for_object })
            }
            Ok(jsonpath::Criterion::Bare(logical)) => {
                let test = self.bare_criterion(&logical, &text.value, &all, text, context, scope)?;
                let label = portable::label(&logical, text, written.context.as_ref());
                self.readings.add(&rules::BARE_JSONPATH, text.node.span, &label);
                Some(test)
            }
            Err(other) => {
                self.syntax(&rules::INVALID_JSONPATH, &text.node, error.filter(|_| all.is_empty()).unwrap_or(other));
                None
            }
        }
    }

    /// Whether a condition is a logical expression of the bare dialect, which is no query of any version.
    fn is_logical(&self, text: &Text) -> bool {
        match jsonpath::parse_criterion(&text.value, self.version) {
            Ok(jsonpath::Criterion::Bare(logical)) => !is_query(&logical),
            Ok(jsonpath::Criterion::Query(_)) | Err(_) => false,
        }
    }

    /// A logical expression; `literal` is its text, in which values take the place of the `filled` parts.
    fn bare_criterion(
        &mut self,
        logical: &Logical,
        literal: &str,
        filled: &[Embedded],
        text: &'a Text,
        context: Option<Reference>,
        scope: Scope<'_, 'a>,
    ) -> Option<Test> {
        if filled.is_empty() {
            let bare = self.bare(logical, text, context.as_ref(), scope);
            return Some(Test::Bare { logical: bare?, context: context? });
        }
        let fillings = self.fillings(literal, filled, text, scope);
        let operands = logical.operands();
        let operands: Vec<_> =
            operands.into_iter().map(|operand| self.operand(operand, &text.node, 0, scope)).collect();
        Some(Test::FilledBare {
            context: context?,
            text: fillings?,
            operands: operands.into_iter().collect::<Option<_>>()?,
        })
    }

    fn bare(
        &mut self,
        logical: &Logical,
        text: &'a Text,
        context: Option<&Reference>,
        scope: Scope<'_, 'a>,
    ) -> Option<Bare> {
        let parts = |this: &mut Self, parts: &[Logical]| -> Option<Vec<Bare>> {
            let parts: Vec<_> = parts.iter().map(|part| this.bare(part, text, context, scope)).collect();
            parts.into_iter().collect()
        };
        Some(match logical {
            Logical::Or(list) => Bare::Or(parts(self, list)?),
            Logical::And(list) => Bare::And(parts(self, list)?),
            Logical::Not(inner) => Bare::Not(Box::new(self.bare(inner, text, context, scope)?)),
            Logical::Compare { operator, left, right } => {
                match (self.bare_side(left, text, context, scope), self.bare_side(right, text, context, scope)) {
                    (Side::Value(left), Side::Value(right)) => Bare::Compare(*operator, left, right),
                    (Side::Wrong, _) | (_, Side::Wrong) => return None,
                    _ => self.engine(logical, text, scope)?,
                }
            }
            Logical::Test(jsonpath::Test::Query(query)) => match path(query) {
                Some(path) => Bare::Test(Value::Expression(below(context?, path))),
                None => self.engine(logical, text, scope)?,
            },
            Logical::Test(jsonpath::Test::Expression(operand)) => {
                Bare::Test(Value::Expression(self.operand(operand, &text.node, 0, scope)?))
            }
            Logical::Test(jsonpath::Test::Function(_)) => self.engine(logical, text, scope)?,
        })
    }

    fn bare_side(
        &mut self,
        side: &jsonpath::Comparable,
        text: &'a Text,
        context: Option<&Reference>,
        scope: Scope<'_, 'a>,
    ) -> Side {
        match side {
            jsonpath::Comparable::Literal(literal, _) => Side::Value(value(literal)),
            jsonpath::Comparable::Expression(operand) => match self.operand(operand, &text.node, 0, scope) {
                Some(reference) => Side::Value(Value::Expression(reference)),
                None => Side::Wrong,
            },
            jsonpath::Comparable::Query(query) => match (path(query), context) {
                (Some(path), Some(context)) => Side::Value(Value::Expression(below(context, path))),
                (Some(_), None) => Side::Wrong,
                (None, _) => Side::Engine,
            },
            jsonpath::Comparable::Function(_) => Side::Engine,
        }
    }

    /// A part that the query engine evaluates, with the values of its expressions.
    fn engine(&mut self, logical: &Logical, text: &'a Text, scope: Scope<'_, 'a>) -> Option<Bare> {
        let operands = logical.operands();
        let references: Vec<_> =
            operands.into_iter().map(|operand| self.operand(operand, &text.node, 0, scope)).collect();
        Some(Bare::Engine(logical.to_string(), references.into_iter().collect::<Option<_>>()?))
    }
}

fn without_braces(text: &str) -> &str {
    text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(text)
}

/// Whether a logical expression is a query and nothing else, which has values in its filters.
fn is_query(logical: &Logical) -> bool {
    matches!(logical, Logical::Test(jsonpath::Test::Query(_)))
}

enum Side {
    Value(Value),
    Engine,
    Wrong,
}

/// The way that a query takes, if it has only names and indexes from the beginning.
fn path(query: &Query) -> Option<Vec<Segment>> {
    let steps = query.singular()?;
    let last = steps.len().saturating_sub(1);
    let segment = |(place, step): (usize, Step<'_>)| match step {
        Step::Name("length") if place == last => Some(Segment::Length),
        Step::Name(name) => Some(Segment::Member(name.to_owned())),
        Step::Index(index) => usize::try_from(index).ok().map(Segment::Index),
    };
    steps.into_iter().enumerate().map(segment).collect()
}

fn below(context: &Reference, path: Vec<Segment>) -> Reference {
    let mut reference = context.clone();
    reference.path.extend(path);
    reference
}

fn value(literal: &Literal) -> Value {
    match literal {
        Literal::Null => Value::Null,
        Literal::Bool(value) => Value::Bool(*value),
        Literal::Number(number) => Value::Number(number.clone()),
        Literal::String(text) => Value::String(text.clone()),
    }
}
