//! Reusable Objects: which component they stand for (Arazzo, "Reusable Object").

use super::listed;
use super::step::Context;
use crate::diagnostic::{rules, suggest};
use crate::document::{self, Reusable, Spanned, Text};
use crate::source::Span;
use crate::yaml::Node;
use arazzo_expression::expression::{Expression, Operand};

/// The parts of `components` that a Reusable Object can be from, as expressions write them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ActionKind {
    /// `successActions`
    Success,
    /// `failureActions`
    Failure,
}

/// An entry of a list of parameters, with its component looked up.
pub(super) struct Listed<'a> {
    pub(super) written: &'a document::Parameter,
    /// The value that counts: that of the reference, if it has one.
    pub(super) value: &'a Node,
    /// Where the list names it.
    pub(super) span: Span,
    pub(super) is_reference: bool,
}

impl<'a> Context<'_, 'a, '_> {
    /// The parameter that an entry of a list is. `None` when the component cannot be found, which is reported.
    pub(super) fn listed_parameter(&mut self, entry: &'a Reusable<document::Parameter>) -> Option<Listed<'a>> {
        match entry {
            Reusable::Inline(written) => {
                Some(Listed { written, value: &written.value, span: written.name.node.span, is_reference: false })
            }
            Reusable::Reference { reference, value, .. } => {
                let components = &self.document.components.parameters;
                let written = self.component(reference, "parameters", components)?;
                let value = value.as_ref().unwrap_or(&written.value);
                Some(Listed { written, value, span: reference.node.span, is_reference: true })
            }
        }
    }

    /// The action that an entry of a list is, and where the list names it. `None` when the component cannot be found, which
    /// is reported.
    pub(super) fn listed_action(
        &mut self,
        entry: &'a Reusable<document::Action>,
        kind: ActionKind,
    ) -> Option<(&'a document::Action, Span)> {
        match entry {
            Reusable::Inline(written) => Some((written, written.name.node.span)),
            Reusable::Reference { reference, .. } => {
                let components = &self.document.components;
                let written = match kind {
                    ActionKind::Success => self.component(reference, "successActions", &components.success_actions),
                    ActionKind::Failure => self.component(reference, "failureActions", &components.failure_actions),
                }?;
                Some((written, reference.node.span))
            }
        }
    }

    /// Rules 63, 76 and 81: a component of this document and of the kind that belongs there.
    fn component<T>(&mut self, reference: &Text, kind: &str, components: &'a [(Spanned<String>, T)]) -> Option<&'a T> {
        if reference.is_missing() {
            return None;
        }
        let node = &reference.node;
        let (found, name) = match Operand::parse(&reference.value, self.version).map(|operand| operand.expression) {
            Ok(Expression::Components { kind, name }) => (kind, name),
            Ok(other) => {
                let message = "a `reference` names a component, and this is another expression";
                let finding = self.diagnostics.error(&rules::UNKNOWN_COMPONENT, node.span, message);
                if matches!(other, Expression::SourceDescriptions { .. }) {
                    finding.note("the components of another document are out of reach");
                }
                finding.help(format!("write `$components.{kind}.` and the name of the component"));
                return None;
            }
            Err(error) => {
                self.syntax(&rules::INVALID_EXPRESSION, node, error);
                return None;
            }
        };
        if found.text != kind {
            let span = self.library.part(node, found.span);
            let message = format!("a component of `{kind}` is needed here, not one of `{}`", found.text);
            let finding = self.diagnostics.error(&rules::UNKNOWN_COMPONENT, span, message);
            if components.iter().any(|(known, _)| known.value == name.text) {
                finding.did_you_mean(Some(kind));
            } else {
                finding.help(format!("declare it under `{kind}` in the document's `components`"));
            }
            return None;
        }
        let exact = components.iter().find(|(known, _)| known.value == name.text);
        if let Some((_, component)) = exact {
            return Some(component);
        }
        let names: Vec<&str> = components.iter().map(|(known, _)| known.value.as_str()).collect();
        let near = suggest(&name.text, names.iter().copied());
        let span = self.library.part(node, name.span);
        let message = format!("`components.{kind}` has no `{}`", name.text);
        let finding = self.diagnostics.error(&rules::UNKNOWN_COMPONENT, span, message);
        match near {
            Some(_) => finding.did_you_mean(near),
            None if names.is_empty() => {
                finding.help(format!("declare it under `{kind}` in the document's `components`"))
            }
            None => finding.note(format!("it has {}", listed(&names))),
        };
        components.iter().find(|(known, _)| Some(known.value.as_str()) == near).map(|(_, component)| component)
    }
}
