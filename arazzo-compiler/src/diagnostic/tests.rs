//! How findings look, and in which order they come.

use super::*;
use crate::source::{FileId, Memory, Span};

fn sources(memory: &Memory) -> crate::source::Sources<'_> {
    let mut sources = crate::source::Sources::new(memory);
    for path in memory.0.keys() {
        sources.load(path).expect("it is there");
    }
    sources
}

fn span(sources: &crate::source::Sources<'_>, file: u32, part: &str) -> Span {
    let file = FileId(file);
    let start = sources.text(file).find(part).expect("the part is there");
    Span { file, start: start as u32, end: (start + part.len()) as u32 }
}

#[test]
fn a_finding_looks_like_rustc() {
    let text = format!("{}        stepId: pollBiuld\n", "\n".repeat(111));
    let memory = Memory::of([("/p/workflows/a.yml", text.as_str())]);
    let sources = sources(&memory);
    let mut diagnostics = Diagnostics::new();
    diagnostics
        .error(&rules::INVALID_VALUE, span(&sources, 0, "pollBiuld"), "no step `pollBiuld` in workflow `w`")
        .did_you_mean(Some("pollBuild"))
        .note("the steps are: `pollBuild`")
        .help("write it right");
    let diagnostic = diagnostics.finish(&sources, Path::new("/p")).remove(0);
    assert_eq!(
        diagnostic.rendered,
        "\
no step `pollBiuld` in workflow `w` [invalid_value]
   --> workflows/a.yml:112:17
    |
112 |         stepId: pollBiuld
    |                 ^^^^^^^^^ did you mean `pollBuild`?
    |
    = note: the steps are: `pollBuild`
    = help: write it right"
    );
    assert_eq!(diagnostic.file, Path::new("workflows/a.yml"));
    assert_eq!((diagnostic.line, diagnostic.column, diagnostic.end_line, diagnostic.end_column), (112, 17, 112, 26));
}

#[test]
fn other_places_are_shown_also_in_other_files() {
    let memory = Memory::of([("a.yml", "a: 1\nb: 2\nc: 3\nd: 4\ne: 5\na: 6\n"), ("b.yml", "x:\n  y: z\n")]);
    let sources = sources(&memory);
    let mut diagnostics = Diagnostics::new();
    diagnostics
        .error(&rules::DUPLICATE_KEY, span(&sources, 0, "a: 6"), "twice")
        .also(span(&sources, 0, "a: 1"), "first here")
        .also(span(&sources, 1, "y: z"), "and here");
    assert_eq!(
        diagnostics.findings()[0].render(&sources, Path::new("")),
        "\
twice [duplicate_key]
 --> a.yml:6:1
  |
1 | a: 1
  | ---- first here
...
6 | a: 6
  | ^^^^
  |
 ::: b.yml:2:3
  |
2 |   y: z
  |   ---- and here"
    );
}

#[test]
fn a_mapping_is_marked_by_its_first_line() {
    let memory = Memory::of([("a.yml", "s:\n  - stepId: ä   \n    x: 1\n")]);
    let sources = sources(&memory);
    let mut diagnostics = Diagnostics::new();
    diagnostics.error(&rules::MISSING_FIELD, span(&sources, 0, "stepId: ä   \n    x: 1"), "no target");
    let diagnostic = diagnostics.finish(&sources, Path::new("")).remove(0);
    assert_eq!(
        diagnostic.rendered,
        "\
no target [missing_field]
 --> a.yml:2:5
  |
2 |   - stepId: ä
  |     ^^^^^^^^^"
    );
    assert_eq!((diagnostic.end_line, diagnostic.end_column), (3, 9));
}

#[test]
fn long_lines_are_cut_around_the_mark() {
    let text = format!("{{\"a\": \"{}\", \"b\": \"here\", \"c\": \"{}\"}}", "x".repeat(3000), "y".repeat(3000));
    let memory = Memory::of([("a.json", text.as_str())]);
    let sources = sources(&memory);
    for part in ["here", &text] {
        let mut diagnostics = Diagnostics::new();
        diagnostics.error(&rules::YAML, span(&sources, 0, part), "wrong").label("did you mean `there`?");
        let rendered = diagnostics.findings()[0].render(&sources, Path::new(""));
        assert!(rendered.lines().all(|line| line.len() <= 200), "{rendered}");
        assert!(rendered.contains("did you mean"), "{rendered}");
        assert!(rendered.contains(if part == "here" { "a.json:1:3017" } else { "a.json:1:1" }), "{rendered}");
    }
}

#[test]
fn any_span_can_be_rendered() {
    for text in ["", "a", "\n", "a\r\n\tb\r\n", "ä\u{202e}\0\u{1b}[1m", "👩‍👩‍👧 x"] {
        let memory = Memory::of([("a.yml", text)]);
        let sources = sources(&memory);
        for start in 0..=text.len() as u32 + 2 {
            for end in 0..=text.len() as u32 + 2 {
                for file in [0, 1] {
                    let span = Span { file: FileId(file), start, end };
                    let mut diagnostics = Diagnostics::new();
                    diagnostics.error(&rules::YAML, span, "m").label("l").also(span, "again");
                    let rendered = diagnostics.finish(&sources, Path::new("")).remove(0).rendered;
                    assert!(!rendered.contains('\u{1b}'), "{rendered}");
                }
            }
        }
    }
}

#[test]
fn findings_come_sorted_and_once() {
    let memory = Memory::of([("a.yml", "one two")]);
    let sources = sources(&memory);
    let mut diagnostics = Diagnostics::new();
    let (one, two) = (span(&sources, 0, "one"), span(&sources, 0, "two"));
    diagnostics.report(&rules::YAML, two, "2");
    diagnostics.warn(&rules::IGNORED_FIELD, one, "1");
    let mut more = Diagnostics::new();
    more.error(&rules::YAML, two, "2").help("the same");
    diagnostics.append(more);
    assert!(diagnostics.has_errors());
    let mut lenient = diagnostics.clone();
    lenient.relevel(|finding| (finding.level == Level::Warning).then_some(Level::Warning));
    assert!(!lenient.has_errors());
    let messages: Vec<_> =
        diagnostics.finish(&sources, Path::new("")).into_iter().map(|diagnostic| diagnostic.message).collect();
    assert_eq!(messages, ["1", "2"]);
}

#[test]
fn suggestions() {
    let ids = ["pollBuild", "createSandbox", "get_pet", "a"];
    assert_eq!(suggest("pollBiuld", ids), Some("pollBuild"));
    assert_eq!(suggest("POLL_BUILD", ids), Some("pollBuild"));
    assert_eq!(suggest("getPet", ids), Some("get_pet"));
    assert_eq!(suggest("getSandbox", ids), None, "that is another word");
    assert_eq!(suggest("b", ids), None);
    assert_eq!(suggest("", ids), None);
    assert_eq!(suggest("successCriterion", ["successCriteria", "onSuccess"]), Some("successCriteria"));
}

#[test]
fn rules_have_distinct_names() {
    for (index, rule) in rules::ALL.iter().enumerate() {
        assert!(rules::ALL[..index].iter().all(|other| other.name != rule.name), "{}", rule.name);
        assert_eq!(rules::find(rule.name), Some(*rule));
    }
    assert_eq!(rules::find("nonsense"), None);
}
