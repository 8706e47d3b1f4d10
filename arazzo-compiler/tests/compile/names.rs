//! Names of documents as names of Rust.

use crate::support::{Module, api, compiled, document, found, module};

#[test]
fn names_become_identifiers() {
    let names = ["plainName", "kebab-name", "type", "self", "2nd", "dotted.name", "UPPER", "r#gen", "größe"];
    let properties: Vec<String> = names.iter().map(|name| format!("'{name}': {{ type: string }}")).collect();
    let text = document(&format!(
        "  inputs: {{ type: object, properties: {{ {} }} }}\n  steps:\n  - stepId: s\n    operationId: get\n",
        properties.join(", ")
    ));
    let members = ["plain_name", "kebab_name", "r#type", "self_", "_2nd", "dotted_name", "upper", "r_gen", "größe"];
    let expected: Vec<String> = members.iter().map(|name| format!("{name}: Option<String>")).collect();
    assert_eq!(module(&text, &api("{}")).members("Inputs"), expected);
}

#[test]
fn ends_and_workflows_too() {
    for (id, name) in
        [("get-all", "get_all"), ("getAll", "get_all"), ("match", "r#match"), ("Self", "self_"), ("1st", "_1st")]
    {
        let text =
            document("  steps:\n  - stepId: s\n    operationId: get\n    onFailure: [{ name: not-2-be, type: end }]\n")
                .replace("workflowId: w", &format!("workflowId: {id}"));
        let compilation = compiled(&text, &api("{}"));
        assert_eq!(found(&compilation), [""; 0], "{id}");
        let module = Module::of(compilation.tokens, name).unwrap_or_else(|| panic!("no module `{name}` for `{id}`"));
        assert_eq!(module.members("End"), ["Completed", "Not2Be"]);
    }
}

#[test]
fn names_that_meet_are_refused_with_both() {
    let text = document(
        "  inputs: { type: object, properties: { a-b: {}, aB: {} } }
  steps:
  - stepId: s
    operationId: get
    onFailure:
    - { name: x.y, type: end, criteria: [{ condition: $statusCode == 404 }] }
    - { name: x-y, type: end }
    outputs: { all: $response.body }
  outputs:
    one: $steps.s.outputs.all
    One: $steps.s.outputs.all
    '...': $steps.s.outputs.all
",
    );
    let compilation = compiled(&text, &api("{}"));
    let expected = [
        "error name_collision w.yml 6:50",
        "error name_collision w.yml 12:15",
        "error name_collision w.yml 16:5",
        "error unnameable w.yml 17:5",
    ];
    assert_eq!(found(&compilation), expected);
    let firsts: Vec<(usize, usize)> = compilation
        .diagnostics
        .iter()
        .filter_map(|found| found.labels.first())
        .map(|label| (label.line, label.column))
        .collect();
    assert_eq!(firsts, [(6, 41), (11, 15), (15, 5)]);
    assert!(compilation.tokens.is_empty(), "a stub without these names would give second errors");
}

#[test]
fn steps_and_their_outputs_may_meet() {
    let text = document(
        "  steps:
  - stepId: a-b
    operationId: get
    outputs: { x-y: $response.body, xY: $statusCode }
  - stepId: aB
    operationId: get
    outputs: { x: $response.body }
  outputs: { a: $steps.a-b.outputs.xY, b: $steps.a-b.outputs.x-y, c: $steps.aB.outputs.x }
",
    );
    assert_eq!(module(&text, &api("{}")).members("Outputs"), ["a: i64", "b: Value", "c: Value"]);
}

#[test]
fn types_are_named_by_their_path() {
    let text = document(
        "  inputs:
    type: object
    properties:
      a: { type: object, properties: { b: { type: object, properties: { c: { type: string } } } } }
      type: { type: object, properties: { self: { enum: [type, Self] } } }
  steps:
  - stepId: s
    operationId: get
",
    );
    let module = module(&text, &api("{}"));
    assert_eq!(module.items("Inputs"), ["Inputs", "InputsAB", "InputsA", "InputsTypeSelf", "InputsType"]);
    assert_eq!(module.members("InputsTypeSelf"), ["Type", "Self_"]);
}
