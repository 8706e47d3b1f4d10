//! The lenient readings: each is one warning for a document, however often it occurs, and an error under `strict`.

use crate::support::{answer, found, operations};
use arazzo_compiler::diagnostic::Level;
use arazzo_compiler::source::Memory;
use arazzo_compiler::{Compilation, Options, compile};
use std::path::Path;

/// A document of one step, with two sources.
fn document(step: &str) -> String {
    format!(
        "arazzo: 1.0.1\ninfo: {{ title: t, version: '1' }}\nsourceDescriptions:\n- {{ name: api, url: api.yml }}\n- {{ name: other, url: \
         other.yml }}\nworkflows:\n- workflowId: w\n  inputs: {{ type: object, properties: {{ a: {{ type: string }}, b: {{ type: object }} }} \
         }}\n  steps:\n  - stepId: s\n{step}"
    )
}

const THING: &str = "{ type: object, properties: { state: { type: string }, items: { type: array, items: { type: object } }, any: {}, map: { \
                     type: object, additionalProperties: { type: object } } } }";

fn with(document: &str, strict: bool, allow: &[&str]) -> Compilation {
    let api = operations(&format!("'200': {}", answer(THING)));
    let other =
        "openapi: 3.1.0\ninfo: { title: t, version: '1' }\nservers: [{ url: 'https://o.example' }]\npaths: {}\n";
    let files = Memory::of([("w.yml", document), ("api.yml", &api), ("other.yml", other)]);
    let allow = allow.iter().map(|rule| (*rule).to_owned()).chain(["unused_input".to_owned()]).collect();
    compile(Path::new("w.yml"), &Options { reader: &files, strict, allow, ..Options::default() })
}

fn criteria(lines: &str) -> String {
    document(&format!("    operationId: $sourceDescriptions.api.get\n    successCriteria:\n{lines}"))
}

/// Each reading, twice or more in a document; how often; and what to write instead of the first.
fn cases() -> Vec<(&'static str, String, usize, &'static str)> {
    let query =
        |condition: &str| format!("    - {{ context: $response.body, type: jsonpath, condition: {condition} }}\n");
    vec![
        (
            "bare_expression",
            document(
                "    operationId: $sourceDescriptions.api.find\n    parameters:\n    - { name: id, in: path, value: 'x $inputs.a' }\n    - { \
                 name: X-Why, in: header, value: '$inputs.a $inputs.a' }\n",
            ),
            3,
            "x {$inputs.a}",
        ),
        (
            "bare_jsonpath",
            criteria(&(query("'$.items.length > 0'") + &query("'$.state'") + &query("\"$.state == 'x' && !$.items\""))),
            2,
            "$[?length($.items) > 0]",
        ),
        (
            "object_filter",
            criteria(&(query("\"$[?@.state == 'x']\"") + &query("'$[?count(@.items[?@.x]) > 0]'"))),
            2,
            "$[?$.state == 'x']",
        ),
        (
            "dotted_access",
            criteria("    - condition: $response.body.items[0].id == 1\n    - condition: $inputs.b.c\n"),
            2,
            "$response.body#/items/0/id",
        ),
        (
            "operation_path_form",
            document("    operationPath: '$sourceDescriptions.api#/paths/~1things/get'\n"),
            1,
            "{$sourceDescriptions.api.url}#/paths/~1things/get",
        ),
        ("unqualified_operation", document("    operationId: get\n"), 1, "$sourceDescriptions.api.get"),
        (
            "double_quoted",
            criteria("    - condition: $response.body#/state == \"it's\"\n    - condition: '$method != \"x\"'\n"),
            2,
            "'it''s'",
        ),
        (
            "unquoted_word",
            criteria(
                "    - condition: $response.header.Content-Type == application/json\n    - condition: $method == get\n",
            ),
            2,
            "'application/json'",
        ),
    ]
}

#[test]
fn each_is_one_warning_with_a_count_and_the_portable_form() {
    for (rule, document, count, portable) in cases() {
        let compilation = with(&document, false, &[]);
        assert_eq!(compilation.diagnostics.len(), 1, "{rule}: {:?}", found(&compilation));
        let finding = &compilation.diagnostics[0];
        assert_eq!((finding.rule.name, finding.level), (rule, Level::Warning), "{finding}");
        assert_eq!(finding.message.contains(&format!("({count} times in this document)")), count > 1, "{finding}");
        assert!(finding.to_string().contains(&format!("portable: `{portable}`")), "{finding}");
        assert!(!compilation.tokens.is_empty());
    }
}

#[test]
fn each_is_an_error_under_strict_unless_it_is_allowed() {
    for (rule, document, ..) in cases() {
        let refused = with(&document, true, &[]);
        let levels: Vec<_> = refused.diagnostics.iter().map(|finding| (finding.rule.name, finding.level)).collect();
        assert_eq!(levels, [(rule, Level::Error)]);
        for strict in [true, false] {
            let allowed = with(&document, strict, &[rule]);
            assert!(allowed.diagnostics.is_empty(), "{rule}: {:?}", found(&allowed));
            assert_eq!(allowed.tokens.to_string(), with(&document, false, &[]).tokens.to_string(), "{rule}");
        }
    }
}

/// Of a list, and of an object that is a map, a filter means what RFC 9535 says; what is not known may be an object.
#[test]
fn a_filter_is_about_an_object_only_where_there_may_be_one() {
    for (context, condition, expected) in [
        ("$response.body", "$[?@.state]", true),
        ("$response.body", "$[?$.state]", false),
        ("$response.body", "$[?@ == 1]", false),
        ("$response.body", "$.items[?@.id]", false),
        ("$response.body#/items", "$[?@.id]", false),
        ("$response.body#/items/0", "$[?@.id]", true),
        ("$response.body#/map", "$[?@.id]", false),
        ("$response.body#/any", "$[?@.id]", true),
        ("$inputs.b", "$[?@.id]", true),
        ("$response.body", "\"$[?@.state == '{$inputs.a}']\"", true),
    ] {
        let line =
            format!("    - {{ context: {context}, type: jsonpath, condition: {condition} }}\n").replace("$[?", "$[?");
        let line = if condition.starts_with('"') { line } else { line.replace(condition, &format!("'{condition}'")) };
        let compilation = with(&criteria(&line), false, &[]);
        let rules: Vec<_> = compilation.diagnostics.iter().map(|finding| finding.rule.name).collect();
        assert_eq!(rules == ["object_filter"], expected, "{context} {condition}: {rules:?}");
        assert!(expected || rules.is_empty(), "{context} {condition}: {rules:?}");
    }
}
