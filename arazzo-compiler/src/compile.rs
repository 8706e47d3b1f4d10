//! From a document to diagnostics and tokens: the stages in their order.

use crate::check;
use crate::diagnostic::{Diagnostic, Diagnostics, Level, rules, suggest};
use crate::document::{self, Document};
use crate::draft::Drafts;
use crate::draw::Drawing;
use crate::library::{Arena, Library, Located};
use crate::resolve::{self, Program};
use crate::source::{Cache, Disk, FileReader, Sources};
use proc_macro2::TokenStream;
use quote::quote;
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// How to compile a document.
pub struct Options<'r> {
    /// Where files come from.
    pub reader: &'r dyn FileReader,
    /// Files that other compilations have parsed; without it, each parses its own.
    pub cache: Option<&'r Cache>,
    /// Local copies of source descriptions, by name.
    pub sources: BTreeMap<String, PathBuf>,
    /// The workflows to emit; all when it is `None`.
    pub only: Option<Vec<String>>,
    /// Whether lenient readings are errors.
    pub strict: bool,
    /// Rules that are silenced; errors cannot be.
    pub allow: Vec<String>,
    /// Rules that are errors.
    pub deny: Vec<String>,
    /// What diagnostics leave out at the beginning of paths.
    pub root: PathBuf,
    /// The path of the facade crate in the tokens.
    pub facade: TokenStream,
}

impl Default for Options<'static> {
    fn default() -> Self {
        Self {
            reader: &Disk,
            cache: None,
            sources: BTreeMap::new(),
            only: None,
            strict: false,
            allow: Vec::new(),
            deny: Vec::new(),
            root: PathBuf::new(),
            facade: quote! { ::arazzo },
        }
    }
}

/// What came of a document.
#[derive(Debug, Default)]
pub struct Compilation {
    /// What was found, by file and line.
    pub diagnostics: Vec<Diagnostic>,
    /// How much more was found: no more than [`MOST_FINDINGS`](crate::diagnostic::MOST_FINDINGS) are kept.
    pub left_out: usize,
    /// A function and a module for each workflow. When there are errors, stubs of those whose types are known.
    pub tokens: TokenStream,
    /// The flow of each workflow that was asked for, as far as it is known.
    pub drawings: Vec<Drawing>,
    /// The files that were read: when one of them changes, the tokens may.
    pub files: Vec<PathBuf>,
}

impl Compilation {
    /// Whether any diagnostic is an error.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.level == Level::Error)
    }
}

/// Compiles a document.
///
/// ```
/// use arazzo_compiler::{Options, compile, source::Memory};
///
/// let files = Memory::of([("w.yml", "arazzo: 1.0.1\ninfo: {}\n")]);
/// let compilation = compile("w.yml".as_ref(), &Options { reader: &files, ..Options::default() });
/// assert!(compilation.has_errors());
/// assert_eq!(compilation.diagnostics[0].line, 1);
/// ```
pub fn compile(document: &Path, options: &Options<'_>) -> Compilation {
    let arena = Arena::default();
    let read = OnceCell::new();
    let library = Library::new(&arena, Sources::cached(options.reader, options.cache), &options.root);
    let mut diagnostics = Diagnostics::new();
    let mut unknown = Vec::new();
    let nothing = || (TokenStream::new(), Vec::new());
    let (tokens, drawings) = match library.load(document, &mut diagnostics) {
        Err(error) => {
            let files = library.sources().paths().map(Path::to_owned).collect();
            let error = Diagnostic::of_file(&rules::UNREADABLE_FILE, library.explain(&error), document);
            return Compilation { diagnostics: vec![error], files, ..Compilation::default() };
        }
        Ok(None) => nothing(),
        Ok(Some(root)) => match resolve::read(root, &mut diagnostics) {
            Some(document) => {
                unknown = unknown_names(&document, options);
                let document = read.get_or_init(|| document);
                compile_document(document, root, options, &library, !unknown.is_empty(), &mut diagnostics)
            }
            None => nothing(),
        },
    };
    apply_levels(options, &mut diagnostics);
    let sources = library.sources();
    let left_out = diagnostics.limit();
    unknown.extend(diagnostics.finish(&sources, &options.root));
    let files = sources.paths().map(Path::to_owned).collect();
    Compilation { diagnostics: unknown, left_out, tokens, drawings, files }
}

/// `strict`, `allow` and `deny`.
fn apply_levels(options: &Options<'_>, diagnostics: &mut Diagnostics) {
    let named = |list: &[String], name: &str| list.iter().any(|entry| entry == name);
    diagnostics.relevel(|finding| {
        let name = finding.rule.name;
        if finding.level == Level::Error || named(&options.deny, name) {
            return Some(Level::Error);
        }
        // What is said about a single rule counts more than what is said about all of them.
        if named(&options.allow, name) || rules::ON_REQUEST.contains(&finding.rule) {
            return None;
        }
        let is_refused = options.strict && rules::READINGS.contains(&finding.rule);
        Some(if is_refused { Level::Error } else { finding.level })
    });
}

/// `is_misled` says that the options name something that the document does not have.
fn compile_document<'a>(
    document: &'a Document,
    root: Located<'a>,
    options: &Options<'_>,
    library: &Library<'a, '_>,
    is_misled: bool,
    diagnostics: &mut Diagnostics,
) -> (TokenStream, Vec<Drawing>) {
    let is_asked =
        |workflow: &document::Workflow| options.only.as_ref().is_none_or(|only| only.contains(&workflow.id.value));
    let program = Program::resolve(document, root, &options.sources, library, is_asked, diagnostics);
    let drafts = Drafts::new(&program, library, diagnostics);
    check::unused::components_are_used(root, diagnostics);
    let mut levelled = diagnostics.clone();
    apply_levels(options, &mut levelled);
    (drafts.tokens(&options.facade, is_misled || levelled.has_errors()), drafts.drawings())
}

/// The names in the macro's options that the document does not have.
fn unknown_names(document: &Document, options: &Options<'_>) -> Vec<Diagnostic> {
    let unknown = |rule, option: &str, name: &str, kind: &str, known: Vec<&str>| {
        let is_known = known.contains(&name);
        let hint = match suggest(name, known.iter().copied()) {
            Some(near) => format!("; did you mean `{near}`?"),
            None if known.is_empty() => String::new(),
            None => {
                let list: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
                format!("; it has {}", list.join(", "))
            }
        };
        let message = format!("`{option}` names the {kind} `{name}`, which the document does not have{hint}");
        (!is_known).then(|| Diagnostic::of_option(rule, message, name))
    };
    let workflows = || document.workflows.iter().map(|workflow| workflow.id.value.as_str()).collect();
    let sources = || document.sources.iter().map(|source| source.name.value.as_str()).collect();
    let only = options.only.iter().flatten();
    let only = only.filter_map(|id| unknown(&rules::UNKNOWN_WORKFLOW, "only", id, "workflow", workflows()));
    let copies = options.sources.keys();
    let copies = copies.filter_map(|name| unknown(&rules::UNKNOWN_SOURCE, "sources", name, "source", sources()));
    only.chain(copies).collect()
}
