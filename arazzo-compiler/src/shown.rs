//! Which outputs show something secret.

use crate::resolve::{Reference, Root, Segment, Workflow};
use crate::secrets::Secrets;
use crate::types::{Field, Item, OutputType, Struct, Type};

/// What is known of a workflow.
#[derive(Clone, Copy)]
pub struct Known<'k> {
    /// Its inputs.
    pub inputs: &'k Struct,
    /// The types that these need.
    pub items: &'k [Item],
    /// Its outputs: name, Rust name, type.
    pub outputs: &'k [(String, String, OutputType)],
}

/// Finds the outputs that are secret, or hold something that is.
pub struct Shown<'k, 'a> {
    /// The workflows.
    pub workflows: &'k [Workflow<'a>],
    /// What reaches places that carry credentials, for each workflow.
    pub secrets: &'k [Secrets],
    /// What else is known of each workflow.
    pub known: Vec<Known<'k>>,
}

/// What of a workflow is secret, or holds something that is.
#[derive(Debug, Default)]
pub struct Hidden {
    /// The names of inputs.
    pub inputs: Vec<String>,
    /// The names of outputs.
    pub outputs: Vec<String>,
    /// Outputs of steps, by the places of the step and the output.
    pub steps: Vec<(usize, usize)>,
}

/// How many references may lead from one to the next: outputs can refer to each other in a circle.
const LONGEST: usize = 64;

impl Shown<'_, '_> {
    /// What of a workflow is secret, or holds something that is.
    pub fn hidden(&self, workflow: usize) -> Hidden {
        let Known { inputs, items, .. } = self.known[workflow];
        let inputs = inputs.fields.iter().filter(|field| passes_secret(items, field, &[]));
        let names = self.workflows[workflow].outputs.iter().map(|output| output.name);
        let outputs: Vec<String> =
            names.filter(|name| self.output(workflow, name, &[], 0)).map(str::to_owned).collect();
        let mut steps = Vec::new();
        for (place, step) in self.workflows[workflow].steps.iter().enumerate() {
            for (number, output) in step.outputs.iter().enumerate() {
                let leads_to_secret = |inner: &Reference| self.reference(workflow, Some(place), inner, &[], 0);
                if self.secrets[workflow].outputs.contains(&(place, number))
                    || output.value.as_ref().is_some_and(leads_to_secret)
                {
                    steps.push((place, number));
                }
            }
        }
        // A password that a response has, as its schema says, is found where it becomes an output.
        for output in
            self.workflows[workflow].outputs.iter().filter(|output| outputs.iter().any(|name| name == output.name))
        {
            if let Some(Root::Step { step, output }) = output.value.as_ref().map(|reference| &reference.root)
                && !steps.contains(&(*step, *output))
            {
                steps.push((*step, *output));
            }
        }
        Hidden { inputs: inputs.map(|field| field.name.clone()).collect(), outputs, steps }
    }

    fn output(&self, workflow: usize, name: &str, path: &[Segment], depth: usize) -> bool {
        let output = self.workflows[workflow].outputs.iter().find(|output| output.name == name);
        let reference = output.and_then(|output| output.value.as_ref());
        self.secrets[workflow].workflow_outputs.iter().any(|known| known == name)
            || self.known[workflow].outputs.iter().any(|(known, _, output)| known == name && output.secret)
            || reference.is_some_and(|reference| self.reference(workflow, None, reference, path, depth))
    }

    /// Whether a reference, and a way into what it refers to, lead to something secret.
    fn reference(
        &self,
        workflow: usize,
        step: Option<usize>,
        reference: &Reference,
        path: &[Segment],
        depth: usize,
    ) -> bool {
        if depth >= LONGEST {
            return false;
        }
        let path = [reference.path.as_slice(), path].concat();
        match &reference.root {
            Root::Input(name) => self.input(workflow, name, &path),
            Root::WorkflowInput { workflow, name } => self.input(*workflow, name, &path),
            Root::Step { step, output } => {
                let inner = self.workflows[workflow].steps[*step].outputs[*output].value.as_ref();
                self.secrets[workflow].outputs.contains(&(*step, *output))
                    || inner.is_some_and(|inner| self.reference(workflow, Some(*step), inner, &path, depth + 1))
            }
            Root::Callee(name) => {
                let callee = step.and_then(|step| self.workflows[workflow].steps[step].callee);
                callee.is_some_and(|callee| self.output(callee, name, &path, depth + 1))
            }
            Root::WorkflowOutput { workflow, name } => self.output(*workflow, name, &path, depth + 1),
            _ => false,
        }
    }

    fn input(&self, workflow: usize, name: &str, path: &[Segment]) -> bool {
        let known = self.known[workflow];
        let field = known.inputs.fields.iter().find(|field| field.name == name);
        field.is_some_and(|field| passes_secret(known.items, field, path))
    }
}

/// Whether a way into a field passes something secret or ends above it.
fn passes_secret(items: &[Item], field: &Field, path: &[Segment]) -> bool {
    field.secret || inside(items, &field.kind, path)
}

fn inside(items: &[Item], kind: &Type, path: &[Segment]) -> bool {
    match kind {
        Type::Optional(inner) => inside(items, inner, path),
        Type::List(inner) | Type::Map(inner) => match path {
            [Segment::Length] => false,
            [Segment::Query { .. }, ..] | [] => inside(items, inner, &[]),
            [_, rest @ ..] => inside(items, inner, rest),
        },
        Type::Struct(name) => {
            let fields = items.iter().find_map(|item| match item {
                Item::Struct(item) if item.name == *name => Some(&item.fields),
                _ => None,
            });
            let mut fields = fields.into_iter().flatten();
            match path {
                [Segment::Token(name) | Segment::Member(name), rest @ ..] => {
                    fields.find(|field| field.name == *name).is_some_and(|field| passes_secret(items, field, rest))
                }
                _ => fields.any(|field| passes_secret(items, field, &[])),
            }
        }
        _ => false,
    }
}
