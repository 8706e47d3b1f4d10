//! Which parts of a value some check has looked at: JSON Schema 2020-12, "Unevaluated Locations".

use std::collections::BTreeSet;

/// The members and elements of a value that checks have looked at.
#[derive(Debug, Default)]
pub(super) struct Evaluated {
    names: BTreeSet<String>,
    elements: BTreeSet<usize>,
}

impl Evaluated {
    pub(super) fn add_name(&mut self, name: &str) {
        if !self.names.contains(name) {
            self.names.insert(name.to_owned());
        }
    }

    pub(super) fn add_element(&mut self, index: usize) {
        self.elements.insert(index);
    }

    pub(super) fn has_name(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    pub(super) fn has_element(&self, index: usize) -> bool {
        self.elements.contains(&index)
    }

    /// Takes over what another schema has looked at that the same value fits.
    pub(super) fn merge(&mut self, other: Self) {
        if self.names.is_empty() && self.elements.is_empty() {
            *self = other;
        } else {
            self.names.extend(other.names);
            self.elements.extend(other.elements);
        }
    }
}
