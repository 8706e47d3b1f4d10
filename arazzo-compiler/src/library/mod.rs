//! The parsed files of a compilation, and references from one to another.

mod reference;

use crate::diagnostic::{Diagnostics, rules};
use crate::document::Document;
use crate::slab::Slab;
use crate::source::{File, FileId, LoadError, Sources, Span};
use crate::yaml::Node;
use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How many `$ref`s may lead from one to the next, `allOf`s on the way counted too.
pub const MAX_REFERENCES: usize = 64;

/// Owns the trees, and what the stages put together of their parts. All of it lives as long as the arena, so that every
/// stage can hold on to it while more files are read.
#[derive(Default)]
pub struct Arena<'a> {
    /// Each owns its tree.
    files: Slab<Arc<File>>,
    trees: Slab<Node>,
    /// Arazzo documents that another one names.
    documents: Slab<Document>,
    /// Nodes that speak of one value together.
    parts: Slab<Box<[Located<'a>]>>,
}

impl<'a> Arena<'a> {
    /// Keeps a tree that no file has as it is.
    pub fn keep_tree(&'a self, tree: Node) -> &'a Node {
        self.trees.keep(tree)
    }

    /// Keeps a document.
    pub fn keep_document(&'a self, document: Document) -> &'a Document {
        self.documents.keep(document)
    }

    /// Keeps a list of nodes.
    pub fn keep_parts(&'a self, parts: Vec<Located<'a>>) -> &'a [Located<'a>] {
        if parts.is_empty() { &[] } else { self.parts.keep(parts.into_boxed_slice()) }
    }
}

/// The parsed files of a compilation; each is read once.
pub struct Library<'a, 'r> {
    arena: &'a Arena<'a>,
    /// What messages leave out at the beginning of paths.
    root: PathBuf,
    sources: RefCell<Sources<'r>>,
    trees: RefCell<HashMap<FileId, Option<&'a Node>>>,
}

/// A node and the file that it stands in.
#[derive(Debug, Clone, Copy)]
pub struct Located<'a> {
    /// The file.
    pub file: FileId,
    /// The node.
    pub node: &'a Node,
}

impl<'a, 'r> Library<'a, 'r> {
    /// No files yet. Messages leave `root` out at the beginning of paths.
    pub fn new(arena: &'a Arena<'a>, sources: Sources<'r>, root: &Path) -> Self {
        Self { arena, root: root.to_owned(), sources: RefCell::new(sources), trees: RefCell::default() }
    }

    /// Why a file could not be loaded, in a sentence that names it as users know it.
    pub fn explain(&self, error: &LoadError) -> String {
        let path = error.path.strip_prefix(&self.root).unwrap_or(&error.path);
        format!("`{}` {}", path.display(), error.reason)
    }

    /// Reads a file. `Ok(None)` when it is no YAML, which is reported the first time.
    ///
    /// # Errors
    ///
    /// When the file cannot be read; that is for the caller to report, at the place that names the file.
    pub fn load(&self, path: &Path, diagnostics: &mut Diagnostics) -> Result<Option<Located<'a>>, LoadError> {
        let file = self.sources.borrow_mut().load(path)?;
        let known = self.trees.borrow().get(&file).copied();
        let tree = known.unwrap_or_else(|| {
            let shared = self.sources.borrow().shared(file);
            let tree = shared.and_then(|shared| {
                let tree = self.arena.files.keep(shared).tree();
                diagnostics.append(tree.diagnostics.clone());
                tree.root.as_ref()
            });
            self.trees.borrow_mut().insert(file, tree);
            tree
        });
        Ok(tree.map(|node| Located { file, node }))
    }

    /// Where everything is kept.
    pub fn arena(&self) -> &'a Arena<'a> {
        self.arena
    }

    /// The files read so far.
    pub fn sources(&self) -> std::cell::Ref<'_, Sources<'r>> {
        self.sources.borrow()
    }

    /// The span of a part of a string.
    pub fn part(&self, node: &Node, range: std::ops::Range<usize>) -> Span {
        let text = self.sources.borrow().shared_text(node.span.file);
        node.span_of(range, &text)
    }

    /// Follows `$ref`s until there is none. `None` when one leads nowhere, which is reported.
    pub fn resolve(&self, from: Located<'a>, diagnostics: &mut Diagnostics) -> Option<Located<'a>> {
        let (mut at, mut way) = (from, Vec::new());
        loop {
            let Some(reference) = at.node.get("$ref") else { return Some(at) };
            let Some(text) = reference.as_str() else { return Some(at) };
            if way.contains(&at.node.span) {
                Self::circle(from.node, diagnostics);
                return None;
            }
            if way.len() == MAX_REFERENCES {
                Self::too_long(at.node, diagnostics);
                return None;
            }
            way.push(at.node.span);
            at = self.follow(at.file, reference, text, diagnostics)?;
        }
    }

    /// Reports `$ref`s that lead to each other and to nothing else.
    pub fn circle(from: &Node, diagnostics: &mut Diagnostics) {
        diagnostics
            .error(&rules::INVALID_REFERENCE, from.span, "the `$ref`s from here lead in a circle")
            .label("never reaches an object");
    }

    /// Reports the first one that is not followed of [`MAX_REFERENCES`] and more.
    pub fn too_long(at: &Node, diagnostics: &mut Diagnostics) {
        let message = format!("more than {MAX_REFERENCES} `$ref`s or `allOf`s lead from one to the next");
        diagnostics
            .error(&rules::INVALID_REFERENCE, at.span, message)
            .label("this one is not followed")
            .help("let the first `$ref` name what the last one leads to");
    }

    /// What a `$ref` refers to, which may be a reference again. `at` is its value, which reads `text` and stands in `file`.
    /// `None` when it leads nowhere, which is reported.
    pub fn follow(&self, file: FileId, at: &Node, text: &str, diagnostics: &mut Diagnostics) -> Option<Located<'a>> {
        if text.starts_with("$components.") {
            let pointer = text.replacen('$', "#/", 1).replace('.', "/");
            diagnostics
                .error(&rules::INVALID_REFERENCE, at.span, format!("`{text}` is an expression, and `$ref` takes a URL"))
                .help(format!("write `$ref: '{pointer}'`"));
            return None;
        }
        let (target, fragment) = text.split_once('#').unwrap_or((text, ""));
        let document = if target.is_empty() {
            let path = self.sources.borrow().path(file).to_owned();
            self.load(&path, diagnostics).ok().flatten()?
        } else {
            self.other_file(file, at, target, diagnostics)?
        };
        if fragment.is_empty() {
            return Some(document);
        }
        let fragment = percent_decode(fragment);
        let node = match fragment.strip_prefix('/') {
            Some(pointer) => reference::pointed(document.node, pointer, at, text, diagnostics)?,
            None => reference::anchored(document.node, &fragment, at, text, diagnostics)?,
        };
        Some(Located { file: document.file, node })
    }

    fn other_file(&self, file: FileId, at: &Node, target: &str, diagnostics: &mut Diagnostics) -> Option<Located<'a>> {
        if is_remote(target) {
            diagnostics
                .error(&rules::REMOTE_REFERENCE, at.span, format!("`{target}` is not on this machine"))
                .note("compiling never touches the network")
                .help("keep a local copy of the file and refer to that");
            return None;
        }
        let path = relative_to(self.sources.borrow().path(file), &percent_decode(target));
        match self.load(&path, diagnostics) {
            Ok(found) => found,
            Err(error) => {
                diagnostics
                    .error(&rules::UNREADABLE_FILE, at.span, self.explain(&error))
                    .note("a relative `$ref` is looked for beside the file in which it stands");
                None
            }
        }
    }
}

/// Whether a URL names something that is not a file beside the document.
pub fn is_remote(url: &str) -> bool {
    let scheme = url.split([':', '/']).next().unwrap_or_default();
    url.starts_with("//") || (url.contains("://") && url.as_bytes().get(scheme.len()) == Some(&b':'))
}

/// A path beside a file.
pub fn relative_to(file: &Path, relative: &str) -> PathBuf {
    file.parent().unwrap_or(Path::new("")).join(relative)
}

/// A URI reference as text; what is not a valid escape stays as it is.
pub fn percent_decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let digits = tail.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let escaped = digits.filter(|_| first == b'%').and_then(|digits| u8::from_str_radix(digits, 16).ok());
        rest = match escaped {
            Some(byte) => {
                bytes.push(byte);
                &tail[2..]
            }
            None => {
                bytes.push(first);
                tail
            }
        };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_with_a_scheme_and_a_host_are_remote() {
        for remote in ["https://h/a.yml", "http://h", "//h/a.yml", "ftp://h"] {
            assert!(is_remote(remote), "{remote}");
        }
        for local in ["a.yml", "../a.yml", "/a.yml", "./b/c:d.yml", "a/http://x"] {
            assert!(!is_remote(local), "{local}");
        }
    }

    #[test]
    fn escapes_are_decoded_where_they_are_valid() {
        assert_eq!(percent_decode("a%20b%C3%BC%zz%"), "a bü%zz%");
        assert_eq!(percent_decode("%ff"), "%ff");
    }
}
