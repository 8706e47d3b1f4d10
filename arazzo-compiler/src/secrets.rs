//! Which values of a workflow reach a place that carries credentials.

use crate::document::Location;
use crate::openapi::ParameterLocation;
use crate::resolve::{Parameter, Reference, Root, Segment, Step, Workflow};

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
                parameter.value.references(&mut |reference| secrets.add(workflow, reference, 0));
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
        Location::Path | Location::QueryString => return false,
    };
    let is_header = place == ParameterLocation::Header;
    let same = |name: &str| {
        if is_header { parameter.name.eq_ignore_ascii_case(name) } else { parameter.name == name }
    };
    let keys = step.call.as_ref().map(|call| call.operation.api_keys.as_slice()).unwrap_or_default();
    (is_header && ["Authorization", "Proxy-Authorization", "Cookie"].into_iter().any(same))
        || keys.iter().any(|(location, name)| *location == place && same(name))
}
