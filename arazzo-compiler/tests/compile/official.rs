//! The examples of the specification's repository: corrected they compile, and each mistake of the published ones is found
//! once it is put back.

use crate::support::found;
use arazzo_compiler::source::Memory;
use arazzo_compiler::{Options, compile};
use std::path::Path;

/// The files of an example, with one text in the place of another.
#[track_caller]
fn compiled(name: &str, correct: &str, published: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/end_to_end/documents/official");
    let read = |file: &str| std::fs::read_to_string(folder.join(file)).expect("the example is there");
    let document = read(&format!("{name}.yml"));
    assert!(document.contains(correct), "{name} has no {correct}");
    let description = document.lines().find_map(|line| line.trim().strip_prefix("url: ")).expect("a source");
    let api = read(description);
    let published = document.replace(correct, published);
    let files = Memory::of([("w.yml", published.as_str()), (description, api.as_str())]);
    let compilation = compile(Path::new("w.yml"), &Options { reader: &files, ..Options::default() });
    found(&compilation).into_iter().map(|line| line.rsplit_once(' ').expect("a place").0.to_owned()).collect()
}

#[test]
fn the_corrected_examples_have_no_mistake() {
    for name in ["login", "coupons", "oauth", "pushed", "loan"] {
        // The published login names an operation by its path, though that has an id.
        let advice: &[&str] = if name == "login" { &["warning operation_by_path w.yml"] } else { &[] };
        assert_eq!(compiled(name, "arazzo: 1.0.1", "arazzo: 1.0.0"), advice, "{name}");
    }
}

#[test]
fn the_mistakes_of_the_published_examples_are_found() {
    for (name, correct, published, expected) in [
        // The path of an operation that ends at its path item.
        ("login", "findByStatus/get", "findByStatus", &["error unknown_operation w.yml"][..]),
        // A description on another machine.
        ("login", "url: petstore-openapi.yml", "url: https://pets.example/openapi.yml", &["error remote_source w.yml"]),
        // Parameters under other names than the description's.
        ("coupons", "{ name: tags, in: query", "{ name: pet_tags, in: query", &["warning undeclared_parameter w.yml"]),
        ("coupons", "{ name: petId, in: path", "{ name: pet_id, in: path", &["error unknown_path_parameter w.yml"]),
        // The status of a step that calls a workflow, which no answer has.
        (
            "coupons",
            "    outputs:\n      orderId: $outputs.orderId\n  outputs:\n    orderId: $steps.order.outputs.orderId\n\n- workflowId: buy",
            "    successCriteria: [{ condition: $statusCode == 200 }]\n    outputs:\n      orderId: $outputs.orderId\n  outputs:\n    orderId: $steps.order.outputs.orderId\n\n- workflowId: buy",
            &["warning callee_response w.yml"],
        ),
        // A query that finds a member of every object, and so says nothing.
        (
            "oauth",
            "condition: $.access_token\n",
            "condition: $.access_token != null\n",
            &["warning bare_jsonpath w.yml"],
        ),
        // An operationId in other letters.
        ("pushed", "authorizationServer.Par\n", "authorizationServer.PAR\n", &["error unknown_operation w.yml"]),
        // An output of a step without `.outputs`, and one that nobody declares.
        ("loan", "$steps.readLoan.outputs.plan", "$steps.readLoan.plan", &["error invalid_expression w.yml"]),
        (
            "loan",
            "$steps.borrow.outputs.id",
            "$steps.borrow.outputs.loanTransactionId",
            &["error unknown_output w.yml", "error unknown_output w.yml"],
        ),
        // A step that reads its own output.
        (
            "loan",
            "    - { name: AuthorizationToken, in: query, value: $steps.borrow.outputs.token }",
            "    - { name: AuthorizationToken, in: query, value: $steps.authorize.outputs.redirect }",
            &["error later_step w.yml"],
        ),
        // A parameter under another name than the description's.
        (
            "loan",
            "name: AuthorizationToken, in",
            "name: redirectAuthToken, in",
            &["error missing_parameter w.yml", "warning undeclared_parameter w.yml"],
        ),
        // An object between quotes.
        (
            "loan",
            "\"products\": {$inputs.products}",
            "\"products\": \"{$inputs.products}\"",
            &["warning quoted_structure w.yml"],
        ),
        // The headers under the name of another tool.
        ("loan", "$response.header.Location", "$response.headers.Location", &["error invalid_expression w.yml"]),
    ] {
        assert_eq!(compiled(name, correct, published), expected, "{name}: {published}");
    }
}
