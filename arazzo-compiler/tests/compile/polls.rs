//! Loops that ask for a state, in the many ways in which documents and descriptions write them.

use crate::support::{answer, messages};

const STATES: &str = "[building, active, error, gone]";

/// What is found about a step `s`, which runs an operation of that method and these responses, and the step `t` behind it.
fn found(method: &str, responses: &str, lines: &str) -> Vec<String> {
    let api = format!(
        "openapi: 3.1.0
info: {{ title: t, version: '1' }}
servers: [{{ url: 'https://t.example' }}]
paths:
  /state:
    {method}:
      operationId: ask
      requestBody: {{ content: {{ application/json: {{ schema: {{}} }} }} }}
      responses: {{ {responses} }}
  /things:
    get: {{ operationId: look, responses: {{ '200': {{ description: d }} }} }}
    put: {{ operationId: change, responses: {{ '200': {{ description: d }} }} }}
components:
  schemas:
    State: {{ type: string, enum: {STATES} }}
    Job: {{ type: object, properties: {{ state: {{ $ref: '#/components/schemas/State' }} }} }}
"
    );
    let indented: String = lines.lines().map(|line| format!("    {line}\n")).collect();
    let text =
        format!("  steps:\n  - stepId: s\n    operationId: ask\n{indented}  - {{ stepId: t, operationId: look }}\n");
    messages(&text, &api)
}

/// A response of success whose field `state` has that schema.
fn of(state: &str) -> String {
    format!("'200': {}", answer(&format!("{{ type: object, properties: {{ state: {state} }} }}")))
}

fn enumerated() -> String {
    of(&format!("{{ type: string, enum: {STATES} }}"))
}

const DONE: &str =
    "{ name: done, type: goto, stepId: t, criteria: [{ condition: $response.body#/state == 'active' }] }";

fn never(values: &str) -> Vec<String> {
    vec![format!("unhandled_value: `s` never ends while `state` is {values}")]
}

#[test]
fn a_state_is_asked_for_by_any_method() {
    let again = format!("onSuccess: [{DONE}, {{ name: again, type: goto, stepId: s }}]");
    for method in ["get", "post", "put", "patch", "options"] {
        let found = found(method, &enumerated(), &again);
        let found: Vec<_> = found.into_iter().filter(|line| !line.starts_with("unsafe_retry")).collect();
        assert_eq!(found, never("`error` or `gone`"), "{method}");
    }
    // Each request makes another thing, which may well turn out otherwise.
    let made = enumerated().replace("200", "201");
    assert_eq!(found("post", &made, &again), [""; 0]);
    let handled = "{ name: lost, type: end, criteria: [{ condition: \"$response.body#/state == 'error' || $response.body#/state == 'gone'\" }] }";
    assert_eq!(
        found(
            "post",
            &enumerated(),
            &format!("onSuccess: [{handled}, {DONE}, {{ name: again, type: goto, stepId: s }}]")
        ),
        [""; 0]
    );
}

#[test]
fn a_state_that_is_a_failure_repeats_by_an_action_of_that() {
    let criteria =
        "successCriteria: [{ condition: $statusCode == 200 }, { condition: $response.body#/state == 'active' }]";
    let on_failure = |actions: &str| found("post", &enumerated(), &format!("{criteria}\nonFailure: [{actions}]"));
    let there = "criteria: [{ condition: $statusCode == 200 }]";
    let again = format!("{{ name: again, type: goto, stepId: s, {there} }}");
    assert_eq!(on_failure(&again), never("`error` or `gone`"));
    let refused = "{ name: refused, type: end, criteria: [{ condition: $statusCode == 404 }] }";
    assert_eq!(on_failure(&format!("{refused}, {{ name: again, type: goto, stepId: s }}")), never("`error` or `gone`"));
    let broken = "{ name: broken, type: end, criteria: [{ condition: $response.body#/state == 'error' }] }";
    assert_eq!(on_failure(&format!("{broken}, {again}")), never("`gone`"));
    // So often and no more.
    assert_eq!(on_failure(&format!("{{ name: again, type: retry, retryLimit: 9, retryAfter: 1, {there} }}")), [""; 0]);
    // Other failures may be what repeats.
    let busy = "{ name: again, type: goto, stepId: s, criteria: [{ condition: $statusCode == 429 }] }";
    assert_eq!(on_failure(busy), [""; 0]);
    // A failure that nothing handles ends the run.
    assert_eq!(on_failure(broken), [""; 0]);
    // Of a loop that each failure goes on with, that is said.
    let all = on_failure("{ name: again, type: goto, stepId: s }");
    assert!(all.len() == 1 && all[0].starts_with("unbounded_poll"), "{all:?}");
}

#[test]
fn the_condition_of_a_loop_may_be_of_any_type() {
    let again = |criteria: &str| {
        let found = found(
            "post",
            &enumerated(),
            &format!("onSuccess: [{DONE}, {{ name: again, type: goto, stepId: s, criteria: [{criteria}] }}]"),
        );
        found.into_iter().filter(|line| !line.starts_with("bare_jsonpath")).collect::<Vec<_>>()
    };
    let both = never("`error` or `gone`");
    assert_eq!(again("{ condition: $response.body#/state != 'active' }"), both);
    assert_eq!(again("{ condition: $statusCode == 200 }, { condition: $response.body#/state != 'active' }"), both);
    assert_eq!(again("{ condition: \"$statusCode == 200 && $response.body#/state != 'active'\" }"), both);
    assert_eq!(again("{ condition: \"!($response.body#/state == 'active')\" }"), both);
    let jsonpath = |condition: &str| format!("{{ context: $response.body, type: jsonpath, condition: {condition:?} }}");
    assert_eq!(again(&jsonpath("$[?$.state != 'active']")), both);
    assert_eq!(again(&jsonpath("$.state != 'active'")), both);
    let regex = |pattern: &str| format!("{{ context: $response.body#/state, type: regex, condition: {pattern:?} }}");
    let falls = ["unhandled_value: `s` falls through to `t` when `state` is `gone`"];
    assert_eq!(again(&regex("^(building|error)$")), falls);
    assert_eq!(again(&regex("^[a-z]+$")), [""; 0], "each one is named");
    let named = "{ condition: \"$response.body#/state == 'building' || $response.body#/state == 'error'\" }";
    assert_eq!(again(named), falls);
    // Something else than the state decides.
    let other = "{ condition: $response.body#/state != 'active' }, { condition: $response.header.X-Left != '0' }";
    assert!(!again(other).iter().any(|line| line.contains("never ends")));
}

#[test]
fn the_values_may_be_listed_anywhere() {
    let again = format!("onSuccess: [{DONE}, {{ name: again, type: goto, stepId: s }}]");
    let both = never("`error` or `gone`");
    for state in [
        "{ $ref: '#/components/schemas/State' }".to_owned(),
        "{ allOf: [{ $ref: '#/components/schemas/State' }, { description: d }] }".to_owned(),
        format!("{{ type: [string], enum: {STATES} }}"),
        "{ oneOf: [{ const: building }, { const: active }, { const: error }, { const: gone }] }".to_owned(),
        "{ anyOf: [{ enum: [building, active] }, { enum: [error, gone] }] }".to_owned(),
    ] {
        assert_eq!(found("post", &of(&state), &again), both, "{state}");
    }
    for state in [
        "{ type: [string, 'null'], enum: [building, active, error, gone, null] }",
        "{ anyOf: [{ $ref: '#/components/schemas/State' }, { type: 'null' }] }",
    ] {
        assert_eq!(found("post", &of(state), &again), never("`error`, `gone` or `null`"), "{state}");
    }
    // What may be anything else is not known.
    for state in ["{ type: string }", "{ anyOf: [{ enum: [active, error] }, { type: string }] }", "{}"] {
        assert_eq!(found("post", &of(state), &again), [""; 0], "{state}");
    }
    let job = format!("'200': {}", answer("{ $ref: '#/components/schemas/Job' }"));
    assert_eq!(found("post", &job, &again), both);
    // In an object in an object.
    let nested = of("{ type: object, properties: { phase: { $ref: '#/components/schemas/State' } } }");
    let deeper = again.replace("#/state", "#/state/phase");
    assert_eq!(found("post", &nested, &deeper), ["unhandled_value: `s` never ends while `phase` is `error` or `gone`"]);
    // Several responses of success: of one schema, and of different ones.
    let same = format!("{job}, '202': {}", answer("{ $ref: '#/components/schemas/Job' }"));
    assert_eq!(found("post", &same, &again), both);
    let other = format!("{job}, '202': {}", answer("{ type: object }"));
    assert_eq!(found("post", &other, &again), [""; 0]);
    let chosen = format!("successCriteria: [{{ condition: $statusCode == 200 }}]\n{again}");
    assert_eq!(found("post", &other, &chosen), both);
    let ranges = job.replace("'200'", "2XX");
    assert_eq!(found("post", &ranges, &again), both);
}

#[test]
fn a_loop_over_two_steps_asks_again_when_nothing_changes_in_between() {
    let two = |operation: &str| {
        let api = format!(
            "openapi: 3.1.0\ninfo: {{ title: t, version: '1' }}\nservers: [{{ url: 'https://t.example' }}]\npaths:\n  /s:\n    \
             get: {{ operationId: look, responses: {{ '200': {{ description: d }} }} }}\n    \
             put: {{ operationId: change, responses: {{ '200': {{ description: d }} }} }}\n    \
             post: {{ operationId: ask, responses: {{ {} }} }}\n",
            enumerated()
        );
        let text = format!(
            "  steps:\n  - {{ stepId: r, operationId: {operation} }}\n  - stepId: s\n    operationId: ask\n    \
             onSuccess: [{DONE}, {{ name: again, type: goto, stepId: r }}]\n  - {{ stepId: t, operationId: look }}\n"
        );
        messages(&text, &api)
    };
    assert_eq!(two("look"), never("`error` or `gone`"));
    assert_eq!(two("change"), [""; 0]);
}
