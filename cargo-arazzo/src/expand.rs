//! `cargo arazzo expand`: the Rust code of a document.

use crate::arguments::Arguments;
use crate::{Outcome, format, write_out};
use arazzo_compiler::diagnostic::Level;
use std::io::{self, Write};
use std::path::Path;

/// Prints what the macro makes of a document, formatted.
pub(crate) fn expand(arguments: &Arguments) -> Outcome {
    let compilation = arguments.compile(Path::new(&arguments.operands[0]));
    let errors: Vec<_> = compilation.diagnostics.iter().filter(|found| found.level == Level::Error).collect();
    if !errors.is_empty() {
        for found in errors {
            io::stderr().write_all(format::human(found).as_bytes())?;
        }
        return Ok(false);
    }
    let text = match syn::parse2(compilation.tokens.clone()) {
        Ok(file) => prettyplease::unparse(&file),
        Err(_) => compilation.tokens.to_string(),
    };
    match &arguments.output {
        Some(path) => std::fs::write(path, text)
            .map_err(|error| io::Error::new(error.kind(), format!("`{}`: {error}", path.display())))?,
        None => write_out(&text)?,
    }
    Ok(true)
}
