//! Values as texts that are the same where JSON Schema counts the values as equal: numbers by what they amount to, objects
//! whatever the order of their members.

use super::decimal::Decimal;
use serde_json::Value;
use std::fmt::Write;

/// The text of a value.
pub(super) fn canonical(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

fn write(value: &Value, text: &mut String) {
    match value {
        Value::Number(number) => match Decimal::of(number) {
            // Writing to a text cannot fail.
            Some(Decimal { digits, exponent }) => write!(text, "{digits}e{exponent}").unwrap_or_default(),
            None => text.push_str(&number.to_string()),
        },
        Value::Array(list) => {
            text.push('[');
            for element in list {
                write(element, text);
                text.push(',');
            }
            text.push(']');
        }
        Value::Object(map) => {
            let mut members: Vec<_> = map.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            text.push('{');
            for (name, member) in members {
                write!(text, "{name:?}:").unwrap_or_default();
                write(member, text);
                text.push(',');
            }
            text.push('}');
        }
        other => text.push_str(&other.to_string()),
    }
}
