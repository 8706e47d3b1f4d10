//! Hiding by value what must not be seen.

mod queries;

#[cfg(feature = "oauth2")]
pub(crate) use queries::names_a_secret;

use crate::error::{self, cut, cut_to};
use crate::request::{encode, written_in_query};
use crate::style::Escape;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What stands in place of a secret.
pub(crate) const MASK: &str = "***";

/// How many ways to write secrets are known at most, and how long a secret may be. A server that makes more of them would make
/// everything slow that is said later: then all texts are hidden as a whole.
const MOST_TEXTS: usize = 10_000;
const LONGEST: usize = 1 << 16;

/// How many requests it takes until what was made for one of them is forgotten.
const PASSING: usize = 16;

/// The secrets that a run has met. A secret is hidden wherever its text occurs, also as it is written in a URL and in
/// JSON.
#[derive(Debug, Default, Clone)]
pub(crate) struct Secrets {
    /// Every way to write every secret, the longest first, so that a secret inside another leaves nothing behind.
    texts: Vec<Text>,
    /// Those that were made for one request each, the latest last.
    passing: VecDeque<Vec<String>>,
    /// Whether there are too many.
    hides_all: bool,
    /// The same for those outside of the run, where there are any.
    shared: Option<SharedSecrets>,
}

/// A way to write a secret.
#[derive(Debug, Clone)]
struct Text {
    text: String,
    /// Whether it is that of a secret that is never forgotten.
    stays: bool,
    /// Of how many others it is one.
    passing: u32,
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

    /// Whether there are too many to hide each.
    #[cfg(any(feature = "testing", test))]
    pub(crate) fn hides_all(&self) -> bool {
        self.lock().hides_all
    }

    /// All of them, in every way to write them.
    #[cfg(feature = "testing")]
    pub(crate) fn texts(&self) -> Vec<String> {
        self.lock().texts.iter().map(|known| known.text.clone()).collect()
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
        let is_known = self.place(secret).is_ok_and(|place| self.texts[place].stays);
        if secret.is_empty() || is_known || self.hides_all {
            return;
        }
        if let Some(shared) = &self.shared {
            shared.lock().add(secret);
        }
        self.keep(secret, |text| text.stays = true);
    }

    /// Remembers what was made for one request and is of no use for others, such as a signature. It is forgotten some requests
    /// later: of a long run there would be more and more.
    pub(crate) fn add_passing(&mut self, secrets: Vec<String>) {
        if secrets.is_empty() || self.hides_all {
            return;
        }
        if let Some(shared) = &self.shared {
            // A recording has all requests in it.
            let mut shared = shared.lock();
            secrets.iter().for_each(|secret| shared.add(secret));
        }
        secrets.iter().for_each(|secret| self.keep(secret, |text| text.passing += 1));
        self.passing.push_back(secrets);
        if self.passing.len() > PASSING {
            for secret in self.passing.pop_front().unwrap_or_default() {
                written(&secret, &mut |text| self.forget(text));
            }
        }
    }

    /// Remembers every text in a value. What else is there is too short to be told from what is not secret.
    pub(crate) fn add_inside(&mut self, value: &Value) {
        let mut open = vec![value];
        while let Some(value) = open.pop() {
            match value {
                Value::String(text) => self.add(text),
                Value::Array(list) => open.extend(list),
                Value::Object(map) => open.extend(map.values()),
                _ => {}
            }
            if self.hides_all {
                return;
            }
        }
    }

    /// Keeps every way to write a secret.
    fn keep(&mut self, secret: &str, mark: impl Fn(&mut Text)) {
        if secret.len() > LONGEST || self.texts.len() > MOST_TEXTS {
            (self.hides_all, self.texts, self.passing) = (true, Vec::new(), VecDeque::new());
            return;
        }
        written(secret, &mut |text| {
            let place = self.place(text).unwrap_or_else(|place| {
                self.texts.insert(place, Text { text: text.to_owned(), stays: false, passing: 0 });
                place
            });
            mark(&mut self.texts[place]);
        });
    }

    fn forget(&mut self, text: &str) {
        let Ok(place) = self.place(text) else { return };
        let known = &mut self.texts[place];
        known.passing = known.passing.saturating_sub(1);
        if !known.stays && known.passing == 0 {
            self.texts.remove(place);
        }
    }

    /// Where a text is, or would be.
    fn place(&self, text: &str) -> Result<usize, usize> {
        self.texts
            .binary_search_by(|known| text.len().cmp(&known.text.len()).then_with(|| known.text.as_str().cmp(text)))
    }

    /// Whether a secret occurs in a value, in a text or in a name. One of a few letters has to be the whole text: it could
    /// occur by chance.
    pub(crate) fn occur_in(&self, value: &Value) -> bool {
        const SHORT: usize = 6;
        let is_in = |text: &str| {
            let occurs = |secret: &str| text == secret || (secret.len() >= SHORT && text.contains(secret));
            self.hides_all || self.texts.iter().any(|known| occurs(&known.text))
        };
        let mut open = vec![value];
        while let Some(value) = open.pop() {
            let is_found = match value {
                Value::String(text) => is_in(text),
                Value::Number(number) => is_in(&number.to_string()),
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
        if self.hides_all {
            return MASK.into();
        }
        let mut masked = bytes.to_vec();
        for known in &self.texts {
            let (secret, mut at) = (known.text.as_bytes(), 0);
            while let Some(found) = masked[at..].windows(secret.len()).position(|part| part == secret) {
                masked.splice(at + found..at + found + secret.len(), MASK.bytes());
                at += found + MASK.len();
            }
        }
        masked
    }

    /// Whether there are too many to hide each.
    #[cfg(feature = "testing")]
    pub(crate) fn hides_all(&self) -> bool {
        self.hides_all
    }

    /// Whether something of a text must not be seen.
    pub(crate) fn would_mask(&self, text: &str) -> bool {
        matches!(self.mask(text), Cow::Owned(_))
    }

    /// How many bytes the longest way has to write one.
    pub(crate) fn longest(&self) -> usize {
        self.texts.first().map_or(0, |known| known.text.len())
    }

    /// What is kept of a text that comes from outside: no secrets, and not all of one that has no end.
    pub(crate) fn shown<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.mask(text) {
            Cow::Borrowed(text) => cut_to(text, error::LONGEST),
            Cow::Owned(masked) => Cow::Owned(cut(masked)),
        }
    }

    /// The text without any secret, and without what signs the URLs in it.
    pub(crate) fn mask<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.hides_all {
            // Whoever asks for it goes by whether it is the same text.
            return Cow::Owned(MASK.to_owned());
        }
        let mut masked = Cow::Borrowed(text);
        for Text { text, .. } in &self.texts {
            if masked.contains(text.as_str()) {
                masked = Cow::Owned(masked.replace(text.as_str(), MASK));
            }
        }
        queries::hide(masked)
    }

    /// The text without those secrets that stand in it as words of their own.
    #[cfg(feature = "testing")]
    pub(crate) fn mask_words<'t>(&self, mut text: Cow<'t, str>) -> Cow<'t, str> {
        for known in &self.texts {
            if text.contains(known.text.as_str()) {
                text = Cow::Owned(replace_words(&text, &known.text));
            }
        }
        text
    }
}

/// Every way to write a secret.
fn written(secret: &str, each: &mut dyn FnMut(&str)) {
    let mut each = |text: &str| {
        if !text.is_empty() {
            each(text);
        }
    };
    each(secret);
    // So most tokens are, and every way to write them is the same.
    if secret.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_')) {
        return;
    }
    each(&encode(secret));
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
        each(&written);
        // So does the parser of URLs.
        each(&written.replace('\'', "%27"));
    }
    each(&form);
    if secret.contains(|c: char| !c.is_ascii() || c.is_ascii_control() || matches!(c, '"' | '\\' | '/')) {
        let json = in_json(secret);
        each(&encode(&json));
        // Some writers of JSON escape more than they must.
        let ascii = in_ascii(&json);
        for written in [json.replace('/', "\\/"), ascii.replace('/', "\\/"), json, ascii] {
            each(&written);
            // A server that gives back the JSON that it was sent has it as a text in JSON of its own.
            each(&in_json(&written));
        }
    }
}

/// A text in which a word is masked wherever no letter, digit, hyphen or underscore stands beside it.
#[cfg(feature = "testing")]
fn replace_words(text: &str, word: &str) -> String {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let is_escape = |before: &str| {
        let bytes = before.as_bytes();
        matches!(bytes, [.., b'%', high, low] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit())
    };
    let (mut masked, mut at) = (String::with_capacity(text.len()), 0);
    for (begin, _) in text.match_indices(word) {
        let (before, behind) = (&text[..begin], &text[begin + word.len()..]);
        let is_whole = (is_escape(before) || !before.ends_with(is_part)) && !behind.starts_with(is_part);
        masked.push_str(&text[at..begin]);
        masked.push_str(if is_whole { MASK } else { word });
        at = begin + word.len();
    }
    masked + &text[at..]
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
            assert_eq!(secrets.texts.iter().map(|known| &known.text).collect::<Vec<_>>(), [secret]);
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

    /// A provider that signs each request makes another secret for each.
    #[test]
    fn what_is_made_for_one_request_is_forgotten_later() {
        let mut secrets = Secrets::shared();
        let shared = secrets.share().unwrap();
        secrets.add("fixed key");
        for request in 0..2_000 {
            let signature = format!("sign/{request}/ature");
            secrets.add_passing(vec!["fixed key".to_owned(), "given again".to_owned(), signature.clone()]);
            let said = format!("{signature} {} given again fixed%20key", encode(&signature));
            assert_eq!(secrets.mask(&said), "*** *** *** ***");
            assert!(["***", "*** *** *** ***"].contains(&&*shared.mask(&said)));
            assert!(secrets.texts.len() < 400, "{}", secrets.texts.len());
        }
        assert_eq!(secrets.mask("sign/17/ature"), "sign/17/ature");
        // What it keeps, it keeps to the end, or knows that it cannot.
        assert!(shared.hides_all());
        (0..PASSING).for_each(|_| secrets.add_passing(vec!["x".repeat(9)]));
        assert_eq!(secrets.mask("given again, fixed key, fixed%20key"), "given again, ***, ***");
        assert_eq!(secrets.mask(&"x".repeat(10)), "***x");
        secrets.add(&"x".repeat(9));
        (0..20).for_each(|number: u32| secrets.add_passing(vec![number.to_string()]));
        assert_eq!(secrets.mask(&"x".repeat(9)), "***");
    }

    /// So many that each text would take its time, or ones that take all the memory.
    #[test]
    fn too_many_secrets_hide_everything() {
        let many: Vec<String> = (0..500_000).map(|number| format!("s{number}")).collect();
        for value in [json!({ "a": many }), json!([["x".repeat(LONGEST + 1)]])] {
            let mut secrets = Secrets::default();
            secrets.add_inside(&value);
            assert_eq!(secrets.mask("whatever"), "***");
            assert!(secrets.would_mask("whatever") && matches!(secrets.shown("whatever"), Cow::Owned(_)));
            assert!(secrets.occur_in(&json!(["whatever"])) && secrets.texts.is_empty() && secrets.longest() == 0);
            secrets.add("another");
            assert_eq!(secrets.mask("another"), "***");
        }
        let mut secrets = Secrets::default();
        secrets.add_inside(&json!({ "a": ["abc", 1, null, "d"], "b": { "c": "e f" } }));
        assert_eq!(secrets.mask("abc 1 null d e%20f x"), "*** 1 null *** *** x");
    }

    #[cfg(feature = "testing")]
    #[test]
    fn a_word_is_masked_where_it_stands_alone() {
        let mut secrets = Secrets::default();
        secrets.add("test");
        let said = "latest test: a=test&b=tests (test) x%3Dtest test-1 my_test ätest";
        let masked = "latest ***: a=***&b=tests (***) x%3D*** test-1 my_test ätest";
        assert_eq!(secrets.mask_words(said.into()), masked);
    }

    #[test]
    fn nothing_is_no_secret() {
        let mut secrets = Secrets::default();
        secrets.add("");
        assert_eq!(secrets.mask("text"), "text");
    }
}
