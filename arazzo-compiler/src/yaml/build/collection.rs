//! Lists and maps while they are read.

use super::{Builder, Finished, Stop};
use crate::diagnostic::{Diagnostics, rules};
use crate::yaml::{Key, Kind, MAX_DEPTH, Map, Node};
use std::collections::{HashMap, HashSet};

/// A collection that is open.
pub(super) struct Frame {
    anchor: usize,
    start: usize,
    /// In brackets or braces.
    flow: bool,
    content: Content,
}

pub(super) enum Content {
    List(Vec<Node>),
    Map(MapContent),
}

#[derive(Default)]
pub(super) struct MapContent {
    entries: Vec<(Key, Node)>,
    /// The values of `<<`.
    merged: Vec<Node>,
    /// The key whose value comes next.
    key: Option<MapKey>,
}

enum MapKey {
    Name(Key),
    Merge,
    /// One that has been reported.
    Invalid,
}

impl Content {
    pub(super) fn list() -> Self {
        Self::List(Vec::new())
    }

    pub(super) fn map() -> Self {
        Self::Map(MapContent::default())
    }
}

impl Builder<'_, '_> {
    /// Opens a collection. `start` is where its anchor or tag begins, `end` where its first entry or behind its bracket.
    pub(super) fn open(&mut self, content: Content, anchor: usize, start: usize, end: usize) -> Result<(), Stop> {
        // The parser takes the spaces behind a bracket as a part of it.
        let bracket = self.text.get(start..end).unwrap_or_default().trim_end();
        let flow = bracket.ends_with(['[', '{']);
        let start = if flow { start + bracket.len() - 1 } else { self.block_start(&content, end) };
        if self.open.len() >= MAX_DEPTH {
            let span = self.span(start, start);
            return self.too_deep(span);
        }
        self.open.push(Frame { anchor, start, flow, content });
        Ok(())
    }

    /// Where a block collection begins. Of a list that is not indented more than its key, the parser gives the place behind
    /// the first `-`.
    fn block_start(&self, content: &Content, start: usize) -> usize {
        let in_map = matches!(self.open.last(), Some(Frame { content: Content::Map(_), .. }));
        let dash = self.indicators(start).find(|at| self.text.as_bytes().get(*at) == Some(&b'-'));
        match dash {
            Some(dash) if in_map && matches!(content, Content::List(_)) => dash,
            _ => start,
        }
    }

    /// Closes the innermost collection, whose closing bracket, if it has one, stands at `bracket`.
    pub(super) fn close(&mut self, bracket: usize) {
        let Some(frame) = self.open.pop() else {
            return;
        };
        // A block collection ends with its last value, although the parser notices only when the next thing begins.
        self.end = match frame.flow {
            true => bracket + 1,
            false => self.end.max(frame.start),
        };
        let kind = match frame.content {
            Content::List(mut items) => {
                items.shrink_to_fit();
                Kind::List(items)
            }
            Content::Map(map) => Kind::Map(complete(map, self.diagnostics)),
        };
        let span = self.span(frame.start, self.end);
        self.finish(Finished { node: Node { span, kind }, anchor: frame.anchor, plain_text: None });
    }

    /// Puts a node into the innermost collection; `Err` gives it back when there is none.
    pub(super) fn add(&mut self, finished: Finished) -> Result<(), Finished> {
        let Some(frame) = self.open.last_mut() else {
            return Err(finished);
        };
        match &mut frame.content {
            Content::List(items) => items.push(finished.node),
            Content::Map(map) => match map.key.take() {
                None => map.key = Some(key(finished, self.diagnostics)),
                Some(MapKey::Name(key)) => map.entries.push((key, finished.node)),
                Some(MapKey::Merge) => map.merged.push(finished.node),
                Some(MapKey::Invalid) => {}
            },
        }
        Ok(())
    }

    /// Where the innermost collection in brackets begins.
    pub(super) fn open_bracket(&self) -> Option<usize> {
        self.open.iter().rev().find(|frame| frame.flow).map(|frame| frame.start)
    }
}

fn key(finished: Finished, diagnostics: &mut Diagnostics) -> MapKey {
    let Finished { node, plain_text, .. } = finished;
    let span = node.span;
    let text = match (plain_text, node.kind) {
        (Some(text), _) if text == "<<" => {
            diagnostics
                .error(&rules::YAML, span, "`<<` merges another map, and YAML 1.2 has no merge keys")
                .help("write the merged entries out");
            return MapKey::Merge;
        }
        (_, Kind::Null) => {
            diagnostics.error(&rules::YAML, span, "a key must be text, not null").help("put it in quotes");
            return MapKey::Invalid;
        }
        (_, kind @ (Kind::List(_) | Kind::Map(_))) => {
            let kind = Node { span, kind };
            diagnostics
                .error(&rules::YAML, span, format!("a key must be text, not {}", kind.kind_name()))
                .help("put text that begins with `{` or `[` in quotes");
            return MapKey::Invalid;
        }
        (Some(text), _) => text,
        (None, Kind::String(scalar)) => scalar.text,
        (None, Kind::Number(number)) => number.to_string(),
        (None, Kind::Bool(value)) => value.to_string(),
    };
    MapKey::Name(Key { text, span })
}

fn complete(map: MapContent, diagnostics: &mut Diagnostics) -> Map {
    let mut entries = without_duplicates(map.entries, diagnostics);
    // Merging although it has been refused spares the reader complaints about what is missing.
    let mut known: HashSet<String> = HashSet::new();
    if !map.merged.is_empty() {
        known.extend(entries.iter().map(|(key, _)| key.text.clone()));
    }
    for source in map.merged {
        let maps = match source.kind {
            Kind::Map(map) => vec![map],
            Kind::List(items) => items.into_iter().filter_map(into_map).collect(),
            _ => Vec::new(),
        };
        for (key, value) in maps.into_iter().flat_map(|map| map.entries) {
            if known.insert(key.text.clone()) {
                entries.push((key, value));
            }
        }
    }
    // Most maps of a description are small, and room for four entries would be most of what they take.
    entries.shrink_to_fit();
    Map { entries }
}

fn into_map(node: Node) -> Option<Map> {
    match node.kind {
        Kind::Map(map) => Some(map),
        _ => None,
    }
}

/// Reports keys that are there twice and keeps the first of them.
fn without_duplicates(entries: Vec<(Key, Node)>, diagnostics: &mut Diagnostics) -> Vec<(Key, Node)> {
    let mut first: HashMap<&str, &Key> = HashMap::with_capacity(entries.len());
    let mut repeated = Vec::new();
    for (index, (key, _)) in entries.iter().enumerate() {
        if let Some(first) = first.get(key.text.as_str()) {
            diagnostics
                .error(&rules::DUPLICATE_KEY, key.span, format!("the key `{}` is there twice", key.text))
                .also(first.span, "first here");
            repeated.push(index);
        } else {
            first.insert(&key.text, key);
        }
    }
    if repeated.is_empty() {
        return entries;
    }
    let mut repeated = repeated.into_iter().peekable();
    let kept = entries.into_iter().enumerate().filter(|(index, _)| repeated.next_if_eq(index).is_none());
    kept.map(|(_, entry)| entry).collect()
}
