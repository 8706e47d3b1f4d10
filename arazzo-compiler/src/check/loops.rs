//! Loops that nothing in the document ends.

use crate::diagnostic::{Diagnostics, Level, rules};
use crate::flow::{Flow, always_leads_back, can_end};
use crate::resolve::{Action, Effect, Step, Workflow};
use crate::types::Surroundings;

/// Rule 65: loops are legal, but one that is entered anew whatever happens ends only by the limits of the client. A
/// `retry` has a limit of its own, and a `goto` with criteria, or behind an action that has some, leaves another way.
pub(super) fn can_be_left(workflow: &Workflow<'_>, flow: &Flow, diagnostics: &mut Diagnostics) {
    for (place, step) in workflow.steps.iter().enumerate() {
        for (actions, succeeded) in [(&step.on_success, true), (&step.on_failure, false)] {
            // At each status that can come, another action may lead back.
            let by_status = || always_leads_back(workflow, place).filter(|_| succeeded && !is_known(step, diagnostics));
            let unconditional = unconditional_goto(actions).filter(|(_, to)| *to <= place);
            let Some((action, to)) = unconditional.or_else(by_status) else { continue };
            // Where something is wrong about the step, the target may be a guess.
            let is_wrong = diagnostics.within(step.written.span).any(|finding| finding.level == Level::Error);
            if is_wrong || !flow.reaches(place) {
                continue;
            }
            let (id, target) = (&step.written.id.value, &workflow.steps[to].written.id.value);
            let (message, help) = if succeeded {
                if flow.can_end_from(workflow, to) {
                    continue;
                }
                let what = if action.criteria.is_empty() { "`criteria`" } else { "other `criteria`" };
                (
                    format!("the action `{}` leads back to `{target}`, and no way leads out of that loop", action.name),
                    format!("give the action {what}, or end the loop by another action before it"),
                )
            } else {
                (
                    format!(
                        "the action `{}` leads back to `{target}` at every failure of `{id}`, however often it fails",
                        action.name
                    ),
                    "give it `criteria`, or write a `retry` with a `retryLimit`".to_owned(),
                )
            };
            let finding = diagnostics.report(&rules::UNBOUNDED_POLL, action.span, message);
            if !action.criteria.is_empty() {
                finding
                    .label(format!("taken at every status with which `{id}` succeeds"))
                    .note("where the description lacks a response, add it there");
            }
            finding.help(help);
        }
    }
}

/// Whether it has been said that an action of a step is never taken, so that others take its place.
fn is_known(step: &Step<'_>, diagnostics: &Diagnostics) -> bool {
    diagnostics.within(step.written.span).any(|finding| finding.rule == &rules::SHADOWED_ACTION)
}

/// The `goto` of a list that is taken whatever happens.
fn unconditional_goto<'l, 'a>(actions: &'l [Action<'a>]) -> Option<(&'l Action<'a>, usize)> {
    let action = unconditional(actions)?;
    match action.effect {
        Some(Effect::Goto(to)) => Some((action, to)),
        _ => None,
    }
}

/// The action of a list that is taken whatever happens: it has no criteria, and nothing before it has any.
fn unconditional<'l, 'a>(actions: &'l [Action<'a>]) -> Option<&'l Action<'a>> {
    actions.iter().find(|action| !is_used_up(action)).filter(|action| action.criteria.is_empty())
}

/// Rule 65: a workflow may run itself, but not whatever happens. Those that run each other in one circle are one finding.
pub(crate) fn runs_of_itself_end(around: Surroundings<'_, '_>, diagnostics: &mut Diagnostics) {
    let workflows = around.workflows;
    let is_wrong = |workflow: &Workflow<'_>, diagnostics: &Diagnostics| {
        let mut errors = diagnostics.within(workflow.written.span).filter(|finding| finding.level == Level::Error);
        !workflow.is_resolved() || errors.next().is_some()
    };
    if workflows.iter().any(|workflow| is_wrong(workflow, diagnostics)) {
        return;
    }
    let ends = can_end(workflows);
    let endless = |place: usize| {
        let runs = workflows[place].runs().into_iter();
        runs.filter(|next| !ends[*next]).collect::<Vec<_>>()
    };
    let mut known = vec![false; workflows.len()];
    for (place, workflow) in workflows.iter().enumerate() {
        if ends[place] || known[place] {
            at_every_failure(place, workflow, &around.flows[place], diagnostics);
            continue;
        }
        let circle: Vec<usize> =
            behind(place, &endless).into_iter().filter(|other| behind(*other, &endless).contains(&place)).collect();
        let leads_on = |step: &Step<'_>| step.given().map(|(to, _)| to).find(|to| circle.contains(to));
        let mut steps = workflow.steps.iter().enumerate().filter(|(number, _)| around.flows[place].reaches(*number));
        // One that has no end without running itself is another finding.
        let Some((step, to)) = steps.find_map(|(_, step)| Some((step, leads_on(step)?))) else { continue };
        circle.iter().for_each(|member| known[*member] = true);
        let (id, other) = (&workflow.written.id.value, &workflows[to].written.id.value);
        let action = step.actions().find(|action| action.workflow() == Some(to)).filter(|_| step.callee != Some(to));
        let (verb, help) = match action {
            Some(action) if action.effect == Some(Effect::Transfer(to)) => {
                ("goes on as", "give the action `criteria`, or end the workflow by another action before it")
            }
            _ => ("runs", "end the workflow, or lead past this step, by an action with `criteria` of a step before it"),
        };
        let message = if to == place {
            format!("the workflow `{id}` {verb} itself whatever happens, so that it never ends")
        } else {
            format!(
                "the workflow `{id}` {verb} `{other}`, which leads back to it whatever happens, so that neither ends"
            )
        };
        let span = action.map_or(step.written.id.node.span, |action| action.span);
        diagnostics.report(&rules::UNBOUNDED_POLL, span, message).help(help);
    }
}

/// The workflows that one leads to, by one or more steps of `next`.
fn behind(place: usize, next: &dyn Fn(usize) -> Vec<usize>) -> Vec<usize> {
    let mut seen = next(place);
    let mut done = 0;
    while let Some(other) = seen.get(done).copied() {
        done += 1;
        for further in next(other) {
            if !seen.contains(&further) {
                seen.push(further);
            }
        }
    }
    seen
}

/// A failure after which the workflow begins anew, each time.
fn at_every_failure(place: usize, workflow: &Workflow<'_>, flow: &Flow, diagnostics: &mut Diagnostics) {
    for (number, step) in workflow.steps.iter().enumerate() {
        let Some(action) = unconditional(&step.on_failure) else { continue };
        if action.effect != Some(Effect::Transfer(place)) || !flow.reaches(number) {
            continue;
        }
        let message = format!(
            "the action `{}` begins the workflow anew at every failure of `{}`, however often it fails",
            action.name, step.written.id.value
        );
        diagnostics
            .report(&rules::UNBOUNDED_POLL, action.span, message)
            .help("give it `criteria`, or write a `retry` with a `retryLimit`");
    }
}

/// Whether an action only puts the next one off: a `retry` of every failure.
fn is_used_up(action: &Action<'_>) -> bool {
    action.criteria.is_empty() && matches!(action.effect, Some(Effect::Retry { .. }))
}
