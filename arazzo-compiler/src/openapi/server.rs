//! Base URLs from the Server Objects of a description.

use crate::yaml::Node;

/// The first server that is an absolute URL, looked for in the operation, its path item and the whole description. A list
/// that is there hides those further out. Variables take their defaults.
pub(super) fn server(operation: &Node, item: &Node, root: &Node, base: Option<&str>) -> Option<String> {
    let servers = [operation, item, root].into_iter().find_map(|node| {
        let list = node.get("servers")?.as_list()?;
        if list.is_empty() { None } else { Some(list) }
    })?;
    servers.iter().find_map(|server| absolute(&with_defaults(server)?, base))
}

/// The URL with the default of each variable; `None` when one has no default.
fn with_defaults(server: &Node) -> Option<String> {
    let mut rest = server.get("url")?.as_str()?;
    let mut url = String::new();
    while let Some(open) = rest.find('{') {
        let close = open + rest.get(open..)?.find('}')?;
        let default = server.get("variables")?.get(rest.get(open + 1..close)?)?.get("default")?;
        url.push_str(rest.get(..open)?);
        url.push_str(default.as_str()?);
        rest = rest.get(close + 1..)?;
    }
    url.push_str(rest);
    Some(url)
}

/// The URL, absolute: a relative one is resolved against the place from which the description was published.
fn absolute(url: &str, base: Option<&str>) -> Option<String> {
    let trimmed = |url: &str| url.trim_end_matches('/').to_owned();
    if url.starts_with("http://") || url.starts_with("https://") {
        return (!url.contains(['?', '#'])).then(|| trimmed(url));
    }
    let base = base?;
    let host = base.find("://")? + 3;
    let path = base.get(host..)?.find('/').map_or(base.len(), |slash| host + slash);
    let origin = base.get(..path)?;
    if url.starts_with('/') {
        return Some(trimmed(&format!("{origin}{url}")));
    }
    let mut segments: Vec<&str> = base.get(path..)?.split('/').collect();
    segments.pop();
    for segment in url.split('/') {
        match segment {
            "." | "" => {}
            ".." => {
                if segments.len() > 1 {
                    segments.pop();
                }
            }
            segment => segments.push(segment),
        }
    }
    Some(trimmed(&format!("{origin}{}", segments.join("/"))))
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
            ("https://x/?a=1", None),
        ] {
            assert_eq!(absolute(url, base).as_deref(), expected, "{url}");
        }
        assert_eq!(absolute("/v1", None), None);
    }
}
