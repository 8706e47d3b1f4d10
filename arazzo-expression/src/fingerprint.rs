//! A short text that stands for documents and values: the same for the same content, on every machine and with every
//! version of this crate.

use serde_json::Value;
use std::fmt;

/// Adds up content to 128 bits (FNV-1a). It tells versions apart; it is no protection against someone who looks for two
/// that are alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint(u128);

impl Default for Fingerprint {
    fn default() -> Self {
        Self(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d)
    }
}

impl Fingerprint {
    /// Adds a text. Where one ends and the next begins counts.
    pub fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
        // No text has this byte.
        self.bytes(&[0xff]);
    }

    /// Adds a value. The order of the members of an object does not count.
    pub fn value(&mut self, value: &Value) {
        match value {
            Value::Array(list) => {
                self.bytes(b"[");
                list.iter().for_each(|element| self.value(element));
                self.bytes(b"]");
            }
            Value::Object(map) => {
                self.bytes(b"{");
                let mut members: Vec<_> = map.iter().collect();
                members.sort_unstable_by_key(|(name, _)| name.as_str());
                for (name, member) in members {
                    self.text(name);
                    self.value(member);
                }
                self.bytes(b"}");
            }
            Value::String(text) => {
                self.bytes(b"\"");
                self.text(text);
            }
            scalar => self.text(&scalar.to_string()),
        }
    }

    fn bytes(&mut self, bytes: &[u8]) {
        const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
        for byte in bytes {
            self.0 = (self.0 ^ u128::from(*byte)).wrapping_mul(PRIME);
        }
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(value: &Value) -> String {
        let mut fingerprint = Fingerprint::default();
        fingerprint.value(value);
        fingerprint.to_string()
    }

    #[test]
    fn it_never_changes() {
        let mut fingerprint = Fingerprint::default();
        fingerprint.bytes(b"foobar");
        assert_eq!(fingerprint.to_string(), "343e1662793c64bf6f0d3597ba446f18", "as the authors of FNV have it");
    }

    #[test]
    fn content_counts_and_the_order_of_members_does_not() {
        let one: Value = serde_json::from_str(r#"{"a": [1, {"c": null}], "b": "x"}"#).unwrap();
        let same: Value = serde_json::from_str(r#"{"b": "x", "a": [1, {"c": null}]}"#).unwrap();
        assert_eq!(of(&one), of(&same));
        for other in [
            json!({"a": [1, {"c": null}], "b": "y"}),
            json!({"a": [1, {"c": false}], "b": "x"}),
            json!({"a": [1], "c": null, "b": "x"}),
            json!({"a": ["1", {"c": null}], "b": "x"}),
            json!({"a": [{"c": null}, 1], "b": "x"}),
        ] {
            assert_ne!(of(&one), of(&other), "{other}");
        }
        assert_ne!(of(&json!(["ab", "c"])), of(&json!(["a", "bc"])));
        assert_ne!(of(&json!("null")), of(&json!(null)));
    }
}
