//! The Success Action Object and the Failure Action Object.

use super::fields::{Choice, Field, Fields, Reader, Shape};
use super::parameter::Place;
use super::{Action, ActionKind, Reusable, Version};
use crate::diagnostic::rules;
use crate::source::Span;
use crate::yaml::Node;

/// Whether an action belongs to a success or to a failure.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum On {
    Success,
    Failure,
}

static SUCCESS: Shape = Shape {
    name: "a success action",
    fields: &[
        Field::new("name"),
        Field::new("type"),
        Field::new("workflowId"),
        Field::new("stepId"),
        Field::since_1_1("parameters"),
        Field::new("criteria"),
    ],
    mistaken: MISTAKEN,
};

static FAILURE: Shape = Shape {
    name: "a failure action",
    fields: &[
        Field::new("name"),
        Field::new("type"),
        Field::new("workflowId"),
        Field::new("stepId"),
        Field::since_1_1("parameters"),
        Field::new("retryAfter"),
        Field::new("retryLimit"),
        Field::new("criteria"),
    ],
    mistaken: MISTAKEN,
};

/// How many actions a list may have: they are alternatives, and become alternatives inside of alternatives.
const MOST_ACTIONS: usize = 100;

const MISTAKEN: &[(&str, &str)] =
    &[("step", "stepId"), ("workflow", "workflowId"), ("successCriteria", "criteria"), ("action", "type")];

const KINDS: &[Choice<ActionKind>] = &[
    Choice { name: "end", value: ActionKind::End, since: Version::V1_0 },
    Choice { name: "goto", value: ActionKind::Goto, since: Version::V1_0 },
    Choice { name: "retry", value: ActionKind::Retry, since: Version::V1_0 },
];

/// Success actions cannot retry.
const SUCCESS_KINDS: &[Choice<ActionKind>] = KINDS.split_at(2).0;

impl Reader<'_> {
    /// A list of actions. That no two have the same name (rule 61) can only be said once references are resolved.
    pub(super) fn actions(&mut self, fields: &Fields<'_>, field: &str, on: On) -> Vec<Reusable<Action>> {
        let kind = match on {
            On::Success => "successActions",
            On::Failure => "failureActions",
        };
        let nodes = fields.list(self, field);
        let bounded = fields.get(field).and_then(|node| self.bounded(nodes, node, &format!("`{field}`"), MOST_ACTIONS));
        bounded
            .unwrap_or_default()
            .iter()
            .filter_map(|node| match self.reusable(node, kind, false) {
                Some(reference) => Some(reference),
                None => self.action(node, &format!("an entry of `{field}`"), on).map(Reusable::Inline),
            })
            .collect()
    }

    /// Rules 49, 56 to 58, 62 and 66.
    pub(super) fn action(&mut self, node: &Node, what: &str, on: On) -> Option<Action> {
        let is_retry = node.get("type").and_then(Node::as_str) == Some("retry");
        // A success action that retries has one mistake, not three.
        let shape = if on == On::Success && !is_retry { &SUCCESS } else { &FAILURE };
        let fields = self.fields(node, what, shape)?;
        let name = fields.required_word(self, "name");
        let (kind, is_read) = self.action_kind(&fields, on);
        let criteria = match on {
            On::Success => fields.filled_list(self, "criteria"),
            On::Failure => fields.list(self, "criteria"),
        };
        let mut action = Action {
            name,
            kind,
            workflow: fields.word(self, "workflowId"),
            step: fields.word(self, "stepId"),
            parameters: self.parameters(&fields, Place::Action),
            retry_after: fields.number(self, "retryAfter"),
            retry_limit: fields.integer(self, "retryLimit"),
            criteria: criteria.iter().filter_map(|node| self.criterion(node, "an entry of `criteria`")).collect(),
            span: node.span,
        };
        if is_read {
            self.action_target(&fields, &mut action);
            self.retry_fields(&fields, &mut action);
        } else if action.step.is_some() {
            action.workflow = None;
        }
        self.action_parameters(&fields);
        Some(action)
    }

    /// Rule 56. The second value tells whether the type could be read; otherwise it is a guess.
    fn action_kind(&mut self, fields: &Fields<'_>, on: On) -> (ActionKind, bool) {
        let has = |names: &[&str]| !fields.present(names).is_empty();
        let guess = match on {
            On::Failure if has(&["retryAfter", "retryLimit"]) => ActionKind::Retry,
            _ if has(&["stepId", "workflowId"]) => ActionKind::Goto,
            _ => ActionKind::End,
        };
        let Some(node) = fields.get("type") else {
            fields.lacks(self, "type").help(if on == On::Failure {
                "write `type: end`, `type: goto` or `type: retry`"
            } else {
                "write `type: end` or `type: goto`"
            });
            return (guess, false);
        };
        if on == On::Success && node.as_str() == Some("retry") {
            self.invalid(node.span, "a success action cannot `retry`: there is nothing to repeat")
                .help("`goto` this step to run it again, or put the action under `onFailure`");
            return (guess, false);
        }
        let choices = if on == On::Success { SUCCESS_KINDS } else { KINDS };
        match self.choice(node, "`type`", choices) {
            Some(kind) => (kind.value, true),
            None => (guess, false),
        }
    }

    /// Rules 57 and 58.
    fn action_target(&mut self, fields: &Fields<'_>, action: &mut Action) {
        let present = fields.present(&["workflowId", "stepId"]);
        match (action.kind, present.as_slice()) {
            (ActionKind::Goto, []) => {
                let message = "this `goto` goes nowhere: it lacks `stepId` or `workflowId`";
                self.diagnostics.report(&rules::MISSING_FIELD, fields.span, message).help(
                    "add the step of this workflow to go on with, `stepId: …`, or the workflow to run, `workflowId: …`",
                );
            }
            (ActionKind::End, targets) => {
                for (name, key, _) in targets {
                    self.ignored(key.span, format!("`{name}` has no effect on an action of type `end`"));
                }
                (action.workflow, action.step) = (None, None);
            }
            (_, [(_, first, _), (_, second, _)]) => {
                self.diagnostics
                    .report(
                        &rules::EXCLUSIVE_FIELDS,
                        second.span,
                        "an action cannot have both `workflowId` and `stepId`",
                    )
                    .also(first.span, "the first one");
                action.workflow = None;
            }
            _ => {}
        }
    }

    /// Rule 62.
    fn retry_fields(&mut self, fields: &Fields<'_>, action: &mut Action) {
        if action.kind == ActionKind::Retry {
            return;
        }
        for (name, key, _) in fields.present(&["retryAfter", "retryLimit"]) {
            self.ignored(key.span, format!("`{name}` has no effect on an action that is no `retry`"));
        }
        (action.retry_after, action.retry_limit) = (None, None);
    }

    /// Rule 49.
    fn action_parameters(&mut self, fields: &Fields<'_>) {
        if let Some(key) = fields.key("parameters")
            && fields.get("workflowId").is_none()
        {
            self.misplaced(key.span, "`parameters` of an action need a `workflowId` to go to")
                .help("remove them: a step of this workflow takes its values from expressions of its own");
        }
    }

    /// An action that takes the place of one that could not be read.
    pub(super) fn missing_action(span: Span) -> Action {
        Action {
            name: super::Text::missing(span),
            kind: ActionKind::End,
            workflow: None,
            step: None,
            parameters: Vec::new(),
            retry_after: None,
            retry_limit: None,
            criteria: Vec::new(),
            span,
        }
    }
}
