//! From a document to diagnostics and tokens: the stages in their order.

use crate::diagnostic::{Diagnostic, Diagnostics, Level, rules, suggest};
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
    /// A function and a module for each workflow; stubs when there are errors.
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
    let tokens = match library.load(document, &mut diagnostics) {
        Err(error) => {
            let files = library.sources().paths().map(Path::to_owned).collect();
            let error = Diagnostic::of_file(&rules::UNREADABLE_FILE, library.explain(&error), document);
            return Compilation { diagnostics: vec![error], tokens: TokenStream::new(), files };
        }
        Ok(None) => TokenStream::new(),
        Ok(Some(root)) => match document::read(root.node, &mut diagnostics) {
            Some(document) => {
                compile_document(read.get_or_init(|| document), root, options, &library, &mut diagnostics)
            }
            None => TokenStream::new(),
        },
    };
    apply_levels(options, &mut diagnostics);
    let sources = library.sources();
    Compilation {
        diagnostics: diagnostics.finish(&sources, &options.root),
        tokens,
        files: sources.paths().map(Path::to_owned).collect(),
    }
}

/// `strict`, `allow` and `deny`.
fn apply_levels(options: &Options<'_>, diagnostics: &mut Diagnostics) {
    let named = |list: &[String], name: &str| list.iter().any(|entry| entry == name);
    diagnostics.relevel(|finding| {
        let name = finding.rule.name;
        if finding.level == Level::Error || named(&options.deny, name) {
            return Some(Level::Error);
        }
        if options.strict && rules::READINGS.contains(&finding.rule) {
            return Some(Level::Error);
        }
        (!named(&options.allow, name)).then_some(finding.level)
    });
}

fn compile_document<'a>(
    document: &'a Document,
    root: Located<'a>,
    options: &Options<'_>,
    library: &Library<'a, '_>,
    diagnostics: &mut Diagnostics,
) -> TokenStream {
    let mut descriptions = Descriptions::new(document, root.file, &options.sources, library);
    known_names(document, options, diagnostics);
    let selected: Vec<&document::Workflow> = document
        .workflows
        .iter()
        .filter(|workflow| options.only.as_ref().is_none_or(|only| only.contains(&workflow.id.value)))
        .collect();
    let ids = selected.iter().map(|workflow| (workflow.id.value.as_str(), workflow.id.node.span));
    let names = types::distinct(ids, "workflowId", names::snake, diagnostics);
    let mut readings = Readings::default();
    let mut drafts = Vec::new();
    for written in selected {
        let Some((_, name)) = names.iter().find(|(id, _)| *id == written.id.value) else { continue };
        let workflow =
            resolve::workflow(written, document, root.file, library, &mut descriptions, &mut readings, diagnostics);
        drafts.push(Draft::new(name, workflow, library, diagnostics));
    }
    readings.report(diagnostics);
    let mut levelled = diagnostics.clone();
    apply_levels(options, &mut levelled);
    let stub = levelled.has_errors();
    drafts.iter().map(|draft| draft.tokens(&options.facade, stub)).collect()
}

/// The names that the macro's options mention exist in the document.
fn known_names(document: &Document, options: &Options<'_>, diagnostics: &mut Diagnostics) {
    let start = Span { end: document.span.start, ..document.span };
    for id in options.only.iter().flatten() {
        if !document.workflows.iter().any(|workflow| workflow.id.value == *id) {
            let near = suggest(id, document.workflows.iter().map(|workflow| workflow.id.value.as_str()));
            let message = format!("`only` names a workflow `{id}` that this document does not have");
            diagnostics.error(&rules::UNKNOWN_WORKFLOW, start, message).did_you_mean(near);
        }
    }
    for name in options.sources.keys() {
        if !document.sources.iter().any(|source| source.name.value == *name) {
            let near = suggest(name, document.sources.iter().map(|source| source.name.value.as_str()));
            let message = format!("`sources` names a source description `{name}` that this document does not have");
            diagnostics.error(&rules::UNKNOWN_SOURCE, start, message).did_you_mean(near);
        }
    }
}

/// A workflow, ready to be written.
struct Draft<'a> {
    name: String,
    workflow: Workflow<'a>,
    flow: Flow,
    secrets: Secrets,
    inputs: types::Struct,
    items: Vec<types::Item>,
    outputs: Vec<(String, String, types::OutputType)>,
    ends: Vec<(End, String)>,
}

impl<'a> Draft<'a> {
    fn new(name: &str, workflow: Workflow<'a>, library: &Library<'a, '_>, diagnostics: &mut Diagnostics) -> Self {
        let flow = Flow::of(&workflow);
        check::check(&workflow, &flow, diagnostics);
        let secrets = Secrets::of(&workflow);
        let (inputs, mut items) = types::inputs(&workflow, &secrets.inputs, library, diagnostics);
        let keys = workflow.outputs.iter().map(|output| (output.name, output.span));
        let idents = types::distinct(keys, "output", names::snake, diagnostics);
        let (kinds, more) = types::outputs(&workflow, &flow, &idents, library, diagnostics);
        items.extend(more);
        let outputs = workflow.outputs.iter().zip(kinds).filter_map(|(output, kind)| {
            let (_, ident) = idents.iter().find(|(name, _)| *name == output.name)?;
            Some((output.name.to_owned(), ident.clone(), kind))
        });
        let outputs = outputs.collect();
        let ends = ends(&workflow, &flow, diagnostics);
        Self { name: name.to_owned(), workflow, flow, secrets, inputs, items, outputs, ends }
    }

    fn tokens(&self, facade: &TokenStream, stub: bool) -> TokenStream {
        let plan = Plan {
            facade,
            name: &self.name,
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
