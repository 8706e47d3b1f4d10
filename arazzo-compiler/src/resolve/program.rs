//! The workflows that are compiled together: those that were asked for, and all that they run, in other documents too.

use super::order::put_in_order;
use super::step::Readings;
use super::{Descriptions, Root, Workflow, dependency, workflow};
use crate::diagnostic::{Diagnostics, rules};
use crate::document::{self, Document};
use crate::library::{Library, Located};
use crate::openapi::Schema;
use crate::source::{FileId, Span};
use crate::types::object_filters;
use crate::yaml::Node;
use arazzo_expression::fingerprint::Fingerprint;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Workflows whose names are resolved. They refer to each other by their places.
#[derive(Debug)]
pub struct Program<'a> {
    /// The workflows that were asked for, in the order of the document, and behind them those that they run.
    pub workflows: Vec<Workflow<'a>>,
    /// How many were asked for.
    pub asked: usize,
    /// What stands for the content of the document of each.
    pub documents: Vec<Fingerprint>,
}

/// A document that takes part.
#[derive(Clone, Copy)]
pub(super) struct Unit<'a> {
    pub(super) document: &'a Document,
    pub(super) file: FileId,
    node: &'a Node,
}

/// A workflow that has a place in the program.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) unit: usize,
    pub(super) written: &'a document::Workflow,
    /// The schema of its inputs.
    pub(super) inputs: Option<Schema<'a>>,
}

/// What is known of documents and workflows while they are resolved one after the other.
pub(super) struct Links<'a> {
    units: Vec<Unit<'a>>,
    known: Vec<Known<'a>>,
    /// Which documents name which others.
    imports: Vec<(usize, usize)>,
}

impl<'a> Program<'a> {
    /// Resolves the workflows of a document that `is_asked` wants, and those that they run.
    pub fn resolve(
        document: &'a Document,
        root: Located<'a>,
        copies: &BTreeMap<String, PathBuf>,
        library: &Library<'a, '_>,
        is_asked: impl Fn(&document::Workflow) -> bool,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let first = Unit { document, file: root.file, node: root.node };
        let mut links = Links { units: vec![first], known: Vec::new(), imports: Vec::new() };
        for workflow in document.workflows.iter().filter(|workflow| is_asked(workflow)) {
            links.place_of(0, workflow, library);
        }
        let asked = links.known.len();
        let (mut descriptions, mut readings) = (Vec::new(), Readings::default());
        let mut workflows = Vec::new();
        while let Some(known) = links.known.get(workflows.len()).copied() {
            for unit in &links.units[descriptions.len()..] {
                descriptions.push(Descriptions::new(unit.document, unit.file, copies, library));
            }
            let own = &mut descriptions[known.unit];
            workflows.push(workflow::resolve(known, &mut links, own, &mut readings, library, diagnostics));
        }
        dependency::refuse_circles(&workflows, diagnostics);
        object_filters(&mut workflows, library, &mut readings);
        readings.report(diagnostics);
        let of_units: Vec<Fingerprint> = links.units.iter().map(|unit| fingerprint(unit.node)).collect();
        let documents = links.known.iter().map(|known| of_units[known.unit]).collect();
        Self { workflows, asked, documents }
    }

    /// Whether expressions of other workflows read inputs or outputs of one.
    pub fn is_read(&self, place: usize) -> bool {
        let (inputs, outputs) = self.read_of(place);
        !inputs.is_empty() || !outputs.is_empty()
    }

    /// The names of the inputs and of the outputs of one that expressions of other workflows read.
    pub fn read_of(&self, place: usize) -> (Vec<String>, Vec<String>) {
        let (mut inputs, mut outputs) = (Vec::new(), Vec::new());
        for workflow in &self.workflows {
            workflow.references(&mut |reference| {
                let (names, name) = match &reference.root {
                    Root::WorkflowInput { workflow, name } if *workflow == place => (&mut inputs, name),
                    Root::WorkflowOutput { workflow, name } if *workflow == place => (&mut outputs, name),
                    _ => return,
                };
                if !names.contains(name) {
                    names.push(name.clone());
                }
            });
        }
        (inputs, outputs)
    }

    /// The steps for which steps of other workflows wait: the places of the workflow and the step.
    pub fn awaited(&self) -> Vec<(usize, usize)> {
        let mut awaited = Vec::new();
        let steps = self.workflows.iter().flat_map(|workflow| &workflow.steps);
        for prerequisite in steps.flat_map(|step| &step.prerequisites) {
            if let (super::Prerequisite::Other { workflow, step }, _) = *prerequisite
                && !awaited.contains(&(workflow, step))
            {
                awaited.push((workflow, step));
            }
        }
        awaited
    }
}

impl<'a> Links<'a> {
    /// The place of a workflow, which it gets when it is first named.
    pub(super) fn place_of(
        &mut self,
        unit: usize,
        written: &'a document::Workflow,
        library: &Library<'a, '_>,
    ) -> usize {
        let same = |known: &Known<'_>| std::ptr::eq(known.written, written);
        if let Some(place) = self.known.iter().position(same) {
            return place;
        }
        let file = self.units[unit].file;
        let inputs = written.inputs.as_ref().and_then(|node| {
            let schema = Schema::new(Located { file, node }, None, library);
            // What is wrong with it is reported with the workflow itself.
            schema.resolve(library, &mut Diagnostics::new()).map(|(schema, _)| schema)
        });
        self.known.push(Known { unit, written, inputs });
        self.known.len() - 1
    }

    pub(super) fn known(&self, place: usize) -> Known<'a> {
        self.known[place]
    }

    pub(super) fn unit(&self, unit: usize) -> Unit<'a> {
        self.units[unit]
    }

    /// The document that stands at the root of a file, which one of `unit` names at `at`. `None` when it cannot be read, or
    /// when it leads back to that one, which is reported.
    pub(super) fn import(
        &mut self,
        unit: usize,
        root: Located<'a>,
        at: Span,
        library: &Library<'a, '_>,
        diagnostics: &mut Diagnostics,
    ) -> Option<usize> {
        let place = match self.units.iter().position(|known| known.file == root.file) {
            Some(place) => place,
            None => {
                let document = library.arena().keep_document(read(root, diagnostics)?);
                self.units.push(Unit { document, file: root.file, node: root.node });
                self.units.len() - 1
            }
        };
        if self.leads_to(place, unit) {
            if !diagnostics.is_reported(at) {
                let message = if place == unit {
                    "this source is the document itself".to_owned()
                } else {
                    "the sources of the documents lead in a circle back to this one".to_owned()
                };
                diagnostics
                    .error(&rules::CIRCULAR_SOURCES, at, message)
                    .help("move the workflows that both need into a document of their own");
            }
            return None;
        }
        if !self.imports.contains(&(unit, place)) {
            self.imports.push((unit, place));
        }
        Some(place)
    }

    fn leads_to(&self, from: usize, to: usize) -> bool {
        let mut seen = vec![from];
        let mut next = 0;
        while let Some(unit) = seen.get(next).copied() {
            next += 1;
            if unit == to {
                return true;
            }
            for (_, imported) in self.imports.iter().filter(|(importer, _)| *importer == unit) {
                if !seen.contains(imported) {
                    seen.push(*imported);
                }
            }
        }
        false
    }
}

/// What stands for the content of a document; comments and layout do not count.
fn fingerprint(root: &Node) -> Fingerprint {
    let mut fingerprint = Fingerprint::default();
    fingerprint.value(&root.to_json());
    fingerprint
}

/// Reads a document. The steps of its workflows are in the order in which they run.
pub fn read(root: Located<'_>, diagnostics: &mut Diagnostics) -> Option<Document> {
    let mut document = document::read(root.node, diagnostics)?;
    document.workflows.iter_mut().for_each(put_in_order);
    Some(document)
}
