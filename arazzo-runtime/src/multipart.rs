//! Bodies of the type `multipart/form-data` (RFC 7578; OpenAPI, "Encoding `multipart` Media Types").
//!
//! A member of which the description says nothing is written as OpenAPI has it by default: a plain value as text, an
//! object as JSON, a list as one part for each of its elements. An absent or null member is left out. The same parts
//! always make the same body: the boundary is one that occurs in none of them, and not a random one.

use crate::request::Request;
use crate::style::{self, Escape, Format};
use arazzo_expression::json::{Json, Parts};
use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use http::header::HeaderValue;
use percent_encoding::percent_decode_str;

/// What a boundary begins with.
const BOUNDARY: &str = "arazzo-form-data";

/// What the compiler knows of a member of a `multipart/form-data` body.
#[derive(Debug, Clone, Copy)]
pub struct FormPart {
    name: &'static str,
    format: Option<Format>,
    content_type: Option<&'static str>,
    headers: &'static [(&'static str, &'static str)],
    is_file: bool,
    is_base64: bool,
}

impl FormPart {
    /// A member of that name, with nothing said about it.
    #[must_use]
    pub const fn named(name: &'static str) -> Self {
        Self { name, format: None, content_type: None, headers: &[], is_file: false, is_base64: false }
    }

    /// How it is written: by a style, or as JSON or text.
    #[must_use]
    pub const fn written(mut self, format: Format) -> Self {
        self.format = Some(format);
        self
    }

    /// The content type of the part.
    #[must_use]
    pub const fn content_type(mut self, content_type: &'static str) -> Self {
        self.content_type = Some(content_type);
        self
    }

    /// Headers of the part.
    #[must_use]
    pub const fn headers(mut self, headers: &'static [(&'static str, &'static str)]) -> Self {
        self.headers = headers;
        self
    }

    /// A file: it has a file name, which is its own name.
    #[must_use]
    pub const fn file(mut self) -> Self {
        self.is_file = true;
        self
    }

    /// Bytes that are given as Base64 (RFC 4648, section 4 or 5), and sent as they are.
    #[must_use]
    pub const fn base64(mut self) -> Self {
        self.is_base64 = true;
        self
    }
}

impl Request {
    /// Sets a body whose parts are the members of an object. An absent or null one is left out, unless the operation
    /// requires it. The content type is sent with the boundary, whatever header is given.
    pub fn multipart(&mut self, content_type: &'static str, required: bool, known: &[FormPart], value: Json<'_>) {
        let members = match value.parts() {
            Parts::Absent | Parts::Null => return self.no_body(required),
            Parts::Object(members) => members,
            other => {
                let what = if matches!(other, Parts::List(_)) { "a list" } else { "a plain value" };
                self.fail(format!("a body of the type `{content_type}` has parts, and the payload is {what}"));
                return;
            }
        };
        let mut parts = Vec::with_capacity(members.len());
        for (name, member) in &members {
            let part = known.iter().find(|part| part.name == *name).copied().unwrap_or(FormPart::named(""));
            if let Err(problem) = write(name, member, &part, &mut parts) {
                self.fail(format!("the part `{name}` {problem}"));
            }
        }
        match assemble(content_type, &parts) {
            Ok((content_type, body)) => self.set_body_with_boundary(content_type, body.into()),
            Err(problem) => self.fail(problem),
        }
    }
}

/// A part as it is sent.
struct Written {
    head: String,
    content: Vec<u8>,
}

/// Writes the parts of a member. The `Err` goes on behind its name.
fn write(name: &str, value: &Json<'_>, part: &FormPart, parts: &mut Vec<Written>) -> Result<(), String> {
    if let Some(format @ Format::Style { style, explode, .. }) = part.format {
        let text = style::write(name, value, style, explode, Escape::URL)
            .map_err(|what| format!("is {what}, which {} has no way to write", format.name()))?;
        // Parts are not escaped; here the escapes only keep the separators apart.
        let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        for (name, value) in text.iter().flat_map(|text| text.split('&')).filter_map(|pair| pair.split_once('=')) {
            parts.push(written(&decode(name), None, part, decode(value).into_bytes()));
        }
        return Ok(());
    }
    match value.parts() {
        Parts::List(elements) => elements.iter().try_for_each(|element| one(name, element, part, parts)),
        _ => one(name, value, part, parts),
    }
}

/// Writes one value as one part.
fn one(name: &str, value: &Json<'_>, part: &FormPart, parts: &mut Vec<Written>) -> Result<(), String> {
    let (content_type, content) = match (value.parts(), part.format) {
        (Parts::Absent, _) => return Ok(()),
        (Parts::Null, format) if format != Some(Format::Json) => return Ok(()),
        // Writing a value that came from JSON to memory has no way to fail.
        (_, Some(Format::Json)) => {
            (Some(part.content_type.unwrap_or("application/json")), serde_json::to_vec(value).unwrap_or_default())
        }
        (Parts::List(_) | Parts::Object(_), None) => {
            let part = FormPart { is_file: false, ..*part };
            let content = serde_json::to_vec(value).unwrap_or_default();
            parts.push(written(name, Some("application/json"), &part, content));
            return Ok(());
        }
        (what @ (Parts::List(_) | Parts::Object(_)), _) => {
            let what = if matches!(what, Parts::List(_)) { "a list inside of a list" } else { "an object" };
            let content_type = part.content_type.unwrap_or("text/plain");
            return Err(format!("is {what}, which the content type `{content_type}` has no way to write"));
        }
        (Parts::Scalar(text), _) if part.is_base64 => (part.content_type, decoded(&text)?),
        (_, _) => (part.content_type, value.to_text().into_owned().into_bytes()),
    };
    parts.push(written(name, content_type, part, content));
    Ok(())
}

fn written(name: &str, content_type: Option<&str>, part: &FormPart, content: Vec<u8>) -> Written {
    let name = quoted(name);
    let mut head = format!("Content-Disposition: form-data; name=\"{name}\"");
    if part.is_file {
        head.push_str("; filename=\"");
        head.push_str(&name);
        head.push('"');
    }
    if let Some(content_type) = content_type {
        head.push_str("\r\nContent-Type: ");
        head.push_str(content_type);
    }
    for (name, value) in part.headers {
        head.extend(["\r\n", name, ": ", value]);
    }
    Written { head, content }
}

/// A name between quotes, as the HTML Standard escapes it.
fn quoted(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

/// The bytes of a text in Base64, of either alphabet.
pub(crate) fn decoded(text: &str) -> Result<Vec<u8>, String> {
    const LENIENT: GeneralPurposeConfig =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
    const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);
    let text: String = text.split_ascii_whitespace().collect();
    let engine = if text.contains(['-', '_']) { URL_SAFE } else { STANDARD };
    // The error would show a part of what may be a secret.
    engine.decode(text).map_err(|_| "is not the Base64 that its input is declared to be".to_owned())
}

/// The content type with its boundary, and the body.
fn assemble(content_type: &str, parts: &[Written]) -> Result<(HeaderValue, Vec<u8>), String> {
    let is_free = |boundary: &str| {
        let delimiter = format!("--{boundary}");
        !parts.iter().any(|part| {
            part.head.contains(&delimiter)
                || part.content.windows(delimiter.len()).any(|window| window == delimiter.as_bytes())
        })
    };
    let (content_type, boundary) = match given_boundary(content_type) {
        Some(boundary) if is_free(boundary) => (content_type.to_owned(), boundary.to_owned()),
        Some(boundary) => return Err(format!("a part of the body holds the boundary `{boundary}`")),
        None => {
            let boundary = free_boundary(parts.iter().flat_map(|part| [part.head.as_bytes(), &part.content[..]]));
            if boundary.len() > LONGEST_BOUNDARY {
                return Err("the parts of the body hold every boundary that could stand between them".to_owned());
            }
            (format!("{content_type}; boundary={boundary}"), boundary)
        }
    };
    let mut body = Vec::new();
    for part in parts {
        body.extend_from_slice(format!("--{boundary}\r\n{}\r\n\r\n", part.head).as_bytes());
        body.extend_from_slice(&part.content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    let content_type = HeaderValue::try_from(content_type).map_err(|_| "the content type is no header".to_owned())?;
    Ok((content_type, body))
}

/// How long a boundary may be (RFC 2046, section 5.1.1).
const LONGEST_BOUNDARY: usize = 70;

/// A boundary that no part holds: a number with more digits than stand behind any of its kind.
fn free_boundary<'c>(contents: impl Iterator<Item = &'c [u8]>) -> String {
    let mut longest = None;
    for content in contents {
        for (at, _) in content.windows(BOUNDARY.len()).enumerate().filter(|(_, window)| *window == BOUNDARY.as_bytes())
        {
            let behind = &content[at + BOUNDARY.len()..];
            let digits = behind.iter().skip(1).take_while(|byte| byte.is_ascii_digit()).count();
            longest = longest.max(Some(digits));
        }
    }
    match longest {
        None => format!("{BOUNDARY}-0"),
        Some(digits) => format!("{BOUNDARY}-1{}", "0".repeat(digits)),
    }
}

/// The boundary in a content type. One that holds a semicolon, which only quotes could protect, is not found.
fn given_boundary(content_type: &str) -> Option<&str> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches('"');
        (name.trim().eq_ignore_ascii_case("boundary") && !value.is_empty()).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::tests::values;
    use crate::operation::{Operation, PathPart};
    use crate::server::Server;
    use crate::style::Style;
    use http::header::CONTENT_TYPE;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    static OPERATION: Operation = Operation {
        source: "api",
        id: None,
        server: None,
        method: "POST",
        path: &[PathPart::Text("/a")],
        security: &[],
    };

    /// The content type and the body, or why nothing is sent.
    fn sent(content_type: &'static str, known: &[FormPart], value: Json<'_>) -> Result<(String, Vec<u8>), String> {
        let mut request = Request::new(&OPERATION);
        request.keep_parts();
        request.multipart(content_type, true, known, value);
        let finished = request.finish(&Server::new("http://h"), 0);
        finished.request?;
        let parts = finished.parts.unwrap();
        let content_type = parts.headers[CONTENT_TYPE].to_str().unwrap().to_owned();
        Ok((content_type, parts.body.unwrap_or_default().to_vec()))
    }

    /// The body as text, with `|` for line breaks.
    fn text(known: &[FormPart], value: Value) -> Result<String, String> {
        let (_, body) = sent("multipart/form-data", known, Json::from(value))?;
        Ok(String::from_utf8_lossy(&body).replace("\r\n", "|"))
    }

    /// The parts of a body: their headers and what they hold.
    fn parsed(content_type: &str, body: &[u8]) -> Vec<(String, Vec<u8>)> {
        let boundary = content_type.split_once("boundary=").unwrap().1;
        let text: String = body.iter().map(|byte| char::from(*byte)).collect();
        let delimiter = format!("\r\n--{boundary}");
        let text = format!("\r\n{text}");
        let mut parts: Vec<&str> = text.split(&delimiter).collect();
        assert_eq!((parts.remove(0), parts.pop()), ("", Some("--\r\n")));
        let bytes = |text: &str| text.chars().map(|char| u8::try_from(u32::from(char)).unwrap()).collect();
        let part = |part: &str| {
            let (head, content) = part.strip_prefix("\r\n").unwrap().split_once("\r\n\r\n").unwrap();
            (String::from_utf8(bytes(head)).unwrap(), bytes(content))
        };
        parts.into_iter().map(part).collect()
    }

    #[test]
    fn members_are_parts() {
        let value = json!({"a": "x", "b": 1.0, "c": {"d": [null]}, "e": ["y", {"f": 2}], "g": null, "h": []});
        assert_eq!(
            text(&[], value).unwrap(),
            concat!(
                "--arazzo-form-data-0|Content-Disposition: form-data; name=\"a\"||x|",
                "--arazzo-form-data-0|Content-Disposition: form-data; name=\"b\"||1|",
                "--arazzo-form-data-0|Content-Disposition: form-data; name=\"c\"|Content-Type: application/json||",
                "{\"d\":[null]}|",
                "--arazzo-form-data-0|Content-Disposition: form-data; name=\"e\"||y|",
                "--arazzo-form-data-0|Content-Disposition: form-data; name=\"e\"|Content-Type: application/json||",
                "{\"f\":2}|",
                "--arazzo-form-data-0--|",
            )
        );
    }

    #[test]
    fn files_have_names_types_and_bytes() {
        let photo = FormPart::named("photo").content_type("image/png").file().base64().headers(&[("X-Side", "left")]);
        let (content_type, body) =
            sent("multipart/form-data", &[photo], Json::from(json!({"photo": "iVBORw0KGgr/\nAA=="}))).unwrap();
        assert_eq!(content_type, "multipart/form-data; boundary=arazzo-form-data-0");
        let parts = parsed(&content_type, &body);
        assert_eq!(parts[0].1, b"\x89PNG\r\n\x1a\n\xff\0");
        assert_eq!(
            parts[0].0,
            "Content-Disposition: form-data; name=\"photo\"; filename=\"photo\"\r\nContent-Type: image/png\r\nX-Side: left"
        );
        for (text, expected) in [("_-8", Some(vec![0xff, 0xef])), ("//8=", Some(vec![0xff, 0xff])), ("?", None)] {
            assert_eq!(decoded(text).ok(), expected, "{text}");
        }
        let refused = text_of_error(&[photo], json!({"photo": "s3cret?"}));
        assert_eq!(refused, "the part `photo` is not the Base64 that its input is declared to be");
    }

    fn text_of_error(known: &[FormPart], value: Value) -> String {
        text(known, value).unwrap_err()
    }

    #[test]
    fn styles_write_without_escapes() {
        let list = json!({"a": ["x y", "z&,"]});
        for (style, explode, value, expected) in [
            (Style::Form, true, &list, &[("a", "x y"), ("a", "z&,")][..]),
            (Style::Form, false, &list, &[("a", "x y,z&,")]),
            (Style::Space, false, &list, &[("a", "x y z&,")]),
            (Style::Pipe, false, &list, &[("a", "x y|z&,")]),
            (Style::Deep, true, &json!({"a": {"k=": ["ü"], "l": 1}}), &[("a[k=][]", "ü"), ("a[l]", "1")]),
        ] {
            let part = FormPart::named("a").written(Format::of(style, explode));
            let (content_type, body) = sent("multipart/form-data", &[part], Json::from(value)).unwrap();
            let expected: Vec<_> = expected
                .iter()
                .map(|(name, text)| {
                    (format!("Content-Disposition: form-data; name=\"{name}\""), text.as_bytes().to_vec())
                })
                .collect();
            assert_eq!(parsed(&content_type, &body), expected, "{style:?}");
        }
    }

    #[test]
    fn a_boundary_occurs_in_no_part() {
        let value = json!({"a": "x\r\n--arazzo-form-data-0\r\n", "b--arazzo-form-data-1": "y"});
        let (content_type, body) = sent("multipart/form-data", &[], Json::from(&value)).unwrap();
        assert_eq!(content_type, "multipart/form-data; boundary=arazzo-form-data-10");
        assert_eq!(parsed(&content_type, &body).len(), 2);
        let own = "multipart/form-data; boundary=\"arazzo-form-data-1\"";
        assert_eq!(
            sent(own, &[], Json::from(&value)).unwrap_err(),
            "a part of the body holds the boundary `arazzo-form-data-1`"
        );
        let (content_type, body) = sent("multipart/form-data; boundary=own", &[], Json::from(&value)).unwrap();
        assert_eq!(content_type, "multipart/form-data; boundary=own");
        assert!(body.starts_with(b"--own\r\n") && body.ends_with(b"\r\n--own--\r\n"));
    }

    #[test]
    fn a_part_that_lists_boundaries_costs_one_look() {
        let listed: String = (0..20_000).map(|number| format!("--arazzo-form-data-{number}")).collect();
        let (content_type, _) = sent("multipart/form-data", &[], Json::from(json!({"a": listed}))).unwrap();
        assert_eq!(content_type, "multipart/form-data; boundary=arazzo-form-data-100000");
        let endless = format!("arazzo-form-data-{}", "9".repeat(100));
        assert!(sent("multipart/form-data", &[], Json::from(json!({"a": endless}))).is_err());
    }

    #[test]
    fn names_cannot_break_out() {
        let (content_type, body) = sent("multipart/form-data", &[], Json::from(json!({"a\"\r\nX: y": "b"}))).unwrap();
        let parts = parsed(&content_type, &body);
        assert_eq!(parts[0].0, "Content-Disposition: form-data; name=\"a%22%0D%0AX: y\"");
    }

    #[test]
    fn what_has_no_parts_is_not_sent() {
        assert!(text_of_error(&[], json!([1])).contains("has parts, and the payload is a list"));
        assert!(text_of_error(&[], json!("a")).contains("has parts, and the payload is a plain value"));
        assert!(text_of_error(&[], json!(null)).contains("requires a body"));
        let xml = FormPart::named("a").written(Format::Text).content_type("application/xml");
        assert_eq!(
            text_of_error(&[xml], json!({"a": {"b": 1}})),
            "the part `a` is an object, which the content type `application/xml` has no way to write"
        );
        let form = FormPart::named("a").written(Format::of(Style::Form, true));
        assert!(text_of_error(&[form], json!({"a": [[1]]})).contains("`style: form` has no way to write"));
    }

    proptest! {
        /// A part that is JSON comes back as what it was.
        #[test]
        fn any_value_survives_as_a_part(value in values()) {
            prop_assume!(!value.is_array());
            let part = FormPart::named("a").written(Format::Json);
            let (content_type, body) = sent("multipart/form-data", &[part], Json::from(json!({"a": value}))).unwrap();
            let parts = parsed(&content_type, &body);
            prop_assert_eq!(parts.len(), 1);
            prop_assert_eq!(serde_json::from_slice::<Value>(&parts[0].1).unwrap(), value);
        }

        /// A file comes back byte for byte.
        #[test]
        fn any_bytes_survive_as_a_file(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let part = FormPart::named("a").file().base64();
            let text = base64::engine::general_purpose::STANDARD.encode(&bytes);
            let (content_type, body) = sent("multipart/form-data", &[part], Json::from(json!({"a": text}))).unwrap();
            prop_assert_eq!(&parsed(&content_type, &body)[0].1, &bytes);
        }
    }
}
