//! One view of values, whether they are held as trees or were built, so that both behave the same everywhere.

use super::Json;
use crate::number::Numeric;
use crate::pointer::array_index;
use serde_json::{Map, Number, Value};
use std::borrow::Cow;

/// A place in a value.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Node<'v> {
    Tree(&'v Value),
    Built(&'v Json<'v>),
}

/// What is at a place.
#[derive(Debug, Clone, Copy)]
pub(crate) enum View<'v> {
    Absent,
    Null,
    Bool(bool),
    Number(&'v Number),
    String(&'v str),
    List(List<'v>),
    Object(Object<'v>),
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum List<'v> {
    Tree(&'v [Value]),
    Built(&'v [Json<'v>]),
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Object<'v> {
    Tree(&'v Map<String, Value>),
    Built(&'v [(Cow<'v, str>, Json<'v>)]),
}

impl<'v> Node<'v> {
    pub(crate) fn view(self) -> View<'v> {
        match self {
            Self::Built(Json::Absent) => View::Absent,
            Self::Built(Json::Null) | Self::Tree(Value::Null) => View::Null,
            Self::Built(Json::Bool(value)) | Self::Tree(Value::Bool(value)) => View::Bool(*value),
            Self::Built(Json::Number(number)) | Self::Tree(Value::Number(number)) => View::Number(number),
            Self::Built(Json::String(text)) => View::String(text),
            Self::Tree(Value::String(text)) => View::String(text),
            Self::Built(Json::Array(elements)) => View::List(List::Built(elements)),
            Self::Tree(Value::Array(elements)) => View::List(List::Tree(elements)),
            Self::Built(Json::Object(members)) => View::Object(Object::Built(members)),
            Self::Tree(Value::Object(members)) => View::Object(Object::Tree(members)),
            Self::Built(Json::Value(value)) => Node::Tree(value).view(),
        }
    }

    /// The member or element that a reference token of a JSON Pointer names.
    pub(crate) fn child(self, token: &str) -> Option<Self> {
        match self.view() {
            View::Object(object) => object.get(token),
            View::List(list) => list.get(array_index(token)?),
            _ => None,
        }
    }

    /// The value at this place, borrowed as far as its form allows.
    pub(crate) fn json(self) -> Json<'v> {
        match self {
            Self::Tree(value) => Json::Value(Cow::Borrowed(value)),
            Self::Built(json) => json.reborrow(),
        }
    }
}

impl<'v> List<'v> {
    pub(crate) fn get(self, index: usize) -> Option<Node<'v>> {
        match self {
            Self::Tree(elements) => elements.get(index).map(Node::Tree),
            Self::Built(elements) => present(elements).nth(index).map(Node::Built),
        }
    }

    pub(crate) fn len(self) -> usize {
        match self {
            Self::Tree(elements) => elements.len(),
            Self::Built(elements) => present(elements).count(),
        }
    }

    pub(super) fn iter(self) -> impl Iterator<Item = Node<'v>> {
        let (tree, built): (&[Value], &[Json<'v>]) = match self {
            Self::Tree(elements) => (elements, &[]),
            Self::Built(elements) => (&[], elements),
        };
        tree.iter().map(Node::Tree).chain(present(built).map(Node::Built))
    }
}

impl<'v> Object<'v> {
    pub(crate) fn get(self, name: &str) -> Option<Node<'v>> {
        match self {
            Self::Tree(members) => members.get(name).map(Node::Tree),
            Self::Built(members) => {
                present_members(members).find(|(key, _)| *key == name).map(|(_, json)| Node::Built(json))
            }
        }
    }

    pub(crate) fn len(self) -> usize {
        match self {
            Self::Tree(members) => members.len(),
            Self::Built(members) => present_members(members).count(),
        }
    }

    pub(super) fn iter(self) -> impl Iterator<Item = (&'v str, Node<'v>)> {
        let (tree, built): (Option<&Map<String, Value>>, &[_]) = match self {
            Self::Tree(members) => (Some(members), &[]),
            Self::Built(members) => (None, members),
        };
        let tree = tree.into_iter().flatten().map(|(name, value)| (name.as_str(), Node::Tree(value)));
        tree.chain(present_members(built).map(|(name, json)| (name, Node::Built(json))))
    }

    /// Whether `test` holds for every member.
    fn all(self, mut test: impl FnMut(&str, Node<'v>) -> bool) -> bool {
        match self {
            Self::Tree(members) => members.iter().all(|(key, value)| test(key, Node::Tree(value))),
            Self::Built(members) => present_members(members).all(|(key, json)| test(key, Node::Built(json))),
        }
    }
}

/// The elements that are there.
pub(crate) fn present<'s, 'v>(elements: &'s [Json<'v>]) -> impl Iterator<Item = &'s Json<'v>> {
    elements.iter().filter(|element| !element.is_absent())
}

/// The members that are there.
pub(crate) fn present_members<'s, 'v>(
    members: &'s [(Cow<'v, str>, Json<'v>)],
) -> impl Iterator<Item = (&'s str, &'s Json<'v>)> {
    members.iter().filter(|(_, json)| !json.is_absent()).map(|(key, json)| (key.as_ref(), json))
}

/// Deep equality. Strings are compared exactly, numbers by their values, members in any order.
pub(crate) fn equal(left: Node<'_>, right: Node<'_>) -> bool {
    match (left.view(), right.view()) {
        (View::Absent, View::Absent) | (View::Null, View::Null) => true,
        (View::Bool(left), View::Bool(right)) => left == right,
        (View::Number(left), View::Number(right)) => Numeric::of(left).equals(Numeric::of(right)),
        (View::String(left), View::String(right)) => left == right,
        (View::List(left), View::List(right)) => {
            left.len() == right.len() && left.iter().zip(right.iter()).all(|(left, right)| equal(left, right))
        }
        (View::Object(left), View::Object(right)) => {
            left.len() == right.len() && left.all(|key, value| right.get(key).is_some_and(|other| equal(value, other)))
        }
        _ => false,
    }
}
