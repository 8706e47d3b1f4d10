//! Workflows, steps and parameters.

use super::{good, read_text, step_complains, with_step};
use crate::document::{Location, OutputValue, Reusable, Target};

// Rule A29.
#[test]
fn a_step_reads_as_written() {
    let document = good(&with_step(
        "1.1.0",
        "parameters:\n- {name: id, in: path, value: $inputs.id}\n- {reference: $components.parameters.p, value: 3}\n\
         requestBody:\n  contentType: application/json\n  payload: {a: 1}\n  replacements:\n  - {target: '', value: 1, targetSelectorType: jsonpointer}\n\
         successCriteria:\n- condition: $statusCode == 200\noutputs:\n  a.b: $response.body#/id\n\
         timeout: 100\ndependsOn: [b, $workflows.w.steps.a, $sourceDescriptions.s.w.steps.a]",
    ));
    let step = &document.workflows[0].steps[0];
    assert!(matches!(&step.target, Some(Target::OperationId(id)) if id.value == "o"));
    let [Reusable::Inline(id), Reusable::Reference { reference, value, .. }] = step.parameters.as_slice() else {
        panic!("{:?}", step.parameters);
    };
    assert_eq!(id.location.as_ref().map(|location| location.value), Some(Location::Path));
    assert_eq!(reference.value, "$components.parameters.p");
    assert_eq!(value.as_ref().and_then(|value| value.as_u64()), Some(3));
    let body = step.request_body.as_ref().expect("there is a body");
    assert_eq!(body.replacements.len(), 1);
    assert_eq!(step.timeout.as_ref().map(|timeout| timeout.value), Some(100));
    assert_eq!(step.depends_on.len(), 3);
    assert!(matches!(&step.outputs[0].value, OutputValue::Expression(text) if text.value == "$response.body#/id"));
}

// Rule C7.
#[test]
fn fields_and_types() {
    let step = step_complains(
        "1.0.1",
        "requestbody: {contenttype: a/b}\ncriteria: [{condition: x}]\nnonsense: 1\ndescription: [a]\ntimeout: 5\nonSuccess: {}",
        &[
            "unknown_field 9:5 no field `requestbody` in a step",
            "unknown_field 9:19 no field `contenttype` in a request body",
            "unknown_field 10:5 no field `criteria` in a step",
            "unknown_field 11:5 no field `nonsense` in a step",
            "wrong_type 12:18 `description` must be a string, not a list",
            "newer_field 13:5 `timeout` needs Arazzo 1.1, and this document follows 1.0",
            "wrong_type 14:16 `onSuccess` must be a list, not a map",
        ],
    );
    assert_eq!(step.success_criteria.len(), 1, "misspelt fields are read as what is meant");
    assert_eq!(step.request_body.and_then(|body| body.content_type).map(|text| text.value).as_deref(), Some("a/b"));
    let step = step_complains("1.0.1", "OperationId: x", &["unknown_field 9:5 no field `OperationId` in a step"]);
    assert!(matches!(step.target, Some(Target::OperationId(id)) if id.value == "o"), "the right one counts");
}

// Rule C35.
#[test]
fn targets() {
    let step = step_complains(
        "1.0.1",
        "workflowId: w",
        &["exclusive_fields 9:5 a step cannot have both `operationId` and `workflowId`"],
    );
    assert!(matches!(step.target, Some(Target::OperationId(_))));
    step_complains(
        "1.1.0",
        "channelPath: x",
        &["exclusive_fields 9:5 a step cannot have both `operationId` and `channelPath`"],
    );
    let text = with_step("1.0.1", "").replace("    operationId: o\n", "");
    let (document, complaints) = read_text(&text);
    assert_eq!(
        complaints,
        ["missing_field 7:5 this step calls nothing: it lacks `operationId`, `operationPath` or `workflowId`"]
    );
    assert!(document.expect("it can be read").workflows[0].steps[0].target.is_none());
    let text = with_step("1.0.1", "").replace("operationId: o", "operationId: 7");
    assert_eq!(read_text(&text).1, ["wrong_type 8:18 `operationId` must be a string, not a number"]);
    let text = with_step("1.0.1", "").replace("operationId: o", "operationPath: {$sourceDescriptions.s.url}");
    assert_eq!(read_text(&text).1, ["wrong_type 8:20 `operationPath` must be a string, not a map"]);
}

// Rule C42.
#[test]
fn steps_that_send_and_receive() {
    step_complains("1.1.0", "action: receive\ncorrelationId: $inputs.id", &[]);
    step_complains(
        "1.1.0",
        "action: send\ncorrelationId: $inputs.id",
        &["misplaced_field 10:5 `correlationId` is only for steps with `action: receive`"],
    );
    step_complains(
        "1.1.0",
        "action: sent\ncorrelationId: 5",
        &[
            "invalid_value 9:13 `action` must be `send` or `receive`, not `sent`",
            "misplaced_field 10:5 `correlationId` is only for steps with `action: receive`",
            "wrong_type 10:20 `correlationId` must be a string, not a number",
        ],
    );
    let text = with_step("1.1.0", "").replace("operationId: o", "channelPath: x");
    assert_eq!(read_text(&text).1, ["missing_field 7:5 this step lacks `action`"]);
    let text = with_step("1.1.0", "action: send").replace("operationId: o", "workflowId: x");
    assert_eq!(read_text(&text).1, ["misplaced_field 9:5 `action` is only for steps that send or receive a message"]);
}

#[test]
fn depends_on() {
    step_complains("1.1.0", "dependsOn: []", &["empty_list 9:16 `dependsOn` must have an entry"]);
    let step = step_complains(
        "1.1.0",
        "dependsOn: [b, c, b, $steps.b, $workflows.w.b, 3]",
        &[
            "duplicate_entry 9:23 `b` is there twice",
            "invalid_value 9:26 `$steps.b` does not name a step",
            "invalid_value 9:36 `$workflows.w.b` does not name a step",
            "wrong_type 9:52 an entry of `dependsOn` must be a string, not a number",
        ],
    );
    assert_eq!(step.depends_on.len(), 2);
}

#[test]
fn timeouts_are_whole_milliseconds() {
    for (value, expected) in [
        ("-100", "invalid_value 9:14 `timeout` must not be negative"),
        ("1.5", "wrong_type 9:14 `timeout` must be an integer, not a fraction"),
        ("10s", "wrong_type 9:14 `timeout` must be an integer, not a string"),
    ] {
        step_complains("1.1.0", &format!("timeout: {value}"), &[expected]);
    }
}

// Rules C48, C50, C54.
#[test]
fn parameters() {
    let step = step_complains(
        "1.0.1",
        "parameters:\n- {name: a, value: 1}\n- {name: b, in: body, value: 1}\n- {name: c, in: querystring, value: x}\n\
         - {name: d, in: heder, value: 1}\n- {in: query, value: 1}\n- {name: e, in: path}\n- e",
        &[
            "missing_field 10:7 this parameter lacks `in`",
            "invalid_value 11:21 a parameter cannot be in the `body`",
            "newer_field 12:21 the value `querystring` of `in` needs Arazzo 1.1, and this document follows 1.0",
            "invalid_value 13:21 `in` must be `path`, `query`, `header` or `cookie`, not `heder`",
            "missing_field 14:7 this parameter lacks `name`",
            "missing_field 15:7 this parameter lacks `value`",
            "wrong_type 16:7 an entry of `parameters` must be a map, not a string",
        ],
    );
    assert_eq!(step.parameters.len(), 6);
    step_complains(
        "1.1.0",
        "parameters: [{name: a, in: channel, value: 1}]",
        &["invalid_value 9:32 `in` must be `path`, `query`, `header`, `cookie` or `querystring`, not `channel`"],
    );
}

// Rule C47.
#[test]
fn parameters_are_there_once() {
    step_complains(
        "1.0.1",
        "parameters:\n- {name: X-A, in: header, value: 1}\n- {name: x-a, in: header, value: 2}\n- {name: x-a, in: query, value: 2}\n\
         - {name: X-a, in: query, value: 2}\n- {name: x-a, in: query, value: 3}",
        &[
            "duplicate_parameter 11:14 the parameter `x-a` is there twice",
            "duplicate_parameter 14:14 the parameter `x-a` is there twice",
        ],
    );
    let text =
        with_step("1.0.1", "parameters: [{name: a, in: path, value: 1}, {name: a, value: 1}, {name: b, value: 1}]");
    assert_eq!(
        read_text(&text.replace("operationId", "workflowId")).1,
        ["duplicate_parameter 9:56 the parameter `a` is there twice"]
    );
}

// Rule C48.
#[test]
fn parameters_of_a_workflow_need_a_place_when_a_step_calls_an_operation() {
    let text = with_step("1.0.1", "") + "  parameters: [{name: a, value: 1}]\n";
    assert_eq!(read_text(&text).1, ["missing_field 9:16 this parameter lacks `in`"]);
    good(&text.replace("operationId", "workflowId"));
}

#[test]
fn braces_without_quotes() {
    step_complains(
        "1.0.1",
        "parameters: [{name: a, in: path, value: {$inputs.a}}]\nrequestBody: {payload: [{x: {$inputs.b}}]}\noutputs: {o: {$response.body}}",
        &[
            "unquoted_braces 9:45 `{$inputs.a}` without quotes is a map, not text",
            "unquoted_braces 10:33 `{$inputs.b}` without quotes is a map, not text",
            "wrong_type 11:18 the output `o` must be a string, not a map",
        ],
    );
}

#[test]
fn references() {
    let step = step_complains(
        "1.0.1",
        "parameters:\n- {reference: $components.parameters.p, name: x, x-y: 1}\n- $ref: '#/components/parameters/q'\n\
         - refrence: $components.parameters.r\n- reference: 5\nonSuccess:\n- {reference: $components.successActions.a, value: 1}",
        &[
            "ignored_field 10:45 `name` has no effect beside a `reference`",
            "unknown_field 11:7 no field `$ref` in a reusable object",
            "unknown_field 12:7 no field `refrence` in a reusable object",
            "wrong_type 13:18 `reference` must be a string, not a number",
            "ignored_field 15:49 only a reference to a parameter can have a `value`",
        ],
    );
    let references: Vec<_> = step
        .parameters
        .iter()
        .map(|parameter| match parameter {
            Reusable::Reference { reference, .. } => reference.value.as_str(),
            Reusable::Inline(_) => "inline",
        })
        .collect();
    assert_eq!(references, ["$components.parameters.p", "$components.parameters.q", "$components.parameters.r", ""]);
}

// Rules C25, C26, C31, C34.
#[test]
fn workflows() {
    let text = "arazzo: 1.0.1\ninfo: {title: t, version: '1'}\nsourceDescriptions: [{name: s, url: s.yml}]\nworkflows:\n\
                - {workflowId: w x, inputs: true, dependsOn: [w, w], steps: []}\n- {workflowId: w x, inputs: [], steps: {}}\n\
                - {steps: [{stepId: a.b, operationId: o}, {stepId: a.b, operationId: o}, {stepId: A.b, operationId: o}, 5]}\n- {id: v}\n- x\n";
    let (document, complaints) = read_text(text);
    assert_eq!(
        complaints,
        [
            "unportable_id 5:16 the workflow id `w x` has characters other than letters, digits, `_` and `-`",
            "boolean_inputs 5:29 `inputs` should be a map, not `true`",
            "duplicate_entry 5:50 `w` is there twice",
            "empty_list 5:61 `steps` must have an entry",
            "duplicate_name 6:16 the workflow id `w x` is there twice",
            "wrong_type 6:29 `inputs` must be a map, a JSON Schema, not a list",
            "wrong_type 6:40 `steps` must be a list, not a map",
            "missing_field 7:3 this workflow lacks `workflowId`",
            "unportable_id 7:21 the step id `a.b` has characters other than letters, digits, `_` and `-`",
            "duplicate_name 7:52 the step id `a.b` is there twice",
            "unportable_id 7:83 the step id `A.b` has characters other than letters, digits, `_` and `-`",
            "wrong_type 7:105 an entry of `steps` must be a map, not a number",
            "missing_field 8:3 this workflow lacks `steps`",
            "unknown_field 8:4 no field `id` in a workflow",
            "wrong_type 9:3 an entry of `workflows` must be a map, not a string",
        ]
    );
    let document = document.expect("it can be read");
    assert_eq!(document.workflows.len(), 4);
    assert!(document.workflows[2].id.is_missing());
    assert_eq!(document.workflows[3].id.value, "v");
}
