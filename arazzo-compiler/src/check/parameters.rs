//! Parameters against the operation that they are for.

use super::security::is_cookies_with;
use crate::diagnostic::{Diagnostics, Finding, Level, rules, suggest};
use crate::document::Location;
use crate::library::percent_decode;
use crate::openapi::{self, Format, Operation, ParameterLocation, Schema, SchemaKind, Style};
use crate::resolve::{Parameter, Payload, Reference, Root, Step, Workflow};
use crate::source::Span;

/// Rule 52: a path parameter stands for a variable of the path.
pub(super) fn variables_exist(step: &Step<'_>, operation: &Operation<'_>, diagnostics: &mut Diagnostics) {
    for parameter in named(step).filter(|parameter| parameter.location == Location::Path) {
        if operation.variable(parameter.name).is_some()
            || missing(step, operation).any(|missing| missing.is_misplaced(parameter))
        {
            continue;
        }
        let message = format!("the path `{}` has no variable `{}`", operation.path, parameter.name);
        let finding = diagnostics.error(&rules::UNKNOWN_PATH_PARAMETER, parameter.span, message);
        match declared_elsewhere(operation, parameter) {
            Some(place) => finding.label(format!("declared `in: {}`", place.as_str())),
            None => finding.did_you_mean(suggest(parameter.name, operation.variables())),
        };
        finding.also(operation.path_span, "the operation");
    }
}

/// Headers that mean the same for all servers (RFC 9110), which descriptions leave out.
const OF_HTTP: [&str; 10] = [
    "Accept",
    "Accept-Encoding",
    "Accept-Language",
    "Authorization",
    "Content-Type",
    "If-Match",
    "If-Modified-Since",
    "If-None-Match",
    "If-Unmodified-Since",
    "User-Agent",
];

/// Rule 52: other parameters should be declared, but for those that carry credentials or describe the content.
pub(super) fn parameters_are_declared(step: &Step<'_>, operation: &Operation<'_>, diagnostics: &mut Diagnostics) {
    let undeclared = named(step).filter(|_| operation.parameters_known);
    for parameter in undeclared {
        let location = ParameterLocation::from(parameter.location);
        if location == ParameterLocation::Path || declared(operation, parameter).is_some() {
            continue;
        }
        let is_free = location == ParameterLocation::Header
            && OF_HTTP.iter().any(|name| name.eq_ignore_ascii_case(parameter.name));
        let is_key = operation.api_keys.iter().any(|(place, name)| {
            same(*place, name, parameter.name, location)
                || *place == ParameterLocation::Cookie && is_cookies_with(parameter, name)
        });
        // A slip that leaves a required parameter out is reported with that.
        let is_slip = missing(step, operation).any(|missing| missing.is_meant_by(parameter));
        // Beside the whole query there is no place for it, declared or not.
        let is_mixed = location == ParameterLocation::Query
            && step.parameters.iter().any(|other| other.location == Location::QueryString);
        if is_free || is_key || is_slip || is_mixed {
            continue;
        }
        let place = location.as_str();
        let message = format!("the operation `{}` declares no {place} parameter `{}`", name(operation), parameter.name);
        let finding = diagnostics.report(&rules::UNDECLARED_PARAMETER, parameter.span, message);
        match (declared_elsewhere(operation, parameter), part_of_object(operation, parameter)) {
            (Some(place), _) => finding.label(format!("declared `in: {}`", place.as_str())),
            (None, Some((object, member))) => finding.help(format!(
                "give it as a part of `{object}`: `{{ name: {object}, in: {place}, value: {{ {member}: … }} }}`"
            )),
            (None, None) => {
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

/// Rule 52: what a step gives must have a text that the description defines.
pub(super) fn formats_are_valid(step: &Step<'_>, operation: &Operation<'_>, diagnostics: &mut Diagnostics) {
    for parameter in &step.parameters {
        let Some(declared) = declared(operation, parameter) else { continue };
        if let Some(problem) = &declared.problem {
            let message = format!("the parameter `{}` {}", parameter.name, problem.message);
            diagnostics.error(problem.rule, parameter.span, message).also(problem.span, "declared here");
        }
    }
}

/// The parameters whose names could be read.
fn named<'a, 's>(step: &'a Step<'s>) -> impl Iterator<Item = &'a Parameter<'s>> {
    step.parameters.iter().filter(|parameter| !parameter.name.is_empty())
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
        given.name == self.name && ParameterLocation::from(given.location) != self.location
    }

    /// Whether a given parameter was probably meant to be this one.
    fn is_meant_by(&self, given: &Parameter<'_>) -> bool {
        let is_near =
            || ParameterLocation::from(given.location) == self.location && suggest(given.name, [self.name]).is_some();
        self.is_misplaced(given) || is_near()
    }
}

/// The required parameters that have no value. Those of the right name at a place where they are declared too have one.
fn missing<'o, 'a>(step: &'o Step<'_>, operation: &'o Operation<'a>) -> impl Iterator<Item = Missing<'a>> + 'o {
    let given = |location: ParameterLocation, name: &str| {
        step.parameters.iter().any(|parameter| match ParameterLocation::from(parameter.location) {
            // It is the whole query, which may hold any of them.
            ParameterLocation::QueryString => {
                matches!(location, ParameterLocation::Query | ParameterLocation::QueryString)
            }
            ParameterLocation::Path => {
                location == ParameterLocation::Path && operation.variable(parameter.name) == Some(name)
            }
            place => same(location, name, parameter.name, place),
        })
    };
    // A header that OpenAPI says to ignore in this list is given by other means.
    let ignored = |parameter: &openapi::Parameter<'_>| {
        parameter.location == ParameterLocation::Header
            && ["Accept", "Content-Type", "Authorization"].iter().any(|name| name.eq_ignore_ascii_case(parameter.name))
    };
    let variables = operation.variables().map(|name| Missing {
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

/// The parameter `filter` and the member `name`, for one that is called `filter[name]` as deep objects are in a URL.
fn part_of_object<'p>(operation: &Operation<'_>, parameter: &'p Parameter<'_>) -> Option<(&'p str, &'p str)> {
    let (object, member) = parameter.name.strip_suffix(']')?.split_once('[')?;
    let declared = operation.parameter(parameter.location.into(), object)?;
    let is_deep = matches!(declared.format, Format::Style { style: Style::Deep, .. });
    (is_deep && !member.is_empty() && !member.contains(['[', ']'])).then_some((object, member))
}

/// Another place at which the operation declares a parameter of this name.
fn declared_elsewhere(operation: &Operation<'_>, parameter: &Parameter<'_>) -> Option<ParameterLocation> {
    let place = ParameterLocation::from(parameter.location);
    let mut others = operation.parameters.iter().filter(|known| known.location != place);
    others.find(|known| known.name == parameter.name).map(|known| known.location)
}

/// Text without its quotes is a map with one key, which has been reported. In a parameter it is more than advice.
pub(super) fn values_have_quotes(step: &Step<'_>, diagnostics: &mut Diagnostics) {
    for parameter in &step.parameters {
        if is_unquoted(&parameter.value) {
            let is_it = |finding: &Finding| finding.rule == &rules::UNQUOTED_BRACES;
            let here = step.written.span;
            diagnostics.relevel(|finding| {
                Some(if is_it(finding) && here.contains(finding.span) { Level::Error } else { finding.level })
            });
        }
    }
}

fn is_unquoted(value: &Payload) -> bool {
    matches!(value, Payload::Object(members)
        if matches!(members.as_slice(), [(key, Payload::Null)] if key.starts_with('$')))
}

/// Rule 52: a value whose kind is known has a text in the style or the content type of its parameter.
pub(super) fn values_can_be_written(
    workflow: &Workflow<'_>,
    step: &Step<'_>,
    operation: &Operation<'_>,
    diagnostics: &mut Diagnostics,
) {
    for parameter in &step.parameters {
        let location = ParameterLocation::from(parameter.location);
        if location == ParameterLocation::QueryString {
            continue;
        }
        let declared = declared(operation, parameter);
        // What is wrong with the description or with the value has been reported.
        if declared.is_some_and(|declared| declared.problem.is_some()) || is_unquoted(&parameter.value) {
            continue;
        }
        let format = declared.map_or(location.default_format(), |declared| declared.format);
        let Some(what) = unwritable(&parameter.value, format, workflow) else { continue };
        let format = match format {
            Format::Style { style: Style::Tab, .. } => "`collectionFormat: tsv`".to_owned(),
            Format::Style { style, .. } => format!("`style: {}`", style.as_str()),
            Format::Json => "JSON".to_owned(),
            Format::Text => "a content type for text".to_owned(),
            Format::Form => "a form".to_owned(),
        };
        let message = format!("the parameter `{}` is {what}, which {format} has no way to write", parameter.name);
        let finding = diagnostics.error(&rules::UNSERIALIZABLE_VALUE, parameter.span, message);
        match declared {
            Some(declared) => finding.also(declared.format_span, "declared here"),
            None => finding.note("the operation does not declare it, so that the default of its place counts"),
        };
    }
}

/// Rule 51: a `querystring` is the whole query, so nothing else can be in it, and it is a string.
pub(super) fn query_is_one(workflow: &Workflow<'_>, step: &Step<'_>, diagnostics: &mut Diagnostics) {
    let mut of_query = step
        .parameters
        .iter()
        .filter(|parameter| matches!(parameter.location, Location::Query | Location::QueryString));
    let Some(whole) = step.parameters.iter().find(|parameter| parameter.location == Location::QueryString) else {
        return;
    };
    if let Some(other) = of_query.find(|parameter| parameter.span != whole.span) {
        let message =
            format!("the `querystring` `{}` is the whole query, and there is another parameter of it", whole.name);
        diagnostics
            .error(&rules::MIXED_QUERY, whole.span, message)
            .also(other.span, "the other")
            .note("the step's own parameters and those of the workflow count together")
            .help(format!("write it into the text of the `querystring`, as in `…&{}={{$inputs.…}}`", other.name));
    }
    let is_text = match &whole.value {
        // What could not be read has been reported.
        Payload::Null => diagnostics.is_reported(whole.span) || !step.written.span.contains(whole.span),
        Payload::String(_) | Payload::Template(_) => true,
        Payload::Bool(_) | Payload::Number(_) | Payload::List(_) | Payload::Object(_) => is_unquoted(&whole.value),
        value => !matches!(shape(value, workflow), Some(Shape::List | Shape::Object)),
    };
    if !is_text {
        let message = format!("the value of the `querystring` `{}` must be a string", whole.name);
        diagnostics
            .error(&rules::UNSERIALIZABLE_VALUE, whole.span, message)
            .help("write the query as it is to be sent, as in `\"status=sold&limit={$inputs.limit}\"`");
    }
}

/// Rule 51: text that is known fits the media type that the description asks for.
pub(super) fn querystring_fits(step: &Step<'_>, operation: &Operation<'_>, diagnostics: &mut Diagnostics) {
    for parameter in step.parameters.iter().filter(|parameter| parameter.location == Location::QueryString) {
        let Some(declared) = declared(operation, parameter) else { continue };
        let Payload::String(text) = &parameter.value else { continue };
        let Some(error) = declared.content.filter(|media_type| crate::media::is_json(media_type)).and_then(|_| {
            let text = percent_decode(text);
            serde_json::from_str::<serde_json::Value>(&text).err()
        }) else {
            continue;
        };
        let message = format!("the `querystring` `{}` is not the JSON that it must be: {error}", parameter.name);
        diagnostics.error(&rules::UNSERIALIZABLE_VALUE, parameter.span, message).also(declared.span, "declared here");
    }
}

/// What of a value a format has no way to write, as far as that is known.
pub(super) fn unwritable(value: &Payload, format: Format, workflow: &Workflow<'_>) -> Option<&'static str> {
    let shape = shape(value, workflow)?;
    let inner = |value: &Payload| matches!(self::shape(value, workflow), Some(Shape::List | Shape::Object));
    let nested = match value {
        Payload::List(elements) => elements.iter().any(inner).then_some("a list or an object inside of a list"),
        Payload::Object(members) => {
            members.iter().any(|(_, member)| inner(member)).then_some("a list or an object inside of an object")
        }
        _ => None,
    };
    match (format, shape) {
        (Format::Style { style, .. }, Shape::Plain) => style.is_structured().then_some("a plain value"),
        (Format::Style { style: Style::Deep, .. } | Format::Json, _) => None,
        (Format::Style { .. }, _) => nested,
        (Format::Text | Format::Form, Shape::List) => Some("a list"),
        (Format::Text, Shape::Object) => Some("an object"),
        (Format::Form, Shape::Object) => nested,
        (Format::Text | Format::Form, Shape::Plain) => None,
    }
}

/// What a value is.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Shape {
    /// A string, number or boolean.
    Plain,
    /// A list.
    List,
    /// An object.
    Object,
}

/// What a value is, as far as that is known.
pub(crate) fn shape(value: &Payload, workflow: &Workflow<'_>) -> Option<Shape> {
    match value {
        Payload::Bool(_) | Payload::Number(_) | Payload::String(_) | Payload::Template(_) => Some(Shape::Plain),
        Payload::List(_) => Some(Shape::List),
        Payload::Object(_) => Some(Shape::Object),
        Payload::Expression(Reference { root: Root::Input(name), path, .. }) if path.is_empty() => {
            match workflow.inputs.and_then(|inputs| inputs.property(name)).map(Schema::kind)? {
                SchemaKind::List(_) => Some(Shape::List),
                SchemaKind::Object | SchemaKind::Map(_) => Some(Shape::Object),
                SchemaKind::String(_) | SchemaKind::Integer | SchemaKind::Number | SchemaKind::Boolean => {
                    Some(Shape::Plain)
                }
                SchemaKind::Any => None,
            }
        }
        _ => None,
    }
}

fn declared<'o, 'a>(operation: &'o Operation<'a>, parameter: &Parameter<'_>) -> Option<&'o openapi::Parameter<'a>> {
    operation.parameter(parameter.location.into(), parameter.name)
}

fn same(location: ParameterLocation, name: &str, given: &str, place: ParameterLocation) -> bool {
    location == place
        && if place == ParameterLocation::Header { name.eq_ignore_ascii_case(given) } else { name == given }
}

fn name(operation: &Operation<'_>) -> String {
    operation.id.map_or_else(|| format!("{} {}", operation.method, operation.path), str::to_owned)
}
