//! From `operationId` and `operationPath` to an operation of a description.

use super::Call;
use super::step::Context;
use crate::diagnostic::{rules, suggest};
use crate::document::{self, Target, Text};
use crate::library;
use crate::openapi::Entry;
use arazzo_expression::expression::{Expression, Operand};

impl<'a> Context<'_, 'a, '_> {
    /// The operation that a step calls.
    pub(super) fn call(&mut self, step: &'a document::Step) -> Option<Call<'a>> {
        let target = step.target.as_ref()?;
        let (Target::OperationId(text)
        | Target::OperationPath(text)
        | Target::ChannelPath(text)
        | Target::Workflow(text)) = target;
        if text.is_missing() {
            return None;
        }
        match target {
            Target::OperationId(id) => self.by_id(id),
            Target::OperationPath(path) => self.by_path(path),
            Target::ChannelPath(text) => self.unsupported(text, "AsyncAPI steps (`channelPath`) are not supported"),
            Target::Workflow(text) => {
                self.unsupported(text, "steps that call a workflow (`workflowId`) are not supported yet")
            }
        }
    }

    fn unsupported<T>(&mut self, text: &Text, what: &str) -> Option<T> {
        self.diagnostics.error(&rules::UNSUPPORTED, text.node.span, what);
        None
    }

    fn by_id(&mut self, text: &'a Text) -> Option<Call<'a>> {
        let id = text.value.as_str();
        if !id.starts_with("$sourceDescriptions.") {
            return self.by_bare_id(text, id);
        }
        match Operand::parse(id, self.version).map(|operand| operand.expression) {
            Ok(Expression::SourceDescriptions { source, reference }) => {
                let span = self.library.part(&text.node, source.span);
                self.source(&source.text, span)?;
                self.one_of(&[source.text.as_str()], text, &reference.text, reference.span)
            }
            Ok(_) => None,
            Err(error) => {
                self.syntax(&rules::INVALID_EXPRESSION, &text.node, error);
                None
            }
        }
    }

    /// A bare id: of the only source, or of the only one of several that has it.
    fn by_bare_id(&mut self, text: &'a Text, id: &str) -> Option<Call<'a>> {
        let names: Vec<&'a str> = self.descriptions.names().collect();
        let call = self.one_of(&names, text, id, 0..id.len())?;
        if names.len() > 1 {
            let portable = format!("$sourceDescriptions.{}.{id}", call.source);
            self.reading(&rules::UNQUALIFIED_OPERATION, text.node.span, &portable);
        }
        Some(call)
    }

    fn one_of(&mut self, names: &[&str], text: &'a Text, id: &str, range: std::ops::Range<usize>) -> Option<Call<'a>> {
        let mut found: Vec<(&str, Entry<'a>)> = Vec::new();
        let mut known: Vec<String> = Vec::new();
        let mut readable = true;
        for name in names {
            let Some(description) = self.descriptions.description(name, self.library, self.diagnostics) else {
                readable = false;
                continue;
            };
            found.extend(description.by_id(id).into_iter().map(|entry| (*name, *entry)));
            known.extend(description.operations().iter().filter_map(|entry| entry.id).map(str::to_owned));
        }
        let span = self.library.part(&text.node, range);
        match found.as_slice() {
            [(name, entry)] => self.descriptions.call(name, entry, self.library, self.diagnostics),
            // A description that cannot be read may have it.
            [] if !readable => None,
            [] => {
                let near = suggest(id, known.iter().map(String::as_str)).map(str::to_owned);
                let places = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
                let message = format!("no operation has the operationId `{id}` in {places}");
                let finding = self.diagnostics.error(&rules::UNKNOWN_OPERATION, span, message);
                finding.did_you_mean(near.as_deref());
                if near.is_none() && !known.is_empty() {
                    known.sort_unstable();
                    let more = known.len().saturating_sub(8);
                    let list = known.iter().take(8).map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ");
                    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
                    finding.note(format!("the operations there are {list}{rest}"));
                }
                None
            }
            [(first, _), .., (last, _)] => {
                let message = format!("more than one operation has the operationId `{id}`");
                let help = if first == last {
                    format!("the description `{first}` breaks its own rules; name the operation by `operationPath`")
                } else {
                    format!(
                        "name the source too: `$sourceDescriptions.{first}.{id}` or `$sourceDescriptions.{last}.{id}`"
                    )
                };
                let spans: Vec<_> = found.iter().map(|(_, entry)| (entry.path_span, entry.method)).collect();
                let finding = self.diagnostics.error(&rules::AMBIGUOUS_OPERATION, span, message);
                for (span, method) in spans {
                    finding.also(span, format!("`{method}` of this path has it"));
                }
                finding.help(help);
                None
            }
        }
    }

    fn by_path(&mut self, text: &'a Text) -> Option<Call<'a>> {
        let value = text.value.as_str();
        let canonical = "`{$sourceDescriptions.name.url}#/paths/~1pets~1{id}/get`";
        let Some((source, pointer)) = value.split_once('#') else {
            self.diagnostics
                .error(
                    &rules::INVALID_EXPRESSION,
                    text.node.span,
                    "this operationPath does not say where the operation is",
                )
                .help(format!("write it as in {canonical}, or use `operationId`"));
            return None;
        };
        let bare = source.strip_prefix('{').and_then(|source| source.strip_suffix('}')).unwrap_or(source);
        let name = bare.strip_prefix("$sourceDescriptions.").unwrap_or(bare);
        let name = name.strip_suffix(".url").unwrap_or(name);
        let at = source.find(name).unwrap_or_default();
        let span = self.library.part(&text.node, at..at + name.len());
        let name = self.source(name, span)?;
        let portable = format!("{{$sourceDescriptions.{name}.url}}#{pointer}");
        if portable != value {
            self.reading(&rules::OPERATION_PATH_FORM, text.node.span, &portable);
        }
        let tokens: Vec<String> =
            pointer.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~")).collect();
        let span = self.library.part(&text.node, source.len() + 1..value.len());
        let [section, path, method] = tokens.as_slice() else {
            let message =
                "this JSON Pointer does not lead to an operation: it has not the three parts `paths`, path and method";
            self.diagnostics
                .error(&rules::UNKNOWN_OPERATION, span, message)
                .help(format!("write it as in {canonical}; a slash inside the path is written `~1`"));
            return None;
        };
        let description = self.descriptions.description(name, self.library, self.diagnostics)?;
        let decoded = library::percent_decode(path);
        let entry = description.by_path(path, method).or_else(|| description.by_path(&decoded, method)).copied();
        match entry {
            Some(entry) if section == "paths" => self.descriptions.call(name, &entry, self.library, self.diagnostics),
            _ => {
                let paths: Vec<&str> = description.operations().iter().map(|entry| entry.path).collect();
                let methods: Vec<&str> = description
                    .operations()
                    .iter()
                    .filter(|entry| entry.path == path)
                    .map(|entry| entry.method)
                    .collect();
                let message = if methods.is_empty() {
                    format!("`{name}` has no path `{path}`")
                } else {
                    format!("the path `{path}` of `{name}` has no method `{method}`, only {}", methods.join(", "))
                };
                let near = if methods.is_empty() { suggest(path, paths) } else { None };
                self.diagnostics.error(&rules::UNKNOWN_OPERATION, span, message).did_you_mean(near);
                None
            }
        }
    }

    /// The name of a source, when it exists.
    pub(super) fn source(&mut self, name: &str, span: crate::source::Span) -> Option<&'a str> {
        if let Some(written) = self.descriptions.written(name) {
            return Some(&written.name.value);
        }
        let names = self.document.sources.iter().map(|source| source.name.value.as_str());
        self.diagnostics
            .error(&rules::UNKNOWN_SOURCE, span, format!("no source description is named `{name}`"))
            .did_you_mean(suggest(name, names));
        None
    }
}
