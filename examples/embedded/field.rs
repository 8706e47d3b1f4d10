//! What request bodies may hold, declared field by field.

use serde_json::Value;

/// What a field may hold.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    /// A string.
    Text,
    /// A number without a fraction.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// A list of strings.
    TextList,
    /// An object whose members are strings.
    TextMap,
    /// A list with at least one of these strings, and no others.
    Choices(&'static [&'static str]),
    /// A list of objects of these fields.
    Objects(&'static [Field]),
}

/// One member of a request body.
#[derive(Clone, Copy)]
pub(crate) struct Field {
    name: &'static str,
    kind: Kind,
    required: bool,
    nullable: bool,
}

impl Field {
    /// A field that may be left out, but not be null.
    pub(crate) const fn optional(name: &'static str, kind: Kind) -> Self {
        Field { name, kind, required: false, nullable: false }
    }

    /// A field that may be left out or be null.
    pub(crate) const fn nullable(name: &'static str, kind: Kind) -> Self {
        Field { nullable: true, ..Field::optional(name, kind) }
    }

    /// A field that has to be there.
    pub(crate) const fn required(name: &'static str, kind: Kind) -> Self {
        Field { required: true, ..Field::optional(name, kind) }
    }
}

/// Checks that a value is an object of these fields; `place` is where in the body it stands.
pub(super) fn check_object(place: &str, value: &Value, fields: &[Field]) -> Result<(), String> {
    let Value::Object(object) = value else {
        let what = if place.is_empty() { "the body" } else { place };
        return Err(format!("{what} must be an object"));
    };
    let within = |name: &str| match place {
        "" => name.to_owned(),
        _ => format!("{place}.{name}"),
    };
    for (name, value) in object {
        let place = within(name);
        match fields.iter().find(|field| field.name == name) {
            None => return Err(format!("`{place}` is unknown")),
            Some(field) if field.nullable && value.is_null() => {}
            Some(field) => check_value(&place, value, field.kind)?,
        }
    }
    let missing = |field: &&Field| field.required && !object.contains_key(field.name);
    match fields.iter().find(missing) {
        Some(field) => Err(format!("`{}` is required", within(field.name))),
        None => Ok(()),
    }
}

fn check_value(place: &str, value: &Value, kind: Kind) -> Result<(), String> {
    let all_strings = |list: &Vec<Value>| list.iter().all(Value::is_string);
    let (fits, what) = match kind {
        Kind::Text => (value.is_string(), "a string"),
        Kind::Integer => (value.is_i64(), "an integer"),
        Kind::Boolean => (value.is_boolean(), "a boolean"),
        Kind::TextList => (value.as_array().is_some_and(all_strings), "a list of strings"),
        Kind::TextMap => {
            ((value.as_object()).is_some_and(|map| map.values().all(Value::is_string)), "an object of strings")
        }
        Kind::Choices(choices) => {
            let known = |item: &Value| item.as_str().is_some_and(|text| choices.contains(&text));
            let fits = value.as_array().is_some_and(|list| !list.is_empty() && list.iter().all(known));
            let message = format!("`{place}` must be a list of {}", choices.join(", "));
            return if fits { Ok(()) } else { Err(message) };
        }
        Kind::Objects(fields) => {
            for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                check_object(&format!("{place}[{index}]"), item, fields)?;
            }
            (value.is_array(), "a list of objects")
        }
    };
    if fits {
        return Ok(());
    }
    let instead = if value.is_null() { ", not null" } else { "" };
    Err(format!("`{place}` must be {what}{instead}"))
}
