//! What a step reads of its response body.

use crate::resolve::{Reference, Root, Segment, Step};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// The parts of a response body that a step reads, each with its slot.
#[derive(Debug, Default)]
pub(super) struct Bodies {
    /// The ways to the values that are kept; none is the beginning of another.
    slots: Vec<Vec<Segment>>,
    /// How often each of them is read behind the verdict over the step.
    readers: Vec<usize>,
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
        let add = |paths: &mut Vec<Vec<Segment>>, reference: &Reference| {
            if reference.root == Root::ResponseBody {
                paths.push(value_path(&reference.path).to_vec());
            }
        };
        for criterion in &step.criteria {
            criterion.references(&mut |reference| add(&mut paths, reference));
        }
        let verdict = paths.len();
        for action in step.actions() {
            for criterion in &action.criteria {
                criterion.references(&mut |reference| add(&mut paths, reference));
            }
            for argument in &action.arguments {
                argument.value.references(&mut |reference| add(&mut paths, reference));
            }
        }
        for (output, _) in step.outputs.iter().zip(kept).filter(|(_, kept)| **kept) {
            if let Some(reference) = &output.value {
                add(&mut paths, reference);
            }
        }
        let covered =
            |path: &Vec<Segment>| paths.iter().any(|other| other.len() < path.len() && path.starts_with(other));
        let mut slots: Vec<Vec<Segment>> = Vec::new();
        for path in &paths {
            if !covered(path) && !slots.contains(path) {
                slots.push(path.clone());
            }
        }
        let behind = &paths[verdict..];
        let readers = slots.iter().map(|slot| behind.iter().filter(|path| path.starts_with(slot)).count()).collect();
        Self { slots, readers }
    }

    /// The slot of an output's value that nothing else reads behind the verdict, so that it can be taken out of the
    /// response.
    pub(super) fn own_slot(&self, output: &Reference) -> Option<usize> {
        let place = self.slots.iter().position(|slot| *slot == output.path)?;
        (output.root == Root::ResponseBody && self.readers[place] == 1).then_some(place)
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

/// The path up to the value that has to be there: that which a search goes through, or whose length is asked for.
fn value_path(path: &[Segment]) -> &[Segment] {
    if let Some(search) = path.iter().position(Segment::is_search) {
        return &path[..search];
    }
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
            // No way that is kept goes through a search.
            Segment::Query { .. } | Segment::Draft(_) | Segment::XPath(_) => self.keep.push(slot),
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
