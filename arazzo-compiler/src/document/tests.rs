//! One mistake each, and all that is said about it.

mod action;
mod criterion;
mod others;
mod robustness;
mod root;
mod step;

use super::*;
use crate::source::{FileId, Memory, Sources};
use std::path::Path;

/// What a document reads as, and what was complained about: `rule line:column message`.
fn read_text(text: &str) -> (Option<Document>, Vec<String>) {
    let mut diagnostics = Diagnostics::new();
    let root = crate::yaml::parse(FileId(0), text, &mut diagnostics);
    let document = root.and_then(|root| read(&root, &mut diagnostics));
    let memory = Memory::of([("a.yml", text)]);
    let mut sources = Sources::new(&memory);
    sources.load(Path::new("a.yml")).expect("it is there");
    let found = diagnostics.finish(&sources, Path::new(""));
    let lines = found
        .iter()
        .map(|found| format!("{} {}:{} {}", found.rule.name, found.line, found.column, found.message))
        .collect();
    (document, lines)
}

#[track_caller]
fn good(text: &str) -> Document {
    let (document, complaints) = read_text(text);
    assert_eq!(complaints, [""; 0], "{text}");
    document.expect("without complaints there is a document")
}

/// A document of that version whose only step, which begins in line 7, has `lines` from line 9 on, and line 9 begins with
/// four spaces.
fn with_step(version: &str, lines: &str) -> String {
    let indented: Vec<String> = lines.lines().map(|line| format!("    {line}\n")).collect();
    format!(
        "arazzo: {version}\ninfo: {{title: t, version: '1'}}\nsourceDescriptions: [{{name: s, url: s.yml}}]\nworkflows:\n\
         - workflowId: w\n  steps:\n  - stepId: a\n    operationId: o\n{}",
        indented.concat()
    )
}

#[track_caller]
fn step_complains(version: &str, lines: &str, expected: &[&str]) -> Step {
    let (document, complaints) = read_text(&with_step(version, lines));
    assert_eq!(complaints, expected, "{lines}");
    document.expect("the workflows can be read").workflows.remove(0).steps.remove(0)
}
