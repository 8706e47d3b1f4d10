//! The Workflow Object.

use super::action::On;
use super::fields::{Field, Fields, Reader, Shape};
use super::parameter::Place;
use super::{Step, Target, Workflow};
use crate::diagnostic::rules;
use crate::yaml::{Kind, Node};

static SHAPE: Shape = Shape {
    name: "a workflow",
    fields: &[
        Field::new("workflowId"),
        Field::new("summary"),
        Field::new("description"),
        Field::new("inputs"),
        Field::new("dependsOn"),
        Field::new("steps"),
        Field::new("successActions"),
        Field::new("failureActions"),
        Field::new("outputs"),
        Field::new("parameters"),
    ],
    mistaken: &[
        ("id", "workflowId"),
        ("name", "workflowId"),
        ("onSuccess", "successActions"),
        ("onFailure", "failureActions"),
    ],
};

impl Reader<'_> {
    /// Rules 27, 31, 34 and 48; the ids of the workflows are compared by the caller.
    pub(super) fn workflow(&mut self, node: &Node) -> Option<Workflow> {
        let fields = self.fields(node, "an entry of `workflows`", &SHAPE)?;
        let id = fields.required_word(self, "workflowId");
        let summary = fields.text(self, "summary");
        let description = fields.text(self, "description");
        let inputs = fields.get("inputs").and_then(|node| self.schema(node, "`inputs`"));
        let depends_on = fields.list(self, "dependsOn");
        let depends_on = self.id_list(depends_on, "dependsOn");
        let steps = self.steps(&fields);
        let place = workflow_place(&steps);
        Some(Workflow {
            id,
            summary,
            description,
            inputs,
            depends_on,
            steps,
            success_actions: self.actions(&fields, "successActions", On::Success),
            failure_actions: self.actions(&fields, "failureActions", On::Failure),
            outputs: fields.get("outputs").map(|node| self.outputs(node)).unwrap_or_default(),
            parameters: self.parameters(&fields, place),
            span: node.span,
        })
    }

    /// Rules 31 and 34.
    fn steps(&mut self, fields: &Fields<'_>) -> Vec<Step> {
        fields.required(self, "steps");
        let nodes = fields.filled_list(self, "steps");
        let steps: Vec<_> = nodes.iter().filter_map(|node| self.step(node)).collect();
        self.ids("step id", steps.iter().map(|step| &step.id));
        steps
    }

    /// Rule 27: a JSON Schema is a map; `true` and `false` are schemas too, but the prose of Arazzo asks for an object.
    pub(super) fn schema(&mut self, node: &Node, what: &str) -> Option<Node> {
        match node.kind {
            Kind::Map(_) => {}
            Kind::Bool(value) => {
                self.diagnostics
                    .report(&rules::BOOLEAN_INPUTS, node.span, format!("{what} should be a map, not `{value}`"))
                    .help(if value {
                        "write `{}`, which allows the same"
                    } else {
                        "leave it out if there are no inputs"
                    });
            }
            _ => {
                self.wrong_type(node, what, "a map, a JSON Schema");
                return None;
            }
        }
        Some(node.clone())
    }
}

/// Rule 48: the parameters of a workflow go to all its steps. Only when all of these call workflows do they need no `in`.
fn workflow_place(steps: &[Step]) -> Place {
    let is_operation = |target: &Target| !matches!(target, Target::Workflow(_));
    if steps.iter().filter_map(|step| step.target.as_ref()).any(is_operation) {
        Place::Operation
    } else {
        Place::Anywhere
    }
}
