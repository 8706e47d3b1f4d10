//! Everything that is wrong with a document is said at once, and nothing is said twice: not what only follows from
//! something else.

use crate::support::{answer, compiled, document, found, operations};
use arazzo_compiler::source::Memory;
use arazzo_compiler::{Options, compile};
use std::path::Path;

#[track_caller]
fn check(workflow: &str, expected: &[&str]) {
    let api = operations(&format!("'200': {}", answer("{ $ref: '#/components/schemas/Thing' }")));
    assert_eq!(found(&compiled(&document(workflow), &api)), expected, "{workflow}");
}

/// A step that calls `find` with these parameters.
#[track_caller]
fn check_parameters(parameters: &str, expected: &[&str]) {
    let inputs = "  inputs: { type: object, properties: { id: { type: string } } }\n";
    check(&format!("{inputs}  steps:\n  - stepId: s\n    operationId: find\n    parameters: {parameters}\n"), expected);
}

#[test]
fn each_mistake_is_reported_once() {
    check(
        "  inputs: { type: object, properties: { unused: { type: string }, id: { type: strin } } }
  steps:
  - stepId: a
    operationId: gett
    outputs: { id: $response.body#/id }
  - stepId: b
    operationId: find
    parameters:
    - { name: id, in: path, value: $inputs.idd }
    - { name: X-Why, in: header, value: $steps.a.outputs.di }
    successCriteria:
    - condition: $statusCode = 200
    - { context: $response.body, condition: '$[?@.a = 1]', type: jsonpath }
    onFailure:
    - { name: again, type: retry, retryLimit: many }
    - { name: back, type: goto, stepId: aa }
    outputs:
      id: $respons.body#/id
  outputs:
    id: $steps.bb.outputs.id
",
        &[
            "error invalid_value w.yml 6:79",
            "error unknown_operation w.yml 9:18",
            "error unknown_input w.yml 14:44",
            "error unknown_output w.yml 15:58",
            "error invalid_condition w.yml 17:30",
            "error invalid_jsonpath w.yml 18:53",
            "error wrong_type w.yml 20:47",
            "error unknown_step w.yml 21:41",
            "error invalid_expression w.yml 23:11",
            "error unknown_step w.yml 25:16",
        ],
    );
}

#[test]
fn a_parameter_whose_value_is_wrong_is_given() {
    let why = "{ name: X-Why, in: header, value: x }";
    check_parameters(
        &format!("[{{ name: id, in: path, value: $inputs.nothing }}, {why}]"),
        &["error unknown_input w.yml 10:55"],
    );
    check_parameters(
        &format!("[{{ name: id, in: pth, value: $inputs.id }}, {why}]"),
        &["error invalid_value w.yml 10:34"],
    );
    check_parameters(&format!("[{{ name: id, value: $inputs.id }}, {why}]"), &["error missing_field w.yml 10:18"]);
    check_parameters(&format!("[{{ in: path, value: $inputs.id }}, {why}]"), &["error missing_field w.yml 10:18"]);
    let id = "{ name: id, in: path, value: $inputs.id }";
    let nameless = "{ in: query, value: x }";
    check_parameters(&format!("[{nameless}, {id}, {why}]"), &["error missing_field w.yml 10:18"]);
    check_parameters("{ id: $inputs.id }", &["error wrong_type w.yml 10:17"]);
    check_parameters("[{ reference: $components.parameters.id }]", &["error unknown_component w.yml 10:54"]);
}

#[test]
fn a_slip_in_a_parameter_is_not_a_missing_one_too() {
    let (id, why) = ("{ name: id, in: path, value: $inputs.id }", "{ name: X-Why, in: header, value: x }");
    check_parameters(&format!("[{id}, {why}]"), &[]);
    check_parameters(&format!("[{id}]"), &["error missing_parameter w.yml 8:13"]);
    check_parameters(
        &format!("[{}, {why}]", id.replace("name: id", "name: idd")),
        &["error unknown_path_parameter w.yml 10:26"],
    );
    check_parameters(
        &format!("[{}, {why}]", id.replace("in: path", "in: query")),
        &["error missing_parameter w.yml 10:26"],
    );
    check_parameters(&format!("[{id}, {}]", why.replace("X-Why", "X-Whi")), &["error missing_parameter w.yml 10:69"]);
    // Neither is that: both are needed.
    check_parameters(
        &format!("[{id}, {}]", why.replace("X-Why", "Other")),
        &["error missing_parameter w.yml 8:13", "warning undeclared_parameter w.yml 10:69"],
    );
}

#[test]
fn an_input_may_be_used_where_something_is_wrong() {
    let inputs = "  inputs: { type: object, properties: { id: { type: string } } }\n";
    let step = |line: &str| format!("{inputs}  steps:\n  - stepId: s\n    operationId: get\n{line}");
    check(&step(""), &["warning unused_input w.yml 6:41"]);
    check(
        &step("    successCriteria: [{ condition: $statusCode = $inputs.id }]\n"),
        &["error invalid_condition w.yml 10:48"],
    );
    check(
        &step("    requestBody: { payload: { id: {$inputs.id} } }\n"),
        &["warning unexpected_body w.yml 10:18", "warning unquoted_braces w.yml 10:35"],
    );
    check(
        &step("    requestBody: { payload: { id: $input.id } }\n"),
        &["warning unexpected_body w.yml 10:18", "warning unknown_root w.yml 10:35"],
    );
}

#[test]
fn what_cannot_be_read_is_not_missing() {
    // Outputs.
    check(
        "  steps:\n  - stepId: s\n    operationId: get\n    outputs: [id]\n  outputs: { id: $steps.s.outputs.id }\n",
        &["error wrong_type w.yml 9:14"],
    );
    // Inputs.
    let uses = "  steps:\n  - stepId: s\n    operationId: get\n  outputs: { id: $inputs.id }\n";
    for (inputs, expected) in [
        ("string", "error wrong_type w.yml 6:11"),
        ("{ properties: [id] }", "error wrong_type w.yml 6:25"),
        ("{ $ref: '#/nowhere' }", "error invalid_reference w.yml 6:19"),
        ("{ $ref: 'https://h/s.yml' }", "error remote_reference w.yml 6:19"),
    ] {
        check(&format!("  inputs: {inputs}\n{uses}"), &[expected]);
    }
    check(uses, &["error unknown_input w.yml 9:26"]);
    // A body.
    check("  steps:\n  - stepId: s\n    operationId: post\n    requestBody: []\n", &["error wrong_type w.yml 9:18"]);
    check(
        "  steps:\n  - stepId: s\n    operationId: post\n    requestBody: { payload: $inputs.a }\n",
        &["error unknown_input w.yml 9:37"],
    );
}

// Rule C61.
#[test]
fn two_things_of_one_name_are_one_mistake() {
    check(
        "  steps: [{ stepId: s, operationId: get }]\n- workflowId: w\n  steps: [{ stepId: s, operationId: get }]\n",
        &["error duplicate_name w.yml 7:15"],
    );
    check(
        "  steps:\n  - { stepId: s, operationId: get }\n  - { stepId: s, operationId: get }\n",
        &["error duplicate_name w.yml 8:15"],
    );
    check(
        "  steps:\n  - stepId: s\n    operationId: get\n    onFailure: [{ type: retry }, { type: end }]\n",
        &["error missing_field w.yml 9:17", "error missing_field w.yml 9:34"],
    );
}

// Rule C3.
#[test]
fn what_arazzo_1_0_lacks_is_one_mistake() {
    for (line, expected) in [
        ("timeout: 5", "9:5"),
        ("dependsOn: [t]", "9:5"),
        ("parameters: [{ name: q, in: querystring, value: x }]", "9:33"),
    ] {
        let step = format!("  steps:\n  - stepId: s\n    operationId: get\n    {line}\n");
        check(&step, &[format!("error newer_field w.yml {expected}").as_str()]);
    }
}

// Rule C24.
#[test]
fn sources_that_cannot_be_read_are_reported_where_they_are_named() {
    let text = |source: &str| {
        format!(
            "arazzo: 1.0.1\ninfo: {{ title: t, version: '1' }}\nsourceDescriptions: {source}\nworkflows:\n- workflowId: w\n  \
             steps: [{{ stepId: s, operationId: get }}, {{ stepId: t, operationId: gett }}]\n"
        )
    };
    for (source, expected) in [
        ("[{ name: a, url: none.yml }]", "error unreadable_file w.yml 3:38"),
        ("[{ name: a, url: 'https://h/a.yml' }]", "error remote_source w.yml 3:38"),
        ("[{ name: a, url: 'x y.yml' }]", "error invalid_value w.yml 3:38"),
        ("[{ name: a }]", "error missing_field w.yml 3:22"),
        ("[a.yml]", "error wrong_type w.yml 3:22"),
        ("[]", "error empty_list w.yml 3:21"),
        ("[{ name: a, url: w2.yml, type: arazzo }]", "error unknown_operation w.yml 3:38"),
        ("[{ name: a, url: a.yml, type: asyncapi }]", "error newer_field w.yml 3:51"),
        ("[{ name: a, url: text.yml }]", "error not_a_description text.yml 1:1"),
        ("[{ name: a, url: broken.yml }]", "error yaml broken.yml 1:4"),
    ] {
        let text = text(source);
        let files = Memory::of([("w.yml", text.as_str()), ("text.yml", "a: 1\n"), ("broken.yml", "a: ]\n")]);
        let compilation = compile(Path::new("w.yml"), &Options { reader: &files, ..Options::default() });
        assert_eq!(found(&compilation), [expected], "{source}");
    }
}

#[test]
fn names_in_the_options_are_compared_too() {
    let text = document("  steps: [{ stepId: s, operationId: get }]\n");
    let api = operations("'200': { description: d }");
    let files = Memory::of([("w.yml", text.as_str()), ("api.yml", &api)]);
    let options = Options {
        reader: &files,
        only: Some(vec!["w".to_owned(), "ww".to_owned()]),
        sources: [("apy".to_owned(), "api.yml".into())].into(),
        ..Options::default()
    };
    let compilation = compile(Path::new("w.yml"), &options);
    let found: Vec<_> =
        compilation.diagnostics.iter().map(|found| (found.rule.name, found.option.as_deref())).collect();
    assert_eq!(found, [("unknown_workflow", Some("ww")), ("unknown_source", Some("apy"))]);
    assert!(compilation.tokens.to_string().contains("has errors"), "`w` is there, as a stub");
}

#[test]
fn what_is_said_of_one_rule_counts_more_than_strict() {
    let text = document(
        "  steps:\n  - stepId: s\n    operationId: get\n    successCriteria: [{ condition: $url == \"a\" }]\n",
    );
    let api = operations("'200': { description: d }");
    let files = Memory::of([("w.yml", text.as_str()), ("api.yml", &api)]);
    let levels = |strict: bool, allow: &[&str], deny: &[&str]| {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let options = Options { reader: &files, strict, allow: owned(allow), deny: owned(deny), ..Options::default() };
        found(&compile(Path::new("w.yml"), &options))
    };
    let place = "double_quoted w.yml 9:44";
    assert_eq!(levels(false, &[], &[]), [format!("warning {place}")]);
    assert_eq!(levels(true, &[], &[]), [format!("error {place}")]);
    assert_eq!(levels(true, &["double_quoted"], &[]), [""; 0]);
    assert_eq!(levels(false, &[], &["double_quoted"]), [format!("error {place}")]);
}
