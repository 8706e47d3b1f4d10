//! The security schemes that an operation asks for, as the runtime needs them to add the credentials of its client.

use super::operation::is_token;
use super::parameter::ParameterLocation;
use crate::diagnostic::Diagnostics;
use crate::library::{Library, Located};
use crate::yaml::Node;

/// A security scheme, as an operation asks for it.
#[derive(Debug, PartialEq, Eq)]
pub struct Scheme<'a> {
    /// Its name in the description.
    pub name: &'a str,
    /// What credentials it takes, and where.
    pub kind: SchemeKind<'a>,
    /// The scopes that the operation asks for.
    pub scopes: Vec<&'a str>,
}

/// The kinds of security schemes.
#[derive(Debug, PartialEq, Eq)]
pub enum SchemeKind<'a> {
    /// A user name and a password in the header `Authorization`.
    Basic,
    /// A token in the header `Authorization`.
    Bearer,
    /// Another scheme of the header `Authorization`, by its name.
    Http(&'a str),
    /// A parameter.
    ApiKey {
        /// Its place: header, query or cookie.
        location: ParameterLocation,
        /// Its name.
        name: &'a str,
    },
    /// A token of OAuth 2.
    OAuth2 {
        /// Where client credentials get one, if the description says that they do.
        token_url: Option<&'a str>,
    },
    /// A token of OpenID Connect.
    OpenIdConnect,
    /// One that is not declared, or not as OpenAPI knows it.
    Unknown,
}

/// The sets of schemes of which an operation asks for one; its own take the place of those of the description. What is wrong
/// with them is nobody's problem until a credential is missed.
pub(super) fn required<'a>(
    operation: &'a Node,
    root: Located<'a>,
    schemes: Option<&'a Node>,
    library: &Library<'a, '_>,
) -> Vec<Vec<Scheme<'a>>> {
    let list = operation.get("security").or_else(|| root.node.get("security")).and_then(Node::as_list);
    let sets = list.unwrap_or_default().iter().filter_map(Node::as_map);
    let scheme = |name: &'a str, scopes: &'a Node| {
        let kind = kind(name, root, schemes, library)?;
        let scopes = scopes.as_list().unwrap_or_default().iter().filter_map(Node::as_str).collect();
        Some(Scheme { name, kind, scopes })
    };
    sets.map(|set| set.iter().filter_map(|(key, scopes)| scheme(&key.text, scopes)).collect()).collect()
}

/// `None` for what the connection carries, to which nothing can be added.
fn kind<'a>(
    name: &str,
    root: Located<'a>,
    schemes: Option<&'a Node>,
    library: &Library<'a, '_>,
) -> Option<SchemeKind<'a>> {
    let declared = schemes.and_then(|schemes| schemes.get(name));
    // What is wrong with a scheme has been reported where the API keys are read.
    let found = declared.and_then(|node| library.resolve(Located { node, ..root }, &mut Diagnostics::new()));
    let Some(Located { node, .. }) = found else { return Some(SchemeKind::Unknown) };
    let text = |field: &str| node.get(field).and_then(Node::as_str);
    Some(match text("type").unwrap_or_default() {
        "mutualTLS" => return None,
        "basic" => SchemeKind::Basic,
        "http" => match text("scheme") {
            Some(scheme) if scheme.eq_ignore_ascii_case("basic") => SchemeKind::Basic,
            Some(scheme) if scheme.eq_ignore_ascii_case("bearer") => SchemeKind::Bearer,
            Some(scheme) => SchemeKind::Http(scheme),
            None => SchemeKind::Unknown,
        },
        "apiKey" => match (text("in").and_then(ParameterLocation::read), text("name")) {
            (Some(location), Some(name)) if can_carry(location, name) => SchemeKind::ApiKey { location, name },
            _ => SchemeKind::Unknown,
        },
        "oauth2" => SchemeKind::OAuth2 { token_url: token_url(node) },
        "openIdConnect" => SchemeKind::OpenIdConnect,
        _ => SchemeKind::Unknown,
    })
}

/// Whether a parameter can be added to any request.
fn can_carry(location: ParameterLocation, name: &str) -> bool {
    match location {
        ParameterLocation::Header | ParameterLocation::Cookie => is_token(name),
        ParameterLocation::Query => !name.is_empty(),
        ParameterLocation::Path | ParameterLocation::QueryString => false,
    }
}

/// Where client credentials get a token: in OpenAPI 3 a flow of that name, in Swagger 2.0 the one flow of the scheme.
fn token_url(scheme: &Node) -> Option<&str> {
    let flow = match scheme.get("flows") {
        Some(flows) => flows.get("clientCredentials")?,
        None => Some(scheme).filter(|scheme| scheme.get("flow").and_then(Node::as_str) == Some("application"))?,
    };
    flow.get("tokenUrl").and_then(Node::as_str).filter(|url| !url.is_empty())
}
