//! Credentials: whether requests have those that they need, and whether they stand where they can be kept secret.

use super::is_readable;
use crate::constraint::Constraints;
use crate::diagnostic::{Diagnostics, rules};
use crate::document::Location;
use crate::openapi::{Credential, Operation, ParameterLocation, Schema, Security};
use crate::resolve::{Parameter, Payload, Reference, Root, Segment, Step, Workflow};
use crate::secrets::is_sink;
use crate::source::Span;

/// A request carries one of the sets of credentials that its operation asks for. The steps that lack the same are one
/// finding.
pub(super) fn credentials_are_given(workflow: &Workflow<'_>, diagnostics: &mut Diagnostics) {
    let mut missing: Vec<(Credential<'_>, Span, Vec<&Step<'_>>)> = Vec::new();
    for (place, step) in workflow.steps.iter().enumerate() {
        let Some(call) = step.call.as_ref().filter(|call| !call.guessed) else { continue };
        let Some(security) = &call.operation.security else { continue };
        if gives_credentials(workflow, place) || !is_readable(step, workflow, diagnostics) {
            continue;
        }
        let Some(first) = first_missing(security, step) else { continue };
        match missing.iter_mut().find(|(known, span, _)| *known == first && *span == security.span) {
            Some((.., steps)) => steps.push(step),
            None => missing.push((first, security.span, vec![step])),
        }
    }
    for (Credential { scheme, location, name, prefix }, span, steps) in missing {
        let id = &steps[0].written.id;
        let message = match steps.len() {
            1 => format!("step `{}` gives no credentials, and its operation requires some", id.value),
            2 => format!("step `{}` and another one give no credentials, and their operations require some", id.value),
            count => format!(
                "step `{}` and {} others give no credentials, and their operations require some",
                id.value,
                count - 1
            ),
        };
        let value = match prefix {
            "" => "$inputs.key".to_owned(),
            prefix => format!("\"{prefix}{{$inputs.token}}\""),
        };
        let place = location.as_str();
        diagnostics
            .report(&rules::MISSING_SECURITY, id.node.span, message)
            .also(span, format!("`{scheme}` is required here"))
            .help(format!("add to its `parameters`: `{{ name: {name}, in: {place}, value: {value} }}`"))
            .help("where the HTTP client itself adds them, write `allow(missing_security)` in the macro");
    }
}

/// The first credential that a step lacks, of the first set; `None` when it has all of some set.
fn first_missing<'a>(security: &Security<'a>, step: &Step<'_>) -> Option<Credential<'a>> {
    let lacks = |credential: &&Credential<'a>| !step.parameters.iter().any(|given| carries(given, credential));
    let missing = |set: &Vec<Credential<'a>>| set.iter().find(lacks).copied();
    let missing: Option<Vec<Credential<'a>>> = security.alternatives.iter().map(missing).collect();
    missing?.into_iter().next()
}

fn carries(given: &Parameter<'_>, credential: &Credential<'_>) -> bool {
    match (ParameterLocation::from(given.location), credential.location) {
        (ParameterLocation::Header, ParameterLocation::Header) => given.name.eq_ignore_ascii_case(credential.name),
        (ParameterLocation::Header, ParameterLocation::Cookie) => given.name.eq_ignore_ascii_case("Cookie"),
        // It is the whole query, which may hold any of them.
        (ParameterLocation::QueryString, ParameterLocation::Query) => true,
        (given_at, asked_at) => given_at == asked_at && given.name == credential.name,
    }
}

/// Whether a step is the one that fetches credentials, which a description easily forgets to except.
fn gives_credentials(workflow: &Workflow<'_>, place: usize) -> bool {
    workflow.steps.iter().any(|step| {
        step.parameters.iter().filter(|given| is_sink(given, step)).any(|given| {
            let mut is_from_there = false;
            given.value.references(&mut |reference| {
                is_from_there |= matches!(reference.root, Root::Step { step, .. } if step == place);
            });
            is_from_there
        })
    })
}

/// What is secret stands in no path and no query: URLs are kept in logs. An API key in the query is where the API wants it.
pub(crate) fn secrets_stay_out_of_urls(
    workflow: &Workflow<'_>,
    constraints: &Constraints,
    diagnostics: &mut Diagnostics,
) {
    let credentials: Vec<(Reference, Span, &str)> = workflow
        .steps
        .iter()
        .flat_map(|step| step.parameters.iter().filter_map(|given| credential(given, step)))
        .collect();
    for step in &workflow.steps {
        // What an operation asks for is known only when it is found and could be read.
        let Some(operation) = step.call.as_ref().filter(|call| !call.guessed).map(|call| &call.operation) else {
            continue;
        };
        for given in &step.parameters {
            let is_in_url = matches!(given.location, Location::Path | Location::Query | Location::QueryString);
            if !is_in_url || is_sink(given, step) || is_asked_for(given, operation) {
                continue;
            }
            let mut found: Vec<(Span, Span, String)> = Vec::new();
            given.value.references(&mut |reference| {
                let same = |(known, ..): &&(Reference, Span, &str)| {
                    known.root == reference.root && known.path == reference.path
                };
                if let Some(schema) = password(reference, workflow, constraints) {
                    found.push((reference.span, schema.at.node.span, "`format: password`".to_owned()));
                } else if let Some((_, span, name)) = credentials.iter().find(same) {
                    found.push((reference.span, *span, format!("given as `{name}` here")));
                }
            });
            for (span, because, reason) in found {
                let place = ParameterLocation::from(given.location).as_str();
                let message = format!("the {place} parameter `{}` puts a secret into the URL", given.name);
                diagnostics
                    .report(&rules::SECRET_IN_URL, span, message)
                    .label("URLs are kept in the logs of servers and proxies")
                    .also(because, reason)
                    .help("send it in a header or in the body, if the API takes it there");
            }
        }
    }
}

/// Whether the operation itself wants a secret there, as far as the name that it declares can tell: then that is not for
/// the workflow to change.
fn is_asked_for(given: &Parameter<'_>, operation: &Operation<'_>) -> bool {
    const NAMES: [&str; 14] = [
        "assertion",
        "auth",
        "code",
        "cred",
        "jwt",
        "key",
        "pass",
        "pin",
        "secret",
        "session",
        "sid",
        "signature",
        "ticket",
        "token",
    ];
    let name = given.name.to_ascii_lowercase();
    let is_declared = !operation.parameters_known || operation.parameter(given.location.into(), given.name).is_some();
    is_declared && NAMES.iter().any(|part| name.contains(part))
}

/// What a parameter carries as a credential: one value by itself, or behind the name of its scheme. Of several in one text,
/// some may be no secrets, such as the name of a user.
fn credential<'s>(given: &'s Parameter<'_>, step: &Step<'_>) -> Option<(Reference, Span, &'s str)> {
    let name = given.name.to_ascii_lowercase();
    let is_secret =
        name.ends_with("authorization") || ["key", "secret", "token"].iter().any(|part| name.contains(part));
    // Any cookie counts as a credential, and many are none.
    if given.location != Location::Header || !is_secret || !is_sink(given, step) {
        return None;
    }
    let (Payload::Expression(_) | Payload::Template(_)) = &given.value else { return None };
    let mut references = Vec::new();
    given.value.references(&mut |reference| references.push(reference.clone()));
    match references.as_slice() {
        [only] if matches!(only.root, Root::Input(_) | Root::Step { .. }) => {
            Some((only.clone(), given.span, given.name))
        }
        _ => None,
    }
}

/// The schema of an input, or of a member of one, that says that it is a password.
fn password<'a>(reference: &Reference, workflow: &Workflow<'a>, constraints: &Constraints) -> Option<Schema<'a>> {
    let Root::Input(name) = &reference.root else { return None };
    let mut schema = workflow.inputs?.property(name)?;
    for segment in &reference.path {
        let (Segment::Token(name) | Segment::Member(name)) = segment else { return None };
        schema = schema.property(name)?;
    }
    constraints.is_password(schema).then_some(schema)
}
