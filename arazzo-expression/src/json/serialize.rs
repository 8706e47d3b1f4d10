//! Values as anything that serde writes.

use super::Json;
use super::node::{present, present_members};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

impl Serialize for Json<'_> {
    /// Absent members and elements are left out. A value that is absent as a whole is written as `null`, because something
    /// must be: whoever can leave it out asks [`Json::is_absent`] first.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent | Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(number) => number.serialize(serializer),
            Self::String(text) => serializer.serialize_str(text),
            Self::Value(value) => value.serialize(serializer),
            Self::Array(elements) => {
                let mut list = serializer.serialize_seq(Some(present(elements).count()))?;
                present(elements).try_for_each(|element| list.serialize_element(element))?;
                list.end()
            }
            Self::Object(members) => {
                let mut object = serializer.serialize_map(Some(present_members(members).count()))?;
                present_members(members).try_for_each(|(key, json)| object.serialize_entry(key, json))?;
                object.end()
            }
        }
    }
}
