//! The inputs that workflows give to each other, as far as they are known while compiling.

use crate::constraint::Constraints;
use crate::diagnostic::{Diagnostics, rules};
use crate::resolve::{Argument, Workflow};

/// Rule 53: what is given as it stands is as the schema of the inputs asks.
pub(crate) fn constants_fit(
    workflow: &Workflow<'_>,
    workflows: &[Workflow<'_>],
    constraints: &[Constraints],
    diagnostics: &mut Diagnostics,
) {
    for step in &workflow.steps {
        for (callee, arguments) in step.given() {
            for argument in arguments {
                constant_fits(argument, &workflows[callee], &constraints[callee], diagnostics);
            }
        }
    }
}

fn constant_fits(
    argument: &Argument<'_>,
    callee: &Workflow<'_>,
    constraints: &Constraints,
    diagnostics: &mut Diagnostics,
) {
    // One that two actions share is reported once, and one whose value could not be read has been.
    if diagnostics.is_reported(argument.span) {
        return;
    }
    let property = callee.inputs.and_then(|inputs| inputs.property(argument.name));
    let (Some(value), Some(property)) = (argument.value.constant(), property) else { return };
    let mut reasons: Vec<String> = Vec::new();
    for violation in constraints.violations(property, &value) {
        let at = if violation.path.is_empty() { String::new() } else { format!("/{} ", violation.path.join("/")) };
        let reason = format!("{at}{}", violation.message);
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    if reasons.is_empty() {
        return;
    }
    let (name, id) = (argument.name, &callee.written.id.value);
    let message = format!("the input `{name}` of the workflow `{id}` {}", reasons.join("; "));
    diagnostics.error(&rules::UNFIT_INPUT, argument.span, message).also(property.at.node.span, "its schema");
}
