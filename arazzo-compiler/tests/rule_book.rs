//! The book of the rules says what the compiler does.

use arazzo_compiler::diagnostic::{Level, book, rules};
use arazzo_compiler::source::Memory;
use arazzo_compiler::{Compilation, Options, compile};
use std::path::Path;

/// What stands in a fence below a line that says what it is: `Wrong:`, `Right:` or the name of a file.
struct Example {
    label: String,
    text: String,
}

/// What stands below a heading of the third level, or of the second where there is none.
struct Section {
    heading: String,
    prose: String,
    examples: Vec<Example>,
}

impl Section {
    /// The files that the examples stand beside.
    fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.examples.iter().filter_map(|example| {
            let name = example.label.strip_prefix('`')?.strip_suffix("`:")?;
            Some((name, example.text.as_str()))
        })
    }

    /// The only example of that label.
    fn example(&self, label: &str) -> Result<&str, String> {
        let mut found = self.examples.iter().filter(|example| example.label == label);
        match (found.next(), found.next()) {
            (Some(example), None) => Ok(&example.text),
            (None, _) => Err(format!("`{}` has no example below a line `{label}`", self.heading)),
            (Some(_), Some(_)) => Err(format!("`{}` has two examples below a line `{label}`", self.heading)),
        }
    }
}

fn sections() -> Vec<Section> {
    let mut sections = Vec::new();
    let mut lines = book::TEXT.lines();
    let mut label = "";
    while let Some(line) = lines.next() {
        if let Some(heading) = line.strip_prefix("### ").or_else(|| line.strip_prefix("## ")) {
            sections.push(Section { heading: heading.to_owned(), prose: String::new(), examples: Vec::new() });
        }
        let Some(section) = sections.last_mut() else { continue };
        if line == "```yaml" {
            let text = lines.by_ref().take_while(|line| *line != "```").flat_map(|line| [line, "\n"]).collect();
            section.examples.push(Example { label: label.to_owned(), text });
        } else if !line.is_empty() {
            assert!(!line.starts_with("```"), "a fence of another language in `{}`", section.heading);
            label = line;
            if !line.starts_with('#') && section.examples.is_empty() {
                section.prose.push_str(line);
                section.prose.push('\n');
            }
        }
    }
    sections
}

const ROOT: [&str; 6] = ["arazzo", "$self", "info", "sourceDescriptions", "workflows", "components"];
const INPUTS: &str = "
  inputs:
    type: object
    required: [petId, name, token, limit, owner]
    properties:
      petId: { type: string }
      name: { type: string }
      token: { type: string }
      limit: { type: integer }
      owner: { type: object, required: [name], properties: { name: { type: string } } }
";

/// The document that an example is cut out of.
fn document(example: &str) -> String {
    let is_key = |line: &&str| !line.starts_with([' ', '-', '#']) && line.contains(':');
    let keys: Vec<&str> = example.lines().filter(is_key).filter_map(|line| line.split(':').next()).collect();
    let lacks = |names: &[&str]| !keys.iter().any(|key| names.contains(key));
    let of_root = |root: &str| {
        let mut text = root.to_owned();
        let mut unless = |key: &str, line: &str| {
            if lacks(&[key]) {
                text.push_str(line);
            }
        };
        unless("arazzo", "arazzo: 1.1.0\n");
        unless("info", "info: { title: Pets, version: 1.0.0 }\n");
        unless("sourceDescriptions", "sourceDescriptions: [{ name: pets, url: pets.yml, type: openapi }]\n");
        text
    };
    let of_workflow = |workflow: String| of_root(&format!("workflows:\n- workflowId: adopt{workflow}"));
    if !lacks(&ROOT) {
        let workflow = "workflows: [{ workflowId: adopt, steps: [{ stepId: list, operationId: listPets }] }]\n";
        return of_root(&format!("{example}{}", if lacks(&["workflows"]) { workflow } else { "" }));
    }
    if example.starts_with("- workflowId:") {
        return of_root(&format!("workflows:\n{example}"));
    }
    if example.starts_with("- stepId:") {
        return of_workflow(format!("{INPUTS}  steps:\n{}", indented(example, "  ")));
    }
    if !lacks(&["steps"]) {
        return of_workflow(format!("\n{}", indented(example, "  ")));
    }
    let id = if lacks(&["stepId"]) { "    stepId: step\n" } else { "" };
    of_workflow(format!("{INPUTS}  steps:\n  -\n{id}{}", indented(example, "    ")))
}

fn indented(text: &str, by: &str) -> String {
    text.lines().map(|line| format!("{by}{line}\n")).collect()
}

/// Compiles an example beside the files of its section and those that all sections have.
fn compiled(example: &str, section: &Section, common: &Section) -> Compilation {
    let text = document(example);
    let files = section.files().chain(common.files()).chain([("document.yml", text.as_str())]);
    let reader = Memory::of(files);
    // A source of another machine has a copy when there is a file that is named like it.
    let copies = section.files().filter(|_| example.contains("url: https://"));
    let sources = copies.filter_map(|(file, _)| Some((file.strip_suffix(".yml")?.to_owned(), file.into())));
    let on_request = rules::ON_REQUEST.iter().filter(|rule| rule.name == section.heading);
    let deny = on_request.map(|rule| rule.name.to_owned()).collect();
    let sources = sources.collect();
    compile(Path::new("document.yml"), &Options { reader: &reader, sources, deny, ..Options::default() })
}

#[test]
fn each_rule_has_a_section_and_each_section_a_rule() {
    let sections = sections();
    for rule in rules::ALL {
        let count = sections.iter().filter(|section| section.heading == rule.name).count();
        assert_eq!(count, 1, "docs/rules.md needs one section `### {}` with a wrong and a right example", rule.name);
        assert!(book::section(rule).is_some(), "{}", rule.name);
    }
    for section in sections.iter().filter(|section| !section.examples.is_empty()) {
        let is_known = rules::find(&section.heading).is_some() || section.heading == "The descriptions";
        assert!(is_known, "docs/rules.md has a section `{}`, and there is no such rule", section.heading);
    }
}

#[test]
fn the_levels_are_right() {
    for section in sections() {
        let Some(rule) = rules::find(&section.heading) else { continue };
        let level = if rule.level == Level::Error { "**Error.** " } else { "**Warning.** " };
        assert!(section.prose.starts_with(level), "the section `{}` of docs/rules.md begins `{level}`", rule.name);
    }
}

#[test]
fn the_lenient_readings_stand_together() {
    let (_, readings) = book::TEXT.split_once("\n## Lenient readings\n").expect("a part for them");
    let (readings, _) = readings.split_once("\n## ").expect("another part behind it");
    let stands = |name: &str| readings.contains(&format!("\n### {name}\n"));
    for rule in rules::ALL {
        assert_eq!(stands(rule.name), rules::READINGS.contains(rule), "{} in docs/rules.md", rule.name);
    }
}

/// A wrong example breaks its rule and no other, for one cause is one finding; of a right one nothing is said but that it leaves inputs of its frame alone.
#[test]
fn the_examples_are_what_they_say() {
    let sections = sections();
    let common = sections.iter().find(|section| section.heading == "The descriptions").expect("they are there");
    let mut mistakes = Vec::new();
    for section in &sections {
        let Some(rule) = rules::find(&section.heading) else { continue };
        match section.example("Wrong:") {
            Ok(wrong) => {
                let found = compiled(wrong, section, common).diagnostics;
                let others = found.iter().filter(|other| other.rule != rule && other.rule.name != "unused_input");
                mistakes
                    .extend(others.map(|other| format!("the wrong example of `{}` breaks more:\n{other}", rule.name)));
                if !found.iter().any(|found| found.rule == rule) {
                    let found: Vec<_> = found.iter().map(ToString::to_string).collect();
                    mistakes.push(format!(
                        "the wrong example of `{}` does not break it:\n{}",
                        rule.name,
                        found.join("\n")
                    ));
                }
            }
            Err(lack) => mistakes.push(lack),
        }
        match section.example("Right:") {
            Ok(right) => mistakes.extend(
                compiled(right, section, common)
                    .diagnostics
                    .iter()
                    .filter(|found| found.rule == rule || found.rule.name != "unused_input")
                    .map(|found| format!("in the right example of `{}`:\n{found}", rule.name)),
            ),
            Err(lack) => mistakes.push(lack),
        }
    }
    assert!(mistakes.is_empty(), "docs/rules.md:\n{}", mistakes.join("\n\n"));
}
