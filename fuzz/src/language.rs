//! Expressions, templates and conditions.

use super::{refused, within};
use arazzo_expression::condition::{self, Comparable, Condition};
use arazzo_expression::expression::{Operand, Version, is_known_root, near_root};
use arazzo_expression::json::Json;
use arazzo_expression::jsonpath::{Criterion, parse_criterion};
use arazzo_expression::pointer::Pointer;
use arazzo_expression::template::{Piece, Text, parse, parse_embedded_only};
use serde_json::json;
use std::ops::Range;

const VERSIONS: [Version; 2] = [Version::V1_0, Version::V1_1];

/// What is read is shown as it was written.
pub fn expression(text: &str) {
    for version in VERSIONS {
        match Operand::parse(text, version) {
            Ok(operand) => {
                assert_eq!(operand.span, 0..text.len());
                assert_eq!(operand.to_string(), text);
                assert!(is_known_root(text));
            }
            Err(error) => refused(text, &error),
        }
    }
    assert!(!(is_known_root(text) && near_root(text).is_some()));
    match Pointer::parse(text) {
        Ok(pointer) => assert_eq!(pointer.to_string(), text),
        Err(error) => refused(text, &error),
    }
}

/// Nothing of a text is lost, and nothing is put into it.
pub fn template(text: &str) {
    for version in VERSIONS {
        for read in [parse(text, version), parse_embedded_only(text, version)] {
            match read {
                Ok(read) => {
                    assert_eq!(written(&read), text);
                    let Text::Template(pieces) = read else { continue };
                    pieces.iter().for_each(|piece| in_place(piece, text));
                }
                Err(error) => refused(text, &error),
            }
        }
    }
}

/// The text that the pieces were read from.
fn written(text: &Text) -> String {
    match text {
        Text::Literal(text) => text.clone(),
        Text::Expression(operand) => operand.to_string(),
        Text::Template(pieces) => pieces
            .iter()
            .map(|piece| match piece {
                Piece::Literal(text) | Piece::Bare { text, .. } => text.clone(),
                Piece::Embedded(operand) => format!("{{{operand}}}"),
            })
            .collect(),
    }
}

fn in_place(piece: &Piece, text: &str) {
    match piece {
        Piece::Literal(text) => assert!(!text.is_empty()),
        Piece::Embedded(operand) => assert_eq!(text.get(operand.span.clone()), Some(&*operand.to_string())),
        Piece::Bare { operand, text: bare, span } => {
            assert_eq!(operand.span, *span);
            assert_eq!(text.get(span.clone()), Some(&**bare));
        }
    }
}

/// A condition shown and read again is the same, and has the same value.
pub fn condition(text: &str) {
    for version in VERSIONS {
        match condition::parse(text, version) {
            Ok((read, readings)) => {
                spans(&read).iter().for_each(|span| within(text, span));
                readings.iter().for_each(|reading| within(text, &reading.span));
                let shown = read.to_string();
                let (again, _) = condition::parse(&shown, version).expect("what is shown can be read");
                assert_eq!(again.to_string(), shown);
                assert_eq!(again.evaluate(&value), read.evaluate(&value), "{text} and {shown}");
            }
            Err(error) => refused(text, &error),
        }
        match parse_criterion(text, version) {
            Ok(read) => {
                let shown = read.to_string();
                let again = parse_criterion(&shown, version).expect("what is shown can be read");
                assert_eq!(again.to_string(), shown);
                assert_eq!(passes(&again), passes(&read), "{text} and {shown}");
            }
            Err(error) => refused(text, &error),
        }
    }
}

fn passes(criterion: &Criterion) -> Option<bool> {
    let body = json!({"a": [1, {"b": "x"}, null], "state": "ready", "items": [], "n": -1.5});
    match criterion {
        Criterion::Query(query) => query.try_exists(&body),
        Criterion::Bare(logical) => logical.try_bare(&body, &value),
    }
}

/// Some value, always the same for an expression.
fn value(operand: &Operand) -> Json<'static> {
    let text = operand.to_string();
    match text.len() % 7 {
        0 => Json::Absent,
        1 => Json::Null,
        2 => Json::from(json!(text.len())),
        3 => Json::from(text),
        4 => Json::from(json!(["x", 1])),
        5 => Json::from(json!({"a": text})),
        _ => Json::from(true),
    }
}

fn spans(condition: &Condition) -> Vec<Range<usize>> {
    let of = |value: &Comparable| match value {
        Comparable::Literal(_, span) => span.clone(),
        Comparable::Operand(operand) => operand.span.clone(),
    };
    match condition {
        Condition::Or(parts) | Condition::And(parts) => parts.iter().flat_map(spans).collect(),
        Condition::Not(inner) => spans(inner),
        Condition::Compare { left, right, .. } => vec![of(left), of(right)],
        Condition::Test(value) => vec![of(value)],
    }
}
