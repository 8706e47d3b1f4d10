//! Comparisons of which the outcome is known while compiling.

use super::impossible::{Impossible, outcome};
use super::logic::{Comparison, Logic};
use crate::diagnostic::{Diagnostics, Level, rules};
use crate::library::Library;
use crate::openapi::{Operation, Statuses};
use crate::resolve::{Criterion, Reference, Root, Step, Test, Value, listed};
use crate::types::{Known, Surroundings, known_at};

/// What a comparison asks of a value of the run can be so, by the schema of that.
pub(super) fn values_exist<'a>(
    place: usize,
    around: Surroundings<'_, 'a>,
    library: &Library<'a, '_>,
    diagnostics: &mut Diagnostics,
) {
    for (number, step) in around.workflows[place].steps.iter().enumerate() {
        let is_guess = step.call.as_ref().is_some_and(|call| call.guessed);
        for (criterion, at) in own_criteria(number, step) {
            // Of queries all parts are looked at, in `queries`.
            if matches!(criterion.test, Some(Test::Query { .. })) {
                continue;
            }
            let logic = Logic::of(criterion);
            for comparison in logic.comparisons() {
                let Some(reference) = comparison.reference() else { continue };
                let is_of_response = !matches!(reference.root, Root::Input(_));
                if is_guess && is_of_response {
                    continue;
                }
                let Known::Schema(schema) = known_at(at, place, around, library, reference) else { continue };
                if let Some(impossible) = Impossible::of(comparison, schema, library) {
                    let level = if is_of_response { Level::Warning } else { Level::Error };
                    impossible.report(level, criterion.span, diagnostics);
                }
            }
        }
    }
}

/// A status is a number of three digits.
pub(super) fn statuses_exist(step: &Step<'_>, diagnostics: &mut Diagnostics) {
    let actions = step.actions();
    for criterion in step.criteria.iter().chain(actions.flat_map(|action| &action.criteria)) {
        let logic = Logic::of(criterion);
        for comparison in logic.comparisons().into_iter().filter(|comparison| comparison.is_equality()) {
            let Some((_, literal)) = comparison.sides().filter(|(reference, _)| is_status(reference)) else {
                continue;
            };
            let text = match literal {
                Value::Number(number) => number.to_string(),
                Value::String(text) => text.clone(),
                _ => continue,
            };
            if (100..=999).any(|status: u16| comparison.is_equal(&status.into())) {
                continue;
            }
            let message = format!("no response has the status `{text}`, so that {}", outcome(comparison.operator));
            let finding = diagnostics.report(&rules::IMPOSSIBLE_STATUS, criterion.span, message);
            let declared = step.call.as_ref().map(|call| declared(&call.operation)).unwrap_or_default();
            let is_near = |status: &&u16| {
                let status = status.to_string();
                !text.is_empty() && (status.starts_with(&text) || text.starts_with(&status))
            };
            if let Some(class) = class(&text) {
                finding.help(format!("write `$statusCode >= {class}00 && $statusCode <= {class}99`"));
            } else if text.parse::<u16>().is_ok_and(|status| (100..=999).contains(&status)) {
                finding.help(format!("a status is a number: write `{text}` without quotes"));
            } else if let Some(near) = declared.iter().find(is_near) {
                finding.label(format!("did you mean `{near}`?"));
            } else {
                finding.help("a status is a number from 100 to 599");
            }
        }
    }
}

/// What only a status meets that the operation does not declare is never met. Errors may always come, from the server or
/// from what stands before it, whatever the description lists.
pub(super) fn statuses_are_declared(step: &Step<'_>, diagnostics: &mut Diagnostics) {
    let Some(call) = step.call.as_ref().filter(|call| !call.guessed) else { return };
    let operation = &call.operation;
    if operation.responses.is_empty() || declares_all(operation) {
        return;
    }
    for (criterion, _) in own_criteria(0, step) {
        let logic = Logic::of(criterion);
        let asks = |comparison: &Comparison| comparison.sides().is_some_and(|(reference, _)| is_status(reference));
        if !logic.comparisons().into_iter().any(asks) {
            continue;
        }
        let may_hold = |status: u16| {
            let holds =
                |comparison: &Comparison| asks(comparison).then(|| comparison.holds_for(&status.into())).flatten();
            logic.evaluate(&holds) != Some(false)
        };
        let is_declared = |status: u16| {
            operation.responses.iter().any(|response| match response.statuses {
                Statuses::Exactly(exact) => exact == status,
                Statuses::Class(class) => status / 100 == class,
                Statuses::Default => true,
            })
        };
        let can_come = |status: u16| (400..600).contains(&status) || is_declared(status);
        let mut all = 100..=999;
        if all.clone().any(|status| can_come(status) && may_hold(status)) {
            continue;
        }
        // What no status at all meets is another finding.
        let Some(status) = all.find(|status| may_hold(*status)) else { continue };
        let id = operation.id.map_or_else(|| format!("{} {}", operation.method, operation.path), str::to_owned);
        let message = format!("`{id}` declares no response with the status {status}, so that this is never met");
        let list: Vec<String> = operation.responses.iter().filter_map(|response| shown(response.statuses)).collect();
        let list: Vec<&str> = list.iter().map(String::as_str).collect();
        diagnostics
            .report(&rules::UNDECLARED_STATUS, criterion.span, message)
            .help(format!("its description has {}", listed(&list)))
            .note("where the description is incomplete, add the response there");
    }
}

/// The criteria that stand in the step itself, and where their expressions are read. Those of the workflow and of
/// components are for several steps, of which each knows other values.
pub(super) fn own_criteria<'s>(
    number: usize,
    step: &'s Step<'_>,
) -> impl Iterator<Item = (&'s Criterion, Option<usize>)> {
    let on_success = step.on_success.iter().flat_map(|action| &action.criteria);
    let on_failure = step.on_failure.iter().flat_map(|action| &action.criteria);
    // Of the response to a failure nothing is known.
    let at_success = step.criteria.iter().chain(on_success).map(move |criterion| (criterion, Some(number)));
    let all = at_success.chain(on_failure.map(|criterion| (criterion, None)));
    all.filter(|(criterion, _)| step.written.span.contains(criterion.span))
}

fn is_status(reference: &Reference) -> bool {
    reference.root == Root::Status && reference.path.is_empty()
}

fn declared(operation: &Operation<'_>) -> Vec<u16> {
    let exact = operation.responses.iter().filter_map(|response| match response.statuses {
        Statuses::Exactly(status) => Some(status),
        _ => None,
    });
    exact.collect()
}

fn declares_all(operation: &Operation<'_>) -> bool {
    operation.responses.iter().any(|response| response.statuses == Statuses::Default)
}

fn shown(statuses: Statuses) -> Option<String> {
    match statuses {
        Statuses::Exactly(status) => Some(status.to_string()),
        Statuses::Class(class) => Some(format!("{class}XX")),
        Statuses::Default => None,
    }
}

/// The first digit of `2XX`.
fn class(text: &str) -> Option<char> {
    let (first, rest) = (text.chars().next()?, text.get(1..)?);
    (('1'..='5').contains(&first) && rest.eq_ignore_ascii_case("xx")).then_some(first)
}
