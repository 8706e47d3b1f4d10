//! From a document to diagnostics and tokens: the stages in their order.

use crate::diagnostic::{Diagnostic, Diagnostics, Finding, Level, rules, suggest};
use crate::document::{self, Document};
use crate::emit::{self, Plan};
use crate::flow::{End, Flow};
use crate::library::{Arena, Library, Located};
use crate::names;
use crate::resolve::{self, Descriptions, Readings, Workflow};
use crate::secrets::Secrets;
use crate::source::{Disk, FileReader, Sources, Span};
use crate::{check, types};
use proc_macro2::TokenStream;
use quote::quote;
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// How to compile a document.
pub struct Options<'r> {
    /// Where files come from.
    pub reader: &'r dyn FileReader,
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
    /// A function and a module for each workflow. When there are errors, stubs of those whose types are known.
    pub tokens: TokenStream,
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
    let library = Library::new(&arena, Sources::new(options.reader), &options.root);
    let mut diagnostics = Diagnostics::new();
    let mut unknown = Vec::new();
    let tokens = match library.load(document, &mut diagnostics) {
        Err(error) => {
            let files = library.sources().paths().map(Path::to_owned).collect();
            let error = Diagnostic::of_file(&rules::UNREADABLE_FILE, library.explain(&error), document);
            return Compilation { diagnostics: vec![error], tokens: TokenStream::new(), files };
        }
        Ok(None) => TokenStream::new(),
        Ok(Some(root)) => match document::read(root.node, &mut diagnostics) {
            Some(document) => {
                unknown = unknown_names(&document, options);
                let document = read.get_or_init(|| document);
                compile_document(document, root, options, &library, !unknown.is_empty(), &mut diagnostics)
            }
            None => TokenStream::new(),
        },
    };
    apply_levels(options, &mut diagnostics);
    let sources = library.sources();
    unknown.extend(diagnostics.finish(&sources, &options.root));
    Compilation { diagnostics: unknown, tokens, files: sources.paths().map(Path::to_owned).collect() }
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
        if named(&options.allow, name) {
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
) -> TokenStream {
    let mut descriptions = Descriptions::new(document, root.file, &options.sources, library);
    let selected: Vec<&document::Workflow> = document
        .workflows
        .iter()
        .filter(|workflow| options.only.as_ref().is_none_or(|only| only.contains(&workflow.id.value)))
        .collect();
    let ids = selected.iter().map(|workflow| (workflow.id.value.as_str(), workflow.id.node.span));
    let mut names = types::distinct(ids, "workflow id", names::snake, diagnostics);
    let mut readings = Readings::default();
    let mut drafts = Vec::new();
    for written in selected {
        let workflow =
            resolve::workflow(written, document, root.file, library, &mut descriptions, &mut readings, diagnostics);
        let draft = Draft::new(workflow, library, diagnostics);
        // Of two workflows of one name, which has been reported, there is one function.
        if let Some(place) = names.iter().position(|(id, _)| *id == written.id.value) {
            drafts.push((names.remove(place).1, draft));
        }
    }
    readings.report(diagnostics);
    let mut levelled = diagnostics.clone();
    apply_levels(options, &mut levelled);
    let stub = is_misled || levelled.has_errors();
    drafts.iter().map(|(name, draft)| draft.tokens(name, &options.facade, stub)).collect()
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

/// A workflow, ready to be written.
struct Draft<'a> {
    workflow: Workflow<'a>,
    flow: Flow,
    secrets: Secrets,
    inputs: types::Struct,
    items: Vec<types::Item>,
    outputs: Vec<(String, String, types::OutputType)>,
    ends: Vec<(End, String)>,
    /// Whether no error has left a gap in its types. Where one is missing, rustc keeps silent about it as long as its
    /// module holds a `compile_error!`; about a type that is not the expected one it would complain.
    is_complete: bool,
}

impl<'a> Draft<'a> {
    fn new(workflow: Workflow<'a>, library: &Library<'a, '_>, diagnostics: &mut Diagnostics) -> Self {
        let flow = Flow::of(&workflow);
        check::check(&workflow, &flow, library, diagnostics);
        let secrets = Secrets::of(&workflow);
        let before = diagnostics.len();
        let (inputs, mut items) = types::inputs(&workflow, &secrets.inputs, library, diagnostics);
        let keys = workflow.outputs.iter().map(|output| (output.name, output.span));
        let idents = types::distinct(keys, "output name", names::snake, diagnostics);
        let (kinds, more) = types::outputs(&workflow, &flow, &idents, library, diagnostics);
        items.extend(more);
        let outputs = workflow.outputs.iter().zip(kinds).filter_map(|(output, kind)| {
            let (_, ident) = idents.iter().find(|(name, _)| *name == output.name)?;
            Some((output.name.to_owned(), ident.clone(), kind))
        });
        let outputs = outputs.collect();
        let ends = ends(&workflow, &flow, diagnostics);
        let is_error = |finding: &Finding| finding.level == Level::Error;
        let is_gap = |finding: &Finding| is_error(finding) && rules::STRUCTURAL.contains(&finding.rule);
        let is_complete = workflow.is_resolved()
            && !diagnostics.within(workflow.written.span).any(is_gap)
            && !diagnostics.findings()[before..].iter().any(is_error);
        Self { workflow, flow, secrets, inputs, items, outputs, ends, is_complete }
    }

    fn tokens(&self, name: &str, facade: &TokenStream, stub: bool) -> TokenStream {
        if stub && !self.is_complete {
            return TokenStream::new();
        }
        let plan = Plan {
            facade,
            name,
            workflow: &self.workflow,
            flow: &self.flow,
            secrets: &self.secrets,
            inputs: &self.inputs,
            items: &self.items,
            outputs: &self.outputs,
            ends: &self.ends,
        };
        emit::workflow(&plan, stub)
    }
}

/// The ends with their variants. The same name is the same variant, also when it is `Completed`.
fn ends(workflow: &Workflow<'_>, flow: &Flow, diagnostics: &mut Diagnostics) -> Vec<(End, String)> {
    const COMPLETED: &str = "Completed";
    let action = |end: &End| match end {
        End::Completed => None,
        End::Action { step, succeeded, action } => {
            let step = &workflow.steps[*step];
            let actions = if *succeeded { &step.on_success } else { &step.on_failure };
            actions.get(*action).map(|action| (action.name, action.span))
        }
    };
    let mut names: Vec<(&str, Span)> = Vec::new();
    for (name, span) in flow.ends().filter_map(action) {
        if !names.iter().any(|(known, _)| *known == name) {
            names.push((name, span));
        }
    }
    let variants = types::distinct(names, "action name", names::camel, diagnostics);
    let variant = |end: &End| match action(end) {
        None => Some(COMPLETED.to_owned()),
        Some((name, _)) => variants.iter().find(|(known, _)| *known == name).map(|(_, variant)| variant.clone()),
    };
    flow.ends().filter_map(|end| Some((end.clone(), variant(end)?))).collect()
}
