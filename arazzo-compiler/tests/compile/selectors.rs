//! Selector Objects: their types, and what is wrong with them.

use crate::support::{api, compiled, document, found, module};

/// A document of 1.1 with one output that is this Selector Object.
fn one_selector(selector: &str) -> String {
    let workflow = format!(
        "  steps:\n  - stepId: s\n    operationId: get\n    outputs: {{ o: {selector} }}\n  outputs: {{ o: $steps.s.outputs.o }}\n"
    );
    document(&workflow).replace("arazzo: 1.0.1", "arazzo: 1.1.0")
}

const SCHEMA: &str = "{ type: object, required: [id, items], properties: { id: { type: string }, \
                      items: { type: array, items: { type: integer } } } }";

/// Rule A17: a way of names is typed as a JSON Pointer is; what a search finds is a list.
#[test]
fn outputs_have_the_type_of_what_is_selected() {
    for (selector, expected) in [
        ("{ context: $response.body, selector: /id, type: jsonpointer }", "String"),
        ("{ context: $response.body, selector: $.id, type: jsonpath }", "String"),
        ("{ context: $response.body, selector: '$.items[0]', type: jsonpath }", "Option<i64>"),
        ("{ context: $response.body#/items, selector: '$[0]', type: jsonpath }", "Option<i64>"),
        ("{ context: $response.body, selector: '$.items[-1]', type: jsonpath }", "Option<Value>"),
        ("{ context: $response.body, selector: '$.items[*]', type: jsonpath }", "Vec<Value>"),
        ("{ context: $response.body#/id, selector: '$..*', type: jsonpath }", "Option<Vec<Value>>"),
        ("{ context: $response.body, selector: '', type: jsonpointer }", "Option<Value>"),
        (
            "{ context: $response.body, selector: $.id, type: { type: jsonpath, version: draft-goessner-dispatch-jsonpath-00 } }",
            "String",
        ),
        (
            "{ context: $response.body, selector: '$.items[?(@)]', type: { type: jsonpath, version: draft-goessner-dispatch-jsonpath-00 } }",
            "Vec<Value>",
        ),
        ("{ context: $response.body, selector: /a/b, type: xpath }", "Option<Value>"),
        ("{ context: $response.header.X, selector: '$..*', type: jsonpath }", "Option<Vec<Value>>"),
    ] {
        let module = module(&one_selector(selector), &api(SCHEMA));
        assert_eq!(module.members("Outputs"), [format!("o: {expected}")], "{selector}");
    }
}

/// Rule C87: the parts of a Selector Object are checked.
#[test]
fn mistakes_in_selectors_are_found() {
    for (selector, rule, at) in [
        ("{ context: $response.body, selector: id, type: jsonpointer }", "invalid_selector", "id,"),
        ("{ context: $response.body, selector: '$.a ==', type: jsonpath }", "invalid_selector", "=="),
        ("{ context: $steps.x.outputs.o, selector: $.a, type: jsonpath }", "unknown_step", "x."),
        ("{ context: body, selector: $.a, type: jsonpath }", "invalid_expression", "body"),
        ("{ context: $response.body, selector: $.a }", "missing_field", "{"),
        ("{ expression: $response.body, selector: $.id, type: jsonpath }", "unknown_field", "expression"),
        ("{ context: $response.body, selector: $.a, type: regex }", "invalid_value", "regex"),
        ("{ context: $response.body, selector: '/a[', type: xpath }", "invalid_selector", "', type"),
        (
            "{ context: $response.body, selector: '$[(@.a)]', type: { type: jsonpath, version: draft-goessner-dispatch-jsonpath-00 } }",
            "invalid_selector",
            "[(",
        ),
    ] {
        let column = "    outputs: { o: ".len() + selector.find(at).unwrap() + 1;
        let expected = format!("error {rule} w.yml 9:{column}");
        assert_eq!(found(&compiled(&one_selector(selector), &api(SCHEMA))), [expected], "{selector}");
    }
}

/// Rule A16: in 1.0 there are no Selector Objects, so every map in a value is an object.
#[test]
fn in_1_0_a_map_is_an_object() {
    let workflow = "  inputs: { type: object, properties: { a: { type: string } } }\n  steps:\n  - stepId: s\n    operationId: post\n    \
                    requestBody: { payload: { m: { context: $inputs.a, selector: '(', type: jsonpath } } }\n";
    assert_eq!(found(&compiled(&document(workflow), &api("{}"))), [""; 0]);
    let newer = document(workflow).replace("arazzo: 1.0.1", "arazzo: 1.1.0");
    assert_eq!(found(&compiled(&newer, &api("{}"))), ["error invalid_selector w.yml 10:67"]);
}
