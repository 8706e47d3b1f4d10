//! The whole of the compiler.

use super::shown;
use arazzo_compiler::source::FileReader;
use arazzo_compiler::{Compilation, Options};
use arazzo_expression::xpath;
use std::io::{Error, ErrorKind};
use std::path::Path;

/// What stands between the document and the text of all other files.
const BETWEEN: &str = "\n=====\n";

/// Compiles a document and the text of every file that it names.
pub fn compile(text: &str) {
    let (document, others) = text.split_once(BETWEEN).unwrap_or((text, ""));
    compiled(document, others);
}

/// Compiles a document that uses many parts of a description.
pub fn openapi(text: &str) {
    compiled(include_str!("uses.yml"), text);
}

/// A document, and one text under every other name.
struct Files<'t> {
    document: &'t str,
    others: &'t str,
}

impl FileReader for Files<'_> {
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        // A file that refers to `a/b.yml` is there once more as `a/a/b.yml`, and no disk is without an end.
        match path.components().count() {
            1 if path == Path::new("w.yml") => Ok(self.document.as_bytes().to_vec()),
            1 | 2 => Ok(self.others.as_bytes().to_vec()),
            _ => Err(Error::from(ErrorKind::NotFound)),
        }
    }
}

/// The tokens are Rust, whether there are errors or not; everything that was found can be shown; the drawings are images;
/// and a second time gives the same.
fn compiled(document: &str, others: &str) {
    let reader = Files { document, others };
    let options = Options { reader: &reader, ..Options::default() };
    let compilation = once(&options);
    compilation.diagnostics.iter().for_each(shown);
    let code = compilation.tokens.to_string();
    if let Err(error) = syn::parse2::<syn::File>(compilation.tokens) {
        panic!("{error} in {code}");
    }
    for drawing in &compilation.drawings {
        let svg = drawing.svg();
        let all = xpath::parse("string()").expect("it is XPath");
        assert!(all.select(&svg).is_ok(), "{svg}");
        assert!(!drawing.mermaid().is_empty());
    }
    let again = once(&options);
    assert_eq!(again.diagnostics, compilation.diagnostics);
    assert_eq!(again.tokens.to_string(), code);
}

fn once(options: &Options<'_>) -> Compilation {
    arazzo_compiler::compile(Path::new("w.yml"), options)
}
