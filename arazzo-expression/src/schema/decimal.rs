//! Numbers as exact decimals: `0.3` is a multiple of `0.1`, which binary fractions would deny.

use serde_json::Number;

/// `digits` × 10^`exponent`, with as few digits as possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Decimal {
    pub(super) digits: i128,
    pub(super) exponent: i32,
}

impl Decimal {
    /// The decimal that is written for a number; `None` where it has more digits than fit.
    pub(super) fn of(number: &Number) -> Option<Self> {
        let text = number.to_string();
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.trim_start_matches('+').parse::<i32>().ok()?),
            None => (text.as_str(), 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let fraction = fraction.trim_end_matches('0');
        let mut digits: i128 = format!("{whole}{fraction}").parse().ok()?;
        let mut exponent = exponent.checked_sub(i32::try_from(fraction.len()).ok()?)?;
        while digits != 0 && digits % 10 == 0 {
            digits /= 10;
            exponent += 1;
        }
        Some(Self { digits, exponent: if digits == 0 { 0 } else { exponent } })
    }

    /// Whether it is a whole number of times another one; `None` where that cannot be told exactly.
    pub(super) fn is_multiple_of(self, other: Self) -> Option<bool> {
        if other.digits == 0 {
            return Some(false);
        }
        let common = self.exponent.min(other.exponent);
        let scaled = |decimal: Self| {
            let zeros = u32::try_from(decimal.exponent.checked_sub(common)?).ok()?;
            decimal.digits.checked_mul(10_i128.checked_pow(zeros)?)
        };
        Some(scaled(self)? % scaled(other)? == 0)
    }
}

/// Whether a number is a whole number of times another one.
pub(super) fn is_multiple(number: &Number, of: &Number) -> bool {
    let exact = Decimal::of(number).zip(Decimal::of(of)).and_then(|(number, of)| number.is_multiple_of(of));
    exact.unwrap_or_else(|| {
        let (number, of) = (number.as_f64().unwrap_or(f64::NAN), of.as_f64().unwrap_or(f64::NAN));
        (number / of).fract() == 0.0
    })
}

/// Whether a number has no fraction.
pub(super) fn is_integral(number: &Number) -> bool {
    !number.is_f64() || number.as_f64().is_some_and(|number| number.fract() == 0.0)
}
