//! From the characters that the parser counts to bytes.

use super::surrogates::Joined;
use saphyr_parser::Marker;

/// The byte of every 64th character: all of them would take four times the memory of the text.
pub(super) struct Offsets<'t> {
    joined: &'t Joined<'t>,
    /// Empty where characters are bytes.
    marks: Vec<u32>,
}

const STRIDE: usize = 64;

impl<'t> Offsets<'t> {
    pub(super) fn of(joined: &'t Joined<'t>) -> Self {
        let text = &joined.text;
        let marks = if text.is_ascii() {
            Vec::new()
        } else {
            text.char_indices().step_by(STRIDE).map(|(at, _)| u32::try_from(at).unwrap_or(u32::MAX)).collect()
        };
        Self { joined, marks }
    }

    /// The byte of the original text where a marker stands, always the first one of a character.
    pub(super) fn byte(&self, marker: &Marker) -> usize {
        self.joined.original(self.joined_byte(marker.index()))
    }

    fn joined_byte(&self, index: usize) -> usize {
        let text: &str = &self.joined.text;
        if self.marks.is_empty() {
            return index.min(text.len());
        }
        let Some(mark) = self.marks.get(index / STRIDE) else {
            return text.len();
        };
        let mark = *mark as usize;
        let rest = text.get(mark..).unwrap_or_default();
        let found = rest.char_indices().nth(index % STRIDE);
        found.map_or(text.len(), |(at, _)| mark + at)
    }
}
