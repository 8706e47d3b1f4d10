//! JSONPath (RFC 9535), and the bare dialect that many Arazzo documents write in its place.
//!
//! [`parse_query`] reads a query as the RFC has it. [`parse_criterion`] reads the condition of a criterion of the type
//! `jsonpath`: a path and nothing else is a query, which passes when it selects something; anything else is a logical
//! expression over the document such as `$.state == "active"`, which RFC 9535 knows inside of filters only.
//!
//! ```
//! use arazzo_expression::expression::Version;
//! use arazzo_expression::jsonpath::{Criterion, parse_criterion, parse_query};
//! use arazzo_expression::json::Json;
//! use serde_json::json;
//!
//! let document = json!({ "state": "active", "items": [{ "id": 1 }, { "id": 2 }] });
//! let query = parse_query("$.items[?@.id > 1]").unwrap();
//! assert_eq!(query.select(&document), [&json!({ "id": 2 })]);
//!
//! let criterion = parse_criterion("$.state == 'active' && $.items.length > 0", Version::V1_0).unwrap();
//! let Criterion::Bare(condition) = criterion else { unreachable!() };
//! assert!(condition.bare(&document, &|_| Json::Absent));
//!
//! let error = parse_criterion("$state == 'active'", Version::V1_0).unwrap_err();
//! assert_eq!(error.help.as_deref(), Some("a dot stands between the root and a name: `$.state`"));
//! ```
//!
//! | file | job |
//! |---|---|
//! | `tree` | the syntax tree |
//! | `parse` | text to tree |
//! | `display`, `visit` | tree to text; positions and runtime expressions of a tree |
//! | `evaluate`, `filter` | what a query selects |
//! | `bare` | whether a bare expression holds |
//! | `draft` | queries of the draft before the RFC |
//! | `object` | filters that are asked about an object |
//! | `compare`, `regexp` | values and patterns |
//!
//! # Deliberate differences from RFC 9535
//!
//! - A literal pattern of `match` or `search` that is no I-Regexp, or needs a Unicode category (`\p{Lu}`), is an error
//!   and not a condition that never holds. A pattern that comes from a document simply does not match.
//! - `^` and `$` in patterns are anchors, as in the compliance suite.
//! - `@['a']` in a comparison may have blanks inside of its brackets, as it may elsewhere.
//! - Nesting is bounded, and so is the work of one evaluation ([`MAX_STEPS`]).

mod bare;
mod compare;
mod display;
mod draft;
mod evaluate;
mod filter;
mod locate;
mod object;
mod parse;
mod regexp;
mod tree;
mod visit;

#[cfg(test)]
mod tests;

pub use bare::{bare_compare, bare_path, bare_test};
pub use draft::{Draft, parse_draft};
pub use evaluate::MAX_STEPS;
pub use tree::{Call, Comparable, Function, Logical, Pattern, Query, Root, Segment, Selector, Step, Test};

use crate::SyntaxError;
use crate::expression::Version;

/// The condition of a criterion of the type `jsonpath`.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "there is one for each criterion, and nobody moves them about")]
pub enum Criterion {
    /// A path and nothing else. It passes when it selects something, be that null or false.
    Query(Query),
    /// A logical expression, of which the context is the root: the bare dialect.
    Bare(Logical),
}

/// Parses an RFC 9535 query. Nothing may stand before or behind it, blanks included.
///
/// # Errors
///
/// The first place where the text leaves the grammar, with what was expected there and what was probably meant.
pub fn parse_query(text: &str) -> Result<Query, SyntaxError> {
    parse::query(text)
}

/// Parses the condition of a criterion: an RFC 9535 query, or a logical expression of the bare dialect, in which runtime
/// expressions of `version` are values. Blanks around it are allowed.
///
/// # Errors
///
/// The first place where the text leaves the grammar, with what was expected there and what was probably meant.
pub fn parse_criterion(text: &str, version: Version) -> Result<Criterion, SyntaxError> {
    parse::criterion(text, version)
}
