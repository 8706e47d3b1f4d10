//! How OpenAPI writes values in URLs, headers and cookies: the table "Style Values" of the OpenAPI Specification.
//!
//! Where the table leaves something open, it is decided here: an absent or null value, and a list or object without
//! anything in it, is left out as RFC 6570 (section 2.3) has it; absent and null elements and members are left out of
//! what they stand in. `deepObject` nests (`a[b][c]=1`), and writes the elements of a list as `a[]=1` when they are plain
//! and as `a[0][b]=1` when they are not, which is what servers that know this style read.

use crate::request::encode;
use arazzo_expression::json::{Json, Parts};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_encode, utf8_percent_encode};
use std::borrow::Cow;

/// The styles of OpenAPI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// `matrix`: `;color=blue`
    Matrix,
    /// `label`: `.blue`
    Label,
    /// `simple`: `blue`
    Simple,
    /// `form`: `color=blue`
    Form,
    /// `spaceDelimited`: `color=blue%20black`
    Space,
    /// `pipeDelimited`: `color=blue%7Cblack`
    Pipe,
    /// `tsv` of Swagger 2.0: `color=blue%09black`
    Tab,
    /// `deepObject`: `color%5BR%5D=100`
    Deep,
    /// `cookie` of OpenAPI 3.2: `color=blue; color=black`, as it is given.
    Cookie,
}

/// How a parameter is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// By a style.
    Style {
        /// The style.
        style: Style,
        /// Whether each element or member stands for itself.
        explode: bool,
        /// Whether reserved characters stay as they are.
        reserved: bool,
    },
    /// As JSON text.
    Json,
    /// As text, which lists and objects are not.
    Text,
    /// As a form, `a=1&b=2`.
    Form,
}

impl Style {
    /// As OpenAPI writes it.
    fn name(self) -> &'static str {
        match self {
            Self::Matrix => "`style: matrix`",
            Self::Label => "`style: label`",
            Self::Simple => "`style: simple`",
            Self::Form => "`style: form`",
            Self::Space => "`style: spaceDelimited`",
            Self::Pipe => "`style: pipeDelimited`",
            Self::Tab => "`collectionFormat: tsv`",
            Self::Deep => "`style: deepObject`",
            Self::Cookie => "`style: cookie`",
        }
    }
}

impl Format {
    /// A style in which reserved characters are escaped.
    #[must_use]
    pub const fn of(style: Style, explode: bool) -> Self {
        Self::Style { style, explode, reserved: false }
    }

    /// How messages call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Style { style, .. } => style.name(),
            Self::Json => "the content type JSON",
            Self::Text => "a content type for text",
            Self::Form => "the content type of forms",
        }
    }
}

/// How names and values are escaped.
#[derive(Clone, Copy)]
pub(crate) struct Escape {
    /// A name.
    pub(crate) name: fn(&str) -> Cow<'_, str>,
    /// A value, or one element or member of it.
    pub(crate) value: fn(&str) -> Cow<'_, str>,
}

impl Escape {
    /// All but the unreserved characters of RFC 3986 is escaped.
    pub(crate) const URL: Self = Self { name: encode, value: encode };
    /// What is allowed in a query stays, and so does what is escaped already.
    pub(crate) const RESERVED_IN_QUERY: Self =
        Self { name: encode, value: |text| reserved(text, NOT_RESERVED_IN_QUERY) };
    /// What is allowed in a segment of a path stays, and so does what is escaped already.
    pub(crate) const RESERVED_IN_PATH: Self = Self { name: encode, value: |text| reserved(text, NOT_RESERVED_IN_PATH) };
    /// What RFC 6265 does not allow in the value of a cookie is escaped.
    pub(crate) const COOKIE: Self = Self { name: encode, value: encode_cookie };
    /// Nothing is escaped.
    pub(crate) const NONE: Self = Self { name: |text| Cow::Borrowed(text), value: |text| Cow::Borrowed(text) };
    /// As in `application/x-www-form-urlencoded`.
    pub(crate) const FORM: Self = Self { name: encode_form, value: encode_form };
    /// As in a form, but what is reserved in URLs and has no meaning in forms stays, and so does what is escaped already.
    pub(crate) const RESERVED_IN_FORM: Self =
        Self { name: encode_form, value: |text| Cow::Owned(reserved(text, NOT_RESERVED_IN_FORMS).replace(' ', "+")) };
}

/// All bytes that RFC 6265 (section 4.1.1) does not allow in the value of a cookie, and the escape sign.
const NOT_IN_COOKIES: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b',').add(b';').add(b'\\').add(b'%');

/// All bytes but the unreserved and the reserved characters that a query can hold. A number sign would end it.
const NOT_RESERVED_IN_QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b':')
    .remove(b'/')
    .remove(b'?')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=');

/// As [`NOT_RESERVED_IN_QUERY`], but a slash or a question mark would end a segment of a path.
const NOT_RESERVED_IN_PATH: &AsciiSet = &NOT_RESERVED_IN_QUERY.add(b'/').add(b'?');

/// As [`NOT_RESERVED_IN_QUERY`], without the separators of forms; the space becomes a plus sign behind that.
const NOT_RESERVED_IN_FORMS: &AsciiSet = &NOT_RESERVED_IN_QUERY.add(b'&').add(b'+').remove(b' ');

/// All bytes that the form encoding of the URL Standard escapes; the space becomes a plus sign behind that.
const NOT_IN_FORMS: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'*').remove(b' ');

/// A text as it is written in the value of a cookie.
pub(crate) fn encode_cookie(text: &str) -> Cow<'_, str> {
    percent_encode(text.as_bytes(), NOT_IN_COOKIES).into()
}

/// A text as it is written in a form.
fn encode_form(text: &str) -> Cow<'_, str> {
    let escaped: Cow<'_, str> = utf8_percent_encode(text, NOT_IN_FORMS).into();
    if escaped.contains(' ') { Cow::Owned(escaped.replace(' ', "+")) } else { escaped }
}

/// Reserved expansion (RFC 6570, section 3.2.3): what looks like an escape stays one.
fn reserved<'t>(text: &'t str, set: &'static AsciiSet) -> Cow<'t, str> {
    let mut written = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        let (before, behind) = rest.split_at(at);
        written.extend(utf8_percent_encode(before, set));
        let is_escape = behind.as_bytes().get(1..3).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        let length = if is_escape { 3 } else { 1 };
        written.push_str(if is_escape { &behind[..3] } else { "%25" });
        rest = &behind[length..];
    }
    written.extend(utf8_percent_encode(rest, set));
    Cow::Owned(written)
}

/// Writes a value by a style. `Ok(None)` when it is left out; the `Err` says what the style has no way to write.
pub(crate) fn write(
    name: &str,
    value: &Json<'_>,
    style: Style,
    explode: bool,
    escape: Escape,
) -> Result<Option<String>, &'static str> {
    let writer = Writer { name, style, escape };
    match value.parts() {
        Parts::Absent | Parts::Null => Ok(None),
        Parts::Scalar(text) => writer.scalar(&text).map(Some),
        _ if style == Style::Deep => writer.deep(value),
        Parts::List(elements) => {
            let elements = elements.iter().map(|element| scalar(element, "a list or an object inside of a list"));
            let elements: Vec<String> = elements.filter_map(Result::transpose).collect::<Result<_, _>>()?;
            Ok(writer.list(&elements, explode))
        }
        Parts::Object(members) => {
            let mut texts = Vec::with_capacity(members.len());
            for (name, member) in &members {
                if let Some(text) = scalar(member, "a list or an object inside of an object")? {
                    texts.push((*name, text));
                }
            }
            Ok(writer.object(&texts, explode))
        }
    }
}

/// The text of an element or a member. `Ok(None)` when it is left out.
fn scalar(value: &Json<'_>, otherwise: &'static str) -> Result<Option<String>, &'static str> {
    match value.parts() {
        Parts::Absent | Parts::Null => Ok(None),
        Parts::Scalar(text) => Ok(Some(text.into_owned())),
        Parts::List(_) | Parts::Object(_) => Err(otherwise),
    }
}

struct Writer<'n> {
    name: &'n str,
    style: Style,
    escape: Escape,
}

impl Writer<'_> {
    fn scalar(&self, text: &str) -> Result<String, &'static str> {
        let value = (self.escape.value)(text);
        match self.style {
            Style::Simple => Ok(value.into_owned()),
            Style::Label => Ok(format!(".{value}")),
            Style::Matrix | Style::Form | Style::Cookie => Ok(self.pair(&(self.escape.name)(self.name), &value)),
            Style::Space | Style::Pipe | Style::Tab | Style::Deep => Err("a plain value"),
        }
    }

    fn list(&self, elements: &[String], explode: bool) -> Option<String> {
        if elements.is_empty() {
            return None;
        }
        let values = elements.iter().map(|element| (self.escape.value)(element));
        Some(match (explode, self.delimiter()) {
            (true, Some(delimiter)) if self.is_named() => {
                let name = (self.escape.name)(self.name);
                self.all(values.map(|value| self.pair(&name, &value)), delimiter)
            }
            (true, Some(delimiter)) => self.all(values.map(Cow::into_owned), delimiter),
            _ => self.joined(values.map(Cow::into_owned)),
        })
    }

    fn object(&self, members: &[(&str, String)], explode: bool) -> Option<String> {
        if members.is_empty() {
            return None;
        }
        let members = members.iter().map(|(name, member)| ((self.escape.name)(name), (self.escape.value)(member)));
        Some(match (explode, self.delimiter()) {
            (true, Some(delimiter)) => self.all(members.map(|(name, value)| self.pair(&name, &value)), delimiter),
            _ => self.joined(members.flat_map(|(name, value)| [name.into_owned(), value.into_owned()])),
        })
    }

    /// What stands between the parts of an exploded value; `None` where there is no such thing.
    fn delimiter(&self) -> Option<&'static str> {
        match self.style {
            Style::Matrix => Some(";"),
            Style::Label => Some("."),
            Style::Simple => Some(","),
            Style::Form => Some("&"),
            Style::Cookie => Some("; "),
            Style::Space | Style::Pipe | Style::Tab | Style::Deep => None,
        }
    }

    /// Whether the name of the parameter is written too.
    fn is_named(&self) -> bool {
        !matches!(self.style, Style::Simple | Style::Label)
    }

    /// All parts of an exploded value.
    fn all(&self, parts: impl Iterator<Item = String>, delimiter: &str) -> String {
        let parts: Vec<String> = parts.collect();
        match self.style {
            Style::Label => format!(".{}", parts.join(delimiter)),
            // Each of them brings its own.
            Style::Matrix => parts.concat(),
            _ => parts.join(delimiter),
        }
    }

    /// All parts of a value that is not exploded.
    fn joined(&self, parts: impl Iterator<Item = String>) -> String {
        let delimiter = match self.style {
            Style::Space => "%20",
            Style::Pipe => "%7C",
            Style::Tab => "%09",
            _ => ",",
        };
        let value = parts.collect::<Vec<_>>().join(delimiter);
        match self.style {
            Style::Simple => value,
            Style::Label => format!(".{value}"),
            _ => self.pair(&(self.escape.name)(self.name), &value),
        }
    }

    /// A name and its value. RFC 6570 (section 3.2.7) writes no equals sign before an empty one in the style `matrix`.
    fn pair(&self, name: &str, value: &str) -> String {
        match (self.style, value) {
            (Style::Matrix, "") => format!(";{name}"),
            (Style::Matrix, _) => format!(";{name}={value}"),
            _ => format!("{name}={value}"),
        }
    }

    fn deep(&self, value: &Json<'_>) -> Result<Option<String>, &'static str> {
        /// Deeper than any value that serde_json reads.
        const DEEPEST: usize = 128;
        let mut pairs = Vec::new();
        self.nested(self.name, value, DEEPEST, &mut pairs)?;
        Ok((!pairs.is_empty()).then(|| pairs.join("&")))
    }

    fn nested(&self, name: &str, value: &Json<'_>, depth: usize, pairs: &mut Vec<String>) -> Result<(), &'static str> {
        let Some(depth) = depth.checked_sub(1) else { return Err("an object as deep as that") };
        match value.parts() {
            Parts::Absent | Parts::Null => Ok(()),
            Parts::Scalar(text) => {
                pairs.push(self.pair(&(self.escape.name)(name), &(self.escape.value)(&text)));
                Ok(())
            }
            Parts::List(elements) => {
                let is_plain = |element: &Json<'_>| !matches!(element.parts(), Parts::List(_) | Parts::Object(_));
                let plain = elements.iter().all(is_plain);
                elements.iter().enumerate().try_for_each(|(index, element)| {
                    let index = if plain { String::new() } else { index.to_string() };
                    self.nested(&format!("{name}[{index}]"), element, depth, pairs)
                })
            }
            Parts::Object(members) => members
                .iter()
                .try_for_each(|(member, value)| self.nested(&format!("{name}[{member}]"), value, depth, pairs)),
        }
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod trip;
