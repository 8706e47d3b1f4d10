//! Swagger 2.0 descriptions, from the description to the generated code.

use crate::support::{compiled, found, module};

const API: &str = "swagger: '2.0'
info: { title: Pets, version: '1' }
host: pets.example
basePath: /v1
consumes: [application/json]
produces: [application/json]
paths:
  /pets:
    get:
      operationId: list
      parameters:
      - { name: tags, in: query, type: array, items: { type: string }, collectionFormat: FORMAT }
      responses:
        '200':
          description: The pets.
          schema: { type: array, items: { $ref: '#/definitions/Pet' } }
    post:
      operationId: add
      parameters:
      - { name: pet, in: body, required: true, schema: { $ref: '#/definitions/Pet' } }
      responses:
        '201': { description: The pet., schema: { $ref: '#/definitions/Pet' } }
definitions:
  Pet:
    type: object
    required: [id, name]
    properties:
      id: { type: integer, format: int64 }
      name: { type: string, x-nullable: true }
";

/// A document of one step.
fn document(step: &str) -> String {
    format!(
        "arazzo: 1.0.1\ninfo: {{ title: t, version: '1' }}\nsourceDescriptions: [{{ name: api, url: api.yml }}]\nworkflows:\n\
         - workflowId: w\n  inputs: {{ type: object, properties: {{ tags: {{ type: array }} }} }}\n  steps:\n  - stepId: s\n\
         {step}"
    )
}

#[test]
fn outputs_have_the_types_of_definitions() {
    let step = "    operationId: add\n    requestBody: { payload: { id: 1, name: Rex } }\n    outputs:\n      \
                id: $response.body#/id\n      name: $response.body#/name\n  outputs:\n    \
                id: $steps.s.outputs.id\n    name: $steps.s.outputs.name\n";
    assert_eq!(module(&document(step), API).members("Outputs"), ["id: i64", "name: Option<String>"]);
}

// Rule R13: the server of a Swagger description.
#[test]
fn the_server_is_made_of_host_and_base_path() {
    let compilation = compiled(&document("    operationId: list\n"), API);
    let tokens = compilation.tokens.to_string();
    assert!(tokens.contains("\"https://pets.example/v1\""), "{tokens}");
}

#[test]
fn lists_are_written_by_their_collection_format() {
    let step = "    operationId: list\n    parameters: [{ name: tags, in: query, value: $inputs.tags }]\n";
    for (format, expected) in [
        ("csv", "of(rt::Style::Form,false)"),
        ("ssv", "of(rt::Style::Space,false)"),
        ("tsv", "of(rt::Style::Tab,false)"),
        ("pipes", "of(rt::Style::Pipe,false)"),
    ] {
        let tokens = compiled(&document(step), &API.replace("FORMAT", format)).tokens.to_string().replace(' ', "");
        let written = format!("optional(\"tags\").written(rt::Format::{expected})");
        assert!(tokens.contains(&written), "{format} {tokens}");
    }
    let tokens = compiled(&document(step), &API.replace("FORMAT", "multi")).tokens.to_string().replace(' ', "");
    assert!(tokens.contains("optional(\"tags\")},"), "{tokens}");
}

#[test]
fn lists_in_forms_are_written_by_their_collection_format() {
    let step = "    operationId: add\n    requestBody: { payload: { tags: $inputs.tags } }\n";
    for (format, expected) in [
        ("csv", "&[(\"tags\",rt::Format::of(rt::Style::Form,false))]"),
        ("tsv", "&[(\"tags\",rt::Format::of(rt::Style::Tab,false))]"),
        ("multi", "&[(\"tags\",rt::Format::of(rt::Style::Form,true))]"),
    ] {
        let form = API.replace(
            "{ name: pet, in: body, required: true, schema: { $ref: '#/definitions/Pet' } }",
            &format!(
                "{{ name: tags, in: formData, type: array, items: {{ type: string }}, collectionFormat: {format} }}"
            ),
        );
        let form = form.replace("FORMAT", "csv");
        let tokens = compiled(&document(step), &form).tokens.to_string().replace(' ', "");
        assert!(
            tokens.contains(&format!("request.form(\"application/x-www-form-urlencoded\",false,{expected}")),
            "{tokens}"
        );
    }
}

// Rule C52: what Swagger requires is given.
#[test]
fn what_swagger_requires_is_required() {
    let rules = |step: &str, api: &str| {
        let lines = found(&compiled(&document(step), api));
        let rule = |line: &String| line.split(' ').nth(1).map(str::to_owned);
        lines.iter().filter_map(rule).filter(|rule| rule != "unused_input").collect::<Vec<_>>()
    };
    assert_eq!(rules("    operationId: add\n", API), ["missing_body"]);
    let body = "    operationId: add\n    requestBody: { contentType: text/plain, payload: a }\n";
    assert_eq!(rules(body, API), ["unknown_content_type"]);
    let form = API.replace(
        "{ name: pet, in: body, required: true, schema: { $ref: '#/definitions/Pet' } }",
        "{ name: name, in: formData, type: string, required: true }",
    );
    assert_eq!(rules("    operationId: add\n", &form), ["missing_body"]);
    let tags = "    operationId: list\n    parameters: [{ name: tags, in: query, value: a }]\n";
    assert_eq!(rules(tags, API), ["invalid_description"]);
}

#[test]
fn the_version_may_lack_its_quotes() {
    let api = API.replace("swagger: '2.0'", "swagger: 2.0");
    assert!(!compiled(&document("    operationId: list\n"), &api).has_errors());
    for version in ["swagger: '1.2'", "swagger: 2.1", "swagger: '3.0.0'", "swagger: []"] {
        let api = API.replace("swagger: '2.0'", version);
        let found = found(&compiled(&document("    operationId: list\n"), &api));
        assert_eq!(found.last().map(String::as_str), Some("error unsupported api.yml 1:10"), "{version}");
    }
}
