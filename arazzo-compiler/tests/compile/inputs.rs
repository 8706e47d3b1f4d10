//! The schema of a workflow's inputs.

use crate::support::{Module, api, compiled, document, found, module, operations};
use arazzo_compiler::source::Memory;
use arazzo_compiler::{Options, compile};
use std::path::Path;

/// A workflow whose inputs are a schema and whose step sends all that `used` names.
fn workflow(inputs: &str, components: &str) -> String {
    let step = "  - stepId: s\n    operationId: post\n    requestBody: { payload: {} }\n";
    let components =
        if components.is_empty() { String::new() } else { format!("components: {{ inputs: {components} }}\n") };
    document(&format!("  inputs: {inputs}\n  steps:\n{step}{components}"))
}

/// The module of a workflow with such inputs.
#[track_caller]
fn inputs(inputs: &str, components: &str) -> Module {
    module(&workflow(inputs, components), &operations("'200': { description: d }"))
}

/// What is found in such inputs, other than that nothing uses them: each with its rule and message.
fn mistakes(inputs: &str, components: &str) -> Vec<String> {
    let compilation = compiled(&workflow(inputs, components), &operations("'200': { description: d }"));
    let others = compilation.diagnostics.iter().filter(|found| found.rule.name != "unused_input");
    others.map(|found| format!("{}: {}", found.rule.name, found.message)).collect()
}

const PERSON: &str = "person: { type: object, required: [id], properties: { id: { type: string }, age: { $ref: '#/components/inputs/age' } } }, \
                      age: { type: integer }";

/// Rule C28: a `$ref` is relative to the root of the document.
#[test]
fn inputs_can_be_components() {
    let text = document(
        "  inputs: { $ref: '#/components/inputs/it' }\n  steps:\n  - stepId: s\n    operationId: find\n    parameters:\n    - { name: id, in: path, value: $inputs.id }\n    - { name: X-Why, in: header, value: $inputs.why }\ncomponents:\n  inputs:\n    it: { type: object, required: [id], properties: { id: { type: string }, why: { type: string } } }\n",
    );
    let api = operations("'200': { description: d }");
    assert_eq!(found(&compiled(&text, &api)), [""; 0]);
    assert_eq!(module(&text, &api).members("Inputs"), ["id: String", "why: Option<String>"]);
}

/// Rule C28: references may stand anywhere in the schema, one behind the other.
#[test]
fn references_may_be_nested() {
    let components = format!("{{ {PERSON}, alias: {{ $ref: '#/components/inputs/person' }} }}");
    let module = inputs(
        "{ type: object, properties: { a: { $ref: '#/components/inputs/alias' }, l: { type: array, items: { $ref: '#/components/inputs/person' } } } }",
        &components,
    );
    assert_eq!(module.members("Inputs"), ["a: Option<InputsA>", "l: Option<Vec<InputsLItem>>"]);
    assert_eq!(module.members("InputsA"), ["id: String", "age: Option<i64>"]);
    assert_eq!(module.members("InputsLItem"), ["id: String", "age: Option<i64>"]);
}

/// Rule C28: what stands beside a `$ref` counts too.
#[test]
fn references_have_siblings() {
    let components = format!("{{ {PERSON} }}");
    let module = inputs(
        "{ $ref: '#/components/inputs/person', required: [name], properties: { name: { type: string } } }",
        &components,
    );
    assert_eq!(module.members("Inputs"), ["name: String", "id: String", "age: Option<i64>"]);
    let module = inputs(
        "{ allOf: [{ $ref: '#/components/inputs/person' }, { type: object, required: [name], properties: { name: { type: string } } }] }",
        &components,
    );
    assert_eq!(module.members("Inputs"), ["id: String", "age: Option<i64>", "name: String"]);
}

/// Rule C16: references by pointer into `$defs`, and by the plain name of an `$anchor`.
#[test]
fn definitions_and_anchors() {
    for reference in ["#/workflows/0/inputs/$defs/zip", "#zip", "#/workflows/0/inputs/%24defs/zip"] {
        let module = inputs(
            &format!(
                "{{ type: object, properties: {{ z: {{ $ref: '{reference}' }} }}, $defs: {{ zip: {{ $anchor: zip, type: integer }} }} }}"
            ),
            "",
        );
        assert_eq!(module.members("Inputs"), ["z: Option<i64>"], "{reference}");
    }
    // The anchor of the same schema comes first.
    let here = "{ type: object, properties: { z: { $ref: '#zip' } }, $defs: { a: { $anchor: zip, type: integer } } }";
    let there = "{ other: { $anchor: zip, type: string } }";
    assert_eq!(inputs(here, there).members("Inputs"), ["z: Option<i64>"]);
    assert_eq!(
        inputs("{ type: object, properties: { z: { $ref: '#zip' } } }", there).members("Inputs"),
        ["z: Option<String>"]
    );
}

/// Rule C16: references that lead nowhere.
#[test]
fn references_that_lead_nowhere() {
    let at = |reference: &str| {
        format!(
            "{{ type: object, properties: {{ z: {{ $ref: '{reference}' }} }}, $defs: {{ zip: {{ $anchor: zip }} }} }}"
        )
    };
    let twice = "{ a: { $anchor: both }, b: { $anchor: both } }";
    for (reference, message) in [
        ("#zap", "`#zap` leads nowhere: no schema says `$anchor: zap`"),
        ("#/$defs/zip", "`#/$defs/zip` leads nowhere: there is no `$defs`"),
        ("#both", "`#both` could be one of several: `$anchor: both` is there more than once"),
        ("$components.inputs.a", "`$components.inputs.a` is an expression, and `$ref` takes a URL"),
        ("#components/inputs/a", "`#components/inputs/a` is not a JSON Pointer into a document"),
    ] {
        assert_eq!(mistakes(&at(reference), twice), [format!("invalid_reference: {message}")]);
    }
}

/// Rule C16: a schema may stand in another file, and refer to others there.
#[test]
fn references_lead_to_other_files() {
    let text = workflow("{ $ref: 'schemas/a.yml#/$defs/it' }", "");
    let api = operations("'200': { description: d }");
    let files = Memory::of([
        ("w.yml", text.as_str()),
        ("api.yml", api.as_str()),
        (
            "schemas/a.yml",
            "$defs: { it: { type: object, properties: { b: { $ref: b.yml }, c: { $ref: '#c' } } }, c: { $anchor: c, type: number } }",
        ),
        ("schemas/b.yml", "{ type: integer }"),
    ]);
    let compilation = compile(Path::new("w.yml"), &Options { reader: &files, ..Options::default() });
    assert!(!compilation.has_errors(), "{:?}", compilation.diagnostics);
    let module = Module::of(compilation.tokens, "w").expect("the workflow is there");
    assert_eq!(module.members("Inputs"), ["b: Option<i64>", "c: Option<f64>"]);
    assert!(compilation.files.iter().any(|file| file.ends_with("b.yml")));
}

/// A schema inside itself is legal; below the second time it is any value.
#[test]
fn recursion_ends_as_any_value() {
    let module = inputs(
        "{ $ref: '#/components/inputs/tree' }",
        "{ tree: { type: object, properties: { name: { type: string }, children: { type: array, items: { $ref: '#/components/inputs/tree' } } } } }",
    );
    assert_eq!(module.members("Inputs"), ["name: Option<String>", "children: Option<Vec<InputsChildrenItem>>"]);
}

/// References that lead to each other and nowhere else say nothing.
#[test]
fn circles_are_refused() {
    for components in [
        "{ a: { $ref: '#/components/inputs/b' }, b: { $ref: '#/components/inputs/a' } }",
        "{ a: { allOf: [{ $ref: '#/components/inputs/a' }] } }",
        "{ a: { type: object, anyOf: [{ $ref: '#/components/inputs/a' }, { type: 'null' }] } }",
    ] {
        let found = mistakes("{ $ref: '#/components/inputs/a' }", components);
        assert_eq!(found, ["invalid_reference: the `$ref`s from here lead in a circle"], "{components}");
    }
}

/// An output that is an input has its type, in whichever part of the schema that is.
#[test]
fn outputs_see_through_references() {
    let text = document(
        "  inputs: { allOf: [{ $ref: '#/components/inputs/p' }] }\n  steps:\n  - stepId: s\n    operationId: get\n  outputs: { a: $inputs.q.r }\ncomponents: { inputs: { p: { type: object, required: [q], properties: { q: { $ref: '#q' } } }, q: { $anchor: q, type: object, required: [r], properties: { r: { type: boolean } } } } }\n",
    );
    assert_eq!(module(&text, &api("{}")).members("Outputs"), ["a: bool"]);
}

/// Rule C94: a member of an input is declared too, as deep as its schema says what there is.
#[test]
fn members_of_inputs_are_declared() {
    let inputs = "  inputs: { type: object, properties: { c: { $ref: '#/components/inputs/c' }, n: { type: [integer, 'null'] }, \
                  l: { type: array, items: { $ref: '#/components/inputs/c' } }, m: { type: object, additionalProperties: { type: object, properties: { a: {} } } }, v: {} } }\n";
    let components = "components: { inputs: { c: { type: object, properties: { name: { type: string }, address: { type: object, properties: { city: { type: string } } } } } } }\n";
    let mistakes = |expression: &str| -> Vec<String> {
        let text = document(&format!(
            "{inputs}  steps:\n  - stepId: s\n    operationId: get\n  outputs: {{ o: '{expression}' }}\n{components}"
        ));
        let compilation = compiled(&text, &api("{}"));
        let errors = compilation.diagnostics.iter().filter(|found| found.rule.name == "unknown_input");
        errors.map(|found| found.message.clone()).collect()
    };
    for (expression, message) in [
        ("$inputs.c#/nme", "the input `c` has no member `nme`"),
        ("$inputs.c.nme", "the input `c` has no member `nme`"),
        ("$inputs.c#/address/town", "`address` of the input `c` has no member `town`"),
        ("$inputs.l#/0/nme", "`0` of the input `l` has no member `nme`"),
        ("$inputs.l[0].nme", "an element of the input `l` has no member `nme`"),
        ("$inputs.m#/any/b", "`any` of the input `m` has no member `b`"),
        ("$inputs.c#/name/first", "`name` of the input `c` is a string and has no member `first`"),
        ("$inputs.n#/a", "the input `n` is an integer and has no member `a`"),
    ] {
        assert_eq!(mistakes(expression), [message], "{expression}");
    }
    for right in [
        "$inputs.c#/name",
        "$inputs.c.address.city",
        "$inputs.c.name.length",
        "$inputs.l.length",
        "$inputs.l[0].name",
        "$inputs.l#/0/address",
        "$inputs.m#/any/a/b/c",
        "$inputs.v#/a/0",
    ] {
        assert_eq!(mistakes(right), [""; 0], "{right}");
    }
}
