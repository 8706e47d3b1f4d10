//! Values against the schemas of the responses that they come from.

use crate::support::{answer, api, compiled, document, found, messages, operations};

/// What is found of the workflow with one output of the step, whose response has a schema.
#[track_caller]
fn output(schema: &str, expression: &str) -> Vec<String> {
    step(&api(schema), &format!("outputs: {{ id: {expression} }}"))
}

/// What is found of the workflow with one step that has some more lines.
#[track_caller]
fn step(api: &str, lines: &str) -> Vec<String> {
    let document = document(&format!("  steps:\n  - stepId: a\n    operationId: get\n    {lines}\n"));
    let compilation = compiled(&document, api);
    compilation
        .diagnostics
        .iter()
        .filter(|found| found.rule.name == "unknown_member")
        .map(|found| {
            let label = found.label.as_deref().unwrap_or_default();
            format!("{}:{} {:?}: {} [{label}]", found.line, found.column, found.level, found.message)
        })
        .collect()
}

const THING: &str = "{ type: object, properties: { id: { type: string }, list: { type: array, items: { properties: { a: { type: integer } } } } } }";

#[test]
fn a_member_that_the_schema_lacks_is_found_where_it_is_named() {
    assert_eq!(
        output(THING, "$response.body#/di"),
        ["9:36 Warning: the response has no member `di` [not in its schema]"]
    );
    assert_eq!(
        output(THING, "$response.body#/lits"),
        ["9:36 Warning: the response has no member `lits` [did you mean `list`?]"]
    );
    assert_eq!(
        output(THING, "$response.body#/list/0/b"),
        ["9:43 Warning: `/list/0` in the response has no member `b` [not in its schema]"]
    );
    assert_eq!(
        output(THING, "$response.body#/list/a"),
        ["9:41 Warning: `/list` in the response is a list, and has no member `a` [of which element?]"]
    );
    assert_eq!(
        output(THING, "$response.body#/id/a"),
        ["9:39 Warning: `/id` in the response is a string, and nothing is inside of it []"]
    );
}

#[test]
fn a_schema_that_forbids_others_makes_it_an_error() {
    let closed = "{ type: object, additionalProperties: false, properties: { id: { type: string } } }";
    assert_eq!(
        output(closed, "$response.body#/name"),
        ["9:36 Error: the response has no member `name` [not in its schema]"]
    );
    assert_eq!(output(closed, "$response.body#/id"), [""; 0]);
}

#[test]
fn open_schemas_may_have_any_member() {
    let properties = "properties: { id: { type: string } }";
    for open in [
        "additionalProperties: true",
        "additionalProperties: { type: string }",
        "unevaluatedProperties: true",
        "patternProperties: { '^x': {} }",
        "discriminator: { propertyName: id }",
        "anyOf: [{ properties: { di: {} } }, { properties: { id: {} } }]",
        "if: { required: [id] }, then: { properties: { di: {} } }",
        "allOf: [{ properties: { di: {} } }]",
    ] {
        let schema = format!("{{ type: object, {properties}, {open} }}");
        assert_eq!(output(&schema, "$response.body#/di"), [""; 0], "{open}");
    }
    for open in ["{ type: object }", "{}", "{ type: [object, string], properties: { id: {} } }", "true"] {
        assert_eq!(output(open, "$response.body#/di"), [""; 0], "{open}");
    }
}

#[test]
fn what_responses_to_failures_have_can_be_read_too() {
    let other = |schema: &str| operations(&format!("'200': {}, default: {}", answer(THING), answer(schema)));
    let failure = other("{ type: object, properties: { message: { type: string } } }");
    assert_eq!(step(&failure, "outputs: { id: $response.body#/message }"), [""; 0]);
    assert_eq!(step(&failure, "outputs: { id: $response.body#/masage }").len(), 1);
    // Nothing is known of it, but a name that is near is a slip.
    let open = other("{ type: object }");
    assert_eq!(step(&open, "outputs: { id: $response.body#/message }"), [""; 0]);
    assert_eq!(step(&open, "outputs: { id: $response.body#/lits }").len(), 1);
    // The step has succeeded whenever this is read.
    let action = "onSuccess: [{ name: n, type: end, criteria: [{ condition: $response.body#/message == 'a' }] }]";
    assert_eq!(step(&failure, action), ["9:79 Warning: the response has no member `message` [not in its schema]"]);
    assert_eq!(step(&failure, &action.replace("onSuccess", "onFailure")), [""; 0]);
}

#[test]
fn conditions_name_members_of_the_response() {
    let api = api(THING);
    assert_eq!(
        step(&api, "successCriteria: [{ condition: \"$response.body#/ad == 'x'\" }]"),
        ["9:53 Warning: the response has no member `ad` [not in its schema]"]
    );
    let query = |condition: &str| {
        let criterion = format!("{{ context: $response.body, condition: \"{condition}\", type: jsonpath }}");
        step(&api, &format!("successCriteria: [{criterion}]"))
    };
    assert_eq!(query("$.lits.length > 0"), ["9:64 Warning: the response has no member `lits` [did you mean `list`?]"]);
    assert_eq!(query("$.list.length > 0"), [""; 0]);
    assert_eq!(query("$.list[0].a == 1"), [""; 0]);
    // Whether there is an error is a fair question where none is described.
    assert_eq!(query("!$.error && $.id != ''"), [""; 0]);
    assert_eq!(query("$.error == null"), [""; 0]);
}

#[test]
fn ways_into_outputs_are_ways_into_responses() {
    let workflow = |first: &str, second: &str| {
        let lines = format!(
            "  steps:\n  - stepId: a\n    operationId: get\n    outputs: {{ o: {first} }}\n  - stepId: b\n    operationId: get\n    \
             outputs: {{ o: {second} }}\n"
        );
        found(&compiled(&document(&lines), &api(THING)))
    };
    assert_eq!(workflow("$response.body", "$steps.a.outputs.o#/id"), [""; 0]);
    assert_eq!(workflow("$response.body", "$steps.a.outputs.o#/di"), ["warning unknown_member w.yml 12:39"]);
    // The mistake is where the output is made.
    assert_eq!(workflow("$response.body#/di", "$steps.a.outputs.o#/x"), ["warning unknown_member w.yml 9:35"]);
}

/// A description of one operation `make` with a parameter `p` and a JSON body, which have these schemas.
fn making(parameter: &str, body: &str) -> String {
    format!(
        "openapi: 3.0.3
info: {{ title: t, version: '1' }}
servers: [{{ url: 'https://t.example' }}]
paths:
  /things:
    post:
      operationId: make
      parameters: [{{ name: p, in: query, schema: {parameter} }}]
      requestBody: {{ content: {{ application/json: {{ schema: {body} }}, application/x-www-form-urlencoded: {{ schema: {body} }} }} }}
      responses: {{ '201': {{ description: made }} }}
"
    )
}

const INPUTS: &str = "  inputs: { properties: { s: { type: string }, i: { type: integer }, n: { type: number }, b: { type: boolean }, \
                      l: { type: array }, o: { type: object }, e: { type: string, enum: [a, b] }, x: {} } }\n";

/// What is found of a step with these lines, without the inputs that it does not use: `rule: message`.
#[track_caller]
fn made(api: &str, lines: &str) -> Vec<String> {
    messages(&format!("{INPUTS}  steps:\n  - stepId: a\n    operationId: make\n    {lines}\n"), api)
}

#[track_caller]
fn parameter(schema: &str, value: &str) -> Vec<String> {
    made(&making(schema, "{}"), &format!("parameters: [{{ name: p, in: query, value: {value} }}]"))
}

#[track_caller]
fn body(schema: &str, payload: &str) -> Vec<String> {
    made(&making("{}", schema), &format!("requestBody: {{ contentType: application/json, payload: {payload} }}"))
}

#[test]
fn constants_of_parameters_are_what_their_schema_asks_for() {
    for (schema, fit, unfit) in [
        (
            "{ type: integer }",
            &["5", "'5'", "5.0", "''", "$inputs.i", "$inputs.n", "$inputs.x"][..],
            &["a", "true", "1.5", "'1.5'"][..],
        ),
        ("{ type: number }", &["5", "'5'", "1.5", "'-1.5e3'"], &["a", "true"]),
        ("{ type: boolean }", &["true", "'true'"], &["a", "1", "'yes'"]),
        ("{ type: string }", &["5", "a", "true"], &[]),
        ("{ type: string, enum: [a, '5'] }", &["5", "a", "'{$inputs.s}'"], &["A", "'6'", "true"]),
        ("{ type: integer, enum: [1, 2] }", &["1", "'2'", "2.0"], &["3", "'3'"]),
        ("{ type: array, items: { type: integer } }", &["5", "[1, 2]", "a"], &[]),
        ("{ oneOf: [{ type: integer }, { type: string }] }", &["5", "a"], &[]),
    ] {
        for value in fit {
            assert_eq!(parameter(schema, value), [""; 0], "{value} as {schema}");
        }
        for value in unfit {
            let found = parameter(schema, value);
            assert!(
                matches!(&found[..], [only] if only.starts_with("unfit_value: ")),
                "{value} as {schema}: {found:?}"
            );
        }
    }
}

#[test]
fn values_of_the_run_have_the_type_that_is_asked_for() {
    for (schema, fit, doubtful) in [
        ("{ type: integer }", &["i", "n", "x"][..], &["s", "b", "e"][..]),
        ("{ type: boolean }", &["b"], &["s", "i", "n"]),
        ("{ type: string }", &["s", "i", "n", "b", "e"], &[]),
        ("{ type: string, enum: [b, c] }", &["s", "e"], &[]),
        ("{ type: string, enum: [c, d] }", &["s"], &["e"]),
        ("{ type: array }", &["s", "i", "l"], &[]),
    ] {
        for input in fit {
            assert_eq!(parameter(schema, &format!("$inputs.{input}")), [""; 0], "{input} as {schema}");
        }
        for input in doubtful {
            let found = parameter(schema, &format!("$inputs.{input}"));
            assert!(
                matches!(&found[..], [only] if only.starts_with("doubtful_type: ")),
                "{input} as {schema}: {found:?}"
            );
        }
    }
    let schema = "{ properties: { s: { type: string }, i: { type: integer }, l: { type: array, items: { type: string } }, o: { type: object } } }";
    for payload in [
        "{ s: $inputs.s, i: $inputs.i, l: $inputs.l, o: $inputs.o }",
        "{ s: $inputs.x, i: $inputs.n, l: [$inputs.s], o: $inputs.x }",
        "{ s: '{$inputs.i} of {$inputs.n}' }",
        "$inputs.o",
        "$inputs.x",
    ] {
        assert_eq!(body(schema, payload), [""; 0], "{payload}");
    }
    assert_eq!(
        body(schema, "{ s: $inputs.i, i: $inputs.s, l: [$inputs.o], o: $inputs.l }"),
        [
            "doubtful_type: `$inputs.i` is an integer, and `/s` of the request body is a string",
            "doubtful_type: `$inputs.s` is a string, and `/i` of the request body is an integer",
            "doubtful_type: `$inputs.o` is an object, and `/l/0` of the request body is a string",
            "doubtful_type: `$inputs.l` is a list, and `/o` of the request body is an object",
        ]
    );
    assert_eq!(
        body(schema, "{ i: '{$inputs.i}0' }"),
        ["doubtful_type: `/i` of the request body must be an integer, and this is text"]
    );
}

#[test]
fn payloads_have_the_properties_that_their_schema_has() {
    let open = "{ type: object, required: [a], properties: { a: { type: string }, size: { type: integer } } }";
    let closed = open.replace("required", "additionalProperties: false, required");
    assert_eq!(body(open, "{ a: x, size: 1 }"), [""; 0]);
    assert_eq!(body(open, "{ a: x, other: 1 }"), [""; 0]);
    assert_eq!(body(open, "{ a: x, sise: 1 }"), ["unknown_property: the request body has no property `sise`"]);
    assert_eq!(body(&closed, "{ a: x, other: 1 }"), ["unknown_property: the request body has no property `other`"]);
    assert_eq!(body(open, "{ size: 1 }"), ["missing_property: the request body lacks `a`, which is required"]);
    // A required one that is misspelt is one mistake.
    let named = open.replace("a: { type: string }", "name: { type: string }").replace("[a]", "[name]");
    assert_eq!(body(&named, "{ nmae: x }"), ["missing_property: the request body lacks `name`, which is required"]);
    // What stands in text is looked at too.
    assert_eq!(
        body(&closed, "'{ \"a\": \"{$inputs.s}\", \"size\": true }'"),
        ["unfit_value: `/size` of the request body must be an integer, and this is a boolean"]
    );
    let inner = format!("{{ type: object, properties: {{ list: {{ type: array, items: {open} }} }} }}");
    assert_eq!(
        body(&inner, "{ list: [{ a: x }, { size: 1 }] }"),
        ["missing_property: `/list/1` of the request body lacks `a`, which is required"]
    );
    let form = |payload: &str| {
        made(
            &making("{}", open),
            &format!("requestBody: {{ contentType: application/x-www-form-urlencoded, payload: {payload} }}"),
        )
    };
    assert_eq!(form("{ a: 5, size: '1' }"), [""; 0]);
    assert_eq!(
        form("{ size: x }"),
        [
            "missing_property: the request body lacks `a`, which is required",
            "unfit_value: `/size` of the request body must be an integer, and this is `x`"
        ]
    );
}

#[test]
fn what_a_server_fills_in_or_a_replacement_sets_is_not_missing() {
    let required =
        |property: &str| format!("{{ type: object, required: [a], properties: {{ a: {property}, b: {{}} }} }}");
    assert_eq!(body(&required("{ type: string, readOnly: true }"), "{ b: 1 }"), [""; 0]);
    assert_eq!(body(&required("{ type: string, default: x }"), "{ b: 1 }"), [""; 0]);
    let lines =
        "requestBody: { contentType: application/json, payload: { b: 1 }, replacements: [{ target: /a, value: x }] }";
    assert_eq!(made(&making("{}", &required("{ type: string }")), lines), [""; 0]);
    for open in
        ["additionalProperties: {}", "discriminator: { propertyName: a }", "oneOf: [{ properties: { z: {} } }, {}]"]
    {
        let schema = format!("{{ type: object, properties: {{ size: {{}} }}, {open} }}");
        assert_eq!(body(&schema, "{ sise: 1 }"), [""; 0], "{open}");
    }
}
