//! Hiding by value what must not be seen.

use crate::request::{encode, written_in_query};
use crate::style::Escape;
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
        self.insert(secret);
        self.insert(&encode(secret));
        // As the other ways to write a URL or a form have it.
        let form = (Escape::FORM.value)(secret);
        for written in [
            written_in_query(secret).into(),
            (Escape::RESERVED_IN_QUERY.value)(secret),
            (Escape::RESERVED_IN_PATH.value)(secret),
            (Escape::RESERVED_IN_FORM.value)(secret),
            (Escape::COOKIE.value)(secret),
            encode(&form),
            encode(secret).replace("%2F", "/").into(),
        ] {
            self.insert(&written);
            // So does the parser of URLs.
            self.insert(&written.replace('\'', "%27"));
        }
        self.insert(&form);
        if secret.contains(|c: char| c.is_ascii_control() || matches!(c, '"' | '\\')) {
            let json = serde_json::to_string(secret).unwrap_or_default();
            let json = json.get(1..json.len() - 1).unwrap_or_default();
            self.insert(json);
            self.insert(&encode(json));
        }
    }

    fn insert(&mut self, text: &str) {
        if !text.is_empty() && !self.texts.iter().any(|known| known == text) {
            let place = self.texts.partition_point(|known| known.len() >= text.len());
            self.texts.insert(place, text.to_owned());
        }
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
        secrets.add("\"q\"");
        assert_eq!(secrets.mask(r#"{"t":"\"q\""}"#), r#"{"t":"***"}"#);
    }

    #[test]
    fn hides_a_secret_however_a_url_or_a_form_writes_it() {
        let mut secrets = Secrets::default();
        secrets.add("p@ s/'#+1");
        for written in [
            "p%40%20s%2F%27%23%2B1",
            "p@%20s/%27%23+1",
            "p%40%20s/%27%23%2B1",
            "p%40+s%2F%27%23%2B1",
            "p%2540%2Bs%252F%2527%2523%252B1",
        ] {
            assert_eq!(secrets.mask(&format!("?a={written}&b")), "?a=***&b", "{written}");
        }
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
