//! Anchors and aliases: an alias is replaced by a copy of the node that it names.

use super::{Builder, Finished, Stop};
use crate::diagnostic::rules;
use crate::yaml::{Kind, MAX_DEPTH, Node};
use std::collections::HashMap;

/// What all copies of a document may weigh: a node counts as one, long texts for more. Ten lines of aliases to aliases
/// would otherwise fill any memory.
const BUDGET: usize = 1_000_000;

/// How many bytes of text weigh as much as a node.
const TEXT_UNIT: usize = 64;

/// The nodes that have an anchor, and what may still be copied.
pub(super) struct Anchors {
    /// By the parser's number of the anchor. `None` where even keeping the node was too much.
    nodes: HashMap<usize, Option<Node>>,
    left: usize,
}

impl Default for Anchors {
    fn default() -> Self {
        Self { nodes: HashMap::new(), left: BUDGET }
    }
}

impl Anchors {
    /// Keeps a node that has an anchor; 0 is none.
    pub(super) fn remember(&mut self, anchor: usize, node: &Node) {
        if anchor > 0 {
            let kept = self.copy(node).map(|(node, _)| node);
            self.nodes.insert(anchor, kept);
        }
    }

    /// A copy and how deep it is, when the budget allows it.
    fn copy(&mut self, node: &Node) -> Option<(Node, usize)> {
        let mut left = self.left;
        let depth = weigh(node, &mut left);
        self.left = left;
        Some((node.clone(), depth?))
    }
}

/// Takes the weight of a node from what is left, and gives its depth; `None` when too little is left.
fn weigh(node: &Node, left: &mut usize) -> Option<usize> {
    let text = |text: &str| 1 + text.len() / TEXT_UNIT;
    let own = match &node.kind {
        Kind::String(scalar) => text(&scalar.text),
        Kind::Map(map) => 1 + map.keys().map(text).sum::<usize>(),
        _ => 1,
    };
    *left = left.checked_sub(own)?;
    let mut depth = 0;
    match &node.kind {
        Kind::List(items) => {
            for item in items {
                depth = depth.max(weigh(item, left)?);
            }
        }
        Kind::Map(map) => {
            for (_, value) in map.iter() {
                depth = depth.max(weigh(value, left)?);
            }
        }
        _ => return Some(0),
    }
    Some(depth + 1)
}

impl Builder<'_, '_> {
    /// Puts a copy of the node with that anchor in place of an alias. The copy keeps the positions of the original: what is
    /// wrong in it is wrong there.
    pub(super) fn alias(&mut self, anchor: usize, start: usize, end: usize) -> Result<(), Stop> {
        self.end = end;
        let span = self.span(start, end);
        let Some(node) = self.anchors.nodes.get(&anchor).cloned() else {
            self.diagnostics.error(&rules::YAML, span, "this alias stands inside of what it names");
            return Err(Stop);
        };
        let Some((node, depth)) = node.and_then(|node| self.anchors.copy(&node)) else {
            self.diagnostics
                .error(&rules::YAML, span, "the aliases of this document expand to too much")
                .note(format!("they may stand for {BUDGET} values altogether"));
            return Err(Stop);
        };
        if self.open.len() + depth > MAX_DEPTH {
            return self.too_deep(span);
        }
        self.finish(Finished { node, anchor: 0, plain_text: None });
        Ok(())
    }
}

/// How many bytes of the text are anchors and tags, with the space and the comments around them.
pub(super) fn properties(raw: &str) -> usize {
    let mut rest = raw;
    loop {
        let trimmed = rest.trim_start();
        let word = match trimmed.as_bytes().first() {
            Some(b'&' | b'!') => trimmed.find(char::is_whitespace),
            Some(b'#') if trimmed.len() < raw.len() => trimmed.find('\n'),
            _ => return raw.len() - trimmed.len(),
        };
        match word {
            Some(end) => rest = &trimmed[end..],
            // A value that was left out behind an anchor stands where the anchor is.
            None => return 0,
        }
    }
}
