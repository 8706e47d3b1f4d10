//! The parser's complaints, said so that the reader knows what to change.

use crate::diagnostic::{Diagnostics, Finding, rules};
use crate::source::{FileId, Span, char_boundary};

/// Where the parser gave up.
pub(super) struct Place<'t> {
    pub(super) file: FileId,
    pub(super) text: &'t str,
    pub(super) at: usize,
    /// The bracket that is still open.
    pub(super) bracket: Option<Span>,
}

/// What the parser says contains one of these texts; then this is what we say, and how to mend it.
type Rewording = (&'static [&'static str], &'static str, &'static str);

const REWORDINGS: &[Rewording] = &[
    (
        &["tab cannot", "tabs disallowed", "start with a tab", "found a tab"],
        "a tab cannot be used as indentation",
        "indent with spaces",
    ),
    (&["followed by a valid YAML whitespace"], "a tab cannot stand here", "put a space behind `:` and `-`"),
    (
        &["mapping values are not allowed", "placement of ':'"],
        "a key and its value cannot begin here",
        "put text that contains `: ` in quotes; keys of one map must have the same indentation",
    ),
    (
        &["indentation in quoted", "unexpected end of stream", "unexpected document indicator"],
        "the text that begins with this quote never ends",
        "close the quote; further lines of quoted text must be indented more than their key",
    ),
    (
        &["trailing content after"],
        "there is text behind the closing quote",
        "put all of the text in quotes; inside of `'…'` a quote is written `''`, inside of `\"…\"` it is `\\\"`",
    ),
    (
        &["unknown escape", "hexadecimal number", "escape code"],
        "there is an escape in this text that YAML does not know",
        "write `\\\\` for a backslash, or put the text in single quotes, where a backslash is an ordinary character",
    ),
    (&["unexpected character"], "text cannot begin with this character", "put the text in quotes"),
    (
        &["scanning an anchor or alias"],
        "text cannot begin with `*` or `&`: they name an alias or an anchor",
        "put the text in quotes",
    ),
    (&["unknown anchor"], "no anchor of this name stands before this alias", "put text that begins with `*` in quotes"),
    (&["expected key"], "expected a key here", "keys of one map must have the same indentation"),
    (
        &["expected '-' indicator"],
        "expected `- ` here",
        "entries of one list begin with `- ` and have the same indentation",
    ),
    (
        &["block sequence entries", "is only valid inside a block"],
        "a list cannot begin here",
        "put each `- ` on a line of its own; put text that begins with `- ` in quotes",
    ),
    (&["mapping keys are not allowed"], "a key cannot begin here", "put text that begins with `? ` in quotes"),
    (&["comments must be separated"], "text cannot go on with `#` here", "put all of the text in quotes"),
    (&["expected ',' or '}'"], "expected `,` or `}`", "put text that begins with `{` in quotes"),
    (&["expected ',' or ']'"], "expected `,` or `]`", "put text that begins with `[` in quotes"),
    (
        &["misplaced bracket"],
        "there is nothing that this bracket could close",
        "put text that begins with a bracket in quotes",
    ),
    (&["expected node content"], "expected a value here", "put text that begins with `,` or a bracket in quotes"),
    (
        &["<document start>", "content after document end"],
        "the document has ended before this",
        "everything belongs to one map or list; check the indentation of this line",
    ),
    (
        &["block scalar, did not find"],
        "there is text behind the `|` or `>`",
        "begin the text on the next line, indented more than its key",
    ),
    (
        &["block scalar"],
        "a line of this text is indented wrongly",
        "indent all its lines by at least as much as the first one",
    ),
    (
        &["flow construct", "invalid indentation"],
        "this line must be indented more",
        "close the bracket, or indent what stands in it more than the line in which it begins",
    ),
    (&["TAG", "tag", "handle"], "this tag cannot be read", "put text that begins with `!` in quotes"),
    (&["recursion limit"], "brackets are nested too deep", "put text that contains brackets in quotes"),
    (
        &["byte order mark", "unprintable"],
        "there is a character that YAML does not allow",
        "remove it, or write it as an escape in double quotes",
    ),
];

impl Place<'_> {
    /// Reports what the parser says at this place.
    pub(super) fn report(&self, said: &str, diagnostics: &mut Diagnostics) {
        if said.contains("simple key expect") {
            let span = self.previous_line();
            diagnostics
                .error(&rules::YAML, span, "expected `:` behind this key")
                .help("a line of a map reads `key: value`; an entry of a list begins with `- `");
            return;
        }
        if said.contains("mapping values are not allowed") && self.bracket.is_none() {
            self.key_in_value(diagnostics);
            return;
        }
        let span = match said {
            _ if said.contains("tab") => self.tab().unwrap_or_else(|| self.span()),
            _ => self.span(),
        };
        let rewording = REWORDINGS.iter().find(|(texts, ..)| texts.iter().any(|text| said.contains(text)));
        let finding = match rewording {
            Some((_, message, help)) => diagnostics.error(&rules::YAML, span, *message).help(self.help(help)),
            None => diagnostics.error(&rules::YAML, span, format!("this is not YAML: {said}")),
        };
        self.show_bracket(said, finding);
    }

    /// A `:` where a value is being read: in the same line as its key, or behind it.
    fn key_in_value(&self, diagnostics: &mut Diagnostics) {
        let at = char_boundary(self.text, self.at);
        let line = self.text[..at].rfind('\n').map_or(0, |end| end + 1);
        let before = &self.text[line..at];
        if before.contains(": ") {
            diagnostics
                .error(&rules::YAML, self.span(), "a second `:` in this line would begin another key")
                .help("put text that contains `: ` in quotes");
            return;
        }
        let indentation = before.len() - before.trim_start().len();
        let key = self.bytes(line + indentation, line + before.trim_end().len().max(indentation));
        let finding =
            diagnostics.error(&rules::YAML, key, "a key cannot begin here: the one above it has a value already");
        match self.missing_space(line) {
            Some((place, indicator)) => {
                finding.also(place, format!("a space is missing behind this `{indicator}`"));
            }
            None => {
                finding.help("keys of one map must have the same indentation; put text that contains `: ` in quotes");
            }
        }
    }

    /// A `-` or `:` without a space behind it in the line before: that made text of what was meant to be a key.
    fn missing_space(&self, line: usize) -> Option<(Span, char)> {
        let end = line.checked_sub(1)?;
        let start = self.text[..end].rfind('\n').map_or(0, |end| end + 1);
        let before = &self.text[start..end];
        let indentation = before.len() - before.trim_start().len();
        let is_word = |char: char| char.is_alphanumeric() || matches!(char, '_' | '$');
        let entry = &before[indentation..];
        if let Some(rest) = entry.strip_prefix('-').filter(|rest| rest.starts_with(is_word)) {
            let dash = end - rest.len() - 1;
            return Some((self.bytes(dash, dash + 1), '-'));
        }
        let key = entry.trim_start_matches("- ");
        let colon = key.find(|char: char| !is_word(char)).filter(|at| key[*at..].starts_with(':'))?;
        let at = end - key.len() + colon;
        (colon > 0 && key[colon + 1..].starts_with(is_word)).then(|| (self.bytes(at, at + 1), ':'))
    }

    /// The tab that the parser means: it often names the word before.
    fn tab(&self) -> Option<Span> {
        let at = char_boundary(self.text, self.at);
        let rest = self.text.get(at..)?;
        let is_indentation = |(tab, _): &(usize, &str)| {
            let before = &self.text[..at + tab];
            before[before.rfind('\n').map_or(0, |end| end + 1)..].trim().is_empty()
        };
        let (tab, _) = rest
            .match_indices('\t')
            .next()
            .filter(|(tab, _)| *tab == 0)
            .or_else(|| rest.match_indices('\t').find(is_indentation))?;
        Some(self.bytes(at + tab, at + tab + 1))
    }

    /// A brace right before the place tells that a value like `{$inputs.id}/x` lacks its quotes.
    fn help<'a>(&self, help: &'a str) -> &'a str {
        let before = self.text.get(..self.at).unwrap_or_default();
        if before.trim_end_matches([' ', '\t']).ends_with('}') {
            "put text that begins with `{` in quotes"
        } else {
            help
        }
    }

    fn show_bracket(&self, said: &str, finding: &mut Finding) {
        if let Some(bracket) = self.bracket
            && (said.contains("expected ','") || said.contains("flow") || said.contains("placement of ':'"))
        {
            finding.also(bracket, "this bracket is still open");
        }
    }

    /// The character at the place, or the last one of the text.
    fn span(&self) -> Span {
        let at = char_boundary(self.text, self.at);
        let rest = self.text.get(at..).unwrap_or_default();
        match rest.chars().next() {
            Some(char) if char != '\n' && char != '\r' => self.bytes(at, at + char.len_utf8()),
            _ => {
                let before = self.text.get(..at).unwrap_or_default().trim_end();
                let last = before.chars().next_back().map_or(0, char::len_utf8);
                self.bytes(before.len() - last, before.len())
            }
        }
    }

    /// The words of the last line before the place.
    fn previous_line(&self) -> Span {
        let at = char_boundary(self.text, self.at);
        let before = self.text.get(..at).unwrap_or_default().trim_end();
        let line = before.rfind('\n').map_or(0, |at| at + 1);
        let indentation = before[line..].len() - before[line..].trim_start().len();
        self.bytes(line + indentation, before.len())
    }

    fn bytes(&self, start: usize, end: usize) -> Span {
        Span {
            file: self.file,
            start: u32::try_from(start).unwrap_or(u32::MAX),
            end: u32::try_from(end).unwrap_or(u32::MAX),
        }
    }
}
