//! Where the bytes of files come from.

use super::MAX_FILE_BYTES;
use std::collections::BTreeMap;
use std::io::{Error, ErrorKind, Read};
use std::path::{Path, PathBuf};

/// Reads the files that a document names. The disk while a crate compiles, memory in tests.
pub trait FileReader {
    /// The bytes of a file.
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>>;
}

/// The file system.
#[derive(Debug, Clone, Copy, Default)]
pub struct Disk;

impl FileReader for Disk {
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        let metadata = std::fs::metadata(path)?;
        if metadata.is_dir() {
            return Err(ErrorKind::IsADirectory.into());
        }
        // A pipe would block the compiler for ever.
        if !metadata.is_file() {
            return Err(Error::new(ErrorKind::InvalidInput, "it is not a regular file"));
        }
        let mut bytes = Vec::new();
        // One byte more than is allowed shows the caller that there is too much, without reading all of it.
        let limit = MAX_FILE_BYTES as u64 + 1;
        std::fs::File::open(path)?.take(limit).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// Files that exist in memory only.
#[derive(Debug, Clone, Default)]
pub struct Memory(pub BTreeMap<PathBuf, Vec<u8>>);

impl Memory {
    /// The files given as path and text.
    pub fn of<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self(files.into_iter().map(|(path, text)| (PathBuf::from(path), text.as_bytes().to_vec())).collect())
    }
}

impl FileReader for Memory {
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        if let Some(bytes) = self.0.get(path) {
            return Ok(bytes.clone());
        }
        let is_folder = self.0.keys().any(|known| known.starts_with(path));
        Err(if is_folder { ErrorKind::IsADirectory.into() } else { ErrorKind::NotFound.into() })
    }
}
