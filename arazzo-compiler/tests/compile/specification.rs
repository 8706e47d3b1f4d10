//! The examples in the text of the specification: what each of them means here, and what is said about it.

use crate::support::found;
use arazzo_compiler::source::Memory;
use arazzo_compiler::{Options, compile};
use std::path::Path;

const API: &str = "openapi: 3.1.0
info: { title: t, version: '1' }
servers: [{ url: 'https://t.example' }]
paths:
  /any/{id}:
    parameters: [{ name: id, in: path, schema: { type: string } }]
    post:
      operationId: any
      parameters:
      - { name: name, in: query, schema: { type: string } }
      - { name: X-Api-Key, in: header, schema: { type: string } }
      requestBody:
        content:
          application/json: {}
          application/xml: {}
          application/x-www-form-urlencoded: {}
      responses: { '200': { description: d, content: { application/json: {} } } }
  /search:
    get:
      operationId: search
      parameters: [{ name: q, in: query, schema: { type: string } }]
      responses: { '200': { description: d } }
  /text:
    get:
      operationId: text
      responses: { '200': { description: d, content: { application/xml: {} } } }
";

/// What is found in a document of a step before, which has outputs, and one with these lines.
fn lines(target: &str, step: &str) -> Vec<String> {
    let document = format!(
        "arazzo: 1.1.0
info: {{ title: t, version: '1' }}
sourceDescriptions: [{{ name: api, url: api.yml }}]
workflows:
- workflowId: w
  inputs:
    type: object
    properties: {{ id: {{ type: integer }}, name: {{ type: string }}, x-key: {{ type: string }}, order: {{ type: object }} }}
  steps:
  - stepId: before
    operationId: text
    outputs: {{ xml: $response.body, size: $response.header.Size }}
  - stepId: own
    {target}
{step}"
    );
    let files = Memory::of([("w.yml", document.as_str()), ("api.yml", API)]);
    let compilation = compile(Path::new("w.yml"), &Options { reader: &files, ..Options::default() });
    let rule = |line: String| line.split(' ').take(2).collect::<Vec<_>>().join(" ");
    found(&compilation).into_iter().map(rule).filter(|line| line != "warning unused_input").collect()
}

/// Section "Parameter Object Example".
#[test]
fn parameters() {
    let id = "    - { name: id, in: path, value: a }\n";
    for (operation, parameter) in [
        ("operationId: any", "{ name: name, in: query, value: $inputs.name }"),
        ("operationId: any", "{ name: X-Api-Key, in: header, value: $inputs.x-key }"),
    ] {
        assert_eq!(lines(operation, &format!("    parameters:\n{id}    - {parameter}\n")), [""; 0], "{parameter}");
    }
    for query in [
        "filter=active&sort=desc&limit=50",
        "category={$inputs.name}&minPrice={$inputs.id}&inStock=true",
        r#"{"filter":"active","sort":"desc","limit":50}"#,
    ] {
        let step = format!("    parameters:\n    - {{ name: all, in: querystring, value: '{query}' }}\n");
        let found = lines("operationId: search", &step);
        assert!(found.iter().all(|line| line.starts_with("warning")), "{query}: {found:?}");
    }
}

/// Sections "Criterion Object", "Simple", "Regex", "JSONPath" and "XPath".
#[test]
fn criteria() {
    let mut wrong = Vec::new();
    for (criterion, expected) in [
        ("{ condition: $statusCode == 200 }", &[][..]),
        ("{ condition: '$statusCode == 200 && $response.body#/data != null' }", &[]),
        ("{ condition: $response.body.count > $inputs.id }", &["warning dotted_access"]),
        ("{ condition: '$statusCode == 200 && $response.body.data != null' }", &["warning dotted_access"]),
        ("{ context: $statusCode, condition: '^2\\d{2}$', type: regex }", &[]),
        ("{ context: $statusCode, condition: '^200$', type: regex }", &[]),
        (
            "{ context: $response.body.status, condition: '^({$inputs.name})$', type: regex }",
            &["warning dotted_access"],
        ),
        // Of an object it would ask the members, which the specification does not mean.
        ("{ context: $response.body, condition: '$[?count(@.pets) > 0]', type: jsonpath }", &["warning object_filter"]),
        ("{ context: $response.body, condition: '$.pets[*]', type: jsonpath }", &[]),
        (
            "{ context: $response.body, condition: '$[?(@.status == \"{$inputs.name}\")]', type: jsonpath }",
            &["warning object_filter"],
        ),
        ("{ context: $response.body, condition: 'count(/root/pets/*) > 0', type: xpath }", &[]),
        ("{ context: $response.body, condition: /root/pets, type: xpath }", &[]),
        (
            "{ context: $response.body, condition: '/root/items[price > {$steps.before.outputs.size}]', type: xpath }",
            &[],
        ),
    ] {
        let step =
            format!("    parameters: [{{ name: id, in: path, value: a }}]\n    successCriteria:\n    - {criterion}\n");
        let found = lines("operationId: any", &step);
        if found != expected {
            wrong.push(format!("{criterion}: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Sections "RequestBody Content Forms" and "Payload Replacement Object".
#[test]
fn bodies() {
    for body in [
        "      contentType: application/json
      payload: |
        { \"order\": { \"id\": \"{$inputs.id}\", \"code\": \"{$inputs.name}\", \"complete\": false } }
",
        "      contentType: application/json
      payload: { order: { id: $inputs.id, code: $inputs.name, complete: false } }
",
        "      contentType: application/json\n      payload: $inputs.order\n",
        "      contentType: application/xml
      payload: |
        <order><id>{$inputs.id}</id><code>{$inputs.name}</code></order>
",
        "      contentType: application/x-www-form-urlencoded
      payload: { client_id: $inputs.id, code: $steps.before.outputs.size, scope: $inputs.name }
",
        // The last brace of the specification's own example is missing at its beginning.
        "      contentType: application/x-www-form-urlencoded
      payload: client_id={$inputs.id}&code={$steps.before.outputs.size}&scope={$inputs.name}
",
        "      contentType: application/json
      payload: { id: 1, quantity: 1, items: [{ sku: A, quantity: 1 }] }
      replacements:
      - { target: /id, value: $inputs.id }
      - { target: /quantity, value: 10 }
      - target: $.items[?(@.sku=='A')].quantity
        targetSelectorType: jsonpath
        value: { context: $inputs.order, selector: $.newQuantity, type: jsonpath }
",
    ] {
        let step = format!("    parameters: [{{ name: id, in: path, value: a }}]\n    requestBody:\n{body}");
        assert_eq!(lines("operationId: any", &step), [""; 0], "{body}");
    }
}

/// Section "Arazzo Specification Object Example": an `operationPath` that is an operationId, with an action beside it.
#[test]
fn paths_that_are_ids() {
    let parameters = "    parameters: [{ name: id, in: path, value: a }]\n";
    for target in ["operationPath: $sourceDescriptions.api.any", "operationPath: '{$sourceDescriptions.api.any}'"] {
        for action in ["", "    action: send\n"] {
            assert_eq!(
                lines(target, &format!("{action}{parameters}")),
                ["error invalid_expression"],
                "{target} {action}"
            );
        }
    }
}
