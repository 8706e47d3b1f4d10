//! Values that the descriptions list: comparisons of which the outcome is known, and actions that forget some of them.

use crate::support::{answer, compiled, document, found, operations};
use arazzo_compiler::{Options, compile};
use std::path::Path;

const JOB: &str = "{ type: object, properties: { state: { type: string, enum: [building, active, error, gone] }, \
                   note: { type: string }, kinds: { type: array, items: { enum: [a, b] } } } }";

/// What is found about a workflow of the steps `s` and `t`, of which the first has these lines.
fn findings(lines: &[&str]) -> Vec<String> {
    let mut text = "  inputs: { type: object, properties: { size: { type: string, enum: [small, large] } } }\n  steps:\n  \
                    - stepId: s\n    operationId: get\n    outputs: { state: $response.body#/state, size: $inputs.size }\n"
        .to_owned();
    text.extend(lines.iter().map(|line| format!("    {line}\n")));
    text += "  - stepId: t\n    operationId: get\n";
    let api = operations(&format!("'200': {}, '302': {{ description: d }}, 4XX: {{ description: d }}", answer(JOB)));
    let compilation = compiled(&document(&text), &api);
    let readings = ["bare_jsonpath", "unquoted_word", "double_quoted"];
    let lines = found(&compilation).into_iter().zip(&compilation.diagnostics);
    let ours = lines.filter(|(_, found)| !readings.contains(&found.rule.name));
    ours.map(|(line, found)| format!("{} {}", line.split(" w.yml").next().unwrap_or_default(), found.message)).collect()
}

#[track_caller]
fn criterion(criterion: &str, expected: &[&str]) {
    let criteria = format!("successCriteria: [{{ condition: $statusCode == 200 }}, {criterion}]");
    assert_eq!(findings(&[&criteria]), expected, "{criterion}");
}

fn jsonpath(condition: &str) -> String {
    format!("{{ context: $response.body, type: jsonpath, condition: {condition:?} }}")
}

#[test]
fn a_text_that_no_value_is_cannot_be_met() {
    let never = "warning impossible_value `state` has no value `actve`, so that `==` is never true";
    criterion("{ condition: \"$response.body#/state == 'actve'\" }", &[never]);
    criterion("{ condition: \"'actve' == $response.body#/state\" }", &[never]);
    criterion("{ condition: \"$statusCode == 200 && !($response.body#/state == 'actve')\" }", &[never]);
    criterion(&jsonpath("$.state == 'actve'"), &[never]);
    criterion(&jsonpath("$[?$.state == 'actve']"), &[never]);
    criterion(&jsonpath("$.state == 'active' || $['state'] == 'actve'"), &[never]);
    let always = "warning impossible_value `state` has no value `actve`, so that `!=` is always true";
    criterion(&jsonpath("$.state != 'actve'"), &[always]);
    criterion(
        &jsonpath("$.kinds[0] == 'c'"),
        &["warning impossible_value `kinds` has no value `c`, so that `==` is never true"],
    );
    // JSONPath compares letter by letter, simple conditions do not.
    criterion(
        &jsonpath("$.state == 'Active'"),
        &["warning impossible_value `state` has no value `Active`, so that `==` is never true"],
    );
    // Of the inputs nothing else can come.
    criterion(
        "{ condition: $inputs.size == 'lage' }",
        &["error impossible_value `size` has no value `lage`, so that `==` is never true"],
    );
}

#[test]
fn what_may_be_met_is_no_mistake() {
    for condition in [
        "$response.body#/state == 'ACTIVE'",
        "$response.body#/note == 'x'",
        "$response.body#/state == null",
        "$inputs.size == 'large'",
        "$response.body#/state > 'actve'",
        "$response.header.state == 'actve'",
        "$response.body#/state == $inputs.size",
    ] {
        criterion(&format!("{{ condition: {condition:?} }}"), &[]);
    }
    for condition in
        ["$.state == 'active'", "$[?@.state == 'active']", "$.note == 'x'", "$.items[?@.state == 'actve']", "$.state"]
    {
        let found = findings(&[&format!("successCriteria: [{}]", jsonpath(condition))]);
        assert!(!found.iter().any(|line| line.contains("impossible")), "{condition}: {found:?}");
    }
    // Of the response to a failure nothing is known.
    let action = format!("onFailure: [{{ name: f, type: end, criteria: [{}] }}]", jsonpath("$.state == 'actve'"));
    assert_eq!(findings(&[&action]), [""; 0]);
}

#[test]
fn a_status_has_three_digits() {
    let never = |status: &str| {
        format!("error impossible_status no response has the status `{status}`, so that `==` is never true")
    };
    for (condition, status) in [
        ("$statusCode == 20", "20"),
        ("$statusCode == 2000", "2000"),
        ("$statusCode == 200.5", "200.5"),
        ("$statusCode == 2XX", "2XX"),
        ("20 == $statusCode", "20"),
    ] {
        criterion(&format!("{{ condition: {condition} }}"), &[&never(status)]);
    }
    criterion(&jsonpath("$statusCode == '200'"), &[&never("200")]);
    criterion(
        "{ condition: $statusCode != 20 }",
        &["error impossible_status no response has the status `20`, so that `!=` is always true"],
    );
    let action = "onFailure: [{ name: f, type: end, criteria: [{ condition: $statusCode == 42 }] }]";
    assert_eq!(findings(&[action]), [never("42")]);
    for condition in [
        "$statusCode == 200",
        "$statusCode == 200.0",
        "$statusCode == '200'",
        "$statusCode < 1000",
        "$statusCode == 999 || $statusCode == 200",
    ] {
        criterion(&format!("{{ condition: {condition} }}"), &[]);
    }
}

#[test]
fn a_status_is_one_that_the_operation_declares() {
    let never = |status: u16| {
        format!(
            "warning undeclared_status `get` declares no response with the status {status}, so that this is never met"
        )
    };
    for (condition, status) in [
        ("$statusCode == 201", 201),
        ("$statusCode == 204 || $statusCode == 205", 204),
        ("$statusCode > 302 && $statusCode < 400", 303),
        ("$statusCode == 999", 999),
    ] {
        criterion(&format!("{{ condition: {condition} }}"), &[&never(status)]);
    }
    for condition in [
        "$statusCode == 302",
        "$statusCode == 201 || $statusCode == 200",
        "$statusCode == 404",
        "$statusCode == 503",
        "$statusCode != 201",
        "$statusCode < 300",
        "$statusCode == 201 || $response.body#/note == 'x'",
    ] {
        criterion(&format!("{{ condition: \"{condition}\" }}"), &[]);
    }
}

/// What is found about the success actions of the step `s`.
fn actions(actions: &[(&str, &str, &str)]) -> Vec<String> {
    let list = actions.iter().map(|(name, target, condition)| {
        let criteria =
            if condition.is_empty() { String::new() } else { format!(", criteria: [{}]", jsonpath(condition)) };
        let effect = if target.is_empty() { "type: end".to_owned() } else { format!("type: goto, stepId: {target}") };
        format!("{{ name: {name}, {effect}{criteria} }}")
    });
    findings(&[&format!("onSuccess: [{}]", list.collect::<Vec<_>>().join(", "))])
}

#[test]
fn a_value_that_repeats_the_step_for_ever_is_found() {
    let never = |values: &str| format!("warning unhandled_value `s` never ends while `state` is {values}");
    let done = ("done", "t", "$.state == 'active'");
    assert_eq!(actions(&[done, ("again", "s", "$.state != 'active'")]), [never("`error` or `gone`")]);
    assert_eq!(actions(&[done, ("again", "s", "")]), [never("`error` or `gone`")], "the rest");
    assert_eq!(actions(&[done, ("again", "s", "!($.state == 'active' || $.state == 'error')")]), [never("`gone`")]);
    assert_eq!(actions(&[done, ("again", "s", "$[?$.state != 'active' && $.state != 'error']")]), [never("`gone`")]);
}

#[test]
fn a_value_that_falls_through_to_the_step_of_another_is_found() {
    let falls = "warning unhandled_value `s` falls through to `t` when `state` is `gone`";
    let (done, failed) = (("done", "t", "$.state == 'active'"), ("failed", "", "$.state == 'error'"));
    assert_eq!(actions(&[done, failed, ("again", "s", "$.state == 'building'")]), [falls]);
    assert_eq!(actions(&[done, failed]), [falls]);
}

#[test]
fn values_that_are_handled_or_pass_are_no_mistake() {
    let (done, failed) = (("done", "t", "$.state == 'active'"), ("failed", "", "$.state == 'error'"));
    for list in [
        // All are named.
        &[done, failed, ("again", "s", "$.state == 'building' || $.state == 'gone'")][..],
        // Something takes the rest.
        &[done, failed, ("rest", "", "")],
        &[done, failed, ("rest", "", "$.state != 'active'")],
        // Falling through is the only way on.
        &[failed],
        &[failed, ("again", "s", "$.state == 'building'")],
        // Other things decide too.
        &[done, failed, ("rest", "", "$.note == 'x'"), ("again", "s", "$.state != 'active'")],
        &[done, failed, ("again", "s", "$.state != 'active' && $.note != 'x'"), ("rest", "", "")],
        // A text may be anything.
        &[("done", "t", "$.note == 'x'"), ("again", "s", "$.note != 'x'")],
    ] {
        assert_eq!(actions(list), [""; 0], "{list:?}");
    }
    // What the success criteria leave out does not get to the actions.
    let strict = format!("successCriteria: [{}]", jsonpath("$.state != 'error' && $.state != 'gone'"));
    let again = format!(
        "onSuccess: [{{ name: again, type: goto, stepId: s, criteria: [{}] }}]",
        jsonpath("$.state != 'active'")
    );
    assert_eq!(findings(&[&strict, &again]), [""; 0]);
}

/// All that is found about the workflows of this repository, and the readings that they need.
#[test]
fn what_is_found_about_the_five_workflows() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let readings = ["bare_expression", "bare_jsonpath", "unqualified_operation"].map(str::to_owned);
    for (document, expected) in [
        (
            "daytona-image-to-running-sandbox.yml",
            &[
                "`pollBuild` never ends while `state` is `inactive`",
                "`pollSandbox` never ends while `state` is `destroyed`, `stopped`, `build_failed`, `archived` or `paused`",
            ][..],
        ),
        (
            "daytona-capture-sandbox-snapshot.yml",
            &[
                "`pollSettled` never ends while `state` is `destroyed`, `stopped`, `build_failed`, `archived` or `paused`",
            ],
        ),
        (
            "daytona-fork-sandbox.yml",
            &["`pollFork` never ends while `state` is `destroyed`, `stopped`, `build_failed`, `archived` or `paused`"],
        ),
        ("daytona-provision-volume-and-sandbox.yml", &["`pollVolume` never ends while `state` is `deleted`"]),
        (
            "runloop-snapshot-and-restore-devbox.yml",
            &["`pollSnapshot` falls through to `restoreDevbox` when `status` is `deleted`"],
        ),
    ] {
        let path = root.join("workflows").join(document);
        let options = Options { root: root.clone(), allow: readings.to_vec(), ..Options::default() };
        let compilation = compile(&path, &options);
        let found: Vec<String> =
            compilation.diagnostics.iter().map(|found| format!("{}: {}", found.rule.name, found.message)).collect();
        let expected: Vec<String> = expected.iter().map(|message| format!("unhandled_value: {message}")).collect();
        assert_eq!(found, expected, "{document}");
    }
}
