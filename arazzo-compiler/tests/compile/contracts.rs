//! What can be known of a run while compiling: steps that never run, requests that are sent again to no use or with harm.

use crate::support::{answer, compiled, document, found, operations};
use arazzo_compiler::source::Memory;
use arazzo_compiler::{Options, compile};
use std::path::Path;

/// The findings of a workflow with these steps, without their file and level.
fn findings(steps: &str) -> Vec<String> {
    let api = operations(&format!("\"200\": {}", answer("{ $ref: '#/components/schemas/Thing' }")));
    of(&document(&format!("  steps:\n{steps}")), &api)
}

fn of(document: &str, api: &str) -> Vec<String> {
    let line = |line: String| line.replace("warning ", "").replace(" w.yml", "");
    found(&compiled(document, api)).into_iter().map(line).collect()
}

/// Three steps with actions.
fn three(actions: [&str; 3]) -> String {
    let step = |(name, actions): (&str, &str)| format!("  - {{ stepId: {name}, operationId: get, {actions} }}\n");
    ["a", "b", "c"].into_iter().zip(actions).map(step).collect()
}

#[test]
fn a_step_that_every_way_leaves_out_is_reported() {
    let past = "onSuccess: [{ name: past, type: goto, stepId: c }]";
    assert_eq!(findings(&three([past, "", ""])), ["unreachable_step 8:15"]);
    let end = "onSuccess: [{ name: enough, type: end }]";
    // What is behind it is not reported again.
    assert_eq!(findings(&three([end, "", ""])), ["unreachable_step 8:15"]);
    assert_eq!(findings(&three(["", end, ""])), ["unreachable_step 9:15"]);
    // A step that never runs leads nowhere.
    let on = "onSuccess: [{ name: on, type: goto, stepId: c }]";
    assert_eq!(findings(&three([end, on, ""])), ["unreachable_step 8:15"]);
}

#[test]
fn a_step_that_some_way_leads_to_is_not_reported() {
    let sometimes =
        "onSuccess: [{ name: past, type: goto, stepId: c, criteria: [{ condition: $response.body#/id == 'x' }] }]";
    assert_eq!(findings(&three([sometimes, "", ""])), [""; 0]);
    let failed = "onSuccess: [{ name: past, type: end }], onFailure: [{ name: other, type: goto, stepId: b }]";
    assert_eq!(findings(&three([failed, "", ""])), [""; 0]);
    // It runs before another one is tried again.
    let helped =
        "onSuccess: [{ name: past, type: goto, stepId: c }], onFailure: [{ name: help, type: retry, stepId: b }]";
    assert_eq!(findings(&three([helped, "", ""])), [""; 0]);
    // An action that could not be read may be the way.
    let broken = "onSuccess: [{ name: x, type: goto, stepId: nowhere, criteria: [{ condition: $statusCode == 200 }] }, \
                  { name: past, type: end }]";
    assert_eq!(findings(&three([broken, "", ""])), ["error unknown_step 7:79"]);
}

/// A step whose request is repeated under these criteria.
fn retried(operation: &str, fields: &str, criteria: &str) -> Vec<String> {
    findings(&format!(
        "  - stepId: a\n    operationId: {operation}\n{fields}    onFailure:\n    - name: again\n      type: retry\n{criteria}"
    ))
}

const BODY: &str = "    requestBody: { payload: { a: 1 } }\n";

fn when(condition: &str) -> String {
    format!("      criteria: [{{ condition: \"{condition}\" }}]\n")
}

#[test]
fn a_retry_of_a_request_that_stays_wrong_is_reported() {
    for condition in [
        "$statusCode == 400",
        "$statusCode == 401 || 422 == $statusCode",
        "$statusCode >= 400 && $statusCode < 402",
        "!($statusCode != '422')",
    ] {
        assert_eq!(retried("get", "", &when(condition)), ["useless_retry 12:31"], "{condition}");
    }
}

#[test]
fn a_retry_that_may_help_is_not_reported() {
    for condition in [
        "$statusCode == 404",
        "$statusCode == 403",
        "$statusCode == 409",
        "$statusCode == 429",
        "$statusCode == 400 || $statusCode == 503",
        "$statusCode >= 400",
        "$statusCode != 400",
        "$statusCode == 400 && $statusCode == 401",
        "$statusCode == 400 && $response.body#/later == true",
        "!($statusCode == 400)",
    ] {
        assert_eq!(retried("get", "", &when(condition)), [""; 0], "{condition}");
    }
    let two = "      criteria: [{ condition: $statusCode == 400 }, { condition: $response.body#/later == true }]\n";
    assert_eq!(retried("get", "", two), [""; 0]);
    // Something else runs before it.
    let helped =
        "      stepId: b\n      criteria: [{ condition: $statusCode == 401 }]\n  - { stepId: b, operationId: get }\n";
    assert_eq!(retried("get", "", helped), [""; 0]);
    // It is never taken.
    let never = "      retryLimit: 0\n      criteria: [{ condition: $statusCode == 401 }]\n";
    assert_eq!(retried("get", "", never), [""; 0]);
}

#[test]
fn a_post_that_may_have_been_carried_out_is_not_repeated() {
    assert_eq!(retried("post", BODY, ""), ["unsafe_retry 11:13"]);
    for condition in [
        "$statusCode >= 500",
        "$statusCode == 502",
        "$statusCode != 400",
        "!($statusCode < 500)",
        "$statusCode == 429 || $statusCode == 500",
        "$statusCode >= 400 && $statusCode < 600",
    ] {
        assert_eq!(retried("post", BODY, &when(condition)), ["unsafe_retry 11:13"], "{condition}");
    }
    let itself = "  - stepId: a\n    operationId: post\n    requestBody: { payload: { a: 1 } }\n    onFailure:\n    \
                  - name: again\n      type: goto\n      stepId: a\n      criteria: [{ condition: $statusCode == 500 }]\n";
    assert_eq!(findings(itself), ["unsafe_retry 11:13"]);
}

#[test]
fn a_request_that_can_be_sent_twice_is_not_reported() {
    assert_eq!(retried("get", "", ""), [""; 0]);
    for condition in [
        "$statusCode == 429",
        "$statusCode == 503 || $statusCode == 429",
        "$statusCode >= 400 && $statusCode < 500",
        "$statusCode < 500",
        "$response.body#/state == 'pending'",
        "$statusCode == 500 && $response.body#/done == false",
        "$statusCode == 500 && $statusCode == 429",
    ] {
        assert_eq!(retried("post", BODY, &when(condition)), [""; 0], "{condition}");
    }
    let key = "    parameters: [{ name: idempotency-key, in: header, value: k }]\n";
    assert_eq!(retried("post", &format!("{key}{BODY}"), ""), ["undeclared_parameter 9:26"]);
    assert_eq!(retried("post", "    requestBody: { payload: { request_id: 1 } }\n", ""), [""; 0]);
    // What runs before it can look whether it is there.
    assert_eq!(retried("post", BODY, "      stepId: b\n  - { stepId: b, operationId: get }\n"), [""; 0]);
}

/// A description of `get` with these responses and this about its security, and of `login`, which asks for nothing itself.
fn guarded(security: &str, schemes: &str, responses: &str) -> String {
    format!(
        "openapi: 3.1.0
info: {{ title: t, version: '1' }}
servers: [{{ url: 'https://t.example' }}]
security: {security}
paths:
  /things/{{id}}:
    get:
      operationId: get
      parameters:
      - {{ name: id, in: path, required: true, schema: {{ type: string }} }}
      - {{ name: q, in: query, schema: {{ type: string }} }}
      - {{ name: token, in: query, schema: {{ type: string }} }}
      responses: {responses}
  /login:
    post: {{ operationId: login, responses: {{ '200': {{ description: in }} }} }}
  /open:
    get: {{ operationId: open, security: [], responses: {{ '200': {{ description: all }} }} }}
components:
  securitySchemes: {schemes}
"
    )
}

const SCHEMES: &str = "{ bearer: { type: http, scheme: Bearer }, basic: { type: http, scheme: basic }, \
                       key: { type: apiKey, in: header, name: X-Key }, query: { type: apiKey, in: query, name: key }, \
                       cookie: { type: apiKey, in: cookie, name: sid }, digest: { type: http, scheme: digest }, \
                       tls: { type: mutualTLS }, oauth: { type: oauth2, flows: {} } }";

const PLAIN: &str = "{ '200': { description: d, content: { text/plain: {} } } }";

const INPUTS: &str = "  inputs: { type: object, properties: { t: { type: string }, p: { type: string, format: password }, \
                      o: { type: object, properties: { p: { type: string, format: password }, n: { type: string } } } } }\n";

/// The findings of a step of `get` with parameters, besides inputs that are not used.
fn with_parameters(security: &str, parameters: &str) -> Vec<String> {
    let step = format!(
        "{INPUTS}  steps:\n  - stepId: a\n    operationId: get\n    parameters:\n    - {{ name: id, in: path, value: '1' }}\n{parameters}"
    );
    let found = of(&document(&step), &guarded(security, SCHEMES, PLAIN));
    found.into_iter().filter(|line| !line.starts_with("unused_input")).collect()
}

/// The same of two steps, of which only the first has the parameters.
fn forgotten(security: &str, given: &str) -> Vec<String> {
    let second = "  - stepId: b\n    operationId: get\n    parameters:\n    - { name: id, in: path, value: '1' }\n";
    with_parameters(security, &format!("    - {given}\n{second}"))
}

#[test]
fn credentials_that_other_steps_give_are_given() {
    for (security, given) in [
        ("[{ bearer: [] }]", "{ name: authorization, in: header, value: $inputs.t }"),
        ("[{ basic: [] }]", "{ name: Authorization, in: header, value: $inputs.t }"),
        ("[{ oauth: [] }]", "{ name: Authorization, in: header, value: $inputs.t }"),
        ("[{ key: [] }]", "{ name: x-key, in: header, value: $inputs.t }"),
        ("[{ query: [] }]", "{ name: key, in: query, value: $inputs.t }"),
        ("[{ cookie: [] }]", "{ name: sid, in: cookie, value: $inputs.t }"),
        ("[{ cookie: [] }]", "{ name: Cookie, in: header, value: 'sid={$inputs.t}' }"),
        ("[{ cookie: [] }]", "{ name: cookie, in: header, value: 'theme=dark; sid={$inputs.t}' }"),
        ("[{ cookie: [] }]", "{ name: Cookie, in: header, value: $inputs.t }"),
        ("[{ bearer: [] }, { key: [] }]", "{ name: X-Key, in: header, value: $inputs.t }"),
        ("[{ bearer: [], tls: [] }]", "{ name: Authorization, in: header, value: $inputs.t }"),
        // The other half of the set is the client's.
        ("[{ bearer: [], key: [] }]", "{ name: X-Key, in: header, value: $inputs.t }"),
    ] {
        assert_eq!(forgotten(security, given), ["missing_security 13:13"], "{security}");
        // Where no step gives them, the client has them.
        assert_eq!(with_parameters(security, ""), [""; 0], "{security}");
        let alone = with_parameters(security, &format!("    - {given}\n"));
        assert!(!alone.iter().any(|line| line.starts_with("missing_security")), "{security} {given}: {alone:?}");
    }
    // The header has other cookies.
    let other = "{ name: Cookie, in: header, value: 'theme=dark; insid={$inputs.t}' }";
    assert_eq!(forgotten("[{ cookie: [] }]", other), ["undeclared_parameter 12:15"]);
    let other_place = forgotten("[{ query: [] }]", "{ name: key, in: header, value: $inputs.t }");
    assert!(!other_place.iter().any(|line| line.starts_with("missing_security")), "{other_place:?}");
}

#[test]
fn steps_that_forget_the_same_credential_are_one_finding() {
    let step = |id: &str, given: &str| {
        format!("  - {{ stepId: {id}, operationId: get, parameters: [{{ name: id, in: path, value: '1' }}{given}] }}\n")
    };
    let given = ", { name: Authorization, in: header, value: 'Bearer x' }";
    let of_steps = |last: &str| {
        let steps = [step("a", ""), step("b", ""), step("c", ""), step("d", last)].concat();
        of(&document(&format!("  steps:\n{steps}")), &guarded("[{ bearer: [] }]", SCHEMES, PLAIN))
    };
    assert_eq!(of_steps(given), ["missing_security 7:15"]);
    assert_eq!(of_steps(""), [""; 0]);
    // Another workflow of the document counts too.
    let (one, other) = (step("a", ""), step("b", given));
    let both = document(&format!("  steps:\n{one}- workflowId: v\n  steps:\n{other}"));
    assert_eq!(of(&both, &guarded("[{ bearer: [] }]", SCHEMES, PLAIN)), ["missing_security 7:15"]);
}

#[test]
fn an_operation_that_can_do_without_credentials_needs_none() {
    for security in
        ["[]", "[{}]", "[{ bearer: [] }, {}]", "[{ tls: [] }]", "[{ digest: [] }]", "[{ unknown: [] }]", "{}"]
    {
        assert_eq!(with_parameters(security, ""), [""; 0], "{security}");
    }
    let open = document("  steps:\n  - { stepId: a, operationId: open }\n");
    assert_eq!(of(&open, &guarded("[{ bearer: [] }]", SCHEMES, PLAIN)), [""; 0]);
}

#[test]
fn a_step_that_fetches_the_credentials_needs_none() {
    let steps = "  steps:\n  - { stepId: in, operationId: login, outputs: { t: $response.body } }\n  - stepId: a\n    \
                 operationId: get\n    parameters:\n    - { name: id, in: path, value: '1' }\n";
    let api = guarded("[{ bearer: [] }]", SCHEMES, PLAIN);
    let header = "    - { name: Authorization, in: header, value: 'Bearer {$steps.in.outputs.t}' }\n";
    assert_eq!(of(&document(&format!("{steps}{header}")), &api), [""; 0]);
    // Of another step it is asked.
    let other = "  - { stepId: b, operationId: get, parameters: [{ name: id, in: path, value: '1' }] }\n";
    assert_eq!(of(&document(&format!("{steps}{header}{other}")), &api), ["missing_security 13:15"]);
}

#[test]
fn parameters_of_the_workflow_give_credentials_to_all_steps() {
    let steps = "  parameters: [{ name: Authorization, in: header, value: x }]\n  steps:\n  - { stepId: a, operationId: login }\n";
    assert_eq!(of(&document(steps), &guarded("[{ bearer: [] }]", SCHEMES, PLAIN)), [""; 0]);
}

const BEARER: &str = "    - { name: Authorization, in: header, value: 'Bearer {$inputs.t}' }\n";

#[test]
fn secrets_in_urls_are_reported() {
    for (value, column) in [("$inputs.t", 36), ("'a{$inputs.t}b'", 39), ("$inputs.p", 36), ("$inputs.o#/p", 36)] {
        let found =
            with_parameters("[{ bearer: [] }]", &format!("{BEARER}    - {{ name: q, in: query, value: {value} }}\n"));
        assert_eq!(found, [format!("secret_in_url 13:{column}")], "{value}");
    }
    let in_path = format!(
        "{INPUTS}  steps:\n  - stepId: a\n    operationId: get\n    parameters:\n    - {{ name: id, in: path, value: $inputs.t }}\n{BEARER}"
    );
    let found = of(&document(&in_path), &guarded("[{ bearer: [] }]", SCHEMES, PLAIN));
    assert!(found.contains(&"secret_in_url 11:36".to_owned()), "{found:?}");
}

#[test]
fn what_is_no_secret_may_be_in_a_url() {
    let both = |header: &str, value: &str| {
        let given = format!("    - {header}\n    - {{ name: q, in: query, value: {value} }}\n");
        let found = with_parameters("[{ query: [] }, {}]", &given);
        found.into_iter().filter(|line| line.starts_with("secret")).collect::<Vec<_>>()
    };
    // The name of a user, which is no secret, stands in a credential too.
    assert_eq!(both("{ name: Authorization, in: header, value: '{$inputs.t}:{$inputs.p}' }", "$inputs.t"), [""; 0]);
    assert_eq!(both("{ name: X-Tenant, in: header, value: $inputs.t }", "$inputs.t"), [""; 0]);
    assert_eq!(both("{ name: shade, in: cookie, value: $inputs.t }", "$inputs.t"), [""; 0]);
    assert_eq!(both("{ name: Authorization, in: header, value: $inputs.o#/p }", "$inputs.o#/n"), [""; 0]);
    // The API wants them there.
    assert_eq!(both("{ name: token, in: query, value: $inputs.p }", "x"), [""; 0]);
    assert_eq!(both("{ name: key, in: query, value: $inputs.p }", "x"), [""; 0]);
}

/// The findings of a step of `get` that reads the answer.
fn reading(responses: &str, fields: &str) -> Vec<String> {
    let step = format!(
        "  steps:\n  - stepId: a\n    operationId: get\n    parameters: [{{ name: id, in: path, value: '1' }}]\n{fields}  outputs: {{ x: $steps.a.outputs.x }}\n"
    );
    of(&document(&step), &guarded("[]", SCHEMES, responses))
}

fn typed(media_type: &str) -> String {
    format!("{{ '200': {{ description: d, content: {{ '{media_type}': {{}} }} }} }}")
}

#[test]
fn a_part_of_an_answer_that_has_none_is_reported() {
    let pointer = "    outputs: { x: $response.body#/id }\n";
    for media_type in ["text/plain", "application/xml", "image/*", "application/octet-stream"] {
        assert_eq!(reading(&typed(media_type), pointer), ["unreadable_content 10:19"], "{media_type}");
    }
    let all = "    successCriteria: [{ condition: $statusCode == 200 }, { context: $response.body, condition: '$.a[0]', type: jsonpath }]\n    \
               onSuccess: [{ name: e, type: end, criteria: [{ condition: $response.body#/a == 1 }] }]\n    \
               outputs: { x: $response.body }\n";
    assert_eq!(reading(PLAIN, all), ["unreadable_content 10:96", "unreadable_content 11:63"]);
}

#[test]
fn a_part_of_an_output_that_is_a_whole_answer_is_reported() {
    let later = |media_type: &str, expression: &str| {
        let steps = format!(
            "  steps:\n  - stepId: a\n    operationId: get\n    parameters: [{{ name: id, in: path, value: '1' }}]\n    \
             outputs: {{ o: $response.body }}\n  - stepId: b\n    operationId: get\n    \
             parameters: [{{ name: id, in: path, value: {expression} }}]\n"
        );
        of(&document(&steps), &guarded("[]", SCHEMES, &typed(media_type)))
    };
    assert_eq!(later("text/plain", "$steps.a.outputs.o#/id"), ["unreadable_content 13:47"]);
    assert_eq!(later("text/plain", "$steps.a.outputs.o"), [""; 0]);
    assert_eq!(later("application/json", "$steps.a.outputs.o#/id"), [""; 0]);
}

#[test]
fn an_answer_that_may_have_parts_is_not_reported() {
    let pointer = "    outputs: { x: $response.body#/id }\n";
    for media_type in ["application/json", "text/json", "application/problem+json", "*/*", "application/*"] {
        assert_eq!(reading(&typed(media_type), pointer), [""; 0], "{media_type}");
    }
    for responses in [
        "{ '200': { description: open } }",
        "{ default: { description: d, content: { text/plain: {} } } }",
        "{ '200': { description: d, content: { text/plain: {}, application/json: {} } } }",
        "{ '200': { description: d, content: { text/plain: {} } }, '201': { description: d, content: { application/json: {} } } }",
        "{ '200': { description: d, content: { text/plain: {} } }, 2XX: { description: open } }",
    ] {
        assert_eq!(reading(responses, pointer), [""; 0], "{responses}");
    }
    // The whole of it is there, and what a failure answers is not known.
    let whole = "    onFailure: [{ name: e, type: end, criteria: [{ condition: $response.body#/code == 1 }] }]\n    \
                 outputs: { x: $response.body }\n";
    assert_eq!(reading(PLAIN, whole), [""; 0]);
    let any_status = "    successCriteria: [{ condition: $statusCode < 500 }]\n";
    assert_eq!(reading(PLAIN, &format!("{any_status}{pointer}")), [""; 0]);
}

/// The unused outputs of `get` and other steps, where they are asked for.
fn unused_outputs(steps: &str) -> Vec<String> {
    let document = document(&format!("  steps:\n{steps}"));
    let api = operations(&format!("\"200\": {}", answer("{ $ref: '#/components/schemas/Thing' }")));
    let files = Memory::of([("w.yml", document.as_str()), ("api.yml", api.as_str())]);
    let deny = vec!["unused_output".to_owned()];
    let compilation = compile(Path::new("w.yml"), &Options { reader: &files, deny, ..Options::default() });
    found(&compilation).into_iter().filter(|line| line.contains("unused_output")).collect()
}

#[test]
fn an_output_that_nothing_reads_is_reported_where_that_is_asked_for() {
    let outputs = "  - { stepId: a, operationId: get, outputs: { x: $response.body, y: $response.body#/id } }\n";
    assert_eq!(findings(outputs), [""; 0]);
    let unused = ["error unused_output w.yml 7:47", "error unused_output w.yml 7:66"];
    assert_eq!(unused_outputs(outputs), unused);
    let read = "  - { stepId: b, operationId: get, successCriteria: [{ condition: $steps.a.outputs.x == $response.body }] }\n  \
                outputs: { z: $steps.a.outputs.y }\n";
    assert_eq!(unused_outputs(&format!("{outputs}{read}")), [""; 0]);
    // What could not be read may be what reads it.
    let broken = "  - { stepId: b, operationId: get, successCriteria: [{ condition: $steps.a.output.x == 1 }] }\n";
    assert_eq!(unused_outputs(&format!("{outputs}{broken}")), [""; 0]);
}

/// The findings of a step with these fields beside components.
fn with_components(fields: &str, components: &str) -> Vec<String> {
    findings(&format!(
        "  - {{ stepId: a, operationId: find, parameters: [{{ name: X-Why, in: header, value: y }}, {fields}] }}\ncomponents:\n{components}"
    ))
}

#[test]
fn a_component_that_nothing_refers_to_is_reported() {
    let id = "  parameters: { id: { name: id, in: path, value: '1' }, id2: { name: id, in: path, value: '2' } }\n";
    assert_eq!(with_components("{ reference: $components.parameters.id2 }", id), ["unused_component 9:17"]);
    assert_eq!(with_components("{ name: id, in: path, value: '1' }", id).len(), 2);
    let actions = "  successActions: { a: { name: a, type: end } }\n  failureActions: { a: { name: a, type: end } }\n";
    let given = "{ name: id, in: path, value: '1' }";
    assert_eq!(with_components(given, actions), ["unused_component 9:21", "unused_component 10:21"]);
    let inputs = "  inputs: { a: { type: object } }\n";
    assert_eq!(with_components(given, inputs), ["unused_component 9:13"]);
}

#[test]
fn a_component_that_is_used_somehow_is_not_reported() {
    let steps =
        "  steps:\n  - { stepId: a, operationId: get, onFailure: [{ reference: $components.failureActions.stop }] }\n";
    let schemas = "  inputs: { i: { type: object, properties: { x: { $ref: '#/components/inputs/j' } } }, j: { type: string } }\n";
    let text = format!(
        "  inputs: {{ $ref: '#/components/inputs/i' }}\n{steps}components:\n{schemas}  failureActions: {{ stop: {{ name: stop, type: end }} }}\n"
    );
    let found = of(&document(&text), &operations(""));
    assert!(!found.iter().any(|line| line.starts_with("unused_component")), "{found:?}");
    // A YAML alias.
    let text = "components: { inputs: { a: &a { type: object }, b: { type: object, properties: { x: *a } } } }\n";
    let aliased = document(steps).replace("$components.failureActions.stop }", "$components.failureActions.s }");
    let aliased = aliased
        .replace("workflows:", &format!("{text}workflows:"))
        .replace("{ reference: $components.failureActions.s }", "{ name: e, type: end }");
    assert_eq!(of(&aliased, &operations("")), ["unused_component 4:49"]);
}

/// What is found about workflows that give each other an input `x`: the first one a password.
fn handed(of_first: &str, others: &[&str]) -> Vec<String> {
    let mut text = format!(
        "{INPUTS}  steps:\n  - {{ stepId: s, workflowId: v, parameters: [{{ name: x, value: {of_first} }}] }}\n"
    );
    for (name, steps) in ["v", "u"].into_iter().zip(others) {
        text += &format!(
            "- workflowId: {name}\n  inputs: {{ type: object, properties: {{ x: {{ type: string }} }} }}\n  steps:\n{steps}"
        );
    }
    let found = of(&document(&text), &guarded("[]", SCHEMES, PLAIN));
    found.into_iter().filter(|line| !line.starts_with("unused_input")).collect()
}

#[test]
fn a_secret_that_is_given_to_another_workflow_stays_out_of_its_urls() {
    let sends = "  - { stepId: a, operationId: get, parameters: [{ name: id, in: path, value: $inputs.x }] }\n";
    let passes = "  - { stepId: b, workflowId: u, parameters: [{ name: x, value: $inputs.x }] }\n";
    let goes_on = "  - { stepId: b, operationId: open, onSuccess: [{ name: on, type: goto, workflowId: u }] }\n";
    assert_eq!(handed("$inputs.p", &[sends]), ["secret_in_url 12:78"]);
    assert_eq!(handed("$inputs.o#/p", &[sends]), ["secret_in_url 12:78"]);
    assert_eq!(handed("'pin {$inputs.p}'", &[sends]), ["secret_in_url 12:78"]);
    assert_eq!(handed("$inputs.p", &[passes, sends]), ["secret_in_url 16:78"]);
    assert_eq!(handed("$inputs.p", &[goes_on, sends]), ["secret_in_url 16:78"]);
    assert_eq!(handed("$inputs.t", &[sends]), [""; 0]);
    assert_eq!(handed("$inputs.p", &["  - { stepId: a, operationId: open }\n"]), [""; 0]);
}
