//! The credentials that an operation asks for.

use super::parameter::ParameterLocation;
use crate::diagnostic::Diagnostics;
use crate::library::{Library, Located};
use crate::source::Span;
use crate::yaml::Node;

/// The credentials that an operation asks for.
#[derive(Debug)]
pub struct Security<'a> {
    /// Sets of credentials of which one is enough.
    pub alternatives: Vec<Vec<Credential<'a>>>,
    /// Where they are asked for.
    pub span: Span,
}

/// A credential and the part of the request that carries it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Credential<'a> {
    /// The name of its security scheme.
    pub scheme: &'a str,
    /// The place of the parameter.
    pub location: ParameterLocation,
    /// The name of the parameter.
    pub name: &'a str,
    /// What the value begins with.
    pub prefix: &'static str,
}

/// Reads what an operation asks for. `None` when it can do without, and when that is not known: a scheme is missing or of a
/// kind whose credentials are no constant part of a request.
pub(super) fn security<'a>(
    operation: &'a Node,
    root: Located<'a>,
    schemes: Option<&'a Node>,
    library: &Library<'a, '_>,
) -> Option<Security<'a>> {
    let list = operation.get("security").or_else(|| root.node.get("security"))?;
    let mut alternatives = Vec::new();
    for requirement in list.as_list()? {
        let mut credentials = Vec::new();
        for (scheme, _) in requirement.as_map()?.iter() {
            let node = schemes?.get(&scheme.text)?;
            // What is wrong with a scheme has been reported where the API keys are read.
            let found = library.resolve(Located { node, ..root }, &mut Diagnostics::new())?;
            credentials.extend(credential(&scheme.text, found.node)?);
        }
        alternatives.push(credentials);
    }
    let is_free = alternatives.is_empty() || alternatives.iter().any(Vec::is_empty);
    (!is_free).then_some(Security { alternatives, span: list.span })
}

/// The credential of a scheme; `Some(None)` when the connection carries it.
fn credential<'a>(scheme: &'a str, node: &'a Node) -> Option<Option<Credential<'a>>> {
    let text = |field: &str| node.get(field).and_then(Node::as_str);
    let header = |prefix| Credential { scheme, location: ParameterLocation::Header, name: "Authorization", prefix };
    Some(Some(match text("type")? {
        "apiKey" => {
            let location = text("in").and_then(ParameterLocation::read)?;
            Credential { scheme, location, name: text("name")?, prefix: "" }
        }
        "http" => match text("scheme")?.to_ascii_lowercase().as_str() {
            "bearer" => header("Bearer "),
            "basic" => header("Basic "),
            _ => return None,
        },
        "basic" => header("Basic "),
        "oauth2" | "openIdConnect" => header("Bearer "),
        "mutualTLS" => return Some(None),
        _ => return None,
    }))
}
