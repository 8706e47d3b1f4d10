//! Media types: how a body of one is written, and whether a range covers it.

/// How a body is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JSON.
    Json,
    /// `application/x-www-form-urlencoded`
    Form,
    /// `multipart/form-data`
    Multipart,
    /// Another kind of `multipart`.
    OtherMultipart,
    /// XML, which is text with a structure.
    Xml,
    /// Any other text.
    Text,
    /// Bytes.
    Binary,
}

impl Format {
    /// The format of a media type.
    pub fn of(media_type: &str) -> Self {
        let essence = essence(media_type);
        let (kind, name) = essence.split_once('/').unwrap_or((&essence, ""));
        let suffix = name.rsplit_once('+').map_or("", |(_, suffix)| suffix);
        match (kind, name) {
            ("application" | "text", "json") => Self::Json,
            _ if suffix == "json" => Self::Json,
            ("application", "x-www-form-urlencoded") => Self::Form,
            ("multipart", "form-data") => Self::Multipart,
            ("multipart", _) => Self::OtherMultipart,
            ("application" | "text", "xml") => Self::Xml,
            _ if suffix == "xml" => Self::Xml,
            ("text", _) => Self::Text,
            ("application", name) if TEXTS.contains(&name) || suffix == "yaml" => Self::Text,
            _ => Self::Binary,
        }
    }
}

/// Subtypes of `application` that are text.
const TEXTS: [&str; 11] =
    ["graphql", "javascript", "json-seq", "jsonl", "jwt", "ndjson", "sql", "toml", "x-ndjson", "x-yaml", "yaml"];

/// Whether a media type is JSON.
pub fn is_json(media_type: &str) -> bool {
    Format::of(media_type) == Format::Json
}

/// Whether it stands for several types, as `image/*` does.
pub fn is_range(media_type: &str) -> bool {
    essence(media_type).contains('*')
}

/// Whether a text can be sent as a content type: two names of the characters that HTTP allows, and parameters.
pub fn is_valid(media_type: &str) -> bool {
    let (essence, parameters) = media_type.split_once(';').unwrap_or((media_type, ""));
    // Other blanks than these are no part of a header.
    let names = essence.trim_matches([' ', '\t']).split_once('/');
    names.is_some_and(|(kind, name)| is_token(kind) && is_token(name))
        && parameters.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// Whether a text can be the name of a header, or a part of that of a media type (RFC 9110, section 5.6.2).
pub fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// Whether a media type or range of a description covers a content type. Parameters do not count, and a type with a suffix
/// (`application/vnd.shop+json`) is also of the type that the suffix names.
pub fn covers(range: &str, content_type: &str) -> bool {
    let (range, content_type) = (essence(range), essence(content_type));
    match range.split_once('/') {
        Some(("*", "*")) => true,
        Some((kind, "*")) => content_type.split('/').next() == Some(kind),
        _ => range == content_type || without_suffix(&content_type).is_some_and(|base| base == range),
    }
}

/// `application/json` of `application/vnd.shop+json`
fn without_suffix(essence: &str) -> Option<String> {
    let (kind, name) = essence.split_once('/')?;
    let (_, suffix) = name.rsplit_once('+')?;
    Some(format!("{kind}/{suffix}"))
}

/// The type without its parameters, in lower case.
pub fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_and_suffixes_cover_their_types() {
        assert!(covers("application/json", "Application/JSON; charset=utf-8"));
        assert!(covers("application/json; charset=utf-8", "application/json"));
        assert!(covers("application/*", "application/json") && covers("*/*", "text/plain"));
        assert!(covers("application/json", "application/merge-patch+json"));
        assert!(!covers("text/*", "application/json") && !covers("application/xml", "application/json"));
        assert!(!covers("application/vnd.a+json", "application/json") && !covers("application/json", "image/svg+xml"));
    }

    #[test]
    fn only_what_a_header_can_hold_is_valid() {
        assert!(is_valid("application/json") && is_valid("text/plain ; charset=utf-8"));
        for text in
            ["application/json\u{a0}; charset=utf-8", "application/json\n", "text/plain\r\n; x", "text", "a/b; é"]
        {
            assert!(!is_valid(text), "{text:?}");
        }
    }

    #[test]
    fn the_format_is_told_by_name_and_suffix() {
        for (media_type, format) in [
            ("application/json", Format::Json),
            ("APPLICATION/Problem+JSON; charset=utf-8", Format::Json),
            ("text/json", Format::Json),
            ("application/x-www-form-urlencoded", Format::Form),
            ("multipart/form-data; boundary=x", Format::Multipart),
            ("multipart/mixed", Format::OtherMultipart),
            ("application/soap+xml", Format::Xml),
            ("text/xml", Format::Xml),
            ("text/csv", Format::Text),
            ("application/x-ndjson", Format::Text),
            ("application/octet-stream", Format::Binary),
            ("image/png", Format::Binary),
            ("nonsense", Format::Binary),
        ] {
            assert_eq!(Format::of(media_type), format, "{media_type}");
        }
    }

    #[test]
    fn what_cannot_be_a_header_is_no_content_type() {
        for valid in ["a/b", "application/json; charset=\"utf-8\"", " text/plain "] {
            assert!(is_valid(valid), "{valid}");
        }
        for invalid in ["", "json", "a/", "/b", "a b/c", "a/b; x=\n", "ä/b", "a/b/c"] {
            assert!(!is_valid(invalid), "{invalid}");
        }
        assert!(is_range("image/*") && is_range("*/*; q=1") && !is_range("image/png"));
    }
}
