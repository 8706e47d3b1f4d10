//! The constants of a workflow, and the request of a step.

use super::{At, Emitter};
use crate::check::parameters::{Shape, shape};
use crate::check::security::carries;
use crate::document::Location;
use crate::names;
use crate::openapi::{Format, ParameterLocation, PathPart, Scheme, SchemeKind, Style};
use crate::resolve::{Call, Parameter, Payload, Reference, Root, Step};
use crate::secrets::is_sink;
use crate::shown::Hidden;
use crate::types::Presence;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

impl Emitter<'_, '_> {
    /// The workflow, its steps, operations and shapes.
    pub(super) fn constants(&self) -> TokenStream {
        let workflow = self.plan.workflow;
        let id = &workflow.written.id.value;
        let reached: Vec<usize> = (0..self.steps.len()).filter(|step| self.runs(*step)).collect();
        let mut operations: Vec<(Ident, &Call<'_>)> = Vec::new();
        for call in reached.iter().filter_map(|step| workflow.steps[*step].call.as_ref()) {
            let name = self.operation_name(call);
            if !operations.iter().any(|(known, _)| *known == name) {
                operations.push((name, call));
            }
        }
        let asks_client = operations.iter().map(|(name, _)| name).filter(|name| {
            let calls = |step: &Step<'_>| step.call.as_ref().is_some_and(|call| self.operation_name(call) == **name);
            reached.iter().map(|step| &workflow.steps[*step]).any(|step| calls(step) && asks_client(step))
        });
        let names = operations.iter().map(|(name, _)| name);
        let definitions = operations.iter().map(|(name, call)| operation(name, call));
        let steps = reached.iter().map(|step| {
            let (constant, body, shape) = (self.step_constant(*step), self.shape(*step), self.bodies[*step].tokens());
            quote! {
                #constant
                static #body: rt::Shape = #shape;
            }
        });
        let entered = (0..self.steps.len()).filter(|step| self.plan.flow.reaches(*step));
        let entered = entered.map(|step| self.constant(step));
        let runs = workflow.runs().into_iter().map(|place| self.module(place));
        let dependencies = workflow.dependencies.iter().map(|dependency| self.module(dependency.workflow));
        let exits = self.plan.exits.iter().map(|exit| self.exit_kind(exit));
        let inputs = self.plan.inputs.fields.iter();
        let required = inputs.filter(|field| field.presence == Presence::Required).map(|field| &field.name);
        let helpers = self.helpers().into_iter().map(|step| self.constant(step));
        let outputs = self.outputs_read();
        let (read_inputs, read_outputs) = self.plan.program.read_of(self.plan.place);
        let document = self.fingerprint();
        let Hidden { inputs: secret_inputs, outputs: secret_outputs, .. } = &self.plan.hidden[self.plan.place];
        quote! {
            pub(super) static WORKFLOW: rt::Workflow = rt::Workflow {
                id: #id,
                document: #document,
                secret_inputs: &[#(#secret_inputs),*],
                secret_outputs: &[#(#secret_outputs),*],
                steps: &[#(&#entered),*],
                helpers: &[#(&#helpers),*],
                outputs: #outputs,
                operations: &[#(&#names),*],
                asks_client: &[#(&#asks_client),*],
                runs: &[#(&#runs::WORKFLOW),*],
                dependencies: &[#(&#dependencies::WORKFLOW),*],
                exits: &[#(#exits),*],
                state: rt::blank::<Steps>,
                required_inputs: &[#(#required),*],
                takes: rt::takes::<Inputs>,
                read_inputs: &[#(#read_inputs),*],
                read_outputs: &[#(#read_outputs),*],
            };
            #(#definitions)*
            #(#steps)*
        }
    }

    /// The statements that make the request of a step.
    pub(super) fn request(&self, place: usize) -> TokenStream {
        let step = &self.plan.workflow.steps[place];
        let Some(call) = &step.call else { return TokenStream::new() };
        let operation = self.operation_name(call);
        let mut is_read = false;
        step.exchange_references(&mut |reference| is_read |= is_part_of_request(&reference.root));
        let keep_parts = is_read.then(|| quote! { request.keep_parts(); });
        let timeout = step.written.timeout.as_ref().map(|timeout| timeout.value);
        let timeout = timeout.map(|timeout| quote! { request.timeout(#timeout); });
        let prerequisites = self.prerequisites(step).into_iter().map(|(id, condition)| {
            quote! { if !#condition { request.refuse(rt::not_completed(#id)); } }
        });
        let parameters = step.parameters.iter().map(|parameter| self.parameter(parameter, step, call));
        let body = step.body.as_ref().map(|body| self.body(body, call, &self.plan.needed[place]));
        quote! {
            let mut request = rt::Request::new(&#operation);
            #timeout
            #(#prerequisites)*
            #keep_parts
            #(#parameters)*
            #body
        }
    }

    /// The constant of an operation, named for its id, or for its method and path. A name that is taken by another
    /// operation gets a number.
    fn operation_name(&self, call: &Call<'_>) -> Ident {
        let base = |call: &Call<'_>| {
            let operation = &call.operation;
            let id = operation.id.map_or_else(|| format!("{} {}", operation.method, operation.path), str::to_owned);
            names::snake(&id).unwrap_or_default().trim_start_matches("r#").trim_start_matches('_').to_uppercase()
        };
        let same = |other: &Call<'_>| {
            other.source == call.source
                && (&other.operation.method, other.operation.path) == (&call.operation.method, call.operation.path)
        };
        let calls = self.plan.workflow.steps.iter().filter_map(|step| step.call.as_ref());
        let own = base(call);
        let mut alike: Vec<&Call<'_>> = Vec::new();
        for other in calls.filter(|other| base(other) == own) {
            let known = alike.iter().any(|known| {
                known.source == other.source
                    && (&known.operation.method, known.operation.path)
                        == (&other.operation.method, other.operation.path)
            });
            if !known {
                alike.push(other);
            }
        }
        match alike.iter().position(|other| same(other)) {
            Some(place) if place > 0 => format_ident!("OPERATION_{}__{}", own, place + 1),
            _ => format_ident!("OPERATION_{}", own),
        }
    }

    /// An expression as a reader of a message knows it.
    fn expression(&self, reference: &Reference) -> Option<String> {
        match &reference.root {
            Root::Input(name) => Some(format!("$inputs.{name}")),
            Root::Step { step, output } => {
                let step = &self.plan.workflow.steps[*step];
                Some(format!("$steps.{}.outputs.{}", step.written.id.value, step.outputs[*output].name))
            }
            _ => None,
        }
    }

    fn parameter(&self, parameter: &Parameter<'_>, step: &Step<'_>, call: &Call<'_>) -> TokenStream {
        let variable = call.operation.variable(parameter.name).filter(|_| parameter.location == Location::Path);
        let name = variable.unwrap_or(parameter.name);
        let value = self.payload(&parameter.value, At::Request);
        let method = match parameter.location {
            Location::Path => quote! { path },
            Location::Query => quote! { query },
            Location::QueryString => quote! { query_string },
            Location::Header => quote! { header },
            Location::Cookie => quote! { cookie },
        };
        let location = ParameterLocation::from(parameter.location);
        let declared = call.operation.parameter(location, name);
        let required = location == ParameterLocation::Path || declared.is_some_and(|declared| declared.required);
        let is_plain = shape(&parameter.value, self.plan.workflow) == Some(Shape::Plain);
        let format = declared.and_then(|declared| format(declared.format, location.default_format(), is_plain));
        let kind = if required {
            quote! { required }
        } else {
            quote! { optional }
        };
        let secret = is_sink(parameter, step).then(|| quote! { .secret() });
        let expression = match &parameter.value {
            Payload::Expression(reference) if required => self.expression(reference).map(|text| quote! { .of(#text) }),
            _ => None,
        };
        quote! { request.#method(const { rt::Parameter::#kind(#name) #format #secret #expression }, #value); }
    }
}

/// How a value is written, unless it is as its place has it. Plain values look the same, exploded or not.
fn format(declared: Format, usual: Format, is_plain: bool) -> Option<TokenStream> {
    let is_usual = match (declared, usual) {
        (
            Format::Style { style, explode, reserved },
            Format::Style { style: usual_style, explode: usual_explode, reserved: usual_reserved },
        ) => (style, reserved) == (usual_style, usual_reserved) && (is_plain || explode == usual_explode),
        (Format::Text, _) => is_plain,
        (Format::Style { .. }, _) => true,
        (Format::Json | Format::Form, _) => false,
    };
    let tokens = format_tokens(declared);
    (!is_usual).then(|| quote! { .written(#tokens) })
}

/// A format as the runtime calls it.
pub(super) fn format_tokens(format: Format) -> TokenStream {
    let (style, explode, reserved) = match format {
        Format::Style { style, explode, reserved } => (style, explode, reserved),
        Format::Json => return quote! { rt::Format::Json },
        Format::Text => return quote! { rt::Format::Text },
        Format::Form => return quote! { rt::Format::Form },
    };
    let style = match style {
        Style::Matrix => quote! { Matrix },
        Style::Label => quote! { Label },
        Style::Simple => quote! { Simple },
        Style::Form => quote! { Form },
        Style::Space => quote! { Space },
        Style::Pipe => quote! { Pipe },
        Style::Tab => quote! { Tab },
        Style::Deep => quote! { Deep },
        Style::Cookie => quote! { Cookie },
    };
    if reserved {
        quote! { rt::Format::Style { style: rt::Style::#style, explode: #explode, reserved: true } }
    } else {
        quote! { rt::Format::of(rt::Style::#style, #explode) }
    }
}

/// Whether the runtime must keep the request for it.
fn is_part_of_request(root: &Root) -> bool {
    match root {
        Root::Url | Root::Method | Root::RequestBody => true,
        Root::RequestHeader(_) | Root::RequestQuery(_) | Root::RequestPath(_) => true,
        Root::Status | Root::ResponseHeader(_) | Root::ResponseBody => false,
        Root::Input(_) | Root::Step { .. } | Root::Callee(_) | Root::Text(_) => false,
        Root::WorkflowOutput { .. } | Root::WorkflowInput { .. } => false,
    }
}

/// Whether all credentials of a step's request, if there are any, come from the client.
fn asks_client(step: &Step<'_>) -> bool {
    let Some(call) = &step.call else { return false };
    let mut schemes = call.operation.schemes.iter().flatten().map(|scheme| &scheme.kind).peekable();
    schemes.peek().is_some()
        && !schemes.any(|kind| {
            let (location, name) = match *kind {
                SchemeKind::ApiKey { location, name } => (location, name),
                SchemeKind::Unknown => return false,
                _ => (ParameterLocation::Header, "Authorization"),
            };
            step.parameters.iter().any(|given| carries(given, location, name))
        })
}

fn operation(name: &Ident, call: &Call<'_>) -> TokenStream {
    let (source, operation) = (call.source, &call.operation);
    let method = &operation.method;
    let server = match &operation.server {
        Some(server) => quote! { ::core::option::Option::Some(rt::Server::new(#server)) },
        None => quote! { ::core::option::Option::None },
    };
    let id = match operation.id {
        Some(id) => quote! { ::core::option::Option::Some(#id) },
        None => quote! { ::core::option::Option::None },
    };
    let path = operation.template.iter().map(part);
    let security = operation.schemes.iter().map(|set| {
        let schemes = set.iter().map(scheme);
        quote! { &[#(#schemes),*] }
    });
    quote! {
        static #name: rt::Operation = rt::Operation {
            source: #source,
            id: #id,
            server: #server,
            method: #method,
            path: &[#(#path),*],
            security: &[#(#security),*],
        };
    }
}

/// A security scheme that an operation asks for.
fn scheme(scheme: &Scheme<'_>) -> TokenStream {
    let name = scheme.name;
    let kind = match &scheme.kind {
        SchemeKind::Basic => quote! { basic(#name) },
        SchemeKind::Bearer => quote! { bearer(#name) },
        SchemeKind::Http(scheme) => quote! { http(#name, #scheme) },
        SchemeKind::ApiKey { location: ParameterLocation::Header, name: header } => {
            // Names of headers do not depend on case, and the runtime looks for small letters.
            let header = header.to_ascii_lowercase();
            quote! { header(#name, #header) }
        }
        SchemeKind::ApiKey { location: ParameterLocation::Cookie, name: cookie } => quote! { cookie(#name, #cookie) },
        SchemeKind::ApiKey { name: parameter, .. } => quote! { query(#name, #parameter) },
        SchemeKind::OAuth2 { token_url: Some(url) } => quote! { oauth2(#name, ::core::option::Option::Some(#url)) },
        SchemeKind::OAuth2 { token_url: None } => quote! { oauth2(#name, ::core::option::Option::None) },
        SchemeKind::OpenIdConnect => quote! { open_id_connect(#name) },
        SchemeKind::Unknown => quote! { unknown(#name) },
    };
    let scopes = &scheme.scopes;
    let scopes = (!scopes.is_empty()).then(|| quote! { .scopes(&[#(#scopes),*]) });
    quote! { rt::Scheme::#kind #scopes }
}

/// A part of a path template.
fn part(part: &PathPart<'_>) -> TokenStream {
    match part {
        PathPart::Text(text) => quote! { rt::PathPart::Text(#text) },
        PathPart::Variable(name) => quote! { rt::PathPart::Variable(#name) },
        PathPart::Segments(name) => quote! { rt::PathPart::Segments(#name) },
    }
}
