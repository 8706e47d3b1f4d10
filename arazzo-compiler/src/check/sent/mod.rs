//! Values that are sent, against the schemas of the parameters and bodies that they are sent as.

mod alternatives;
mod constant;
mod form;
mod replaced;

use self::constant::{is_text_of, name};
use self::replaced::Replaced;
use super::members::{forbids_others, is_open};
use super::narrow;
use crate::diagnostic::{Diagnostics, rules, suggest};
use crate::document::Location;
use crate::library::Library;
use crate::media::{Format, essence};
use crate::openapi::{self, Content, Operation, ParameterLocation, Schema, SchemaKind};
use crate::resolve::{Body, Payload, Reference, Root, Step, listed};
use crate::source::Span;
use crate::types::{self, Known, Surroundings};
use crate::yaml::Node;
use std::borrow::Cow;

/// What is sent is what the description asks for, as far as it is known while compiling.
pub(super) fn values_fit<'a>(
    place: usize,
    around: Surroundings<'_, 'a>,
    library: &Library<'a, '_>,
    diagnostics: &mut Diagnostics,
) {
    let mut sender = Sender { place, around, library, replaced: Vec::new(), is_patch: false, left: 0, diagnostics };
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
    /// What replacements put into the body at hand.
    replaced: Vec<Replaced<'a>>,
    /// Whether the body says what to change, as a merge patch does: null takes a member away, and all others stay.
    is_patch: bool,
    /// How many alternatives of schemas may still be tried.
    left: u32,
    diagnostics: &'c mut Diagnostics,
}

/// A place for a value.
#[derive(Clone)]
struct Target<'n> {
    /// What it is or is a part of, in words.
    base: String,
    /// The way to it from there.
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
            let is_json = declared.format == openapi::Format::Json;
            let schema = match declared.content {
                Some(_) => declared.content_schema.filter(|_| is_json),
                None => declared.schema,
            };
            let Some(schema) = schema.filter(|_| declared.problem.is_none()) else { continue };
            let target = Target {
                base: format!("the {} parameter `{}`", location.as_str(), parameter.name),
                way: String::new(),
                span: parameter.span,
                node: None,
                as_text: !is_json,
            };
            self.left = alternatives::MOST;
            self.value(&parameter.value, schema, &target);
        }
    }

    fn body(&mut self, body: &Body<'a>, operation: &Operation<'a>) {
        let content = operation.body.as_ref().and_then(|declared| declared.content(&body.content_type));
        let Some((content, schema)) = content.and_then(|content| Some((content, content.schema?))) else { return };
        self.left = alternatives::MOST;
        self.replaced = Replaced::of(body.written);
        self.is_patch = essence(&body.content_type).contains("merge-patch");
        let written = body.written.payload.as_ref();
        let target = Target {
            base: "the request body".to_owned(),
            way: String::new(),
            span: written.map_or(body.written.span, |written| written.span),
            node: written,
            as_text: body.format != Format::Json,
        };
        // What is put into a payload later may be what it lacks, and an example that it begins with is not the author's.
        let are_known = self.replaced.len() == body.written.replacements.len();
        let is_whole = are_known && body.replacements.is_empty() && (written.is_some() || content.example.is_none());
        if is_whole {
            self.whole(body, content, schema, &target);
        } else {
            self.replacements(body, content, schema, &target);
        }
        self.replaced.clear();
    }

    /// A payload of which all is known that the run does not bring.
    fn whole(&mut self, body: &Body<'a>, content: &Content<'a>, schema: Schema<'a>, target: &Target<'a>) {
        match body.format {
            Format::Json => self.value(&body.payload, schema, target),
            Format::Form | Format::Multipart => {
                let Some((schema, _)) = self.resolve(schema) else { return };
                let members = match &body.payload {
                    Payload::Object(members) => Cow::Borrowed(members),
                    text => match form::members(text) {
                        Some(members) => Cow::Owned(members),
                        None => return,
                    },
                };
                let members = &*members;
                if !matches!(schema.kind(), SchemaKind::Object | SchemaKind::Map(_)) {
                    return;
                }
                if matches!(schema.kind(), SchemaKind::Object) {
                    self.names(members, schema, target);
                }
                for (name, member) in members {
                    let Some(property) = schema.property(name).or_else(|| schema.additional()) else { continue };
                    let inside = self.inside(target, name);
                    let inside = Target { as_text: self.is_text(body.format, content, name, property), ..inside };
                    self.value(member, property, &inside);
                }
            }
            Format::OtherMultipart | Format::Xml | Format::Text | Format::Binary => {}
        }
    }

    /// Whether a member of a form is text: the parts of `multipart/form-data` that are objects are JSON, and the others
    /// look alike whether they are numbers or strings.
    fn is_text(&self, format: Format, content: &Content<'a>, name: &str, property: Schema<'a>) -> bool {
        let has_style = content.encoding.iter().any(|encoding| encoding.name == name && encoding.in_parts().is_some());
        if format != Format::Multipart || has_style {
            return true;
        }
        let kind = self.resolve(property).map(|(property, _)| property.kind());
        let kind = match kind {
            // Each element is a part of its own.
            Some(SchemaKind::List(Some(items))) => self.resolve(items).map(|(items, _)| items.kind()),
            kind => kind,
        };
        !matches!(kind, Some(SchemaKind::Object | SchemaKind::Map(_) | SchemaKind::List(_)))
    }

    /// What is wrong with the schemas is reported elsewhere.
    fn resolve(&self, schema: Schema<'a>) -> Option<(Schema<'a>, bool)> {
        schema.resolve(self.library, &mut Diagnostics::new())
    }

    fn value(&mut self, value: &Payload, schema: Schema<'a>, target: &Target<'a>) {
        let Some((schema, is_nullable)) = self.resolve(schema) else { return };
        let is_constant = matches!(value, Payload::Bool(_) | Payload::Number(_) | Payload::String(_));
        if (is_constant || matches!(value, Payload::Object(_) | Payload::List(_))) && schema.kind().is_any() {
            self.choice(value, schema, target);
        }
        match value {
            // An expression that lacks its quotes, which has been reported.
            Payload::Object(members) if matches!(&members[..], [(name, Payload::Null)] if name.starts_with(['$', '{'])) =>
                {}
            Payload::Expression(reference) => self.reference(reference, schema, target),
            Payload::Else(reference, other) => {
                self.reference(reference, schema, target);
                self.value(other, schema, target);
            }
            Payload::Null => {
                let kind = schema.kind();
                let lists = schema.all("enum").filter_map(|found| found.node.as_list()).flatten();
                let may_be_null = is_nullable || self.is_patch || lists.into_iter().any(Node::is_null);
                if !target.as_text && !may_be_null && !matches!(kind, SchemaKind::Any) {
                    let message = format!("{} is null, and by its schema it is {}", target.shown(), name(&kind));
                    self.diagnostics
                        .report(&rules::DOUBTFUL_TYPE, target.span, message)
                        .also(schema.at.node.span, "its schema")
                        .help("give it a value, or leave it out");
                }
            }
            Payload::Object(members) => match schema.kind() {
                SchemaKind::Object => {
                    self.names(members, schema, target);
                    self.members(members, schema, target);
                    self.structure(value, schema, target);
                }
                SchemaKind::Map(_) => {
                    self.members(members, schema, target);
                    self.structure(value, schema, target);
                }
                kind if !target.as_text && !matches!(kind, SchemaKind::Any) => {
                    self.unfit(&kind, "an object", schema, target);
                }
                _ => {}
            },
            Payload::List(elements) => match schema.kind() {
                SchemaKind::List(items) => {
                    for (place, element) in elements.iter().enumerate() {
                        let Some(items) = items else { break };
                        self.value(element, items, &self.inside(target, &place.to_string()));
                    }
                    self.structure(value, schema, target);
                }
                kind if !target.as_text && !matches!(kind, SchemaKind::Any) => {
                    self.unfit(&kind, "a list", schema, target);
                }
                _ => {}
            },
            Payload::Bool(_) | Payload::Number(_) | Payload::String(_) => self.constant(value, schema, target),
            // Text with values in it is text, whatever the values are.
            Payload::Template(_) | Payload::Quoted(_) if !target.as_text => {
                let kind = schema.kind();
                if matches!(kind, SchemaKind::Integer | SchemaKind::Number | SchemaKind::Boolean) {
                    let message = format!("{} must be {}, and this is text", target.shown(), name(&kind));
                    let span = match value {
                        Payload::Quoted(reference) => reference.span,
                        _ => target.span,
                    };
                    self.diagnostics
                        .report(&rules::DOUBTFUL_TYPE, span, message)
                        .also(schema.at.node.span, "its schema")
                        .help(match value {
                            Payload::Quoted(_) => "without the quotes around it, an expression keeps its type",
                            _ => "an expression alone, without text around it, keeps its type",
                        });
                }
            }
            _ => {}
        }
    }

    /// The values of members that are known.
    fn members(&mut self, members: &[(String, Payload)], schema: Schema<'a>, target: &Target<'a>) {
        for (name, member) in members {
            let Some(property) = schema.property(name).or_else(|| schema.additional()) else { continue };
            self.value(member, property, &self.inside(target, name));
        }
    }

    /// The place of a member or an element.
    fn inside(&self, target: &Target<'a>, name: &str) -> Target<'a> {
        let way = format!("{}/{name}", target.way);
        let replaced = self.replaced.iter().rev().find(|replaced| replaced.way == way);
        let own =
            || target.node.and_then(|node| node.get(name).or_else(|| node.as_list()?.get(name.parse::<usize>().ok()?)));
        let node = replaced.map(|replaced| replaced.value).or_else(own);
        let span = node.map_or_else(|| narrow(self.library, target.span, name), |node| node.span);
        Target { base: target.base.clone(), way, span, node, as_text: target.as_text }
    }

    /// The names of members: the schema knows each, and each that it requires is there.
    fn names(&mut self, members: &[(String, Payload)], schema: Schema<'a>, target: &Target<'a>) {
        let is_given = |name: &str| members.iter().any(|(given, _)| given == name);
        let required = schema.all("required").filter_map(|found| found.node.as_list()).flatten();
        let mut missing: Vec<(&str, Span)> = Vec::new();
        for entry in required.into_iter().filter(|_| !self.is_patch) {
            let Some(name) = entry.as_str().filter(|name| !is_given(name)) else { continue };
            if schema.is_sent(name, self.library) && !missing.iter().any(|(known, _)| *known == name) {
                missing.push((name, entry.span));
            }
        }
        let unknown: Vec<&str> = members
            .iter()
            .map(|(name, _)| name.as_str())
            .filter(|name| schema.property(name).is_none() && schema.additional().is_none() && !is_open(schema))
            .collect();
        let known = |is_set: bool| {
            let names = schema.properties().map(|(key, _)| key.text.as_str());
            names.filter(move |name| is_set || !is_given(name))
        };
        for name in &unknown {
            // A replacement is meant for what is there already.
            let way = format!("{}/{name}", target.way);
            let near = suggest(name, known(self.replaced.iter().any(|replaced| replaced.way == way)));
            let is_forbidden = forbids_others(schema);
            if near.is_none() && !is_forbidden {
                continue;
            }
            let span = self.key(target, name);
            // One that is required and misspelt is one mistake.
            let slip = near.and_then(|near| missing.iter().position(|(missing, _)| *missing == near));
            if let Some(slip) = slip {
                let (name, required) = missing.remove(slip);
                let message = format!("{} lacks `{name}`, which is required", target.shown());
                self.diagnostics
                    .error(&rules::MISSING_PROPERTY, span, message)
                    .did_you_mean(near)
                    .also(required, "required here");
                continue;
            }
            let message = format!("{} has no property `{name}`", target.shown());
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
            let message = format!("{} lacks `{name}`, which is required", target.shown());
            let start = target.node.map_or(target.span, Node::start);
            self.diagnostics
                .error(&rules::MISSING_PROPERTY, start, message)
                .label("in this object")
                .also(required, "required here")
                .help(format!("add `{name}: …` to the payload"));
        }
    }

    /// Where the name of a member stands.
    fn key(&self, target: &Target<'a>, name: &str) -> Span {
        let key = target.node.and_then(|node| node.as_map()?.get_key_value(name));
        let way = format!("{}/{name}", target.way);
        let replaced = || self.replaced.iter().find(|replaced| replaced.way == way).map(|replaced| replaced.target);
        key.map(|(key, _)| key.span).or_else(replaced).unwrap_or_else(|| narrow(self.library, target.span, name))
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
            format!("no value of `{expression}` is one of the values of {}", target.shown())
        } else {
            format!("`{expression}` is {}, and {} is {}", name(&from), target.shown(), name(&to))
        };
        let finding = self.diagnostics.report(&rules::DOUBTFUL_TYPE, reference.span, message);
        finding.also(source.at.node.span, "what is given").also(schema.at.node.span, "what is asked for");
        if !is_possible && matches!(reference.root, Root::Input(_)) && reference.path.is_empty() {
            finding.help(format!("if it always is {}, declare the input as that", name(&to)));
        }
    }
}

impl Target<'_> {
    /// What it is, in words.
    fn shown(&self) -> String {
        if self.way.is_empty() { self.base.clone() } else { format!("`{}` of {}", self.way, self.base) }
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
