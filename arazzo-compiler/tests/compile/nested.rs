//! Workflows that run each other: their types, and what is written of which of them.

use crate::support::{Module, api, compiled, document, found};
use arazzo_compiler::source::Memory;
use arazzo_compiler::{Options, compile};
use std::path::Path;

const THING: &str = "{ type: object, required: [id], properties: { id: { type: string }, size: { type: integer } } }";

/// A workflow `other` behind the one under test, whose outputs are those of one step.
const OTHER: &str = "- workflowId: other
  steps:
  - stepId: ask
    operationId: get
    outputs: { id: $response.body#/id, size: $response.body#/size }
  outputs: { id: $steps.ask.outputs.id, size: $steps.ask.outputs.size }
";

/// The module of `w` with `other` behind it. Workflows that mention each other stand in a module of their own.
#[track_caller]
fn module(workflow: &str) -> Module {
    let compilation = compiled(&document(&format!("{workflow}{OTHER}")), &api(THING));
    assert!(!compilation.has_errors(), "{}", compilation.diagnostics[0]);
    let tokens = compilation.tokens.to_string();
    let group = Module::body(compilation.tokens, "__arazzo_w").unwrap_or_else(|| panic!("no group in {tokens}"));
    Module::of(group, "w").expect("the workflow is there")
}

// Rule R40: the types of a called workflow's outputs are those of its own.
#[test]
fn outputs_of_a_called_workflow_have_its_types() {
    let calling = |criteria: &str| {
        format!(
            "  steps:
  - stepId: call
    workflowId: other
{criteria}    outputs: {{ id: $outputs.id, size: $outputs.size }}
  outputs: {{ id: $steps.call.outputs.id, size: $steps.call.outputs.size }}
"
        )
    };
    assert_eq!(module(&calling("")).members("Outputs"), ["id: String", "size: Option<i64>"]);
    // With criteria of its own a step may succeed though the workflow has failed.
    let criteria = "    successCriteria: [{ condition: $outputs.id != 'x' }]\n";
    assert_eq!(module(&calling(criteria)).members("Outputs"), ["id: Option<String>", "size: Option<i64>"]);
}

// Rule R28: the end holds the run of the other workflow.
#[test]
fn a_goto_to_a_workflow_is_an_end_of_its_own() {
    let module = module(
        "  steps:
  - stepId: a
    operationId: get
    onSuccess:
    - { name: on, type: goto, workflowId: other, criteria: [{ condition: $response.body#/size == 1 }] }
    - { name: again, type: goto, workflowId: other, criteria: [{ condition: $response.body#/size == 2 }] }
    outputs: { id: $response.body#/id }
  outputs: { id: $steps.a.outputs.id }
",
    );
    assert_eq!(
        module.members("End"),
        ["Completed", "Other(: : std: : boxed: : Box<Run<super: : other: : Outputs, super: : other: : End>>)"]
    );
    assert_eq!(module.members("Outputs"), ["id: String"]);
}

// Rule R34: what a step that runs for another one leaves behind may come from a failure.
#[test]
fn a_step_that_runs_for_another_one_may_have_failed() {
    let module = module(
        "  steps:
  - stepId: a
    operationId: get
    outputs: { id: $response.body#/id }
  - stepId: b
    operationId: get
    parameters: [{ name: x, in: query, value: $steps.a.outputs.id }]
    onFailure: [{ name: r, type: retry, stepId: a }, { name: o, type: retry, workflowId: other }]
    outputs: { id: $response.body#/id }
  outputs: { a: $steps.a.outputs.id, b: $steps.b.outputs.id }
",
    );
    assert_eq!(module.members("Outputs"), ["a: Option<String>", "b: String"]);
}

#[test]
fn a_workflow_that_is_not_asked_for_is_private() {
    let text = document(&format!("  steps: [{{ stepId: call, workflowId: other }}]\n{OTHER}"));
    let files = Memory::of([("w.yml", text.as_str()), ("api.yml", &api(THING))]);
    let only = Some(vec!["w".to_owned()]);
    let compilation = compile(Path::new("w.yml"), &Options { reader: &files, only, ..Options::default() });
    assert_eq!(found(&compilation), [""; 0]);
    assert!(compilation.tokens.to_string().replace(' ', "").contains("pubuse__arazzo_w::{w};"));
    // One that nothing runs is not there at all.
    let only = Some(vec!["other".to_owned()]);
    let compilation = compile(Path::new("w.yml"), &Options { reader: &files, only, ..Options::default() });
    assert!(!compilation.tokens.to_string().contains("__arazzo_"));
}

// Rule R8: a workflow may call itself, and needs no other module for it.
#[test]
fn a_workflow_that_calls_itself_stands_alone() {
    let text = document("  steps: [{ stepId: call, workflowId: w }]\n");
    let compilation = compiled(&text, &api(THING));
    assert_eq!(found(&compilation), ["warning unbounded_poll w.yml 6:21"]);
    let tokens = compilation.tokens.to_string().replace(' ', "");
    assert!(tokens.contains("self::called(run,inputs)") && !tokens.contains("super::w"), "{tokens}");
}

// Rule R43: secrets are followed into called workflows and out of them.
#[test]
fn what_a_called_workflow_sends_as_a_credential_is_secret_where_it_comes_from() {
    let text = document(
        "  inputs: { type: object, required: [key], properties: { key: { type: string } } }
  steps:
  - stepId: sign
    workflowId: sign
    outputs: { token: $outputs.token }
  - stepId: use
    workflowId: use
    parameters:
    - { name: key, value: $inputs.key }
    - { name: token, value: $steps.sign.outputs.token }
- workflowId: sign
  steps: [{ stepId: ask, operationId: get, outputs: { token: $response.body#/id } }]
  outputs: { token: $steps.ask.outputs.token }
- workflowId: use
  inputs: { type: object, required: [key, token], properties: { key: { type: string }, token: { type: string } } }
  steps:
  - stepId: ask
    operationId: get
    parameters:
    - { name: Authorization, in: header, value: 'Bearer {$inputs.key}' }
    - { name: Cookie, in: header, value: 'token={$inputs.token}' }
",
    );
    let compilation = compiled(&text, &api(THING));
    assert_eq!(found(&compilation), ["warning undeclared_parameter w.yml 26:15"]);
    let tokens = compilation.tokens.to_string().replace(' ', "");
    assert!(tokens.contains(r#".field("key",&rt::Masked)"#), "{tokens}");
    assert_eq!(tokens.matches(r#".field("token",&rt::Masked)"#).count(), 2, "as an output and as an input");
    assert!(tokens.contains("run.secret(&rt::json(steps.sign.token.as_ref()));"), "{tokens}");
}
