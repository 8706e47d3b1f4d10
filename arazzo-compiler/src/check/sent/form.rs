//! The fields of a form that is written as text.

use crate::library::percent_decode;
use crate::resolve::{Payload, Piece, TextPiece};

/// The fields, each with its value. `None` where a value of the run may bring more of them, or a name.
pub(super) fn members(payload: &Payload) -> Option<Vec<(String, Payload)>> {
    let text;
    let pieces = match payload {
        Payload::FormText(pieces) => pieces.as_slice(),
        Payload::String(whole) => {
            text = [TextPiece::Literal(whole.clone())];
            &text
        }
        _ => return None,
    };
    let mut fields: Vec<Vec<Piece>> = vec![Vec::new()];
    for piece in pieces {
        match piece {
            TextPiece::Literal(text) => {
                for (place, part) in text.split('&').enumerate() {
                    if place > 0 {
                        fields.push(Vec::new());
                    }
                    if let Some(field) = fields.last_mut().filter(|_| !part.is_empty()) {
                        field.push(Piece::Literal(part.to_owned()));
                    }
                }
            }
            TextPiece::Escaped(reference) => fields.last_mut()?.push(Piece::Expression(reference.clone())),
            TextPiece::Verbatim(_) => return None,
        }
    }
    let mut members: Vec<(String, Payload)> = Vec::new();
    for field in fields.into_iter().filter(|field| !field.is_empty()) {
        let (name, value) = self::field(field)?;
        // A name that is there again is another element of a list, of which the text says nothing.
        if members.iter().all(|(known, _)| *known != name) {
            members.push((name, value));
        }
    }
    (!members.is_empty()).then_some(members)
}

/// The name and the value of a field.
fn field(pieces: Vec<Piece>) -> Option<(String, Payload)> {
    let mut pieces = pieces.into_iter();
    let Some(Piece::Literal(first)) = pieces.next() else { return None };
    let (name, rest) = first.split_once('=')?;
    let decoded = |text: &str| percent_decode(&text.replace('+', " "));
    let mut value: Vec<Piece> = Vec::new();
    if !rest.is_empty() {
        value.push(Piece::Literal(decoded(rest.trim_end_matches(['\n', '\r']))));
    }
    for piece in pieces {
        match piece {
            // The end of a block of text.
            Piece::Literal(text) if text.trim_end_matches(['\n', '\r']).is_empty() => {}
            Piece::Literal(text) => value.push(Piece::Literal(decoded(&text))),
            expression => value.push(expression),
        }
    }
    let value = match value.len() {
        0 => Payload::String(String::new()),
        1 => match value.remove(0) {
            Piece::Literal(text) => Payload::String(text),
            Piece::Expression(reference) => Payload::Expression(reference),
        },
        _ => Payload::Template(value),
    };
    Some((decoded(name).trim_start_matches(['\n', '\r']).to_owned(), value))
}
