//! Which ends a workflow has, and which outputs are there at all of them.

use crate::support::{answer, api, compiled, document, found, messages, module, operations};

/// The ends and outputs of a workflow whose steps `a`, `b`, … each have an output `id`, which is required in the
/// response; the outputs of the workflow are those. `actions` are the lines of each step.
#[track_caller]
fn check(actions: &[&str], ends: &[&str], certain: &[bool]) {
    let module = module(&steps(actions), &api("{ $ref: '#/components/schemas/Thing' }"));
    assert_eq!(module.members("End"), ends, "{actions:?}");
    let outputs = module.members("Outputs");
    let is_certain: Vec<bool> = outputs.iter().map(|output| !output.contains("Option")).collect();
    assert_eq!(is_certain, certain, "{outputs:?} of {actions:?}");
}

fn steps(actions: &[&str]) -> String {
    let names = ["a", "b", "c", "d"];
    let mut lines = "  steps:\n".to_owned();
    for (name, actions) in names.iter().zip(actions) {
        lines += &format!("  - stepId: {name}\n    operationId: get\n    outputs: {{ id: $response.body#/id }}\n");
        lines.extend(actions.lines().map(|line| format!("    {line}\n")));
    }
    lines += "  outputs:\n";
    for name in &names[..actions.len()] {
        lines += &format!("    {name}: $steps.{name}.outputs.id\n");
    }
    document(&lines)
}

const IF: &str = "criteria: [{ condition: $statusCode == 404 }]";

/// What may or may not be so when a step succeeds.
const IF_X: &str = "criteria: [{ condition: $response.body#/id == 'x' }]";

#[test]
fn a_straight_line_has_one_end() {
    check(&["", ""], &["Completed"], &[true, true]);
}

#[test]
fn an_end_in_between_makes_later_outputs_optional() {
    check(
        &["", &format!("onSuccess: [{{ name: enough, type: end, {IF} }}]"), ""],
        &["Completed", "Enough"],
        &[true, true, false],
    );
}

#[test]
fn a_declared_failure_is_an_end_without_the_outputs_of_its_step() {
    check(&["", "onFailure: [{ name: failed, type: end }]"], &["Completed", "Failed"], &[true, false]);
}

#[test]
fn a_failure_that_is_not_declared_is_no_end() {
    check(&["", "successCriteria: [{ condition: $statusCode == 200 }]"], &["Completed"], &[true, true]);
}

#[test]
fn a_step_that_always_ends_leaves_nothing_to_complete() {
    check(&["onSuccess: [{ name: done, type: end }]"], &["Done"], &[true]);
    check(
        &[&format!("onSuccess: [{{ name: early, type: end, {IF} }}, {{ name: late, type: end }}]"), ""],
        &["Early", "Late"],
        &[true, false],
    );
}

// Rule C64.
#[test]
fn an_action_without_criteria_hides_those_behind_it() {
    let actions = format!("onFailure: [{{ name: stop, type: end }}, {{ name: other, type: end, {IF} }}]");
    check(&[&actions], &["Completed", "Stop"], &[false]);
    let compilation = compiled(&steps(&[&actions]), &api("{ $ref: '#/components/schemas/Thing' }"));
    assert_eq!(found(&compilation), ["warning shadowed_action w.yml 10:52"]);
}

#[test]
fn a_retry_falls_through_when_it_is_used_up() {
    check(
        &["onFailure: [{ name: again, type: retry, retryLimit: 2 }, { name: failed, type: end }]"],
        &["Completed", "Failed"],
        &[false],
    );
    check(&["onFailure: [{ name: again, type: retry, retryLimit: 2 }]"], &["Completed"], &[true]);
    check(&["onFailure: [{ name: never, type: retry, retryLimit: 0 }]"], &["Completed"], &[true]);
}

#[test]
fn a_step_that_a_goto_leaves_out_may_not_have_run() {
    check(
        &[&format!("onSuccess: [{{ name: skip, type: goto, stepId: c, {IF} }}]"), "", ""],
        &["Completed"],
        &[true, false, true],
    );
    // Nothing leads to it at all.
    check(
        &["onSuccess: [{ name: skip, type: goto, stepId: c }]", "onFailure: [{ name: unseen, type: end }]", ""],
        &["Completed"],
        &[true, false, true],
    );
}

#[test]
fn a_loop_keeps_what_ran_before_it() {
    check(
        &["", &format!("onSuccess: [{{ name: again, type: goto, stepId: b, {IF} }}]"), ""],
        &["Completed"],
        &[true, true, true],
    );
    // The step may have failed the last time.
    check(&["", "onFailure: [{ name: onward, type: goto, stepId: c }]", ""], &["Completed"], &[true, false, true]);
    // Going back past a step that succeeded once: its last run counts, and it runs again on the way.
    check(
        &[
            "onFailure: [{ name: failed, type: end }]",
            &format!("onSuccess: [{{ name: back, type: goto, stepId: a, {IF} }}]"),
        ],
        &["Completed", "Failed"],
        &[false, false],
    );
}

#[test]
fn ends_of_one_name_are_one() {
    let failed = "onFailure: [{ name: failed, type: end }]";
    check(&[failed, failed], &["Completed", "Failed"], &[false, false]);
    check(&["onFailure: [{ name: completed, type: end }]"], &["Completed"], &[false]);
}

// Rule A9.
#[test]
fn actions_of_the_workflow_are_for_every_step() {
    let text = steps(&["", "onFailure: [{ name: own, type: end }]"]);
    let inherited = text.replace("  steps:", "  failureActions: [{ name: common, type: end }]\n  steps:");
    let api = api("{ $ref: '#/components/schemas/Thing' }");
    assert_eq!(module(&inherited, &api).members("End"), ["Completed", "Common", "Own"]);
    assert_eq!(found(&compiled(&inherited, &api)), [""; 0], "leaving nothing for them is no mistake");
    // By its name a step replaces one of them.
    let replaced = inherited.replace("name: own, type: end", "name: common, type: goto, stepId: a");
    assert_eq!(module(&replaced, &api).members("End"), ["Completed", "Common"]);
}

// Rules C44, C46.
#[test]
fn outputs_can_only_be_read_where_their_step_can_have_run() {
    let text = |a: &str, c: &str| {
        document(&format!(
            "  steps:
  - stepId: a
    operationId: get
{a}
  - stepId: b
    operationId: get
    outputs: {{ id: $response.body#/id }}
  - stepId: c
    operationId: get
    requestBody: {{ payload: {{ id: $steps.{c}.outputs.id }} }}
    outputs: {{ id: $response.body#/id }}
"
        ))
    };
    let check = |a: &str, c: &str, expected: &[&str]| {
        let rules: Vec<String> = found(&compiled(&text(a, c), &operations(&format!("'200': {}", answer("{}")))))
            .into_iter()
            .filter(|found| found.starts_with("error"))
            .collect();
        assert_eq!(rules, expected, "{a} {c}");
    };
    check("", "b", &[]);
    check("", "c", &["error later_step w.yml 15:35"]);
    check("    onSuccess: [{ name: skip, type: goto, stepId: c }]", "b", &["error later_step w.yml 15:35"]);
    check(&format!("    onSuccess: [{{ name: skip, type: goto, stepId: c, {IF} }}]"), "b", &[]);
}

/// What is warned of in a workflow of three steps with actions.
fn warnings(actions: &[&str]) -> Vec<String> {
    found(&compiled(&steps(actions), &api("{ $ref: '#/components/schemas/Thing' }")))
}

/// Rule C65: a loop that nothing ends is a warning.
#[test]
fn a_loop_without_an_end_is_a_warning() {
    let back = "onSuccess: [{ name: back, type: goto, stepId: a }]";
    assert_eq!(warnings(&["", back]), ["warning unbounded_poll w.yml 13:25"]);
    assert_eq!(warnings(&[back]), ["warning unbounded_poll w.yml 10:25"], "to itself");
    let failed = "onFailure: [{ name: back, type: goto, stepId: a }]";
    assert_eq!(warnings(&["", failed, ""]), ["warning unbounded_poll w.yml 13:25"]);
    let retried = "onFailure: [{ name: again, type: retry }, { name: back, type: goto, stepId: a }]";
    assert_eq!(warnings(&[retried]), ["warning unbounded_poll w.yml 10:55"], "a retry only puts it off");
}

/// Rule C65: what ends by a condition, by another way or by its limit is no such loop.
#[test]
fn a_loop_that_can_end_is_no_warning() {
    for actions in [
        &[&*format!("onSuccess: [{{ name: back, type: goto, stepId: a, {IF_X} }}]")][..],
        &[&*format!("onSuccess: [{{ name: done, type: end, {IF_X} }}, {{ name: back, type: goto, stepId: a }}]")],
        &[&*format!("onFailure: [{{ name: done, type: end, {IF} }}, {{ name: back, type: goto, stepId: a }}]")],
        &["onFailure: [{ name: again, type: retry, retryLimit: 99 }]"],
        &["onSuccess: [{ name: on, type: goto, stepId: b }]", ""],
        // A loop may be left at its beginning.
        &[
            &*format!("onSuccess: [{{ name: done, type: end, {IF_X} }}]"),
            "onSuccess: [{ name: back, type: goto, stepId: a }]",
        ],
    ] {
        assert_eq!(warnings(actions), [""; 0], "{actions:?}");
    }
}

/// Rule C65: at each status that the operation declares, the run goes back.
#[test]
fn a_loop_that_no_declared_status_ends_is_a_warning() {
    let thing = answer("{ $ref: '#/components/schemas/Thing' }");
    let of = |responses: &str, lines: &[&str]| {
        let lines: String = lines.iter().map(|line| format!("    {line}\n")).collect();
        let text = format!(
            "  steps:\n  - stepId: s\n    operationId: get\n{lines}  - {{ stepId: t, operationId: post, requestBody: {{ payload: \
             {{}} }} }}\n"
        );
        messages(&text, &operations(responses))
    };
    let (ok, both) =
        (format!("'200': {thing}"), format!("'200': {thing}, '202': {thing}, '404': {{ description: d }}"));
    let at = |statuses: &[&str]| {
        let list = statuses.iter().map(|condition| {
            format!(
                "{{ name: again{}, type: goto, stepId: s, criteria: [{{ condition: {condition} }}] }}",
                condition.len()
            )
        });
        format!("onSuccess: [{}]", list.collect::<Vec<_>>().join(", "))
    };
    let expected = |found: &[String]| {
        let [endless] = found else { panic!("{found:?}") };
        assert!(
            endless.starts_with("unbounded_poll: the action `again") && endless.contains("no way leads out"),
            "{endless}"
        );
    };
    expected(&of(&ok, &[&at(&["$statusCode == 200"])]));
    expected(&of(&both, &[&at(&["$statusCode == 200", "$statusCode == '202'"])]));
    expected(&of(&both, &[&at(&["$statusCode >= 200"])]));
    expected(&of(&both, &["successCriteria: [{ condition: $statusCode == 202 }]", &at(&["$statusCode == 202"])]));
    for (responses, lines) in [
        (&both, &[&*at(&["$statusCode == 202"])][..]),
        (&ok, &[&at(&["$statusCode == 202"])]),
        (&ok, &[&at(&["$response.body#/id == 'x'"])]),
        // A failure is another way out.
        (&ok, &[&at(&["$statusCode == 200"]), "onFailure: [{ name: on, type: goto, stepId: t }]"]),
        (&ok, &["successCriteria: [{ condition: $response.body#/id == 'x' }]", &at(&["$statusCode == 404"])]),
    ] {
        let found = of(responses, lines);
        let found: Vec<_> = found.iter().filter(|line| !line.starts_with("undeclared_status")).collect();
        assert_eq!(found, [""; 0], "{responses} {lines:?}");
    }
    // What is behind an end that is always taken.
    let end = "onSuccess: [{ name: done, type: end, criteria: [{ condition: $statusCode == 200 }] }]";
    assert_eq!(of(&ok, &[end]), ["unreachable_step: no way leads to the step `t`"]);
    assert_eq!(of(&both, &[end]), [""; 0]);
}

/// Rule C44, A24: a jump back can have run a later step first, but not the first time.
#[test]
fn an_output_of_a_later_step_is_a_warning_when_a_jump_may_have_run_it() {
    let text = |first: &str, second: &str| {
        document(&format!(
            "  steps:
  - stepId: start
    operationId: get
{first}
  - stepId: a
    operationId: get
    requestBody: {{ payload: {{ id: $steps.b.outputs.id }} }}
  - stepId: b
    operationId: get
    outputs: {{ id: $response.body#/id }}
{second}
"
        ))
    };
    let back = format!("    onSuccess: [{{ name: back, type: goto, stepId: a, {IF} }}]");
    let rules = |first: &str, second: &str| {
        let found = found(&compiled(&text(first, second), &operations(&format!("'200': {}", answer("{}")))));
        let about = ["later_step", "not_yet_run"];
        found.into_iter().filter(|line| about.iter().any(|rule| line.contains(rule))).collect::<Vec<_>>()
    };
    assert_eq!(rules("", ""), ["error later_step w.yml 12:35"]);
    assert_eq!(rules("", &back), ["warning not_yet_run w.yml 12:35"]);
    // Here no way leads to the reader but the one through the step that it reads.
    assert_eq!(rules("    onSuccess: [{ name: skip, type: goto, stepId: b }]", &back), [""; 0]);
}

/// What is found about a workflow of steps `a` to `e` with an output `id` each. Some read that of others.
fn skipped(steps: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut text = "  steps:\n".to_owned();
    for (name, lines) in ["a", "b", "c", "d", "e"].iter().zip(steps) {
        let (operation, lines) = lines;
        text +=
            &format!("  - stepId: {name}\n    operationId: {operation}\n    outputs: {{ id: $response.body#/id }}\n");
        text.extend(lines.lines().map(|line| format!("    {line}\n")));
    }
    let thing = answer("{ $ref: '#/components/schemas/Thing' }");
    let problem = answer("{ type: object, properties: { reason: { type: string } } }");
    let api = operations(&format!("'200': {thing}, '404': {problem}"));
    let body = "{ type: object, required: [id], properties: { id: {}, a: { $ref: '#/components/schemas/Thing' } } }";
    let document = document(&text).replace("arazzo: 1.0.1", "arazzo: 1.1.0");
    let compilation = compiled(&document, &api.replace("schema: { type: object } }", &format!("schema: {body} }}")));
    let found = compilation.diagnostics.iter().filter(|found| found.rule.name == "skipped_step");
    found
        .map(|found| (format!("{} {}", found.rule.name, found.message), found.label.clone().unwrap_or_default()))
        .collect()
}

fn past(to: &str) -> String {
    format!("onSuccess: [{{ name: past, type: goto, stepId: {to}, {IF} }}]")
}

const ID: &str =
    "parameters: [{ name: id, in: path, value: $steps.b.outputs.id }, { name: X-Why, in: header, value: w }]";
const FAILS: &str = "absent then, so that the step fails before its request is sent";

#[test]
fn an_output_of_a_step_that_a_way_leaves_out_is_a_warning() {
    let left_out = |who: &str| format!("skipped_step {who} of `b`, which does not run on every way that leads here");
    let one = left_out("step `c` reads an output");
    assert_eq!(skipped(&[("get", &past("c")), ("get", ""), ("find", ID)]), [(one.clone(), FAILS.to_owned())]);
    for (lines, then) in [
        ("parameters: [{ name: q, in: query, value: 'x{$steps.b.outputs.id}' }]", "empty text then"),
        ("requestBody: { payload: $steps.b.outputs.id }", FAILS),
        (
            "requestBody: { payload: { id: x, a: { id: $steps.b.outputs.id } } }",
            "absent then, and the schema of the body requires it",
        ),
        (
            "successCriteria: [{ condition: $response.body#/id == $steps.b.outputs.id }]",
            "absent then, which is equal to null alone",
        ),
    ] {
        let body = if lines.contains("requestBody") { "" } else { "requestBody: { payload: { id: x } }" };
        let reader = format!("{lines}\n{body}");
        let found = skipped(&[("get", &past("c")), ("get", ""), ("post", &reader)]);
        assert_eq!(found, [(one.clone(), then.to_owned())], "{lines}");
    }
    // One way is one finding, whoever reads.
    let all = [("get", &*past("c")), ("get", ""), ("find", ID), ("find", ID), ("find", ID)];
    assert_eq!(skipped(&all), [(left_out("step `c` and 2 others read outputs"), FAILS.to_owned())]);
    assert_eq!(skipped(&all[..4]), [(left_out("step `c` and another one read outputs"), FAILS.to_owned())]);
}

#[test]
fn an_output_of_a_step_that_may_have_failed_is_a_warning() {
    let failed =
        vec![("skipped_step step `c` reads an output of `b`, which may have failed".to_owned(), FAILS.to_owned())];
    let on = |status: &str| {
        format!(
            "onFailure: [{{ name: on, type: goto, stepId: c, criteria: [{{ condition: $statusCode == {status} }}] }}]"
        )
    };
    assert_eq!(skipped(&[("get", ""), ("get", &on("404")), ("find", ID)]), failed);
    assert_eq!(
        skipped(&[("get", ""), ("get", "onFailure: [{ name: on, type: goto, stepId: c }]"), ("find", ID)]),
        failed
    );
    // What the answer to a failure has too, or what is not taken from it, is there.
    for output in ["$response.body#/reason", "$response.body", "$response.header.Location", "$statusCode"] {
        let lines = format!("{}\noutputs: {{ id: {output} }}", on("404"));
        assert_eq!(outputs(&lines), [""; 0], "{output}");
    }
    // A criterion about the body fails with a response that has all of it.
    let criterion = "successCriteria: [{ condition: $statusCode == 200 }, { condition: $response.body#/id == 'x' }]";
    assert_eq!(skipped(&[("get", ""), ("get", &format!("{criterion}\n{}", on("200"))), ("find", ID)]), []);
}

/// The same of a step `b` whose outputs are the test's own.
fn outputs(lines: &str) -> Vec<String> {
    let lines: String = lines.lines().map(|line| format!("    {line}\n")).collect();
    let text = document(&format!(
        "  steps:\n  - stepId: b\n    operationId: get\n{lines}  - {{ stepId: c, operationId: find, {ID} }}\n"
    ));
    let thing = answer("{ $ref: '#/components/schemas/Thing' }");
    let problem = answer("{ type: object, properties: { reason: { type: string } } }");
    let found = found(&compiled(&text, &operations(&format!("'200': {thing}, '404': {problem}"))));
    found.into_iter().filter(|line| !line.contains("unknown_member")).collect()
}

#[test]
fn a_step_that_is_waited_for_runs_on_every_way() {
    let depends = "dependsOn: [b]";
    let left_out = "skipped_step step `c` depends on `b`, which does not run on every way that leads here";
    let failed = "skipped_step step `c` depends on `b`, which may have failed";
    let messages = |steps: &[(&str, &str)]| skipped(steps).into_iter().map(|(message, _)| message).collect::<Vec<_>>();
    assert_eq!(messages(&[("get", &past("c")), ("get", ""), ("get", depends)]), [left_out]);
    let on = "onFailure: [{ name: on, type: goto, stepId: c }]";
    assert_eq!(messages(&[("get", ""), ("get", on), ("get", depends)]), [failed]);
    // It does not get to reading anything.
    assert_eq!(messages(&[("get", &past("c")), ("get", ""), ("find", &format!("{ID}\n{depends}"))]), [left_out]);
    for steps in [
        &[("get", ""), ("get", ""), ("get", depends)][..],
        &[("get", &*past("d")), ("get", ""), ("get", depends), ("get", "")],
        &[("get", ""), ("get", "onFailure: [{ name: stop, type: end }]"), ("get", depends)],
        &[("get", ""), ("get", "onFailure: [{ name: again, type: retry, retryLimit: 2 }]"), ("get", depends)],
    ] {
        assert_eq!(skipped(steps), [], "{steps:?}");
    }
}

#[test]
fn what_a_step_passes_on_is_there_on_every_way_to_it() {
    let passes = "outputs: { id: $response.body#/id, other: $steps.a.outputs.id }";
    let reads =
        "parameters: [{ name: id, in: path, value: $steps.b.outputs.other }, { name: X-Why, in: header, value: x }]";
    let of = |first: &str, between: &str, last: &str| {
        let lines = |text: &str| text.lines().map(|line| format!("    {line}\n")).collect::<String>();
        let text = format!(
            "  steps:\n  - stepId: s\n    operationId: get\n{}  - stepId: a\n    operationId: get\n    outputs: {{ id: \
             $response.body#/id }}\n{}  - stepId: b\n    operationId: get\n    {passes}\n  - stepId: c\n    operationId: \
             find\n{}",
            lines(first),
            lines(between),
            lines(last)
        );
        messages(&text, &api("{ $ref: '#/components/schemas/Thing' }"))
    };
    let skips = past("b").replace(IF, IF_X);
    assert_eq!(
        of(&skips, "", reads),
        ["skipped_step: step `c` reads what `b` has from `a`, which does not run on every way that leads to `b`"]
    );
    let on = "onFailure: [{ name: on, type: goto, stepId: b }]";
    assert_eq!(of("", on, reads), ["skipped_step: step `c` reads what `b` has from `a`, which may have failed"]);
    assert_eq!(of("", "", reads), [""; 0]);
    // The own output of the step is there.
    assert_eq!(of(&skips, "", &reads.replace("other", "id")), [""; 0]);
    // Nothing needs it.
    let optional = "parameters: [{ name: id, in: path, value: x }, { name: X-Why, in: header, value: x }]\n\
                    outputs: { last: $steps.b.outputs.other }";
    assert_eq!(of(&skips, "", optional), [""; 0]);
}

#[test]
fn an_output_that_is_there_on_every_way_that_counts_is_no_mistake() {
    let end = format!("onSuccess: [{{ name: past, type: end, {IF} }}]");
    let again = "onFailure: [{ name: again, type: retry, stepId: b, criteria: [{ condition: $statusCode == 401 }] }]";
    let back = format!("onSuccess: [{{ name: back, type: goto, stepId: a, {IF} }}]");
    let branch = format!("onSuccess: [{{ name: other, type: goto, stepId: c, {IF} }}]");
    let meet = "onSuccess: [{ name: meet, type: goto, stepId: d }]";
    let either = "requestBody: { payload: { id: '{$steps.b.outputs.id}{$steps.c.outputs.id}' } }";
    let asked = "requestBody: { payload: {} }\nsuccessCriteria: [{ condition: $statusCode == 201 }, \
                 { condition: $steps.b.outputs.id == null || $steps.b.outputs.id == 'x' }]";
    for steps in [
        // The way ends there.
        &[("get", &*end), ("get", ""), ("find", ID)][..],
        // The step runs again before another one is repeated.
        &[("get", ""), ("get", ""), ("find", &format!("{ID}\n{again}"))],
        // A loop leads through it again.
        &[("get", ""), ("get", ""), ("find", &format!("{ID}\n{back}"))],
        // What need not be there is left out.
        &[
            ("get", &*past("c")),
            ("get", ""),
            ("get", "parameters: [{ name: q, in: query, value: $steps.b.outputs.id }]"),
        ],
        &[
            ("get", &*past("c")),
            ("get", ""),
            ("post", "requestBody: { payload: { id: [$steps.b.outputs.id], a: $steps.b.outputs.id } }"),
        ],
        // Each way has one of two parts of a text.
        &[("get", &*branch), ("get", meet), ("get", ""), ("post", either)],
        // It is asked whether it is there.
        &[("get", &*past("c")), ("get", ""), ("post", asked)],
        // What is repeated has an end, and no way on.
        &[("get", ""), ("get", "onFailure: [{ name: again, type: retry, retryLimit: 3 }]"), ("find", ID)],
    ] {
        assert_eq!(skipped(steps), [], "{steps:?}");
    }
    // A value that a path needs is not made up for by another one.
    let both = format!("{ID}\nrequestBody: {{ payload: {{ old: $steps.c.outputs.id }} }}");
    let found = skipped(&[("get", &*branch), ("get", meet), ("get", ""), ("find", &both)]);
    assert!(found.iter().any(|(found, _)| found.contains("reads an output of `b`")), "{found:?}");
}

/// What is warned of in workflows of these steps, named `w`, `v` and `u`.
fn of_workflows(workflows: &[&str]) -> Vec<String> {
    let mut text = "  steps:\n".to_owned() + workflows[0];
    for (name, steps) in ["v", "u"].iter().zip(&workflows[1..]) {
        text += &format!("- workflowId: {name}\n  steps:\n{steps}");
    }
    let compilation = compiled(&document(&text), &api("{ $ref: '#/components/schemas/Thing' }"));
    let line = |found: &arazzo_compiler::Diagnostic| format!("{} {}: {}", found.rule.name, found.line, found.message);
    compilation.diagnostics.iter().map(line).collect()
}

fn ask(actions: &str) -> String {
    format!("  - {{ stepId: s, operationId: get, {actions} }}\n")
}

/// Rule C65: a workflow that runs itself whatever happens does not end either.
#[test]
fn a_workflow_that_always_runs_itself_is_a_warning() {
    let again = ask("onSuccess: [{ name: again, type: goto, workflowId: w }]");
    let goes_on = "the workflow `w` goes on as itself whatever happens, so that it never ends";
    assert_eq!(of_workflows(&[&again]), [format!("unbounded_poll 7: {goes_on}")]);
    let calls = "  - { stepId: c, workflowId: w }\n";
    let runs = "the workflow `w` runs itself whatever happens, so that it never ends";
    assert_eq!(of_workflows(&[&(ask("") + calls)]), [format!("unbounded_poll 8: {runs}")]);
    // Those of one circle are one finding, and who runs one of them is none.
    let (to_v, to_w) =
        ("  - { stepId: c, workflowId: v }\n", ask("onSuccess: [{ name: on, type: goto, workflowId: w }]"));
    let leads_back = "the workflow `w` runs `v`, which leads back to it whatever happens, so that neither ends";
    assert_eq!(of_workflows(&[to_v, &to_w, to_v]), [format!("unbounded_poll 7: {leads_back}")]);
    let failed = ask("onFailure: [{ name: anew, type: goto, workflowId: w }]");
    let anew = "the action `anew` begins the workflow anew at every failure of `s`, however often it fails";
    assert_eq!(of_workflows(&[&failed]), [format!("unbounded_poll 7: {anew}")]);
}

/// Rule C65: what runs itself only at times ends.
#[test]
fn a_workflow_that_may_run_itself_is_no_warning() {
    for workflows in [
        &[&*ask(&format!("onSuccess: [{{ name: again, type: goto, workflowId: w, {IF_X} }}]"))][..],
        &[&ask(&format!(
            "onSuccess: [{{ name: done, type: end, {IF_X} }}, {{ name: again, type: goto, workflowId: w }}]"
        ))],
        &[&ask(&format!("onFailure: [{{ name: again, type: goto, workflowId: w, {IF} }}]"))],
        &[&(ask(&format!("onSuccess: [{{ name: done, type: end, {IF_X} }}]")) + "  - { stepId: c, workflowId: w }\n")],
        // The innermost one fails, and the others go on from there.
        &[&(ask("") + "  - { stepId: c, workflowId: w, onFailure: [{ name: enough, type: end }] }\n")],
        &["  - { stepId: c, workflowId: v }\n", &ask("")],
    ] {
        assert_eq!(of_workflows(workflows), [""; 0], "{workflows:?}");
    }
}

/// What is found about two failure actions with these criteria, of which the first one ends or repeats.
fn behind(kind: &str, first: &str, second: &str) -> Vec<String> {
    let list = format!(
        "[{{ name: one, type: {kind}, criteria: [{first}] }}, {{ name: other, type: end, criteria: [{second}] }}]"
    );
    of_workflows(&[&ask(&format!("onFailure: {list}"))])
}

/// Rule C64: criteria hide those that ask for the same and more.
#[test]
fn an_action_that_asks_for_the_same_or_more_is_hidden() {
    let hidden = "shadowed_action 7: the action `other` is never taken: one before it matches whenever it does";
    let status = |condition: &str| format!("{{ condition: {condition} }}");
    let body = "{ condition: $response.body#/id == 'x' }";
    let pattern = |root: &str| format!("{{ context: {root}, condition: '^x', type: regex }}");
    for (first, second) in [
        (status("$statusCode == 404"), status("$statusCode == 404")),
        (status("$statusCode >= 400"), status("$statusCode == 404")),
        (status("$statusCode >= 400"), format!("{}, {body}", status("$statusCode == 404"))),
        (body.to_owned(), format!("{}, {body}", status("$statusCode == 404"))),
        (pattern("$response.body"), pattern("$response.body")),
    ] {
        assert_eq!(behind("end", &first, &second), [hidden], "{first} before {second}");
        // A retry is used up at some time.
        assert_eq!(behind("retry", &first, &second), [""; 0], "{first} before {second}");
    }
    for (first, second) in [
        (status("$statusCode == 404"), status("$statusCode >= 400")),
        (format!("{}, {body}", status("$statusCode == 404")), status("$statusCode == 404")),
        (status("$statusCode >= 400"), body.to_owned()),
        // Without a response this one alone is met.
        (status("$statusCode >= 100"), status("$statusCode != 404")),
        (pattern("$response.body"), pattern("$response.header.X")),
    ] {
        assert_eq!(behind("end", &first, &second), [""; 0], "{first} before {second}");
    }
}

/// A success action asks for a status with which its step can succeed.
#[test]
fn a_success_action_for_a_status_of_failures_is_never_taken() {
    let never = "shadowed_action 7: the action `one` is never taken: `s` does not succeed with such a status";
    let action = |criteria: &str, conditions: &str| {
        of_workflows(&[&ask(&format!(
            "successCriteria: {criteria}, onSuccess: [{{ name: one, type: end, criteria: [{conditions}] }}]"
        ))])
    };
    let status = |condition: &str| format!("{{ condition: {condition} }}");
    let (ok, body) = (format!("[{}]", status("$statusCode == 200")), "{ condition: $response.body#/id == 'x' }");
    for (criteria, conditions) in [
        (ok.clone(), status("$statusCode == 404")),
        (ok.clone(), format!("{body}, {}", status("$statusCode >= 400"))),
        (format!("[{body}, {}]", status("$statusCode < 300")), status("$statusCode == 503")),
    ] {
        assert_eq!(action(&criteria, &conditions), [never], "{criteria} {conditions}");
    }
    for (criteria, conditions) in [
        (ok.clone(), status("$statusCode == 200")),
        (ok.clone(), body.to_owned()),
        (ok, status("$statusCode != 404")),
        // Of these nothing says which status comes.
        (format!("[{body}]"), status("$statusCode == 404")),
        (format!("[{}]", status("$statusCode == 200 || $statusCode == 404")), status("$statusCode == 404")),
    ] {
        assert_eq!(action(&criteria, &conditions), [""; 0], "{criteria} {conditions}");
    }
    let without = |condition: &str| {
        of_workflows(&[&ask(&format!("onSuccess: [{{ name: one, type: end, criteria: [{}] }}]", status(condition)))])
    };
    assert_eq!(without("$statusCode == 404"), [never]);
    assert_eq!(without("$statusCode == 200"), [""; 0]);
}
