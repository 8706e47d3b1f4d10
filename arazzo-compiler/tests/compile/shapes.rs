//! Values against the schemas of the responses that they come from.

use crate::support::{answer, api, compiled, document, found, operations};

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
