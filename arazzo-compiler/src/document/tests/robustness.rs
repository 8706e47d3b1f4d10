//! Broken documents neither panic nor hang, and the same document in JSON reads the same.

use super::{good, read_text};

const SAMPLE: &str = r#"arazzo: 1.1.0
$self: https://example.com/a
info: {title: é, summary: "s", version: '1'}
sourceDescriptions:
- {name: s, url: s.yml, type: openapi}
workflows:
- workflowId: w
  inputs: {type: object}
  dependsOn: [v]
  parameters: [{reference: $components.parameters.p, value: 1}]
  steps:
  - stepId: a
    operationId: o
    parameters:
    - {name: x, in: query, value: "{$inputs.x}"}
    requestBody:
      contentType: application/json
      payload: {a: [1, ~, true]}
      replacements: [{target: /a, targetSelectorType: {type: jsonpath, version: rfc9535}, value: 1}]
    successCriteria:
    - condition: >-
        $statusCode
        == 200
    - {context: $response.body, condition: x, type: {type: xpath, version: xpath-10}}
    onSuccess: [{name: g, type: goto, workflowId: v, parameters: [{name: y, value: 1}]}]
    onFailure: [{name: r, type: retry, retryAfter: 1.5, retryLimit: 2, criteria: []}]
    outputs: {o: {context: $response.body, selector: $.a, type: jsonpath}}
    timeout: 5
    dependsOn: [b]
  - {stepId: b, channelPath: c, action: receive, correlationId: d}
- {workflowId: v, steps: [{stepId: c, workflowId: w}]}
components:
  inputs: {i: {}}
  parameters: {p: {name: p, in: header, value: x}}
  successActions: {s: {name: s, type: end}}
  failureActions: {f: {name: f, type: end}}
"#;

#[test]
fn the_sample_is_right() {
    let document = good(SAMPLE);
    let json: serde_json::Value = serde_yaml::from_str(SAMPLE).expect("it is YAML");
    let same = good(&serde_json::to_string_pretty(&json).expect("it is JSON"));
    assert_eq!(document.workflows.len(), same.workflows.len());
    assert_eq!(document.workflows[0].steps[0].outputs.len(), same.workflows[0].steps[0].outputs.len());
}

#[test]
fn every_prefix_and_every_deletion() {
    for (at, _) in SAMPLE.char_indices() {
        read_text(&SAMPLE[..at]);
        let mut shorter = SAMPLE.to_owned();
        shorter.remove(at);
        read_text(&shorter);
    }
}

#[test]
fn every_value_replaced_by_another_kind() {
    let json: serde_json::Value = serde_yaml::from_str(SAMPLE).expect("it is YAML");
    let mut paths = Vec::new();
    collect(&json, String::new(), &mut paths);
    for path in paths {
        for value in ["null", "true", "-1", "1.5", "\"\"", "\"$x\"", "[]", "[[]]", "{}", "{\"a\": {}}"] {
            let mut changed = json.clone();
            let place = changed.pointer_mut(&path).expect("the path is there");
            *place = serde_json::from_str(value).expect("it is JSON");
            read_text(&changed.to_string());
        }
    }
}

fn collect(value: &serde_json::Value, path: String, paths: &mut Vec<String>) {
    match value {
        serde_json::Value::Array(items) => {
            (0..).zip(items).for_each(|(index, item): (usize, _)| collect(item, format!("{path}/{index}"), paths));
        }
        serde_json::Value::Object(map) => {
            map.iter().for_each(|(key, value)| collect(value, format!("{path}/{key}"), paths));
        }
        _ => {}
    }
    paths.push(path);
}
