//! What the code of a workflow holds for durable runs.

use crate::support::{answer, document, operations};
use arazzo_compiler::source::Memory;
use arazzo_compiler::{Options, compile};
use std::path::Path;

/// Signs in, uses the token, and then does something without it.
const SIGN_IN: &str = "  steps:
  - stepId: signIn
    operationId: get
    outputs: { token: $response.body#/id, all: $response.body }
  - stepId: use
    operationId: find
    parameters:
    - { name: id, in: path, value: $steps.signIn.outputs.all#/id }
    - { name: X-Why, in: header, value: b }
    - { name: Authorization, in: header, value: 'Bearer {$steps.signIn.outputs.token}' }
  - stepId: last
    operationId: get
";

#[track_caller]
fn tokens(document: &str, only: Option<&str>) -> String {
    let api = operations(&format!("'200': {}", answer("{ $ref: '#/components/schemas/Thing' }")));
    let files = Memory::of([("w.yml", document), ("api.yml", &api)]);
    let only = only.map(|id| vec![id.to_owned()]);
    let compilation = compile(Path::new("w.yml"), &Options { reader: &files, only, ..Options::default() });
    assert!(!compilation.has_errors(), "{}", compilation.diagnostics[0]);
    compilation.tokens.to_string().replace(' ', "")
}

/// The fingerprint of the first workflow.
#[track_caller]
fn fingerprint(document: &str, only: Option<&str>) -> String {
    let tokens = tokens(document, only);
    let (_, rest) = tokens.split_once("document:\"").expect("a fingerprint");
    rest[..32].to_owned()
}

#[test]
fn secrets_are_told_from_other_outputs_and_steps_say_what_they_read() {
    let tokens = tokens(&document(SIGN_IN), None);
    assert!(tokens.contains("Slot::Secret(\"token\",&mutself.sign_in.token)"), "{tokens}");
    // The token is a part of what the other output holds, which the compiler does not know; the run will find out.
    assert!(tokens.contains("Slot::Output(\"all\",&mutself.sign_in.all)"), "{tokens}");
    assert!(
        tokens.contains(
            "index:1,reads:&[rt::Read::Step(0,\"all\"),rt::Read::Step(0,\"token\")],next:&[2],..rt::Step::PLAIN"
        ),
        "{tokens}"
    );
    assert!(tokens.contains("outputs:&[],"), "{tokens}");
    // Of the three steps only the first one leaves something behind that may be missing.
    assert_eq!(
        tokens.matches("ifrun.is_again(){run.made_again(exchange,succeeded,steps)?;continue'begin;}").count(),
        1
    );
    assert!(tokens.contains("pubasyncfnresume("), "{tokens}");
}

#[test]
fn a_secret_that_an_output_shows_is_needed_to_the_end() {
    let tokens = tokens(&document(&format!("{SIGN_IN}  outputs: {{ token: $steps.signIn.outputs.token }}\n")), None);
    assert!(tokens.contains("outputs:&[(\"token\",rt::Read::Step(0,\"token\"))],"), "{tokens}");
}

#[test]
fn a_workflow_that_keeps_nothing_runs_nothing_again() {
    let tokens = tokens(&document("  steps:\n  - { stepId: a, operationId: get }\n"), None);
    assert!(!tokens.contains("is_again") && !tokens.contains("'begin"), "{tokens}");
}

/// What others read is known by name: what else is secret there is nobody's concern.
#[test]
fn what_others_read_of_a_workflow_is_known_by_name() {
    let text = document(&format!(
        "{SIGN_IN}  outputs: {{ all: $steps.signIn.outputs.all, token: $steps.signIn.outputs.token }}\n\
         - workflowId: outer\n  dependsOn: [w]\n  steps:\n  - stepId: a\n    operationId: find\n    parameters:\n    \
         - {{ name: id, in: path, value: $workflows.w.outputs.all#/id }}\n    - {{ name: X-Why, in: header, value: b }}\n"
    ));
    let tokens = tokens(&text, None);
    assert!(tokens.contains("read_inputs:&[],read_outputs:&[\"all\"],"), "{tokens}");
    assert!(tokens.contains("reads:&[rt::Read::Output(&super::w::WORKFLOW,\"all\")],"), "{tokens}");
    assert!(tokens.contains("ifrun.depends_on(&super::w::WORKFLOW)?{"), "{tokens}");
}

#[test]
fn a_workflow_that_nobody_has_asked_for_cannot_be_resumed() {
    let text = document(&format!("{SIGN_IN}- workflowId: outer\n  steps:\n  - {{ stepId: a, workflowId: w }}\n"));
    assert_eq!(tokens(&text, None).matches("pubasyncfnresume(").count(), 2);
    assert_eq!(tokens(&text, Some("outer")).matches("pubasyncfnresume(").count(), 1);
}

#[test]
fn the_fingerprint_is_that_of_the_content() {
    let text = document(SIGN_IN);
    let whole = fingerprint(&text, None);
    let commented = format!("# A comment.\n{}", text.replace("version: '1' }", "version:   \"1\" }   # another one"));
    assert_eq!(fingerprint(&commented, None), whole);
    for (from, to) in [("version: '1'", "version: '2'"), ("value: b", "value: c"), ("stepId: last", "stepId: end")] {
        assert_ne!(fingerprint(&text.replace(from, to), None), whole, "{to}");
    }
}

#[test]
fn the_options_of_the_macro_do_not_change_it() {
    let text = document(&format!("{SIGN_IN}- workflowId: other\n  steps:\n  - {{ stepId: a, operationId: get }}\n"));
    assert_eq!(fingerprint(&text, Some("w")), fingerprint(&text, None));
}
