//! The OpenAPI descriptions that a document names, read when a step first needs them.

use super::Call;
use crate::diagnostic::{Diagnostics, rules};
use crate::document::{Document, SourceDescription, SourceKind};
use crate::library::{self, Library};
use crate::openapi::{Description, Entry, Operation};
use crate::source::{FileId, Span};
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::rc::Rc;

/// The OpenAPI descriptions that a document names.
pub struct Descriptions<'a> {
    sources: Vec<Source<'a>>,
}

struct Source<'a> {
    written: &'a SourceDescription,
    path: Option<PathBuf>,
    /// Whether the path is that of a copy which the macro names.
    copied: bool,
    description: Option<Option<Description<'a>>>,
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
        let base = library.sources().path(file).to_owned();
        let sources = document.sources.iter().map(|written| {
            let copy = copies.get(&written.name.value).cloned();
            let copied = copy.is_some();
            let url = written.url.value.as_str();
            let beside = || library::relative_to(&base, &library::percent_decode(url));
            let path = copy.or_else(|| (!library::is_remote(url)).then(beside));
            Source { written, path, copied, description: None, operations: HashMap::new() }
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
    pub fn names(&self) -> impl Iterator<Item = &'a str> {
        self.sources
            .iter()
            .filter(|source| source.written.kind.as_ref().is_none_or(|kind| kind.value != SourceKind::Arazzo))
            .map(|source| source.written.name.value.as_str())
    }

    /// Whether a source exists.
    pub fn written(&self, name: &str) -> Option<&'a SourceDescription> {
        self.sources.iter().map(|source| source.written).find(|written| written.name.value == name)
    }

    /// A description. `None` when it cannot be read, which is reported the first time.
    pub fn description(
        &mut self,
        name: &str,
        library: &Library<'a, '_>,
        diagnostics: &mut Diagnostics,
    ) -> Option<&Description<'a>> {
        let source = self.sources.iter_mut().find(|source| source.written.name.value == name)?;
        let Source { written, path, copied, description, .. } = source;
        description.get_or_insert_with(|| read(written, path.as_ref(), *copied, library, diagnostics)).as_ref()
    }

    /// An operation, read once however many steps call it.
    pub fn call(
        &mut self,
        name: &str,
        entry: &Entry<'a>,
        library: &Library<'a, '_>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Call<'a>> {
        let source = self.sources.iter_mut().find(|source| source.written.name.value == name)?;
        let description = source.description.as_ref()?.as_ref()?;
        let key = (entry.path, entry.node.span);
        let url = source.written.url.value.as_str();
        let base = library::is_remote(url).then_some(url);
        let operation = source
            .operations
            .entry(key)
            .or_insert_with(|| Rc::new(Operation::read(entry, description, base, library, diagnostics)));
        Some(Call { source: &source.written.name.value, operation: Rc::clone(operation), guessed: false })
    }
}

fn read<'a>(
    written: &SourceDescription,
    path: Option<&PathBuf>,
    copied: bool,
    library: &Library<'a, '_>,
    diagnostics: &mut Diagnostics,
) -> Option<Description<'a>> {
    let (name, url) = (&written.name.value, &written.url);
    match written.kind.as_ref().map(|kind| (kind.value, kind.span)) {
        // That Arazzo 1.0 has no such type has been reported.
        Some((SourceKind::AsyncApi, span)) if diagnostics.is_reported(span) => return None,
        Some((SourceKind::AsyncApi, span)) => {
            diagnostics.error(&rules::UNSUPPORTED, span, "AsyncAPI sources are not supported");
            return None;
        }
        Some((SourceKind::Arazzo, span)) => {
            diagnostics.error(&rules::UNSUPPORTED, span, "sources that are Arazzo documents are not supported yet");
            return None;
        }
        Some((SourceKind::OpenApi, _)) | None => {}
    }
    if url.is_missing() && !copied {
        return None;
    }
    let Some(path) = path else {
        let message = format!("the source `{name}` is on another machine, and compiling never touches the network");
        diagnostics.error(&rules::REMOTE_SOURCE, url.node.span, message).help(format!(
            "keep a local copy and name it in the macro: `sources = {{ \"{name}\" = \"openapi/{name}.yml\" }}`"
        ));
        return None;
    };
    match library.load(path, diagnostics) {
        Ok(Some(root)) => Description::read(root, url.node.span, library, diagnostics),
        Ok(None) => None,
        // A URL that is none, as one with backslashes, has been reported.
        Err(_) if diagnostics.is_reported(url.node.span) => None,
        Err(error) => {
            let finding = diagnostics.error(&rules::UNREADABLE_FILE, url.node.span, library.explain(&error));
            if copied {
                finding.note(format!("the macro names this file as the local copy of the source `{name}`"));
            } else {
                finding.note("a relative `url` is looked for beside the Arazzo document").help(format!(
                    "to use a file at another place, name it in the macro: `sources = {{ \"{name}\" = \"…\" }}`"
                ));
            }
            None
        }
    }
}
