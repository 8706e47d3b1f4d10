//! The book of the rules, which says why each exists and shows what is wrong and what is right.

use super::Rule;

/// The whole book, in Markdown.
pub static TEXT: &str = include_str!("../../rules.md");

/// What the book says about a rule, in Markdown and without the heading.
///
/// `None` for a rule that is not in the book.
pub fn section(rule: &Rule) -> Option<&'static str> {
    let heading = format!("\n### {}\n", rule.name);
    let start = TEXT.find(&heading)? + heading.len();
    let rest = &TEXT[start..];
    let end = ["\n### ", "\n## "].into_iter().filter_map(|next| rest.find(next)).min().unwrap_or(rest.len());
    Some(rest[..end].trim())
}
