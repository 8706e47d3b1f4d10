//! Each rule has a case among the ui-tests, so that somebody has read what it says.

use arazzo_compiler::diagnostic::rules;
use std::path::Path;

#[test]
fn every_rule_has_a_ui_test() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui-tests");
    let outputs: String = std::fs::read_dir(folder)
        .expect("the folder is there")
        .filter_map(|file| Some(file.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "stderr"))
        .map(|path| std::fs::read_to_string(path).expect("the output is text"))
        .collect();
    let shown = |name: &str| outputs.contains(&format!("[{name}]"));
    let missing: Vec<&str> = rules::ALL.iter().map(|rule| rule.name).filter(|name| !shown(name)).collect();
    assert!(missing.is_empty(), "no ui-test shows: {}", missing.join(", "));
}
