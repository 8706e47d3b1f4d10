//! JSON numbers: their grammar, and comparing them without losing digits.

use serde_json::Number;
use std::cmp::Ordering;

/// A number as it is compared. Integers are kept exact: an `f64` holds them only up to 2^53.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Numeric {
    Integer(i128),
    Float(f64),
}

impl Numeric {
    pub(crate) fn of(number: &Number) -> Self {
        if let Some(integer) = number.as_i64() {
            Self::Integer(integer.into())
        } else if let Some(integer) = number.as_u64() {
            Self::Integer(integer.into())
        } else {
            Self::Float(number.as_f64().unwrap_or(f64::NAN))
        }
    }

    /// The number that a text is, if all of it is one by the grammar of JSON.
    pub(crate) fn of_text(text: &str) -> Option<Self> {
        if !is_json_number(text) {
            return None;
        }
        match text.parse() {
            Ok(integer) => Some(Self::Integer(integer)),
            Err(_) => text.parse().ok().map(Self::Float),
        }
    }

    pub(crate) fn compare(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Integer(left), Self::Integer(right)) => Some(left.cmp(&right)),
            (Self::Float(left), Self::Float(right)) => left.partial_cmp(&right),
            (Self::Integer(left), Self::Float(right)) => integer_with_float(left, right),
            (Self::Float(left), Self::Integer(right)) => integer_with_float(right, left).map(Ordering::reverse),
        }
    }

    pub(crate) fn equals(self, other: Self) -> bool {
        self.compare(other) == Some(Ordering::Equal)
    }

    pub(crate) fn is_zero(self) -> bool {
        match self {
            Self::Integer(integer) => integer == 0,
            Self::Float(float) => float == 0.0,
        }
    }
}

fn integer_with_float(integer: i128, float: f64) -> Option<Ordering> {
    if float.is_nan() {
        return None;
    }
    // The cast saturates, which puts infinities and everything beyond i128 on the right side of any JSON integer.
    let whole = float.trunc() as i128;
    let by_fraction = || 0.0.partial_cmp(&float.fract());
    match integer.cmp(&whole) {
        Ordering::Equal if float.is_finite() => by_fraction(),
        unequal => Some(unequal),
    }
}

/// The number as text: its JSON, an integral one without a fraction.
pub(crate) fn to_text(number: &Number) -> String {
    match number.as_f64() {
        // Beyond 1e21 the digits would be mostly zeros that nobody wrote; there the exponent stays.
        Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < 1e21 => {
            format!("{}", if float == 0.0 { 0.0 } else { float })
        }
        _ => number.to_string(),
    }
}

/// RFC 8259, section 6.
pub(crate) fn is_json_number(text: &str) -> bool {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = text.strip_prefix('-').unwrap_or(text);
    let whole = digits(rest);
    if whole == 0 || (whole > 1 && rest.starts_with('0')) {
        return false;
    }
    let mut rest = &rest[whole..];
    if let Some(fraction) = rest.strip_prefix('.') {
        let length = digits(fraction);
        if length == 0 {
            return false;
        }
        rest = &fraction[length..];
    }
    if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        let length = digits(exponent);
        if length == 0 {
            return false;
        }
        rest = &exponent[length..];
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_of_json_numbers() {
        for text in ["0", "-0", "10", "-3.14", "1.5e3", "1E+2", "1e-2", "0.5"] {
            assert!(is_json_number(text), "{text}");
        }
        for text in ["", "-", "+1", "01", "-01", ".5", "5.", "1e", "1e+", " 1", "1 ", "0x1", "NaN", "1.2.3"] {
            assert!(!is_json_number(text), "{text}");
        }
    }

    #[test]
    fn integers_and_floats_are_compared_exactly() {
        let compare = |left, right| Numeric::of_text(left).unwrap().compare(Numeric::of_text(right).unwrap());
        for (left, right, order) in [
            ("9007199254740993", "9007199254740992", Ordering::Greater),
            ("9007199254740993", "9007199254740992.0", Ordering::Greater),
            ("9007199254740992", "9007199254740992.0", Ordering::Equal),
            ("1", "1.5", Ordering::Less),
            ("-1", "-1.5", Ordering::Greater),
            ("2", "1.5", Ordering::Greater),
            ("-0", "0.0", Ordering::Equal),
            ("18446744073709551615", "1e400", Ordering::Less),
            ("18446744073709551615", "-1e400", Ordering::Greater),
            ("1e3", "1000", Ordering::Equal),
        ] {
            assert_eq!(compare(left, right), Some(order), "{left} {right}");
            assert_eq!(compare(right, left), Some(order.reverse()), "{right} {left}");
        }
    }

    #[test]
    fn the_text_of_numbers() {
        for (json, text) in [
            ("5", "5"),
            ("5.0", "5"),
            ("-5.0", "-5"),
            ("-0.0", "0"),
            ("5.25", "5.25"),
            ("18446744073709551615", "18446744073709551615"),
            ("-9223372036854775808", "-9223372036854775808"),
            ("1e20", "100000000000000000000"),
            ("1.5e-7", "1.5e-7"),
        ] {
            assert_eq!(to_text(&serde_json::from_str(json).unwrap()), text, "{json}");
        }
        // How an exponent looks is serde_json's matter.
        let huge = Number::from_f64(1e300).unwrap();
        assert_eq!(to_text(&huge), huge.to_string());
    }
}
