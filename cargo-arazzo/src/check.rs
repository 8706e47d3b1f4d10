//! `cargo arazzo check`: the findings of documents.

use crate::Outcome;
use crate::arguments::{Arguments, Format};
use crate::format::{human, json, sarif};
use arazzo_compiler::Diagnostic;
use arazzo_compiler::diagnostic::Level;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Checks the documents and writes what is found. A file that several documents name may be spoken of several times, but of
/// the same place only once.
pub(crate) fn check(arguments: &Arguments) -> Outcome {
    let mut out = BufWriter::new(io::stdout().lock());
    let mut seen: Vec<Diagnostic> = Vec::new();
    let mut all = Vec::new();
    let mut left_out = 0;
    for file in &arguments.operands {
        let compilation = arguments.compile(Path::new(file));
        left_out += compilation.left_out;
        for found in compilation.diagnostics {
            if is_elsewhere(&found, file.as_ref()) {
                if seen.contains(&found) {
                    continue;
                }
                seen.push(found.clone());
            }
            match arguments.format {
                Format::Json => writeln!(out, "{}", json(&found))?,
                Format::Sarif => {}
                _ => out.write_all(human(&found).as_bytes())?,
            }
            all.push(found);
        }
    }
    let errors = all.iter().filter(|found| found.level == Level::Error).count();
    match arguments.format {
        Format::Sarif => writeln!(out, "{:#}", sarif(&all))?,
        Format::Json => {}
        _ => {
            let count = |number: usize, what: &str| format!("{number} {what}{}", if number == 1 { "" } else { "s" });
            let (documents, warnings) = (arguments.operands.len(), all.len() - errors);
            let (documents, errors) = (count(documents, "document"), count(errors, "error"));
            writeln!(out, "{documents} checked: {errors}, {}", count(warnings, "warning"))?;
            if left_out > 0 {
                writeln!(out, "{left_out} more findings are not shown")?;
            }
        }
    }
    out.flush()?;
    Ok(errors == 0)
}

/// Whether a finding is about another file than the document.
fn is_elsewhere(found: &Diagnostic, document: &Path) -> bool {
    found.option.is_none() && found.file != document
}
