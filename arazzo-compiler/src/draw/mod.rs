//! A workflow as a drawing: its steps, decisions, loops and ends, as an SVG image or as Mermaid text.

mod mermaid;
mod svg;
#[cfg(test)]
mod tests;

use crate::flow::{End, Flow, always_matches};
use crate::resolve::{Action, Effect, Helper, Workflow};

/// The flow of a workflow, ready to be drawn.
///
/// ```
/// use arazzo_compiler::{Options, compile, source::Memory};
///
/// let document = "arazzo: 1.0.1
/// info: { title: t, version: '1' }
/// sourceDescriptions: [{ name: api, url: api.yml }]
/// workflows:
/// - workflowId: read
///   steps: [{ stepId: ask, operationId: get }]
/// ";
/// let api = "openapi: 3.1.0
/// info: { title: t, version: '1' }
/// paths: { /things: { get: { operationId: get, responses: { '200': { description: d } } } } }
/// ";
/// let files = Memory::of([("w.yml", document), ("api.yml", api)]);
/// let compilation = compile("w.yml".as_ref(), &Options { reader: &files, ..Options::default() });
/// let mermaid = compilation.drawings[0].mermaid();
/// assert!(mermaid.contains("step1[\"<b>ask</b><br/>GET /things\"]"));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Drawing {
    /// The `workflowId`.
    pub workflow: String,
    /// The steps, in the order in which they run.
    pub steps: Vec<Step>,
}

/// A step of a [`Drawing`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Step {
    /// The `stepId`.
    pub id: String,
    /// What it calls, in a few words.
    pub call: String,
    /// What its actions do, in the order in which they are looked at: those behind success first.
    pub actions: Vec<Decision>,
    /// Whether the next step, or the end, follows when it succeeds and no action takes over.
    pub falls_through: bool,
}

/// An action of a [`Step`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Decision {
    /// Whether it stands behind success.
    pub on_success: bool,
    /// Its name.
    pub name: String,
    /// When it is taken; empty when it always is.
    pub condition: String,
    /// What it does.
    pub to: Target,
}

/// Where a [`Decision`] leads.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Target {
    /// To the end of the run.
    End,
    /// To the step of that place.
    Step(usize),
    /// To another workflow.
    Workflow(String),
    /// To the step itself again, in words.
    Retry(String),
}

impl Drawing {
    /// The drawing of a workflow among others.
    pub(crate) fn of(place: usize, workflows: &[Workflow<'_>], flow: &Flow) -> Self {
        let workflow = &workflows[place];
        let steps = workflow.steps.iter().enumerate().map(|(number, step)| {
            let call = match (&step.call, step.callee) {
                (Some(call), _) => format!("{} {}", call.operation.method, call.operation.path),
                (None, Some(callee)) => format!("runs {}", workflows[callee].written.id.value),
                (None, None) => String::new(),
            };
            let decisions = |actions: &[Action<'_>], on_success: bool| {
                let reached = actions.iter().position(always_matches).map_or(actions.len(), |last| last + 1);
                let decision = |action: &Action<'_>| decision(action, on_success, workflow, workflows);
                actions[..reached].iter().filter_map(decision).collect::<Vec<_>>()
            };
            let mut actions = decisions(&step.on_success, true);
            actions.extend(decisions(&step.on_failure, false));
            let is_last = number + 1 == workflow.steps.len();
            let falls_through = !step.on_success.iter().any(always_matches)
                && (!is_last || flow.ends().any(|end| *end == End::Completed));
            Step { id: step.written.id.value.clone(), call, actions, falls_through }
        });
        Self { workflow: workflow.written.id.value.clone(), steps: steps.collect() }
    }

    /// The drawing as an SVG image: no script, no style sheet, in the colour of the text around it, so that it can be read
    /// on light and on dark pages. There is no empty line in it, so that it can stand in Markdown.
    pub fn svg(&self) -> String {
        svg::svg(self)
    }

    /// The drawing as the text of a Mermaid flowchart.
    pub fn mermaid(&self) -> String {
        mermaid::mermaid(self)
    }
}

fn decision(
    action: &Action<'_>,
    on_success: bool,
    workflow: &Workflow<'_>,
    workflows: &[Workflow<'_>],
) -> Option<Decision> {
    let id = |step: usize| workflow.steps[step].written.id.value.as_str();
    let to = match action.effect? {
        Effect::End => Target::End,
        Effect::Goto(step) => Target::Step(step),
        Effect::Transfer(to) => Target::Workflow(workflows[to].written.id.value.clone()),
        Effect::Retry { limit: 0, .. } => return None,
        Effect::Retry { after, limit, first } => {
            let mut words = if limit == 1 { "tries once more".to_owned() } else { format!("tries {limit} times more") };
            if let Some(seconds) = after {
                words.push_str(&format!(", {seconds} s apart"));
            }
            match first {
                Some(Helper::Step(step)) => words.push_str(&format!(", behind {}", id(step))),
                Some(Helper::Workflow(to)) => words.push_str(&format!(", behind {}", workflows[to].written.id.value)),
                None => {}
            }
            Target::Retry(words)
        }
    };
    let conditions: Vec<&str> = action.criteria.iter().map(|criterion| criterion.text.as_str()).collect();
    Some(Decision { on_success, name: action.name.to_owned(), condition: conditions.join(" and "), to })
}

/// A text that is no longer than so many characters.
fn shortened(text: &str, length: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= length {
        return text;
    }
    let mut short: String = text.chars().take(length.saturating_sub(1)).collect();
    short.push('…');
    short
}
