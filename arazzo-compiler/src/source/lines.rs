//! Where the lines of a text begin.

use std::ops::Range;

/// The first byte of each line.
#[derive(Debug)]
pub(super) struct Lines {
    starts: Vec<u32>,
}

impl Lines {
    pub(super) fn of(text: &str) -> Self {
        // A search costs less than a look at each byte, above all without optimization.
        let breaks = text.match_indices('\n').map(|(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX));
        Self { starts: std::iter::once(0).chain(breaks).collect() }
    }

    /// Line and column of a byte, both from 1, the column in characters.
    pub(super) fn line_and_column(&self, text: &str, offset: usize) -> (usize, usize) {
        let offset = char_boundary(text, offset);
        let line = self.starts.partition_point(|start| *start as usize <= offset);
        let start = self.start(line);
        let column = text.get(start..offset).map_or(0, |before| before.chars().count());
        (line, column + 1)
    }

    /// The bytes of a line without its line break.
    pub(super) fn range(&self, text: &str, line: usize) -> Range<usize> {
        let line = line.clamp(1, self.starts.len());
        let start = self.start(line);
        let end = self.starts.get(line).map_or(text.len(), |next| *next as usize - 1);
        let content = text.get(start..end).unwrap_or_default();
        start..start + content.strip_suffix('\r').unwrap_or(content).len()
    }

    fn start(&self, line: usize) -> usize {
        self.starts.get(line.saturating_sub(1)).map_or(0, |start| *start as usize)
    }
}

/// The offset, or the nearest one before it that is not inside a character.
pub(crate) fn char_boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}
