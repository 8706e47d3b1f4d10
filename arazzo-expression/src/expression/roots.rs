//! The words an expression can begin with. A text that begins with another one is no expression but a literal
//! (there is no escape, ambiguity A15), which is why a misspelt one has to be recognised.

use crate::cursor::is_strict;
use crate::suggest::closest;

/// How an expression goes on behind its first word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Not at all: `$url`.
    Leaf,
    /// With a dot: `$inputs.`
    Dotted,
}

const ROOTS: [(&str, Shape); 13] = [
    ("$url", Shape::Leaf),
    ("$method", Shape::Leaf),
    ("$statusCode", Shape::Leaf),
    ("$self", Shape::Leaf),
    ("$request", Shape::Dotted),
    ("$response", Shape::Dotted),
    ("$message", Shape::Dotted),
    ("$inputs", Shape::Dotted),
    ("$outputs", Shape::Dotted),
    ("$steps", Shape::Dotted),
    ("$workflows", Shape::Dotted),
    ("$sourceDescriptions", Shape::Dotted),
    ("$components", Shape::Dotted),
];

/// Words that are too far from a root to be a slip, and still mean it.
const ALIASES: [(&str, &str); 4] = [
    ("$status", "$statusCode"),
    ("$source", "$sourceDescriptions"),
    ("$sources", "$sourceDescriptions"),
    ("$resp", "$response"),
];

/// Whether `text` begins as an expression: with `$` and a word of the specification, and behind it the dot that the word
/// needs, or for a word that stands alone (`$url`, `$method`, `$statusCode`, `$self`) anything that does not prolong it.
///
/// ```
/// use arazzo_expression::expression::is_known_root;
///
/// assert!(is_known_root("$inputs.name"));
/// assert!(is_known_root("$statusCode == 200"));
/// assert!(!is_known_root("$input.name"));
/// assert!(!is_known_root("$.items[0]"));
/// ```
pub fn is_known_root(text: &str) -> bool {
    known_root(text).is_some()
}

/// The shape of the root that `text` begins with.
pub(crate) fn known_root(text: &str) -> Option<Shape> {
    let word = first_word(text)?;
    let shape = shape_of(word)?;
    (shape == Shape::Leaf || text[word.len()..].starts_with('.')).then_some(shape)
}

/// The root (with its `$`) that `text` probably meant to begin with, when it begins with a word that is none. Texts that
/// begin with `$.` or `$[` are JSONPath, not misspelt.
///
/// ```
/// use arazzo_expression::expression::near_root;
///
/// assert_eq!(near_root("$input.name"), Some("$inputs"));
/// assert_eq!(near_root("$status == 200"), Some("$statusCode"));
/// assert_eq!(near_root("$inputs.name"), None);
/// assert_eq!(near_root("$.items"), None);
/// ```
pub fn near_root(text: &str) -> Option<&'static str> {
    let word = first_word(text)?;
    if word.len() == 1 || shape_of(word).is_some() {
        return None;
    }
    if let Some((_, root)) = ALIASES.iter().find(|(alias, _)| alias.eq_ignore_ascii_case(word)) {
        return Some(root);
    }
    let known: Vec<&'static str> = ROOTS.iter().map(|(root, _)| &root[1..]).collect();
    let meant = closest(&word[1..], &known)?;
    ROOTS.iter().map(|(root, _)| *root).find(|root| &root[1..] == meant)
}

fn shape_of(word: &str) -> Option<Shape> {
    ROOTS.iter().find(|(root, _)| *root == word).map(|(_, shape)| *shape)
}

/// `$` and the word behind it, which may be empty.
fn first_word(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('$')?;
    let end = rest.find(|c| !is_strict(c)).unwrap_or(rest.len());
    Some(&text[..1 + end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_roots_need_their_delimiter() {
        for text in [
            "$url",
            "$url/x",
            "$method",
            "$statusCode",
            "$statusCode.",
            "$statusCode==200",
            "$self",
            "$self#x",
            "$request.",
            "$response.body",
            "$message.x",
            "$inputs.a",
            "$outputs.a",
            "$steps.a",
            "$workflows.a",
            "$sourceDescriptions.a",
            "$components.a",
        ] {
            assert!(is_known_root(text), "{text}");
        }
        for text in [
            "",
            "$",
            "$.a",
            "$[0]",
            "$$inputs.a",
            "inputs.a",
            "$input.a",
            "$inputs",
            "$inputs[0]",
            "$urls",
            "$url-x",
            "$url_x",
            "$statusCodes",
            "$Inputs.a",
            "$foo.bar",
            " $inputs.a",
        ] {
            assert!(!is_known_root(text), "{text}");
        }
    }

    #[test]
    fn near_misses() {
        for (text, root) in [
            ("$input.x", "$inputs"),
            ("$inpust.x", "$inputs"),
            ("$Inputs.x", "$inputs"),
            ("$step.a.outputs.b", "$steps"),
            ("$output.x", "$outputs"),
            ("$status", "$statusCode"),
            ("$statuscode == 200", "$statusCode"),
            ("$workflow.x", "$workflows"),
            ("$responses.body", "$response"),
            ("$source.x.url", "$sourceDescriptions"),
            ("$sourceDescription.x.url", "$sourceDescriptions"),
            ("$component.parameters.x", "$components"),
        ] {
            assert_eq!(near_root(text), Some(root), "{text}");
        }
        for text in [
            "",
            "$",
            "$.input",
            "$[0]",
            "$inputs.x",
            "$inputs",
            "input.x",
            "$ref",
            "$id",
            "$gt",
            "$set",
            "$unset",
            "$search",
            "$filter",
            "$select",
            "$expr",
            "$schema",
            "$defs",
            "$100",
            "$foo.bar",
            "${input}",
        ] {
            assert_eq!(near_root(text), None, "{text}");
        }
    }
}
