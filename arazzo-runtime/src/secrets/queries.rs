//! Hiding by name what signs a URL or gives access by it: such URLs come from servers, and nobody has said that they are
//! secret.

use super::MASK;
use std::borrow::Cow;

/// The names of parameters whose values are hidden, in small letters and without `-` and `_`.
const NAMES: [&str; 27] = [
    "accesstoken",
    "actortoken",
    "apikey",
    "assertion",
    "authtoken",
    "awsaccesskeyid",
    "clientassertion",
    "clientsecret",
    "idtoken",
    "ossaccesskeyid",
    "password",
    "qsignature",
    "refreshtoken",
    "securitytoken",
    "sig",
    "signature",
    "subjecttoken",
    "token",
    "xamzcredential",
    "xamzsecuritytoken",
    "xamzsignature",
    "xgoogcredential",
    "xgoogsignature",
    "xosscredential",
    "xosssecuritytoken",
    "xosssignature",
    "xossaccesskeyid",
];

/// More bytes than any of the names has, in whatever way it is written.
const LONGEST: usize = 32;

/// The text without the values of such parameters, in all URLs that it holds; also where JSON writes `&` as `\u0026`, and
/// HTML as `&amp;`, and in a URL that is a parameter of another one.
pub(super) fn hide(text: Cow<'_, str>) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    // Most texts have no parameters, and every request asks.
    if !bytes.contains(&b'=') && !bytes.contains(&b'%') {
        return text;
    }
    let (mut hidden, mut copied, mut from) = (String::new(), 0, 0);
    while let Some(found) = bytes[from..].iter().position(|byte| matches!(byte, b'=' | b'%')) {
        let at = from + found;
        from = at + 1;
        let (is_encoded, value) = match bytes[at..] {
            [b'=', ..] => (false, at + 1),
            [b'%', b'3', b'D' | b'd', ..] => (true, at + 3),
            _ => continue,
        };
        if !is_secret(&bytes[..at]) {
            continue;
        }
        let end = value + length(&bytes[value..], is_encoded);
        from = end;
        if end > value && text[value..end] != *MASK {
            hidden.push_str(&text[copied..value]);
            hidden.push_str(MASK);
            copied = end;
        }
    }
    if copied == 0 {
        return text;
    }
    hidden.push_str(&text[copied..]);
    hidden.into()
}

/// Whether a text ends with one of the names, behind what begins a parameter.
fn is_secret(before: &[u8]) -> bool {
    let is_of_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let length = before.iter().rev().take(LONGEST).take_while(is_of_name).count();
    let (before, name) = before.split_at(before.len() - length);
    let name = match (before.last(), name) {
        (Some(b'?' | b'&' | b'#' | b';'), name) => name,
        (Some(b'%'), [b'2', b'6', name @ ..] | [b'3', b'F' | b'f', name @ ..]) => name,
        (Some(b'\\'), [b'u', b'0', b'0', b'2', b'6', name @ ..]) => name,
        _ => return false,
    };
    names_a_secret(name)
}

/// Whether this is the name of a parameter whose value is a secret.
pub(crate) fn names_a_secret(name: &[u8]) -> bool {
    let letters = || name.iter().filter(|byte| !matches!(byte, b'-' | b'_')).map(u8::to_ascii_lowercase);
    NAMES.iter().any(|known| letters().eq(known.bytes()))
}

/// How many bytes a value has.
fn length(value: &[u8], is_encoded: bool) -> usize {
    let ends = |place: usize| match value[place..] {
        [b'&' | b'#' | b'"' | b'\'' | b'<' | b'>' | b'\\' | b'`', ..] => true,
        [b'%', b'2', b'6' | b'3', ..] => is_encoded,
        [byte, ..] => byte.is_ascii_whitespace() || byte.is_ascii_control(),
        [] => true,
    };
    (0..value.len()).find(|place| ends(*place)).unwrap_or(value.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_hidden(text: &str, expected: &str) {
        let hidden = hide(text.into());
        assert_eq!(hidden, expected);
        assert_eq!(hide(hidden.clone()), hidden);
    }

    #[test]
    fn the_values_of_signatures_are_hidden_in_urls() {
        for (query, expected) in [
            ("a=1&X-Amz-Signature=00ff&b=2", "a=1&X-Amz-Signature=***&b=2"),
            ("X-Amz-Credential=AK%2F2026%2Fs3", "X-Amz-Credential=***"),
            ("X-Amz-Security-Token=IQ%2B/==#end", "X-Amz-Security-Token=***#end"),
            ("AWSAccessKeyId=AK&Signature=a+b&Expires=9", "AWSAccessKeyId=***&Signature=***&Expires=9"),
            ("x-goog-signature=00&X-Goog-Credential=a%40b", "x-goog-signature=***&X-Goog-Credential=***"),
            ("sv=2026&sig=a%2Bb%3D&se=x", "sv=2026&sig=***&se=x"),
            ("access_token=t&api_key=k&api-key=k&apikey=k", "access_token=***&api_key=***&api-key=***&apikey=***"),
            ("token=", "token="),
            ("token=***", "token=***"),
        ] {
            assert_hidden(&format!("https://h/p?{query}"), &format!("https://h/p?{expected}"));
        }
        assert_hidden("https://h/cb#access_token=t&state=s", "https://h/cb#access_token=***&state=s");
    }

    #[test]
    fn they_are_hidden_wherever_a_url_stands() {
        for (text, expected) in [
            (r#"{"url":"https://h/p?a&sig=x/y","n":1}"#, r#"{"url":"https://h/p?a&sig=***","n":1}"#),
            (r#"{"url":"https://h/p?a=1\u0026sig=xy\u0026b=2"}"#, r#"{"url":"https://h/p?a=1\u0026sig=***\u0026b=2"}"#),
            (r#"{\"url\":\"https://h/p?sig=xy\"}"#, r#"{\"url\":\"https://h/p?sig=***\"}"#),
            ("<a href='/p?a=1&amp;sig=xy&amp;b'>", "<a href='/p?a=1&amp;sig=***&amp;b'>"),
            ("see https://h?sig=é🙂 and https://h?token=b.", "see https://h?sig=*** and https://h?token=***"),
            ("/go?to=https%3A%2F%2Fh%3fa%3Db%26sig%3Dxy%26b&c", "/go?to=https%3A%2F%2Fh%3fa%3Db%26sig%3D***%26b&c"),
        ] {
            assert_hidden(text, expected);
        }
    }

    #[test]
    fn nothing_else_is_hidden() {
        for text in [
            "https://h/p?page_token=a&signature_version=4&next-token=b&tokens=3&key=k",
            "https://h/token=abc",
            "token=abc",
            "a token=abc; sig=b",
            "$request.query.token == 'a'",
            "https://h/p?token&sig",
            "?%3D=1&%=2&%3",
            "=",
            "",
        ] {
            assert_hidden(text, text);
        }
        let long = format!("?{}token=a", "x".repeat(40));
        assert_hidden(&long, &long);
    }
}
