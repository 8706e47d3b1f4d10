//! The operations that a document uses, and the schemas they reach. A description is looked through once for its
//! operations; of the rest nothing is read that no step needs.

mod operation;
mod parameter;
mod parts;
mod schema;
mod server;

pub use operation::{Body, Content, Operation, Response, Statuses};
pub use parameter::{Format, Parameter, ParameterLocation, Style};
pub use schema::{Schema, SchemaKind};

use crate::diagnostic::{Diagnostics, rules};
use crate::library::{Library, Located};
use crate::source::Span;
use crate::yaml::Node;

/// The methods that a path item can have.
const METHODS: [&str; 9] = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

/// An OpenAPI description.
#[derive(Debug)]
pub struct Description<'a> {
    /// The whole document.
    pub root: Located<'a>,
    /// The version that it follows.
    pub version: Version,
    operations: Vec<Entry<'a>>,
}

/// The versions of OpenAPI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// 3.0
    V3_0,
    /// 3.1
    V3_1,
    /// 3.2
    V3_2,
}

impl Version {
    /// Whether `nullable` is a keyword of its schemas.
    pub fn has_nullable(self) -> bool {
        self < Self::V3_1
    }
}

/// An operation as it is found, not yet read.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// Its `operationId`.
    pub id: Option<&'a str>,
    /// The method in lower case.
    pub method: &'static str,
    /// The path template.
    pub path: &'a str,
    /// Where the path stands.
    pub path_span: Span,
    /// The path item.
    pub item: Located<'a>,
    /// The operation.
    pub node: &'a Node,
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
        let version = root.node.get("openapi");
        let Some(version) = version else {
            match root.node.get("swagger") {
                Some(swagger) => diagnostics
                    .error(&rules::UNSUPPORTED, swagger.span, "Swagger 2.0 descriptions are not supported yet")
                    .also(named, "named here")
                    .help("convert it to OpenAPI 3, for example with `npx swagger2openapi`"),
                None => diagnostics
                    .error(
                        &rules::NOT_A_DESCRIPTION,
                        start_of(root.node),
                        "this is not an OpenAPI description: it has no field `openapi`",
                    )
                    .also(named, "named here")
                    .help("an OpenAPI description begins with `openapi: 3.1.0` or another 3.x version"),
            };
            return None;
        };
        let text = version.as_str().unwrap_or_default();
        let versions = [("3.0.", Version::V3_0), ("3.1.", Version::V3_1), ("3.2.", Version::V3_2)];
        let Some((_, version)) = versions.into_iter().find(|(prefix, _)| text.starts_with(prefix)) else {
            let finding = diagnostics
                .error(&rules::UNSUPPORTED, version.span, "this version of OpenAPI is not supported")
                .label("3.0.x, 3.1.x and 3.2.x are")
                .also(named, "named here");
            if version.as_str().is_none() {
                finding.help("write the version with three numbers, as in `openapi: 3.1.0`");
            }
            return None;
        };
        let operations = operations(root, library, diagnostics);
        Some(Self { root, version, operations })
    }

    /// The operations of that `operationId`: more than one when the description breaks its own rules.
    pub fn by_id(&self, id: &str) -> Vec<&Entry<'a>> {
        self.operations.iter().filter(|entry| entry.id == Some(id)).collect()
    }

    /// All operations.
    pub fn operations(&self) -> &[Entry<'a>] {
        &self.operations
    }
}

fn operations<'a>(root: Located<'a>, library: &Library<'a, '_>, diagnostics: &mut Diagnostics) -> Vec<Entry<'a>> {
    let mut operations = Vec::new();
    let Some(paths) = root.node.get("paths").and_then(Node::as_map) else { return operations };
    for (path, item) in paths.iter() {
        if !path.text.starts_with('/') {
            continue;
        }
        let item = Located { file: root.file, node: item };
        let Some(item) = library.resolve(item, diagnostics) else { continue };
        for method in METHODS {
            let Some(node) = item.node.get(method) else { continue };
            let id = node.get("operationId").and_then(Node::as_str);
            operations.push(Entry { id, method, path: &path.text, path_span: path.span, item, node });
        }
    }
    operations
}

/// The first line of a document, to point at when all of it is meant.
fn start_of(node: &Node) -> Span {
    match node.as_map().and_then(|map| map.entries.first()) {
        Some((key, _)) => key.span,
        None => Span { end: node.span.start, ..node.span },
    }
}
