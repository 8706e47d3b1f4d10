//! A description as large ones are: many operations, each with parameters, a body, responses and schemas of its own.

use serde_json::{Map, Value, json};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// How the description is written.
#[derive(Clone, Copy)]
pub(crate) enum Format {
    Yaml,
    Json,
}

impl Format {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Yaml => "YAML",
            Self::Json => "JSON",
        }
    }

    fn extension(self) -> &'static str {
        match self {
            Self::Yaml => "yml",
            Self::Json => "json",
        }
    }
}

/// The files.
pub(crate) struct Large {
    /// How large the description is.
    pub(crate) bytes: usize,
    /// Documents that use it, each with one workflow.
    pub(crate) documents: Vec<PathBuf>,
}

/// Writes a description and documents that use it.
pub(crate) fn write(folder: &Path, format: Format, operations: usize) -> Large {
    let folder = folder.join(format!("large-{}", format.extension()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let description = description(operations);
    let text = match format {
        Format::Json => serde_json::to_string_pretty(&description).expect("JSON"),
        Format::Yaml => {
            let mut text = String::new();
            yaml(&description, 0, &mut text);
            text
        }
    };
    let file = format!("api.{}", format.extension());
    std::fs::write(folder.join(&file), &text).expect("a file");
    let documents = (0..4).map(|number| {
        let path = folder.join(format!("workflow-{number}.yml"));
        std::fs::write(&path, document(number, operations, &file)).expect("a file");
        path
    });
    Large { bytes: text.len(), documents: documents.collect() }
}

/// A workflow that creates something, reads it, and changes something else.
fn document(number: usize, operations: usize, file: &str) -> String {
    let [first, second] = [number * operations / 16, (number + 4) * operations / 16];
    format!(
        "\
arazzo: 1.0.1
info:
  title: A workflow over a large description
  version: 1.0.0
sourceDescriptions:
- name: api
  url: {file}
  type: openapi
workflows:
- workflowId: change-{number}
  inputs:
    type: object
    required: [name]
    properties:
      name:
        type: string
  steps:
  - stepId: create
    operationId: createResource{first}
    requestBody:
      contentType: application/json
      payload:
        name: $inputs.name
        quantity: 2
    successCriteria:
    - condition: $statusCode == 201
    outputs:
      id: $response.body#/id
  - stepId: read
    operationId: readResource{first}
    parameters:
    - name: id
      in: path
      value: $steps.create.outputs.id
    successCriteria:
    - condition: $statusCode == 200
    outputs:
      state: $response.body#/state
  - stepId: other
    operationId: createResource{second}
    requestBody:
      contentType: application/json
      payload:
        name: $steps.read.outputs.state
        quantity: 1
    successCriteria:
    - condition: $statusCode == 201
    outputs:
      id: $response.body#/id
  outputs:
    id: $steps.other.outputs.id
"
    )
}

/// Two operations on each of many resources.
fn description(operations: usize) -> Value {
    let (mut paths, mut schemas) = (Map::new(), Map::new());
    for number in 0..operations.div_ceil(2) {
        let parameter = |name: &str, place: &str, schema: Value| {
            json!({ "name": name, "in": place, "required": place == "path", "schema": schema,
                "description": format!("The {name} of resource {number}, as the overview of all resources shows it.") })
        };
        let content = |name: &str| json!({ "application/json": { "schema": { "$ref": format!("#/components/schemas/{name}{number}") } } });
        let responses = |status: &str| {
            json!({
                status: { "description": "What has become of it.", "content": content("Resource") },
                "400": { "description": "The request is not understood.", "content": content("Problem") },
                "404": { "description": "There is no such resource, or the account does not see it." },
                "default": { "description": "Anything else.", "content": content("Problem") },
            })
        };
        let collection = json!({ "post": {
            "operationId": format!("createResource{number}"),
            "summary": format!("Creates a resource of kind {number}"),
            "description": "Creates a resource. It is there as soon as the response has come, and is ready for use when \
                its state says so: until then, reading it is all that can be done with it.",
            "tags": ["resources", format!("kind-{number}")],
            "parameters": [parameter("trace", "query", json!({ "type": "string", "maxLength": 64 }))],
            "requestBody": { "required": true, "content": content("NewResource") },
            "responses": responses("201"),
        }});
        let item = json!({ "get": {
            "operationId": format!("readResource{number}"),
            "summary": format!("Reads a resource of kind {number}"),
            "description": "Reads a resource. Reading it often costs nothing, but is no way to wait: there are events.",
            "tags": ["resources", format!("kind-{number}")],
            "parameters": [
                parameter("id", "path", json!({ "type": "string", "format": "uuid" })),
                parameter("fields", "query", json!({ "type": "array", "items": { "type": "string" } })),
            ],
            "responses": responses("200"),
        }});
        paths.insert(format!("/resources-{number}"), collection);
        paths.insert(format!("/resources-{number}/{{id}}"), item);
        schemas.insert(format!("NewResource{number}"), schema(number, 6, &["name", "quantity"]));
        schemas.insert(format!("Resource{number}"), schema(number, 24, &["id", "name", "state"]));
        schemas.insert(format!("Problem{number}"), schema(number, 3, &["id"]));
    }
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Resources", "version": "1.0.0" },
        "servers": [{ "url": "https://api.example.com/v1" }],
        "paths": paths,
        "components": { "schemas": schemas },
    })
}

fn schema(number: usize, more: usize, required: &[&str]) -> Value {
    let mut properties = Map::new();
    for name in ["id", "name", "state"] {
        let description = format!("The {name}, as people see it.");
        properties.insert(name.to_owned(), json!({ "type": "string", "description": description }));
    }
    properties.insert("quantity".to_owned(), json!({ "type": "integer", "minimum": 0, "maximum": 1000 }));
    for property in 0..more {
        let description = format!("Property {property} of kind {number}; it is left out where nothing is known of it.");
        let kind = ["string", "number", "boolean"][property % 3];
        properties.insert(format!("property{property}"), json!({ "type": kind, "description": description }));
    }
    json!({ "type": "object", "required": required, "properties": properties })
}

/// YAML as descriptions have it: two spaces for each level, text without quotes where that is allowed.
fn yaml(value: &Value, depth: usize, text: &mut String) {
    let indent = "  ".repeat(depth);
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let key = if key.bytes().all(|byte| byte.is_ascii_digit()) { format!("'{key}'") } else { key.clone() };
                let _ = write!(text, "{indent}{key}:");
                entry(value, depth, text);
            }
        }
        Value::Array(items) => {
            for item in items {
                let _ = write!(text, "{indent}-");
                entry(item, depth, text);
            }
        }
        scalar => {
            let _ = writeln!(text, "{indent}{scalar}");
        }
    }
}

fn entry(value: &Value, depth: usize, text: &mut String) {
    match value {
        Value::Object(_) | Value::Array(_) => {
            text.push('\n');
            yaml(value, depth + 1, text);
        }
        Value::String(string) if string.contains([':', '#', '{', '\'']) => {
            let _ = writeln!(text, " '{}'", string.replace('\'', "''"));
        }
        Value::String(string) => {
            let _ = writeln!(text, " {string}");
        }
        scalar => {
            let _ = writeln!(text, " {scalar}");
        }
    }
}
