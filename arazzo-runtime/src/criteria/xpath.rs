//! Criteria and selectors of the type `xpath`, over values that are XML as text.

use super::filled::{Part, fill_xpath};
use super::{noted, present};
use crate::notes::Notes;
use arazzo_expression::json::Json;
use arazzo_expression::xpath;

/// An expression of XPath 1.0.
#[derive(Debug)]
pub struct XPath {
    text: &'static str,
    parsed: Result<xpath::XPath, String>,
}

/// Parses an expression.
#[must_use]
pub fn xpath(text: &'static str) -> XPath {
    XPath { text, parsed: parse(text) }
}

/// Whether an expression holds for a value that is XML.
#[must_use]
pub fn xpath_holds(expression: &XPath, context: &Json<'_>, notes: &Notes) -> bool {
    let parsed = expression.parsed.as_ref().map_err(Clone::clone);
    noted(expression.text, notes, parsed.and_then(|parsed| holds(parsed, context)))
}

/// The same for an expression with values of the run in it.
#[must_use]
pub fn xpath_holds_filled(condition: &'static str, parts: &[Part<'_>], context: &Json<'_>, notes: &Notes) -> bool {
    let parsed = fill_xpath(parts).and_then(|text| parse(&text));
    noted(condition, notes, parsed.and_then(|parsed| holds(&parsed, context)))
}

/// What an expression selects from a value that is XML: of one node its text, of several a list, of none nothing.
#[must_use]
pub fn xpath_select(expression: &XPath, context: &Json<'_>) -> Json<'static> {
    let (Ok(parsed), Ok(xml)) = (&expression.parsed, text(context)) else { return Json::Absent };
    parsed.select(xml).unwrap_or_default()
}

/// XML with the contents of all selected nodes replaced by a text.
pub(crate) fn xpath_replaced(expression: &XPath, xml: &Json<'_>, text: &str) -> Result<String, String> {
    let xml = xml.as_str().ok_or("the payload is no XML, but JSON")?;
    expression.parsed.as_ref().map_err(Clone::clone)?.replace(xml, text).map_err(|error| error.to_string())
}

fn parse(text: &str) -> Result<xpath::XPath, String> {
    xpath::parse(text).map_err(|error| format!("`{text}` is not a valid XPath: {error}"))
}

fn holds(expression: &xpath::XPath, context: &Json<'_>) -> Result<bool, String> {
    expression.holds(text(context)?).map_err(|error| format!("its context cannot be read: {error}"))
}

fn text<'j>(context: &'j Json<'_>) -> Result<&'j str, String> {
    present(context)?.as_str().ok_or_else(|| "its context is no XML, but JSON".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn evaluate(text: &'static str, context: Json<'_>) -> (bool, Option<String>) {
        let notes = Notes::default();
        (xpath_holds(&xpath(text), &context, &notes), notes.take())
    }

    #[test]
    fn an_expression_looks_into_xml() {
        assert_eq!(evaluate("/a/b = 1", Json::from("<a><b>1</b></a>")), (true, None));
        assert_eq!(evaluate("/a/b = 1", Json::from("<a/>")), (false, None));
        let says = |why: &str| (false, Some(format!("`/a` could not be evaluated: {why}")));
        assert_eq!(evaluate("/a", Json::Absent), says("its context has no value"));
        assert_eq!(evaluate("/a", Json::from(json!({"a": 1}))), says("its context is no XML, but JSON"));
        let (met, note) = evaluate("/a", Json::from("<a>"));
        let expected = "`/a` could not be evaluated: its context cannot be read: it is no XML: ";
        assert!(!met && note.as_ref().is_some_and(|note| note.starts_with(expected)), "{note:?}");
    }

    #[test]
    fn a_value_between_quotes_has_no_way_out() {
        let xml = Json::from("<a><b>it's</b></a>");
        let filled = |quote: char, value: &'static str| {
            let parts = match quote {
                '"' => [Part::Text("/a/b = \""), Part::Quoted('"', "$inputs.a", Json::from(value)), Part::Text("\"")],
                _ => [Part::Text("/a/b = '"), Part::Quoted('\'', "$inputs.a", Json::from(value)), Part::Text("'")],
            };
            let notes = Notes::default();
            (xpath_holds_filled("c", &parts, &xml, &notes), notes.take())
        };
        assert_eq!(filled('"', "it's"), (true, None));
        assert_eq!(filled('\'', "its"), (false, None));
        let note = "`c` could not be evaluated: the value of `$inputs.a` holds the quote `'` that stands around it";
        assert_eq!(filled('\'', "' or '1"), (false, Some(note.to_owned())));
    }

    #[test]
    fn what_is_selected_is_text_a_list_or_nothing() {
        let select = |text: &'static str| xpath_select(&xpath(text), &Json::from("<a><b>1</b><b>2</b><c/></a>"));
        assert_eq!(select("/a/b"), Json::from(json!(["1", "2"])));
        assert_eq!(select("/a/b[2]").to_text(), "2");
        assert_eq!(select("count(/a/b)"), Json::from(2));
        assert!(select("/a/d").is_absent());
        assert!(xpath_select(&xpath("/a"), &Json::from(7)).is_absent());
    }
}
