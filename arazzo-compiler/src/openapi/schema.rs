//! Schemas, looked at one level at a time.

use crate::diagnostic::Diagnostics;
use crate::library::{Library, Located};
use crate::yaml::Node;

/// A schema of an OpenAPI description or of a workflow's inputs. References are followed when it is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Schema<'a> {
    /// Where it stands.
    pub at: Located<'a>,
    /// Whether `nullable: true` counts (OpenAPI 3.0).
    pub nullable_keyword: bool,
}

/// What a schema says that a value is.
#[derive(Debug, Clone)]
pub enum SchemaKind<'a> {
    /// A string; with its allowed values where they are listed.
    String(Option<Vec<&'a str>>),
    /// An integer.
    Integer,
    /// A number.
    Number,
    /// A boolean.
    Boolean,
    /// A list, with the schema of its elements.
    List(Option<Schema<'a>>),
    /// An object with properties.
    Object,
    /// An object whose members all have one schema.
    Map(Option<Schema<'a>>),
    /// Anything else.
    Any,
}

impl<'a> Schema<'a> {
    /// A schema.
    pub fn new(at: Located<'a>, nullable_keyword: bool) -> Self {
        Self { at, nullable_keyword }
    }

    fn beside(self, node: &'a Node) -> Self {
        Self { at: Located { file: self.at.file, node }, ..self }
    }

    /// The schema that this one refers to; with `allOf` of one and `anyOf`/`oneOf` of one and null seen through.
    /// The flag says whether null was allowed on the way.
    pub fn resolve(self, library: &Library<'a, '_>, diagnostics: &mut Diagnostics) -> Option<(Self, bool)> {
        let mut schema = self;
        let mut nullable = false;
        for _ in 0..32 {
            schema = Self { at: library.resolve(schema.at, diagnostics)?, ..schema };
            nullable |= schema.own_nullable();
            let node = schema.at.node;
            let inner = match (node.get("allOf"), node.get("anyOf").or(node.get("oneOf"))) {
                (Some(all), _) => match all.as_list() {
                    Some([only]) if node.get("properties").is_none() => Some(only),
                    _ => None,
                },
                (None, Some(any)) => {
                    let is_null = |node: &Node| node.get("type").and_then(Node::as_str) == Some("null");
                    let list = any.as_list().unwrap_or_default();
                    let mut others = list.iter().filter(|node| !is_null(node));
                    match (others.next(), others.next()) {
                        (Some(only), None) => {
                            nullable |= list.len() > 1;
                            Some(only)
                        }
                        _ => {
                            nullable |= list.iter().any(is_null);
                            None
                        }
                    }
                }
                (None, None) => None,
            };
            match inner {
                Some(inner) => schema = schema.beside(inner),
                None => return Some((schema, nullable)),
            }
        }
        None
    }

    /// Whether the schema itself, references aside, allows null.
    fn own_nullable(self) -> bool {
        let node = self.at.node;
        let by_keyword = self.nullable_keyword && node.get("nullable").and_then(Node::as_bool) == Some(true);
        let by_type = match node.get("type") {
            Some(kind) => match kind.as_list() {
                Some(list) => list.iter().any(|kind| kind.as_str() == Some("null")),
                None => kind.as_str() == Some("null"),
            },
            // A schema without a type allows everything that its enum lists.
            None => node.get("enum").and_then(Node::as_list).is_some_and(|values| values.iter().any(Node::is_null)),
        };
        by_keyword || by_type
    }

    /// What a resolved schema says.
    pub fn kind(self) -> SchemaKind<'a> {
        let node = self.at.node;
        if ["allOf", "anyOf", "oneOf", "not", "if"].iter().any(|keyword| node.get(keyword).is_some()) {
            return SchemaKind::Any;
        }
        let declared = match node.get("type") {
            Some(kind) => match kind.as_list() {
                Some(list) => {
                    let mut kinds = list.iter().filter_map(Node::as_str).filter(|kind| *kind != "null");
                    match (kinds.next(), kinds.next()) {
                        (Some(only), None) => Some(only),
                        _ => return SchemaKind::Any,
                    }
                }
                None => kind.as_str(),
            },
            None => None,
        };
        match declared {
            Some("string") => SchemaKind::String(self.string_values()),
            Some("integer") => SchemaKind::Integer,
            Some("number") => SchemaKind::Number,
            Some("boolean") => SchemaKind::Boolean,
            Some("array") => SchemaKind::List(node.get("items").map(|items| self.beside(items))),
            Some("object") => self.object(),
            None if node.get("properties").is_some() => self.object(),
            None => match self.string_values() {
                Some(values) => SchemaKind::String(Some(values)),
                None => SchemaKind::Any,
            },
            Some(_) => SchemaKind::Any,
        }
    }

    fn object(self) -> SchemaKind<'a> {
        let node = self.at.node;
        let has_properties = node.get("properties").and_then(Node::as_map).is_some_and(|map| !map.entries.is_empty());
        if has_properties {
            return SchemaKind::Object;
        }
        match node.get("additionalProperties") {
            Some(schema) if schema.as_map().is_some() => SchemaKind::Map(Some(self.beside(schema))),
            _ => SchemaKind::Map(None),
        }
    }

    /// The values of an enum that holds strings (and perhaps null) only.
    fn string_values(self) -> Option<Vec<&'a str>> {
        let node = self.at.node;
        let values = match (node.get("enum").and_then(Node::as_list), node.get("const")) {
            (Some(list), _) => {
                list.iter().filter(|value| !value.is_null()).map(Node::as_str).collect::<Option<Vec<_>>>()
            }
            (None, Some(only)) => only.as_str().map(|value| vec![value]),
            (None, None) => None,
        }?;
        (!values.is_empty()).then_some(values)
    }

    /// The properties of a resolved object schema, in the order of the document.
    pub fn properties(self) -> impl Iterator<Item = (&'a crate::yaml::Key, Schema<'a>)> {
        let map = self.at.node.get("properties").and_then(Node::as_map);
        map.into_iter().flat_map(|map| &map.entries).map(move |(key, node)| (key, self.beside(node)))
    }

    /// A property of a resolved object schema.
    pub fn property(self, name: &str) -> Option<Schema<'a>> {
        self.at.node.get("properties")?.get(name).map(|node| self.beside(node))
    }

    /// Whether a resolved object schema requires a property.
    pub fn requires(self, name: &str) -> bool {
        let required = self.at.node.get("required").and_then(Node::as_list);
        required.is_some_and(|list| list.iter().any(|entry| entry.as_str() == Some(name)))
    }

    /// The members beside the properties: their schema, where one is given.
    pub fn additional(self) -> Option<Schema<'a>> {
        let node = self.at.node.get("additionalProperties")?;
        node.as_map().map(|_| self.beside(node))
    }

    /// Its description.
    pub fn description(self) -> Option<&'a str> {
        self.at.node.get("description").and_then(Node::as_str)
    }

    /// Its format.
    pub fn format(self) -> Option<&'a str> {
        self.at.node.get("format").and_then(Node::as_str)
    }
}
