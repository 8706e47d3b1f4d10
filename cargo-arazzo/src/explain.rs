//! `cargo arazzo explain`: what rules are for.

use crate::arguments::Arguments;
use crate::{Outcome, write_out};
use arazzo_compiler::diagnostic::{Level, Rule, book, rules, suggest};
use std::io;

/// Explains a rule, or lists all of them.
pub(crate) fn explain(arguments: &Arguments) -> Outcome {
    let Some(name) = arguments.operands.first() else {
        let longest = rules::ALL.iter().map(|rule| rule.name.len()).max().unwrap_or_default();
        let line = |rule: &&Rule| format!("{:longest$}  {:7}  {}\n", rule.name, level(rule), first_line(rule));
        write_out(&rules::ALL.iter().map(line).collect::<String>())?;
        return Ok(true);
    };
    let name = name.to_string_lossy();
    let Some(rule) = rules::find(&name) else {
        let hint = match suggest(&name, rules::ALL.iter().map(|rule| rule.name)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`cargo arazzo explain` lists them".to_owned(),
        };
        return Err(io::Error::other(format!("no rule is named `{name}`; {hint}")));
    };
    let mut text = format!("{} ({})\n\n{}", rule.name, level(rule), section(rule));
    if rules::READINGS.contains(&rule) {
        text.push_str(
            "\nA reading beyond the specification: `strict` makes it an error, `allow` accepts it in silence.\n",
        );
    }
    write_out(&text)?;
    Ok(true)
}

/// What the book of rules says, as it reads without Markdown: the level is in the heading, and examples are indented.
fn section(rule: &Rule) -> String {
    let Some(section) = book::section(rule) else { return format!("{}\n", rule.explanation) };
    let section =
        ["**Error.** ", "**Warning.** "].iter().find_map(|level| section.strip_prefix(level)).unwrap_or(section);
    let mut text = String::new();
    let mut is_example = false;
    let mut lines = section.lines().peekable();
    while let Some(line) = lines.next() {
        if line.starts_with("```") {
            is_example = !is_example;
            continue;
        }
        // The empty line between a label and its example.
        if line.is_empty() && lines.peek().is_some_and(|next| next.starts_with("```")) {
            continue;
        }
        if is_example && !line.is_empty() {
            text.push_str("    ");
        }
        text.push_str(line);
        text.push('\n');
    }
    text
}

fn level(rule: &Rule) -> &'static str {
    match rule.level {
        Level::Error => "error",
        Level::Warning => "warning",
    }
}

fn first_line(rule: &Rule) -> &str {
    rule.explanation.lines().next().unwrap_or_default()
}
