//! The workflows of a program, ready to be written: their names, types and ends.

use crate::constraint::{self, Constraints};
use crate::diagnostic::{Diagnostics, Finding, Level, rules};
use crate::draw::Drawing;
use crate::emit::{self, Exit, Plan, Uses};
use crate::flow::{End, Flow};
use crate::library::{Library, Located};
use crate::needed::{Needed, needed};
use crate::resolve::{Action, Effect, Prerequisite, Program, Root, Step, Workflow};
use crate::secrets::Secrets;
use crate::shown::{Hidden, Known, Shown};
use crate::source::Span;
use crate::types::{self, Surroundings};
use crate::{check, names};
use arazzo_expression::schema::Schema;
use proc_macro2::TokenStream;

/// The workflows of a program.
pub(crate) struct Drafts<'p, 'a> {
    program: &'p Program<'a>,
    flows: Vec<Flow>,
    secrets: Vec<Secrets>,
    /// The Rust name of each; `None` where it has none, which is reported.
    names: Vec<Option<String>>,
    drafts: Vec<Draft>,
}

/// What is written of a workflow.
struct Draft {
    inputs: types::Struct,
    constraints: Option<Schema>,
    items: Vec<types::Item>,
    outputs: Vec<(String, String, types::OutputType)>,
    exits: Vec<Exit>,
    /// What the bodies of its steps need.
    needed: Vec<Vec<Needed>>,
    /// Whether no error has left a gap in its types. Where one is missing, rustc keeps silent about it as long as its
    /// module holds a `compile_error!`; about a type that is not the expected one it would complain.
    is_complete: bool,
}

impl<'p, 'a> Drafts<'p, 'a> {
    /// Checks the workflows and finds their types.
    pub(crate) fn new(program: &'p Program<'a>, library: &Library<'a, '_>, diagnostics: &mut Diagnostics) -> Self {
        let workflows = &program.workflows;
        let names = rust_names(program, diagnostics);
        let flows: Vec<Flow> = workflows.iter().map(Flow::of).collect();
        let around = Surroundings { workflows, flows: &flows };
        for place in 0..workflows.len() {
            check::check(place, around, library, diagnostics);
        }
        let constraints: Vec<Constraints> = workflows
            .iter()
            .map(|workflow| {
                let root = workflow.written.inputs.as_ref().filter(|node| node.as_map().is_some());
                let root = root.map(|node| Located { file: node.span.file, node });
                constraint::read(root, library, diagnostics)
            })
            .collect();
        for workflow in workflows {
            check::arguments::constants_fit(workflow, workflows, &constraints, diagnostics);
        }
        check::loops::runs_of_itself_end(around, diagnostics);
        check::security::secrets_stay_out_of_urls(workflows, &constraints, diagnostics);
        let secrets = Secrets::of(workflows, &constraints);
        let mut drafts: Vec<Draft> = (0..workflows.len())
            .map(|place| Draft::new(place, around, &secrets[place], &constraints[place], library, diagnostics))
            .collect();
        for place in 0..workflows.len() {
            check::check_values(place, around, library, diagnostics);
            // Only now, as the first that looks at a file says what is wrong with it.
            drafts[place].needed = workflows[place].steps.iter().map(|step| needed(step, library)).collect();
        }
        // An end that another workflow is part of has a gap where that one has.
        while let Some(place) = (0..drafts.len()).find(|place| {
            let is_gap = |exit: &Exit| exit.to.is_some_and(|to| !drafts[to].is_complete || names[to].is_none());
            drafts[*place].is_complete && drafts[*place].exits.iter().any(is_gap)
        }) {
            drafts[place].is_complete = false;
        }
        Self { program, flows, secrets, names, drafts }
    }

    /// The drawings of the workflows that were asked for.
    pub(crate) fn drawings(&self) -> Vec<Drawing> {
        let asked = 0..self.program.asked;
        asked.map(|place| Drawing::of(place, &self.program.workflows, &self.flows[place])).collect()
    }

    /// The code of all workflows. With `stub` only the types and signatures, of those that have no gap.
    pub(crate) fn tokens(&self, facade: &TokenStream, stub: bool) -> TokenStream {
        let awaited = self.program.awaited();
        let known = self.drafts.iter().map(|Draft { inputs, items, outputs, .. }| Known { inputs, items, outputs });
        let shown = Shown { workflows: &self.program.workflows, secrets: &self.secrets, known: known.collect() };
        let hidden: Vec<Hidden> = (0..self.drafts.len()).map(|place| shown.hidden(place)).collect();
        let uses: Vec<Uses> = (0..self.drafts.len()).map(|place| self.uses(place)).collect();
        let read: Vec<bool> = uses.iter().map(|uses| uses.is_read).collect();
        let mut tokens = TokenStream::new();
        for group in self.groups() {
            let members: Vec<usize> = group
                .into_iter()
                .filter(|place| self.names[*place].is_some() && (!stub || self.drafts[*place].is_complete))
                .collect();
            let plans: Vec<Plan<'_, '_>> = members
                .iter()
                .map(|place| {
                    let Draft { inputs, constraints, items, outputs, exits, needed, .. } = &self.drafts[*place];
                    Plan {
                        facade,
                        names: &self.names,
                        place: *place,
                        program: self.program,
                        workflow: &self.program.workflows[*place],
                        flow: &self.flows[*place],
                        secrets: &self.secrets[*place],
                        inputs,
                        hidden: &hidden,
                        constraints: constraints.as_ref(),
                        items,
                        outputs,
                        exits,
                        needed,
                        uses: uses[*place],
                        read: &read,
                        awaited: &awaited,
                    }
                })
                .collect();
            tokens.extend(emit::group(&plans, stub));
        }
        tokens
    }

    /// What other workflows need of one.
    fn uses(&self, place: usize) -> Uses {
        let mut uses = Uses { is_read: self.program.is_read(place), ..Uses::default() };
        for workflow in &self.program.workflows {
            let is_transfer = |action: &Action<'_>| action.effect == Some(Effect::Transfer(place));
            let helps = |action: &Action<'_>| action.workflow() == Some(place) && !is_transfer(action);
            uses.is_target |= workflow.steps.iter().flat_map(Step::actions).any(is_transfer);
            let calls = workflow.steps.iter().any(|step| step.callee == Some(place) || step.actions().any(helps));
            let depends = workflow.dependencies.iter().any(|dependency| dependency.workflow == place);
            uses.is_called |= calls || depends;
        }
        uses
    }

    /// The workflows that mention each other, in groups: in the order of their first members.
    fn groups(&self) -> Vec<Vec<usize>> {
        let mut group: Vec<usize> = (0..self.drafts.len()).collect();
        for (place, workflow) in self.program.workflows.iter().enumerate() {
            let mut mentioned = workflow.runs();
            workflow.references(&mut |reference| {
                if let Root::WorkflowOutput { workflow, .. } | Root::WorkflowInput { workflow, .. } = &reference.root {
                    mentioned.push(*workflow);
                }
            });
            for prerequisite in workflow.steps.iter().flat_map(|step| &step.prerequisites) {
                if let (Prerequisite::Other { workflow, .. }, _) = prerequisite {
                    mentioned.push(*workflow);
                }
            }
            for other in mentioned {
                let (one, another) = (group[place].min(group[other]), group[place].max(group[other]));
                group.iter_mut().filter(|group| **group == another).for_each(|group| *group = one);
            }
        }
        let members = |first: usize| (0..group.len()).filter(|place| group[*place] == first).collect::<Vec<_>>();
        (0..group.len()).map(members).filter(|members| !members.is_empty()).collect()
    }
}

/// The Rust names. Those that were asked for must differ; a private one that is taken gets a number.
fn rust_names(program: &Program<'_>, diagnostics: &mut Diagnostics) -> Vec<Option<String>> {
    let id = |workflow: &Workflow<'_>| (workflow.written.id.value.clone(), workflow.written.id.node.span);
    let (asked, private) = program.workflows.split_at(program.asked);
    let ids: Vec<(String, Span)> = asked.iter().map(id).collect();
    let ids = ids.iter().map(|(id, span)| (id.as_str(), *span));
    let mut distinct = types::distinct(ids, "workflow id", names::snake, diagnostics);
    // Of two workflows of one name, which has been reported, there is one function.
    let mut chosen: Vec<Option<String>> = Vec::new();
    for workflow in asked {
        let place = distinct.iter().position(|(id, _)| *id == workflow.written.id.value);
        chosen.push(place.map(|place| distinct.remove(place).1));
    }
    for workflow in private {
        let base = names::snake(&workflow.written.id.value).unwrap_or_else(|| "workflow".to_owned());
        let numbered = (2..).map(|number| format!("{}_{number}", base.trim_start_matches("r#")));
        let is_free = |name: &String| !chosen.iter().flatten().any(|taken| taken == name);
        chosen.push(std::iter::once(base.clone()).chain(numbered).find(is_free));
    }
    chosen
}

impl Draft {
    fn new<'a>(
        place: usize,
        around: Surroundings<'_, 'a>,
        secrets: &Secrets,
        constraints: &Constraints,
        library: &Library<'a, '_>,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let (workflow, flow) = (&around.workflows[place], &around.flows[place]);
        let before = diagnostics.len();
        let (inputs, mut items) = types::inputs(place, around, &secrets.inputs, constraints, library, diagnostics);
        constraints.report_circle(diagnostics);
        let constraints = constraints.beyond(&inputs, &items);
        let keys = workflow.outputs.iter().map(|output| (output.name, output.span));
        let idents = types::distinct(keys, "output name", names::snake, diagnostics);
        let (kinds, more) = types::outputs(place, around, &idents, library, diagnostics);
        items.extend(more);
        let outputs = workflow.outputs.iter().zip(kinds).filter_map(|(output, kind)| {
            let (_, ident) = idents.iter().find(|(name, _)| *name == output.name)?;
            Some((output.name.to_owned(), ident.clone(), kind))
        });
        let outputs = outputs.collect();
        let exits = exits(around.workflows, workflow, flow, diagnostics);
        let is_error = |finding: &Finding| finding.level == Level::Error;
        let is_gap = |finding: &Finding| is_error(finding) && rules::STRUCTURAL.contains(&finding.rule);
        let is_complete = workflow.is_resolved()
            && !diagnostics.within(workflow.written.span).any(is_gap)
            && !diagnostics.findings()[before..].iter().any(is_error);
        Self { inputs, constraints, items, outputs, exits, needed: Vec::new(), is_complete }
    }
}

/// The ends with their variants. The same name is the same variant, also when it is `Completed`; the variant of a run that
/// goes on as another workflow is named for that.
fn exits(workflows: &[Workflow<'_>], workflow: &Workflow<'_>, flow: &Flow, diagnostics: &mut Diagnostics) -> Vec<Exit> {
    const COMPLETED: &str = "Completed";
    let action = |end: &End| match end {
        End::Completed => None,
        End::Action { step, succeeded, action } => {
            let step = &workflow.steps[*step];
            let actions = if *succeeded { &step.on_success } else { &step.on_failure };
            actions.get(*action)
        }
    };
    let target = |end: &End| match action(end)?.effect {
        Some(Effect::Transfer(to)) => Some(to),
        _ => None,
    };
    let name = |end: &End| match target(end) {
        Some(to) => Some(workflows[to].written.id.value.as_str()),
        None => action(end).map(|action| action.name),
    };
    let mut names: Vec<(&str, Span, Option<usize>)> = Vec::new();
    if flow.ends().any(|end| *end == End::Completed) {
        names.push((COMPLETED, workflow.written.id.node.span, None));
    }
    for end in flow.ends() {
        let (Some(name), Some(action)) = (name(end), action(end)) else { continue };
        let to = target(end);
        match names.iter().find(|(known, ..)| *known == name) {
            None => names.push((name, action.span, to)),
            Some((_, _, known)) if *known == to => {}
            Some((_, first, Some(_))) if to.is_some() => {
                let first = *first;
                diagnostics
                    .error(
                        &rules::NAME_COLLISION,
                        action.span,
                        format!("two workflows `{name}` of different documents would be one variant of `End`"),
                    )
                    .also(first, "the other one")
                    .help("give one of them another `workflowId`, or run one of them in a step");
            }
            Some((_, first, _)) => {
                let (what, other) = if to.is_some() { ("workflow", "end") } else { ("end", "workflow") };
                let message =
                    format!("the {what} `{name}` and an {other} of the same name would be one variant of `End`");
                let message = message.replace("an workflow", "a workflow");
                let first = *first;
                diagnostics
                    .error(&rules::NAME_COLLISION, action.span, message)
                    .also(first, "the other one")
                    .help("rename the `end` action");
            }
        }
    }
    let named = names.iter().filter(|(name, ..)| *name != COMPLETED).map(|(name, span, _)| (*name, *span));
    let variants = types::distinct(named, "action name", names::camel, diagnostics);
    let variant = |end: &End| match name(end) {
        None | Some(COMPLETED) => Some(COMPLETED.to_owned()),
        Some(name) => variants.iter().find(|(known, _)| *known == name).map(|(_, variant)| variant.clone()),
    };
    flow.ends().filter_map(|end| Some(Exit { end: end.clone(), variant: variant(end)?, to: target(end) })).collect()
}
