//! The defaults of inputs.

use super::read::Reader;
use super::{Item, Presence, Type};
use crate::diagnostic::rules;
use crate::openapi::Schema;
use serde_json::Value;

impl<'a> Reader<'_, 'a, '_> {
    /// The default of a property of that name and type, when it has one that is as its schema asks; one that is not is
    /// reported. `null` is what is there without a default too.
    pub(super) fn default(
        &mut self,
        name: &str,
        property: Schema<'a>,
        resolved: Schema<'a>,
        kind: &Type,
    ) -> Option<Value> {
        // What stands beside a `$ref` counts more than what it refers to.
        let node = property.default().or_else(|| resolved.default())?;
        let constraints = self.constraints?;
        let value = node.to_json();
        let mut reasons: Vec<String> = Vec::new();
        let mut violations = constraints.violations(property, &value);
        violations.extend(constraints.violations(resolved, &value));
        for violation in violations {
            let reason = if violation.path.is_empty() {
                format!("it {}", violation.message)
            } else {
                format!("`/{}` {}", violation.path.join("/"), violation.message)
            };
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
        if reasons.is_empty() && !value.is_null() {
            reasons.extend(misfit(&self.items, &value, kind));
        }
        if reasons.is_empty() {
            return Some(value).filter(|value| !value.is_null());
        }
        // A schema that is wrong itself is enough to say.
        if !self.diagnostics.is_reported(node.span) {
            let message = format!("the default of `{name}` is not as its schema asks: {}", reasons.join("; "));
            self.diagnostics.error(&rules::INVALID_DEFAULT, node.span, message);
        }
        None
    }
}

/// Why a value is none of a Rust type.
pub(crate) fn misfit(items: &[Item], value: &Value, kind: &Type) -> Option<String> {
    match (kind, value) {
        (Type::Optional(_), Value::Null) | (Type::Value, _) => None,
        (Type::Optional(inner), value) => misfit(items, value, inner),
        (Type::Integer, Value::Number(number))
            if number.is_f64() && number.as_f64().is_none_or(|number| number.fract() != 0.0) =>
        {
            Some("it has a fraction".to_owned())
        }
        (Type::Integer, Value::Number(number)) => {
            let is_small = number.as_i64().is_some() || number.as_f64().is_some_and(|number| number.abs() < 9e15);
            (!is_small).then(|| format!("`{number}` is beyond the integers of 64 bits"))
        }
        (Type::List(element), Value::Array(list)) => list.iter().find_map(|value| misfit(items, value, element)),
        (Type::Map(kind), Value::Object(map)) => map.values().find_map(|value| misfit(items, value, kind)),
        (Type::Enum(name), Value::String(text)) => {
            let known = items.iter().any(|item| match item {
                Item::Enum(item) => item.name == *name && item.values.iter().any(|(value, _)| value == text),
                Item::Struct(_) => false,
            });
            (!known).then(|| format!("`{text}` is none of the values"))
        }
        (Type::Struct(name), Value::Object(map)) => {
            let item = items.iter().find_map(|item| match item {
                Item::Struct(item) if item.name == *name => Some(item),
                _ => None,
            })?;
            let unknown = map.keys().find(|key| item.fields.iter().all(|field| field.name != **key));
            if let Some(unknown) = unknown {
                return Some(format!("its `properties` have no `{unknown}`"));
            }
            item.fields.iter().find_map(|field| match map.get(&field.name) {
                None if field.presence == Presence::Optional => None,
                Some(Value::Null) if field.presence != Presence::Required => None,
                None => Some(format!("it must have the member `{}`", field.name)),
                Some(value) => misfit(items, value, &field.kind),
            })
        }
        (Type::String, Value::String(_)) | (Type::Boolean, Value::Bool(_)) | (Type::Number, Value::Number(_)) => None,
        _ => Some("it has another type".to_owned()),
    }
}
