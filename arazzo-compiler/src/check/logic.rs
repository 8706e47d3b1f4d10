//! Criteria of all types as one tree of comparisons, as far as comparisons decide them.

use crate::resolve::{self, Bare, Condition, Criterion, Reference, Segment, Test, Value, Written};
use crate::source::Span;
use arazzo_expression::condition::{self, Literal, Operator};
use arazzo_expression::jsonpath::{self, Comparable, Logical, Query, Root, Selector, Step};

/// What a criterion asks.
pub(super) enum Logic {
    /// One of them.
    Or(Vec<Logic>),
    /// All of them.
    And(Vec<Logic>),
    /// The opposite.
    Not(Box<Logic>),
    /// A comparison.
    Compare(Comparison),
    /// Anything else, which may hold or not.
    Open,
}

/// A comparison of two values, or of one with a pattern.
pub(super) struct Comparison {
    /// The operator; of a pattern `==`.
    pub operator: Operator,
    left: Value,
    right: Value,
    /// Whether strings are compared letter by letter, as JSONPath does, and simple conditions do not.
    is_exact: bool,
    /// The pattern that the left side is to match; there is no right side then.
    pattern: Option<regex_lite::Regex>,
}

impl Logic {
    /// What a criterion asks.
    pub(super) fn of(criterion: &Criterion) -> Self {
        match &criterion.test {
            Some(Test::Simple(condition)) => simple(condition),
            Some(Test::Bare { logical, .. }) => bare(logical),
            // What a filter asks of an object itself is read like what it asks of the document.
            Some(Test::Query { context, query: Written::Fixed(query), for_object }) => {
                filter(query).map_or(Self::Open, |condition| logical(&condition, context, for_object.is_some()))
            }
            Some(Test::Regex { context, pattern: Written::Fixed(pattern) }) => match regex_lite::Regex::new(pattern) {
                Ok(pattern) => Self::Compare(Comparison {
                    operator: Operator::Equal,
                    left: Value::Expression(context.clone()),
                    right: Value::Null,
                    is_exact: true,
                    pattern: Some(pattern),
                }),
                Err(_) => Self::Open,
            },
            _ => Self::Open,
        }
    }

    /// All comparisons in it.
    pub(super) fn comparisons(&self) -> Vec<&Comparison> {
        match self {
            Self::Or(parts) | Self::And(parts) => parts.iter().flat_map(Self::comparisons).collect(),
            Self::Not(inner) => inner.comparisons(),
            Self::Compare(comparison) => vec![comparison],
            Self::Open => Vec::new(),
        }
    }

    /// Whether it holds, when that is known of the comparisons that decide it.
    pub(super) fn evaluate(&self, holds: &dyn Fn(&Comparison) -> Option<bool>) -> Option<bool> {
        let any = |parts: &[Self], wanted: bool| {
            let mut all = Some(!wanted);
            for part in parts {
                match part.evaluate(holds) {
                    Some(value) if value == wanted => return Some(wanted),
                    Some(_) => {}
                    None => all = None,
                }
            }
            all
        };
        match self {
            Self::Or(parts) => any(parts, true),
            Self::And(parts) => any(parts, false),
            Self::Not(inner) => inner.evaluate(holds).map(|value| !value),
            Self::Compare(comparison) => holds(comparison),
            Self::Open => None,
        }
    }
}

impl Comparison {
    /// What a query selects, compared with a literal; `is_turned` where the literal stands first.
    pub(super) fn of_query(
        operator: Operator,
        query: &Query,
        literal: &Literal,
        is_turned: bool,
        span: Span,
    ) -> Option<Self> {
        let selected = Value::Expression(Reference { root: resolve::Root::ResponseBody, path: path(query)?, span });
        let literal = self::literal(literal);
        let (left, right) = if is_turned { (literal, selected) } else { (selected, literal) };
        Some(Self { operator, left, right, is_exact: true, pattern: None })
    }

    /// The value of the run.
    pub(super) fn reference(&self) -> Option<&Reference> {
        match (&self.pattern, &self.left) {
            (Some(_), Value::Expression(reference)) => Some(reference),
            _ => self.sides().map(|(reference, _)| reference),
        }
    }

    /// The pattern that the value is to match.
    pub(super) fn pattern(&self) -> Option<&str> {
        self.pattern.as_ref().map(regex_lite::Regex::as_str)
    }

    /// Whether strings are compared letter by letter, and never with numbers.
    pub(super) fn is_exact(&self) -> bool {
        self.is_exact
    }

    /// Whether its literal is equal to that value, or its pattern matches that.
    pub(super) fn is_equal(&self, value: &serde_json::Value) -> bool {
        self.holds_for(value).is_none_or(|holds| holds == (self.operator == Operator::Equal))
    }

    /// The value of the run and the one that it is compared with.
    pub(super) fn sides(&self) -> Option<(&Reference, &Value)> {
        if self.pattern.is_some() {
            return None;
        }
        match (&self.left, &self.right) {
            (Value::Expression(_), Value::Expression(_)) => None,
            (Value::Expression(reference), other) | (other, Value::Expression(reference)) => Some((reference, other)),
            _ => None,
        }
    }

    /// What is compared.
    pub(super) fn values(&self) -> [&Value; 2] {
        [&self.left, &self.right]
    }

    /// Whether it holds when the value of the run is that one; `None` where it is compared with no literal.
    pub(super) fn holds_for(&self, value: &serde_json::Value) -> Option<bool> {
        if let Some(pattern) = &self.pattern {
            return match value {
                serde_json::Value::Null => Some(false),
                serde_json::Value::String(text) => Some(pattern.is_match(text)),
                serde_json::Value::Bool(_) | serde_json::Value::Number(_) => Some(pattern.is_match(&value.to_string())),
                _ => None,
            };
        }
        let json = |side: &Value| {
            Some(match side {
                Value::Expression(_) => value.clone(),
                Value::Null => serde_json::Value::Null,
                Value::Bool(value) => (*value).into(),
                Value::Number(number) => serde_json::Value::Number(number.clone()),
                Value::String(text) => text.as_str().into(),
                Value::Template(_) => return None,
            })
        };
        self.sides()?;
        let (left, right) = (json(&self.left)?.into(), json(&self.right)?.into());
        Some(if self.is_exact {
            jsonpath::bare_compare(self.operator, &left, &right)
        } else {
            condition::compare(self.operator, &left, &right)
        })
    }

    /// Whether it asks if two values are the same, or are not.
    pub(super) fn is_equality(&self) -> bool {
        self.pattern.is_none() && matches!(self.operator, Operator::Equal | Operator::NotEqual)
    }
}

fn simple(condition: &Condition) -> Logic {
    match condition {
        Condition::Or(parts) => Logic::Or(parts.iter().map(simple).collect()),
        Condition::And(parts) => Logic::And(parts.iter().map(simple).collect()),
        Condition::Not(inner) => Logic::Not(Box::new(simple(inner))),
        Condition::Compare(operator, left, right) => Logic::Compare(Comparison {
            operator: *operator,
            left: left.clone(),
            right: right.clone(),
            is_exact: false,
            pattern: None,
        }),
        Condition::Test(_) => Logic::Open,
    }
}

fn bare(logical: &Bare) -> Logic {
    match logical {
        Bare::Or(parts) => Logic::Or(parts.iter().map(bare).collect()),
        Bare::And(parts) => Logic::And(parts.iter().map(bare).collect()),
        Bare::Not(inner) => Logic::Not(Box::new(bare(inner))),
        Bare::Compare(operator, left, right) => {
            let (left, right) = (left.clone(), right.clone());
            Logic::Compare(Comparison { operator: *operator, left, right, is_exact: true, pattern: None })
        }
        Bare::Test(_) | Bare::Engine(..) => Logic::Open,
    }
}

/// The condition of `$[?…]`, which is how RFC 9535 asks something about the whole value.
fn filter(query: &str) -> Option<Logical> {
    let query = jsonpath::parse_query(query).ok()?;
    let [jsonpath::Segment::Child { selectors, .. }] = query.segments.as_slice() else { return None };
    match selectors.as_slice() {
        [Selector::Filter { condition, .. }] => Some((**condition).clone()),
        _ => None,
    }
}

/// `on_object` says that `@` is the value of the context.
fn logical(condition: &Logical, context: &Reference, on_object: bool) -> Logic {
    let parts = |parts: &[Logical]| parts.iter().map(|part| logical(part, context, on_object)).collect();
    match condition {
        Logical::Or(list) => Logic::Or(parts(list)),
        Logical::And(list) => Logic::And(parts(list)),
        Logical::Not(inner) => Logic::Not(Box::new(logical(inner, context, on_object))),
        Logical::Compare { operator, left, right } => {
            match (side(left, context, on_object), side(right, context, on_object)) {
                (Some(left), Some(right)) => {
                    Logic::Compare(Comparison { operator: *operator, left, right, is_exact: true, pattern: None })
                }
                _ => Logic::Open,
            }
        }
        Logical::Test(_) => Logic::Open,
    }
}

/// A side of a comparison that does not depend on the member that the filter looks at.
fn side(side: &Comparable, context: &Reference, on_object: bool) -> Option<Value> {
    match side {
        Comparable::Literal(literal, _) => Some(self::literal(literal)),
        Comparable::Query(query) if query.root == Root::Document || on_object => {
            let mut reference = context.clone();
            reference.path.extend(path(query)?);
            Some(Value::Expression(reference))
        }
        _ => None,
    }
}

fn literal(literal: &Literal) -> Value {
    match literal {
        Literal::Null => Value::Null,
        Literal::Bool(value) => Value::Bool(*value),
        Literal::Number(number) => Value::Number(number.clone()),
        Literal::String(text) => Value::String(text.clone()),
    }
}

fn path(query: &Query) -> Option<Vec<Segment>> {
    let segment = |step: Step<'_>| match step {
        Step::Name(name) => Some(Segment::Member(name.to_owned())),
        Step::Index(index) => usize::try_from(index).ok().map(Segment::Index),
    };
    query.singular()?.into_iter().map(segment).collect()
}
