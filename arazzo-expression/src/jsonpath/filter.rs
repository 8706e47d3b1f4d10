//! Filters: whether a condition holds for a node (RFC 9535, section 2.3.5.2), and what functions give (section 2.4).

use super::compare::{equal, order, text};
use super::evaluate::{Context, Walk};
use super::regexp::Regexp;
use super::tree::{Call, Comparable, Function, Logical, Pattern, Query, Test};
use crate::condition::{Literal, Operator};
use crate::json::Json;
use serde_json::Value;
use std::borrow::Cow;
use std::cmp::Ordering;

impl<'v, 'x> Context<'_, 'v, 'x> {
    /// Whether a condition holds for the node `current`.
    pub(super) fn holds(&self, condition: &Logical, current: &'v Value) -> bool {
        // Without steps left the result will not be used; this only ends the work soon.
        if !self.spend() {
            return false;
        }
        match condition {
            Logical::Or(parts) => parts.iter().any(|part| self.holds(part, current)),
            Logical::And(parts) => parts.iter().all(|part| self.holds(part, current)),
            Logical::Not(inner) => !self.holds(inner, current),
            Logical::Compare { operator, left, right } => {
                let left = self.value(left, current);
                self.compare(*operator, &left, &self.value(right, current))
            }
            Logical::Test(Test::Query(query)) => self.exists(query, current),
            Logical::Test(Test::Function(call)) => self.passes(call, current),
            Logical::Test(Test::Expression(operand)) => super::bare_test(&(self.expression)(operand)),
        }
    }

    /// Section 2.3.5.2.2. Where a value is absent, which the RFC calls Nothing, only another absent one equals it.
    fn compare(&self, operator: Operator, left: &Json<'_>, right: &Json<'_>) -> bool {
        let equal = || equal(left, right, &|| self.spend());
        let order = |wanted| order(left, right) == Some(wanted);
        match operator {
            Operator::Equal => equal(),
            Operator::NotEqual => !equal(),
            Operator::Less => order(Ordering::Less),
            Operator::Greater => order(Ordering::Greater),
            Operator::LessOrEqual => order(Ordering::Less) || equal(),
            Operator::GreaterOrEqual => order(Ordering::Greater) || equal(),
        }
    }

    /// The value of one side of a comparison, or of an argument.
    fn value<'j>(&self, comparable: &'j Comparable, current: &'v Value) -> Json<'j>
    where
        'v: 'j,
        'x: 'j,
    {
        match comparable {
            Comparable::Literal(literal, _) => literal_value(literal),
            Comparable::Query(query) => borrowed(self.only(query, current)),
            Comparable::Function(call) => self.call(call, current),
            Comparable::Expression(operand) => (self.expression)(operand),
        }
    }

    /// The result of a function; of a logical one as true or false.
    pub(super) fn call<'j>(&self, call: &'j Call, current: &'v Value) -> Json<'j>
    where
        'v: 'j,
        'x: 'j,
    {
        match &call.function {
            Function::Length(value) => length(&self.value(value, current)),
            Function::Count(query) => number(Walk::new(self, query, current).count()),
            Function::Value(query) => borrowed(self.single(query, current)),
            Function::Match(_) | Function::Search(_) => Json::Bool(self.passes(call, current)),
        }
    }

    /// Section 2.4.8: the value of the only node, if there is exactly one.
    fn single(&self, query: &Query, current: &'v Value) -> Option<&'v Value> {
        let mut nodes = Walk::new(self, query, current);
        let first = nodes.next()?;
        nodes.next().is_none().then_some(first)
    }

    /// Whether a logical function holds. The others have no truth; the parser lets none of them come here.
    fn passes(&self, call: &Call, current: &'v Value) -> bool {
        match &call.function {
            Function::Match(pattern) => self.matches(pattern, true, current),
            Function::Search(pattern) => self.matches(pattern, false, current),
            Function::Length(_) | Function::Count(_) | Function::Value(_) => false,
        }
    }

    /// Sections 2.4.6 and 2.4.7. What is no string, or no I-Regexp, does not match.
    fn matches(&self, pattern: &Pattern, whole: bool, current: &'v Value) -> bool {
        let input = self.value(&pattern.input, current);
        let Some(input) = text(&input) else {
            return false;
        };
        let finds = |regexp: &Regexp| self.spend_all(regexp.work(input)) && regexp.is_match(input);
        if let Some(regexp) = &pattern.compiled.0 {
            return finds(regexp);
        }
        let pattern = self.value(&pattern.pattern, current);
        text(&pattern).and_then(|pattern| self.regexp(pattern, whole)).is_some_and(|regexp| finds(&regexp))
    }
}

/// Section 2.4.4.
fn length(value: &Json<'_>) -> Json<'static> {
    match value {
        Json::String(text) => number(text.chars().count()),
        Json::Array(elements) => number(elements.iter().filter(|element| **element != Json::Absent).count()),
        Json::Object(members) => number(members.iter().filter(|(_, value)| *value != Json::Absent).count()),
        Json::Value(value) => match &**value {
            Value::String(text) => number(text.chars().count()),
            Value::Array(elements) => number(elements.len()),
            Value::Object(members) => number(members.len()),
            Value::Null | Value::Bool(_) | Value::Number(_) => Json::Absent,
        },
        Json::Absent | Json::Null | Json::Bool(_) | Json::Number(_) => Json::Absent,
    }
}

pub(super) fn number(count: usize) -> Json<'static> {
    Json::Number(count.into())
}

pub(super) fn borrowed(value: Option<&Value>) -> Json<'_> {
    value.map_or(Json::Absent, |value| Json::Value(Cow::Borrowed(value)))
}

pub(super) fn literal_value(literal: &Literal) -> Json<'_> {
    match literal {
        Literal::Null => Json::Null,
        Literal::Bool(value) => Json::Bool(*value),
        Literal::Number(number) => Json::Number(number.clone()),
        Literal::String(text) => Json::String(Cow::Borrowed(text)),
    }
}
