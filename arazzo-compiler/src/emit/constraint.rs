//! What the types of the inputs do not guarantee, as a tree that is checked when a run begins; and the defaults.

use super::Plan;
use crate::names::ident;
use crate::types::{Field, Item, Presence, Type};
use arazzo_expression::schema::{Check, Kind, Pattern, Place, Schema};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, format_ident, quote};
use serde_json::{Number, Value};

/// Whether an input may take a default, at any depth.
pub(super) fn has_defaults(plan: &Plan<'_, '_>) -> bool {
    fills(plan.items, &plan.inputs.fields)
}

/// How inputs are made ready for a run.
pub(super) fn ready(plan: &Plan<'_, '_>) -> TokenStream {
    let fill = has_defaults(plan).then(|| {
        let fields = plan.inputs.fields.iter().filter_map(|field| fill_field(plan.items, field));
        quote! {
            fn fill(&mut self) {
                #(#fields)*
            }
        }
    });
    let constraints = plan.constraints.map(|schema| {
        let schema = self::schema(schema);
        quote! {
            fn constraints() -> ::core::option::Option<&'static rt::Schema> {
                static CONSTRAINTS: ::std::sync::LazyLock<rt::Schema> = ::std::sync::LazyLock::new(|| #schema);
                ::core::option::Option::Some(&CONSTRAINTS)
            }
        }
    });
    quote! {
        #[doc(hidden)]
        impl rt::Inputs for Inputs {
            #fill
            #constraints
        }
    }
}

/// The method that fills the defaults of a type inside of the inputs, when it has any.
pub(super) fn fill_method(items: &[Item], name: &Ident, fields: &[Field]) -> Option<TokenStream> {
    fills(items, fields).then(|| {
        let fields = fields.iter().filter_map(|field| fill_field(items, field));
        quote! {
            impl #name {
                fn fill(&mut self) {
                    #(#fields)*
                }
            }
        }
    })
}

fn fills(items: &[Item], fields: &[Field]) -> bool {
    fields.iter().any(|field| field.default.is_some() || is_filled(items, &field.kind))
}

/// Whether a value of a type may have a default inside of it.
fn is_filled(items: &[Item], kind: &Type) -> bool {
    match kind {
        Type::List(inner) | Type::Map(inner) | Type::Optional(inner) => is_filled(items, inner),
        Type::Struct(name) => items.iter().any(|item| match item {
            Item::Struct(item) => item.name == *name && fills(items, &item.fields),
            Item::Enum(_) => false,
        }),
        _ => false,
    }
}

fn fill_field(items: &[Item], field: &Field) -> Option<TokenStream> {
    let name = ident(&field.ident);
    let default = field.default.as_ref().map(|default| {
        let value = typed(items, &field.kind, default);
        quote! { self.#name.get_or_insert_with(|| #value); }
    });
    let inner = is_filled(items, &field.kind).then(|| {
        if field.presence == Presence::Required {
            fill_value(&quote! { &mut self.#name }, &field.kind)
        } else {
            let fill = fill_value(&quote! { value }, &field.kind);
            quote! {
                if let ::core::option::Option::Some(value) = &mut self.#name {
                    #fill
                }
            }
        }
    });
    (default.is_some() || inner.is_some()).then(|| quote! { #default #inner })
}

/// Fills what `place`, a reference, refers to.
fn fill_value(place: &TokenStream, kind: &Type) -> TokenStream {
    match kind {
        Type::List(inner) => {
            let fill = fill_value(&quote! { element }, inner);
            quote! { for element in (#place).iter_mut() { #fill } }
        }
        Type::Map(inner) => {
            let fill = fill_value(&quote! { member }, inner);
            quote! { for member in (#place).values_mut() { #fill } }
        }
        Type::Optional(inner) => {
            let fill = fill_value(&quote! { inner }, inner);
            quote! {
                if let ::core::option::Option::Some(inner) = (#place).as_mut() {
                    #fill
                }
            }
        }
        _ => quote! { (#place).fill(); },
    }
}

/// A value of a type. That it is one was checked before.
fn typed(items: &[Item], kind: &Type, value: &Value) -> TokenStream {
    match (kind, value) {
        (Type::Optional(_), Value::Null) => quote! { ::core::option::Option::None },
        (Type::Optional(inner), value) => {
            let value = typed(items, inner, value);
            quote! { ::core::option::Option::Some(#value) }
        }
        (Type::String, Value::String(text)) => quote! { rt::text(#text) },
        (Type::Boolean, Value::Bool(value)) => quote! { #value },
        (Type::Integer, Value::Number(number)) => {
            let value = number.as_i64().or_else(|| number.as_f64().map(|number| number as i64)).unwrap_or_default();
            let value = Literal::i64_unsuffixed(value);
            quote! { #value }
        }
        (Type::Number, Value::Number(number)) => {
            let value = Literal::f64_unsuffixed(number.as_f64().unwrap_or_default());
            quote! { #value }
        }
        (Type::List(inner), Value::Array(list)) => {
            let elements = list.iter().map(|value| typed(items, inner, value));
            quote! { ::std::vec![#(#elements),*] }
        }
        (Type::Map(inner), Value::Object(map)) => {
            let members = map.iter().map(|(name, value)| {
                let value = typed(items, inner, value);
                quote! { (rt::text(#name), #value) }
            });
            quote! { rt::map([#(#members),*]) }
        }
        (Type::Enum(name), Value::String(text)) => {
            let variant = items.iter().find_map(|item| match item {
                Item::Enum(item) if item.name == *name => item.values.iter().find(|(value, _)| value == text),
                _ => None,
            });
            let (name, variant) = (ident(name), variant.map(|(_, variant)| ident(variant)));
            quote! { #name::#variant }
        }
        (Type::Struct(name), Value::Object(map)) => {
            let item = items.iter().find_map(|item| match item {
                Item::Struct(item) if item.name == *name => Some(item),
                _ => None,
            });
            let fields = item.into_iter().flat_map(|item| &item.fields).map(|field| {
                let member = ident(&field.ident);
                let value =
                    map.get(&field.name).filter(|value| !value.is_null() || field.presence == Presence::Required);
                let value = value.map(|value| typed(items, &field.kind, value));
                match (value, field.presence) {
                    (Some(value), Presence::Required) => quote! { #member: #value },
                    (Some(value), _) => quote! { #member: ::core::option::Option::Some(#value) },
                    (None, _) => quote! { #member: ::core::option::Option::None },
                }
            });
            let name = ident(name);
            quote! { #name { #(#fields),* } }
        }
        (_, value) => json(value),
    }
}

/// A value as serde_json has it.
fn json(value: &Value) -> TokenStream {
    match value {
        Value::Null => quote! { rt::serde_json::Value::Null },
        Value::Bool(value) => quote! { rt::serde_json::Value::Bool(#value) },
        Value::Number(number) => {
            let number = self::number(number);
            quote! { rt::serde_json::Value::Number(#number) }
        }
        Value::String(text) => quote! { rt::serde_json::Value::String(rt::text(#text)) },
        Value::Array(list) => {
            let elements = list.iter().map(json);
            quote! { rt::serde_json::Value::Array(::std::vec![#(#elements),*]) }
        }
        Value::Object(map) => {
            let members = map.iter().map(|(name, value)| {
                let value = json(value);
                quote! { (#name, #value) }
            });
            quote! { rt::members([#(#members),*]) }
        }
    }
}

fn number(number: &Number) -> TokenStream {
    if let Some(value) = number.as_i64() {
        let value = Literal::i64_suffixed(value);
        quote! { ::core::convert::From::from(#value) }
    } else if let Some(value) = number.as_u64() {
        let value = Literal::u64_suffixed(value);
        quote! { ::core::convert::From::from(#value) }
    } else {
        let value = Literal::f64_suffixed(number.as_f64().unwrap_or_default());
        quote! { rt::float(#value) }
    }
}

fn schema(schema: &Schema) -> TokenStream {
    let nodes = schema.nodes().iter().map(|checks| {
        let checks = checks.iter().map(check);
        quote! { ::std::vec![#(#checks),*] }
    });
    quote! { rt::Schema::new(::std::vec![#(#nodes),*]) }
}

fn check(check: &Check) -> TokenStream {
    let inner = match check {
        Check::Never => quote! { Never },
        Check::UniqueItems => quote! { UniqueItems },
        Check::Types(kinds) => {
            let kinds = kinds.iter().map(kind);
            quote! { Types(::std::vec![#(#kinds),*]) }
        }
        Check::Values(values) => {
            let values = values.iter().map(json);
            quote! { Values(::std::vec![#(#values),*]) }
        }
        Check::MinLength(bound) => count("MinLength", *bound),
        Check::MaxLength(bound) => count("MaxLength", *bound),
        Check::MinItems(bound) => count("MinItems", *bound),
        Check::MaxItems(bound) => count("MaxItems", *bound),
        Check::MinProperties(bound) => count("MinProperties", *bound),
        Check::MaxProperties(bound) => count("MaxProperties", *bound),
        Check::Pattern(pattern) => {
            let pattern = self::pattern(pattern);
            quote! { Pattern(#pattern) }
        }
        Check::Minimum(bound) => self::bound("Minimum", bound),
        Check::ExclusiveMinimum(bound) => self::bound("ExclusiveMinimum", bound),
        Check::Maximum(bound) => self::bound("Maximum", bound),
        Check::ExclusiveMaximum(bound) => self::bound("ExclusiveMaximum", bound),
        Check::MultipleOf(unit) => self::bound("MultipleOf", unit),
        Check::PrefixItems(places) => self::places("PrefixItems", places),
        Check::AllOf(places) => self::places("AllOf", places),
        Check::AnyOf(places) => self::places("AnyOf", places),
        Check::OneOf(places) => self::places("OneOf", places),
        Check::Items { behind, schema } => {
            let (behind, schema) = (place(*behind), place(*schema));
            quote! { Items { behind: #behind, schema: #schema } }
        }
        Check::Contains { schema, least, most } => {
            let (schema, least) = (place(*schema), Literal::u64_unsuffixed(*least));
            let most = option(most.map(Literal::u64_unsuffixed));
            quote! { Contains { schema: #schema, least: #least, most: #most } }
        }
        Check::Required(names) => {
            let names = self::names(names);
            quote! { Required(#names) }
        }
        Check::DependentRequired(dependent) => {
            let entries = dependent.iter().map(|(name, names)| {
                let names = self::names(names);
                quote! { (rt::text(#name), #names) }
            });
            quote! { DependentRequired(::std::vec![#(#entries),*]) }
        }
        Check::Properties(named) => self::named("Properties", named),
        Check::DependentSchemas(named) => self::named("DependentSchemas", named),
        Check::PatternProperties(patterns) => {
            let entries = patterns.iter().map(|(pattern, schema)| {
                let (pattern, schema) = (self::pattern(pattern), place(*schema));
                quote! { (#pattern, #schema) }
            });
            quote! { PatternProperties(::std::vec![#(#entries),*]) }
        }
        Check::AdditionalProperties { named, patterns, schema } => {
            let (named, patterns, schema) = (names(named), patterns.iter().map(pattern), place(*schema));
            quote! {
                AdditionalProperties { named: #named, patterns: ::std::vec![#(#patterns),*], schema: #schema }
            }
        }
        Check::UnevaluatedProperties(schema) => alone("UnevaluatedProperties", *schema),
        Check::UnevaluatedItems(schema) => alone("UnevaluatedItems", *schema),
        Check::PropertyNames(schema) => alone("PropertyNames", *schema),
        Check::Schema(schema) => alone("Schema", *schema),
        Check::Not(schema) => alone("Not", *schema),
        Check::If { condition, then, otherwise } => {
            let (then, otherwise) = (option(then.map(place)), option(otherwise.map(place)));
            let condition = place(*condition);
            quote! { If { condition: #condition, then: #then, otherwise: #otherwise } }
        }
    };
    quote! { rt::Check::#inner }
}

fn kind(kind: &Kind) -> TokenStream {
    let name = format_ident!("{kind:?}");
    quote! { rt::Kind::#name }
}

fn pattern(pattern: &Pattern) -> TokenStream {
    let text = pattern.text();
    quote! { rt::Pattern::new(#text) }
}

fn count(name: &str, count: u64) -> TokenStream {
    let (name, count) = (format_ident!("{name}"), Literal::u64_unsuffixed(count));
    quote! { #name(#count) }
}

fn bound(name: &str, bound: &Number) -> TokenStream {
    let (name, bound) = (format_ident!("{name}"), number(bound));
    quote! { #name(#bound) }
}

fn place(place: Place) -> Literal {
    Literal::usize_unsuffixed(place)
}

fn alone(name: &str, schema: Place) -> TokenStream {
    let (name, schema) = (format_ident!("{name}"), place(schema));
    quote! { #name(#schema) }
}

fn places(name: &str, places: &[Place]) -> TokenStream {
    let (name, places) = (format_ident!("{name}"), places.iter().copied().map(place));
    quote! { #name(::std::vec![#(#places),*]) }
}

fn named(name: &str, named: &[(String, Place)]) -> TokenStream {
    let name = format_ident!("{name}");
    let entries = named.iter().map(|(key, schema)| {
        let schema = place(*schema);
        quote! { (rt::text(#key), #schema) }
    });
    quote! { #name(::std::vec![#(#entries),*]) }
}

fn names(names: &[String]) -> TokenStream {
    quote! { ::std::vec![#(rt::text(#names)),*] }
}

pub(super) fn option(value: Option<impl ToTokens>) -> TokenStream {
    match value {
        Some(value) => quote! { ::core::option::Option::Some(#value) },
        None => quote! { ::core::option::Option::None },
    }
}
