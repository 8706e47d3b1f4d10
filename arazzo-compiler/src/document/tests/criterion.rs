//! Criteria, expression types, selectors and replacements.

use super::step_complains;
use crate::document::{Criterion, Language, OutputValue};

#[track_caller]
fn criterion(version: &str, criterion: &str, expected: &[&str]) -> Criterion {
    step_complains(version, &format!("successCriteria:\n- {{{criterion}}}"), expected).success_criteria.remove(0)
}

#[test]
fn criteria_read_as_written() {
    let simple = criterion("1.0.1", "condition: x", &[]);
    assert_eq!(simple.kind.language, Language::Simple);
    assert_eq!(simple.kind.span, simple.span);
    criterion("1.0.1", "condition: x, type: simple", &[]);
    for (written, language) in
        [("regex", Language::Regex), ("jsonpath", Language::JsonPath), ("xpath", Language::XPath)]
    {
        let criterion = criterion("1.0.1", &format!("condition: x, context: $response.body, type: {written}"), &[]);
        assert_eq!(criterion.kind.language, language);
    }
    let versioned =
        criterion("1.0.1", "condition: x, context: $response.body, type: {type: xpath, version: xpath-20}", &[]);
    assert_eq!(versioned.kind.version.map(|version| version.value).as_deref(), Some("xpath-20"));
    criterion("1.1.0", "condition: x, context: $response.body, type: {type: jsonpath, version: rfc9535}", &[]);
}

// Rules C66, C67, A5.
#[test]
fn what_a_criterion_needs() {
    step_complains("1.0.1", "successCriteria: []", &["empty_list 9:22 `successCriteria` must have an entry"]);
    let empty = criterion("1.0.1", "type: jsonpath", &["missing_field 10:7 this criterion lacks `condition`"]);
    assert!(empty.condition.is_missing());
    criterion("1.0.1", "condition: x, type: regex", &["missing_field 10:7 this criterion lacks `context`"]);
    criterion("1.0.1", "condition: true", &["wrong_type 10:19 `condition` must be a string, not a boolean"]);
    criterion("1.0.1", "expression: x", &["unknown_field 10:8 no field `expression` in a criterion"]);
    criterion(
        "1.0.1",
        "condition: '', context: ''",
        &["invalid_value 10:19 `condition` must not be empty", "invalid_value 10:32 `context` must not be empty"],
    );
}

// Rules C68, C69.
#[test]
fn types() {
    let start = "condition: x, context: $response.body, type:";
    let misspelt = criterion(
        "1.0.1",
        &format!("{start} JSONPath"),
        &["invalid_value 10:53 `type` must be `simple`, `regex`, `jsonpath` or `xpath`, not `JSONPath`"],
    );
    assert_eq!(misspelt.kind.language, Language::JsonPath);
    let unknown = criterion(
        "1.1.0",
        &format!("{start} jq"),
        &["invalid_value 10:53 `type` must be `simple`, `regex`, `jsonpath` or `xpath`, not `jq`"],
    );
    assert!(unknown.condition.is_missing(), "nobody can tell what it means");
    criterion(
        "1.1.0",
        &format!("{start} {{type: jsonpointer, version: rfc6901}}"),
        &["invalid_value 10:60 `type` must be `jsonpath` or `xpath`, not `jsonpointer`"],
    );
    criterion(
        "1.1.0",
        &format!("{start} {{type: regex, version: x}}"),
        &["invalid_value 10:60 `type` must be `jsonpath` or `xpath`, not `regex`"],
    );
    criterion("1.1.0", &format!("{start} [xpath]"), &["wrong_type 10:53 `type` must be a string or a map, not a list"]);
    criterion(
        "1.1.0",
        &format!("{start} {{version: xpath-10}}"),
        &["missing_field 10:53 this expression type object lacks `type`"],
    );
}

// Rules C69, A35.
#[test]
fn versions_of_types() {
    let start = "condition: x, context: $response.body, type:";
    criterion(
        "1.0.1",
        &format!("{start} {{type: xpath}}"),
        &["unversioned_type 10:53 this expression type object lacks `version`"],
    );
    criterion(
        "1.0.1",
        &format!("{start} {{type: xpath, version: xpath-31}}"),
        &["newer_field 10:76 the version `xpath-31` needs Arazzo 1.1, and this document follows 1.0"],
    );
    criterion(
        "1.0.1",
        &format!("{start} {{type: xpath, version: xpath-11}}"),
        &["invalid_value 10:76 `version` must be `xpath-30`, `xpath-20` or `xpath-10`, not `xpath-11`"],
    );
    criterion(
        "1.0.1",
        &format!("{start} {{type: jsonpath, version: 1.0}}"),
        &["wrong_type 10:79 `version` must be a string, not a number"],
    );
}

// Rule C69.
#[test]
fn a_version_beside_the_type() {
    let text = "condition: x, context: $response.body, type: xpath, version: xpath-30";
    let old = criterion("1.0.1", text, &["flattened_version 10:60 `version` belongs inside `type`"]);
    assert_eq!(old.kind.version.map(|version| version.value).as_deref(), Some("xpath-30"));
    let new = criterion("1.1.0", text, &["unknown_field 10:60 no field `version` in a criterion"]);
    assert!(new.kind.version.is_some());
    criterion("1.0.1", "condition: x, version: 1", &["unknown_field 10:22 no field `version` in a criterion"]);
    criterion(
        "1.0.1",
        "condition: x, context: $url, type: {type: xpath, version: xpath-10}, version: xpath-10",
        &["unknown_field 10:77 no field `version` in a criterion"],
    );
}

// Rule C33.
#[test]
fn outputs() {
    let step = step_complains(
        "1.0.1",
        "outputs:\n  a b: $response.body\n  '': $response.body\n  c: 5\n  d: ''\n  e: {context: $response.body, selector: $.x, type: jsonpath}",
        &[
            "invalid_name 10:7 the name `a b` of an output has characters other than letters, digits, `.`, `_` and `-`",
            "invalid_name 11:7 the name `` of an output has characters other than letters, digits, `.`, `_` and `-`",
            "wrong_type 12:10 the output `c` must be a runtime expression, not a number",
            "invalid_value 13:10 the output `d` must not be empty",
            "newer_field 14:10 a Selector Object needs Arazzo 1.1, and this document follows 1.0",
        ],
    );
    assert_eq!(step.outputs.len(), 5);
    step_complains("1.0.1", "outputs: [$response.body]", &["wrong_type 9:14 `outputs` must be a map, not a list"]);
}

// Rule C87.
#[test]
fn selectors() {
    let step = step_complains(
        "1.1.0",
        "outputs:\n  a: {context: $response.body, selector: '', type: jsonpointer}\n  b: {context: $response.body, selector: x, type: simple}\n\
        \x20 c: {expression: $response.body, selector: x, type: {type: jsonpointer, version: rfc6901}}\n  d: {selector: x}\n  e: []",
        &[
            "invalid_value 11:55 `type` must be `jsonpath`, `xpath` or `jsonpointer`, not `simple`",
            "unknown_field 12:11 no field `expression` in a selector",
            "missing_field 13:10 this selector lacks `context`",
            "missing_field 13:10 this selector lacks `type`",
            "wrong_type 14:10 the output `e` must be a runtime expression or a Selector Object, not a list",
        ],
    );
    let read: Vec<_> = step
        .outputs
        .iter()
        .map(|output| match &output.value {
            OutputValue::Selector(selector) => Some(selector.kind.language),
            OutputValue::Expression(text) => {
                assert!(text.is_missing());
                None
            }
        })
        .collect();
    assert_eq!(read, [Some(Language::JsonPointer), None, Some(Language::JsonPointer), None, None]);
}

#[test]
fn replacements() {
    let step = step_complains(
        "1.0.1",
        "requestBody:\n  replacements:\n  - {target: /a}\n  - {value: 1}\n  - {target: /a, targetSelectorType: jmespath, value: {a: 1}}\n  - {target: /a, value: 10}",
        &[
            "missing_field 11:9 this payload replacement lacks `value`",
            "missing_field 12:9 this payload replacement lacks `target`",
            "newer_field 13:22 `targetSelectorType` needs Arazzo 1.1, and this document follows 1.0",
            "invalid_value 13:42 `targetSelectorType` must be `jsonpath` or `xpath`, not `jmespath`",
        ],
    );
    assert_eq!(step.request_body.expect("there is a body").replacements.len(), 2);
    step_complains("1.0.1", "requestBody: x", &["wrong_type 9:18 `requestBody` must be a map, not a string"]);
}
