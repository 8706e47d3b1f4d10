//! New values in the text of a document. All that is not replaced stays as it is written.

use super::XPathError;
use super::tree::{Node, Part};
use std::ops::Range;

/// Replaces the contents of nodes, which are in the order of the document.
pub(super) fn replace(xml: &str, nodes: &[Node<'_, '_>], text: &str) -> Result<String, XPathError> {
    // The document was read without what stands before it.
    let start = nodes.first().map_or("", |node| node.node.document().input_text()).len();
    let (before, xml) = xml.split_at(xml.len() - start);
    let mut replaced = before.to_owned();
    let mut at = 0;
    let mut edits = nodes.iter().map(|node| edit(xml, *node, text)).collect::<Result<Vec<_>, _>>()?;
    // The contents of an element stand behind its attributes.
    edits.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
    for (range, content) in edits {
        // What is inside of something that was replaced is gone.
        if range.start >= at {
            replaced.push_str(&xml[at..range.start]);
            replaced.push_str(&content);
            at = range.end;
        }
    }
    replaced.push_str(&xml[at..]);
    Ok(replaced)
}

/// Where the contents of a node stand, and what takes their place.
fn edit(xml: &str, node: Node<'_, '_>, text: &str) -> Result<(Range<usize>, String), XPathError> {
    if let Some(attribute) = node.attribute() {
        let range = attribute.range_value();
        let quote = xml[..range.start].chars().next_back().unwrap_or('"');
        return Ok((range, escape(text, Some(quote))));
    }
    let is_part = node.part == Part::Itself;
    if is_part && node.node.is_element() {
        let range = node.node.range();
        return Ok(match tags(&xml[range.clone()]) {
            (open, Some(close)) => (range.start + open..range.start + close, escape(text, None)),
            // `<a/>` gets an end tag.
            (open, None) => {
                let element = &xml[range.start..range.start + open];
                let start = element.trim_end_matches('>').trim_end_matches('/').trim_end();
                (range.start + start.len()..range.end, format!(">{}</{}>", escape(text, None), name(element)))
            }
        });
    }
    if is_part && node.node.is_text() {
        return Ok((range_of_text(xml, node.node), escape(text, None)));
    }
    Err(XPathError("only elements, attributes and texts can be replaced".to_owned()))
}

/// Where the start tag of an element ends, and where its end tag begins.
fn tags(element: &str) -> (usize, Option<usize>) {
    let mut quote = None;
    for (at, character) in element.char_indices() {
        match (quote, character) {
            (None, '"' | '\'') => quote = Some(character),
            (Some(open), _) if open == character => quote = None,
            (None, '>') => {
                let is_empty = element[..at].ends_with('/');
                return (at + 1, if is_empty { None } else { element.rfind("</") });
            }
            _ => {}
        }
    }
    (element.len(), None)
}

/// The name in a start tag, with its prefix.
fn name(element: &str) -> &str {
    let behind = element.trim_start_matches('<');
    behind
        .split(|character: char| character.is_whitespace() || matches!(character, '/' | '>'))
        .next()
        .unwrap_or_default()
}

/// A text reaches from what stands before it to what stands behind: it may be written in several parts.
fn range_of_text(xml: &str, text: roxmltree::Node<'_, '_>) -> Range<usize> {
    let parent = text.parent().map_or(0..xml.len(), |parent| parent.range());
    let (open, close) = tags(&xml[parent.clone()]);
    let start = text.prev_sibling().map_or(parent.start + open, |before| before.range().end);
    let end = text
        .next_sibling()
        .map_or(close.map_or(parent.end, |close| parent.start + close), |behind| behind.range().start);
    start..end.max(start)
}

/// A text as XML; between quotes where there are any.
fn escape(text: &str, quote: Option<char>) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' if quote == Some('"') => escaped.push_str("&quot;"),
            '\'' if quote == Some('\'') => escaped.push_str("&apos;"),
            '\r' => escaped.push_str("&#13;"),
            '\n' | '\t' if quote.is_some() => escaped.push_str(if character == '\n' { "&#10;" } else { "&#9;" }),
            // XML has no way to write these.
            '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}' => {}
            character => escaped.push(character),
        }
    }
    escaped
}
