//! Values that are sent, against the schemas of the parameters and bodies that they are sent as.

use super::members::{forbids_others, is_open};
use super::narrow;
use crate::diagnostic::{Diagnostics, rules, suggest};
use crate::document::Location;
use crate::library::Library;
use crate::media::Format;
use crate::openapi::{Operation, ParameterLocation, Schema, SchemaKind};
use crate::resolve::{Body, Payload, Reference, Root, Step, listed};
use crate::source::Span;
use crate::types::{self, Known, Surroundings};
use crate::yaml::Node;
use serde_json::Value;

/// What is sent is what the description asks for, as far as it is known while compiling.
pub(super) fn values_fit<'a>(
    place: usize,
    around: Surroundings<'_, 'a>,
    library: &Library<'a, '_>,
    diagnostics: &mut Diagnostics,
) {
    let mut sender = Sender { place, around, library, diagnostics };
    for step in &around.workflows[place].steps {
        let Some(call) = step.call.as_ref().filter(|call| !call.guessed) else { continue };
        sender.parameters(step, &call.operation);
        if let Some(body) = &step.body {
            sender.body(body, &call.operation);
        }
    }
}

struct Sender<'c, 'a, 'r> {
    place: usize,
    around: Surroundings<'c, 'a>,
    library: &'c Library<'a, 'r>,
    diagnostics: &'c mut Diagnostics,
}

/// A place for a value.
#[derive(Clone)]
struct Target<'n> {
    /// What it is, in words.
    shown: String,
    /// The way to it in a body.
    way: String,
    /// Where its value stands.
    span: Span,
    /// The value as written, where it has a place of its own.
    node: Option<&'n Node>,
    /// Whether it is sent as text, in which numbers and strings look alike.
    as_text: bool,
}

impl<'a> Sender<'_, 'a, '_> {
    fn parameters(&mut self, step: &Step<'a>, operation: &Operation<'a>) {
        // What YAML could not read has some other value now.
        if self.diagnostics.within(step.written.span).any(|finding| finding.rule == &rules::YAML) {
            return;
        }
        for parameter in &step.parameters {
            // It is the whole query.
            if parameter.location == Location::QueryString {
                continue;
            }
            let location = ParameterLocation::from(parameter.location);
            let Some(declared) = operation.parameter(location, parameter.name) else { continue };
            let Some(schema) = declared.schema.filter(|_| declared.content.is_none() && declared.problem.is_none())
            else {
                continue;
            };
            let target = Target {
                shown: format!("the {} parameter `{}`", location.as_str(), parameter.name),
                way: String::new(),
                span: parameter.span,
                node: None,
                as_text: true,
            };
            self.value(&parameter.value, schema, &target);
        }
    }

    fn body(&mut self, body: &Body<'a>, operation: &Operation<'a>) {
        // What is put into a payload later may be what it lacks.
        let Some(written) = body.written.payload.as_ref().filter(|_| body.written.replacements.is_empty()) else {
            return;
        };
        let content = operation.body.as_ref().and_then(|declared| declared.content(&body.content_type));
        let Some(schema) = content.and_then(|content| content.schema) else { return };
        let target = Target {
            shown: "the request body".to_owned(),
            way: String::new(),
            span: written.span,
            node: Some(written),
            as_text: body.format != Format::Json,
        };
        match body.format {
            Format::Json => self.value(&body.payload, schema, &target),
            Format::Form | Format::Multipart => {
                let Some((schema, _)) = self.resolve(schema) else { return };
                if let (Payload::Object(members), SchemaKind::Object) = (&body.payload, schema.kind()) {
                    self.names(members, schema, &target);
                    if body.format == Format::Form {
                        self.members(members, schema, &target);
                    }
                }
            }
            Format::OtherMultipart | Format::Xml | Format::Text | Format::Binary => {}
        }
    }

    /// What is wrong with the schemas is reported elsewhere.
    fn resolve(&self, schema: Schema<'a>) -> Option<(Schema<'a>, bool)> {
        schema.resolve(self.library, &mut Diagnostics::new())
    }

    fn value(&mut self, value: &Payload, schema: Schema<'a>, target: &Target<'_>) {
        let Some((schema, _)) = self.resolve(schema) else { return };
        match value {
            // An expression that lacks its quotes, which has been reported.
            Payload::Object(members) if matches!(&members[..], [(name, Payload::Null)] if name.starts_with(['$', '{'])) =>
                {}
            Payload::Expression(reference) => self.reference(reference, schema, target),
            Payload::Object(members) if !target.as_text => match schema.kind() {
                SchemaKind::Object => {
                    self.names(members, schema, target);
                    self.members(members, schema, target);
                }
                SchemaKind::Map(_) => self.members(members, schema, target),
                SchemaKind::Any => {}
                kind => self.unfit(&kind, "an object", schema, target),
            },
            Payload::List(elements) if !target.as_text => match schema.kind() {
                SchemaKind::List(Some(items)) => {
                    let nodes = target.node.and_then(Node::as_list);
                    for (place, element) in elements.iter().enumerate() {
                        let node = nodes.and_then(|nodes| nodes.get(place));
                        self.value(element, items, &target.inside(&place.to_string(), node));
                    }
                }
                SchemaKind::List(None) | SchemaKind::Any => {}
                kind => self.unfit(&kind, "a list", schema, target),
            },
            Payload::Bool(_) | Payload::Number(_) | Payload::String(_) => self.constant(value, schema, target),
            // Text with values in it is text, whatever the values are.
            Payload::Template(_) if !target.as_text => {
                let kind = schema.kind();
                if matches!(kind, SchemaKind::Integer | SchemaKind::Number | SchemaKind::Boolean) {
                    let message = format!("{} must be {}, and this is text", target.shown, name(&kind));
                    self.diagnostics
                        .report(&rules::DOUBTFUL_TYPE, target.span, message)
                        .also(schema.at.node.span, "its schema")
                        .help("an expression alone, without text around it, keeps its type");
                }
            }
            _ => {}
        }
    }

    /// The values of members that are known.
    fn members(&mut self, members: &[(String, Payload)], schema: Schema<'a>, target: &Target<'_>) {
        for (name, member) in members {
            let Some(property) = schema.property(name).or_else(|| schema.additional()) else { continue };
            let node = target.node.and_then(|node| node.get(name));
            let mut inside = target.inside(name, node);
            if node.is_none() {
                inside.span = narrow(self.library, target.span, name);
            }
            self.value(member, property, &inside);
        }
    }

    /// The names of members: the schema knows each, and each that it requires is there.
    fn names(&mut self, members: &[(String, Payload)], schema: Schema<'a>, target: &Target<'_>) {
        let is_given = |name: &str| members.iter().any(|(given, _)| given == name);
        let required = schema.all("required").filter_map(|found| found.node.as_list()).flatten();
        let mut missing: Vec<(&str, Span)> = Vec::new();
        for entry in required {
            let Some(name) = entry.as_str().filter(|name| !is_given(name)) else { continue };
            if self.is_the_clients(schema, name) && !missing.iter().any(|(known, _)| *known == name) {
                missing.push((name, entry.span));
            }
        }
        let unknown: Vec<&str> = members
            .iter()
            .map(|(name, _)| name.as_str())
            .filter(|name| schema.property(name).is_none() && schema.additional().is_none() && !is_open(schema))
            .collect();
        let known = || schema.properties().map(|(key, _)| key.text.as_str()).filter(|name| !is_given(name));
        for name in &unknown {
            let near = suggest(name, known());
            let is_forbidden = forbids_others(schema);
            if near.is_none() && !is_forbidden {
                continue;
            }
            let key = target.node.and_then(|node| node.as_map()?.get_key_value(name));
            let span = key.map_or_else(|| narrow(self.library, target.span, name), |(key, _)| key.span);
            // One that is required and misspelt is one mistake.
            let slip = near.and_then(|near| missing.iter().position(|(missing, _)| *missing == near));
            if let Some(slip) = slip {
                let (name, required) = missing.remove(slip);
                let message = format!("{} lacks `{name}`, which is required", target.shown);
                self.diagnostics
                    .error(&rules::MISSING_PROPERTY, span, message)
                    .did_you_mean(near)
                    .also(required, "required here");
                continue;
            }
            let message = format!("{} has no property `{name}`", target.shown);
            let finding = if is_forbidden {
                self.diagnostics.error(&rules::UNKNOWN_PROPERTY, span, message)
            } else {
                self.diagnostics.report(&rules::UNKNOWN_PROPERTY, span, message)
            };
            match near {
                Some(_) => finding.did_you_mean(near),
                None => {
                    let names: Vec<&str> = schema.properties().map(|(key, _)| key.text.as_str()).collect();
                    finding.label("not in its schema").note(format!("its properties are {}", listed(&names)))
                }
            };
            finding.also(schema.at.node.span, "its schema");
        }
        for (name, required) in missing {
            let message = format!("{} lacks `{name}`, which is required", target.shown);
            let start = target.node.map_or(target.span, Node::start);
            self.diagnostics
                .error(&rules::MISSING_PROPERTY, start, message)
                .label("in this object")
                .also(required, "required here")
                .help(format!("add `{name}: …` to the payload"));
        }
    }

    /// Whether a property is one that clients send, and that servers do not fill in themselves.
    fn is_the_clients(&self, schema: Schema<'a>, name: &str) -> bool {
        let Some(property) = schema.property(name) else { return true };
        let Some((property, _)) = self.resolve(property) else { return false };
        let is_read_only = property.all("readOnly").any(|found| found.node.as_bool() == Some(true));
        !is_read_only && property.default().is_none()
    }

    fn constant(&mut self, value: &Payload, schema: Schema<'a>, target: &Target<'_>) {
        let kind = schema.kind();
        let is_fit = match (&kind, value) {
            (SchemaKind::Any, _) => true,
            (SchemaKind::String(_), Payload::String(_)) | (SchemaKind::Boolean, Payload::Bool(_)) => true,
            (SchemaKind::Number, Payload::Number(_)) => true,
            (SchemaKind::Integer, Payload::Number(number)) => {
                !number.is_f64() || number.as_f64().is_some_and(|number| number.fract() == 0.0)
            }
            // One that is close to an expression has been reported, and a text that is empty may leave the value open.
            (kind, Payload::String(text)) if target.as_text => {
                text.is_empty() || text.starts_with('$') || is_text_of(kind, text)
            }
            (SchemaKind::Integer | SchemaKind::Number, Payload::Bool(_)) if target.as_text => false,
            (SchemaKind::Boolean, Payload::Number(_)) if target.as_text => false,
            // Text of a number or boolean is a string, and a list or object of one value is a matter of style.
            _ => target.as_text,
        };
        if !is_fit {
            let what = match value {
                Payload::Bool(_) => "a boolean".to_owned(),
                Payload::Number(number) if matches!(kind, SchemaKind::Integer) => format!("`{number}`"),
                Payload::Number(_) => "a number".to_owned(),
                Payload::String(text) if target.as_text => format!("`{text}`"),
                _ => "a string".to_owned(),
            };
            self.unfit(&kind, &what, schema, target);
            return;
        }
        let Some(constant) = value.constant() else { return };
        // In YAML the values of strings often stand without the quotes that keep them from being numbers.
        let as_text = target.as_text || matches!(kind, SchemaKind::String(_));
        let lists = schema.all("enum").filter_map(|found| Some((found.node.span, found.node.as_list()?)));
        let constants = schema.all("const").map(|found| (found.node.span, std::slice::from_ref(found.node)));
        for (span, values) in lists.chain(constants) {
            let is_listed = values.iter().any(|value| is_same(&value.to_json(), &constant, as_text));
            let is_slip = matches!(&constant, Value::String(text) if text.starts_with('$'));
            if is_listed || is_slip || matches!(kind, SchemaKind::Any | SchemaKind::List(_)) {
                continue;
            }
            let shown = match &constant {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            let texts: Vec<&str> = values.iter().filter_map(Node::as_str).collect();
            let near = suggest(&shown, texts.iter().copied());
            let message = format!("`{shown}` is none of the values of {}", target.shown);
            let finding = self.diagnostics.error(&rules::UNFIT_VALUE, target.span, message);
            finding.also(span, "its values");
            if near.is_some() {
                finding.did_you_mean(near);
            } else if !texts.is_empty() {
                finding.help(format!("it is one of {}", listed(&texts)));
            }
            return;
        }
    }

    fn unfit(&mut self, kind: &SchemaKind<'_>, what: &str, schema: Schema<'a>, target: &Target<'_>) {
        let message = format!("{} must be {}, and this is {what}", target.shown, name(kind));
        self.diagnostics
            .error(&rules::UNFIT_VALUE, target.span, message)
            .label(format!("not {}", name(kind)))
            .also(schema.at.node.span, "its schema");
    }

    /// A value of the run whose schema is known.
    fn reference(&mut self, reference: &Reference, schema: Schema<'a>, target: &Target<'_>) {
        let Known::Schema(source) = types::known(self.place, self.around, self.library, reference) else { return };
        let (from, to) = (source.kind(), schema.kind());
        let text = self.library.sources().shared_text(reference.span.file);
        let Some(expression) = text.get(reference.span.start as usize..reference.span.end as usize) else { return };
        let is_possible = can_be(&from, &to, target.as_text);
        let message = if is_possible {
            let (SchemaKind::String(Some(given)), SchemaKind::String(Some(allowed))) = (&from, &to) else { return };
            if given.iter().any(|value| allowed.contains(value)) {
                return;
            }
            format!("no value of `{expression}` is one of the values of {}", target.shown)
        } else {
            format!("`{expression}` is {}, and {} is {}", name(&from), target.shown, name(&to))
        };
        let finding = self.diagnostics.report(&rules::DOUBTFUL_TYPE, reference.span, message);
        finding.also(source.at.node.span, "what is given").also(schema.at.node.span, "what is asked for");
        if !is_possible && matches!(reference.root, Root::Input(_)) && reference.path.is_empty() {
            finding.help(format!("if it always is {}, declare the input as that", name(&to)));
        }
    }
}

impl<'n> Target<'n> {
    /// A member or an element of a body.
    fn inside(&self, name: &str, node: Option<&'n Node>) -> Self {
        let way = format!("{}/{name}", self.way);
        let span = node.map_or(self.span, |node| node.span);
        Self { shown: format!("`{way}` of the request body"), way, span, node, as_text: self.as_text }
    }
}

/// Whether a value of one kind can be what another one asks for. As text, numbers and booleans are strings too, and a list
/// or an object has rules of its own.
fn can_be(from: &SchemaKind<'_>, to: &SchemaKind<'_>, as_text: bool) -> bool {
    use SchemaKind::{Any, Boolean, Integer, List, Map, Number, Object, String};
    match (from, to) {
        (Any, _) | (_, Any) => true,
        (List(_) | Object | Map(_), _) | (_, List(_) | Object | Map(_)) if as_text => true,
        (String(Some(values)), to @ (Integer | Number | Boolean)) if as_text => {
            values.iter().any(|value| is_text_of(to, value))
        }
        (_, String(_)) if as_text => true,
        (String(_), String(_)) | (Boolean, Boolean) => true,
        (Integer | Number, Integer | Number) | (List(_), List(_)) | (Object | Map(_), Object | Map(_)) => true,
        _ => false,
    }
}

/// Whether a text is how a value of that kind is written.
fn is_text_of(kind: &SchemaKind<'_>, text: &str) -> bool {
    match kind {
        SchemaKind::Integer => text.parse::<f64>().is_ok_and(|number| number.fract() == 0.0),
        SchemaKind::Number => text.parse::<f64>().is_ok(),
        SchemaKind::Boolean => matches!(text, "true" | "false"),
        _ => true,
    }
}

/// Whether two values are the same; as text, `5` is `"5"`.
fn is_same(one: &Value, other: &Value, as_text: bool) -> bool {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match (one.as_f64(), other.as_f64()) {
        (Some(one), Some(other)) => one == other,
        _ if as_text => text(one) == text(other),
        _ => one == other,
    }
}

/// A kind of value in words.
fn name(kind: &SchemaKind<'_>) -> &'static str {
    match kind {
        SchemaKind::String(_) => "a string",
        SchemaKind::Integer => "an integer",
        SchemaKind::Number => "a number",
        SchemaKind::Boolean => "a boolean",
        SchemaKind::List(_) => "a list",
        SchemaKind::Object | SchemaKind::Map(_) => "an object",
        SchemaKind::Any => "anything",
    }
}
