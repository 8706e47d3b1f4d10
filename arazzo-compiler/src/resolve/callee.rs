//! From `workflowId` to a workflow, of this document or of one that it names (rules 29, 39 and 60).

use super::listed;
use super::locate::described;
use super::step::Context;
use crate::diagnostic::{rules, suggest};
use crate::document::{self, SourceKind, Text};
use crate::source::Span;
use arazzo_expression::expression::{Expression, Operand};

impl<'a> Context<'_, 'a, '_> {
    /// The place of the workflow that a text names. `None` when there is none, which is reported.
    pub(super) fn callee(&mut self, text: &Text) -> Option<usize> {
        if text.is_missing() {
            return None;
        }
        let id = text.value.as_str();
        if !id.starts_with('$') {
            return self.workflow_of(self.unit, id, text.node.span, None);
        }
        let bare = id.strip_prefix("$workflows.").filter(|id| !id.contains('.'));
        match Operand::parse(id, self.version).map(|operand| operand.expression) {
            Ok(Expression::SourceDescriptions { source, reference }) => {
                let source_at = self.library.part(&text.node, source.span);
                let at = self.library.part(&text.node, reference.span);
                let name = self.source(&source.text, source_at)?;
                let unit = self.imported(name, source_at)?;
                self.workflow_of(unit, &reference.text, at, Some(name))
            }
            Err(_) | Ok(_) if bare.is_some() => {
                self.diagnostics
                    .error(
                        &rules::INVALID_EXPRESSION,
                        text.node.span,
                        "a workflow of this document is named by its bare id",
                    )
                    .help(format!("write `{}`", bare.unwrap_or_default()));
                None
            }
            Ok(_) => {
                self.diagnostics
                    .error(&rules::INVALID_EXPRESSION, text.node.span, "this expression does not name a workflow")
                    .help("write the `workflowId`, for another document `$sourceDescriptions.<name>.<workflowId>`");
                None
            }
            Err(error) => {
                self.syntax(&rules::INVALID_EXPRESSION, &text.node, error);
                None
            }
        }
    }

    /// A workflow of a document; `source` is the name by which this document knows it.
    fn workflow_of(&mut self, unit: usize, id: &str, at: Span, source: Option<&str>) -> Option<usize> {
        let workflows = &self.links.unit(unit).document.workflows;
        if let Some(found) = workflows.iter().find(|workflow| workflow.id.value == id) {
            return Some(self.links.place_of(unit, found, self.library));
        }
        let ids: Vec<&str> = workflows.iter().map(|workflow| workflow.id.value.as_str()).collect();
        let near = suggest(id, ids.iter().copied());
        let elsewhere = if source.is_none() { self.source_with(id) } else { None };
        let message = match source {
            Some(source) => format!("the document `{source}` has no workflow `{id}`"),
            None => format!("the document has no workflow `{id}`"),
        };
        let finding = self.diagnostics.error(&rules::UNKNOWN_WORKFLOW, at, message);
        match (elsewhere, near) {
            (Some(source), _) => {
                finding
                    .note(format!("the source `{source}` has one of this id"))
                    .help(format!("write `$sourceDescriptions.{source}.{id}`"));
            }
            (None, Some(_)) => {
                finding.did_you_mean(near);
            }
            (None, None) => {
                finding.note(format!("its workflows are {}", listed(&ids)));
            }
        }
        let near = workflows.iter().find(|workflow| Some(workflow.id.value.as_str()) == near)?;
        Some(self.links.place_of(unit, near, self.library))
    }

    /// The document behind a source description.
    pub(super) fn imported(&mut self, name: &'a str, at: Span) -> Option<usize> {
        let kind = self.descriptions.kind(name, self.library, self.diagnostics)?;
        if kind != SourceKind::Arazzo {
            let message = format!("the source `{name}` is {}, which has no workflows", described(kind));
            self.diagnostics
                .error(&rules::UNKNOWN_WORKFLOW, at, message)
                .help("name a source of `type: arazzo`, or call an operation with `operationId`");
            return None;
        }
        let root = self.descriptions.arazzo(name, self.library, self.diagnostics)?;
        let written = self.descriptions.written(name)?;
        let url = written.url.node.span;
        let unit = self.links.import(self.unit, root, url, self.library, self.diagnostics)?;
        self.check_identity(written, unit);
        Some(unit)
    }

    /// Rule 14: a document that gives itself a URI is referred to by it. Which document is meant is certain all the same.
    fn check_identity(&mut self, source: &document::SourceDescription, unit: usize) {
        let Some(own) = &self.links.unit(unit).document.self_uri else { return };
        let base = self.document.self_uri.as_ref().and_then(|uri| url::Url::parse(&uri.value).ok());
        let written = url::Url::options().base_url(base.as_ref()).parse(&source.url.value);
        // Of two relative URIs nothing can be said: where the files are is no part of what they are called.
        let (Ok(written), Ok(identity)) = (written, url::Url::parse(&own.value)) else { return };
        if written != identity && !self.diagnostics.is_reported(source.url.node.span) {
            let message = format!("the document of the source `{}` calls itself `{identity}`", source.name.value);
            self.diagnostics
                .report(&rules::DIFFERENT_SELF, source.url.node.span, message)
                .also(own.node.span, "its `$self`")
                .help(format!("write `url: {identity}`, and name the file in the macro's `sources`"));
        }
    }

    /// The source of another Arazzo document that has a workflow of this id, as far as they can be read.
    fn source_with(&mut self, id: &str) -> Option<&'a str> {
        let is_arazzo = |source: &&document::SourceDescription| {
            source.kind.as_ref().is_some_and(|kind| kind.value == SourceKind::Arazzo)
        };
        let document = self.document;
        let names: Vec<&'a str> =
            document.sources.iter().filter(is_arazzo).map(|source| source.name.value.as_str()).collect();
        let mut silent = crate::diagnostic::Diagnostics::new();
        names.into_iter().find(|name| {
            let Some(root) = self.descriptions.arazzo(name, self.library, &mut silent) else { return false };
            let workflows = root.node.get("workflows").and_then(crate::yaml::Node::as_list).unwrap_or_default();
            workflows.iter().any(|workflow| workflow.get("workflowId").and_then(crate::yaml::Node::as_str) == Some(id))
        })
    }
}
