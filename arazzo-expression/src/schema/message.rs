//! What is asked of a value, in words: ends of sentences that begin with the value.

use super::{Check, Kind, Violation};
use serde_json::Value;

/// So many of something.
pub(super) fn count(number: u64, singular: &str, plural: &str) -> String {
    format!("{number} {}", if number == 1 { singular } else { plural })
}

/// The types that a value may have.
pub(super) fn kinds(kinds: &[Kind]) -> String {
    let name = |kind: &Kind| match kind {
        Kind::Null => "null",
        Kind::Boolean => "a boolean",
        Kind::Integer => "an integer",
        Kind::Number => "a number",
        Kind::String => "a string",
        Kind::Array => "a list",
        Kind::Object => "an object",
    };
    let names: Vec<&str> = kinds.iter().map(name).collect();
    format!("must be {}", names.join(" or "))
}

/// The values that there may be.
pub(super) fn values(values: &[Value]) -> String {
    const MOST: usize = 12;
    let text = |value: &Value| match value {
        Value::String(text) => format!("`{text}`"),
        other => format!("`{other}`"),
    };
    let shown: Vec<String> = values.iter().take(MOST).map(text).collect();
    match values.len() {
        1 => format!("must be {}", shown.concat()),
        count if count > MOST => format!("must be one of {} and {} others", shown.join(", "), count - MOST),
        _ => format!("must be one of {}", shown.join(", ")),
    }
}

/// Why a value fits none of several schemas: the first reason of each.
pub(super) fn alternatives(reasons: &[Vec<Violation>]) -> String {
    let mut texts: Vec<String> = Vec::new();
    for reason in reasons.iter().filter_map(|reasons| reasons.first()) {
        let text = if reason.path.is_empty() {
            reason.message.clone()
        } else {
            format!("`/{}` {}", reason.path.join("/"), reason.message)
        };
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    match texts.as_slice() {
        [] => "must not be there".to_owned(),
        [only] => only.clone(),
        several => format!("fits none of the alternatives: {}", several.join(", or ")),
    }
}

/// A check of a single value that has no parts.
pub(super) fn plain(check: &Check) -> String {
    match check {
        Check::MinLength(least) => format!("must have at least {}", count(*least, "character", "characters")),
        Check::MaxLength(most) => format!("must have at most {}", count(*most, "character", "characters")),
        Check::Pattern(pattern) => format!("must match the pattern `{}`", pattern.text()),
        Check::Minimum(least) => format!("must be at least {least}"),
        Check::ExclusiveMinimum(least) => format!("must be more than {least}"),
        Check::Maximum(most) => format!("must be at most {most}"),
        Check::ExclusiveMaximum(most) => format!("must be less than {most}"),
        Check::MultipleOf(unit) => format!("must be a multiple of {unit}"),
        Check::MinItems(least) => format!("must have at least {}", count(*least, "element", "elements")),
        Check::MaxItems(most) => format!("must have at most {}", count(*most, "element", "elements")),
        Check::UniqueItems => "must not have the same element twice".to_owned(),
        Check::MinProperties(least) => format!("must have at least {}", count(*least, "member", "members")),
        Check::MaxProperties(most) => format!("must have at most {}", count(*most, "member", "members")),
        Check::Types(types) => kinds(types),
        Check::Values(listed) => values(listed),
        _ => "must not be there".to_owned(),
    }
}
