//! Names become ids: a workflow in which every expression knows what it means and every step its operation.

mod action;
mod argument;
mod body;
mod callee;
mod component;
mod criterion;
mod dependency;
mod draft;
mod expression;
mod filling;
mod form_text;
mod json_text;
mod locate;
mod member;
mod message;
mod operation;
mod order;
mod parameter;
mod parts;
mod payload;
mod pointer;
mod portable;
mod program;
mod replacement;
mod runs;
mod selector;
mod special;
mod step;
mod visit;
mod workflow;
mod xpath;

pub use locate::Descriptions;
pub use program::{Program, read};
pub(crate) use step::Readings;

use crate::document;
use crate::media::Format;
use crate::openapi::{self, Operation, Schema};
use crate::source::Span;
use arazzo_expression::condition::Operator;
use arazzo_expression::json::Token;
use serde_json::Number;
use std::rc::Rc;

/// A workflow whose names are resolved.
#[derive(Debug)]
pub struct Workflow<'a> {
    /// The workflow as written.
    pub written: &'a document::Workflow,
    /// The schema of the inputs.
    pub inputs: Option<Schema<'a>>,
    /// The workflows that have to be complete before it.
    pub dependencies: Vec<Dependency<'a>>,
    /// The steps, in the order in which they run.
    pub steps: Vec<Step<'a>>,
    /// The outputs.
    pub outputs: Vec<Output<'a>>,
}

/// A workflow that another one depends on.
#[derive(Debug)]
pub struct Dependency<'a> {
    /// Its place in the program.
    pub workflow: usize,
    /// Where it is named.
    pub span: Span,
    /// The inputs that it gets.
    pub arguments: Vec<Argument<'a>>,
}

/// An input that a workflow gives to another one.
#[derive(Debug)]
pub struct Argument<'a> {
    /// Its name.
    pub name: &'a str,
    /// Where it is given.
    pub span: Span,
    /// Its value.
    pub value: Payload,
}

/// A step that has to be complete before another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prerequisite {
    /// A step of the same workflow.
    Step(usize),
    /// A step of another workflow: the places of both.
    Other {
        /// The workflow.
        workflow: usize,
        /// The step.
        step: usize,
    },
}

/// A step.
#[derive(Debug)]
pub struct Step<'a> {
    /// The step as written.
    pub written: &'a document::Step,
    /// The operation that it calls; `None` when it calls a workflow, or when the operation could not be found, which is
    /// reported.
    pub call: Option<Call<'a>>,
    /// The workflow that it calls: its place in the program.
    pub callee: Option<usize>,
    /// The inputs for that.
    pub arguments: Vec<Argument<'a>>,
    /// The steps that have to be complete before it.
    pub prerequisites: Vec<(Prerequisite, Span)>,
    /// The parameters of the operation.
    pub parameters: Vec<Parameter<'a>>,
    /// The request body.
    pub body: Option<Body<'a>>,
    /// The success criteria.
    pub criteria: Vec<Criterion>,
    /// What happens when it succeeds.
    pub on_success: Vec<Action<'a>>,
    /// What happens when it fails.
    pub on_failure: Vec<Action<'a>>,
    /// The outputs.
    pub outputs: Vec<Output<'a>>,
}

/// The operation that a step calls.
#[derive(Debug, Clone)]
pub struct Call<'a> {
    /// The name of its source description.
    pub source: &'a str,
    /// The operation.
    pub operation: Rc<Operation<'a>>,
    /// Whether the step names one that does not exist, and this is the nearest: good enough for types, not for rules.
    pub guessed: bool,
}

/// A parameter with its value.
#[derive(Debug)]
pub struct Parameter<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its place.
    pub location: document::Location,
    /// Where the list names it.
    pub span: Span,
    /// Its value.
    pub value: Payload,
}

/// A request body.
#[derive(Debug)]
pub struct Body<'a> {
    /// The media type to send.
    pub content_type: String,
    /// How it is written.
    pub format: Format,
    /// The payload.
    pub payload: Payload,
    /// What is set in it before it is sent, as far as that is not part of the payload already.
    pub replacements: Vec<Replacement>,
    /// What is known of the members of `multipart/form-data`.
    pub parts: Vec<Part>,
    /// Whether the payload is Base64 of the bytes that are sent.
    pub is_base64: bool,
    /// The body as written.
    pub written: &'a document::RequestBody,
}

/// What is known of a member of `multipart/form-data`.
#[derive(Debug)]
pub struct Part {
    /// Its name.
    pub name: String,
    /// How it is written.
    pub format: Option<openapi::Format>,
    /// Its content type.
    pub content_type: Option<String>,
    /// Its headers.
    pub headers: Vec<(String, String)>,
    /// Whether it is a file.
    pub is_file: bool,
    /// Whether the value is Base64 of the bytes that are sent.
    pub is_base64: bool,
}

/// A part of a payload that is set before it is sent, and that only the run can find.
#[derive(Debug)]
pub struct Replacement {
    /// Where it is.
    pub target: Target,
    /// The target as written.
    pub text: String,
    /// The value.
    pub value: Payload,
}

/// Where a part of a payload is.
#[derive(Debug)]
pub enum Target {
    /// At a JSON Pointer.
    Pointer(Vec<Token<'static>>),
    /// Wherever an RFC 9535 query, which is valid, selects something.
    Query(String),
    /// Wherever a query of the Goessner draft, which is valid, selects something.
    Draft(String),
    /// Wherever an XPath expression, which is valid, selects something in XML.
    XPath(String),
}

/// A value of the document with its expressions.
#[derive(Debug, Clone)]
pub enum Payload {
    /// `null`
    Null,
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string without expressions.
    String(String),
    /// A whole value.
    Expression(Reference),
    /// A value, or another one where it is absent.
    Else(Reference, Box<Payload>),
    /// Text with values in it.
    Template(Vec<Piece>),
    /// `"{$inputs.a}"` in a payload that is JSON written as text: a list or an object is put in as it is, anything else as
    /// text.
    Quoted(Reference),
    /// A whole body in text that is JSON only when the values are put in.
    JsonText(Vec<TextPiece>),
    /// A whole body in text that is a form.
    FormText(Vec<TextPiece>),
    /// A list.
    List(Vec<Payload>),
    /// An object.
    Object(Vec<(String, Payload)>),
}

/// A part of a text with expressions.
#[derive(Debug, Clone)]
pub enum Piece {
    /// Text that stands for itself.
    Literal(String),
    /// A value.
    Expression(Reference),
}

/// A part of a text in which values are escaped.
#[derive(Debug, Clone)]
pub enum TextPiece {
    /// Text that stands for itself.
    Literal(String),
    /// A value whose text is escaped: between the quotes of JSON, or as a name or value of a form.
    Escaped(Reference),
    /// A value that is part of the JSON, or of the form.
    Verbatim(Reference),
}

/// An output.
#[derive(Debug)]
pub struct Output<'a> {
    /// Its name.
    pub name: &'a str,
    /// Where the name stands.
    pub span: Span,
    /// Its value; `None` when the expression is wrong, which is reported.
    pub value: Option<Reference>,
}

/// What an expression refers to.
#[derive(Debug, Clone, PartialEq)]
pub struct Reference {
    /// The thing.
    pub root: Root,
    /// The way from there to the value.
    pub path: Vec<Segment>,
    /// Where the expression stands.
    pub span: Span,
}

/// The things that expressions begin with.
#[derive(Debug, Clone, PartialEq)]
pub enum Root {
    /// `$url`
    Url,
    /// `$method`
    Method,
    /// `$statusCode`
    Status,
    /// `$request.header.…`
    RequestHeader(String),
    /// `$request.query.…`
    RequestQuery(String),
    /// `$request.path.…`
    RequestPath(String),
    /// `$request.body`
    RequestBody,
    /// `$response.header.…`
    ResponseHeader(String),
    /// `$response.body`
    ResponseBody,
    /// `$inputs.…`
    Input(String),
    /// `$steps.….outputs.…`: the places of both
    Step {
        /// The step.
        step: usize,
        /// The output in the step's `outputs`.
        output: usize,
    },
    /// `$outputs.…` in a step: an output of the workflow that it calls
    Callee(String),
    /// `$workflows.….outputs.…`
    WorkflowOutput {
        /// The place of the workflow.
        workflow: usize,
        /// The output.
        name: String,
    },
    /// `$workflows.….inputs.…`
    WorkflowInput {
        /// The place of the workflow.
        workflow: usize,
        /// The input.
        name: String,
    },
    /// Text that is known while compiling: a field of a source description, as written.
    Text(String),
}

/// One part of a way into a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Segment {
    /// A token of a JSON Pointer: a member, or an element where the value is a list.
    Token(String),
    /// A member.
    Member(String),
    /// An element.
    Index(usize),
    /// `.length` at the end: the member of that name, else the length of a list or string.
    Length,
    /// What a JSONPath query selects, in a Selector Object.
    Query {
        /// The query, which is valid.
        text: String,
        /// Whether it selects one value at most, which then is the result, and not a list.
        single: bool,
    },
    /// What a query of the draft before RFC 9535 selects, in a Selector Object.
    Draft(String),
    /// What an expression of XPath 1.0 selects, in a Selector Object.
    XPath(String),
}

/// A criterion.
#[derive(Debug, Clone)]
pub struct Criterion {
    /// The condition as written.
    pub text: String,
    /// Where it stands.
    pub span: Span,
    /// What it asks; `None` when it is wrong, which is reported.
    pub test: Option<Test>,
}

/// What a criterion asks.
#[derive(Debug, Clone)]
pub enum Test {
    /// A simple condition.
    Simple(Condition),
    /// A regular expression over a value.
    Regex {
        /// The value.
        context: Reference,
        /// The pattern, which is valid.
        pattern: Written,
    },
    /// An RFC 9535 query over a value.
    Query {
        /// The value.
        context: Reference,
        /// The query, which is valid.
        query: Written,
        /// What to write for an object, where the query may be meant for the object itself and not for its members.
        for_object: Option<String>,
    },
    /// A query of the draft before RFC 9535 over a value.
    Draft {
        /// The value.
        context: Reference,
        /// The query, which is valid.
        query: Written,
    },
    /// An expression of XPath 1.0 over a value that is XML.
    XPath {
        /// The value.
        context: Reference,
        /// The expression, which is valid.
        expression: Written,
    },
    /// A logical expression with values between quotes, or in place of a part of it.
    FilledBare {
        /// The value.
        context: Reference,
        /// The expression.
        text: Vec<Filling>,
        /// The values of the expressions in it that are operands, in their order.
        operands: Vec<Reference>,
    },
    /// A logical expression of paths into a value.
    Bare {
        /// The value.
        context: Reference,
        /// The expression.
        logical: Bare,
    },
}

/// The text of a pattern or query.
#[derive(Debug, Clone)]
pub enum Written {
    /// It is known while compiling.
    Fixed(String),
    /// Values are put in while the workflow runs.
    Filled(Vec<Filling>),
}

/// A part of the text of a pattern or query.
#[derive(Debug, Clone)]
pub enum Filling {
    /// Text that stands for itself.
    Literal(String),
    /// A value.
    Value {
        /// The value.
        reference: Reference,
        /// The expression as written.
        text: String,
        /// The quotes around it.
        quote: Option<char>,
    },
}

/// A simple condition.
#[derive(Debug, Clone)]
pub enum Condition {
    /// `a || b`
    Or(Vec<Condition>),
    /// `a && b`
    And(Vec<Condition>),
    /// `!a`
    Not(Box<Condition>),
    /// `a == b`
    Compare(Operator, Value, Value),
    /// A value alone.
    Test(Value),
}

/// A side of a comparison.
#[derive(Debug, Clone)]
pub enum Value {
    /// `null`
    Null,
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    String(String),
    /// A string with values in it.
    Template(Vec<Piece>),
    /// A value of the run.
    Expression(Reference),
}

/// A logical expression of JSONPath's bare dialect.
#[derive(Debug, Clone)]
pub enum Bare {
    /// `a || b`
    Or(Vec<Bare>),
    /// `a && b`
    And(Vec<Bare>),
    /// `!a`
    Not(Box<Bare>),
    /// `a == b`
    Compare(Operator, Value, Value),
    /// A path alone.
    Test(Value),
    /// A part that only the query engine can evaluate: functions, filters, wildcards. The values of the expressions in
    /// it, in their order.
    Engine(String, Vec<Reference>),
}

/// An action.
#[derive(Debug)]
pub struct Action<'a> {
    /// Its name.
    pub name: &'a str,
    /// Where the list names it.
    pub span: Span,
    /// Whether it is one of the workflow's, for all of its steps.
    pub inherited: bool,
    /// What it does; `None` when its target could not be found, which is reported.
    pub effect: Option<Effect>,
    /// The inputs for the workflow that it names.
    pub arguments: Vec<Argument<'a>>,
    /// When it does so.
    pub criteria: Vec<Criterion>,
}

/// What an action does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Effect {
    /// Ends the run.
    End,
    /// Goes to the step of that place.
    Goto(usize),
    /// Goes on as the workflow of that place.
    Transfer(usize),
    /// Repeats the step.
    Retry {
        /// The delay in seconds.
        after: Option<f64>,
        /// How often at most.
        limit: u64,
        /// What runs before the step does.
        first: Option<Helper>,
    },
}

/// What a `retry` runs before it repeats the step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Helper {
    /// The step of that place, alone.
    Step(usize),
    /// The workflow of that place.
    Workflow(usize),
}

/// "`a`, `b` and 3 more"
pub(crate) fn listed(names: &[&str]) -> String {
    const MOST: usize = 8;
    let list = names.iter().take(MOST).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(MOST) {
        0 => list,
        more => format!("{list} and {more} more"),
    }
}

impl Workflow<'_> {
    /// Whether everything is known that decides about outputs and ends.
    pub fn is_resolved(&self) -> bool {
        let outputs = |outputs: &[Output<'_>]| outputs.iter().all(|output| output.value.is_some());
        let step = |step: &Step<'_>| {
            (step.call.is_some() || step.callee.is_some())
                && outputs(&step.outputs)
                && step.actions().all(|action| action.effect.is_some())
        };
        outputs(&self.outputs) && self.steps.iter().all(step)
    }

    /// The place of a step.
    pub fn step(&self, id: &str) -> Option<usize> {
        self.steps.iter().position(|step| step.written.id.value == id)
    }
}

impl Segment {
    /// Whether it is a search through the value before it, of which all has to be there.
    pub fn is_search(&self) -> bool {
        matches!(self, Self::Query { .. } | Self::Draft(_) | Self::XPath(_))
    }
}
