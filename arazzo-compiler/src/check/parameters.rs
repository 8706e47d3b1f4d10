//! Parameters against the operation that they are for.

use crate::diagnostic::{Diagnostics, Finding, Level, rules, suggest};
use crate::document::Location;
use crate::openapi::{self, Operation, ParameterLocation, Schema, SchemaKind};
use crate::resolve::{Parameter, Payload, Reference, Root, Step, Workflow};
use crate::source::Span;

/// Rule 52: a path parameter stands for a variable of the path.
pub(super) fn variables_exist(step: &Step<'_>, operation: &Operation<'_>, diagnostics: &mut Diagnostics) {
    let variables = variables(operation.path);
    for parameter in step.parameters.iter().filter(|parameter| parameter.location == Location::Path) {
        if variables.contains(&parameter.name)
            || missing(step, operation).any(|missing| missing.is_misplaced(parameter))
        {
            continue;
        }
        let message = format!("the path `{}` has no variable `{}`", operation.path, parameter.name);
        let finding = diagnostics.error(&rules::UNKNOWN_PATH_PARAMETER, parameter.span, message);
        match declared_elsewhere(operation, parameter) {
            Some(place) => finding.label(format!("declared `in: {}`", place.as_str())),
            None => finding.did_you_mean(suggest(parameter.name, variables.iter().copied())),
        };
        finding.also(operation.path_span, "the operation");
    }
}

/// Rule 52: other parameters should be declared, but for those that carry credentials or describe the content.
pub(super) fn parameters_are_declared(step: &Step<'_>, operation: &Operation<'_>, diagnostics: &mut Diagnostics) {
    let undeclared = step.parameters.iter().filter(|_| operation.parameters_known);
    for parameter in undeclared {
        let Some(location) = location(parameter.location) else { continue };
        if location == ParameterLocation::Path || declared(operation, parameter).is_some() {
            continue;
        }
        let free = ["Authorization", "Accept", "Content-Type"];
        let is_free =
            location == ParameterLocation::Header && free.iter().any(|name| name.eq_ignore_ascii_case(parameter.name));
        let is_key = operation.api_keys.iter().any(|(place, name)| same(*place, name, parameter.name, location));
        // A slip that leaves a required parameter out is reported with that.
        let is_slip = missing(step, operation).any(|missing| missing.is_meant_by(parameter));
        if is_free || is_key || is_slip {
            continue;
        }
        let place = location.as_str();
        let message = format!("the operation `{}` declares no {place} parameter `{}`", name(operation), parameter.name);
        let finding = diagnostics.report(&rules::UNDECLARED_PARAMETER, parameter.span, message);
        match declared_elsewhere(operation, parameter) {
            Some(place) => finding.label(format!("declared `in: {}`", place.as_str())),
            None => {
                let candidates = operation.parameters.iter().filter(|known| known.location == location);
                finding.did_you_mean(suggest(parameter.name, candidates.map(|known| known.name)))
            }
        };
        finding.also(operation.path_span, "the operation");
    }
}

/// Rule 52: every variable of the path and every required parameter has a value. One of which there is no trace may be
/// in a part of the step that could not be read, if there is such a part.
pub(super) fn required_ones_are_given(
    step: &Step<'_>,
    operation: &Operation<'_>,
    is_readable: bool,
    diagnostics: &mut Diagnostics,
) {
    for missing in missing(step, operation) {
        let (place, parameter) = (missing.location.as_str(), missing.name);
        let message = format!(
            "step `{}` does not give the {place} parameter `{parameter}` that `{}` requires",
            step.written.id.value,
            name(operation)
        );
        let slip = step.parameters.iter().find(|given| missing.is_meant_by(given));
        let finding = match slip {
            // This is no variable of the path, which is reported.
            Some(slip) if slip.location == Location::Path && !missing.is_misplaced(slip) => continue,
            Some(slip) => {
                let finding = diagnostics.error(&rules::MISSING_PARAMETER, slip.span, message);
                if missing.is_misplaced(slip) {
                    finding.label(format!("write `in: {place}`"))
                } else {
                    finding.did_you_mean(Some(parameter))
                }
            }
            None if is_readable => diagnostics
                .error(&rules::MISSING_PARAMETER, step.written.id.node.span, message)
                .help(format!("add to its `parameters`: `{{ name: {parameter}, in: {place}, value: … }}`")),
            None => continue,
        };
        finding.also(missing.span, "required here");
    }
}

/// What changes how a parameter is written must be supported.
pub(super) fn styles_are_supported(step: &Step<'_>, operation: &Operation<'_>, diagnostics: &mut Diagnostics) {
    for parameter in &step.parameters {
        let Some(declared) = declared(operation, parameter) else { continue };
        if let Some((feature, span)) = &declared.unsupported {
            let message = format!("the parameter `{}` has {feature}, which is not supported yet", parameter.name);
            diagnostics.error(&rules::UNSUPPORTED, parameter.span, message).also(*span, "declared here");
        }
    }
}

/// A required parameter that has no value.
struct Missing<'a> {
    location: ParameterLocation,
    name: &'a str,
    span: Span,
}

impl Missing<'_> {
    /// Whether a given parameter is this one at a wrong place.
    fn is_misplaced(&self, given: &Parameter<'_>) -> bool {
        given.name == self.name && location(given.location) != Some(self.location)
    }

    /// Whether a given parameter was probably meant to be this one.
    fn is_meant_by(&self, given: &Parameter<'_>) -> bool {
        let is_near = || location(given.location) == Some(self.location) && suggest(given.name, [self.name]).is_some();
        self.is_misplaced(given) || is_near()
    }
}

/// The required parameters that have no value. Those of the right name at a place where they are declared too have one.
fn missing<'o, 'a>(step: &'o Step<'_>, operation: &'o Operation<'a>) -> impl Iterator<Item = Missing<'a>> + 'o {
    let given = |location: ParameterLocation, name: &str| {
        step.parameters.iter().any(|parameter| {
            self::location(parameter.location).is_some_and(|place| same(location, name, parameter.name, place))
        })
    };
    // A header that OpenAPI says to ignore in this list is given by other means.
    let ignored = |parameter: &openapi::Parameter<'_>| {
        parameter.location == ParameterLocation::Header
            && ["Accept", "Content-Type", "Authorization"].iter().any(|name| name.eq_ignore_ascii_case(parameter.name))
    };
    let variables = variables(operation.path).into_iter().map(|name| Missing {
        location: ParameterLocation::Path,
        name,
        span: operation.path_span,
    });
    let others = operation
        .parameters
        .iter()
        .filter(move |parameter| {
            parameter.required && parameter.location != ParameterLocation::Path && !ignored(parameter)
        })
        .map(|parameter| Missing { location: parameter.location, name: parameter.name, span: parameter.span });
    variables.chain(others).filter(move |parameter| !given(parameter.location, parameter.name))
}

/// Another place at which the operation declares a parameter of this name.
fn declared_elsewhere(operation: &Operation<'_>, parameter: &Parameter<'_>) -> Option<ParameterLocation> {
    let place = location(parameter.location)?;
    let mut others = operation.parameters.iter().filter(|known| known.location != place);
    others.find(|known| known.name == parameter.name).map(|known| known.location)
}

/// Lists and objects in parameters need the styles of OpenAPI.
pub(super) fn values_are_plain(workflow: &Workflow<'_>, step: &Step<'_>, diagnostics: &mut Diagnostics) {
    for parameter in &step.parameters {
        if let Payload::Object(members) = &parameter.value
            && let [(key, Payload::Null)] = members.as_slice()
            && key.starts_with('$')
        {
            // Text without its quotes, which has been reported. Here it is more than advice.
            let is_it = |finding: &Finding| finding.rule == &rules::UNQUOTED_BRACES;
            let here = step.written.span;
            diagnostics.relevel(|finding| {
                Some(if is_it(finding) && here.contains(finding.span) { Level::Error } else { finding.level })
            });
            continue;
        }
        let structured = match &parameter.value {
            Payload::List(_) => Some("a list"),
            Payload::Object(_) => Some("an object"),
            Payload::Expression(Reference { root: Root::Input(name), path, .. }) if path.is_empty() => {
                match workflow.inputs.and_then(|inputs| inputs.property(name)).map(Schema::kind) {
                    Some(SchemaKind::List(_)) => Some("a list"),
                    Some(SchemaKind::Object | SchemaKind::Map(_)) => Some("an object"),
                    _ => None,
                }
            }
            _ => None,
        };
        // That its style is not supported has been reported.
        if let Some(what) = structured.filter(|_| !diagnostics.is_reported(parameter.span)) {
            let message = format!(
                "the value of the parameter `{}` is {what}; only plain values are supported yet",
                parameter.name
            );
            diagnostics.error(&rules::UNSUPPORTED, parameter.span, message);
        }
    }
}

fn declared<'o, 'a>(operation: &'o Operation<'a>, parameter: &Parameter<'_>) -> Option<&'o openapi::Parameter<'a>> {
    let place = location(parameter.location)?;
    operation.parameters.iter().find(|known| same(known.location, known.name, parameter.name, place))
}

fn same(location: ParameterLocation, name: &str, given: &str, place: ParameterLocation) -> bool {
    location == place
        && if place == ParameterLocation::Header { name.eq_ignore_ascii_case(given) } else { name == given }
}

/// The place of a parameter as OpenAPI knows it.
fn location(location: Location) -> Option<ParameterLocation> {
    match location {
        Location::Path => Some(ParameterLocation::Path),
        Location::Query => Some(ParameterLocation::Query),
        Location::Header => Some(ParameterLocation::Header),
        Location::Cookie => Some(ParameterLocation::Cookie),
        Location::QueryString => None,
    }
}

fn variables(path: &str) -> Vec<&str> {
    path.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name).collect()
}

fn name(operation: &Operation<'_>) -> String {
    operation.id.map_or_else(|| format!("{} {}", operation.method, operation.path), str::to_owned)
}
