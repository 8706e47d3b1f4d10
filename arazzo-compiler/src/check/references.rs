//! References to outputs of steps against the order of the steps, and to parts of a request against what is sent.

use crate::diagnostic::{Diagnostics, rules, suggest};
use crate::flow::Flow;
use crate::library::Library;
use crate::openapi::{Operation, ParameterLocation};
use crate::resolve::{Prerequisite, Reference, Root, Step, Workflow};

/// Rules 44 and 46: a step whose output is read can have run by then. When a jump makes a later one run first, on some
/// ways but not on all, that is advice (A24).
pub(super) fn steps_can_have_run(workflow: &Workflow<'_>, flow: &Flow, diagnostics: &mut Diagnostics) {
    for (place, step) in workflow.steps.iter().enumerate() {
        let mut late: Vec<(usize, Reference)> = Vec::new();
        let mut uncertain: Vec<(usize, Reference)> = Vec::new();
        let mut note = |reference: &Reference, own: bool| {
            let Root::Step { step, .. } = reference.root else { return };
            if own && step == place {
                return;
            }
            if !flow.may_have_run(step, place) {
                late.push((step, reference.clone()));
            } else if step > place && !flow.must_have_run(step, place) {
                uncertain.push((step, reference.clone()));
            }
        };
        step.request_references(&mut |reference| note(reference, false));
        step.exchange_references(&mut |reference| note(reference, true));
        for (other, reference) in late {
            let (id, read) = (&step.written.id.value, &workflow.steps[other].written.id);
            let message = if other == place {
                format!("step `{id}` reads its own output before it has run")
            } else {
                format!("step `{id}` reads an output of `{}`, which cannot have run by then", read.value)
            };
            let finding = diagnostics.error(&rules::LATER_STEP, reference.span, message);
            if other > place {
                finding.also(read.node.span, "this step comes later").help("move that step before this one");
            } else if other < place {
                finding
                    .also(read.node.span, "every way to the other step leaves this one out")
                    .help("give the action that leads past it `criteria`, or read something else");
            } else {
                finding.help("read an input, or an output of a step before this one");
            }
        }
        for (other, reference) in uncertain {
            let (id, read) = (&step.written.id.value, &workflow.steps[other].written.id);
            let message = format!("step `{id}` reads an output of `{}`, which may not have run by then", read.value);
            diagnostics
                .report(&rules::NOT_YET_RUN, reference.span, message)
                .label("absent the first time")
                .also(read.node.span, "this step comes later, and only a jump leads back from it");
        }
    }
}

/// A workflow whose values are read is one that something runs.
pub(super) fn workflows_can_have_run(place: usize, workflows: &[Workflow<'_>], diagnostics: &mut Diagnostics) {
    let workflow = &workflows[place];
    let mut unrun: Vec<(usize, Reference)> = Vec::new();
    workflow.references(&mut |reference| {
        let (Root::WorkflowOutput { workflow, .. } | Root::WorkflowInput { workflow, .. }) = reference.root else {
            return;
        };
        if !is_run(workflow, place, workflows) {
            unrun.push((workflow, reference.clone()));
        }
    });
    for (other, reference) in unrun {
        let id = &workflows[other].written.id;
        let message = format!("nothing runs the workflow `{}`, so that this is always absent", id.value);
        diagnostics
            .report(&rules::UNRUN_WORKFLOW, reference.span, message)
            .also(id.node.span, "the workflow")
            .help("run it in a step before, or name it in the `dependsOn` of this workflow");
    }
}

/// Headers that requests can have without a parameter for them.
const OTHER_HEADERS: [&str; 9] = [
    "Accept",
    "Accept-Encoding",
    "Authorization",
    "Content-Length",
    "Content-Type",
    "Cookie",
    "Host",
    "Proxy-Authorization",
    "User-Agent",
];

/// Rule 90: a part of the request that is read is one that the operation declares or the step gives.
pub(super) fn parts_of_requests_are_sent<'a>(
    step: &Step<'a>,
    operation: &Operation<'a>,
    library: &Library<'a, '_>,
    diagnostics: &mut Diagnostics,
) {
    let mut unknown: Vec<(ParameterLocation, Reference)> = Vec::new();
    step.exchange_references(&mut |reference| {
        let (location, name) = match &reference.root {
            Root::RequestHeader(name) => (ParameterLocation::Header, name),
            Root::RequestQuery(name) => (ParameterLocation::Query, name),
            Root::RequestPath(name) => (ParameterLocation::Path, name),
            _ => return,
        };
        if !names(step, operation, location).any(|known| is_same(location, known, name)) {
            unknown.push((location, reference.clone()));
        }
    });
    for (location, reference) in unknown {
        // One that could not be read may be it.
        if location != ParameterLocation::Path && !operation.parameters_known {
            continue;
        }
        let (Root::RequestHeader(name) | Root::RequestQuery(name) | Root::RequestPath(name)) = &reference.root else {
            continue;
        };
        let place = location.as_str();
        let near = suggest(name, names(step, operation, location));
        let text = library.sources().shared_text(reference.span.file);
        let expression = text.get(reference.span.start as usize..reference.span.end as usize).unwrap_or(name);
        let message = format!("`{expression}` is no part of the request: there is no {place} parameter `{name}`");
        let finding = diagnostics
            .error(&rules::UNKNOWN_REQUEST_PART, reference.span, message)
            .did_you_mean(near)
            .also(operation.path_span, "the operation");
        if near.is_none() {
            finding.help("the step can read what it gives in its `parameters`, and what the operation declares");
        }
    }
}

/// The names that a request can have at a place.
fn names<'s, 'a>(
    step: &'s Step<'a>,
    operation: &'s Operation<'a>,
    location: ParameterLocation,
) -> impl Iterator<Item = &'a str> + use<'s, 'a> {
    let is_there = move |place: ParameterLocation| match place {
        // It is a part of the query under its own name.
        ParameterLocation::QueryString => location == ParameterLocation::Query,
        place => place == location,
    };
    let given = step.parameters.iter().filter(move |given| is_there(given.location.into())).map(|given| given.name);
    let declared = operation.parameters.iter().filter(move |known| is_there(known.location)).map(|known| known.name);
    let keys = operation.api_keys.iter().filter(move |(place, _)| is_there(*place)).map(|(_, name)| *name);
    let others = OTHER_HEADERS.into_iter().filter(move |_| location == ParameterLocation::Header);
    let variables = operation.variables().filter(move |_| location == ParameterLocation::Path);
    given.chain(declared).chain(keys).chain(others).chain(variables)
}

fn is_same(location: ParameterLocation, one: &str, other: &str) -> bool {
    if location == ParameterLocation::Header { one.eq_ignore_ascii_case(other) } else { one == other }
}

/// Whether something runs a workflow, or it runs, through others too, the one that asks.
fn is_run(workflow: usize, asking: usize, workflows: &[Workflow<'_>]) -> bool {
    if workflows.iter().any(|other| other.runs().contains(&workflow)) {
        return true;
    }
    let mut seen = vec![workflow];
    let mut next = 0;
    while let Some(place) = seen.get(next).copied() {
        next += 1;
        if place == asking {
            return true;
        }
        for other in workflows[place].runs() {
            if !seen.contains(&other) {
                seen.push(other);
            }
        }
    }
    false
}

/// A step that another one depends on is one that can have run by then.
pub(super) fn prerequisites_can_have_run(
    place: usize,
    workflows: &[Workflow<'_>],
    flow: &Flow,
    diagnostics: &mut Diagnostics,
) {
    let workflow = &workflows[place];
    for (number, step) in workflow.steps.iter().enumerate() {
        let id = &step.written.id.value;
        for (prerequisite, span) in &step.prerequisites {
            if diagnostics.is_reported(*span) {
                continue;
            }
            match *prerequisite {
                Prerequisite::Step(other) if !flow.may_have_run(other, number) => {
                    let is_later = other > number;
                    let other = &workflow.steps[other].written.id;
                    let message = format!("step `{id}` depends on `{}`, which cannot have run by then", other.value);
                    diagnostics
                        .error(&rules::LATER_STEP, *span, message)
                        .also(other.node.span, "no way leads from here to the other step")
                        .help(if is_later {
                            "move that step before this one, or take it out of `dependsOn`"
                        } else {
                            "lead to that step first, or take it out of `dependsOn`: it waits for steps and runs none"
                        });
                }
                Prerequisite::Other { workflow: other, .. } if !is_run(other, place, workflows) => {
                    let other = &workflows[other].written.id;
                    let message =
                        format!("nothing runs the workflow `{}`, so that step `{id}` can never run", other.value);
                    diagnostics
                        .report(&rules::UNRUN_WORKFLOW, *span, message)
                        .also(other.node.span, "the workflow")
                        .help(
                            "run it in a step before; a step's `dependsOn` waits for another one and does not run it",
                        );
                }
                Prerequisite::Step(_) | Prerequisite::Other { .. } => {}
            }
        }
    }
}
