//! Payloads that are a form written as text.

use super::{Piece, TextPiece};

/// Which values are escaped: those that are the name or the value of a pair, or a part of one. A value that stands alone
/// between ampersands is one or more pairs by itself.
pub(super) fn textual(pieces: Vec<Piece>) -> Vec<TextPiece> {
    let alone: Vec<bool> = (0..pieces.len()).map(|place| is_alone(&pieces, place)).collect();
    let piece = |(piece, alone)| match piece {
        Piece::Literal(text) => TextPiece::Literal(text),
        Piece::Expression(reference) if alone => TextPiece::Verbatim(reference),
        Piece::Expression(reference) => TextPiece::Escaped(reference),
    };
    pieces.into_iter().zip(alone).map(piece).collect()
}

/// Whether there is nothing but this piece between two ampersands.
fn is_alone(pieces: &[Piece], place: usize) -> bool {
    let before = place.checked_sub(1).map(|before| &pieces[before]);
    let begins = match before {
        None => true,
        Some(Piece::Literal(text)) => text.ends_with('&'),
        Some(Piece::Expression(_)) => false,
    };
    let ends = match pieces.get(place + 1) {
        None => true,
        Some(Piece::Literal(text)) => text.trim_start_matches(['\n', '\r']).is_empty() || text.starts_with('&'),
        Some(Piece::Expression(_)) => false,
    };
    begins && ends
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resolve::{Reference, Root};
    use crate::source::{FileId, Span};

    /// Which of the values in a text, written as `<>`, are escaped (`e`) or not (`v`).
    fn kinds(text: &str) -> String {
        let span = Span { file: FileId(0), start: 0, end: 0 };
        let mut pieces = Vec::new();
        for (place, part) in text.split("<>").enumerate() {
            if place > 0 {
                let root = Root::Input("x".to_owned());
                pieces.push(Piece::Expression(Reference { root, path: Vec::new(), span }));
            }
            if !part.is_empty() {
                pieces.push(Piece::Literal(part.to_owned()));
            }
        }
        let kind = |piece: TextPiece| match piece {
            TextPiece::Literal(_) => '.',
            TextPiece::Escaped(_) => 'e',
            TextPiece::Verbatim(_) => 'v',
        };
        textual(pieces).into_iter().map(kind).collect()
    }

    #[test]
    fn names_and_values_are_escaped() {
        for (text, expected) in [
            ("a=<>&b=<>", ".e.e"),
            ("<>=1", "e."),
            ("a=x<>y", ".e."),
            ("a=<><>", ".ee"),
            ("<>&a=1", "v."),
            ("a=1&<>", ".v"),
            ("a=1&<>&b=1", ".v."),
            ("a=1&<>\n", ".v."),
            ("a=1&<>b", ".e."),
            ("code<>", ".e"),
        ] {
            assert_eq!(kinds(text), expected, "{text}");
        }
    }
}
