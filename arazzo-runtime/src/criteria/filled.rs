//! Patterns and queries with values of the run in them, which are parsed each time. A value is put in as its text: the
//! specification leaves quotes to the author. Between quotes it stays between them, whatever characters it holds.

use super::{exists, invalid, is_true, noted, parse_logical, parse_query, present, too_much};
use crate::notes::Notes;
use arazzo_expression::json::Json;
use arazzo_expression::jsonpath::MAX_STEPS;
use regex_lite::RegexBuilder;
use std::fmt::Write;

/// A part of the text of a pattern or query.
#[derive(Debug)]
pub enum Part<'v> {
    /// Text that stands for itself.
    Text(&'static str),
    /// The value of an expression, which is given as it is written.
    Value(&'static str, Json<'v>),
    /// The same between these quotes.
    Quoted(char, &'static str, Json<'v>),
}

/// Whether a pattern matches anywhere in the text of a value.
#[must_use]
pub fn matches_filled(condition: &'static str, parts: &[Part<'_>], context: &Json<'_>, notes: &Notes) -> bool {
    let is_match = fill_text(parts).and_then(|pattern| is_match(&pattern, &present(context)?.to_text()));
    noted(condition, notes, is_match)
}

/// How many bytes a pattern may have, and may take once it is compiled: a server may have made a part of it.
const MAX_PATTERN: usize = 1 << 14;
const MAX_COMPILED: usize = 1 << 20;

/// Whether a pattern matches anywhere in a text, if that is no more work than an evaluation may take.
fn is_match(pattern: &str, text: &str) -> Result<bool, String> {
    /// About so many bytes one state takes.
    const STATE: u64 = 32;
    if pattern.len() > MAX_PATTERN {
        return Err(format!("with its values it has more than {MAX_PATTERN} bytes"));
    }
    // The smallest size that is enough says how many states there are, each of which may be looked at for each byte.
    let mut size = 256;
    let regex = loop {
        match RegexBuilder::new(pattern).size_limit(size).build() {
            Ok(regex) => break regex,
            Err(error) if size >= MAX_COMPILED => return Err(invalid(pattern, &error)),
            Err(_) => size *= 2,
        }
    };
    let work = (size as u64 / STATE).saturating_mul(text.len() as u64) / 8;
    if work > MAX_STEPS { Err(too_much()) } else { Ok(regex.is_match(text)) }
}

/// Whether a query selects anything in a list or an object; with `on_object` as for [`super::Query::on_object`].
#[must_use]
pub fn selects_filled(
    condition: &'static str,
    parts: &[Part<'_>],
    on_object: bool,
    context: &Json<'_>,
    notes: &Notes,
) -> bool {
    let query = fill_text(parts).and_then(|text| parse_query(text.trim()));
    noted(condition, notes, query.and_then(|query| exists(&query, on_object, context)))
}

/// Whether a logical expression holds for a list or an object. The values are those of the expressions without braces.
#[must_use]
pub fn holds_filled(
    condition: &'static str,
    parts: &[Part<'_>],
    context: &Json<'_>,
    values: &[Json<'_>],
    notes: &Notes,
) -> bool {
    let logical = fill_text(parts).and_then(|text| parse_logical(&text));
    noted(condition, notes, logical.and_then(|logical| is_true(&logical, context, values)))
}

/// The text of an expression of XPath, which has no escapes: a value cannot hold the quotes around it.
#[cfg(feature = "xpath")]
pub(super) fn fill_xpath(parts: &[Part<'_>]) -> Result<String, String> {
    fill(parts, |expression, text, quote, filled| {
        if text.contains(quote) {
            return Err(format!("the value of `{expression}` holds the quote `{quote}` that stands around it"));
        }
        filled.push_str(text);
        Ok(())
    })
}

/// The text of a pattern or query.
pub(super) fn fill_text(parts: &[Part<'_>]) -> Result<String, String> {
    fill(parts, escape)
}

fn fill(
    parts: &[Part<'_>],
    escape: impl Fn(&str, &str, char, &mut String) -> Result<(), String>,
) -> Result<String, String> {
    let mut filled = String::new();
    for part in parts {
        match part {
            Part::Text(text) => filled.push_str(text),
            Part::Value(expression, value) => filled.push_str(&given(expression, value)?.to_text()),
            Part::Quoted(quote, expression, value) => {
                escape(expression, &given(expression, value)?.to_text(), *quote, &mut filled)?;
            }
        }
    }
    Ok(filled)
}

fn given<'j, 'v>(expression: &str, value: &'j Json<'v>) -> Result<&'j Json<'v>, String> {
    if value.is_absent() { Err(format!("`{expression}` has no value")) } else { Ok(value) }
}

/// Writes what stands between quotes in JSONPath (RFC 9535, section 2.3.1.1).
fn escape(_: &str, text: &str, quote: char, filled: &mut String) -> Result<(), String> {
    for character in text.chars() {
        match character {
            '\\' => filled.push_str("\\\\"),
            character if character == quote => {
                filled.push('\\');
                filled.push(quote);
            }
            '\0'..='\x1f' => {
                // Writing to a string has no way to fail.
                let _ = write!(filled, "\\u{:04x}", u32::from(character));
            }
            character => filled.push(character),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn with_notes(evaluate: impl FnOnce(&Notes) -> bool) -> (bool, Option<String>) {
        let notes = Notes::default();
        (evaluate(&notes), notes.take())
    }

    /// Rule R51: an embedded value becomes text, a list or an object its JSON.
    #[test]
    fn a_pattern_is_made_of_text_and_values() {
        let matches = |value: Json<'_>, context: &str| {
            let parts = [Part::Text("^"), Part::Value("$inputs.a", value), Part::Text("$")];
            with_notes(|notes| matches_filled("^{$inputs.a}$", &parts, &Json::from(context), notes))
        };
        assert_eq!(matches(Json::from("a.c"), "abc"), (true, None));
        assert_eq!(matches(Json::from(5.0), "5"), (true, None));
        // `^["a"]$` is a set of two characters.
        assert_eq!(matches(Json::from(json!(["a"])), "\""), (true, None));
        let (met, note) = matches(Json::from("("), "(");
        let expected = "`^{$inputs.a}$` could not be evaluated: `^($` is not a valid pattern: ";
        assert!(!met && note.as_ref().is_some_and(|note| note.starts_with(expected)), "{note:?}");
        let note = "`^{$inputs.a}$` could not be evaluated: `$inputs.a` has no value";
        assert_eq!(matches(Json::Absent, ""), (false, Some(note.to_owned())));
    }

    /// Whoever makes a part of the pattern, and the text, must not make the run stand still.
    #[test]
    fn patterns_of_servers_take_a_bounded_time() {
        let matches = |value: &str, context: &str| {
            let parts = [Part::Text("^"), Part::Value("$steps.a.outputs.b", Json::from(value)), Part::Text("$")];
            with_notes(|notes| matches_filled("q", &parts, &Json::from(context), notes))
        };
        let text = "a".repeat(2_000_000);
        assert_eq!(matches("a*", &text), (true, None));
        assert_eq!(matches("(a{1,100}){1,3}", &text[..100]), (true, None));
        let said = |(met, note): (bool, Option<String>)| (met, note.unwrap_or_default());
        let (met, note) = said(matches("(a?){900}b", &text));
        assert!(!met && note.contains("it takes more than the 33554432 steps"), "{note}");
        let (met, note) = said(matches("((a{100}){100}){100}", "a"));
        assert!(!met && note.contains("is not a valid pattern"), "{note}");
        let (met, note) = said(matches(&"a".repeat(20_000), "a"));
        assert!(!met && note.ends_with("with its values it has more than 16384 bytes"), "{note}");
    }

    #[test]
    fn a_value_between_quotes_stays_between_them() {
        for value in ["x", "it's", "\\", "'] || $[?@ == '", "\u{0}\n\"", "é"] {
            let parts = [Part::Text("$[?@ == '"), Part::Quoted('\'', "$inputs.a", Json::from(value)), Part::Text("']")];
            let selects = |context: serde_json::Value| {
                with_notes(|notes| selects_filled("q", &parts, false, &Json::from(context), notes))
            };
            assert_eq!(selects(json!([value])), (true, None), "{value}");
            assert_eq!(selects(json!(["other"])), (false, None), "{value}");
        }
    }

    #[test]
    fn a_value_without_quotes_is_a_part_of_the_query() {
        let selects = |value: Json<'_>| {
            let parts = [Part::Text("$[?@.n > "), Part::Value("$inputs.n", value), Part::Text("]")];
            with_notes(|notes| selects_filled("q", &parts, false, &Json::from(json!([{"n": 2}])), notes))
        };
        assert_eq!(selects(Json::from(1)), (true, None));
        assert_eq!(selects(Json::from(2)), (false, None));
        let (met, note) = selects(Json::from("a b"));
        let expected = "`q` could not be evaluated: `$[?@.n > a b]` is not a valid query: ";
        assert!(!met && note.as_ref().is_some_and(|note| note.starts_with(expected)), "{note:?}");
    }

    #[test]
    fn a_logical_expression_has_values_of_both_kinds() {
        let parts = [
            Part::Text("$.a == '"),
            Part::Quoted('\'', "$inputs.a", Json::from("x")),
            Part::Text("' && $.b == $inputs.b"),
        ];
        let holds = |b: i64| {
            let context = Json::from(json!({"a": "x", "b": 2}));
            with_notes(|notes| holds_filled("q", &parts, &context, &[Json::from(b)], notes))
        };
        assert_eq!((holds(2), holds(3)), ((true, None), (false, None)));
    }

    proptest::proptest! {
        #[test]
        fn any_text_between_quotes_is_equal_to_itself_alone(value in ".{0,12}", other in ".{0,12}", double in proptest::bool::ANY) {
            let (begin, end, quote) = if double { ("$[?@ == \"", "\"]", '"') } else { ("$[?@ == '", "']", '\'') };
            let parts = [Part::Text(begin), Part::Quoted(quote, "$inputs.a", Json::from(value.as_str())), Part::Text(end)];
            let selects = |text: &str| {
                let notes = Notes::default();
                let found = selects_filled("q", &parts, false, &Json::from(json!([text])), &notes);
                (found, notes.take())
            };
            proptest::prop_assert_eq!(selects(&value), (true, None));
            proptest::prop_assert_eq!(selects(&other), (value == other, None));
        }
    }
}
