//! JSON Schema to Rust types.

use crate::support::{Module, answer, api, document, module, operations};

/// The workflow of one step whose response has a schema, with one output.
fn one_output(expression: &str, more: &str) -> String {
    document(&format!(
        "  steps:\n  - stepId: s\n    operationId: get\n{more}    outputs: {{ o: '{expression}' }}\n  outputs: {{ o: $steps.s.outputs.o }}\n"
    ))
}

/// The type of an output `$response.body#pointer`.
#[track_caller]
fn check(schema: &str, pointer: &str, expected: &str) {
    let expression = if pointer.is_empty() { "$response.body".to_owned() } else { format!("$response.body#{pointer}") };
    let module = module(&one_output(&expression, ""), &api(schema));
    assert_eq!(module.members("Outputs"), [format!("o: {expected}")], "{schema} {pointer}");
}

fn object(property: &str) -> String {
    format!("{{ type: object, required: [p], properties: {{ p: {property} }} }}")
}

#[test]
fn scalars_lists_and_maps() {
    for (schema, expected) in [
        ("{ type: string }", "String"),
        ("{ type: string, format: date-time }", "String"),
        ("{ type: integer }", "i64"),
        ("{ type: number }", "f64"),
        ("{ type: boolean }", "bool"),
        ("{ type: array, items: { type: integer } }", "Vec<i64>"),
        ("{ type: array, items: { type: [string, 'null'] } }", "Vec<Option<String>>"),
        ("{ type: array }", "Vec<Value>"),
        ("{ type: object, additionalProperties: { type: number } }", "BTreeMap<String, f64>"),
        ("{ type: object }", "BTreeMap<String, Value>"),
        ("{ type: [string, integer] }", "Value"),
        ("{}", "Value"),
        ("true", "Value"),
        ("{ type: nonsense }", "Value"),
    ] {
        check(&object(schema), "/p", expected);
    }
}

#[test]
fn what_may_be_null_or_absent_is_optional() {
    for (property, expected) in [
        ("{ type: [string, 'null'] }", "Option<String>"),
        ("{ anyOf: [{ type: string }, { type: 'null' }] }", "Option<String>"),
        ("{ oneOf: [{ $ref: '#/components/schemas/Thing' }, { type: 'null' }] }", "Option<OutputsO>"),
        ("{ enum: [a, null] }", "Option<OutputsO>"),
        // In OpenAPI 3.1 `nullable` is no keyword any more.
        ("{ type: string, nullable: true }", "String"),
    ] {
        check(&object(property), "/p", expected);
    }
    check("{ type: object, properties: { p: { type: string } } }", "/p", "Option<String>");
    // Every segment of the way counts.
    let inner = "{ type: object, required: [q], properties: { q: { type: string } } }";
    check(&object(inner), "/p/q", "String");
    check(&format!("{{ type: object, properties: {{ p: {inner} }} }}"), "/p/q", "Option<String>");
    check(&object(&inner.replace("type: object", "type: [object, 'null']")), "/p/q", "Option<String>");
    check("{ type: array, items: { type: string } }", "/0", "Option<String>");
    check("{ type: object, additionalProperties: { type: string } }", "/any", "Option<String>");
}

#[test]
fn nullable_is_a_keyword_of_openapi_3_0() {
    let api = api(&object("{ type: string, nullable: true }")).replace("3.1.0", "3.0.3");
    assert_eq!(module(&one_output("$response.body#/p", ""), &api).members("Outputs"), ["o: Option<String>"]);
}

#[test]
fn what_is_not_described_is_a_value() {
    check("{}", "/p", "Option<Value>");
    check(&object("{ type: string }"), "/p/q", "Option<Value>");
    check(&object("{ type: string }"), "/q", "Option<Value>");
    check(&object("{ oneOf: [{ type: string }, { type: integer }] }"), "/p", "Value");
    check("{ oneOf: [{ type: object }, { type: array }] }", "/p", "Option<Value>");
}

#[test]
fn one_schema_behind_others_is_seen() {
    check(&object("{ allOf: [{ $ref: '#/components/schemas/Thing' }] }"), "/p/id", "String");
    check("{ $ref: '#/components/schemas/Thing' }", "/id", "String");
    check("{ anyOf: [{ $ref: '#/components/schemas/Thing' }] }", "/id", "String");
    // A type inside of itself ends as any value.
    let module = module(&one_output("$response.body", ""), &api("{ $ref: '#/components/schemas/Node' }"));
    assert_eq!(module.members("Outputs"), ["o: OutputsO"]);
    assert_eq!(module.members("OutputsO"), ["next: Value"]);
}

#[test]
fn objects_are_structs_named_by_their_path() {
    let schema = "{ type: object, required: [a], properties: { a: { type: object, required: [b], properties: { b: { type: array, \
                  items: { type: object, properties: { c: { type: integer } } } } } } } }";
    let module = module(&one_output("$response.body", ""), &api(schema));
    assert_eq!(module.members("Outputs"), ["o: OutputsO"]);
    assert_eq!(module.members("OutputsO"), ["a: OutputsOA"]);
    assert_eq!(module.members("OutputsOA"), ["b: Vec<OutputsOABItem>"]);
    assert_eq!(module.members("OutputsOABItem"), ["c: Option<i64>"]);
}

#[test]
fn enums_of_outputs_are_open_and_those_of_inputs_closed() {
    let schema = "{ type: string, enum: [in-progress, done, 'n/a'] }";
    let module = module(&one_output("$response.body#/p", ""), &api(&object(schema)));
    assert_eq!(module.members("OutputsO"), ["InProgress", "Done", "NA", "Other(String)"]);
    let inputs = inputs(&format!("{{ p: {schema} }}"), "");
    assert_eq!(inputs.members("InputsP"), ["InProgress", "Done", "NA"]);
    // A value that is named like the variant for all others.
    check(&object("{ enum: [other, some] }"), "/p", "OutputsO");
    // Values that cannot be told apart in Rust, or that have no name there, stay text.
    check(&object("{ enum: [a-b, a_b] }"), "/p", "String");
    check(&object("{ enum: ['<', '>'] }"), "/p", "String");
    check(&object("{ const: only }"), "/p", "OutputsO");
}

#[test]
fn values_without_a_type_have_the_one_they_share() {
    check(&object("{ enum: [1, 2] }"), "/p", "i64");
    check(&object("{ enum: [1, 2.5] }"), "/p", "f64");
    check(&object("{ const: true }"), "/p", "bool");
    check(&object("{ enum: [1, a] }"), "/p", "Value");
    check(&object("{ enum: [1, null] }"), "/p", "Option<i64>");
    check(&object("{ const: null }"), "/p", "Value");
}

#[test]
fn all_of_is_put_together() {
    let thing = "{ $ref: '#/components/schemas/Thing' }";
    let more = "{ type: object, required: [n], properties: { n: { type: integer }, m: { type: boolean } } }";
    let members = |schema: &str| {
        let module = module(&one_output("$response.body", ""), &api(schema));
        assert_eq!(module.members("Outputs"), ["o: OutputsO"], "{schema}");
        module.members("OutputsO").join(", ")
    };
    let all = "id: String, n: i64, m: Option<bool>";
    assert_eq!(members(&format!("{{ allOf: [{thing}, {more}] }}")), all);
    assert_eq!(members(&format!("{{ allOf: [{{ allOf: [{thing}] }}, {{ allOf: [{more}] }}] }}")), all);
    // What stands beside counts too, and what is required may be declared in another part.
    assert_eq!(
        members(
            "{ allOf: [{ properties: { a: { type: string } } }], required: [a, b], properties: { b: { type: integer } } }"
        ),
        "b: i64, a: String"
    );
    assert_eq!(
        members("{ $ref: '#/components/schemas/Thing', properties: { n: { type: integer } } }"),
        "n: Option<i64>, id: String"
    );
    // A property that is declared twice is what both say.
    assert_eq!(
        members(
            "{ allOf: [{ properties: { a: { type: number } } }, { properties: { a: { type: integer, description: d } } }] }"
        ),
        "a: Option<i64>"
    );
    assert_eq!(
        members("{ allOf: [{ properties: { a: { enum: [x, y] } } }, { properties: { a: { enum: [y, z] } } }] }"),
        "a: Option<OutputsOA>"
    );
    // Nothing is of two types.
    assert_eq!(
        members("{ allOf: [{ properties: { a: { type: string } } }, { properties: { a: { type: integer } } }] }"),
        "a: Option<Value>"
    );
    // A schema that is one of its own parts, through another one, ends as any value.
    let node = "{ allOf: [{ $ref: '#/components/schemas/Node' }, { properties: { id: { type: string } } }] }";
    assert_eq!(members(node), "next: Value, id: Option<String>");
}

#[test]
fn a_choice_is_any_value_unless_it_adds_nothing() {
    let a = "type: object, properties: { a: { type: string }, b: { type: string } }";
    for (schema, expected) in [
        (format!("{{ {a}, anyOf: [{{ required: [a] }}, {{ required: [b] }}] }}"), "OutputsO"),
        (format!("{{ {a}, oneOf: [{{ required: [a] }}, {{ properties: {{ b: {{ minLength: 1 }} }} }}] }}"), "OutputsO"),
        (format!("{{ {a}, not: {{ required: [a, b] }} }}"), "OutputsO"),
        (format!("{{ {a}, if: {{ required: [a] }}, then: {{ required: [b] }} }}"), "OutputsO"),
        (format!("{{ {a}, discriminator: {{ propertyName: a }} }}"), "OutputsO"),
        (format!("{{ {a}, oneOf: [{{ properties: {{ c: {{ type: string }} }} }}, {{ required: [a] }}] }}"), "Value"),
        (format!("{{ {a}, if: {{ required: [a] }}, then: {{ properties: {{ c: true }} }} }}"), "Value"),
        ("{ type: string, anyOf: [{ minLength: 1 }, { format: uuid }] }".to_owned(), "String"),
        ("{ oneOf: [{ type: string }, { type: string, enum: [a] }] }".to_owned(), "Value"),
        ("{ type: array, prefixItems: [{ type: string }, { type: integer }] }".to_owned(), "Vec<Value>"),
        ("{ type: object, patternProperties: { ^x: { type: string } } }".to_owned(), "BTreeMap<String,Value>"),
        ("{ allOf: [{ type: [string, integer] }, { type: string }] }".to_owned(), "String"),
    ] {
        let module = module(&one_output("$response.body#/p", ""), &api(&object(&schema)));
        assert_eq!(module.members("Outputs")[0].replace(", ", ","), format!("o: {expected}"), "{schema}");
    }
}

#[test]
fn in_openapi_3_0_nothing_counts_beside_a_reference() {
    let schema = "{ $ref: '#/components/schemas/Thing', properties: { n: { type: integer } } }";
    let members = |api: &str| module(&one_output("$response.body", ""), api).members("OutputsO").len();
    assert_eq!(members(&api(schema)), 2);
    assert_eq!(members(&api(schema).replace("3.1.0", "3.0.3")), 1);
}

#[test]
fn the_success_criteria_choose_the_response() {
    let (made, kept) = (answer(&object("{ type: string }")), answer(&object("{ type: integer }")));
    let check = |responses: &str, criteria: &str, expected: &str| {
        let more = if criteria.is_empty() {
            String::new()
        } else {
            format!("    successCriteria: [{{ condition: {criteria} }}]\n")
        };
        let module = module(&one_output("$response.body#/p", &more), &operations(responses));
        assert_eq!(module.members("Outputs"), [format!("o: {expected}")], "{responses} {criteria}");
    };
    let both = format!("'200': {kept}, '201': {made}");
    check(&both, "$statusCode == 201", "String");
    check(&both, "$statusCode != 201", "i64");
    check(&both, "$statusCode >= 200 && $statusCode < 201", "i64");
    check(&both, "", "Option<Value>");
    check(&format!("2XX: {kept}, '404': {made}"), "", "i64");
    check(&format!("'404': {made}, default: {kept}"), "", "i64");
    check("'204': { description: none }", "", "Option<Value>");
}

#[test]
fn other_sources_have_their_types() {
    let check = |expression: &str, expected: &str| {
        let module = module(&one_output(expression, ""), &api("{}"));
        assert_eq!(module.members("Outputs"), [format!("o: {expected}")], "{expression}");
    };
    check("$statusCode", "i64");
    check("$url", "String");
    check("$method", "String");
    check("$response.header.X-Page", "Option<String>");
    check("$sourceDescriptions.api.url", "String");
}

/// The module of a workflow that puts all of its inputs into a body.
#[track_caller]
fn inputs(properties: &str, required: &str) -> Module {
    let workflow = document(&format!(
        "  inputs: {{ type: object, required: [{required}], properties: {properties} }}\n  steps:\n  - stepId: s\n    operationId: post\n    requestBody: {{ payload: {{}} }}\n"
    ));
    module(&workflow, &operations("'200': { description: d }"))
}

#[test]
fn inputs_are_required_nullable_or_optional() {
    let module = inputs(
        "{ a: { type: string }, b: { type: [string, 'null'] }, c: { type: [string, 'null'] }, d: { type: object } }",
        "a, b",
    );
    assert_eq!(
        module.members("Inputs"),
        ["a: String", "b: Option<String>", "c: Option<String>", "d: Option<BTreeMap<String, Value>>"]
    );
    assert_eq!(inputs("{}", "").members("Inputs"), [""; 0]);
}

#[test]
fn an_output_that_is_an_input_has_its_type() {
    let text = document(
        "  inputs: { type: object, required: [a], properties: { a: { type: integer }, b: { enum: [x, y] } } }\n  steps:\n  - stepId: s\n    operationId: get\n  outputs: { a: $inputs.a, b: $inputs.b }\n",
    );
    assert_eq!(module(&text, &api("{}")).members("Outputs"), ["a: i64", "b: Option<OutputsB>"]);
}
