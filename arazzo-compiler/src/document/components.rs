//! The Components Object.

use super::action::On;
use super::fields::{Field, Fields, Reader, Shape};
use super::parameter::Place;
use super::reusable::is_reference;
use super::{Components, Parameter, Spanned, Text};
use crate::yaml::{Kind, Node};

static SHAPE: Shape = Shape {
    name: "a components object",
    fields: &[
        Field::new("inputs"),
        Field::new("parameters"),
        Field::new("successActions"),
        Field::new("failureActions"),
    ],
    mistaken: &[("onSuccess", "successActions"), ("onFailure", "failureActions")],
};

impl Reader<'_> {
    /// Rule 80: a component that nobody uses is read like any other.
    pub(super) fn components(&mut self, node: &Node) -> Components {
        let Some(fields) = self.fields(node, "`components`", &SHAPE) else {
            return Components::default();
        };
        Components {
            inputs: self.component_map(&fields, "inputs", |reader, node, what| {
                // Without a schema nothing is known, and so nothing is wrong about its use.
                reader.schema(node, what).unwrap_or_else(|| empty_schema(node))
            }),
            parameters: self.component_map(&fields, "parameters", Self::component_parameter),
            success_actions: self.component_map(&fields, "successActions", |reader, node, what| {
                reader.component_action(node, what, On::Success)
            }),
            failure_actions: self.component_map(&fields, "failureActions", |reader, node, what| {
                reader.component_action(node, what, On::Failure)
            }),
        }
    }

    /// Rule 79, and what `read` makes of each.
    fn component_map<T>(
        &mut self,
        fields: &Fields<'_>,
        field: &str,
        read: impl Fn(&mut Self, &Node, &str) -> T,
    ) -> Vec<(Spanned<String>, T)> {
        let map = fields.get(field).and_then(|node| self.map(node, &format!("`{field}`")));
        let entries = map.map(|map| map.entries.as_slice()).unwrap_or_default();
        let components = entries.iter().map(|(key, node)| {
            let name = self.key(key, "a component");
            let value = read(self, node, &format!("the component `{}`", key.text));
            (name, value)
        });
        components.collect()
    }

    fn component_parameter(&mut self, node: &Node, what: &str) -> Parameter {
        if is_reference(node) {
            self.reference_in_components(node);
            return missing_parameter(node);
        }
        self.parameter(node, what, Place::Anywhere).unwrap_or_else(|| missing_parameter(node))
    }

    fn component_action(&mut self, node: &Node, what: &str, on: On) -> super::Action {
        if is_reference(node) {
            self.reference_in_components(node);
            return Self::missing_action(node.span);
        }
        self.action(node, what, on).unwrap_or_else(|| Self::missing_action(node.span))
    }
}

fn missing_parameter(node: &Node) -> Parameter {
    Parameter {
        name: Text::missing(node.span),
        location: None,
        value: Node { span: node.span, kind: Kind::Null },
        span: node.span,
    }
}

fn empty_schema(node: &Node) -> Node {
    Node { span: node.span, kind: Kind::Map(crate::yaml::Map::default()) }
}
