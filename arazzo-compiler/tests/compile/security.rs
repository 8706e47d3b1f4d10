//! What an operation asks for, from the description to the generated code.

use crate::support::{compiled, document};

/// The security of the operation `get`, as the generated code has it, without blanks.
#[track_caller]
fn security(operation: &str, rest: &str) -> String {
    let api = format!(
        "{rest}info: {{ title: t, version: '1' }}\nservers: [{{ url: 'https://t.example' }}]\npaths:\n  /things:\n    get:\n      \
         operationId: get\n{operation}      responses: {{ '200': {{ description: d }} }}\n"
    );
    let compilation = compiled(&document("  steps:\n  - { stepId: s, operationId: get }\n"), &api);
    let tokens = compilation.tokens.to_string().replace([' ', '\n'], "");
    let (_, rest) = tokens.split_once("security:").unwrap_or_else(|| panic!("{tokens}"));
    let (security, _) = rest.split_once(",};").unwrap_or_else(|| panic!("{rest}"));
    security.replace("rt::Scheme::", "").replace("::core::option::Option::", "")
}

const SCHEMES: &str = "openapi: 3.1.0
components:
  securitySchemes:
    bearer: { type: http, scheme: BEARER }
    basic: { type: http, scheme: Basic }
    hmac: { type: http, scheme: hmac }
    header: { type: apiKey, in: header, name: X-Key }
    query: { type: apiKey, in: query, name: 'a key' }
    cookie: { type: apiKey, in: cookie, name: sid }
    oauth: { type: oauth2, flows: { clientCredentials: { tokenUrl: 'https://t.example/token', scopes: {} } } }
    code: { type: oauth2, flows: { authorizationCode: { tokenUrl: 'https://t.example/token', scopes: {} } } }
    open: { type: openIdConnect, openIdConnectUrl: 'https://t.example/open' }
    certificate: { type: mutualTLS }
    referred: { $ref: '#/components/securitySchemes/header' }
    broken: { type: apiKey, in: header, name: 'not a name' }
    split: { type: apiKey, in: cookie, name: 'a=b; c' }
    path: { type: apiKey, in: path, name: id }
    odd: { type: magic }
";

fn own(requirements: &str) -> String {
    security(&format!("      security: {requirements}\n"), SCHEMES)
}

#[test]
fn every_kind_of_scheme_is_a_constant() {
    for (name, expected) in [
        ("bearer", "bearer(\"bearer\")"),
        ("basic", "basic(\"basic\")"),
        ("hmac", "http(\"hmac\",\"hmac\")"),
        ("header", "header(\"header\",\"x-key\")"),
        ("referred", "header(\"referred\",\"x-key\")"),
        ("query", "query(\"query\",\"akey\")"),
        ("cookie", "cookie(\"cookie\",\"sid\")"),
        ("oauth", "oauth2(\"oauth\",Some(\"https://t.example/token\"))"),
        ("code", "oauth2(\"code\",None)"),
        ("open", "open_id_connect(\"open\")"),
        ("broken", "unknown(\"broken\")"),
        ("split", "unknown(\"split\")"),
        ("path", "unknown(\"path\")"),
        ("odd", "unknown(\"odd\")"),
        ("nowhere", "unknown(\"nowhere\")"),
    ] {
        assert_eq!(own(&format!("[{{ {name}: [] }}]")), format!("&[&[{expected}]]"), "{name}");
    }
}

#[test]
fn alternatives_and_combinations_stay_as_they_are() {
    assert_eq!(
        own("[{ bearer: [], header: [] }, {}, { basic: [] }]"),
        "&[&[bearer(\"bearer\"),header(\"header\",\"x-key\")],&[],&[basic(\"basic\")]]"
    );
    assert_eq!(
        own("[{ oauth: [read, 'write:all'] }]"),
        "&[&[oauth2(\"oauth\",Some(\"https://t.example/token\")).scopes(&[\"read\",\"write:all\"])]]"
    );
    // The connection carries it.
    assert_eq!(own("[{ certificate: [], basic: [] }, { certificate: [] }]"), "&[&[basic(\"basic\")],&[]]");
    assert_eq!(own("[]"), "&[]");
    for nonsense in ["7", "{ bearer: [] }", "[7]", "[[]]"] {
        assert_eq!(own(nonsense), "&[]", "{nonsense}");
    }
}

#[test]
fn what_an_operation_asks_for_takes_the_place_of_what_all_do() {
    let root = |security: &str| format!("{SCHEMES}security: {security}\n");
    assert_eq!(security("", &root("[{ bearer: [] }]")), "&[&[bearer(\"bearer\")]]");
    assert_eq!(security("      security: []\n", &root("[{ bearer: [] }]")), "&[]");
    assert_eq!(security("", SCHEMES), "&[]");
}

#[test]
fn security_definitions_of_swagger_are_schemes() {
    let swagger = "swagger: '2.0'
host: t.example
security: [{ login: [] }, { key: [], app: [all] }, { user: [] }]
securityDefinitions:
  login: { type: basic }
  key: { type: apiKey, in: header, name: Authorization }
  app: { type: oauth2, flow: application, tokenUrl: 'https://t.example/token', scopes: { all: a } }
  user: { type: oauth2, flow: accessCode, tokenUrl: 'https://t.example/token', scopes: {} }
";
    assert_eq!(
        security("", swagger),
        "&[&[basic(\"login\")],&[header(\"key\",\"authorization\"),oauth2(\"app\",\
         Some(\"https://t.example/token\")).scopes(&[\"all\"])],&[oauth2(\"user\",None)]]"
    );
}

/// Whether the client is asked for all credentials of a step with these parameters.
#[track_caller]
fn asks_client(requirements: &str, parameters: &str) -> bool {
    let api = format!(
        "{SCHEMES}    jar: {{ type: apiKey, in: header, name: cookie }}\ninfo: {{ title: t, version: '1' }}\nservers: [{{ url: \
         'https://t.example' }}]\npaths:\n  /things:\n    get: {{ operationId: get, security: {requirements}, responses: {{ '200': \
         {{ description: d }} }} }}\n"
    );
    let steps = format!("  steps:\n  - stepId: s\n    operationId: get\n    parameters: [{parameters}]\n");
    let compilation = compiled(&document(&steps).replace("arazzo: 1.0.1", "arazzo: 1.1.0"), &api);
    let errors =
        compilation.diagnostics.iter().filter(|found| found.level == arazzo_compiler::diagnostic::Level::Error);
    assert_eq!(errors.count(), 0, "{parameters}: {:?}", compilation.diagnostics);
    let tokens = compilation.tokens.to_string().replace([' ', '\n'], "");
    let asked = tokens.contains("asks_client:&[&OPERATION_GET],");
    assert!(asked || tokens.contains("asks_client:&[],"), "{tokens}");
    asked
}

#[test]
fn the_client_is_asked_where_the_document_gives_nothing() {
    let header = |name: &str| format!("{{ name: {name}, in: header, value: a }}");
    for scheme in ["bearer", "basic", "hmac", "oauth", "open", "header", "query", "cookie", "odd", "jar"] {
        let alone = format!("[{{ {scheme}: [] }}]");
        assert!(asks_client(&alone, ""), "{scheme}");
        assert!(asks_client(&alone, &header("X-Other")), "{scheme}");
        assert_eq!(asks_client(&alone, &header("Cookie")), scheme != "jar", "{scheme}: another cookie");
        let is_in_authorization = ["bearer", "basic", "hmac", "oauth", "open"].contains(&scheme);
        assert_eq!(asks_client(&alone, &header("AUTHORIZATION")), !is_in_authorization, "{scheme}");
    }
    for (scheme, parameter) in [
        ("header", "{ name: x-kEY, in: header, value: a }"),
        ("query", "{ name: a key, in: query, value: a }"),
        ("cookie", "{ name: sid, in: cookie, value: a }"),
        ("cookie", "{ name: COOKIE, in: header, value: a=b; sid=c }"),
        ("jar", "{ name: any, in: cookie, value: a }"),
    ] {
        assert!(!asks_client(&format!("[{{ {scheme}: [] }}]"), parameter), "{scheme} {parameter}");
        // Something of another set is enough for it to be open what the client adds.
        assert!(!asks_client(&format!("[{{ bearer: [] }}, {{ {scheme}: [] }}]"), parameter), "{scheme} {parameter}");
    }
    for nothing in ["[]", "[{}]", "[{ certificate: [] }]"] {
        assert!(!asks_client(nothing, ""), "{nothing}");
    }
}
