//! Filters of objects: whether a query is asked about an object is a matter of types.

use super::Type;
use super::outputs::{Known, Surroundings, known_at};
use crate::diagnostic::rules;
use crate::flow::Flow;
use crate::library::Library;
use crate::openapi::SchemaKind;
use crate::resolve::{Criterion, Readings, Test, Workflow};
use crate::source::Span;

/// Decides of each query with a filter at its beginning what it is asked about. Of lists, and of objects that are used as
/// maps, it means what RFC 9535 says; otherwise the reading `object_filter` is needed.
pub(crate) fn object_filters<'a>(workflows: &mut [Workflow<'a>], library: &Library<'a, '_>, readings: &mut Readings) {
    let mut plain = Vec::new();
    let flows: Vec<Flow> = workflows.iter().map(Flow::of).collect();
    let around = Surroundings { workflows, flows: &flows };
    for place in 0..around.workflows.len() {
        collect_plain(place, around, library, &mut plain);
    }
    for step in workflows.iter_mut().flat_map(|workflow| &mut workflow.steps) {
        let actions = step.on_success.iter_mut().chain(&mut step.on_failure);
        for criterion in step.criteria.iter_mut().chain(actions.flat_map(|action| &mut action.criteria)) {
            decide(criterion, &plain, readings);
        }
    }
}

/// The criteria of a workflow that need no reading.
fn collect_plain<'a>(place: usize, around: Surroundings<'_, 'a>, library: &Library<'a, '_>, plain: &mut Vec<Span>) {
    for (number, step) in around.workflows[place].steps.iter().enumerate() {
        let on_failure = step.on_failure.iter().flat_map(|action| &action.criteria);
        let on_success = step.on_success.iter().flat_map(|action| &action.criteria);
        // Of the response to a failure nothing is known.
        let criteria = step.criteria.iter().chain(on_success).map(|criterion| (criterion, Some(number)));
        for (criterion, at) in criteria.chain(on_failure.map(|criterion| (criterion, None))) {
            let Some(Test::Query { context, for_object: Some(_), .. }) = &criterion.test else { continue };
            let is_plain = match known_at(at, place, around, library, context) {
                Known::Schema(schema) => matches!(schema.kind(), SchemaKind::List(_) | SchemaKind::Map(Some(_))),
                Known::Type(Type::List(_) | Type::Map(_)) => true,
                Known::Type(_) | Known::Nothing => false,
            };
            if is_plain {
                plain.push(criterion.span);
            }
        }
    }
}

fn decide(criterion: &mut Criterion, plain: &[Span], readings: &mut Readings) {
    let span = criterion.span;
    let Some(Test::Query { for_object, .. }) = &mut criterion.test else { return };
    if plain.contains(&span) {
        *for_object = None;
    }
    if let Some(portable) = for_object {
        readings.add(&rules::OBJECT_FILTER, span, &format!("portable: `{portable}`"));
    }
}
