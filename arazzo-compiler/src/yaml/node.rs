//! Questions to a node.

use super::{Key, Kind, Map, Node};
use crate::source::Span;
use serde_json::Value;

impl Node {
    /// The string that it is.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            Kind::String(scalar) => Some(&scalar.text),
            _ => None,
        }
    }

    /// The mapping that it is.
    pub fn as_map(&self) -> Option<&Map> {
        match &self.kind {
            Kind::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The elements of the list that it is.
    pub fn as_list(&self) -> Option<&[Node]> {
        match &self.kind {
            Kind::List(items) => Some(items),
            _ => None,
        }
    }

    /// The boolean that it is.
    pub fn as_bool(&self) -> Option<bool> {
        match self.kind {
            Kind::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The integer that it is, when it is not negative. `1.0` is none: JSON Schema sees one there, YAML and Arazzo do not.
    pub fn as_u64(&self) -> Option<u64> {
        match &self.kind {
            Kind::Number(number) => number.as_u64(),
            _ => None,
        }
    }

    /// The number that it is.
    pub fn as_f64(&self) -> Option<f64> {
        match &self.kind {
            Kind::Number(number) => number.as_f64(),
            _ => None,
        }
    }

    /// Whether it is null or was left out.
    pub fn is_null(&self) -> bool {
        matches!(self.kind, Kind::Null)
    }

    /// The value of a key, when it is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_map()?.get(key)
    }

    /// Its first key, to point at when all of a document is meant.
    pub fn start(&self) -> Span {
        match self.as_map().and_then(|map| map.entries.first()) {
            Some((key, _)) => key.span,
            None => Span { end: self.span.start, ..self.span },
        }
    }

    /// What it is, for messages.
    pub fn kind_name(&self) -> &'static str {
        match self.kind {
            Kind::Null => "null",
            Kind::Bool(_) => "a boolean",
            Kind::Number(_) => "a number",
            Kind::String(_) => "a string",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a map",
        }
    }

    /// The value without its positions.
    pub fn to_json(&self) -> Value {
        match &self.kind {
            Kind::Null => Value::Null,
            Kind::Bool(value) => Value::Bool(*value),
            Kind::Number(number) => Value::Number(number.clone()),
            Kind::String(scalar) => Value::String(scalar.text.clone()),
            Kind::List(items) => items.iter().map(Node::to_json).collect(),
            Kind::Map(map) => map.entries.iter().map(|(key, value)| (key.text.clone(), value.to_json())).collect(),
        }
    }
}

impl Map {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.get_key_value(key).map(|(_, value)| value)
    }

    /// A key and its value.
    pub fn get_key_value(&self, key: &str) -> Option<(&Key, &Node)> {
        self.iter().find(|(known, _)| known.text == key)
    }

    /// Keys and values, in the order of the document.
    pub fn iter(&self) -> impl Iterator<Item = (&Key, &Node)> {
        self.entries.iter().map(|(key, value)| (key, value))
    }

    /// The texts of the keys, in the order of the document.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|(key, _)| key.text.as_str())
    }
}
