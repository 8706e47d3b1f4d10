//! What a condition is worth. Where the specification is silent (comparing different types, the truth of a value that
//! is no boolean), the answer is fixed here once, so that compiled code and tests cannot differ.

use super::{Comparable, Condition, Literal, Operator};
use crate::expression::Operand;
use crate::json::{Json, Node, View, equal};
use crate::number::Numeric;
use std::cmp::Ordering;

impl Condition {
    /// Whether the condition holds. `operand` gives the value of an expression, its accessors included; it is not asked for
    /// more than `&&` and `||` need.
    ///
    /// ```
    /// use arazzo_expression::condition::parse;
    /// use arazzo_expression::expression::Version;
    /// use arazzo_expression::json::Json;
    ///
    /// let (condition, _) = parse("$statusCode == 200 || $statusCode == 201", Version::V1_0).unwrap();
    /// assert!(condition.evaluate(&|_| Json::from(201)));
    /// assert!(!condition.evaluate(&|_| Json::from(404)));
    /// ```
    pub fn evaluate<'a>(&self, operand: &dyn Fn(&Operand) -> Json<'a>) -> bool {
        match self {
            Self::Or(parts) => parts.iter().any(|part| part.evaluate(operand)),
            Self::And(parts) => parts.iter().all(|part| part.evaluate(operand)),
            Self::Not(inner) => !inner.evaluate(operand),
            Self::Compare { operator, left, right } => {
                left.with(operand, |left| right.with(operand, |right| compare(*operator, left, right)))
            }
            Self::Test(value) => value.with(operand, truthy),
        }
    }
}

impl Comparable {
    /// What `use_it` makes of the value.
    fn with<'a>(&self, operand: &dyn Fn(&Operand) -> Json<'a>, use_it: impl FnOnce(&Json<'_>) -> bool) -> bool {
        match self {
            Self::Literal(literal, _) => use_it(&literal.into()),
            Self::Operand(expression) => use_it(&operand(expression)),
        }
    }
}

impl<'a> From<&'a Literal> for Json<'a> {
    fn from(literal: &'a Literal) -> Self {
        match literal {
            Literal::Null => Self::Null,
            Literal::Bool(value) => Self::Bool(*value),
            Literal::Number(number) => Self::Number(number.clone()),
            Literal::String(text) => text.into(),
        }
    }
}

/// Whether the comparison holds ("Criterion Object", ambiguity A2).
///
/// * Absent counts as null. Null equals null and nothing else, and has no order.
/// * Strings are compared without regard to letter case. `<` `<=` `>` `>=` compare them as numbers if both are.
/// * Numbers are compared exactly, also with a string that is a number.
/// * Booleans, lists and objects have no order; lists and objects are equal when all of their parts are.
/// * Any other pair of types is unequal and without order, and `!=` is always the opposite of `==`.
///
/// ```
/// use arazzo_expression::condition::{Operator, compare};
/// use arazzo_expression::json::Json;
///
/// assert!(compare(Operator::Equal, &"Ready".into(), &"READY".into()));
/// assert!(compare(Operator::Less, &9.into(), &"10".into()));
/// assert!(compare(Operator::Equal, &Json::Absent, &Json::Null));
/// ```
pub fn compare(operator: Operator, left: &Json<'_>, right: &Json<'_>) -> bool {
    match operator {
        Operator::Equal => equals(left, right),
        Operator::NotEqual => !equals(left, right),
        Operator::Less => order(left, right) == Some(Ordering::Less),
        Operator::LessOrEqual => order(left, right).is_some_and(Ordering::is_le),
        Operator::Greater => order(left, right) == Some(Ordering::Greater),
        Operator::GreaterOrEqual => order(left, right).is_some_and(Ordering::is_ge),
    }
}

/// Whether a value that stands alone in a condition passes: everything does but `false`, null, what is absent, zero
/// and the empty string (ambiguity A2; only the booleans and null are in the specification).
///
/// ```
/// use arazzo_expression::condition::truthy;
/// use arazzo_expression::json::Json;
///
/// assert!(truthy(&true.into()));
/// assert!(truthy(&Json::Array(vec![])));
/// assert!(!truthy(&Json::Absent));
/// assert!(!truthy(&0.into()));
/// ```
pub fn truthy(value: &Json<'_>) -> bool {
    match Node::Built(value).view() {
        View::Absent | View::Null => false,
        View::Bool(value) => value,
        View::Number(number) => !Numeric::of(number).is_zero(),
        View::String(text) => !text.is_empty(),
        View::List(_) | View::Object(_) => true,
    }
}

fn equals(left: &Json<'_>, right: &Json<'_>) -> bool {
    let (left, right) = (Node::Built(left), Node::Built(right));
    match (left.view(), right.view()) {
        (View::Absent | View::Null, View::Absent | View::Null) => true,
        (View::String(left), View::String(right)) => same_text(left, right),
        (View::Number(number), View::String(text)) | (View::String(text), View::Number(number)) => {
            Numeric::of_text(text).is_some_and(|coerced| coerced.equals(Numeric::of(number)))
        }
        _ => equal(left, right),
    }
}

/// The order of two values, if they have one.
fn order(left: &Json<'_>, right: &Json<'_>) -> Option<Ordering> {
    match (Node::Built(left).view(), Node::Built(right).view()) {
        (View::Number(left), View::Number(right)) => Numeric::of(left).compare(Numeric::of(right)),
        (View::Number(left), View::String(right)) => Numeric::of(left).compare(Numeric::of_text(right)?),
        (View::String(left), View::Number(right)) => Numeric::of_text(left)?.compare(Numeric::of(right)),
        (View::String(left), View::String(right)) => match (Numeric::of_text(left), Numeric::of_text(right)) {
            (Some(left), Some(right)) => left.compare(right),
            _ => Some(order_text(left, right)),
        },
        _ => None,
    }
}

fn same_text(left: &str, right: &str) -> bool {
    if left.is_ascii() && right.is_ascii() { left.eq_ignore_ascii_case(right) } else { folded(left).eq(folded(right)) }
}

fn order_text(left: &str, right: &str) -> Ordering {
    if left.is_ascii() && right.is_ascii() {
        let lower = |byte: u8| byte.to_ascii_lowercase();
        left.bytes().map(lower).cmp(right.bytes().map(lower))
    } else {
        folded(left).cmp(folded(right))
    }
}

/// The characters without their case. The way over upper case brings together what has several lower cases (`ς` and
/// `σ`) or none of one letter (`ß` and `SS`), as Unicode's case folding does; the first step is for `ẞ`, which is its own
/// upper case.
fn folded(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase).flat_map(char::to_uppercase).flat_map(char::to_lowercase)
}
