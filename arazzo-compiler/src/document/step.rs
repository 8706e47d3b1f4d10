//! The Step Object.

use super::action::On;
use super::fields::{Choice, Field, Fields, Reader, Shape, alternatives};
use super::names::is_plain_id;
use super::parameter::Place;
use super::{Step, Target, Text, Version};
use crate::diagnostic::rules;
use crate::yaml::Node;

static SHAPE: Shape = Shape {
    name: "a step",
    fields: &[
        Field::new("stepId"),
        Field::new("description"),
        Field::new("operationId"),
        Field::new("operationPath"),
        Field::since_1_1("channelPath"),
        Field::new("workflowId"),
        Field::new("parameters"),
        Field::new("requestBody"),
        Field::new("successCriteria"),
        Field::new("onSuccess"),
        Field::new("onFailure"),
        Field::new("outputs"),
        Field::since_1_1("timeout"),
        Field::since_1_1("correlationId"),
        Field::since_1_1("action"),
        Field::since_1_1("dependsOn"),
    ],
    mistaken: &[
        ("id", "stepId"),
        ("name", "stepId"),
        ("operation", "operationId"),
        ("workflow", "workflowId"),
        ("body", "requestBody"),
        ("criteria", "successCriteria"),
        ("successActions", "onSuccess"),
        ("failureActions", "onFailure"),
    ],
};

const TARGETS: &[&str] = &["operationId", "operationPath", "channelPath", "workflowId"];

#[derive(Clone, Copy, PartialEq)]
enum Direction {
    Send,
    Receive,
}

const DIRECTIONS: &[Choice<Direction>] = &[
    Choice { name: "send", value: Direction::Send, since: Version::V1_0 },
    Choice { name: "receive", value: Direction::Receive, since: Version::V1_0 },
];

impl Reader<'_> {
    /// The ids of the steps are compared by the caller.
    pub(super) fn step(&mut self, node: &Node) -> Option<Step> {
        let fields = self.fields(node, "an entry of `steps`", &SHAPE)?;
        let id = fields.required_word(self, "stepId");
        let description = fields.text(self, "description");
        let target = self.target(&fields);
        let place = match &target {
            Some(Target::Workflow(_)) => Place::Workflow,
            Some(_) => Place::Operation,
            None => Place::Anywhere,
        };
        self.message_fields(&fields, target.as_ref());
        Some(Step {
            id,
            description,
            parameters: self.parameters(&fields, place),
            request_body: fields.get("requestBody").and_then(|node| self.request_body(node)),
            // Rule 66.
            success_criteria: fields
                .filled_list(self, "successCriteria")
                .iter()
                .filter_map(|node| self.criterion(node, "an entry of `successCriteria`"))
                .collect(),
            on_success: self.actions(&fields, "onSuccess", On::Success),
            on_failure: self.actions(&fields, "onFailure", On::Failure),
            outputs: fields.get("outputs").map(|node| self.outputs(node)).unwrap_or_default(),
            timeout: fields.integer(self, "timeout"),
            correlation_id: fields.word(self, "correlationId"),
            action: fields.word(self, "action"),
            depends_on: self.step_depends_on(&fields),
            target,
            span: node.span,
        })
    }

    /// Rule 35: exactly one target.
    fn target(&mut self, fields: &Fields<'_>) -> Option<Target> {
        let present = fields.present(TARGETS);
        let Some((name, key, _)) = present.first().copied() else {
            let version = self.version;
            let names = TARGETS.iter().filter(|name| version == Version::V1_1 || **name != "channelPath");
            let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
            self.diagnostics.report(
                &rules::MISSING_FIELD,
                fields.span,
                format!("this step calls nothing: it lacks {}", alternatives(&names)),
            );
            return None;
        };
        for (other, other_key, _) in &present[1..] {
            self.diagnostics
                .report(
                    &rules::EXCLUSIVE_FIELDS,
                    other_key.span,
                    format!("a step cannot have both `{name}` and `{other}`"),
                )
                .also(key.span, "the first one");
        }
        let text = fields.word(self, name)?;
        Some(match name {
            "operationId" => Target::OperationId(text),
            "operationPath" => Target::OperationPath(text),
            "channelPath" => Target::ChannelPath(text),
            _ => Target::Workflow(text),
        })
    }

    /// Rules 40 to 42, as far as they do not depend on the type of the source.
    fn message_fields(&mut self, fields: &Fields<'_>, target: Option<&Target>) {
        let action = fields.get("action");
        let direction = action.and_then(|node| self.choice(node, "`action`", DIRECTIONS));
        match target {
            Some(Target::ChannelPath(_)) if action.is_none() => {
                fields.lacks(self, "action").note("`channelPath` needs `action: send` or `action: receive`");
            }
            // One that is an operationId will be asked to be written as such, and then may have an action.
            Some(Target::OperationPath(path)) if !path.value.contains('#') => {}
            Some(Target::Workflow(_) | Target::OperationPath(_)) => {
                if let Some(key) = fields.key("action") {
                    self.misplaced(key.span, "`action` is only for steps that send or receive a message");
                }
            }
            _ => {}
        }
        let receives = direction.as_ref().map(|direction| direction.value == Direction::Receive);
        let reported = action.is_some() && direction.is_none();
        if let Some(key) = fields.key("correlationId")
            && receives != Some(true)
            && !reported
        {
            self.misplaced(key.span, "`correlationId` is only for steps with `action: receive`");
        }
    }

    /// Rule 43: a step id, or one of the forms that name a step of another workflow.
    fn step_depends_on(&mut self, fields: &Fields<'_>) -> Vec<Text> {
        let nodes = fields.filled_list(self, "dependsOn");
        let mut entries = self.id_list(nodes, "dependsOn");
        entries.retain(|entry| {
            let fits = !entry.value.starts_with('$') || names_a_step(&entry.value);
            if !fits {
                self.invalid(entry.node.span, format!("`{}` does not name a step", entry.value)).help(
                    "write a `stepId`, `$workflows.<workflowId>.steps.<stepId>` or \
                     `$sourceDescriptions.<name>.<workflowId>.steps.<stepId>`",
                );
            }
            fits
        });
        entries
    }
}

fn names_a_step(expression: &str) -> bool {
    let ids: Vec<&str> = expression.split('.').collect();
    match ids.as_slice() {
        ["$workflows", workflow, "steps", step] => [workflow, step].into_iter().all(|id| is_plain_id(id)),
        ["$sourceDescriptions", source, workflow, "steps", step] => {
            [source, workflow, step].into_iter().all(|id| is_plain_id(id))
        }
        _ => false,
    }
}
