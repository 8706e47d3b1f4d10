//! Whatever stands in a file, the compiler neither panics nor takes long over it.

use arazzo_compiler::source::Memory;
use arazzo_compiler::{Options, compile};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// How many changes of one file are tried: all of them take minutes without optimization. `ARAZZO_ALL_CHANGES=1` tries all.
const MOST: usize = 16;

/// Where there are documents and descriptions, and where they are put: the last two belong into one folder.
const FOLDERS: [(&str, &str); 6] = [
    ("workflows", "workflows"),
    ("openapi", "openapi"),
    ("tests/end_to_end/documents", "documents"),
    ("tests/end_to_end/documents/official", "documents/official"),
    ("arazzo-compiler/tests/conformance/schema/valid", "schema"),
    ("arazzo-compiler/tests/conformance/schema/sources", "schema"),
];

/// Descriptions that are changed themselves, each with a document that needs it.
const DESCRIPTIONS: [(&str, &str); 7] = [
    ("workflows/daytona-provision-volume-and-sandbox.yml", "openapi/daytona-volumes-api-openapi.yml"),
    ("documents/wire.yml", "documents/wire-openapi.yml"),
    ("documents/swagger.yml", "documents/swagger-api.yml"),
    ("documents/storage.yml", "documents/storage-openapi.yml"),
    ("documents/storage.yml", "documents/storage-parts.yml"),
    ("documents/official/loan.yml", "documents/official/loan-openapi.yml"),
    ("schema/requests_and_messages.yml", "schema/news.yml"),
];

/// The documents of the repository with their descriptions.
fn repository() -> (Memory, Vec<PathBuf>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut memory = Memory::default();
    let mut documents = Vec::new();
    for (folder, there) in FOLDERS {
        for entry in std::fs::read_dir(root.join(folder)).expect("the folder is there") {
            let path = entry.expect("it can be listed").path();
            if path.extension().is_none_or(|extension| extension != "yml") {
                continue;
            }
            let name = Path::new(there).join(path.file_name().expect("it has a name"));
            let bytes = std::fs::read(&path).expect("it can be read");
            if String::from_utf8_lossy(&bytes).lines().any(|line| line.starts_with("arazzo:")) {
                documents.push(name.clone());
            }
            memory.0.insert(name, bytes);
        }
    }
    documents.sort();
    assert!(documents.len() > 50, "{}", documents.len());
    (memory, documents)
}

/// Compiles a document in which one file has another text. How much work that was cannot be measured here; that the whole
/// test takes seconds says enough.
fn survives(memory: &mut Memory, document: &Path, changed: &Path, text: &str) {
    let original = memory.0.insert(changed.to_owned(), text.as_bytes().to_vec()).expect("the file was there");
    let began = Instant::now();
    let compilation = compile(document, &Options { reader: &*memory, ..Options::default() });
    assert!(began.elapsed().as_secs() < 2, "{} took {:?}:\n{text}", changed.display(), began.elapsed());
    // Each finding knows its place and has a text.
    for found in &compilation.diagnostics {
        assert!(found.line > 0 && found.column > 0 && !found.message.is_empty(), "{found}");
    }
    memory.0.insert(changed.to_owned(), original);
}

/// Each file with each change, but no more than about [`MOST`] of them, spread over the whole file.
fn with_changes(changes: impl Fn(&str) -> Vec<String>) {
    let (mut memory, documents) = repository();
    let descriptions = DESCRIPTIONS.iter().map(|(document, changed)| (PathBuf::from(document), PathBuf::from(changed)));
    let files = documents.into_iter().map(|document| (document.clone(), document)).chain(descriptions);
    for (document, changed) in files {
        let text = String::from_utf8(memory.0[&changed].clone()).expect("it is text");
        let all = changes(&text);
        let most = if std::env::var_os("ARAZZO_ALL_CHANGES").is_some() { all.len() } else { MOST };
        let step = all.len().div_ceil(most).max(1);
        for text in all.iter().step_by(step) {
            survives(&mut memory, &document, &changed, text);
        }
    }
}

#[test]
fn every_beginning_of_a_file() {
    with_changes(|text| text.char_indices().map(|(at, _)| text[..at].to_owned()).collect());
}

#[test]
fn every_file_without_one_line() {
    with_changes(|text| {
        let lines: Vec<&str> = text.lines().collect();
        let without = |left_out: usize| {
            let kept = lines.iter().enumerate().filter(|(place, _)| *place != left_out).map(|(_, line)| *line);
            kept.collect::<Vec<_>>().join("\n")
        };
        (0..lines.len()).map(without).collect()
    });
}

#[test]
fn every_value_as_something_else() {
    let others =
        ["null", "[]", "{}", "7", "\"\"", "$inputs", "*", "{$steps.a.outputs.b}", "'a", "[[[", "- -", "\t", "ö: ä"];
    with_changes(|text| {
        let lines: Vec<&str> = text.lines().collect();
        let changed = |(place, line): (usize, &&str)| {
            let (key, _) = line.split_once(": ")?;
            let mut lines = lines.clone();
            let line = format!("{key}: {}", others[place % others.len()]);
            lines[place] = &line;
            Some(lines.join("\n"))
        };
        lines.iter().enumerate().filter_map(changed).collect()
    });
}
