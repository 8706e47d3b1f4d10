//! Comparisons of which the outcome is known by the schema of a value: with an enum only its values can be equal, and with a
//! number no text that is none.

use super::logic::Comparison;
use crate::diagnostic::{Diagnostics, Level, rules, suggest};
use crate::library::Library;
use crate::openapi::{Schema, SchemaKind};
use crate::resolve::{Reference, Root, Segment, Value, listed};
use crate::source::Span;
use arazzo_expression::condition::Operator;
use serde_json::Value as Json;

/// Why the outcome of a comparison is known.
pub(super) struct Impossible<'a> {
    message: String,
    near: Option<String>,
    help: Option<String>,
    /// Where the values are listed.
    list: Option<Span>,
    /// Where the schema says so.
    schema: Schema<'a>,
}

impl<'a> Impossible<'a> {
    /// What is known of a comparison of a value of that schema, which is resolved.
    pub(super) fn of(comparison: &Comparison, schema: Schema<'a>, library: &Library<'a, '_>) -> Option<Self> {
        let name = name(comparison.reference()?);
        let values = schema.listed_values(library);
        let list = schema.all("enum").chain(schema.all("const")).next().map(|found| found.node.span);
        if let Some(pattern) = comparison.pattern() {
            let values = values?;
            if values.iter().any(|value| comparison.holds_for(value) != Some(false)) {
                return None;
            }
            let message = format!("no value of {name} matches the pattern `{pattern}`, so that it is never met");
            return Some(Self { message, near: None, help: shown(&values), list, schema });
        }
        let (_, literal) = comparison.sides()?;
        let text = match literal {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(value) => value.to_string(),
            // Whether it is there at all is a fair question, whatever the schema says.
            Value::Null | Value::Template(_) | Value::Expression(_) => return None,
        };
        let may_differ = |candidates: &[Json]| {
            let first = candidates.first().and_then(|first| comparison.holds_for(first));
            candidates.iter().any(|value| comparison.holds_for(value).is_none_or(|holds| Some(holds) != first))
        };
        if let Some(values) = values {
            let is_possible = |value: &Json| match comparison.is_equality() {
                true => comparison.is_equal(value),
                false => comparison.holds_for(value) != Some(false),
            };
            if values.iter().any(is_possible) {
                return None;
            }
            if !comparison.is_equality() {
                let message = format!("no value of {name} makes this comparison with `{text}` true");
                return Some(Self { message, near: None, help: shown(&values), list, schema });
            }
            let near = suggest(&text, values.iter().filter_map(Json::as_str)).map(str::to_owned);
            let message = format!("{name} has no value `{text}`, so that {}", outcome(comparison.operator));
            return Some(Self { message, near, help: shown(&values), list, schema });
        }
        let number = text.trim().parse::<f64>().ok();
        let (kind, candidates) = match schema.kind() {
            SchemaKind::Boolean => ("a boolean", vec![true.into(), false.into()]),
            // Of a number with digits behind the point an integer is never the same.
            SchemaKind::Integer if matches!(literal, Value::Number(_)) => {
                let is_whole = number.is_some_and(|number| number.fract() == 0.0);
                if is_whole || !comparison.is_equality() {
                    return None;
                }
                ("an integer", vec![0.into()])
            }
            SchemaKind::Integer | SchemaKind::Number if matches!(literal, Value::Number(_)) => return None,
            // Simple conditions read it as that.
            SchemaKind::Integer | SchemaKind::Number if !comparison.is_exact() && number.is_some() => return None,
            kind @ (SchemaKind::Integer | SchemaKind::Number) => {
                let kind = if matches!(kind, SchemaKind::Integer) { "an integer" } else { "a number" };
                let bounds = [f64::MIN, 0.0, 1.0, f64::MAX].into_iter().filter_map(serde_json::Number::from_f64);
                (kind, bounds.map(Json::Number).collect())
            }
            SchemaKind::String(_) if matches!(literal, Value::String(_)) => return None,
            SchemaKind::String(_) => {
                let texts =
                    [String::new(), text.clone(), format!("-1e300{text}"), "1e300".to_owned(), "-1e300".to_owned()];
                ("a string", texts.into_iter().map(Json::String).collect())
            }
            SchemaKind::List(_) => ("a list", vec![Json::Array(Vec::new())]),
            SchemaKind::Object | SchemaKind::Map(_) => ("an object", vec![Json::Object(serde_json::Map::new())]),
            SchemaKind::Any => return None,
        };
        if may_differ(&candidates) {
            return None;
        }
        let what = match literal {
            Value::String(_) => format!("the text `{text}`"),
            Value::Bool(_) => format!("the boolean `{text}`"),
            _ => format!("the number `{text}`"),
        };
        let relation = if comparison.is_equality() { "and never" } else { "which has no order beside" };
        let message = format!("{name} is {kind}, {relation} {what}, so that {}", outcome(comparison.operator));
        let help = match (kind, literal) {
            ("a boolean", Value::String(text)) if ["true", "false"].contains(&text.as_str()) => {
                Some(format!("write `{text}` without quotes"))
            }
            ("an integer" | "a number", Value::String(_)) if number.is_some() => {
                Some(format!("write `{text}` without quotes"))
            }
            ("a string", _) => Some(format!("write it in quotes: `'{text}'`")),
            ("a list", _) => Some("for its first element add `/0` to a pointer, or `[0]` to a path".to_owned()),
            _ => None,
        };
        Some(Self { message, near: None, help, list: None, schema })
    }

    pub(super) fn report(self, level: Level, span: Span, diagnostics: &mut Diagnostics) {
        let finding = match level {
            Level::Error => diagnostics.error(&rules::IMPOSSIBLE_VALUE, span, self.message),
            Level::Warning => diagnostics.warn(&rules::IMPOSSIBLE_VALUE, span, self.message),
        };
        finding.did_you_mean(self.near.as_deref());
        match self.list {
            Some(list) => finding.also(list, "its values"),
            None => finding.also(self.schema.at.node.span, "its schema"),
        };
        if let Some(help) = self.help {
            finding.help(help);
        }
    }
}

fn shown(values: &[Json]) -> Option<String> {
    let texts: Vec<String> = values.iter().map(text).collect();
    Some(format!("its schema lists {}", listed(&texts.iter().map(String::as_str).collect::<Vec<_>>())))
}

/// A value that a schema lists, as text.
pub(super) fn text(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

pub(super) fn outcome(operator: Operator) -> &'static str {
    match operator {
        Operator::Equal => "`==` is never true",
        Operator::NotEqual => "`!=` is always true",
        Operator::Less => "`<` is never true",
        Operator::LessOrEqual => "`<=` is never true",
        Operator::Greater => "`>` is never true",
        Operator::GreaterOrEqual => "`>=` is never true",
    }
}

/// What to call a value of the run.
fn name(reference: &Reference) -> String {
    let last = reference.path.iter().rev().find_map(|segment| match segment {
        Segment::Token(name) | Segment::Member(name) => Some(name),
        _ => None,
    });
    match (last, &reference.root) {
        (Some(name), _) | (None, Root::Input(name)) => format!("`{name}`"),
        _ => "this value".to_owned(),
    }
}
