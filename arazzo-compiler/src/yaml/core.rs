//! The core schema of YAML 1.2: which plain scalars are null, booleans and numbers.

use super::{Kind, Scalar, Style};
use serde_json::Number;

/// A number that neither a 64-bit integer nor a 64-bit float holds.
#[derive(Debug, PartialEq)]
pub(super) struct Unfit {
    /// Whether it is written as an integer.
    pub(super) integer: bool,
    /// The nearest number that fits, so that reading can go on.
    pub(super) nearest: Number,
}

/// What a scalar is.
pub(super) type Value = Result<Kind, Unfit>;

/// What a scalar without quotes and without tag is.
pub(super) fn plain(text: &str) -> Value {
    if is_null(text) {
        return Ok(Kind::Null);
    }
    if let Some(value) = boolean(text) {
        return Ok(Kind::Bool(value));
    }
    number(text).unwrap_or_else(|| Ok(string(text, Style::Plain)))
}

pub(super) fn string(text: &str, style: Style) -> Kind {
    Kind::String(Scalar { text: text.to_owned(), style })
}

pub(super) fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

pub(super) fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

fn number(text: &str) -> Option<Value> {
    // Nearly every scalar is a word: decide by the first byte.
    if !matches!(text.as_bytes().first()?, b'0'..=b'9' | b'+' | b'-' | b'.') {
        return None;
    }
    integer(text).or_else(|| float(text))
}

pub(super) fn integer(text: &str) -> Option<Value> {
    let (digits, radix) = match text.get(..2) {
        Some("0x") => (&text[2..], 16),
        Some("0o") => (&text[2..], 8),
        _ => (text, 10),
    };
    let unsigned = match radix {
        10 => digits.strip_prefix(['+', '-']).unwrap_or(digits),
        _ => digits,
    };
    if unsigned.is_empty() || !unsigned.chars().all(|digit| digit.is_digit(radix)) {
        return None;
    }
    if let Ok(value) = u64::from_str_radix(digits, radix) {
        return Some(Ok(Kind::Number(value.into())));
    }
    if let Ok(value) = i64::from_str_radix(digits, radix) {
        return Some(Ok(Kind::Number(value.into())));
    }
    Some(large_integer(digits, unsigned, radix))
}

/// An integer of more than 64 bits is taken as a float when that is exact.
fn large_integer(digits: &str, unsigned: &str, radix: u32) -> Value {
    let value = match radix {
        10 => digits.parse().unwrap_or(f64::INFINITY),
        _ => unsigned
            .chars()
            .filter_map(|digit| digit.to_digit(radix))
            .fold(0.0, |value, digit| value * f64::from(radix) + f64::from(digit)),
    };
    let significant = unsigned.trim_start_matches('0');
    let exact = match radix {
        10 => format!("{:.0}", value.abs()) == significant,
        // Both radices are powers of two: the value is exact when at most 53 bits are used.
        _ => bits_used(significant, radix) <= 53 && value.is_finite(),
    };
    let number = Number::from_f64(value).unwrap_or_else(|| 0.into());
    if exact { Ok(Kind::Number(number)) } else { Err(Unfit { integer: true, nearest: number }) }
}

/// The bits from the first to the last one that is set.
fn bits_used(digits: &str, radix: u32) -> usize {
    let width = if radix == 16 { 4 } else { 3 };
    let value = |digit: Option<char>| digit.and_then(|digit| digit.to_digit(radix)).unwrap_or_default();
    let digits = digits.trim_end_matches('0');
    let leading = value(digits.chars().next()).leading_zeros() as usize + width - 32;
    let trailing = value(digits.chars().last()).trailing_zeros() as usize;
    (digits.len() * width).saturating_sub(leading + trailing)
}

pub(super) fn float(text: &str) -> Option<Value> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent_fits = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !exponent.is_empty() && digits(exponent)
    });
    // A lone dot is no number, `.5` and `5.` are.
    let mantissa_fits = digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty());
    if !(exponent_fits && mantissa_fits) {
        return None;
    }
    let value: f64 = text.parse().ok()?;
    Some(match Number::from_f64(value) {
        Some(number) => Ok(Kind::Number(number)),
        None => Err(Unfit { integer: false, nearest: 0.into() }),
    })
}

/// `!!float 3` is `3.0`.
pub(super) fn to_float(value: Value) -> Value {
    let as_float = |number: Number| number.as_f64().and_then(Number::from_f64).unwrap_or(number);
    match value {
        Ok(Kind::Number(number)) => Ok(Kind::Number(as_float(number))),
        other => other,
    }
}
