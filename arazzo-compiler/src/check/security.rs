//! Credentials: whether requests have those that they need, and whether they stand where they can be kept secret.

use super::is_readable;
use crate::constraint::Constraints;
use crate::diagnostic::{Diagnostics, rules};
use crate::document::Location;
use crate::openapi::{Credential, Operation, ParameterLocation, Schema, Security};
use crate::resolve::{Argument, Parameter, Payload, Piece, Reference, Root, Segment, Step, Workflow};
use crate::secrets::is_sink;
use crate::source::Span;

/// A credential that a step lacks and another one of the document gives, with the steps that lack it.
struct Missing<'s, 'a> {
    credential: Credential<'a>,
    /// Where it is asked for.
    asked: Span,
    /// Where another step gives it.
    given: Span,
    steps: Vec<&'s Step<'a>>,
}

/// A request carries one of the sets of credentials that its operation asks for: in parameters, or because the client has
/// them. Where a document gives a credential in some steps, the others have forgotten it. The steps that lack the same are
/// one finding.
pub(super) fn credentials_are_given(place: usize, workflows: &[Workflow<'_>], diagnostics: &mut Diagnostics) {
    let workflow = &workflows[place];
    let mut missing: Vec<Missing<'_, '_>> = Vec::new();
    for (place, step) in workflow.steps.iter().enumerate() {
        let Some(security) = needed(step) else { continue };
        if gives_credentials(workflow, place) || !is_readable(step, workflow, diagnostics) {
            continue;
        }
        let Some((credential, given)) = forgotten(security, step, workflow, workflows) else { continue };
        let same = |known: &&mut Missing<'_, '_>| known.credential == credential && known.asked == security.span;
        match missing.iter_mut().find(same) {
            Some(known) => known.steps.push(step),
            None => missing.push(Missing { credential, asked: security.span, given, steps: vec![step] }),
        }
    }
    for Missing { credential: Credential { scheme, location, name, prefix }, asked, given, steps } in missing {
        let id = &steps[0].written.id;
        let who = match steps.len() {
            1 => format!("step `{}` does not give", id.value),
            2 => format!("step `{}` and another one do not give", id.value),
            count => format!("step `{}` and {} others do not give", id.value, count - 1),
        };
        let message = format!("{who} the credential `{scheme}`, which the operation requires and other steps give");
        let value = match prefix {
            "" => "$inputs.key".to_owned(),
            prefix => format!("\"{prefix}{{$inputs.token}}\""),
        };
        let place = location.as_str();
        diagnostics
            .report(&rules::MISSING_SECURITY, id.node.span, message)
            .also(given, "given here")
            .also(asked, format!("`{scheme}` is required here"))
            .help(format!("add to its `parameters`: `{{ name: {name}, in: {place}, value: {value} }}`"))
            .help("where the client has it, write `allow(missing_security)` in the macro");
    }
}

/// What the operation of a step asks for, where that is known.
fn needed<'s, 'a>(step: &'s Step<'a>) -> Option<&'s Security<'a>> {
    step.call.as_ref().filter(|call| !call.guessed)?.operation.security.as_ref()
}

/// A credential that a step lacks, when it has no whole set, and that another step of the document gives: where.
fn forgotten<'a>(
    security: &Security<'a>,
    step: &Step<'a>,
    workflow: &Workflow<'a>,
    workflows: &[Workflow<'a>],
) -> Option<(Credential<'a>, Span)> {
    let is_in =
        |given: &Parameter<'_>, credential: &Credential<'_>| carries(given, credential.location, credential.name);
    let lacks = |credential: &&Credential<'a>| !step.parameters.iter().any(|given| is_in(given, credential));
    if security.alternatives.iter().any(|set| !set.iter().any(|credential| lacks(&credential))) {
        return None;
    }
    let file = workflow.written.span.file;
    let steps = || workflows.iter().filter(|other| other.written.span.file == file).flat_map(|other| &other.steps);
    let given = |credential: &Credential<'a>| {
        steps().find_map(|other| {
            let asked = needed(other).filter(|asked| asked.span.file == security.span.file)?;
            asked.alternatives.iter().flatten().find(|known| *known == credential)?;
            Some(other.parameters.iter().find(|given| is_in(given, credential))?.span)
        })
    };
    security.alternatives.iter().flatten().filter(lacks).find_map(|credential| Some((*credential, given(credential)?)))
}

/// Whether a parameter stands, or may stand, where a credential of this place and name does.
pub(crate) fn carries(given: &Parameter<'_>, location: ParameterLocation, name: &str) -> bool {
    match (ParameterLocation::from(given.location), location) {
        (ParameterLocation::Header, ParameterLocation::Header) => given.name.eq_ignore_ascii_case(name),
        (ParameterLocation::Header, ParameterLocation::Cookie) => is_cookies_with(given, name),
        (ParameterLocation::Cookie, ParameterLocation::Header) => name.eq_ignore_ascii_case("Cookie"),
        // It is the whole query, which may hold any of them.
        (ParameterLocation::QueryString, ParameterLocation::Query) => true,
        (given_at, asked_at) => given_at == asked_at && given.name == name,
    }
}

/// Whether a parameter is the header `Cookie`, and may have a cookie of that name in it.
pub(super) fn is_cookies_with(given: &Parameter<'_>, name: &str) -> bool {
    // What an expression stands for may be any part of the list.
    const ANY: &str = "\0";
    let list = match &given.value {
        Payload::String(text) => text.clone(),
        Payload::Template(pieces) => pieces
            .iter()
            .map(|piece| match piece {
                Piece::Literal(text) => text,
                Piece::Expression(_) => ANY,
            })
            .collect(),
        _ => ANY.to_owned(),
    };
    let is_it = |cookie: &str| {
        let (known, _) = cookie.split_once('=').unwrap_or((cookie, ""));
        known.trim() == name || known.contains(ANY)
    };
    given.location == Location::Header && given.name.eq_ignore_ascii_case("Cookie") && list.split(';').any(is_it)
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

/// A value that is secret: what it is, and why.
#[derive(Clone)]
struct Secret {
    reference: Reference,
    /// The places that say so, with what each says.
    because: Vec<(Span, String)>,
}

/// What is secret stands in no path and no query: URLs are kept in logs. An API key in the query is where the API wants it.
/// What is secret in one workflow is so in another one that gets it as an input.
pub(crate) fn secrets_stay_out_of_urls(
    workflows: &[Workflow<'_>],
    constraints: &[Constraints],
    diagnostics: &mut Diagnostics,
) {
    let mut secrets: Vec<Vec<Secret>> = workflows.iter().map(credentials).collect();
    let mut open: Vec<usize> = (0..workflows.len()).collect();
    while let Some(place) = open.pop() {
        for (callee, arguments) in workflows[place].given() {
            for argument in arguments {
                let Some(secret) = handed(argument, &workflows[place], &constraints[place], &secrets[place]) else {
                    continue;
                };
                let is_known = secrets[callee].iter().any(|known| is_same(&known.reference, &secret.reference));
                if !is_known {
                    secrets[callee].push(secret);
                    open.push(callee);
                }
            }
        }
    }
    for ((workflow, own), secrets) in workflows.iter().zip(constraints).zip(&secrets) {
        of_workflow(workflow, own, secrets, diagnostics);
    }
}

fn of_workflow(workflow: &Workflow<'_>, constraints: &Constraints, secrets: &[Secret], diagnostics: &mut Diagnostics) {
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
            let mut found: Vec<(Span, Vec<(Span, String)>)> = Vec::new();
            given.value.references(&mut |reference| {
                if let Some(because) = reasons(reference, workflow, constraints, secrets) {
                    found.push((reference.span, because));
                }
            });
            for (span, because) in found {
                let place = ParameterLocation::from(given.location).as_str();
                let message = format!("the {place} parameter `{}` puts a secret into the URL", given.name);
                let finding = diagnostics.report(&rules::SECRET_IN_URL, span, message);
                finding.label("URLs are kept in the logs of servers and proxies");
                for (span, reason) in because {
                    finding.also(span, reason);
                }
                finding.help("send it in a header or in the body, if the API takes it there");
            }
        }
    }
}

/// The values that the steps of a workflow give as credentials.
fn credentials(workflow: &Workflow<'_>) -> Vec<Secret> {
    let of_step = |step: &Step<'_>| {
        let all = step.parameters.iter().filter_map(|given| credential(given, step));
        let all = all.map(|(reference, span, name)| Secret {
            reference,
            because: vec![(span, format!("given as `{name}` here"))],
        });
        all.collect::<Vec<_>>()
    };
    workflow.steps.iter().flat_map(of_step).collect()
}

/// Why a value is secret, if it is.
fn reasons(
    reference: &Reference,
    workflow: &Workflow<'_>,
    constraints: &Constraints,
    secrets: &[Secret],
) -> Option<Vec<(Span, String)>> {
    if let Some(schema) = password(reference, workflow, constraints) {
        return Some(vec![(schema.at.node.span, "`format: password`".to_owned())]);
    }
    secrets.iter().find(|secret| is_same(&secret.reference, reference)).map(|secret| secret.because.clone())
}

/// The input of another workflow that is secret because of what it is given.
fn handed(
    argument: &Argument<'_>,
    workflow: &Workflow<'_>,
    constraints: &Constraints,
    secrets: &[Secret],
) -> Option<Secret> {
    let (Payload::Expression(_) | Payload::Template(_)) = &argument.value else { return None };
    let mut found = None;
    argument.value.references(&mut |reference| {
        found = found.take().or_else(|| reasons(reference, workflow, constraints, secrets));
    });
    let mut because = found?;
    because.push((argument.span, format!("given to the input `{}` here", argument.name)));
    let root = Root::Input(argument.name.to_owned());
    Some(Secret { reference: Reference { root, path: Vec::new(), span: argument.span }, because })
}

fn is_same(one: &Reference, other: &Reference) -> bool {
    one.root == other.root && one.path == other.path
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
