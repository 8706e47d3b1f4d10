//! Names and ids: which characters they have, and that each is there once.

use super::fields::Reader;
use super::{Spanned, Text};
use crate::diagnostic::rules;
use crate::source::Span;
use crate::yaml::{Key, Node};
use std::collections::HashMap;

/// `[A-Za-z0-9_\-]+`, the ids that Arazzo 1.1 can mention in an expression.
pub(super) fn is_plain_id(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// `[a-zA-Z0-9\.\-_]+`
fn is_key(name: &str) -> bool {
    !name.is_empty() && name.split('.').all(|part| part.is_empty() || is_plain_id(part))
}

/// The name with another character for those that a plain id does not have.
pub(super) fn plain(name: &str, other: char) -> String {
    name.chars().map(|char| if char.is_ascii_alphanumeric() || "_-".contains(char) { char } else { other }).collect()
}

impl Reader<'_> {
    /// Rules 25, 34 and 26: the id is unique, and should be one that expressions can mention.
    pub(super) fn ids<'t>(&mut self, what: &str, ids: impl IntoIterator<Item = &'t Text>) {
        for id in self.unique(what, ids) {
            if !is_plain_id(&id.value) {
                let message =
                    format!("the {what} `{}` has characters other than letters, digits, `_` and `-`", id.value);
                self.diagnostics
                    .report(&rules::UNPORTABLE_ID, id.node.span, message)
                    .note("from Arazzo 1.1 on, no expression can mention it")
                    .help(format!("write `{}`", plain(&id.value, '-')));
            }
        }
    }

    /// Reports names that are there twice, and gives each name once. Case matters (rule 7).
    pub(super) fn unique<'t>(&mut self, what: &str, names: impl IntoIterator<Item = &'t Text>) -> Vec<&'t Text> {
        let mut first: HashMap<&str, Span> = HashMap::new();
        let mut unique = Vec::new();
        for name in names.into_iter().filter(|name| !name.is_missing()) {
            let span = name.node.span;
            match first.get(name.value.as_str()) {
                Some(first) => {
                    self.diagnostics
                        .report(&rules::DUPLICATE_NAME, span, format!("the {what} `{}` is there twice", name.value))
                        .also(*first, "first here");
                }
                None => {
                    first.insert(&name.value, span);
                    unique.push(name);
                }
            }
        }
        unique
    }

    /// Rules 32 and 79: the key of an output or a component.
    pub(super) fn key(&mut self, key: &Key, what: &str) -> Spanned<String> {
        if !is_key(&key.text) {
            let message = format!(
                "the name `{}` of {what} has characters other than letters, digits, `.`, `_` and `-`",
                key.text
            );
            let finding = self.diagnostics.report(&rules::INVALID_NAME, key.span, message);
            if !key.text.is_empty() {
                let parts: Vec<String> = key.text.split('.').map(|part| plain(part, '_')).collect();
                finding.help(format!("write `{}`", parts.join(".")));
            }
        }
        Spanned { value: key.text.clone(), span: key.span }
    }

    /// A list of ids without repetitions; entries that are no ids are left out.
    pub(super) fn id_list(&mut self, nodes: &[Node], field: &str) -> Vec<Text> {
        let what = format!("an entry of `{field}`");
        let mut ids: Vec<Text> = Vec::new();
        for node in nodes {
            let id = self.word(node, &what);
            if id.is_missing() {
                continue;
            }
            if let Some(first) = ids.iter().find(|known| known.value == id.value) {
                self.diagnostics
                    .report(&rules::DUPLICATE_ENTRY, node.span, format!("`{}` is there twice", id.value))
                    .also(first.node.span, "first here");
            } else {
                ids.push(id);
            }
        }
        ids
    }
}
