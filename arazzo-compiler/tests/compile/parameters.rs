//! How parameters are written, from the description to the generated call.

use crate::support::{compiled, found};

/// A document of one step with these parameters.
fn document(parameters: &str) -> String {
    format!(
        "arazzo: 1.1.0\ninfo: {{ title: t, version: '1' }}\nsourceDescriptions: [{{ name: api, url: api.yml }}]\n\
         workflows:\n- workflowId: w\n  inputs:\n    type: object\n    properties:\n      list: {{ type: array }}\n      \
         object: {{ type: object }}\n      text: {{ type: string }}\n      any: {{}}\n  steps:\n  - stepId: s\n    \
         operationId: get\n    parameters:\n{parameters}"
    )
}

/// A description of one operation with these parameters.
fn description(version: &str, parameters: &str) -> String {
    format!(
        "openapi: {version}\ninfo: {{ title: t, version: '1' }}\nservers: [{{ url: 'https://t.example' }}]\npaths:\n  \
         /things/{{id}}:\n    get:\n      operationId: get\n      parameters:\n      \
         - {{ name: id, in: path, required: true, schema: {{}} }}\n{parameters}      responses: {{}}\n"
    )
}

/// The findings, without those about inputs that are not used, when `p` is declared so and given this value.
fn findings(version: &str, place: &str, declared: &str, value: &str) -> Vec<String> {
    let api = description(version, &format!("      - {{ name: p, in: {place}, {declared} }}\n"));
    let document = document(&format!(
        "    - {{ name: id, in: path, value: '1' }}\n    - {{ name: p, in: {place}, value: {value} }}\n"
    ));
    let compilation = compiled(&document, &api);
    let findings = found(&compilation).into_iter().filter(|line| !line.contains("unused_input"));
    findings.map(|line| line.split_once(" w.yml").map_or(line.clone(), |(rule, _)| rule.to_owned())).collect()
}

/// What the generated code says of how `p` is written; empty when it is as its place has it.
#[track_caller]
fn written(version: &str, place: &str, declared: &str, value: &str) -> String {
    let name = if place == "path" { "id" } else { "p" };
    let api = match place {
        "path" => description(version, "").replace("schema: {}", declared),
        _ => description(version, &format!("      - {{ name: p, in: {place}, {declared} }}\n")),
    };
    let other = if place == "path" { "" } else { "    - { name: id, in: path, value: '1' }\n" };
    let document = document(&format!("{other}    - {{ name: {name}, in: {place}, value: {value} }}\n"));
    let compilation = compiled(&document, &api);
    assert!(!compilation.has_errors(), "{}", compilation.diagnostics[0]);
    let tokens = compilation.tokens.to_string().replace(' ', "");
    let kind = if place == "path" { "required" } else { "optional" };
    let (_, call) = tokens.split_once(&format!("{kind}(\"{name}\")")).unwrap_or_else(|| panic!("{tokens}"));
    let call = call.split(';').next().unwrap_or_default();
    match call.strip_prefix(".written(rt::Format::") {
        Some(format) => format.rsplit_once(")},rt::").map_or(format, |(format, _)| format).replace("rt::Style::", ""),
        None => String::new(),
    }
}

#[test]
fn plain_values_of_the_usual_styles_cost_nothing() {
    for (place, style) in [("path", "simple"), ("query", "form"), ("header", "simple"), ("cookie", "form")] {
        for explode in ["true", "false"] {
            let declared = format!("style: {style}, explode: {explode}, schema: {{}}");
            assert_eq!(written("3.1.0", place, &declared, "$inputs.text"), "", "{place}");
        }
    }
}

#[test]
fn what_is_not_usual_is_said() {
    for (place, declared, value, expected) in [
        ("query", "explode: false, schema: {}", "$inputs.list", "of(Form,false)"),
        ("query", "explode: false, schema: {}", "$inputs.any", "of(Form,false)"),
        ("query", "schema: {}", "$inputs.list", ""),
        ("query", "style: pipeDelimited, schema: {}", "$inputs.list", "of(Pipe,false)"),
        ("query", "style: spaceDelimited, schema: {}", "$inputs.object", "of(Space,false)"),
        ("query", "style: deepObject, schema: {}", "$inputs.object", "of(Deep,false)"),
        ("query", "allowReserved: true, schema: {}", "a", "Style{style:Form,explode:true,reserved:true}"),
        ("query", "content: { application/json: {} }", "a", "Json"),
        ("query", "content: { text/plain: {} }", "a", ""),
        ("query", "content: { text/plain: {} }", "$inputs.any", "Text"),
        ("query", "content: { application/x-www-form-urlencoded: {} }", "$inputs.object", "Form"),
        ("path", "style: matrix, schema: {}", "a", "of(Matrix,false)"),
        ("path", "style: label, explode: true, schema: {}", "a", "of(Label,true)"),
        // Only from OpenAPI 3.2 on it counts elsewhere than in a query.
        ("path", "allowReserved: true, schema: {}", "a", ""),
        ("header", "allowReserved: true, schema: {}", "a", ""),
        ("header", "explode: true, schema: {}", "$inputs.object", "of(Simple,true)"),
        ("cookie", "style: cookie, schema: {}", "a", "of(Cookie,true)).secret("),
    ] {
        assert_eq!(written("3.1.0", place, declared, value), expected, "{place} {declared} {value}");
    }
    let reserved = "Style{style:Simple,explode:false,reserved:true}";
    assert_eq!(written("3.2.0", "path", "allowReserved: true, schema: {}", "a"), reserved);
}

// Rule C52: the empty cells of the style table are refused.
#[test]
fn what_has_no_text_is_refused() {
    let invalid = ["error invalid_description"];
    let unserializable = ["error unserializable_value"];
    for (place, declared, value, expected) in [
        ("query", "style: spaceDelimited, explode: true, schema: { type: object }", "$inputs.object", &invalid),
        ("query", "style: pipeDelimited, explode: true, schema: { type: array }", "$inputs.list", &invalid),
        ("query", "style: deepObject, explode: false, schema: { type: object }", "$inputs.object", &invalid),
        ("query", "style: deepObject, schema: { type: string }", "$inputs.any", &invalid),
        ("query", "style: pipeDelimited, schema: { type: integer }", "$inputs.any", &invalid),
        ("query", "style: simple, schema: {}", "a", &invalid),
        ("query", "style: nonsense, schema: {}", "a", &invalid),
        ("header", "style: form, schema: {}", "a", &invalid),
        ("cookie", "style: deepObject, schema: {}", "a", &invalid),
        ("query", "content: {}", "a", &invalid),
        ("query", "content: { text/plain: {}, application/json: {} }", "a", &invalid),
        ("query", "style: deepObject, schema: {}", "a", &unserializable),
        ("query", "style: spaceDelimited, schema: {}", "5", &unserializable),
        ("query", "style: pipeDelimited, schema: {}", "$inputs.text", &unserializable),
        ("query", "schema: {}", "[[1]]", &unserializable),
        ("query", "schema: {}", "[$inputs.list]", &unserializable),
        ("header", "schema: {}", "{ a: { b: 1 } }", &unserializable),
        ("query", "content: { text/plain: {} }", "[1]", &unserializable),
        ("query", "content: { text/plain: {} }", "$inputs.object", &unserializable),
        ("query", "content: { application/x-www-form-urlencoded: {} }", "[1]", &unserializable),
    ] {
        assert_eq!(findings("3.1.0", place, declared, value), expected, "{place} {declared} {value}");
    }
    assert_eq!(findings("3.2.0", "query", "style: deepObject, explode: false", "$inputs.object"), [""; 0]);
    let unsupported = ["error unsupported"];
    assert_eq!(findings("3.1.0", "query", "content: { application/cbor: {} }", "a"), unsupported);
}

#[test]
fn what_no_step_gives_is_nobodys_problem() {
    let api = description("3.1.0", "      - { name: q, in: query, style: nonsense }\n");
    let document = document("    - { name: id, in: path, value: $inputs.any }\n");
    let compilation = compiled(&document, &api);
    assert!(!compilation.has_errors(), "{}", compilation.diagnostics[0]);
}

// Rule C51: a querystring is a string and the only parameter of the query.
#[test]
fn a_querystring_is_alone_and_a_string() {
    let form = "content: { application/x-www-form-urlencoded: {} }";
    let json = "content: { application/json: {} }";
    let unserializable = ["error unserializable_value"];
    for (declared, value, expected) in [
        (form, "a=1", &[][..]),
        (form, "'a={$inputs.text}'", &[]),
        (form, "$inputs.any", &[]),
        (form, "5", &unserializable),
        (form, "{ a: 1 }", &unserializable),
        (form, "$inputs.object", &unserializable),
        (json, "a=1", &unserializable),
        (json, "'{\"a\":1}'", &[]),
        (json, "'%7B%22a%22:1%7D'", &[]),
    ] {
        assert_eq!(findings("3.2.0", "querystring", declared, value), expected, "{declared} {value}");
    }
    let api = description("3.2.0", "      - { name: a, in: query }\n      - { name: b, in: query, required: true }\n");
    let parameters =
        "    - { name: id, in: path, value: $inputs.any }\n    - { name: q, in: querystring, value: b=1 }\n";
    let rules = |parameters: &str| {
        let lines = found(&compiled(&document(parameters), &api));
        let rules = lines.iter().filter_map(|line| line.split(' ').nth(1).map(str::to_owned));
        rules.filter(|rule| rule != "unused_input").collect::<Vec<_>>()
    };
    // It may hold the parameter that is required.
    assert_eq!(rules(parameters), ["undeclared_parameter"]);
    let both = format!("{parameters}    - {{ name: a, in: query, value: '1' }}\n");
    assert_eq!(rules(&both), ["mixed_query", "undeclared_parameter"]);
    let twice = format!("{parameters}    - {{ name: r, in: querystring, value: c=1 }}\n");
    assert!(rules(&twice).contains(&"mixed_query".to_owned()));
}

// Rule R11: an API key in a querystring is a secret.
#[test]
fn keys_in_a_querystring_are_secret() {
    let api = description("3.2.0", "      - { name: q, in: querystring, content: { text/plain: {} } }\n")
        + "components: { securitySchemes: { k: { type: apiKey, in: query, name: key } } }\n";
    for (value, secret) in [
        ("'a={$inputs.any}&key={$inputs.text}'", "inputs.text"),
        ("'key={$inputs.text}&a={$inputs.any}'", "inputs.text"),
        ("'key=x{$inputs.text}&a={$inputs.any}'", "inputs.text"),
        ("$inputs.text", "inputs.text"),
        ("'monkey={$inputs.text}'", ""),
        ("'key=&a={$inputs.text}'", ""),
    ] {
        let parameters = format!(
            "    - {{ name: id, in: path, value: '1' }}\n    - {{ name: q, in: querystring, value: {value} }}\n"
        );
        let tokens = compiled(&document(&parameters), &api).tokens.to_string().replace(' ', "");
        let secrets: Vec<&str> = tokens
            .split("run.secret(&")
            .skip(1)
            .filter_map(|rest| rest.split_once(';'))
            .map(|(call, _)| call)
            .collect();
        match secret {
            "" => assert!(secrets.is_empty(), "{value} {secrets:?}"),
            name => assert!(matches!(secrets[..], [only] if only.contains(name)), "{value} {secrets:?}"),
        }
    }
}

// Rule C55: a parameter of a step takes the place of the workflow's of the same name and place; a name that differs only in
// the case of letters is a slip.
#[test]
fn parameters_of_a_step_take_the_place_of_the_workflows() {
    let api = description(
        "3.1.0",
        "      - { name: a, in: query }\n      - { name: A, in: query }\n      - { name: X-A, in: header }\n",
    );
    let sent = |of_step: &str| {
        let own = format!("    - {{ name: id, in: path, value: '1' }}\n    - {of_step}\n");
        let of_workflow =
            "  parameters: [{ name: a, in: query, value: w }, { name: X-A, in: header, value: w }]\n  steps:";
        let compilation = compiled(&document(&own).replace("  steps:", of_workflow), &api);
        assert!(!compilation.has_errors(), "{}", compilation.diagnostics[0]);
        let warns = found(&compilation).iter().any(|line| line.contains("different_case"));
        let tokens = compilation.tokens.to_string();
        let calls = tokens.split("Parameter :: optional (\"").skip(1);
        let names: Vec<_> = calls.filter_map(|call| call.split('"').next()).map(str::to_owned).collect();
        (names, warns)
    };
    for (of_step, names, warns) in [
        ("{ name: a, in: query, value: s }", &["a", "X-A"][..], false),
        ("{ name: A, in: query, value: s }", &["a", "X-A", "A"], true),
        ("{ name: X-A, in: header, value: s }", &["a", "X-A"], false),
        ("{ name: x-a, in: header, value: s }", &["a", "x-a"], true),
        ("{ name: a, in: cookie, value: s }", &["a", "X-A", "a"], false),
    ] {
        assert_eq!(sent(of_step), (names.iter().map(|name| (*name).to_owned()).collect(), warns), "{of_step}");
    }
}

#[test]
fn headers_of_http_need_no_declaration_and_parts_of_objects_are_members_of_them() {
    let api = description(
        "3.1.0",
        "      - { name: created, in: query, style: deepObject, explode: true, schema: { type: object } }\n",
    );
    let undeclared = |parameter: &str| {
        let lines = format!("    - {{ name: id, in: path, value: '1' }}\n    - {parameter}\n");
        let compilation = compiled(&document(&lines), &api);
        let found = compilation.diagnostics.iter().filter(|found| found.rule.name == "undeclared_parameter");
        found.map(|found| found.help.clone()).collect::<Vec<_>>()
    };
    for header in ["If-None-Match", "if-match", "Accept-Language", "User-Agent", "Accept"] {
        assert!(undeclared(&format!("{{ name: {header}, in: header, value: x }}")).is_empty(), "{header}");
    }
    let help = "give it as a part of `created`: `{ name: created, in: query, value: { gte: … } }`";
    assert_eq!(undeclared("{ name: 'created[gte]', in: query, value: '5' }"), [[help]]);
    for other in ["'since[gte]'", "'created[]'", "X-Other"] {
        assert_eq!(undeclared(&format!("{{ name: {other}, in: query, value: '5' }}")), [[""; 0]], "{other}");
    }
}
