//! How a finding looks: rustc's own renderer, drawn over the YAML.

use super::finding::shown_path;
use super::{Finding, Level};
use crate::source::{FileId, Sources, Span, char_boundary};
use annotate_snippets::{AnnotationKind, Group, Renderer, Snippet};
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
        for (index, file) in self.files().into_iter().enumerate() {
            let marks = self.marks(file, sources);
            if index == 0 || !marks.is_empty() {
                group = group.element(snippet(file, marks, sources, root));
            }
        }
        for note in &self.notes {
            group = group.element(annotate_snippets::Level::NOTE.message(note));
        }
        for help in &self.help {
            group = group.element(annotate_snippets::Level::HELP.message(help));
        }
        let text = Renderer::plain().term_width(WIDTH).render(&[group]);
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

struct Mark<'a> {
    kind: AnnotationKind,
    range: Range<usize>,
    text: Option<&'a str>,
}

/// Only the lines from the first to the last mark go to the renderer, which looks at all of the text that it is given.
fn snippet<'a>(
    file: FileId,
    marks: Vec<Mark<'a>>,
    sources: &'a Sources<'_>,
    root: &Path,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let text = sources.text(file);
    let line_of = |offset: usize| {
        let offset = u32::try_from(offset).unwrap_or(u32::MAX);
        let at = Span { file, start: offset, end: offset };
        sources.position(at).line
    };
    let first_line = marks.iter().map(|mark| line_of(mark.range.start)).min().unwrap_or(1);
    let last_line = marks.iter().map(|mark| line_of(mark.range.end)).max().unwrap_or(1);
    let start = sources.line_range(file, first_line).start;
    let end = sources.line_range(file, last_line).end.max(start);
    let span = Span { file, start: 0, end: 0 };
    let path = shown_path(sources, span, root).display().to_string();
    Snippet::source(text.get(start..end).unwrap_or_default()).line_start(first_line).path(path).annotations(
        marks.into_iter().map(|mark| mark.kind.span(mark.range.start - start..mark.range.end - start).label(mark.text)),
    )
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
