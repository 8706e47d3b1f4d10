//! Checking a value.

use super::canonical::canonical;
use super::decimal::{is_integral, is_multiple};
use super::evaluated::Evaluated;
use super::message::{alternatives, count, plain};
use super::{Check, Kind, Place, Schema, Violation};
use crate::number::Numeric;
use serde_json::{Map, Number, Value};
use std::cmp::Ordering;
use std::collections::HashSet;

/// How deep a value may be nested: values of users can be deeper than any stack.
const DEEPEST: usize = 256;

/// How many nodes are looked at: alternatives inside of alternatives can be more than anyone can wait for.
const MOST: u64 = 5_000_000;

/// How many places are told where a value is wrong: it can come from a server, and be wrong everywhere.
const MOST_FOUND: usize = 32;

pub(super) fn violations(schema: &Schema, place: Place, value: &Value) -> Vec<Violation> {
    let mut checker = Checker {
        schema,
        path: Vec::new(),
        found: Vec::new(),
        depth: 0,
        looks: 0,
        room: MOST_FOUND,
        has_more: false,
        gave_up: None,
        seen: Evaluated::default(),
    };
    checker.node(place, value);
    let about_all = |message: String| Violation { path: Vec::new(), message };
    match checker.gave_up {
        // What was found until then may be wrong: a `not` turns it around.
        Some(reason) => vec![about_all(format!("is {reason} to be checked"))],
        None => {
            checker.found.extend(checker.has_more.then(|| about_all("is wrong in more places than these".to_owned())));
            checker.found
        }
    }
}

struct Checker<'s> {
    schema: &'s Schema,
    path: Vec<String>,
    found: Vec<Violation>,
    depth: usize,
    looks: u64,
    /// How many violations are kept.
    room: usize,
    /// Whether there was one more: then nothing is looked at any further.
    has_more: bool,
    gave_up: Option<&'static str>,
    /// What the node at hand has looked at.
    seen: Evaluated,
}

impl<'s> Checker<'s> {
    /// Checks a value. What comes back is what of it was looked at.
    fn node(&mut self, place: Place, value: &Value) -> Evaluated {
        let Some(checks) = self.schema.nodes.get(place) else { return Evaluated::default() };
        if self.is_over() {
            return Evaluated::default();
        }
        if self.depth >= DEEPEST {
            self.gave_up = Some("nested too deep");
            return Evaluated::default();
        }
        if self.looks >= MOST {
            self.gave_up = Some("too much");
            return Evaluated::default();
        }
        self.looks += 1;
        self.depth += 1;
        let outer = std::mem::take(&mut self.seen);
        for check in checks {
            self.check(check, value);
            // The rest would only say the same in other words.
            if matches!(check, Check::Types(_)) && !holds(check, value) {
                break;
            }
        }
        self.depth -= 1;
        std::mem::replace(&mut self.seen, outer)
    }

    /// Whether nothing that is still looked at would change what is said.
    fn is_over(&self) -> bool {
        self.gave_up.is_some() || self.has_more
    }

    /// Checks the same value by another node.
    fn same(&mut self, place: Place, value: &Value) {
        let seen = self.node(place, value);
        self.seen.merge(seen);
    }

    fn report(&mut self, message: String) {
        let violation = Violation { path: self.path.clone(), message };
        // Two parts of a schema may ask the same.
        if self.found.contains(&violation) {
            return;
        }
        match self.found.len() < self.room {
            true => self.found.push(violation),
            false => self.has_more = true,
        }
    }

    /// The first that a node finds, without its being reported, and what of the value it has looked at.
    fn try_node(&mut self, place: Place, value: &Value) -> (Vec<Violation>, Evaluated) {
        let outer = std::mem::take(&mut self.found);
        let path = std::mem::take(&mut self.path);
        let (room, has_more) = (std::mem::replace(&mut self.room, 1), std::mem::take(&mut self.has_more));
        let seen = self.node(place, value);
        (self.path, self.room, self.has_more) = (path, room, has_more);
        (std::mem::replace(&mut self.found, outer), seen)
    }

    fn fits(&mut self, place: Place, value: &Value) -> bool {
        self.try_node(place, value).0.is_empty()
    }

    /// Tries several nodes: what each finds. What those that fit have looked at counts.
    fn try_all(&mut self, places: &[Place], value: &Value) -> Vec<Vec<Violation>> {
        let mut tried = Vec::new();
        for place in places {
            let (found, seen) = self.try_node(*place, value);
            if found.is_empty() {
                self.seen.merge(seen);
            }
            tried.push(found);
        }
        tried
    }

    /// Checks a member.
    fn member(&mut self, name: &str, place: Place, value: &Value) {
        if self.schema.has_leftovers {
            self.seen.add_name(name);
        }
        self.path.push(name.to_owned());
        self.node(place, value);
        self.path.pop();
    }

    /// Checks an element.
    fn element(&mut self, index: usize, place: Place, value: &Value) {
        if self.schema.has_leftovers {
            self.seen.add_element(index);
        }
        self.path.push(index.to_string());
        self.node(place, value);
        self.path.pop();
    }

    /// Checks a member that others have left over.
    fn other_member(&mut self, name: &str, place: Place, value: &Value) {
        if self.schema.nodes.get(place).is_some_and(|checks| checks.as_slice() == [Check::Never]) {
            self.seen.add_name(name);
            self.report(format!("must not have the member `{name}`"));
        } else {
            self.member(name, place, value);
        }
    }

    fn check(&mut self, check: &'s Check, value: &Value) {
        match check {
            Check::Schema(place) => self.same(*place, value),
            Check::AllOf(places) => places.iter().for_each(|place| self.same(*place, value)),
            Check::AnyOf(places) => {
                let tried = self.try_all(places, value);
                if !tried.iter().any(Vec::is_empty) {
                    self.report(alternatives(&tried));
                }
            }
            Check::OneOf(places) => self.one_of(places, value),
            Check::Not(place) => {
                if self.fits(*place, value) {
                    self.report("is what `not` forbids".to_owned());
                }
            }
            Check::If { condition, then, otherwise } => {
                let is_met = self.try_all(&[*condition], value).iter().all(Vec::is_empty);
                let next = if is_met { then } else { otherwise };
                if let Some(place) = next {
                    self.same(*place, value);
                }
            }
            _ => match value {
                Value::Array(list) => self.list(check, list, value),
                Value::Object(map) => self.object(check, map, value),
                _ if !holds(check, value) => self.report(plain(check)),
                _ => {}
            },
        }
    }

    fn one_of(&mut self, places: &[Place], value: &Value) {
        let tried = self.try_all(places, value);
        let fitting: Vec<String> =
            (1..).zip(&tried).filter(|(_, found)| found.is_empty()).map(|(number, _)| number.to_string()).collect();
        match fitting.as_slice() {
            [] => self.report(alternatives(&tried)),
            [_] => {}
            several => {
                self.report(format!(
                    "fits the alternatives {} of `oneOf`, and may fit only one",
                    several.join(" and ")
                ));
            }
        }
    }

    fn list(&mut self, check: &'s Check, list: &[Value], value: &Value) {
        match check {
            Check::PrefixItems(places) => {
                for (index, (place, element)) in places.iter().zip(list).enumerate() {
                    self.element(index, *place, element);
                }
            }
            Check::Items { behind, schema } => {
                for (index, element) in list.iter().enumerate().skip(*behind) {
                    if self.is_over() {
                        break;
                    }
                    self.element(index, *schema, element);
                }
            }
            Check::UnevaluatedItems(place) => {
                for (index, element) in list.iter().enumerate() {
                    if !self.seen.has_element(index) {
                        self.element(index, *place, element);
                    }
                }
            }
            Check::Contains { schema, least, most } => {
                let mut found = 0;
                for (index, element) in list.iter().enumerate() {
                    if self.fits(*schema, element) {
                        found += 1;
                        self.seen.add_element(index);
                    }
                }
                if found < *least {
                    let elements = count(*least, "element", "elements");
                    self.report(format!("must have at least {elements} of the kind that `contains` asks for"));
                } else if let Some(most) = most.filter(|most| found > *most) {
                    let elements = count(most, "element", "elements");
                    self.report(format!("must have at most {elements} of the kind that `contains` describes"));
                }
            }
            _ if !holds(check, value) => self.report(plain(check)),
            _ => {}
        }
    }

    fn object(&mut self, check: &'s Check, map: &Map<String, Value>, value: &Value) {
        match check {
            Check::Properties(properties) => {
                for (name, place) in properties {
                    if let Some(member) = map.get(name) {
                        self.member(name, *place, member);
                    }
                }
            }
            Check::PatternProperties(patterns) => {
                for (pattern, place) in patterns {
                    for (name, member) in map.iter().filter(|(name, _)| pattern.matches(name)) {
                        self.member(name, *place, member);
                    }
                }
            }
            Check::AdditionalProperties { named, patterns, schema } => {
                let is_other = |name: &String| !named.contains(name) && !patterns.iter().any(|it| it.matches(name));
                for (name, member) in map.iter().filter(|(name, _)| is_other(name)) {
                    self.other_member(name, *schema, member);
                }
            }
            Check::UnevaluatedProperties(place) => {
                for (name, member) in map {
                    if !self.seen.has_name(name) {
                        self.other_member(name, *place, member);
                    }
                }
            }
            Check::PropertyNames(place) => {
                for name in map.keys() {
                    let (reasons, _) = self.try_node(*place, &Value::String(name.clone()));
                    if let Some(reason) = reasons.first() {
                        self.report(format!("must not have the member `{name}`: its name {}", reason.message));
                    }
                }
            }
            Check::Required(names) => {
                for name in names.iter().filter(|name| !map.contains_key(*name)) {
                    self.report(format!("must have the member `{name}`"));
                }
            }
            Check::DependentRequired(dependent) => {
                for (given, names) in dependent.iter().filter(|(given, _)| map.contains_key(given)) {
                    for name in names.iter().filter(|name| !map.contains_key(*name)) {
                        self.report(format!("must have the member `{name}` where it has `{given}`"));
                    }
                }
            }
            Check::DependentSchemas(dependent) => {
                for (_, place) in dependent.iter().filter(|(given, _)| map.contains_key(given)) {
                    self.same(*place, value);
                }
            }
            _ if !holds(check, value) => self.report(plain(check)),
            _ => {}
        }
    }
}

/// Whether a check that does not look into parts is met.
fn holds(check: &Check, value: &Value) -> bool {
    let length = |text: &str| text.chars().count() as u64;
    match (check, value) {
        (Check::Never, _) => false,
        (Check::Types(kinds), value) => kinds.iter().any(|kind| is_of(value, *kind)),
        (Check::Values(values), value) => {
            let text = canonical(value);
            values.iter().any(|known| canonical(known) == text)
        }
        (Check::MinLength(least), Value::String(text)) => length(text) >= *least,
        (Check::MaxLength(most), Value::String(text)) => length(text) <= *most,
        (Check::Pattern(pattern), Value::String(text)) => pattern.matches(text),
        (Check::Minimum(least), Value::Number(number)) => compare(number, least).is_ge(),
        (Check::ExclusiveMinimum(least), Value::Number(number)) => compare(number, least).is_gt(),
        (Check::Maximum(most), Value::Number(number)) => compare(number, most).is_le(),
        (Check::ExclusiveMaximum(most), Value::Number(number)) => compare(number, most).is_lt(),
        (Check::MultipleOf(unit), Value::Number(number)) => is_multiple(number, unit),
        (Check::MinItems(least), Value::Array(list)) => list.len() as u64 >= *least,
        (Check::MaxItems(most), Value::Array(list)) => list.len() as u64 <= *most,
        (Check::UniqueItems, Value::Array(list)) => {
            let mut seen = HashSet::new();
            list.iter().all(|element| seen.insert(canonical(element)))
        }
        (Check::MinProperties(least), Value::Object(map)) => map.len() as u64 >= *least,
        (Check::MaxProperties(most), Value::Object(map)) => map.len() as u64 <= *most,
        _ => true,
    }
}

fn is_of(value: &Value, kind: Kind) -> bool {
    match (kind, value) {
        (Kind::Integer, Value::Number(number)) => is_integral(number),
        (Kind::Null, Value::Null)
        | (Kind::Boolean, Value::Bool(_))
        | (Kind::Number, Value::Number(_))
        | (Kind::String, Value::String(_))
        | (Kind::Array, Value::Array(_))
        | (Kind::Object, Value::Object(_)) => true,
        _ => false,
    }
}

fn compare(left: &Number, right: &Number) -> Ordering {
    // JSON has no NaN.
    Numeric::of(left).compare(Numeric::of(right)).unwrap_or(Ordering::Equal)
}
