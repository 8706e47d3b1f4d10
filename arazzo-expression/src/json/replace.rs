//! Setting a part of a value.

use super::Json;
use super::node::{Node, View};
use crate::pointer::{Pointer, array_index};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

/// One step of the way to the part of a value that is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token<'t> {
    /// A member, or an element where the value is a list. Where nothing is there, an object begins.
    Member(Cow<'t, str>),
    /// The same; where nothing is there, a list begins.
    Element(Cow<'t, str>),
}

impl Token<'_> {
    /// The name of the member, or the digits of the index.
    pub fn text(&self) -> &str {
        let (Self::Member(text) | Self::Element(text)) = self;
        text
    }
}

/// Why a way leads nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nowhere {
    /// A string, number or boolean has no parts.
    Scalar,
    /// A list has no member of that name.
    NoIndex,
    /// A list is not as long as that: its length.
    TooFar(usize),
}

impl fmt::Display for Nowhere {
    /// The rest of a sentence that begins with what the token is looked for in.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scalar => f.write_str("is a plain value, which has no parts"),
            Self::NoIndex => f.write_str("is a list, and this is no index"),
            Self::TooFar(1) => f.write_str("is a list of 1 element"),
            Self::TooFar(length) => write!(f, "is a list of {length} elements"),
        }
    }
}

impl<'a> Json<'a> {
    /// Sets the part that a way leads to, and makes what is missing on the way. The element behind the last one of a list
    /// is there to be set, by its index and as `-` (RFC 6901, section 4). A null on the way is nothing.
    ///
    /// # Errors
    ///
    /// When the way leads nowhere; the value is as it was then. The number is the place of the token that cannot be
    /// followed.
    ///
    /// ```
    /// use arazzo_expression::json::{Json, Token};
    /// use serde_json::json;
    ///
    /// let mut value = Json::from(json!({"items": [{"id": 7}]}));
    /// let way = [Token::Member("items".into()), Token::Member("-".into()), Token::Member("id".into())];
    /// value.set(&way, 8.into()).unwrap();
    /// assert_eq!(value, Json::from(json!({"items": [{"id": 7}, {"id": 8}]})));
    /// ```
    pub fn set(&mut self, way: &[Token<'_>], value: Json<'a>) -> Result<(), (usize, Nowhere)> {
        let Some((first, rest)) = way.split_first() else {
            *self = value;
            return Ok(());
        };
        if self.is_nothing() {
            // Made beside it, so that it stays when the rest of the way leads nowhere.
            let mut made = match first {
                Token::Member(_) => Self::Object(Vec::new()),
                Token::Element(_) => Self::Array(Vec::new()),
            };
            made.set(way, value)?;
            *self = made;
            return Ok(());
        }
        self.open();
        let next = match self {
            Self::Object(members) => {
                match members.iter().position(|(name, member)| *name == first.text() && !member.is_absent()) {
                    Some(at) => &mut members[at].1,
                    None => {
                        let made = made(rest, value).map_err(deeper)?;
                        members.retain(|(name, _)| *name != first.text());
                        members.push((Cow::Owned(first.text().to_owned()), made));
                        return Ok(());
                    }
                }
            }
            Self::Array(elements) => {
                elements.retain(|element| !element.is_absent());
                let length = elements.len();
                match array_index(first.text()).or((first.text() == "-").then_some(length)) {
                    Some(index) if index < length => &mut elements[index],
                    Some(index) if index == length => {
                        elements.push(made(rest, value).map_err(deeper)?);
                        return Ok(());
                    }
                    Some(_) => return Err((0, Nowhere::TooFar(length))),
                    None => return Err((0, Nowhere::NoIndex)),
                }
            }
            _ => return Err((0, Nowhere::Scalar)),
        };
        next.set(rest, value).map_err(deeper)
    }

    /// Sets parts that are there, as [`Query::locate`](crate::jsonpath::Query::locate) finds them. Of a place inside of
    /// another one nothing is left to be set. It takes the time of going through the value once, however many they are.
    ///
    /// ```
    /// use arazzo_expression::json::Json;
    /// use arazzo_expression::pointer::Pointer;
    /// use serde_json::json;
    ///
    /// let mut value = Json::from(json!({"items": [{"id": 7}, {"id": 8}]}));
    /// let places = ["/items/0/id", "/items/1/id"].map(|place| Pointer::parse(place).unwrap());
    /// value.set_each(&places, &0.into());
    /// assert_eq!(value, Json::from(json!({"items": [{"id": 0}, {"id": 0}]})));
    /// ```
    pub fn set_each(&mut self, places: &[Pointer], value: &Json<'a>) {
        let Some(tree) = value.to_value() else { return };
        let ways: Vec<&[String]> = places.iter().map(|place| &place.tokens[..]).collect();
        self.set_ways(&ways, value, &tree);
    }

    fn set_ways(&mut self, ways: &[&[String]], value: &Json<'a>, tree: &Value) {
        if ways.is_empty() {
            return;
        }
        if ways.iter().any(|way| way.is_empty()) {
            *self = value.clone();
            return;
        }
        match self {
            Self::Value(known) => set_in_tree(known.to_mut(), ways, tree),
            Self::Array(elements) => {
                let inside = Inside::of(ways);
                let present = elements.iter_mut().filter(|element| !element.is_absent());
                for (index, element) in present.enumerate() {
                    element.set_ways(inside.at(&index.to_string()), value, tree);
                }
            }
            Self::Object(members) => {
                let inside = Inside::of(ways);
                for (name, member) in members.iter_mut().filter(|(_, member)| !member.is_absent()) {
                    member.set_ways(inside.at(name), value, tree);
                }
            }
            Self::Absent | Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) => {}
        }
    }

    fn is_nothing(&self) -> bool {
        matches!(Node::Built(self).view(), View::Absent | View::Null)
    }

    /// Makes the outermost level of the value one that can be changed.
    fn open(&mut self) {
        let Self::Value(value) = self else { return };
        if !value.is_array() && !value.is_object() {
            return;
        }
        *self = match std::mem::take(value.to_mut()) {
            Value::Array(elements) => Self::Array(elements.into_iter().map(Json::from).collect()),
            Value::Object(members) => {
                Self::Object(members.into_iter().map(|(name, value)| (Cow::Owned(name), Json::from(value))).collect())
            }
            scalar => Json::from(scalar),
        };
    }
}

/// Ways by their first token.
struct Inside<'w>(HashMap<&'w str, Vec<&'w [String]>>);

impl<'w> Inside<'w> {
    /// None of the ways is at its end.
    fn of(ways: &[&'w [String]]) -> Self {
        let mut inside: HashMap<&str, Vec<&[String]>> = HashMap::new();
        for (first, rest) in ways.iter().filter_map(|way| way.split_first()) {
            inside.entry(first).or_default().push(rest);
        }
        Self(inside)
    }

    fn at(&self, token: &str) -> &[&'w [String]] {
        self.0.get(token).map_or(&[], Vec::as_slice)
    }
}

/// Sets parts of a tree, of which none is the whole.
fn set_in_tree(tree: &mut Value, ways: &[&[String]], value: &Value) {
    // A way comes before those that go on from its end, which then lead into nothing.
    for way in ways.iter().rev() {
        let place = way.iter().try_fold(&mut *tree, |inner, token| match inner {
            Value::Object(members) => members.get_mut(token),
            Value::Array(elements) => elements.get_mut(array_index(token)?),
            _ => None,
        });
        if let Some(place) = place {
            *place = value.clone();
        }
    }
}

/// A value with what has to be around it.
fn made<'a>(way: &[Token<'_>], value: Json<'a>) -> Result<Json<'a>, (usize, Nowhere)> {
    let mut outer = Json::Absent;
    outer.set(way, value)?;
    Ok(outer)
}

fn deeper((place, nowhere): (usize, Nowhere)) -> (usize, Nowhere) {
    (place + 1, nowhere)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::tests::values;
    use proptest::prelude::*;
    use serde_json::json;

    /// Members and, behind a colon, elements.
    fn way(text: &str) -> Vec<Token<'_>> {
        let tokens = text.split('/').skip(1).map(|token| match token.strip_prefix(':') {
            Some(element) => Token::Element(element.into()),
            None => Token::Member(token.into()),
        });
        tokens.collect()
    }

    fn set(value: Value, text: &str) -> Result<Value, (usize, Nowhere)> {
        let mut json = Json::from(value);
        json.set(&way(text), Json::from("new"))?;
        Ok(json.into_value().unwrap())
    }

    /// Rule A13: what is missing is made.
    #[test]
    fn parts_are_set_or_made() {
        for (value, text, expected) in [
            (json!({"a": 1, "b": 2}), "/a", json!({"a": "new", "b": 2})),
            (json!({"a": 1}), "", json!("new")),
            (json!({"a": 1}), "/c", json!({"a": 1, "c": "new"})),
            (json!({}), "/a/b/0", json!({"a": {"b": {"0": "new"}}})),
            (json!({}), "/a/:0/b", json!({"a": [{"b": "new"}]})),
            (json!({}), "/a/:-", json!({"a": ["new"]})),
            (json!({"a": null}), "/a/b", json!({"a": {"b": "new"}})),
            (json!({"a": [1, 2]}), "/a/1", json!({"a": [1, "new"]})),
            (json!({"a": [1, 2]}), "/a/2", json!({"a": [1, 2, "new"]})),
            (json!({"a": [1, 2]}), "/a/-", json!({"a": [1, 2, "new"]})),
            (json!({"a": {"0": 1}}), "/a/:0", json!({"a": {"0": "new"}})),
            (json!({"": {"": 1}}), "//", json!({"": {"": "new"}})),
            (json!(null), "/a", json!({"a": "new"})),
        ] {
            assert_eq!(set(value, text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn ways_that_lead_nowhere_change_nothing() {
        for (value, text, expected) in [
            (json!({"a": 1}), "/a/b", (1, Nowhere::Scalar)),
            (json!("x"), "/a", (0, Nowhere::Scalar)),
            (json!({"a": [1]}), "/a/b", (1, Nowhere::NoIndex)),
            (json!({"a": [1]}), "/a/01", (1, Nowhere::NoIndex)),
            (json!({"a": [1]}), "/a/2", (1, Nowhere::TooFar(1))),
            (json!({}), "/a/:1", (1, Nowhere::TooFar(0))),
            (json!({}), "/a/:b", (1, Nowhere::NoIndex)),
            (json!({"a": null}), "/a/:b", (1, Nowhere::NoIndex)),
        ] {
            let mut json = Json::from(value.clone());
            assert_eq!(json.set(&way(text), Json::Null), Err(expected), "{text}");
            assert_eq!(json, Json::from(value), "{text}");
        }
        assert_eq!(Nowhere::TooFar(1).to_string(), "is a list of 1 element");
    }

    /// Rule R53: what is absent is not there to be counted or replaced.
    #[test]
    fn absent_parts_are_nothing() {
        let mut json = Json::Object(vec![
            ("a".into(), Json::Absent),
            ("l".into(), Json::Array(vec![Json::Absent, 1.into(), Json::Absent])),
        ]);
        json.set(&way("/a"), 7.into()).unwrap();
        json.set(&way("/l/1"), 2.into()).unwrap();
        assert_eq!(json, Json::from(json!({"a": 7, "l": [1, 2]})));
    }

    #[test]
    fn many_places_take_one_pass() {
        let mut json = Json::Object(vec![
            ("gone".into(), Json::Absent),
            ("list".into(), Json::Array(vec![Json::Absent, 1.into(), Json::from(json!({"a": [1, 2], "b": 3}))])),
            ("tree".into(), Json::from(json!([[1, 2], {"a": 1}]))),
            ("null".into(), Json::Null),
        ]);
        let places =
            ["/list/0", "/list/1/a", "/list/1/a/1", "/tree/0", "/tree/0/1", "/tree/1/a", "/null", "/gone", "/none"];
        json.set_each(&places.map(|place| Pointer::parse(place).unwrap()), &Json::from(json!({"new": 1})));
        let new = json!({"new": 1});
        let expected = json!({"list": [new, {"a": new, "b": 3}], "tree": [new, {"a": new}], "null": new});
        assert_eq!(json, Json::from(expected));
        json.set_each(&[Pointer::default()], &1.into());
        assert_eq!(json, 1.into());
        // Were each of them looked for from the beginning, this would take minutes.
        let many = 200_000;
        let places: Vec<_> = (0..many).map(|index: u32| Pointer { tokens: vec![index.to_string()] }).collect();
        for mut list in
            [Json::Array(vec![Json::Null; many as usize]), Json::from(Value::Array(vec![json!(1); many as usize]))]
        {
            list.set_each(&places, &2.into());
            assert!(list.into_value().unwrap().as_array().unwrap().iter().all(|element| *element == 2));
        }
    }

    proptest! {
        /// The same as setting one after the other, from behind.
        #[test]
        fn many_places_are_as_each_of_them(value in values(), tokens in prop::collection::vec(prop::collection::vec("[ab01]", 0..3), 0..5)) {
            let mut places: Vec<_> = tokens.into_iter().map(|tokens| Pointer { tokens }).collect();
            places.retain(|place| place.resolve(&value).is_some());
            places.sort_by(|one, other| one.tokens.cmp(&other.tokens));
            let mut one_by_one = Json::from(value.clone());
            for place in places.iter().rev() {
                let way: Vec<_> = place.tokens.iter().map(|token| Token::Member(token.into())).collect();
                one_by_one.set(&way, "new".into()).unwrap();
            }
            let mut at_once = Json::from(value);
            at_once.set_each(&places, &"new".into());
            prop_assert_eq!(at_once, one_by_one);
        }

        /// Where something is, it can be set, and is there behind that.
        #[test]
        fn what_is_set_is_there(value in values(), tokens in prop::collection::vec("[ab01]|-", 0..4)) {
            let way: Vec<Token<'_>> = tokens.iter().map(|token| Token::Member(token.into())).collect();
            let mut json = Json::from(value.clone());
            let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
            if json.set(&way, "new".into()).is_ok() {
                // `-` is never there to be read.
                if !tokens.contains(&"-") {
                    prop_assert_eq!(json.pointer(&tokens), Json::from("new"));
                }
            } else {
                prop_assert_eq!(json, Json::from(value));
            }
        }
    }
}
