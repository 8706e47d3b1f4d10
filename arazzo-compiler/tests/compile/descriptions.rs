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
    let (operation, _) = operation.split_once(",security:").unwrap_or_else(|| panic!("{operation}"));
    operation.replace(",path:&", " ")
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

const ADD: &str = "    operationId: add\n    parameters: [{ name: tag, in: query, value: a }]\n    requestBody: { payload: { id: 1, mate: Rex } }\n    \
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

/// The rules that were broken or bent.
fn rules(compilation: &Compilation) -> Vec<String> {
    let name = |line: String| line.split(' ').nth(1).map(str::to_owned);
    found(compilation).into_iter().filter_map(name).collect()
}

// Rules C37, A21: an operationPath in each form that is published, into each version of OpenAPI, however its path is
// escaped.
#[test]
fn an_operation_path_has_several_forms() {
    let paths = "  /pets/{id}:\n    get: { parameters: [{ name: id, in: path, required: true, type: string, schema: {} }] }\n  \
                 /a~b/c%20d: { get: {} }\n";
    let swagger = format!("swagger: '2.0'\ninfo: {{ title: t, version: '1' }}\nhost: t.example\npaths:\n{paths}");
    let descriptions = [swagger, api("3.0.3", paths), api("3.1.0", paths), api("3.2.0", paths)];
    for (source, reading) in [
        ("{$sourceDescriptions.api.url}", None),
        ("$sourceDescriptions.api.url", Some("operation_path_form")),
        ("$sourceDescriptions.api", Some("operation_path_form")),
        ("{$sourceDescriptions.api}", Some("operation_path_form")),
        ("api", Some("operation_path_form")),
    ] {
        for path in ["~1pets~1{id}", "~1pets~1%7Bid%7D", "%7E1pets%7e1%7Bid%7D"] {
            for description in &descriptions {
                let lines = format!(
                    "    operationPath: '{source}#/paths/{path}/get'\n    parameters: [{{ name: id, in: path, value: a }}]\n"
                );
                let compilation = step(&lines, &[("api/api.yml", description)]);
                assert_eq!(operation(&compilation), r#""GET" [Text("/pets/"),Variable("id")]"#, "{lines}");
                assert_eq!(rules(&compilation), reading.into_iter().collect::<Vec<_>>(), "{lines}");
            }
        }
    }
    for path in ["~1a~0b~1c%20d", "~1a~0b~1c%2520d"] {
        let lines = format!("    operationPath: '{{$sourceDescriptions.api.url}}#/paths/{path}/get'\n");
        let compilation = step(&lines, &[("api/api.yml", &descriptions[0])]);
        assert_eq!(operation(&compilation), r#""GET" [Text("/a~b/c%20d")]"#, "{path}");
    }
}

// Rules C37, A21: what names no operation is an error that says what to write.
#[test]
fn an_operation_path_leads_to_an_operation() {
    let api = api("3.1.0", "  /pets:\n    get: { operationId: list }\n    post: {}\n");
    for (path, help) in [
        // The example at the root of the specification's document has no pointer.
        ("$sourceDescriptions.api.list", "write `operationId: $sourceDescriptions.api.list`"),
        // A path item, as in an official example.
        ("{$sourceDescriptions.api.url}#/paths/~1pets", "it has three parts"),
        ("{$sourceDescriptions.api.url}#/paths//pets/get", "did you mean `~1pets`?"),
        ("{$sourceDescriptions.api.url}#/paths/~1pets/put", "only `get`, `post`"),
        ("{$sourceDescriptions.api.url}#/paths/~1pets/GET", "did you mean `get`?"),
        ("#/paths/~1pets/get", "write `{$sourceDescriptions.api.url}#/paths/~1pets/get`"),
        ("api/api.yml#/paths/~1pets/get", "write `{$sourceDescriptions.api.url}#/paths/~1pets/get`"),
        ("{$sourceDescriptions.apy.url}#/paths/~1pets/get", "did you mean `api`?"),
    ] {
        let compilation = step(&format!("    operationPath: '{path}'\n"), &[("api/api.yml", &api)]);
        assert_eq!(broken(&compilation).len(), 1, "{path}");
        let text = compilation.diagnostics[0].to_string();
        assert!(text.contains(help), "{text}");
    }
}

// Rule C38: an operation that has an id is named by it; one whose id is there twice cannot be.
#[test]
fn an_operation_with_an_id_is_named_by_it() {
    for (paths, expected) in [
        ("  /a: { get: { operationId: a } }\n", &["operation_by_path"][..]),
        ("  /a: { get: {} }\n", &[]),
        ("  /a: { get: { operationId: a }, put: { operationId: a } }\n", &[]),
    ] {
        let lines = "    operationPath: '{$sourceDescriptions.api.url}#/paths/~1a/get'\n";
        assert_eq!(rules(&step(lines, &[("api/api.yml", &api("3.1.0", paths))])), expected, "{paths}");
    }
}

// Rule C90: what an expression reads of a request is declared by the operation or given by the step.
#[test]
fn a_part_of_a_request_is_one_that_is_sent() {
    let paths = "  /a/{id}:\n    get:\n      operationId: a\n      parameters: [{ name: q, in: query, schema: {} }]\n";
    let security = "components: { securitySchemes: { k: { type: apiKey, in: header, name: X-Key } } }\n";
    let api = api("3.1.0", paths) + security;
    for (part, is_known) in [
        ("query.q", true),
        ("query.Q", false),
        ("query.other", false),
        ("path.id", true),
        ("path.Id", false),
        ("header.X-Given", true),
        ("header.x-given", true),
        ("header.content-type", true),
        ("header.x-key", true),
        ("header.X-Other", false),
    ] {
        let lines = format!(
            "    operationId: a\n    parameters: [{{ name: id, in: path, value: a }}, {{ name: X-Given, in: header, value: a }}]\n    \
             successCriteria: [{{ condition: $request.{part} != null }}]\n"
        );
        let broken = broken(&step(&lines, &[("api/api.yml", &api)]));
        let expected = if is_known { "[]" } else { r#"["error unknown_request_part w.yml 10:36"]"# };
        assert_eq!(format!("{broken:?}"), expected, "{part}");
    }
}

// Rule R13: the servers nearest to the operation count, and of those the first whose URL is known.
#[test]
fn servers_are_found_from_the_inside_out() {
    let lines = "    operationId: a\n";
    let server = |root: &str, item: &str, operation: &str| {
        let text = |name: &str, servers: &str| match servers {
            "" => String::new(),
            servers => format!("{name}: {servers}"),
        };
        let api = format!(
            "openapi: 3.1.0\ninfo: {{ title: t, version: '1' }}\n{}\npaths:\n  /a:\n    {}\n    get:\n      operationId: a\n      {}\n",
            text("servers", root),
            text("servers", item),
            text("servers", operation)
        );
        let compilation = step(lines, &[("api/api.yml", &api)]);
        let tokens = compilation.tokens.to_string().replace(' ', "");
        let (_, server) = tokens.split_once(",server:").unwrap_or_else(|| panic!("{tokens}"));
        let server = server.split(",method").next().unwrap_or_default();
        server.split('"').nth(1).map(str::to_owned)
    };
    let list = |url: &str| format!("[{{ url: '{url}' }}]");
    let known = |url: &str| Some(url.to_owned());
    let (root, item) = (list("https://root.example"), list("https://item.example/v1/"));
    assert_eq!(server(&root, "", ""), known("https://root.example"));
    assert_eq!(server(&root, &item, ""), known("https://item.example/v1"));
    assert_eq!(server(&root, &item, &list("http://[::1]:80/a")), known("http://[::1]/a"));
    assert_eq!(server(&root, "[]", ""), known("https://root.example"));
    let variables =
        "[{ url: 'https://{a}.example/{b}', variables: { a: { default: x, enum: [x, y] }, b: { default: 1 } } }]";
    assert_eq!(server(variables, "", ""), known("https://x.example/1"));
    // Without a default, or relative to a file: the client has to name the server.
    assert_eq!(server(&list("https://{a}.example"), "", ""), None);
    assert_eq!(server(&list("/v1"), "", ""), None);
    assert_eq!(server("", "", ""), None);
    assert_eq!(server(&root, &list("./v1"), ""), None);
}

// Rule R13: a relative server counts from where the description was published, also when a local copy is read.
#[test]
fn a_relative_server_counts_from_where_the_description_is() {
    let document = "arazzo: 1.0.1\ninfo: { title: t, version: '1' }\n\
                    sourceDescriptions: [{ name: api, url: 'https://docs.example/apis/v2/api.yml' }]\nworkflows:\n- workflowId: w\n  \
                    steps: [{ stepId: s, operationId: a }]\n";
    for (servers, expected) in [
        ("servers: [{ url: '/v1' }]", "https://docs.example/v1"),
        ("servers: [{ url: ../v1 }]", "https://docs.example/apis/v1"),
        ("servers: [{ url: https://other.example }]", "https://other.example"),
        ("", "https://docs.example"),
    ] {
        let api = format!(
            "openapi: 3.0.3\ninfo: {{ title: t, version: '1' }}\n{servers}\npaths: {{ /a: {{ get: {{ operationId: a }} }} }}\n"
        );
        let files = Memory::of([("w.yml", document), ("copy.yml", &api)]);
        let sources = [("api".to_owned(), "copy.yml".into())].into();
        let options = Options { reader: &files, sources, ..Options::default() };
        let compilation = compile(Path::new("w.yml"), &options);
        assert_eq!(found(&compilation), [""; 0]);
        let tokens = compilation.tokens.to_string();
        assert!(tokens.contains(&format!("rt :: Server :: new (\"{expected}\")")), "{servers} {tokens}");
    }
}

// Rule C16: OpenAPI leaves open what stands beside the `$ref` of a path item; both count, the nearer one first.
#[test]
fn a_path_item_may_have_more_than_its_reference() {
    let paths = "  /pets:\n    $ref: parts.yml#/item\n    servers: [{ url: https://near.example }]\n    parameters:\n    \
                 - { name: tag, in: query, schema: {} }\n    get: { operationId: list }\n";
    let api = api("3.1.0", paths);
    let compilation = step("    operationId: list\n", &spread(&api, &[]));
    assert_eq!(operation(&compilation), r#""GET" [Text("/pets")]"#);
    // Here `tag` is not required, and there it is.
    let lines = "    operationId: add\n    requestBody: { payload: { id: 1, mate: Rex } }\n";
    let compilation = step(lines, &spread(&api, &[]));
    assert_eq!(operation(&compilation), r#""POST" [Text("/pets")]"#);
    assert!(compilation.tokens.to_string().contains("https://near.example"));
}

// Rule C16: from OpenAPI 3.2 on, media types may be references too.
#[test]
fn a_media_type_may_be_a_reference() {
    let paths = "  /a:\n    get:\n      operationId: a\n      responses:\n        '200':\n          description: d\n          \
                 content: { application/json: { $ref: '#/components/mediaTypes/Pet' } }\n";
    let components = "components:\n  mediaTypes:\n    Pet:\n      schema: { type: object, required: [id], properties: { id: { type: string } } }\n";
    let lines =
        "    operationId: a\n    outputs: { id: $response.body#/id }\n  outputs:\n    id: $steps.s.outputs.id\n";
    let compilation = step(lines, &[("api/api.yml", &(api("3.2.0", paths) + components))]);
    assert_eq!(found(&compilation), [""; 0]);
    let module = Module::of(compilation.tokens, "w").expect("the workflow is there");
    assert_eq!(module.members("Outputs"), ["id: String"]);
}

// Rule C24: a path item in a file that is not there matters to who misses an operation, and to nobody else.
#[test]
fn a_path_item_that_cannot_be_read_matters_only_where_an_operation_is_missed() {
    for reference in ["none.yml", "https://h.example/a.yml", "#/components/pathItems/None"] {
        let paths = format!("  /a:\n    get: {{ operationId: a }}\n  /b: {{ $ref: '{reference}' }}\n");
        let api = api("3.1.0", &paths);
        let read = |lines: &str| broken(&step(lines, &[("api/api.yml", &api)]));
        assert_eq!(read("    operationId: a\n"), [""; 0], "{reference}");
        let by_path =
            |path: &str| format!("    operationPath: '{{$sourceDescriptions.api.url}}#/paths/~1{path}/get'\n");
        assert_eq!(read(&by_path("a")), [""; 0], "{reference}");
        let twice = format!("    operationId: b\n  - stepId: t\n{}", by_path("b"));
        for lines in ["    operationId: b\n".to_owned(), by_path("b"), twice] {
            let broken = read(&lines);
            assert!(matches!(&broken[..], [only] if only.ends_with("api/api.yml 7:15")), "{broken:?}");
        }
    }
}
