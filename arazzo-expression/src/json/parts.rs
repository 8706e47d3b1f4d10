//! What a value is made of, one level at a time.

use super::Json;
use super::node::{Node, View};
use std::borrow::Cow;

/// What a value is made of, for writing it in another form than JSON.
///
/// ```
/// use arazzo_expression::json::{Json, Parts};
/// use serde_json::json;
///
/// let value = Json::from(json!({"tags": ["a", 5.0]}));
/// let Parts::Object(members) = value.parts() else { panic!("an object") };
/// let [(name, tags)] = &members[..] else { panic!("one member") };
/// assert_eq!(*name, "tags");
/// assert!(matches!(tags.parts(), Parts::List(elements) if elements[1].to_text() == "5"));
/// ```
#[derive(Debug, Clone)]
pub enum Parts<'v> {
    /// Nothing is there.
    Absent,
    /// `null`
    Null,
    /// A string, number or boolean, as its [text](Json::to_text).
    Scalar(Cow<'v, str>),
    /// The elements of a list that are there.
    List(Vec<Json<'v>>),
    /// The members of an object that are there.
    Object(Vec<(&'v str, Json<'v>)>),
}

impl Json<'_> {
    /// What the value is made of.
    pub fn parts(&self) -> Parts<'_> {
        match Node::Built(self).view() {
            View::Absent => Parts::Absent,
            View::Null => Parts::Null,
            View::Bool(_) | View::Number(_) | View::String(_) => Parts::Scalar(self.to_text()),
            View::List(list) => Parts::List(list.iter().map(Node::json).collect()),
            View::Object(object) => Parts::Object(object.iter().map(|(name, node)| (name, node.json())).collect()),
        }
    }
}
