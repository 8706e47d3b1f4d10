//! Success and failure actions.

use super::argument::Rest;
use super::component::ActionKind as List;
use super::step::{Context, Scope};
use super::{Action, Effect, Helper};
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
        let effect = self.effect(written, scope);
        let arguments = match (effect.and_then(Effect::workflow), &written.workflow) {
            (Some(to), Some(id)) => self.arguments(to, id.node.span, &written.parameters, &[], Rest::SameName, scope),
            _ => Vec::new(),
        };
        Action { name: &written.name.value, span, inherited, effect, arguments, criteria }
    }

    fn effect(&mut self, written: &'a document::Action, scope: Scope<'_, 'a>) -> Option<Effect> {
        match written.kind {
            ActionKind::End => Some(Effect::End),
            ActionKind::Goto => match &written.workflow {
                Some(workflow) => self.callee(workflow).map(Effect::Transfer),
                None => self.target_step(written, scope).map(Effect::Goto),
            },
            ActionKind::Retry => {
                let first = match (&written.workflow, &written.step) {
                    (Some(workflow), _) => Some(Helper::Workflow(self.callee(workflow)?)),
                    (None, Some(_)) => Some(Helper::Step(self.target_step(written, scope)?)),
                    (None, None) => None,
                };
                let after = written.retry_after.as_ref().map(|after| after.value);
                let limit = written.retry_limit.as_ref().map_or(RETRIES, |limit| limit.value);
                Some(Effect::Retry { after, limit, first })
            }
        }
    }

    fn target_step(&mut self, written: &'a document::Action, scope: Scope<'_, 'a>) -> Option<usize> {
        let target = written.step.as_ref().filter(|step| !step.is_missing())?;
        let place = scope.workflow.steps.iter().position(|step| step.id.value == target.value);
        place.or_else(|| self.unknown_step(&target.value, target.node.span, scope))
    }
}
