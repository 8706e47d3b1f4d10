//! The Reusable Object, which stands for a component.

use super::fields::{Reader, Shape};
use super::{Reusable, Text};
use crate::diagnostic::{rules, suggest};
use crate::yaml::{Key, Kind, Map, Node};

static SHAPE: Shape = Shape { name: "a reusable object", fields: &[], mistaken: &[] };

impl Reader<'_> {
    /// The reference that a list entry is, when it is one. `kind` is the part of the components that it must be from.
    pub(super) fn reusable<T>(&mut self, node: &Node, kind: &str, takes_value: bool) -> Option<Reusable<T>> {
        let map = node.as_map()?;
        let (key, value) = reference(map)?;
        let reference = match key.text.as_str() {
            "reference" => self.word(value, "`reference`"),
            _ => self.misspelt(key, value, kind),
        };
        for (other, _) in map.iter().filter(|(other, _)| other.span != key.span) {
            match other.text.as_str() {
                "value" if takes_value => {}
                // Rule 77.
                "value" => {
                    self.ignored(other.span, "only a reference to a parameter can have a `value`");
                }
                name if name.starts_with("x-") => {}
                // Rule 78.
                name => {
                    self.ignored(other.span, format!("`{name}` has no effect beside a `reference`"))
                        .help("a reference replaces the whole object");
                }
            }
        }
        let value = map.get("value").filter(|_| takes_value).map(|value| self.literal(value));
        Some(Reusable::Reference { reference, value, span: node.span })
    }

    /// A reference under another name, most often the `$ref` of OpenAPI. It is read as what it is meant to be.
    fn misspelt(&mut self, key: &Key, value: &Node, kind: &str) -> Text {
        let finding = self.no_field(key, SHAPE.name);
        finding.did_you_mean(Some("reference"));
        let component = value.as_str().and_then(|text| text.strip_prefix("#/components/"));
        let component = component.and_then(|path| path.rsplit('/').next());
        let Some(component) = component else {
            return self.word(value, "`reference`");
        };
        let reference = format!("$components.{kind}.{component}");
        finding.help(format!("write `reference: {reference}`"));
        Text { value: reference, node: value.clone() }
    }

    /// A component that is a reference itself (section 1.9): there is nothing that it would be.
    pub(super) fn reference_in_components(&mut self, node: &Node) {
        let span = node.as_map().and_then(|map| map.get_key_value("reference")).map_or(node.span, |(key, _)| key.span);
        self.diagnostics
            .report(&rules::MISPLACED_FIELD, span, "a component cannot be a reference to another one")
            .help("refer to the other component where this one is used");
    }
}

/// The entry of a map that makes a Reusable Object of it.
fn reference(map: &Map) -> Option<(&Key, &Node)> {
    if let Some(found) = map.get_key_value("reference") {
        return Some(found);
    }
    // Parameters and actions have a name.
    if map.get("name").is_some() {
        return None;
    }
    map.iter().find(|(key, value)| {
        let is_string = matches!(value.kind, Kind::String(_));
        is_string && (key.text == "$ref" || suggest(&key.text, ["reference"]).is_some())
    })
}

/// Whether a component is a reference itself.
pub(super) fn is_reference(node: &Node) -> bool {
    node.get("reference").is_some()
}
