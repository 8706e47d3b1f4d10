//! What a step reads of its response body.

use crate::resolve::{Reference, Root, Segment, Step};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// The parts of a response body that a step reads, each with its slot.
#[derive(Debug, Default)]
pub(super) struct Bodies {
    /// The ways to the values that are kept; none is the beginning of another.
    slots: Vec<Vec<Segment>>,
}

#[derive(Default)]
struct Tree {
    keep: Vec<usize>,
    members: Vec<(String, Tree)>,
    elements: Vec<(usize, Tree)>,
}

impl Bodies {
    /// Collects what a step reads; of its outputs only those that something else reads.
    pub(super) fn of(step: &Step<'_>, kept: &[bool]) -> Self {
        let mut paths: Vec<Vec<Segment>> = Vec::new();
        let mut add = |reference: &Reference| {
            if reference.root == Root::ResponseBody {
                let path = value_path(&reference.path);
                if !paths.iter().any(|known| *known == path) {
                    paths.push(path.to_vec());
                }
            }
        };
        for criterion in &step.criteria {
            criterion.references(&mut add);
        }
        for action in step.on_success.iter().chain(&step.on_failure) {
            for criterion in &action.criteria {
                criterion.references(&mut add);
            }
        }
        for (output, _) in step.outputs.iter().zip(kept).filter(|(_, kept)| **kept) {
            if let Some(reference) = &output.value {
                add(reference);
            }
        }
        let covered =
            |path: &Vec<Segment>| paths.iter().any(|other| other.len() < path.len() && path.starts_with(other));
        let slots = paths.iter().filter(|path| !covered(path)).cloned().collect();
        Self { slots }
    }

    /// The slot that holds a value, and the rest of the way to it.
    pub(super) fn slot<'p>(&self, path: &'p [Segment]) -> Option<(usize, &'p [Segment])> {
        let found = self.slots.iter().enumerate().find(|(_, slot)| path.starts_with(slot));
        found.map(|(place, slot)| (place, &path[slot.len()..]))
    }

    /// The constant expression of the shape.
    pub(super) fn tokens(&self) -> TokenStream {
        let mut tree = Tree::default();
        for (slot, path) in self.slots.iter().enumerate() {
            tree.insert(path, slot);
        }
        tree.tokens()
    }
}

/// The path without a length at its end: the length is that of the value before it.
fn value_path(path: &[Segment]) -> &[Segment] {
    match path.split_last() {
        Some((Segment::Length, rest)) => rest,
        _ => path,
    }
}

impl Tree {
    fn insert(&mut self, path: &[Segment], slot: usize) {
        let Some((first, rest)) = path.split_first() else {
            self.keep.push(slot);
            return;
        };
        match first {
            Segment::Member(name) => self.member(name).insert(rest, slot),
            Segment::Index(index) => self.element(*index).insert(rest, slot),
            // Whether it is a member or an element is decided by the value.
            Segment::Token(token) => {
                self.member(token).insert(rest, slot);
                if let Some(index) = arazzo_expression::pointer::array_index(token) {
                    self.element(index).insert(rest, slot);
                }
            }
            Segment::Length => self.member("length").insert(rest, slot),
        }
    }

    fn member(&mut self, name: &str) -> &mut Tree {
        let place = self.members.iter().position(|(known, _)| known == name).unwrap_or_else(|| {
            self.members.push((name.to_owned(), Tree::default()));
            self.members.len() - 1
        });
        &mut self.members[place].1
    }

    fn element(&mut self, index: usize) -> &mut Tree {
        let place = self.elements.iter().position(|(known, _)| *known == index).unwrap_or_else(|| {
            self.elements.push((index, Tree::default()));
            self.elements.len() - 1
        });
        &mut self.elements[place].1
    }

    fn tokens(&self) -> TokenStream {
        let keep = self.keep.iter().copied().map(Literal::usize_unsuffixed);
        let members = self.members.iter().map(|(name, tree)| {
            let tree = tree.tokens();
            quote! { (#name, #tree) }
        });
        let elements = self.elements.iter().map(|(index, tree)| {
            let tree = tree.tokens();
            let index = Literal::usize_unsuffixed(*index);
            quote! { (#index, #tree) }
        });
        quote! { rt::Shape { keep: &[#(#keep),*], members: &[#(#members),*], elements: &[#(#elements),*] } }
    }
}
