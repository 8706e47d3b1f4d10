//! The order in which the steps of a workflow run (Arazzo 1.1, "Step Object", `dependsOn`).

use crate::document::{Action, Criterion, Output, OutputValue, Parameter, Reusable, Step, Workflow};
use crate::yaml::{Kind, Node};

/// Puts the steps of a workflow that uses `dependsOn` behind those that they depend on, and behind those whose outputs they
/// read; otherwise they stay in the order of the document (requirements, A25). Where they lead in a circle, which is reported
/// elsewhere, they stay as they are.
pub(super) fn put_in_order(workflow: &mut Workflow) {
    let steps = &workflow.steps;
    if steps.iter().all(|step| step.depends_on.is_empty()) {
        return;
    }
    let own = format!("$workflows.{}.steps.", workflow.id.value);
    let place = |id: &str| {
        let id = id.strip_prefix(&own).unwrap_or(id);
        steps.iter().position(|step| step.id.value == id)
    };
    let declared: Vec<Vec<usize>> =
        steps.iter().map(|step| step.depends_on.iter().filter_map(|entry| place(&entry.value)).collect()).collect();
    let read = |(step, declared): (&Step, &Vec<usize>)| {
        let mut before = declared.clone();
        visit_texts(step, &mut |text| {
            for part in text.split("$steps.").skip(1) {
                let id = part.split('.').next().unwrap_or_default();
                before.extend(place(id).filter(|other| steps[*other].id.value != step.id.value));
            }
        });
        before
    };
    let all: Vec<Vec<usize>> = steps.iter().zip(&declared).map(read).collect();
    // Outputs that are read in a circle are those of a loop, which has an order of its own.
    let Some(order) = sorted(&all).or_else(|| sorted(&declared)) else { return };
    let mut steps: Vec<Option<Step>> = std::mem::take(&mut workflow.steps).into_iter().map(Some).collect();
    workflow.steps = order.into_iter().filter_map(|place| steps[place].take()).collect();
}

/// The places in an order in which each comes behind those that it needs, and otherwise as early as it stands. `None` when
/// there is none.
fn sorted(before: &[Vec<usize>]) -> Option<Vec<usize>> {
    let mut order = Vec::new();
    while order.len() < before.len() {
        let is_ready = |place: &usize| before[*place].iter().all(|other| order.contains(other));
        let next = (0..before.len()).filter(|place| !order.contains(place)).find(is_ready)?;
        order.push(next);
    }
    Some(order)
}

/// Every text of a step that can hold an expression.
fn visit_texts(step: &Step, visit: &mut dyn FnMut(&str)) {
    parameters(&step.parameters, visit);
    if let Some(body) = &step.request_body {
        body.payload.iter().for_each(|node| texts(node, visit));
        for replacement in &body.replacements {
            visit(&replacement.target.value);
            texts(&replacement.value, visit);
        }
    }
    step.success_criteria.iter().for_each(|criterion| of_criterion(criterion, visit));
    for action in step.on_success.iter().chain(&step.on_failure) {
        if let Reusable::Inline(Action { criteria, parameters: own, .. }) = action {
            criteria.iter().for_each(|criterion| of_criterion(criterion, visit));
            parameters(own, visit);
        }
    }
    for Output { value, .. } in &step.outputs {
        match value {
            OutputValue::Expression(text) => visit(&text.value),
            OutputValue::Selector(selector) => visit(&selector.context.value),
        }
    }
}

fn parameters(list: &[Reusable<Parameter>], visit: &mut dyn FnMut(&str)) {
    for parameter in list {
        match parameter {
            Reusable::Inline(parameter) => texts(&parameter.value, visit),
            Reusable::Reference { value, .. } => value.iter().for_each(|node| texts(node, visit)),
        }
    }
}

fn of_criterion(criterion: &Criterion, visit: &mut dyn FnMut(&str)) {
    visit(&criterion.condition.value);
    criterion.context.iter().for_each(|context| visit(&context.value));
}

fn texts(node: &Node, visit: &mut dyn FnMut(&str)) {
    match &node.kind {
        Kind::String(scalar) => visit(&scalar.text),
        Kind::List(elements) => elements.iter().for_each(|element| texts(element, visit)),
        Kind::Map(map) => map.iter().for_each(|(_, value)| texts(value, visit)),
        Kind::Null | Kind::Bool(_) | Kind::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::sorted;

    #[test]
    fn each_comes_behind_what_it_needs_and_else_where_it_stands() {
        assert_eq!(sorted(&[vec![], vec![], vec![]]), Some(vec![0, 1, 2]));
        assert_eq!(sorted(&[vec![2], vec![], vec![]]), Some(vec![1, 2, 0]));
        assert_eq!(sorted(&[vec![], vec![3], vec![], vec![0]]), Some(vec![0, 2, 3, 1]));
        assert_eq!(sorted(&[vec![1], vec![0]]), None);
    }
}
