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
fn secrets_are_told_from_other_outputs_and_their_step_runs_again_where_they_are_read() {
    let tokens = tokens(&document(SIGN_IN), None);
    assert!(tokens.contains("Slot::Secret(\"token\",&mutself.sign_in.token)"), "{tokens}");
    // The token is a part of what the other output holds, which the compiler does not know; the run will find out.
    assert!(
        tokens.contains(
            "Slot::Output(\"all\",&mutself.sign_in.all,rt::Readers{steps:&[0,1],on_goto:false,at_end:false})"
        ),
        "{tokens}"
    );
    // Behind the second step nothing reads it any more.
    assert!(tokens.contains("ifrun.must_run_again(&STEP_SIGN_IN,&[0,1],false,false)"), "{tokens}");
    assert_eq!(tokens.matches("must_run_again").count(), 1);
    assert!(tokens.contains("pubasyncfnresume("), "{tokens}");
}

#[test]
fn a_secret_that_an_output_shows_is_needed_to_the_end() {
    let tokens = tokens(&document(&format!("{SIGN_IN}  outputs: {{ token: $steps.signIn.outputs.token }}\n")), None);
    assert!(tokens.contains("run.must_run_again(&STEP_SIGN_IN,&[0,1,2],true,true)"), "{tokens}");
}

#[test]
fn a_workflow_without_secrets_runs_nothing_again() {
    let steps = "  steps:\n  - { stepId: a, operationId: get, outputs: { id: $response.body#/id } }\n";
    let tokens = tokens(&document(&format!("{steps}  outputs: {{ id: $steps.a.outputs.id }}\n")), None);
    assert!(!tokens.contains("must_run_again") && !tokens.contains("fnvisit_"), "{tokens}");
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
