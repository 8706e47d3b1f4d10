//! `cargo arazzo`: what the macro says about Arazzo documents, without a crate around them.
//!
//! ```text
//! cargo arazzo check [OPTIONS] FILES…     check documents
//! cargo arazzo graph [OPTIONS] FILE       draw the flow of a document's workflows
//! cargo arazzo expand [OPTIONS] FILE      print the Rust code that the macro makes of a document
//! cargo arazzo explain [RULE]             say what a rule is for, or list all of them
//! ```
//!
//! The exit status is 0, 1 when a document has an error, and 2 when the command itself is wrong or cannot write.

mod arguments;
mod check;
mod expand;
mod explain;
mod format;
mod graph;

use arguments::{Arguments, Command, Stop};
use std::io::{self, Write};
use std::process::ExitCode;

/// Whether the documents are without errors.
type Outcome = io::Result<bool>;

fn main() -> ExitCode {
    let arguments = match Arguments::parse(std::env::args_os()) {
        Ok(arguments) => arguments,
        Err(Stop::Say(text)) => return finish(write_out(&text).map(|()| true)),
        Err(Stop::Wrong(message)) => {
            let _ = writeln!(io::stderr(), "error: {message}\n\n`cargo arazzo --help` shows the commands and options.");
            return ExitCode::from(2);
        }
    };
    finish(match arguments.command {
        Command::Check => check::check(&arguments),
        Command::Graph => graph::graph(&arguments),
        Command::Expand => expand::expand(&arguments),
        Command::Explain => explain::explain(&arguments),
    })
}

fn finish(outcome: Outcome) -> ExitCode {
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        // Whoever read it has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::from(2)
        }
    }
}

/// Writes a text to the standard output.
fn write_out(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}
