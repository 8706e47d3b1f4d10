//! Criteria that are more than a comparison: patterns and queries, each parsed once for a process. The compiler has
//! checked their texts; one that does not parse all the same is a criterion that is never met.

use arazzo_expression::expression::Version;
use arazzo_expression::json::Json;
use arazzo_expression::jsonpath;
use serde_json::Value;
use std::borrow::Cow;

/// A regular expression.
#[derive(Debug)]
pub struct Regex(Option<regex_lite::Regex>);

/// An RFC 9535 query.
#[derive(Debug)]
pub struct Query(Option<jsonpath::Query>);

/// A logical expression of JSONPath's bare dialect.
#[derive(Debug)]
pub struct Logical(Option<jsonpath::Logical>);

/// Parses a pattern.
#[must_use]
pub fn regex(pattern: &str) -> Regex {
    Regex(regex_lite::Regex::new(pattern).ok())
}

/// Parses a query.
#[must_use]
pub fn query(text: &str) -> Query {
    Query(jsonpath::parse_query(text).ok())
}

/// Parses a logical expression.
#[must_use]
pub fn logical(text: &str) -> Logical {
    Logical(match jsonpath::parse_criterion(text, Version::V1_1) {
        Ok(jsonpath::Criterion::Bare(logical)) => Some(logical),
        // A part of a longer expression, which by itself is a query.
        Ok(jsonpath::Criterion::Query(query)) => Some(jsonpath::Logical::Test(jsonpath::Test::Query(query))),
        Err(_) => None,
    })
}

/// Whether a pattern matches anywhere in the text of a value. Null and absent values match nothing.
#[must_use]
pub fn matches(pattern: &Regex, context: &Json<'_>) -> bool {
    let Some(pattern) = &pattern.0 else { return false };
    let is_null = context.is_absent() || context.to_value().is_some_and(|value| value.is_null());
    !is_null && pattern.is_match(&context.to_text())
}

/// Whether a query selects anything in a list or an object.
#[must_use]
pub fn selects(query: &Query, context: &Json<'_>) -> bool {
    let (Some(query), Some(root)) = (&query.0, structured(context)) else { return false };
    query.exists(&root)
}

/// The values that a query selects from a list or an object, as a list; of anything else there are none to select, and
/// the list itself is absent.
#[must_use]
pub fn select(query: &Query, context: &Json<'_>) -> Json<'static> {
    let (Some(query), Some(root)) = (&query.0, structured(context)) else { return Json::Absent };
    Json::from(Value::Array(query.select(&root).into_iter().cloned().collect()))
}

/// The value that a query selects, of those that select one at most.
#[must_use]
pub fn select_one(query: &Query, context: &Json<'_>) -> Json<'static> {
    let (Some(query), Some(root)) = (&query.0, structured(context)) else { return Json::Absent };
    query.select(&root).first().map_or(Json::Absent, |value| Json::from((*value).clone()))
}

/// Whether a logical expression holds for a list or an object. The values are those of its runtime expressions, in
/// their order.
#[must_use]
pub fn holds(logical: &Logical, context: &Json<'_>, values: &[Json<'_>]) -> bool {
    let (Some(logical), Some(root)) = (&logical.0, structured(context)) else { return false };
    let operands = logical.operands();
    logical.bare(&root, &|operand| {
        let place = operands.iter().position(|known| *known == operand);
        place.and_then(|place| values.get(place)).map_or(Json::Absent, Json::reborrow)
    })
}

/// Whether JSONPath can look into a value.
#[must_use]
pub fn is_structured(context: &Json<'_>) -> bool {
    structured(context).is_some()
}

fn structured<'j>(context: &'j Json<'_>) -> Option<Cow<'j, Value>> {
    context.to_value().filter(|value| value.is_array() || value.is_object())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn patterns_match_anywhere_in_the_text_of_a_value() {
        assert!(matches(&regex("^2..$"), &Json::from(204_u16)));
        assert!(matches(&regex("b"), &Json::from("abc")));
        assert!(matches(&regex(r#""a":1"#), &Json::from(&json!({"a": 1}))));
        assert!(!matches(&regex(""), &Json::Absent) && !matches(&regex("null"), &Json::Null));
    }

    #[test]
    fn queries_look_into_lists_and_objects_only() {
        assert!(selects(&query("$.a"), &Json::from(&json!({"a": null}))));
        assert!(!selects(&query("$.a"), &Json::from(&json!({"b": 1}))));
        assert!(!selects(&query("$"), &Json::from("text")) && !selects(&query("$"), &Json::Absent));
    }

    #[test]
    fn what_a_query_selects_is_a_list_or_one_value() {
        let body = json!({"items": [{"id": 1}, {"id": 2}]});
        assert_eq!(select(&query("$.items[*].id"), &Json::from(&body)), Json::from(json!([1, 2])));
        assert_eq!(select(&query("$.none[*]"), &Json::from(&body)), Json::from(json!([])));
        assert_eq!(select_one(&query("$.items[-1].id"), &Json::from(&body)), Json::from(2));
        assert!(select_one(&query("$.items[2]"), &Json::from(&body)).is_absent());
        for other in [Json::from("text"), Json::Null, Json::Absent] {
            assert!(select(&query("$[*]"), &other).is_absent() && select_one(&query("$"), &other).is_absent());
        }
    }

    #[test]
    fn a_query_that_is_a_part_holds_when_it_selects_something() {
        let part = logical("$.errors[*]");
        assert!(holds(&part, &Json::from(&json!({"errors": [1]})), &[]));
        assert!(!holds(&part, &Json::from(&json!({"errors": []})), &[]));
    }

    #[test]
    fn logical_expressions_take_the_values_of_their_expressions() {
        let logical = logical("count($.items[*]) == $inputs.count && $.id == $steps.a.outputs.id");
        let body = json!({"items": [1, 2], "id": "x"});
        let values = |count: i64, id: &'static str| [Json::from(count), Json::from(id)];
        assert!(holds(&logical, &Json::from(&body), &values(2, "x")));
        assert!(!holds(&logical, &Json::from(&body), &values(3, "x")));
        assert!(!holds(&logical, &Json::from(&body), &values(2, "y")));
    }
}
