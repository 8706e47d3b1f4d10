//! `dependsOn`, of workflows and of steps (rules 29, 30 and 43).

use super::argument::Rest;
use super::step::{Context, Scope};
use super::{Dependency, Prerequisite, Workflow, listed};
use crate::diagnostic::{Diagnostics, rules, suggest};
use crate::document::{self, Text};
use crate::source::Span;

impl<'a> Context<'_, 'a, '_> {
    /// The workflows that one depends on.
    pub(super) fn dependencies(
        &mut self,
        written: &'a document::Workflow,
        scope: Scope<'_, 'a>,
    ) -> Vec<Dependency<'a>> {
        let mut dependencies: Vec<Dependency<'a>> = Vec::new();
        for entry in &written.depends_on {
            let Some(workflow) = self.callee(entry) else { continue };
            if dependencies.iter().any(|known| known.workflow == workflow) {
                continue;
            }
            let span = entry.node.span;
            let arguments = self.arguments(workflow, span, &[], &[], Rest::SameName, scope);
            dependencies.push(Dependency { workflow, span, arguments });
        }
        dependencies
    }

    /// The steps that a step depends on.
    pub(super) fn prerequisites(
        &mut self,
        step: &'a document::Step,
        scope: Scope<'_, 'a>,
    ) -> Vec<(Prerequisite, Span)> {
        let found = |entry: &'a Text| Some((self.prerequisite(entry, scope)?, entry.node.span));
        step.depends_on.iter().filter_map(found).collect()
    }

    fn prerequisite(&mut self, entry: &'a Text, scope: Scope<'_, 'a>) -> Option<Prerequisite> {
        let at = entry.node.span;
        let parts: Vec<&str> = entry.value.split('.').collect();
        let (workflow, step) = match parts.as_slice() {
            ["$workflows", id, "steps", step] => (self.callee(&named(entry, id))?, *step),
            ["$sourceDescriptions", source, id, "steps", step] => {
                (self.callee(&named(entry, &format!("$sourceDescriptions.{source}.{id}")))?, *step)
            }
            // Another form has been reported.
            _ if entry.value.starts_with('$') => return None,
            _ => return self.local_prerequisite(&entry.value, at, scope),
        };
        let written = self.links.known(workflow).written;
        if std::ptr::eq(written, scope.workflow) {
            return self.local_prerequisite(step, at, scope);
        }
        let found = written.steps.iter().position(|known| known.id.value == step);
        if found.is_none() {
            let ids: Vec<&str> = written.steps.iter().map(|step| step.id.value.as_str()).collect();
            let near = suggest(step, ids.iter().copied());
            let message = format!("no step `{step}` in workflow `{}`", written.id.value);
            let finding = self.diagnostics.error(&rules::UNKNOWN_STEP, at, message);
            match near {
                Some(_) => finding.did_you_mean(near),
                None => finding.note(format!("its steps are {}", listed(&ids))),
            };
        }
        Some(Prerequisite::Other { workflow, step: found? })
    }

    fn local_prerequisite(&mut self, id: &str, at: Span, scope: Scope<'_, 'a>) -> Option<Prerequisite> {
        let steps = &scope.workflow.steps;
        let found = steps.iter().position(|step| step.id.value == id);
        found.or_else(|| self.unknown_step(id, at, scope)).map(Prerequisite::Step)
    }
}

/// A part of an entry as a text of its own. Messages point at the whole entry.
fn named(entry: &Text, value: &str) -> Text {
    Text { value: value.to_owned(), node: entry.node.clone() }
}

/// Rules 30 and 43: nothing waits for itself.
pub(super) fn refuse_circles(workflows: &[Workflow<'_>], diagnostics: &mut Diagnostics) {
    let needs: Vec<Vec<usize>> = workflows
        .iter()
        .map(|workflow| workflow.dependencies.iter().map(|dependency| dependency.workflow).collect())
        .collect();
    let circles_of_workflows = circles(&needs);
    for circle in &circles_of_workflows {
        let first = &workflows[circle[0]];
        let next = circle.get(1).unwrap_or(&circle[0]);
        let span = first.dependencies.iter().find(|dependency| dependency.workflow == *next).map(|found| found.span);
        let names: Vec<&str> = circle.iter().map(|place| workflows[*place].written.id.value.as_str()).collect();
        report("workflow", &names, span.unwrap_or(first.written.id.node.span), diagnostics);
    }
    for (place, workflow) in workflows.iter().enumerate() {
        for dependency in &workflow.dependencies {
            let (first, span) = (dependency.workflow, dependency.span);
            let of_both = |circle: &Vec<usize>| circle.contains(&place) && circle.contains(&first);
            let is_circle = circles_of_workflows.iter().any(of_both) || diagnostics.is_reported(span);
            if is_circle || !runs(workflows, first, place) {
                continue;
            }
            let (id, other) = (&workflow.written.id.value, &workflows[first].written.id.value);
            let message =
                format!("the workflow `{id}` depends on `{other}`, which runs it and can never be complete before");
            diagnostics
                .error(&rules::CIRCULAR_DEPENDENCY, span, message)
                .also(workflows[first].written.id.node.span, "it is run from here")
                .help("remove this `dependsOn`, or do not run the workflow there");
        }
        let needs = workflow.steps.iter().map(|step| {
            let places = step.prerequisites.iter().filter_map(|prerequisite| match prerequisite {
                (Prerequisite::Step(place), _) => Some(*place),
                (Prerequisite::Other { .. }, _) => None,
            });
            places.collect()
        });
        let needs: Vec<Vec<usize>> = needs.collect();
        for circle in circles(&needs) {
            let names: Vec<&str> =
                circle.iter().map(|place| workflow.steps[*place].written.id.value.as_str()).collect();
            let next = circle.get(1).unwrap_or(&circle[0]);
            let first = &workflow.steps[circle[0]];
            let entry = first.prerequisites.iter().find(|(found, _)| *found == Prerequisite::Step(*next));
            let span = entry.map_or(first.written.span, |(_, span)| *span);
            report("step", &names, span, diagnostics);
        }
    }
}

/// Whether a workflow can run another one, through others too.
fn runs(workflows: &[Workflow<'_>], from: usize, to: usize) -> bool {
    let mut seen = vec![from];
    let mut next = 0;
    while let Some(place) = seen.get(next).copied() {
        next += 1;
        for other in workflows[place].runs() {
            if other == to {
                return true;
            }
            if !seen.contains(&other) {
                seen.push(other);
            }
        }
    }
    false
}

fn report(what: &str, names: &[&str], span: Span, diagnostics: &mut Diagnostics) {
    // The guess behind a misspelt name may be what closes the circle.
    if diagnostics.is_reported(span) {
        return;
    }
    let message = match names {
        [only] => format!("the {what} `{only}` depends on itself"),
        _ => format!("these {what}s depend on each other in a circle, so that none can run first"),
    };
    let finding = diagnostics.error(&rules::CIRCULAR_DEPENDENCY, span, message);
    if let [first, .., _] = names {
        let way: Vec<String> = names.iter().chain([first]).map(|name| format!("`{name}`")).collect();
        finding.note(format!("the circle is {}", way.join(" -> ")));
    }
    finding.help("remove one of these `dependsOn`");
}

/// The circles of a graph: each once, from the first place that is in it.
fn circles(needs: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut found: Vec<Vec<usize>> = Vec::new();
    for start in 0..needs.len() {
        if found.iter().any(|circle| circle.contains(&start)) {
            continue;
        }
        // The shortest way back to the start.
        let mut ways: Vec<Vec<usize>> = vec![vec![start]];
        let mut seen = vec![false; needs.len()];
        let mut next = 0;
        while let Some(way) = ways.get(next).cloned() {
            next += 1;
            let last = way[way.len() - 1];
            if needs[last].contains(&start) {
                found.push(way);
                break;
            }
            for place in &needs[last] {
                if !std::mem::replace(&mut seen[*place], true) {
                    ways.push([way.as_slice(), &[*place]].concat());
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::circles;

    #[test]
    fn each_circle_is_found_once() {
        assert!(circles(&[vec![1], vec![2], vec![]]).is_empty());
        assert_eq!(circles(&[vec![0]]), [[0]]);
        assert_eq!(circles(&[vec![1], vec![2], vec![1]]), [[1, 2]]);
        assert_eq!(circles(&[vec![1], vec![0], vec![3], vec![2, 0]]), [[0, 1], [2, 3]]);
    }
}
