//! Findings for people, for programs, and for code scanning.

use arazzo_compiler::Diagnostic;
use arazzo_compiler::diagnostic::{Level, rules};
use serde_json::{Value, json};

fn level(found: &Diagnostic) -> &'static str {
    match found.level {
        Level::Error => "error",
        Level::Warning => "warning",
    }
}

/// As rustc shows it.
pub(crate) fn human(found: &Diagnostic) -> String {
    format!("{}: {}\n\n", level(found), found.rendered.trim_end())
}

/// As one object. Lines and columns count from 1, columns in characters; they are 0 where a whole file is meant.
pub(crate) fn json(found: &Diagnostic) -> Value {
    json!({
        "rule": found.rule.name,
        "level": level(found),
        "message": found.message,
        "file": found.file,
        "line": found.line,
        "column": found.column,
        "end_line": found.end_line,
        "end_column": found.end_column,
        "label": found.label,
        "labels": found.labels.iter().map(|label| json!({
            "message": label.message,
            "file": label.file,
            "line": label.line,
            "column": label.column,
            "end_line": label.end_line,
            "end_column": label.end_column,
        })).collect::<Vec<_>>(),
        "help": found.help,
        "notes": found.notes,
    })
}

/// As a SARIF 2.1.0 log.
pub(crate) fn sarif(found: &[Diagnostic]) -> Value {
    let rules: Vec<Value> = rules::ALL
        .iter()
        .map(|rule| {
            let level = if rule.level == Level::Error { "error" } else { "warning" };
            json!({
                "id": rule.name,
                "shortDescription": { "text": rule.explanation },
                "defaultConfiguration": { "level": level },
            })
        })
        .collect();
    let results: Vec<Value> = found.iter().map(result).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "cargo-arazzo",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn result(found: &Diagnostic) -> Value {
    let mut text = found.message.clone();
    for help in found.help.iter().chain(&found.notes) {
        text.push('\n');
        text.push_str(help);
    }
    let mut result = json!({
        "ruleId": found.rule.name,
        "level": level(found),
        "message": { "text": text },
    });
    if found.option.is_none() {
        let file = found.file.to_string_lossy();
        let at = (found.line, found.column, found.end_line, found.end_column);
        result["locations"] = json!([{ "physicalLocation": location(&file, at) }]);
    }
    let related = found.labels.iter().map(|label| {
        let at = (label.line, label.column, label.end_line, label.end_column);
        json!({ "physicalLocation": location(&label.file.to_string_lossy(), at), "message": { "text": label.message } })
    });
    let related: Vec<Value> = related.collect();
    if !related.is_empty() {
        result["relatedLocations"] = Value::Array(related);
    }
    result
}

fn location(file: &str, (line, column, end_line, end_column): (usize, usize, usize, usize)) -> Value {
    let mut location = json!({ "artifactLocation": { "uri": uri(file) } });
    if line > 0 {
        location["region"] =
            json!({ "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column });
    }
    location
}

/// A path as a relative or absolute URI.
fn uri(path: &str) -> String {
    let path = path.replace('\\', "/");
    let mut uri = String::new();
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' | b':' => uri.push(byte as char),
            byte => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    if uri.starts_with('/') { format!("file://{uri}") } else { uri }
}
