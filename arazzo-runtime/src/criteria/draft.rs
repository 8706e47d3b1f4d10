//! Criteria and selectors of the draft before RFC 9535.

use super::filled::{Part, fill_text};
use super::{listed, noted, structured, too_much};
use crate::notes::Notes;
use arazzo_expression::json::Json;
use arazzo_expression::jsonpath;
use arazzo_expression::pointer::Pointer;
use serde_json::Value;

/// A query of the draft.
#[derive(Debug)]
pub struct Draft {
    text: &'static str,
    parsed: Result<jsonpath::Draft, String>,
}

/// Parses a query.
#[must_use]
pub fn draft(text: &'static str) -> Draft {
    Draft { text, parsed: parse(text) }
}

/// Whether a query selects anything in a list or an object.
#[must_use]
pub fn draft_selects(query: &Draft, context: &Json<'_>, notes: &Notes) -> bool {
    let parsed = query.parsed.as_ref().map_err(Clone::clone);
    noted(query.text, notes, parsed.and_then(|parsed| exists(parsed, context)))
}

/// The same for a query with values of the run in it.
#[must_use]
pub fn draft_selects_filled(condition: &'static str, parts: &[Part<'_>], context: &Json<'_>, notes: &Notes) -> bool {
    let parsed = fill_text(parts).and_then(|text| parse(&text));
    noted(condition, notes, parsed.and_then(|parsed| exists(&parsed, context)))
}

/// The values that a query selects from a list or an object, as a list; absent where there is no list or object.
#[must_use]
pub fn draft_select(query: &Draft, context: &Json<'_>) -> Json<'static> {
    let (Ok(query), Ok(root)) = (&query.parsed, structured(context)) else { return Json::Absent };
    listed(query.try_select(&root))
}

/// The places of what a query selects, as for queries of RFC 9535.
pub(crate) fn draft_locate(query: &Draft, root: &Value) -> Vec<Pointer> {
    query.parsed.as_ref().map(|query| query.locate(root)).unwrap_or_default()
}

fn parse(text: &str) -> Result<jsonpath::Draft, String> {
    jsonpath::parse_draft(text.trim()).map_err(|error| format!("`{text}` is not a valid query: {error}"))
}

fn exists(query: &jsonpath::Draft, context: &Json<'_>) -> Result<bool, String> {
    query.try_exists(structured(context)?.as_ref()).ok_or_else(too_much)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_query_of_the_draft_looks_into_lists_and_objects() {
        let body = json!({"items": [{"id": 1, "tags": []}, {"id": 2, "tags": ["a"]}]});
        let notes = Notes::default();
        let selects = |text: &'static str| draft_selects(&draft(text), &Json::from(&body), &notes);
        assert!(selects("$.items[?(@.tags.length > 0)]") && !selects("$.items[?(@.tags.length > 1)]"));
        assert_eq!(notes.take(), None);
        assert!(!draft_selects(&draft("$.a"), &Json::from("text"), &notes));
        assert_eq!(notes.take().unwrap(), "`$.a` could not be evaluated: its context is no JSON object or list");
        assert_eq!(
            draft_select(&draft("$.items[?(@.tags.length > 0)].id"), &Json::from(&body)),
            Json::from(json!([2]))
        );
        assert!(draft_select(&draft("$.a"), &Json::Null).is_absent());
    }

    #[test]
    fn values_are_put_in() {
        let body = Json::from(json!([{"id": "it's"}]));
        let parts =
            [Part::Text("$[?(@.id == '"), Part::Quoted('\'', "$inputs.id", Json::from("it's")), Part::Text("')]")];
        let notes = Notes::default();
        assert!(draft_selects_filled("c", &parts, &body, &notes));
    }
}
