//! Hiding by value what must not be seen.

use std::borrow::Cow;

/// What stands in place of a secret.
pub(crate) const MASK: &str = "***";

/// The secrets that a run has met. A secret is hidden wherever its text occurs, also as it is written in a URL and in
/// JSON.
#[derive(Debug, Default, Clone)]
pub(crate) struct Secrets {
    /// Every way to write every secret, the longest first, so that a secret inside another leaves nothing behind.
    texts: Vec<String>,
}

impl Secrets {
    /// Remembers a secret.
    pub(crate) fn add(&mut self, secret: &str) {
        if secret.is_empty() || self.texts.iter().any(|known| known == secret) {
            return;
        }
        let encoded = crate::request::encode(secret).into_owned();
        let json = serde_json::to_string(secret).unwrap_or_default();
        for text in [secret, encoded.as_str(), json.trim_matches('"')] {
            if !text.is_empty() && !self.texts.iter().any(|known| known == text) {
                self.texts.push(text.to_owned());
            }
        }
        self.texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
    }

    /// The text without any secret.
    pub(crate) fn mask<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut masked = Cow::Borrowed(text);
        for secret in &self.texts {
            if masked.contains(secret.as_str()) {
                masked = Cow::Owned(masked.replace(secret.as_str(), MASK));
            }
        }
        masked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hides_every_way_to_write_a_secret() {
        let mut secrets = Secrets::default();
        secrets.add("a b\"c");
        assert_eq!(secrets.mask("x=a b\"c"), "x=***");
        assert_eq!(secrets.mask("/p/a%20b%22c/q"), "/p/***/q");
        assert_eq!(secrets.mask(r#"{"t":"a b\"c"}"#), r#"{"t":"***"}"#);
    }

    #[test]
    fn a_secret_inside_another_leaves_nothing_behind() {
        let mut secrets = Secrets::default();
        secrets.add("abc");
        secrets.add("xabcx");
        assert_eq!(secrets.mask("xabcx abc"), "*** ***");
    }

    #[test]
    fn nothing_is_no_secret() {
        let mut secrets = Secrets::default();
        secrets.add("");
        assert_eq!(secrets.mask("text"), "text");
    }
}
