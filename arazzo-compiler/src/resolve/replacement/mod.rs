//! Payload Replacement Objects: parts of a payload that are set before it is sent (section 1.15; rules 85 and 86, run-time
//! rules 17 and 18). What is known of the payload is replaced here, in the order of the list, up to the first target that
//! only the run can find; that one and those behind it are left for the run.

mod tree;

use self::tree::Obstacle;
use super::draft::is_draft;
use super::step::{Context, Scope};
use super::{Payload, Reference, Replacement, Root, Target, xpath};
use crate::diagnostic::{Diagnostics, rules, suggest};
use crate::document::{self, Language, Version};
use crate::media::Format;
use crate::openapi::{Content, Schema, SchemaKind};
use crate::source::Span;
use crate::yaml::{Kind, Node};
use arazzo_expression::SyntaxError;
use arazzo_expression::json::{Json, Nowhere, Token};
use arazzo_expression::jsonpath::{self, Draft, Query, Step};
use arazzo_expression::pointer::{Pointer, array_index};
use serde_json::Value;

/// What the replacements of a body go into.
pub(super) struct Into<'p, 'a> {
    pub(super) payload: &'p mut Payload,
    pub(super) format: Format,
    pub(super) content_type: &'p str,
    /// The schema of the body.
    pub(super) schema: Option<Schema<'a>>,
    /// Where the payload stands, if there is one.
    pub(super) written: Option<Span>,
}

/// How deep a target may lead.
const DEEPEST: usize = 128;

/// A target that has been read.
enum Way {
    Pointer(Pointer),
    Query(Search),
    XPath(String),
}

/// A JSONPath query.
enum Search {
    Rfc9535(Query),
    Draft { query: Draft, text: String },
}

impl Search {
    fn singular(&self) -> Option<Vec<Step<'_>>> {
        match self {
            Self::Rfc9535(query) => query.singular(),
            Self::Draft { query, .. } => query.singular(),
        }
    }

    fn locate(&self, value: &Value) -> Vec<Pointer> {
        match self {
            Self::Rfc9535(query) => query.locate(value),
            Self::Draft { query, .. } => query.locate(value),
        }
    }

    fn target(self) -> Target {
        match self {
            Self::Rfc9535(query) => Target::Query(query.to_string()),
            Self::Draft { text, .. } => Target::Draft(text),
        }
    }
}

impl<'a> Context<'_, 'a, '_> {
    /// Puts the replacements into a payload. Those that are left are for the run; `None` when something is wrong, which is
    /// reported.
    pub(super) fn replacements(
        &mut self,
        written: &'a [document::Replacement],
        mut into: Into<'_, 'a>,
        scope: Scope<'_, 'a>,
    ) -> Option<Vec<Replacement>> {
        let mut left = Vec::new();
        let mut complete = true;
        for replacement in written {
            let value = self.payload(&replacement.value, scope);
            complete &= value.is_some();
            // Something stands there all the same, which targets behind it may lead through.
            let value = value.unwrap_or(Payload::Null);
            let Some(way) = self.way(replacement, &into) else {
                complete = false;
                continue;
            };
            // In the order of the list: what comes behind one that only the run can make may need it.
            if left.is_empty() {
                match self.put(replacement, &way, &value, &mut into, scope) {
                    Ok(()) => continue,
                    Err(None) => {
                        complete = false;
                        continue;
                    }
                    Err(Some(Unknown)) => {}
                }
            }
            let text = replacement.target.value.clone();
            let target = match way {
                Way::Pointer(pointer) => Target::Pointer(self.tokens(&pointer, into.schema)),
                Way::Query(search) => search.target(),
                Way::XPath(expression) => Target::XPath(expression),
            };
            left.push(Replacement { target, text, value });
        }
        complete.then_some(left)
    }

    /// Reads a target in its language.
    fn way(&mut self, replacement: &document::Replacement, into: &Into<'_, 'a>) -> Option<Way> {
        let target = &replacement.target;
        let language = self.language(replacement, into)?;
        let error = match language {
            Language::JsonPointer => match Pointer::parse(&target.value) {
                Ok(pointer) if pointer.tokens.len() > DEEPEST => {
                    let start = target.value.len() - 1;
                    SyntaxError::new(start..start + 1, format!("a target has {DEEPEST} tokens at most"))
                }
                Ok(pointer) => return Some(Way::Pointer(pointer)),
                Err(error) => pointer_error(&target.value, error, self.version),
            },
            Language::JsonPath => {
                let text = target.value.as_str();
                let search = match replacement.kind.as_ref().is_some_and(is_draft) {
                    true => jsonpath::parse_draft(text).map(|query| Search::Draft { query, text: text.to_owned() }),
                    false => jsonpath::parse_query(text).map(Search::Rfc9535),
                };
                match search {
                    Ok(search) => return Some(Way::Query(search)),
                    Err(error) => error,
                }
            }
            Language::XPath => return self.xpath_target(target, replacement.kind.as_ref()).map(Way::XPath),
            // The document stage has refused the others.
            Language::Simple | Language::Regex => return None,
        };
        self.syntax(&rules::INVALID_SELECTOR, &target.node, error);
        None
    }

    /// The language of a target (rule 86): the one that is named, else JSON Pointer for JSON and XPath for XML.
    fn language(&mut self, replacement: &document::Replacement, into: &Into<'_, 'a>) -> Option<Language> {
        let span = replacement.target.node.span;
        let content_type = into.content_type;
        let named = replacement.kind.as_ref();
        let has_parts = match into.format {
            Format::Json => true,
            Format::Form | Format::Multipart => !matches!(into.payload, Payload::String(_) | Payload::FormText(_)),
            Format::Xml => match named {
                Some(kind) if kind.language != Language::XPath => {
                    let message = "the payload is XML, and a target of this type is found in JSON only";
                    self.diagnostics
                        .error(&rules::INVALID_VALUE, kind.span, message)
                        .help("or name a `contentType` that is JSON");
                    return None;
                }
                _ if into.written.is_some() || matches!(into.payload, Payload::String(_)) => {
                    return Some(Language::XPath);
                }
                _ => {
                    let message = "there is no payload in which this target could be found";
                    self.diagnostics
                        .error(&rules::UNREACHABLE_TARGET, span, message)
                        .help("add a `payload`, which is XML as text");
                    return None;
                }
            },
            Format::OtherMultipart | Format::Text | Format::Binary => false,
        };
        if !has_parts {
            let message = format!("a body of the type `{content_type}` that is text has no parts to replace");
            self.diagnostics
                .error(&rules::UNREACHABLE_TARGET, span, message)
                .help("put the value into the text of the payload, as in `{$inputs.name}`");
            return None;
        }
        match named {
            Some(kind) if kind.language == Language::XPath => {
                let message = format!("an XPath expression finds parts of XML, and the payload is `{content_type}`");
                self.diagnostics
                    .error(&rules::INVALID_VALUE, kind.span, message)
                    .help("write the target as a JSON Pointer or as a JSONPath query");
                None
            }
            Some(kind) => Some(kind.language),
            // Arazzo 1.0 knows JSON Pointer and XPath only.
            None if into.format == Format::Json || self.version < Version::V1_1 => Some(Language::JsonPointer),
            None => {
                let message =
                    format!("nothing says in which language this target of a `{content_type}` body is written");
                self.diagnostics
                    .error(&rules::MISSING_FIELD, span, message)
                    .note("without `targetSelectorType`, JSON Pointer is for JSON, and XPath is for XML")
                    .help("add `targetSelectorType: jsonpointer`");
                None
            }
        }
    }

    /// Puts a value where its target is. `Err(None)` when it leads nowhere, which is reported.
    fn put(
        &mut self,
        replacement: &document::Replacement,
        way: &Way,
        value: &Payload,
        into: &mut Into<'_, 'a>,
        scope: Scope<'_, 'a>,
    ) -> Result<(), Option<Unknown>> {
        let is_certain = is_certain(value, scope);
        if let Way::XPath(expression) = way {
            return self.put_into_xml(replacement, expression, value, into);
        }
        let obstacle = match way {
            Way::Pointer(pointer) => {
                let tokens = self.tokens(pointer, into.schema);
                match into.payload.set(&tokens, value.clone(), is_certain) {
                    Ok(()) => return Ok(()),
                    Err(obstacle) => obstacle,
                }
            }
            Way::Query(query) => match query.singular() {
                Some(steps) => {
                    let found = into.payload.follow(&steps);
                    match found.and_then(|way| into.payload.set(&way, value.clone(), is_certain)) {
                        Ok(()) => return Ok(()),
                        Err(obstacle) => obstacle,
                    }
                }
                None => {
                    let Some(known) = into.payload.constant() else { return Err(Some(Unknown)) };
                    let places = query.locate(&known);
                    for place in places.iter().rev() {
                        let way: Vec<_> = place.tokens.iter().map(|token| Token::Member(token.into())).collect();
                        if into.payload.set(&way, value.clone(), is_certain).is_err() {
                            return Err(Some(Unknown));
                        }
                    }
                    if !places.is_empty() {
                        return Ok(());
                    }
                    Obstacle::Missing(usize::MAX)
                }
            },
            Way::XPath(_) => Obstacle::Unknown,
        };
        match obstacle {
            Obstacle::Unknown => Err(Some(Unknown)),
            obstacle => {
                self.leads_nowhere(replacement, way, &obstacle, into);
                Err(None)
            }
        }
    }

    /// The same for XML. What can be found is known where the payload is, and set where the value is known too.
    fn put_into_xml(
        &mut self,
        replacement: &document::Replacement,
        expression: &str,
        value: &Payload,
        into: &mut Into<'_, 'a>,
    ) -> Result<(), Option<Unknown>> {
        let Payload::String(xml) = &*into.payload else { return Err(Some(Unknown)) };
        let known = value.constant().map(Json::from);
        let text = known.as_ref().map(Json::to_text).unwrap_or_default();
        match (xpath::replaced(expression, xml, &text), &known) {
            (Ok(replaced), Some(_)) => {
                *into.payload = Payload::String(replaced);
                Ok(())
            }
            (Ok(_), None) => Err(Some(Unknown)),
            (Err(reason), _) => {
                let target = &replacement.target;
                let message = format!("the target `{}` of a replacement leads nowhere", target.value);
                let finding =
                    self.diagnostics.error(&rules::UNREACHABLE_TARGET, target.node.span, message).label(reason);
                if let Some(payload) = into.written {
                    finding.also(payload, "the payload");
                }
                Err(None)
            }
        }
    }

    fn leads_nowhere(
        &mut self,
        replacement: &document::Replacement,
        way: &Way,
        obstacle: &Obstacle,
        into: &Into<'_, 'a>,
    ) {
        let target = &replacement.target;
        let tokens: Vec<String> = match way {
            Way::Pointer(pointer) => pointer.tokens.clone(),
            Way::Query(query) => query.singular().iter().flatten().map(step_text).collect(),
            Way::XPath(_) => Vec::new(),
        };
        let (place, reason) = match obstacle {
            Obstacle::Nowhere(0, nowhere) => (0, format!("the payload {nowhere}")),
            Obstacle::Nowhere(place, nowhere) => {
                let before: String = tokens.iter().take(*place).map(|token| format!("/{token}")).collect();
                (*place, format!("`{before}` {nowhere}"))
            }
            Obstacle::Missing(place) => (*place, "nothing is there in the payload".to_owned()),
            Obstacle::Unknown => return,
        };
        // Of a pointer the token is known by its place in the text.
        let span = match way {
            Way::Pointer(_) => {
                let start: usize = target.value.split('/').take(place + 1).map(|token| token.len() + 1).sum();
                let length = target.value.split('/').nth(place + 1).map_or(0, str::len);
                self.library.part(&target.node, start..start + length)
            }
            Way::Query(_) | Way::XPath(_) => target.node.span,
        };
        let known: Vec<&str> = tokens.iter().take(place).map(String::as_str).collect();
        let members: Vec<&str> = match into.payload.part(&known) {
            Some(Payload::Object(members)) => members.iter().map(|(name, _)| name.as_str()).collect(),
            _ => Vec::new(),
        };
        let near = tokens.get(place).and_then(|token| suggest(token, members.iter().copied()));
        let finding = self.diagnostics.error(
            &rules::UNREACHABLE_TARGET,
            span,
            format!("the target `{}` of a replacement leads nowhere", target.value),
        );
        match near {
            Some(_) => finding.did_you_mean(near),
            None => finding.label(reason),
        };
        if let Some(payload) = into.written {
            finding.also(payload, "the payload");
        }
        let is_index = matches!(obstacle, Obstacle::Nowhere(_, Nowhere::NoIndex | Nowhere::TooFar(_)));
        if is_index && matches!(way, Way::Pointer(_)) {
            finding.help("the index `-` adds an element to the end of a list");
        }
    }

    /// The tokens of a pointer. Where nothing is there, a list is made if the schema has one, or if the index is `-`.
    fn tokens(&self, pointer: &Pointer, schema: Option<Schema<'a>>) -> Vec<Token<'static>> {
        let mut schema = schema;
        let mut tokens = Vec::with_capacity(pointer.tokens.len());
        for token in &pointer.tokens {
            // What is wrong with the schema is reported where its type counts.
            let resolved = schema.and_then(|schema| schema.resolve(self.library, &mut Diagnostics::new()));
            let kind = resolved.map(|(schema, _)| (schema, schema.kind()));
            let is_index = token == "-" || array_index(token).is_some();
            let is_list = match &kind {
                Some((_, SchemaKind::List(_))) => is_index,
                Some((_, SchemaKind::Object | SchemaKind::Map(_))) => false,
                _ => token == "-",
            };
            schema = match kind {
                Some((_, SchemaKind::List(items))) => items,
                Some((object, SchemaKind::Object | SchemaKind::Map(_))) => {
                    object.property(token).or_else(|| object.additional())
                }
                _ => None,
            };
            let text = token.clone().into();
            tokens.push(if is_list { Token::Element(text) } else { Token::Member(text) });
        }
        tokens
    }
}

/// Only the run can tell where a target is.
struct Unknown;

/// Whether a value is never absent.
fn is_certain(value: &Payload, scope: Scope<'_, '_>) -> bool {
    match value {
        Payload::Expression(Reference { root: Root::Input(name), path, .. }) => {
            path.is_empty() && scope.inputs.is_some_and(|inputs| inputs.requires(name))
        }
        Payload::Expression(_) => false,
        _ => true,
    }
}

fn step_text(step: &Step<'_>) -> String {
    match step {
        Step::Name(name) => (*name).to_owned(),
        Step::Index(index) => index.to_string(),
    }
}

/// What to write instead of something that is no JSON Pointer.
fn pointer_error(text: &str, error: SyntaxError, version: Version) -> SyntaxError {
    let help = if text.starts_with('/') {
        return error;
    } else if text.starts_with("$.") || text.starts_with("$[") || text == "$" {
        match version {
            Version::V1_0 => "Arazzo 1.0 has no JSONPath here; write a JSON Pointer, as in `/items/0/id`".to_owned(),
            _ => "for a JSONPath query add `targetSelectorType: jsonpath`".to_owned(),
        }
    } else if let Some((_, pointer)) = text.split_once("#/") {
        format!("write `/{pointer}`")
    } else {
        format!("write `/{}`", text.trim_start_matches('#').replace('.', "/"))
    };
    SyntaxError { help: Some(help), ..error }
}

/// The payload to begin with where a document gives replacements only (run-time rule 18): an example of the description,
/// else the default of its schema, else an object without members.
pub(super) fn base(content: Option<&Content<'_>>) -> Payload {
    content.and_then(|content| content.example).map_or(Payload::Object(Vec::new()), literal)
}

/// A value that holds no expressions.
fn literal(node: &Node) -> Payload {
    match &node.kind {
        Kind::Null => Payload::Null,
        Kind::Bool(value) => Payload::Bool(*value),
        Kind::Number(number) => Payload::Number(number.clone()),
        Kind::String(scalar) => Payload::String(scalar.text.clone()),
        Kind::List(elements) => Payload::List(elements.iter().map(literal).collect()),
        Kind::Map(map) => Payload::Object(map.iter().map(|(key, node)| (key.text.clone(), literal(node))).collect()),
    }
}
