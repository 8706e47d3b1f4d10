//! What speaks of one value: a schema, what it refers to, and the parts of `allOf`.

use super::schema::Schema;
use crate::diagnostic::Diagnostics;
use crate::library::{Library, Located, MAX_REFERENCES};
use crate::source::Span;
use crate::yaml::Node;

/// Keywords that say nothing about a value.
const ANNOTATIONS: [&str; 15] = [
    "$anchor",
    "$comment",
    "$defs",
    "$id",
    "$schema",
    "default",
    "deprecated",
    "description",
    "discriminator",
    "example",
    "examples",
    "externalDocs",
    "readOnly",
    "title",
    "writeOnly",
];

/// Whether a schema says something by itself, annotations and references aside.
pub(super) fn says_something(node: &Node) -> bool {
    let silent =
        |key: &str| ANNOTATIONS.contains(&key) || ["$ref", "allOf", "nullable"].contains(&key) || key.starts_with("x-");
    node.as_map().is_none_or(|map| map.keys().any(|key| !silent(key)))
}

/// Whether a keyword is an annotation.
pub(super) fn is_annotation(key: &str) -> bool {
    ANNOTATIONS.contains(&key) || key.starts_with("x-")
}

/// The alternatives of `anyOf` or `oneOf`, null left out, and whether null was one of them.
pub(super) fn alternatives(node: &Node) -> impl Iterator<Item = (Vec<&Node>, bool)> {
    let is_null = |node: &&Node| node.get("type").and_then(Node::as_str) == Some("null");
    ["anyOf", "oneOf"].into_iter().filter_map(|keyword| node.get(keyword)?.as_list()).map(move |list| {
        let (nulls, others): (Vec<_>, Vec<_>) = list.iter().partition(is_null);
        (others, !nulls.is_empty())
    })
}

/// Collects the parts of a schema.
pub(super) struct Parts<'c, 'a, 'r> {
    pub(super) library: &'c Library<'a, 'r>,
    pub(super) diagnostics: &'c mut Diagnostics,
    /// The keyword that allows null. In the versions of OpenAPI that have one, nothing counts beside a `$ref`.
    pub(super) nullable_keyword: Option<&'static str>,
    /// The parts found so far, the outer ones first.
    pub(super) found: Vec<Located<'a>>,
    /// Whether one of them allows null.
    pub(super) nullable: bool,
    /// The schemas on the way to the one at hand.
    pub(super) way: Vec<Span>,
}

impl<'a> Parts<'_, 'a, '_> {
    /// Adds a schema. `None` when one of its references leads nowhere or back to itself, which is reported.
    pub(super) fn add(&mut self, at: Located<'a>) -> Option<()> {
        let node = at.node;
        if self.way.contains(&node.span) {
            Library::circle(node, self.diagnostics);
            return None;
        }
        if self.way.len() >= MAX_REFERENCES {
            Library::too_long(node, self.diagnostics);
            return None;
        }
        // One that is there twice says nothing new.
        if self.found.iter().any(|known| known.node.span == node.span) {
            return Some(());
        }
        self.way.push(node.span);
        let added = self.add_all_of(at);
        self.way.pop();
        added
    }

    fn add_all_of(&mut self, at: Located<'a>) -> Option<()> {
        let node = at.node;
        let beside = |node: &'a Node| Located { file: at.file, node };
        let reference = node.get("$ref").and_then(|reference| Some((reference, reference.as_str()?)));
        let is_alone = node.as_map().is_some_and(|map| map.entries.len() == 1) || self.nullable_keyword.is_some();
        if let Some((reference, text)) = reference {
            if !is_alone {
                self.keep(at);
            }
            let target = self.library.follow(at.file, reference, text, self.diagnostics)?;
            self.add(target)?;
            if self.nullable_keyword.is_some() {
                return Some(());
            }
        } else {
            self.keep(at);
        }
        for part in node.get("allOf").and_then(Node::as_list).unwrap_or_default() {
            self.add(beside(part))?;
        }
        for (others, null) in alternatives(node) {
            self.nullable |= null;
            if let [only] = others.as_slice() {
                self.add(beside(only))?;
            }
        }
        Some(())
    }

    fn keep(&mut self, at: Located<'a>) {
        self.nullable |= allows_null(at.node, self.nullable_keyword);
        self.found.push(at);
    }
}

impl<'a> Schema<'a> {
    /// The schema with all that it refers to: `$ref`s are followed, `allOf` is put together, and `anyOf` and `oneOf` of one
    /// and null are seen through. The flag says whether null was allowed on the way. `None` when a reference leads nowhere,
    /// which is reported.
    pub fn resolve(self, library: &Library<'a, '_>, diagnostics: &mut Diagnostics) -> Option<(Self, bool)> {
        let mut parts = Parts {
            library,
            diagnostics,
            nullable_keyword: self.nullable_keyword,
            found: Vec::new(),
            nullable: false,
            way: Vec::new(),
        };
        for part in self.parts() {
            parts.add(part)?;
        }
        let Parts { found, nullable, .. } = parts;
        Some((self.of_parts(found), nullable))
    }
}

/// Whether the schema itself, references aside, allows null.
fn allows_null(node: &Node, nullable_keyword: Option<&str>) -> bool {
    let by_keyword = nullable_keyword.and_then(|keyword| node.get(keyword)?.as_bool()) == Some(true);
    let by_type = match node.get("type") {
        Some(kind) => match kind.as_list() {
            Some(list) => list.iter().any(|kind| kind.as_str() == Some("null")),
            None => kind.as_str() == Some("null"),
        },
        // A schema without a type allows everything that its enum lists.
        None => node.get("enum").and_then(Node::as_list).is_some_and(|values| values.iter().any(Node::is_null)),
    };
    by_keyword || by_type
}
