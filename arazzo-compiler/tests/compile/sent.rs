//! What requests are made of, against the schemas of their parameters and bodies: constraints, forms and replacements.

use crate::support::messages;

/// A description of one operation `make` with a parameter `p` and a body in three formats, which have these schemas.
fn making(parameter: &str, body: &str) -> String {
    format!(
        "openapi: 3.1.0
info: {{ title: t, version: '1' }}
servers: [{{ url: 'https://t.example' }}]
paths:
  /things:
    post:
      operationId: make
      parameters: [{{ name: p, in: query, schema: {parameter} }}]
      requestBody:
        content:
          application/json: {{ schema: {body} }}
          application/merge-patch+json: {{ schema: {body} }}
          application/x-www-form-urlencoded: {{ schema: {body} }}
          multipart/form-data: {{ schema: {body}, encoding: {{ styled: {{ style: form }} }} }}
      responses: {{ '201': {{ description: made }} }}
"
    )
}

const INPUTS: &str = "  inputs: { properties: { s: { type: string }, i: { type: integer }, l: { type: array }, f: { type: string, contentEncoding: base64 } } }\n";

/// What is found of a step with these lines, without the inputs that it does not use: `rule: message`.
#[track_caller]
fn made(api: &str, lines: &str) -> Vec<String> {
    messages(&format!("{INPUTS}  steps:\n  - stepId: a\n    operationId: make\n    {lines}\n"), api)
}

#[track_caller]
fn parameter(schema: &str, value: &str) -> Vec<String> {
    made(&making(schema, "{}"), &format!("parameters: [{{ name: p, in: query, value: {value} }}]"))
}

#[track_caller]
fn body(content_type: &str, schema: &str, payload: &str) -> Vec<String> {
    made(&making("{}", schema), &format!("requestBody: {{ contentType: {content_type}, payload: {payload} }}"))
}

#[track_caller]
fn json(schema: &str, payload: &str) -> Vec<String> {
    body("application/json", schema, payload)
}

/// The schema of a property `x` alone.
fn of_x(schema: &str) -> String {
    format!("{{ type: object, properties: {{ x: {schema} }} }}")
}

#[test]
fn constants_are_as_the_constraints_of_their_schema_ask() {
    for (schema, fit, unfit, message) in [
        (
            "type: string, minLength: 3",
            &["abc", "äöü", "$inputs.s", "'{$inputs.s}'"][..],
            "ab",
            "must have at least 3 characters",
        ),
        ("type: string, maxLength: 3", &["abc", "'a{$inputs.s}cd'"], "abcd", "must have at most 3 characters"),
        ("type: string, pattern: '^[a-z]+$'", &["abc"], "aBc", "must match the pattern `^[a-z]+$`"),
        ("type: string, pattern: '^(?!x)'", &["xyz"], "", ""),
        ("type: integer, minimum: 1", &["1", "$inputs.i"], "0", "must be at least 1"),
        ("type: integer, maximum: 100", &["100"], "101", "must be at most 100"),
        ("type: number, exclusiveMinimum: 0", &["0.1"], "0", "must be more than 0"),
        ("type: number, exclusiveMaximum: 1", &["0.9"], "1.0", "must be less than 1"),
        // As OpenAPI 3.0 writes it.
        ("type: integer, minimum: 0, exclusiveMinimum: true", &["1"], "0", "must be more than 0"),
        ("type: integer, maximum: 9, exclusiveMaximum: false", &["9"], "10", "must be at most 9"),
        ("type: integer, multipleOf: 5", &["10"], "12", "must be a multiple of 5"),
        (
            "type: array, items: { type: string }, minItems: 2",
            &["[a, b]", "[a, $inputs.s]"],
            "[a]",
            "must have at least 2 elements",
        ),
        ("type: array, items: { type: string }, maxItems: 1", &["[a]"], "[a, b]", "must have at most 1 element"),
        (
            "type: array, items: { type: string }, uniqueItems: true",
            &["[a, b]"],
            "[a, a]",
            "must not have the same element twice",
        ),
        ("allOf: [{ type: string }, { minLength: 3 }]", &["abc"], "ab", "must have at least 3 characters"),
        // One of them may fit.
        (
            "oneOf: [{ type: string, minLength: 3 }, { type: string, maxLength: 1 }]",
            &["a", "abc"],
            "ab",
            "fits none of the alternatives of its schema",
        ),
    ] {
        let schema = format!("{{ {schema} }}");
        for value in fit {
            assert_eq!(parameter(&schema, value), [""; 0], "{value} as {schema}");
            assert_eq!(json(&of_x(&schema), &format!("{{ x: {value} }}")), [""; 0], "{value} in {schema}");
        }
        if !unfit.is_empty() {
            assert_eq!(parameter(&schema, unfit), [format!("unfit_value: the query parameter `p` {message}")]);
            let found = json(&of_x(&schema), &format!("{{ x: {unfit} }}"));
            assert_eq!(found, [format!("unfit_value: `/x` of the request body {message}")]);
        }
    }
    // Of elements that are still to come, only their number is known.
    let few = "{ type: array, items: { type: string }, minItems: 3, uniqueItems: true }";
    let found = json(few, "[$inputs.s, $inputs.s]");
    assert_eq!(found, ["unfit_value: the request body must have at least 3 elements"]);
    assert_eq!(json(few, "[$inputs.s, $inputs.s, $inputs.s]"), [""; 0]);
}

#[test]
fn in_text_numbers_and_strings_look_alike() {
    assert_eq!(parameter("{ type: integer, minimum: 1 }", "'0'").len(), 1);
    assert_eq!(parameter("{ type: string, maxLength: 2 }", "123").len(), 1);
    assert_eq!(parameter("{ type: string, minLength: 3 }", "''"), [""; 0], "it may leave the value open");
    assert_eq!(parameter("{ type: string, pattern: '^[0-9]{3}$' }", "123"), [""; 0]);
    let found = parameter("{ type: array, items: { type: string, enum: [a, b] } }", "[a, c]");
    assert_eq!(found, ["unfit_value: `c` is none of the values of `/1` of the query parameter `p`"]);
    let found = parameter("{ type: array, items: { type: integer } }", "[1, '2', x]");
    assert_eq!(found, ["unfit_value: `/2` of the query parameter `p` must be an integer, and this is `x`"]);
    let object = "{ type: object, required: [size], properties: { size: { type: integer } } }";
    assert_eq!(parameter(object, "{ size: '5' }"), [""; 0]);
    let found = parameter(object, "{ sise: 5 }");
    assert_eq!(found, ["missing_property: the query parameter `p` lacks `size`, which is required"]);
}

const FORM: &str = "{ type: object, required: [kind], properties: { kind: { type: string, enum: [image, '3'] }, size: { type: integer, minimum: 1 }, \
                    file: { type: string, format: binary }, tags: { type: array, items: { type: string, maxLength: 3 } }, \
                    meta: { type: object, required: [id], properties: { id: { type: string }, n: { type: integer } } }, \
                    all: { type: array, items: { type: object, properties: { n: { type: integer } } } }, \
                    styled: { type: object, properties: { n: { type: integer } } } } }";

fn parts(payload: &str) -> Vec<String> {
    body("multipart/form-data", FORM, payload)
}

fn fields(payload: &str) -> Vec<String> {
    body("application/x-www-form-urlencoded", FORM, payload)
}

#[test]
fn parts_are_as_the_schema_of_the_body_asks() {
    for payload in [
        "{ kind: image, size: '5', file: $inputs.f, tags: [a, b] }",
        "{ kind: 3, size: 5, file: text, tags: a, meta: { id: x, n: 1 }, all: [{ n: 1 }] }",
        "{ kind: $inputs.s, size: $inputs.i, tags: $inputs.l, styled: { n: '1' } }",
    ] {
        assert_eq!(parts(payload), [""; 0], "{payload}");
    }
    for (payload, expected) in [
        ("{ kind: imgae }", "unfit_value: `imgae` is none of the values of `/kind` of the request body"),
        ("{ size: 1 }", "missing_property: the request body lacks `kind`, which is required"),
        ("{ kind: image, sise: 1 }", "unknown_property: the request body has no property `sise`"),
        (
            "{ kind: image, size: big }",
            "unfit_value: `/size` of the request body must be an integer, and this is `big`",
        ),
        ("{ kind: image, size: 0 }", "unfit_value: `/size` of the request body must be at least 1"),
        ("{ kind: image, tags: [long] }", "unfit_value: `/tags/0` of the request body must have at most 3 characters"),
        (
            "{ kind: image, size: $inputs.s }",
            "doubtful_type: `$inputs.s` is a string, and `/size` of the request body is an integer",
        ),
        (
            "{ kind: image, meta: { n: 1 } }",
            "missing_property: `/meta` of the request body lacks `id`, which is required",
        ),
        // Parts that are objects are JSON, in which `'1'` is no number.
        (
            "{ kind: image, meta: { id: x, n: '1' } }",
            "unfit_value: `/meta/n` of the request body must be an integer, and this is a string",
        ),
        (
            "{ kind: image, all: [{ n: '1' }] }",
            "unfit_value: `/all/0/n` of the request body must be an integer, and this is a string",
        ),
    ] {
        assert_eq!(parts(payload), [expected], "{payload}");
    }
}

#[test]
fn fields_of_forms_are_as_the_schema_of_the_body_asks() {
    assert_eq!(fields("{ kind: 3, size: '5', tags: [a] }"), [""; 0]);
    for (payload, expected) in [
        ("{ kind: Image }", "unfit_value: `Image` is none of the values of `/kind` of the request body"),
        ("{ kind: image, size: '0' }", "unfit_value: `/size` of the request body must be at least 1"),
        ("{ kind: image, tags: [long] }", "unfit_value: `/tags/0` of the request body must have at most 3 characters"),
        ("{ kind: image, sise: 1 }", "unknown_property: the request body has no property `sise`"),
    ] {
        assert_eq!(fields(payload), [expected], "{payload}");
    }
}

#[test]
fn fields_of_a_form_that_is_text_are_looked_at_too() {
    for fit in [
        "'kind=image&size=5'",
        "'kind={$inputs.s}&size={$inputs.i}&tags=a&tags=b'",
        "'kind=image&{$inputs.s}'",
        "'kind={$inputs.s}x'",
    ] {
        assert_eq!(fields(fit), [""; 0], "{fit}");
    }
    for (payload, expected) in [
        ("'kind=imgae'", "unfit_value: `imgae` is none of the values of `/kind` of the request body"),
        ("'size=5'", "missing_property: the request body lacks `kind`, which is required"),
        ("'kind=image&sise=5'", "unknown_property: the request body has no property `sise`"),
        ("'kind=image&size=a%20b'", "unfit_value: `/size` of the request body must be an integer, and this is `a b`"),
        (
            "'kind=image&size={$inputs.s}'",
            "doubtful_type: `$inputs.s` is a string, and `/size` of the request body is an integer",
        ),
    ] {
        assert_eq!(fields(payload), [expected], "{payload}");
    }
}

#[test]
fn parameters_that_are_json_are_as_their_content_asks() {
    let given = |value: &str| {
        let api = making("{}", "{}").replace(
            "schema: {} }]",
            "content: { application/json: { schema: { type: object, required: [n], properties: { n: { type: integer } } } } } }]",
        );
        made(&api, &format!("parameters: [{{ name: p, in: query, value: {value} }}]"))
    };
    assert_eq!(given("{ n: 1 }"), [""; 0]);
    assert_eq!(
        given("{ n: '1' }"),
        ["unfit_value: `/n` of the query parameter `p` must be an integer, and this is a string"]
    );
    assert_eq!(given("{}"), ["missing_property: the query parameter `p` lacks `n`, which is required"]);
}

/// What is found of a JSON payload with replacements.
#[track_caller]
fn replaced(payload: &str, replacements: &str) -> Vec<String> {
    let lines =
        format!("requestBody: {{ contentType: application/json, payload: {payload}, replacements: [{replacements}] }}");
    made(&making("{}", FORM), &lines)
}

#[test]
fn what_replacements_set_is_as_the_schema_asks() {
    let kind = "{ kind: image, size: 1, meta: { id: x }, tags: [a] }";
    for fit in [
        "{ target: /size, value: 2 }, { target: /meta/n, value: $inputs.i }",
        "{ target: /kind, value: $inputs.s }",
        "{ target: /size, value: none }, { target: /size, value: 2 }",
        "{ target: /meta, value: { id: y } }",
    ] {
        assert_eq!(replaced(kind, fit), [""; 0], "{fit}");
    }
    for (replacement, expected) in [
        (
            "{ target: /size, value: '2' }",
            "unfit_value: `/size` of the request body must be an integer, and this is a string",
        ),
        (
            "{ target: /kind, value: imgae }",
            "unfit_value: `imgae` is none of the values of `/kind` of the request body",
        ),
        ("{ target: /sise, value: 2 }", "unknown_property: the request body has no property `sise`"),
        ("{ target: /meta, value: {} }", "missing_property: `/meta` of the request body lacks `id`, which is required"),
        (
            "{ target: /tags/0, value: long }",
            "unfit_value: `/tags/0` of the request body must have at most 3 characters",
        ),
        (
            "{ target: /size, value: $inputs.s }",
            "doubtful_type: `$inputs.s` is a string, and `/size` of the request body is an integer",
        ),
    ] {
        assert_eq!(replaced(kind, replacement), [expected], "{replacement}");
    }
    // What the payload lacks a replacement can bring, and not another one.
    assert_eq!(replaced("{ size: 1 }", "{ target: /kind, value: image }"), [""; 0]);
    let found = replaced("{ size: 1 }", "{ target: /tags, value: [a] }");
    assert_eq!(found, ["missing_property: the request body lacks `kind`, which is required"]);
    // Of a payload that comes with the run only the replacements are known.
    let found = replaced("$inputs.l", "{ target: /size, value: x }, { target: /size, value: y }");
    assert_eq!(found, ["unfit_value: `/size` of the request body must be an integer, and this is a string"]);
    let alone = made(
        &making("{}", FORM),
        "requestBody: { contentType: application/json, replacements: [{ target: /kind, value: Image }] }",
    );
    assert_eq!(alone, ["unfit_value: `Image` is none of the values of `/kind` of the request body"]);
}

#[test]
fn null_is_for_schemas_that_allow_it() {
    let null = "doubtful_type: `/x` of the request body is null, and by its schema it is a string";
    assert_eq!(json(&of_x("{ type: string }"), "{ x: null }"), [null]);
    for schema in [
        "{ type: [string, 'null'] }",
        "{ type: string, enum: [a, null] }",
        "{}",
        "{ anyOf: [{ type: string }, { type: 'null' }] }",
    ] {
        assert_eq!(json(&of_x(schema), "{ x: null }"), [""; 0], "{schema}");
    }
    assert_eq!(body("application/merge-patch+json", &of_x("{ type: string }"), "{ x: null }"), [""; 0]);
}

#[test]
fn quotes_make_text_of_a_number() {
    let found = json(&of_x("{ type: integer }"), "'{ \"x\": \"{$inputs.i}\" }'");
    assert_eq!(found, ["doubtful_type: `/x` of the request body must be an integer, and this is text"]);
    assert_eq!(json(&of_x("{ type: integer }"), "'{ \"x\": {$inputs.i} }'"), [""; 0]);
}

#[test]
fn what_becomes_a_header_of_a_part_can_be_one() {
    let found = |part: &str, payload: &str| {
        body(
            "multipart/form-data",
            &format!("{{ type: object, properties: {{ x: {part}, y: {{ type: string }} }} }}"),
            payload,
        )
    };
    let media_type = "invalid_description: the `contentMediaType` of the part `x` is no media type, which is written as in `image/png`";
    let encoding =
        "invalid_description: the `contentEncoding` of the part `x` is no name of an encoding, such as `base64`";
    for (part, expected) in [
        ("{ type: string, contentMediaType: png }", media_type),
        ("{ type: string, contentMediaType: 5 }", media_type),
        ("{ type: string, contentEncoding: base 64 }", encoding),
        ("{ type: array, items: { type: string, contentMediaType: png } }", media_type),
    ] {
        assert_eq!(found(part, "{ x: $inputs.s }"), [expected], "{part}");
        assert_eq!(found(part, "{ y: $inputs.s }"), [""; 0], "{part}: nothing is sent as that");
    }
    assert_eq!(
        found("{ type: string, contentMediaType: image/png, contentEncoding: base64 }", "{ x: $inputs.f }"),
        [""; 0]
    );
}
