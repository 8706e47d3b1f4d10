//! JSON writes characters such as emoji as two escapes, `\ud83d\ude00`, which YAML does not know.

use std::borrow::Cow;

/// A text in which such pairs are one escape of YAML.
pub(super) struct Joined<'t> {
    pub(super) text: Cow<'t, str>,
    /// Where the joined escapes stand in the new text; each is [`SHORTER`] bytes shorter than it was.
    places: Vec<usize>,
}

/// `\ud83d\ude00` has 12 bytes, `\U0001f600` has 10.
const SHORTER: usize = 2;

impl Joined<'_> {
    /// The byte of the original text for a byte of this one.
    pub(super) fn original(&self, at: usize) -> usize {
        at + SHORTER * self.places.partition_point(|place| *place < at)
    }
}

/// Joins the pairs of a JSON text. In YAML outside of braces a backslash may mean itself.
pub(super) fn joined(text: &str) -> Joined<'_> {
    if !text.trim_start().starts_with(['{', '[']) || !text.contains("\\u") {
        return Joined { text: Cow::Borrowed(text), places: Vec::new() };
    }
    let mut new = String::with_capacity(text.len());
    let mut places = Vec::new();
    let mut rest = text;
    while let Some(backslash) = rest.find('\\') {
        let (before, escape) = rest.split_at(backslash);
        new.push_str(before);
        rest = match pair(escape) {
            Some(char) => {
                places.push(new.len());
                new.push_str(&format!("\\U{:08x}", u32::from(char)));
                &escape[12..]
            }
            None => {
                // The character behind a backslash may be a backslash, which begins no escape then.
                let length = 1 + escape.chars().nth(1).map_or(0, char::len_utf8);
                new.push_str(&escape[..length]);
                &escape[length..]
            }
        };
    }
    new.push_str(rest);
    Joined { text: Cow::Owned(new), places }
}

/// The character of the pair of escapes that the text begins with.
pub(super) fn pair(text: &str) -> Option<char> {
    let unit = |text: &str| u16::from_str_radix(text.strip_prefix("\\u")?, 16).ok();
    let units = [unit(text.get(..6)?)?, unit(text.get(6..12)?)?];
    let mut chars = char::decode_utf16(units);
    let char = chars.next()?.ok()?;
    chars.next().is_none().then_some(char)
}
