//! JSON Pointer (RFC 6901), as written after `#` in a runtime expression: plain, never percent-decoded.

use crate::SyntaxError;
use crate::cursor::{excerpt, not_too_deep};
use serde_json::Value;
use std::fmt;

/// A parsed JSON Pointer. The empty pointer is the whole value.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Pointer {
    /// The reference tokens, unescaped.
    pub tokens: Vec<String>,
}

impl Pointer {
    /// Reads the text after `#`: nothing, or tokens that each begin with `/` (RFC 6901, section 3).
    ///
    /// ```
    /// use arazzo_expression::pointer::Pointer;
    ///
    /// let pointer = Pointer::parse("/a~1b/0").unwrap();
    /// assert_eq!(pointer.tokens, ["a/b", "0"]);
    /// assert!(Pointer::parse("a").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        let Some(tokens) = text.strip_prefix('/') else {
            let first = text.chars().next().map_or(0, char::len_utf8);
            let error = SyntaxError::new(0..first, "a JSON Pointer begins with `/`");
            return Err(error.help(format!("write `#/{}`", excerpt(text))));
        };
        not_too_deep(tokens.bytes().filter(|byte| *byte == b'/').count() + 1, 0..text.len())?;
        let mut start = 1;
        let tokens = tokens.split('/').map(|token| {
            let unescaped = unescape(token, start);
            start += token.len() + 1;
            unescaped
        });
        Ok(Self { tokens: tokens.collect::<Result<_, _>>()? })
    }

    /// The part of `value` that the pointer names, if it is there (RFC 6901, section 4).
    ///
    /// ```
    /// use arazzo_expression::pointer::Pointer;
    /// use serde_json::json;
    ///
    /// let value = json!({"items": [{"id": 7}]});
    /// let pointer = Pointer::parse("/items/0/id").unwrap();
    /// assert_eq!(pointer.resolve(&value), Some(&json!(7)));
    /// ```
    pub fn resolve<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        self.tokens.iter().try_fold(value, |value, token| step(value, token))
    }
}

impl fmt::Display for Pointer {
    /// The pointer with `~` and `/` escaped again; nothing for the empty pointer.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tokens.iter().try_for_each(|token| write!(f, "/{}", token.replace('~', "~0").replace('/', "~1")))
    }
}

/// The array index that a reference token is: decimal digits without leading zeros. `-`, the element behind the last
/// one, is never there to be read.
///
/// ```
/// use arazzo_expression::pointer::array_index;
///
/// assert_eq!(array_index("10"), Some(10));
/// assert_eq!(array_index("01"), None);
/// assert_eq!(array_index("-"), None);
/// ```
pub fn array_index(token: &str) -> Option<usize> {
    let digits = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit());
    let leading_zero = token.len() > 1 && token.starts_with('0');
    (digits && !leading_zero).then(|| token.parse().ok()).flatten()
}

/// One token further into a value.
pub(crate) fn step<'v>(value: &'v Value, token: &str) -> Option<&'v Value> {
    match value {
        Value::Object(members) => members.get(token),
        Value::Array(elements) => elements.get(array_index(token)?),
        _ => None,
    }
}

/// The token that begins at byte `start` of the pointer, with `~1` and `~0` read.
fn unescape(token: &str, start: usize) -> Result<String, SyntaxError> {
    let mut unescaped = String::with_capacity(token.len());
    let mut characters = token.char_indices();
    while let Some((at, c)) = characters.next() {
        if c != '~' {
            unescaped.push(c);
            continue;
        }
        match characters.next() {
            Some((_, '0')) => unescaped.push('~'),
            Some((_, '1')) => unescaped.push('/'),
            other => {
                let end = other.map_or(token.len(), |(at, c)| at + c.len_utf8());
                let message = format!("`{}` is no escape of JSON Pointer", excerpt(&token[at..end]));
                return Err(
                    SyntaxError::new(start + at..start + end, message).help("write `~0` for `~` and `~1` for `/`")
                );
            }
        }
    }
    Ok(unescaped)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn tokens(text: &str) -> Vec<String> {
        Pointer::parse(text).unwrap().tokens
    }

    #[test]
    fn the_empty_pointer_is_the_whole_value() {
        assert_eq!(Pointer::parse(""), Ok(Pointer::default()));
        let value = json!({"a": 1});
        assert_eq!(Pointer::default().resolve(&value), Some(&value));
    }

    #[test]
    fn escapes_are_read_once() {
        assert_eq!(tokens("/a~1b/m~0n"), ["a/b", "m~n"]);
        assert_eq!(tokens("/~01"), ["~1"]);
    }

    #[test]
    fn percent_is_plain() {
        assert_eq!(tokens("/a%20b"), ["a%20b"]);
    }

    #[test]
    fn other_escapes_are_errors() {
        let help = "write `~0` for `~` and `~1` for `/`";
        assert_eq!(
            Pointer::parse("/ab/c~2"),
            Err(SyntaxError::new(5..7, "`~2` is no escape of JSON Pointer").help(help))
        );
        assert_eq!(Pointer::parse("/é~"), Err(SyntaxError::new(3..4, "`~` is no escape of JSON Pointer").help(help)));
        assert_eq!(Pointer::parse("/~/a"), Err(SyntaxError::new(1..2, "`~` is no escape of JSON Pointer").help(help)));
    }

    #[test]
    fn the_first_character_is_a_slash() {
        assert_eq!(
            Pointer::parse("id"),
            Err(SyntaxError::new(0..1, "a JSON Pointer begins with `/`").help("write `#/id`"))
        );
    }

    #[test]
    fn a_trailing_slash_names_the_empty_member() {
        assert_eq!(tokens("/a/"), ["a", ""]);
        let value = json!({"a": {"": 3}});
        assert_eq!(Pointer::parse("/a/").unwrap().resolve(&value), Some(&json!(3)));
    }

    #[test]
    fn only_plain_indices_name_elements() {
        let value = json!([[0, 1], 2]);
        let resolve = |text| Pointer::parse(text).unwrap().resolve(&value).cloned();
        assert_eq!(resolve("/0/1"), Some(json!(1)));
        assert_eq!(resolve("/1"), Some(json!(2)));
        for text in ["/01", "/-", "/2", "/", "/+1", "/1/0", "/99999999999999999999999"] {
            assert_eq!(resolve(text), None, "{text}");
        }
        assert_eq!(Pointer::parse("/01").unwrap().resolve(&json!({"01": true})), Some(&json!(true)));
    }

    proptest! {
        #[test]
        fn display_and_parse_are_inverse(tokens in prop::collection::vec(".{0,8}", 0..5)) {
            let pointer = Pointer { tokens };
            prop_assert_eq!(Pointer::parse(&pointer.to_string()), Ok(pointer));
        }

        #[test]
        fn any_text_is_read_or_refused_within_bounds(text in "[/~01a-é ]{0,12}|\\PC*") {
            match Pointer::parse(&text) {
                Ok(pointer) => prop_assert_eq!(pointer.to_string(), text),
                Err(error) => prop_assert!(text.get(error.span).is_some()),
            }
        }
    }
}
