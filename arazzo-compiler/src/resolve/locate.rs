//! The descriptions that a document names, read when a step first needs them.

use super::Call;
use crate::asyncapi;
use crate::diagnostic::{Diagnostics, rules};
use crate::document::{Document, SourceDescription, SourceKind, Version};
use crate::library::{self, Library, Located};
use crate::openapi::{Description, Entry, Operation};
use crate::source::{FileId, Span};
use crate::yaml::Node;
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::rc::Rc;

/// The descriptions that a document names.
pub struct Descriptions<'a> {
    sources: Vec<Source<'a>>,
}

struct Source<'a> {
    written: &'a SourceDescription,
    /// The version of the document that names it.
    version: Version,
    path: Option<PathBuf>,
    /// Whether the path is that of a copy which the macro names.
    copied: bool,
    /// Whether the document's `$self` says that it has another place than its file.
    moved: bool,
    /// What the file is, and its tree.
    root: Option<Option<(SourceKind, Located<'a>)>>,
    openapi: Option<Option<Description<'a>>>,
    asyncapi: Option<Option<asyncapi::Description<'a>>>,
    operations: HashMap<(&'a str, Span), Rc<Operation<'a>>>,
}

impl<'a> Descriptions<'a> {
    /// The sources of a document; `copies` are the local files that the macro gives for some, by name.
    pub fn new(
        document: &'a Document,
        file: FileId,
        copies: &BTreeMap<String, PathBuf>,
        library: &Library<'a, '_>,
    ) -> Self {
        let file = library.sources().path(file).to_owned();
        // Rule 12. Of a `$self` on another machine the files here are a copy, in which this document has its place.
        let uri = document.self_uri.as_ref().filter(|uri| url::Url::parse(&uri.value).is_err());
        let base = uri.map(|uri| library::relative_to(&file, &library::percent_decode(&uri.value)));
        let moved = base.is_some();
        let base = base.unwrap_or(file);
        let sources = document.sources.iter().map(|written| {
            let copy = copies.get(&written.name.value).cloned();
            let copied = copy.is_some();
            let url = written.url.value.as_str();
            let beside = || library::relative_to(&base, &library::percent_decode(url));
            let path = copy.or_else(|| (!library::is_remote(url)).then(beside));
            Source {
                written,
                version: document.version,
                path,
                copied,
                moved,
                root: None,
                openapi: None,
                asyncapi: None,
                operations: HashMap::new(),
            }
        });
        // A second source of the same name has been reported.
        let mut distinct: Vec<Source<'a>> = Vec::new();
        for source in sources {
            if distinct.iter().all(|known| known.written.name.value != source.written.name.value) {
                distinct.push(source);
            }
        }
        Self { sources: distinct }
    }

    /// The names of the sources that can have operations.
    pub fn names(&mut self, library: &Library<'a, '_>, diagnostics: &mut Diagnostics) -> Vec<&'a str> {
        let mut names = Vec::new();
        for source in &mut self.sources {
            let is_arazzo = match &source.written.kind {
                Some(kind) => kind.value == SourceKind::Arazzo,
                None => matches!(source.root(library, diagnostics), Some((SourceKind::Arazzo, _))),
            };
            if !is_arazzo {
                names.push(source.written.name.value.as_str());
            }
        }
        names
    }

    /// Whether a source exists.
    pub fn written(&self, name: &str) -> Option<&'a SourceDescription> {
        self.sources.iter().map(|source| source.written).find(|written| written.name.value == name)
    }

    /// What the file of a source is. `None` when it cannot be read, or is not what the document says, which is reported the
    /// first time.
    pub fn kind(&mut self, name: &str, library: &Library<'a, '_>, diagnostics: &mut Diagnostics) -> Option<SourceKind> {
        self.source(name)?.root(library, diagnostics).map(|(kind, _)| kind)
    }

    /// An OpenAPI description. `None` when it cannot be read, which is reported the first time, or is something else.
    pub fn description(
        &mut self,
        name: &str,
        library: &Library<'a, '_>,
        diagnostics: &mut Diagnostics,
    ) -> Option<&Description<'a>> {
        let source = self.source(name)?;
        let (SourceKind::OpenApi, root) = source.root(library, diagnostics)? else { return None };
        let named = source.written.url.node.span;
        source.openapi.get_or_insert_with(|| Description::read(root, named, library, diagnostics)).as_ref()
    }

    /// An Arazzo document. `None` when it cannot be read, which is reported the first time, or is something else.
    pub fn arazzo(
        &mut self,
        name: &str,
        library: &Library<'a, '_>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Located<'a>> {
        match self.source(name)?.root(library, diagnostics)? {
            (SourceKind::Arazzo, root) => Some(root),
            _ => None,
        }
    }

    /// An AsyncAPI description. `None` when it cannot be read, which is reported the first time, or is something else.
    pub fn asyncapi(
        &mut self,
        name: &str,
        library: &Library<'a, '_>,
        diagnostics: &mut Diagnostics,
    ) -> Option<&asyncapi::Description<'a>> {
        let source = self.source(name)?;
        let (SourceKind::AsyncApi, root) = source.root(library, diagnostics)? else { return None };
        let named = source.written.url.node.span;
        source.asyncapi.get_or_insert_with(|| asyncapi::Description::read(root, named, library, diagnostics)).as_ref()
    }

    fn source(&mut self, name: &str) -> Option<&mut Source<'a>> {
        self.sources.iter_mut().find(|source| source.written.name.value == name)
    }

    /// An operation, read once however many steps call it.
    pub fn call(
        &mut self,
        name: &str,
        entry: &Entry<'a>,
        library: &Library<'a, '_>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Call<'a>> {
        let source = self.source(name)?;
        let description = source.openapi.as_ref()?.as_ref()?;
        let key = (entry.path, entry.operation.node.span);
        let url = source.written.url.value.as_str();
        let base = library::is_remote(url).then_some(url);
        let operation = source
            .operations
            .entry(key)
            .or_insert_with(|| Rc::new(Operation::read(entry, description, base, library, diagnostics)));
        Some(Call { source: &source.written.name.value, operation: Rc::clone(operation), guessed: false })
    }
}

impl<'a> Source<'a> {
    /// What the file is, and its tree.
    fn root(&mut self, library: &Library<'a, '_>, diagnostics: &mut Diagnostics) -> Option<(SourceKind, Located<'a>)> {
        if self.root.is_none() {
            self.root = Some(self.load(library, diagnostics).and_then(|root| self.kind_of(root, diagnostics)));
        }
        self.root?
    }

    /// Rule 23: the file is what the document says; where it says nothing, the file does.
    fn kind_of(&self, root: Located<'a>, diagnostics: &mut Diagnostics) -> Option<(SourceKind, Located<'a>)> {
        let written = self.written;
        let Some((kind, key)) = named_kind(root.node) else {
            // Those who read it say what they miss.
            return Some((written.kind.as_ref().map_or(SourceKind::OpenApi, |kind| kind.value), root));
        };
        match &written.kind {
            Some(declared) if declared.value != kind => {
                let name = &written.name.value;
                let message = format!("the source `{name}` is {}, not {}", described(kind), described(declared.value));
                diagnostics
                    .error(&rules::NOT_A_DESCRIPTION, declared.span, message)
                    .also(key, "the file says so here")
                    .help(format!("write `type: {}`, or name another file", type_name(kind)));
                None
            }
            None if kind == SourceKind::AsyncApi && self.version < Version::V1_1 => {
                let message = "AsyncAPI descriptions need Arazzo 1.1, and this document follows 1.0";
                diagnostics
                    .error(&rules::NEWER_FIELD, written.url.node.span, message)
                    .help("write `arazzo: 1.1.0` at the beginning of the document");
                None
            }
            _ => Some((kind, root)),
        }
    }

    fn load(&self, library: &Library<'a, '_>, diagnostics: &mut Diagnostics) -> Option<Located<'a>> {
        let (name, url) = (&self.written.name.value, &self.written.url);
        // That Arazzo 1.0 has no such type has been reported.
        if self.written.kind.as_ref().is_some_and(|kind| diagnostics.is_reported(kind.span)) {
            return None;
        }
        if url.is_missing() && !self.copied {
            return None;
        }
        let Some(path) = &self.path else {
            let folder = type_name(self.written.kind.as_ref().map_or(SourceKind::OpenApi, |kind| kind.value));
            let message = format!("the source `{name}` is on another machine, and compiling never touches the network");
            diagnostics.error(&rules::REMOTE_SOURCE, url.node.span, message).help(format!(
                "keep a local copy and name it in the macro: `sources = {{ \"{name}\" = \"{folder}/{name}.yml\" }}`"
            ));
            return None;
        };
        match library.load(path, diagnostics) {
            Ok(root) => root,
            // A URL that is none, as one with backslashes, has been reported.
            Err(_) if diagnostics.is_reported(url.node.span) => None,
            Err(error) => {
                let finding = diagnostics.error(&rules::UNREADABLE_FILE, url.node.span, library.explain(&error));
                if self.copied {
                    finding.note(format!("the macro names this file as the local copy of the source `{name}`"));
                } else {
                    let from = if self.moved { "counts from the `$self` of" } else { "is looked for beside" };
                    finding.note(format!("a relative `url` {from} the Arazzo document")).help(format!(
                        "to use a file at another place, name it in the macro: `sources = {{ \"{name}\" = \"…\" }}`"
                    ));
                }
                None
            }
        }
    }
}

/// What a file says that it is, and where.
fn named_kind(root: &Node) -> Option<(SourceKind, Span)> {
    let kinds = [
        ("openapi", SourceKind::OpenApi),
        ("swagger", SourceKind::OpenApi),
        ("asyncapi", SourceKind::AsyncApi),
        ("arazzo", SourceKind::Arazzo),
    ];
    let map = root.as_map()?;
    kinds.into_iter().find_map(|(key, kind)| Some((kind, map.get_key_value(key)?.0.span)))
}

/// What a file of that kind is, with its article.
pub(super) fn described(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::OpenApi => "an OpenAPI description",
        SourceKind::Arazzo => "an Arazzo document",
        SourceKind::AsyncApi => "an AsyncAPI description",
    }
}

fn type_name(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::OpenApi => "openapi",
        SourceKind::Arazzo => "arazzo",
        SourceKind::AsyncApi => "asyncapi",
    }
}
