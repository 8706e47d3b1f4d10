//! The Request Body Object and the Payload Replacement Object.

use super::criterion::OF_SELECTORS;
use super::fields::{Field, Reader, Shape};
use super::{Replacement, RequestBody};
use crate::yaml::{Kind, Node};

static BODY: Shape = Shape {
    name: "a request body",
    fields: &[Field::new("contentType"), Field::new("payload"), Field::new("replacements")],
    mistaken: &[("mediaType", "contentType"), ("body", "payload"), ("content", "payload")],
};

static REPLACEMENT: Shape = Shape {
    name: "a payload replacement",
    fields: &[Field::new("target"), Field::since_1_1("targetSelectorType"), Field::new("value")],
    mistaken: &[("path", "target"), ("type", "targetSelectorType")],
};

impl Reader<'_> {
    /// Section 1.14.
    pub(super) fn request_body(&mut self, node: &Node) -> Option<RequestBody> {
        let fields = self.fields(node, "`requestBody`", &BODY)?;
        let replacements = fields.list(self, "replacements");
        Some(RequestBody {
            content_type: fields.word(self, "contentType"),
            payload: fields.get("payload").map(|node| self.literal(node)),
            replacements: replacements.iter().filter_map(|node| self.replacement(node)).collect(),
            span: node.span,
        })
    }

    /// Section 1.15. The empty target is the JSON Pointer to everything.
    fn replacement(&mut self, node: &Node) -> Option<Replacement> {
        let fields = self.fields(node, "an entry of `replacements`", &REPLACEMENT)?;
        fields.required(self, "target");
        let target = fields.text(self, "target");
        let kind = fields
            .get("targetSelectorType")
            .map(|node| self.expression_type(node, "`targetSelectorType`", &OF_SELECTORS));
        let value = match fields.required(self, "value") {
            Some(value) => self.literal(value),
            None => Node { span: node.span, kind: Kind::Null },
        };
        // A type that is there but could not be read says that nobody knows what the target means.
        let kind = match kind {
            Some(kind) => Some(kind?),
            None => None,
        };
        Some(Replacement { target: target?, kind, value, span: node.span })
    }
}
