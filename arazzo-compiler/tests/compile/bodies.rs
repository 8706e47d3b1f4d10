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

const JSON: &str = "{ application/json: { schema: { type: object, properties: { tags: { type: array } } } } }";

/// The call with these replacements in a payload.
#[track_caller]
fn replaced(payload: &str, replacements: &str) -> String {
    call(JSON, &format!("{{ payload: {payload}, replacements: {replacements} }}"))
}

// Rule R17: what is known of the payload is replaced while compiling.
#[test]
fn known_payloads_are_replaced_while_compiling() {
    for (payload, replacements, expected) in [
        ("{ a: 1 }", "[{ target: /a, value: 2 }, { target: /b/c, value: x }]", r#"{"a":2,"b":{"c":"x"}}"#),
        ("{ a: [1] }", "[{ target: /a/-, value: 2 }, { target: /a/2, value: [] }]", r#"{"a":[1,2,[]]}"#),
        (
            "{}",
            "[{ target: /tags/0, value: x }, { target: /other/0, value: x }]",
            r#"{"tags":["x"],"other":{"0":"x"}}"#,
        ),
        ("{ a: 1 }", "[{ target: '', value: [3] }]", "[3]"),
        (
            "{ a: [{ b: 1 }, { b: 2 }] }",
            "[{ target: '$.a[?@.b > 1].b', targetSelectorType: jsonpath, value: 3 }]",
            r#"{"a":[{"b":1},{"b":3}]}"#,
        ),
        (
            "{ a: [{ b: 1 }, { b: 2 }] }",
            "[{ target: '$.a[-1]', targetSelectorType: jsonpath, value: null }]",
            r#"{"a":[{"b":1},null]}"#,
        ),
        (
            "{ a: [{ b: 1 }, { b: 2 }] }",
            "[{ target: '$.a[?(@.b === 2)].b', targetSelectorType: { type: jsonpath, \
             version: draft-goessner-dispatch-jsonpath-00 }, value: 3 }]",
            r#"{"a":[{"b":1},{"b":3}]}"#,
        ),
        ("'{\"a\": {}}'", "[{ target: /a/b, value: true }]", r#"{"a":{"b":true}}"#),
    ] {
        let expected = format!("request.constant_body(\"application/json\",{expected:?})");
        assert_eq!(replaced(payload, replacements), expected, "{payload} {replacements}");
    }
    // What may be absent leaves what was there.
    let call = replaced("{ a: 1 }", "[{ target: /a, value: $inputs.text }]");
    let expected = r#"request.json_around("application/json",&[("{","\"a\":",rt::or_else("#;
    assert!(call.contains(expected) && !call.contains("letmutbody"), "{call}");
}

// Rule C85: a target is an expression of its language, and leads somewhere.
// Rule C86: the language of a target follows from the content type, or is given.
#[test]
fn targets_are_checked() {
    let form = form("{}");
    for (content, payload, replacement, expected) in [
        (JSON, "{}", "target: a, value: 1", "error invalid_selector"),
        (JSON, "{}", "target: /~2, value: 1", "error invalid_selector"),
        (JSON, "{}", "target: $.a, value: 1", "error invalid_selector"),
        (JSON, "{}", "target: $.., targetSelectorType: jsonpath, value: 1", "error invalid_selector"),
        (JSON, "{ a: 1 }", "target: /a/b, value: 1", "error unreachable_target"),
        (JSON, "{ a: [1] }", "target: /a/b, value: 1", "error unreachable_target"),
        (JSON, "{ a: [1] }", "target: /a/7, value: 1", "error unreachable_target"),
        (JSON, "text", "target: /a, value: 1", "error unreachable_target"),
        (JSON, "{ a: 1 }", "target: $.b, targetSelectorType: jsonpath, value: 1", "error unreachable_target"),
        (JSON, "{ a: 1 }", "target: '$..b', targetSelectorType: jsonpath, value: 1", "error unreachable_target"),
        (
            JSON,
            "{ a: [{ b: 1 }] }",
            "target: '$.a[?(@.b === 2)]', targetSelectorType: { type: jsonpath, \
             version: draft-goessner-dispatch-jsonpath-00 }, value: 1",
            "error unreachable_target",
        ),
        (JSON, "{ a: 1 }", "target: /a, targetSelectorType: xpath, value: 1", "error invalid_value"),
        (JSON, "{ a: 1 }", "target: /a, value: $inputs.none", "error unknown_input"),
        (JSON, "$inputs.any", "target: /a/b, value: 1", ""),
        (JSON, "{ a: $inputs.any }", "target: /a/b, value: 1", ""),
        (&form, "{ a: 1 }", "target: /a, value: 1", "error missing_field"),
        (&form, "{ a: 1 }", "target: /a, targetSelectorType: jsonpointer, value: 1", ""),
        (&form, "a=1", "target: /a, targetSelectorType: jsonpointer, value: 1", "error unreachable_target"),
        (
            "{ text/plain: {} }",
            "a",
            "target: /a, targetSelectorType: jsonpointer, value: 1",
            "error unreachable_target",
        ),
        ("{ text/xml: {} }", "<a/>", "target: /a, value: 1", ""),
        ("{ text/xml: {} }", "<a/>", "target: /b, value: $inputs.text", "error unreachable_target"),
        ("{ text/xml: {} }", "<a>", "target: /a, value: 1", "error unreachable_target"),
        ("{ text/xml: {} }", "<a/>", "target: '1', value: 1", "error unreachable_target"),
        ("{ text/xml: {} }", "<a/>", "target: '/a[', value: 1", "error invalid_selector"),
        ("{ text/xml: {} }", "$inputs.text", "target: /a, value: 1", ""),
        (
            "{ text/xml: {} }",
            "<a/>",
            "target: /a, targetSelectorType: { type: xpath, version: xpath-31 }, value: 1",
            "error unsupported",
        ),
        ("{ text/xml: {} }", "<a/>", "target: /a, targetSelectorType: jsonpointer, value: 1", "error invalid_value"),
    ] {
        let body = format!("{{ payload: {payload}, replacements: [{{ {replacement} }}] }}");
        assert_eq!(findings(content, &body).join(", "), expected, "{payload} {replacement}");
    }
}

// Rule R17: what is known of XML is replaced while compiling.
#[test]
fn known_xml_is_replaced_while_compiling() {
    let xml = "{ application/xml: {} }";
    let replaced = |value: &str| {
        call(xml, &format!("{{ payload: '<a b=\"1\"><c/></a>', replacements: [{{ target: /a/c, value: {value} }}] }}"))
    };
    assert_eq!(replaced("2"), "request.constant_body(\"application/xml\",\"<ab=\\\"1\\\"><c>2</c></a>\")");
    let call = replaced("$inputs.text");
    assert!(call.starts_with("request.replacing(rt::json(") && call.contains(".set_in_xml(\"/a/c\","), "{call}");
    let api = description(xml);
    let none = document("{ replacements: [{ target: /a, value: 1 }] }");
    assert!(found(&compiled(&none, &api)).iter().any(|line| line.starts_with("error unreachable_target")));
}

// Rule R18: replacements without a payload go into an example of the description.
#[test]
fn replacements_without_a_payload_have_a_base() {
    for (content, expected) in [
        ("{ application/json: {} }", r#"{"a":1}"#),
        ("{ application/json: { example: { a: 0, b: $x } } }", r#"{"a":1,"b":"$x"}"#),
        ("{ application/json: { examples: { one: { value: { c: 1 } } } } }", r#"{"c":1,"a":1}"#),
        ("{ application/json: { schema: { default: { d: 1 }, example: {} } } }", r#"{"d":1,"a":1}"#),
        ("{ application/json: { schema: { examples: [{ e: 1 }] } } }", r#"{"e":1,"a":1}"#),
    ] {
        let call = call(content, "{ replacements: [{ target: /a, value: 1 }] }");
        assert_eq!(call, format!("request.constant_body(\"application/json\",{expected:?})"), "{content}");
    }
}

/// Parts with this schema and these encodings.
fn parts(properties: &str, encoding: &str) -> String {
    format!(
        "{{ multipart/form-data: {{ schema: {{ type: object, properties: {properties} }}, encoding: {encoding} }} }}"
    )
}

// Rule A39: the description says what parts are, and only what is not usual is part of the code.
#[test]
fn parts_are_part_of_the_call() {
    for (properties, encoding, payload, expected) in [
        ("{ a: { type: string } }", "{}", "{ a: x, b: { c: 1 } }", ""),
        (
            "{ a: { type: string, format: binary } }",
            "{}",
            "{ a: x }",
            ".content_type(\"application/octet-stream\").file()",
        ),
        ("{ a: { type: array, items: {} } }", "{}", "{ a: [x] }", ".content_type(\"application/octet-stream\").file()"),
        ("{ a: { type: string, contentMediaType: text/html } }", "{}", "{ a: x }", ".content_type(\"text/html\")"),
        (
            "{ a: { type: string, contentMediaType: image/gif } }",
            "{}",
            "{ a: x }",
            ".content_type(\"image/gif\").file()",
        ),
        (
            "{}",
            "{ a: { contentType: image/png } }",
            "{ a: x }",
            ".written(rt::Format::Text).content_type(\"image/png\").file()",
        ),
        (
            "{}",
            "{ a: { contentType: application/json } }",
            "{ a: x }",
            ".written(rt::Format::Json).content_type(\"application/json\")",
        ),
        ("{}", "{ a: { explode: false } }", "{ a: [x] }", ".written(rt::Format::of(rt::Style::Form,false))"),
        (
            "{ a: { type: string } }",
            "{ a: { headers: { X-A: { schema: { default: 1 } }, Content-Type: { schema: { const: b } } } } }",
            "{ a: x }",
            ".headers(&[(\"X-A\",\"1\")])",
        ),
        (
            "{ a: { type: string, format: binary } }",
            "{}",
            "$inputs.any",
            ".content_type(\"application/octet-stream\").file()",
        ),
        ("{ a: { type: string, format: binary } }", "{}", "{ b: x }", ""),
    ] {
        let call = call(&parts(properties, encoding), &format!("{{ payload: {payload} }}"));
        let expected = match expected {
            "" => "&[],".to_owned(),
            expected => format!("&[rt::FormPart::named(\"a\"){expected}],"),
        };
        let start = format!("request.multipart(\"multipart/form-data\",false,{expected}");
        assert!(call.starts_with(&start), "{properties} {encoding} {payload}: {call}");
    }
    // OpenAPI 3.0 gives styles no meaning in parts, and does not take what has no type for bytes.
    let compilation = compiled(
        &document("{ payload: { a: [x], b: y } }"),
        &description(&parts("{ b: {} }", "{ a: { explode: false } }")).replace("3.1.1", "3.0.3"),
    );
    let tokens = compilation.tokens.to_string().replace(' ', "");
    assert!(tokens.contains("request.multipart(\"multipart/form-data\",false,&[],"), "{tokens}");
}

#[test]
fn what_parts_cannot_be_is_an_error() {
    for (encoding, payload, expected) in [
        ("{}", "[1]", "error shapeless_form"),
        ("{}", "text", "error shapeless_form"),
        ("{}", "'{$inputs.text}'", "error shapeless_form"),
        ("{ a: { contentType: application/xml } }", "{ a: { b: 1 } }", "error unserializable_value"),
        ("{ a: { contentType: application/xml } }", "{ a: <b/> }", ""),
        ("{ a: { style: pipeDelimited } }", "{ a: 1 }", "error unserializable_value"),
        ("{ a: { headers: { X-A: { required: true, schema: {} } } } }", "{ a: 1 }", "error unsupported"),
        ("{ a: { headers: { X-A: { required: true, schema: {} } } } }", "{ b: 1 }", ""),
        ("{ a: { headers: { 'X: b': { schema: { const: c } } } } }", "{ a: 1 }", "error invalid_description"),
        ("{ a: { headers: { Content-Disposition: { schema: { const: c } } } } }", "{ a: 1 }", "error unsupported"),
        ("{ a: { headers: { Content-Disposition: { schema: {} } } } }", "{ a: 1 }", ""),
        ("{ a: { contentType: multipart/mixed, itemEncoding: {} } }", "{ a: [1] }", "error unsupported"),
        ("{ a: { contentType: png } }", "{ a: 1 }", "error invalid_description"),
        ("{ a: { contentType: png } }", "{ b: 1 }", ""),
        ("{ a: { contentType: '' } }", "{ a: 1 }", "error invalid_description"),
        ("{ a: { contentType: 5 } }", "{ a: 1 }", "error invalid_description"),
        ("{ a: { contentType: 'image/png, jpeg' } }", "{ a: 1 }", "error invalid_description"),
        ("{ a: { contentType: 'image/png, image/*' } }", "{ a: 1 }", ""),
        ("{ a: { contentType: 'text/plain; x=\"a, b\"' } }", "{ a: x }", ""),
        // Beside a style it does not count.
        ("{ a: { contentType: png, style: form } }", "{ a: 1 }", ""),
    ] {
        let findings = findings(&parts("{}", encoding), &format!("{{ payload: {payload} }}")).join(", ");
        assert_eq!(findings, expected, "{encoding} {payload}");
    }
}

#[test]
fn targets_have_an_end() {
    let replaced = |tokens: usize| {
        findings(
            JSON,
            &format!("{{ payload: {{}}, replacements: [{{ target: '{}', value: 1 }}] }}", "/a".repeat(tokens)),
        )
    };
    assert_eq!(replaced(128), [""; 0]);
    assert_eq!(replaced(100_000), ["error invalid_selector"]);
}

/// What the operation requires is looked at only where nothing says that it is there, and where it is required in any case.
#[test]
fn only_what_may_be_absent_is_looked_at() {
    let schema = |rest: &str| {
        format!(
            "{{ application/json: {{ schema: {{ type: object, properties: {{ a: {{ type: string }} }}, {rest} }} }} }}"
        )
    };
    let looks = |schema: &str, payload: &str| call(schema, &format!("{{ payload: {payload} }}")).contains("json_with");
    let required = schema("required: [a]");
    let expected = r#"json_with("application/json",&[(0,("","a","$inputs.text"))],&[("{","\"a\":","#;
    let tokens = call(&required, "{ payload: { a: $inputs.text } }");
    assert!(tokens.contains(expected), "{tokens}");
    assert!(looks(&schema("allOf: [{ required: [a] }]"), "{ a: $inputs.text }"));
    for (schema, payload) in [
        (schema("required: [b]"), "{ a: $inputs.text, b: 1 }"),
        (schema("anyOf: [{ required: [a] }, { required: [b] }]"), "{ a: $inputs.text, b: 1 }"),
        (schema("required: [a]"), "{ a: 'x {$inputs.text}' }"),
        (required.replace("json:", "merge-patch+json:"), "{ a: $inputs.text }"),
        (required.replace("string }", "string, readOnly: true }"), "{ a: $inputs.text }"),
        (required.replace("string }", "string, default: x }"), "{ a: $inputs.text }"),
    ] {
        assert!(!looks(&schema, payload), "{schema} {payload}");
    }
}
