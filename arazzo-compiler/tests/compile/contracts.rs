//! What can be known of a run while compiling: steps that never run, requests that are sent again to no use or with harm.

use crate::support::{answer, compiled, document, found, operations};

/// The findings of a workflow with these steps, without their file and level.
fn findings(steps: &str) -> Vec<String> {
    let api = operations(&format!("\"200\": {}", answer("{ $ref: '#/components/schemas/Thing' }")));
    of(&document(&format!("  steps:\n{steps}")), &api)
}

fn of(document: &str, api: &str) -> Vec<String> {
    let line = |line: String| line.replace("warning ", "").replace(" w.yml", "");
    found(&compiled(document, api)).into_iter().map(line).collect()
}

/// Three steps with actions.
fn three(actions: [&str; 3]) -> String {
    let step = |(name, actions): (&str, &str)| format!("  - {{ stepId: {name}, operationId: get, {actions} }}\n");
    ["a", "b", "c"].into_iter().zip(actions).map(step).collect()
}

#[test]
fn a_step_that_every_way_leaves_out_is_reported() {
    let past = "onSuccess: [{ name: past, type: goto, stepId: c }]";
    assert_eq!(findings(&three([past, "", ""])), ["unreachable_step 8:15"]);
    let end = "onSuccess: [{ name: enough, type: end }]";
    // What is behind it is not reported again.
    assert_eq!(findings(&three([end, "", ""])), ["unreachable_step 8:15"]);
    assert_eq!(findings(&three(["", end, ""])), ["unreachable_step 9:15"]);
    // A step that never runs leads nowhere.
    let on = "onSuccess: [{ name: on, type: goto, stepId: c }]";
    assert_eq!(findings(&three([end, on, ""])), ["unreachable_step 8:15"]);
}

#[test]
fn a_step_that_some_way_leads_to_is_not_reported() {
    let sometimes = "onSuccess: [{ name: past, type: goto, stepId: c, criteria: [{ condition: $statusCode == 201 }] }]";
    assert_eq!(findings(&three([sometimes, "", ""])), [""; 0]);
    let failed = "onSuccess: [{ name: past, type: end }], onFailure: [{ name: other, type: goto, stepId: b }]";
    assert_eq!(findings(&three([failed, "", ""])), [""; 0]);
    // It runs before another one is tried again.
    let helped =
        "onSuccess: [{ name: past, type: goto, stepId: c }], onFailure: [{ name: help, type: retry, stepId: b }]";
    assert_eq!(findings(&three([helped, "", ""])), [""; 0]);
    // An action that could not be read may be the way.
    let broken = "onSuccess: [{ name: x, type: goto, stepId: nowhere, criteria: [{ condition: $statusCode == 1 }] }, \
                  { name: past, type: end }]";
    assert_eq!(findings(&three([broken, "", ""])), ["error unknown_step 7:79"]);
}

/// A step whose request is repeated under these criteria.
fn retried(operation: &str, fields: &str, criteria: &str) -> Vec<String> {
    findings(&format!(
        "  - stepId: a\n    operationId: {operation}\n{fields}    onFailure:\n    - name: again\n      type: retry\n{criteria}"
    ))
}

const BODY: &str = "    requestBody: { payload: { a: 1 } }\n";

fn when(condition: &str) -> String {
    format!("      criteria: [{{ condition: \"{condition}\" }}]\n")
}

#[test]
fn a_retry_of_a_request_that_stays_wrong_is_reported() {
    for condition in [
        "$statusCode == 400",
        "$statusCode == 401 || 422 == $statusCode",
        "$statusCode >= 400 && $statusCode < 402",
        "!($statusCode != '422')",
    ] {
        assert_eq!(retried("get", "", &when(condition)), ["useless_retry 12:31"], "{condition}");
    }
}

#[test]
fn a_retry_that_may_help_is_not_reported() {
    for condition in [
        "$statusCode == 404",
        "$statusCode == 403",
        "$statusCode == 409",
        "$statusCode == 429",
        "$statusCode == 400 || $statusCode == 503",
        "$statusCode >= 400",
        "$statusCode != 400",
        "$statusCode == 400 && $statusCode == 401",
        "$statusCode == 400 && $response.body#/later == true",
        "!($statusCode == 400)",
    ] {
        assert_eq!(retried("get", "", &when(condition)), [""; 0], "{condition}");
    }
    let two = "      criteria: [{ condition: $statusCode == 400 }, { condition: $response.body#/later == true }]\n";
    assert_eq!(retried("get", "", two), [""; 0]);
    // Something else runs before it.
    let helped =
        "      stepId: b\n      criteria: [{ condition: $statusCode == 401 }]\n  - { stepId: b, operationId: get }\n";
    assert_eq!(retried("get", "", helped), [""; 0]);
    // It is never taken.
    let never = "      retryLimit: 0\n      criteria: [{ condition: $statusCode == 401 }]\n";
    assert_eq!(retried("get", "", never), [""; 0]);
}

#[test]
fn a_post_that_may_have_been_carried_out_is_not_repeated() {
    assert_eq!(retried("post", BODY, ""), ["unsafe_retry 11:13"]);
    for condition in [
        "$statusCode >= 500",
        "$statusCode == 502",
        "$statusCode != 400",
        "!($statusCode < 500)",
        "$statusCode == 429 || $statusCode == 500",
        "$statusCode >= 400 && $statusCode < 600",
    ] {
        assert_eq!(retried("post", BODY, &when(condition)), ["unsafe_retry 11:13"], "{condition}");
    }
    let itself = "  - stepId: a\n    operationId: post\n    requestBody: { payload: { a: 1 } }\n    onFailure:\n    \
                  - name: again\n      type: goto\n      stepId: a\n      criteria: [{ condition: $statusCode == 500 }]\n";
    assert_eq!(findings(itself), ["unsafe_retry 11:13"]);
}

#[test]
fn a_request_that_can_be_sent_twice_is_not_reported() {
    assert_eq!(retried("get", "", ""), [""; 0]);
    for condition in [
        "$statusCode == 429",
        "$statusCode == 503 || $statusCode == 429",
        "$statusCode >= 400 && $statusCode < 500",
        "$statusCode < 500",
        "$response.body#/state == 'pending'",
        "$statusCode == 500 && $response.body#/done == false",
        "$statusCode == 500 && $statusCode == 429",
    ] {
        assert_eq!(retried("post", BODY, &when(condition)), [""; 0], "{condition}");
    }
    let key = "    parameters: [{ name: idempotency-key, in: header, value: k }]\n";
    assert_eq!(retried("post", &format!("{key}{BODY}"), ""), ["undeclared_parameter 9:26"]);
    assert_eq!(retried("post", "    requestBody: { payload: { request_id: 1 } }\n", ""), [""; 0]);
    // What runs before it can look whether it is there.
    assert_eq!(retried("post", BODY, "      stepId: b\n  - { stepId: b, operationId: get }\n"), [""; 0]);
}
