//! What the names in an expression mean.

use super::step::{Context, Place, Scope};
use super::{Reference, Root, Segment, listed};
use crate::diagnostic::{Rule, rules, suggest};
use crate::document::{self, Text};
use crate::source::Span;
use crate::yaml::Node;
use arazzo_expression::expression::{Accessor, Expression, Id, Name, Operand, Source, WorkflowPart};
use arazzo_expression::pointer::Pointer;
use std::ops::Range;

/// A field that must be one expression.
#[derive(Clone, Copy)]
pub(super) struct Field {
    /// Its name, with its article.
    name: &'static str,
    /// The rule that a constant breaks.
    constant: &'static Rule,
}

/// An entry of `outputs`.
pub(super) const OUTPUT: Field = Field { name: "an output", constant: &rules::CONSTANT_OUTPUT };

/// The `context` of a criterion.
pub(super) const CONTEXT: Field = Field { name: "a `context`", constant: &rules::INVALID_EXPRESSION };

/// The `context` of a Selector Object.
pub(super) const SELECTED: Field = Field { name: "the `context` of a selector", constant: &rules::INVALID_EXPRESSION };

impl<'a> Context<'_, 'a, '_> {
    /// Resolves a text that must be one expression.
    pub(super) fn expression(&mut self, text: &Text, field: Field, scope: Scope<'_, 'a>) -> Option<Reference> {
        if text.is_missing() {
            return None;
        }
        match Operand::parse(&self.with_plain_names(&text.value, scope), self.version) {
            Ok(operand) => {
                self.refuse_commented_pointer(text);
                self.operand(&operand, &text.node, 0, scope)
            }
            Err(error) if !text.value.starts_with('$') => {
                let is_template = text.value.contains("{$");
                let is_constant = error.help.is_none() && !is_template;
                let rule = if is_constant { field.constant } else { &rules::INVALID_EXPRESSION };
                let kind = if is_constant { "a constant" } else { "text" };
                let message = format!("{} must be a runtime expression, and this is {kind}", field.name);
                let finding = self.diagnostics.error(rule, text.node.span, message);
                match error.help {
                    Some(help) => finding.help(help),
                    None if is_template => finding.help("write one expression, without the text and braces around it"),
                    None => finding
                        .help("expressions begin with `$`, as in `$response.body#/id` or `$steps.name.outputs.id`"),
                };
                None
            }
            Err(error) => {
                self.syntax(&rules::INVALID_EXPRESSION, &text.node, error);
                None
            }
        }
    }

    /// `$response.body #/id`: behind a space the pointer is a comment for YAML, and the whole body would be meant.
    fn refuse_commented_pointer(&mut self, text: &Text) {
        let span = text.node.span;
        let file = self.library.sources().shared_text(span.file);
        let behind = file.get(span.end as usize..).unwrap_or_default();
        let blank = behind.len() - behind.trim_start_matches([' ', '\t']).len();
        if blank == 0 || !behind[blank..].starts_with("#/") {
            return;
        }
        let pointer = behind[blank..].split_whitespace().next().unwrap_or_default();
        let start = span.end + u32::try_from(blank).unwrap_or_default();
        let end = start + u32::try_from(pointer.len()).unwrap_or_default();
        self.diagnostics
            .error(
                &rules::INVALID_EXPRESSION,
                Span { start, end, ..span },
                "behind a space this is a comment, and no pointer",
            )
            .help(format!("write `{}{pointer}`", text.value));
    }

    /// Resolves an expression. `offset` is where the text that its spans count from begins inside the node's string.
    pub(super) fn operand(
        &mut self,
        operand: &Operand,
        node: &Node,
        offset: usize,
        scope: Scope<'_, 'a>,
    ) -> Option<Reference> {
        let at = |range: &Range<usize>| range.start + offset..range.end + offset;
        let span = self.library.part(node, at(&operand.span));
        let (root, mut path) = match &operand.expression {
            Expression::Url => (Root::Url, Vec::new()),
            Expression::Method => (Root::Method, Vec::new()),
            Expression::StatusCode => (Root::Status, Vec::new()),
            Expression::Request(Source::Header(id)) => (Root::RequestHeader(id.text.clone()), Vec::new()),
            Expression::Request(Source::Query(id)) => (Root::RequestQuery(id.text.clone()), Vec::new()),
            Expression::Request(Source::Path(id)) => (Root::RequestPath(id.text.clone()), Vec::new()),
            Expression::Request(Source::Body(pointer)) => (Root::RequestBody, tokens(pointer.as_ref())),
            Expression::Response(Source::Header(id)) => (Root::ResponseHeader(id.text.clone()), Vec::new()),
            Expression::Response(Source::Body(pointer)) => (Root::ResponseBody, tokens(pointer.as_ref())),
            Expression::Inputs(name) => {
                let at = self.library.part(node, at(&name.id.span));
                let written = self.written_name(&name.id, node, offset).to_owned();
                let name = Name { id: Id { text: written, ..name.id.clone() }, ..name.clone() };
                let (input, path) = self.input(&name, at, scope)?;
                self.check_plain(&input, at);
                (Root::Input(input), path)
            }
            Expression::Steps { step, output } => {
                let step_at = self.library.part(node, at(&step.span));
                let output_at = self.library.part(node, at(&output.id.span));
                let id = self.written_name(step, node, offset).to_owned();
                self.step_output(&id, step_at, output, output_at, scope)?
            }
            Expression::SelfUri => match &self.document.self_uri {
                Some(uri) => (Root::Text(uri.value.clone()), Vec::new()),
                None => {
                    let finding =
                        self.diagnostics.error(&rules::MISPLACED_EXPRESSION, span, "the document has no `$self`");
                    finding.help("give it one at its beginning: `$self: https://…`");
                    return None;
                }
            },
            Expression::SourceDescriptions { source, reference } => {
                let source_at = self.library.part(node, at(&source.span));
                let name = self.source(&source.text, source_at)?;
                let written = self.descriptions.written(name)?;
                match reference.text.as_str() {
                    "url" => (Root::Text(written.url.value.clone()), Vec::new()),
                    "name" => (Root::Text(written.name.value.clone()), Vec::new()),
                    other => {
                        let at = self.library.part(node, at(&reference.span));
                        let message = format!("`{other}` of a source description is not a value; `url` and `name` are");
                        self.diagnostics.error(&rules::MISPLACED_EXPRESSION, at, message);
                        return None;
                    }
                }
            }
            Expression::Message(_) => {
                self.message(operand, span, scope);
                return None;
            }
            Expression::Outputs(name) => {
                let at = self.library.part(node, at(&name.id.span));
                let (root, way) = self.output_of_workflow(name, at, scope)?;
                match root {
                    Ok(root) => (root, way),
                    Err(mut reference) => {
                        reference.path.extend(way);
                        reference.path.extend(segments(&operand.accessors));
                        return Some(Reference { span, ..reference });
                    }
                }
            }
            Expression::Workflows { workflow, part, name } => {
                let id_at = self.library.part(node, at(&workflow.span));
                let name_at = self.library.part(node, at(&name.id.span));
                self.other_workflow(&workflow.text, id_at, *part, name, name_at, scope)?
            }
            other => {
                self.other(other, span);
                return None;
            }
        };
        if matches!(root, Root::Status | Root::ResponseHeader(_) | Root::ResponseBody) && scope.place == Place::Message
        {
            let message = format!("`{operand}` belongs to an HTTP response, and this step sends or receives a message");
            self.diagnostics
                .error(&rules::MISPLACED_EXPRESSION, span, message)
                .help("write `$message.payload#/…` or `$message.header.…`");
            return None;
        }
        let behind_response = matches!(
            root,
            Root::Url
                | Root::Method
                | Root::Status
                | Root::RequestHeader(_)
                | Root::RequestQuery(_)
                | Root::RequestPath(_)
                | Root::RequestBody
                | Root::ResponseHeader(_)
                | Root::ResponseBody
        );
        if behind_response && matches!(scope.place, Place::Request | Place::Workflow) {
            self.misplaced(operand, span, scope);
            return None;
        }
        if behind_response && scope.calls_workflow {
            let label = "portable: declare what is needed in the `outputs` of that workflow, and read `$outputs.…`";
            self.readings.add(&rules::CALLEE_RESPONSE, span, label);
        }
        path.extend(segments(&operand.accessors));
        let dotted = path.iter().any(|segment| !matches!(segment, Segment::Token(_)));
        if dotted {
            self.readings.add(&rules::DOTTED_ACCESS, span, &portable(operand, &root, &path));
        }
        if let Root::Input(input) = &root {
            self.members_exist(input, &path, span, scope);
        }
        Some(Reference { root, path, span })
    }

    /// Reports an expression that asks for an exchange where there is none.
    fn misplaced(&mut self, operand: &Operand, span: Span, scope: Scope<'_, 'a>) {
        let (message, help) = if scope.place == Place::Request {
            (
                format!("`{operand}` is not known before the request is sent"),
                "to use the response of another step, declare it in that step's `outputs` and write `$steps.….outputs.…`",
            )
        } else {
            (
                format!("`{operand}` belongs to a step, and this is an output of the workflow"),
                "declare it in the `outputs` of a step and write `$steps.….outputs.…` here",
            )
        };
        self.diagnostics.error(&rules::MISPLACED_EXPRESSION, span, message).help(help);
    }

    /// `$message`: where it stands in a step that sends or receives one, that step is refused, and nothing more is to be said.
    fn message(&mut self, operand: &Operand, span: Span, scope: Scope<'_, 'a>) {
        match scope.place {
            Place::Message => {}
            Place::Exchange => {
                let message = format!("`{operand}` belongs to a message, and this step calls an operation over HTTP");
                self.diagnostics
                    .error(&rules::MISPLACED_EXPRESSION, span, message)
                    .help("write `$response.body#/…` or `$response.header.…`");
            }
            Place::Request | Place::Workflow => self.misplaced(operand, span, scope),
        }
    }

    /// Whether an expression without braces inside text is one: where its root exists and, for roots that are words by
    /// themselves, where it could have a value.
    pub(super) fn is_meant(&self, operand: &Operand, scope: Scope<'_, 'a>) -> bool {
        match operand.expression {
            Expression::Url | Expression::Method | Expression::StatusCode => {
                matches!(scope.place, Place::Exchange | Place::Message)
            }
            Expression::SelfUri => self.document.self_uri.is_some(),
            _ => true,
        }
    }

    /// The input of that name: the exact name first, then the longest beginning that is one.
    fn input(&mut self, name: &Name, at: Span, scope: Scope<'_, 'a>) -> Option<(String, Vec<Segment>)> {
        let declared: Vec<&'a str> = scope
            .inputs
            .map(|schema| schema.properties().map(|(key, _)| key.text.as_str()).collect())
            .unwrap_or_default();
        let Some((input, mut path)) = split(&name.id.text, &declared) else {
            let text = &name.id.text;
            let workflow = &scope.workflow.id.value;
            let message = format!("workflow `{workflow}` has no input `{text}`");
            let near = suggest(text, declared.iter().copied());
            if declared.is_empty() && self.has_unreadable_inputs(scope) {
                return None;
            }
            let finding = self.diagnostics.error(&rules::UNKNOWN_INPUT, at, message);
            match near {
                Some(_) => finding.did_you_mean(near),
                None => finding.help(format!("declare `{text}` under `properties` of the workflow's `inputs`")),
            };
            // What was meant is good enough to go on with: the input is used, and has a type.
            return near.map(|near| (near.to_owned(), tokens(name.pointer.as_ref())));
        };
        path.extend(tokens(name.pointer.as_ref()));
        Some((input, path))
    }

    /// Whether the inputs of the workflow are written in a way that they cannot be read, which is reported elsewhere.
    fn has_unreadable_inputs(&self, scope: Scope<'_, 'a>) -> bool {
        let properties = scope.inputs.and_then(|schema| schema.at.node.get("properties"));
        let of_step = |span| scope.workflow.steps.iter().any(|step| step.span.contains(span));
        let mut findings = self.diagnostics.within(scope.workflow.span);
        properties.is_some_and(|properties| properties.as_map().is_none())
            || findings.any(|finding| rules::STRUCTURAL.contains(&finding.rule) && !of_step(finding.span))
    }

    fn step_output(
        &mut self,
        id: &str,
        id_at: Span,
        output: &Name,
        output_at: Span,
        scope: Scope<'_, 'a>,
    ) -> Option<(Root, Vec<Segment>)> {
        let steps = &scope.workflow.steps;
        let exact = steps.iter().position(|step| step.id.value == id);
        let step = match exact {
            Some(step) => step,
            None => self.unknown_step(id, id_at, scope)?,
        };
        let outputs: Vec<&str> = steps[step].outputs.iter().map(|output| output.name.value.as_str()).collect();
        let Some((name, mut path)) = split(&output.id.text, &outputs) else {
            let text = &output.id.text;
            let near = suggest(text, outputs.iter().copied());
            // Of a step that does not exist, or whose outputs could not be read, nothing is known.
            let is_unreadable = outputs.is_empty()
                && self.diagnostics.within(steps[step].span).any(|finding| rules::STRUCTURAL.contains(&finding.rule));
            if exact.is_none() || is_unreadable {
                return None;
            }
            let message = format!("step `{id}` has no output `{text}`");
            let finding = self.diagnostics.error(&rules::UNKNOWN_OUTPUT, output_at, message);
            finding.did_you_mean(near).also(steps[step].id.node.span, "the step");
            if near.is_none() {
                finding.help(format!("declare it in the step: `outputs: {{ {text}: $response.body#/… }}`"));
            }
            let place = outputs.iter().position(|known| Some(*known) == near)?;
            return Some((Root::Step { step, output: place }, tokens(output.pointer.as_ref())));
        };
        let place = outputs.iter().position(|known| *known == name)?;
        path.extend(tokens(output.pointer.as_ref()));
        Some((Root::Step { step, output: place }, path))
    }

    /// `$outputs.…`: in a step of the workflow that it calls, in an output of a workflow of that one itself, where the inner
    /// `Err` is what the other output refers to.
    fn output_of_workflow(
        &mut self,
        name: &Name,
        at: Span,
        scope: Scope<'_, 'a>,
    ) -> Option<(Result<Root, Reference>, Vec<Segment>)> {
        match scope.place {
            Place::Workflow => {
                let names: Vec<&str> = self.evaluated.iter().map(|(name, _)| *name).collect();
                let Some((found, mut path)) = split(&name.id.text, &names) else {
                    let (id, text) = (&scope.workflow.id.value, &name.id.text);
                    let message = format!("no output `{text}` of workflow `{id}` comes before this one");
                    let near = suggest(text, names.iter().copied());
                    let finding = self.diagnostics.error(&rules::UNKNOWN_OUTPUT, at, message);
                    finding.did_you_mean(near).note("outputs are evaluated in the order of the document");
                    return None;
                };
                path.extend(tokens(name.pointer.as_ref()));
                let (_, value) = self.evaluated.iter().find(|(known, _)| *known == found)?;
                Some((Err(value.clone()?), path))
            }
            Place::Exchange if scope.calls_workflow => {
                let written = self.links.known(scope.callee?).written;
                let (found, path) = self.output_named(written, name, at)?;
                Some((Ok(Root::Callee(found)), path))
            }
            _ => {
                let message =
                    "`$outputs` is for steps that call a workflow, behind the call, and for outputs of workflows";
                self.diagnostics
                    .error(&rules::MISPLACED_EXPRESSION, at, message)
                    .help("to read an output of a step, write `$steps.….outputs.…`");
                None
            }
        }
    }

    /// `$workflows.….outputs.…` and `$workflows.….inputs.…`
    fn other_workflow(
        &mut self,
        id: &str,
        id_at: Span,
        part: WorkflowPart,
        name: &Name,
        name_at: Span,
        scope: Scope<'_, 'a>,
    ) -> Option<(Root, Vec<Segment>)> {
        let workflows = &self.document.workflows;
        let Some(written) = workflows.iter().find(|workflow| workflow.id.value == id) else {
            let ids: Vec<&str> = workflows.iter().map(|workflow| workflow.id.value.as_str()).collect();
            let near = suggest(id, ids.iter().copied());
            let message = format!("the document has no workflow `{id}`");
            let finding = self.diagnostics.error(&rules::UNKNOWN_WORKFLOW, id_at, message);
            match near {
                Some(_) => finding.did_you_mean(near),
                None => finding.note(format!("its workflows are {}", listed(&ids))),
            };
            return None;
        };
        let is_own = std::ptr::eq(written, scope.workflow);
        match part {
            WorkflowPart::Inputs if is_own => {
                let (input, path) = self.input(name, name_at, scope)?;
                Some((Root::Input(input), path))
            }
            WorkflowPart::Inputs => {
                let workflow = self.links.place_of(self.unit, written, self.library);
                let inputs = self.links.known(workflow).inputs;
                let other = Scope { workflow: written, inputs, ..scope };
                let (name, path) = self.input(name, name_at, other)?;
                Some((Root::WorkflowInput { workflow, name }, path))
            }
            WorkflowPart::Outputs => {
                let workflow = self.links.place_of(self.unit, written, self.library);
                let (name, path) = self.output_named(written, name, name_at)?;
                Some((Root::WorkflowOutput { workflow, name }, path))
            }
        }
    }

    /// An output that a workflow declares.
    fn output_named(
        &mut self,
        written: &'a document::Workflow,
        name: &Name,
        at: Span,
    ) -> Option<(String, Vec<Segment>)> {
        let names: Vec<&str> = written.outputs.iter().map(|output| output.name.value.as_str()).collect();
        if let Some((found, mut path)) = split(&name.id.text, &names) {
            path.extend(tokens(name.pointer.as_ref()));
            return Some((found, path));
        }
        let structural = |finding: &crate::diagnostic::Finding| rules::STRUCTURAL.contains(&finding.rule);
        if names.is_empty() && self.diagnostics.within(written.span).any(structural) {
            return None;
        }
        let (id, text) = (&written.id.value, &name.id.text);
        let near = suggest(text, names.iter().copied());
        let finding =
            self.diagnostics.error(&rules::UNKNOWN_OUTPUT, at, format!("workflow `{id}` has no output `{text}`"));
        finding.also(written.id.node.span, "the workflow");
        match near {
            Some(_) => finding.did_you_mean(near),
            None if names.is_empty() => finding.help(format!("declare `{text}` under its `outputs`")),
            None => finding.note(format!("its outputs are {}", listed(&names))),
        };
        near.map(|near| (near.to_owned(), tokens(name.pointer.as_ref())))
    }

    /// Reports a step that does not exist, and gives the one that was probably meant: good enough to go on with.
    pub(super) fn unknown_step(&mut self, id: &str, at: Span, scope: Scope<'_, 'a>) -> Option<usize> {
        let ids: Vec<&str> = scope.workflow.steps.iter().map(|step| step.id.value.as_str()).collect();
        let near = suggest(id, ids.iter().copied());
        let message = format!("no step `{id}` in workflow `{}`", scope.workflow.id.value);
        let finding = self.diagnostics.error(&rules::UNKNOWN_STEP, at, message);
        finding.did_you_mean(near);
        if near.is_none() {
            finding.note(format!("its steps are {}", listed(&ids)));
        }
        ids.iter().position(|known| Some(*known) == near)
    }

    fn other(&mut self, expression: &Expression, span: Span) {
        let what = match expression {
            Expression::Components { .. } => {
                let message = "`$components` is not a value: it is only for `reference`";
                self.diagnostics.error(&rules::MISPLACED_EXPRESSION, span, message);
                return;
            }
            _ => "this part of a request or response does not exist",
        };
        self.unsupported_at(span, what);
    }
}

/// The longest beginning of a dotted name that is declared, and the members behind it.
fn split(name: &str, declared: &[&str]) -> Option<(String, Vec<Segment>)> {
    let mut end = name.len();
    loop {
        let head = &name[..end];
        if declared.contains(&head) {
            let rest: Vec<&str> = name[end..].split('.').skip(1).collect();
            let accessors: Vec<Accessor> = rest.into_iter().map(|member| Accessor::Member(member.to_owned())).collect();
            return Some((head.to_owned(), segments(&accessors)));
        }
        end = head.rfind('.')?;
    }
}

fn tokens(pointer: Option<&Pointer>) -> Vec<Segment> {
    pointer.map(|pointer| pointer.tokens.iter().cloned().map(Segment::Token).collect()).unwrap_or_default()
}

fn segments(accessors: &[Accessor]) -> Vec<Segment> {
    let last = accessors.len().saturating_sub(1);
    let segment = |(place, accessor): (usize, &Accessor)| match accessor {
        Accessor::Member(name) if name == "length" && place == last => Segment::Length,
        Accessor::Member(name) => Segment::Member(name.clone()),
        Accessor::Index(index) => Segment::Index(*index),
    };
    accessors.iter().enumerate().map(segment).collect()
}

/// The same expression with a JSON Pointer in place of dots, as a label.
fn portable(operand: &Operand, root: &Root, path: &[Segment]) -> String {
    let base = match (&operand.expression, root) {
        (Expression::Inputs(_), Root::Input(name)) => format!("$inputs.{name}"),
        (Expression::Steps { step, output }, _) => {
            let below = path.iter().filter(|segment| !matches!(segment, Segment::Token(_))).count();
            let dots = below.saturating_sub(operand.accessors.len());
            let names: Vec<&str> = output.id.text.split('.').collect();
            format!("$steps.{}.outputs.{}", step.text, names[..names.len().saturating_sub(dots)].join("."))
        }
        _ => {
            let whole = Operand { accessors: Vec::new(), ..operand.clone() }.to_string();
            whole.split('#').next().unwrap_or_default().to_owned()
        }
    };
    let token = |segment: &Segment| match segment {
        Segment::Token(name) | Segment::Member(name) => Some(name.clone()),
        Segment::Index(index) => Some(index.to_string()),
        Segment::Length | Segment::Query { .. } | Segment::Draft(_) | Segment::XPath(_) => None,
    };
    match path.iter().map(token).collect() {
        Some(tokens) => format!("portable: `{base}#{}`", Pointer { tokens }),
        None => "portable: a criterion of `type: jsonpath` with `length(…)`".to_owned(),
    }
}
