//! How the members of a form are written: the Encoding Object.

use super::Version;
use super::parameter::{Format, ParameterLocation, Problem, Reader, Style};
use crate::diagnostic::{Diagnostics, rules};
use crate::library::Located;
use crate::media::{self, Format as Media};
use crate::source::Span;
use crate::yaml::Node;

/// The encoding of a member of a form.
#[derive(Debug)]
pub struct Encoding<'a> {
    /// The name of the member.
    pub name: &'a str,
    /// The style, if one of `style`, `explode` and `allowReserved` is there; it counts more than the content type.
    pub style: Option<Format>,
    /// The content type: of several the first that is no range.
    pub content_type: Option<&'a str>,
    /// The headers of its part.
    pub headers: Vec<Header<'a>>,
    /// Whether the style counts in `multipart/form-data` too, which it does not in OpenAPI 3.0.
    styles_parts: bool,
    /// What is wrong with it. Only a step that gives the member has a problem.
    pub problem: Option<Problem>,
    /// Where it stands.
    pub span: Span,
}

/// A header of a part.
#[derive(Debug)]
pub struct Header<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its value, when the schema allows one only or has a default.
    pub value: Option<String>,
}

impl Encoding<'_> {
    /// How the member is written in `multipart/form-data`; `None` when nothing else than the default is said.
    pub fn in_parts(&self) -> Option<Format> {
        self.style.filter(|_| self.styles_parts).or_else(|| self.of_content())
    }

    /// How the member is written in `application/x-www-form-urlencoded`; `None` when nothing else than the default is said.
    pub fn in_form(&self) -> Option<Format> {
        self.style.or_else(|| self.of_content())
    }

    /// How its content type writes it.
    fn of_content(&self) -> Option<Format> {
        self.content_type.map(|content_type| match Media::of(content_type) {
            Media::Json => Format::Json,
            _ => Format::Text,
        })
    }
}

/// The encodings of a media type.
pub(super) fn encodings<'a>(media_type: Located<'a>, reader: &Reader<'_, 'a, '_>) -> Vec<Encoding<'a>> {
    let declared = media_type.node.get("encoding").and_then(Node::as_map);
    let declared = declared.into_iter().flat_map(|map| &map.entries);
    let encodings = declared.map(|(name, node)| {
        let has_style = ["style", "explode", "allowReserved"].iter().any(|field| node.get(field).is_some());
        let is_tabs = reader.version == Version::V2_0 && node.get("style").and_then(Node::as_str) == Some("tsv");
        let (style, problem) = match has_style {
            // OpenAPI 3 has no name for what Swagger 2.0 calls so.
            true if is_tabs => (Some(Format::Style { style: Style::Tab, explode: false, reserved: false }), None),
            true => {
                let (format, _, problem) = reader.format(Located { node, ..media_type }, ParameterLocation::Query);
                (Some(format), problem)
            }
            false => (None, None),
        };
        let content_types = node.get("contentType").and_then(Node::as_str).unwrap_or_default().split(',');
        let content_type = content_types.map(str::trim).find(|text| media::is_valid(text) && !media::is_range(text));
        // Beside a style it does not count.
        let invalid = || invalid_content_type(node).filter(|_| !has_style);
        let (headers, missing) = headers(Located { node, ..media_type }, reader);
        let problem = problem.or_else(invalid).or(missing).or_else(|| nested(node));
        let styles_parts = reader.version != Version::V3_0;
        Encoding { name: &name.text, style, content_type, headers, styles_parts, problem, span: name.span }
    });
    encodings.collect()
}

/// A content type, or one of a list of them, that no part can have.
fn invalid_content_type(encoding: &Node) -> Option<Problem> {
    let node = encoding.get("contentType")?;
    let is_invalid = |text: &&str| !media::is_valid(text);
    let message = match node.as_str() {
        // A comma between quotes is part of a parameter.
        Some(list) if list.contains('"') => return None,
        Some(list) => {
            let invalid = list.split(',').map(str::trim).find(is_invalid)?;
            format!("has the `contentType` `{invalid}`, which is no media type: those are written as in `image/png`")
        }
        None => "has a `contentType` that is no string".to_owned(),
    };
    Some(Problem { rule: &rules::INVALID_DESCRIPTION, message, span: node.span })
}

/// The headers of a part, and the problem that one of them has no value. The content type is said elsewhere.
fn headers<'a>(encoding: Located<'a>, reader: &Reader<'_, 'a, '_>) -> (Vec<Header<'a>>, Option<Problem>) {
    let declared = encoding.node.get("headers").and_then(Node::as_map);
    let mut problem = None;
    let mut headers = Vec::new();
    for (name, node) in declared.into_iter().flat_map(|map| &map.entries) {
        if name.text.eq_ignore_ascii_case("Content-Type") {
            continue;
        }
        // A reference that leads nowhere is one to a header without a value.
        let header = reader.library.resolve(Located { node, ..encoding }, &mut Diagnostics::new());
        let field = |name: &str| header.and_then(|header| header.node.get(name));
        let value = field("schema").and_then(fixed).filter(|value| !value.contains(['\r', '\n', '\0']));
        let is_required = field("required").and_then(Node::as_bool) == Some(true);
        let is_disposition = name.text.eq_ignore_ascii_case("Content-Disposition");
        if !media::is_token(&name.text) {
            let message = format!("has a header `{}`, which is no name of a header", name.text);
            problem.get_or_insert(Problem { rule: &rules::INVALID_DESCRIPTION, message, span: name.span });
            continue;
        }
        let message = match (is_disposition, &value) {
            (true, Some(_)) => "has a `Content-Disposition` of its own, which is not supported".to_owned(),
            (false, None) if is_required => {
                format!("needs the header `{}`, to which nothing gives a value", name.text)
            }
            _ => {
                if !is_disposition {
                    headers.push(Header { name: &name.text, value });
                }
                continue;
            }
        };
        problem.get_or_insert(Problem { rule: &rules::UNSUPPORTED, message, span: name.span });
    }
    (headers, problem)
}

/// The only value that a schema allows, or its default, as text.
fn fixed(schema: &Node) -> Option<String> {
    let only = || match schema.get("enum")?.as_list()? {
        [only] => Some(only),
        _ => None,
    };
    let value = schema.get("const").or_else(only).or_else(|| schema.get("default"))?;
    match value.to_json() {
        serde_json::Value::String(text) => Some(text),
        value @ (serde_json::Value::Bool(_) | serde_json::Value::Number(_)) => Some(value.to_string()),
        _ => None,
    }
}

/// A part that has parts of its own.
fn nested(encoding: &Node) -> Option<Problem> {
    let fields = ["encoding", "prefixEncoding", "itemEncoding"];
    let (field, node) = fields.iter().find_map(|field| Some((field, encoding.get(field)?)))?;
    let message = format!("has parts of its own (`{field}`), which is not supported");
    Some(Problem { rule: &rules::UNSUPPORTED, message, span: node.span })
}
