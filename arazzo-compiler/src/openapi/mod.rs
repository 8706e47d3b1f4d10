//! The operations that a document uses, and the schemas they reach. A description is looked through once for its
//! operations; of the rest nothing is read that no step needs.

mod encoding;
mod operation;
mod parameter;
mod parts;
mod path;
mod schema;
mod scheme;
mod security;
mod server;
mod swagger;
mod values;

pub use encoding::Encoding;
pub use operation::{Body, Content, Operation, Response, Statuses};
pub use parameter::{Format, Parameter, ParameterLocation, Style};
pub use path::PathPart;
pub use schema::{Schema, SchemaKind};
pub use scheme::{Scheme, SchemeKind};
pub use security::{Credential, Security};

use crate::diagnostic::{Diagnostics, rules};
use crate::library::{Library, Located};
use crate::source::Span;
use crate::yaml::Node;
use std::cell::RefCell;

/// The methods that a path item can have: those of Swagger 2.0, what OpenAPI 3.0 adds, and what 3.2 does.
const METHODS: [&str; 9] = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

/// An OpenAPI description.
#[derive(Debug)]
pub struct Description<'a> {
    /// The whole document.
    pub root: Located<'a>,
    /// The version that it follows.
    pub version: Version,
    operations: Vec<Entry<'a>>,
    /// What is wrong with path items that could not be read: nobody's problem as long as no operation is missed.
    unread: RefCell<Diagnostics>,
    /// Whether there are such path items.
    has_unread: bool,
}

/// The versions of OpenAPI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// Swagger 2.0
    V2_0,
    /// 3.0
    V3_0,
    /// 3.1
    V3_1,
    /// 3.2
    V3_2,
}

impl Version {
    /// The keyword of its schemas that allows null.
    pub fn nullable_keyword(self) -> Option<&'static str> {
        match self {
            // An extension that the tools of its time agree on.
            Self::V2_0 => Some("x-nullable"),
            Self::V3_0 => Some("nullable"),
            Self::V3_1 | Self::V3_2 => None,
        }
    }

    fn methods(self) -> &'static [&'static str] {
        match self {
            Self::V2_0 => &METHODS[..7],
            Self::V3_0 | Self::V3_1 => &METHODS[..8],
            Self::V3_2 => &METHODS,
        }
    }
}

/// An operation as it is found, not yet read.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// Its `operationId`.
    pub id: Option<&'a str>,
    /// The method as the description writes it: in lower case, or one of `additionalOperations` as it is sent.
    pub method: &'a str,
    /// Whether it is one of `additionalOperations` (OpenAPI 3.2).
    pub is_additional: bool,
    /// The path template.
    pub path: &'a str,
    /// Where the path stands.
    pub path_span: Span,
    /// The operation.
    pub operation: Located<'a>,
    /// Its path item: what stands beside a `$ref`, and what that refers to.
    items: [Option<Located<'a>>; 2],
}

impl<'a> Entry<'a> {
    /// The operation and what it is a part of, from the inside out.
    fn levels(&self) -> impl Iterator<Item = Located<'a>> + use<'a> {
        [Some(self.operation)].into_iter().chain(self.items).flatten()
    }

    /// The method as it is sent.
    pub fn sent_method(&self) -> String {
        if self.is_additional { self.method.to_owned() } else { self.method.to_ascii_uppercase() }
    }
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
        let version = version(root.node, named, diagnostics)?;
        let mut unread = Diagnostics::new();
        let operations = operations(root, version, library, &mut unread);
        let has_unread = !unread.is_empty();
        let is_deferred =
            |rule| [&rules::INVALID_REFERENCE, &rules::REMOTE_REFERENCE, &rules::UNREADABLE_FILE].contains(&rule);
        // A file that is no YAML says so only once, and others may refer to it.
        if !unread.findings().iter().all(|finding| is_deferred(finding.rule)) {
            diagnostics.append(std::mem::take(&mut unread));
        }
        Some(Self { root, version, operations, unread: RefCell::new(unread), has_unread })
    }

    /// The operations of that `operationId`: more than one when the description breaks its own rules.
    pub fn by_id(&self, id: &str) -> Vec<&Entry<'a>> {
        self.operations.iter().filter(|entry| entry.id == Some(id)).collect()
    }

    /// Whether an operation that is not found may be in a path item that could not be read; why not is reported once.
    pub fn may_have_more(&self, diagnostics: &mut Diagnostics) -> bool {
        diagnostics.append(self.unread.take());
        self.has_unread
    }

    /// All operations.
    pub fn operations(&self) -> &[Entry<'a>] {
        &self.operations
    }
}

/// The version that a description follows; `None` when it is not supported, which is reported.
fn version(root: &Node, named: Span, diagnostics: &mut Diagnostics) -> Option<Version> {
    let (written, is_swagger) = match (root.get("openapi"), root.get("swagger")) {
        (Some(version), _) => (version, false),
        (None, Some(version)) => (version, true),
        (None, None) => {
            let message = "this is not an OpenAPI description: it has no field `openapi`";
            diagnostics
                .error(&rules::NOT_A_DESCRIPTION, root.start(), message)
                .also(named, "named here")
                .help("an OpenAPI description begins with `openapi: 3.1.0` or another 3.x version");
            return None;
        }
    };
    // Without quotes, YAML reads it as a number, and the specification asks for text.
    let is_two = written.as_str() == Some("2.0") || written.as_f64() == Some(2.0);
    if is_swagger && is_two {
        return Some(Version::V2_0);
    }
    let text = written.as_str().unwrap_or_default();
    let versions = [("3.0.", Version::V3_0), ("3.1.", Version::V3_1), ("3.2.", Version::V3_2)];
    let version = versions.into_iter().find(|(prefix, _)| !is_swagger && text.starts_with(prefix));
    if version.is_none() {
        let finding = diagnostics
            .error(&rules::UNSUPPORTED, written.span, "this version of OpenAPI is not supported")
            .label("2.0, 3.0.x, 3.1.x and 3.2.x are")
            .also(named, "named here");
        if is_swagger {
            finding.help("the field `swagger` is for `swagger: \"2.0\"`; later versions have `openapi`");
        } else if written.as_str().is_none() {
            finding.help("write the version with three numbers, as in `openapi: 3.1.0`");
        }
    }
    Some(version?.1)
}

/// The operations of a path item, each with its method and whether that is one of `additionalOperations`.
fn methods(item: &Node, version: Version) -> impl Iterator<Item = (&str, bool, &Node)> {
    let fixed = version.methods().iter().filter_map(|method| Some((*method, false, item.get(method)?)));
    let additional = item.get("additionalOperations").filter(|_| version == Version::V3_2).and_then(Node::as_map);
    let additional = additional.into_iter().flat_map(|map| map.iter());
    fixed.chain(additional.map(|(method, node)| (method.text.as_str(), true, node)))
}

fn operations<'a>(
    root: Located<'a>,
    version: Version,
    library: &Library<'a, '_>,
    diagnostics: &mut Diagnostics,
) -> Vec<Entry<'a>> {
    let mut operations = Vec::new();
    let Some(paths) = root.node.get("paths").and_then(Node::as_map) else { return operations };
    for (path, item) in paths.iter() {
        if !path.text.starts_with('/') {
            continue;
        }
        let written = Located { file: root.file, node: item };
        let Some(item) = library.resolve(written, diagnostics) else { continue };
        // What the two of them mean together, OpenAPI leaves open. Both count.
        let beside = Some(written).filter(|written| written.node.get("$ref").is_some());
        for at in beside.into_iter().chain([item]) {
            for (method, is_additional, node) in methods(at.node, version) {
                operations.push(Entry {
                    id: node.get("operationId").and_then(Node::as_str),
                    method,
                    is_additional,
                    path: &path.text,
                    path_span: path.span,
                    operation: Located { node, ..at },
                    items: [beside, Some(item)],
                });
            }
        }
    }
    operations
}
