//! Whether the actions of a step handle every value of a field that they decide on, as a `match` would.

use super::impossible::text;
use super::logic::{Comparison, Logic};
use crate::diagnostic::{Diagnostics, Level, rules};
use crate::flow::always_matches;
use crate::library::Library;
use crate::openapi::{Operation, Statuses};
use crate::resolve::{Action, Effect, Reference, Root, Segment, Step, Value, Workflow, listed};
use crate::status;
use crate::types::{Known, Surroundings, known_or_null};
use arazzo_expression::condition::Operator;
use serde_json::Value as Json;

/// Follows the values of each enum that the criteria and the actions of a step decide on: none that the author does not
/// name should repeat the step for ever, or go the way that the author gave to another value.
pub(super) fn values_are_handled<'a>(
    place: usize,
    around: Surroundings<'_, 'a>,
    library: &Library<'a, '_>,
    diagnostics: &mut Diagnostics,
) {
    let workflow = &around.workflows[place];
    for (number, step) in workflow.steps.iter().enumerate() {
        let is_known = step.call.as_ref().is_some_and(|call| !call.guessed);
        let is_wrong = || diagnostics.within(step.written.span).any(|finding| finding.level == Level::Error);
        if !is_known || !around.flows[place].reaches(number) || is_wrong() {
            continue;
        }
        let decisions = Decisions::of(workflow, number);
        for (field, reference) in decisions.fields() {
            let (known, is_nullable) = known_or_null(Some(number), place, around, library, reference);
            let Known::Schema(schema) = known else { continue };
            let Some(mut values) = schema.listed_values(library) else { continue };
            if is_nullable && !values.contains(&Json::Null) {
                values.push(Json::Null);
            }
            let decisions = Decided { decisions: &decisions, field: &field };
            decisions.report(&values, diagnostics);
        }
    }
}

/// What a step asks once it has its response.
struct Decisions<'w, 'a> {
    workflow: &'w Workflow<'a>,
    number: usize,
    criteria: Vec<Logic>,
    /// The criteria of each action behind a success.
    on_success: Vec<Vec<Logic>>,
    /// The criteria of each action behind a failure.
    on_failure: Vec<Vec<Logic>>,
    /// The statuses that the response can have when the criteria look at its body.
    statuses: Vec<u16>,
}

/// The way from the response body to a value.
type Field = Vec<String>;

impl<'w, 'a> Decisions<'w, 'a> {
    fn of(workflow: &'w Workflow<'a>, number: usize) -> Self {
        let step = &workflow.steps[number];
        let of_actions = |actions: &[Action<'a>]| {
            actions.iter().map(|action| action.criteria.iter().map(Logic::of).collect()).collect()
        };
        Self {
            workflow,
            number,
            criteria: step.criteria.iter().map(Logic::of).collect(),
            on_success: of_actions(&step.on_success),
            on_failure: of_actions(&step.on_failure),
            statuses: statuses(step),
        }
    }

    fn step(&self) -> &'w Step<'a> {
        &self.workflow.steps[self.number]
    }

    /// The fields that the criteria and the actions compare with a value or a pattern.
    fn fields(&self) -> Vec<(Field, &Reference)> {
        let mut fields: Vec<(Field, &Reference)> = Vec::new();
        for comparison in self.on_success.iter().flatten().chain(&self.criteria).flat_map(Logic::comparisons) {
            let is_constant = comparison
                .sides()
                .is_none_or(|(_, literal)| !matches!(literal, Value::Template(_) | Value::Expression(_)));
            let is_match = comparison.is_equality() || comparison.pattern().is_some();
            let Some(reference) = comparison.reference().filter(|_| is_match && is_constant) else { continue };
            let Some(field) = self.field(reference) else { continue };
            if fields.iter().all(|(known, _)| *known != field) {
                fields.push((field, reference));
            }
        }
        fields
    }

    fn field(&self, reference: &Reference) -> Option<Field> {
        let name = |segment: &Segment| match segment {
            Segment::Token(name) | Segment::Member(name) => Some(name.clone()),
            Segment::Index(index) => Some(index.to_string()),
            _ => None,
        };
        let path = |path: &[Segment]| path.iter().map(name).collect::<Option<Field>>();
        match &reference.root {
            Root::ResponseBody => path(&reference.path),
            Root::Step { step, output } if *step == self.number => {
                let inner = self.step().outputs[*output].value.as_ref()?;
                let is_of_body = inner.root == Root::ResponseBody;
                let mut field = is_of_body.then(|| path(&inner.path)).flatten()?;
                field.extend(path(&reference.path)?);
                Some(field)
            }
            _ => None,
        }
    }

    /// Whether going there asks the same again and again: to the step itself, or to one before it from which nothing else
    /// leads away, as long as no request on the way changes anything.
    fn repeats(&self, to: usize) -> bool {
        let steps = &self.workflow.steps;
        to <= self.number
            && !makes_another(self.step())
            && steps[to..self.number].iter().all(|step| only_reads(step) && step.on_success.is_empty())
    }
}

fn only_reads(step: &Step<'_>) -> bool {
    let method = step.call.as_ref().map(|call| call.operation.method.as_str());
    method.is_some_and(|method| ["GET", "HEAD", "OPTIONS", "QUERY"].contains(&method))
}

/// Whether each request of a step may be about another thing, in a state of its own. Many APIs ask for a state by POST.
fn makes_another(step: &Step<'_>) -> bool {
    !only_reads(step)
        && step.call.as_ref().is_none_or(|call| {
            let makes = |statuses| matches!(statuses, Statuses::Exactly(201));
            call.operation.responses.iter().any(|response| makes(response.statuses))
        })
}

/// The statuses with which a step can succeed, as far as its operation declares them with a body.
fn statuses(step: &Step<'_>) -> Vec<u16> {
    // Criteria about the body alone mean a response that has one to look at.
    let all = status::of_success(step).into_iter().filter(|status| *status < 400).collect();
    match &step.call {
        Some(call) => status::declared(all, &call.operation, |response| Operation::json_schema(response).is_some()),
        None => all,
    }
}

/// What happens for a value.
enum Fate {
    /// It is handled, or other things than the value decide.
    Open,
    /// The action of that place repeats the step, behind a success or a failure.
    Repeated { succeeded: bool, place: usize },
    /// No action is taken.
    Unhandled,
}

/// The decisions on one field.
struct Decided<'d, 'w, 'a> {
    decisions: &'d Decisions<'w, 'a>,
    field: &'d Field,
}

impl Decided<'_, '_, '_> {
    fn is_about(&self, comparison: &Comparison) -> bool {
        comparison.reference().is_some_and(|reference| self.decisions.field(reference).as_ref() == Some(self.field))
    }

    fn holds(&self, logic: &Logic, value: &Json) -> Option<bool> {
        logic.evaluate(&|comparison| match comparison.reference() {
            Some(reference) if reference.root == Root::Status && reference.path.is_empty() => {
                self.at_status(comparison)
            }
            _ if self.is_about(comparison) => comparison.holds_for(value),
            _ => None,
        })
    }

    /// What a comparison says of each status that the response can have.
    fn at_status(&self, comparison: &Comparison) -> Option<bool> {
        let mut each = self.decisions.statuses.iter().map(|status| comparison.holds_for(&(*status).into()));
        let first = each.next()??;
        each.all(|other| other == Some(first)).then_some(first)
    }

    /// Whether the author names a value.
    fn names(&self, value: &Json) -> bool {
        let is_named = |comparison: &&Comparison| {
            self.is_about(comparison)
                && comparison.holds_for(value) == Some(comparison.operator == Operator::Equal)
                && (comparison.is_equality() || comparison.pattern().is_some())
        };
        let Decisions { on_success, on_failure, .. } = self.decisions;
        let in_actions = || on_success.iter().chain(on_failure).flatten().flat_map(Logic::comparisons);
        let in_criteria = || self.decisions.criteria.iter().flat_map(Logic::comparisons);
        // What a pattern lets through as a success is still to be decided on.
        in_actions().any(|comparison| is_named(&comparison))
            || in_criteria().any(|comparison| comparison.pattern().is_none() && is_named(&comparison))
    }

    fn fate(&self, value: &Json) -> Fate {
        let succeeds = !self.decisions.criteria.iter().any(|logic| self.holds(logic, value) == Some(false));
        let step = self.decisions.step();
        let (actions, criteria) = match succeeds {
            true => (&step.on_success, &self.decisions.on_success),
            false => (&step.on_failure, &self.decisions.on_failure),
        };
        for (place, (action, criteria)) in actions.iter().zip(criteria).enumerate() {
            let results: Vec<_> = criteria.iter().map(|logic| self.holds(logic, value)).collect();
            // One that tries again does so only so often.
            if results.contains(&Some(false)) || matches!(action.effect, Some(Effect::Retry { .. })) {
                continue;
            }
            return match action.effect {
                Some(Effect::Goto(to)) if !results.contains(&None) && self.decisions.repeats(to) => {
                    Fate::Repeated { succeeded: succeeds, place }
                }
                _ => Fate::Open,
            };
        }
        // A failure without an action ends the run.
        if succeeds { Fate::Unhandled } else { Fate::Open }
    }

    fn report(&self, values: &[Json], diagnostics: &mut Diagnostics) {
        let (step, number) = (self.decisions.step(), self.decisions.number);
        let (mut repeated, mut unhandled): (Vec<(&Action<'_>, Vec<&Json>)>, Vec<&Json>) = Default::default();
        for value in values.iter().filter(|value| !is_transient(value) && !self.names(value)) {
            match self.fate(value) {
                Fate::Open => {}
                Fate::Unhandled => unhandled.push(value),
                Fate::Repeated { succeeded, place } => {
                    let action = if succeeded { &step.on_success[place] } else { &step.on_failure[place] };
                    match repeated.iter_mut().find(|(known, _)| std::ptr::eq(*known, action)) {
                        Some((_, values)) => values.push(value),
                        None => repeated.push((action, vec![value])),
                    }
                }
            }
        }
        let id = &step.written.id;
        let field = self.field.last().map_or("the response", String::as_str);
        for (action, values) in repeated {
            // A loop that every failure goes on with is another finding.
            if diagnostics.within(action.span).any(|finding| finding.rule == &rules::UNBOUNDED_POLL) {
                continue;
            }
            let message = format!("`{}` never ends while `{field}` is {}", id.value, either(&values));
            diagnostics
                .report(&rules::UNHANDLED_VALUE, id.node.span, message)
                .label("no action of this step names such a value")
                .also(action.span, "this one repeats the step")
                .help(self.missing_action(&values, Some(action.name)));
        }
        let Some(next) = self.decisions.workflow.steps.get(number + 1).filter(|_| !unhandled.is_empty()) else {
            return;
        };
        // Where no action leads to the next step, falling through may be the author's way to go on.
        let leads_on = step.on_success.iter().zip(&self.decisions.on_success).find(|(action, criteria)| {
            let mut comparisons = criteria.iter().flat_map(Logic::comparisons);
            action.effect == Some(Effect::Goto(number + 1)) && comparisons.any(|comparison| self.is_about(comparison))
        });
        let Some((action, _)) = leads_on.filter(|_| !step.on_success.iter().any(always_matches)) else { return };
        let (values, next) = (unhandled, &next.written.id.value);
        let message = format!("`{}` falls through to `{next}` when `{field}` is {}", id.value, either(&values));
        diagnostics
            .report(&rules::UNHANDLED_VALUE, id.node.span, message)
            .label("no action of this step names such a value")
            .also(action.span, format!("what leads to `{next}` on purpose"))
            .help(self.missing_action(&values, None));
    }

    /// The action that is missing, as YAML.
    fn missing_action(&self, values: &[&Json], before: Option<&str>) -> String {
        const MOST: usize = 8;
        let (place, or) = match before {
            Some(name) => (format!(" before `{name}`"), ", or name the values that stay as they are in its criteria"),
            None => (String::new(), ""),
        };
        if values.len() > MOST {
            return format!("add actions for them{place}{or}");
        }
        let escape = |token: &String| token.replace('~', "~0").replace('/', "~1");
        let pointer: String = self.field.iter().map(|token| format!("/{}", escape(token))).collect();
        let tests: Vec<String> =
            values.iter().map(|value| format!("$response.body#{pointer} == {}", literal(value))).collect();
        let condition = tests.join(" || ");
        // What YAML would read as something else without quotes.
        let is_plain = !condition.contains(": ") && !condition.contains(" #") && !condition.ends_with(':');
        let condition = if is_plain { condition } else { serde_json::Value::String(condition).to_string() };
        let is_free = |name: &&str| self.decisions.step().actions().all(|action| action.name != *name);
        let name = ["unexpected", "unexpectedValue", "other"].into_iter().find(is_free).unwrap_or("unexpected");
        format!(
            "add an action for {}{place}{or}:\n- name: {name}\n  type: end\n  criteria:\n  - condition: {condition}",
            if values.len() == 1 { "it" } else { "them" }
        )
    }
}

/// "`a`, `b` or `c`"
fn either(values: &[&Json]) -> String {
    let texts: Vec<String> = values.iter().map(|value| text(value)).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    match texts.as_slice() {
        [first @ .., last] if !first.is_empty() && texts.len() <= 8 => format!("{} or `{last}`", listed(first)),
        _ => listed(&texts),
    }
}

/// A value as a condition writes it.
fn literal(value: &Json) -> String {
    match value {
        Json::String(text) => format!("'{}'", text.replace('\'', "''")),
        other => other.to_string(),
    }
}

/// Whether a value says by its word that another one will follow it.
fn is_transient(value: &Json) -> bool {
    let Some(value) = value.as_str() else { return false };
    let lower = value.to_lowercase();
    let mut words = lower.split(|char: char| !char.is_alphanumeric());
    words.any(|word| {
        word.ends_with("ing")
            || word.starts_with("pending")
            || word.ends_with("queued")
            || word.ends_with("progress")
            || word == "unknown"
    })
}
