//! What is said about a text that is no expression: what is wrong, and what was probably meant.

use super::is_known_root;
use super::parse::Parser;
use super::roots::near_root;
use crate::SyntaxError;
use crate::cursor::{describe, excerpt, is_strict};
use crate::suggest::closest;
use std::ops::Range;

impl Parser<'_> {
    pub(super) fn no_dollar(&self) -> SyntaxError {
        let text = self.cursor.rest();
        if text.is_empty() {
            return self.cursor.error("an expression is missing");
        }
        let error = self.cursor.error("an expression begins with `$`");
        if let Some(inner) = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
            return error.help(format!("write `{}` without the braces", excerpt(inner)));
        }
        let with_dollar = format!("${text}");
        if is_known_root(&with_dollar) {
            return error.help(format!("write `{}`", excerpt(&with_dollar)));
        }
        error
    }

    pub(super) fn unknown_root(&self, span: Range<usize>) -> SyntaxError {
        let root = self.cursor.slice(span.clone());
        if root == "$" {
            return match self.cursor.peek() {
                Some('.' | '[') => {
                    SyntaxError::new(span.start..span.end + 1, "this begins as a JSONPath, and an expression is wanted")
                        .help("write `$response.body#/…` for a part of the response")
                }
                Some('{') => {
                    SyntaxError::new(span.start..span.end + 1, "the brace belongs before the `$`").help("write `{$…}`")
                }
                _ => SyntaxError::new(span, "a word such as `inputs` is missing after `$`")
                    .help("write for example `$inputs.name`"),
            };
        }
        let error = SyntaxError::new(span, format!("there is no expression `{}`", excerpt(root)));
        match (root, near_root(root)) {
            (_, Some("$statusCode")) => error.help("did you mean `$statusCode`?"),
            (_, Some(meant)) => error.help(format!("did you mean `{meant}{}`?", self.tail())),
            ("$body" | "$header" | "$headers", _) => {
                let part = root[1..].trim_end_matches('s');
                error.help(format!("write `$response.{part}{}`", self.tail()))
            }
            _ => error.help(
                "expressions begin with `$inputs.`, `$steps.`, `$response.`, `$request.`, `$statusCode`, `$url`, \
                 `$method`, `$outputs.`, `$workflows.`, `$sourceDescriptions.` or `$components.`",
            ),
        }
    }

    /// An error about `$response.part` where that is not one.
    pub(super) fn no_such_part(&self, root: &str, part: Range<usize>) -> SyntaxError {
        let word = self.cursor.slice(part.clone());
        if word.is_empty() && self.cursor.peek().is_some_and(|c| c != '.') {
            return self.unexpected(&format!("follow `{root}.`"));
        }
        let message = match word {
            "" => format!("something is missing after `{root}.`"),
            word => format!("`{root}` has no `{}`", excerpt(word)),
        };
        let error = SyntaxError::new(self.at_least_next(part), message);
        let tail = self.tail();
        let parts: &[&str] = match root {
            "$request" => &["header", "query", "path", "body"],
            "$response" => &["header", "body"],
            _ => &["header", "payload"],
        };
        let help = match (root, word) {
            ("$request" | "$response", "payload") => format!("write `{root}.body{tail}`"),
            ("$message", "body") => format!("write `$message.payload{tail}`"),
            ("$response", "query" | "path") => format!("write `$request.{word}{tail}`"),
            (_, "statusCode" | "status" | "code") => "write `$statusCode`".to_owned(),
            (_, "url" | "method") => format!("write `${word}`"),
            _ => match closest(word, parts) {
                Some(meant) => format!("write `{root}.{meant}{tail}`"),
                None if parts.len() == 4 => "it has `header`, `query`, `path` and `body`".to_owned(),
                None => format!("it has `{}` and `{}`", parts[0], parts[1]),
            },
        };
        error.help(help)
    }

    /// An error about what follows `$steps.id` when it is not `.outputs.`
    pub(super) fn no_output_of(&self, step: &str) -> SyntaxError {
        let step = excerpt(step);
        let rest = self.cursor.rest();
        let span = self.cursor.position()..self.cursor.end();
        if rest.is_empty() || rest == "." || rest == ".outputs" {
            let message = format!("the name of an output of step `{step}` is missing");
            return SyntaxError::new(self.cursor.end()..self.cursor.end(), message)
                .help(format!("write `$steps.{step}.outputs.` and its name"));
        }
        let Some(rest) = rest.strip_prefix('.') else {
            return self.unexpected("be part of a step's id");
        };
        let word = &rest[..rest.find(|c| !is_strict(c)).unwrap_or(rest.len())];
        if matches!(word, "response" | "request" | "inputs" | "statusCode" | "status" | "parameters") {
            let message = format!("a step shows only its outputs, and not its `{word}`");
            return SyntaxError::new(span, message)
                .help(format!("declare an output in step `{step}` and write `$steps.{step}.outputs.` and its name"));
        }
        let message = format!("`outputs` is missing between step `{step}` and its output");
        let error = SyntaxError::new(span, message);
        // `$steps.a.output.b`: the word is there, only misspelt.
        let output = match closest(word, &["outputs"]) {
            Some(_) if rest[word.len()..].starts_with('.') => &rest[word.len() + 1..],
            _ => rest,
        };
        error.help(format!("write `$steps.{step}.outputs.{}`", excerpt(output)))
    }

    /// An error about what follows `$workflows.id` when it is neither `.inputs.` nor `.outputs.`
    pub(super) fn no_part_of_workflow(&self, workflow: &str, form: &str) -> SyntaxError {
        let workflow = excerpt(workflow);
        let rest = self.cursor.rest();
        let span = self.cursor.position()..self.cursor.end();
        let help = format!("write `$workflows.{workflow}` and {form}");
        if matches!(rest, "" | "." | ".inputs" | ".outputs") {
            let span = self.cursor.end()..self.cursor.end();
            let message = format!("an input or output of workflow `{workflow}` is missing");
            return SyntaxError::new(span, message).help(help);
        }
        let Some(rest) = rest.strip_prefix('.') else {
            return self.unexpected("be part of a workflow's id");
        };
        if rest == "steps" || rest.starts_with("steps.") {
            let message = "the steps of another workflow cannot be seen";
            return SyntaxError::new(span, message).help(format!(
                "declare an output in workflow `{workflow}` and write `$workflows.{workflow}.outputs.` and its name"
            ));
        }
        let message = format!("workflow `{workflow}` shows only its `inputs` and `outputs`");
        SyntaxError::new(span, message).help(help)
    }

    /// An error about the next character.
    pub(super) fn unexpected(&self, what: &str) -> SyntaxError {
        let Some(c) = self.cursor.peek() else {
            return self.cursor.error("the expression is incomplete");
        };
        let error = self.cursor.error(format!("{} cannot {what}", describe(c)));
        match c {
            '$' => error.help("write `{$…}` around each of several expressions"),
            '/' => error.help("a JSON Pointer begins with `#/`"),
            c if c.is_whitespace() => error.help("to put an expression into a text, write `{$…}`"),
            _ => error,
        }
    }

    /// The rest of the text, for a hint that repeats it.
    pub(super) fn tail(&self) -> String {
        excerpt(self.cursor.rest())
    }

    /// `span`, or the next character when it is empty.
    pub(super) fn at_least_next(&self, span: Range<usize>) -> Range<usize> {
        if span.is_empty() && span.start == self.cursor.position() { self.cursor.here() } else { span }
    }
}
