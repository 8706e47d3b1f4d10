//! The command as people and programs run it.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const WRONG: &str = "arazzo: 1.0.1
info: { title: t, version: '1' }
sourceDescriptions: [{ name: api, url: api.yml }]
workflows:
- workflowId: w
  inputs: { type: object, properties: { unused: { type: string } } }
  steps:
  - stepId: a
    operationId: gte
";

const RIGHT: &str = "arazzo: 1.0.1
info: { title: t, version: '1' }
sourceDescriptions: [{ name: api, url: api.yml }]
workflows:
- workflowId: w
  inputs: { type: object, properties: { unused: { type: string } } }
  steps:
  - stepId: a
    operationId: get
";

const API: &str = "openapi: 3.1.0
info: { title: t, version: '1' }
servers: [{ url: 'https://t.example' }]
paths: { /things: { get: { operationId: get, responses: { '200': { description: d } } } } }
";

/// A folder of its own for a test, which goes when the test is over.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("cargo-arazzo-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        let folder = Self(path);
        for (name, text) in [("wrong.yml", WRONG), ("right.yml", RIGHT), ("api.yml", API)] {
            std::fs::write(folder.0.join(name), text).unwrap();
        }
        folder
    }

    fn run(&self, arguments: &str) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-arazzo"));
        command.current_dir(&self.0).args(arguments.split_whitespace()).output().unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(Path::new(&self.0));
    }
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn people_see_what_rustc_would_show() {
    let folder = Folder::new("people");
    let output = folder.run("arazzo check wrong.yml right.yml");
    assert_eq!(output.status.code(), Some(1));
    let text = out(&output);
    assert!(text.contains("error: no operation has the operationId `gte` in `api` [unknown_operation]"), "{text}");
    assert!(text.contains(" --> wrong.yml:9:18") && text.contains("did you mean `get`?"), "{text}");
    assert!(text.ends_with("2 documents checked: 1 error, 1 warning\n"), "{text}");
    let output = folder.run("check right.yml");
    assert_eq!(output.status.code(), Some(0), "a warning is no error");
    assert_eq!(folder.run("check right.yml --deny unused_input").status.code(), Some(1));
    assert_eq!(out(&folder.run("check right.yml --allow unused_input")), "1 document checked: 0 errors, 0 warnings\n");
}

#[test]
fn programs_read_one_object_a_line() {
    let folder = Folder::new("programs");
    let output = folder.run("check --format json wrong.yml");
    assert_eq!(output.status.code(), Some(1));
    let lines: Vec<Value> = out(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 1);
    let found = &lines[0];
    for (field, expected) in [
        ("rule", Value::from("unknown_operation")),
        ("level", "error".into()),
        ("message", "no operation has the operationId `gte` in `api`".into()),
        ("file", "wrong.yml".into()),
        ("line", 9.into()),
        ("column", 18.into()),
        ("end_line", 9.into()),
        ("end_column", 21.into()),
    ] {
        assert_eq!(found[field], expected, "{field}");
    }
    assert!(found["help"].is_array());
    assert_eq!(out(&folder.run("check --format json right.yml --allow unused_input")), "");
}

#[test]
fn code_scanning_reads_sarif() {
    let folder = Folder::new("sarif");
    let output = folder.run("check --format sarif wrong.yml right.yml");
    let log: Value = serde_json::from_str(&out(&output)).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let result = &run["results"][0];
    assert_eq!((&result["ruleId"], &result["level"]), (&"unknown_operation".into(), &"error".into()));
    let location = &result["locations"][0]["physicalLocation"];
    assert_eq!(location["artifactLocation"]["uri"], "wrong.yml");
    assert_eq!((&location["region"]["startLine"], &location["region"]["startColumn"]), (&9.into(), &18.into()));
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert!(rules.iter().any(|rule| rule["id"] == "unknown_operation"));
}

#[test]
fn a_workflow_is_drawn_and_expanded() {
    let folder = Folder::new("draw");
    let svg = out(&folder.run("graph right.yml"));
    assert!(svg.starts_with("<svg ") && svg.contains("GET /things"), "{svg}");
    let mermaid = out(&folder.run("graph right.yml --format mermaid"));
    assert!(mermaid.contains("flowchart TD") && mermaid.contains("step1 --> completed([Completed])"), "{mermaid}");
    let output = folder.run("graph right.yml --output drawing.svg");
    assert_eq!((output.status.code(), out(&output).as_str()), (Some(0), ""));
    assert_eq!(std::fs::read_to_string(folder.0.join("drawing.svg")).unwrap(), svg);
    let rust = out(&folder.run("expand right.yml"));
    assert!(rust.contains("pub async fn w(\n    client: &::arazzo::Client,\n    inputs: w::Inputs,\n)"), "{rust}");
    let output = folder.run("expand wrong.yml");
    assert_eq!((output.status.code(), out(&output).as_str()), (Some(1), ""));
    assert!(String::from_utf8_lossy(&output.stderr).contains("unknown_operation"));
}

#[test]
fn rules_are_explained() {
    let folder = Folder::new("explain");
    let text = out(&folder.run("explain unused_input"));
    assert!(text.starts_with("unused_input (warning)\n\nAn input is declared, "), "{text}");
    assert!(text.contains("\n\nWrong:\n    inputs: { type: object"), "{text}");
    assert!(text.contains("\n\nRight:\n    inputs: { type: object"), "{text}");
    assert!(!text.contains("```") && !text.contains("**"), "{text}");
    assert!(out(&folder.run("explain bare_jsonpath")).contains("`strict` makes it an error"));
    assert!(out(&folder.run("explain")).lines().count() > 60);
    let output = folder.run("explain unused_inputs");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "error: no rule is named `unused_inputs`; did you mean `unused_input`?\n"
    );
}

#[test]
fn what_cannot_be_read_is_an_error_of_the_document_and_a_wrong_command_one_of_the_command() {
    let folder = Folder::new("unreadable");
    let output = folder.run("check nothing.yml");
    assert_eq!(output.status.code(), Some(1));
    assert!(out(&output).contains("error: `nothing.yml` does not exist [unreadable_file]"), "{}", out(&output));
    let output = folder.run("chek right.yml");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("error: there is no command `chek`"));
    let output = folder.run("graph right.yml --output /nowhere/at/all.svg");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("`/nowhere/at/all.svg`"));
}
