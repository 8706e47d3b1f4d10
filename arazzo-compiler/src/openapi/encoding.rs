//! How the members of a form are written: the Encoding Object.

use super::Version;
use super::parameter::{Format, ParameterLocation, Problem, Reader, Style};
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
    /// What is wrong with it. Only a step that gives the member has a problem.
    pub problem: Option<Problem>,
    /// Where it stands.
    pub span: Span,
}

impl Encoding<'_> {
    /// How the member is written in `application/x-www-form-urlencoded`; `None` when nothing else than the default is said.
    pub fn in_form(&self) -> Option<Format> {
        let of_content = |content_type| match Media::of(content_type) {
            Media::Json => Format::Json,
            _ => Format::Text,
        };
        self.style.or_else(|| self.content_type.map(of_content))
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
        Encoding { name: &name.text, style, content_type, problem, span: name.span }
    });
    encodings.collect()
}
