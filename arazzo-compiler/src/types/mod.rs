//! JSON Schema to Rust types.

mod default;
mod filters;
mod inputs;
mod names;
mod outputs;
mod read;

#[cfg(test)]
pub(crate) use default::misfit;
pub(crate) use filters::object_filters;
pub use inputs::inputs;
pub(crate) use inputs::may_mean_more;
#[cfg(test)]
pub(crate) use inputs::of_schema;
pub use names::distinct;
pub(crate) use outputs::admitted;
pub use outputs::{Known, OutputType, Surroundings, known, known_at, known_or_null, outputs};

use crate::source::Span;
use serde_json::Value;

/// A Rust type.
#[derive(Debug, Clone, PartialEq)]
pub enum Type {
    /// `String`
    String,
    /// `i64`
    Integer,
    /// `f64`
    Number,
    /// `bool`
    Boolean,
    /// `arazzo::Value`
    Value,
    /// `Vec`
    List(Box<Type>),
    /// `BTreeMap<String, _>`
    Map(Box<Type>),
    /// `Option`
    Optional(Box<Type>),
    /// A struct of the workflow's module.
    Struct(String),
    /// An enum of the workflow's module.
    Enum(String),
}

/// A type of the workflow's module.
#[derive(Debug, Clone)]
pub enum Item {
    /// A struct.
    Struct(Struct),
    /// An enum of strings.
    Enum(Enum),
}

/// A struct for an object schema.
#[derive(Debug, Clone)]
pub struct Struct {
    /// Its Rust name.
    pub name: String,
    /// Its documentation.
    pub doc: String,
    /// Its fields, in the order of the document.
    pub fields: Vec<Field>,
}

/// A field of a struct.
#[derive(Debug, Clone)]
pub struct Field {
    /// The property.
    pub name: String,
    /// Its Rust name.
    pub ident: String,
    /// The type, without the `Option` of its presence.
    pub kind: Type,
    /// Whether it must be there.
    pub presence: Presence,
    /// What it is when it is left out, and the document gives it a default.
    pub default: Option<Value>,
    /// Its documentation.
    pub doc: Option<String>,
    /// Whether it is hidden.
    pub secret: bool,
    /// Where the property stands.
    pub span: Span,
}

/// Whether a property must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// Required, and never null.
    Required,
    /// Required, perhaps null.
    Nullable,
    /// Not required.
    Optional,
}

/// An enum for a list of strings.
#[derive(Debug, Clone)]
pub struct Enum {
    /// Its Rust name.
    pub name: String,
    /// Its documentation.
    pub doc: String,
    /// The values and their variants.
    pub values: Vec<(String, String)>,
    /// The variant for any other value, where there can be one.
    pub other: Option<String>,
}
