//! `cargo arazzo graph`: the flow of workflows as a drawing.

use crate::arguments::{Arguments, Format};
use crate::{Outcome, format, write_out};
use arazzo_compiler::diagnostic::Level;
use std::io::{self, Write};
use std::path::Path;

/// Draws the workflows of a document. Those of a document with errors are drawn too, as far as they are known.
pub(crate) fn graph(arguments: &Arguments) -> Outcome {
    let compilation = arguments.compile(Path::new(&arguments.operands[0]));
    for found in compilation.diagnostics.iter().filter(|found| found.level == Level::Error) {
        io::stderr().write_all(format::human(found).as_bytes())?;
    }
    if arguments.format == Format::Svg && arguments.output.is_some() && compilation.drawings.len() > 1 {
        let ids: Vec<String> =
            compilation.drawings.iter().map(|drawing| format!("`--only {}`", drawing.workflow)).collect();
        let message =
            format!("a file holds one drawing, and the document has several: choose one by {}", ids.join(", "));
        return Err(io::Error::other(message));
    }
    let drawings: Vec<String> = compilation
        .drawings
        .iter()
        .map(|drawing| match arguments.format {
            Format::Mermaid => format!("---\ntitle: {}\n---\n{}", drawing.workflow, drawing.mermaid()),
            _ => drawing.svg(),
        })
        .collect();
    let text = drawings.join("\n");
    match &arguments.output {
        Some(path) => std::fs::write(path, text)
            .map_err(|error| io::Error::new(error.kind(), format!("`{}`: {error}", path.display())))?,
        None => write_out(&text)?,
    }
    Ok(!compilation.has_errors())
}
