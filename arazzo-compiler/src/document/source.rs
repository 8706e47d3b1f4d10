//! The Source Description Object.

use super::fields::{Choice, Field, Reader, Shape};
use super::names::{is_plain_id, plain};
use super::{SourceDescription, SourceKind, Text, Version};
use crate::diagnostic::rules;
use crate::yaml::Node;

static SHAPE: Shape = Shape {
    name: "a source description",
    fields: &[Field::new("name"), Field::new("url"), Field::new("type")],
    mistaken: &[("id", "name"), ("path", "url"), ("file", "url"), ("uri", "url")],
};

const KINDS: &[Choice<SourceKind>] = &[
    Choice { name: "openapi", value: SourceKind::OpenApi, since: Version::V1_0 },
    Choice { name: "arazzo", value: SourceKind::Arazzo, since: Version::V1_0 },
    Choice { name: "asyncapi", value: SourceKind::AsyncApi, since: Version::V1_1 },
];

impl Reader<'_> {
    /// Rules 20 to 23.
    pub(super) fn source(&mut self, node: &Node) -> Option<SourceDescription> {
        let fields = self.fields(node, "an entry of `sourceDescriptions`", &SHAPE)?;
        let name = fields.required_word(self, "name");
        // Rule 21: nothing could refer to a source of another name, and a source is there to be referred to.
        if !name.is_missing() && !is_plain_id(&name.value) {
            let message =
                format!("the source name `{}` has characters other than letters, digits, `_` and `-`", name.value);
            self.diagnostics
                .report(&rules::INVALID_NAME, name.node.span, message)
                .help(format!("write `{}`", plain(&name.value, '_')));
        }
        let url = fields.required_word(self, "url");
        self.uri_reference(&url, "`url`");
        let kind = fields.get("type").and_then(|node| self.choice(node, "`type`", KINDS));
        Some(SourceDescription { name, url, kind, span: node.span })
    }

    /// Rules 11 and 22: only characters that RFC 3986 knows. Everything else is too rarely wrong to be checked here.
    pub(super) fn uri_reference(&mut self, text: &Text, what: &str) {
        let allowed = |char: char| {
            char.is_ascii_alphanumeric()
                || "-._~:/?#[]@!$&'()*+,;=%".contains(char)
                || !char.is_ascii() && !char.is_whitespace()
        };
        let Some(wrong) = text.value.chars().find(|char| !allowed(*char)) else {
            return;
        };
        let help = match wrong {
            '\\' => "write `/` between folders".to_owned(),
            _ => format!("write `{}` for it", percent_encoded(wrong)),
        };
        self.invalid(text.node.span, format!("{what} must be a URI, which cannot have {}", described(wrong)))
            .help(help);
    }
}

fn percent_encoded(char: char) -> String {
    let mut buffer = [0; 4];
    let bytes = char.encode_utf8(&mut buffer).bytes();
    bytes.map(|byte| format!("%{byte:02X}")).collect()
}

fn described(char: char) -> String {
    match char {
        ' ' => "a space".to_owned(),
        char if char.is_control() || char.is_whitespace() => format!("the character U+{:04X}", u32::from(char)),
        char => format!("`{char}`"),
    }
}
