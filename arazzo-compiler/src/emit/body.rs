//! The request body of a step.

use super::request::format_tokens;
use super::{At, Emitter};
use crate::media::Format;
use crate::needed::Needed;
use crate::resolve::{Body, Call, Part, Payload, Replacement, Target};
use arazzo_expression::json::Token;
use proc_macro2::{Literal, TokenStream};
use quote::quote;

impl Emitter<'_, '_> {
    /// The statements that give a request its body.
    pub(super) fn body(&self, body: &Body<'_>, call: &Call<'_>, needs: &[Needed]) -> TokenStream {
        let content_type = &body.content_type;
        let required = call.operation.body.as_ref().is_some_and(|body| body.required);
        if body.replacements.is_empty()
            && let Some(text) = constant(body)
        {
            return quote! { request.constant_body(#content_type, #text); };
        }
        let payload = self.payload(&body.payload, At::Request);
        // Text is parsed before the request is borrowed for its body.
        let (parsed, payload) = match &body.payload {
            Payload::JsonText(_) => (quote! { let body = #payload; }, quote! { body }),
            _ => (TokenStream::new(), payload),
        };
        let encoding = form_encoding(body, call);
        let parts = body.parts.iter().map(part);
        if !body.replacements.is_empty() {
            let set = body.replacements.iter().map(|replacement| self.replacement(replacement));
            let send = match body.format {
                Format::Form => quote! { form(#content_type, #required, &[#(#encoding),*]) },
                Format::Multipart => quote! { multipart(#content_type, #required, &[#(#parts),*]) },
                Format::Xml => quote! { text(#content_type, #required) },
                _ => quote! { json(#content_type, #required) },
            };
            return quote! { #parsed request.replacing(#payload) #(#set)* .#send; };
        }
        let needed: Vec<_> = needs.iter().filter(|needed| self.is_doubtful(&needed.reference)).map(needed).collect();
        // It is looked at before it is sent.
        let (looked_at, payload) = match body.format {
            Format::Form | Format::Multipart if !needed.is_empty() => {
                (quote! { let body = #payload; request.needs(&[#(#needed),*], &body); }, quote! { body })
            }
            _ => (parsed, payload),
        };
        match body.format {
            Format::Json if matches!(body.payload, Payload::List(_) | Payload::Object(_)) => {
                let mut around = Around { of: needs, ..Around::default() };
                self.around(&body.payload, String::new(), &mut around);
                let Around { values, needed, text: end, .. } = around;
                if needed.is_empty() {
                    quote! { request.json_around(#content_type, &[#(#values),*], #end); }
                } else {
                    quote! { request.json_with(#content_type, &[#(#needed),*], &[#(#values),*], #end); }
                }
            }
            Format::Json => quote! { #looked_at request.json(#content_type, #required, &#payload); },
            Format::Form => quote! { #looked_at request.form(#content_type, #required, &[#(#encoding),*], #payload); },
            Format::Multipart => {
                quote! { #looked_at request.multipart(#content_type, #required, &[#(#parts),*], #payload); }
            }
            Format::Xml | Format::Text => quote! { request.text_body(#content_type, #required, #payload); },
            _ if body.is_base64 => quote! { request.base64_body(#content_type, #required, #payload); },
            _ => quote! { request.bytes(#content_type, #required, #payload); },
        }
    }

    /// The call that sets a part of a payload.
    fn replacement(&self, replacement: &Replacement) -> TokenStream {
        let (text, value) = (&replacement.text, self.payload(&replacement.value, At::Request));
        match &replacement.target {
            Target::Pointer(way) => {
                let way = way.iter().map(|token| match token {
                    Token::Member(name) => quote! { rt::member(#name) },
                    Token::Element(index) => quote! { rt::element(#index) },
                });
                quote! { .set(#text, &[#(#way),*], #value) }
            }
            Target::Query(query) => {
                let query = quote! {{
                    static QUERY: ::std::sync::LazyLock<rt::Query> = ::std::sync::LazyLock::new(|| rt::query(#query));
                    &QUERY
                }};
                quote! { .set_all(#text, #query, #value) }
            }
            Target::Draft(query) => {
                let query = quote! {{
                    static QUERY: ::std::sync::LazyLock<rt::Draft> = ::std::sync::LazyLock::new(|| rt::draft(#query));
                    &QUERY
                }};
                quote! { .set_all_of_draft(#text, #query, #value) }
            }
            Target::XPath(expression) => {
                let expression = quote! {{
                    static XPATH: ::std::sync::LazyLock<rt::XPath> = ::std::sync::LazyLock::new(|| rt::xpath(#expression));
                    &XPATH
                }};
                quote! { .set_in_xml(#text, #expression, #value) }
            }
        }
    }
}

/// A member without which nothing is sent: the object that has to have it, its name, and what its value is taken from.
fn needed(needed: &Needed) -> TokenStream {
    let object: String = needed.object.iter().flat_map(|name| ["/", name]).collect();
    let Needed { name, expression, .. } = needed;
    quote! { (#object, #name, #expression) }
}

/// What the run needs to know of a part.
fn part(part: &Part) -> TokenStream {
    let name = &part.name;
    let format = part.format.map(|format| {
        let format = format_tokens(format);
        quote! { .written(#format) }
    });
    let content_type = part.content_type.as_ref().map(|content_type| quote! { .content_type(#content_type) });
    let headers = part.headers.iter().map(|(name, value)| quote! { (#name, #value) });
    let headers = (!part.headers.is_empty()).then(|| quote! { .headers(&[#(#headers),*]) });
    let file = part.is_file.then(|| quote! { .file() });
    let base64 = part.is_base64.then(|| quote! { .base64() });
    quote! { rt::FormPart::named(#name) #format #content_type #headers #file #base64 }
}

/// How the members of a form are written, where the description says it.
fn form_encoding(body: &Body<'_>, call: &Call<'_>) -> Vec<TokenStream> {
    let declared = call.operation.body.as_ref().and_then(|declared| declared.content(&body.content_type));
    let encoding = declared.map(|content| content.encoding.as_slice()).unwrap_or_default().iter();
    let is_given = |name: &str| match &body.payload {
        _ if !body.replacements.is_empty() => true,
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

/// A JSON body, of which only some values are not known yet.
#[derive(Default)]
struct Around<'p> {
    /// For each of them what stands before it, its key, and the value.
    values: Vec<TokenStream>,
    /// What the operation requires.
    of: &'p [Needed],
    /// The places in `values` of those that it requires, with what is said where they are absent.
    needed: Vec<TokenStream>,
    /// The names and places on the way to the value at hand.
    way: Vec<String>,
    /// What stands behind the last one.
    text: String,
    /// Whether the text ends inside of an object or a list in which nothing is yet.
    opens: bool,
}

impl Around<'_> {
    /// Adds what is known. Where nothing but values that may be left out stands before it, the comma is put at run time.
    fn add(&mut self, text: &str) {
        if !self.text.is_empty() && !self.opens {
            self.text.push(',');
        }
        self.text.push_str(text);
        self.opens = false;
    }
}

impl Emitter<'_, '_> {
    /// Takes a value apart, as far as it is known. `key` is its name in JSON and a colon, or nothing in a list.
    fn around(&self, payload: &Payload, key: String, around: &mut Around<'_>) {
        let mut known = key.clone();
        if write(payload, &mut known).is_some() {
            around.add(&known);
            return;
        }
        let (begin, end, members): (_, _, Vec<(String, String, &Payload)>) = match payload {
            Payload::List(elements) => {
                let elements = elements.iter().enumerate();
                ('[', ']', elements.map(|(place, element)| (place.to_string(), String::new(), element)).collect())
            }
            Payload::Object(members) => {
                ('{', '}', members.iter().map(|(name, member)| (name.clone(), json_key(name), member)).collect())
            }
            value => {
                let is_it = |needed: &&Needed| {
                    around
                        .way
                        .split_last()
                        .is_some_and(|(name, object)| *name == needed.name && *object == needed.object)
                };
                let found = around.of.iter().find(is_it).filter(|needed| self.is_doubtful(&needed.reference));
                if let Some(found) = found {
                    let (place, needed) = (Literal::usize_unsuffixed(around.values.len()), needed(found));
                    around.needed.push(quote! { (#place, #needed) });
                }
                let (before, value) = (std::mem::take(&mut around.text), self.payload(value, At::Request));
                around.values.push(quote! { (#before, #key, #value) });
                around.opens = false;
                return;
            }
        };
        around.add(&format!("{key}{begin}"));
        around.opens = true;
        for (name, key, member) in members {
            around.way.push(name);
            self.around(member, key, around);
            around.way.pop();
        }
        around.text.push(end);
        around.opens = false;
    }
}

/// The name of a member as it stands in JSON, with its colon.
fn json_key(name: &str) -> String {
    format!("{}:", serde_json::Value::from(name))
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
