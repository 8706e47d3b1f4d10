//! From `operationId` and `operationPath` to an operation of a description.

use super::locate::described;
use super::pointer::{CANONICAL, operation_at};
use super::step::Context;
use super::{Call, listed};
use crate::diagnostic::{Diagnostics, rules, suggest};
use crate::document::{self, SourceKind, Target, Text};
use crate::openapi::Entry;
use crate::source::Span;
use crate::yaml::Node;
use arazzo_expression::expression::{Expression, Operand, Version};

/// What a step names.
pub(super) enum Called<'a> {
    /// An operation of an OpenAPI description.
    Operation(Call<'a>),
    /// A message of an AsyncAPI description.
    Message,
}

impl<'a> Called<'a> {
    /// The operation that it is.
    pub(super) fn operation(self) -> Option<Call<'a>> {
        match self {
            Self::Operation(call) => Some(call),
            Self::Message => None,
        }
    }
}

/// An operation that a step could mean.
#[derive(Clone, Copy)]
struct Candidate<'k, 'a> {
    source: &'k str,
    id: Option<&'a str>,
    /// Where to point at, and what stands there.
    span: Span,
    what: &'a str,
    /// `None` for an operation of an AsyncAPI description.
    entry: Option<Entry<'a>>,
}

impl<'a> Context<'_, 'a, '_> {
    /// The operation that a step calls.
    pub(super) fn call(&mut self, step: &'a document::Step) -> Option<Called<'a>> {
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
            Target::OperationPath(path) => self.by_path(path).map(Called::Operation),
            Target::ChannelPath(_) if self.version < Version::V1_1 => None,
            Target::ChannelPath(path) => self.channel(path).map(|()| Called::Message),
            // That is no operation.
            Target::Workflow(_) => None,
        }
    }

    fn by_id(&mut self, text: &'a Text) -> Option<Called<'a>> {
        let id = text.value.as_str();
        if !id.starts_with("$sourceDescriptions.") {
            return self.by_bare_id(text, id);
        }
        match Operand::parse(id, self.version).map(|operand| operand.expression) {
            Ok(Expression::SourceDescriptions { source, reference }) => {
                let span = self.library.part(&text.node, source.span);
                let name = self.source(&source.text, span)?;
                if self.descriptions.kind(name, self.library, self.diagnostics)? == SourceKind::Arazzo {
                    let message = format!("the source `{name}` is an Arazzo document, which has no operations");
                    self.diagnostics
                        .error(&rules::WRONG_SOURCE_TYPE, span, message)
                        .help(format!("to run a workflow of it, write `workflowId: {}`", text.value));
                    return None;
                }
                self.find(&[name], text, &reference.text, reference.span).map(|(called, _)| called)
            }
            Ok(_) => None,
            Err(error) => {
                self.syntax(&rules::INVALID_EXPRESSION, &text.node, error);
                None
            }
        }
    }

    /// A bare id: of the only source, or of the only one of several that has it.
    fn by_bare_id(&mut self, text: &'a Text, id: &str) -> Option<Called<'a>> {
        let names: Vec<&'a str> = self.descriptions.names(self.library, self.diagnostics);
        if names.is_empty() {
            // That there are no sources has been reported, and one error is enough for all steps.
            if let Some(first) = self.document.sources.first()
                && !self.diagnostics.is_reported(first.url.node.span)
            {
                let message = "no source has operations: all of them are Arazzo documents";
                self.diagnostics
                    .error(&rules::UNKNOWN_OPERATION, first.url.node.span, message)
                    .also(text.node.span, "needed by this step")
                    .help("add a source description of `type: openapi`, or run a workflow with `workflowId`");
            }
            return None;
        }
        let (called, source) = self.find(&names, text, id, 0..id.len())?;
        let is_guessed = matches!(&called, Called::Operation(call) if call.guessed);
        if names.len() > 1 && !is_guessed {
            let portable = format!("$sourceDescriptions.{source}.{id}");
            self.reading(&rules::UNQUALIFIED_OPERATION, text.node.span, &portable);
        }
        Some(called)
    }

    /// Where a webhook of some sources has an operation of that id.
    fn webhook(&mut self, names: &[&str], id: &str) -> Option<Span> {
        names.iter().find_map(|source| {
            let description = self.descriptions.description(source, self.library, self.diagnostics)?;
            let items = description.root.node.get("webhooks").and_then(Node::as_map)?;
            let mut operations =
                items.entries.iter().filter_map(|(_, item)| item.as_map()).flat_map(|item| &item.entries);
            operations.find_map(|(_, operation)| {
                operation.get("operationId").filter(|known| known.as_str() == Some(id)).map(|known| known.span)
            })
        })
    }

    /// The operations of some sources, and whether those are all.
    fn candidates<'k>(&mut self, names: &[&'k str]) -> (Vec<Candidate<'k, 'a>>, bool) {
        let mut known = Vec::new();
        let mut readable = true;
        for source in names.iter().copied() {
            if let Some(description) = self.descriptions.description(source, self.library, self.diagnostics) {
                known.extend(description.operations().iter().map(|entry| Candidate {
                    source,
                    id: entry.id,
                    span: entry.path_span,
                    what: entry.method,
                    entry: Some(*entry),
                }));
            } else if let Some(description) = self.descriptions.asyncapi(source, self.library, self.diagnostics) {
                known.extend(description.operations.iter().map(|operation| Candidate {
                    source,
                    id: Some(operation.id),
                    span: operation.span,
                    what: "",
                    entry: None,
                }));
            } else {
                readable = false;
            }
        }
        (known, readable)
    }

    /// The operation of that id, and its source.
    fn find(
        &mut self,
        names: &[&'a str],
        text: &'a Text,
        id: &str,
        range: std::ops::Range<usize>,
    ) -> Option<(Called<'a>, &'a str)> {
        let (known, readable) = self.candidates(names);
        let found: Vec<_> = known.iter().filter(|candidate| candidate.id == Some(id)).copied().collect();
        let span = self.library.part(&text.node, range);
        match found.as_slice() {
            [Candidate { source, entry: None, .. }] => Some((Called::Message, source)),
            [Candidate { source, entry: Some(entry), .. }] => {
                let call = self.descriptions.call(source, entry, self.library, self.diagnostics)?;
                Some((Called::Operation(call), source))
            }
            // A description that cannot be read may have it.
            [] if !readable || self.may_have_more(names) => None,
            [] => {
                if let Some(meant) = qualified(id, &known) {
                    let message = format!("no operation has the operationId `{id}`");
                    let written = format!("$sourceDescriptions.{}.{}", meant.source, meant.id.unwrap_or_default());
                    self.diagnostics
                        .error(&rules::UNKNOWN_OPERATION, text.node.span, message)
                        .did_you_mean(Some(&written));
                    return self.guess_one(meant);
                }
                let mut ids: Vec<&str> = known.iter().filter_map(|candidate| candidate.id).collect();
                ids.sort_unstable();
                let near = suggest(id, ids.iter().copied());
                let webhook = self.webhook(names, id);
                let finding = self.diagnostics.error(
                    &rules::UNKNOWN_OPERATION,
                    span,
                    format!("no operation has the operationId `{id}` in {}", listed(names)),
                );
                match near {
                    _ if webhook.is_some() => finding
                        .label("a webhook: a request that the API sends, and that no step can call")
                        .note("steps call the operations under `paths`"),
                    Some(_) => finding.did_you_mean(near),
                    None if ids.is_empty() => finding
                        .note("no operation there has an operationId")
                        .help(format!("name the operation by its path: `operationPath: \"{CANONICAL}\"`")),
                    None => finding.note(format!("the operations there are {}", listed(&ids))),
                };
                if let Some(webhook) = webhook {
                    finding.also(webhook, "declared here");
                    return None;
                }
                let near = near?;
                self.guess_one(known.iter().find(|candidate| candidate.id == Some(near)).copied()?)
            }
            [Candidate { source: first, .. }, .., Candidate { source: last, .. }] => {
                let message = format!("more than one operation has the operationId `{id}`");
                let help = if first == last {
                    format!("the description `{first}` breaks its own rules; name the operation by `operationPath`")
                } else {
                    format!(
                        "name the source too: `$sourceDescriptions.{first}.{id}` or `$sourceDescriptions.{last}.{id}`"
                    )
                };
                let finding = self.diagnostics.error(&rules::AMBIGUOUS_OPERATION, span, message);
                for candidate in &found {
                    let label = match candidate.entry {
                        Some(_) => format!("`{}` of this path has it", candidate.what),
                        None => "this operation has it".to_owned(),
                    };
                    finding.also(candidate.span, label);
                }
                finding.help(help);
                None
            }
        }
    }

    /// Whether one of the sources may have an operation that is not found.
    fn may_have_more(&mut self, names: &[&str]) -> bool {
        names.iter().fold(false, |more, name| {
            let description = self.descriptions.description(name, self.library, self.diagnostics);
            description.is_some_and(|description| description.may_have_more(self.diagnostics)) || more
        })
    }

    fn guess_one<'k>(&mut self, candidate: Candidate<'k, 'a>) -> Option<(Called<'a>, &'k str)> {
        let called = match candidate.entry {
            Some(entry) => Called::Operation(self.guess(&(candidate.source, entry))?),
            None => Called::Message,
        };
        Some((called, candidate.source))
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
            let bare = value.strip_prefix('{').and_then(|value| value.strip_suffix('}')).unwrap_or(value);
            let is_id = bare.strip_prefix("$sourceDescriptions.").is_some_and(|rest| rest.contains('.'));
            let message = match is_id {
                true => "an operationPath has a JSON Pointer, and this is an operationId",
                false => "this operationPath names no source description",
            };
            let finding = self.diagnostics.error(&rules::INVALID_EXPRESSION, text.node.span, message);
            if is_id {
                finding.help(format!("write `operationId: {bare}`"));
            } else {
                finding.help(format!("write it as in `{CANONICAL}`, or use `operationId`"));
            }
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
        let kind = self.descriptions.kind(name, self.library, self.diagnostics)?;
        if kind != SourceKind::OpenApi {
            let message = format!(
                "an `operationPath` leads into an OpenAPI description, and the source `{name}` is {}",
                described(kind)
            );
            let finding = self.diagnostics.error(&rules::WRONG_SOURCE_TYPE, span, message);
            finding.help(match kind {
                SourceKind::AsyncApi => {
                    format!("write `operationId: $sourceDescriptions.{name}.…` with an `action`, or a `channelPath`")
                }
                _ => format!("to run a workflow of it, write `workflowId: $sourceDescriptions.{name}.…`"),
            });
            return None;
        }
        let description = self.descriptions.description(name, self.library, self.diagnostics)?;
        match operation_at(pointer, name, description.operations()) {
            Ok(entry) => {
                let portable = format!("{{$sourceDescriptions.{name}.url}}#{pointer}");
                let by_id = entry.id.filter(|id| description.by_id(id).len() == 1);
                if portable != value {
                    self.reading(&rules::OPERATION_PATH_FORM, text.node.span, &portable);
                } else if let Some(id) = by_id {
                    let is_alone = self.document.sources.len() == 1;
                    let id = if is_alone { id.to_owned() } else { format!("$sourceDescriptions.{name}.{id}") };
                    self.readings.add(
                        &rules::OPERATION_BY_PATH,
                        text.node.span,
                        &format!("shorter: `operationId: {id}`"),
                    );
                }
                self.descriptions.call(name, &entry, self.library, self.diagnostics)
            }
            // It may be in a path item that could not be read.
            Err(_) if description.may_have_more(self.diagnostics) => None,
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
fn qualified<'k, 'a>(id: &str, known: &[Candidate<'k, 'a>]) -> Option<Candidate<'k, 'a>> {
    let bare = id.strip_prefix('{').and_then(|id| id.strip_suffix('}')).unwrap_or(id);
    // Behind a misspelt `$sourceDescriptions`, or with nothing before it.
    let path = match bare.strip_prefix('$') {
        Some(rest) => rest.split_once('.')?.1,
        None => bare,
    };
    let (source, operation) = path.split_once(['.', '#', '/'])?;
    known.iter().find(|candidate| candidate.source == source && candidate.id == Some(operation)).copied()
}
