//! What queries and patterns ask of responses, against the schemas of these.

use crate::support::{answer, compiled, document, operations};

const LIST: &str = "{ type: object, required: [items], properties: { state: { type: string, enum: [on, off] }, count: { type: integer }, \
                    done: { type: boolean }, name: { type: string }, code: { type: integer, enum: [1, 2] }, \
                    items: { type: array, items: { type: object, properties: { kind: { type: string, enum: [x, y] }, n: { type: number }, \
                    tags: { type: array, items: { type: string } }, owner: { type: object, properties: { id: { type: string } } } } } }, \
                    free: { type: object }, map: { type: object, additionalProperties: { type: object, properties: { n: { type: integer } } } } } }";

/// What is found of a step with these lines: `rule: message`, without the readings.
#[track_caller]
fn findings(responses: &str, lines: &str) -> Vec<String> {
    let text = format!(
        "  inputs: {{ properties: {{ s: {{ type: string }} }} }}\n  steps:\n  - stepId: a\n    operationId: get\n    {lines}\n"
    );
    let text = document(&text).replace("arazzo: 1.0.1", "arazzo: 1.1.0");
    let compilation = compiled(&text, &operations(responses));
    let readings = ["bare_jsonpath", "object_filter", "double_quoted", "dotted_access", "unused_input"];
    let ours = compilation.diagnostics.iter().filter(|found| !readings.contains(&found.rule.name));
    ours.map(|found| format!("{}: {}", found.rule.name, found.message)).collect()
}

/// What is found of a JSONPath criterion of the step.
#[track_caller]
fn query(condition: &str) -> Vec<String> {
    let criterion = format!("{{ context: $response.body, type: jsonpath, condition: {condition:?} }}");
    findings(&format!("'200': {}", answer(LIST)), &format!("successCriteria: [{criterion}]"))
}

#[test]
fn members_that_filters_name_are_there() {
    for (condition, expected) in [
        ("$.items[?@.knd == 'x']", "what the query looks at has no member `knd`"),
        ("$.items[?@.color == 'x']", "what the query looks at has no member `color`"),
        ("$.itms[?@.kind == 'x']", "what the query looks at has no member `itms`"),
        ("$.things[?@.kind == 'x']", "what the query looks at has no member `things`"),
        ("$.items[?@.owner.name == 'x']", "what the query looks at has no member `name`"),
        ("$.items.kind[?@ == 'x']", "what the query looks at is a list, and has no member `kind`"),
        ("$.items[?@.tags.length > 0]", "what the query looks at is a list, and has no member `length`"),
        ("$.items[?length(@.tgs) > 0]", "what the query looks at has no member `tgs`"),
        ("$.items[?@.n > 1 && !(@.knd == 'x')]", "what the query looks at has no member `knd`"),
        ("$.items[?@.ower.id == 'x']", "what the query looks at has no member `ower`"),
        ("$.map[?@.m == 1]", "what the query looks at has no member `m`"),
        ("count($.items[?@.knd == 'x']) > 0", "what the query looks at has no member `knd`"),
        ("$.items[?@.knd == 'x'] && $.count > 0", "what the query looks at has no member `knd`"),
    ] {
        assert_eq!(query(condition), [format!("unknown_member: {expected}")], "{condition}");
    }
}

#[test]
fn what_filters_compare_can_be_equal() {
    for (condition, expected) in [
        ("$.items[?@.kind == 'z']", "`kind` has no value `z`, so that `==` is never true"),
        ("$.items[?'z' != @.kind]", "`kind` has no value `z`, so that `!=` is always true"),
        ("$.items[?@.n == 'three']", "`n` is a number, and never the text `three`, so that `==` is never true"),
        ("$.items[?@.n > '3']", "`n` is a number, which has no order beside the text `3`, so that `>` is never true"),
        ("$.items[?@.owner.id == 5]", "`id` is a string, and never the number `5`, so that `==` is never true"),
        ("$.items[?@.tags == 'x']", "`tags` is a list, and never the text `x`, so that `==` is never true"),
        ("$[?@.state == 'onn']", "`state` has no value `onn`, so that `==` is never true"),
        ("$[?$.state == 'onn']", "`state` has no value `onn`, so that `==` is never true"),
        ("$.items[?$.state == 'onn']", "`state` has no value `onn`, so that `==` is never true"),
        ("$[?@.count == 'three']", "`count` is an integer, and never the text `three`, so that `==` is never true"),
        ("$.map[?@.n == 1.5]", "`n` is an integer, and never the number `1.5`, so that `==` is never true"),
        ("$.done == 'true'", "`done` is a boolean, and never the text `true`, so that `==` is never true"),
        ("$.count == '3'", "`count` is an integer, and never the text `3`, so that `==` is never true"),
        ("$.code > 7", "no value of `code` makes this comparison with `7` true"),
        ("$.code == 7", "`code` has no value `7`, so that `==` is never true"),
    ] {
        assert_eq!(query(condition), [format!("impossible_value: {expected}")], "{condition}");
    }
}

#[test]
fn filters_that_can_select_are_no_mistake() {
    for condition in [
        "$.items[?@.kind == 'x']",
        "$.items[?@.kind == 'x' || @.n >= 1.5]",
        "$.items[?@.error]",
        "$.items[?!@.deleted]",
        "$.items[?@.error == null]",
        "$.error",
        "$.items[*].owner[?@ == 'x']",
        "$..kind[?@.z == 1]",
        "$.items[?@['kind'] == 'y']",
        "$.free[?@.whatever == 'x']",
        "$.free.some[?@.whatever == 'x']",
        "$.map[?@.n == 1.0]",
        "$[?@.state == 'on']",
        // A member of the object may have it.
        "$[?@.anything == 'x']",
        "$.items[?@.tags[0] == 'x']",
        "$.items[?length(@.tags) > 0]",
        "$.items.length > 0",
        "$.name == '5'",
        "$.done == true",
        "$.count == 3.0",
        "$.code == 2",
        "$.code > 1",
        "$.state > 'ofg'",
    ] {
        assert_eq!(query(condition), [""; 0], "{condition}");
    }
    // What the other bodies have may be meant.
    let others = format!(
        "'200': {}, default: {}",
        answer(LIST),
        answer("{ properties: { errors: { type: array, items: { properties: { kind: {}, reason: {} } } } } }")
    );
    let criterion = |condition: &str| {
        format!("successCriteria: [{{ context: $response.body, type: jsonpath, condition: {condition:?} }}]")
    };
    assert_eq!(findings(&others, &criterion("$.errors[?@.reason == 'x']")), [""; 0]);
    for wrong in ["$.items[?@.knd == 'x']", "$.items[?@.color == 'x']", "$.items[?@.tags.length > 0]"] {
        assert_eq!(findings(&others, &criterion(wrong)).len(), 1, "{wrong}");
    }
}

#[test]
fn selectors_search_what_is_there() {
    let output = |selector: &str| {
        let value = format!("{{ context: $response.body, type: jsonpath, selector: {selector:?} }}");
        findings(&format!("'200': {}", answer(LIST)), &format!("outputs: {{ o: {value} }}"))
    };
    assert_eq!(output("$.items[?@.kind == 'x'].n"), [""; 0]);
    assert_eq!(output("$.items[*].owner.id"), [""; 0]);
    for (selector, expected) in [
        ("$.items[?@.knd == 'x'].n", "unknown_member: what the query looks at has no member `knd`"),
        ("$.items[*].amount", "unknown_member: what the query looks at has no member `amount`"),
        ("$.items[?@.kind == 'z'].n", "impossible_value: `kind` has no value `z`, so that `==` is never true"),
        ("$.things[0]", "unknown_member: the response has no member `things`"),
    ] {
        assert_eq!(output(selector), [expected], "{selector}");
    }
}

/// What is found of a simple criterion of the step.
#[track_caller]
fn simple(condition: &str) -> Vec<String> {
    let responses = format!("'200': {}", answer(LIST));
    findings(&responses, &format!("successCriteria: [{{ condition: {condition:?} }}]"))
}

#[test]
fn types_that_are_never_equal_are_found_in_simple_conditions() {
    for (condition, expected) in [
        (
            "$response.body#/count == 'three'",
            "`count` is an integer, and never the text `three`, so that `==` is never true",
        ),
        (
            "$response.body#/count > 'three'",
            "`count` is an integer, which has no order beside the text `three`, so that `>` is never true",
        ),
        (
            "$response.body#/done == 'true'",
            "`done` is a boolean, and never the text `true`, so that `==` is never true",
        ),
        ("$response.body#/done != 1", "`done` is a boolean, and never the number `1`, so that `!=` is always true"),
        ("$response.body#/items == 'x'", "`items` is a list, and never the text `x`, so that `==` is never true"),
        (
            "$response.body#/name == true",
            "`name` is a string, and never the boolean `true`, so that `==` is never true",
        ),
        ("$response.body#/code == 3", "`code` has no value `3`, so that `==` is never true"),
    ] {
        assert_eq!(simple(condition), [format!("impossible_value: {expected}")], "{condition}");
    }
    for condition in [
        "$response.body#/count == '3'",
        "$response.body#/count >= '3.5'",
        "$response.body#/name == 3",
        "$response.body#/name > 3",
        "$response.body#/code == '2'",
        "$response.body#/items == null",
        "$response.body#/free == 'x' || $response.body#/done == true",
    ] {
        let found = simple(condition);
        let is_object = condition.contains("free");
        assert_eq!(found.len(), usize::from(is_object), "{condition}: {found:?}");
    }
}

#[test]
fn patterns_match_a_value_that_the_schema_lists() {
    let pattern = |pattern: &str| {
        let criterion = format!("{{ context: $response.body#/state, type: regex, condition: {pattern:?} }}");
        findings(&format!("'200': {}", answer(LIST)), &format!("successCriteria: [{criterion}]"))
    };
    for fit in ["^(on|of)$", "o", "^off$"] {
        assert_eq!(pattern(fit), [""; 0], "{fit}");
    }
    for unfit in ["^ON$", "^(activ|ready)$", "onn"] {
        let expected =
            format!("impossible_value: no value of `state` matches the pattern `{unfit}`, so that it is never met");
        assert_eq!(pattern(unfit), [expected], "{unfit}");
    }
}

/// What is found of two steps, of which the first decides on a member `f` of that schema, by these actions.
#[track_caller]
fn decided(schema: &str, actions: &str) -> Vec<String> {
    let api = operations(&format!(
        "'200': {}",
        answer(&format!(
            "{{ type: object, properties: {{ job: {{ type: object, properties: {{ f: {schema} }} }} }} }}"
        ))
    ));
    let text = format!(
        "  steps:\n  - stepId: a\n    operationId: get\n    onSuccess: [{actions}]\n  - stepId: b\n    operationId: get\n"
    );
    let compilation = compiled(&document(&text), &api);
    compilation
        .diagnostics
        .iter()
        .filter(|found| found.rule.name != "object_filter")
        .map(|found| format!("{}: {}", found.rule.name, found.message))
        .collect()
}

fn action(target: &str, criterion: &str) -> String {
    format!("{{ name: to{target}, type: goto, stepId: {target}, criteria: [{criterion}] }}")
}

#[test]
fn patterns_queries_and_numbers_decide_like_other_conditions() {
    let again = "{ name: again, type: goto, stepId: a }";
    let falls = |criterion: &str, schema: &str| decided(schema, &format!("{}, {again}", action("b", criterion)));
    let never = |values: &str| format!("unhandled_value: `a` never ends while `f` is {values}");
    let pattern = "{ context: $response.body#/job/f, type: regex, condition: ^(done|failed)$ }";
    assert_eq!(falls(pattern, "{ type: string, enum: [running, done, failed] }"), [""; 0]);
    assert_eq!(falls(pattern, "{ type: string, enum: [running, done, failed, gone] }"), [never("`gone`")]);
    let simple = |condition: &str| format!("{{ condition: \"{condition}\" }}");
    let codes = "{ type: integer, enum: [0, 1, 2] }";
    assert_eq!(falls(&simple("$response.body#/job/f == 0 || $response.body#/job/f == 1"), codes), [never("`2`")]);
    assert_eq!(
        falls(&simple("$response.body#/job/f == 0 || $response.body#/job/f == 1 || $response.body#/job/f == 2"), codes),
        [""; 0]
    );
    let nullable = "{ type: [string, 'null'], enum: [done, null] }";
    assert_eq!(falls(&simple("$response.body#/job/f == 'done'"), nullable), [never("`null`")]);
    assert_eq!(falls(&simple("$response.body#/job/f == 'done' || $response.body#/job/f == null"), nullable), [""; 0]);
    let states = "{ type: string, enum: [done, failed, gone] }";
    let query = |condition: &str| format!("{{ context: $response.body, type: jsonpath, condition: \"{condition}\" }}");
    assert_eq!(falls(&query("$[?$.job.f == 'done' && !($.job.f == 'failed')]"), states), [never("`gone`")]);
    assert_eq!(falls(&query("$[?!($.job.f == 'gone')]"), states), [""; 0]);
    let object = "{ context: $response.body#/job, type: jsonpath, condition: \"$[?@.f == 'done']\" }";
    assert_eq!(falls(object, states), [never("`failed` or `gone`")]);
    // What a pattern lets through is still to be decided on.
    let lets =
        "    successCriteria: [{ context: $response.body#/job/f, type: regex, condition: ^(done|gone|failed)$ }]\n";
    let text = format!(
        "  steps:\n  - stepId: a\n    operationId: get\n{lets}    onSuccess: [{}, {again}]\n  - stepId: b\n    operationId: get\n",
        action("b", &simple("$response.body#/job/f == 'done'"))
    );
    let api = operations(&format!(
        "'200': {}",
        answer(&format!(
            "{{ type: object, properties: {{ job: {{ type: object, properties: {{ f: {states} }} }} }} }}"
        ))
    ));
    let found: Vec<String> =
        compiled(&document(&text), &api).diagnostics.iter().map(|found| found.message.clone()).collect();
    assert_eq!(found, ["`a` never ends while `f` is `failed` or `gone`"]);
    // Another field decides too.
    assert_eq!(
        decided(
            states,
            &format!(
                "{}, {}, {again}",
                action("b", &simple("$response.body#/job/f == 'done'")),
                action("b", &simple("$response.header.x == 'y'")).replace("tob", "other")
            )
        ),
        [""; 0]
    );
}
