//! From a value to its parts.

use super::Json;
use super::node::{Node, View};
use crate::expression::Accessor;
use crate::pointer::Pointer;

impl Json<'_> {
    /// The part that the tokens of a JSON Pointer name, unescaped; absent if it is not there.
    ///
    /// ```
    /// use arazzo_expression::json::Json;
    /// use serde_json::json;
    ///
    /// let value = json!({"items": [{"id": 7}]});
    /// assert_eq!(Json::from(&value).pointer(&["items", "0", "id"]), Json::from(7));
    /// assert_eq!(Json::from(&value).pointer(&["items", "1"]), Json::Absent);
    /// ```
    pub fn pointer<'s>(&'s self, tokens: &[&str]) -> Json<'s> {
        self.walk(tokens.iter().copied())
    }

    /// The part that a JSON Pointer names; absent if it is not there.
    pub fn at(&self, pointer: &Pointer) -> Json<'_> {
        self.walk(pointer.tokens.iter().map(String::as_str))
    }

    /// The part that `.member` and `[0]` lead to; absent if it is not there. A `.length` at the end is the number of a
    /// list's elements or of a string's characters.
    ///
    /// ```
    /// use arazzo_expression::expression::Accessor;
    /// use arazzo_expression::json::Json;
    /// use serde_json::json;
    ///
    /// let value = json!({"items": [1, 2]});
    /// let path = [Accessor::Member("items".into()), Accessor::Member("length".into())];
    /// assert_eq!(Json::from(&value).navigate(&path), Json::from(2));
    /// ```
    pub fn navigate(&self, accessors: &[Accessor]) -> Json<'_> {
        let mut node = Node::Built(self);
        for (position, accessor) in accessors.iter().enumerate() {
            let next = match accessor {
                Accessor::Member(name) => node.child(name),
                Accessor::Index(index) => match node.view() {
                    View::List(list) => list.get(*index),
                    _ => None,
                },
            };
            let is_last = position + 1 == accessors.len();
            match (next, accessor, node.view()) {
                (Some(next), ..) => node = next,
                (None, Accessor::Member(name), View::List(list)) if is_last && name == "length" => {
                    return list.len().into();
                }
                (None, Accessor::Member(name), View::String(text)) if is_last && name == "length" => {
                    return text.chars().count().into();
                }
                _ => return Json::Absent,
            }
        }
        node.json()
    }

    /// The member of that name; absent if the value is no object or has none.
    pub fn member(&self, name: &str) -> Json<'_> {
        match Node::Built(self).view() {
            View::Object(object) => object.get(name).map_or(Json::Absent, Node::json),
            _ => Json::Absent,
        }
    }

    /// The element at that place; absent if the value is no list or is shorter.
    pub fn element(&self, index: usize) -> Json<'_> {
        match Node::Built(self).view() {
            View::List(list) => list.get(index).map_or(Json::Absent, Node::json),
            _ => Json::Absent,
        }
    }

    /// What `.length` at the end of a path is: the member of that name, else the number of a list's elements or of a
    /// string's characters.
    ///
    /// ```
    /// use arazzo_expression::json::Json;
    /// use serde_json::json;
    ///
    /// assert_eq!(Json::from(&json!([1, 2])).length(), Json::from(2));
    /// assert_eq!(Json::from("größe").length(), Json::from(5));
    /// assert_eq!(Json::from(&json!({"length": "1 m"})).length(), Json::from("1 m"));
    /// assert_eq!(Json::from(7).length(), Json::Absent);
    /// ```
    pub fn length(&self) -> Json<'_> {
        match Node::Built(self).view() {
            View::List(list) => list.len().into(),
            View::String(text) => text.chars().count().into(),
            _ => self.member("length"),
        }
    }

    fn walk<'s, 't>(&'s self, mut tokens: impl Iterator<Item = &'t str>) -> Json<'s> {
        tokens.try_fold(Node::Built(self), |node, token| node.child(token)).map_or(Json::Absent, Node::json)
    }
}
