//! Comparing values, wherever they come from: the document, a literal, a function or a runtime expression.

use crate::json::Json;
use crate::number::Numeric;
use serde_json::{Number, Value};
use std::cmp::Ordering;

/// A value that is part of either kind of tree.
#[derive(Clone, Copy)]
enum Node<'a> {
    Json(&'a Json<'a>),
    Value(&'a Value),
}

/// The same, by what JSON calls it.
enum Shape<'a> {
    Absent,
    Null,
    Bool(bool),
    Number(&'a Number),
    String(&'a str),
    Array(Vec<Node<'a>>),
    /// Sorted by name.
    Object(Vec<(&'a str, Node<'a>)>),
}

impl<'a> Node<'a> {
    fn shape(self) -> Shape<'a> {
        match self {
            Self::Value(value) => shape_of_value(value),
            Self::Json(Json::Value(value)) => shape_of_value(value),
            Self::Json(Json::Absent) => Shape::Absent,
            Self::Json(Json::Null) => Shape::Null,
            Self::Json(Json::Bool(value)) => Shape::Bool(*value),
            Self::Json(Json::Number(number)) => Shape::Number(number),
            Self::Json(Json::String(text)) => Shape::String(text),
            Self::Json(Json::Array(items)) => Shape::Array(items.iter().filter_map(Node::present).collect()),
            Self::Json(Json::Object(members)) => {
                sorted(members.iter().filter_map(|(name, value)| Some((&**name, Node::present(value)?))).collect())
            }
        }
    }

    /// Absent parts of a list or an object are not there at all.
    fn present(json: &'a Json<'a>) -> Option<Self> {
        match json {
            Json::Absent => None,
            json => Some(Self::Json(json)),
        }
    }
}

fn shape_of_value(value: &Value) -> Shape<'_> {
    match value {
        Value::Null => Shape::Null,
        Value::Bool(value) => Shape::Bool(*value),
        Value::Number(number) => Shape::Number(number),
        Value::String(text) => Shape::String(text),
        Value::Array(items) => Shape::Array(items.iter().map(Node::Value).collect()),
        Value::Object(members) => {
            sorted(members.iter().map(|(name, value)| (name.as_str(), Node::Value(value))).collect())
        }
    }
}

/// The order of members means nothing, and depends on a feature of serde_json.
fn sorted<'a>(mut members: Vec<(&'a str, Node<'a>)>) -> Shape<'a> {
    members.sort_by_key(|(name, _)| *name);
    Shape::Object(members)
}

/// Equality of RFC 9535, section 2.3.5.2.2: exact for strings, by value for numbers, deep for lists and objects. Absent
/// equals absent only. Calls `spend` for each part; when that gives false, the work is too much and nothing is equal.
///
/// A list of pairs takes the place of recursion: a value built in memory may be nested deeper than the stack allows.
pub(super) fn equal(left: &Json<'_>, right: &Json<'_>, spend: &dyn Fn() -> bool) -> bool {
    let mut pairs = vec![(Node::Json(left), Node::Json(right))];
    while let Some((left, right)) = pairs.pop() {
        if !spend() {
            return false;
        }
        let same = match (left.shape(), right.shape()) {
            (Shape::Absent, Shape::Absent) | (Shape::Null, Shape::Null) => true,
            (Shape::Bool(left), Shape::Bool(right)) => left == right,
            (Shape::Number(left), Shape::Number(right)) => Numeric::of(left).equals(Numeric::of(right)),
            (Shape::String(left), Shape::String(right)) => left == right,
            (Shape::Array(left), Shape::Array(right)) => {
                let same = left.len() == right.len();
                pairs.extend(left.into_iter().zip(right));
                same
            }
            (Shape::Object(left), Shape::Object(right)) => {
                let names = |members: &[(&str, Node<'_>)]| members.len();
                let same = names(&left) == names(&right)
                    && left.iter().zip(&right).all(|((left, _), (right, _))| left == right);
                pairs.extend(left.into_iter().zip(right).map(|((_, left), (_, right))| (left, right)));
                same
            }
            _ => false,
        };
        if !same {
            return false;
        }
    }
    true
}

/// The order of two numbers, or of two strings by their Unicode scalar values; `None` for anything else.
pub(super) fn order(left: &Json<'_>, right: &Json<'_>) -> Option<Ordering> {
    match (scalar(left), scalar(right)) {
        (Shape::Number(left), Shape::Number(right)) => Numeric::of(left).compare(Numeric::of(right)),
        // UTF-8 has the order of scalar values.
        (Shape::String(left), Shape::String(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

/// The shape of a value, where lists and objects matter as little as null.
fn scalar<'a>(json: &'a Json<'_>) -> Shape<'a> {
    match json {
        Json::Number(number) => Shape::Number(number),
        Json::String(text) => Shape::String(text),
        Json::Value(value) => match &**value {
            Value::Number(number) => Shape::Number(number),
            Value::String(text) => Shape::String(text),
            _ => Shape::Null,
        },
        _ => Shape::Null,
    }
}

/// The text of a string.
pub(super) fn text<'a>(json: &'a Json<'_>) -> Option<&'a str> {
    match scalar(json) {
        Shape::String(text) => Some(text),
        _ => None,
    }
}

/// Whether a value is there and neither null nor false.
pub(super) fn is_truthy(json: &Json<'_>) -> bool {
    !matches!(json, Json::Absent | Json::Null | Json::Bool(false))
        && !matches!(json, Json::Value(value) if matches!(&**value, Value::Null | Value::Bool(false)))
}

/// Whether a value is null, as a tree or not.
pub(super) fn is_null(json: &Json<'_>) -> bool {
    matches!(json, Json::Null) || matches!(json, Json::Value(value) if value.is_null())
}
