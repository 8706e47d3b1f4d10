//! The Info Object.

use super::Info;
use super::fields::{Field, Reader, Shape};
use crate::yaml::Node;

static SHAPE: Shape = Shape {
    name: "an info object",
    fields: &[Field::new("title"), Field::new("summary"), Field::new("description"), Field::new("version")],
    mistaken: &[("name", "title")],
};

impl Reader<'_> {
    /// Rule 9.
    pub(super) fn info(&mut self, node: &Node) -> Info {
        let Some(fields) = self.fields(node, "`info`", &SHAPE) else {
            return Info::default();
        };
        fields.required(self, "title");
        fields.required(self, "version");
        Info {
            title: fields.text(self, "title"),
            summary: fields.text(self, "summary"),
            description: fields.text(self, "description"),
            version: fields.text(self, "version"),
        }
    }
}
