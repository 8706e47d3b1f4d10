//! Setting a part of a payload that is known while compiling, by the rules of [`Json::set`].
//!
//! [`Json::set`]: arazzo_expression::json::Json::set

use crate::resolve::Payload;
use arazzo_expression::json::{Nowhere, Token};
use arazzo_expression::jsonpath::Step;
use arazzo_expression::pointer::array_index;

/// Why a part is not set while compiling.
#[derive(Debug, PartialEq)]
pub(super) enum Obstacle {
    /// Only the run knows what is there.
    Unknown,
    /// The way leads nowhere: the place of the token that cannot be followed.
    Nowhere(usize, Nowhere),
    /// Nothing is at the token of this place.
    Missing(usize),
}

impl Obstacle {
    fn deeper(self) -> Self {
        match self {
            Self::Unknown => Self::Unknown,
            Self::Nowhere(place, nowhere) => Self::Nowhere(place + 1, nowhere),
            Self::Missing(place) => Self::Missing(place + 1),
        }
    }
}

impl Payload {
    /// Sets the part that a way leads to, and makes what is missing on the way. Nothing is changed when it cannot be.
    pub(super) fn set(&mut self, way: &[Token<'_>], value: Self, is_certain: bool) -> Result<(), Obstacle> {
        let Some((first, rest)) = way.split_first() else {
            self.replace_by(value, is_certain);
            return Ok(());
        };
        if matches!(self, Self::Null) {
            // Made beside it, so that it stays when the rest of the way leads nowhere.
            let mut made = match first {
                Token::Member(_) => Self::Object(Vec::new()),
                Token::Element(_) => Self::List(Vec::new()),
            };
            if value.may_be_absent() {
                // What is absent replaces nothing, and makes nothing around it.
                return Err(Obstacle::Unknown);
            }
            made.set(way, value, true)?;
            *self = made;
            return Ok(());
        }
        let made = |value: Self| -> Result<Self, Obstacle> {
            if value.may_be_absent() && !rest.is_empty() {
                return Err(Obstacle::Unknown);
            }
            let mut made = Self::Null;
            made.set(rest, value, true).map_err(Obstacle::deeper)?;
            Ok(made)
        };
        match self {
            Self::Object(members) => match members.iter_mut().find(|(name, _)| name == first.text()) {
                Some((_, member)) => member.set(rest, value, is_certain).map_err(Obstacle::deeper),
                None => {
                    let made = made(value)?;
                    members.push((first.text().to_owned(), made));
                    Ok(())
                }
            },
            Self::List(elements) if first.text() == "-" => {
                let made = made(value)?;
                elements.push(made);
                Ok(())
            }
            Self::List(elements) => {
                let Some(index) = array_index(first.text()) else { return Err(Obstacle::Nowhere(0, Nowhere::NoIndex)) };
                if elements.iter().any(Self::may_be_absent) {
                    return Err(Obstacle::Unknown);
                }
                let length = elements.len();
                match elements.get_mut(index) {
                    Some(element) => element.set(rest, value, is_certain).map_err(Obstacle::deeper),
                    None if index == length => {
                        let made = made(value)?;
                        elements.push(made);
                        Ok(())
                    }
                    None => Err(Obstacle::Nowhere(0, Nowhere::TooFar(length))),
                }
            }
            _ => Err(self.obstacle()),
        }
    }

    /// The way to the node that a singular query selects.
    pub(super) fn follow(&self, steps: &[Step<'_>]) -> Result<Vec<Token<'static>>, Obstacle> {
        let mut node = self;
        let mut way = Vec::with_capacity(steps.len());
        for (place, step) in steps.iter().enumerate() {
            let (token, next) = match (node, step) {
                (Self::Object(members), Step::Name(name)) => {
                    let member = members.iter().find(|(known, _)| known == name);
                    (Token::Member((*name).to_owned().into()), member.map(|(_, member)| member))
                }
                (Self::List(elements), Step::Index(index)) => {
                    if elements.iter().any(Self::may_be_absent) {
                        return Err(Obstacle::Unknown);
                    }
                    let back = usize::try_from(index.unsigned_abs()).ok();
                    let index = if *index < 0 { back.and_then(|back| elements.len().checked_sub(back)) } else { back };
                    let index = index.filter(|index| *index < elements.len());
                    let index = index.ok_or(Obstacle::Nowhere(place, Nowhere::TooFar(elements.len())))?;
                    (Token::Member(index.to_string().into()), elements.get(index))
                }
                (Self::List(_), Step::Name(_)) => return Err(Obstacle::Nowhere(place, Nowhere::NoIndex)),
                (Self::Object(_), Step::Index(_)) => return Err(Obstacle::Missing(place)),
                (other, _) => {
                    return Err(match other.obstacle() {
                        Obstacle::Nowhere(_, nowhere) => Obstacle::Nowhere(place, nowhere),
                        other => other,
                    });
                }
            };
            node = next.ok_or(Obstacle::Missing(place))?;
            way.push(token);
        }
        Ok(way)
    }

    /// The part at the first tokens of a way, as far as it is known.
    pub(crate) fn part(&self, way: &[&str]) -> Option<&Self> {
        way.iter().try_fold(self, |node, token| match node {
            Self::Object(members) => members.iter().find(|(name, _)| name == token).map(|(_, member)| member),
            Self::List(elements) => elements.get(array_index(token)?),
            _ => None,
        })
    }

    /// Puts a value in the place of this one, which stays where the value is absent.
    fn replace_by(&mut self, value: Self, is_certain: bool) {
        *self = match value {
            Self::Expression(reference) if !is_certain => {
                Self::Else(reference, Box::new(std::mem::replace(self, Self::Null)))
            }
            value => value,
        };
    }

    /// Whether it may be left out of a list.
    fn may_be_absent(&self) -> bool {
        matches!(self, Self::Expression(_) | Self::Else(..))
    }

    /// Why nothing is inside of this.
    fn obstacle(&self) -> Obstacle {
        match self {
            Self::Expression(_) | Self::Else(..) | Self::Quoted(_) | Self::JsonText(_) => Obstacle::Unknown,
            _ => Obstacle::Nowhere(0, Nowhere::Scalar),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arazzo_expression::json::Json;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    /// A payload without expressions.
    fn payload(value: &Value) -> Payload {
        match value {
            Value::Null => Payload::Null,
            Value::Bool(value) => Payload::Bool(*value),
            Value::Number(number) => Payload::Number(number.clone()),
            Value::String(text) => Payload::String(text.clone()),
            Value::Array(elements) => Payload::List(elements.iter().map(payload).collect()),
            Value::Object(members) => {
                Payload::Object(members.iter().map(|(name, member)| (name.clone(), payload(member))).collect())
            }
        }
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![Just(json!(null)), Just(json!(true)), Just(json!(1)), Just(json!("x"))];
        leaf.prop_recursive(4, 24, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                prop::collection::btree_map("[ab01]", inner, 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        /// While compiling, a part is set, or cannot be, exactly as while running.
        #[test]
        fn it_agrees_with_the_run(value in values(), way in prop::collection::vec(("[ab012]|-", any::<bool>()), 0..5)) {
            let token = |(text, list): &(String, bool)| match list {
                true => Token::Element(text.clone().into()),
                false => Token::Member(text.clone().into()),
            };
            let way: Vec<Token<'_>> = way.iter().map(token).collect();
            let mut known = payload(&value);
            let mut run = Json::from(value.clone());
            let set = known.set(&way, Payload::String("new".to_owned()), true);
            match run.set(&way, Json::from("new")) {
                Ok(()) => prop_assert_eq!(set, Ok(())),
                Err((place, nowhere)) => prop_assert_eq!(set, Err(Obstacle::Nowhere(place, nowhere))),
            }
            prop_assert_eq!(Json::from(known.constant().unwrap()), run);
        }
    }

    #[test]
    fn singular_queries_find_what_is_there() {
        let payload = payload(&json!({"a": [{"b": 1}, 2], "0": 3}));
        let follow = |text: &str| {
            let query = arazzo_expression::jsonpath::parse_query(text).unwrap();
            let way = payload.follow(&query.singular().unwrap());
            way.map(|way| way.iter().map(|token| format!("/{}", token.text())).collect::<String>())
        };
        assert_eq!(follow("$.a[-2].b"), Ok("/a/0/b".to_owned()));
        assert_eq!(follow("$"), Ok(String::new()));
        assert_eq!(follow("$.a[2]"), Err(Obstacle::Nowhere(1, Nowhere::TooFar(2))));
        assert_eq!(follow("$.a[-3]"), Err(Obstacle::Nowhere(1, Nowhere::TooFar(2))));
        assert_eq!(follow("$.a.b"), Err(Obstacle::Nowhere(1, Nowhere::NoIndex)));
        assert_eq!(follow("$.a[1].b"), Err(Obstacle::Nowhere(2, Nowhere::Scalar)));
        assert_eq!(follow("$[0]"), Err(Obstacle::Missing(0)));
        assert_eq!(follow("$.a[0].c"), Err(Obstacle::Missing(2)));
    }
}
