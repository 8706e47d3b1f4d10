//! `outputs` and the Selector Object.

use super::criterion::OF_SELECTORS;
use super::fields::{Field, Reader, Shape};
use super::{Output, OutputValue, Selector, Text, Version};
use crate::yaml::{Kind, Node};

const FIELDS: [&str; 3] = ["context", "selector", "type"];

static SELECTOR: Shape = Shape {
    name: "a selector",
    fields: &[Field::new(FIELDS[0]), Field::new(FIELDS[1]), Field::new(FIELDS[2])],
    mistaken: &[("expression", "context"), ("condition", "selector"), ("path", "selector")],
};

/// Whether a map inside of a value has the fields of a Selector Object and no others but extensions: then it is one when
/// its `context` is an expression, and otherwise an object to be sent (A16).
pub fn has_shape_of_selector(node: &Node) -> bool {
    let Some(map) = node.as_map() else { return false };
    FIELDS.iter().all(|field| node.get(field).is_some())
        && map.keys().all(|key| FIELDS.contains(&key) || key.starts_with("x-"))
}

impl Reader<'_> {
    /// Rules 32 and 33; whether a text is an expression is seen where it is parsed.
    pub(super) fn outputs(&mut self, node: &Node) -> Vec<Output> {
        let Some(map) = self.map(node, "`outputs`") else {
            return Vec::new();
        };
        let outputs = map.iter().map(|(key, value)| {
            let name = self.key(key, "an output");
            let value = self.output(value, &key.text);
            Output { name, value }
        });
        outputs.collect()
    }

    fn output(&mut self, node: &Node, name: &str) -> OutputValue {
        let what = format!("the output `{name}`");
        match &node.kind {
            Kind::String(_) => OutputValue::Expression(self.word(node, &what)),
            // `{$response.body}` without quotes is a map for YAML and has its own hint.
            Kind::Map(map) if !(map.entries.len() == 1 && map.keys().all(|key| key.starts_with('$'))) => {
                if self.version < Version::V1_1 {
                    self.newer(node.span, "a Selector Object");
                }
                match self.selector(node, &what) {
                    Some(selector) => OutputValue::Selector(selector),
                    None => OutputValue::Expression(Text::missing(node.span)),
                }
            }
            Kind::Map(_) => OutputValue::Expression(self.word(node, &what)),
            _ => {
                let expected = match self.version {
                    Version::V1_0 => "a runtime expression",
                    Version::V1_1 => "a runtime expression or a Selector Object",
                };
                self.wrong_type(node, &what, expected)
                    .help("expressions begin with `$`, as in `$response.body#/id` or `$steps.name.outputs.id`");
                OutputValue::Expression(Text::missing(node.span))
            }
        }
    }

    /// Rule 87. `None` when a part of it could not be read.
    pub(super) fn selector(&mut self, node: &Node, what: &str) -> Option<Selector> {
        let fields = self.fields(node, what, &SELECTOR)?;
        let context = fields.required_word(self, "context");
        // The empty JSON Pointer selects everything.
        fields.required(self, "selector");
        let selector = fields.text(self, "selector");
        let kind = fields.required(self, "type");
        let kind = kind.and_then(|node| self.expression_type(node, "`type`", &OF_SELECTORS));
        if context.is_missing() {
            return None;
        }
        Some(Selector { context, selector: selector?, kind: kind?, span: node.span })
    }
}
