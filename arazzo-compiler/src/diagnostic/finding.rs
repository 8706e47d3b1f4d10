//! Findings, and where the stages put them.

use super::{Diagnostic, Label, Level, Rule};
use crate::source::{Sources, Span, char_boundary};
use std::path::{Path, PathBuf};

/// What a check found.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The check.
    pub rule: &'static Rule,
    /// How much it matters.
    pub level: Level,
    /// What is wrong, in one line, without a full stop.
    pub message: String,
    /// Where.
    pub span: Span,
    /// The text behind the carets.
    pub label: Option<String>,
    /// Other places that belong to it.
    pub labels: Vec<(Span, String)>,
    /// What to write instead.
    pub help: Vec<String>,
    /// What else is worth knowing.
    pub notes: Vec<String>,
}

/// How many findings are shown. What is wrong more often than that has one cause, or is no document.
pub const MOST_FINDINGS: usize = 1_000;

/// How many findings are kept until it is known which are shown.
const MOST_KEPT: usize = 10 * MOST_FINDINGS;

/// Longer texts are cut in the middle: names can be as long as the file.
const LONGEST: usize = 1_200;

fn cut(text: String) -> String {
    if text.len() <= LONGEST {
        return text;
    }
    let start = char_boundary(&text, LONGEST / 2);
    let end = char_boundary(&text, text.len() - LONGEST / 4);
    format!("{}…{}", &text[..start], &text[end..])
}

impl Finding {
    /// Puts a text behind the carets.
    pub fn label(&mut self, text: impl Into<String>) -> &mut Self {
        self.label = Some(cut(text.into()));
        self
    }

    /// Puts "did you mean `x`?" behind the carets, when there is an `x`.
    pub fn did_you_mean(&mut self, suggestion: Option<&str>) -> &mut Self {
        if let Some(suggestion) = suggestion {
            self.label(format!("did you mean `{suggestion}`?"));
        }
        self
    }

    /// Points at another place too, in this or in another file.
    pub fn also(&mut self, span: Span, text: impl Into<String>) -> &mut Self {
        self.labels.push((span, cut(text.into())));
        self
    }

    /// Says what to write instead.
    pub fn help(&mut self, text: impl Into<String>) -> &mut Self {
        self.help.push(cut(text.into()));
        self
    }

    /// Says what else is worth knowing.
    pub fn note(&mut self, text: impl Into<String>) -> &mut Self {
        self.notes.push(cut(text.into()));
        self
    }

    /// The finding for users. A file path that begins with `root` is shown without it.
    pub fn resolve(&self, sources: &Sources<'_>, root: &Path) -> Diagnostic {
        let at = sources.position(self.span);
        Diagnostic {
            rule: self.rule,
            level: self.level,
            message: self.message.clone(),
            file: shown_path(sources, self.span, root),
            line: at.line,
            column: at.column,
            end_line: at.end_line,
            end_column: at.end_column,
            label: self.label.clone(),
            labels: self.labels.iter().map(|label| resolve_label(label, sources, root)).collect(),
            help: self.help.clone(),
            notes: self.notes.clone(),
            option: None,
            rendered: self.render(sources, root),
        }
    }
}

fn resolve_label((span, message): &(Span, String), sources: &Sources<'_>, root: &Path) -> Label {
    let at = sources.position(*span);
    Label {
        file: shown_path(sources, *span, root),
        line: at.line,
        column: at.column,
        end_line: at.end_line,
        end_column: at.end_column,
        message: message.clone(),
    }
}

pub(super) fn shown_path(sources: &Sources<'_>, span: Span, root: &Path) -> PathBuf {
    let path = sources.path(span.file);
    path.strip_prefix(root).unwrap_or(path).to_owned()
}

/// Collects what the checks find.
#[derive(Debug, Clone, Default)]
pub struct Diagnostics {
    findings: Vec<Finding>,
    /// The last of those that are one too many.
    beyond: Option<Box<Finding>>,
    /// How many those are.
    left_out: usize,
    /// Whether one of them was reported as an error.
    has_error: bool,
}

impl Diagnostics {
    /// Nothing found yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reports a finding at the level of its rule.
    pub fn report(&mut self, rule: &'static Rule, span: Span, message: impl Into<String>) -> &mut Finding {
        self.push(rule, rule.level, span, message.into())
    }

    /// Reports an error.
    pub fn error(&mut self, rule: &'static Rule, span: Span, message: impl Into<String>) -> &mut Finding {
        self.push(rule, Level::Error, span, message.into())
    }

    /// Reports a warning.
    pub fn warn(&mut self, rule: &'static Rule, span: Span, message: impl Into<String>) -> &mut Finding {
        self.push(rule, Level::Warning, span, message.into())
    }

    fn push(&mut self, rule: &'static Rule, level: Level, span: Span, message: String) -> &mut Finding {
        let finding = Finding {
            rule,
            level,
            message: cut(message),
            span,
            label: None,
            labels: Vec::new(),
            help: Vec::new(),
            notes: Vec::new(),
        };
        let at = self.findings.len();
        // That there is an error is never lost.
        if at >= MOST_KEPT && (level == Level::Warning || self.has_error) {
            self.left_out += 1;
            return self.beyond.insert(Box::new(finding));
        }
        self.has_error |= level == Level::Error;
        self.findings.push(finding);
        &mut self.findings[at]
    }

    /// Takes over the findings of another collector.
    pub fn append(&mut self, mut other: Diagnostics) {
        self.findings.append(&mut other.findings);
        self.left_out += other.left_out;
        self.has_error |= other.has_error;
    }

    /// Changes the level of each finding; `None` drops it.
    pub fn relevel(&mut self, mut level: impl FnMut(&Finding) -> Option<Level>) {
        self.findings.retain_mut(|finding| match level(finding) {
            Some(level) => {
                finding.level = level;
                true
            }
            None => false,
        });
    }

    /// The findings in the order in which they were reported.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The findings inside of a span.
    pub fn within(&self, span: Span) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(move |finding| span.contains(finding.span))
    }

    /// Whether there is an error at exactly this span.
    pub fn is_reported(&self, span: Span) -> bool {
        self.findings.iter().any(|finding| finding.level == Level::Error && finding.span == span)
    }

    /// Whether any finding is an error.
    pub fn has_errors(&self) -> bool {
        self.findings.iter().any(|finding| finding.level == Level::Error)
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// How many findings there are.
    pub fn len(&self) -> usize {
        self.findings.len()
    }

    /// The findings for users, in the order of files and lines, each once: what is wrong with a component or with the
    /// target of a YAML alias is found wherever it is used.
    pub fn finish(mut self, sources: &Sources<'_>, root: &Path) -> Vec<Diagnostic> {
        self.sort();
        let place = |finding: &Finding| sources.order(finding.span.file);
        self.findings.sort_by_key(place);
        self.findings.iter().map(|finding| finding.resolve(sources, root)).collect()
    }

    /// Keeps no more than [`MOST_FINDINGS`], errors before warnings, and says how many there were beyond that.
    pub fn limit(&mut self) -> usize {
        self.sort();
        let left_out = self.findings.len().saturating_sub(MOST_FINDINGS);
        if left_out > 0 {
            self.findings.sort_by_key(|finding| finding.level != Level::Error);
            self.findings.truncate(MOST_FINDINGS);
        }
        self.left_out += left_out;
        self.left_out
    }

    fn sort(&mut self) {
        self.findings.sort_by(|a, b| sort_key(a).cmp(&sort_key(b)));
        self.findings.dedup_by(|a, b| sort_key(a) == sort_key(b));
    }
}

fn sort_key(finding: &Finding) -> (Span, &str, &str) {
    (finding.span, finding.rule.name, &finding.message)
}
