//! What the schema of the inputs asks beyond types, and their defaults.

use crate::support::{api, compiled, document, module, operations};
use arazzo_compiler::Compilation;

/// A workflow whose inputs are a schema, and that uses none of them.
fn workflow(inputs: &str) -> Compilation {
    let step = "  steps:\n  - stepId: s\n    operationId: post\n    requestBody: { payload: {} }\n";
    let components = "components: { inputs: { tree: { type: object, properties: { name: { type: string, minLength: 1 }, \
                      children: { type: array, items: { $ref: '#/components/inputs/tree' } } } } } }\n";
    let document = document(&format!("  inputs: {inputs}\n{step}{components}"));
    compiled(&document, &operations("'200': { description: d }"))
}

/// What is found in such inputs, other than that nothing uses them: each with its rule and message.
fn mistakes(inputs: &str) -> Vec<String> {
    let compilation = workflow(inputs);
    let others = compilation.diagnostics.iter().filter(|found| found.rule.name != "unused_input");
    others.map(|found| format!("{}: {}", found.rule.name, found.message)).collect()
}

/// What is found in the schema of one input.
fn mistakes_of(schema: &str) -> Vec<String> {
    mistakes(&format!("{{ type: object, properties: {{ a: {schema} }} }}"))
}

/// The checks that are left for a run.
#[track_caller]
fn checks(inputs: &str) -> String {
    let compilation = workflow(inputs);
    assert!(!compilation.has_errors(), "{}", compilation.diagnostics[0]);
    let tokens = compilation.tokens.to_string();
    let Some((_, tree)) = tokens.split_once("Schema :: new (") else { return String::new() };
    let tree = tree.split_once("fn ").map_or(tree, |(tree, _)| tree);
    let tree = tree.split("Some (& CONSTRAINTS)").next().unwrap_or_default();
    tree.replace(":: std :: vec ! ", "").replace(":: std :: string :: String :: from ", "").replace(' ', "")
}

/// Rule R3: inputs whose types say it all cost nothing when a workflow runs.
#[test]
fn what_types_guarantee_is_not_checked_again() {
    for inputs in [
        "{ type: object }",
        "{ type: object, required: [a, b], additionalProperties: false, properties: { a: { type: string }, b: { type: [integer, 'null'] } } }",
        "{ type: object, properties: { a: { type: string, enum: [x, y] }, b: { const: z } } }",
        "{ type: object, properties: { a: { type: array, items: { type: object, required: [c], properties: { c: { type: boolean }, d: { type: integer } } } } } }",
        "{ type: object, properties: { a: { type: object, additionalProperties: { type: [string, 'null'] } } } }",
        "{ type: object, properties: { a: { anyOf: [{ type: string }, { type: 'null' }] }, b: { oneOf: [{ type: integer }, { type: 'null' }] } } }",
        "{ allOf: [{ type: object, required: [a] }, { properties: { a: { type: integer } } }] }",
        "{ type: object, properties: { a: {}, b: true, c: { description: d, title: t, examples: [1], format: email } } }",
    ] {
        assert_eq!(checks(inputs), "", "{inputs}");
    }
}

/// Rule R3: of the others only what the types leave open is checked.
#[test]
fn what_types_leave_open_is_checked() {
    let property = |schema: &str| checks(&format!("{{ type: object, properties: {{ a: {schema} }} }}"));
    for (schema, check) in [
        ("{ type: string, minLength: 1 }", "[rt::Check::MinLength(1)]"),
        ("{ type: [string, 'null'], maxLength: 2 }", "[rt::Check::MaxLength(2)]"),
        ("{ type: number }", "Types([rt::Kind::Number])"),
        ("{ enum: [1, 2] }", "Values("),
        ("{ type: array, items: { type: string, pattern: a } }", "[rt::Check::Items{behind:0,schema:1}]"),
        ("{ anyOf: [{ type: string, minLength: 1 }, { type: 'null' }] }", "[rt::Check::MinLength(1)]"),
        ("{ type: object, properties: { b: { type: integer, minimum: 0 } } }", "Minimum("),
        (
            "{ type: object, additionalProperties: { maxLength: 1 } }",
            "AdditionalProperties{named:[],patterns:[],schema:",
        ),
        ("{ $ref: '#/components/inputs/tree' }", "MinLength(1)"),
        ("{ oneOf: [{ type: string }, { type: integer }] }", "OneOf("),
        ("{ not: { type: string } }", "Not("),
        ("{ if: { type: string }, then: { minLength: 1 }, else: { type: integer } }", "If{condition:"),
        ("{ type: array, contains: { type: string } }", "Contains{schema:"),
        ("{ type: array, prefixItems: [{ type: string }], items: false }", "Items{behind:1,schema:"),
        ("false", "Never"),
    ] {
        let checks = property(schema);
        assert!(checks.contains(check), "{schema}: {checks}");
        // The type itself is not checked where rustc has done it.
        assert!(!checks.starts_with("[[rt::Check::Types"), "{schema}: {checks}");
    }
    // What is left over can only be told by those who look at all the rest.
    let leftovers = property("{ type: object, properties: { b: { type: string } }, unevaluatedProperties: false }");
    assert!(leftovers.contains("Types([rt::Kind::String])") && leftovers.contains("UnevaluatedProperties("));
    let closed = "{ type: object, additionalProperties: false, allOf: [{ properties: { a: { type: string } } }] }";
    assert!(checks(closed).contains("AdditionalProperties"), "what a part forbids, another cannot allow");
}

/// Rule C27: the values of keywords are those of JSON Schema 2020-12.
#[test]
fn keywords_have_values_of_their_kind() {
    for (schema, message) in [
        ("text", "wrong_type: the property `a` must be a map, a JSON Schema, not a string"),
        ("{ type: strnig }", "invalid_value: no type is named `strnig`"),
        ("{ type: [string, null] }", "wrong_type: `type` must be a string, not null"),
        ("{ enum: x }", "wrong_type: `enum` must be a list of values, not a string"),
        ("{ enum: [] }", "empty_list: `enum` lists no value, so that none would fit"),
        ("{ minLength: '1' }", "wrong_type: `minLength` must be a whole number that is not negative, not a string"),
        ("{ maxItems: -1 }", "invalid_value: `maxItems` must be a whole number that is not negative, not `-1`"),
        (
            "{ minContains: 1.5, contains: {} }",
            "invalid_value: `minContains` must be a whole number that is not negative, not `1.5`",
        ),
        ("{ minimum: '1' }", "wrong_type: `minimum` must be a number, not a string"),
        ("{ exclusiveMinimum: true }", "wrong_type: `exclusiveMinimum` must be a number, not a boolean"),
        ("{ multipleOf: 0 }", "invalid_value: `multipleOf` must be more than 0, and this is `0`"),
        ("{ uniqueItems: 1 }", "wrong_type: `uniqueItems` must be `true` or `false`, not a number"),
        ("{ pattern: 1 }", "wrong_type: `pattern` must be a string, not a number"),
        ("{ required: true }", "wrong_type: `required` must be a list of names, not a boolean"),
        ("{ required: [1] }", "wrong_type: `required` must be a list of names, and this is a number"),
        (
            "{ dependentRequired: { b: c } }",
            "wrong_type: an entry of `dependentRequired` must be a list of names, not a string",
        ),
        ("{ properties: [b] }", "wrong_type: `properties` must be a map, not a list"),
        (
            "{ additionalProperties: string }",
            "wrong_type: `additionalProperties` must be a map, a JSON Schema, not a string",
        ),
        ("{ items: [{}] }", "wrong_type: `items` must be one schema, for all elements, not a list"),
        ("{ allOf: {} }", "wrong_type: `allOf` must be a list of schemas, not a map"),
        ("{ oneOf: [] }", "empty_list: `oneOf` must have an entry"),
        ("{ anyOf: [string, {}] }", "wrong_type: an entry of `anyOf` must be a map, a JSON Schema, not a string"),
        ("{ not: [] }", "wrong_type: `not` must be a map, a JSON Schema, not a list"),
        ("{ $ref: 1 }", "wrong_type: `$ref` must be a URL, not a number"),
        ("{ $ref: '#/info/title' }", "invalid_reference: `#/info/title` leads to a string, and a schema is a map"),
    ] {
        assert_eq!(mistakes_of(schema), [message], "{schema}");
    }
    for (schema, beginning) in [
        ("{ pattern: '(' }", "invalid_regex: this pattern is not valid: "),
        ("{ patternProperties: { '[': {} } }", "invalid_regex: this pattern is not valid: "),
        ("{ type: string, pattern: '(?=a)' }", "invalid_regex: this pattern is not valid: "),
    ] {
        let found = mistakes_of(schema);
        assert!(found.len() == 1 && found[0].starts_with(beginning), "{found:?}");
    }
}

/// Rule C27: what is wrong deep inside, or in what a reference leads to, is found too.
#[test]
fn mistakes_are_found_wherever_they_are() {
    for schema in [
        "{ type: array, items: { type: objekt } }",
        "{ oneOf: [{ type: string }, { not: { if: { type: objekt } } }] }",
        "{ patternProperties: { b: { propertyNames: { type: objekt } } } }",
        "{ $ref: '#/workflows/0/inputs/$defs/d', $defs: {} }",
    ] {
        let inputs = format!("{{ type: object, properties: {{ a: {schema} }}, $defs: {{ d: {{ type: objekt }} }} }}");
        assert_eq!(mistakes(&inputs), ["invalid_value: no type is named `objekt`"], "{schema}");
    }
    assert_eq!(
        mistakes("{ type: object, $defs: { d: { type: objekt } } }"),
        [""; 0],
        "what nobody refers to is nothing"
    );
}

/// Rule C27: keywords that JSON Schema does not have ask for nothing, which is a warning; those that are not supported are
/// errors.
#[test]
fn keywords_that_there_are_not() {
    for (schema, message) in [
        ("{ minLenght: 1 }", "unknown_keyword: JSON Schema has no keyword `minLenght`, so it asks for nothing"),
        ("{ nullable: true }", "unknown_keyword: JSON Schema has no keyword `nullable`, so it asks for nothing"),
        ("{ dependencies: {} }", "unknown_keyword: JSON Schema has no keyword `dependencies`, so it asks for nothing"),
        ("{ $dynamicRef: '#a' }", "unsupported: the keyword `$dynamicRef` of JSON Schema is not supported"),
    ] {
        assert_eq!(mistakes_of(schema), [message], "{schema}");
    }
    let silent = "{ nullable: false, x-own: 1, $comment: c, contentEncoding: base64, xml: {} }";
    assert_eq!(mistakes_of(silent), [""; 0]);
}

/// Rule R3: a default is as its own schema asks.
#[test]
fn defaults_fit_their_schemas() {
    for (schema, reason) in [
        ("{ type: integer, default: '1' }", "it must be an integer"),
        ("{ type: integer, default: 1.5 }", "it must be an integer"),
        ("{ type: integer, default: 1e300 }", "`1e+300` is beyond the integers of 64 bits"),
        ("{ type: string, default: null }", "it must be a string"),
        (
            "{ type: string, minLength: 3, pattern: b, default: a }",
            "it must have at least 3 characters; it must match the pattern `b`",
        ),
        ("{ enum: [a, b], default: c }", "it must be one of `a`, `b`"),
        ("{ type: array, items: { type: string }, default: [a, 1] }", "`/1` must be a string"),
        (
            "{ type: object, required: [b], properties: { b: { type: string } }, default: {} }",
            "it must have the member `b`",
        ),
        ("{ type: object, properties: { b: { type: string } }, default: { c: 1 } }", "its `properties` have no `c`"),
        ("{ $ref: '#/components/inputs/tree', default: { name: '' } }", "`/name` must have at least 1 character"),
        (
            "{ default: 1, oneOf: [{ type: string }, { type: boolean }] }",
            "it fits none of the alternatives: must be a string, or must be a boolean",
        ),
    ] {
        let message = format!("invalid_default: the default of `a` is not as its schema asks: {reason}");
        assert_eq!(mistakes_of(schema), [message], "{schema}");
    }
    let inner = "{ type: object, properties: { b: { type: integer, default: x } } }";
    let message = "invalid_default: the default of `b` is not as its schema asks: it must be an integer";
    assert_eq!(mistakes_of(inner), [message]);
    // What is wrong with the schema is enough to say.
    assert_eq!(mistakes_of("{ type: objekt, default: 1 }"), ["invalid_value: no type is named `objekt`"]);
}

/// Rule R3: an input with a default is always there, and so is an output that is that input.
#[test]
fn defaults_are_always_there() {
    let inputs = "  inputs: { type: object, properties: { a: { type: integer, default: 1 }, b: { type: integer }, \
                  c: { type: [integer, 'null'], default: 1 }, d: { type: integer } } }\n";
    let text = document(&format!(
        "{inputs}  steps:\n  - stepId: s\n    operationId: get\n  outputs: {{ a: $inputs.a, b: $inputs.b, c: $inputs.c, d: $inputs.d }}\n"
    ));
    let module = module(&text, &api("{}"));
    let options = ["a: Option<i64>", "b: Option<i64>", "c: Option<i64>", "d: Option<i64>"];
    assert_eq!(module.members("Inputs"), options);
    assert_eq!(module.members("Outputs"), ["a: i64", "b: Option<i64>", "c: Option<i64>", "d: Option<i64>"]);
}

/// Rule C27: a schema that asks of a value what it asks of it is refused, also where alternatives lead back.
#[test]
fn circles_through_alternatives_are_refused() {
    for schema in [
        "{ $anchor: me, anyOf: [{ type: string }, { $ref: '#me' }, { type: integer }] }",
        "{ $anchor: me, not: { $ref: '#me' } }",
        "{ $anchor: me, if: { type: string }, then: { oneOf: [{ $ref: '#me' }, true] } }",
    ] {
        assert_eq!(mistakes_of(schema), ["invalid_reference: the `$ref`s from here lead in a circle"], "{schema}");
    }
    assert_eq!(
        mistakes_of("{ $anchor: me, anyOf: [{ type: string }, { type: array, items: { $ref: '#me' } }] }"),
        [""; 0]
    );
}

/// A long chain of references overflows nothing.
#[test]
fn chains_may_be_long() {
    let last = 3000;
    let chain = |n: usize| format!("d{n}: {{ not: {{ $ref: '#/workflows/0/inputs/$defs/d{}' }} }}", n + 1);
    let mut defs: Vec<String> = (0..last).map(chain).collect();
    defs.push(format!("d{last}: {{ type: string }}"));
    let inputs = format!(
        "{{ type: object, properties: {{ a: {{ $ref: '#/workflows/0/inputs/$defs/d0', default: 1 }} }}, $defs: {{ {} }} }}",
        defs.join(", ")
    );
    assert_eq!(
        mistakes(&inputs),
        ["invalid_default: the default of `a` is not as its schema asks: it is nested too deep to be checked"]
    );
}
