//! Parameters against the operation that they are for.

use crate::diagnostic::{Diagnostics, rules, suggest};
use crate::document::Location;
use crate::openapi::{self, Operation, ParameterLocation};
use crate::resolve::{Parameter, Step};

/// Rule 52: a path parameter stands for a variable of the path.
pub(super) fn variables_exist(step: &Step<'_>, diagnostics: &mut Diagnostics) {
    let Some(call) = &step.call else { return };
    let variables = variables(call.operation.path);
    for parameter in step.parameters.iter().filter(|parameter| parameter.location == Location::Path) {
        if !variables.contains(&parameter.name) {
            let message = format!("the path `{}` has no variable `{}`", call.operation.path, parameter.name);
            diagnostics
                .error(&rules::UNKNOWN_PATH_PARAMETER, parameter.span, message)
                .did_you_mean(suggest(parameter.name, variables.iter().copied()))
                .also(call.operation.path_span, "the operation");
        }
    }
}

/// Rule 52: other parameters should be declared, but for those that carry credentials or describe the content.
pub(super) fn parameters_are_declared(step: &Step<'_>, diagnostics: &mut Diagnostics) {
    let Some(call) = &step.call else { return };
    for parameter in &step.parameters {
        let Some(location) = location(parameter.location) else { continue };
        if location == ParameterLocation::Path || declared(&call.operation, parameter).is_some() {
            continue;
        }
        let free = ["Authorization", "Accept", "Content-Type"];
        let is_free =
            location == ParameterLocation::Header && free.iter().any(|name| name.eq_ignore_ascii_case(parameter.name));
        let is_key = call.operation.api_keys.iter().any(|(place, name)| same(*place, name, parameter.name, location));
        if is_free || is_key {
            continue;
        }
        let place = location.as_str();
        let candidates = call.operation.parameters.iter().filter(|known| known.location == location);
        let near = suggest(parameter.name, candidates.map(|known| known.name));
        let message =
            format!("the operation `{}` declares no {place} parameter `{}`", name(&call.operation), parameter.name);
        diagnostics
            .report(&rules::UNDECLARED_PARAMETER, parameter.span, message)
            .did_you_mean(near)
            .also(call.operation.path_span, "the operation");
    }
}

/// Rule 52: every variable of the path and every required parameter has a value.
pub(super) fn required_ones_are_given(step: &Step<'_>, diagnostics: &mut Diagnostics) {
    let Some(call) = &step.call else { return };
    let operation = &call.operation;
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
    let variables = variables(operation.path);
    let missing_variables = variables
        .iter()
        .filter(|name| !given(ParameterLocation::Path, name))
        .map(|name| (ParameterLocation::Path, *name, operation.path_span));
    let missing = operation
        .parameters
        .iter()
        .filter(|parameter| parameter.required && parameter.location != ParameterLocation::Path && !ignored(parameter))
        .filter(|parameter| !given(parameter.location, parameter.name))
        .map(|parameter| (parameter.location, parameter.name, parameter.span));
    for (location, parameter, span) in missing_variables.chain(missing) {
        let place = location.as_str();
        let message = format!(
            "step `{}` does not give the {place} parameter `{parameter}` that `{}` requires",
            step.written.id.value,
            name(operation)
        );
        diagnostics
            .error(&rules::MISSING_PARAMETER, step.written.id.node.span, message)
            .also(span, "required here")
            .help(format!("add to its `parameters`: `{{ name: {parameter}, in: {place}, value: … }}`"));
    }
}

/// What changes how a parameter is written must be supported.
pub(super) fn styles_are_supported(step: &Step<'_>, diagnostics: &mut Diagnostics) {
    let Some(call) = &step.call else { return };
    for parameter in &step.parameters {
        let Some(declared) = declared(&call.operation, parameter) else { continue };
        if let Some(feature) = &declared.unsupported {
            let message = format!("the parameter `{}` has {feature}, which is not supported yet", parameter.name);
            diagnostics.error(&rules::UNSUPPORTED, declared.span, message).also(parameter.span, "used here");
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
