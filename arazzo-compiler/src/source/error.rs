//! Why a file could not be loaded.

use super::MAX_FILE_BYTES;
use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// A file that could not be loaded. Its text is a sentence that names the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadError {
    /// The file.
    pub path: PathBuf,
    /// What kind of failure it is.
    pub kind: LoadErrorKind,
    /// What is wrong with the file, to be read behind its path: "does not exist".
    pub reason: String,
}

/// The kinds of failures to load a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoadErrorKind {
    /// There is no such file.
    Missing,
    /// It is a folder.
    Folder,
    /// It is larger than [`MAX_FILE_BYTES`].
    TooLarge,
    /// It is not UTF-8.
    NotUtf8,
    /// The system refused to read it.
    Unreadable,
}

impl LoadError {
    pub(super) fn io(path: &Path, error: &std::io::Error) -> Self {
        let (kind, reason) = match error.kind() {
            // A file where a folder is expected, as in `a.yml/b.yml`, is a wrong path like any other.
            ErrorKind::NotFound | ErrorKind::NotADirectory => (LoadErrorKind::Missing, "does not exist".to_owned()),
            ErrorKind::IsADirectory => (LoadErrorKind::Folder, "is a folder, not a file".to_owned()),
            ErrorKind::PermissionDenied => (LoadErrorKind::Unreadable, "may not be read: permission denied".to_owned()),
            _ => (LoadErrorKind::Unreadable, format!("cannot be read: {error}")),
        };
        Self::new(path, kind, reason)
    }

    pub(super) fn too_large(path: &Path) -> Self {
        let reason = format!("is larger than {} MiB", MAX_FILE_BYTES >> 20);
        Self::new(path, LoadErrorKind::TooLarge, reason)
    }

    pub(super) fn not_utf8(path: &Path, bytes: &[u8], at: usize) -> Self {
        let reason = if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
            "is UTF-16; save it as UTF-8".to_owned()
        } else {
            let line = 1 + bytes.iter().take(at).filter(|byte| **byte == b'\n').count();
            let byte = bytes.get(at).copied().unwrap_or_default();
            format!("is not valid UTF-8: byte 0x{byte:02X} at offset {at}, in line {line}")
        };
        Self::new(path, LoadErrorKind::NotUtf8, reason)
    }

    fn new(path: &Path, kind: LoadErrorKind, reason: String) -> Self {
        Self { path: path.to_owned(), kind, reason }
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.path.display(), self.reason)
    }
}

impl std::error::Error for LoadError {}
