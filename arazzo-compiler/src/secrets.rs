//! Which values of a workflow reach a place that carries credentials.

use crate::document::Location;
use crate::openapi::ParameterLocation;
use crate::resolve::{Parameter, Payload, Piece, Reference, Root, Segment, Step, Workflow};

/// The inputs and step outputs that are secret.
#[derive(Debug, Default)]
pub struct Secrets {
    /// Inputs, by name, with the way to the part that is secret.
    pub inputs: Vec<(String, Vec<Segment>)>,
    /// Outputs, by the places of the step and the output.
    pub outputs: Vec<(usize, usize)>,
}

impl Secrets {
    /// Looks for them.
    pub fn of(workflow: &Workflow<'_>) -> Self {
        let mut secrets = Self::default();
        for step in &workflow.steps {
            for parameter in step.parameters.iter().filter(|parameter| is_sink(parameter, step)) {
                let add = &mut |reference: &Reference| secrets.add(workflow, reference, 0);
                match (&parameter.value, parameter.location) {
                    (Payload::Template(pieces), Location::QueryString) => keys(pieces, step, add),
                    (value, _) => value.references(add),
                }
            }
        }
        secrets
    }

    /// An output that is secret makes secret what it was taken from.
    fn add(&mut self, workflow: &Workflow<'_>, reference: &Reference, depth: usize) {
        match &reference.root {
            Root::Input(name) => self.inputs.push((name.clone(), reference.path.clone())),
            Root::Step { step, output } if !self.outputs.contains(&(*step, *output)) && depth < 32 => {
                self.outputs.push((*step, *output));
                if let Some(inner) = &workflow.steps[*step].outputs[*output].value {
                    self.add(workflow, inner, depth + 1);
                }
            }
            _ => {}
        }
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
