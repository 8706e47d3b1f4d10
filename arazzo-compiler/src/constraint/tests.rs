//! A table of schemas and values, checked whole and as far as the types leave something to check.

use super::{Constraints, read};
use crate::diagnostic::{Diagnostics, Level};
use crate::library::{Arena, Library, Located};
use crate::openapi::Schema;
use crate::source::{FileId, Memory, Sources};
use crate::{types, yaml};
use serde_json::{Value, json};
use std::path::Path;

/// The table: each schema with the values that fit and those that do not.
fn cases() -> Vec<(Value, Vec<Value>, Vec<Value>)> {
    let mut diagnostics = Diagnostics::new();
    let tree = yaml::parse(FileId(0), include_str!("tests/cases.yml"), &mut diagnostics).expect("it is YAML");
    assert!(!diagnostics.has_errors(), "{diagnostics:?}");
    let values = |case: &yaml::Node, key: &str| -> Vec<Value> {
        let list = case.get(key).and_then(yaml::Node::as_list).expect("it has a list");
        list.iter().map(yaml::Node::to_json).collect()
    };
    let cases = tree.as_list().expect("it is a list").iter();
    cases
        .map(|case| {
            (case.get("schema").expect("it has a schema").to_json(), values(case, "right"), values(case, "wrong"))
        })
        .collect()
}

/// Reads a schema that has no mistake, and does something with it.
fn with<T>(schema: &Value, use_it: impl for<'a> FnOnce(Located<'a>, &Constraints, &Library<'a, '_>) -> T) -> T {
    let text = schema.to_string();
    let memory = Memory::of([("schema.json", text.as_str())]);
    let arena = Arena::default();
    let library = Library::new(&arena, Sources::new(&memory), Path::new(""));
    let mut diagnostics = Diagnostics::new();
    let root = library.load(Path::new("schema.json"), &mut diagnostics).ok().flatten().expect("it is JSON");
    let constraints = read(Some(root), &library, &mut diagnostics);
    assert!(diagnostics.is_empty(), "{schema}: {diagnostics:?}");
    use_it(root, &constraints, &library)
}

/// Rule C27: every keyword means what JSON Schema 2020-12 says.
/// Rule R3: values that fit are told from those that do not.
#[test]
fn keywords_mean_what_they_say() {
    let cases = cases();
    assert!(cases.len() > 80);
    for (schema, right, wrong) in cases {
        with(&schema, |root, constraints, library| {
            let violations = |value: &Value| constraints.violations(Schema::new(root, None, library), value);
            for value in &right {
                assert_eq!(violations(value), [], "{schema} {value}");
            }
            for value in &wrong {
                assert_ne!(violations(value), [], "{schema} {value}");
            }
        });
    }
}

/// Rule R3: what is left to check of a value that has the Rust type of its schema finds the same as the whole schema.
#[test]
fn nothing_is_lost_that_types_do_not_guarantee() {
    let (mut checked, mut left, mut spared) = (0, 0, 0);
    for (schema, right, wrong) in cases() {
        // References count from the root of the document.
        let mut inner = schema.clone();
        let definitions = inner.as_object_mut().and_then(|map| map.remove("$defs")).unwrap_or(json!({}));
        let whole = json!({"type": "object", "properties": {"a": inner}, "$defs": definitions});
        with(&whole, |root, constraints, library| {
            let mut diagnostics = Diagnostics::new();
            let schema_of_inputs = Schema::new(root, None, library);
            let (inputs, items) = types::of_schema(schema_of_inputs, constraints, library, &mut diagnostics);
            let has_errors = diagnostics.findings().iter().any(|finding| finding.level == Level::Error);
            assert!(!has_errors, "{schema}: {diagnostics:?}");
            let beyond = constraints.beyond(&inputs, &items);
            left += usize::from(beyond.is_some());
            spared += usize::from(beyond.is_none());
            for (value, fits) in right.iter().map(|value| (value, true)).chain(wrong.iter().map(|value| (value, false)))
            {
                if types::misfit(&items, value, &inputs.fields[0].kind).is_some() {
                    continue;
                }
                checked += 1;
                let found = beyond.as_ref().map(|beyond| beyond.violations(&json!({"a": value}))).unwrap_or_default();
                assert_eq!(found.is_empty(), fits, "{schema} {value}: {found:?}");
            }
        });
    }
    assert!(checked > 200 && left > 60 && spared > 8, "{checked} {left} {spared}");
}
