//! Criteria of all types: what is accepted, with which warnings, and what is refused where.

use crate::support::{answer, compiled, document, found, operations};

/// A document of one step with this criterion, whose workflow has the inputs `a` and `n`.
fn one_criterion(criterion: &str) -> String {
    document(&format!(
        "  inputs: {{ type: object, properties: {{ a: {{ type: string }}, n: {{ type: integer }} }} }}\n  steps:\n  \
         - stepId: s\n    operationId: get\n    successCriteria:\n    - {criterion}\n"
    ))
}

const THING: &str = "{ type: object, properties: { state: { type: string }, items: { type: array } } }";

fn compilation(criterion: &str) -> arazzo_compiler::Compilation {
    compiled(&one_criterion(criterion), &operations(&format!("'200': {}", answer(THING))))
}

/// The findings about a criterion, by rule and column, and the tokens without blanks.
fn findings(criterion: &str) -> (Vec<String>, String) {
    let compilation = compilation(criterion);
    let found = found(&compilation).into_iter().filter(|line| !line.contains("unused_input"));
    (found.collect(), compilation.tokens.to_string().replace(' ', ""))
}

#[track_caller]
fn assert_emits(criterion: &str, expected: &str) {
    let (found, tokens) = findings(criterion);
    assert!(!found.iter().any(|line| line.starts_with("error")), "{criterion}: {found:?}");
    assert!(tokens.contains(&expected.replace(' ', "")), "{criterion}: {tokens}");
}

/// Rule C74: expressions in patterns and queries stand in braces; without them they are text.
#[test]
fn expressions_in_braces_are_put_in_while_running() {
    assert_emits(
        "{ context: $response.body#/state, condition: '^{$inputs.a}-\\d{2}$', type: regex }",
        "rt::matches_filled(\"^{$inputs.a}-\\\\d{2}$\", &[rt::Part::Text(\"^\"), rt::Part::Value(\"$inputs.a\", \
         rt::json(inputs.a.as_deref())), rt::Part::Text(\"-\\\\d{2}$\")]",
    );
    assert_emits("{ context: $response.body#/state, condition: ^$inputs, type: regex }", "rt::regex(\"^$inputs\")");
    assert_emits(
        "{ context: $response.body, condition: \"$.items[?@.a == '{$inputs.a}']\", type: jsonpath }",
        "&[rt::Part::Text(\"$.items[?@.a=='\"), rt::Part::Quoted('\\'', \"$inputs.a\", ",
    );
    assert_emits(
        "{ context: $response.body, condition: '$.items[{$inputs.n}]', type: jsonpath }",
        "rt::selects_filled(\"$.items[{$inputs.n}]\", &[rt::Part::Text(\"$.items[\"), rt::Part::Value(\"$inputs.n\", ",
    );
}

/// In a logical expression a value keeps its type with braces as without; between quotes it is text.
#[test]
fn expressions_in_logical_expressions_are_values() {
    for condition in ["$.state == $inputs.a", "$.state == {$inputs.a}"] {
        assert_emits(
            &format!("{{ context: $response.body, condition: '{condition}', type: jsonpath }}"),
            "rt::jsonpath::bare_compare(rt::Operator::Equal, &exchange.body(0), &rt::json(inputs.a.as_deref()))",
        );
    }
    assert_emits(
        "{ context: $response.body, condition: \"$.state == 'x{$inputs.a}' && $.n == $inputs.n\", type: jsonpath }",
        "&exchange.body(0), &[rt::json(inputs.n)], run.notes())",
    );
}

/// Rule C75: what stands around an expression is checked, and the expression itself.
#[test]
fn conditions_with_expressions_are_checked_as_far_as_they_can_be() {
    for (condition, kind, rule, at) in [
        ("'({$inputs.a}'", "regex", "invalid_regex", "({"),
        ("'{$inputs.x}'", "regex", "unknown_input", "x}'"),
        ("'{$steps.s.x}'", "regex", "invalid_expression", ".x}'"),
        ("'{$inputs.a'", "regex", "invalid_expression", "{$inputs.a'"),
        ("\"$.items[?@.a = '{$inputs.a}']\"", "jsonpath", "invalid_jsonpath", "= '"),
        ("\"$.items[?@.a == '{$inputs.x}']\"", "jsonpath", "unknown_input", "x}"),
        ("'$.items[{$inputs.n}'", "jsonpath", "invalid_jsonpath", "[{"),
    ] {
        let criterion = format!("{{ context: $response.body, condition: {condition}, type: {kind} }}");
        let line = format!("    - {criterion}");
        let column = line.find(at).expect("the place") + 1;
        let (found, _) = findings(&criterion);
        let message = compilation(&criterion).diagnostics.iter().map(ToString::to_string).collect::<String>();
        assert_eq!(found, [format!("error {rule} w.yml 11:{column}")], "{condition}: {message}");
    }
}
