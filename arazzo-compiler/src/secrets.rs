//! Which values of a workflow reach a place that carries credentials.

use crate::constraint::Constraints;
use crate::document::Location;
use crate::openapi::{ParameterLocation, Schema};
use crate::resolve::{Argument, Parameter, Payload, Piece, Reference, Root, Segment, Step, Workflow};

/// The inputs and step outputs that are secret.
#[derive(Debug, Default)]
pub struct Secrets {
    /// Inputs, by name, with the way to the part that is secret.
    pub inputs: Vec<(String, Vec<Segment>)>,
    /// Outputs of steps, by the places of the step and the output.
    pub outputs: Vec<(usize, usize)>,
    /// Outputs of the workflow, by name, that reach such a place in another one.
    pub workflow_outputs: Vec<String>,
}

/// A value that is secret: the workflow whose expression refers to it, the step at which that stands, and the reference.
type Found = (usize, Option<usize>, Reference);

impl Secrets {
    /// Looks for those of each workflow. What one gives to a secret input of another is secret too, and so is what an output
    /// was made of that ends in such a place.
    pub fn of(workflows: &[Workflow<'_>], constraints: &[Constraints]) -> Vec<Self> {
        let mut all: Vec<Self> = workflows.iter().map(|_| Self::default()).collect();
        let mut open: Vec<Found> = Vec::new();
        for (place, workflow) in workflows.iter().enumerate() {
            for (number, step) in workflow.steps.iter().enumerate() {
                for parameter in step.parameters.iter().filter(|parameter| is_sink(parameter, step)) {
                    let add = &mut |reference: &Reference| open.push((place, Some(number), reference.clone()));
                    match (&parameter.value, parameter.location) {
                        (Payload::Template(pieces), Location::QueryString) => keys(pieces, step, add),
                        (value, _) => value.references(add),
                    }
                }
            }
            let properties = workflow.inputs.into_iter().flat_map(Schema::properties);
            for (key, schema) in properties.filter(|(_, schema)| constraints[place].holds_password(*schema)) {
                given_to(workflows, place, &key.text, &mut |from, step, value| {
                    passwords(value, schema, &constraints[place], &mut |reference| {
                        open.push((from, step, reference.clone()));
                    });
                });
            }
        }
        while let Some((place, step, reference)) = open.pop() {
            let Reference { root, path, .. } = &reference;
            match root {
                Root::Input(name) => input(workflows, &mut all, place, name, path, &mut open),
                Root::WorkflowInput { workflow, name } => input(workflows, &mut all, *workflow, name, path, &mut open),
                Root::Step { step, output } if !all[place].outputs.contains(&(*step, *output)) => {
                    all[place].outputs.push((*step, *output));
                    if let Some(inner) = &workflows[place].steps[*step].outputs[*output].value {
                        open.push((place, Some(*step), inner.clone()));
                    }
                }
                Root::Callee(name) => {
                    let callee = step.and_then(|step| workflows[place].steps[step].callee);
                    callee.into_iter().for_each(|callee| output(workflows, &mut all, callee, name, &mut open));
                }
                Root::WorkflowOutput { workflow, name } => output(workflows, &mut all, *workflow, name, &mut open),
                _ => {}
            }
        }
        all
    }
}

/// An input is secret, and with it whatever other workflows give to it.
fn input(
    workflows: &[Workflow<'_>],
    all: &mut [Secrets],
    place: usize,
    name: &str,
    path: &[Segment],
    open: &mut Vec<Found>,
) {
    let secret = (name.to_owned(), path.to_vec());
    if !all[place].inputs.contains(&secret) {
        all[place].inputs.push(secret);
        given_to(workflows, place, name, &mut |from, step, value| {
            value.references(&mut |reference| open.push((from, step, reference.clone())));
        });
    }
}

/// An output of a workflow is secret, and with it what it is made of.
fn output(workflows: &[Workflow<'_>], all: &mut [Secrets], place: usize, name: &str, open: &mut Vec<Found>) {
    if all[place].workflow_outputs.iter().any(|known| known == name) {
        return;
    }
    all[place].workflow_outputs.push(name.to_owned());
    let found = workflows[place].outputs.iter().find(|output| output.name == name);
    open.extend(found.and_then(|output| output.value.clone()).map(|reference| (place, None, reference)));
    // Those of a workflow as which it goes on take their place.
    for to in workflows[place].transfers() {
        output(workflows, all, to, name, open);
    }
}

/// What other workflows give to an input.
fn given_to(
    workflows: &[Workflow<'_>],
    callee: usize,
    name: &str,
    visit: &mut dyn FnMut(usize, Option<usize>, &Payload),
) {
    for (place, workflow) in workflows.iter().enumerate() {
        let mut add = |step: Option<usize>, target: Option<usize>, arguments: &[Argument<'_>]| {
            if target != Some(callee) {
                return;
            }
            for argument in arguments.iter().filter(|argument| argument.name == name) {
                visit(place, step, &argument.value);
            }
        };
        for dependency in &workflow.dependencies {
            add(None, Some(dependency.workflow), &dependency.arguments);
        }
        for (number, step) in workflow.steps.iter().enumerate() {
            add(Some(number), step.callee, &step.arguments);
            for action in step.actions() {
                add(Some(number), action.workflow(), &action.arguments);
            }
        }
    }
}

/// What of a value ends where a schema has passwords.
fn passwords(value: &Payload, schema: Schema<'_>, constraints: &Constraints, visit: &mut dyn FnMut(&Reference)) {
    match value {
        Payload::Object(members) if !constraints.is_password(schema) => {
            for (name, member) in members {
                match schema.property(name) {
                    Some(property) => passwords(member, property, constraints, visit),
                    None if constraints.holds_password(schema) => member.references(visit),
                    None => {}
                }
            }
        }
        value if constraints.holds_password(schema) => value.references(visit),
        _ => {}
    }
}

/// Whether a parameter carries a credential.
pub fn is_sink(parameter: &Parameter<'_>, step: &Step<'_>) -> bool {
    let place = match parameter.location {
        Location::Header => ParameterLocation::Header,
        Location::Query => ParameterLocation::Query,
        Location::Cookie => return true,
        Location::Path => return false,
        Location::QueryString => return holds_key(&parameter.value, step),
    };
    let is_header = place == ParameterLocation::Header;
    let same = |name: &str| {
        if is_header { parameter.name.eq_ignore_ascii_case(name) } else { parameter.name == name }
    };
    let keys = step.call.as_ref().map(|call| call.operation.api_keys.as_slice()).unwrap_or_default();
    (is_header && ["Authorization", "Proxy-Authorization", "Cookie"].into_iter().any(same))
        || keys.iter().any(|(location, name)| *location == place && same(name))
}

/// The names of the query parameters that carry API keys.
fn query_keys<'s>(step: &'s Step<'_>) -> impl Iterator<Item = &'s str> {
    let keys = step.call.as_ref().map(|call| call.operation.api_keys.as_slice()).unwrap_or_default();
    keys.iter().filter(|(location, _)| *location == ParameterLocation::Query).map(|(_, name)| *name)
}

/// Whether a whole query has an API key in it, as far as that is known.
fn holds_key(value: &Payload, step: &Step<'_>) -> bool {
    let in_text = |text: &str| query_keys(step).any(|key| opens(text, key).is_some());
    match value {
        Payload::String(text) => in_text(text),
        Payload::Template(pieces) => pieces.iter().any(|piece| matches!(piece, Piece::Literal(text) if in_text(text))),
        Payload::Expression(_) => query_keys(step).next().is_some(),
        _ => false,
    }
}

/// The values of a query that follow the name of an API key.
fn keys(pieces: &[Piece], step: &Step<'_>, visit: &mut dyn FnMut(&Reference)) {
    let mut is_key = false;
    for piece in pieces {
        match piece {
            Piece::Literal(text) => {
                let last = query_keys(step).filter_map(|key| opens(text, key)).max();
                // Without an ampersand the value goes on.
                is_key = last.map_or(is_key && !text.contains('&'), |last| !text[last..].contains('&'));
            }
            Piece::Expression(reference) if is_key => visit(reference),
            Piece::Expression(_) => {}
        }
    }
}

/// Where in a part of a query the value of a parameter begins, the last one if it is there more than once.
fn opens(text: &str, name: &str) -> Option<usize> {
    let starts = text.match_indices(name).filter(|(at, _)| *at == 0 || text[..*at].ends_with(['&', '?']));
    starts.map(|(at, _)| at + name.len()).filter(|end| text[*end..].starts_with('=')).last()
}
