//! Constants against the schemas of the places that they are sent to: their type, the values that are listed, and what else
//! is asked of them.

use super::{Sender, Target};
use crate::constraint;
use crate::diagnostic::{rules, suggest};
use crate::openapi::{Schema, SchemaKind};
use crate::resolve::{Payload, listed};
use crate::yaml::Node;
use serde_json::{Number, Value};

impl<'a> Sender<'_, 'a, '_> {
    pub(super) fn constant(&mut self, value: &Payload, schema: Schema<'a>, target: &Target<'_>) {
        let kind = schema.kind();
        let is_fit = match (&kind, value) {
            (SchemaKind::Any, _) => true,
            (SchemaKind::String(_), Payload::String(_)) | (SchemaKind::Boolean, Payload::Bool(_)) => true,
            (SchemaKind::Number, Payload::Number(_)) => true,
            (SchemaKind::Integer, Payload::Number(number)) => {
                !number.is_f64() || number.as_f64().is_some_and(|number| number.fract() == 0.0)
            }
            // One that is close to an expression has been reported, and a text that is empty may leave the value open.
            (kind, Payload::String(text)) if target.as_text => {
                text.is_empty() || text.starts_with('$') || is_text_of(kind, text)
            }
            (SchemaKind::Integer | SchemaKind::Number, Payload::Bool(_)) if target.as_text => false,
            (SchemaKind::Boolean, Payload::Number(_)) if target.as_text => false,
            // Text of a number or boolean is a string, and a list or object of one value is a matter of style.
            _ => target.as_text,
        };
        if !is_fit {
            let what = match value {
                Payload::Bool(_) => "a boolean".to_owned(),
                Payload::Number(number) if matches!(kind, SchemaKind::Integer) => format!("`{number}`"),
                Payload::Number(_) => "a number".to_owned(),
                Payload::String(text) if target.as_text => format!("`{text}`"),
                _ => "a string".to_owned(),
            };
            self.unfit(&kind, &what, schema, target);
            return;
        }
        let Some(constant) = value.constant() else { return };
        // In YAML the values of strings often stand without the quotes that keep them from being numbers.
        let as_text = target.as_text || matches!(kind, SchemaKind::String(_));
        let lists = schema.all("enum").filter_map(|found| Some((found.node.span, found.node.as_list()?)));
        let constants = schema.all("const").map(|found| (found.node.span, std::slice::from_ref(found.node)));
        for (span, values) in lists.chain(constants) {
            let is_listed = values.iter().any(|value| is_same(&value.to_json(), &constant, as_text));
            let is_slip = matches!(&constant, Value::String(text) if text.starts_with('$'));
            if is_listed || is_slip || matches!(kind, SchemaKind::Any | SchemaKind::List(_)) {
                continue;
            }
            let shown = match &constant {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            let texts: Vec<&str> = values.iter().filter_map(Node::as_str).collect();
            let near = suggest(&shown, texts.iter().copied());
            let message = format!("`{shown}` is none of the values of {}", target.shown());
            let finding = self.diagnostics.error(&rules::UNFIT_VALUE, target.span, message);
            finding.also(span, "its values");
            if near.is_some() {
                finding.did_you_mean(near);
            } else if !texts.is_empty() {
                finding.help(format!("it is one of {}", listed(&texts)));
            }
            return;
        }
        if let Some(constant) = as_asked(constant, &kind, target.as_text) {
            self.constraints(&constant, schema, target);
        }
    }

    /// What a list or an object is asked for by itself. Of one in which values are still to come, only the least is known.
    pub(super) fn structure(&mut self, value: &Payload, schema: Schema<'a>, target: &Target<'_>) {
        match (value.constant(), value) {
            (Some(constant), _) => self.constraints(&constant, schema, target),
            (None, Payload::List(elements)) => {
                // As many elements, of which none is the same as another one.
                let elements: Vec<Value> = (0..elements.len()).map(Value::from).collect();
                let is_short = |count: u64| u64::try_from(elements.len()).is_ok_and(|length| length < count);
                if schema.all("minItems").filter_map(|found| found.node.as_u64()).any(is_short) {
                    self.constraints(&Value::Array(elements), schema, target);
                }
            }
            _ => {}
        }
    }

    fn constraints(&mut self, constant: &Value, schema: Schema<'a>, target: &Target<'_>) {
        let Some((span, message)) = constraint::broken(schema, constant) else { return };
        let finding = self.diagnostics.error(&rules::UNFIT_VALUE, target.span, format!("{} {message}", target.shown()));
        finding.also(span, "asked for here");
        if let Value::String(text) = constant
            && message.contains("character")
        {
            finding.label(format!("it has {}", text.chars().count()));
        }
    }

    pub(super) fn unfit(&mut self, kind: &SchemaKind<'_>, what: &str, schema: Schema<'a>, target: &Target<'_>) {
        let message = format!("{} must be {}, and this is {what}", target.shown(), name(kind));
        self.diagnostics
            .error(&rules::UNFIT_VALUE, target.span, message)
            .label(format!("not {}", name(kind)))
            .also(schema.at.node.span, "its schema");
    }
}

/// A constant as the server sees it, where that is known: in text, `5` is a number where one is asked for, and a text
/// anywhere else.
fn as_asked(constant: Value, kind: &SchemaKind<'_>, as_text: bool) -> Option<Value> {
    match (constant, kind) {
        // It may leave the value open.
        (Value::String(text), _) if text.is_empty() && as_text => None,
        // A slip, which has been reported.
        (Value::String(text), _) if text.starts_with('$') => None,
        (Value::String(text), SchemaKind::Integer | SchemaKind::Number) => {
            serde_json::from_str::<Number>(&text).ok().map(Value::Number)
        }
        // How a number with a fraction was written is not known any more.
        (Value::Number(number), SchemaKind::String(_)) => (!number.is_f64()).then(|| number.to_string().into()),
        (constant @ Value::String(_), SchemaKind::String(_)) => Some(constant),
        (constant @ Value::Number(_), SchemaKind::Integer | SchemaKind::Number) => Some(constant),
        (constant, SchemaKind::Any) if !as_text => Some(constant),
        _ => None,
    }
}

/// Whether a text is how a value of that kind is written.
pub(super) fn is_text_of(kind: &SchemaKind<'_>, text: &str) -> bool {
    match kind {
        SchemaKind::Integer => text.parse::<f64>().is_ok_and(|number| number.fract() == 0.0),
        SchemaKind::Number => text.parse::<f64>().is_ok(),
        SchemaKind::Boolean => matches!(text, "true" | "false"),
        _ => true,
    }
}

/// Whether two values are the same; as text, `5` is `"5"`.
fn is_same(one: &Value, other: &Value, as_text: bool) -> bool {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match (one.as_f64(), other.as_f64()) {
        (Some(one), Some(other)) => one == other,
        _ if as_text => text(one) == text(other),
        _ => one == other,
    }
}

/// A kind of value in words.
pub(super) fn name(kind: &SchemaKind<'_>) -> &'static str {
    match kind {
        SchemaKind::String(_) => "a string",
        SchemaKind::Integer => "an integer",
        SchemaKind::Number => "a number",
        SchemaKind::Boolean => "a boolean",
        SchemaKind::List(_) => "a list",
        SchemaKind::Object | SchemaKind::Map(_) => "an object",
        SchemaKind::Any => "anything",
    }
}
