//! Requests that are sent again: whether that can help, and whether it can do harm.

use crate::diagnostic::{Diagnostics, rules};
use crate::document::Location;
use crate::openapi::{Operation, ParameterLocation};
use crate::resolve::{Action, Effect, Payload, Step};
use crate::status;

/// Statuses that say that there is something wrong with the request, and nothing with the moment at which it was sent.
/// Others of their class are not among them: what is not found, in conflict or forbidden now may not be so later.
const FOR_GOOD: [u16; 11] = [400, 401, 405, 406, 410, 411, 414, 415, 422, 431, 505];

/// Statuses after which nobody knows whether the server has done what it was asked for.
const UNCERTAIN: [u16; 3] = [500, 502, 504];

/// A request that was refused for what it is will be refused again, unless something else runs before it.
pub(super) fn retries_can_help(step: &Step<'_>, diagnostics: &mut Diagnostics) {
    if step.call.is_none() {
        return;
    }
    for action in &step.on_failure {
        if !matches!(action.effect, Some(Effect::Retry { limit: 1.., first: None, .. })) {
            continue;
        }
        let (Some(first), Some(statuses)) = (action.criteria.first(), status::admitted(&action.criteria)) else {
            continue;
        };
        if statuses.is_empty() || !statuses.iter().all(|status| FOR_GOOD.contains(status)) {
            continue;
        }
        let list = statuses.iter().map(u16::to_string).collect::<Vec<_>>().join(" or ");
        let message = format!("the retry `{}` sends a request again that was refused with {list}", action.name);
        diagnostics
            .report(&rules::USELESS_RETRY, first.span, message)
            .label("the same request will be refused again")
            .help(
                "name a step or a workflow that changes what is sent, by `stepId` or `workflowId`, or end the run here",
            );
    }
}

/// A request that may do something twice is not sent again where it may have been carried out.
pub(super) fn retries_do_no_harm(
    place: usize,
    step: &Step<'_>,
    operation: &Operation<'_>,
    diagnostics: &mut Diagnostics,
) {
    if !does_more_each_time(step, operation) || has_key(step) {
        return;
    }
    for action in step.on_failure.iter().filter(|action| sends_again(action, place)) {
        let is_certain = |status: u16| status::all(&action.criteria, status) == Some(true);
        if !UNCERTAIN.into_iter().any(is_certain) {
            continue;
        }
        let (name, method, id) = (action.name, &operation.method, &step.written.id.value);
        let when = if action.criteria.is_empty() { "at every failure" } else { "though it may have been carried out" };
        let declared = operation.parameters.iter().find(|known| is_key(known.name));
        let finding = diagnostics
            .report(
                &rules::UNSAFE_RETRY,
                action.span,
                format!("the action `{name}` sends the {method} request of `{id}` again {when}"),
            )
            .label("what the request does may be done twice")
            .also(operation.path_span, "the operation");
        match declared {
            Some(key) => finding.help(format!(
                "the operation knows a request again by `{}`, which the step can give {}",
                key.name,
                match key.location {
                    ParameterLocation::Header => "as a header parameter".to_owned(),
                    place => format!("as a parameter `in: {}`", place.as_str()),
                }
            )),
            None => finding
                .help("repeat it only where nothing was done, as in `$statusCode == 429 || $statusCode == 503`")
                .help("or give it the header parameter `Idempotency-Key`, if the API knows that"),
        };
    }
}

/// Whether HTTP says of a request that its effect adds up, and the document does not say that this one's does not.
fn does_more_each_time(step: &Step<'_>, operation: &Operation<'_>) -> bool {
    match operation.method.as_str() {
        "POST" => true,
        // Most patches set something, which is the same the second time. Those of RFC 6902 can add to lists.
        "PATCH" => step
            .body
            .as_ref()
            .is_some_and(|body| crate::media::essence(&body.content_type) == "application/json-patch+json"),
        _ => false,
    }
}

/// Whether an action sends the request of its step again and before anything else.
fn sends_again(action: &Action<'_>, place: usize) -> bool {
    match action.effect {
        Some(Effect::Retry { limit, first: None, .. }) => limit > 0,
        // Without criteria it is an endless loop, which is another finding.
        Some(Effect::Goto(to)) => to == place && !action.criteria.is_empty(),
        // What runs in between may well find out what was done.
        _ => false,
    }
}

/// Whether the server can tell that a request is one that it has seen, or refuses it when something has changed.
fn has_key(step: &Step<'_>) -> bool {
    const CONDITIONS: [&str; 3] = ["If-Match", "If-None-Match", "If-Unmodified-Since"];
    let is_condition = |name: &str| CONDITIONS.iter().any(|known| known.eq_ignore_ascii_case(name));
    let in_parameters = step.parameters.iter().any(|given| {
        is_key(given.name)
            || given.location == Location::QueryString
            || (given.location == Location::Header && is_condition(given.name))
    });
    let in_body = step.body.as_ref().is_some_and(|body| match &body.payload {
        Payload::Object(members) => members.iter().any(|(name, _)| is_key(name)),
        _ => false,
    });
    in_parameters || in_body
}

/// Whether a name is one of those that APIs have for the key of a request.
fn is_key(name: &str) -> bool {
    let letters: String = name.chars().filter(|letter| letter.is_ascii_alphanumeric()).collect();
    let letters = letters.to_ascii_lowercase();
    ["idempotency", "idempotent", "clienttoken", "requestid", "transactionid"]
        .iter()
        .any(|known| letters.contains(known))
}
