//! One checkpoint in one file.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use arazzo::Checkpoint;

/// The file that holds the latest checkpoint of a run.
#[derive(Clone)]
pub(crate) struct Store {
    file: PathBuf,
}

impl Store {
    pub(crate) fn new(file: PathBuf) -> Self {
        Self { file }
    }

    /// Puts a checkpoint in the place of the one before. Whatever happens meanwhile, the file holds the one or the other.
    pub(crate) fn save(&self, checkpoint: &Checkpoint) -> io::Result<()> {
        let new = self.file.with_extension("new");
        let mut file = File::create(&new)?;
        file.write_all(&serde_json::to_vec(checkpoint)?)?;
        // It has to be on the disk before it takes the place of the other.
        file.sync_all()?;
        fs::rename(&new, &self.file)?;
        self.sync_folder()
    }

    /// Sees to it that the disk knows by which names its files go.
    fn sync_folder(&self) -> io::Result<()> {
        let folder = self.file.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        // Elsewhere a folder is no file that can be opened.
        if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
    }

    /// The checkpoint, if there is one.
    pub(crate) fn load(&self) -> io::Result<Option<Checkpoint>> {
        match fs::read(&self.file) {
            Ok(text) => Ok(Some(serde_json::from_slice(&text)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Removes it: the run is over.
    pub(crate) fn remove(&self) -> io::Result<()> {
        match fs::remove_file(&self.file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            // A run that is over must not come back with a power failure.
            _ => self.sync_folder(),
        }
    }
}
