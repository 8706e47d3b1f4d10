//! Request bodies, from the description to the generated call.

use crate::support::{compiled, found};

/// A document of one step with this `requestBody`.
fn document(body: &str) -> String {
    format!(
        "arazzo: 1.1.0\ninfo: {{ title: t, version: '1' }}\nsourceDescriptions: [{{ name: api, url: api.yml }}]\n\
         workflows:\n- workflowId: w\n  inputs:\n    type: object\n    properties:\n      list: {{ type: array }}\n      \
         object: {{ type: object }}\n      text: {{ type: string }}\n      any: {{}}\n  steps:\n  - stepId: s\n    \
         operationId: send\n    requestBody: {body}\n"
    )
}

/// A description of one operation whose body has this `content`.
fn description(content: &str) -> String {
    format!(
        "openapi: 3.1.1\ninfo: {{ title: t, version: '1' }}\nservers: [{{ url: 'https://t.example' }}]\npaths:\n  \
         /things:\n    post:\n      operationId: send\n      requestBody: {{ content: {content} }}\n      responses: {{}}\n"
    )
}

/// The findings, without those about inputs that are not used: `error rule`.
#[track_caller]
fn findings(content: &str, body: &str) -> Vec<String> {
    let compilation = compiled(&document(body), &description(content));
    let findings = found(&compilation).into_iter().filter(|line| !line.contains("unused_input"));
    findings.map(|line| line.split_once(" w.yml").map_or(line.clone(), |(rule, _)| rule.to_owned())).collect()
}

/// The generated call that sets the body.
#[track_caller]
fn call(content: &str, body: &str) -> String {
    let compilation = compiled(&document(body), &description(content));
    assert!(!compilation.has_errors(), "{}", compilation.diagnostics[0]);
    let tokens = compilation.tokens.to_string().replace(' ', "");
    let (_, behind) = tokens.split_once("rt::Request::new(&OPERATION_SEND);").unwrap_or_else(|| panic!("{tokens}"));
    behind.split(';').next().unwrap_or_default().to_owned()
}

fn form(encoding: &str) -> String {
    format!("{{ application/x-www-form-urlencoded: {{ encoding: {encoding} }} }}")
}

/// Rule A39: only what the description says otherwise than the default is part of the code, and only of members that
/// can be there.
#[test]
fn encodings_of_forms_are_part_of_the_call() {
    for (encoding, payload, expected) in [
        ("{}", "{ a: 1 }", "&[],"),
        (
            "{ a: { style: deepObject, explode: true } }",
            "{ a: $inputs.any }",
            "&[(\"a\",rt::Format::of(rt::Style::Deep,true))],",
        ),
        ("{ a: { explode: false } }", "{ a: $inputs.list }", "&[(\"a\",rt::Format::of(rt::Style::Form,false))],"),
        ("{ a: { explode: false } }", "{ b: 1 }", "&[],"),
        ("{ a: { contentType: application/json } }", "$inputs.any", "&[(\"a\",rt::Format::Json)],"),
        ("{ a: { contentType: 'image/*, image/png' } }", "{ a: b }", "&[(\"a\",rt::Format::Text)],"),
        ("{ a: { contentType: 'image/*' } }", "{ a: b }", "&[],"),
        // The style counts more.
        (
            "{ a: { contentType: text/plain, explode: true } }",
            "{ a: b }",
            "&[(\"a\",rt::Format::of(rt::Style::Form,true))],",
        ),
        ("{ a: { explode: false } }", "'a={$inputs.text}'", "&[],"),
    ] {
        let call = call(&form(encoding), &format!("{{ payload: {payload} }}"));
        let start = format!("request.form(\"application/x-www-form-urlencoded\",false,{expected}");
        assert!(call.starts_with(&start), "{encoding} {payload}: {call}");
    }
}

#[test]
fn what_a_form_cannot_hold_is_an_error() {
    for (encoding, payload, expected) in [
        ("{}", "[1]", "error shapeless_form"),
        ("{}", "5", "error shapeless_form"),
        ("{ a: { style: spaceDelimited } }", "{ a: 1 }", "error unserializable_value"),
        ("{ a: { explode: true } }", "{ a: [[1]] }", "error unserializable_value"),
        ("{ a: { contentType: text/plain } }", "{ a: $inputs.object }", "error unserializable_value"),
        ("{ a: { contentType: text/plain } }", "{ a: [1, { b: 1 }] }", "error unserializable_value"),
        ("{ a: { style: simple } }", "{ a: 1 }", "error invalid_description"),
        ("{ a: { style: deepObject, explode: false } }", "{ a: { b: 1 } }", "error invalid_description"),
        ("{ a: { style: simple } }", "{ b: 1 }", ""),
        ("{ a: { contentType: text/plain } }", "{ a: $inputs.list }", ""),
        ("{ a: { contentType: application/json } }", "{ a: [[{}]] }", ""),
        ("{}", "{ a: [[{}]] }", ""),
    ] {
        assert_eq!(
            findings(&form(encoding), &format!("{{ payload: {payload} }}")).join(", "),
            expected,
            "{encoding} {payload}"
        );
    }
}
