//! Reading of a JSON body only what the workflow uses.
//!
//! A [`Shape`] is the tree of the members that a workflow's expressions reach, known while compiling. Reading a body
//! through it keeps those values and skips the rest without building it.

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::fmt;

/// The values to keep of a JSON value.
#[derive(Debug)]
pub struct Shape {
    /// The slots that this value itself goes to.
    pub keep: &'static [usize],
    /// The members to look into.
    pub members: &'static [(&'static str, Shape)],
    /// The list elements to look into.
    pub elements: &'static [(usize, Shape)],
}

/// What a body held.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    /// The values by slot; `None` where the body has none.
    pub(crate) slots: Vec<Option<Value>>,
    /// Whether the body is an object or a list.
    pub(crate) structured: bool,
}

impl Shape {
    /// Whether nothing is kept.
    pub(crate) fn is_empty(&self) -> bool {
        self.keep.is_empty() && self.members.is_empty() && self.elements.is_empty()
    }

    /// The number of slots.
    fn slots(&self) -> usize {
        let own = self.keep.iter().map(|slot| slot + 1).max().unwrap_or(0);
        let members = self.members.iter().map(|(_, shape)| shape.slots());
        let elements = self.elements.iter().map(|(_, shape)| shape.slots());
        members.chain(elements).fold(own, usize::max)
    }

    /// Reads a body.
    pub(crate) fn read(&self, body: &[u8]) -> Result<Kept, serde_json::Error> {
        let mut slots = vec![None; self.slots()];
        let mut deserializer = serde_json::Deserializer::from_slice(body);
        Sieve { shape: self, slots: &mut slots }.deserialize(&mut deserializer)?;
        deserializer.end()?;
        let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
        Ok(Kept { slots, structured: matches!(first, Some(b'{' | b'[')) })
    }

    /// Keeps parts of a value that is kept itself.
    fn look_into(&self, value: &Value, slots: &mut [Option<Value>]) {
        let members = self.members.iter().filter_map(|(name, shape)| Some((value.as_object()?.get(*name)?, shape)));
        let elements = self.elements.iter().filter_map(|(index, shape)| Some((value.as_array()?.get(*index)?, shape)));
        for (value, shape) in members.chain(elements) {
            for &slot in shape.keep {
                slots[slot] = Some(value.clone());
            }
            shape.look_into(value, slots);
        }
    }

    /// Forgets what was kept below this value: the last of several equal members counts.
    fn clear(&self, slots: &mut [Option<Value>]) {
        for &slot in self.keep {
            slots[slot] = None;
        }
        for (_, shape) in self.members {
            shape.clear(slots);
        }
        for (_, shape) in self.elements {
            shape.clear(slots);
        }
    }
}

struct Sieve<'a> {
    shape: &'a Shape,
    slots: &'a mut [Option<Value>],
}

impl<'de> DeserializeSeed<'de> for Sieve<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match self.shape.keep {
            [] => deserializer.deserialize_any(self),
            [first, more @ ..] => {
                let value = <Value as serde::Deserialize>::deserialize(deserializer)?;
                for &slot in more {
                    self.slots[slot] = Some(value.clone());
                }
                self.shape.look_into(&value, self.slots);
                self.slots[*first] = Some(value);
                Ok(())
            }
        }
    }
}

impl<'de> Visitor<'de> for Sieve<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(member) = map.next_key_seed(Member(self.shape.members))? {
            match member {
                Some(shape) => {
                    shape.clear(self.slots);
                    map.next_value_seed(Sieve { shape, slots: self.slots })?;
                }
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        for index in 0.. {
            let element = self.shape.elements.iter().find(|(at, _)| *at == index);
            let more = match element {
                Some((_, shape)) => list.next_element_seed(Sieve { shape, slots: self.slots })?.is_some(),
                None => list.next_element::<IgnoredAny>()?.is_some(),
            };
            if !more {
                break;
            }
        }
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }
}

/// Finds the member of a shape that a key names, without building the key.
struct Member<'a>(&'a [(&'static str, Shape)]);

impl<'de, 'a> DeserializeSeed<'de> for Member<'a> {
    type Value = Option<&'a Shape>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'a> Visitor<'_> for Member<'a> {
    type Value = Option<&'a Shape>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member name")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok(self.0.iter().find(|(name, _)| *name == key).map(|(_, shape)| shape))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const fn leaf(keep: &'static [usize]) -> Shape {
        Shape { keep, members: &[], elements: &[] }
    }

    const SHAPE: Shape = Shape {
        keep: &[],
        members: &[
            ("id", leaf(&[0])),
            ("a", Shape { keep: &[], members: &[("b", leaf(&[1, 2]))], elements: &[(1, leaf(&[3]))] }),
        ],
        elements: &[],
    };

    fn read(body: &str) -> Vec<Option<Value>> {
        SHAPE.read(body.as_bytes()).unwrap().slots
    }

    #[test]
    fn keeps_what_is_named_and_nothing_else() {
        let slots = read(r#"{"x": {"id": 9}, "id": "one", "a": {"c": 1, "b": [2]}}"#);
        assert_eq!(slots, [Some(json!("one")), Some(json!([2])), Some(json!([2])), None]);
    }

    #[test]
    fn a_list_has_elements_and_no_members() {
        assert_eq!(read(r#"{"a": [1, {"b": 2}, 3]}"#), [None, None, None, Some(json!({"b": 2}))]);
        assert_eq!(read(r#"["id", "a"]"#), [None, None, None, None]);
    }

    #[test]
    fn parts_of_a_kept_value_are_kept_too() {
        const NESTED: Shape = Shape { keep: &[0], members: &[("a", leaf(&[1]))], elements: &[(0, leaf(&[1]))] };
        assert_eq!(NESTED.read(br#"{"a": 5}"#).unwrap().slots, [Some(json!({"a": 5})), Some(json!(5))]);
        assert_eq!(NESTED.read(b"[6]").unwrap().slots, [Some(json!([6])), Some(json!(6))]);
    }

    #[test]
    fn the_last_of_equal_members_counts() {
        assert_eq!(read(r#"{"a": {"b": 1}, "a": {}}"#), [None, None, None, None]);
        assert_eq!(read(r#"{"id": 1, "id": 2}"#)[0], Some(json!(2)));
    }

    #[test]
    fn null_is_kept_and_is_not_absence() {
        assert_eq!(read(r#"{"id": null}"#)[0], Some(Value::Null));
    }

    #[test]
    fn scalars_are_read_and_are_not_structured() {
        for scalar in ["1", "-1", "1.5", "true", "null", "\"a\""] {
            let kept = SHAPE.read(scalar.as_bytes()).unwrap();
            assert!(!kept.structured && kept.slots.iter().all(Option::is_none), "{scalar}");
        }
        assert!(SHAPE.read(b" [1]").unwrap().structured);
    }

    #[test]
    fn what_is_no_json_is_an_error() {
        for body in ["", "{", "{\"id\": 1} x", "{\"id\": }", "\u{1}"] {
            assert!(SHAPE.read(body.as_bytes()).is_err(), "{body:?}");
        }
    }
}
