//! What the fuzzers found, in `fuzz/regressions`: a folder for each target.

use super::properties;
use std::path::Path;

#[test]
fn what_was_found_once_is_not_found_again() {
    type Holds = fn(&str);
    let targets: [(&str, Holds); 8] = [
        ("yaml", properties::yaml),
        ("expression", properties::expression),
        ("condition", properties::condition),
        ("template", properties::template),
        ("jsonpath", properties::jsonpath),
        ("xpath", properties::xpath),
        ("openapi", properties::openapi),
        ("compile", properties::compile),
    ];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/regressions");
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let folder = entry.expect("it can be listed").path();
        let target = targets.iter().find(|(name, _)| folder.ends_with(name));
        let (_, holds) = target.unwrap_or_else(|| panic!("{} is no target", folder.display()));
        for entry in std::fs::read_dir(&folder).expect("it is a folder") {
            let bytes = std::fs::read(entry.expect("it can be listed").path()).expect("it can be read");
            holds(&String::from_utf8_lossy(&bytes));
        }
    }
}

/// The properties themselves hold of what is right: the fuzzers do not chase after a mistake in them.
#[test]
fn the_properties_hold_of_right_documents() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |path: &str| std::fs::read_to_string(root.join(path)).expect("it can be read");
    let description = read("openapi/daytona-volumes-api-openapi.yml");
    let document = read("workflows/daytona-provision-volume-and-sandbox.yml");
    properties::yaml(&document);
    properties::openapi(&description);
    properties::compile(&format!("{document}\n=====\n{description}"));
    properties::expression("$steps.a.outputs.b#/c");
    properties::template("Bearer {$inputs.token}, $inputs.other");
    properties::condition("$.state == 'ready' && $response.body.items.length > 0");
    properties::jsonpath("$..[?@.a == 1]\n[{\"a\": 1}]");
    properties::xpath("//a[@b = '1']\n<r><a b='1'/></r>");
}
