//! Where the lines of a text begin.

use std::ops::Range;

/// The first byte of each line.
#[derive(Debug)]
pub(super) struct Lines {
    starts: Vec<u32>,
    /// How many characters begin before each block of bytes: a line can be as long as the file. Empty where characters are
    /// bytes.
    characters: Vec<u32>,
}

const BLOCK: usize = 256;

impl Lines {
    pub(super) fn of(text: &str) -> Self {
        // A search costs less than a look at each byte, above all without optimization.
        let breaks = text.match_indices('\n').map(|(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX));
        let mut characters = Vec::new();
        if !text.is_ascii() {
            let mut before = 0;
            for block in text.as_bytes().chunks(BLOCK) {
                characters.push(before);
                before += count(block);
            }
        }
        Self { starts: std::iter::once(0).chain(breaks).collect(), characters }
    }

    /// Line and column of a byte, both from 1, the column in characters.
    pub(super) fn line_and_column(&self, text: &str, offset: usize) -> (usize, usize) {
        let offset = char_boundary(text, offset);
        let line = self.starts.partition_point(|start| *start as usize <= offset);
        let start = self.start(line);
        let column = self.before(text, offset).saturating_sub(self.before(text, start));
        (line, column + 1)
    }

    /// How many characters begin before a byte.
    fn before(&self, text: &str, offset: usize) -> usize {
        let block = offset / BLOCK;
        match self.characters.get(block).or(self.characters.last()) {
            None => offset,
            Some(before) => {
                let start = block.min(self.characters.len() - 1) * BLOCK;
                *before as usize + text.as_bytes().get(start..offset).map_or(0, count) as usize
            }
        }
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

/// How many characters begin in these bytes of a text.
fn count(bytes: &[u8]) -> u32 {
    let begin = bytes.iter().filter(|byte| !(0x80..0xC0).contains(*byte));
    u32::try_from(begin.count()).unwrap_or(u32::MAX)
}

/// The offset, or the nearest one before it that is not inside a character.
pub(crate) fn char_boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}
