//! Success and failure actions.

use super::component::ActionKind as List;
use super::step::{Context, Scope};
use super::{Action, Effect};
use crate::document::{self, ActionKind, Reusable};
use crate::source::Span;

/// The times that a step is tried again when `retryLimit` is left out (requirements, A18).
const RETRIES: u64 = 1;

impl<'a> Context<'_, 'a, '_> {
    /// The step's own actions in their order, then those of the workflow with other names (requirements, A9).
    pub(super) fn actions(
        &mut self,
        own: &'a [Reusable<document::Action>],
        inherited: &'a [Reusable<document::Action>],
        list: List,
        scope: Scope<'_, 'a>,
    ) -> Vec<Action<'a>> {
        let mut actions: Vec<Action<'a>> = Vec::new();
        let count = own.len();
        for (place, written) in own.iter().chain(inherited).enumerate() {
            let inherited = place >= count;
            let Some((written, span)) = self.listed_action(written, list) else { continue };
            let overridden = inherited && actions.iter().any(|known| known.name == written.name.value);
            if !overridden {
                let action = self.action(written, span, inherited, scope);
                actions.push(action);
            }
        }
        actions
    }

    fn action(
        &mut self,
        written: &'a document::Action,
        span: Span,
        inherited: bool,
        scope: Scope<'_, 'a>,
    ) -> Action<'a> {
        let criteria = written.criteria.iter().map(|criterion| self.criterion(criterion, scope)).collect();
        Action { name: &written.name.value, span, inherited, effect: self.effect(written, scope), criteria }
    }

    fn effect(&mut self, written: &'a document::Action, scope: Scope<'_, 'a>) -> Option<Effect> {
        if let Some(workflow) = &written.workflow {
            let what = if written.kind == ActionKind::Retry { "a `retry`" } else { "a `goto`" };
            self.unsupported_at(workflow.node.span, format!("{what} that names a workflow is not supported yet"));
            return None;
        }
        match written.kind {
            ActionKind::End => Some(Effect::End),
            ActionKind::Goto => {
                let target = written.step.as_ref().filter(|step| !step.is_missing())?;
                let steps = &scope.workflow.steps;
                let place = steps.iter().position(|step| step.id.value == target.value);
                place.or_else(|| self.unknown_step(&target.value, target.node.span, scope)).map(Effect::Goto)
            }
            ActionKind::Retry => {
                if let Some(step) = &written.step {
                    self.unsupported_at(step.node.span, "a `retry` that runs another step first is not supported yet");
                    return None;
                }
                let after = written.retry_after.as_ref().map(|after| after.value);
                let limit = written.retry_limit.as_ref().map_or(RETRIES, |limit| limit.value);
                Some(Effect::Retry { after, limit })
            }
        }
    }
}
