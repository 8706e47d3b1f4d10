//! What the names in expressions mean, and where expressions may stand.

use crate::support::{api, compiled, found};
use arazzo_compiler::source::Memory;
use arazzo_compiler::{Compilation, Options, compile};
use std::path::Path;

/// A document of one step that calls `find` with this value as a parameter, whose inputs have names of all kinds.
fn with_value(version: &str, value: &str) -> String {
    format!(
        "arazzo: {version}\ninfo: {{ title: t, version: '1' }}\nsourceDescriptions: [{{ name: api, url: api.yml }}]\nworkflows:\n\
         - workflowId: w\n  inputs:\n    type: object\n    properties:\n      a: {{ type: object }}\n      a.b: {{ type: string }}\n      \
         'filter[state]': {{ type: string }}\n      user name: {{ type: string }}\n      $top: {{ type: integer }}\n      'x[0]': {{ type: array }}\n  \
         steps:\n  - stepId: first step\n    operationId: get\n    outputs: {{ o.p: $response.body, o: $response.body }}\n  \
         - stepId: s\n    operationId: find\n    parameters:\n    - {{ name: id, in: path, value: '1' }}\n    \
         - {{ name: X-Why, in: header, value: {value} }}\n"
    )
}

/// What the value becomes, or what is found.
fn value(version: &str, value: &str) -> Result<String, Vec<String>> {
    let compilation = compiled(&with_value(version, value), &api("{}"));
    let ignored = ["unused_input", "unportable_id w.yml 16"];
    let found: Vec<String> =
        found(&compilation).into_iter().filter(|line| !ignored.iter().any(|rule| line.contains(rule))).collect();
    if !found.is_empty() {
        return Err(found);
    }
    let tokens = compilation.tokens.to_string().replace(' ', "");
    let (_, call) = tokens.split_once("(\"X-Why\")").expect("the parameter");
    Ok(call.split(';').next().unwrap_or_default().trim_start_matches(',').trim_end_matches(')').to_owned())
}

/// Rules A3, C89: what is declared under exactly that name comes first, whatever characters are in it; then the way into it.
#[test]
fn names_that_are_declared_come_before_the_grammar() {
    for (text, expected) in [
        ("$inputs.a.b", "inputs.a_b"),
        ("'$inputs.filter[state]'", "inputs.filter_state"),
        ("'$inputs.user name'", "inputs.user_name"),
        ("$inputs.$top", "inputs.top"),
        ("'$inputs.x[0]'", "inputs.x_0"),
        ("'{$inputs.user name}!'", "inputs.user_name"),
        ("'$inputs.x[0]#/1'", ".pointer(&[\"1\"]"),
        ("'$steps.first step.outputs.o.p'", "steps.first_step.o_p"),
        ("'$steps.first step.outputs.o'", "steps.first_step.o."),
    ] {
        let value = value("1.0.1", text);
        assert!(value.as_ref().is_ok_and(|value| value.contains(expected)), "{text}: {value:?}");
    }
    // The grammar of 1.1 has no such names; of ids it says so.
    for (text, at) in [("'$inputs.filter[state]'", 50), ("'$inputs.user name'", 50)] {
        assert_eq!(value("1.1.0", text), Err(vec![format!("warning unportable_id w.yml 23:{}", at)]), "{text}");
    }
    let refused = value("1.1.0", "'$steps.first step.outputs.o'").unwrap_err();
    assert!(refused.iter().all(|line| line.starts_with("error invalid_expression")), "{refused:?}");
    assert_eq!(value("1.0.1", "'$inputs.filter[name]'"), Err(vec!["error invalid_expression w.yml 23:56".to_owned()]));
}

/// Rule C95: what begins with a dollar and is no expression is text.
#[test]
fn text_that_begins_with_a_dollar_stands_for_itself() {
    for (text, expected) in [
        ("'$.items[0]'", "rt::json(\"$.items[0]\""),
        ("$ref", "rt::json(\"$ref\""),
        ("'$5'", "rt::json(\"$5\""),
        ("'{$.id}'", "rt::json(\"{$.id}\""),
    ] {
        let value = value("1.0.1", text);
        assert!(value.as_ref().is_ok_and(|value| value.contains(expected)), "{text}: {value:?}");
    }
}

/// Rule C89: each version has its own grammar.
#[test]
fn expressions_of_1_1_are_refused_in_1_0() {
    for text in ["$self", "'$message.payload#/a'"] {
        let found = value("1.0.1", text).unwrap_err();
        assert!(found.iter().all(|line| line.starts_with("error invalid_expression")), "{text}: {found:?}");
    }
    assert_eq!(value("1.1.0", "$self"), Err(vec!["error misplaced_expression w.yml 23:41".to_owned()]));
}

/// Rules C91, C92, C93: where the roots of expressions have a value, and which parts they have.
#[test]
fn what_has_no_value_in_a_parameter_is_refused() {
    for (text, rule) in [
        ("$statusCode", "misplaced_expression"),
        ("$url", "misplaced_expression"),
        ("'$response.body#/id'", "misplaced_expression"),
        ("$request.path.id", "misplaced_expression"),
        ("$components.parameters.p", "misplaced_expression"),
        ("$components.schemas.p", "invalid_expression"),
        ("$components.parameters", "invalid_expression"),
        ("$sourceDescriptions.api.get", "misplaced_expression"),
        ("$sourceDescriptions.apis.url", "unknown_source"),
        ("$workflows.v.outputs.o", "unknown_workflow"),
    ] {
        let found = value("1.1.0", text).unwrap_err();
        assert!(found.len() == 1 && found[0].starts_with(&format!("error {rule} ")), "{text}: {found:?}");
    }
    for (text, expected) in
        [("$sourceDescriptions.api.url", "\"api.yml\""), ("$sourceDescriptions.api.name", "\"api\"")]
    {
        let value = value("1.1.0", text);
        assert!(value.as_ref().is_ok_and(|value| value.contains(expected)), "{text}: {value:?}");
    }
}

fn in_folder(uri: &str, url: &str, value: &str) -> Compilation {
    let document = format!(
        "arazzo: 1.1.0\n$self: {uri}\ninfo: {{ title: t, version: '1' }}\nsourceDescriptions: [{{ name: api, url: {url} }}]\nworkflows:\n\
         - workflowId: w\n  steps:\n  - stepId: s\n    operationId: find\n    parameters:\n    - {{ name: id, in: path, value: {value} }}\n    \
         - {{ name: X-Why, in: header, value: '1' }}\n"
    );
    let api = api("{}");
    let files = Memory::of([("flows/w.yml", document.as_str()), ("flows/api.yml", &api), ("v2/api.yml", &api)]);
    compile(Path::new("flows/w.yml"), &Options { reader: &files, ..Options::default() })
}

/// Rule C12: a relative `$self` counts from the file, and URLs count from it. Behind an absolute one the files beside the
/// document are copies of what is there.
#[test]
fn urls_count_from_the_uri_of_the_document() {
    for (uri, url, read) in [
        ("../v2/w.yml", "api.yml", "v2/api.yml"),
        ("../v2/other.yml", "./api.yml", "v2/api.yml"),
        ("w.yml", "api.yml", "flows/api.yml"),
        ("https://example.com/flows/w.yml", "api.yml", "flows/api.yml"),
        ("urn:example:flows", "api.yml", "flows/api.yml"),
    ] {
        let compilation = in_folder(uri, url, "'1'");
        assert!(!compilation.has_errors(), "{uri}: {}", compilation.diagnostics[0]);
        let files: Vec<String> = compilation
            .files
            .iter()
            .map(|path| path.display().to_string().replace("flows/../", "").replace("/./", "/"))
            .collect();
        assert_eq!(files, ["flows/w.yml", read], "{uri}");
    }
    assert_eq!(found(&in_folder("../v3/w.yml", "api.yml", "'1'")), ["error unreadable_file flows/w.yml 4:40"]);
}

/// Rule C11: `$self` is a value too.
#[test]
fn the_uri_of_the_document_is_a_value() {
    let compilation = in_folder("https://example.com/flows/w.yml", "api.yml", "'{$self}'");
    assert!(!compilation.has_errors(), "{}", compilation.diagnostics[0]);
    assert!(compilation.tokens.to_string().contains("\"https://example.com/flows/w.yml\""));
    assert_eq!(found(&in_folder("w.yml#a", "api.yml", "'1'")), ["error invalid_value flows/w.yml 2:8"]);
}

/// Rule C14: a document is referred to by what it calls itself.
#[test]
fn a_document_is_named_by_its_own_uri() {
    let document = |url: &str| {
        format!(
            "arazzo: 1.1.0\n$self: https://example.com/flows/w.yml\ninfo: {{ title: t, version: '1' }}\n\
             sourceDescriptions: [{{ name: other, url: {url}, type: arazzo }}]\nworkflows:\n- workflowId: w\n  steps:\n  \
             - stepId: s\n    workflowId: $sourceDescriptions.other.v\n"
        )
    };
    let other = "arazzo: 1.1.0\n$self: https://example.com/flows/v.yml\ninfo: { title: t, version: '1' }\n\
                 sourceDescriptions: [{ name: api, url: api.yml }]\nworkflows:\n- workflowId: v\n  steps:\n  - stepId: s\n    operationId: get\n";
    for (url, expected) in [
        ("v.yml", &[][..]),
        ("https://example.com/flows/v.yml", &[]),
        ("https://example.org/v.yml", &["warning different_self w.yml 4:42"]),
        ("../v.yml", &["warning different_self w.yml 4:42"]),
    ] {
        let (text, api) = (document(url), api("{}"));
        let files = Memory::of([("w.yml", text.as_str()), ("v.yml", other), ("api.yml", &api)]);
        let sources = [("other".to_owned(), "v.yml".into())].into();
        let compilation = compile(Path::new("w.yml"), &Options { reader: &files, sources, ..Options::default() });
        assert_eq!(found(&compilation), expected, "{url}");
    }
}
