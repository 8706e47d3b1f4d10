//! Schemas that leave a choice, and what is sent as one of the alternatives and read of them.

use crate::support::{answer, messages};

const PETS: &str = "
    Pet: { oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }], discriminator: { propertyName: kind } }
    Cat: { title: Cat, type: object, required: [kind, name, lives], properties: { kind: { const: cat }, name: { type: string }, lives: { type: integer, maximum: 9 } } }
    Dog: { title: Dog, type: object, required: [kind, name], properties: { kind: { const: dog }, name: { type: string }, tricks: { type: array, items: { type: string } } } }
    Tree: { anyOf: [{ type: string }, { type: object, required: [left, right], properties: { left: { $ref: '#/components/schemas/Tree' }, right: { $ref: '#/components/schemas/Tree' } } }] }
    Problem: { type: object, properties: { error: { type: object, properties: { code: { type: string }, reason: { type: string } } } } }
";

/// A step that sends something to an operation whose body and answer have these schemas.
fn step(sent: &str, answers: &str, lines: &str) -> Vec<String> {
    let api = format!(
        "openapi: 3.1.0
info: {{ title: t, version: '1' }}
servers: [{{ url: 'https://t.example' }}]
paths:
  /pets:
    put:
      operationId: put
      requestBody:
        content:
          application/json: {{ schema: {sent} }}
          application/merge-patch+json: {{ schema: {sent} }}
      responses: {{ {answers} }}
components:
  schemas:{PETS}"
    );
    let lines: String = lines.lines().map(|line| format!("    {line}\n")).collect();
    messages(
        &format!(
            "  inputs: {{ type: object, properties: {{ any: {{}} }} }}\n  steps:\n  - stepId: s\n    operationId: put\n{lines}"
        ),
        &api,
    )
}

fn sent(schema: &str, payload: &str) -> Vec<String> {
    let lines = format!("requestBody: {{ contentType: application/json, payload: {payload} }}");
    step(schema, "'200': { description: d }", &lines)
}

const PET: &str = "{ $ref: '#/components/schemas/Pet' }";

#[test]
fn what_is_sent_fits_an_alternative() {
    for (schema, payload, expected) in [
        (
            "{ oneOf: [{ type: string }, { type: integer }] }",
            "true",
            "unfit_value: the request body must be a string or an integer, and this is a boolean",
        ),
        (
            "{ type: array, items: { anyOf: [{ type: string }, { type: object }] } }",
            "[5]",
            "unfit_value: `/0` of the request body must be a string or an object, and this is a number",
        ),
        (PET, "{ kind: cat, name: Tom, lives: 12 }", "unfit_value: `/lives` of the request body must be at most 9"),
        (PET, "{ kind: cat, name: Tom }", "missing_property: the request body lacks `lives`, which is required"),
        (PET, "{ name: Tom }", "missing_property: the request body lacks `kind`, which is required"),
        (
            PET,
            "{ kind: cow, name: Tom, lives: 1 }",
            "unfit_value: `cow` is none of the values of `/kind` of the request body",
        ),
        (
            "{ oneOf: [{ type: string, minLength: 3 }, { type: string, maxLength: 1 }] }",
            "ab",
            "unfit_value: the request body fits none of the alternatives of its schema",
        ),
        (
            "{ anyOf: [{ anyOf: [{ type: string }, { type: integer }] }, { type: boolean }] }",
            "[1]",
            "unfit_value: the request body fits none of the alternatives of its schema",
        ),
        (
            "{ anyOf: [{ type: object, required: [a], properties: { a: { enum: [x, y] } } }, { type: object, required: [b], properties: { b: {} } }] }",
            "{ a: z }",
            "unfit_value: `z` is none of the values of `/a` of the request body",
        ),
        (PET, "[]", "unfit_value: the request body must be an object, and this is a list"),
        (
            "{ type: object, properties: { pet: { $ref: '#/components/schemas/Pet' } } }",
            "{ pet: { kind: dog, name: Rex, tricks: sit } }",
            "unfit_value: `/pet/tricks` of the request body must be a list, and this is a string",
        ),
        (
            "{ $ref: '#/components/schemas/Tree' }",
            "{ left: a, right: { left: b, right: { left: 5, right: c } } }",
            "unfit_value: `/right/right/left` of the request body must be a string or an object, and this is a number",
        ),
    ] {
        assert_eq!(sent(schema, payload), [expected], "{schema} {payload}");
    }
}

#[test]
fn what_fits_an_alternative_or_is_not_known_is_no_mistake() {
    for (schema, payload) in [
        ("{ oneOf: [{ type: string }, { type: integer }] }", "5"),
        ("{ oneOf: [{ type: string }, { type: integer }] }", "x"),
        ("{ oneOf: [{ type: string }, { type: 'null' }, { type: integer }] }", "null"),
        ("{ anyOf: [{ type: string }, {}] }", "5"),
        ("{ anyOf: [{ type: string }, { $ref: '#/components/schemas/Nowhere' }] }", "5"),
        (PET, "{ kind: cat, name: Tom, lives: 9 }"),
        (PET, "{ kind: dog, name: Rex, tricks: [sit] }"),
        (PET, "{ kind: $inputs.any, name: Rex, lives: 9 }"),
        (PET, "{ kind: cat, name: Rex, lives: $inputs.any }"),
        ("{ $ref: '#/components/schemas/Tree' }", "{ left: a, right: { left: b, right: c } }"),
        ("{ oneOf: [{ required: [a] }, { required: [b] }] }", "{ a: 1 }"),
    ] {
        let found = sent(schema, payload);
        let found: Vec<_> = found.iter().filter(|line| !line.starts_with("invalid_reference")).collect();
        assert_eq!(found, [""; 0], "{schema} {payload}");
    }
    // A tree of any size is looked at in bounded time.
    let deep = (0..40).fold("a".to_owned(), |tree, _| format!("{{ left: b, right: {tree} }}"));
    assert_eq!(sent("{ $ref: '#/components/schemas/Tree' }", &deep), [""; 0]);
}

#[test]
fn a_merge_patch_may_leave_out_what_is_required() {
    let patch = |payload: &str| {
        let lines = format!("requestBody: {{ contentType: application/merge-patch+json, payload: {payload} }}");
        let schema = "{ type: object, required: [spec], properties: { name: { type: string }, spec: { type: object, required: [a, b], properties: { a: { type: string }, b: { type: string } } } } }";
        step(schema, "'200': { description: d }", &lines)
    };
    assert_eq!(patch("{ spec: { a: x } }"), [""; 0]);
    assert_eq!(patch("{ name: x }"), [""; 0]);
    assert_eq!(patch("{ name: [x] }").len(), 1);
    assert_eq!(patch("{ nmae: x }"), ["unknown_property: the request body has no property `nmae`"]);
}

#[test]
fn what_is_read_is_in_an_alternative() {
    let read = |schema: &str, way: &str| {
        step("{}", &format!("'200': {}", answer(schema)), &format!("outputs: {{ x: $response.body#{way} }}"))
    };
    let expanded = "{ type: object, properties: { charge: { anyOf: [{ type: string }, { type: object, properties: { id: { type: string }, receipt: { type: object, properties: { url: { type: string } } } } }] } } }";
    assert_eq!(read(PET, "/wings"), ["unknown_member: the response has no member `wings`"]);
    assert_eq!(read(expanded, "/charge/receit"), ["unknown_member: `/charge` in the response has no member `receit`"]);
    assert_eq!(
        read(expanded, "/charge/receipt/ulr"),
        ["unknown_member: `/charge/receipt` in the response has no member `ulr`"]
    );
    for (schema, way) in [
        (PET, "/lives"),
        (PET, "/tricks/0"),
        (expanded, "/charge"),
        (expanded, "/charge/id"),
        (expanded, "/charge/receipt/url"),
        ("{ anyOf: [{ type: string }, {}] }", "/x"),
        ("{ oneOf: [{ type: object, properties: { a: {} } }, { type: object, additionalProperties: true }] }", "/x"),
        ("{ $ref: '#/components/schemas/Tree' }", "/left/left/right/left/right"),
    ] {
        assert_eq!(read(schema, way), [""; 0], "{schema} {way}");
    }
}

#[test]
fn what_is_read_of_a_failure_is_in_its_response() {
    let problem = answer("{ $ref: '#/components/schemas/Problem' }");
    let thing = answer("{ type: object, properties: { id: { type: string } } }");
    let read = |responses: &str, way: &str| {
        let criteria = format!("[{{ condition: $response.body#{way} == 'x' }}]");
        step("{}", responses, &format!("onFailure: [{{ name: f, type: end, criteria: {criteria} }}]"))
    };
    let (default, only) = (
        format!("'200': {thing}, default: {problem}"),
        format!("'200': {thing}, '404': {problem}, '500': {{ description: d }}"),
    );
    assert_eq!(read(&default, "/err/code"), ["unknown_member: the response has no member `err`"]);
    assert_eq!(read(&default, "/error/cod"), ["unknown_member: `/error` in the response has no member `cod`"]);
    assert_eq!(read(&only, "/error/raeson"), ["unknown_member: `/error` in the response has no member `raeson`"]);
    for (responses, way) in [
        (&default, "/error/code"),
        (&default, "/id"),
        // Another error may have it.
        (&only, "/fault/name"),
        (&format!("'200': {thing}"), "/error/code"),
    ] {
        assert_eq!(read(responses, way), [""; 0], "{responses} {way}");
    }
}
