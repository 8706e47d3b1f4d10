//! What differs between two bodies, in lines that can be read.

use crate::secrets::MASK;
use serde_json::{Number, Value};

/// How many differences are listed.
const LISTED: usize = 20;
/// How many characters of a value are shown.
const SHOWN: usize = 120;

/// How JSON values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    /// Both are the same.
    Whole,
    /// What is expected is there; objects may have more members.
    Part,
    /// Both are the same but for what is masked in the expected one, for which anything may stand.
    Masked,
}

/// A line for each difference.
pub(super) fn differences(expected: &Value, got: &Value, comparison: Comparison) -> Vec<String> {
    let mut differences = Differences { comparison, at: String::new(), lines: Vec::new() };
    differences.compare(expected, got);
    let mut lines = differences.lines;
    let more = lines.len().saturating_sub(LISTED);
    if more > 0 {
        lines.truncate(LISTED);
        lines.push(format!("body: … and {more} more differences"));
    }
    lines
}

struct Differences {
    comparison: Comparison,
    /// The JSON Pointer of what is compared.
    at: String,
    lines: Vec<String>,
}

impl Differences {
    fn compare(&mut self, expected: &Value, got: &Value) {
        match (expected, got) {
            (Value::Object(expected), Value::Object(got)) => {
                let is_masked = self.comparison == Comparison::Masked;
                let covers = |pattern: &str, name: &str| pattern == name || (is_masked && covers_text(pattern, name));
                for (name, expected) in expected {
                    let found = got.get(name).or_else(|| {
                        let mut others = got.iter().filter(|(other, _)| covers(name, other));
                        others.next().map(|(_, value)| value)
                    });
                    self.inside(name, |differences| match found {
                        Some(got) => differences.compare(expected, got),
                        None => differences.push(format!("expected {}, and it is missing", shown(expected))),
                    });
                }
                if self.comparison == Comparison::Part {
                    return;
                }
                for (name, got) in got {
                    if !expected.keys().any(|pattern| covers(pattern, name)) {
                        self.inside(name, |differences| {
                            differences.push(format!("not expected, got {}", shown(got)));
                        });
                    }
                }
            }
            (Value::Array(expected), Value::Array(got)) => {
                for place in 0..expected.len().max(got.len()) {
                    self.inside(&place.to_string(), |differences| match (expected.get(place), got.get(place)) {
                        (Some(expected), Some(got)) => differences.compare(expected, got),
                        (Some(expected), None) => {
                            differences.push(format!("expected {}, and it is missing", shown(expected)));
                        }
                        (None, Some(got)) => differences.push(format!("not expected, got {}", shown(got))),
                        (None, None) => {}
                    });
                }
            }
            (Value::Number(expected), Value::Number(got)) if is_same_number(expected, got) => {}
            (Value::String(pattern), _) if self.comparison == Comparison::Masked && pattern == MASK => {}
            (Value::String(pattern), Value::String(got))
                if self.comparison == Comparison::Masked && covers_text(pattern, got) => {}
            _ if expected == got => {}
            _ => self.push(format!("expected {}, got {}", shown(expected), shown(got))),
        }
    }

    fn inside(&mut self, name: &str, compare: impl FnOnce(&mut Self)) {
        let length = self.at.len();
        self.at.push('/');
        self.at.push_str(&name.replace('~', "~0").replace('/', "~1"));
        compare(self);
        self.at.truncate(length);
    }

    fn push(&mut self, what: String) {
        self.lines.push(match self.at.is_empty() {
            true => format!("body: {what}"),
            false => format!("body `{}`: {what}", self.at),
        });
    }
}

/// Whether two numbers are the same, but for the last digits of fractions, which writing and reading may change.
fn is_same_number(left: &Number, right: &Number) -> bool {
    match (left.as_f64(), right.as_f64()) {
        (Some(a), Some(b)) if left.is_f64() || right.is_f64() => (a - b).abs() <= a.abs().max(b.abs()) * 1e-15,
        _ => left == right,
    }
}

/// A value on one line.
pub(super) fn shown(value: &Value) -> String {
    shortened(&value.to_string())
}

/// The beginning of a text.
pub(super) fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Whether a text is what a masked one may have been.
pub(super) fn covers_text(masked: &str, text: &str) -> bool {
    covers(masked.as_bytes(), text.as_bytes())
}

/// The same of bytes.
pub(super) fn covers(masked: &[u8], bytes: &[u8]) -> bool {
    let Some(first) = find(masked, MASK.as_bytes()) else { return masked == bytes };
    let Some(mut rest) = bytes.strip_prefix(&masked[..first]) else { return false };
    let mut pieces = &masked[first + MASK.len()..];
    while let Some(end) = find(pieces, MASK.as_bytes()) {
        let Some(at) = find(rest, &pieces[..end]) else { return false };
        rest = &rest[at + end..];
        pieces = &pieces[end + MASK.len()..];
    }
    rest.ends_with(pieces)
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let Some(first) = wanted.first() else { return Some(0) };
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|byte| byte == first) {
        if bytes[from + at..].starts_with(wanted) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn assert_differ(comparison: Comparison, expected: &Value, got: &Value, lines: &[&str]) {
        assert_eq!(differences(expected, got, comparison), lines);
    }

    #[test]
    fn each_difference_has_its_place() {
        let expected = json!({ "a": 1, "b": [1, { "c": "x" }], "d/e~": null, "f": 1.5 });
        assert_differ(Comparison::Whole, &expected, &expected, &[]);
        let got = json!({ "a": "1", "b": [1, { "c": "y" }, 3], "g": true, "f": 1.5 });
        let lines = [
            "body `/a`: expected 1, got \"1\"",
            "body `/b/1/c`: expected \"x\", got \"y\"",
            "body `/b/2`: not expected, got 3",
            "body `/d~1e~0`: expected null, and it is missing",
            "body `/g`: not expected, got true",
        ];
        assert_differ(Comparison::Whole, &expected, &got, &lines);
        assert_differ(Comparison::Whole, &json!(1), &json!([]), &["body: expected 1, got []"]);
        assert_differ(Comparison::Whole, &json!([1]), &json!([]), &["body `/0`: expected 1, and it is missing"]);
    }

    #[test]
    fn a_part_may_have_more_around_it() {
        let got = json!({ "a": { "b": 1, "c": 2 }, "d": 3 });
        assert_differ(Comparison::Part, &json!({ "a": { "b": 1 } }), &got, &[]);
        assert_differ(Comparison::Part, &json!({ "a": { "b": 2 } }), &got, &["body `/a/b`: expected 2, got 1"]);
        let lines = ["body `/a/x`: expected {}, and it is missing"];
        assert_differ(Comparison::Part, &json!({ "a": { "x": {} } }), &got, &lines);
    }

    #[test]
    fn what_is_masked_may_be_anything() {
        let recorded = json!({ "token": "***", "url": "http://h/***/x", "list": [{ "***": 1 }], "id": "7" });
        let got = json!({ "token": 12, "url": "http://h/abc/x", "list": [{ "key": 1 }], "id": "7" });
        assert_differ(Comparison::Masked, &recorded, &got, &[]);
        let got = json!({ "token": null, "url": "http://h/abc/y", "list": [{ "key": 2 }], "id": "8" });
        let lines = [
            "body `/id`: expected \"7\", got \"8\"",
            "body `/list/0/***`: expected 1, got 2",
            "body `/url`: expected \"http://h/***/x\", got \"http://h/abc/y\"",
        ];
        assert_differ(Comparison::Masked, &recorded, &got, &lines);
    }

    #[test]
    fn masked_texts_cover_what_they_may_have_been() {
        for (masked, text, expected) in [
            ("", "", true),
            ("a", "a", true),
            ("a", "b", false),
            ("***", "", true),
            ("***", "anything", true),
            ("a***b", "ab", true),
            ("a***b", "axxb", true),
            ("a***b", "axxbc", false),
            ("***b***", "abc", true),
            ("***b***", "ac", false),
            ("a***a", "a", false),
            ("******", "x", true),
            ("x=***&y=***", "x=1&y=2", true),
            ("x=***&y=***", "x=1&z=2", false),
        ] {
            assert_eq!(covers_text(masked, text), expected, "{masked} {text}");
        }
    }

    #[test]
    fn long_lists_and_long_values_are_cut() {
        let (expected, got) = (json!((0..30).collect::<Vec<_>>()), json!(["x".repeat(200)]));
        let lines = differences(&expected, &got, Comparison::Whole);
        assert_eq!(lines.len(), LISTED + 1);
        assert_eq!(lines[LISTED], "body: … and 10 more differences");
        assert_eq!(lines[0], format!("body `/0`: expected 0, got \"{}…", "x".repeat(SHOWN - 1)));
    }

    #[test]
    fn a_fraction_may_differ_in_its_last_digit() {
        let compare = |left: f64, right: f64| differences(&json!(left), &json!(right), Comparison::Whole).is_empty();
        assert!(compare(0.1 + 0.2, 0.3) && !compare(0.3, 0.300_001) && compare(0.0, -0.0));
        assert!(
            !differences(&json!(9_007_199_254_740_993_u64), &json!(9_007_199_254_740_992_u64), Comparison::Whole)
                .is_empty()
        );
    }
}
