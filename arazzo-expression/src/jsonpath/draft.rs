//! JSONPath as draft-goessner-dispatch-jsonpath-00 has it, as far as documents use it: what Stefan Gössner's article
//! began, and many libraries still read.
//!
//! Paths are those of RFC 9535, but for negative indexes. Filters are conditions of the language around them, which are
//! read as JavaScript would read them:
//!
//! - a path alone holds unless it is absent, null, false, zero or the empty string;
//! - what is absent is null, `===` is `==`, and a path that ends in `.length` is the length of a list or a string;
//! - there are no functions.
//!
//! Scripts (`[(@.length-1)]`), patterns (`=~`) and calculations are refused: they are of another language.

use super::bare::{bare_compare, bare_path};
use super::compare::is_truthy;
use super::evaluate::{Context, MAX_STEPS};
use super::filter::literal_value;
use super::parse;
use super::tree::{Comparable, Logical, Query, Root, Segment, Selector, Step, Test};
use crate::SyntaxError;
use crate::json::Json;
use serde_json::Value;

/// A query of the draft.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft(Query);

/// Parses a query of the draft.
///
/// # Errors
///
/// The first place where the text leaves the grammar, with what was expected there and what was probably meant.
///
/// ```
/// use arazzo_expression::jsonpath::parse_draft;
/// use serde_json::json;
///
/// let query = parse_draft("$.items[?(@.tags.length > 1 && @.id)]").unwrap();
/// let document = json!({ "items": [{ "id": 1, "tags": ["a", "b"] }, { "id": 0, "tags": ["a", "b"] }] });
/// assert_eq!(query.select(&document), [&json!({ "id": 1, "tags": ["a", "b"] })]);
/// assert!(parse_draft("$.items[(@.length-1)]").is_err());
/// ```
pub fn parse_draft(text: &str) -> Result<Draft, SyntaxError> {
    let text = plain(text)?;
    let query = parse::query(&text)?;
    check(&query)?;
    Ok(Draft(query))
}

impl Draft {
    /// The nodes that the query selects. More work than [`MAX_STEPS`] selects nothing.
    #[must_use]
    pub fn select<'v>(&self, root: &'v Value) -> Vec<&'v Value> {
        Context::new(root, &|_| Json::Absent, MAX_STEPS).for_draft().nodes(&self.0)
    }

    /// The nodes that the query selects, or `None` when it is more work than [`MAX_STEPS`].
    #[must_use]
    pub fn try_select<'v>(&self, root: &'v Value) -> Option<Vec<&'v Value>> {
        let context = Context::new(root, &|_| Json::Absent, MAX_STEPS).for_draft();
        let nodes = context.nodes(&self.0);
        (!context.is_exhausted()).then_some(nodes)
    }

    /// Whether the query selects anything, or `None` when it is more work than [`MAX_STEPS`].
    #[must_use]
    pub fn try_exists(&self, root: &Value) -> Option<bool> {
        let context = Context::new(root, &|_| Json::Absent, MAX_STEPS).for_draft();
        let exists = context.exists(&self.0, root);
        (!context.is_exhausted()).then_some(exists)
    }

    /// The steps of the query, if it selects one node at most by its form.
    #[must_use]
    pub fn singular(&self) -> Option<Vec<Step<'_>>> {
        self.0.singular()
    }
}

/// The text with the operators of RFC 9535, and as long as before.
fn plain(text: &str) -> Result<String, SyntaxError> {
    let mut plain = text.to_owned();
    let (mut quote, mut escaped) = (None, false);
    for (at, character) in text.char_indices() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if character == '\\' => escaped = true,
            Some(open) if character == open => quote = None,
            Some(_) => {}
            None if matches!(character, '\'' | '"') => quote = Some(character),
            None => {
                let rest = &text[at..];
                if rest.starts_with("===") || rest.starts_with("!==") {
                    plain.replace_range(at + 2..at + 3, " ");
                } else if rest.starts_with("[(") {
                    let length = rest.find(']').map_or(rest.len(), |end| end + 1);
                    let error = SyntaxError::new(at..at + length, "scripts inside of brackets are not supported");
                    let last = rest[..length].replace(' ', "") == "[(@.length-1)]";
                    return Err(if last { error.help("write `[-1:]`") } else { error });
                }
            }
        }
    }
    Ok(plain)
}

/// Refuses what RFC 9535 has and the draft has not.
fn check(query: &Query) -> Result<(), SyntaxError> {
    for selector in query.segments.iter().flat_map(Segment::selectors) {
        match selector {
            Selector::Index { index, span } if *index < 0 => {
                let error = SyntaxError::new(span.clone(), "the draft has no negative indexes");
                return Err(error.help(format!("write `{index}:` for the last elements, or leave the version out")));
            }
            Selector::Filter { condition, .. } => check_condition(condition)?,
            _ => {}
        }
    }
    Ok(())
}

fn check_condition(condition: &Logical) -> Result<(), SyntaxError> {
    match condition {
        Logical::Or(parts) | Logical::And(parts) => parts.iter().try_for_each(check_condition),
        Logical::Not(inner) => check_condition(inner),
        Logical::Compare { left, right, .. } => {
            check_value(left)?;
            check_value(right)
        }
        Logical::Test(Test::Query(query)) => check_path(query),
        Logical::Test(Test::Function(call)) => Err(function(call.function.name(), call.span.clone())),
        Logical::Test(Test::Expression(_)) => Ok(()),
    }
}

fn check_value(value: &Comparable) -> Result<(), SyntaxError> {
    match value {
        Comparable::Query(query) => check_path(query),
        Comparable::Function(call) => Err(function(call.function.name(), call.span.clone())),
        Comparable::Literal(..) | Comparable::Expression(_) => Ok(()),
    }
}

fn check_path(query: &Query) -> Result<(), SyntaxError> {
    check(query)?;
    if query.singular().is_some() {
        return Ok(());
    }
    Err(SyntaxError::new(query.span.clone(), "a path in a filter of the draft has names and indexes only"))
}

fn function(name: &str, span: std::ops::Range<usize>) -> SyntaxError {
    let error = SyntaxError::new(span, format!("`{name}(…)` is a function of RFC 9535, and the draft has none"));
    match name {
        "length" | "count" => error.help("write `.length` behind the path, or leave the version out"),
        _ => error.help("leave the version out: a query without one is one of RFC 9535"),
    }
}

impl<'v, 'x> Context<'_, 'v, 'x> {
    /// Whether a condition of the draft holds for the node `current`.
    pub(super) fn holds_in_draft(&self, condition: &Logical, current: &'v Value) -> bool {
        if !self.spend() {
            return false;
        }
        match condition {
            Logical::Or(parts) => parts.iter().any(|part| self.holds_in_draft(part, current)),
            Logical::And(parts) => parts.iter().all(|part| self.holds_in_draft(part, current)),
            Logical::Not(inner) => !self.holds_in_draft(inner, current),
            Logical::Compare { operator, left, right } => {
                let left = self.draft_value(left, current);
                bare_compare(*operator, &left, &self.draft_value(right, current))
            }
            Logical::Test(Test::Query(query)) => is_true(&self.draft_path(query, current)),
            // The parser lets none of them come here.
            Logical::Test(Test::Function(_) | Test::Expression(_)) => false,
        }
    }

    fn draft_value<'j>(&self, value: &'j Comparable, current: &'v Value) -> Json<'j>
    where
        'v: 'j,
    {
        match value {
            Comparable::Literal(literal, _) => literal_value(literal),
            Comparable::Query(query) => self.draft_path(query, current),
            Comparable::Function(_) | Comparable::Expression(_) => Json::Absent,
        }
    }

    fn draft_path(&self, query: &Query, current: &'v Value) -> Json<'v> {
        self.spend();
        let start = match query.root {
            Root::Document => self.root,
            Root::Current => current,
        };
        query.singular().map_or(Json::Absent, |steps| bare_path(start, &steps))
    }
}

/// What JavaScript takes for true.
fn is_true(value: &Json<'_>) -> bool {
    let is_zero = || match value {
        Json::Number(number) => number.as_f64() == Some(0.0),
        Json::Value(value) => value.as_f64() == Some(0.0),
        _ => false,
    };
    is_truthy(value) && value.as_str() != Some("") && !is_zero()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn select(text: &str) -> Value {
        let store = json!({
            "books": [
                { "title": "A", "isbn": "1", "price": 8, "tags": ["x"], "sold": false },
                { "title": "BB", "price": 12.5, "tags": ["x", "y"], "sold": true },
                { "title": "C", "isbn": "", "price": 0, "tags": [], "sold": null },
            ],
            "limit": 10,
        });
        let query = parse_draft(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let found: Vec<Value> = query.select(&store).into_iter().cloned().collect();
        assert_eq!(query.try_exists(&store), Some(!found.is_empty()), "{text}");
        found.iter().map(|found| found.get("title").cloned().unwrap_or_else(|| found.clone())).collect()
    }

    // Rule C70.
    #[test]
    fn filters_are_conditions_of_javascript() {
        for (text, expected) in [
            ("$.books[?(@.isbn)]", json!(["A"])),
            ("$.books[?(!@.isbn)]", json!(["BB", "C"])),
            ("$.books[?(@.price)]", json!(["A", "BB"])),
            ("$.books[?(@.sold)]", json!(["BB"])),
            ("$.books[?(@.isbn == null)]", json!(["BB"])),
            ("$.books[?(@.sold != null)]", json!(["A", "BB"])),
            ("$.books[?(@.tags.length > 1)]", json!(["BB"])),
            ("$.books[?(@.title.length === 1 && @.tags[0] === 'x')]", json!(["A"])),
            ("$.books[?(@.title !== 'A')]", json!(["BB", "C"])),
            ("$.books[?(@.price < $.limit)]", json!(["A", "C"])),
            ("$.books[?@.price > 10]", json!(["BB"])),
            ("$..books[-1:].price", json!([0])),
            ("$.books[0,1].title", json!(["A", "BB"])),
            ("$.books[?(@.title == '===')]", json!([])),
        ] {
            assert_eq!(select(text), expected, "{text}");
        }
    }

    // Rule C70.
    #[test]
    fn what_the_draft_lacks_is_refused() {
        for (text, span, help) in [
            ("$.a[(@.length-1)]", 3..17, Some("write `[-1:]`")),
            ("$.a[(@.b)]", 3..10, None),
            ("$.a[-1]", 4..6, Some("write `-1:` for the last elements, or leave the version out")),
            ("$[?length(@.a) > 1]", 3..14, Some("write `.length` behind the path, or leave the version out")),
            ("$[?(match(@.a, 'b'))]", 4..19, Some("leave the version out: a query without one is one of RFC 9535")),
            ("$[?(@.a[*])]", 4..10, None),
            ("$[?(@.a[-1] == 1)]", 8..10, Some("write `-1:` for the last elements, or leave the version out")),
        ] {
            let error = parse_draft(text).expect_err(text);
            assert_eq!((error.span, error.help.as_deref()), (span, help), "{text}: {}", error.message);
        }
        for text in ["$[?(@.a =~ /b/)]", "$[?(@.a + 1 > 2)]", "$[?(@.a in ['b'])]", "$.a ==", ""] {
            assert!(parse_draft(text).is_err(), "{text}");
        }
    }
}
