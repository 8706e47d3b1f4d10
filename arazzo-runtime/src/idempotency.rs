//! Keys by which a server tells a request that is sent again from a new one.

use http::{HeaderName, HeaderValue};
use std::hash::{BuildHasher, RandomState};

/// The header that carries a key.
pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Whether a method may be carried out twice with the effect of once (RFC 9110, section 9.2.2, and QUERY of OpenAPI 3.2).
pub(crate) fn is_idempotent(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "OPTIONS" | "TRACE" | "PUT" | "DELETE" | "QUERY")
}

/// Whether requests of a method get a key, where the client gives any.
pub(crate) fn takes_key(method: &str) -> bool {
    matches!(method, "POST" | "PATCH")
}

/// A new key: a UUID of version 4 (RFC 9562, section 5.4).
///
/// Its bits come from a keyed hash whose key the operating system has chosen by chance: no two are alike, and who has seen
/// some cannot tell the next. A crate of its own for that would be one more to build.
pub(crate) fn new_key() -> HeaderValue {
    let chance = RandomState::new();
    let bits = u128::from(chance.hash_one(0_u8)) << 64 | u128::from(chance.hash_one(1_u8));
    const VERSION: u128 = 0xf << 76;
    const VARIANT: u128 = 0x3 << 62;
    let bits = (bits & !VERSION & !VARIANT) | (0x4 << 76) | (0x2 << 62);
    let digits = format!("{bits:032x}");
    let groups = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
    // Hexadecimal digits and dashes are always a header value.
    HeaderValue::try_from(groups.join("-")).unwrap_or(HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn keys_are_uuids_and_no_two_are_alike() {
        let keys: HashSet<_> = (0..10_000).map(|_| new_key()).collect();
        assert_eq!(keys.len(), 10_000);
        for key in keys {
            let key = key.to_str().unwrap();
            assert_eq!(key.len(), 36);
            for (place, byte) in key.bytes().enumerate() {
                match place {
                    8 | 13 | 18 | 23 => assert_eq!(byte, b'-', "{key}"),
                    14 => assert_eq!(byte, b'4', "{key}"),
                    19 => assert!(matches!(byte, b'8' | b'9' | b'a' | b'b'), "{key}"),
                    _ => assert!(byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'), "{key}"),
                }
            }
        }
    }

    #[test]
    fn every_other_bit_of_a_key_is_chance() {
        let (mut any, mut all) = (0_u128, u128::MAX);
        for _ in 0..200 {
            let digits = new_key().to_str().unwrap().replace('-', "");
            let bits = u128::from_str_radix(&digits, 16).unwrap();
            any |= bits;
            all &= bits;
        }
        let fixed = !(any & !all);
        assert_eq!(fixed, (0xf << 76) | (0x3 << 62), "{fixed:032x}");
    }
}
