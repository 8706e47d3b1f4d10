//! A schema as a Rust type, with the types that it needs.

use super::{Enum, Field, Item, Presence, Struct, Type, distinct};
use crate::constraint::Constraints;
use crate::diagnostic::{Diagnostics, rules, suggest};
use crate::library::Library;
use crate::names;
use crate::openapi::{Schema, SchemaKind};
use crate::source::Span;

/// Makes types out of schemas.
pub(super) struct Reader<'c, 'a, 'r> {
    pub(super) library: &'c Library<'a, 'r>,
    pub(super) diagnostics: &'c mut Diagnostics,
    /// Whether enums have a variant for other values: what servers send is a claim, what users give is not.
    pub(super) open: bool,
    /// What the schema asks beyond types, where that matters.
    pub(super) constraints: Option<&'c Constraints>,
    /// The types made so far.
    pub(super) items: Vec<Item>,
    /// The schemas that are being read: one inside itself is any value.
    stack: Vec<Span>,
}

/// How many types a workflow's inputs or outputs may need. A description whose objects all refer to each other would have
/// more ways through them than anyone can compile; what lies beyond is any value.
const MOST_TYPES: usize = 256;

/// How deep lists and maps may be nested in each other.
const DEEPEST: usize = 32;

impl<'c, 'a, 'r> Reader<'c, 'a, 'r> {
    pub(super) fn of_inputs(
        library: &'c Library<'a, 'r>,
        constraints: &'c Constraints,
        diagnostics: &'c mut Diagnostics,
    ) -> Self {
        let constraints = Some(constraints);
        Self { library, diagnostics, open: false, constraints, items: Vec::new(), stack: Vec::new() }
    }

    pub(super) fn of_outputs(library: &'c Library<'a, 'r>, diagnostics: &'c mut Diagnostics) -> Self {
        Self { library, diagnostics, open: true, constraints: None, items: Vec::new(), stack: Vec::new() }
    }

    /// The type of a schema, and whether null is allowed. `path` names the types that are made for it, `shown` is how
    /// their documentation calls the place.
    pub(super) fn read(&mut self, schema: Schema<'a>, path: &str, shown: &str) -> (Type, bool) {
        let Some((schema, nullable)) = schema.resolve(self.library, self.diagnostics) else {
            return (Type::Value, false);
        };
        let span = schema.at.node.span;
        if self.stack.contains(&span) || self.stack.len() >= DEEPEST || self.items.len() >= MOST_TYPES {
            return (Type::Value, nullable);
        }
        self.stack.push(span);
        let kind = self.kind(schema, path, shown);
        self.stack.pop();
        (kind, nullable)
    }

    fn kind(&mut self, schema: Schema<'a>, path: &str, shown: &str) -> Type {
        match schema.kind() {
            SchemaKind::String(None) => Type::String,
            SchemaKind::String(Some(values)) => self.values(&values, path, shown, schema),
            SchemaKind::Integer => Type::Integer,
            SchemaKind::Number => Type::Number,
            SchemaKind::Boolean => Type::Boolean,
            SchemaKind::List(items) => Type::List(Box::new(self.element(items, &format!("{path}Item"), shown))),
            SchemaKind::Map(None) => Type::Map(Box::new(Type::Value)),
            SchemaKind::Map(values) => Type::Map(Box::new(self.element(values, &format!("{path}Value"), shown))),
            SchemaKind::Object => self.object(schema, path, shown),
            SchemaKind::Any => Type::Value,
        }
    }

    fn element(&mut self, schema: Option<Schema<'a>>, path: &str, shown: &str) -> Type {
        let Some(schema) = schema else { return Type::Value };
        match self.read(schema, path, &format!("an element of {shown}")) {
            (kind, true) if kind != Type::Value => Type::Optional(Box::new(kind)),
            (kind, _) => kind,
        }
    }

    fn object(&mut self, schema: Schema<'a>, path: &str, shown: &str) -> Type {
        // What an API calls its members cannot be changed by those who use it.
        if self.open && !has_distinct_names(schema) {
            return Type::Map(Box::new(Type::Value));
        }
        let fields = self.fields(schema, path);
        let doc = schema.description().map_or_else(|| format!("The members of {shown}."), str::to_owned);
        self.add(Item::Struct(Struct { name: path.to_owned(), doc, fields }), schema.at.node.span);
        Type::Struct(path.to_owned())
    }

    /// The fields of a resolved object schema.
    pub(super) fn fields(&mut self, schema: Schema<'a>, path: &str) -> Vec<Field> {
        if !self.open {
            self.required_ones_are_declared(schema);
        }
        let properties: Vec<_> = schema.properties().collect();
        let keys = properties.iter().map(|(key, _)| (key.text.as_str(), key.span));
        let converted = distinct(keys, "property name", names::snake, self.diagnostics);
        let mut fields = Vec::new();
        for (name, ident) in converted {
            let Some((key, property)) = properties.iter().find(|(key, _)| key.text == name) else { continue };
            let below = names::part(name);
            let (kind, nullable) = self.read(*property, &format!("{path}{below}"), &format!("`{name}`"));
            let presence = match (schema.requires(name), nullable) {
                (true, false) => Presence::Required,
                (true, true) => Presence::Nullable,
                (false, _) => Presence::Optional,
            };
            let resolved = property.resolve(self.library, self.diagnostics).map(|(schema, _)| schema);
            let doc = property.description().or_else(|| resolved?.description());
            let secret = resolved.is_some_and(|schema| self.is_secret(schema, &kind));
            let default = resolved.filter(|_| presence == Presence::Optional);
            let default = default.and_then(|resolved| self.default(name, *property, resolved, &kind));
            fields.push(Field {
                name: name.to_owned(),
                ident,
                kind,
                presence,
                default,
                doc: doc.map(str::to_owned),
                secret,
                span: key.span,
            });
        }
        fields
    }

    /// Whether a value of a resolved schema and its type is a password or holds one, other than in a field of a struct,
    /// which is secret by itself.
    pub(super) fn is_secret(&mut self, schema: Schema<'a>, kind: &Type) -> bool {
        if schema.has_format("password") {
            return true;
        }
        if let Type::Struct(_) = innermost(kind) {
            return false;
        }
        if let Some(constraints) = self.constraints {
            return constraints.holds_password(schema);
        }
        let (SchemaKind::List(Some(inner)) | SchemaKind::Map(Some(inner))) = schema.kind() else { return false };
        let (Type::List(kind) | Type::Map(kind)) = kind else { return false };
        inner.resolve(self.library, self.diagnostics).is_some_and(|(inner, _)| self.is_secret(inner, kind))
    }

    /// What must be given can be given. Of members that no property describes the struct knows nothing.
    pub(super) fn required_ones_are_declared(&mut self, schema: Schema<'a>) {
        for node in schema.all("required").filter_map(|found| found.node.as_list()).flatten() {
            let Some(name) = node.as_str().filter(|name| schema.property(name).is_none()) else { continue };
            let message = format!("`{name}` is required, and `properties` does not have it");
            let declared = schema.properties().map(|(key, _)| key.text.as_str());
            self.diagnostics.error(&rules::INVALID_VALUE, node.span, message).did_you_mean(suggest(name, declared));
        }
    }

    fn values(&mut self, values: &[&str], path: &str, shown: &str, schema: Schema<'a>) -> Type {
        let span = schema.at.node.span;
        let mut variants: Vec<(String, String)> = Vec::new();
        for value in values {
            if variants.iter().any(|(known, _)| known == value) {
                continue;
            }
            // A value that cannot be a variant, or not a distinct one, leaves the whole a string: the values are the
            // API's, and nobody who writes a workflow could rename them.
            match names::camel(value) {
                Some(variant) if variants.iter().all(|(_, known)| *known != variant) => {
                    variants.push(((*value).to_owned(), variant));
                }
                _ => return Type::String,
            }
        }
        let taken = |name: &str| variants.iter().any(|(_, known)| known == name);
        let mut other = "Other".to_owned();
        while taken(&other) {
            other.push('_');
        }
        let doc = schema.description().map_or_else(|| format!("The values of {shown}."), str::to_owned);
        let other = self.open.then_some(other);
        self.add(Item::Enum(Enum { name: path.to_owned(), doc, values: variants, other }), span);
        Type::Enum(path.to_owned())
    }

    fn add(&mut self, item: Item, span: Span) {
        let name = item.name().to_owned();
        if self.items.iter().any(|known| known.name() == name) {
            let message = format!("two types of this workflow would be named `{name}` in Rust");
            self.diagnostics
                .error(&rules::NAME_COLLISION, span, message)
                .note("types are named by the path of their properties")
                .help("rename one of the properties on the way");
            return;
        }
        self.items.push(item);
    }
}

/// What lists, maps and options hold.
fn innermost(kind: &Type) -> &Type {
    match kind {
        Type::List(inner) | Type::Map(inner) | Type::Optional(inner) => innermost(inner),
        kind => kind,
    }
}

/// Whether each property can be a field.
fn has_distinct_names(schema: Schema<'_>) -> bool {
    let mut taken = Vec::new();
    schema.properties().all(|(key, _)| match names::snake(&key.text) {
        Some(name) if !taken.contains(&name) => {
            taken.push(name);
            true
        }
        _ => false,
    })
}

impl Item {
    /// Its Rust name.
    pub fn name(&self) -> &str {
        match self {
            Self::Struct(item) => &item.name,
            Self::Enum(item) => &item.name,
        }
    }
}
