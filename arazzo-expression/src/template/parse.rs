//! Finding the expressions in a text.

use super::{Piece, Text};
use crate::SyntaxError;
use crate::cursor::{excerpt, is_ident};
use crate::expression::{Operand, Shape, Version, is_known_root, known_root};

/// Reads a string of the document.
///
/// A string that is one expression and nothing else, not even whitespace, keeps the type of its value. Otherwise
/// `{$…}` is an expression inside text, and a text with a known root that does not parse is an error; without a
/// known root it stands for itself. An expression without braces inside longer text is a [`Piece::Bare`]: it ends before
/// a dot that ends a sentence, and a pointer in it before whitespace, quotes, brackets and the like.
///
/// ```
/// use arazzo_expression::expression::Version;
/// use arazzo_expression::template::{Piece, Text, parse};
///
/// let text = parse("Bearer {$inputs.token}", Version::V1_0).unwrap();
/// let Text::Template(pieces) = text else { unreachable!() };
/// assert_eq!(pieces[0], Piece::Literal("Bearer ".into()));
/// assert!(matches!(&pieces[1], Piece::Embedded(token) if token.span == (8..21)));
///
/// assert!(matches!(parse("$inputs.token", Version::V1_0), Ok(Text::Expression(_))));
/// assert!(matches!(parse("$.items", Version::V1_0), Ok(Text::Literal(_))));
/// assert!(parse("{$steps.a.b}", Version::V1_0).is_err());
/// ```
pub fn parse(text: &str, version: Version) -> Result<Text, SyntaxError> {
    if !is_known_root(text) {
        return scan(text, version, true);
    }
    match Operand::parse(text, version) {
        Ok(operand) if !holds_another(text) => Ok(Text::Expression(operand)),
        Ok(_) => scan(text, version, true),
        Err(_) if begins_as_text(text, version) => scan(text, version, true),
        Err(error) => Err(error),
    }
}

/// Reads a text in which only `{$…}` is an expression, even when it is all of the text: the condition of a criterion
/// whose type is not `simple`, where `$` has another meaning.
///
/// ```
/// use arazzo_expression::expression::Version;
/// use arazzo_expression::template::{Text, parse_embedded_only};
///
/// let text = parse_embedded_only("^$url\\d{2}$", Version::V1_0);
/// assert_eq!(text, Ok(Text::Literal("^$url\\d{2}$".into())));
/// ```
pub fn parse_embedded_only(text: &str, version: Version) -> Result<Text, SyntaxError> {
    scan(text, version, false)
}

/// Whether a text that is one expression by its grammar was certainly meant as several: a pointer and the name of a
/// parameter or operation may hold spaces and `$`, but none holds another expression.
fn holds_another(text: &str) -> bool {
    text.match_indices('$').any(|(at, _)| text[..at].ends_with(char::is_whitespace) && is_known_root(&text[at..]))
}

/// Whether a text that begins with a known root is an expression with text behind it, and not an expression that is
/// wrong (`$inputs.a$inputs.b`, `$response.body#id`): what follows must look like text.
fn begins_as_text(text: &str, version: Version) -> bool {
    let (end, Ok(_)) = bare(text, 0, version) else {
        return false;
    };
    let has_pointer = text[..end].contains('#');
    text[end..].chars().next().is_none_or(|next| match next {
        '$' | '#' | '[' | '~' | '\\' => false,
        '{' => !has_pointer,
        next => !next.is_alphanumeric(),
    })
}

fn scan(text: &str, version: Version, with_bare: bool) -> Result<Text, SyntaxError> {
    let mut pieces = Vec::new();
    // Where the literal begins that is being read, and where to look on.
    let (mut literal, mut from) = (0, 0);
    while let Some(at) = text[from..].find('$').map(|at| from + at) {
        from = at + 1;
        if !is_known_root(&text[at..]) {
            continue;
        }
        let (start, piece, end) = if text[..at].ends_with('{') {
            let (operand, end) = embedded(text, at, version)?;
            (at - 1, Piece::Embedded(operand), end)
        } else if with_bare {
            let (end, operand) = bare(text, at, version);
            let Ok(operand) = operand else {
                from = end;
                continue;
            };
            let span = at..end;
            let text = text[span.clone()].to_owned();
            (at, Piece::Bare { operand, text, span }, end)
        } else {
            continue;
        };
        if literal < start {
            pieces.push(Piece::Literal(text[literal..start].to_owned()));
        }
        pieces.push(piece);
        (literal, from) = (end, end);
    }
    if pieces.is_empty() {
        return Ok(Text::Literal(text.to_owned()));
    }
    if literal < text.len() {
        pieces.push(Piece::Literal(text[literal..].to_owned()));
    }
    Ok(Text::Template(pieces))
}

/// The expression in braces that begins at byte `start`, and where the text behind its brace begins.
fn embedded(text: &str, start: usize, version: Version) -> Result<(Operand, usize), SyntaxError> {
    let Some(length) = text[start..].find('}') else {
        let rest = &text[start..];
        let word = &rest[..rest.find(|c: char| c.is_whitespace() || c == '"').unwrap_or(rest.len())];
        let message = "the brace before this expression is not closed";
        let help = format!("write `{{{}}}`", excerpt(word));
        return Err(SyntaxError::new(start - 1..start + word.len(), message).help(help));
    };
    let end = start + length;
    Ok((Operand::parse_in(text, start..end, version)?, end + 1))
}

/// Where the text begins behind the expression without braces at byte `start`, and the expression, if it is one.
fn bare(text: &str, start: usize, version: Version) -> (usize, Result<Operand, SyntaxError>) {
    let mut end = start + 1;
    loop {
        let rest = &text[end..];
        end += rest.find(|c| !is_ident(c)).unwrap_or(rest.len());
        match index_in_brackets(&text[end..]) {
            Some(length) => end += length,
            None => break,
        }
    }
    // In `$url#/…` the pointer is text: only what has parts has a pointer.
    if text[end..].starts_with("#/") && known_root(&text[start..]) == Some(Shape::Dotted) {
        let rest = &text[end..];
        let length = rest.find(ends_bare_pointer).unwrap_or(rest.len());
        end += rest[..length].trim_end_matches(['.', ':', '!', '?']).len();
    } else {
        end = start + text[start..end].trim_end_matches('.').len();
    }
    (end, Operand::parse_in(text, start..end, version))
}

/// The length of `[0]`, if the text begins with it.
fn index_in_brackets(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('[')?;
    let digits = inner.bytes().take_while(u8::is_ascii_digit).count();
    (digits > 0 && inner[digits..].starts_with(']')).then_some(digits + 2)
}

/// Whether a character ends a pointer that no brace ends: what surrounds a value in JSON, XML, a URL or a sentence.
fn ends_bare_pointer(c: char) -> bool {
    c.is_whitespace() || "\"'`{}<>()[],;&|\\".contains(c)
}
