//! The bare dialect: what its authors mean.

use super::super::{Criterion, Step, bare_compare, bare_path, bare_test, parse_criterion};
use crate::condition::Operator;
use crate::expression::{Expression, Operand, Version};
use crate::json::Json;
use serde_json::{Value, json};
use std::borrow::Cow;

/// The runtime expressions of these tests.
fn expression(operand: &Operand) -> Json<'static> {
    match &operand.expression {
        Expression::StatusCode => Json::Number(200.into()),
        Expression::Inputs(name) if name.id.text == "id" => Json::String(Cow::Borrowed("x1")),
        Expression::Inputs(name) if name.id.text == "list" => {
            Json::Array(vec![Json::Number(1.into()), Json::Absent, Json::Number(2.into())])
        }
        Expression::Inputs(name) if name.id.text == "object" => {
            Json::Object(vec![("b".into(), Json::Null), ("a".into(), Json::Bool(true)), ("c".into(), Json::Absent)])
        }
        _ => Json::Absent,
    }
}

fn passes(text: &str, document: &Value) -> bool {
    match parse_criterion(text, Version::V1_0) {
        Ok(Criterion::Query(query)) => query.exists(document),
        Ok(Criterion::Bare(logical)) => logical.bare(document, &expression),
        Err(error) => panic!("{text}: {error}"),
    }
}

fn document() -> Value {
    json!({
        "state": "active", "id": "x1", "zero": 0, "empty": "", "no": false, "yes": true, "nil": null,
        "items": [{"id": "x1", "tags": []}, {"id": "x2"}], "none": [], "name": "ä☺", "pair": [1, 2],
        "box": {"length": 7}, "object": {"a": true, "b": null}, "big": 9007199254740993_i64, "inputs": 5
    })
}

#[test]
fn what_passes() {
    let document = document();
    for text in [
        "$.state == \"active\"",
        "$.state == 'active' && $.id == $inputs.id",
        "$.items.length > 0",
        "$.items.length == 2",
        "$.items[0].tags.length == 0",
        "$.name.length == 2",
        "$.box.length == 7",
        "$['items']['length'] == 2",
        "$.id == $inputs.id",
        "$.id == {$inputs.id}",
        "$inputs.id == $.id",
        "$statusCode == 200 && $.yes",
        "$.absent == null",
        "$.nil == null",
        "$.absent == $.nil",
        "$.absent == $inputs.absent",
        "!$.absent && !$.nil && !$.no",
        "$.zero && $.empty && $.none",
        "($.yes)",
        "$.state != null",
        "$.state != 'Active'",
        "$.nil",
        "$.pair == $inputs.list",
        "$.object == $inputs.object",
        "$.big > 9007199254740992",
        "$.big != 9007199254740992",
        "$.zero == -0.0 && $.zero <= 0",
        "length($.items) == 2",
        "count($.items[*]) == 2",
        "match($.state, 'act.*')",
        "!search($.state, 'x')",
        "value($.items[?@.id == 'x2'].id) == 'x2'",
        "length($inputs.id) == 2",
        "$.items[?@.id == 'x2'] && $.yes",
        "$.items[?@.id == $inputs.id]",
        "!($.state == 'failed' || $.no)",
        "$.no || $.no || $.yes",
    ] {
        assert!(passes(text, &document), "{text}");
    }
}

#[test]
fn what_fails() {
    let document = document();
    for text in [
        "$.state == \"Active\"",
        "$.items.length > 2",
        "$.none.length > 0",
        "$.object.length == 2",
        "$.items.length.length",
        "$.absent != null",
        "$.nil != null",
        "$.absent && $.yes",
        "($.nil)",
        "($.no)",
        "!$.zero",
        "$.zero == false",
        "$.zero == ''",
        "$.zero == '0'",
        "$.state > 1",
        "1 < $.state",
        "$.absent < 1",
        "$.absent <= $.absent",
        "$.nil <= null",
        "$.yes >= true",
        "$.pair <= $.pair",
        "$.big == 9007199254740992",
        "$.big == 9007199254740992.0",
        "$.items[?@.id == $inputs.absent]",
        "!($.yes)",
        "$.absent.length == 0",
        "length($.zero) == 0",
        "$.items[?@.id == 'x3'] && $.yes",
    ] {
        assert!(!passes(text, &document), "{text}");
    }
}

#[test]
fn a_path_alone_is_asked_for_existence_only() {
    assert!(passes("$.nil", &document()) && passes("$.no", &document()) && !passes("($.nil)", &document()));
    // `length` is a member like any other there.
    assert!(!passes("$.items.length", &document()) && passes("$.box.length", &document()));
}

#[test]
fn inside_of_filters_the_rfc_applies() {
    let document = json!([{"a": null}, {}]);
    assert!(passes("$[?@.a] && true == true", &document), "null exists");
    assert!(!passes("count($[?@.a == null]) == 2", &document), "absent is not null");
    assert!(!passes("$[?@.length > 0] && true == true", &json!([[1, 2]])), "a list has no members");
}

#[test]
fn the_pieces_for_generated_code() {
    let document = document();
    assert_eq!(bare_path(&document, &[Step::Name("pair"), Step::Index(-1)]), Json::Value(Cow::Owned(json!(2))));
    assert_eq!(bare_path(&document, &[Step::Name("pair"), Step::Index(-3)]), Json::Absent);
    assert_eq!(bare_path(&document, &[Step::Name("name"), Step::Name("length")]), Json::Number(2.into()));
    assert_eq!(bare_path(&document, &[Step::Name("length")]), Json::Absent);
    assert!(bare_test(&Json::Number(0.into())) && !bare_test(&Json::Value(Cow::Owned(json!(false)))));
    let (null, absent) = (Json::Value(Cow::Owned(Value::Null)), Json::Absent);
    assert!(bare_compare(Operator::Equal, &null, &absent) && !bare_compare(Operator::NotEqual, &absent, &null));
    let (list, tree) = (Json::Array(vec![Json::Null]), Json::Value(Cow::Owned(json!([null]))));
    assert!(bare_compare(Operator::Equal, &list, &tree) && !bare_compare(Operator::LessOrEqual, &list, &tree));
}
