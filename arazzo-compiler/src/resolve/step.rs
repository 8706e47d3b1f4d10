//! What the resolution of a workflow knows and collects, and the resolution of one step.

use super::argument::Rest;
use super::component::ActionKind as List;
use super::operation::Called;
use super::program::Links;
use super::{Descriptions, Reference, Step};
use crate::diagnostic::{Diagnostics, Level, Rule, rules};
use crate::document::{self, Document, Target};
use crate::library::Library;
use crate::openapi::Schema;
use crate::source::Span;
use crate::yaml::Node;
use arazzo_expression::SyntaxError;
use arazzo_expression::expression::Version;

/// What the resolution of a document shares.
pub(super) struct Context<'c, 'a, 'r> {
    pub(super) library: &'c Library<'a, 'r>,
    pub(super) document: &'a Document,
    pub(super) version: Version,
    pub(super) descriptions: &'c mut Descriptions<'a>,
    pub(super) links: &'c mut Links<'a>,
    /// The place of the document.
    pub(super) unit: usize,
    pub(super) diagnostics: &'c mut Diagnostics,
    pub(super) readings: &'c mut Readings,
    /// The outputs of the workflow before the one that is being resolved.
    pub(super) evaluated: Vec<(&'a str, Option<Reference>)>,
}

/// Where an expression stands, which decides what it can ask for (table 4.6 of the requirements).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In a parameter or the request body: before the request.
    Request,
    /// In a criterion or an output of a step: behind the response.
    Exchange,
    /// The same of a step that sends or receives a message.
    Message,
    /// In an output of a workflow.
    Workflow,
}

/// What the names of an expression can mean.
#[derive(Clone, Copy)]
pub(super) struct Scope<'s, 'a> {
    pub(super) place: Place,
    pub(super) workflow: &'s document::Workflow,
    pub(super) inputs: Option<Schema<'a>>,
    /// The workflow that the step calls.
    pub(super) callee: Option<usize>,
    /// Whether the step calls a workflow, known or not.
    pub(super) calls_workflow: bool,
}

/// The lenient readings that a document needs: one warning for each, however often it occurs.
#[derive(Default)]
pub(crate) struct Readings {
    found: Vec<(&'static Rule, Span, String, Vec<Span>)>,
}

impl Readings {
    pub(crate) fn add(&mut self, rule: &'static Rule, span: Span, label: &str) {
        match self.found.iter_mut().find(|(known, ..)| *known == rule) {
            // What a workflow declares for all of its steps is met at each of them.
            Some((.., spans)) if spans.contains(&span) => {}
            Some((_, first, text, spans)) => {
                if span < *first {
                    (*first, *text) = (span, label.to_owned());
                }
                spans.push(span);
            }
            None => self.found.push((rule, span, label.to_owned(), vec![span])),
        }
    }

    /// Reports them.
    pub(super) fn report(self, diagnostics: &mut Diagnostics) {
        for (rule, span, label, spans) in self.found {
            let (what, count) = (describe(rule), spans.len());
            let accept = if rules::READINGS.contains(&rule) { "accept this reading" } else { "leave it so" };
            let places = if count > 1 { format!(" ({count} times in this document)") } else { String::new() };
            diagnostics
                .report(rule, span, format!("{what}{places}"))
                .label(label)
                .help(format!("to {accept}, add `allow({})` to the macro", rule.name));
        }
    }
}

/// What is read leniently, as a message.
fn describe(rule: &Rule) -> &'static str {
    match rule.name {
        "bare_expression" => "an expression inside text has no braces, which only some tools understand",
        "bare_jsonpath" => "a condition of type `jsonpath` is a logical expression, not an RFC 9535 query",
        "object_filter" => "a filter asks about the members of an object, and not about the object itself",
        "unqualified_operation" => "an operationId does not say which of the sources it is from",
        "dotted_access" => "a value is navigated with dots instead of a JSON Pointer",
        "operation_path_form" => "an operationPath does not have the form of the specification",
        "operation_by_path" => "an operation that has an operationId is named by its path",
        "double_quoted" => "a string in a condition has double quotes instead of single ones",
        "callee_response" => "a step that calls a workflow reads a request or response: the last one of that workflow",
        "unquoted_word" => "a word in a condition has no quotes",
        _ => "a condition stands in braces",
    }
}

impl<'a> Context<'_, 'a, '_> {
    /// Notes a lenient reading.
    pub(super) fn reading(&mut self, rule: &'static Rule, span: Span, portable: &str) {
        self.readings.add(rule, span, &format!("portable: `{portable}`"));
    }

    /// Reports a text that its grammar does not accept.
    pub(super) fn syntax(&mut self, rule: &'static Rule, node: &Node, error: SyntaxError) {
        let span = self.library.part(node, error.span);
        let finding = self.diagnostics.error(rule, span, error.message);
        if let Some(help) = error.help {
            finding.help(help);
        }
    }

    /// Refuses a feature by its name.
    pub(super) fn unsupported_at(&mut self, span: Span, what: impl Into<String>) {
        // That the version of the document lacks it, or that it has another name, has been reported.
        if self.diagnostics.within(span).all(|finding| finding.level != Level::Error) {
            self.diagnostics.error(&rules::UNSUPPORTED, span, what);
        }
    }

    /// Resolves a step.
    pub(super) fn step(
        &mut self,
        workflow: &'a document::Workflow,
        written: &'a document::Step,
        inputs: Option<Schema<'a>>,
    ) -> Step<'a> {
        let target = match &written.target {
            Some(Target::Workflow(id)) => Some(id),
            _ => None,
        };
        let (called, callee) = match target {
            Some(id) => (None, self.callee(id)),
            None => (self.call(written), None),
        };
        let is_message = match &called {
            Some(called) => matches!(called, Called::Message),
            None => written.action.is_some(),
        };
        let calls_workflow = target.is_some();
        let request = Scope { place: Place::Request, workflow, inputs, callee: None, calls_workflow };
        let place = if is_message { Place::Message } else { Place::Exchange };
        let exchange = Scope { place, callee, ..request };
        self.message_fields(written, called.as_ref(), request);
        let call = called.and_then(Called::operation);
        // In a document of 1.0 these fields have been refused already.
        let mut prerequisites = Vec::new();
        if self.version >= Version::V1_1 {
            prerequisites = self.prerequisites(written, request);
        }
        let (parameters, arguments) = match (target, callee) {
            (None, _) => (self.parameters(workflow, written, request), Vec::new()),
            (Some(id), Some(callee)) => {
                let (own, shared) = (&written.parameters, &workflow.parameters);
                (Vec::new(), self.arguments(callee, id.node.span, own, shared, Rest::Nothing, request))
            }
            (Some(_), None) => (Vec::new(), Vec::new()),
        };
        let body = written
            .request_body
            .as_ref()
            .filter(|_| !calls_workflow)
            .and_then(|body| self.body(body, call.as_ref(), request));
        let criteria = written.success_criteria.iter().map(|criterion| self.criterion(criterion, exchange)).collect();
        let on_success = self.actions(&written.on_success, &workflow.success_actions, List::Success, exchange);
        let on_failure = self.actions(&written.on_failure, &workflow.failure_actions, List::Failure, exchange);
        let outputs = self.outputs(&written.outputs, exchange);
        Step {
            written,
            call,
            callee,
            arguments,
            prerequisites,
            parameters,
            body,
            criteria,
            on_success,
            on_failure,
            outputs,
        }
    }
}
