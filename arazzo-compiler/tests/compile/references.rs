//! What a document refers to: other files, parts of itself, values.

use super::support::{api, compiled, document, found, operations};
use arazzo_compiler::source::{Cache, Memory};
use arazzo_compiler::{Options, compile};
use std::path::Path;

const STEP: &str = "  steps:\n  - stepId: a\n    operationId: get\n";

/// What is found in the files, of which `document` is compiled.
fn found_in(document: &str, files: &[(&str, &str)]) -> Vec<String> {
    let files = Memory::of(files.iter().copied());
    found(&compile(Path::new(document), &Options { reader: &files, ..Options::default() }))
}

/// Rule C13: a document and its descriptions are read whole before anything in them is looked for.
#[test]
fn what_is_referred_to_may_stand_behind_it() {
    let text = document(
        "  outputs: { id: $steps.b.outputs.id }
  inputs: { $ref: '#/components/inputs/later' }
  steps:
  - stepId: a
    operationId: get
    onSuccess: [{ name: on, type: goto, stepId: b }]
  - stepId: b
    operationId: get
    requestBody: { payload: $inputs.x }
    outputs: { id: $response.body#/id }
components: { inputs: { later: { type: object, properties: { x: { type: string } } } } }
",
    );
    let api = api("{ $ref: '#/components/schemas/Thing' }");
    assert_eq!(found(&compiled(&text, &api)), ["warning unexpected_body w.yml 14:18",]);
}

/// Rule C15: the fragment of a reference into YAML or JSON is a JSON Pointer, with its escapes and those of URIs.
#[test]
fn a_fragment_is_a_json_pointer() {
    let with = |reference: &str| {
        let api = api(&format!("{{ $ref: '{reference}' }}"))
            .replace("    Thing:", "    A/b~c d: { type: object }\n    Thing:");
        let text = document(&format!(
            "{STEP}    outputs: {{ id: $response.body#/id }}\n  outputs: {{ id: $steps.a.outputs.id }}\n"
        ));
        found(&compiled(&text, &api))
    };
    assert_eq!(with("#/components/schemas/Thing"), [""; 0]);
    assert_eq!(with("#/components/schemas/A~1b~0c%20d"), [""; 0]);
    assert_eq!(with("#/components/schemas/A/b~c d"), ["error invalid_reference api.yml 8:92"]);
    assert_eq!(with("#Thing"), ["error invalid_reference api.yml 8:92"]);
}

// Rule A36.
/// Rule C17: the specification recommends a name for the first document; the macro names the file, and JSON is YAML too.
#[test]
fn a_document_may_have_any_name_and_be_json() {
    let json = r#"{ "arazzo": "1.0.1", "info": { "title": "t", "version": "1" }, "sourceDescriptions": [{ "name": "api", "url": "api.yml" }],
        "workflows": [{ "workflowId": "w", "steps": [{ "stepId": "a", "operationId": "get" }] }] }"#;
    let api = api("{}");
    for name in ["arazzo.json", "arazzo.yaml", "any name", "deep/er/w.arazzo.json"] {
        let beside = Path::new(name).with_file_name("api.yml");
        let beside = beside.to_str().expect("it is text");
        // A36: neither does anybody ask for its media type.
        assert_eq!(found_in(name, &[(name, json), (beside, &api)]), [""; 0], "{name}");
    }
}

/// Rule C19: a relative `url` counts from the document, and a `$ref` from the file in which it stands.
#[test]
fn a_url_counts_from_the_document() {
    let text = document(STEP).replace("url: api.yml", "url: ../api/main%20part.yml");
    let api = api("{ $ref: 'schemas/thing.yml#/Thing' }");
    let thing = "Thing: { type: object }\n";
    let files =
        [("docs/flows/w.yml", &*text), ("docs/api/main part.yml", &*api), ("docs/api/schemas/thing.yml", thing)];
    assert_eq!(found_in("docs/flows/w.yml", &files), [""; 0]);
    assert_eq!(found_in("docs/flows/w.yml", &files[..1]), ["error unreadable_file docs/flows/w.yml 3:40"]);
}

/// A31, A32: in both versions an expression may stand in the text of a parameter, and anywhere in a list or an object.
#[test]
fn expressions_stand_in_any_value_of_a_parameter() {
    for version in ["1.0.1", "1.1.0"] {
        let text = document(
            "  inputs: { type: object, properties: { x: { type: string } } }
  steps:
  - stepId: a
    operationId: post
    requestBody: { payload: { text: '<{$inputs.x}>', list: [{ deep: $inputs.y }] } }
  - stepId: b
    operationId: find
    parameters:
    - { name: id, in: path, value: 'id-{$inputs.x}' }
    - { name: X-Why, in: header, value: '{$inputs.z}' }
",
        )
        .replace("1.0.1", version);
        // What the names mean is looked up, so that the expressions have been read.
        assert_eq!(
            found(&compiled(&text, &operations("'200': { description: d }"))),
            ["error unknown_input w.yml 10:77", "error unknown_input w.yml 15:51"],
            "{version}"
        );
    }
}

/// A37: `$sourceDescriptions.….url` is the text of the document.
#[test]
fn the_url_of_a_source_is_as_written() {
    let text = document(
        "  steps:
  - stepId: a
    operationId: post
    requestBody: { payload: { url: $sourceDescriptions.api.url } }
",
    )
    .replace("url: api.yml", "url: ./x/../api.yml");
    let files = [("w.yml", &*text), ("api.yml", &*operations("'200': { description: d }"))];
    let files = Memory::of(files);
    let compilation = compile(Path::new("w.yml"), &Options { reader: &files, ..Options::default() });
    assert_eq!(found(&compilation), [""; 0]);
    let tokens = compilation.tokens.to_string();
    assert!(tokens.contains("\"./x/../api.yml\""), "{tokens}");
}

#[test]
fn what_another_compilation_has_parsed_is_found_again_with_all_that_is_wrong_in_it() {
    let cache = Cache::default();
    let broken = format!("{}x: 1\nx: 2\n", api("{ $ref: nowhere.yml }"));
    let first = document(&format!("{STEP}    outputs: {{ id: $response.body#/id }}\n"));
    let second = first.replace("operationId: get", "operationId: gte");
    let files = Memory::of([("first.yml", &*first), ("second.yml", &*second), ("api.yml", &*broken)]);
    for document in ["first.yml", "second.yml", "first.yml"] {
        let options = Options { reader: &files, ..Options::default() };
        let alone = compile(Path::new(document), &options);
        let cached = compile(Path::new(document), &Options { cache: Some(&cache), ..options });
        assert!(
            found(&alone).iter().any(|line| line.starts_with("error duplicate_key api.yml")),
            "{:?}",
            found(&alone)
        );
        assert_eq!(cached.diagnostics, alone.diagnostics);
        assert_eq!(cached.tokens.to_string(), alone.tokens.to_string());
        assert_eq!(cached.files, alone.files);
    }
}
