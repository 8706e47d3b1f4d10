//! What holds of every input, whatever stands in it: more than that nothing panics. The fuzz targets try it on inputs that
//! a fuzzer makes, the tests of the compiler on those that once broke something.

#![forbid(unsafe_code)]

mod compile;
mod language;
mod path;
mod yaml;

pub use compile::{compile, openapi};
pub use language::{condition, expression, template};
pub use path::{jsonpath, xpath};
pub use yaml::yaml;

use arazzo_compiler::Diagnostic;
use arazzo_expression::SyntaxError;
use std::ops::Range;

/// No finding is longer than this, whatever it is about.
const LONGEST_FINDING: usize = 32 << 10;

/// A span is a part of a text.
#[track_caller]
fn within(text: &str, span: &Range<usize>) {
    assert!(text.get(span.clone()).is_some(), "{span:?} is no part of a text of {} bytes", text.len());
}

/// An error points into the text, and is one short line.
#[track_caller]
fn refused(text: &str, error: &SyntaxError) {
    within(text, &error.span);
    let help = error.help.as_deref().unwrap_or_default();
    for line in [error.message.as_str(), help] {
        assert!(!line.contains('\n') && line.len() < LONGEST_FINDING, "{line}");
    }
    assert!(!error.message.is_empty());
}

/// A finding can be shown: it has a place and a text, and neither is endless.
#[track_caller]
fn shown(found: &Diagnostic) {
    let is_of_a_file = found.line > 0 && found.column > 0;
    let is_of_all = found.line == 0 && found.column == 0;
    assert!(is_of_a_file || is_of_all, "{found}");
    assert!((found.line, found.column) <= (found.end_line, found.end_column), "{found}");
    assert!(!found.message.is_empty() && !found.message.contains('\n'), "{:?}", found.message);
    assert!(found.rendered.len() < LONGEST_FINDING, "{} bytes: {}", found.rendered.len(), &found.message);
}
