//! Values behave alike, however they are held.

use super::*;
use crate::expression::Accessor;
use crate::pointer::Pointer;
use proptest::prelude::*;
use serde_json::json;

fn member(name: &str) -> Accessor {
    Accessor::Member(name.to_owned())
}

/// The same value without a tree in it, with absent parts put between the others.
pub(crate) fn built(value: &Value) -> Json<'_> {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Number(number) => Json::Number(number.clone()),
        Value::String(text) => Json::from(text),
        Value::Array(elements) => {
            Json::Array(elements.iter().flat_map(|element| [Json::Absent, built(element)]).collect())
        }
        Value::Object(members) => Json::Object(
            members
                .iter()
                .rev()
                .map(|(key, value)| (key.into(), built(value)))
                .chain([("absent".into(), Json::Absent)])
                .collect(),
        ),
    }
}

pub(crate) fn values() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-3_i64..3).prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-3..3).prop_map(|number| Value::from(f64::from(number) / 2.0)),
        any::<f64>().prop_map(Value::from),
        "-?[0-9]{1,2}(\\.5)?|[aAßſſK]{0,2}|[ς-ω]|\\PC{0,3}".prop_map(Value::from),
    ];
    scalar.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[ab]|length", inner, 0..3)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

#[test]
fn absent_parts_are_left_out_when_written() {
    let json = Json::Object(vec![
        ("a".into(), Json::Absent),
        ("b".into(), Json::Array(vec![1.into(), Json::Absent, Json::Null])),
        ("c".into(), Json::from(json!({"x": [null]}))),
        ("d".into(), "é\"".into()),
        ("e".into(), 5.0.into()),
    ]);
    let written = serde_json::to_string(&json).unwrap();
    assert_eq!(written, r#"{"b":[1,null],"c":{"x":[null]},"d":"é\"","e":5.0}"#);
    assert_eq!(json.to_text(), written);
    assert_eq!(json.into_value(), Some(json!({"b": [1, null], "c": {"x": [null]}, "d": "é\"", "e": 5.0})));
    assert_eq!(serde_json::to_string(&Json::Absent).unwrap(), "null");
    assert_eq!(Json::Absent.into_value(), None);
    assert_eq!(Json::Absent.to_value(), None);
    assert_eq!(Json::Null.into_value(), Some(Value::Null));
}

#[test]
fn values_of_rust_types() {
    let text = String::from("a");
    let tree = json!([1]);
    for (json, value) in [
        (Json::from("a"), json!("a")),
        (Json::from(&text), json!("a")),
        (Json::from(text.clone()), json!("a")),
        (Json::from(true), json!(true)),
        (Json::from(-1_i64), json!(-1)),
        (Json::from(200_u16), json!(200)),
        (Json::from(u64::MAX), json!(u64::MAX)),
        (Json::from(3_usize), json!(3)),
        (Json::from(1.5), json!(1.5)),
        (Json::from(f64::NAN), json!(null)),
        (Json::from(f64::INFINITY), json!(null)),
        (Json::from(&tree), tree.clone()),
        (Json::from(tree.clone()), tree.clone()),
        (Json::from(Some("a")), json!("a")),
    ] {
        assert_eq!(json.into_value(), Some(value));
    }
    assert!(Json::from(None::<&str>).is_absent());
    assert!(!Json::Null.is_absent());
}

#[test]
fn the_text_of_a_value() {
    for (json, text) in [
        (json!("a\"b"), "a\"b"),
        (json!(null), "null"),
        (json!(false), "false"),
        (json!(5.0), "5"),
        (json!(-0.5), "-0.5"),
        (json!(18_446_744_073_709_551_615_u64), "18446744073709551615"),
        (json!({"a": [1, "b"]}), r#"{"a":[1,"b"]}"#),
    ] {
        assert_eq!(Json::from(&json).to_text(), text);
        assert_eq!(built(&json).to_text(), text);
    }
    assert_eq!(Json::Absent.to_text(), "");
    assert!(matches!(Json::from(&json!("a")).to_text(), Cow::Borrowed("a")));
}

#[test]
fn trees_are_lent() {
    let tree = json!({"a": {"b": "c"}});
    let json = Json::from(&tree);
    assert_eq!(json.as_value(), Some(&tree));
    assert!(matches!(json.to_value(), Some(Cow::Borrowed(value)) if *value == tree));
    assert!(matches!(json.pointer(&["a"]), Json::Value(Cow::Borrowed(value)) if *value == tree["a"]));
    assert_eq!(json.pointer(&["a", "b"]).as_str(), Some("c"));
    assert_eq!(Json::from("a").as_value(), None);
}

#[test]
fn numbers_are_equal_by_value_and_strings_exactly() {
    assert_eq!(Json::from(json!({"a": [1]})), Json::from(json!({"a": [1.0]})));
    assert_ne!(Json::from(json!(["a"])), Json::from(json!(["A"])));
    assert_ne!(Json::from(9_007_199_254_740_993_i64), Json::from(9_007_199_254_740_992.0));
    assert_ne!(Json::Absent, Json::from(Value::Null));
    assert_eq!(Json::Null, Json::from(Value::Null));
}

#[test]
fn navigation() {
    let value = json!({"items": [{"id": 7, "length": "own"}, "größe"], "a": {"": 1}});
    for json in [Json::from(&value), built(&value)] {
        let at = |text: &str| json.at(&Pointer::parse(text).unwrap()).into_value();
        assert_eq!(at("/items/0/id"), Some(json!(7)));
        assert_eq!(at("/a/"), Some(json!(1)));
        assert_eq!(at(""), Some(value.clone()));
        for missing in ["/items/00", "/items/-", "/items/2", "/items/id", "/items/0/id/0", "/b"] {
            assert_eq!(at(missing), None, "{missing}");
        }

        let go = |accessors: &[Accessor]| json.navigate(accessors).into_value();
        assert_eq!(go(&[]), Some(value.clone()));
        assert_eq!(go(&[member("items"), Accessor::Index(0), member("id")]), Some(json!(7)));
        assert_eq!(go(&[member("items"), member("0"), member("id")]), Some(json!(7)));
        assert_eq!(go(&[member("items"), member("length")]), Some(json!(2)));
        assert_eq!(go(&[member("items"), Accessor::Index(1), member("length")]), Some(json!(5)));
        assert_eq!(go(&[member("items"), Accessor::Index(0), member("length")]), Some(json!("own")));
        assert_eq!(go(&[member("a"), member("length")]), None);
        assert_eq!(go(&[member("items"), member("length"), member("length")]), None);
        assert_eq!(go(&[member("a"), Accessor::Index(0)]), None);
        assert_eq!(go(&[Accessor::Index(0)]), None);
    }
    assert_eq!(Json::Absent.navigate(&[member("length")]), Json::Absent);
    assert_eq!(Json::from(5).navigate(&[member("length")]), Json::Absent);
}

proptest! {
    #[test]
    fn trees_and_built_values_are_the_same(value in values(), other in values()) {
        let (tree, made) = (Json::from(&value), built(&value));
        prop_assert_eq!(&tree, &made);
        prop_assert_eq!(&made, &tree);
        let again = Json::from(made.to_value().unwrap().into_owned());
        prop_assert_eq!(tree.to_text(), again.to_text());
        prop_assert_eq!(tree == built(&other), made == Json::from(&other));
        prop_assert_eq!(serde_json::to_value(&made).unwrap(), value.clone());
        prop_assert_eq!(&made.reborrow(), &tree);
        prop_assert_eq!(made.into_value(), Some(value));
    }
}
