//! The types of a workflow's module.

use super::{Exit, Plan, constraint, doc, type_tokens};
use crate::names::ident;
use crate::types::{Enum, Field, Item, Presence, Struct, Type};
use proc_macro2::TokenStream;
use quote::quote;

/// `Inputs`, with `new` for the required ones and a `Debug` form that hides secrets.
pub(super) fn inputs(plan: &Plan<'_, '_>) -> TokenStream {
    let inputs = plan.inputs;
    let fields = inputs.fields.iter().map(input_field);
    let required: Vec<&Field> = inputs.fields.iter().filter(|field| field.presence == Presence::Required).collect();
    let id = &plan.workflow.written.id.value;
    let summary = doc::attributes(&[format!("The inputs of the workflow `{id}`.")]);
    let debug = debug_struct(inputs);
    let new = new(inputs, &required);
    quote! {
        #summary
        #[derive(::core::clone::Clone, ::core::cmp::PartialEq, rt::serde::Serialize, rt::serde::Deserialize)]
        #[serde(crate = "rt::serde")]
        pub struct Inputs {
            #(#fields)*
        }

        #new
        #debug
    }
}

fn new(inputs: &Struct, required: &[&Field]) -> TokenStream {
    if inputs.fields.is_empty() {
        return TokenStream::new();
    }
    let arguments = required.iter().map(|field| {
        let (name, kind) = (ident(&field.ident), type_tokens(&field.kind));
        quote! { #name: impl ::core::convert::Into<#kind> }
    });
    let values = inputs.fields.iter().map(|field| {
        let name = ident(&field.ident);
        if field.presence == Presence::Required {
            quote! { #name: ::core::convert::Into::into(#name) }
        } else {
            quote! { #name: ::core::option::Option::None }
        }
    });
    let mut doc = vec!["The required inputs; the others are left out.".to_owned()];
    if inputs.fields.len() > required.len() {
        let optional = inputs.fields.iter().find(|field| field.presence != Presence::Required);
        let name = optional.map(|field| field.ident.as_str()).unwrap_or_default();
        doc.push(String::new());
        doc.push(format!("Set them as in `Inputs {{ {name}: Some(…), ..Inputs::new(…) }}`."));
    }
    let doc = doc::attributes(&doc);
    quote! {
        impl Inputs {
            #doc
            #[allow(clippy::too_many_arguments)]
            pub fn new(#(#arguments),*) -> Self {
                Self { #(#values),* }
            }
        }
    }
}

/// A `Debug` form that shows of secret fields only whether they are there: name, Rust name, whether it is an `Option`,
/// whether it is secret.
fn debug<'f>(name: &str, fields: impl Iterator<Item = (&'f str, &'f str, bool, bool)>) -> TokenStream {
    let ident = ident(name);
    let fields = fields.map(|(name, member, optional, secret)| {
        let member = crate::names::ident(member);
        match (secret, optional) {
            (false, _) => quote! { .field(#name, &self.#member) },
            (true, false) => quote! { .field(#name, &rt::Masked) },
            (true, true) => quote! { .field(#name, &self.#member.as_ref().map(|_| rt::Masked)) },
        }
    });
    quote! {
        impl ::core::fmt::Debug for #ident {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct(#name) #(#fields)* .finish()
            }
        }
    }
}

fn debug_struct(item: &Struct) -> TokenStream {
    let fields = item
        .fields
        .iter()
        .map(|field| (field.name.as_str(), field.ident.as_str(), field.presence != Presence::Required, field.secret));
    debug(&item.name, fields)
}

/// The secret fields of the inputs, at any depth: each with the input that holds it and the way from there, in which `*`
/// stands for every element of a list and every value of a map.
pub(super) fn secret_paths<'p>(plan: &'p Plan<'_, '_>) -> Vec<(&'p Field, Vec<&'p str>)> {
    fn below<'p>(plan: &'p Plan<'_, '_>, kind: &'p Type, path: &[&'p str], found: &mut Vec<Vec<&'p str>>) {
        match kind {
            Type::List(inner) | Type::Map(inner) => below(plan, inner, &[path, &["*"]].concat(), found),
            Type::Optional(inner) => below(plan, inner, path, found),
            Type::Struct(name) => {
                let fields = plan.items.iter().find_map(|item| match item {
                    Item::Struct(item) if item.name == *name => Some(&item.fields),
                    _ => None,
                });
                for field in fields.into_iter().flatten() {
                    let path = [path, &[field.name.as_str()]].concat();
                    if field.secret {
                        found.push(path);
                    } else {
                        below(plan, &field.kind, &path, found);
                    }
                }
            }
            _ => {}
        }
    }
    let mut secrets = Vec::new();
    for field in &plan.inputs.fields {
        if field.secret {
            secrets.push((field, Vec::new()));
            continue;
        }
        let mut found = Vec::new();
        below(plan, &field.kind, &[], &mut found);
        secrets.extend(found.into_iter().map(|path| (field, path)));
    }
    secrets
}

fn input_field(field: &Field) -> TokenStream {
    let optional = (field.presence == Presence::Optional).then(|| {
        quote! { #[serde(default, skip_serializing_if = "::core::option::Option::is_none")] }
    });
    field_tokens(field, optional)
}

/// A public field with its documentation and its name in JSON.
fn field_tokens(field: &Field, attributes: Option<TokenStream>) -> TokenStream {
    let (name, member) = (&field.name, ident(&field.ident));
    let kind = type_tokens(&field.kind);
    let kind = if field.presence == Presence::Required {
        kind
    } else {
        quote! { ::core::option::Option<#kind> }
    };
    let mut doc = match &field.doc {
        Some(doc) => doc::text(doc),
        None => vec![format!("`{name}`")],
    };
    if let Some(default) = field.default.as_ref().filter(|_| !field.secret) {
        doc.push(String::new());
        doc.push(format!("`None` stands for the default, {}.", doc::code(&default.to_string())));
    }
    let doc = doc::attributes(&doc);
    quote! {
        #doc
        #[serde(rename = #name)]
        #attributes
        pub #member: #kind,
    }
}

/// `Outputs`.
pub(super) fn outputs(plan: &Plan<'_, '_>) -> TokenStream {
    let id = &plan.workflow.written.id.value;
    let summary = doc::attributes(&[format!("The outputs of the workflow `{id}`.")]);
    let fields = plan.outputs.iter().map(|(name, member, output)| {
        let (member, kind) = (ident(member), type_tokens(&output.kind));
        let mut doc = output.doc.as_ref().map_or_else(|| vec![format!("The output `{name}`.")], |text| doc::text(text));
        let (kind, attribute) = if output.certain {
            (kind, None)
        } else {
            doc.extend([
                String::new(),
                "`None` when the run ended before it was there, or when the response lacks it.".to_owned(),
            ]);
            let skip = quote! { #[serde(skip_serializing_if = "::core::option::Option::is_none")] };
            (quote! { ::core::option::Option<#kind> }, Some(skip))
        };
        let doc = doc::attributes(&doc);
        quote! {
            #doc
            #[serde(rename = #name)]
            #attribute
            pub #member: #kind,
        }
    });
    let is_secret = |name: &String| plan.hidden[plan.place].outputs.iter().any(|known| known == name);
    let members = plan.outputs.iter();
    let debug = debug(
        "Outputs",
        members.map(|(name, member, output)| (name.as_str(), member.as_str(), !output.certain, is_secret(name))),
    );
    quote! {
        #summary
        #[derive(::core::clone::Clone, ::core::cmp::PartialEq, rt::serde::Serialize)]
        #[serde(crate = "rt::serde")]
        pub struct Outputs {
            #(#fields)*
        }

        #debug
    }
}

/// `End`.
pub(super) fn end(plan: &Plan<'_, '_>) -> TokenStream {
    let id = &plan.workflow.written.id.value;
    let summary = doc::attributes(&[format!("The ways in which the workflow `{id}` can end.")]);
    let mut variants: Vec<(&str, Option<usize>, Vec<String>)> = Vec::new();
    for Exit { end, variant, to } in plan.exits {
        let doc = doc::end(plan, end, *to);
        match variants.iter_mut().find(|(known, ..)| known == variant) {
            Some((.., docs)) => docs.push(doc),
            None => variants.push((variant, *to, vec![doc])),
        }
    }
    let variants = variants.iter().map(|(variant, to, docs)| {
        let (variant, doc) = (ident(variant), doc::attributes(&[docs.join(" ")]));
        let run = to.map(|to| {
            let module = super::module(plan, to);
            quote! { (::std::boxed::Box<__arazzo::Run<#module::Outputs, #module::End>>) }
        });
        quote! {
            #doc
            #variant #run,
        }
    });
    quote! {
        #summary
        #[derive(::core::clone::Clone, ::core::fmt::Debug, ::core::cmp::PartialEq)]
        pub enum End {
            #(#variants)*
        }
    }
}

/// A type that inputs or outputs need.
pub(super) fn item(plan: &Plan<'_, '_>, item: &Item) -> TokenStream {
    match item {
        Item::Struct(item) => structure(plan, item),
        Item::Enum(item) => enumeration(item),
    }
}

fn structure(plan: &Plan<'_, '_>, item: &Struct) -> TokenStream {
    let (name, doc) = (ident(&item.name), doc::attributes(&doc::text(&item.doc)));
    let fields = item.fields.iter().map(input_field);
    let has_secret = item.fields.iter().any(|field| field.secret);
    let derived_debug = (!has_secret).then(|| quote! { ::core::fmt::Debug, });
    let fill = constraint::fill_method(plan.items, &name, &item.fields);
    let own_debug = has_secret.then(|| debug_struct(item));
    quote! {
        #doc
        #[derive(#derived_debug ::core::clone::Clone, ::core::cmp::PartialEq, rt::serde::Serialize, rt::serde::Deserialize)]
        #[serde(crate = "rt::serde")]
        pub struct #name {
            #(#fields)*
        }

        #own_debug
        #fill
    }
}

fn enumeration(item: &Enum) -> TokenStream {
    let (name, doc) = (ident(&item.name), doc::attributes(&doc::text(&item.doc)));
    let variants: Vec<_> = item.values.iter().map(|(_, variant)| ident(variant)).collect();
    let values: Vec<_> = item.values.iter().map(|(value, _)| value).collect();
    let docs = values.iter().map(|value| doc::attributes(&[format!("`{}`", value.replace('`', "'"))]));
    let other = item.other.as_ref().map(|other| ident(other));
    let other_variant = other.iter().map(|other| {
        quote! {
            #[doc = " Any other value."]
            #other(::std::string::String),
        }
    });
    let other_text = other.iter().map(|other| quote! { Self::#other(value) => value.as_str(), });
    let unknown = match &other {
        Some(other) => quote! { _ => Self::#other(value) },
        None => quote! {
            _ => return ::core::result::Result::Err(rt::serde::de::Error::unknown_variant(&value, &[#(#values),*]))
        },
    };
    quote! {
        #doc
        #[derive(::core::clone::Clone, ::core::fmt::Debug, ::core::cmp::PartialEq, ::core::cmp::Eq, ::core::hash::Hash)]
        pub enum #name {
            #(
                #docs
                #variants,
            )*
            #(#other_variant)*
        }

        impl #name {
            #[doc = " The value as the API knows it."]
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    #(Self::#variants => #values,)*
                    #(#other_text)*
                }
            }
        }

        impl ::core::fmt::Display for #name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl rt::serde::Serialize for #name {
            fn serialize<S: rt::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> rt::serde::Deserialize<'de> for #name {
            fn deserialize<D: rt::serde::Deserializer<'de>>(deserializer: D) -> ::core::result::Result<Self, D::Error> {
                let value = <::std::string::String as rt::serde::Deserialize<'de>>::deserialize(deserializer)?;
                ::core::result::Result::Ok(match value.as_str() {
                    #(#values => Self::#variants,)*
                    #unknown,
                })
            }
        }
    }
}
