//! `docs/conformance.md`: each numbered rule, how it is met and which tests prove it.

use arazzo_compiler::diagnostic::{Level, rules};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// How many rules of each kind there are.
const COUNTS: [(char, usize); 3] = [('C', 95), ('R', 57), ('A', 40)];

struct Row {
    number: String,
    /// How the rule is met, as written.
    met: String,
    /// `path` or `path::function`
    tests: Vec<String>,
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is in the repository").to_owned()
}

fn rows() -> Vec<Row> {
    let path = repository().join("docs/conformance.md");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let row = |line: &str| {
        let cells: Vec<&str> = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ").collect();
        let number = cells.first()?;
        let is_number = number.len() > 1 && number[1..].bytes().all(|byte| byte.is_ascii_digit());
        if !is_number || !COUNTS.iter().any(|(kind, _)| number.starts_with(*kind)) {
            return None;
        }
        assert_eq!(cells.len(), if number.starts_with('A') { 4 } else { 5 }, "the cells of {number}");
        Some(Row {
            number: (*number).to_owned(),
            met: cells[cells.len() - 2].to_owned(),
            tests: in_backticks(cells[cells.len() - 1]).map(str::to_owned).collect(),
        })
    };
    text.lines().filter_map(row).collect()
}

fn in_backticks(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// Whether a text mentions a number, and not only one that begins so.
fn mentions(text: &str, number: &str) -> bool {
    text.match_indices(number).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let behind = text[at + number.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !behind.is_some_and(|char| char.is_ascii_digit())
    })
}

/// What stands directly above a function, and its first line.
fn head(text: &str, function: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let name = format!("fn {function}(");
    let at = lines.iter().position(|line| line.contains(&name))?;
    let is_above = |line: &&&str| {
        let line = line.trim_start();
        line.starts_with("//") || line.starts_with('#')
    };
    let above = lines[..at].iter().rev().take_while(is_above).count();
    Some(lines[at - above..=at].join("\n"))
}

/// Why a test does not prove a rule.
fn objection(number: &str, test: &str) -> Option<String> {
    let (path, function) = test.split_once("::").map_or((test, None), |(path, function)| (path, Some(function)));
    let Ok(text) = std::fs::read_to_string(repository().join(path)) else {
        return Some(format!("{number}: there is no file {path}"));
    };
    let named = match function {
        Some(function) => match head(&text, function) {
            Some(head) if head.contains("test") => head,
            Some(_) => return Some(format!("{number}: {test} is no test")),
            None => return Some(format!("{number}: there is no function {test}")),
        },
        None if path.ends_with(".yml") => text.lines().next().unwrap_or_default().to_owned(),
        None => return Some(format!("{number}: {test} names no test")),
    };
    (!mentions(&named, number)).then(|| format!("{number}: {test} does not say that it is about {number}"))
}

#[test]
fn every_number_has_one_row() {
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows() {
        *count.entry(row.number).or_default() += 1;
    }
    let expected = COUNTS.iter().flat_map(|(kind, last)| (1..=*last).map(move |number| (format!("{kind}{number}"), 1)));
    assert_eq!(count, expected.collect());
}

#[test]
fn every_row_has_tests_that_name_its_number() {
    let rows = rows();
    let without = rows.iter().filter(|row| row.tests.is_empty());
    let mut objections: Vec<String> = without.map(|row| format!("{}: no test", row.number)).collect();
    for row in &rows {
        objections.extend(row.tests.iter().filter_map(|test| objection(&row.number, test)));
    }
    assert!(objections.is_empty(), "\n{}", objections.join("\n"));
}

#[test]
fn every_named_diagnostic_exists_at_its_level() {
    for row in rows() {
        for part in row.met.split([',', ';']) {
            let level = match part {
                part if part.contains("error `") => Level::Error,
                part if part.contains("warning `") => Level::Warning,
                _ => continue,
            };
            let name = in_backticks(part).next().unwrap_or_default();
            let rule = rules::find(name).unwrap_or_else(|| panic!("{}: there is no rule `{name}`", row.number));
            assert_eq!(rule.level, level, "{}: `{name}`", row.number);
        }
    }
}

#[test]
fn a_number_is_no_part_of_another() {
    assert!(mentions("Rules C1, C12: x", "C1") && mentions("Rules C1, C12: x", "C12"));
    assert!(!mentions("Rule C12: x", "C1") && !mentions("Rule C1: x", "C12") && !mentions("ABC1", "C1"));
}
