//! JSONPath and XPath, each a line with a query and then what it is asked of.

use super::refused;
use arazzo_expression::jsonpath::{Query, parse_draft, parse_query};
use arazzo_expression::xpath;
use serde_json::{Value, json};

/// A query shown and read again is the same, and the ways to ask it agree.
pub fn jsonpath(text: &str) {
    let (text, document) = text.split_once('\n').unwrap_or((text, ""));
    let document = serde_json::from_str(document).unwrap_or_else(|_| json!({"a": [1, {"b": "x", "c": []}], "b": null}));
    match parse_query(text) {
        Ok(query) => asked(&query, &document),
        Err(error) => refused(text, &error),
    }
    match parse_draft(text) {
        Ok(query) => {
            if let (Some(exists), Some(nodes)) = (query.try_exists(&document), query.try_select(&document)) {
                assert_eq!(exists, !nodes.is_empty());
            }
        }
        Err(error) => refused(text, &error),
    }
}

fn asked(query: &Query, document: &Value) {
    let shown = query.to_string();
    let again = parse_query(&shown).expect("what is shown can be read");
    assert_eq!(again.without_spans(), query.without_spans(), "{shown}");
    let Some(nodes) = query.try_select(document) else { return };
    // A search that stops at the first node takes no more steps than one that goes on.
    assert_eq!(query.try_exists(document), Some(!nodes.is_empty()));
    assert_eq!(query.select(document), nodes);
    if query.is_singular() {
        assert!(nodes.len() <= 1, "{shown}");
    }
    for place in query.locate(document) {
        let there = place.resolve(document);
        assert!(there.is_some_and(|there| nodes.contains(&there)), "{place} is not selected by {shown}");
    }
}

/// What is put into a document is there afterwards.
pub fn xpath(text: &str) {
    let (text, xml) = text.split_once('\n').unwrap_or((text, ""));
    let xml = if xml.is_empty() { "<a b='1'><c>x</c><c>2</c><!-- d --></a>" } else { xml };
    let query = match xpath::parse(text) {
        Ok(query) => query,
        Err(error) => return refused(text, &error),
    };
    let (holds, selected) = (query.holds(xml), query.select(xml));
    assert!(holds.is_ok() || selected.is_err(), "{holds:?}");
    if let Ok(replaced) = query.replace(xml, "<&>") {
        let all = xpath::parse("string()").expect("it is XPath");
        assert!(all.select(&replaced).is_ok(), "no XML any more: {replaced}");
    }
}
