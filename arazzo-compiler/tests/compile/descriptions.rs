//! What OpenAPI descriptions may hold: methods, ids, paths, and references to other files.

use crate::support::{Module, found};
use arazzo_compiler::source::Memory;
use arazzo_compiler::{Compilation, Options, compile};
use std::path::Path;

/// Compiles a document of one step, `s`, with these lines.
fn step(lines: &str, files: &[(&str, &str)]) -> Compilation {
    let document = format!(
        "arazzo: 1.0.1\ninfo: {{ title: t, version: '1' }}\nsourceDescriptions: [{{ name: api, url: api/api.yml }}]\n\
         workflows:\n- workflowId: w\n  steps:\n  - stepId: s\n{lines}"
    );
    let files = files.iter().copied().chain([("w.yml", document.as_str())]);
    compile(Path::new("w.yml"), &Options { reader: &Memory::of(files), ..Options::default() })
}

/// A description with these paths.
fn api(version: &str, paths: &str) -> String {
    format!(
        "openapi: {version}\ninfo: {{ title: t, version: '1' }}\nservers: [{{ url: https://t.example }}]\npaths:\n{paths}"
    )
}

/// The operation that the generated code calls: its method and the parts of its path.
#[track_caller]
fn operation(compilation: &Compilation) -> String {
    assert!(!compilation.has_errors(), "{}", compilation.diagnostics[0]);
    let tokens = compilation.tokens.to_string().replace(' ', "").replace("rt::PathPart::", "");
    let (_, operation) = tokens.split_once("method:").unwrap_or_else(|| panic!("{tokens}"));
    operation.split('}').next().unwrap_or_default().trim_end_matches(',').replace(",path:&", " ")
}

/// The rules that were broken, and where.
fn broken(compilation: &Compilation) -> Vec<String> {
    found(compilation).into_iter().filter(|line| line.starts_with("error")).collect()
}

// Rule C36: an operation of a method that OpenAPI 3.2 brought.
#[test]
fn openapi_3_2_has_more_methods() {
    let paths = "  /a:\n    query: { operationId: look, requestBody: { content: { application/json: {} } } }\n    \
                 additionalOperations:\n      COPY: { operationId: copy }\n      link: { operationId: link }\n";
    let id = |id: &str| format!("    operationId: {id}\n");
    let read = |version: &str, lines: &str| step(lines, &[("api/api.yml", &api(version, paths))]);
    assert_eq!(operation(&read("3.2.0", &id("look"))), r#""QUERY" [Text("/a")]"#);
    assert_eq!(operation(&read("3.2.0", &id("copy"))), r#""COPY" [Text("/a")]"#);
    // The case of letters counts in methods.
    assert_eq!(operation(&read("3.2.0", &id("link"))), r#""link" [Text("/a")]"#);
    for method in ["look", "copy"] {
        assert_eq!(broken(&read("3.1.0", &id(method))), ["error unknown_operation w.yml 8:18"]);
    }
}

// Rule C37: the operations of `additionalOperations` have a pointer too.
#[test]
fn additional_operations_have_a_pointer() {
    let paths = "  /a:\n    get: {}\n    additionalOperations: { COPY: {}, GET: {}, 'A B': {} }\n";
    let read = |pointer: &str| {
        let lines = format!("    operationPath: '{{$sourceDescriptions.api.url}}#{pointer}'\n");
        step(&lines, &[("api/api.yml", &api("3.2.0", paths))])
    };
    assert_eq!(operation(&read("/paths/~1a/additionalOperations/COPY")), r#""COPY" [Text("/a")]"#);
    assert_eq!(operation(&read("/paths/~1a/get")), r#""GET" [Text("/a")]"#);
    for (pointer, help) in [
        ("/paths/~1a/COPY", "did you mean `additionalOperations/COPY`?"),
        ("/paths/~1a/copy", "did you mean `additionalOperations/COPY`?"),
        ("/paths/~1a/additionalOperations/copy", "did you mean `additionalOperations/COPY`?"),
    ] {
        let compilation = read(pointer);
        assert_eq!(compilation.diagnostics.len(), 1, "{pointer}");
        assert!(compilation.diagnostics[0].to_string().contains(help), "{}", compilation.diagnostics[0]);
    }
    assert_eq!(broken(&read("/paths/~1a/additionalOperations/A B")), ["error invalid_description api/api.yml 7:55"]);
    assert_eq!(broken(&read("/paths/~1a/additionalOperations")), ["error unknown_operation w.yml 8:62"]);
}

// Rule C36: an operationId is any text.
#[test]
fn an_operation_id_may_have_dots() {
    let api = api("3.1.0", "  /a:\n    get: { operationId: pets.list.all }\n    put: { operationId: pets/put }\n");
    for id in ["pets.list.all", "$sourceDescriptions.api.pets.list.all"] {
        let compilation = step(&format!("    operationId: {id}\n"), &[("api/api.yml", &api)]);
        assert_eq!(operation(&compilation), r#""GET" [Text("/a")]"#, "{id}");
    }
    let compilation = step("    operationId: pets/put\n", &[("api/api.yml", &api)]);
    assert_eq!(operation(&compilation), r#""PUT" [Text("/a")]"#);
}

// Rule C36: two operations of one id are a problem for who names that id, and for nobody else.
#[test]
fn an_id_that_is_there_twice_matters_only_where_it_is_named() {
    let api = api(
        "3.1.0",
        "  /a:\n    get: { operationId: same }\n    put: { operationId: same }\n    post: { operationId: other }\n",
    );
    let read = |lines: &str| step(lines, &[("api/api.yml", &api)]);
    assert_eq!(operation(&read("    operationId: other\n")), r#""POST" [Text("/a")]"#);
    assert_eq!(
        operation(&read("    operationPath: '{$sourceDescriptions.api.url}#/paths/~1a/put'\n")),
        r#""PUT" [Text("/a")]"#
    );
    assert_eq!(broken(&read("    operationId: same\n")), ["error ambiguous_operation w.yml 8:18"]);
}

// Rule C52: what published descriptions write into their paths beyond what OpenAPI says.
#[test]
fn a_path_may_have_a_rest_a_query_and_a_fragment() {
    let paths = "  /{Bucket}/{Key+}?acl#read:\n    get:\n      operationId: read\n      parameters:\n      \
                 - { name: Bucket, in: path, required: true, schema: { type: string } }\n      \
                 - { name: Key+, in: path, required: true, schema: { type: string } }\n  \
                 /find?q={q}&fixed=1:\n    get:\n      operationId: find\n      parameters:\n      \
                 - { name: q, in: query, required: true, schema: { type: string } }\n";
    let api = api("3.1.0", paths);
    let read = |lines: &str| step(lines, &[("api/api.yml", &api)]);
    for name in ["Key", "Key+"] {
        let lines = format!(
            "    operationId: read\n    parameters: [{{ name: Bucket, in: path, value: b }}, \
             {{ name: {name}, in: path, value: c/d }}]\n"
        );
        let compilation = read(&lines);
        let parts = r#""GET" [Text("/"),Variable("Bucket"),Text("/"),Segments("Key"),Text("?"),Text("acl")]"#;
        assert_eq!(operation(&compilation), parts, "{name}");
        assert!(compilation.tokens.to_string().contains("required (\"Key\")"), "{name}");
        assert!(compilation.diagnostics.is_empty(), "{name}");
    }
    assert_eq!(broken(&read("    operationId: read\n")).len(), 2);
    // What a query parameter adds is not there twice.
    let compilation = read("    operationId: find\n    parameters: [{ name: q, in: query, value: a }]\n");
    assert_eq!(operation(&compilation), r#""GET" [Text("/find"),Text("?"),Text("fixed=1")]"#);
}

const PARTS: &str = "item:\n  parameters:\n  - { $ref: 'more/parts.yml#/parameters/Tag' }\n  post:\n    operationId: add\n    \
                     requestBody: { $ref: '#/bodies/Pet' }\n    responses:\n      '200': { $ref: 'more/parts.yml#/responses/Pet' }\n\
                     bodies:\n  Pet: { required: true, content: { application/json: { schema: { $ref: 'more/parts.yml#/Pet' } } } }\n";
const MORE: &str = "parameters:\n  Tag: { $ref: '#/tag' }\ntag: { name: tag, in: query, required: true, schema: { type: string } }\n\
                    responses:\n  Pet: { description: d, content: { application/json: { schema: { $ref: 'pet.json' } } } }\n\
                    Pet: { $ref: './pet.json' }\n";
const PET: &str = r##"{ "type": "object", "required": ["id", "mate"],
    "properties": { "id": { "type": "integer" }, "mate": { "$ref": "#/$defs/Name" } }, "$defs": { "Name": { "type": "string" } } }"##;

/// A description that is spread over files, and the files that the last ones are to replace.
fn spread<'f>(api: &'f str, others: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
    let mut files =
        vec![("api/api.yml", api), ("api/parts.yml", PARTS), ("api/more/parts.yml", MORE), ("api/more/pet.json", PET)];
    files.retain(|(path, _)| others.iter().all(|(other, _)| other != path));
    files.extend(others);
    files
}

const ADD: &str = "    operationId: add\n    parameters: [{ name: tag, in: query, value: a }]\n    requestBody: { payload: {} }\n    \
                   outputs: { id: $response.body#/id, mate: $response.body#/mate }\n  outputs:\n    id: $steps.s.outputs.id\n    \
                   mate: $steps.s.outputs.mate\n";

// Rule C16: references follow the rules of OpenAPI, each from the file in which it stands.
#[test]
fn a_description_may_be_spread_over_files() {
    let api = api("3.1.0", "  /pets: { $ref: 'parts.yml#/item' }\n");
    let compilation = step(ADD, &spread(&api, &[]));
    assert_eq!(found(&compilation), [""; 0]);
    let module = Module::of(compilation.tokens, "w").expect("the workflow is there");
    assert_eq!(module.members("Outputs"), ["id: i64", "mate: String"]);
    // A change of any of them makes Cargo compile again.
    let files: Vec<_> = compilation.files.iter().map(|file| file.display().to_string()).collect();
    for file in ["w.yml", "api/api.yml", "api/parts.yml", "api/more/parts.yml", "api/more/pet.json"] {
        assert!(files.iter().any(|known| known == file), "{file} is not among {files:?}");
    }
    let compilation = step("    operationId: add\n", &spread(&api, &[]));
    assert_eq!(broken(&compilation), ["error missing_body w.yml 7:13", "error missing_parameter w.yml 7:13"]);
}

// Rule C15: a reference that leads nowhere is reported where it stands, once.
#[test]
fn a_reference_that_leads_nowhere_is_reported_once() {
    let api = api("3.1.0", "  /pets: { $ref: 'parts.yml#/item' }\n");
    for (file, text, expected) in [
        ("api/more/pet.json", r##"{ "$ref": "parts.yml#/Pet" }"##, "error invalid_reference"),
        ("api/more/pet.json", r##"{ "$ref": "#" }"##, "error invalid_reference api/more/pet.json 1:1"),
        ("api/more/pet.json", r##"{ "$ref": "none.json" }"##, "error unreadable_file api/more/pet.json 1:11"),
        (
            "api/more/pet.json",
            r##"{ "$ref": "https://h.example/a.json" }"##,
            "error remote_reference api/more/pet.json 1:11",
        ),
        ("api/more/pet.json", r##"{ "$ref": "#/none" }"##, "error invalid_reference api/more/pet.json 1:11"),
        ("api/more/pet.json", "{", "error yaml api/more/pet.json"),
        ("api/parts.yml", "item: { $ref: 'api.yml#/paths/~1pets' }", "error invalid_reference api/api.yml 5:10"),
    ] {
        let errors = broken(&step(ADD, &spread(&api, &[(file, text)])));
        let about: Vec<_> = errors.iter().filter(|line| !line.contains("unknown_operation")).collect();
        assert!(matches!(about[..], [only] if only.starts_with(expected)), "{text} {errors:?}");
    }
}

// Rule C24: what no step needs is not read, so what is wrong with it is nobody's problem.
#[test]
fn parts_that_no_step_needs_are_not_read() {
    let api = api(
        "3.1.0",
        "  /a:\n    get: { operationId: get }\n    put: { operationId: put, parameters: [{ $ref: 'none.yml' }] }\n",
    );
    assert_eq!(found(&step("    operationId: get\n", &[("api/api.yml", &api)])), [""; 0]);
}
