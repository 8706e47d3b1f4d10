//! Hiding by value what must not be seen.

mod queries;

use crate::request::{encode, written_in_query};
use crate::style::Escape;
use serde_json::Value;
use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What stands in place of a secret.
pub(crate) const MASK: &str = "***";

/// The secrets that a run has met. A secret is hidden wherever its text occurs, also as it is written in a URL and in
/// JSON.
#[derive(Debug, Default, Clone)]
pub(crate) struct Secrets {
    /// Every way to write every secret, the longest first, so that a secret inside another leaves nothing behind.
    texts: Vec<String>,
    /// The same for those outside of the run, where there are any.
    shared: Option<SharedSecrets>,
}

/// The secrets that a run has met by now, for its transport.
#[derive(Default, Clone)]
pub(crate) struct SharedSecrets {
    known: Arc<Mutex<Secrets>>,
}

impl SharedSecrets {
    /// Remembers a secret that the run itself does not need to know.
    #[cfg(feature = "oauth2")]
    pub(crate) fn add(&self, secret: &str) {
        self.lock().add(secret);
    }

    /// The text without any secret that is known by now.
    pub(crate) fn mask<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.lock().mask(text)
    }

    /// All of them, in every way to write them.
    #[cfg(feature = "testing")]
    pub(crate) fn texts(&self) -> Vec<String> {
        self.lock().texts.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Secrets> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for SharedSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedSecrets")
    }
}

impl Secrets {
    /// Those of a run whose transport may ask for them.
    pub(crate) fn shared() -> Self {
        Self { shared: Some(SharedSecrets::default()), ..Self::default() }
    }

    /// What the transport may ask.
    pub(crate) fn share(&self) -> Option<SharedSecrets> {
        self.shared.clone()
    }

    /// Remembers a secret.
    pub(crate) fn add(&mut self, secret: &str) {
        if secret.is_empty() || self.texts.iter().any(|known| known == secret) {
            return;
        }
        if let Some(shared) = &self.shared {
            shared.lock().add(secret);
        }
        self.insert(secret);
        // So most tokens are, and every way to write them is the same.
        if secret.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_')) {
            return;
        }
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
        if secret.contains(|c: char| !c.is_ascii() || c.is_ascii_control() || matches!(c, '"' | '\\' | '/')) {
            let json = in_json(secret);
            self.insert(&encode(&json));
            // Some writers of JSON escape more than they must.
            let ascii = in_ascii(&json);
            for written in [json.replace('/', "\\/"), ascii.replace('/', "\\/"), json, ascii] {
                self.insert(&written);
                // A server that gives back the JSON that it was sent has it as a text in JSON of its own.
                self.insert(&in_json(&written));
            }
        }
    }

    fn insert(&mut self, text: &str) {
        if !text.is_empty() && !self.texts.iter().any(|known| known == text) {
            let place = self.texts.partition_point(|known| known.len() >= text.len());
            self.texts.insert(place, text.to_owned());
        }
    }

    /// Whether a secret occurs in a value, in a text or in a name. One of a few letters has to be the whole text: it could
    /// occur by chance.
    pub(crate) fn occur_in(&self, value: &Value) -> bool {
        const SHORT: usize = 6;
        let is_in = |text: &str| {
            self.texts.iter().any(|secret| text == secret || (secret.len() >= SHORT && text.contains(secret.as_str())))
        };
        let mut open = vec![value];
        while let Some(value) = open.pop() {
            let is_found = match value {
                Value::String(text) => is_in(text),
                Value::Number(number) => !self.texts.is_empty() && is_in(&number.to_string()),
                Value::Array(list) => {
                    open.extend(list);
                    false
                }
                Value::Object(map) => {
                    open.extend(map.values());
                    map.keys().any(|name| is_in(name))
                }
                Value::Null | Value::Bool(_) => false,
            };
            if is_found {
                return true;
            }
        }
        false
    }

    /// Bytes that are no text without any secret.
    #[cfg(feature = "testing")]
    pub(crate) fn mask_bytes(&self, bytes: &[u8]) -> Vec<u8> {
        let mut masked = bytes.to_vec();
        for secret in &self.texts {
            let (secret, mut at) = (secret.as_bytes(), 0);
            while let Some(found) = masked[at..].windows(secret.len()).position(|part| part == secret) {
                masked.splice(at + found..at + found + secret.len(), MASK.bytes());
                at += found + MASK.len();
            }
        }
        masked
    }

    /// Whether something of a text must not be seen.
    pub(crate) fn would_mask(&self, text: &str) -> bool {
        matches!(self.mask(text), Cow::Owned(_))
    }

    /// How many bytes the longest way has to write one.
    pub(crate) fn longest(&self) -> usize {
        self.texts.first().map_or(0, String::len)
    }

    /// The text without any secret, and without what signs the URLs in it.
    pub(crate) fn mask<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut masked = Cow::Borrowed(text);
        for secret in &self.texts {
            if masked.contains(secret.as_str()) {
                masked = Cow::Owned(masked.replace(secret.as_str(), MASK));
            }
        }
        queries::hide(masked)
    }
}

/// A text as it stands in JSON, without the quotation marks.
fn in_json(text: &str) -> String {
    let json = serde_json::to_string(text).unwrap_or_default();
    json.get(1..json.len().saturating_sub(1)).unwrap_or_default().to_owned()
}

/// A text in JSON, in ASCII alone.
fn in_ascii(json: &str) -> String {
    let mut text = String::new();
    for letter in json.chars() {
        if letter.is_ascii() {
            text.push(letter);
            continue;
        }
        for unit in letter.encode_utf16(&mut [0; 2]) {
            text.push_str(&format!("\\u{unit:04x}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

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
    fn a_secret_that_is_always_written_alike_is_kept_once() {
        for secret in ["eyJhbGciOi.J9_x-1", "sk_live_4eC39H"] {
            let mut secrets = Secrets::default();
            secrets.add(secret);
            assert_eq!(secrets.texts, [secret]);
            for written in [
                encode(secret),
                written_in_query(secret).into(),
                (Escape::FORM.value)(secret),
                (Escape::RESERVED_IN_QUERY.value)(secret),
                (Escape::RESERVED_IN_PATH.value)(secret),
                (Escape::RESERVED_IN_FORM.value)(secret),
                (Escape::COOKIE.value)(secret),
            ] {
                assert_eq!(written, secret);
            }
        }
    }

    #[test]
    fn hides_a_secret_however_json_writes_it() {
        let mut secrets = Secrets::default();
        secrets.add("é\"/🙂");
        for written in [
            r#"é\"/🙂"#,
            r#"é\"\/🙂"#,
            r#"\u00e9\"/\ud83d\ude42"#,
            r#"\u00e9\"\/\ud83d\ude42"#,
            // In a text of JSON that is a text in JSON.
            r#"é\\\"/🙂"#,
            r#"\\u00e9\\\"\\/\\ud83d\\ude42"#,
        ] {
            assert_eq!(secrets.mask(&format!("{{{written}}}")), "{***}", "{written}");
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
    fn a_secret_is_found_anywhere_in_a_value() {
        let mut secrets = Secrets::default();
        assert!(!secrets.occur_in(&json!(["a", 1])));
        secrets.add("c4nary-token");
        secrets.add("7");
        for value in
            [json!("c4nary-token"), json!({"a": [{"b": "x?k=c4nary-token&y"}]}), json!({"c4nary-token": 1}), json!(7)]
        {
            assert!(secrets.occur_in(&value), "{value}");
        }
        // A secret this short is in everything.
        assert!(!secrets.occur_in(&json!({"a": ["c4nary", 17, "7 of 8", null, true]})));
    }

    #[test]
    fn nothing_is_no_secret() {
        let mut secrets = Secrets::default();
        secrets.add("");
        assert_eq!(secrets.mask("text"), "text");
    }
}
