//! What a JSON Schema asks of a value, ready to be checked: JSON Schema 2020-12, "Applicator" and "Validation"
//! vocabularies. Reading a schema is the compiler's; the same tree checks defaults while compiling and inputs while running.
//!
//! ```
//! use arazzo_expression::schema::{Check, Kind, Schema};
//! use serde_json::json;
//!
//! let name = vec![Check::Types(vec![Kind::String]), Check::MinLength(3)];
//! let schema = Schema::new(vec![vec![Check::Properties(vec![("name".to_owned(), 1)])], name]);
//! assert_eq!(schema.violations(&json!({"name": "Ann"})), []);
//! let violations = schema.violations(&json!({"name": "A"}));
//! assert_eq!(violations[0].path, ["name"]);
//! assert_eq!(violations[0].message, "must have at least 3 characters");
//! ```

mod canonical;
mod decimal;
mod evaluate;
mod evaluated;
mod message;
#[cfg(test)]
mod tests;

use serde_json::{Number, Value};

/// A schema: a list of nodes, of which the first is the schema itself. Nodes refer to each other by their places, so that a
/// schema can be a part of itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Schema {
    nodes: Vec<Vec<Check>>,
    /// Whether a check is about what others have left over.
    has_leftovers: bool,
}

/// The place of a node.
pub type Place = usize;

/// What a node asks of a value. Each is about values of its own kind only: a length is nothing to a number.
#[derive(Debug, Clone, PartialEq)]
pub enum Check {
    /// `false`
    Never,
    /// `type`
    Types(Vec<Kind>),
    /// `enum` and `const`
    Values(Vec<Value>),
    /// `minLength`, in characters
    MinLength(u64),
    /// `maxLength`, in characters
    MaxLength(u64),
    /// `pattern`
    Pattern(Pattern),
    /// `minimum`
    Minimum(Number),
    /// `exclusiveMinimum`
    ExclusiveMinimum(Number),
    /// `maximum`
    Maximum(Number),
    /// `exclusiveMaximum`
    ExclusiveMaximum(Number),
    /// `multipleOf`
    MultipleOf(Number),
    /// `minItems`
    MinItems(u64),
    /// `maxItems`
    MaxItems(u64),
    /// `uniqueItems`
    UniqueItems,
    /// `prefixItems`
    PrefixItems(Vec<Place>),
    /// `items`, for the elements behind as many as `prefixItems` has
    Items {
        /// How many elements it is not about.
        behind: usize,
        /// What it asks.
        schema: Place,
    },
    /// `contains` with `minContains` and `maxContains`
    Contains {
        /// What an element must be to be counted.
        schema: Place,
        /// How many there must be.
        least: u64,
        /// How many there may be.
        most: Option<u64>,
    },
    /// `minProperties`
    MinProperties(u64),
    /// `maxProperties`
    MaxProperties(u64),
    /// `required`
    Required(Vec<String>),
    /// `dependentRequired`
    DependentRequired(Vec<(String, Vec<String>)>),
    /// `dependentSchemas`
    DependentSchemas(Vec<(String, Place)>),
    /// `properties`
    Properties(Vec<(String, Place)>),
    /// `patternProperties`
    PatternProperties(Vec<(Pattern, Place)>),
    /// `additionalProperties`
    AdditionalProperties {
        /// The `properties` beside it.
        named: Vec<String>,
        /// The `patternProperties` beside it.
        patterns: Vec<Pattern>,
        /// What it asks of the others.
        schema: Place,
    },
    /// `propertyNames`
    PropertyNames(Place),
    /// `unevaluatedProperties`: it is the last in its node, for it is about what the others have left over.
    UnevaluatedProperties(Place),
    /// `unevaluatedItems`: it is the last in its node, for it is about what the others have left over.
    UnevaluatedItems(Place),
    /// `$ref`
    Schema(Place),
    /// `allOf`
    AllOf(Vec<Place>),
    /// `anyOf`
    AnyOf(Vec<Place>),
    /// `oneOf`
    OneOf(Vec<Place>),
    /// `not`
    Not(Place),
    /// `if` with `then` and `else`
    If {
        /// The condition.
        condition: Place,
        /// What holds where it is met.
        then: Option<Place>,
        /// What holds where it is not.
        otherwise: Option<Place>,
    },
}

/// The types of JSON Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `null`
    Null,
    /// `boolean`
    Boolean,
    /// `integer`: a number without a fraction, `1.0` too.
    Integer,
    /// `number`
    Number,
    /// `string`
    String,
    /// `array`
    Array,
    /// `object`
    Object,
}

/// A regular expression, which may match anywhere in a text.
#[derive(Debug, Clone)]
pub struct Pattern {
    text: String,
    regex: Option<regex_lite::Regex>,
}

/// Where a value is not as its schema asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The names and places on the way to it.
    pub path: Vec<String>,
    /// What is asked, as the end of a sentence about the value. It never shows the value, which may be secret.
    pub message: String,
}

impl Schema {
    /// The schema that is the first of these nodes; without any, all values are right.
    #[must_use]
    pub fn new(nodes: Vec<Vec<Check>>) -> Self {
        let is_leftover = |check: &Check| matches!(check, Check::UnevaluatedProperties(_) | Check::UnevaluatedItems(_));
        let has_leftovers = nodes.iter().flatten().any(is_leftover);
        Self { nodes, has_leftovers }
    }

    /// Whether a check is about what other checks have left over, so that none of those can be taken away.
    #[must_use]
    pub fn has_leftovers(&self) -> bool {
        self.has_leftovers
    }

    /// The nodes.
    #[must_use]
    pub fn nodes(&self) -> &[Vec<Check>] {
        &self.nodes
    }

    /// What is wrong with a value, in the order of the schema: the first 32 violations, and one that says so where there
    /// are more.
    #[must_use]
    pub fn violations(&self, value: &Value) -> Vec<Violation> {
        self.violations_at(0, value)
    }

    /// The same of a value that is to be as one of the nodes asks.
    #[must_use]
    pub fn violations_at(&self, place: Place, value: &Value) -> Vec<Violation> {
        evaluate::violations(self, place, value)
    }
}

impl Check {
    /// The nodes that it refers to.
    #[must_use]
    pub fn places(&self) -> Vec<Place> {
        self.clone().places_mut().map(|place| *place).collect()
    }

    /// The nodes that it refers to, to be changed.
    pub fn places_mut(&mut self) -> impl Iterator<Item = &mut Place> {
        let (list, named, patterns, alone): (&mut [Place], &mut [_], &mut [_], [Option<&mut Place>; 3]) = match self {
            Self::PrefixItems(list) | Self::AllOf(list) | Self::AnyOf(list) | Self::OneOf(list) => {
                (list, &mut [], &mut [], [None, None, None])
            }
            Self::Properties(named) | Self::DependentSchemas(named) => (&mut [], named, &mut [], [None, None, None]),
            Self::PatternProperties(patterns) => (&mut [], &mut [], patterns, [None, None, None]),
            Self::Items { schema, .. }
            | Self::Contains { schema, .. }
            | Self::AdditionalProperties { schema, .. }
            | Self::PropertyNames(schema)
            | Self::UnevaluatedProperties(schema)
            | Self::UnevaluatedItems(schema)
            | Self::Schema(schema)
            | Self::Not(schema) => (&mut [], &mut [], &mut [], [Some(schema), None, None]),
            Self::If { condition, then, otherwise } => {
                (&mut [], &mut [], &mut [], [Some(condition), then.as_mut(), otherwise.as_mut()])
            }
            _ => (&mut [], &mut [], &mut [], [None, None, None]),
        };
        let named = named.iter_mut().map(|(_, place): &mut (String, Place)| place);
        let patterns = patterns.iter_mut().map(|(_, place): &mut (Pattern, Place)| place);
        list.iter_mut().chain(named).chain(patterns).chain(alone.into_iter().flatten())
    }
}

impl Kind {
    /// The type of that name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Some(match name {
            "null" => Self::Null,
            "boolean" => Self::Boolean,
            "integer" => Self::Integer,
            "number" => Self::Number,
            "string" => Self::String,
            "array" => Self::Array,
            "object" => Self::Object,
            _ => return None,
        })
    }
}

impl Pattern {
    /// A pattern. The compiler has checked it; one that is not valid all the same matches everything.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self { text: text.to_owned(), regex: regex_lite::Regex::new(text).ok() }
    }

    /// How it is written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn matches(&self, text: &str) -> bool {
        self.regex.as_ref().is_none_or(|regex| regex.is_match(text))
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}
