//! Documents in memory, and what their tokens hold.

use arazzo_compiler::diagnostic::Level;
use arazzo_compiler::source::Memory;
use arazzo_compiler::{Compilation, Options, compile};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::path::Path;

/// The document that most tests compile: two steps whose lines are the test's own.
pub(crate) fn document(workflow: &str) -> String {
    format!(
        "arazzo: 1.0.1\ninfo: {{ title: t, version: '1' }}\nsourceDescriptions: [{{ name: api, url: api.yml }}]\nworkflows:\n\
         - workflowId: w\n{workflow}"
    )
}

/// A description of one operation `get`, whose answer to success has a schema.
pub(crate) fn api(schema: &str) -> String {
    operations(&format!("\"200\": {}", answer(schema)))
}

/// A description of an operation `get` with its responses, of `post` with a body and of `find` with parameters.
pub(crate) fn operations(responses: &str) -> String {
    format!(
        "openapi: 3.1.0
info: {{ title: t, version: '1' }}
servers: [{{ url: 'https://t.example' }}]
paths:
  /things:
    get:
      operationId: get
      responses: {{ {responses} }}
    post:
      operationId: post
      requestBody: {{ required: true, content: {{ application/json: {{ schema: {{ type: object }} }} }} }}
      responses: {{ '201': {{ description: made }} }}
  /things/{{id}}:
    get:
      operationId: find
      parameters:
      - {{ name: id, in: path, required: true, schema: {{ type: string }} }}
      - {{ name: X-Why, in: header, required: true, schema: {{ type: string }} }}
      responses: {{ '200': {{ description: found }} }}
components:
  schemas:
    Thing: {{ type: object, required: [id], properties: {{ id: {{ type: string }} }} }}
    Node: {{ type: object, required: [next], properties: {{ next: {{ $ref: '#/components/schemas/Node' }} }} }}
"
    )
}

/// A response with a JSON body.
pub(crate) fn answer(schema: &str) -> String {
    format!("{{ description: d, content: {{ application/json: {{ schema: {schema} }} }} }}")
}

/// Compiles `w.yml` beside `api.yml`.
pub(crate) fn compiled(document: &str, api: &str) -> Compilation {
    let files = Memory::of([("w.yml", document), ("api.yml", api)]);
    compile(Path::new("w.yml"), &Options { reader: &files, ..Options::default() })
}

/// What was found: `error rule file line:column`, in order.
pub(crate) fn found(compilation: &Compilation) -> Vec<String> {
    let line = |found: &arazzo_compiler::Diagnostic| {
        let level = if found.level == Level::Error { "error" } else { "warning" };
        format!("{level} {} {} {}:{}", found.rule.name, found.file.display(), found.line, found.column)
    };
    compilation.diagnostics.iter().map(line).collect()
}

/// The same as `rule: message`, of a document with these lines, without the inputs that it does not use.
#[track_caller]
pub(crate) fn messages(lines: &str, api: &str) -> Vec<String> {
    let compilation = compiled(&document(lines), api);
    let found = compilation.diagnostics.iter().filter(|found| found.rule.name != "unused_input");
    found.map(|found| format!("{}: {}", found.rule.name, found.message)).collect()
}

/// The module of the workflow `w` of a document without a mistake.
#[track_caller]
pub(crate) fn module(document: &str, api: &str) -> Module {
    let compilation = compiled(document, api);
    let errors: Vec<_> = compilation.diagnostics.iter().filter(|found| found.level == Level::Error).collect();
    assert!(errors.is_empty(), "{}", errors[0]);
    Module::of(compilation.tokens, "w").expect("the workflow is there")
}

/// The public types of a workflow's module.
#[derive(Debug)]
pub(crate) struct Module {
    items: Vec<(String, Vec<String>)>,
}

impl Module {
    /// The module of that name.
    pub(crate) fn of(tokens: TokenStream, name: &str) -> Option<Self> {
        let body = item(tokens, "mod", name)?;
        let tokens: Vec<TokenTree> = body.into_iter().collect();
        let items = tokens.windows(3).filter_map(|window| {
            let [TokenTree::Ident(kind), TokenTree::Ident(name), TokenTree::Group(body)] = window else { return None };
            let is_item = *kind == "struct" || *kind == "enum";
            is_item.then(|| (name.to_string(), members(body.stream())))
        });
        Some(Self { items: items.collect() })
    }

    /// What stands in a module.
    pub(crate) fn body(tokens: TokenStream, name: &str) -> Option<TokenStream> {
        item(tokens, "mod", name)
    }

    /// The fields or variants of an item, each as Rust code.
    #[track_caller]
    pub(crate) fn members(&self, item: &str) -> Vec<&str> {
        let found = self.items.iter().find(|(name, _)| name == item);
        let (_, members) = found.unwrap_or_else(|| panic!("no `{item}` in {self:?}"));
        members.iter().map(String::as_str).collect()
    }

    /// The names of the items whose names begin so.
    pub(crate) fn items(&self, prefix: &str) -> Vec<&str> {
        self.items.iter().map(|(name, _)| name.as_str()).filter(|name| name.starts_with(prefix)).collect()
    }
}

/// The body of `mod name { … }`.
fn item(tokens: TokenStream, kind: &str, name: &str) -> Option<TokenStream> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    tokens.windows(3).find_map(|window| match window {
        [TokenTree::Ident(first), TokenTree::Ident(second), TokenTree::Group(body)]
            if *first == kind && *second == name && body.delimiter() == Delimiter::Brace =>
        {
            Some(body.stream())
        }
        _ => None,
    })
}

/// What stands between the commas, without attributes, `pub` and the paths of the standard library.
fn members(body: TokenStream) -> Vec<String> {
    let mut members = vec![Vec::new()];
    let mut depth = 0_usize;
    let mut tokens = body.into_iter();
    while let Some(token) = tokens.next() {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == '#' => {
                tokens.next();
                continue;
            }
            TokenTree::Ident(word) if *word == "pub" => continue,
            TokenTree::Punct(punct) if punct.as_char() == ',' && depth == 0 => {
                members.push(Vec::new());
                continue;
            }
            TokenTree::Punct(punct) if punct.as_char() == '<' => depth += 1,
            TokenTree::Punct(punct) if punct.as_char() == '>' => depth -= 1,
            _ => {}
        }
        if let Some(last) = members.last_mut() {
            last.push(token.to_string());
        }
    }
    let text = |member: &Vec<String>| {
        let text = member.concat().replace(' ', "");
        let paths = ["::core::option::", "::std::string::", "::std::vec::", "::std::collections::", "__arazzo::"];
        paths.iter().fold(text, |text, path| text.replace(path, "")).replace(':', ": ").replace(',', ", ")
    };
    members.iter().filter(|member| !member.is_empty()).map(text).collect()
}
