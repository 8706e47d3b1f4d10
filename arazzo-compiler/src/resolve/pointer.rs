//! The JSON Pointer of an `operationPath`, compared with the operations of a description.

use super::listed;
use crate::diagnostic::suggest;
use crate::library::percent_decode;
use crate::openapi::Entry;
use std::ops::Range;

/// An `operationPath` as the specification wants it.
pub(super) const CANONICAL: &str = "{$sourceDescriptions.name.url}#/paths/~1pets~1{id}/get";

/// Where a path item has the methods that OpenAPI has no field for.
const ADDITIONAL: &str = "additionalOperations";

/// What is wrong with a pointer.
pub(super) struct Wrong<'a> {
    /// The bytes of the pointer.
    pub(super) range: Range<usize>,
    pub(super) message: String,
    /// What to write in their place.
    pub(super) near: Option<String>,
    pub(super) help: Option<String>,
    /// The operation that was probably meant.
    pub(super) meant: Option<Entry<'a>>,
}

/// The operation that a pointer (without its `#`) leads to, among those of the description `source`.
pub(super) fn operation_at<'a>(
    pointer: &str,
    source: &str,
    operations: &[Entry<'a>],
) -> Result<Entry<'a>, Box<Wrong<'a>>> {
    let parts = parts(pointer);
    let find = |path: &str, method: &str| {
        operations.iter().find(|entry| entry.path == path && method_of(entry) == method).copied()
    };
    let (section, path, method) = match parts.as_slice() {
        [section, path, method] => (section, path, method.clone()),
        [section, path, list, method] if pointer[list.clone()] == *ADDITIONAL => {
            (section, path, list.start..method.end)
        }
        _ => return Err(not_three(pointer, &parts, find)),
    };
    let written = unescaped(&pointer[path.clone()]);
    // In a URL, characters of the pointer may be escaped once more (RFC 6901, section 6).
    let decoded = unescaped(&percent_decode(&pointer[path.clone()]));
    let paths = || operations.iter().map(|entry| entry.path);
    let known = paths().find(|path| *path == written).or_else(|| paths().find(|path| *path == decoded));
    let (name, verb) = (&pointer[section.clone()], &pointer[method.clone()]);
    if name != "paths" {
        let message = format!("a JSON Pointer to an operation begins with `/paths`, not with `/{name}`");
        let meant = known.and_then(|path| find(path, verb));
        return Err(wrong(section.clone(), message, Some("paths".to_owned()), meant));
    }
    let Some(known) = known else {
        let rooted = format!("/{written}");
        let near = paths().find(|path| *path == rooted).or_else(|| suggest(&written, paths()));
        let message = format!("`{source}` has no path `{written}`");
        let meant = near.and_then(|path| find(path, verb));
        let mut all: Vec<&str> = paths().collect();
        all.dedup();
        let help = (near.is_none() && !all.is_empty()).then(|| format!("its paths are {}", listed(&all)));
        let wrong = wrong(path.clone(), message, near.map(escaped), meant);
        return Err(Box::new(Wrong { help, ..*wrong }));
    };
    find(known, verb).ok_or_else(|| {
        let methods: Vec<String> = operations.iter().filter(|entry| entry.path == known).map(method_of).collect();
        let methods: Vec<&str> = methods.iter().map(String::as_str).collect();
        let last = |method: &str| method.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
        let same = methods.iter().find(|method| last(method) == last(verb)).copied();
        let near = same.or_else(|| suggest(verb, methods.iter().copied()));
        let message = format!("the path `{known}` of `{source}` has no method `{verb}`, only {}", listed(&methods));
        let meant = near.and_then(|method| find(known, method));
        wrong(method.clone(), message, near.map(str::to_owned), meant)
    })
}

fn wrong(range: Range<usize>, message: String, near: Option<String>, meant: Option<Entry<'_>>) -> Box<Wrong<'_>> {
    Box::new(Wrong { range, message, near, help: None, meant })
}

/// What is wrong with a pointer that does not have the parts of one to an operation.
fn not_three<'a>(
    pointer: &str,
    parts: &[Range<usize>],
    find: impl Fn(&str, &str) -> Option<Entry<'a>>,
) -> Box<Wrong<'a>> {
    if let [_, first, .., last, method] = parts {
        let written = &pointer[first.start..last.end];
        let path = format!("/{}", unescaped(written.trim_start_matches('/')));
        if let Some(meant) = find(&path, &pointer[method.clone()]) {
            let message = "a slash inside of a path is written `~1` in a JSON Pointer".to_owned();
            return wrong(first.start..last.end, message, Some(escaped(&path)), Some(meant));
        }
    }
    let help = format!("it has three parts, `paths`, the path and the method, as in `{CANONICAL}`");
    let message = "this JSON Pointer does not lead to an operation".to_owned();
    let whole = wrong(0..pointer.len(), message, None, None);
    Box::new(Wrong { help: Some(help), ..*whole })
}

/// The end of a pointer to an operation, behind its path.
fn method_of(entry: &Entry<'_>) -> String {
    if entry.is_additional { format!("{ADDITIONAL}/{}", escaped(entry.method)) } else { entry.method.to_owned() }
}

/// The bytes between the slashes.
fn parts(pointer: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    let all = pointer.split('/').map(|part| {
        let range = start..start + part.len();
        start = range.end + 1;
        range
    });
    all.skip(1).collect()
}

fn unescaped(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

fn escaped(path: &str) -> String {
    path.replace('~', "~0").replace('/', "~1")
}
