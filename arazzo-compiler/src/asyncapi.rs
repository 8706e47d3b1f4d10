//! The operations and channels of AsyncAPI descriptions, as far as steps name them. Of messages nothing is read: steps
//! that send or receive one are refused.

use crate::diagnostic::{Diagnostics, rules};
use crate::library::{Library, Located};
use crate::source::Span;
use crate::yaml::{Key, Node};

/// An AsyncAPI description.
#[derive(Debug)]
pub struct Description<'a> {
    /// The operations that have an id.
    pub operations: Vec<Operation<'a>>,
    /// The keys of the channels: since AsyncAPI 3 names, before that addresses.
    pub channels: Vec<&'a str>,
}

/// An operation.
#[derive(Debug, Clone, Copy)]
pub struct Operation<'a> {
    /// Its id.
    pub id: &'a str,
    /// Where that stands.
    pub span: Span,
}

impl<'a> Description<'a> {
    /// Looks a description through, which the document names at `named`. `None` when it is none, or of a version that is
    /// not supported: reported.
    pub fn read(
        root: Located<'a>,
        named: Span,
        library: &Library<'a, '_>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let Some(version) = root.node.get("asyncapi") else {
            diagnostics
                .error(
                    &rules::NOT_A_DESCRIPTION,
                    root.node.start(),
                    "this is not an AsyncAPI description: it has no field `asyncapi`",
                )
                .also(named, "named here")
                .help("an AsyncAPI description begins with `asyncapi: 3.0.0` or another 2.x or 3.x version");
            return None;
        };
        let channels: Vec<(&'a Key, &'a Node)> = entries(root.node.get("channels")).collect();
        let operations = match version.as_str().unwrap_or_default().split('.').next() {
            Some("3") => entries(root.node.get("operations"))
                .map(|(key, _)| Operation { id: key.text.as_str(), span: key.span })
                .collect(),
            Some("2") => channels
                .iter()
                .filter_map(|(_, node)| library.resolve(Located { file: root.file, node }, diagnostics))
                .flat_map(|channel| ["publish", "subscribe"].into_iter().filter_map(|verb| channel.node.get(verb)))
                .filter_map(|operation| operation.get("operationId"))
                .filter_map(|id| Some(Operation { id: id.as_str()?, span: id.span }))
                .collect(),
            _ => {
                diagnostics
                    .error(&rules::UNSUPPORTED, version.span, "this version of AsyncAPI is not supported")
                    .label("2.x and 3.x are")
                    .also(named, "named here");
                return None;
            }
        };
        Some(Self { operations, channels: channels.into_iter().map(|(key, _)| key.text.as_str()).collect() })
    }
}

fn entries(node: Option<&Node>) -> impl Iterator<Item = (&Key, &Node)> {
    node.and_then(Node::as_map).into_iter().flat_map(|map| map.iter())
}
