//! Ways into the bodies of responses, against the schemas of these.

use super::narrow;
use crate::diagnostic::{Diagnostics, Level, rules, suggest};
use crate::library::Library;
use crate::openapi::{Operation, Schema, SchemaKind, Statuses};
use crate::resolve::{Bare, Condition, Criterion, Reference, Root, Segment, Test, Value, listed};
use crate::source::Span;
use crate::types::{Surroundings, admitted};

/// How many steps of ways through alternatives are followed.
const MOST_STEPS: usize = 2_000;

/// How many outputs may refer to each other.
const LONGEST: usize = 32;

/// A way into the body of a response leads to something that its schema has.
pub(super) fn members_exist<'a>(
    place: usize,
    around: Surroundings<'_, 'a>,
    library: &Library<'a, '_>,
    diagnostics: &mut Diagnostics,
) {
    let workflow = &around.workflows[place];
    let mut ways = Ways { place, around, library, lost: Vec::new() };
    for (number, step) in workflow.steps.iter().enumerate() {
        step.request_references(&mut |reference| ways.follow(reference, &Reader::of(None)));
        for criterion in &step.criteria {
            ways.follow_criterion(criterion, Reader::of(Some(number)));
        }
        for action in &step.on_success {
            let reader = Reader { succeeded: true, ..Reader::of(Some(number)) };
            action.criteria.iter().for_each(|criterion| ways.follow_criterion(criterion, reader));
            action.arguments.iter().for_each(|argument| {
                argument.value.references(&mut |reference| ways.follow(reference, &reader));
            });
        }
        for action in &step.on_failure {
            let reader = Reader { failed: true, ..Reader::of(Some(number)) };
            action.criteria.iter().for_each(|criterion| ways.follow_criterion(criterion, reader));
            action.arguments.iter().for_each(|argument| {
                argument.value.references(&mut |reference| ways.follow(reference, &reader));
            });
        }
        for reference in step.outputs.iter().filter_map(|output| output.value.as_ref()) {
            ways.follow(reference, &Reader::of(Some(number)));
        }
    }
    for reference in workflow.outputs.iter().filter_map(|output| output.value.as_ref()) {
        ways.follow(reference, &Reader::of(None));
    }
    for lost in ways.lost {
        lost.report(diagnostics);
    }
}

/// Where an expression stands.
#[derive(Clone, Copy)]
struct Reader {
    /// The step whose response it can read.
    step: Option<usize>,
    /// Whether that has succeeded whenever the expression is read.
    succeeded: bool,
    /// Whether that has failed whenever the expression is read.
    failed: bool,
    /// The condition that it is a part of.
    condition: Option<Span>,
    /// Whether it is asked only whether there is a value.
    is_asked: bool,
}

impl Reader {
    fn of(step: Option<usize>) -> Self {
        Self { step, succeeded: false, failed: false, condition: None, is_asked: false }
    }
}

/// The schema of a response to a failure, if any is described: the first one.
fn of_failure<'a>(operation: &Operation<'a>) -> Option<Schema<'a>> {
    let is_failure = |statuses: Statuses| match statuses {
        Statuses::Exactly(status) => status >= 400,
        Statuses::Class(class) => class >= 4,
        Statuses::Default => true,
    };
    operation.responses.iter().filter(|response| is_failure(response.statuses)).find_map(Operation::json_schema)
}

fn has_default(operation: &Operation<'_>) -> bool {
    operation.responses.iter().any(|response| response.statuses == Statuses::Default)
}

/// A way that leads nowhere.
struct Lost<'a> {
    level: Level,
    span: Span,
    /// What the way has led to, in words.
    shown: String,
    /// The schema of that, which lacks what comes next.
    schema: Schema<'a>,
    missing: Missing<'a>,
}

/// What a value does not have.
enum Missing<'a> {
    /// An object, the member of that name; and the name that may be meant.
    Member(String, Option<&'a str>),
    /// One of several alternatives, a member of that name; and the name that may be meant.
    MemberOfAll(String, Option<&'a str>),
    /// A list, a member; and the way to that of an element.
    MemberOfList(String, String),
    /// An object, an element.
    Element(String),
    /// A value of that kind, any member.
    Inside(&'static str),
}

/// The schema behind a segment.
pub(super) enum Next<'a> {
    Schema(Schema<'a>),
    /// Nothing is known.
    Open,
    /// There is none.
    Nowhere,
}

struct Ways<'s, 'a, 'l, 'r> {
    place: usize,
    around: Surroundings<'s, 'a>,
    library: &'l Library<'a, 'r>,
    lost: Vec<Lost<'a>>,
}

impl<'a> Ways<'_, 'a, '_, '_> {
    fn follow_criterion(&mut self, criterion: &Criterion, reader: Reader) {
        let reader = Reader { condition: Some(criterion.span), ..reader };
        let asked = asked(criterion);
        criterion.references(&mut |reference| {
            self.follow(reference, &Reader { is_asked: asked.contains(&reference), ..reader });
        });
    }

    fn follow(&mut self, reference: &Reference, reader: &Reader) {
        let is_of_response = matches!(reference.root, Root::ResponseBody);
        let is_of_failure = reader.failed && is_of_response;
        // Of what else there is after a failure nothing is known.
        let at = reader.step.filter(|_| is_of_failure || !reader.failed);
        let Some((workflow, step, path, own)) = self.origin(reference, at) else { return };
        let step = &self.around.workflows[workflow].steps[step];
        let Some(call) = step.call.as_ref().filter(|call| !call.guessed) else { return };
        let schema = if is_of_failure { of_failure(&call.operation) } else { admitted(step) };
        let Some(schema) = schema else { return };
        let End::Nowhere(at, schema) = self.walk(schema, &path) else { return };
        // What is wrong with the way of an output is reported there.
        if at < own {
            return;
        }
        let name = match &path[at] {
            Segment::Token(name) | Segment::Member(name) => name.clone(),
            Segment::Index(index) => format!("[{index}]"),
            _ => return,
        };
        let missing = match schema.kind() {
            SchemaKind::Object | SchemaKind::Map(_) if matches!(path[at], Segment::Index(_)) => {
                Missing::Element(name.clone())
            }
            _ if matches!(path[at], Segment::Index(_)) => Missing::Inside(kind_name(&schema.kind())),
            SchemaKind::Object => {
                let known = schema.properties().map(|(key, _)| key.text.as_str());
                Missing::Member(name.clone(), suggest(&name, known))
            }
            SchemaKind::List(_) => Missing::MemberOfList(name.clone(), format!("{}/0/{name}", way(&path[own..at]))),
            SchemaKind::Any => {
                let known = self.properties_of_all(schema);
                Missing::MemberOfAll(name.clone(), suggest(&name, known))
            }
            SchemaKind::Map(_) => return,
            kind => Missing::Inside(kind_name(&kind)),
        };
        let is_near = matches!(missing, Missing::Member(_, Some(_)) | Missing::MemberOfAll(_, Some(_)));
        // Errors that the description does not have may have it.
        let is_open = is_of_failure && !has_default(&call.operation);
        if (reader.is_asked || is_open) && !is_near {
            return;
        }
        // The bodies of failures are read too, by outputs and by what comes behind the step.
        let mut others = Vec::new();
        if !(reader.succeeded && is_of_response) {
            others.extend(call.operation.responses.iter().filter_map(Operation::json_schema));
        }
        for other in &others {
            match self.walk(*other, &path) {
                End::There => return,
                End::Open if !is_near => return,
                End::Open | End::Nowhere(..) => {}
            }
        }
        let is_certain =
            !is_of_failure && forbids_others(schema) && matches!(missing, Missing::Member(..)) && others.len() <= 1;
        let base = match &reference.root {
            Root::Step { step, output } => {
                let step = &self.around.workflows[self.place].steps[*step];
                format!("the output `{}` of step `{}`", step.outputs[*output].name, step.written.id.value)
            }
            Root::Callee(name) => format!("the output `{name}` of the workflow"),
            Root::WorkflowOutput { workflow, name } => {
                format!("the output `{name}` of `{}`", self.around.workflows[*workflow].written.id.value)
            }
            _ => "the response".to_owned(),
        };
        let shown = match way(&path[own..at]) {
            way if way.is_empty() => base,
            way => format!("`{way}` in {base}"),
        };
        let span = match reader.condition {
            Some(condition) if !condition.contains(reference.span) => condition,
            _ => reference.span,
        };
        let span = narrow(self.library, span, &name);
        let level = if is_certain { Level::Error } else { Level::Warning };
        self.lost.push(Lost { level, span, shown, schema, missing });
    }

    /// The step from whose response a value comes and the way from there, of which the end from a segment on is the
    /// expression's own.
    fn origin(&self, reference: &Reference, at: Option<usize>) -> Option<(usize, usize, Vec<Segment>, usize)> {
        let workflows = self.around.workflows;
        let (mut place, mut at, mut root) = (self.place, at, &reference.root);
        let (mut path, mut own) = (reference.path.clone(), 0);
        for _ in 0..LONGEST {
            let inner = match root {
                Root::ResponseBody => return Some((place, at?, path, own)),
                Root::Step { step, output } => {
                    at = Some(*step);
                    workflows[place].steps[*step].outputs[*output].value.as_ref()?
                }
                Root::Callee(name) | Root::WorkflowOutput { name, .. } => {
                    place = match root {
                        Root::WorkflowOutput { workflow, .. } => *workflow,
                        _ => workflows[place].steps[at?].callee?,
                    };
                    at = None;
                    let workflow = &workflows[place];
                    // The outputs of a workflow as which it goes on may take the place of its own.
                    if !workflow.transfers().is_empty() {
                        return None;
                    }
                    workflow.outputs.iter().find(|output| output.name == name)?.value.as_ref()?
                }
                _ => return None,
            };
            own += inner.path.len();
            path.splice(0..0, inner.path.iter().cloned());
            root = &inner.root;
        }
        None
    }

    /// Where a way into a value of a schema ends.
    fn walk(&self, schema: Schema<'a>, path: &[Segment]) -> End<'a> {
        self.walk_from(schema, path, 0, &mut { MOST_STEPS })
    }

    /// The same from a segment on; `left` bounds what alternatives of alternatives cost.
    fn walk_from(&self, schema: Schema<'a>, path: &[Segment], from: usize, left: &mut usize) -> End<'a> {
        // What is wrong with the schemas is reported where the types are made.
        let mut quiet = Diagnostics::new();
        let mut schema = schema;
        for (at, segment) in path.iter().enumerate().skip(from) {
            if *left == 0 {
                return End::Open;
            }
            *left -= 1;
            let Some((resolved, _)) = schema.resolve(self.library, &mut quiet) else { return End::Open };
            schema = match next(resolved, segment) {
                Next::Schema(next) => next,
                Next::Open => return self.walk_choice(resolved, path, at, left),
                Next::Nowhere => return End::Nowhere(at, resolved),
            };
        }
        End::There
    }

    /// Where a way ends whose next step some of several alternatives may know.
    fn walk_choice(&self, schema: Schema<'a>, path: &[Segment], at: usize, left: &mut usize) -> End<'a> {
        let choices = schema.choices();
        let [alternatives] = choices.as_slice() else { return End::Open };
        let is_name = matches!(path[at], Segment::Token(_) | Segment::Member(_));
        if !schema.kind().is_any() || !is_name || says_more(schema) {
            return End::Open;
        }
        let mut deepest = None;
        for alternative in alternatives {
            match self.walk_from(*alternative, path, at, left) {
                End::There => return End::There,
                End::Open => return End::Open,
                End::Nowhere(end, inner) if end > at => deepest = Some(End::Nowhere(end, inner)),
                End::Nowhere(..) => {}
            }
        }
        deepest.unwrap_or(End::Nowhere(at, schema))
    }

    /// The names of the properties of all alternatives.
    fn properties_of_all(&self, schema: Schema<'a>) -> Vec<&'a str> {
        let resolved = schema.choices().into_iter().flatten().filter_map(|alternative| {
            alternative.resolve(self.library, &mut Diagnostics::new()).map(|(alternative, _)| alternative)
        });
        resolved
            .flat_map(|alternative| alternative.properties().map(|(key, _)| key.text.as_str()).collect::<Vec<_>>())
            .collect()
    }
}

/// Whether a schema has more to say of members than its alternatives do.
fn says_more(schema: Schema<'_>) -> bool {
    let keywords =
        ["properties", "additionalProperties", "patternProperties", "items", "prefixItems", "if", "$dynamicRef"];
    keywords.into_iter().any(|keyword| schema.all(keyword).next().is_some())
}

/// Where a way ends.
enum End<'a> {
    /// At a value that the schema knows.
    There,
    /// Nobody knows.
    Open,
    /// At a segment that leads nowhere from a value of that schema.
    Nowhere(usize, Schema<'a>),
}

/// Where a segment leads from a value of a schema, which is resolved.
pub(super) fn next<'a>(schema: Schema<'a>, segment: &Segment) -> Next<'a> {
    let or_open = |schema: Option<Schema<'a>>| schema.map_or(Next::Open, Next::Schema);
    let name = match segment {
        Segment::Token(name) | Segment::Member(name) => name.as_str(),
        Segment::Index(_) => {
            return match schema.kind() {
                SchemaKind::List(items) => or_open(items),
                SchemaKind::Any => Next::Open,
                _ => Next::Nowhere,
            };
        }
        Segment::Length | Segment::Query { .. } | Segment::Draft(_) | Segment::XPath(_) => return Next::Open,
    };
    match schema.kind() {
        SchemaKind::Object => match schema.property(name).or_else(|| schema.additional()) {
            Some(property) => Next::Schema(property),
            None if is_open(schema) => Next::Open,
            None => Next::Nowhere,
        },
        SchemaKind::Map(values) => or_open(schema.property(name).or(values)),
        SchemaKind::List(items) if name.bytes().all(|byte| byte.is_ascii_digit()) => or_open(items),
        SchemaKind::List(_) | SchemaKind::String(_) => Next::Nowhere,
        SchemaKind::Integer | SchemaKind::Number | SchemaKind::Boolean => Next::Nowhere,
        SchemaKind::Any => Next::Open,
    }
}

/// Whether a schema says that there are members beside its properties, or leaves room for those of its variants.
pub(super) fn is_open(schema: Schema<'_>) -> bool {
    let says = |keyword: &str| schema.all(keyword).next().is_some();
    let allows = |keyword: &str| schema.all(keyword).any(|found| found.node.as_bool() != Some(false));
    let other = ["patternProperties", "discriminator", "dependentSchemas", "if", "$dynamicRef"];
    other.into_iter().any(says) || allows("additionalProperties") || allows("unevaluatedProperties")
}

/// Whether a schema says that there is no member beside its properties.
pub(super) fn forbids_others(schema: Schema<'_>) -> bool {
    let mut said = schema.all("additionalProperties").chain(schema.all("unevaluatedProperties"));
    said.any(|found| found.node.as_bool() == Some(false))
}

/// A kind of value without members, in words.
fn kind_name(kind: &SchemaKind<'_>) -> &'static str {
    match kind {
        SchemaKind::Integer => "an integer",
        SchemaKind::Number => "a number",
        SchemaKind::Boolean => "a boolean",
        _ => "a string",
    }
}

/// `items/0` for `items[0]`, which a JSON Pointer reads as one name.
fn with_index(name: &str, schema: Schema<'_>) -> Option<String> {
    let (list, index) = name.strip_suffix(']')?.split_once('[')?;
    let is_index = !index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit());
    (is_index && schema.property(list).is_some()).then(|| format!("{list}/{index}"))
}

/// A way as a JSON Pointer.
fn way(path: &[Segment]) -> String {
    let part = |segment: &Segment| match segment {
        Segment::Token(name) | Segment::Member(name) => format!("/{name}"),
        Segment::Index(index) => format!("/{index}"),
        _ => String::new(),
    };
    path.iter().map(part).collect()
}

/// The values of which a criterion asks only whether they are there.
fn asked(criterion: &Criterion) -> Vec<&Reference> {
    let mut asked = Vec::new();
    match &criterion.test {
        Some(Test::Simple(condition)) => asked_by_condition(condition, &mut asked),
        Some(Test::Bare { logical, .. }) => asked_by_bare(logical, &mut asked),
        _ => {}
    }
    asked
}

fn asked_by_condition<'c>(condition: &'c Condition, asked: &mut Vec<&'c Reference>) {
    match condition {
        Condition::Or(parts) | Condition::And(parts) => {
            parts.iter().for_each(|part| asked_by_condition(part, asked));
        }
        Condition::Not(inner) => asked_by_condition(inner, asked),
        Condition::Compare(_, left, right) => asked_by_comparison(left, right, asked),
        Condition::Test(value) => asked.extend(expression(value)),
    }
}

fn asked_by_bare<'c>(logical: &'c Bare, asked: &mut Vec<&'c Reference>) {
    match logical {
        Bare::Or(parts) | Bare::And(parts) => parts.iter().for_each(|part| asked_by_bare(part, asked)),
        Bare::Not(inner) => asked_by_bare(inner, asked),
        Bare::Compare(_, left, right) => asked_by_comparison(left, right, asked),
        Bare::Test(value) => asked.extend(expression(value)),
        Bare::Engine(..) => {}
    }
}

fn asked_by_comparison<'c>(left: &'c Value, right: &'c Value, asked: &mut Vec<&'c Reference>) {
    match (left, right) {
        (value, Value::Null) | (Value::Null, value) => asked.extend(expression(value)),
        _ => {}
    }
}

fn expression(value: &Value) -> Option<&Reference> {
    match value {
        Value::Expression(reference) => Some(reference),
        _ => None,
    }
}

impl Lost<'_> {
    fn report(self, diagnostics: &mut Diagnostics) {
        let Self { level, span, shown, schema, missing } = self;
        let message = match &missing {
            Missing::Member(name, _) | Missing::MemberOfAll(name, _) => format!("{shown} has no member `{name}`"),
            Missing::MemberOfList(name, _) => format!("{shown} is a list, and has no member `{name}`"),
            Missing::Element(index) => format!("{shown} is an object, and has no element `{index}`"),
            Missing::Inside(kind) => format!("{shown} is {kind}, and nothing is inside of it"),
        };
        if diagnostics.is_reported(span) {
            return;
        }
        let finding = match level {
            Level::Error => diagnostics.error(&rules::UNKNOWN_MEMBER, span, message),
            Level::Warning => diagnostics.report(&rules::UNKNOWN_MEMBER, span, message),
        };
        finding.also(schema.at.node.span, "its schema");
        match missing {
            Missing::Member(_, Some(near)) | Missing::MemberOfAll(_, Some(near)) => {
                finding.did_you_mean(Some(near));
            }
            Missing::Member(name, None) if with_index(&name, schema).is_some() => {
                finding.did_you_mean(with_index(&name, schema).as_deref());
            }
            Missing::Member(..) => {
                let names: Vec<&str> = schema.properties().map(|(key, _)| key.text.as_str()).collect();
                finding.label("not in its schema").help(format!("it has {}", listed(&names)));
            }
            Missing::MemberOfAll(_, None) => {
                finding.label("in none of the alternatives of its schema");
            }
            Missing::MemberOfList(_, way) => {
                finding.label("of which element?").help(format!("name one, as in `{way}`"));
            }
            Missing::Element(_) | Missing::Inside(_) => {}
        }
    }
}
