//! Outputs of steps that a way to their reader leaves out.

use super::logic::{Comparison, Logic};
use crate::diagnostic::{Diagnostics, Level, rules};
use crate::document::Location;
use crate::flow::{Detour, Flow};
use crate::library::Library;
use crate::openapi::{Operation, Schema, SchemaKind, Statuses};
use crate::resolve::{Argument, Payload, Prerequisite, Reference, Root, Segment, Step, Value, Workflow};
use crate::source::Span;
use crate::status;
use crate::types::Surroundings;
use arazzo_expression::condition::Operator;

/// A place where a step reads an output of another one, and what becomes of an absent value there.
struct Read {
    step: usize,
    output: usize,
    span: Span,
    then: String,
}

/// Reads of a step that can stand in for each other: those of one text.
#[derive(Default)]
struct Group(Vec<Read>);

impl Group {
    fn add(&mut self, reference: &Reference, then: &str) {
        if let Root::Step { step, output } = reference.root {
            self.0.push(Read { step, output, span: reference.span, then: then.to_owned() });
        }
    }
}

/// What is asked of a step that a way leaves out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// An output.
    Output,
    /// That it has succeeded, by `dependsOn`.
    Success,
    /// An output that another step has passed on: the step, and where its output stands.
    Passed(usize, Span),
}

/// What is reported: the first reader, and the others that the same way leads to.
struct Found {
    step: usize,
    asked: Asked,
    detour: Option<Detour>,
    span: Span,
    then: String,
    readers: Vec<usize>,
}

/// What a step needs is there on every way that leads to it. What a workflow gives at its end may be absent by its type, and
/// an action may well decide by what has run before.
pub(super) fn outputs_are_there<'a>(
    place: usize,
    around: Surroundings<'_, 'a>,
    library: &Library<'a, '_>,
    diagnostics: &mut Diagnostics,
) {
    let (workflow, flow) = (&around.workflows[place], &around.flows[place]);
    let is_wrong = diagnostics.within(workflow.written.span).any(|finding| finding.level == Level::Error);
    // An action that could not be read may be the way that counts.
    if is_wrong || !workflow.is_resolved() {
        return;
    }
    let mut found: Vec<Found> = Vec::new();
    for (reader, step) in workflow.steps.iter().enumerate() {
        // A step that does not run reads nothing.
        let depended = found.len();
        prerequisites(step, reader, workflow, flow, &mut found);
        let known: Vec<_> = found[depended..].iter().map(|found| (found.step, found.detour)).collect();
        for group in groups(step, around, library) {
            of_group(&group, reader, &known, workflow, flow, library, &mut found);
            passed_on(&group, reader, workflow, flow, library, &mut found);
        }
    }
    for found in found {
        found.report(workflow, diagnostics);
    }
}

/// The steps that have to be complete before one, which fails where they are not.
fn prerequisites(step: &Step<'_>, reader: usize, workflow: &Workflow<'_>, flow: &Flow, found: &mut Vec<Found>) {
    for (prerequisite, span) in &step.prerequisites {
        let Prerequisite::Step(step) = *prerequisite else { continue };
        // One that cannot have run by then is another finding.
        if !flow.may_have_run(step, reader) {
            continue;
        }
        if let Some(detour) = flow.detour(workflow, &[step], reader, &|_| false) {
            let then = "not completed then, so that this step fails".to_owned();
            found.push(Found { step, asked: Asked::Success, detour, span: *span, then, readers: vec![reader] });
        }
    }
}

/// Outputs that a step has from another one: the way to that step counts, and not only the one to the reader.
fn passed_on<'a>(
    group: &Group,
    reader: usize,
    workflow: &Workflow<'a>,
    flow: &Flow,
    library: &Library<'a, '_>,
    found: &mut Vec<Found>,
) {
    // Of several in one text, another one may be there instead.
    let [read] = group.0.as_slice() else { return };
    let mut source = (read.step, read.output);
    for _ in 0..workflow.steps.len() {
        let (by, output) = source;
        let Some(Reference { root: Root::Step { step, output: of_step }, span, .. }) =
            workflow.steps[by].outputs.get(output).and_then(|output| output.value.as_ref())
        else {
            return;
        };
        let (step, of_step) = (*step, *of_step);
        let is_later = step > by && !flow.must_have_run(step, by);
        if is_later || !flow.may_have_run(by, reader) {
            return;
        }
        let survives = |failed: usize| survives_failure(&workflow.steps[failed], of_step, library);
        let detour = if step == by { None } else { flow.detour(workflow, &[step], by, &survives) };
        if let Some(detour) = detour {
            let asked = Asked::Passed(by, *span);
            let same = |known: &&mut Found| known.step == step && known.asked == asked;
            match found.iter_mut().find(same) {
                Some(known) if known.readers.contains(&reader) => {}
                Some(known) => known.readers.push(reader),
                None => {
                    let (span, then) = (read.span, read.then.clone());
                    found.push(Found { step, asked, detour, span, then, readers: vec![reader] });
                }
            }
            return;
        }
        source = (step, of_step);
    }
}

fn of_group<'a>(
    group: &Group,
    reader: usize,
    known: &[(usize, Option<Detour>)],
    workflow: &Workflow<'a>,
    flow: &Flow,
    library: &Library<'a, '_>,
    found: &mut Vec<Found>,
) {
    let survives = |failed: usize| {
        let mut reads = group.0.iter().filter(|read| read.step == failed);
        reads.any(|read| survives_failure(&workflow.steps[failed], read.output, library))
    };
    let mut steps = Vec::new();
    let mut uncertain = Vec::new();
    for read in &group.0 {
        // One that comes later is another finding.
        let is_later = read.step > reader && !flow.must_have_run(read.step, reader);
        if is_later || read.step == reader {
            continue;
        }
        if let Some(detour) = flow.detour(workflow, &[read.step], reader, &survives) {
            uncertain.push((detour, read));
            if !steps.contains(&read.step) {
                steps.push(read.step);
            }
        }
    }
    // Steps of which each way has one.
    if steps.len() > 1 && flow.detour(workflow, &steps, reader, &survives).is_none() {
        return;
    }
    for (detour, Read { step, span, then, .. }) in uncertain {
        if known.contains(&(*step, detour)) {
            continue;
        }
        let same = |found: &&mut Found| found.step == *step && found.detour == detour && found.asked == Asked::Output;
        match found.iter_mut().find(same) {
            Some(found) if found.readers.contains(&reader) => {}
            Some(found) => found.readers.push(reader),
            None => {
                let (step, span, then) = (*step, *span, then.clone());
                found.push(Found { step, asked: Asked::Output, detour, span, then, readers: vec![reader] });
            }
        }
    }
}

impl Found {
    fn report(self, workflow: &Workflow<'_>, diagnostics: &mut Diagnostics) {
        let id = |place: usize| workflow.steps[place].written.id.value.as_str();
        let (reader, read) = (id(self.readers[0]), id(self.step));
        let place = match self.asked {
            Asked::Output | Asked::Success => "here".to_owned(),
            Asked::Passed(by, _) => format!("to `{}`", id(by)),
        };
        let (who, is_one) = match self.readers.len() {
            1 => (format!("step `{reader}`"), true),
            2 => (format!("step `{reader}` and another one"), false),
            count => (format!("step `{reader}` and {} others", count - 1), false),
        };
        let what = match (self.asked, is_one) {
            (Asked::Output, true) => "reads an output of".to_owned(),
            (Asked::Output, false) => "read outputs of".to_owned(),
            (Asked::Success, _) => "depends on".to_owned(),
            (Asked::Passed(by, _), true) => format!("reads what `{}` has from", id(by)),
            (Asked::Passed(by, _), false) => format!("read what `{}` has from", id(by)),
        };
        let why = if self.detour.is_some_and(|detour| detour.failed) {
            format!("`{read}`, which may have failed")
        } else {
            format!("`{read}`, which does not run on every way that leads {place}")
        };
        let finding = diagnostics.report(&rules::SKIPPED_STEP, self.span, format!("{who} {what} {why}"));
        finding.label(self.then);
        if let Asked::Passed(by, span) = self.asked {
            finding.also(span, format!("passed on by `{}`", id(by)));
        }
        let Some(Detour { at, succeeded, action, failed }) = self.detour else {
            let step = workflow.steps[self.step].written.id.node.span;
            let text = match self.asked {
                Asked::Success => "runs only behind the step that depends on it",
                Asked::Output | Asked::Passed(..) => "runs only behind the step that reads it",
            };
            finding.also(step, text).help(match self.asked {
                Asked::Success => "run it before, or take it out of `dependsOn`",
                Asked::Output | Asked::Passed(..) => "run it before, or read something else",
            });
            return;
        };
        let step = &workflow.steps[at];
        let actions = if succeeded { &step.on_success } else { &step.on_failure };
        match action.and_then(|place| actions.get(place)) {
            Some(action) if failed => {
                let then = if self.asked == Asked::Success { "" } else { ", which then has no such output" };
                finding.also(action.span, format!("taken when `{read}` fails{then}"))
            }
            Some(action) => finding.also(action.span, format!("leads past `{read}`")),
            None => finding.also(
                step.written.id.node.span,
                format!("goes on without `{read}` when it succeeds and no action is taken"),
            ),
        };
        finding.help(match self.asked {
            Asked::Success => "end the run there, or lead to a step that does without it",
            Asked::Output | Asked::Passed(..) => "end the run there, or lead to a step that does without this value",
        });
    }
}

/// Whether an output may well be there although its step failed: it is taken from that response too.
fn survives_failure<'a>(step: &Step<'a>, output: usize, library: &Library<'a, '_>) -> bool {
    let Some(Reference { root: Root::ResponseBody, path, .. }) = &step.outputs[output].value else { return true };
    let (Some(call), Some(first)) = (&step.call, path.first()) else { return true };
    let name = match first {
        Segment::Token(name) | Segment::Member(name) => name.as_str(),
        Segment::Index(_) => return false,
        Segment::Length | Segment::Query { .. } | Segment::Draft(_) | Segment::XPath(_) => return true,
    };
    let passes = |status: u16| {
        if step.criteria.is_empty() {
            (200..300).contains(&status)
        } else {
            status::all(&step.criteria, status) == Some(true)
        }
    };
    // A response of success can fail by its body too.
    if !step.criteria.is_empty() && status::admitted(&step.criteria).is_none() {
        return true;
    }
    let of_failure = call.operation.responses.iter().filter(|response| match response.statuses {
        Statuses::Exactly(status) => !passes(status),
        Statuses::Class(class) => (class * 100..class * 100 + 100).any(|status| !passes(status)),
        Statuses::Default => true,
    });
    let mut schemas = of_failure.filter_map(Operation::json_schema);
    schemas.any(|schema| match schema.resolve(library, &mut Diagnostics::new()) {
        Some((schema, _)) => match schema.kind() {
            SchemaKind::Object => schema.property(name).is_some() || schema.additional().is_some(),
            SchemaKind::List(_) => name.parse::<usize>().is_ok(),
            _ => true,
        },
        None => true,
    })
}

const FAILS: &str = "absent then, so that the step fails before its request is sent";

/// What a step reads where a value has to be: in what is required, in text and in comparisons. Where a value need not be,
/// an absent one is left out, and many documents rely on that.
fn groups<'a>(step: &Step<'a>, around: Surroundings<'_, 'a>, library: &Library<'a, '_>) -> Vec<Group> {
    let mut reader = Reader { library, groups: Vec::new() };
    let operation = step.call.as_ref().map(|call| &call.operation);
    for given in &step.parameters {
        let declared = operation.and_then(|operation| operation.parameter(given.location.into(), given.name));
        let is_required = given.location == Location::Path || declared.is_some_and(|known| known.required);
        let schema = declared.and_then(|known| known.schema);
        reader.read(&given.value, is_required.then_some(FAILS), schema, "absent then, and the parameter requires it");
    }
    if let Some(body) = &step.body {
        let declared = operation.and_then(|operation| operation.body.as_ref());
        let schema = declared.and_then(|declared| declared.content(&body.content_type)?.schema);
        let then = declared.is_some_and(|declared| declared.required).then_some(FAILS);
        reader.read(&body.payload, then, schema, "absent then, and the schema of the body requires it");
        for replacement in &body.replacements {
            reader.read(&replacement.value, None, None, "");
        }
    }
    for (workflow, arguments) in step.given() {
        reader.arguments(arguments, &around.workflows[workflow]);
    }
    reader.groups.push(of_criteria(step));
    reader.groups
}

struct Reader<'l, 'a, 'r> {
    library: &'l Library<'a, 'r>,
    groups: Vec<Group>,
}

impl<'a> Reader<'_, 'a, '_> {
    fn arguments(&mut self, given: &[Argument<'_>], workflow: &Workflow<'a>) {
        let id = &workflow.written.id.value;
        let then = format!("absent then, and the workflow `{id}` requires it");
        for argument in given {
            let is_required = workflow.inputs.is_some_and(|inputs| inputs.requires(argument.name));
            let schema = workflow.inputs.and_then(|inputs| inputs.property(argument.name));
            self.read(&argument.value, is_required.then_some(&*then), schema, &then);
        }
    }

    /// Collects the references of a value: what becomes of one that is all of it, where it has to be there, and of one that
    /// is a required property of it.
    fn read(&mut self, value: &Payload, whole: Option<&str>, schema: Option<Schema<'a>>, property: &str) {
        let mut group = Group::default();
        match value {
            Payload::Null | Payload::Bool(_) | Payload::Number(_) | Payload::String(_) => {}
            Payload::Expression(reference) => whole.into_iter().for_each(|then| group.add(reference, then)),
            // It says itself what counts then.
            Payload::Else(..) => {}
            Payload::Quoted(_) | Payload::Template(_) | Payload::JsonText(_) | Payload::FormText(_) => {
                value.references(&mut |reference| group.add(reference, "empty text then"));
            }
            Payload::List(elements) => elements.iter().for_each(|element| self.read(element, None, None, property)),
            Payload::Object(members) => {
                let schema = schema.and_then(|schema| schema.resolve(self.library, &mut Diagnostics::new()));
                for (name, member) in members {
                    let (own, is_required) = match schema {
                        Some((schema, _)) => (schema.property(name), schema.requires(name)),
                        None => (None, false),
                    };
                    self.read(member, is_required.then_some(property), own, property);
                }
            }
        }
        if !group.0.is_empty() {
            self.groups.push(group);
        }
    }
}

/// The comparisons that have to hold. Where one of them is with null, it is about the ways on which something is absent.
fn of_criteria(step: &Step<'_>) -> Group {
    fn needed<'l>(logic: &'l Logic, found: &mut Vec<&'l Comparison>) {
        match logic {
            Logic::And(parts) => parts.iter().for_each(|part| needed(part, found)),
            Logic::Compare(comparison) if comparison.operator != Operator::NotEqual => found.push(comparison),
            _ => {}
        }
    }
    let all: Vec<Logic> = step.criteria.iter().map(Logic::of).collect();
    let mut group = Group::default();
    let is_null = |comparison: &Comparison| comparison.values().iter().any(|value| matches!(value, Value::Null));
    if all.iter().flat_map(Logic::comparisons).any(is_null) {
        return group;
    }
    let mut found = Vec::new();
    all.iter().for_each(|logic| needed(logic, &mut found));
    for value in found.into_iter().flat_map(Comparison::values) {
        if let Value::Expression(reference) = value {
            group.add(reference, "absent then, which is equal to null alone");
        }
    }
    group
}
