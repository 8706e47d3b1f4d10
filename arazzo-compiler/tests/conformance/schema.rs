//! The tests of the specification's own repository (`tests/schema` of the branches v1.1-dev and v1.0-dev), rebuilt as
//! documents about a library: each has the construct under test of the official case whose name stands beside it.
//!
//! The official tests judge documents by a JSON Schema. Here the same verdicts come from the reading of the document:
//! `valid` ones must not have an error at that stage, `invalid` ones must, and of the right kind. What the schema cannot
//! see, because it is in another file or in an expression, is what [`SEEN_LATER`] lists.

use arazzo_compiler::diagnostic::{Diagnostics, Level, rules};
use arazzo_compiler::source::{Memory, Sources};
use arazzo_compiler::{Options, compile, document, yaml};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A valid document, and the official case that it stands for.
const VALID: &[(&str, &str)] = &[
    ("channel", "async-with-channel-path"),
    ("channel_without_source", "characterization-async-invalid-channelPath-string"),
    ("criterion", "openapi-success-criteria"),
    ("criterion_of_a_workflow", "workflow-success-criteria"),
    ("depends_on_a_step", "async-depends-on"),
    ("depends_on_another_document", "async-depends-on-across-document"),
    ("depends_on_another_workflow", "async-depends-on-cross-workflow"),
    ("input_from_components", "workflow-parameter-reusable-reference"),
    ("input_without_in", "workflow-parameter-without-in"),
    ("instalments", "bnpl-example"),
    ("instalments_of_1_0", "1.0: bnpl-example"),
    ("message_criterion", "asyncapi-success-criteria"),
    ("message_parameter", "async-parameter-with-in"),
    ("message_parameter_from_components", "async-parameter-reusable-reference"),
    ("message_without_action", "characterization-asyncapi-operationId-without-action"),
    ("operation_path", "openapi-operation-path"),
    ("operation_path_without_source", "characterization-openapi-invalid-operationPath-string"),
    ("parameter", "openapi-parameter-with-in"),
    ("parameter_from_components", "openapi-parameter-reusable-reference"),
    ("parameter_with_selector", "parameter-with-selector"),
    ("querystring", "parameter-with-static-querystring"),
    ("querystring_with_expression", "parameter-with-querystring-and-runtime-expr"),
    ("received_with_correlation", "async-correlation-id-for-receive-action"),
    ("received_without_correlation", "async-receive-without-correlation-id"),
    ("replacement_with_selector", "payload-replacement-using-selector"),
    ("request_with_action", "characterization-openapi-operationId-with-action"),
    ("request_with_correlation", "characterization-openapi-receive-with-correlationId"),
    ("requests_and_messages", "openapi-and-asyncapi"),
    ("smallest", "minimal"),
    ("smallest_with_messages", "minimal-async"),
    ("smallest_with_self", "minimal-with-self"),
    ("tokens", "oauth-example"),
    ("tokens_of_1_0", "1.0: oauth-example"),
    ("voucher", "pet-coupons-example"),
    ("voucher_of_1_0", "1.0: pet-coupons-example"),
    ("workflow", "workflow-minimal-step"),
    ("workflow_with_body", "characterization-workflow-step-with-requestBody"),
    ("xpath_31", "criterion-with-extended-xpath"),
];

/// An invalid document, the official case that it stands for, and the rules that it breaks.
const INVALID: &[(&str, &str, &[&str])] = &[
    ("channel_of_an_openapi", "channel-path-is-invalid-for-openapi", &["missing_field"]),
    ("channel_without_action", "async-channelPath-without-action", &["missing_field"]),
    ("correlation_of_a_sent_message", "invalid-async-correlation-id-non-receive-action", &["misplaced_field"]),
    ("depends_on_an_expression", "async-depends-on-invalid-reference", &["invalid_value"]),
    ("depends_on_nothing", "async-depends-on-empty", &["empty_list"]),
    ("depends_on_twice", "async-depends-on-duplicate-values", &["duplicate_entry"]),
    ("list_at_the_root", "not-an-object", &["wrong_type"]),
    ("list_at_the_root_of_1_0", "1.0: not-an-object", &["wrong_type"]),
    ("message_parameter_without_in", "invalid-async-parameter-without-in", &["missing_field"]),
    ("no_criteria", "invalid-openapi-success-criteria", &["empty_list"]),
    ("no_criteria_of_a_workflow", "invalid-workflow-success-criteria", &["empty_list"]),
    ("no_target", "openapi-missing-operation-target", &["missing_field"]),
    ("no_target_beside_a_workflow", "workflow-missing-workflowId", &["missing_field"]),
    ("operation_and_channel", "async-both-operationId-and-channelPath", &["exclusive_fields"]),
    ("operation_twice", "openapi-both-operationId-and-operationPath", &["exclusive_fields"]),
    ("parameter_without_in", "invalid-openapi-parameter-without-in", &["missing_field"]),
    ("querystring_without_value", "invalid-querystring-without-value", &["missing_field"]),
    ("same_input_twice", "workflow-duplicate-parameters", &["duplicate_parameter"]),
    ("same_parameter_twice", "openapi-duplicate-parameters", &["duplicate_parameter"]),
    ("selector_of_the_wrong_version", "invalid-expression-type-object", &["invalid_value", "unknown_field"]),
    ("selector_without_type", "invalid-selector-object", &["missing_field", "unknown_field"]),
    ("self_with_fragment", "invalid-self-fragment", &["invalid_value"]),
    ("unknown_action", "invalid-async", &["invalid_value"]),
    ("unknown_target_language", "invalid-targetSelectorType", &["invalid_value"]),
    ("version_2", "invalid-arazzo-version", &["missing_field", "wrong_type"]),
    ("version_2_of_1_0", "1.0: invalid-arazzo-version", &["missing_field", "wrong_type"]),
    ("workflow_and_channel", "workflow-step-with-channelPath", &["exclusive_fields"]),
    ("workflow_and_operation", "invalid-workflow-step-with-operationId", &["exclusive_fields"]),
    ("workflow_with_action", "workflow-step-with-action", &["misplaced_field"]),
];

/// What the rest of the compiler says about valid documents, where it says something.
const SEEN_LATER: &[(&str, &[&str])] = &[
    ("channel_without_source", &["error invalid_expression"]),
    // The source is `Books`.
    ("criterion", &["error unknown_source"]),
    // A step waits for one of a workflow that nothing runs.
    ("depends_on_another_document", &["warning unrun_workflow"]),
    ("depends_on_another_workflow", &["error invalid_expression", "warning unrun_workflow"]),
    ("input_from_components", &["warning unused_input"]),
    ("input_without_in", &["warning unused_input"]),
    ("instalments", INSTALMENTS),
    ("instalments_of_1_0", INSTALMENTS),
    ("message_without_action", &["error missing_field"]),
    ("operation_path", &["warning operation_path_form"]),
    ("operation_path_without_source", &["error invalid_expression"]),
    // There is no such step, and an output has a name.
    ("replacement_with_selector", &["error invalid_expression"]),
    ("request_with_action", &["error misplaced_field"]),
    ("request_with_correlation", &["error misplaced_field"]),
    ("requests_and_messages", &["warning dotted_access"]),
    ("tokens", &["warning bare_jsonpath"]),
    ("tokens_of_1_0", &["warning bare_jsonpath"]),
    // Parameters of other names than those of the operations.
    (
        "voucher",
        &[
            "error unknown_path_parameter",
            "warning callee_response",
            "warning undeclared_parameter",
            "warning unused_input",
        ],
    ),
    (
        "voucher_of_1_0",
        &[
            "error unknown_path_parameter",
            "warning callee_response",
            "warning undeclared_parameter",
            "warning unused_input",
        ],
    ),
    ("workflow_with_body", &["warning ignored_field"]),
];

/// `$response.headers`, an output that no step declares, a step that reads its own output, and objects between quotes.
const INSTALMENTS: &[&str] = &[
    "error invalid_expression",
    "error unknown_output",
    "warning dotted_access",
    "warning object_filter",
    "warning quoted_structure",
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/schema")
}

fn text(kind: &str, name: &str) -> String {
    let path = folder().join(kind).join(name).with_extension("yml");
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The errors of the reading of a document: the stages `yaml` and `document`, which know of no other file.
fn structural_errors(text: &str) -> BTreeSet<&'static str> {
    let memory = Memory::of([("w.yml", text)]);
    let file = Sources::new(&memory).load(Path::new("w.yml")).expect("it is in memory");
    let mut diagnostics = Diagnostics::new();
    if let Some(root) = yaml::parse(file, text, &mut diagnostics) {
        document::read(&root, &mut diagnostics);
    }
    let errors = diagnostics.findings().iter().filter(|finding| finding.level == Level::Error);
    errors.map(|finding| finding.rule.name).collect()
}

#[test]
fn every_document_is_in_a_list() {
    let listed = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect::<BTreeSet<_>>();
    let there = |kind: &str| -> BTreeSet<String> {
        let files = std::fs::read_dir(folder().join(kind)).expect("the folder is there");
        let stem = |path: PathBuf| Some(path.file_stem()?.to_str()?.to_owned());
        files.filter_map(|file| stem(file.ok()?.path())).collect()
    };
    assert_eq!(there("valid"), listed(VALID.iter().map(|(name, _)| *name).collect()));
    assert_eq!(there("invalid"), listed(INVALID.iter().map(|(name, ..)| *name).collect()));
    let official: BTreeSet<&str> =
        VALID.iter().map(|(_, official)| *official).chain(INVALID.iter().map(|(_, official, _)| *official)).collect();
    assert_eq!(official.len(), 35 + 27 + 3 + 2, "as many as the specification's repository has");
}

#[test]
fn valid_documents_have_no_structural_error() {
    for (name, official) in VALID {
        assert_eq!(structural_errors(&text("valid", name)), BTreeSet::new(), "{name}, as {official}");
    }
}

#[test]
fn invalid_documents_have_the_structural_error_that_they_are_for() {
    for (name, official, broken) in INVALID {
        let expected: BTreeSet<&str> = broken.iter().copied().collect();
        assert_eq!(structural_errors(&text("invalid", name)), expected, "{name}, as {official}");
    }
}

/// Which rules the whole compiler names for a document beside its sources, but for features that are not supported.
fn found_by_the_compiler(name: &str) -> BTreeSet<String> {
    let read = |path: &str| std::fs::read_to_string(folder().join(path)).expect("the source is there");
    let sources = ["books", "branch", "instalments", "news", "readers", "tokens", "vouchers"];
    let mut files: Vec<(String, String)> =
        sources.iter().map(|name| (format!("{name}.yml"), read(&format!("sources/{name}.yml")))).collect();
    files.push(("w.yml".to_owned(), text("valid", name)));
    let reader = Memory::of(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let options = Options { reader: &reader, ..Options::default() };
    let compilation = compile(Path::new("w.yml"), &options);
    let others = compilation.diagnostics.iter().filter(|found| found.rule != &rules::UNSUPPORTED);
    others
        .map(|found| {
            let level = if found.level == Level::Error { "error" } else { "warning" };
            format!("{level} {}", found.rule.name)
        })
        .collect()
}

#[test]
fn what_the_json_schema_cannot_see_is_found_later() {
    let mut wrong = Vec::new();
    for (name, official) in VALID {
        let seen = SEEN_LATER.iter().find(|(seen, _)| seen == name);
        let expected: BTreeSet<String> =
            seen.iter().flat_map(|(_, found)| *found).map(|found| (*found).to_owned()).collect();
        let found = found_by_the_compiler(name);
        if found != expected {
            wrong.push(format!("{name}, as {official}: {found:?}, not {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
