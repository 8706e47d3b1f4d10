//! One operation each, and what is read of it.

use super::super::{Description, ParameterLocation, SchemaKind};
use super::*;
use crate::diagnostic::rules;
use crate::library::Arena;
use crate::source::{Memory, Sources};
use std::path::Path;

/// Calls `look` with the operation `o` of a description whose root and operation have these lines, and returns the
/// complaints.
fn read(root: &str, operation: &str, look: impl for<'a> FnOnce(&Operation<'a>, &Library<'a, '_>)) -> Vec<String> {
    let text = format!(
        "swagger: '2.0'\ninfo: {{ title: t, version: '1' }}\n{root}\npaths:\n  /a/{{id}}:\n    post:\n      operationId: o\n{}",
        operation.lines().map(|line| format!("      {line}\n")).collect::<String>()
    );
    let memory = Memory::of([("api.yml", text.as_str())]);
    let arena = Arena::default();
    let library = Library::new(&arena, Sources::new(&memory), Path::new(""));
    let mut diagnostics = Diagnostics::new();
    let root = library.load(Path::new("api.yml"), &mut diagnostics).expect("it is there").expect("it is YAML");
    let named = root.node.span;
    let description = Description::read(root, named, &library, &mut diagnostics).expect("it is a description");
    let [entry] = description.operations() else { panic!("one operation") };
    look(&Operation::read(entry, &description, None, &library, &mut diagnostics), &library);
    let sources = library.sources();
    diagnostics.finish(&sources, Path::new("")).iter().map(|found| found.message.clone()).collect()
}

#[track_caller]
fn good(root: &str, operation: &str, look: impl for<'a> FnOnce(&Operation<'a>, &Library<'a, '_>)) {
    assert_eq!(read(root, operation, look), [""; 0], "{operation}");
}

fn media_types<'a>(content: &[Content<'a>]) -> Vec<&'a str> {
    content.iter().map(|content| content.media_type).collect()
}

#[test]
fn a_body_has_the_media_types_of_consumes() {
    let body = "parameters: [{ name: any, in: body, required: true, schema: { $ref: '#/definitions/Pet' } }]\n";
    let root = "definitions: { Pet: { type: object, properties: { name: { type: string } } } }\n";
    let xml = "consumes: [application/xml, application/json]\n";
    for (root, operation, expected) in [
        (root.to_owned(), body.to_owned(), &["application/json"][..]),
        (format!("{root}{xml}"), body.to_owned(), &["application/xml", "application/json"]),
        (format!("{root}{xml}"), format!("{body}consumes: [text/json]"), &["text/json"]),
    ] {
        good(&root, &operation, |operation, library| {
            let body = operation.body.as_ref().expect("a body");
            assert!(body.required && operation.parameters.is_empty() && operation.parameters_known);
            assert_eq!(media_types(&body.content), expected);
            let schema = body.content[0].schema.expect("a schema");
            let (schema, _) = schema.resolve(library, &mut Diagnostics::new()).expect("it leads somewhere");
            assert!(matches!(schema.kind(), SchemaKind::Object) && schema.property("name").is_some());
        });
    }
}

#[test]
fn a_form_is_an_object_of_its_fields() {
    let fields = "parameters:\n- { name: name, in: formData, type: string, required: true, enum: [a, b] }\n\
                  - { name: tags, in: formData, type: array, items: { type: integer }, collectionFormat: pipes }\n\
                  - { name: plain, in: formData, type: array }\n\
                  - { name: age, in: formData, type: integer, x-nullable: true }\n";
    good("consumes: [application/json]", fields, |operation, library| {
        let body = operation.body.as_ref().expect("a body");
        assert!(body.required);
        assert_eq!(media_types(&body.content), ["application/x-www-form-urlencoded"]);
        let schema = body.content[0].schema.expect("a schema");
        let (schema, _) = schema.resolve(library, &mut Diagnostics::new()).expect("it leads somewhere");
        let names: Vec<_> = schema.properties().map(|(key, _)| key.text.as_str()).collect();
        assert_eq!(names, ["name", "tags", "plain", "age"]);
        let kind = |name: &str| {
            let property = schema.property(name).expect("a property");
            let (property, nullable) = property.resolve(library, &mut Diagnostics::new()).expect("no reference");
            (property.kind(), nullable)
        };
        assert!(matches!(kind("name"), (SchemaKind::String(Some(values)), false) if values == ["a", "b"]));
        assert!(matches!(kind("tags"), (SchemaKind::List(Some(_)), false)));
        assert!(matches!(kind("age"), (SchemaKind::Integer, true)));
        assert!(schema.requires("name") && !schema.requires("tags"));
    });
}

#[test]
fn a_list_in_a_form_has_an_encoding() {
    let text = "{ tags: { collectionFormat: pipes }, plain: {}, all: { collectionFormat: multi }, other: {} }";
    let memory = Memory::of([("f.yml", text)]);
    let arena = Arena::default();
    let library = Library::new(&arena, Sources::new(&memory), Path::new(""));
    let mut diagnostics = Diagnostics::new();
    let root = library.load(Path::new("f.yml"), &mut diagnostics).expect("it is there").expect("it is YAML");
    let with_type = |node: &Node, kind: &str| {
        let mut json = node.to_json();
        json["type"] = kind.into();
        json.to_string()
    };
    let written = |name: &str, kind: &str| {
        let text =
            format!("{{ name: {name}, in: formData, {}", &with_type(root.node.get(name).expect("it"), kind)[1..]);
        let node = crate::yaml::parse(root.file, &text, &mut Diagnostics::new()).expect("YAML");
        let node = arena.keep_tree(node);
        let declared = Declared::read(Located { file: root.file, node }, &mut Diagnostics::new()).expect("a field");
        form::media_type(&[&declared], node.span).get("encoding").expect("encodings").to_json()
    };
    let style = |style: &str, explode: bool| serde_json::json!({ "style": style, "explode": explode });
    assert_eq!(written("tags", "array"), serde_json::json!({ "tags": style("pipeDelimited", false) }));
    assert_eq!(written("plain", "array"), serde_json::json!({ "plain": style("form", false) }));
    assert_eq!(written("all", "array"), serde_json::json!({ "all": style("form", true) }));
    assert_eq!(written("other", "string"), serde_json::json!({}));
}

#[test]
fn files_make_a_form_of_parts() {
    let file = "- { name: photo, in: formData, type: file }\n";
    let with = |consumes: &str| format!("{consumes}parameters:\n{file}");
    for (operation, expected) in [
        (with(""), &["multipart/form-data"][..]),
        (with("consumes: [application/x-www-form-urlencoded, multipart/form-data]\n"), &["multipart/form-data"]),
        (with("consumes: [application/json]\n"), &["multipart/form-data"]),
    ] {
        good("", &operation, |operation, library| {
            let body = operation.body.as_ref().expect("a body");
            assert!(!body.required);
            assert_eq!(media_types(&body.content), expected);
            let schema = body.content[0].schema.expect("a schema");
            let (schema, _) = schema.resolve(library, &mut Diagnostics::new()).expect("it leads somewhere");
            let photo = schema.property("photo").expect("the file");
            assert!(matches!(photo.kind(), SchemaKind::String(None)) && photo.has_format("binary"));
        });
    }
    let both = "consumes: [multipart/form-data, application/x-www-form-urlencoded]\n\
                parameters: [{ name: a, in: formData, type: string }]";
    good("", both, |operation, _| {
        let content = &operation.body.as_ref().expect("a body").content;
        assert_eq!(media_types(content), ["multipart/form-data", "application/x-www-form-urlencoded"]);
    });
}

#[test]
fn responses_have_the_media_types_of_produces() {
    let operation =
        "responses:\n  '200': { description: d, schema: { type: string } }\n  default: { $ref: '#/responses/No' }\n";
    let root = "responses: { No: { description: d } }\nproduces: ['*/*']";
    good(root, operation, |operation, _| {
        let [ok, default] = &operation.responses[..] else { panic!("two responses") };
        assert_eq!((ok.statuses, media_types(&ok.content)), (Statuses::Exactly(200), vec!["*/*"]));
        // Any type is also JSON.
        assert!(matches!(Operation::json_schema(ok).map(super::super::Schema::kind), Some(SchemaKind::String(None))));
        assert_eq!((default.statuses, default.content.len()), (Statuses::Default, 0));
    });
    good("", operation.split("  default").next().unwrap_or_default(), |operation, _| {
        assert_eq!(media_types(&operation.responses[0].content), ["application/json"]);
    });
}

#[test]
fn parameters_and_keys_have_their_places() {
    let root = "parameters: { Page: { name: page, in: query, type: integer, required: true } }\n\
                securityDefinitions: { key: { type: apiKey, in: header, name: X-Key }, basic: { type: basic } }";
    let operation = "parameters:\n- { $ref: '#/parameters/Page' }\n- { name: id, in: path, type: string }\n\
                     - { name: X-Id, in: header, type: string }\n";
    good(root, operation, |operation, library| {
        let found: Vec<_> =
            operation.parameters.iter().map(|known| (known.name, known.location, known.required)).collect();
        let expected = [
            ("page", ParameterLocation::Query, true),
            ("id", ParameterLocation::Path, true),
            ("X-Id", ParameterLocation::Header, false),
        ];
        assert_eq!(found, expected);
        assert_eq!(operation.api_keys, [(ParameterLocation::Header, "X-Key")]);
        let schema = operation.parameters[0].schema.expect("the parameter describes its value");
        let (schema, _) = schema.resolve(library, &mut Diagnostics::new()).expect("no reference");
        assert!(matches!(schema.kind(), SchemaKind::Integer));
    });
}

#[test]
fn what_is_no_parameter_is_reported() {
    for (parameter, expected) in [
        ("{ in: query, type: string }", "this parameter lacks `name`"),
        ("{ name: a, in: 5 }", "the `in` of a parameter must be a string"),
        ("{ name: a, in: cookie, type: string }", "the parameter `a` is in `cookie`"),
        ("{ $ref: '#/parameters/None' }", "`#/parameters/None` leads nowhere: there is no `parameters`"),
    ] {
        let complaints = read("", &format!("parameters: [{parameter}]"), |operation, _| {
            assert!(!operation.parameters_known && operation.parameters.is_empty());
        });
        assert_eq!(complaints, [expected], "{parameter}");
    }
}

#[test]
fn what_is_wrong_with_a_list_is_for_who_gives_it() {
    for (parameter, rule, message) in [
        ("in: query, collectionFormat: xml", &rules::INVALID_DESCRIPTION, "none of `csv`, `ssv`, `tsv`"),
        ("in: path, collectionFormat: multi", &rules::INVALID_DESCRIPTION, "which is only for `in: query`"),
        ("in: header, collectionFormat: pipes", &rules::UNSUPPORTED, "supported only for a parameter `in: query`"),
    ] {
        good("", &format!("parameters: [{{ name: id, type: array, {parameter} }}]"), |operation, _| {
            let problem = operation.parameters[0].problem.as_ref().expect("a problem");
            assert_eq!(problem.rule.name, rule.name, "{parameter}");
            assert!(problem.message.contains(message), "{}", problem.message);
        });
    }
}
