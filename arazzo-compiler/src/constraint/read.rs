//! From the keywords of JSON Schema 2020-12 to checks.

use super::{Constraints, circle, keyword};
use crate::diagnostic::{Diagnostics, Level, rules};
use crate::library::{Library, Located};
use crate::source::Span;
use crate::yaml::{Key, Node};
use arazzo_expression::schema::{Check, Kind, Pattern, Place, Schema};
use std::collections::HashMap;

/// Reads a schema and all that it refers to. What is wrong with it is reported.
pub fn read<'a>(root: Option<Located<'a>>, library: &Library<'a, '_>, diagnostics: &mut Diagnostics) -> Constraints {
    let before = diagnostics.len();
    let mut reader = Reader {
        library,
        diagnostics,
        nodes: Vec::new(),
        places: HashMap::new(),
        passwords: Vec::new(),
        open: Vec::new(),
    };
    if let Some(root) = root {
        reader.place(root);
    }
    // A list of what is still to be read in place of a recursion: schemas can refer to each other in any depth.
    while let Some((place, at)) = reader.open.pop() {
        reader.nodes[place] = reader.checks(at);
        if at.node.get("format").and_then(Node::as_str) == Some("password") {
            reader.passwords.push(place);
        }
    }
    let Reader { nodes, places, passwords, diagnostics, .. } = reader;
    let schema = Schema::new(nodes);
    let circle = circle::find(&schema).and_then(|circle| places.iter().find(|(_, place)| **place == circle));
    let circle = circle.map(|(span, _)| *span);
    let has_errors = diagnostics.findings()[before..].iter().any(|finding| finding.level == Level::Error);
    Constraints { schema, places, passwords, circle, is_broken: has_errors || circle.is_some() }
}

struct Reader<'c, 'a, 'r> {
    library: &'c Library<'a, 'r>,
    diagnostics: &'c mut Diagnostics,
    nodes: Vec<Vec<Check>>,
    places: HashMap<Span, Place>,
    passwords: Vec<Place>,
    /// Schemas that have a place and are still to be read.
    open: Vec<(Place, Located<'a>)>,
}

impl<'a> Reader<'_, 'a, '_> {
    /// The place of a schema, which is read later.
    fn place(&mut self, at: Located<'a>) -> Place {
        if let Some(place) = self.places.get(&at.node.span) {
            return *place;
        }
        let place = self.nodes.len();
        self.nodes.push(Vec::new());
        self.places.insert(at.node.span, place);
        self.open.push((place, at));
        place
    }

    /// The place of a schema under a keyword; `None` when it is none, which is reported.
    fn schema(&mut self, at: Located<'a>, what: &str) -> Option<Place> {
        keyword::is_schema(at.node, what, self.diagnostics).then(|| self.place(at))
    }

    /// What a schema asks by itself. Its type comes first: a value of another type can only be wrong in the rest.
    fn checks(&mut self, at: Located<'a>) -> Vec<Check> {
        match at.node.as_bool() {
            Some(true) => return Vec::new(),
            Some(false) => return vec![Check::Never],
            None => {}
        }
        keyword::are_known(at.node, self.diagnostics);
        let mut checks = Vec::new();
        checks.extend(self.types(at.node));
        for (key, node) in at.node.as_map().into_iter().flat_map(|map| &map.entries) {
            checks.extend(self.check(at, key, Located { node, ..at }));
        }
        // What the others have left over is known when they are done.
        checks.sort_by_key(|check| matches!(check, Check::UnevaluatedProperties(_) | Check::UnevaluatedItems(_)));
        checks
    }

    fn types(&mut self, node: &Node) -> Option<Check> {
        let kind = node.get("type")?;
        let kinds = kind.as_list().unwrap_or(std::slice::from_ref(kind));
        let known: Vec<Kind> = kinds.iter().filter_map(|kind| keyword::kind(kind, self.diagnostics)).collect();
        (!known.is_empty()).then_some(Check::Types(known))
    }

    /// What a keyword asks. `outer` is the schema in which it stands.
    fn check(&mut self, outer: Located<'a>, key: &'a Key, at: Located<'a>) -> Option<Check> {
        let Located { node, .. } = at;
        let name = key.text.as_str();
        Some(match name {
            "$ref" => Check::Schema(self.reference(at)?),
            "enum" => Check::Values(keyword::values(node, self.diagnostics)?),
            "const" => Check::Values(vec![node.to_json()]),
            "minLength" => Check::MinLength(self.count(name, node)?),
            "maxLength" => Check::MaxLength(self.count(name, node)?),
            "minItems" => Check::MinItems(self.count(name, node)?),
            "maxItems" => Check::MaxItems(self.count(name, node)?),
            "minProperties" => Check::MinProperties(self.count(name, node)?),
            "maxProperties" => Check::MaxProperties(self.count(name, node)?),
            "minimum" => Check::Minimum(keyword::number(name, node, self.diagnostics)?),
            "maximum" => Check::Maximum(keyword::number(name, node, self.diagnostics)?),
            "exclusiveMinimum" => Check::ExclusiveMinimum(keyword::number(name, node, self.diagnostics)?),
            "exclusiveMaximum" => Check::ExclusiveMaximum(keyword::number(name, node, self.diagnostics)?),
            "multipleOf" => Check::MultipleOf(keyword::positive(node, self.diagnostics)?),
            "uniqueItems" => keyword::flag(name, node, self.diagnostics)?.then_some(Check::UniqueItems)?,
            "pattern" => Check::Pattern(keyword::pattern(node, self.diagnostics)?),
            "required" => Check::Required(keyword::names(name, node, self.diagnostics)?),
            "dependentRequired" => self.dependent_required(node)?,
            "properties" => Check::Properties(self.named(name, at)?),
            "dependentSchemas" => Check::DependentSchemas(self.named(name, at)?),
            "patternProperties" => Check::PatternProperties(self.patterns(at)?),
            "additionalProperties" => {
                let schema = self.schema(at, "`additionalProperties`")?;
                let keys = |keyword: &str| outer.node.get(keyword).and_then(Node::as_map);
                let named = keys("properties").into_iter().flat_map(|map| map.keys().map(str::to_owned)).collect();
                let patterns = keys("patternProperties").into_iter().flat_map(|map| map.keys().map(Pattern::new));
                Check::AdditionalProperties { named, patterns: patterns.collect(), schema }
            }
            "propertyNames" => Check::PropertyNames(self.schema(at, "`propertyNames`")?),
            "unevaluatedProperties" => Check::UnevaluatedProperties(self.schema(at, "`unevaluatedProperties`")?),
            "unevaluatedItems" => Check::UnevaluatedItems(self.schema(at, "`unevaluatedItems`")?),
            "items" => {
                let behind = outer.node.get("prefixItems").and_then(Node::as_list).map_or(0, <[Node]>::len);
                Check::Items { behind, schema: self.schema(at, "`items`")? }
            }
            "prefixItems" => Check::PrefixItems(self.list(name, at)?),
            "contains" => {
                let mut bound = |name: &str| outer.node.get(name).and_then(|node| self.count(name, node));
                let (least, most) = (bound("minContains").unwrap_or(1), bound("maxContains"));
                Check::Contains { schema: self.schema(at, "`contains`")?, least, most }
            }
            "allOf" => Check::AllOf(self.list(name, at)?),
            "anyOf" => Check::AnyOf(self.list(name, at)?),
            "oneOf" => Check::OneOf(self.list(name, at)?),
            "not" => Check::Not(self.schema(at, "`not`")?),
            "if" => {
                let mut branch = |name: &str| {
                    let node = outer.node.get(name)?;
                    self.schema(Located { node, ..at }, &format!("`{name}`"))
                };
                let (then, otherwise) = (branch("then"), branch("else"));
                Check::If { condition: self.schema(at, "`if`")?, then, otherwise }
            }
            _ => return None,
        })
    }

    fn reference(&mut self, at: Located<'a>) -> Option<Place> {
        let Some(text) = at.node.as_str() else {
            let message = format!("`$ref` must be a URL, not {}", at.node.kind_name());
            self.diagnostics.error(&rules::WRONG_TYPE, at.node.span, message);
            return None;
        };
        let target = self.library.follow(at.file, at.node, text, self.diagnostics)?;
        if !matches!(target.node.kind, crate::yaml::Kind::Map(_) | crate::yaml::Kind::Bool(_)) {
            let message = format!("`{text}` leads to {}, and a schema is a map", target.node.kind_name());
            self.diagnostics.error(&rules::INVALID_REFERENCE, at.node.span, message);
            return None;
        }
        Some(self.place(target))
    }

    fn count(&mut self, name: &str, node: &Node) -> Option<u64> {
        keyword::count(name, node, self.diagnostics)
    }

    /// The schemas of a list.
    fn list(&mut self, name: &str, at: Located<'a>) -> Option<Vec<Place>> {
        let list = keyword::schemas(name, at.node, self.diagnostics)?;
        let places =
            list.iter().filter_map(|node| self.schema(Located { node, ..at }, &format!("an entry of `{name}`")));
        Some(places.collect())
    }

    /// The schemas of a map.
    fn named(&mut self, name: &str, at: Located<'a>) -> Option<Vec<(String, Place)>> {
        let map = keyword::map(name, at.node, self.diagnostics)?;
        let what = |key: &Key| match name {
            "properties" => format!("the property `{}`", key.text),
            _ => format!("the entry `{}` of `{name}`", key.text),
        };
        let entries = map.entries.iter();
        let places = entries
            .filter_map(|(key, node)| Some((key.text.clone(), self.schema(Located { node, ..at }, &what(key))?)));
        Some(places.collect())
    }

    fn patterns(&mut self, at: Located<'a>) -> Option<Vec<(Pattern, Place)>> {
        let map = keyword::map("patternProperties", at.node, self.diagnostics)?;
        let mut patterns = Vec::new();
        for (key, node) in &map.entries {
            let pattern = keyword::valid_pattern(&key.text, key.span, self.diagnostics);
            let schema =
                self.schema(Located { node, ..at }, &format!("the entry `{}` of `patternProperties`", key.text));
            patterns.extend(pattern.zip(schema));
        }
        Some(patterns)
    }

    fn dependent_required(&mut self, node: &Node) -> Option<Check> {
        let map = keyword::map("dependentRequired", node, self.diagnostics)?;
        let mut dependent = Vec::new();
        for (key, node) in map.iter() {
            let names = keyword::names("an entry of `dependentRequired`", node, self.diagnostics)?;
            dependent.push((key.text.clone(), names));
        }
        Some(Check::DependentRequired(dependent))
    }
}
