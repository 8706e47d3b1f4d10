use super::*;
use proptest::prelude::*;
use serde_json::json;

/// What is wrong with a value: path and message.
fn found(nodes: Vec<Vec<Check>>, value: &Value) -> Vec<String> {
    let violations = Schema::new(nodes).violations(value);
    violations.iter().map(|found| format!("/{} {}", found.path.join("/"), found.message)).collect()
}

/// A check, a value that meets it, one that does not, and what is said of that.
fn assert_plain(check: Check, right: &[Value], wrong: &[Value], message: &str) {
    for value in right {
        assert_eq!(found(vec![vec![check.clone()]], value), [""; 0], "{check:?} {value}");
    }
    for value in wrong {
        assert_eq!(found(vec![vec![check.clone()]], value), [format!("/ {message}")], "{check:?} {value}");
    }
}

fn number(text: &str) -> Number {
    serde_json::from_str(text).unwrap()
}

#[test]
fn types() {
    let integer = Check::Types(vec![Kind::Integer, Kind::Null]);
    assert_plain(
        integer,
        &[json!(1), json!(-2.0), json!(null)],
        &[json!(1.5), json!("1"), json!([]), json!({})],
        "must be an integer or null",
    );
    assert_plain(Check::Types(vec![Kind::Number]), &[json!(1), json!(1.5)], &[json!(true)], "must be a number");
    let structured = Check::Types(vec![Kind::Array, Kind::Object]);
    assert_plain(structured, &[json!([]), json!({})], &[json!("")], "must be a list or an object");
}

#[test]
fn values_are_equal_whatever_their_form() {
    let check = Check::Values(vec![json!(1), json!({"a": [1.5], "b": null}), json!("x")]);
    assert_plain(
        check,
        &[json!(1.0), json!({"b": null, "a": [1.5]}), json!("x")],
        &[json!("1"), json!({"a": [1.5]}), json!(true)],
        r#"must be one of `1`, `{"a":[1.5],"b":null}`, `x`"#,
    );
    assert_plain(Check::Values(vec![json!("on")]), &[json!("on")], &[json!("off")], "must be `on`");
    let many = (0..20).map(Value::from).collect();
    let listed = found(vec![vec![Check::Values(many)]], &json!(99));
    assert!(listed[0].ends_with("`10`, `11` and 8 others"), "{listed:?}");
}

#[test]
fn strings() {
    assert_plain(
        Check::MinLength(2),
        &[json!("üü"), json!(1)],
        &[json!("ü"), json!("")],
        "must have at least 2 characters",
    );
    assert_plain(Check::MaxLength(1), &[json!("😀")], &[json!("ab")], "must have at most 1 character");
    let pattern = Check::Pattern(Pattern::new("^[a-z]+$"));
    assert_plain(pattern, &[json!("abc"), json!(7)], &[json!("aB")], "must match the pattern `^[a-z]+$`");
    assert_plain(Check::Pattern(Pattern::new("b")), &[json!("abc")], &[json!("ac")], "must match the pattern `b`");
}

#[test]
fn numbers() {
    assert_plain(Check::Minimum(number("1")), &[json!(1), json!(1.0)], &[json!(0.5)], "must be at least 1");
    assert_plain(Check::ExclusiveMinimum(number("1")), &[json!(2)], &[json!(1)], "must be more than 1");
    assert_plain(Check::Maximum(number("1.5")), &[json!(1.5), json!("9")], &[json!(2)], "must be at most 1.5");
    assert_plain(Check::ExclusiveMaximum(number("1")), &[json!(0)], &[json!(1), json!(1.0)], "must be less than 1");
    let big = number("9007199254740993");
    assert_plain(
        Check::Minimum(big),
        &[json!(9_007_199_254_740_993_u64)],
        &[json!(9_007_199_254_740_992_u64)],
        "must be at least 9007199254740993",
    );
    let tenth = Check::MultipleOf(number("0.1"));
    assert_plain(tenth, &[json!(0.3), json!(7), json!(-1.1)], &[json!(0.35)], "must be a multiple of 0.1");
    assert_plain(
        Check::MultipleOf(number("3")),
        &[json!(0), json!(-9), json!(3e20)],
        &[json!(10), json!(4.5)],
        "must be a multiple of 3",
    );
}

#[test]
fn lists() {
    assert_plain(Check::MinItems(1), &[json!([1]), json!("")], &[json!([])], "must have at least 1 element");
    assert_plain(Check::MaxItems(1), &[json!([1])], &[json!([1, 2])], "must have at most 1 element");
    assert_plain(
        Check::UniqueItems,
        &[json!([1, "1", [1], {"a": 1}, {"a": 2}])],
        &[json!([1, 1.0]), json!([{"a": 1, "b": 2}, {"b": 2, "a": 1}])],
        "must not have the same element twice",
    );
    let integer = vec![Check::Types(vec![Kind::Integer])];
    let string = vec![Check::Types(vec![Kind::String])];
    let tuple = vec![Check::PrefixItems(vec![1]), Check::Items { behind: 1, schema: 2 }];
    let nodes = vec![tuple, integer.clone(), string];
    assert_eq!(found(nodes.clone(), &json!([1, "a", "b"])), [""; 0]);
    assert_eq!(found(nodes, &json!(["x", "a", 2])), ["/0 must be an integer", "/2 must be a string"]);
    let contains = |least, most| vec![vec![Check::Contains { schema: 1, least, most }], integer.clone()];
    assert_eq!(found(contains(1, Some(2)), &json!(["a", 1, 2])), [""; 0]);
    assert_eq!(
        found(contains(1, None), &json!(["a"])),
        ["/ must have at least 1 element of the kind that `contains` asks for"]
    );
    assert_eq!(
        found(contains(0, Some(1)), &json!([1, 2])),
        ["/ must have at most 1 element of the kind that `contains` describes"]
    );
}

#[test]
fn objects() {
    assert_plain(Check::MinProperties(1), &[json!({"a": 1})], &[json!({})], "must have at least 1 member");
    assert_plain(Check::MaxProperties(0), &[json!({}), json!([1])], &[json!({"a": 1})], "must have at most 0 members");
    let required = Check::Required(vec!["a".to_owned()]);
    assert_plain(required, &[json!({"a": null}), json!(1)], &[json!({})], "must have the member `a`");
    let dependent = Check::DependentRequired(vec![("a".to_owned(), vec!["b".to_owned()])]);
    assert_plain(
        dependent,
        &[json!({}), json!({"b": 1}), json!({"a": 1, "b": 1})],
        &[json!({"a": 1})],
        "must have the member `b` where it has `a`",
    );
    let string = vec![Check::Types(vec![Kind::String])];
    let checks = vec![
        Check::Properties(vec![("name".to_owned(), 1)]),
        Check::PatternProperties(vec![(Pattern::new("^x-"), 1)]),
        Check::AdditionalProperties { named: vec!["name".to_owned()], patterns: vec![Pattern::new("^x-")], schema: 2 },
        Check::PropertyNames(3),
        Check::DependentSchemas(vec![("x-a".to_owned(), 4)]),
    ];
    let nodes = vec![checks, string, vec![Check::Never], vec![Check::MaxLength(5)], vec![Check::MinProperties(2)]];
    assert_eq!(found(nodes.clone(), &json!({"name": "a", "x-a": "b"})), [""; 0]);
    assert_eq!(
        found(nodes, &json!({"name": 1, "x-a": 2, "others": 3})),
        [
            "/name must be a string",
            "/x-a must be a string",
            "/ must not have the member `others`",
            "/ must not have the member `others`: its name must have at most 5 characters",
        ]
    );
}

#[test]
fn dependent_schemas_are_about_the_whole_object() {
    let nodes = vec![vec![Check::DependentSchemas(vec![("a".to_owned(), 1)])], vec![Check::MinProperties(2)]];
    assert_eq!(found(nodes.clone(), &json!({"b": 1})), [""; 0]);
    assert_eq!(found(nodes, &json!({"a": 1})), ["/ must have at least 2 members"]);
}

#[test]
fn alternatives() {
    let alternatives = |check: fn(Vec<Place>) -> Check| {
        let integer = vec![Check::Types(vec![Kind::Integer]), Check::Minimum(number("3"))];
        vec![vec![check(vec![1, 2])], integer, vec![Check::Types(vec![Kind::Number, Kind::String])]]
    };
    assert_eq!(found(alternatives(Check::AnyOf), &json!(4)), [""; 0]);
    assert_eq!(
        found(alternatives(Check::AnyOf), &json!(true)),
        ["/ fits none of the alternatives: must be an integer, or must be a number or a string"]
    );
    assert_eq!(found(alternatives(Check::OneOf), &json!(2)), [""; 0]);
    assert_eq!(
        found(alternatives(Check::OneOf), &json!(4)),
        ["/ fits the alternatives 1 and 2 of `oneOf`, and may fit only one"]
    );
    assert_eq!(found(alternatives(Check::AllOf), &json!(1.5)), ["/ must be an integer"]);
    let member =
        vec![vec![Check::AnyOf(vec![1])], vec![Check::Properties(vec![("a".to_owned(), 2)])], vec![Check::Never]];
    assert_eq!(found(member, &json!({"a": 1})), ["/ `/a` must not be there"]);
    let not = vec![vec![Check::Not(1)], vec![Check::Types(vec![Kind::Null])]];
    assert_eq!(found(not.clone(), &json!(1)), [""; 0]);
    assert_eq!(found(not, &json!(null)), ["/ is what `not` forbids"]);
}

#[test]
fn conditions() {
    let schema = |then, otherwise| {
        vec![
            vec![Check::If { condition: 1, then, otherwise }],
            vec![Check::Types(vec![Kind::String])],
            vec![Check::MinLength(2)],
            vec![Check::Types(vec![Kind::Null])],
        ]
    };
    assert_eq!(found(schema(Some(2), Some(3)), &json!("a")), ["/ must have at least 2 characters"]);
    assert_eq!(found(schema(Some(2), Some(3)), &json!(1)), ["/ must be null"]);
    assert_eq!(found(schema(Some(2), None), &json!(1)), [""; 0]);
    assert_eq!(found(schema(None, Some(3)), &json!("a")), [""; 0]);
}

#[test]
fn a_schema_can_be_a_part_of_itself() {
    let tree = vec![
        vec![Check::Properties(vec![("children".to_owned(), 1), ("name".to_owned(), 2)]), Check::Schema(3)],
        vec![Check::Items { behind: 0, schema: 0 }],
        vec![Check::MinLength(1)],
        vec![Check::Required(vec!["name".to_owned()])],
    ];
    let value = json!({"name": "a", "children": [{"name": "", "children": [{}]}]});
    assert_eq!(
        found(tree, &value),
        ["/children/0/children/0 must have the member `name`", "/children/0/name must have at least 1 character"]
    );
}

/// Each is compared with those before it, and a value can be wrong everywhere.
#[test]
fn not_more_is_told_than_can_be_read() {
    let lists = vec![vec![Check::Items { behind: 0, schema: 1 }], vec![Check::Minimum(number("0"))]];
    let told = found(lists.clone(), &json!(vec![-1; 33]));
    assert_eq!((told.len(), told[31].as_str()), (33, "/31 must be at least 0"));
    assert_eq!(told[32], "/ is wrong in more places than these");
    assert_eq!(found(lists.clone(), &json!(vec![-1; 32])).len(), 32);
    assert_eq!(found(lists, &json!(vec![-1; 2_000_000])), told);
    let nodes = vec![
        vec![Check::AnyOf(vec![1]), Check::Not(1)],
        vec![Check::Items { behind: 0, schema: 2 }],
        vec![Check::Minimum(number("0"))],
    ];
    assert_eq!(found(nodes, &json!(vec![-1; 2_000_000])), ["/ `/0` must be at least 0"]);
}

#[test]
fn what_is_nested_too_deep_is_refused_and_overflows_nothing() {
    let list = vec![vec![Check::Items { behind: 0, schema: 0 }]];
    let value = (0..2000).fold(json!([]), |inner, _| Value::Array(vec![inner]));
    assert_eq!(found(list, &value), ["/ is nested too deep to be checked"]);
    // Dropping a value is as deep as the value is.
    std::mem::forget(value);
}

#[test]
fn alternatives_inside_of_alternatives_end() {
    let last = 40;
    let twice = |place: usize| vec![Check::AnyOf(vec![place + 1, place + 1])];
    let nodes = (0..last).map(twice).chain([vec![Check::Never]]).collect();
    assert_eq!(found(nodes, &json!(1)), ["/ is too much to be checked"]);
}

proptest! {
    #[test]
    fn multiples_are_found(unit in 1_i64..100_000, times in -1000_i64..1000, digits in 0_u32..6) {
        let decimal = |whole: i64| -> Number { serde_json::from_str(&format!("{whole}e-{digits}")).unwrap() };
        let check = || Check::MultipleOf(decimal(unit));
        let value = Value::Number(decimal(unit * times));
        prop_assert_eq!(found(vec![vec![check()]], &value), [""; 0]);
        if unit > 1 {
            let beside = Value::Number(decimal(unit * times + 1));
            prop_assert_eq!(found(vec![vec![check()]], &beside).len(), 1, "{}", beside);
        }
    }
}
