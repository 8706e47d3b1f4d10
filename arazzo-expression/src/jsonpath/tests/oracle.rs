//! Properties with two oracles, serde_json_path and jsonpath-rfc9535.

use super::super::filter::literal_value;
use super::super::{
    Comparable, Criterion, Logical, Query, Test, bare_compare, bare_test, parse_criterion, parse_query,
};
use super::generate::{document, near_miss, query, root_condition};
use crate::SyntaxError;
use crate::condition::Operator;
use crate::expression::Version;
use crate::json::Json;
use proptest::prelude::*;
use serde_json::Value;
use std::borrow::Cow;

/// Far more with `PROPTEST_CASES=1000000 cargo test --release`.
fn config(cases: u32) -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(cases);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(800))]

    #[test]
    fn the_nodelist_is_that_of_both_oracles(text in query(), document in document()) {
        let ours = parse_query(&text);
        let first = serde_json_path::JsonPath::parse(&text);
        let second = jsonpath_rfc9535::JsonPath::parse(&text);
        prop_assert!(ours.is_ok(), "{text}: {:?}", ours);
        prop_assert!(first.is_ok(), "{text}: {:?}", first);
        prop_assert!(second.is_ok(), "{text}: {:?}", second);
        let ours = ours.unwrap();
        let nodes = ours.select(&document);
        let second = second.unwrap().query_values(&document);
        prop_assert_eq!(&nodes, &second, "jsonpath-rfc9535: {} on {}", text, document);
        let first = first.unwrap().query(&document).all();
        if nodes != first {
            prop_assert!(is_known_gap(&text, &document), "serde_json_path: {text} on {document}\n{nodes:?}\n{first:?}");
        }
        prop_assert_eq!(ours.exists(&document), !nodes.is_empty());
        let again = parse_query(&ours.to_string());
        prop_assert_eq!(again.map(|again| again.without_spans()), Ok(ours.without_spans()));
    }

    #[test]
    fn a_text_is_accepted_where_both_oracles_accept_it(text in near_miss()) {
        let ours = parse_query(&text);
        let first = serde_json_path::JsonPath::parse(&text).is_ok();
        let second = jsonpath_rfc9535::JsonPath::parse(&text).is_ok();
        let same = ours.is_ok() == first && ours.is_ok() == second;
        prop_assert!(
            same || is_known_verdict(&text, &ours, first, second),
            "{:?}: serde_json_path {}, jsonpath-rfc9535 {}, we {:?}", text, first, second, ours.err()
        );
        if let Err(error) = ours {
            prop_assert!(text.get(error.span.clone()).is_some(), "{text}: {:?}", error);
        }
    }

}

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn a_bare_expression_means_what_a_filter_does_where_both_say_the_same(text in root_condition(), document in document()) {
        // The document as the only element of a list: what is `$` on the top level is `$[0]` in a filter.
        let filter = format!("$[?{}]", text.replace('$', "$[0]"));
        let list = Value::Array(vec![document.clone()]);
        let oracle = jsonpath_rfc9535::JsonPath::parse(&filter);
        prop_assert!(oracle.is_ok(), "{filter}: {:?}", oracle.err());
        let expected = !oracle.unwrap().query_values(&list).is_empty();
        let criterion = parse_criterion(&text, Version::V1_1);
        prop_assert!(criterion.is_ok(), "{text}: {:?}", criterion.err());
        let criterion = criterion.unwrap();
        match &criterion {
            Criterion::Query(query) => prop_assert_eq!(query.exists(&document), expected),
            Criterion::Bare(logical) => {
                let passes = logical.bare(&document, &|_| Json::Absent);
                if says_the_same(logical, &document) {
                    prop_assert_eq!(passes, expected, "{} on {}", filter, document);
                }
            }
        }
        let again = parse_criterion(&criterion.to_string(), Version::V1_1);
        prop_assert_eq!(again.map(|again| again.without_spans()), Ok(criterion.without_spans()));
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in ".{0,60}", pieces in prop::collection::vec(piece(), 0..12)) {
        for text in [text, pieces.concat()] {
            for error in [parse_query(&text).err(), parse_criterion(&text, Version::V1_0).err()].into_iter().flatten() {
                prop_assert!(text.get(error.span.clone()).is_some(), "{text}: {:?}", error);
                prop_assert!(!error.message.is_empty() && !error.message.contains('\n'), "{text}: {:?}", error);
            }
        }
    }
}

/// Pieces of criteria in any order.
fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "$",
        "$.",
        "$.a",
        "$inputs.a",
        "{$inputs.a}",
        "{$",
        "$statusCode",
        "$foo",
        "@",
        "@.b",
        "[",
        "]",
        "[?",
        "(",
        ")",
        "!",
        "=",
        "==",
        "<",
        "&&",
        "||",
        "&",
        "and",
        " ",
        "\n",
        ".length",
        ".length()",
        "length(",
        "count(",
        "'",
        "\"",
        "'a'",
        "é",
        "“",
        "1",
        "-",
        "0.5",
        "1e9999",
        "true",
        "null",
        "word",
        "*",
        "..",
        ":",
        ",",
        "\\",
        "\\u",
        "}",
    ])
}

/// Where serde_json_path 0.7.2 leaves the RFC, and we and jsonpath-rfc9535 do not:
///
/// - `a <= b` means `a < b || a == b` (section 2.3.5.2.2, and `$.absent1 <= $.absent2` in its table), so it holds where
///   both sides are Nothing. There it does not; and `>` and `>=` hold between many values of the same type without order,
///   such as `false > true`.
/// - A negative index in a comparison selects nothing there (section 2.3.3.2 makes no such difference).
/// - In lists and objects `1` and `1.0` are different there; section 2.3.5.2.2 has them compared as numbers everywhere.
fn is_known_gap(text: &str, document: &Value) -> bool {
    let order = text.contains("<=") || text.contains('>');
    let negative = text.contains("[-") && text.contains('?');
    let mut nodes = vec![document];
    let mut integral_float = false;
    while let Some(node) = nodes.pop() {
        match node {
            Value::Number(number) => {
                integral_float |= number.as_f64().is_some_and(|n| number.is_f64() && n.fract() == 0.0)
            }
            Value::Array(elements) => nodes.extend(elements),
            Value::Object(members) => nodes.extend(members.values()),
            _ => {}
        }
    }
    order || negative || (integral_float && text.contains('='))
}

/// Where the oracles differ from us, or from each other, with the RFC's verdict:
///
/// - We refuse a literal pattern that is no I-Regexp. The RFC accepts the query, and says that nothing matches; that is
///   never what an author wants, and a compiler can tell.
/// - A blank before `..` is allowed by `segments = *(S segment)`. serde_json_path refuses it; we follow the RFC.
/// - Blanks inside of the brackets of a comparison (`@[ 'a' ] == 1`) are not in the grammar of `name-segment` and
///   `index-segment`, although they are in that of all other brackets. jsonpath-rfc9535 refuses them; we accept them, as
///   serde_json_path does, because they have only one meaning.
fn is_known_verdict(text: &str, ours: &Result<Query, SyntaxError>, first: bool, second: bool) -> bool {
    let blank = [' ', '\t', '\n', '\r'];
    match ours {
        Err(error) => {
            let pattern = &text[error.span.clone()];
            first && second && pattern.len() > 1 && pattern.starts_with(['\'', '"']) && pattern.ends_with(['\'', '"'])
        }
        Ok(_) if !first && !second => false,
        Ok(_) if !first => blank.iter().any(|blank| text.contains(&format!("{blank}.."))),
        Ok(_) => blank.iter().any(|blank| text.contains(&format!("[{blank}")) || text.contains(&format!("{blank}]"))),
    }
}

/// Whether nothing in an expression touches what the two dialects see differently: absent values, tests of null and
/// false, `.length`, and `<=` between values that have no order.
fn says_the_same(logical: &Logical, document: &Value) -> bool {
    match logical {
        Logical::Or(parts) | Logical::And(parts) => parts.iter().all(|part| says_the_same(part, document)),
        Logical::Not(inner) => says_the_same(inner, document),
        Logical::Compare { operator, left, right } => match (value(left, document), value(right, document)) {
            (Some(left), Some(right)) => match operator {
                Operator::LessOrEqual | Operator::GreaterOrEqual => {
                    bare_compare(*operator, &left, &left) && bare_compare(*operator, &right, &right)
                }
                _ => true,
            },
            _ => false,
        },
        Logical::Test(Test::Query(query)) if query.is_singular() => {
            !query.to_string().ends_with(".length")
                && query.select(document).iter().all(|value| bare_test(&Json::Value(Cow::Borrowed(value))))
        }
        Logical::Test(_) => true,
    }
}

/// A side of a comparison, if it has a value, and the same in both dialects.
fn value<'a>(side: &'a Comparable, document: &'a Value) -> Option<Json<'a>> {
    match side {
        Comparable::Literal(literal, _) => Some(literal_value(literal)),
        Comparable::Query(query) if query.to_string().ends_with(".length") => None,
        Comparable::Query(query) => query.select(document).first().map(|value| Json::Value(Cow::Borrowed(*value))),
        Comparable::Function(call) => {
            Some(call.bare(document, &|_| Json::Absent)).filter(|value| *value != Json::Absent)
        }
        Comparable::Expression(_) => None,
    }
}
