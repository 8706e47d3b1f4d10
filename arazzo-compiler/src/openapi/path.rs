//! Path templates, which the keys of `paths` are.
//!
//! Beyond what OpenAPI says, published descriptions have three things in them that are read as their authors mean them:
//! `{name+}` stands for the rest of a path, slashes included; a fixed query (`/items?draft`) is a part of every request; and
//! a fragment (`/items#archive`), which tells two operations of one path apart, is never sent.

use super::{Parameter, ParameterLocation};

/// A part of a path template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathPart<'a> {
    /// Text that stands for itself.
    Text(&'a str),
    /// `{name}`: a variable, of which a slash is escaped.
    Variable(&'a str),
    /// `{name+}`: one or more segments.
    Segments(&'a str),
}

impl<'a> PathPart<'a> {
    /// The name, if it is a variable.
    pub fn variable(self) -> Option<&'a str> {
        match self {
            Self::Text(_) => None,
            Self::Variable(name) | Self::Segments(name) => Some(name),
        }
    }
}

/// The parts of a path template. A pair of its query whose value is given by a declared query parameter is left out, since
/// that parameter adds it.
pub(super) fn parts<'a>(path: &'a str, parameters: &[Parameter<'_>]) -> Vec<PathPart<'a>> {
    let path = &path[..outside_of_braces(path, '#').unwrap_or(path.len())];
    let mut parts = Vec::new();
    let Some(query) = outside_of_braces(path, '?') else {
        template(path, &mut parts);
        return parts;
    };
    template(&path[..query], &mut parts);
    let is_declared =
        |name: &str, location| parameters.iter().any(|known| known.name == name && known.location == location);
    let mut separator = "?";
    for pair in path[query + 1..].split('&').filter(|pair| !pair.is_empty()) {
        let mut written = Vec::new();
        template(pair, &mut written);
        let name = pair.split('=').next().unwrap_or_default();
        let is_added = |variable: &str| {
            !is_declared(variable, ParameterLocation::Path)
                && (is_declared(name, ParameterLocation::Query) || is_declared(variable, ParameterLocation::Query))
        };
        if !written.iter().filter_map(|part| part.variable()).any(is_added) {
            parts.push(PathPart::Text(separator));
            parts.extend(written);
            separator = "&";
        }
    }
    parts
}

/// Where a character first stands that is no part of the name of a variable.
fn outside_of_braces(text: &str, wanted: char) -> Option<usize> {
    let mut is_inside = false;
    text.char_indices().find_map(|(at, char)| {
        match char {
            '{' => is_inside = true,
            '}' => is_inside = false,
            _ => return (char == wanted && !is_inside).then_some(at),
        }
        None
    })
}

/// Adds the text and the variables of a template. A brace that opens no variable stands for itself.
fn template<'a>(text: &'a str, parts: &mut Vec<PathPart<'a>>) {
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('{') {
        let Some((name, behind)) = behind.split_once('}') else { break };
        if !before.is_empty() {
            parts.push(PathPart::Text(before));
        }
        parts.push(match name.strip_suffix('+') {
            Some(name) => PathPart::Segments(name),
            None => PathPart::Variable(name),
        });
        rest = behind;
    }
    if !rest.is_empty() {
        parts.push(PathPart::Text(rest));
    }
}

#[cfg(test)]
mod tests {
    use super::PathPart::{Segments, Text, Variable};
    use super::*;

    #[test]
    fn paths_are_text_and_variables() {
        for (path, expected) in [
            ("/", &[Text("/")][..]),
            ("/a/{b}/c.{d}", &[Text("/a/"), Variable("b"), Text("/c."), Variable("d")]),
            ("/{a}{b}", &[Text("/"), Variable("a"), Variable("b")]),
            ("/{Bucket}/{Key+}", &[Text("/"), Variable("Bucket"), Text("/"), Segments("Key")]),
            ("/{Key+}#uploads", &[Text("/"), Segments("Key")]),
            ("/a#X-Target=b?c", &[Text("/a")]),
            ("/{a#b}", &[Text("/"), Variable("a#b")]),
            ("/a?acl", &[Text("/a"), Text("?"), Text("acl")]),
            ("/a?b=1&c={d}", &[Text("/a"), Text("?"), Text("b=1"), Text("&"), Text("c="), Variable("d")]),
            ("/a?", &[Text("/a")]),
            ("/a{b", &[Text("/a{b")]),
            ("/a}b", &[Text("/a}b")]),
            ("/{}", &[Text("/"), Variable("")]),
            ("/{+}", &[Text("/"), Segments("")]),
            ("", &[]),
        ] {
            assert_eq!(parts(path, &[]), expected, "{path}");
        }
    }
}
