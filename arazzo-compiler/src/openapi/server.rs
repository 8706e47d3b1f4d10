//! Base URLs from the Server Objects of a description.

use crate::yaml::{Kind, Node};
use url::Url;

/// The first server that has an absolute URL, looked for in the operation, its path item and the whole description, which
/// are the levels. A list that is there hides those further out; without any list the server is the place from which the
/// description was published. Variables take their defaults.
pub(super) fn server<'n>(mut levels: impl Iterator<Item = &'n Node>, base: Option<&str>) -> Option<String> {
    let servers = levels.find_map(|node| {
        let list = node.get("servers")?.as_list()?;
        if list.is_empty() { None } else { Some(list) }
    });
    match servers {
        Some(servers) => servers.iter().find_map(|server| absolute(&with_defaults(server)?, base)),
        None => absolute("/", base),
    }
}

/// The URL with the default of each variable; `None` when one has no default.
fn with_defaults(server: &Node) -> Option<String> {
    let mut rest = server.get("url")?.as_str()?;
    let mut url = String::new();
    while let Some(open) = rest.find('{') {
        let close = open + rest.get(open..)?.find('}')?;
        let default = server.get("variables")?.get(rest.get(open + 1..close)?)?.get("default")?;
        url.push_str(rest.get(..open)?);
        match &default.kind {
            Kind::String(text) => url.push_str(&text.text),
            Kind::Number(number) => url.push_str(&number.to_string()),
            _ => return None,
        }
        rest = rest.get(close + 1..)?;
    }
    url.push_str(rest);
    Some(url)
}

/// The URL, absolute: a relative one is resolved against the place from which the description was published.
pub(super) fn absolute(url: &str, base: Option<&str>) -> Option<String> {
    let url = match base {
        Some(base) => Url::parse(base).ok()?.join(url).ok()?,
        None => Url::parse(url).ok()?,
    };
    let usable = matches!(url.scheme(), "http" | "https") && url.query().is_none() && url.fragment().is_none();
    let anonymous = url.username().is_empty() && url.password().is_none();
    (usable && anonymous).then(|| url.as_str().trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_urls_are_resolved_against_the_place_of_the_description() {
        let base = Some("https://h.example/apis/v2/openapi.yml");
        for (url, expected) in [
            ("https://x/api/", Some("https://x/api")),
            ("/", Some("https://h.example")),
            ("/v1/", Some("https://h.example/v1")),
            ("v1", Some("https://h.example/apis/v2/v1")),
            ("../v1", Some("https://h.example/apis/v1")),
            ("../../../v1", Some("https://h.example/v1")),
            ("//x/v1", Some("https://x/v1")),
            ("https://x/?a=1", None),
            ("https://user:secret@x", None),
        ] {
            assert_eq!(absolute(url, base).as_deref(), expected, "{url}");
        }
        assert_eq!(absolute("v1", Some("https://h.example")).as_deref(), Some("https://h.example/v1"));
        assert_eq!(absolute("/v1", None), None);
    }
}
