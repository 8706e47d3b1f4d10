//! The server of a Swagger 2.0 description.

use super::super::server::absolute;
use crate::yaml::Node;
use url::Url;

/// The URL that `schemes`, `host` and `basePath` make. What the description does not say is that of the place from which it
/// was published; of several schemes the safest is taken. `None` when there is no host, or no scheme of HTTP.
pub(super) fn server(operation: &Node, root: &Node, base: Option<&str>) -> Option<String> {
    let published = base.and_then(|base| Url::parse(base).ok());
    let text = |field: &str| root.get(field).and_then(Node::as_str).filter(|text| !text.is_empty());
    let scheme = match schemes(operation).or_else(|| schemes(root)) {
        Some(schemes) => ["https", "http"].into_iter().find(|scheme| schemes.contains(scheme))?,
        None => match &published {
            Some(published) => published.scheme(),
            // A file on this machine was not published anywhere.
            None => "https",
        },
    };
    let host = match (text("host"), &published) {
        (Some(host), _) if host.contains(['/', '?', '#', '@', '{', '}']) => return None,
        (Some(host), _) => host.to_owned(),
        (None, Some(published)) => match published.port() {
            Some(port) => format!("{}:{port}", published.host_str()?),
            None => published.host_str()?.to_owned(),
        },
        (None, None) => return None,
    };
    let path = text("basePath").unwrap_or_default().trim_start_matches('/');
    absolute(&format!("{scheme}://{host}/{path}"), None)
}

fn schemes(node: &Node) -> Option<Vec<&str>> {
    let list = node.get("schemes")?.as_list()?;
    (!list.is_empty()).then(|| list.iter().filter_map(Node::as_str).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Diagnostics;
    use crate::source::FileId;

    #[test]
    fn the_url_is_made_of_its_parts() {
        let published = Some("http://docs.example:8080/apis/pets.yml");
        for (root, base, expected) in [
            ("{ host: h.example, basePath: /v1/, schemes: [http, https] }", None, Some("https://h.example/v1")),
            ("{ host: 'h.example:81', schemes: [wss, http] }", published, Some("http://h.example:81")),
            ("{ host: h.example, basePath: v1 }", None, Some("https://h.example/v1")),
            ("{ host: h.example, basePath: / }", published, Some("http://h.example")),
            ("{ basePath: /v1 }", published, Some("http://docs.example:8080/v1")),
            ("{ basePath: /v1, schemes: [https] }", Some("http://docs.example/a"), Some("https://docs.example/v1")),
            ("{ schemes: [] }", published, Some("http://docs.example:8080")),
            ("{ basePath: /v1, schemes: [https] }", None, None),
            ("{ host: h.example, schemes: [wss] }", None, None),
            ("{ host: 'https://h.example' }", None, None),
            ("{ host: 'user@h.example' }", None, None),
            ("{ host: '{region}.h.example' }", None, None),
        ] {
            let root = crate::yaml::parse(FileId(0), root, &mut Diagnostics::new()).expect("YAML");
            let operation = crate::yaml::parse(FileId(0), "{}", &mut Diagnostics::new()).expect("YAML");
            assert_eq!(server(&operation, &root, base).as_deref(), expected, "{root:?}");
        }
    }

    #[test]
    fn an_operation_may_have_schemes_of_its_own() {
        let read = |text: &str| crate::yaml::parse(FileId(0), text, &mut Diagnostics::new()).expect("YAML");
        let (root, operation) = (read("{ host: h, schemes: [https] }"), read("{ schemes: [http] }"));
        assert_eq!(server(&operation, &root, None).as_deref(), Some("http://h"));
    }
}
