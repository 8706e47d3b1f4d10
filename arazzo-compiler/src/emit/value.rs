//! References and payloads as expressions of the type `Json`.

use super::{At, Emitter};
use crate::names::ident;
use crate::resolve::{Payload, Piece, Reference, Root, Segment, TextPiece, Value};
use crate::types::{Field, Item, Presence, Type};
use proc_macro2::{Literal, TokenStream};
use quote::quote;
use serde_json::Number;

impl Emitter<'_, '_> {
    /// The value of a reference.
    pub(super) fn reference(&self, reference: &Reference, at: At) -> TokenStream {
        let path = reference.path.as_slice();
        match &reference.root {
            Root::Url => navigate(quote! { exchange.url() }, path),
            Root::Method => navigate(quote! { exchange.method() }, path),
            Root::Status => navigate(quote! { exchange.status_code() }, path),
            Root::RequestHeader(name) => navigate(quote! { exchange.request_header(#name) }, path),
            Root::RequestQuery(name) => navigate(quote! { exchange.request_query(#name) }, path),
            Root::RequestPath(name) => navigate(quote! { exchange.request_path(#name) }, path),
            Root::RequestBody => navigate(quote! { exchange.request_body() }, path),
            Root::ResponseHeader(name) => navigate(quote! { exchange.header(#name) }, path),
            Root::ResponseBody => {
                // Every path was collected before.
                let step = if let At::Exchange(step) = at { Some(step) } else { None };
                let Some((slot, rest)) = step.and_then(|step| self.bodies[step].slot(path)) else {
                    return quote! { rt::Json::Absent };
                };
                let slot = Literal::usize_unsuffixed(slot);
                navigate(quote! { exchange.body(#slot) }, rest)
            }
            Root::Input(name) => match self.plan.inputs.fields.iter().find(|field| field.name == *name) {
                Some(field) => self.input(field, path),
                None => quote! { rt::Json::Absent },
            },
            Root::Step { step, output } => {
                if !self.runs(*step) {
                    return quote! { rt::Json::Absent };
                }
                let (field, output) = (self.field(*step), self.output_field(*step, *output));
                navigate(quote! { rt::json(steps.#field.#output.as_ref()) }, path)
            }
            Root::Callee(name) => navigate(quote! { exchange.output(#name) }, path),
            Root::WorkflowOutput { workflow, name } => {
                let module = self.module(*workflow);
                navigate(quote! { run.others().output(&#module::WORKFLOW, #name) }, path)
            }
            Root::WorkflowInput { workflow, name } => {
                let module = self.module(*workflow);
                navigate(quote! { run.others().input(&#module::WORKFLOW, #name) }, path)
            }
            Root::Text(text) => quote! { rt::json(#text) },
        }
    }

    /// Whether nothing says that the value is there.
    pub(super) fn is_doubtful(&self, reference: &Reference) -> bool {
        let Root::Input(name) = &reference.root else { return true };
        let field = self.plan.inputs.fields.iter().find(|field| field.name == *name);
        !reference.path.is_empty() || field.is_none_or(|field| field.presence != Presence::Required)
    }

    /// The value of an input: fields as far as the path names required ones, then a look into the value.
    pub(super) fn input(&self, field: &Field, path: &[Segment]) -> TokenStream {
        let name = ident(&field.ident);
        let (mut place, mut field, mut rest) = (quote! { inputs.#name }, field, path);
        while let (
            [Segment::Token(name) | Segment::Member(name), behind @ ..],
            Type::Struct(kind),
            Presence::Required,
        ) = (rest, &field.kind, field.presence)
        {
            let Some(inner) = self.struct_field(kind, name) else { return quote! { rt::Json::Absent } };
            let inner_name = ident(&inner.ident);
            (place, field, rest) = (quote! { #place.#inner_name }, inner, behind);
        }
        let value = read(&place, &field.kind, field.presence);
        navigate(value, rest)
    }

    fn struct_field(&self, kind: &str, name: &str) -> Option<&Field> {
        self.plan.items.iter().find_map(|item| match item {
            Item::Struct(item) if item.name == kind => item.fields.iter().find(|field| field.name == name),
            _ => None,
        })
    }

    /// The value of a parameter or a part of a body.
    pub(super) fn payload(&self, payload: &Payload, at: At) -> TokenStream {
        match payload {
            Payload::Null => quote! { rt::Json::Null },
            Payload::Bool(value) => quote! { rt::json(#value) },
            Payload::Number(number) => self::number(number),
            Payload::String(text) => quote! { rt::json(#text) },
            Payload::Expression(reference) => self.reference(reference, at),
            Payload::Else(reference, otherwise) => {
                let (value, otherwise) = (self.reference(reference, at), self.payload(otherwise, at));
                quote! { rt::or_else(#value, || #otherwise) }
            }
            Payload::Template(pieces) => self.template(pieces, at),
            Payload::Quoted(reference) => {
                let value = self.reference(reference, at);
                quote! { rt::quoted(#value) }
            }
            // Only as a whole body, which is parsed before it is sent.
            Payload::JsonText(pieces) => {
                let text = self.escaping(pieces, &quote! { rt::escaped }, at);
                quote! { request.parse_json(&#text) }
            }
            Payload::FormText(pieces) => {
                let text = self.escaping(pieces, &quote! { rt::form_text }, at);
                quote! { rt::json(#text) }
            }
            Payload::List(elements) => {
                let elements = elements.iter().map(|element| self.payload(element, at));
                quote! { rt::array([#(#elements),*]) }
            }
            Payload::Object(members) => {
                let members = members.iter().map(|(name, member)| {
                    let member = self.payload(member, at);
                    quote! { (#name, #member) }
                });
                quote! { rt::object([#(#members),*]) }
            }
        }
    }

    fn template(&self, pieces: &[Piece], at: At) -> TokenStream {
        let mut format = String::new();
        let mut values = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Literal(text) => format.push_str(&text.replace('{', "{{").replace('}', "}}")),
                Piece::Expression(reference) => {
                    format.push_str("{}");
                    values.push(self.text(reference, at));
                }
            }
        }
        quote! { rt::json(::std::format!(#format, #(#values),*)) }
    }

    /// A text in which values are escaped by a function.
    fn escaping(&self, pieces: &[TextPiece], escape: &TokenStream, at: At) -> TokenStream {
        let mut format = String::new();
        let mut values = Vec::new();
        for piece in pieces {
            match piece {
                TextPiece::Literal(text) => {
                    format.push_str(&text.replace('{', "{{").replace('}', "}}"));
                    continue;
                }
                TextPiece::Verbatim(reference) => values.push(self.text(reference, at)),
                TextPiece::Escaped(reference) => {
                    let value = self.reference(reference, at);
                    values.push(quote! { #escape(&#value.to_text()) });
                }
            }
            format.push_str("{}");
        }
        quote! { ::std::format!(#format, #(#values),*) }
    }

    /// A value as text inside of other text.
    fn text(&self, reference: &Reference, at: At) -> TokenStream {
        if let (Root::Input(name), []) = (&reference.root, reference.path.as_slice())
            && let Some(field) = self.plan.inputs.fields.iter().find(|field| field.name == *name)
            && (&field.kind, field.presence) == (&Type::String, Presence::Required)
        {
            let name = ident(&field.ident);
            return quote! { inputs.#name };
        }
        let value = self.reference(reference, at);
        quote! { #value.to_text() }
    }

    /// A side of a comparison.
    pub(super) fn side(&self, value: &Value, step: usize) -> TokenStream {
        match value {
            Value::Null => quote! { rt::Json::Null },
            Value::Bool(value) => quote! { rt::json(#value) },
            Value::Number(number) => self::number(number),
            Value::String(text) => quote! { rt::json(#text) },
            Value::Template(pieces) => self.template(pieces, At::Exchange(step)),
            Value::Expression(reference) => self.reference(reference, At::Exchange(step)),
        }
    }
}

/// The value of a field of the inputs.
fn read(place: &TokenStream, kind: &Type, presence: Presence) -> TokenStream {
    if presence == Presence::Required {
        return match kind {
            Type::String | Type::Value => quote! { rt::json(&#place) },
            Type::Integer | Type::Number | Type::Boolean => quote! { rt::json(#place) },
            Type::Enum(_) => quote! { rt::json(#place.as_str()) },
            _ => quote! { rt::json_of(&#place) },
        };
    }
    let value = match kind {
        Type::String => quote! { rt::json(#place.as_deref()) },
        Type::Value => quote! { rt::json(#place.as_ref()) },
        Type::Integer | Type::Number | Type::Boolean => quote! { rt::json(#place) },
        Type::Enum(_) => quote! { rt::json(#place.as_ref().map(|value| value.as_str())) },
        _ => quote! { rt::json(#place.as_ref().map(rt::json_of)) },
    };
    if presence == Presence::Nullable {
        quote! { rt::or_null(#value) }
    } else {
        value
    }
}

/// A way into a value.
fn navigate(value: TokenStream, path: &[Segment]) -> TokenStream {
    let mut value = value;
    let mut rest = path;
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        value = match first {
            Segment::Member(name) => quote! { #value.member(#name) },
            Segment::Index(index) => {
                let index = Literal::usize_unsuffixed(*index);
                quote! { #value.element(#index) }
            }
            Segment::Length => quote! { #value.length() },
            Segment::Query { text, single } => {
                let select = if *single {
                    quote! { select_one }
                } else {
                    quote! { select }
                };
                quote! {{
                    static QUERY: ::std::sync::LazyLock<rt::Query> = ::std::sync::LazyLock::new(|| rt::query(#text));
                    rt::#select(&QUERY, &#value)
                }}
            }
            Segment::Draft(text) => quote! {{
                static QUERY: ::std::sync::LazyLock<rt::Draft> = ::std::sync::LazyLock::new(|| rt::draft(#text));
                rt::draft_select(&QUERY, &#value)
            }},
            Segment::XPath(text) => quote! {{
                static XPATH: ::std::sync::LazyLock<rt::XPath> = ::std::sync::LazyLock::new(|| rt::xpath(#text));
                rt::xpath_select(&XPATH, &#value)
            }},
            Segment::Token(_) => {
                let count = path_tokens(first, behind);
                let tokens = std::iter::once(first).chain(&behind[..count - 1]).map(|segment| match segment {
                    Segment::Token(token) => token.as_str(),
                    _ => "",
                });
                let next = quote! { #value.pointer(&[#(#tokens),*]) };
                rest = &behind[count - 1..];
                next
            }
        };
    }
    value
}

/// How many tokens of a JSON Pointer follow each other.
fn path_tokens(first: &Segment, behind: &[Segment]) -> usize {
    let is_token = |segment: &&Segment| matches!(segment, Segment::Token(_));
    std::iter::once(first).chain(behind).take_while(is_token).count()
}

fn number(number: &Number) -> TokenStream {
    if let Some(value) = number.as_i64() {
        quote! { rt::json(#value) }
    } else if let Some(value) = number.as_u64() {
        quote! { rt::json(#value) }
    } else {
        let value = number.as_f64().unwrap_or_default();
        quote! { rt::json(#value) }
    }
}
