//! From the parser's events to the tree.

mod alias;
mod collection;
mod scalar;

use super::offsets::Offsets;
use super::surrogates::Joined;
use super::{MAX_DEPTH, MAX_VALUES, Node, message};
use crate::diagnostic::{Diagnostics, rules};
use crate::source::{FileId, Span};
use alias::Anchors;
use collection::{Content, Frame};
use saphyr_parser::{Event, Parser, StrInput};

/// Builds the tree without recursion: how deep a document goes is its author's choice.
pub(super) struct Builder<'t, 'd> {
    file: FileId,
    text: &'t str,
    offsets: Offsets<'t>,
    parser: Parser<'t, StrInput<'t>>,
    diagnostics: &'d mut Diagnostics,
    /// The collections that are open, the innermost last.
    open: Vec<Frame>,
    anchors: Anchors,
    root: Option<Node>,
    /// How many values were read.
    values: usize,
    /// Where the last value ended.
    end: usize,
}

/// Reading cannot go on. It has been reported.
struct Stop;

/// A node that is complete.
struct Finished {
    node: Node,
    /// The parser's number of its anchor; 0 for none.
    anchor: usize,
    /// How a scalar without quotes is written: as a key, `200` and `1.0` are text.
    plain_text: Option<String>,
}

impl<'t, 'd> Builder<'t, 'd> {
    /// Spans will be those of `text`; what is read is `joined`.
    pub(super) fn new(file: FileId, text: &'t str, joined: &'t Joined<'t>, diagnostics: &'d mut Diagnostics) -> Self {
        Self {
            file,
            text,
            offsets: Offsets::of(joined),
            parser: Parser::new_from_str(&joined.text),
            diagnostics,
            open: Vec::new(),
            anchors: Anchors::default(),
            root: None,
            values: 0,
            end: 0,
        }
    }

    /// Reads the document.
    pub(super) fn document(mut self) -> Option<Node> {
        self.events().ok()?;
        if self.root.is_none() {
            let start = self.span(0, 0);
            self.diagnostics.error(&rules::YAML, start, "the document is empty");
        }
        self.root
    }

    fn events(&mut self) -> Result<(), Stop> {
        while let Some(event) = self.parser.next_event() {
            let (event, at) = event.map_err(|error| {
                let at = self.offsets.byte(error.marker());
                let bracket = self.open_bracket().map(|start| self.span(start, start + 1));
                message::Place { file: self.file, text: self.text, at, bracket }.report(error.info(), self.diagnostics);
                Stop
            })?;
            let (start, end) = (self.offsets.byte(&at.start), self.offsets.byte(&at.end));
            self.values += 1;
            if self.values > MAX_VALUES {
                return self.too_many(start);
            }
            match event {
                Event::Nothing | Event::StreamStart | Event::DocumentEnd => {}
                Event::StreamEnd => break,
                Event::DocumentStart(_) if self.root.is_none() => {}
                Event::DocumentStart(_) => {
                    // Whether the second document is well-formed does not matter any more.
                    self.second_document(start, end);
                    break;
                }
                Event::Alias(anchor) => self.alias(anchor, start, end)?,
                Event::Scalar(text, style, anchor, tag) => {
                    let finished =
                        self.scalar(&scalar::Raw { text: &text, style, anchor, tag: tag.as_deref(), start, end });
                    self.finish(finished);
                }
                Event::SequenceStart(anchor, tag) => {
                    self.collection_tag(tag.as_deref(), "seq", start, end);
                    self.open(Content::list(), anchor, start, end)?;
                }
                Event::MappingStart(anchor, tag) => {
                    self.collection_tag(tag.as_deref(), "map", start, end);
                    self.open(Content::map(), anchor, start, end)?;
                }
                Event::SequenceEnd | Event::MappingEnd => self.close(start),
            }
        }
        Ok(())
    }

    fn second_document(&mut self, start: usize, end: usize) {
        let span = self.span(start, end);
        self.diagnostics
            .error(&rules::YAML, span, "a second document begins here")
            .help("a file holds one document: put the second one into a file of its own");
    }

    /// Puts a complete node where it belongs.
    fn finish(&mut self, finished: Finished) {
        self.anchors.remember(finished.anchor, &finished.node);
        if let Err(root) = self.add(finished) {
            // A document of nothing but `---` and comments is one empty scalar for the parser.
            let is_nothing = root.node.is_null() && root.plain_text.as_deref() == Some("");
            self.root = (!is_nothing).then_some(root.node);
        }
    }

    fn too_deep(&mut self, span: Span) -> Result<(), Stop> {
        let message = format!("lists and maps are nested more than {MAX_DEPTH} deep");
        self.diagnostics.error(&rules::YAML, span, message);
        Err(Stop)
    }

    fn too_many(&mut self, at: usize) -> Result<(), Stop> {
        let span = self.span(at, at);
        self.diagnostics
            .error(&rules::YAML, span, format!("the file holds more than {MAX_VALUES} values"))
            .label("this is where reading stopped")
            .help("split the file: what is used of another one can be referred to by `$ref`");
        Err(Stop)
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span {
            file: self.file,
            start: u32::try_from(start).unwrap_or(u32::MAX),
            end: u32::try_from(end.max(start)).unwrap_or(u32::MAX),
        }
    }
}
