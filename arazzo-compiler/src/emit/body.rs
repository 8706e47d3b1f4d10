//! The request body of a step.

use super::request::format_tokens;
use super::{At, Emitter};
use crate::media::Format;
use crate::resolve::{Body, Call, Payload};
use proc_macro2::TokenStream;
use quote::quote;

impl Emitter<'_, '_> {
    /// The statements that give a request its body.
    pub(super) fn body(&self, body: &Body<'_>, call: &Call<'_>) -> TokenStream {
        let content_type = &body.content_type;
        let required = call.operation.body.as_ref().is_some_and(|body| body.required);
        if let Some(text) = constant(body) {
            return quote! { request.constant_body(#content_type, #text); };
        }
        let payload = self.payload(&body.payload, At::Request);
        match body.format {
            Format::Json if matches!(body.payload, Payload::JsonText(_)) => quote! {
                let body = #payload;
                request.json(#content_type, #required, &body);
            },
            Format::Json => quote! { request.json(#content_type, #required, &#payload); },
            Format::Form => {
                let encoding = form_encoding(body, call);
                quote! { request.form(#content_type, #required, &[#(#encoding),*], #payload); }
            }
            Format::Xml | Format::Text => quote! { request.text_body(#content_type, #required, #payload); },
            _ => quote! { request.bytes(#content_type, #required, #payload); },
        }
    }
}

/// How the members of a form are written, where the description says it.
fn form_encoding(body: &Body<'_>, call: &Call<'_>) -> Vec<TokenStream> {
    let declared = call.operation.body.as_ref().and_then(|declared| declared.content(&body.content_type));
    let encoding = declared.map(|content| content.encoding.as_slice()).unwrap_or_default().iter();
    let is_given = |name: &str| match &body.payload {
        Payload::Object(members) => members.iter().any(|(member, _)| member == name),
        Payload::Expression(_) => true,
        _ => false,
    };
    let members = encoding.filter(|member| is_given(member.name)).filter_map(|member| {
        let (name, format) = (member.name, format_tokens(member.in_form()?));
        Some(quote! { (#name, #format) })
    });
    members.collect()
}

/// The text of a body without expressions.
fn constant(body: &Body<'_>) -> Option<String> {
    match (body.format, &body.payload) {
        (Format::Json, payload) => {
            let mut text = String::new();
            write(payload, &mut text)?;
            Some(text)
        }
        (Format::Xml | Format::Text | Format::Binary, Payload::String(text)) => Some(text.clone()),
        _ => None,
    }
}

/// Writes a value as JSON, members in the order of the document. `None` when it holds an expression.
fn write(payload: &Payload, text: &mut String) -> Option<()> {
    match payload {
        Payload::List(elements) => {
            text.push('[');
            for (place, element) in elements.iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                write(element, text)?;
            }
            text.push(']');
        }
        Payload::Object(members) => {
            text.push('{');
            for (place, (name, member)) in members.iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                write(&Payload::String(name.clone()), text)?;
                text.push(':');
                write(member, text)?;
            }
            text.push('}');
        }
        scalar => text.push_str(&scalar.constant()?.to_string()),
    }
    Some(())
}
