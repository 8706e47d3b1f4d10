//! Schemas, looked at one level at a time.

use super::parts::{alternatives, is_annotation, says_something};
use crate::diagnostic::Diagnostics;
use crate::library::{Arena, Library, Located};
use crate::yaml::{Key, Kind, Node};
use serde_json::Value;

/// A schema of an OpenAPI description or of a workflow's inputs: all that is said about one value. References are followed,
/// and the parts of `allOf` put together, by [`Schema::resolve`].
#[derive(Clone, Copy)]
pub struct Schema<'a> {
    /// Where it stands; of several parts the first that says something.
    pub at: Located<'a>,
    /// The other parts.
    more: &'a [Located<'a>],
    /// How many of the other parts stand before the first.
    before: usize,
    /// The keyword that allows null, in the versions of OpenAPI that have one.
    pub nullable_keyword: Option<&'static str>,
    arena: &'a Arena<'a>,
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

impl SchemaKind<'_> {
    /// Whether nothing is said of the type.
    pub fn is_any(&self) -> bool {
        matches!(self, Self::Any)
    }

    /// Whether it is an object with properties.
    pub fn is_object(&self) -> bool {
        matches!(self, Self::Object)
    }
}

impl std::fmt::Debug for Schema<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.parts().map(|part| part.node.span)).finish()
    }
}

impl<'a> Schema<'a> {
    /// A schema as it is written.
    pub fn new(at: Located<'a>, nullable_keyword: Option<&'static str>, library: &Library<'a, '_>) -> Self {
        Self { at, more: &[], before: 0, nullable_keyword, arena: library.arena() }
    }

    /// A schema of several parts; this one where there are none.
    pub(super) fn of_parts(self, mut parts: Vec<Located<'a>>) -> Self {
        if parts.is_empty() {
            return self;
        }
        let before = parts.iter().position(|part| says_something(part.node)).unwrap_or(0);
        let at = parts.remove(before);
        Self { at, more: self.arena.keep_parts(parts), before, ..self }
    }

    /// The places that speak of the value, in the order of the document.
    pub fn parts(self) -> impl Iterator<Item = Located<'a>> {
        let (before, behind) = self.more.split_at(self.before);
        before.iter().copied().chain([self.at]).chain(behind.iter().copied())
    }

    /// What a keyword says in each part that has it.
    pub fn all(self, keyword: &str) -> impl Iterator<Item = Located<'a>> {
        self.parts().filter_map(move |part| Some(Located { node: part.node.get(keyword)?, ..part }))
    }

    fn first_text(self, keyword: &str) -> Option<&'a str> {
        self.all(keyword).find_map(|found| found.node.as_str())
    }

    /// The schemas under a keyword, as one.
    fn under(self, keyword: &str) -> Option<Self> {
        let found: Vec<_> = self.all(keyword).collect();
        (!found.is_empty()).then(|| self.of_parts(found))
    }

    /// What a resolved schema says.
    pub fn kind(self) -> SchemaKind<'a> {
        let declared = self.types();
        if self.is_union(declared.is_some()) {
            return SchemaKind::Any;
        }
        match declared.as_deref() {
            Some(["string"]) => SchemaKind::String(self.string_values()),
            Some(["integer"]) => SchemaKind::Integer,
            Some(["number"]) => SchemaKind::Number,
            Some(["boolean"]) => SchemaKind::Boolean,
            // Where the places of a list differ, its elements have no type in common.
            Some(["array"]) if self.all("prefixItems").next().is_some() => SchemaKind::List(None),
            Some(["array"]) => SchemaKind::List(self.under("items")),
            Some(["object"]) => self.object(),
            None if self.all("properties").next().is_some() => self.object(),
            None => self.kind_of_values(),
            Some(_) => SchemaKind::Any,
        }
    }

    /// The types that all parts allow, null left out; `None` when no part names one.
    fn types(self) -> Option<Vec<&'a str>> {
        let mut types: Option<Vec<&'a str>> = None;
        for kind in self.all("type") {
            let kinds = kind.node.as_list().unwrap_or(std::slice::from_ref(kind.node));
            let names: Vec<&str> = kinds.iter().filter_map(Node::as_str).filter(|kind| *kind != "null").collect();
            types = Some(match types {
                None => names,
                Some(known) => {
                    let both = |name: &&'a str| match *name {
                        // Integers are the numbers that both allow.
                        "number" if names.contains(&"integer") && !names.contains(name) => Some("integer"),
                        "integer" if names.contains(&"number") => Some("integer"),
                        name => names.contains(&name).then_some(name),
                    };
                    known.iter().filter_map(both).collect()
                }
            });
        }
        types
    }

    /// Whether the parts leave a choice that one type cannot express.
    fn is_union(self, has_type: bool) -> bool {
        let adds_nothing = |node: &Node| {
            let Some(map) = node.as_map() else { return true };
            map.iter().all(|(key, value)| match key.text.as_str() {
                "type" => has_type,
                "properties" => {
                    let names = value.as_map().into_iter().flat_map(crate::yaml::Map::keys);
                    names.into_iter().all(|name| self.all("properties").any(|known| known.node.get(name).is_some()))
                }
                "$ref" | "allOf" | "anyOf" | "oneOf" | "if" | "then" | "else" | "patternProperties" => false,
                "additionalProperties" | "items" | "prefixItems" => value.as_bool().is_some(),
                "enum" | "const" => has_type,
                key => !key.starts_with('$') || is_annotation(key),
            })
        };
        let any = self.parts().any(|part| {
            let mut unions = alternatives(part.node).filter(|(others, _)| others.len() != 1);
            unions.any(|(others, _)| !others.into_iter().all(adds_nothing))
        });
        any || ["then", "else"].into_iter().any(|keyword| self.all(keyword).any(|found| !adds_nothing(found.node)))
    }

    /// The kind that the listed values have in common, where no type is named.
    fn kind_of_values(self) -> SchemaKind<'a> {
        if let Some(values) = self.string_values() {
            return SchemaKind::String(Some(values));
        }
        let listed = |node: &'a Node| node.as_list().unwrap_or_default().iter();
        let mut values = self.all("enum").flat_map(|found| listed(found.node));
        let constants = self.all("const").map(|found| found.node);
        let values: Vec<&Node> = values.by_ref().chain(constants).filter(|value| !value.is_null()).collect();
        let all = |is: fn(&Node) -> bool| !values.is_empty() && values.iter().all(|value| is(value));
        if all(|value| matches!(&value.kind, Kind::Number(number) if !number.is_f64())) {
            SchemaKind::Integer
        } else if all(|value| matches!(value.kind, Kind::Number(_))) {
            SchemaKind::Number
        } else if all(|value| value.as_bool().is_some()) {
            SchemaKind::Boolean
        } else {
            SchemaKind::Any
        }
    }

    fn object(self) -> SchemaKind<'a> {
        let mut properties = self.all("properties").filter_map(|found| found.node.as_map());
        if properties.any(|map| !map.entries.is_empty()) {
            SchemaKind::Object
        } else {
            SchemaKind::Map(self.additional())
        }
    }

    /// The values of enums that hold strings (and perhaps null) only: those that all of them list.
    fn string_values(self) -> Option<Vec<&'a str>> {
        let texts = |values: &'a [Node]| -> Option<Vec<&'a str>> {
            values.iter().filter(|value| !value.is_null()).map(Node::as_str).collect()
        };
        let lists = self.all("enum").filter_map(|found| found.node.as_list());
        let constants = self.all("const").map(|found| std::slice::from_ref(found.node));
        let mut common: Option<Vec<&'a str>> = None;
        for list in lists.chain(constants) {
            let values = texts(list)?;
            common = Some(match common {
                None => values,
                Some(known) => known.into_iter().filter(|value| values.contains(value)).collect(),
            });
        }
        common.filter(|values| !values.is_empty())
    }

    /// The values that it lists itself, where it does: those that all lists have.
    pub(super) fn values(self) -> Option<Vec<Value>> {
        let lists = self.all("enum").filter_map(|found| found.node.as_list());
        let constants = self.all("const").map(|found| std::slice::from_ref(found.node));
        let mut common: Option<Vec<Value>> = None;
        for list in lists.chain(constants) {
            let values: Vec<Value> = list.iter().map(Node::to_json).collect();
            common = Some(match common {
                None => values,
                Some(known) => known.into_iter().filter(|value| values.contains(value)).collect(),
            });
        }
        common.filter(|values| !values.is_empty())
    }

    /// The properties of a resolved object schema, in the order of the document. One that several parts declare is what
    /// all of them say.
    pub fn properties(self) -> impl Iterator<Item = (&'a Key, Schema<'a>)> {
        let mut found: Vec<(&'a Key, Vec<Located<'a>>)> = Vec::new();
        for properties in self.all("properties") {
            for (key, node) in properties.node.as_map().into_iter().flat_map(|map| &map.entries) {
                let at = Located { node, ..properties };
                match found.iter_mut().find(|(known, _)| known.text == key.text) {
                    Some((_, parts)) => parts.push(at),
                    None => found.push((key, vec![at])),
                }
            }
        }
        found.into_iter().map(move |(key, parts)| (key, self.of_parts(parts)))
    }

    /// A property of a resolved object schema.
    pub fn property(self, name: &str) -> Option<Schema<'a>> {
        let found = |at: Located<'a>| Some(Located { node: at.node.get(name)?, ..at });
        let parts: Vec<_> = self.all("properties").filter_map(found).collect();
        (!parts.is_empty()).then(|| self.of_parts(parts))
    }

    /// Whether a resolved object schema requires a property.
    pub fn requires(self, name: &str) -> bool {
        let names = self.all("required").filter_map(|found| found.node.as_list()).flatten();
        names.into_iter().any(|entry| entry.as_str() == Some(name))
    }

    /// Whether a property is one that clients send, and that servers do not fill in themselves.
    pub fn is_sent(self, name: &str, library: &Library<'a, '_>) -> bool {
        let Some(property) = self.property(name) else { return true };
        let Some((property, _)) = property.resolve(library, &mut Diagnostics::new()) else { return false };
        let is_read_only = property.all("readOnly").any(|found| found.node.as_bool() == Some(true));
        !is_read_only && property.default().is_none()
    }

    /// The members beside the properties: their schema, where one is given for all of them.
    pub fn additional(self) -> Option<Schema<'a>> {
        if self.all("patternProperties").next().is_some() {
            return None;
        }
        let found: Vec<_> = self.all("additionalProperties").filter(|found| found.node.as_map().is_some()).collect();
        (!found.is_empty()).then(|| self.of_parts(found))
    }

    /// Its description.
    pub fn description(self) -> Option<&'a str> {
        self.first_text("description")
    }

    /// Its default.
    pub fn default(self) -> Option<&'a Node> {
        self.all("default").next().map(|found| found.node)
    }

    /// Whether some part has that format.
    pub fn has_format(self, format: &str) -> bool {
        self.all("format").any(|found| found.node.as_str() == Some(format))
    }
}
