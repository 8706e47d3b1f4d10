//! Reusable Objects and the components that they stand for.

use crate::support::{answer, compiled, document, found, operations};

const API_RESPONSES: &str = "'200': { description: d }";

/// The tokens of a document whose step and components are these, as text without blanks.
#[track_caller]
fn tokens(step: &str, components: &str) -> String {
    let text = document(&format!("  steps:\n  - stepId: a\n    operationId: find\n{step}components:\n{components}"));
    let compilation = compiled(&text, &operations(API_RESPONSES));
    assert!(!compilation.has_errors(), "{}", compilation.diagnostics[0]);
    compilation.tokens.to_string().replace(' ', "")
}

// Rule C76: a reference stands for the component of that name. Rule C77: `value` takes the place of the component's.
#[test]
fn a_reference_stands_for_its_component_and_may_give_another_value() {
    let step = "    parameters:
    - reference: $components.parameters.id
    - { reference: $components.parameters.why, value: 'because {$inputs.x}' }
";
    let components = "  parameters:
    id: { name: id, in: path, value: seven }
    why: { name: X-Why, in: header, value: nobody sends this }
";
    let inputs = "  inputs: { type: object, required: [x], properties: { x: { type: string } } }\n";
    let text =
        document(&format!("{inputs}  steps:\n  - stepId: a\n    operationId: find\n{step}components:\n{components}"));
    let compilation = compiled(&text, &operations(API_RESPONSES));
    assert_eq!(found(&compilation), [""; 0]);
    let tokens = compilation.tokens.to_string();
    assert!(tokens.contains("\"seven\"") && tokens.contains("because {}") && !tokens.contains("nobody"), "{tokens}");
}

// Rule C80: a component that nobody uses is read, and its expressions mean nothing.
#[test]
fn a_component_that_nobody_uses_has_no_effect() {
    let step = "    parameters:\n    - { name: id, in: path, value: a }\n    - { name: X-Why, in: header, value: b }\n";
    let components = "  parameters:\n    unused: { name: q, in: query, value: $inputs.nothing }\n";
    assert!(!tokens(step, components).contains("nothing"));
}

// Rule R9: a component counts as if it stood where it is named, also when the step takes the place of the workflow's.
#[test]
fn a_step_overrides_a_component_of_its_workflow() {
    let text = document(
        "  parameters:
  - reference: $components.parameters.why
  steps:
  - stepId: a
    operationId: find
    parameters:
    - { name: id, in: path, value: a }
    - { name: x-why, in: header, value: own }
components:
  parameters:
    why: { name: X-Why, in: header, value: common }
",
    );
    let compilation = compiled(&text, &operations(API_RESPONSES));
    assert!(!compilation.has_errors(), "{}", compilation.diagnostics[0]);
    let tokens = compilation.tokens.to_string();
    assert!(tokens.contains("\"own\"") && !tokens.contains("\"common\""), "{tokens}");
}

// Rules C59 and C61: an action of the components is checked in each workflow that uses it, under its own name.
#[test]
fn actions_are_checked_where_they_are_used() {
    let components = "components:
  failureActions:
    back: { name: again, type: goto, stepId: first }
";
    let steps = |first: &str, own: &str| {
        document(&format!(
            "  steps:\n  - stepId: {first}\n    operationId: get\n    onFailure:\n    - reference: $components.failureActions.back\n{own}{components}"
        ))
    };
    let api = operations(&format!("'200': {}", answer("{}")));
    assert_eq!(found(&compiled(&steps("first", ""), &api)), ["warning unbounded_poll w.yml 10:18"]);
    assert_eq!(found(&compiled(&steps("other", ""), &api)), ["error unknown_step w.yml 13:46"]);
    let twice = "    - { name: again, type: end }\n";
    assert_eq!(
        found(&compiled(&steps("first", twice), &api)),
        ["error duplicate_name w.yml 11:15", "warning shadowed_action w.yml 11:15"]
    );
}
