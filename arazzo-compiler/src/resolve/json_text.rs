//! Payloads that are JSON written as text, with expressions in them.
//!
//! The specification's own example of a request body is such a text. Where it is JSON with its expressions left out of
//! account, it becomes the same tree as a payload that is written in YAML, and nothing is parsed while a workflow runs.

use super::{Payload, Piece, Reference, TextPiece};
use crate::yaml::MAX_DEPTH;
use serde_json::Number;

/// Why a text is no JSON.
#[derive(Debug, PartialEq)]
pub(super) struct Fault {
    /// The piece, and the byte in it.
    pub(super) at: (usize, usize),
    /// What is wrong, to be said behind "this is no JSON:".
    pub(super) message: String,
}

/// Whether a text that is no JSON was meant to be: it begins like an object, a list or a string, or with a value that is
/// put in. Any other text is sent as a JSON string.
pub(super) fn is_meant(pieces: &[Piece]) -> bool {
    let first = pieces.iter().find(|piece| match piece {
        Piece::Literal(text) => !text.trim().is_empty(),
        Piece::Expression(_) => true,
    });
    match first {
        Some(Piece::Literal(text)) => text.trim_start().starts_with(['{', '[', '"']),
        Some(Piece::Expression(_)) => true,
        None => false,
    }
}

/// Reads a text.
///
/// # Errors
///
/// When it is no JSON before the expressions are put in.
pub(super) fn read(pieces: &[Piece]) -> Result<Payload, Fault> {
    let mut reader = Reader { pieces, at: (0, 0), depth: 0 };
    reader.blank();
    let value = reader.value()?;
    reader.blank();
    match reader.next() {
        Next::End => Ok(value),
        _ => Err(reader.fault("there is more behind the value")),
    }
}

/// The pieces of a text that is JSON only when the values are put in. Those inside of quotes are escaped.
pub(super) fn textual(pieces: Vec<Piece>) -> Vec<TextPiece> {
    let (mut quoted, mut escaped) = (false, false);
    let piece = |piece| match piece {
        Piece::Literal(text) => {
            for char in text.chars() {
                match char {
                    _ if escaped => escaped = false,
                    '\\' if quoted => escaped = true,
                    '"' => quoted = !quoted,
                    _ => {}
                }
            }
            TextPiece::Literal(text)
        }
        Piece::Expression(reference) if quoted => TextPiece::Escaped(reference),
        Piece::Expression(reference) => TextPiece::Verbatim(reference),
    };
    pieces.into_iter().map(piece).collect()
}

enum Next<'p> {
    Char(char),
    Value(&'p Reference),
    End,
}

struct Reader<'p> {
    pieces: &'p [Piece],
    at: (usize, usize),
    depth: usize,
}

impl<'p> Reader<'p> {
    fn fault(&self, message: impl Into<String>) -> Fault {
        Fault { at: self.at, message: message.into() }
    }

    /// What is next, without going on.
    fn next(&mut self) -> Next<'p> {
        loop {
            match self.pieces.get(self.at.0) {
                None => return Next::End,
                Some(Piece::Expression(reference)) => return Next::Value(reference),
                Some(Piece::Literal(text)) => match text.get(self.at.1..).and_then(|rest| rest.chars().next()) {
                    Some(char) => return Next::Char(char),
                    None => self.at = (self.at.0 + 1, 0),
                },
            }
        }
    }

    /// Goes on behind what is next.
    fn skip(&mut self) {
        match self.next() {
            Next::Char(char) => self.at.1 += char.len_utf8(),
            Next::Value(_) => self.at = (self.at.0 + 1, 0),
            Next::End => {}
        }
    }

    fn blank(&mut self) {
        while matches!(self.next(), Next::Char(' ' | '\t' | '\n' | '\r')) {
            self.skip();
        }
    }

    /// Goes on behind a character, if it is next.
    fn take(&mut self, char: char) -> bool {
        let found = matches!(self.next(), Next::Char(next) if next == char);
        if found {
            self.skip();
        }
        found
    }

    fn value(&mut self) -> Result<Payload, Fault> {
        match self.next() {
            Next::Value(reference) => {
                self.skip();
                Ok(Payload::Expression(reference.clone()))
            }
            Next::Char('{') => self.nested(Self::object),
            Next::Char('[') => self.nested(Self::list),
            Next::Char('"') => Ok(match self.string()?.as_slice() {
                [] => Payload::String(String::new()),
                [Piece::Literal(text)] => Payload::String(text.clone()),
                [Piece::Expression(reference)] => Payload::Quoted(reference.clone()),
                pieces => Payload::Template(pieces.to_vec()),
            }),
            Next::Char('-' | '0'..='9') => self.number(),
            Next::Char(first) if first.is_ascii_alphabetic() => self.word(),
            Next::Char(_) => Err(self.fault("a value must begin here")),
            Next::End => Err(self.fault("it ends where a value must begin")),
        }
    }

    fn nested(&mut self, read: impl FnOnce(&mut Self) -> Result<Payload, Fault>) -> Result<Payload, Fault> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.fault(format!("it is nested more than {MAX_DEPTH} deep")));
        }
        self.skip();
        self.blank();
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn list(&mut self) -> Result<Payload, Fault> {
        let mut elements = Vec::new();
        if self.take(']') {
            return Ok(Payload::List(elements));
        }
        loop {
            self.blank();
            elements.push(self.value()?);
            self.blank();
            if self.take(']') {
                return Ok(Payload::List(elements));
            }
            if !self.take(',') {
                return Err(self.fault("`,` or `]` must stand here"));
            }
        }
    }

    fn object(&mut self) -> Result<Payload, Fault> {
        let mut members: Vec<(String, Payload)> = Vec::new();
        if self.take('}') {
            return Ok(Payload::Object(members));
        }
        loop {
            self.blank();
            if !matches!(self.next(), Next::Char('"')) {
                return Err(self.fault("a name in double quotes must stand here"));
            }
            let start = self.at;
            let name = match self.string()?.as_slice() {
                [] => String::new(),
                [Piece::Literal(name)] => name.clone(),
                _ => return Err(Fault { at: start, message: "a name holds an expression".to_owned() }),
            };
            if members.iter().any(|(known, _)| *known == name) {
                return Err(Fault { at: start, message: format!("the name `{name}` is there twice") });
            }
            self.blank();
            if !self.take(':') {
                return Err(self.fault("`:` must stand here"));
            }
            self.blank();
            let value = self.value()?;
            members.push((name, value));
            self.blank();
            if self.take('}') {
                return Ok(Payload::Object(members));
            }
            if !self.take(',') {
                return Err(self.fault("`,` or `}` must stand here"));
            }
        }
    }

    fn number(&mut self) -> Result<Payload, Fault> {
        let start = self.at;
        let mut text = String::new();
        while let Next::Char(char @ ('0'..='9' | '+' | '-' | '.' | 'e' | 'E')) = self.next() {
            text.push(char);
            self.skip();
        }
        if let Next::Value(_) = self.next() {
            return Err(self.fault("an expression follows a number"));
        }
        let number = serde_json::from_str::<Number>(&text).map(Payload::Number);
        number.map_err(|_| Fault { at: start, message: format!("`{text}` is no number") })
    }

    fn word(&mut self) -> Result<Payload, Fault> {
        let start = self.at;
        let mut text = String::new();
        while let Next::Char(char) = self.next()
            && char.is_ascii_alphanumeric()
        {
            text.push(char);
            self.skip();
        }
        match text.as_str() {
            "null" => Ok(Payload::Null),
            "true" => Ok(Payload::Bool(true)),
            "false" => Ok(Payload::Bool(false)),
            _ => Err(Fault { at: start, message: format!("`{text}` is no value; text stands in double quotes") }),
        }
    }

    /// A string, as the pieces that it is made of.
    fn string(&mut self) -> Result<Vec<Piece>, Fault> {
        let start = self.at;
        self.skip();
        let (mut pieces, mut literal) = (Vec::new(), String::new());
        loop {
            match self.next() {
                Next::End => return Err(Fault { at: start, message: "this string is not closed".to_owned() }),
                Next::Value(reference) => {
                    if !literal.is_empty() {
                        pieces.push(Piece::Literal(std::mem::take(&mut literal)));
                    }
                    pieces.push(Piece::Expression(reference.clone()));
                    self.skip();
                }
                Next::Char('"') => {
                    self.skip();
                    if !literal.is_empty() {
                        pieces.push(Piece::Literal(literal));
                    }
                    return Ok(pieces);
                }
                Next::Char('\\') => literal.push(self.escape()?),
                Next::Char(char) if char < ' ' => {
                    return Err(self.fault("a string holds a line break or another control character; write `\\n`"));
                }
                Next::Char(char) => {
                    literal.push(char);
                    self.skip();
                }
            }
        }
    }

    fn escape(&mut self) -> Result<char, Fault> {
        let start = self.at;
        let fault = || Fault { at: start, message: "this is no escape of JSON".to_owned() };
        self.skip();
        let Next::Char(letter) = self.next() else { return Err(fault()) };
        self.skip();
        Ok(match letter {
            '"' | '\\' | '/' => letter,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let first = self.unit().ok_or_else(fault)?;
                let is_first_half = (0xd800..0xdc00).contains(&first);
                let units = if is_first_half && self.take('\\') && self.take('u') {
                    vec![first, self.unit().ok_or_else(fault)?]
                } else {
                    vec![first]
                };
                String::from_utf16(&units).ok().and_then(|text| text.chars().next()).ok_or_else(fault)?
            }
            _ => return Err(fault()),
        })
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Option<u16> {
        let mut unit = 0;
        for _ in 0..4 {
            let Next::Char(char) = self.next() else { return None };
            unit = unit << 4 | u16::try_from(char.to_digit(16)?).ok()?;
            self.skip();
        }
        Some(unit)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Root;
    use super::*;
    use crate::source::{FileId, Span};

    fn hole(name: &str) -> Reference {
        let span = Span { file: FileId(0), start: 0, end: 0 };
        Reference { root: Root::Input(name.to_owned()), path: Vec::new(), span }
    }

    /// The pieces of a text in which `<name>` is an expression.
    fn pieces(text: &str) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for (place, part) in text.split(['<', '>']).enumerate() {
            match (place % 2, part) {
                (0, "") => {}
                (0, text) => pieces.push(Piece::Literal(text.to_owned())),
                (_, name) => pieces.push(Piece::Expression(hole(name))),
            }
        }
        pieces
    }

    /// What a text is read as, with expressions written as above.
    fn shown(payload: &Payload) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Literal(text) => text.clone(),
            Piece::Expression(reference) => name(reference),
        };
        fn name(reference: &Reference) -> String {
            let Root::Input(name) = &reference.root else { unreachable!() };
            format!("<{name}>")
        }
        match payload {
            Payload::Null => "null".to_owned(),
            Payload::Bool(value) => value.to_string(),
            Payload::Number(number) => number.to_string(),
            Payload::String(text) => format!("{text:?}"),
            Payload::Expression(reference) => name(reference),
            Payload::Quoted(reference) => format!("quoted {}", name(reference)),
            Payload::Template(pieces) => format!("text {}", pieces.iter().map(piece).collect::<String>()),
            Payload::List(list) => format!("[{}]", list.iter().map(shown).collect::<Vec<_>>().join(", ")),
            Payload::Object(members) => {
                let members = members.iter().map(|(name, value)| format!("{name}: {}", shown(value)));
                format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
            }
            Payload::Else(..) | Payload::JsonText(_) | Payload::FormText(_) => unreachable!(),
        }
    }

    #[test]
    fn values_are_put_in_where_they_stand() {
        for (text, expected) in [
            (r#"{"a": "<x>", "b": <y>, "c": "-<z>-"}"#, "{a: quoted <x>, b: <y>, c: text -<z>-}"),
            ("<x>", "<x>"),
            (" [ <x> , [ ] , { } ] ", "[<x>, [], {}]"),
            (r#""<x><y>""#, "text <x><y>"),
            (
                r#"["\u00fc\ud83d\ude00\n\"", -1.5e3, true, false, null, ""]"#,
                r#"["ü😀\n\"", -1500.0, true, false, null, ""]"#,
            ),
            ("7", "7"),
        ] {
            assert_eq!(read(&pieces(text)).map(|payload| shown(&payload)), Ok(expected.to_owned()), "{text}");
        }
    }

    #[test]
    fn everything_else_is_no_json_and_the_place_is_told() {
        for (text, at) in [
            ("", (0, 0)),
            ("{", (1, 0)),
            ("{a: 1}", (0, 1)),
            (r#"{"a" 1}"#, (0, 5)),
            (r#"{"a": 1,}"#, (0, 8)),
            (r#"{"a": 1, "a": 2}"#, (0, 9)),
            ("[1 2]", (0, 3)),
            ("[1,]", (0, 3)),
            ("[01]", (0, 1)),
            ("[1] x", (0, 4)),
            ("[yes]", (0, 1)),
            ("\"a", (0, 0)),
            (r#""\x""#, (0, 1)),
            (r#""\ud83d""#, (0, 1)),
            ("\"a\nb\"", (0, 2)),
            ("1<x>", (1, 0)),
            (r#"{"<x>": 1}"#, (0, 1)),
            ("{<x>}", (1, 0)),
            ("<x><y>", (1, 0)),
        ] {
            assert_eq!(read(&pieces(text)).map(|payload| shown(&payload)).unwrap_err().at, at, "{text}");
        }
        let deep = "[".repeat(100_000);
        assert!(read(&[Piece::Literal(deep)]).unwrap_err().message.contains("nested"));
    }

    /// Without expressions it reads what serde_json reads, and nothing else.
    #[test]
    fn it_agrees_with_serde_json() {
        let texts =
            [r#"{"a":[1,2.50,-0,1e2,"x",{"b":null}]}"#, "18446744073709551615", "123456789012345678901234567890"];
        let broken = ["tru", "nul", "[1", "{\"a\":}", "1.", ".5", "+1", "1e", "--1", "\"\t\"", "[]]", "\u{a0}1"];
        for text in texts.iter().chain(&broken) {
            let ours = read(&pieces(text)).ok().and_then(|payload| payload.constant());
            assert_eq!(ours, serde_json::from_str(text).ok(), "{text}");
        }
    }

    #[test]
    fn text_is_meant_to_be_json_when_it_begins_so() {
        for text in ["{\"a\":", " [", "\"a", "<x> and <y>", "\n<x>"] {
            assert!(is_meant(&pieces(text)), "{text}");
        }
        for text in ["hello <x>", "12<x>", "", "true"] {
            assert!(!is_meant(&pieces(text)), "{text}");
        }
    }

    #[test]
    fn values_inside_of_quotes_are_escaped() {
        let found = textual(pieces(r#"{"a\"<x>": [<y>], "b": "\\", <z>}"#));
        let kinds: String = found
            .iter()
            .map(|piece| match piece {
                TextPiece::Literal(_) => '.',
                TextPiece::Escaped(_) => 'e',
                TextPiece::Verbatim(_) => 'v',
            })
            .collect();
        assert_eq!(kinds, ".e.v.v.");
    }
}
