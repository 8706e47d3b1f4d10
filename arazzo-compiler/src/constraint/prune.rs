//! What of a schema the Rust types do not guarantee. Most inputs are checked by rustc alone.

use super::Constraints;
use crate::types::{Item, Presence, Struct, Type};
use arazzo_expression::schema::{Check, Kind, Pattern, Place, Schema};
use std::collections::HashMap;

/// How many nodes are looked at. Alternatives inside of alternatives can be more than anyone can wait for; the runtime,
/// which looks no further than the value at hand, then gets all of the schema.
const MOST: usize = 100_000;

impl Constraints {
    /// What is left to check of inputs that have these types; `None` when nothing is.
    pub fn beyond(&self, inputs: &Struct, items: &[Item]) -> Option<Schema> {
        if self.is_broken || self.schema.nodes().is_empty() {
            return None;
        }
        if self.schema.has_leftovers() {
            return Some(self.schema.clone());
        }
        let mut pruner = Pruner {
            from: self.schema.nodes(),
            items,
            to: vec![Vec::new()],
            kept: HashMap::new(),
            open: Vec::new(),
            left: MOST,
        };
        let checks = pruner.structure(0, inputs, false);
        if pruner.left == 0 {
            return Some(self.schema.clone());
        }
        pruner.to[0] = checks;
        while let Some((place, new)) = pruner.open.pop() {
            pruner.to[new] = pruner.from[place].clone().into_iter().map(|check| pruner.whole(check)).collect();
        }
        (!pruner.to[0].is_empty()).then(|| Schema::new(pruner.to))
    }
}

struct Pruner<'c> {
    from: &'c [Vec<Check>],
    items: &'c [Item],
    to: Vec<Vec<Check>>,
    /// The new places of nodes that are kept whole.
    kept: HashMap<Place, Place>,
    /// Nodes that are kept whole and still to be copied, with their new places.
    open: Vec<(Place, Place)>,
    /// How many nodes may still be looked at.
    left: usize,
}

/// What is known of a value.
#[derive(Clone, Copy)]
enum Known<'t> {
    Type(&'t Type),
    Struct(&'t Struct),
}

impl<'c> Pruner<'c> {
    fn structure(&mut self, place: Place, item: &'c Struct, nullable: bool) -> Vec<Check> {
        self.node(place, Known::Struct(item), nullable)
    }

    /// What is left of a node for a value of a type, which may be null too.
    fn typed(&mut self, place: Place, kind: &'c Type, nullable: bool) -> Vec<Check> {
        match kind {
            Type::Value => self.from[place].clone().into_iter().map(|check| self.whole(check)).collect(),
            Type::Optional(inner) => self.typed(place, inner, true),
            Type::Struct(name) => match self.item(name) {
                Some(Item::Struct(item)) => self.structure(place, item, nullable),
                _ => self.node(place, Known::Type(kind), nullable),
            },
            kind => self.node(place, Known::Type(kind), nullable),
        }
    }

    fn item(&self, name: &str) -> Option<&'c Item> {
        self.items.iter().find(|item| item.name() == name)
    }

    fn node(&mut self, place: Place, known: Known<'c>, nullable: bool) -> Vec<Check> {
        self.left = self.left.saturating_sub(1);
        if self.left == 0 {
            return Vec::new();
        }
        self.from[place].iter().flat_map(|check| self.check(check, known, nullable)).collect()
    }

    fn check(&mut self, check: &'c Check, known: Known<'c>, nullable: bool) -> Vec<Check> {
        match check {
            Check::Types(kinds) if self.has_kind(kinds, known, nullable) => Vec::new(),
            Check::Values(values) if self.is_listed(values, known, nullable) => Vec::new(),
            Check::Schema(place) => self.node(*place, known, nullable),
            Check::AllOf(places) => places.iter().flat_map(|place| self.node(*place, known, nullable)).collect(),
            Check::AnyOf(places) | Check::OneOf(places) if !nullable => {
                let others: Vec<Place> = places.iter().copied().filter(|place| !self.is_null(*place)).collect();
                match others.as_slice() {
                    [only] => self.node(*only, known, false),
                    _ if matches!(check, Check::AnyOf(_)) && self.any_is_met(&others, known) => Vec::new(),
                    _ => vec![self.whole(check.clone())],
                }
            }
            _ => self.parts(check, known).unwrap_or_else(|| vec![self.whole(check.clone())]),
        }
    }

    fn any_is_met(&mut self, places: &[Place], known: Known<'c>) -> bool {
        // What is copied for an answer alone is not kept.
        let (nodes, kept, open) = (self.to.len(), self.kept.clone(), self.open.clone());
        let is_met = places.iter().any(|place| self.node(*place, known, false).is_empty());
        self.to.truncate(nodes);
        (self.kept, self.open) = (kept, open);
        is_met
    }

    /// The checks that look into parts, for those parts whose types are known; `None` where they must be kept whole.
    fn parts(&mut self, check: &'c Check, known: Known<'c>) -> Option<Vec<Check>> {
        let check = match (check, known) {
            (Check::Items { behind, schema }, Known::Type(Type::List(element))) => {
                let checks = self.typed(*schema, element, false);
                self.add(checks).map(|schema| Check::Items { behind: *behind, schema })
            }
            (Check::Properties(properties), Known::Struct(item)) => {
                let mut left = Vec::new();
                for (name, place) in properties {
                    // What is no field is never there.
                    let Some(field) = item.fields.iter().find(|field| field.name == *name) else { continue };
                    let checks = self.typed(*place, &field.kind, field.presence == Presence::Nullable);
                    left.extend(self.add(checks).map(|place| (name.clone(), place)));
                }
                (!left.is_empty()).then_some(Check::Properties(left))
            }
            (Check::Properties(properties), Known::Type(Type::Map(value))) => {
                let mut left = Vec::new();
                for (name, place) in properties {
                    let checks = self.typed(*place, value, false);
                    left.extend(self.add(checks).map(|place| (name.clone(), place)));
                }
                (!left.is_empty()).then_some(Check::Properties(left))
            }
            (Check::PatternProperties(patterns), Known::Type(Type::Map(value))) => {
                let mut left: Vec<(Pattern, Place)> = Vec::new();
                for (pattern, place) in patterns {
                    let checks = self.typed(*place, value, false);
                    left.extend(self.add(checks).map(|place| (pattern.clone(), place)));
                }
                (!left.is_empty()).then_some(Check::PatternProperties(left))
            }
            (Check::AdditionalProperties { named, patterns, schema }, Known::Type(Type::Map(value))) => {
                let checks = self.typed(*schema, value, false);
                let (named, patterns) = (named.clone(), patterns.clone());
                self.add(checks).map(|schema| Check::AdditionalProperties { named, patterns, schema })
            }
            (Check::AdditionalProperties { named, .. }, Known::Struct(item))
                if item.fields.iter().all(|field| named.contains(&field.name)) =>
            {
                None
            }
            (Check::Required(names), Known::Struct(item)) => {
                let is_there = |name: &String| {
                    item.fields.iter().any(|field| field.name == *name && field.presence != Presence::Optional)
                };
                let left: Vec<String> = names.iter().filter(|name| !is_there(name)).cloned().collect();
                (!left.is_empty()).then_some(Check::Required(left))
            }
            _ => return None,
        };
        Some(check.into_iter().collect())
    }

    /// Whether a value of a type is of one of these kinds.
    fn has_kind(&self, kinds: &[Kind], known: Known<'_>, nullable: bool) -> bool {
        let wanted: &[Kind] = match known {
            Known::Type(Type::String | Type::Enum(_)) => &[Kind::String],
            Known::Type(Type::Integer) => &[Kind::Integer, Kind::Number],
            Known::Type(Type::Boolean) => &[Kind::Boolean],
            Known::Type(Type::List(_)) => &[Kind::Array],
            Known::Type(Type::Map(_) | Type::Struct(_)) | Known::Struct(_) => &[Kind::Object],
            // Of the numbers in Rust not all are numbers in JSON: NaN and the infinities would be sent as null.
            Known::Type(Type::Number | Type::Value | Type::Optional(_)) => &[],
        };
        wanted.iter().any(|kind| kinds.contains(kind)) && (!nullable || kinds.contains(&Kind::Null))
    }

    /// Whether every value of an enum is listed.
    fn is_listed(&self, values: &[serde_json::Value], known: Known<'_>, nullable: bool) -> bool {
        let Known::Type(Type::Enum(name)) = known else { return false };
        let Some(Item::Enum(item)) = self.item(name) else { return false };
        let listed = |text: &str| values.iter().any(|value| value.as_str() == Some(text));
        item.other.is_none()
            && item.values.iter().all(|(value, _)| listed(value))
            && (!nullable || values.contains(&serde_json::Value::Null))
    }

    fn is_null(&self, place: Place) -> bool {
        self.from[place].as_slice() == [Check::Types(vec![Kind::Null])]
    }

    /// A node for what is left, if anything is.
    fn add(&mut self, checks: Vec<Check>) -> Option<Place> {
        if checks.is_empty() {
            return None;
        }
        self.to.push(checks);
        Some(self.to.len() - 1)
    }

    /// The new place of a node that is kept whole.
    fn keep(&mut self, place: Place) -> Place {
        if let Some(new) = self.kept.get(&place) {
            return *new;
        }
        self.to.push(Vec::new());
        let new = self.to.len() - 1;
        self.kept.insert(place, new);
        self.open.push((place, new));
        new
    }

    /// A check that is kept whole.
    fn whole(&mut self, mut check: Check) -> Check {
        for place in check.places_mut() {
            *place = self.keep(*place);
        }
        check
    }
}
