//! Files, their text, and positions in them.

mod cache;
mod error;
mod lines;
mod reader;
#[cfg(test)]
mod tests;

pub use cache::Cache;
pub use error::{LoadError, LoadErrorKind};
pub use reader::{Disk, FileReader, Memory};

pub(crate) use cache::File;
pub(crate) use lines::char_boundary;

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// The largest file that is read. The largest published OpenAPI descriptions have a fifth of it.
pub const MAX_FILE_BYTES: usize = 64 << 20;

/// One of the files of a compilation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub(crate) u32);

/// Bytes of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// The first byte.
    pub start: u32,
    /// The byte behind the last one.
    pub end: u32,
}

impl Span {
    /// Whether another span is a part of this one.
    pub fn contains(self, other: Span) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }
}

/// Where a span stands, as people and editors count: from 1, columns in characters. The end is behind the last character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The line of the first character.
    pub line: usize,
    /// The column of the first character.
    pub column: usize,
    /// The line of the end.
    pub end_line: usize,
    /// The column of the end.
    pub end_column: usize,
}

/// The files of one compilation, each read once.
pub struct Sources<'r> {
    reader: &'r dyn FileReader,
    /// Where files may be known from earlier compilations.
    cache: Option<&'r Cache>,
    files: Vec<Arc<File>>,
    /// Every path that was asked for, in its normal form. Failures are kept too, so that a file that several sources
    /// name fails in the same words each time.
    known: HashMap<PathBuf, Result<FileId, LoadError>>,
    /// What [`Sources::paths`] gives.
    paths: Vec<PathBuf>,
}

impl<'r> Sources<'r> {
    /// No files yet; they will come from `reader`.
    pub fn new(reader: &'r dyn FileReader) -> Self {
        Self { reader, cache: None, files: Vec::new(), known: HashMap::new(), paths: Vec::new() }
    }

    /// The same, with a cache or without one.
    pub(crate) fn cached(reader: &'r dyn FileReader, cache: Option<&'r Cache>) -> Self {
        Self { cache, ..Self::new(reader) }
    }

    /// Reads a file, unless it was read before: paths with the same normal form share one id.
    pub fn load(&mut self, path: &Path) -> Result<FileId, LoadError> {
        let path = normalized(path);
        if let Some(known) = self.known.get(&path) {
            return known.clone();
        }
        let loaded = self.read(&path);
        self.known.insert(path, loaded.clone());
        loaded
    }

    fn read(&mut self, path: &Path) -> Result<FileId, LoadError> {
        let bytes = self.reader.read(path).map_err(|error| LoadError::io(path, &error))?;
        self.paths.push(path.to_owned());
        if bytes.len() > MAX_FILE_BYTES {
            return Err(LoadError::too_large(path));
        }
        let text = decode(path, bytes)?;
        let file = match self.cache {
            Some(cache) => cache.file(path, text),
            None => {
                let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
                Arc::new(File::new(id, path, text))
            }
        };
        let id = file.id;
        self.files.push(file);
        Ok(id)
    }

    /// The path of a file, in its normal form.
    pub fn path(&self, id: FileId) -> &Path {
        self.file(id).map_or(Path::new(""), |file| &file.path)
    }

    /// The text of a file, without a byte order mark.
    pub fn text(&self, id: FileId) -> &str {
        self.file(id).map_or("", |file| &file.text)
    }

    /// The text of a file, to keep while other files are loaded.
    pub fn shared_text(&self, id: FileId) -> Arc<str> {
        self.file(id).map_or_else(|| "".into(), |file| Arc::clone(&file.text))
    }

    /// A file, to keep while other files are loaded.
    pub(crate) fn shared(&self, id: FileId) -> Option<Arc<File>> {
        self.file(id).cloned()
    }

    /// The place of a file among those of the compilation, in the order in which they were loaded.
    pub(crate) fn order(&self, id: FileId) -> usize {
        self.files.iter().position(|file| file.id == id).unwrap_or(usize::MAX)
    }

    /// The files that rustc must watch: every one that exists and was read, also those that turned out to be no UTF-8 or
    /// no YAML.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.paths.iter().map(PathBuf::as_path)
    }

    /// Where a span stands.
    pub fn position(&self, span: Span) -> Position {
        let Some(file) = self.file(span.file) else {
            return Position { line: 1, column: 1, end_line: 1, end_column: 1 };
        };
        let (line, column) = file.lines().line_and_column(&file.text, span.start as usize);
        let (end_line, end_column) = file.lines().line_and_column(&file.text, span.end.max(span.start) as usize);
        Position { line, column, end_line, end_column }
    }

    /// The bytes of a line (from 1) without its line break; the last line where the file has fewer.
    pub(crate) fn line_range(&self, id: FileId, line: usize) -> std::ops::Range<usize> {
        self.file(id).map_or(0..0, |file| file.lines().range(&file.text, line))
    }

    fn file(&self, id: FileId) -> Option<&Arc<File>> {
        self.files.iter().find(|file| file.id == id)
    }
}

/// UTF-8, the only encoding that YAML files on disk have in practice.
fn decode(path: &Path, bytes: Vec<u8>) -> Result<String, LoadError> {
    let mut text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        LoadError::not_utf8(path, error.as_bytes(), at)
    })?;
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    Ok(text)
}

/// The path without `.` and with `..` taken back, by its text alone: links are not followed, so that a diagnostic shows
/// the path as the user knows it.
pub fn normalized(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => match normal.components().next_back() {
                Some(Component::Normal(_)) => {
                    normal.pop();
                }
                Some(Component::RootDir | Component::Prefix(_)) => {}
                _ => normal.push(".."),
            },
            other => normal.push(other),
        }
    }
    normal
}
