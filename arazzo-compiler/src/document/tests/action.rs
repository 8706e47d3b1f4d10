//! Success actions and failure actions.

use super::step_complains;
use crate::document::{Action, ActionKind, Reusable};

#[track_caller]
fn action(version: &str, field: &str, action: &str, expected: &[&str]) -> Action {
    let mut step = step_complains(version, &format!("{field}:\n- {{{action}}}"), expected);
    match if field == "onSuccess" { step.on_success.remove(0) } else { step.on_failure.remove(0) } {
        Reusable::Inline(action) => action,
        Reusable::Reference { .. } => panic!("it is written out"),
    }
}

// Rule A19.
#[test]
fn actions_read_as_written() {
    let retry = action("1.0.1", "onFailure", "name: a, type: retry, retryAfter: 0.5, retryLimit: 3, criteria: []", &[]);
    assert_eq!(retry.kind, ActionKind::Retry);
    assert_eq!(retry.retry_after.map(|seconds| seconds.value), Some(0.5));
    assert_eq!(retry.retry_limit.map(|limit| limit.value), Some(3));
    let goto = action(
        "1.1.0",
        "onSuccess",
        "name: a, type: goto, workflowId: w, parameters: [{name: x, value: 1}], criteria: [{condition: x}]",
        &[],
    );
    assert_eq!((goto.parameters.len(), goto.criteria.len()), (1, 1));
    action("1.0.1", "onFailure", "name: a, type: retry, stepId: a", &[]);
    action("1.0.1", "onSuccess", "name: a, type: end", &[]);
}

// Rule C56.
#[test]
fn types() {
    let unnamed = action(
        "1.0.1",
        "onSuccess",
        "stepId: a",
        &["missing_field 10:7 this success action lacks `name`", "missing_field 10:7 this success action lacks `type`"],
    );
    assert_eq!(unnamed.kind, ActionKind::Goto);
    let retry = action(
        "1.0.1",
        "onSuccess",
        "name: a, type: retry, retryLimit: 3, retryAfter: 1",
        &["invalid_value 10:23 a success action cannot `retry`: there is nothing to repeat"],
    );
    assert_eq!(retry.kind, ActionKind::End);
    action(
        "1.0.1",
        "onSuccess",
        "name: a, type: end, retryLimit: 3",
        &["unknown_field 10:28 no field `retryLimit` in a success action"],
    );
    let misspelt = action(
        "1.0.1",
        "onFailure",
        "name: a, type: Goto, stepId: a",
        &["invalid_value 10:23 `type` must be `end`, `goto` or `retry`, not `Goto`"],
    );
    assert_eq!(misspelt.kind, ActionKind::Goto);
    let unknown = action(
        "1.0.1",
        "onFailure",
        "name: a, type: function, retryLimit: 1",
        &["invalid_value 10:23 `type` must be `end`, `goto` or `retry`, not `function`"],
    );
    assert_eq!(unknown.kind, ActionKind::Retry);
}

// Rule C62.
#[test]
fn targets() {
    action(
        "1.0.1",
        "onSuccess",
        "name: a, type: goto",
        &["missing_field 10:7 this `goto` goes nowhere: it lacks `stepId` or `workflowId`"],
    );
    let both = "stepId: a, workflowId: w";
    let message = "an action cannot have both `workflowId` and `stepId`";
    for kind in ["goto", "retry"] {
        let column = 36 + kind.len();
        let found = format!("exclusive_fields 10:{column} {message}");
        let action = action("1.0.1", "onFailure", &format!("name: a, type: {kind}, {both}"), &[&found]);
        assert!(action.step.is_some() && action.workflow.is_none());
    }
    let end = action(
        "1.0.1",
        "onFailure",
        "name: a, type: end, stepId: a, retryLimit: 1",
        &[
            "ignored_field 10:28 `stepId` has no effect on an action of type `end`",
            "ignored_field 10:39 `retryLimit` has no effect on an action that is no `retry`",
        ],
    );
    assert!(end.step.is_none() && end.retry_limit.is_none());
    action(
        "1.0.1",
        "onSuccess",
        "name: a, type: goto, stepId: 5",
        &["wrong_type 10:37 `stepId` must be a string, not a number"],
    );
}

// Rule C62.
#[test]
fn numbers() {
    action(
        "1.0.1",
        "onFailure",
        "name: a, type: retry, retryAfter: -1, retryLimit: 1.5",
        &[
            "invalid_value 10:42 `retryAfter` must not be negative",
            "wrong_type 10:58 `retryLimit` must be an integer, not a fraction",
        ],
    );
    action(
        "1.0.1",
        "onFailure",
        "name: a, type: retry, retryAfter: 1s, retryLimit: '3'",
        &[
            "wrong_type 10:42 `retryAfter` must be a number, not a string",
            "wrong_type 10:58 `retryLimit` must be an integer, not a string",
        ],
    );
}

// Rule C49.
#[test]
fn parameters() {
    action(
        "1.0.1",
        "onSuccess",
        "name: a, type: goto, workflowId: w, parameters: []",
        &["newer_field 10:44 `parameters` needs Arazzo 1.1, and this document follows 1.0"],
    );
    action(
        "1.1.0",
        "onSuccess",
        "name: a, type: goto, stepId: a, parameters: [{name: x, in: path, value: 1}]",
        &[
            "misplaced_field 10:40 `parameters` of an action need a `workflowId` to go to",
            "misplaced_field 10:63 a parameter of an action is an input of a workflow and has no `in`",
        ],
    );
    action(
        "1.1.0",
        "onSuccess",
        "name: a, type: goto, workflowId: a, parameters: [{name: x, value: 1}, {name: x, value: 2}]",
        &["duplicate_parameter 10:85 the parameter `x` is there twice"],
    );
}

#[test]
fn criteria() {
    action(
        "1.0.1",
        "onSuccess",
        "name: a, type: end, criteria: []",
        &["empty_list 10:38 `criteria` must have an entry"],
    );
    action(
        "1.0.1",
        "onFailure",
        "name: a, type: end, successCriteria: [{}]",
        &[
            "unknown_field 10:28 no field `successCriteria` in a failure action",
            "missing_field 10:46 this criterion lacks `condition`",
        ],
    );
}
