//! What JSONPath queries ask of the parts of a value, against the schemas of these: in criteria, in Selector Objects, and
//! in the bare dialect where it searches.

use super::comparisons::own_criteria;
use super::impossible::Impossible;
use super::logic::Comparison;
use super::members::{Next, forbids_others, is_open, next};
use super::narrow;
use crate::diagnostic::{Diagnostics, Level, rules, suggest};
use crate::library::Library;
use crate::openapi::{Operation, Schema, SchemaKind};
use crate::resolve::{Bare, Criterion, Reference, Root as Base, Segment as Way, Step, Test, Written, listed};
use crate::source::Span;
use crate::types::{Known, Surroundings, admitted, known_at};
use arazzo_expression::condition::{Literal, Operator};
use arazzo_expression::expression::Version;
use arazzo_expression::jsonpath::{self, Call, Comparable, Function, Logical, Query, Root, Segment, Selector};

/// A query names members that there are, and compares them with values that they can have.
pub(super) fn queries_can_select<'a>(
    place: usize,
    around: Surroundings<'_, 'a>,
    library: &Library<'a, '_>,
    diagnostics: &mut Diagnostics,
) {
    for (number, step) in around.workflows[place].steps.iter().enumerate() {
        let mut asker = Asker { place, around, library, step, diagnostics: &mut *diagnostics };
        for (criterion, at) in own_criteria(number, step) {
            asker.criterion(criterion, at);
        }
        let mut selectors: Vec<(Reference, Option<usize>)> = Vec::new();
        let mut note = |reference: &Reference, at: Option<usize>| {
            if reference.path.iter().any(|segment| matches!(segment, Way::Query { .. })) {
                selectors.push((reference.clone(), at));
            }
        };
        step.request_references(&mut |reference| note(reference, None));
        let outputs = step.outputs.iter().filter_map(|output| output.value.as_ref());
        outputs.for_each(|reference| note(reference, Some(number)));
        for (criterion, at) in own_criteria(number, step) {
            criterion.references(&mut |reference| note(reference, at));
        }
        for argument in step.on_success.iter().flat_map(|action| &action.arguments) {
            argument.value.references(&mut |reference| note(reference, Some(number)));
        }
        for (reference, at) in selectors {
            asker.selector(&reference, at);
        }
    }
}

/// How a query is read.
#[derive(Clone, Copy)]
struct Form {
    /// Whether a filter at the beginning is asked about an object itself too.
    on_object: bool,
    /// Whether it stands for what it selects.
    is_selector: bool,
}

/// A step that asks.
struct Asker<'c, 'a, 'r> {
    place: usize,
    around: Surroundings<'c, 'a>,
    library: &'c Library<'a, 'r>,
    step: &'c Step<'a>,
    diagnostics: &'c mut Diagnostics,
}

impl<'a> Asker<'_, 'a, '_> {
    fn criterion(&mut self, criterion: &Criterion, at: Option<usize>) {
        match &criterion.test {
            Some(Test::Query { context, query: Written::Fixed(text), for_object }) => {
                let Ok(query) = jsonpath::parse_query(text) else { return };
                let form = Form { on_object: for_object.is_some(), is_selector: false };
                self.ask(context, at, &Logical::Test(jsonpath::Test::Query(query)), form, criterion.span);
            }
            Some(Test::Bare { context, logical }) => {
                let mut searches = Vec::new();
                self::searches(logical, &mut searches);
                for text in searches {
                    let condition = match jsonpath::parse_criterion(text, Version::V1_1) {
                        Ok(jsonpath::Criterion::Bare(condition)) => condition,
                        Ok(jsonpath::Criterion::Query(query)) => Logical::Test(jsonpath::Test::Query(query)),
                        Err(_) => continue,
                    };
                    let form = Form { on_object: false, is_selector: false };
                    self.ask(context, at, &condition, form, criterion.span);
                }
            }
            _ => {}
        }
    }

    /// The queries on the way of an expression.
    fn selector(&mut self, reference: &Reference, at: Option<usize>) {
        for (place, segment) in reference.path.iter().enumerate() {
            let Way::Query { text, .. } = segment else { continue };
            let Ok(query) = jsonpath::parse_query(text) else { continue };
            let context = Reference { path: reference.path[..place].to_vec(), ..reference.clone() };
            let form = Form { on_object: false, is_selector: true };
            self.ask(&context, at, &Logical::Test(jsonpath::Test::Query(query)), form, reference.span);
        }
    }

    fn ask(&mut self, context: &Reference, at: Option<usize>, condition: &Logical, form: Form, span: Span) {
        let Form { on_object, is_selector } = form;
        let is_of_response = !matches!(context.root, Base::Input(_));
        if is_of_response && self.step.call.as_ref().is_some_and(|call| call.guessed) {
            return;
        }
        let Known::Schema(schema) = known_at(at, self.place, self.around, self.library, context) else { return };
        let library = self.library;
        let walk = |root: Schema<'a>| {
            let mut walker = Walker {
                library,
                root,
                on_object,
                is_selector,
                in_filter: false,
                span,
                there: Vec::new(),
                found: Vec::new(),
            };
            walker.logical(condition, &Some(vec![root]));
            (walker.found, walker.there)
        };
        let (mut found, _) = walk(schema);
        let others = self.others(context, span);
        for (other, there) in others.iter().copied().map(walk) {
            // The bodies of failures are looked at too, and may have what this one lacks.
            let has_lost = other.iter().any(|other| matches!(other, Found::Lost(_)));
            let is_lost = |lost: &Lost<'_>| !there.contains(&lost.name) && (has_lost || lost.near.is_some());
            found.retain(|found| !matches!(found, Found::Lost(lost) if !is_lost(lost)));
        }
        for found in found {
            match found {
                Found::Lost(lost) => {
                    let is_certain = others.is_empty() && forbids_others(lost.schema);
                    lost.report(narrow(self.library, span, &lost.name), is_certain, self.diagnostics);
                }
                Found::Impossible(impossible) => {
                    let level = if is_of_response { Level::Warning } else { Level::Error };
                    impossible.report(level, span, self.diagnostics);
                }
            }
        }
    }

    /// What the context may be in the responses that are no success, where the step may not have succeeded yet.
    fn others(&self, context: &Reference, span: Span) -> Vec<Schema<'a>> {
        let has_succeeded =
            self.step.on_success.iter().flat_map(|action| &action.criteria).any(|criterion| criterion.span == span);
        let Some(call) = self.step.call.as_ref().filter(|_| context.root == Base::ResponseBody && !has_succeeded)
        else {
            return Vec::new();
        };
        let own = admitted(self.step).map(|schema| schema.at.node.span);
        let all = call.operation.responses.iter().filter_map(Operation::json_schema);
        let into = |schema: Schema<'a>| {
            context.path.iter().try_fold(self.resolve(schema)?, |schema, segment| match next(schema, segment) {
                Next::Schema(next) => self.resolve(next),
                Next::Open | Next::Nowhere => None,
            })
        };
        all.filter(|schema| Some(schema.at.node.span) != own).filter_map(into).collect()
    }

    fn resolve(&self, schema: Schema<'a>) -> Option<Schema<'a>> {
        schema.resolve(self.library, &mut Diagnostics::new()).map(|(schema, _)| schema)
    }
}

/// The parts of a logical expression that search.
fn searches<'l>(logical: &'l Bare, found: &mut Vec<&'l str>) {
    match logical {
        Bare::Or(parts) | Bare::And(parts) => parts.iter().for_each(|part| searches(part, found)),
        Bare::Not(inner) => searches(inner, found),
        Bare::Engine(text, _) => found.push(text),
        Bare::Compare(..) | Bare::Test(_) => {}
    }
}

/// Something that cannot be as the query has it.
enum Found<'a> {
    Lost(Lost<'a>),
    Impossible(Impossible<'a>),
}

/// A member that no value has at which the query looks.
struct Lost<'a> {
    name: String,
    near: Option<&'a str>,
    schema: Schema<'a>,
}

impl Lost<'_> {
    fn report(&self, span: Span, is_certain: bool, diagnostics: &mut Diagnostics) {
        if diagnostics.is_reported(span) {
            return;
        }
        let Self { name, near, schema } = self;
        let what = match schema.kind() {
            SchemaKind::List(_) => "a list",
            SchemaKind::String(_) => "a string",
            SchemaKind::Integer => "an integer",
            SchemaKind::Number => "a number",
            SchemaKind::Boolean => "a boolean",
            SchemaKind::Object | SchemaKind::Map(_) | SchemaKind::Any => "",
        };
        let message = match what {
            "" => format!("what the query looks at has no member `{name}`"),
            what => format!("what the query looks at is {what}, and has no member `{name}`"),
        };
        let finding = if is_certain {
            diagnostics.error(&rules::UNKNOWN_MEMBER, span, message)
        } else {
            diagnostics.report(&rules::UNKNOWN_MEMBER, span, message)
        };
        finding.also(schema.at.node.span, "its schema");
        match (near, schema.kind()) {
            (Some(_), _) => {
                finding.did_you_mean(*near);
            }
            (None, SchemaKind::List(_) | SchemaKind::String(_)) if name == "length" => {
                finding.help("inside of a filter the length is a function, as in `length(@.items) > 0`");
            }
            (None, SchemaKind::List(_)) => {
                finding.help(format!("for that of each element write `[*].{name}`, for one of them `[0].{name}`"));
            }
            (None, SchemaKind::Object) => {
                let names: Vec<&str> = schema.properties().map(|(key, _)| key.text.as_str()).collect();
                finding.note(format!("its properties are {}", listed(&names)));
            }
            _ => {}
        }
    }
}

/// The schemas of the values that a query has got to; `None` where one of them is not known.
type Reached<'a> = Option<Vec<Schema<'a>>>;

struct Walker<'c, 'a, 'r> {
    library: &'c Library<'a, 'r>,
    /// The value that is asked about.
    root: Schema<'a>,
    /// Whether a filter at the beginning is asked about an object itself too.
    on_object: bool,
    /// Whether the query stands for what it selects.
    is_selector: bool,
    in_filter: bool,
    /// Where it stands.
    span: Span,
    /// The names of members that there are.
    there: Vec<String>,
    found: Vec<Found<'a>>,
}

impl<'a> Walker<'_, 'a, '_> {
    /// `current` is what `@` stands for.
    fn logical(&mut self, condition: &Logical, current: &Reached<'a>) {
        match condition {
            Logical::Or(parts) | Logical::And(parts) => parts.iter().for_each(|part| self.logical(part, current)),
            Logical::Not(inner) => self.logical(inner, current),
            Logical::Compare { operator, left, right } => self.compare(*operator, left, right, current),
            Logical::Test(jsonpath::Test::Query(query)) => {
                // Whether there is something may be asked of what no schema has; a search knows what it looks through.
                let is_asked = (self.in_filter || !self.is_selector) && query.is_singular();
                self.query(query, current, is_asked);
            }
            Logical::Test(jsonpath::Test::Function(call)) => self.call(call, current),
            Logical::Test(jsonpath::Test::Expression(_)) => {}
        }
    }

    fn compare(&mut self, operator: Operator, left: &Comparable, right: &Comparable, current: &Reached<'a>) {
        let (query, literal, is_turned) = match (left, right) {
            (Comparable::Query(query), Comparable::Literal(literal, _)) => (query, literal, false),
            (Comparable::Literal(literal, _), Comparable::Query(query)) => (query, literal, true),
            (left, right) => {
                self.side(left, current);
                self.side(right, current);
                return;
            }
        };
        let Some(reached) = self.query(query, current, *literal == Literal::Null) else { return };
        let Some(comparison) = Comparison::of_query(operator, query, literal, is_turned, self.span) else { return };
        let mut all = Vec::new();
        for schema in reached {
            let Some(schema) = self.resolve(schema) else { return };
            let Some(impossible) = Impossible::of(&comparison, schema, self.library) else { return };
            all.push(impossible);
        }
        self.found.extend(all.into_iter().next().map(Found::Impossible));
    }

    fn side(&mut self, side: &Comparable, current: &Reached<'a>) {
        match side {
            Comparable::Query(query) => {
                self.query(query, current, false);
            }
            Comparable::Function(call) => self.call(call, current),
            Comparable::Literal(..) | Comparable::Expression(_) => {}
        }
    }

    fn call(&mut self, call: &Call, current: &Reached<'a>) {
        match &call.function {
            Function::Length(value) => self.side(value, current),
            Function::Count(query) | Function::Value(query) => {
                self.query(query, current, false);
            }
            Function::Match(pattern) | Function::Search(pattern) => self.side(&pattern.input, current),
        }
    }

    /// Where a query leads. One that is only asked whether it selects anything may name what is not there.
    fn query(&mut self, query: &Query, current: &Reached<'a>, is_asked: bool) -> Reached<'a> {
        let mut reached = match query.root {
            Root::Document => Some(vec![self.root]),
            Root::Current => current.clone(),
        };
        let last = query.segments.len().saturating_sub(1);
        for (place, segment) in query.segments.iter().enumerate() {
            let Segment::Child { selectors, .. } = segment else { return None };
            let mut all = Some(Vec::new());
            for selector in selectors {
                // On the top level of the bare dialect it is the length of a list or a string.
                let is_length = !self.in_filter
                    && place == last
                    && matches!(selector, Selector::Name { name, .. } if name == "length");
                let next = if is_length { None } else { self.select(selector, reached.as_deref(), place, is_asked) };
                all = all.zip(next).map(|(mut all, next): (Vec<_>, Vec<_>)| {
                    all.extend(next);
                    all
                });
            }
            reached = all;
        }
        reached
    }

    fn select(
        &mut self,
        selector: &Selector,
        from: Option<&[Schema<'a>]>,
        place: usize,
        is_asked: bool,
    ) -> Reached<'a> {
        let Some(from) = from else {
            // Of what a filter looks at nothing is known, but it may ask about the document.
            if let Selector::Filter { condition, .. } = selector {
                self.filter(condition, &None);
            }
            return None;
        };
        match selector {
            Selector::Name { name, .. } => self.member(name, from, is_asked),
            Selector::Index { .. } | Selector::Slice { .. } | Selector::Wildcard { .. } => self.children(from),
            Selector::Filter { condition, .. } => {
                let members = self.children(from);
                if self.on_object && !self.in_filter && place == 0 {
                    self.filter_of_object(condition, from, &members);
                } else {
                    self.filter(condition, &members);
                }
                // What is asked of it may leave some of the values out.
                self.children(from)
            }
        }
    }

    fn filter(&mut self, condition: &Logical, looked_at: &Reached<'a>) {
        let outer = std::mem::replace(&mut self.in_filter, true);
        self.logical(condition, looked_at);
        self.in_filter = outer;
    }

    /// A filter that is asked about an object and its members: what the object has it is meant for, and anything else for a
    /// member.
    fn filter_of_object(&mut self, condition: &Logical, from: &[Schema<'a>], members: &Reached<'a>) {
        let before = self.found.len();
        self.filter(condition, &Some(from.to_vec()));
        if self.found[before..].iter().any(|found| matches!(found, Found::Lost(_))) {
            self.found.truncate(before);
            let all = self.object_and_members(from);
            self.filter(condition, if all.is_some() { &all } else { members });
        }
    }

    /// The member of a name. It is lost where none of the values can have one.
    fn member(&mut self, name: &str, from: &[Schema<'a>], is_asked: bool) -> Reached<'a> {
        let segment = Way::Member(name.to_owned());
        let (mut reached, mut lost) = (Vec::new(), None);
        for schema in from {
            let schema = self.resolve(*schema)?;
            match next(schema, &segment) {
                Next::Schema(next) => {
                    self.there.push(name.to_owned());
                    reached.push(next);
                }
                Next::Open => return None,
                Next::Nowhere => {
                    let near = match schema.kind() {
                        SchemaKind::Object => suggest(name, schema.properties().map(|(key, _)| key.text.as_str())),
                        _ => None,
                    };
                    let is_better = |lost: &Lost<'_>| lost.near.is_none() && near.is_some();
                    if lost.as_ref().is_none_or(is_better) {
                        lost = Some(Lost { name: name.to_owned(), near, schema });
                    }
                }
            }
        }
        if reached.is_empty() {
            self.found.extend(lost.filter(|lost| !is_asked || lost.near.is_some()).map(Found::Lost));
            return None;
        }
        Some(reached)
    }

    /// The elements of lists and the values of objects.
    fn children(&self, from: &[Schema<'a>]) -> Reached<'a> {
        let mut all = Vec::new();
        for schema in from {
            let schema = self.resolve(*schema)?;
            match schema.kind() {
                SchemaKind::List(items) => all.push(items?),
                SchemaKind::Map(values) => all.push(values?),
                SchemaKind::Object if !is_open(schema) => all.extend(schema.properties().map(|(_, property)| property)),
                _ => return None,
            }
        }
        Some(all)
    }

    /// Objects and the values of all of their members.
    fn object_and_members(&self, from: &[Schema<'a>]) -> Reached<'a> {
        let mut all = Vec::new();
        for schema in from {
            let schema = self.resolve(*schema)?;
            if !matches!(schema.kind(), SchemaKind::Object) || is_open(schema) {
                return None;
            }
            all.push(schema);
            for (_, property) in schema.properties() {
                // Only objects have members.
                let property = self.resolve(property)?;
                match property.kind() {
                    SchemaKind::Object | SchemaKind::Map(_) | SchemaKind::Any => all.push(property),
                    _ => {}
                }
            }
        }
        Some(all)
    }

    fn resolve(&self, schema: Schema<'a>) -> Option<Schema<'a>> {
        schema.resolve(self.library, &mut Diagnostics::new()).map(|(schema, _)| schema)
    }
}
