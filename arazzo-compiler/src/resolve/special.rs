//! Names with characters that no expression could hold by its grammar: `$inputs.filter[state]`, `$inputs.user name`.
//! What is declared counts before what the grammar would make of it, so that such inputs and steps can be used.

use super::step::{Context, Scope};
use crate::diagnostic::rules;
use crate::source::Span;
use crate::yaml::Node;
use arazzo_expression::expression::{Id, Version};
use std::borrow::Cow;
use std::ops::Range;

/// Whether a character may be part of a name by the grammar.
fn is_plain(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-')
}

/// What takes the place of such a name: a plain one of the same length, so that the places of all else stay the same.
fn stand_in(name: &str) -> String {
    "_".repeat(name.len())
}

impl<'a> Context<'_, 'a, '_> {
    /// A text with plain names in place of those that its grammar cannot read. [`Context::written_name`] knows what they
    /// stand for.
    pub(super) fn with_plain_names<'t>(&self, text: &'t str, scope: Scope<'_, 'a>) -> Cow<'t, str> {
        let mut plain = Cow::Borrowed(text);
        if text.contains("$inputs.") {
            let names = scope.inputs.into_iter().flat_map(|schema| schema.properties());
            let names = names.map(|(key, _)| key.text.as_str());
            replace(&mut plain, "$inputs.", names, |rest| !rest.starts_with(is_plain) || rest.starts_with('.'));
        }
        // In 1.1 the grammar says what an id is, and one that breaks it cannot be mentioned.
        if self.version < Version::V1_1 && text.contains("$steps.") {
            let ids = scope.workflow.steps.iter().map(|step| step.id.value.as_str());
            replace(&mut plain, "$steps.", ids, |rest| rest.starts_with(".outputs."));
        }
        plain
    }

    /// An identifier as it is written; `offset` is where the text that it was read from begins inside of the node's.
    pub(super) fn written_name<'n>(&self, id: &'n Id, node: &'n Node, offset: usize) -> &'n str {
        let range: Range<usize> = id.span.start + offset..id.span.end + offset;
        node.as_str().and_then(|text| text.get(range)).unwrap_or(&id.text)
    }

    /// Says that other tools may not find a name that the grammar cannot read. That of 1.0 has no such names.
    pub(super) fn check_plain(&mut self, name: &str, at: Span) {
        if self.version >= Version::V1_1 && !name.chars().all(is_plain) {
            let message =
                format!("by its grammar no expression can mention the name `{name}`, though this one is understood");
            self.diagnostics
                .report(&rules::UNPORTABLE_ID, at, message)
                .help("other tools may refuse it: a name of letters, digits, `.`, `_` and `-` is understood by all");
        }
    }
}

/// Replaces the declared names that are not plain where they stand behind `root`, the longest ones first.
fn replace<'n>(text: &mut Cow<'_, str>, root: &str, names: impl Iterator<Item = &'n str>, ends: impl Fn(&str) -> bool) {
    let mut names: Vec<&str> = names.filter(|name| !name.is_empty() && !name.chars().all(is_plain)).collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    for name in names {
        let mut from = 0;
        while let Some(at) = text[from..].find(root).map(|at| from + at + root.len()) {
            from = at;
            if text[at..].strip_prefix(name).is_some_and(&ends) {
                text.to_mut().replace_range(at..at + name.len(), &stand_in(name));
                from = at + name.len();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str, names: &[&str]) -> String {
        let mut plain = Cow::Borrowed(text);
        replace(&mut plain, "$inputs.", names.iter().copied(), |rest| {
            !rest.starts_with(is_plain) || rest.starts_with('.')
        });
        plain.into_owned()
    }

    #[test]
    fn names_that_are_declared_come_before_the_grammar() {
        let names = ["a b", "a b c", "f[0]", "$x", "plain", "é"];
        for (text, expected) in [
            ("$inputs.a b", "$inputs.___"),
            ("$inputs.a b c", "$inputs._____"),
            ("x {$inputs.a b} $inputs.a b.", "x {$inputs.___} $inputs.___."),
            ("$inputs.a bc", "$inputs.a bc"),
            ("$inputs.f[0][1]", "$inputs.____[1]"),
            ("$inputs.f[1]", "$inputs.f[1]"),
            ("$inputs.$x#/y", "$inputs.__#/y"),
            ("$inputs.plain", "$inputs.plain"),
            ("$inputs.é.b", "$inputs.__.b"),
        ] {
            assert_eq!(plain(text, &names), expected);
        }
    }
}
