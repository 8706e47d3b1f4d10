//! Files that were read before.

use super::FileId;
use super::lines::Lines;
use crate::diagnostic::Diagnostics;
use crate::yaml::{self, Node};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Files with their trees, kept from one compilation to the next: macros of one crate that name the same description, and a
/// language server that compiles a crate again and again, parse it once. Give it to
/// [`Options::cache`](crate::Options::cache).
///
/// A file is read each time and compared with what is kept, so that it is never out of date, whatever a file system says of
/// its times. Of each path only what it held last is kept.
///
/// ```
/// use arazzo_compiler::source::{Cache, Memory};
/// use arazzo_compiler::{Options, compile};
///
/// static CACHE: std::sync::LazyLock<Cache> = std::sync::LazyLock::new(Cache::default);
///
/// let files = Memory::of([("w.yml", "arazzo: 1.0.1\ninfo: {}\n")]);
/// let options = Options { reader: &files, cache: Some(&CACHE), ..Options::default() };
/// let first = compile("w.yml".as_ref(), &options);
/// assert_eq!(first.diagnostics, compile("w.yml".as_ref(), &options).diagnostics);
/// ```
#[derive(Debug, Default)]
pub struct Cache {
    files: Mutex<Files>,
}

#[derive(Debug, Default)]
struct Files {
    by_path: HashMap<PathBuf, Arc<File>>,
    /// How many there have been: no two of them have the same id.
    count: u32,
}

impl Cache {
    /// The file with that text.
    pub(super) fn file(&self, path: &Path, text: String) -> Arc<File> {
        // The lock is never held while anything is parsed, and what a panic leaves behind is whole.
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = files.by_path.get(path).filter(|known| *known.text == *text) {
            return Arc::clone(known);
        }
        let file = Arc::new(File::new(FileId(files.count), path, text));
        files.count = files.count.wrapping_add(1);
        files.by_path.insert(path.to_owned(), Arc::clone(&file));
        file
    }

    #[cfg(test)]
    pub(super) fn while_locked(&self, act: impl FnOnce()) {
        let _guard = self.files.lock();
        act();
    }
}

/// A file, its lines and its tree. The latter are made when someone asks for them.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) id: FileId,
    pub(super) path: PathBuf,
    pub(super) text: Arc<str>,
    lines: OnceLock<Lines>,
    tree: OnceLock<Tree>,
}

/// What a file holds, and what is wrong with how it is written.
#[derive(Debug)]
pub(crate) struct Tree {
    /// `None` when it is no YAML.
    pub(crate) root: Option<Node>,
    pub(crate) diagnostics: Diagnostics,
}

impl File {
    pub(super) fn new(id: FileId, path: &Path, text: String) -> Self {
        Self { id, path: path.to_owned(), text: text.into(), lines: OnceLock::new(), tree: OnceLock::new() }
    }

    pub(super) fn lines(&self) -> &Lines {
        self.lines.get_or_init(|| Lines::of(&self.text))
    }

    /// Parses the file, or waits for whoever is doing so.
    pub(crate) fn tree(&self) -> &Tree {
        self.tree.get_or_init(|| {
            let mut diagnostics = Diagnostics::new();
            let root = yaml::parse(self.id, &self.text, &mut diagnostics);
            Tree { root, diagnostics }
        })
    }
}
