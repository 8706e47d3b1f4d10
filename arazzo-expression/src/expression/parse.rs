//! The grammar of runtime expressions: 1.1's, to which the structure that 1.0 only shows in its examples is read as
//! well.

use super::{Accessor, Expression, Id, Name, Operand, Source, Version, WorkflowPart, is_known_root};
use crate::SyntaxError;
use crate::cursor::{Cursor, excerpt, is_ident, is_name_char, is_strict, is_tchar, not_too_deep};
use crate::pointer::Pointer;
use crate::suggest::closest;
use std::ops::Range;

type Result<T> = std::result::Result<T, SyntaxError>;

/// Reads all of `range` as one expression with its accessors.
pub(super) fn operand(text: &str, range: Range<usize>, version: Version) -> Result<Operand> {
    let mut parser = Parser { cursor: Cursor::new(text, range.clone()), version };
    parser.refuse_whitespace_around()?;
    let expression = parser.expression()?;
    let accessors = match &expression {
        Expression::Inputs(_)
        | Expression::Outputs(_)
        | Expression::Steps { .. }
        | Expression::Workflows { .. }
        | Expression::Request(Source::Body(_))
        | Expression::Response(Source::Body(_))
        | Expression::Message(Source::Payload(_)) => parser.accessors()?,
        _ => Vec::new(),
    };
    // Every branch has read as far as it can, and has said so itself if something is left.
    debug_assert!(parser.cursor.is_at_end());
    Ok(Operand { expression, accessors, span: range })
}

pub(super) struct Parser<'t> {
    pub(super) cursor: Cursor<'t>,
    version: Version,
}

impl Parser<'_> {
    fn expression(&mut self) -> Result<Expression> {
        let start = self.cursor.position();
        if !self.cursor.eat("$") {
            return Err(self.no_dollar());
        }
        self.cursor.take_while(is_strict);
        let root = self.cursor.slice(start..self.cursor.position());
        if self.version == Version::V1_0 && matches!(root, "$self" | "$message") {
            let span = start..self.cursor.position();
            let message = format!("`{root}` is an expression of Arazzo 1.1, and this document is 1.0");
            return Err(SyntaxError::new(span, message).help("write `arazzo: 1.1.0`, if you need it"));
        }
        match root {
            "$url" => self.leaf(root, Expression::Url),
            "$method" => self.leaf(root, Expression::Method),
            "$statusCode" => self.leaf(root, Expression::StatusCode),
            "$self" => self.leaf(root, Expression::SelfUri),
            "$request" => self.source(root).map(Expression::Request),
            "$response" => self.source(root).map(Expression::Response),
            "$message" => self.source(root).map(Expression::Message),
            "$inputs" => {
                self.dot(root, "write `$inputs.` and the name of an input")?;
                self.name("input").map(Expression::Inputs)
            }
            "$outputs" => {
                self.dot(root, "write `$outputs.` and the name of an output")?;
                self.name("output").map(Expression::Outputs)
            }
            "$steps" => self.steps(),
            "$workflows" => self.workflows(),
            "$sourceDescriptions" => self.source_descriptions(),
            "$components" => self.components(),
            _ => Err(self.unknown_root(start..self.cursor.position())),
        }
    }

    /// An expression that has nothing behind its root.
    fn leaf(&self, root: &str, expression: Expression) -> Result<Expression> {
        match self.cursor.peek() {
            None => Ok(expression),
            Some('.' | '[' | '#') => {
                let span = self.cursor.position()..self.cursor.end();
                Err(SyntaxError::new(span, format!("`{root}` has no parts")).help(format!("write `{root}` alone")))
            }
            Some(_) => Err(self.unexpected(&format!("follow `{root}`"))),
        }
    }

    /// A part of a request, a response or a message.
    fn source(&mut self, root: &str) -> Result<Source> {
        let body = if root == "$message" { "payload" } else { "body" };
        self.dot(root, &format!("write `{root}.{body}` or `{root}.header.` and a name"))?;
        let part = self.cursor.take_while(is_strict);
        match (root, self.cursor.slice(part.clone())) {
            (_, "header") => {
                let name = self.named_part(&format!("{root}.header"), "header", is_tchar)?;
                Ok(Source::Header(name))
            }
            ("$request", "query") => {
                let name = self.named_part("$request.query", "query parameter", is_name_char)?;
                Ok(Source::Query(name))
            }
            ("$request", "path") => {
                let name = self.named_part("$request.path", "path parameter", is_name_char)?;
                Ok(Source::Path(name))
            }
            ("$request" | "$response", "body") => self.pointer().map(Source::Body),
            ("$message", "payload") => self.pointer().map(Source::Payload),
            _ => Err(self.no_such_part(root, part)),
        }
    }

    /// `.name` up to the end.
    fn named_part(&mut self, before: &str, what: &str, accept: fn(char) -> bool) -> Result<Id> {
        self.dot(before, &format!("write `{before}.` and the name of the {what}"))?;
        let span = self.cursor.take_while(accept);
        self.end_of_name(&span, &format!("the name of a {what}"))?;
        Ok(self.id(span))
    }

    fn steps(&mut self) -> Result<Expression> {
        self.dot("$steps", "write `$steps.`, a step's id, `.outputs.` and the name of an output")?;
        let step = self.owner("a step's id", &[".outputs."])?;
        let id = self.cursor.slice(step.clone());
        if !self.cursor.eat(".outputs.") {
            return Err(self.no_output_of(id));
        }
        Ok(Expression::Steps { step: self.id(step), output: self.name("output")? })
    }

    fn workflows(&mut self) -> Result<Expression> {
        const FORM: &str = "`.outputs.` or `.inputs.` and a name";
        self.dot("$workflows", &format!("write `$workflows.`, a workflow's id, {FORM}"))?;
        let workflow = self.owner("a workflow's id", &[".outputs.", ".inputs."])?;
        let id = self.cursor.slice(workflow.clone());
        let part = if self.cursor.eat(".outputs.") {
            WorkflowPart::Outputs
        } else if self.cursor.eat(".inputs.") {
            WorkflowPart::Inputs
        } else {
            return Err(self.no_part_of_workflow(id, FORM));
        };
        Ok(Expression::Workflows {
            workflow: self.id(workflow),
            part,
            name: self.name(match part {
                WorkflowPart::Inputs => "input",
                WorkflowPart::Outputs => "output",
            })?,
        })
    }

    /// The id before one of `separators`. Arazzo 1.1 has no dots in it; 1.0 only recommends that, so there it reaches to
    /// the first separator.
    fn owner(&mut self, what: &str, separators: &[&str]) -> Result<Range<usize>> {
        let start = self.cursor.position();
        let rest = self.cursor.rest();
        let run = &rest[..rest.find(|c| !is_ident(c)).unwrap_or(rest.len())];
        let separator = separators.iter().filter_map(|separator| run.find(separator)).min();
        // `$workflows.w.steps.s.outputs.o` is no workflow `w.steps.s`.
        let foreign_step = run.split('.').nth(1) == Some("steps");
        let dotted = separator.filter(|at| run[..*at].contains('.') && !foreign_step);
        let span = match dotted {
            Some(length) if self.version == Version::V1_0 => {
                self.cursor.go_to(start + length);
                start..start + length
            }
            Some(length) if !run.starts_with('.') => {
                let span = start..start + length;
                return Err(SyntaxError::new(span, format!("{what} has no dots in Arazzo 1.1")));
            }
            _ => self.cursor.take_while(is_strict),
        };
        if span.is_empty() && self.cursor.peek().is_some_and(|c| c != '.') {
            return Err(self.unexpected(&format!("be part of {what}")));
        }
        self.check_segments(&span, what)?;
        Ok(span)
    }

    fn source_descriptions(&mut self) -> Result<Expression> {
        const FORM: &str = "`.url`, `.` and an operationId, or `.` and a workflowId";
        let help = format!("write `$sourceDescriptions.`, a source's name, and {FORM}");
        self.dot("$sourceDescriptions", &help)?;
        let source = self.cursor.take_while(is_strict);
        if source.is_empty() && self.cursor.peek().is_some_and(|c| c != '.') {
            return Err(self.unexpected("be part of the name of a source description"));
        }
        self.check_segments(&source, "the name of a source description")?;
        let before = format!("$sourceDescriptions.{}", self.cursor.slice(source.clone()));
        self.dot(&before, &format!("write `{}` and {FORM}", excerpt(&before)))?;
        let reference = self.cursor.take_while(|c| is_name_char(c) && c != '#');
        if self.cursor.peek() == Some('#') {
            let message = "a pointer into a source description is only an `operationPath` or `channelPath`";
            let span = self.cursor.position()..self.cursor.end();
            return Err(SyntaxError::new(span, message)
                .help("to name an operation, write its operationId in place of the pointer"));
        }
        self.end_of_name(&reference, "the name of an operation, a workflow or a field")?;
        Ok(Expression::SourceDescriptions { source: self.id(source), reference: self.id(reference) })
    }

    fn components(&mut self) -> Result<Expression> {
        const KINDS: [&str; 4] = ["inputs", "parameters", "successActions", "failureActions"];
        const FORM: &str = "`inputs`, `parameters`, `successActions` or `failureActions`";
        let help = format!("write `$components.`, then {FORM}, then `.` and a name");
        self.dot("$components", &help)?;
        let kind = self.cursor.take_while(is_strict);
        let word = self.cursor.slice(kind.clone());
        if !KINDS.contains(&word) {
            let message = format!("`$components` has no `{}`", excerpt(word));
            let error = SyntaxError::new(self.at_least_next(kind), message);
            return Err(match closest(word, &KINDS) {
                Some(meant) => error.help(format!("write `$components.{meant}{}`", self.tail())),
                None => error.help(format!("it has {FORM}")),
            });
        }
        self.dot(&format!("$components.{word}"), &format!("write `$components.{word}.` and a name"))?;
        let name = self.cursor.take_while(is_ident);
        self.end_of_name(&name, "the name of a component")?;
        self.check_segments(&name, "the name of a component")?;
        Ok(Expression::Components { kind: self.id(kind), name: self.id(name) })
    }

    /// The name of an input or output, and the pointer behind it.
    fn name(&mut self, what: &str) -> Result<Name> {
        let span = self.cursor.take_while(is_ident);
        let what = format!("the name of an {what}");
        if !matches!(self.cursor.peek(), None | Some('#' | '[')) {
            return Err(self.unexpected(&format!("be part of {what}")));
        }
        self.check_segments(&span, &what)?;
        Ok(Name { id: self.id(span), pointer: self.pointer()? })
    }

    /// `#` and all that is behind it.
    fn pointer(&mut self) -> Result<Option<Pointer>> {
        if !self.cursor.eat("#") {
            return Ok(None);
        }
        let start = self.cursor.position();
        let text = self.cursor.rest();
        if let Some(at) = text.match_indices('{').map(|(at, _)| at).find(|at| is_known_root(&text[at + 1..])) {
            let message = "an expression cannot be part of a JSON Pointer";
            return Err(SyntaxError::new(start + at..self.cursor.end(), message));
        }
        if self.version >= Version::V1_1
            && let Some(at) = text.find(['{', '}'])
        {
            let message = format!("a pointer in an expression cannot contain `{}`", &text[at..=at]);
            let error = SyntaxError::new(start + at..start + at + 1, message);
            return Err(error.help("use a Selector Object for such a member"));
        }
        self.cursor.go_to(self.cursor.end());
        Pointer::parse(text)
            .map(Some)
            .map_err(|error| SyntaxError { span: error.span.start + start..error.span.end + start, ..error })
    }

    /// `.member` and `[0]` up to the end.
    fn accessors(&mut self) -> Result<Vec<Accessor>> {
        let mut accessors = Vec::new();
        let begin = self.cursor.position();
        while let Some(next) = self.cursor.peek() {
            let start = self.cursor.position();
            if self.cursor.eat(".") {
                let member = self.cursor.take_while(is_strict);
                if member.is_empty() && !matches!(self.cursor.peek(), None | Some('.' | '[' | '#')) {
                    let error = self.unexpected("be part of a member's name here");
                    return Err(error.help("write a JSON Pointer: `#/` and the name"));
                }
                self.check_segments(&member, "a member's name")?;
                accessors.push(Accessor::Member(self.cursor.slice(member).to_owned()));
            } else if self.cursor.eat("[") {
                accessors.push(self.index(start)?);
            } else if next == '#' {
                let span = start..self.cursor.end();
                let error = SyntaxError::new(span, "a pointer cannot follow `.member` or `[0]`");
                return Err(error.help("write all of it as one pointer, such as `#/member/0`"));
            } else {
                return Err(self.unexpected("follow here"));
            }
        }
        not_too_deep(accessors.len(), begin..self.cursor.position())?;
        Ok(accessors)
    }

    /// The index and bracket behind the bracket at byte `start`.
    fn index(&mut self, start: usize) -> Result<Accessor> {
        let digits = self.cursor.take_while(|c| c.is_ascii_digit());
        let closed = self.cursor.eat("]");
        match crate::pointer::array_index(self.cursor.slice(digits)) {
            Some(index) if closed => Ok(Accessor::Index(index)),
            _ => {
                let rest = &self.cursor.slice(start..self.cursor.end());
                let span = start..start + rest.find(']').map_or(rest.len(), |at| at + 1);
                let error = SyntaxError::new(span, "brackets hold the index of an element, such as `[0]`");
                Err(error.help("for a member write `.name`, or a JSON Pointer: `#/name`"))
            }
        }
    }

    /// The dot behind `before`.
    fn dot(&mut self, before: &str, help: &str) -> Result<()> {
        if self.cursor.eat(".") {
            return Ok(());
        }
        let error = match self.cursor.peek() {
            None => self.cursor.error(format!("something is missing after `{}`", excerpt(before))),
            Some(_) => self.unexpected(&format!("follow `{}`", excerpt(before))),
        };
        Err(error.help(help))
    }

    /// Refuses an empty name, and what is behind one that ought to be the last part.
    fn end_of_name(&self, span: &Range<usize>, what: &str) -> Result<()> {
        if !self.cursor.is_at_end() {
            return Err(self.unexpected(&format!("be part of {what}")));
        }
        if span.is_empty() {
            return Err(self.cursor.error(format!("{what} is missing")));
        }
        Ok(())
    }

    /// Refuses an empty name, and one with an empty part. The grammar has `a.` and `a..b`, but nobody means them.
    fn check_segments(&self, span: &Range<usize>, what: &str) -> Result<()> {
        let name = self.cursor.slice(span.clone());
        if name.is_empty() {
            return Err(SyntaxError::new(self.at_least_next(span.clone()), format!("{what} is missing")));
        }
        let dot = if name.starts_with('.') {
            Some(0)
        } else if let Some(at) = name.find("..") {
            Some(at + 1)
        } else {
            name.ends_with('.').then(|| name.len() - 1)
        };
        dot.map_or(Ok(()), |at| {
            let span = span.start + at..span.start + at + 1;
            Err(SyntaxError::new(span, format!("a part of {what} is empty beside this dot")))
        })
    }

    fn refuse_whitespace_around(&self) -> Result<()> {
        let text = self.cursor.rest();
        let start = self.cursor.position();
        let before = text.len() - text.trim_start().len();
        if before > 0 {
            let span = start..start + before;
            return Err(SyntaxError::new(span, "whitespace before the expression").help("remove it"));
        }
        let after = text.trim_end().len();
        if after < text.len() {
            let span = start + after..self.cursor.end();
            return Err(SyntaxError::new(span, "whitespace after the expression").help("remove it"));
        }
        Ok(())
    }

    fn id(&self, span: Range<usize>) -> Id {
        Id { text: self.cursor.slice(span.clone()).to_owned(), span }
    }
}
