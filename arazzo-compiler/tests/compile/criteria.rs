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

#[cfg(not(feature = "xpath"))]
#[test]
fn without_its_feature_xpath_is_refused() {
    let criterion = "{ context: $response.body, condition: /a, type: xpath }";
    assert_eq!(findings(criterion).0, ["error unsupported w.yml 11:55"]);
    let message = &compilation(criterion).diagnostics[0].message;
    assert_eq!(message, "the type `xpath` needs the feature `xpath` of the crate `arazzo`");
}

/// Rule C71: what is no XPath 1.0 is a mistake, and other versions are refused by name.
#[cfg(feature = "xpath")]
#[test]
fn conditions_of_xpath_are_checked() {
    for (condition, kind, rule, at) in [
        ("\"/a == 'x'\"", "xpath", "invalid_xpath", "= 'x"),
        ("\"matches(/a, '{$inputs.a}')\"", "xpath", "invalid_xpath", "matches"),
        ("\"/a[@b = '{$inputs.x}']\"", "xpath", "unknown_input", "x}"),
        ("'/a = $inputs.a'", "xpath", "invalid_xpath", "$inputs.a"),
        ("/a", "{ type: xpath, version: xpath-20 }", "unsupported", "xpath-20"),
        ("/a", "{ type: xpath, version: xpath-30 }", "unsupported", "xpath-30"),
        ("/a", "{ type: xpath, version: xpath-31 }", "newer_field", "xpath-31"),
    ] {
        let criterion = format!("{{ context: $response.body, condition: {condition}, type: {kind} }}");
        let line = format!("    - {criterion}");
        let column = line.find(at).expect("the place") + 1;
        let (found, _) = findings(&criterion);
        assert_eq!(found, [format!("error {rule} w.yml 11:{column}")], "{condition}");
    }
    assert_emits(
        "{ context: $response.body, condition: /a/b, type: xpath }",
        "rt::xpath_holds(&XPATH, &exchange.body(0)",
    );
    assert_emits(
        "{ context: $response.body, condition: /a/b, type: { type: xpath, version: xpath-10 } }",
        "rt::xpath(\"/a/b\")",
    );
    assert_emits(
        "{ context: $response.body, condition: \"/a[@b = '{$inputs.a}' and {$inputs.n} > 1]\", type: xpath }",
        "&[rt::Part::Text(\"/a[@b='\"), rt::Part::Quoted('\\'', \"$inputs.a\", ",
    );
}

/// Rule C70: the version that a type object names decides what a query means.
#[test]
fn conditions_of_the_draft_are_queries_of_their_own() {
    let kind = "{ type: jsonpath, version: draft-goessner-dispatch-jsonpath-00 }";
    let criterion =
        |condition: &str| format!("{{ context: $response.body, condition: \"{condition}\", type: {kind} }}");
    assert_emits(&criterion("$.items[?(@.a.length === 1)]"), "rt::draft(\"$.items[?(@.a.length === 1)]\")");
    assert_emits(
        &criterion("$.items[?(@.a == '{$inputs.a}')]"),
        "exchange.body_is_structured(run.notes()) && rt::draft_selects_filled(\"$.items[?(@.a == '{$inputs.a}')]\", \
         &[rt::Part::Text(\"$.items[?(@.a == '\"), rt::Part::Quoted('\\'', \"$inputs.a\", ",
    );
    let (found, _) = findings(&criterion("$.items.length > 0"));
    assert_eq!(found, ["warning bare_jsonpath w.yml 11:45"]);
    for (condition, at) in [("$.items[(@.length-1)]", "[("), ("$[?length(@.a) > 1]", "length"), ("$.items[-1]", "-1")] {
        let criterion = criterion(condition);
        let column = format!("    - {criterion}").find(at).expect("the place") + 1;
        assert_eq!(findings(&criterion).0, [format!("error invalid_jsonpath w.yml 11:{column}")], "{condition}");
    }
}

/// Rule C72: a string of a simple condition may have values in it, as any text.
#[test]
fn strings_of_conditions_may_have_values_in_them() {
    assert_emits(
        "{ condition: \"$response.body#/state == 'it''s {$inputs.a}!' && $method != 'x{$unknown}'\" }",
        "rt::compare(rt::Operator::Equal, &exchange.body(0), &rt::json(::std::format!(\"it's {}!\", \
         rt::json(inputs.a.as_deref()).to_text())))",
    );
    for (condition, rule, at) in [
        ("$method == '{$inputs.x}'", "unknown_input", "x}"),
        ("$method == 'a' && $method == '{$steps.s.x}'", "invalid_expression", ".x}"),
        ("$method == '{$inputs.a'", "invalid_expression", "{$inputs.a'"),
    ] {
        let criterion = format!("{{ condition: \"{condition}\" }}");
        let column = format!("    - {criterion}").find(at).expect("the place") + 1;
        assert_eq!(findings(&criterion).0, [format!("error {rule} w.yml 11:{column}")], "{condition}");
    }
}
