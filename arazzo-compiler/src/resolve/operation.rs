//! From `operationId` and `operationPath` to an operation of a description.

use super::pointer::{CANONICAL, operation_at};
use super::step::Context;
use super::{Call, listed};
use crate::diagnostic::{Diagnostics, rules, suggest};
use crate::document::{self, Target, Text};
use crate::openapi::Entry;
use arazzo_expression::expression::{Expression, Operand, Version};

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
            Target::ChannelPath(_) if self.version < Version::V1_1 => None,
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
        if names.is_empty() {
            // Why none of the sources has operations is said where they are named.
            for source in &self.document.sources {
                self.descriptions.description(&source.name.value, self.library, self.diagnostics);
            }
            return None;
        }
        let call = self.one_of(&names, text, id, 0..id.len())?;
        if names.len() > 1 && !call.guessed {
            let portable = format!("$sourceDescriptions.{}.{id}", call.source);
            self.reading(&rules::UNQUALIFIED_OPERATION, text.node.span, &portable);
        }
        Some(call)
    }

    fn one_of(&mut self, names: &[&str], text: &'a Text, id: &str, range: std::ops::Range<usize>) -> Option<Call<'a>> {
        let mut found: Vec<(&str, Entry<'a>)> = Vec::new();
        let mut known: Vec<(&str, Entry<'a>)> = Vec::new();
        let mut readable = true;
        for name in names {
            let Some(description) = self.descriptions.description(name, self.library, self.diagnostics) else {
                readable = false;
                continue;
            };
            found.extend(description.by_id(id).into_iter().map(|entry| (*name, *entry)));
            known.extend(description.operations().iter().map(|entry| (*name, *entry)));
        }
        let span = self.library.part(&text.node, range);
        match found.as_slice() {
            [(name, entry)] => self.descriptions.call(name, entry, self.library, self.diagnostics),
            // A description that cannot be read may have it.
            [] if !readable => None,
            [] => {
                if let Some((name, entry)) = qualified(id, &known) {
                    let message = format!("no operation has the operationId `{id}`");
                    let meant = format!("$sourceDescriptions.{name}.{}", entry.id.unwrap_or_default());
                    self.diagnostics
                        .error(&rules::UNKNOWN_OPERATION, text.node.span, message)
                        .did_you_mean(Some(&meant));
                    return self.guess(&(name, entry));
                }
                let mut ids: Vec<&str> = known.iter().filter_map(|(_, entry)| entry.id).collect();
                ids.sort_unstable();
                let near = suggest(id, ids.iter().copied());
                let finding = self.diagnostics.error(
                    &rules::UNKNOWN_OPERATION,
                    span,
                    format!("no operation has the operationId `{id}` in {}", listed(names)),
                );
                match near {
                    Some(_) => finding.did_you_mean(near),
                    None if ids.is_empty() => finding
                        .note("no operation there has an operationId")
                        .help(format!("name the operation by its path: `operationPath: \"{CANONICAL}\"`")),
                    None => finding.note(format!("the operations there are {}", listed(&ids))),
                };
                let near = near?;
                self.guess(known.iter().find(|(_, entry)| entry.id == Some(near))?)
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

    /// The nearest operation to one that does not exist.
    fn guess(&mut self, (source, entry): &(&str, Entry<'a>)) -> Option<Call<'a>> {
        // What is wrong with an operation that nobody has named is not to be reported.
        let call = self.descriptions.call(source, entry, self.library, &mut Diagnostics::new())?;
        Some(Call { guessed: true, ..call })
    }

    fn by_path(&mut self, text: &'a Text) -> Option<Call<'a>> {
        let value = text.value.as_str();
        let Some((source, pointer)) = value.split_once('#') else {
            self.diagnostics
                .error(&rules::INVALID_EXPRESSION, text.node.span, "this operationPath names no source description")
                .help(format!("write it as in `{CANONICAL}`, or use `operationId`"));
            return None;
        };
        let bare = source.strip_prefix('{').and_then(|source| source.strip_suffix('}')).unwrap_or(source);
        let sources = &self.document.sources;
        let by_url = sources.iter().find(|known| known.url.value == bare);
        if sources.iter().all(|known| known.name.value != bare) && (by_url.is_some() || bare.is_empty()) {
            let span = self.library.part(&text.node, 0..source.len());
            let meant = by_url.or(if let [only] = &sources[..] { Some(only) } else { None });
            let finding = self.diagnostics.error(
                &rules::INVALID_EXPRESSION,
                if bare.is_empty() { text.node.span } else { span },
                "an operationPath names its source description by an expression",
            );
            match meant {
                Some(meant) => {
                    finding.help(format!("write `{{$sourceDescriptions.{}.url}}#{pointer}`", meant.name.value))
                }
                None => finding.help(format!("write it as in `{CANONICAL}`")),
            };
            return None;
        }
        let name = bare.strip_prefix("$sourceDescriptions.").unwrap_or(bare);
        let name = name.strip_suffix(".url").unwrap_or(name);
        let at = source.find(name).unwrap_or_default();
        let span = self.library.part(&text.node, at..at + name.len());
        let name = self.source(name, span)?;
        let description = self.descriptions.description(name, self.library, self.diagnostics)?;
        match operation_at(pointer, name, description.operations()) {
            Ok(entry) => {
                let portable = format!("{{$sourceDescriptions.{name}.url}}#{pointer}");
                if portable != value {
                    self.reading(&rules::OPERATION_PATH_FORM, text.node.span, &portable);
                }
                self.descriptions.call(name, &entry, self.library, self.diagnostics)
            }
            Err(wrong) => {
                let start = source.len() + 1;
                let span = self.library.part(&text.node, wrong.range.start + start..wrong.range.end + start);
                let finding = self.diagnostics.error(&rules::UNKNOWN_OPERATION, span, wrong.message);
                finding.did_you_mean(wrong.near.as_deref());
                if let Some(help) = wrong.help {
                    finding.help(help);
                }
                self.guess(&(name, wrong.meant?))
            }
        }
    }

    /// The name of a source, when it exists.
    pub(super) fn source(&mut self, name: &str, span: crate::source::Span) -> Option<&'a str> {
        if let Some(written) = self.descriptions.written(name) {
            return Some(&written.name.value);
        }
        let names: Vec<&str> = self.document.sources.iter().map(|source| source.name.value.as_str()).collect();
        // That there are none has been reported.
        if names.is_empty() {
            return None;
        }
        let near = suggest(name, names.iter().copied());
        let finding =
            self.diagnostics.error(&rules::UNKNOWN_SOURCE, span, format!("no source description is named `{name}`"));
        match near {
            Some(_) => finding.did_you_mean(near),
            None => finding.note(format!("the document's sources are {}", listed(&names))),
        };
        None
    }
}

/// The operation that is meant by a source and an operationId in another form than the specification's.
fn qualified<'k, 'a>(id: &str, known: &[(&'k str, Entry<'a>)]) -> Option<(&'k str, Entry<'a>)> {
    let bare = id.strip_prefix('{').and_then(|id| id.strip_suffix('}')).unwrap_or(id);
    // Behind a misspelt `$sourceDescriptions`, or with nothing before it.
    let path = match bare.strip_prefix('$') {
        Some(rest) => rest.split_once('.')?.1,
        None => bare,
    };
    let (source, operation) = path.split_once(['.', '#', '/'])?;
    known.iter().find(|(name, entry)| *name == source && entry.id == Some(operation)).copied()
}
