//! What went wrong, where, why, and what to write instead.
//!
//! The stages report [`Finding`]s, which know their bytes, into [`Diagnostics`]. At the end each becomes a [`Diagnostic`],
//! which knows its file, line and column and how it reads, and needs nothing else of the compilation.

pub mod book;
mod finding;
mod render;
pub mod rules;
mod suggest;
#[cfg(test)]
mod tests;

pub use finding::{Diagnostics, Finding, MOST_FINDINGS};
pub use suggest::suggest;

use std::fmt;
use std::path::{Path, PathBuf};

/// A named check.
#[derive(Debug)]
pub struct Rule {
    /// Its name, as in `allow(name)`.
    pub name: &'static str,
    /// What it is without `allow`, `deny` or `strict`.
    pub level: Level,
    /// Why it exists, in a sentence or two.
    pub explanation: &'static str,
}

impl PartialEq for Rule {
    /// Rules are the same when their names are: no two have the same.
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Rule {}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Advice; the workflow compiles.
    Warning,
    /// The workflow does not compile.
    Error,
}

/// A finding for users: lines and columns instead of bytes, and how rustc shows it. Lines and columns count from 1,
/// columns in characters.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// The check that found it.
    pub rule: &'static Rule,
    /// How much it matters, after `allow`, `deny` and `strict`.
    pub level: Level,
    /// What is wrong, in one line.
    pub message: String,
    /// The file.
    pub file: PathBuf,
    /// The line; 0 where the whole file is meant.
    pub line: usize,
    /// The column; 0 where the whole file is meant.
    pub column: usize,
    /// The line in which it ends.
    pub end_line: usize,
    /// The column behind its last character.
    pub end_column: usize,
    /// The text behind the carets.
    pub label: Option<String>,
    /// Other places that belong to it.
    pub labels: Vec<Label>,
    /// What to write instead.
    pub help: Vec<String>,
    /// What else is worth knowing.
    pub notes: Vec<String>,
    /// The name in the options of the compilation that it is about; the file and its positions are empty then.
    pub option: Option<String>,
    /// All of it with the lines of the file, as rustc would show it behind `error: `.
    pub rendered: String,
}

/// Another place that belongs to a [`Diagnostic`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Label {
    /// The file.
    pub file: PathBuf,
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
    /// The line in which it ends.
    pub end_line: usize,
    /// The column behind its last character.
    pub end_column: usize,
    /// What is there.
    pub message: String,
}

impl Diagnostic {
    /// An error about a whole file, where no line can be shown: it does not exist, or it is not text.
    pub fn of_file(rule: &'static Rule, message: impl Into<String>, file: &Path) -> Self {
        let message = message.into();
        Self {
            rule,
            level: rule.level,
            rendered: format!("{message} [{}]", rule.name),
            message,
            file: file.to_owned(),
            line: 0,
            column: 0,
            end_line: 0,
            end_column: 0,
            label: None,
            labels: Vec::new(),
            help: Vec::new(),
            notes: Vec::new(),
            option: None,
        }
    }

    /// An error about a name in the options of the compilation.
    pub fn of_option(rule: &'static Rule, message: impl Into<String>, name: &str) -> Self {
        Self { option: Some(name.to_owned()), ..Self::of_file(rule, message, Path::new("")) }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rendered)
    }
}
