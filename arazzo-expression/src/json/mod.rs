//! The value of an expression, borrowed where it can be.

mod convert;
mod navigate;
mod node;
mod parts;
mod replace;
mod serialize;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) use node::{Node, View, equal};
pub use parts::Parts;
pub use replace::{Nowhere, Token};

use serde_json::{Number, Value};
use std::borrow::Cow;

/// A JSON value, or its absence. An absent value is not `null`: it leaves out the object member, list element or
/// parameter that it was meant for, and is empty in text.
///
/// How a value is held makes no difference to what it is: `Null` and a tree that is null are equal, and so are a list of
/// `Array` and one that is a tree. Absent elements and members are not part of their list or object. Numbers are equal
/// when their values are (`1` and `1.0`), and the order of members does not matter.
///
/// ```
/// use arazzo_expression::json::Json;
/// use serde_json::json;
///
/// let built = Json::Object(vec![("id".into(), 7.into()), ("note".into(), Json::Absent)]);
/// assert_eq!(built, Json::from(json!({"id": 7})));
/// assert_eq!(built.pointer(&["id"]).to_text(), "7");
/// assert_ne!(Json::Absent, Json::Null);
/// ```
#[derive(Debug, Clone, Default)]
pub enum Json<'a> {
    /// Nothing is there.
    #[default]
    Absent,
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    String(Cow<'a, str>),
    /// Any value that is held as a tree already.
    Value(Cow<'a, Value>),
    /// A list; absent elements are left out when it is written.
    Array(Vec<Json<'a>>),
    /// An object with distinct names; absent members are left out when it is written.
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
}

impl PartialEq for Json<'_> {
    fn eq(&self, other: &Self) -> bool {
        equal(Node::Built(self), Node::Built(other))
    }
}
