//! Documentation of the generated code, from the texts of the document.

use super::{Exit, Plan};
use crate::draw::Drawing;
use crate::flow::End;
use crate::types::Presence;
use proc_macro2::TokenStream;
use quote::quote;

/// A documentation attribute for each line.
pub(super) fn attributes(lines: &[String]) -> TokenStream {
    lines
        .iter()
        .map(|line| {
            let line = if line.is_empty() { String::new() } else { format!(" {line}") };
            quote! { #[doc = #line] }
        })
        .collect()
}

/// Lines of a document's own text, such that rustdoc shows them as they are: an indented line or a fence would become a
/// test of the user's crate, and brackets and angle brackets would become links and HTML.
pub(super) fn text(text: &str) -> Vec<String> {
    text.trim().lines().map(line).collect()
}

/// A text as code on one line, whatever is in it.
pub(super) fn code(text: &str) -> String {
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{}{pad}{fence}", text.replace(['\n', '\r'], " "))
}

fn line(line: &str) -> String {
    let line = line.trim();
    let fence = line.starts_with("```") || line.starts_with("~~~");
    // Code between backticks is shown as it stands.
    let has_code = !fence && line.matches('`').count().is_multiple_of(2);
    let mut in_code = false;
    let mut escaped = String::with_capacity(line.len());
    for character in line.chars() {
        in_code ^= has_code && character == '`';
        let special = matches!(character, '[' | ']' | '<' | '>') || (!has_code && matches!(character, '`' | '~'));
        if special && !in_code {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// The documentation of a workflow's function.
pub(super) fn function(plan: &Plan<'_, '_>) -> Vec<String> {
    let written = plan.workflow.written;
    let mut lines = Vec::new();
    let summary = written.summary.as_ref().map(|text| text.value.as_str());
    match summary {
        Some(summary) => lines.extend(text(summary)),
        None => lines.push(format!("The workflow `{}`.", written.id.value)),
    }
    if let Some(description) = &written.description {
        lines.push(String::new());
        lines.extend(text(&description.value));
    }
    lines.extend([String::new(), "# Inputs".to_owned(), String::new()]);
    if plan.inputs.fields.is_empty() {
        lines.push("None.".to_owned());
    }
    for field in &plan.inputs.fields {
        let optional = if field.presence == Presence::Required { "" } else { " (optional)" };
        let what = field.doc.as_ref().map(|doc| format!(": {}", text(doc).join(" "))).unwrap_or_default();
        lines.push(format!("- `{}`{optional}{what}", field.name));
    }
    lines.extend([String::new(), "# Steps".to_owned(), String::new()]);
    for (place, step) in plan.workflow.steps.iter().enumerate() {
        let call = match (&step.call, step.callee) {
            (Some(call), _) => Some(format!(" (`{} {}`)", call.operation.method, call.operation.path)),
            (None, Some(to)) => Some(format!(" (runs the workflow `{}`)", plan.program.workflows[to].written.id.value)),
            (None, None) => None,
        };
        let what = step.written.description.as_ref().map(|text| format!(": {}", self::text(&text.value).join(" ")));
        let (call, what) = (call.unwrap_or_default(), what.unwrap_or_default());
        lines.push(format!("{}. `{}`{call}{what}", place + 1, step.written.id.value));
    }
    lines.push(String::new());
    let drawing = Drawing::of(plan.place, &plan.program.workflows, plan.flow);
    lines.extend(drawing.svg().lines().map(str::to_owned));
    lines.extend([String::new(), "# Ends".to_owned(), String::new()]);
    let mut seen: Vec<&str> = Vec::new();
    for Exit { end, variant, to } in plan.exits {
        if !seen.contains(&variant.as_str()) {
            seen.push(variant);
            lines.push(format!("- `{variant}`: {}", self::end(plan, end, *to)));
        }
    }
    lines.extend([String::new(), "# Errors".to_owned(), String::new()]);
    if plan.constraints.is_some() {
        lines.push("Before anything is sent, when an input is not as its schema asks.".to_owned());
        lines.push(String::new());
    }
    lines.push(
        "When a step fails and no failure action of the document takes it, when a limit of the client is".to_owned(),
    );
    lines.push("reached, and when an output is not what the OpenAPI description says.".to_owned());
    lines
}

/// How a run comes to an end.
pub(super) fn end(plan: &Plan<'_, '_>, end: &End, to: Option<usize>) -> String {
    let workflow = plan.workflow;
    match end {
        End::Completed => "The last step was done.".to_owned(),
        End::Action { step, succeeded, action } => {
            let step = &workflow.steps[*step];
            let actions = if *succeeded { &step.on_success } else { &step.on_failure };
            let name = actions.get(*action).map_or("", |action| action.name);
            let when = if *succeeded { "success" } else { "failure" };
            let id = &step.written.id.value;
            match to {
                None => format!("The {when} action `{name}` of step `{id}` was taken."),
                Some(to) => {
                    let to = &plan.program.workflows[to].written.id.value;
                    format!("The {when} action `{name}` of step `{id}` went on as the workflow `{to}`.")
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn nothing_in_a_text_becomes_a_link_a_tag_or_a_test() {
        assert_eq!(text("a [b](c) <d>\n    indented"), ["a \\[b\\](c) \\<d\\>", "indented"]);
        assert_eq!(text("```\ncode\n~~~"), ["\\`\\`\\`", "code", "\\~\\~\\~"]);
        assert_eq!(text("in `a[0]` and [x]"), ["in `a[0]` and \\[x\\]"]);
        assert_eq!(text("one ` only"), ["one \\` only"]);
    }
}
