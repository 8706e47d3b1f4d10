//! Setting a part of a value.

use super::Json;
use super::node::{Node, View};
use crate::pointer::array_index;
use serde_json::Value;
use std::borrow::Cow;
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

    proptest! {
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
