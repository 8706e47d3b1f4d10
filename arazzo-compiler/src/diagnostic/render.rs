//! How a finding looks: rustc's own renderer, drawn over the YAML.

use super::finding::shown_path;
use super::{Finding, Level};
use crate::source::{FileId, Sources, Span, char_boundary};
use annotate_snippets::{Annotation, AnnotationKind, Group, Renderer, Snippet};
use std::ops::Range;
use std::path::Path;

/// Lines that are longer are cut around what is marked.
const WIDTH: usize = 160;

/// No more than this many characters are marked, so that the cut line always shows the label too.
const LONGEST_MARK: usize = 80;

impl Finding {
    /// The finding as rustc would show it behind `error: `, without colours. A file path that begins with `root` is shown
    /// without it.
    pub fn render(&self, sources: &Sources<'_>, root: &Path) -> String {
        let level = match self.level {
            Level::Error => annotate_snippets::Level::ERROR,
            Level::Warning => annotate_snippets::Level::WARNING,
        };
        let title = format!("{} [{}]", self.message, self.rule.name);
        let mut group = Group::with_title(level.no_name().primary_title(title));
        let mut corrections = Vec::new();
        for file in self.files() {
            for marks in near(self.marks(file, sources), sources.text(file)) {
                let excerpt = Excerpt::new(file, marks, sources, root);
                corrections.extend(excerpt.correction());
                group = group.element(excerpt.snippet(sources.text(file)));
            }
        }
        for note in &self.notes {
            group = group.element(annotate_snippets::Level::NOTE.message(note));
        }
        for help in &self.help {
            group = group.element(annotate_snippets::Level::HELP.message(help));
        }
        let mut text = Renderer::plain().term_width(WIDTH).render(&[group]);
        for (wrong, right) in corrections {
            text = text.replacen(&wrong, &right, 1);
        }
        // The renderer pads some lines, and editors and golden files dislike that.
        let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
        lines.join("\n")
    }

    /// The files to show, that of the finding itself first.
    fn files(&self) -> Vec<FileId> {
        let mut files = vec![self.span.file];
        for (span, _) in &self.labels {
            if !files.contains(&span.file) {
                files.push(span.file);
            }
        }
        files
    }

    fn marks<'a>(&'a self, file: FileId, sources: &Sources<'_>) -> Vec<Mark<'a>> {
        let own = (AnnotationKind::Primary, self.span, self.label.as_deref());
        let others = self.labels.iter().map(|(span, text)| (AnnotationKind::Context, *span, Some(text.as_str())));
        std::iter::once(own)
            .chain(others)
            .filter(|(_, span, _)| span.file == file)
            .map(|(kind, span, text)| Mark { kind, range: marked(span, sources), text })
            .collect()
    }
}

/// Marks that are shown in one excerpt: those that are far from the first one get excerpts of their own.
fn near<'a>(marks: Vec<Mark<'a>>, text: &str) -> Vec<Vec<Mark<'a>>> {
    let mut groups: Vec<Vec<Mark<'a>>> = Vec::new();
    for mark in marks {
        let is_near = |group: &&mut Vec<Mark<'a>>| {
            let start = group.iter().map(|other| other.range.start).fold(mark.range.start, usize::min);
            let end = group.iter().map(|other| other.range.end).fold(mark.range.end, usize::max);
            end - start <= KEPT || (end - start <= FAR && text.get(start..end).is_some_and(has_short_lines))
        };
        match groups.iter_mut().find(is_near) {
            Some(group) => group.push(mark),
            None => groups.push(vec![mark]),
        }
    }
    groups
}

fn has_short_lines(text: &str) -> bool {
    text.lines().all(|line| line.len() <= KEPT)
}

struct Mark<'a> {
    kind: AnnotationKind,
    range: Range<usize>,
    text: Option<&'a str>,
}

/// What the renderer gets to see of a file. It looks at all of the text that it is given, and a description in JSON may
/// be one line of some megabytes.
struct Excerpt<'a> {
    path: String,
    first_line: usize,
    /// The bytes of the file.
    range: Range<usize>,
    /// How many characters of the line stand before it.
    cut: usize,
    /// Where the renderer says that the marks are.
    column: usize,
    marks: Vec<Mark<'a>>,
}

/// How much of a long line is kept around the marks, so that the renderer sees that there is more.
const KEPT: usize = 2 * WIDTH;

/// How many bytes may stand between marks that are shown in one excerpt.
const FAR: usize = 64 << 10;

impl<'a> Excerpt<'a> {
    fn new(file: FileId, marks: Vec<Mark<'a>>, sources: &Sources<'_>, root: &Path) -> Self {
        let position = |offset: usize| {
            let offset = u32::try_from(offset).unwrap_or(u32::MAX);
            sources.position(Span { file, start: offset, end: offset })
        };
        let first = marks.iter().map(|mark| mark.range.start).min().unwrap_or(0);
        let last = marks.iter().map(|mark| mark.range.end).max().unwrap_or(0);
        let (first_line, last_line) = (position(first).line, position(last).line);
        let mut range = sources.line_range(file, first_line).start..sources.line_range(file, last_line).end;
        let text = sources.text(file);
        let mut cut = 0;
        if first_line == last_line {
            range.start = range.start.max(char_boundary(text, first.saturating_sub(KEPT)));
            range.end = range.end.min(char_boundary(text, last.saturating_add(KEPT)));
            cut = position(range.start).column - 1;
        }
        range.end = range.end.max(range.start);
        // The finding itself comes first.
        let column = marks.first().map_or(1, |mark| position(mark.range.start).column);
        let whole = Span { file, start: 0, end: 0 };
        Self { path: shown_path(sources, whole, root).display().to_string(), first_line, range, cut, column, marks }
    }

    fn snippet(self, text: &'a str) -> Snippet<'a, Annotation<'a>> {
        let start = self.range.start;
        let annotations = self
            .marks
            .into_iter()
            .map(move |mark| mark.kind.span(mark.range.start - start..mark.range.end - start).label(mark.text));
        Snippet::source(text.get(self.range).unwrap_or_default())
            .line_start(self.first_line)
            .path(self.path)
            .annotations(annotations)
    }

    /// What the renderer will say about the place, and what it should say.
    fn correction(&self) -> Option<(String, String)> {
        let place = |column: usize| format!("{}:{}:{column}\n", self.path, self.first_line);
        (self.cut > 0).then(|| (place(self.column - self.cut), place(self.column)))
    }
}

/// What to mark of a span. A whole mapping would be framed by a bracket over many lines; its first line shows as well
/// which one is meant.
fn marked(span: Span, sources: &Sources<'_>) -> Range<usize> {
    let text = sources.text(span.file);
    let start = char_boundary(text, span.start as usize);
    let line = sources.line_range(span.file, sources.position(span).line);
    let start = start.min(line.end);
    let end = char_boundary(text, span.end as usize).clamp(start, line.end.max(start));
    let marked = text.get(start..end).unwrap_or_default();
    let longest = marked.char_indices().nth(LONGEST_MARK).map_or(marked.len(), |(at, _)| at);
    let marked = marked.get(..longest).unwrap_or_default().trim_end();
    start..start + marked.len()
}
