//! Components.

use super::{good, read_text, with_step};

#[test]
fn components() {
    let text = with_step("1.0.1", "")
        + "components:\n  inputs:\n    a b: {type: object}\n    c: 5\n  parameters:\n    p: {name: p, value: 1}\n    q: {reference: $components.parameters.p}\n    r: 5\n  \
           successActions:\n    s: {name: s, type: retry}\n    t: {reference: $components.successActions.s}\n  failureActions:\n    u: {name: u, type: end}\n  schemas: {}\n";
    let (document, complaints) = read_text(&text);
    assert_eq!(
        complaints,
        [
            "invalid_name 11:5 the name `a b` of a component has characters other than letters, digits, `.`, `_` and `-`",
            "wrong_type 12:8 the component `c` must be a map, a JSON Schema, not a number",
            "misplaced_field 15:9 a component cannot be a reference to another one",
            "wrong_type 16:8 the component `r` must be a map, not a number",
            "invalid_value 18:24 a success action cannot `retry`: there is nothing to repeat",
            "misplaced_field 19:9 a component cannot be a reference to another one",
            "unknown_field 22:3 no field `schemas` in a components object",
        ]
    );
    let components = document.expect("it can be read").components;
    let names = |missing: &[bool]| missing.iter().filter(|missing| **missing).count();
    assert_eq!((components.inputs.len(), components.failure_actions.len()), (2, 1));
    let missing: Vec<_> = components.parameters.iter().map(|(_, parameter)| parameter.name.is_missing()).collect();
    assert_eq!((missing.len(), names(&missing)), (3, 2), "each can still be referred to");
    let missing: Vec<_> = components.success_actions.iter().map(|(_, action)| action.name.is_missing()).collect();
    assert_eq!(missing, [false, true]);
}

#[test]
fn a_parameter_among_the_components_may_lack_its_place() {
    let document =
        good(&(with_step("1.0.1", "") + "components: {parameters: {p.q_r-1: {name: p, value: {a: [1]}}}}\n"));
    let (name, parameter) = &document.components.parameters[0];
    assert_eq!(name.value, "p.q_r-1");
    assert_eq!(parameter.value.to_json(), serde_json::json!({"a": [1]}));
}
