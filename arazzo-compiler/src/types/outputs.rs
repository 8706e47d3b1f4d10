//! The types of a workflow's outputs: from the response schemas, as far as they are known.

use super::read::Reader;
use super::{Item, Type};
use crate::diagnostic::Diagnostics;
use crate::document::Location;
use crate::flow::Flow;
use crate::library::Library;
use crate::openapi::{Operation, Schema, SchemaKind, Statuses};
use crate::resolve::{Criterion, Reference, Root, Segment, Step, Workflow};
use crate::status;

/// The type of an output.
#[derive(Debug, Clone)]
pub struct OutputType {
    /// The type, without the `Option` of its presence.
    pub kind: Type,
    /// Whether it is there at every end.
    pub certain: bool,
    /// The description of its schema.
    pub doc: Option<String>,
    /// Whether its schema says that it is a password.
    pub secret: bool,
}

/// What is known of a value while compiling.
#[derive(Debug, Clone)]
pub enum Known<'a> {
    /// Its schema.
    Schema(Schema<'a>),
    /// Its type.
    Type(Type),
    /// Nothing.
    Nothing,
}

/// All workflows that are compiled together, with their flows.
#[derive(Clone, Copy)]
pub struct Surroundings<'s, 'a> {
    /// The workflows.
    pub workflows: &'s [Workflow<'a>],
    /// Their flows.
    pub flows: &'s [Flow],
}

/// The types of the outputs of a workflow, in their order, and the types that they need.
pub fn outputs<'a>(
    place: usize,
    around: Surroundings<'_, 'a>,
    idents: &[(&str, String)],
    library: &Library<'a, '_>,
    diagnostics: &mut Diagnostics,
) -> (Vec<OutputType>, Vec<Item>) {
    let mut reader = Reader::of_outputs(library, diagnostics);
    let workflow = &around.workflows[place];
    let types = workflow.outputs.iter().map(|output| {
        let Some(reference) = &output.value else {
            return OutputType { kind: Type::Value, certain: false, doc: None, secret: false };
        };
        let mut finder = Finder { place, around, library, diagnostics: reader.diagnostics };
        let (known, present) = finder.reference(reference, None, 0);
        let certain = present && around.flows[place].certain(reference);
        let mut secret = false;
        let (kind, nullable, doc) = match known {
            Known::Schema(schema) => {
                let name = idents.iter().find(|(name, _)| *name == output.name).map(|(name, _)| *name);
                let path = format!("Outputs{}", name.map(crate::names::part).unwrap_or_default());
                let (kind, nullable) = reader.read(schema, &path, &format!("the output `{}`", output.name));
                let resolved = schema.resolve(library, reader.diagnostics);
                secret = resolved.is_some_and(|(schema, _)| reader.is_secret(schema, &kind));
                (kind, nullable, schema.description().map(str::to_owned))
            }
            Known::Type(kind) => (kind, false, None),
            Known::Nothing => (Type::Value, true, None),
        };
        OutputType { kind, certain: certain && !nullable, doc, secret }
    });
    let types = types.collect();
    (types, reader.items)
}

/// What is known of a value that a request is made of.
pub fn known<'a>(
    place: usize,
    around: Surroundings<'_, 'a>,
    library: &Library<'a, '_>,
    reference: &Reference,
) -> Known<'a> {
    known_at(None, place, around, library, reference)
}

/// The same for a value that a step reads behind its response, if it succeeded.
pub fn known_at<'a>(
    step: Option<usize>,
    place: usize,
    around: Surroundings<'_, 'a>,
    library: &Library<'a, '_>,
    reference: &Reference,
) -> Known<'a> {
    known_or_null(step, place, around, library, reference).0
}

/// The same, and whether its schema allows null.
pub fn known_or_null<'a>(
    step: Option<usize>,
    place: usize,
    around: Surroundings<'_, 'a>,
    library: &Library<'a, '_>,
    reference: &Reference,
) -> (Known<'a>, bool) {
    // What is wrong with the schemas is reported where the types are made.
    let mut diagnostics = Diagnostics::new();
    let (known, _) = Finder { place, around, library, diagnostics: &mut diagnostics }.reference(reference, step, 0);
    match known {
        Known::Schema(schema) => match schema.resolve(library, &mut diagnostics) {
            Some((schema, is_nullable)) => (Known::Schema(schema), is_nullable),
            None => (Known::Nothing, false),
        },
        other => (other, false),
    }
}

struct Finder<'c, 'a, 'r> {
    place: usize,
    around: Surroundings<'c, 'a>,
    library: &'c Library<'a, 'r>,
    diagnostics: &'c mut Diagnostics,
}

impl<'a> Finder<'_, 'a, '_> {
    /// What is known of a reference, and whether it is there whenever its step succeeded.
    fn reference(&mut self, reference: &Reference, at: Option<usize>, depth: usize) -> (Known<'a>, bool) {
        // Outputs of steps can refer to each other in a circle.
        if depth > 32 {
            return (Known::Nothing, false);
        }
        let around = self.around;
        let workflow = &around.workflows[self.place];
        let step = at.map(|at| &workflow.steps[at]);
        if let Some(known) = self.searched(reference, at, depth) {
            return known;
        }
        let plain = |kind: Type, present: bool| match reference.path.as_slice() {
            [] => (Known::Type(kind), present),
            [Segment::Length] if kind == Type::String => (Known::Type(Type::Integer), present),
            _ => (Known::Nothing, false),
        };
        match &reference.root {
            Root::Url | Root::Method | Root::Text(_) => plain(Type::String, true),
            Root::Status => plain(Type::Integer, true),
            Root::ResponseHeader(_) | Root::RequestHeader(_) | Root::RequestQuery(_) => plain(Type::String, false),
            Root::RequestPath(name) => {
                let given = |step: &Step<'_>| {
                    step.parameters.iter().any(|known| known.location == Location::Path && known.name == *name)
                };
                plain(Type::String, step.is_some_and(given))
            }
            Root::RequestBody => (Known::Nothing, false),
            Root::ResponseBody => match step.and_then(admitted) {
                Some(schema) => self.walk(Known::Schema(schema), true, &reference.path),
                None => (Known::Nothing, false),
            },
            Root::Input(name) => self.input(workflow, name, &reference.path),
            Root::WorkflowInput { workflow, name } => {
                let (known, _) = self.input(&around.workflows[*workflow], name, &reference.path);
                (known, false)
            }
            Root::WorkflowOutput { workflow, name } => {
                let (known, _) = self.output(*workflow, name, depth);
                self.walk(known, false, &reference.path)
            }
            Root::Callee(name) => {
                let Some((step, callee)) = step.and_then(|step| Some((step, step.callee?))) else {
                    return (Known::Nothing, false);
                };
                let (known, present) = self.output(callee, name, depth);
                // By criteria of its own the step can succeed though the workflow failed.
                self.walk(known, present && step.criteria.is_empty(), &reference.path)
            }
            Root::Step { step: from, output } => {
                // An output made of another step's output is there when that step had succeeded before this one ran.
                let succeeded = at.is_none_or(|at| at == *from || around.flows[self.place].has_succeeded(*from, at));
                match &workflow.steps[*from].outputs[*output].value {
                    Some(inner) => {
                        let (known, present) = self.reference(inner, Some(*from), depth + 1);
                        let present = present && succeeded;
                        self.walk(known, present, &reference.path)
                    }
                    None => (Known::Nothing, false),
                }
            }
        }
    }

    /// An input of a workflow.
    fn input(&mut self, workflow: &Workflow<'a>, name: &str, path: &[Segment]) -> (Known<'a>, bool) {
        let schema = workflow.inputs.and_then(|schema| {
            let (schema, _) = schema.resolve(self.library, self.diagnostics)?;
            let property = schema.property(name)?;
            let (inner, _) = property.resolve(self.library, self.diagnostics)?;
            let has_default = inner.default().is_some_and(|default| !default.is_null());
            Some((property, schema.requires(name) || has_default))
        });
        match schema {
            Some((schema, present)) => self.walk(Known::Schema(schema), present, path),
            None => (Known::Nothing, false),
        }
    }

    /// An output of a workflow, and whether it is there whenever that ends.
    fn output(&mut self, place: usize, name: &str, depth: usize) -> (Known<'a>, bool) {
        let around = self.around;
        // The outputs of a workflow as which it goes on take the place of its own.
        let mut targets = around.workflows[place].transfers();
        let transfers = !targets.is_empty();
        let mut next = 0;
        while let Some(target) = targets.get(next).copied() {
            next += 1;
            let workflow = &around.workflows[target];
            if target != place && workflow.outputs.iter().any(|output| output.name == name) {
                return (Known::Nothing, false);
            }
            let further: Vec<usize> =
                workflow.transfers().into_iter().filter(|further| !targets.contains(further)).collect();
            targets.extend(further);
        }
        let found = around.workflows[place].outputs.iter().find(|output| output.name == name);
        let Some(reference) = found.and_then(|output| output.value.as_ref()) else { return (Known::Nothing, false) };
        let mut finder = Finder { place, around, library: self.library, diagnostics: &mut *self.diagnostics };
        let (known, present) = finder.reference(reference, None, depth + 1);
        (known, present && !transfers && around.flows[place].certain(reference))
    }

    /// A search at the end of the way gives a list whatever it looks through; it is there when that is a list or an object.
    fn searched(&mut self, reference: &Reference, at: Option<usize>, depth: usize) -> Option<(Known<'a>, bool)> {
        let (last, before) = reference.path.split_last()?;
        let single = match last {
            Segment::Query { single, .. } => *single,
            Segment::Draft(_) => false,
            _ => return None,
        };
        if single {
            return Some((Known::Nothing, false));
        }
        let before = Reference { path: before.to_vec(), ..reference.clone() };
        let (known, present) = self.reference(&before, at, depth + 1);
        let structured = match known {
            Known::Schema(schema) => match schema.resolve(self.library, self.diagnostics) {
                Some((schema, nullable)) => {
                    !nullable && matches!(schema.kind(), SchemaKind::Object | SchemaKind::Map(_) | SchemaKind::List(_))
                }
                None => false,
            },
            Known::Type(_) | Known::Nothing => false,
        };
        Some((Known::Type(Type::List(Box::new(Type::Value))), present && structured))
    }

    /// Goes down a path. A segment that is not required, or behind a value that may be null, makes the end uncertain.
    fn walk(&mut self, known: Known<'a>, present: bool, path: &[Segment]) -> (Known<'a>, bool) {
        let (mut known, mut present) = (known, present);
        for segment in path {
            let Known::Schema(schema) = known else { return (Known::Nothing, false) };
            let Some((schema, nullable)) = schema.resolve(self.library, self.diagnostics) else {
                return (Known::Nothing, false);
            };
            present &= !nullable;
            (known, present) = match (schema.kind(), segment) {
                (SchemaKind::Object, Segment::Length) if schema.property("length").is_none() => (Known::Nothing, false),
                (SchemaKind::Object | SchemaKind::Map(_), segment) => {
                    let name = match segment {
                        Segment::Token(name) | Segment::Member(name) => name.as_str(),
                        Segment::Length => "length",
                        Segment::Index(_) | Segment::Query { .. } | Segment::Draft(_) | Segment::XPath(_) => {
                            return (Known::Nothing, false);
                        }
                    };
                    match (schema.property(name), schema.additional()) {
                        (Some(property), _) => (Known::Schema(property), present && schema.requires(name)),
                        (None, Some(values)) => (Known::Schema(values), false),
                        (None, None) => (Known::Nothing, false),
                    }
                }
                (SchemaKind::List(Some(items)), Segment::Token(_) | Segment::Index(_)) => (Known::Schema(items), false),
                (SchemaKind::List(_) | SchemaKind::String(_), Segment::Length) => (Known::Type(Type::Integer), present),
                _ => (Known::Nothing, false),
            };
        }
        (known, present)
    }
}

/// The schema of the response body that the success criteria of a step admit, when that is one.
pub(crate) fn admitted<'a>(step: &Step<'a>) -> Option<Schema<'a>> {
    let operation = &step.call.as_ref()?.operation;
    let declared: Vec<u16> = operation
        .responses
        .iter()
        .filter_map(|response| match response.statuses {
            Statuses::Exactly(status) => Some(status),
            _ => None,
        })
        .collect();
    let passes = |status: u16| {
        // Where a criterion is wrong, the usual statuses are the best guess.
        let is_usual = (200..300).contains(&status);
        if step.criteria.is_empty() {
            is_usual
        } else {
            let may_pass = |criterion: &Criterion| status::decide(criterion, status) != Some(false);
            step.criteria.iter().all(|criterion| may_pass(criterion) && (criterion.test.is_some() || is_usual))
        }
    };
    let admits = |statuses: Statuses| match statuses {
        Statuses::Exactly(status) => passes(status),
        Statuses::Class(class) => {
            (class * 100..class * 100 + 100).any(|status| !declared.contains(&status) && passes(status))
        }
        Statuses::Default => false,
    };
    let mut responses: Vec<_> = operation.responses.iter().filter(|response| admits(response.statuses)).collect();
    if responses.is_empty() {
        // `default` usually describes errors: it counts only where nothing else does.
        responses = operation.responses.iter().filter(|response| response.statuses == Statuses::Default).collect();
    }
    let mut schemas = responses.into_iter().map(Operation::json_schema);
    let first = schemas.next()??;
    let target = |schema: Schema<'a>| schema.at.node.get("$ref").and_then(|node| node.as_str()).map(str::to_owned);
    let same = |schema: Option<Schema<'a>>| {
        schema.is_some_and(|schema| {
            schema.at.node.span == first.at.node.span
                || (schema.at.file == first.at.file && target(schema).is_some() && target(schema) == target(first))
        })
    };
    schemas.all(same).then_some(first)
}
