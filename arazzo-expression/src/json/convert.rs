//! Values from Rust types, and back to trees and texts.

use super::Json;
use super::node::{Node, View, present};
use crate::number;
use serde_json::{Map, Number, Value};
use std::borrow::Cow;

impl<'a> Json<'a> {
    /// Whether nothing is there. `null` is there.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// The text, if the value is a string.
    pub fn as_str(&self) -> Option<&str> {
        match Node::Built(self).view() {
            View::String(text) => Some(text),
            _ => None,
        }
    }

    /// The tree, if the value is held as one already.
    pub fn as_value(&self) -> Option<&Value> {
        match self {
            Self::Value(value) => Some(value),
            _ => None,
        }
    }

    /// The text that the value is inside a longer text: a string as it is, nothing if it is absent, otherwise its JSON,
    /// with integral numbers without a fraction (section "Runtime Expressions": objects and lists are put in as JSON).
    ///
    /// ```
    /// use arazzo_expression::json::Json;
    /// use serde_json::json;
    ///
    /// assert_eq!(Json::from("a").to_text(), "a");
    /// assert_eq!(Json::from(5.0).to_text(), "5");
    /// assert_eq!(Json::from(json!([null, "b"])).to_text(), r#"[null,"b"]"#);
    /// assert_eq!(Json::Absent.to_text(), "");
    /// assert_eq!(Json::Null.to_text(), "null");
    /// ```
    pub fn to_text(&self) -> Cow<'_, str> {
        match Node::Built(self).view() {
            View::Absent => Cow::Borrowed(""),
            View::Null => Cow::Borrowed("null"),
            View::Bool(true) => Cow::Borrowed("true"),
            View::Bool(false) => Cow::Borrowed("false"),
            View::Number(number) => Cow::Owned(number::to_text(number)),
            View::String(text) => Cow::Borrowed(text),
            // Writing a value that came from JSON to memory has no way to fail.
            View::List(_) | View::Object(_) => Cow::Owned(serde_json::to_string(self).unwrap_or_default()),
        }
    }

    /// The value as a tree, or `None` if it is absent.
    pub fn into_value(self) -> Option<Value> {
        Some(match self {
            Self::Absent => return None,
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(value),
            Self::Number(number) => Value::Number(number),
            Self::String(text) => Value::String(text.into_owned()),
            Self::Value(value) => value.into_owned(),
            Self::Array(elements) => elements.into_iter().filter_map(Self::into_value).collect(),
            Self::Object(members) => Value::Object(
                members
                    .into_iter()
                    .filter_map(|(key, json)| Some((key.into_owned(), json.into_value()?)))
                    .collect::<Map<_, _>>(),
            ),
        })
    }

    /// The value as a tree, borrowed if it is held as one already, or `None` if it is absent.
    pub fn to_value(&self) -> Option<Cow<'_, Value>> {
        match self {
            Self::Value(value) => Some(Cow::Borrowed(value)),
            other => other.reborrow().into_value().map(Cow::Owned),
        }
    }

    /// The same value, borrowed from this one. Only lists and objects that were built are allocated anew.
    pub fn reborrow(&self) -> Json<'_> {
        match self {
            Self::Absent => Json::Absent,
            Self::Null => Json::Null,
            Self::Bool(value) => Json::Bool(*value),
            Self::Number(number) => Json::Number(number.clone()),
            Self::String(text) => Json::String(Cow::Borrowed(text)),
            Self::Value(value) => Json::Value(Cow::Borrowed(value)),
            Self::Array(elements) => Json::Array(present(elements).map(Json::reborrow).collect()),
            Self::Object(members) => Json::Object(
                members
                    .iter()
                    .filter(|(_, json)| !json.is_absent())
                    .map(|(key, json)| (Cow::Borrowed(key.as_ref()), json.reborrow()))
                    .collect(),
            ),
        }
    }
}

impl<'a> From<&'a str> for Json<'a> {
    fn from(text: &'a str) -> Self {
        Self::String(Cow::Borrowed(text))
    }
}

impl From<String> for Json<'_> {
    fn from(text: String) -> Self {
        Self::String(Cow::Owned(text))
    }
}

impl<'a> From<&'a String> for Json<'a> {
    fn from(text: &'a String) -> Self {
        Self::String(Cow::Borrowed(text))
    }
}

impl From<bool> for Json<'_> {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

macro_rules! from_integers {
    ($($integer:ty)*) => {$(
        impl From<$integer> for Json<'_> {
            fn from(number: $integer) -> Self {
                Self::Number(number.into())
            }
        }
    )*};
}

from_integers!(i32 i64 u16 u32 u64 usize);

impl From<f64> for Json<'_> {
    /// JSON has no infinity and no NaN; they are `null`, as serde_json has it.
    fn from(number: f64) -> Self {
        Number::from_f64(number).map_or(Self::Null, Self::Number)
    }
}

impl<'a> From<&'a Value> for Json<'a> {
    fn from(value: &'a Value) -> Self {
        Self::Value(Cow::Borrowed(value))
    }
}

impl From<Value> for Json<'_> {
    fn from(value: Value) -> Self {
        Self::Value(Cow::Owned(value))
    }
}

impl<'a, T: Into<Json<'a>>> From<Option<T>> for Json<'a> {
    /// `None` is absent, not `null`.
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Into::into)
    }
}
