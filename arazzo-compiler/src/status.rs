//! What criteria say about the status of a response, whatever else it holds.

use crate::openapi::{Operation, Response, Statuses};
use crate::resolve::{Condition, Criterion, Root, Step, Test, Value, Written};
use arazzo_expression::condition::Operator;
use serde_json::Number;

/// The statuses for which criteria hold together; `None` when that depends on more than the status.
pub(crate) fn admitted(criteria: &[Criterion]) -> Option<Vec<u16>> {
    let mut admitted = Vec::new();
    for status in 100..600 {
        if all(criteria, status)? {
            admitted.push(status);
        }
    }
    Some(admitted)
}

/// Whether criteria hold together at a status; `None` when that depends on more than the status.
pub(crate) fn all(criteria: &[Criterion], status: u16) -> Option<bool> {
    let criteria: Vec<_> = criteria.iter().map(|criterion| decide(criterion, status)).collect();
    if criteria.contains(&Some(false)) {
        return Some(false);
    }
    criteria.iter().all(Option::is_some).then_some(true)
}

/// The statuses with which a step can succeed by its criteria; by default it does with those from 200 to 299.
pub(crate) fn of_success(step: &Step<'_>) -> Vec<u16> {
    let succeeds = |status: &u16| match step.criteria.is_empty() {
        true => (200..300).contains(status),
        false => all(&step.criteria, *status) != Some(false),
    };
    (100..600).filter(succeeds).collect()
}

/// Those of some statuses that an operation declares by responses that count; all where it declares none of them.
pub(crate) fn declared<'a>(
    statuses: Vec<u16>,
    operation: &Operation<'a>,
    counts: impl Fn(&Response<'a>) -> bool,
) -> Vec<u16> {
    let is_declared = |status: &u16| {
        operation.responses.iter().filter(|response| counts(response)).any(|response| match response.statuses {
            Statuses::Exactly(exact) => exact == *status,
            Statuses::Class(class) => status / 100 == class,
            Statuses::Default => false,
        })
    };
    let declared: Vec<u16> = statuses.iter().copied().filter(is_declared).collect();
    if declared.is_empty() { statuses } else { declared }
}

/// Whether a criterion holds at a status; `None` when that depends on more than the status.
pub(crate) fn decide(criterion: &Criterion, status: u16) -> Option<bool> {
    match &criterion.test {
        Some(Test::Simple(condition)) => of_condition(condition, status),
        Some(Test::Regex { context, pattern: Written::Fixed(pattern) })
            if context.root == Root::Status && context.path.is_empty() =>
        {
            regex_lite::Regex::new(pattern).ok().map(|regex| regex.is_match(&status.to_string()))
        }
        _ => None,
    }
}

/// The value of a condition at a status, where that is all it depends on.
fn of_condition(condition: &Condition, status: u16) -> Option<bool> {
    match condition {
        Condition::Or(parts) => {
            let parts: Vec<_> = parts.iter().map(|part| of_condition(part, status)).collect();
            if parts.contains(&Some(true)) {
                return Some(true);
            }
            parts.iter().all(Option::is_some).then_some(false)
        }
        Condition::And(parts) => {
            let parts: Vec<_> = parts.iter().map(|part| of_condition(part, status)).collect();
            if parts.contains(&Some(false)) {
                return Some(false);
            }
            parts.iter().all(Option::is_some).then_some(true)
        }
        Condition::Not(inner) => of_condition(inner, status).map(|value| !value),
        Condition::Compare(operator, left, right) => {
            let json = |value: &Value| match value {
                Value::Expression(reference) if reference.root == Root::Status && reference.path.is_empty() => {
                    Some(serde_json::Value::Number(Number::from(status)))
                }
                Value::Number(number) => Some(serde_json::Value::Number(number.clone())),
                Value::String(text) => Some(serde_json::Value::String(text.clone())),
                _ => None,
            };
            let (left, right) = (json(left)?, json(right)?);
            Some(compare(*operator, left, right))
        }
        Condition::Test(_) => None,
    }
}

fn compare(operator: Operator, left: serde_json::Value, right: serde_json::Value) -> bool {
    arazzo_expression::condition::compare(operator, &left.into(), &right.into())
}
