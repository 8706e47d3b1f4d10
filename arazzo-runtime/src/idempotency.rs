//! Keys by which a server tells a request that is sent again from a new one.

use http::{HeaderName, HeaderValue};
use std::hash::{BuildHasher, RandomState};

/// The header that carries a key, unless the client knows of another one.
pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The headers that carry keys where it is not `Idempotency-Key`.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct KeyHeaders {
    /// For every source.
    pub(crate) all: Option<HeaderName>,
    /// For one source.
    pub(crate) own: Vec<(String, HeaderName)>,
}

impl KeyHeaders {
    /// The one for a source; `None` where it is `Idempotency-Key`.
    pub(crate) fn of(&self, source: &str) -> Option<&HeaderName> {
        let own = self.own.iter().find(|(known, _)| known == source).map(|(_, header)| header);
        own.or(self.all.as_ref())
    }
}

/// The name of a header that can carry keys. The `Err` says why it cannot, as the rest of a sentence.
pub(crate) fn key_header(name: &str) -> Result<HeaderName, &'static str> {
    /// What HTTP, the client or credentials write into a request by themselves.
    const TAKEN: &[&str] = &[
        "accept",
        "authorization",
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "cookie",
        "expect",
        "host",
        "keep-alive",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "user-agent",
    ];
    let header: HeaderName = name.parse().map_err(|_| "is no name of a header; write it as in `X-Idempotency-Key`")?;
    if TAKEN.contains(&header.as_str()) {
        return Err("says something else in every request; the documentation of the API names the header for keys");
    }
    Ok(header)
}

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
    fn a_source_may_have_a_header_of_its_own() {
        let header = |name: &str| key_header(name).unwrap();
        let own = vec![("pay".to_owned(), header("Request-Id"))];
        let headers = KeyHeaders { all: Some(header("X-Key")), own: own.clone() };
        assert_eq!((headers.of("pay"), headers.of("ship")), (Some(&header("request-id")), Some(&header("x-key"))));
        let headers = KeyHeaders { all: None, own };
        assert_eq!((headers.of("pay"), headers.of("ship")), (Some(&header("request-id")), None));
    }

    #[test]
    fn headers_that_say_something_else_carry_no_keys() {
        for name in ["", " ", "X Key", "X-Key:", "Schlüssel", "a\r\nb"] {
            assert!(key_header(name).unwrap_err().starts_with("is no name of a header"), "{name:?}");
        }
        for name in ["Host", "content-LENGTH", "Authorization", "Cookie"] {
            assert!(key_header(name).unwrap_err().starts_with("says something else"), "{name:?}");
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
