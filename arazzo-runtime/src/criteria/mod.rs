//! Criteria that are more than a comparison: patterns and queries, each parsed once for a process. The compiler has
//! checked their texts. A criterion that cannot be evaluated is not met, and a note says why.

mod draft;
mod filled;
#[cfg(feature = "xpath")]
mod xpath;

pub(crate) use draft::draft_locate;
pub use draft::{Draft, draft, draft_select, draft_selects, draft_selects_filled};
pub use filled::{Part, holds_filled, matches_filled, selects_filled};
#[cfg(feature = "xpath")]
pub(crate) use xpath::xpath_replaced;
#[cfg(feature = "xpath")]
pub use xpath::{XPath, xpath, xpath_holds, xpath_holds_filled, xpath_select};

use crate::notes::Notes;
use arazzo_expression::expression::Version;
use arazzo_expression::json::Json;
use arazzo_expression::jsonpath::{self, MAX_STEPS};
use arazzo_expression::pointer::Pointer;
use serde_json::Value;
use std::borrow::Cow;

/// A regular expression.
#[derive(Debug)]
pub struct Regex {
    text: &'static str,
    compiled: Result<regex_lite::Regex, String>,
}

/// An RFC 9535 query.
#[derive(Debug)]
pub struct Query {
    text: &'static str,
    parsed: Result<jsonpath::Query, String>,
    on_object: bool,
}

impl Query {
    /// The query with a filter at its beginning that an object is asked itself, beside its members.
    #[must_use]
    pub fn on_object(self) -> Self {
        Self { on_object: true, ..self }
    }
}

/// A logical expression of JSONPath's bare dialect.
#[derive(Debug)]
pub struct Logical {
    text: &'static str,
    parsed: Result<jsonpath::Logical, String>,
}

/// Parses a pattern.
#[must_use]
pub fn regex(text: &'static str) -> Regex {
    Regex { text, compiled: compile(text) }
}

/// Parses a query.
#[must_use]
pub fn query(text: &'static str) -> Query {
    Query { text, parsed: parse_query(text), on_object: false }
}

/// Parses a logical expression.
#[must_use]
pub fn logical(text: &'static str) -> Logical {
    Logical { text, parsed: parse_logical(text) }
}

fn compile(text: &str) -> Result<regex_lite::Regex, String> {
    regex_lite::Regex::new(text).map_err(|error| invalid(text, &error))
}

fn invalid(pattern: &str, error: &regex_lite::Error) -> String {
    format!("`{pattern}` is not a valid pattern: {error}")
}

fn parse_query(text: &str) -> Result<jsonpath::Query, String> {
    jsonpath::parse_query(text).map_err(|error| format!("`{text}` is not a valid query: {error}"))
}

fn parse_logical(text: &str) -> Result<jsonpath::Logical, String> {
    match jsonpath::parse_criterion(text, Version::V1_1) {
        Ok(jsonpath::Criterion::Bare(logical)) => Ok(logical),
        // A part of a longer expression, which by itself is a query.
        Ok(jsonpath::Criterion::Query(query)) => Ok(jsonpath::Logical::Test(jsonpath::Test::Query(query))),
        Err(error) => Err(format!("`{text}` is not valid: {error}")),
    }
}

/// Whether a pattern matches anywhere in the text of a value. Null and absent values match nothing.
#[must_use]
pub fn matches(pattern: &Regex, context: &Json<'_>, notes: &Notes) -> bool {
    noted(
        pattern.text,
        notes,
        pattern.compiled.as_ref().map_err(Clone::clone).and_then(|regex| is_match(regex, context)),
    )
}

/// Whether a query selects anything in a list or an object.
#[must_use]
pub fn selects(query: &Query, context: &Json<'_>, notes: &Notes) -> bool {
    let parsed = query.parsed.as_ref().map_err(Clone::clone);
    noted(query.text, notes, parsed.and_then(|parsed| exists(parsed, query.on_object, context)))
}

/// Whether a logical expression holds for a list or an object. The values are those of its runtime expressions, in
/// their order.
#[must_use]
pub fn holds(logical: &Logical, context: &Json<'_>, values: &[Json<'_>], notes: &Notes) -> bool {
    let parsed = logical.parsed.as_ref().map_err(Clone::clone);
    noted(logical.text, notes, parsed.and_then(|logical| is_true(logical, context, values)))
}

/// The values that a query selects from a list or an object, as a list; of anything else there are none to select, and
/// the list itself is absent, as it is where looking for them is more work than a query may be.
#[must_use]
pub fn select(query: &Query, context: &Json<'_>) -> Json<'static> {
    let (Ok(query), Ok(root)) = (&query.parsed, structured(context)) else { return Json::Absent };
    listed(query.try_select(&root))
}

/// The values that were selected, as a list. Absent where there are none to be had, and where they, of which one can be inside
/// of another many times, have more parts than can be kept.
fn listed(selected: Option<Vec<&Value>>) -> Json<'static> {
    const MAX_PARTS: usize = 1 << 22;
    let Some(selected) = selected else { return Json::Absent };
    let mut left = MAX_PARTS;
    if selected.iter().all(|value| has_parts(value, &mut left)) {
        Json::from(Value::Array(selected.into_iter().cloned().collect()))
    } else {
        Json::Absent
    }
}

/// Whether a value has no more parts than are left.
fn has_parts(value: &Value, left: &mut usize) -> bool {
    if *left == 0 {
        return false;
    }
    *left -= 1;
    match value {
        Value::Array(list) => list.iter().all(|value| has_parts(value, left)),
        Value::Object(map) => map.values().all(|value| has_parts(value, left)),
        _ => true,
    }
}

/// The places of what a query selects, a list or an object before what is in it.
pub(crate) fn locate(query: &Query, root: &Value) -> Vec<Pointer> {
    query.parsed.as_ref().map(|query| query.locate(root)).unwrap_or_default()
}

/// The value that a query selects, of those that select one at most.
#[must_use]
pub fn select_one(query: &Query, context: &Json<'_>) -> Json<'static> {
    let (Ok(query), Ok(root)) = (&query.parsed, structured(context)) else { return Json::Absent };
    query.select(&root).first().map_or(Json::Absent, |value| Json::from((*value).clone()))
}

/// Whether JSONPath can look into a value, as a condition asks it to.
#[must_use]
pub fn is_structured(condition: &'static str, context: &Json<'_>, notes: &Notes) -> bool {
    noted(condition, notes, structured(context).map(|_| true))
}

/// A result that is false where there is none, with a note that says why.
fn noted(condition: &str, notes: &Notes, result: Result<bool, impl std::fmt::Display>) -> bool {
    result.unwrap_or_else(|why| {
        notes.failed(condition, why);
        false
    })
}

fn is_match(pattern: &regex_lite::Regex, context: &Json<'_>) -> Result<bool, String> {
    Ok(pattern.is_match(&present(context)?.to_text()))
}

fn exists(query: &jsonpath::Query, on_object: bool, context: &Json<'_>) -> Result<bool, String> {
    let root = structured(context)?;
    let exists = if on_object { query.try_exists_on_object(&root) } else { query.try_exists(&root) };
    exists.ok_or_else(too_much)
}

fn is_true(logical: &jsonpath::Logical, context: &Json<'_>, values: &[Json<'_>]) -> Result<bool, String> {
    let operands = logical.operands();
    let value = |operand: &_| {
        let place = operands.iter().position(|known| *known == operand);
        place.and_then(|place| values.get(place)).map_or(Json::Absent, Json::reborrow)
    };
    logical.try_bare(structured(context)?.as_ref(), &value).ok_or_else(too_much)
}

fn too_much() -> String {
    format!("it takes more than the {MAX_STEPS} steps that one evaluation may take")
}

/// The context, if it is there: what is null or absent meets no condition that looks into it.
fn present<'j, 'v>(context: &'j Json<'v>) -> Result<&'j Json<'v>, String> {
    if context.is_absent() {
        return Err("its context has no value".to_owned());
    }
    let is_null = matches!(context, Json::Null) || context.as_value().is_some_and(Value::is_null);
    if is_null { Err("its context is null".to_owned()) } else { Ok(context) }
}

fn structured<'j>(context: &'j Json<'_>) -> Result<Cow<'j, Value>, String> {
    let value = present(context)?.to_value().filter(|value| value.is_array() || value.is_object());
    value.ok_or_else(|| "its context is no JSON object or list".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// What an evaluation gives, and what it says.
    fn with_notes(evaluate: impl FnOnce(&Notes) -> bool) -> (bool, String) {
        let notes = Notes::default();
        let result = evaluate(&notes);
        (result, notes.take().unwrap_or_default())
    }

    fn silent(evaluate: impl FnOnce(&Notes) -> bool) -> bool {
        let (result, notes) = with_notes(evaluate);
        assert_eq!(notes, "");
        result
    }

    #[test]
    fn more_than_can_be_kept_is_absent() {
        let list = Value::from(vec![0; 1_000]);
        let many = |times: usize| listed(Some(vec![&list; times]));
        assert_eq!(many(2).to_value().and_then(|list| list.as_array().map(Vec::len)), Some(2));
        assert!(many(5_000).is_absent() && listed(None).is_absent());
        assert_eq!(listed(Some(Vec::new())).to_text(), "[]");
    }

    #[test]
    fn patterns_match_anywhere_in_the_text_of_a_value() {
        assert!(silent(|notes| matches(&regex("^2..$"), &Json::from(204_u16), notes)));
        assert!(silent(|notes| matches(&regex("b"), &Json::from("abc"), notes)));
        assert!(silent(|notes| matches(&regex(r#""a":1"#), &Json::from(&json!({"a": 1})), notes)));
        assert!(!silent(|notes| matches(&regex("^b"), &Json::from("abc"), notes)));
    }

    #[test]
    fn queries_look_into_lists_and_objects_only() {
        assert!(silent(|notes| selects(&query("$.a"), &Json::from(&json!({"a": null})), notes)));
        assert!(!silent(|notes| selects(&query("$.a"), &Json::from(&json!({"b": 1})), notes)));
    }

    /// Rule R53: what is not there meets no criterion that looks into it; the note says so.
    #[test]
    fn what_cannot_be_evaluated_is_not_met_and_explained() {
        let says = |why: &str| (false, format!("`$` could not be evaluated: {why}"));
        let absent = "its context has no value";
        assert_eq!(with_notes(|notes| matches(&regex("$"), &Json::Absent, notes)), says(absent));
        assert_eq!(with_notes(|notes| matches(&regex("$"), &Json::Null, notes)), says("its context is null"));
        assert_eq!(with_notes(|notes| selects(&query("$"), &Json::Absent, notes)), says(absent));
        let no_json = "its context is no JSON object or list";
        assert_eq!(with_notes(|notes| selects(&query("$"), &Json::from("text"), notes)), says(no_json));
        assert_eq!(with_notes(|notes| holds(&logical("$"), &Json::from(7), &[], notes)), says(no_json));
        assert_eq!(
            with_notes(|notes| is_structured("$", &Json::from(&Value::Null), notes)),
            says("its context is null")
        );
        assert!(silent(|notes| is_structured("$", &Json::from(&json!([])), notes)));
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
        assert!(silent(|notes| holds(&part, &Json::from(&json!({"errors": [1]})), &[], notes)));
        assert!(!silent(|notes| holds(&part, &Json::from(&json!({"errors": []})), &[], notes)));
    }

    #[test]
    fn logical_expressions_take_the_values_of_their_expressions() {
        let logical = logical("count($.items[*]) == $inputs.count && $.id == $steps.a.outputs.id");
        let body = json!({"items": [1, 2], "id": "x"});
        let holds = |count: i64, id: &'static str| {
            silent(|notes| holds(&logical, &Json::from(&body), &[Json::from(count), Json::from(id)], notes))
        };
        assert!(holds(2, "x"));
        assert!(!holds(3, "x"));
        assert!(!holds(2, "y"));
    }
}
