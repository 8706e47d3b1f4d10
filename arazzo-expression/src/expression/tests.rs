//! The examples and edge cases of the requirements (sections 4.3 and 4.4), and what is said about wrong texts.

use super::Version::{V1_0, V1_1};
use super::*;
use proptest::prelude::*;

fn parse(text: &str) -> Operand {
    Operand::parse(text, V1_1).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn id(text: &str, start: usize) -> Id {
    Id { text: text.to_owned(), span: start..start + text.len() }
}

fn name(text: &str, start: usize) -> Name {
    Name { id: id(text, start), pointer: None }
}

fn pointer(tokens: &[&str]) -> Option<Pointer> {
    Some(Pointer { tokens: tokens.iter().map(|token| (*token).to_owned()).collect() })
}

fn member(name: &str) -> Accessor {
    Accessor::Member(name.to_owned())
}

/// The operand without accessors that `text` must be in both versions.
fn assert_both(text: &str, expression: Expression) {
    let expected = Operand { expression, accessors: vec![], span: 0..text.len() };
    for version in [V1_0, V1_1] {
        assert_eq!(Operand::parse(text, version).as_ref(), Ok(&expected), "{text}");
    }
    assert_eq!(expected.to_string(), text);
}

/// The error of both versions.
fn assert_error(text: &str, span: Range<usize>, message: &str, help: Option<&str>) {
    for version in [V1_0, V1_1] {
        assert_error_in(version, text, span.clone(), message, help);
    }
}

fn assert_error_in(version: Version, text: &str, span: Range<usize>, message: &str, help: Option<&str>) {
    let mut expected = SyntaxError::new(span, message);
    expected.help = help.map(str::to_owned);
    assert_eq!(Operand::parse(text, version), Err(expected), "{text}");
}

// Rule C89.
#[test]
fn examples_of_the_specification() {
    assert_both("$url", Expression::Url);
    assert_both("$method", Expression::Method);
    assert_both("$statusCode", Expression::StatusCode);
    assert_both("$request.path.id", Expression::Request(Source::Path(id("id", 14))));
    assert_both("$request.query.page", Expression::Request(Source::Query(id("page", 15))));
    assert_both("$request.header.accept", Expression::Request(Source::Header(id("accept", 16))));
    assert_both("$request.body#/user/uuid", Expression::Request(Source::Body(pointer(&["user", "uuid"]))));
    assert_both("$response.body#/items/0/id", Expression::Response(Source::Body(pointer(&["items", "0", "id"]))));
    assert_both("$response.body", Expression::Response(Source::Body(None)));
    assert_both("$response.header.X-Rate-Limit", Expression::Response(Source::Header(id("X-Rate-Limit", 17))));
    assert_both(
        "$inputs.customer#/firstName",
        Expression::Inputs(Name { id: id("customer", 8), pointer: pointer(&["firstName"]) }),
    );
    assert_both(
        "$steps.find-pet.outputs.pets#/0/id",
        Expression::Steps {
            step: id("find-pet", 7),
            output: Name { id: id("pets", 24), pointer: pointer(&["0", "id"]) },
        },
    );
    assert_both(
        "$workflows.foo.inputs.username",
        Expression::Workflows { workflow: id("foo", 11), part: WorkflowPart::Inputs, name: name("username", 22) },
    );
    assert_both(
        "$workflows.foo.outputs.bar#/name",
        Expression::Workflows {
            workflow: id("foo", 11),
            part: WorkflowPart::Outputs,
            name: Name { id: id("bar", 23), pointer: pointer(&["name"]) },
        },
    );
    assert_both("$outputs.workflow_order_id", Expression::Outputs(name("workflow_order_id", 9)));
    assert_both(
        "$sourceDescriptions.petstore.getPetById",
        Expression::SourceDescriptions { source: id("petstore", 20), reference: id("getPetById", 29) },
    );
    assert_both(
        "$sourceDescriptions.petstore.url",
        Expression::SourceDescriptions { source: id("petstore", 20), reference: id("url", 29) },
    );
    assert_both(
        "$components.parameters.page",
        Expression::Components { kind: id("parameters", 12), name: id("page", 23) },
    );
    assert_both("$components.inputs.x", Expression::Components { kind: id("inputs", 12), name: id("x", 19) });
}

// Rule C89.
#[test]
fn expressions_of_1_1() {
    assert_eq!(parse("$self").expression, Expression::SelfUri);
    assert_eq!(
        parse("$message.payload#/status").expression,
        Expression::Message(Source::Payload(pointer(&["status"])))
    );
    assert_eq!(parse("$message.header.Server").expression, Expression::Message(Source::Header(id("Server", 16))));
    for (text, root) in [("$self", "$self"), ("$message.payload", "$message")] {
        assert_error_in(
            V1_0,
            text,
            0..root.len(),
            &format!("`{root}` is an expression of Arazzo 1.1, and this document is 1.0"),
            Some("write `arazzo: 1.1.0`, if you need it"),
        );
    }
}

// Rule C89.
#[test]
fn edge_1_the_empty_pointer_is_the_whole_body() {
    assert_both("$response.body#", Expression::Response(Source::Body(pointer(&[]))));
}

// Rule C89.
#[test]
fn edge_2_escapes_in_pointers() {
    assert_both("$response.body#/a~1b/m~0n", Expression::Response(Source::Body(pointer(&["a/b", "m~n"]))));
    assert_both("$response.body#/a%20b", Expression::Response(Source::Body(pointer(&["a%20b"]))));
    assert_error(
        "$response.body#/a~2",
        17..19,
        "`~2` is no escape of JSON Pointer",
        Some("write `~0` for `~` and `~1` for `/`"),
    );
    assert_error("$response.body#id", 15..16, "a JSON Pointer begins with `/`", Some("write `#/id`"));
}

// Rule C89.
#[test]
fn edge_3_a_trailing_slash_is_the_empty_member() {
    assert_both("$response.body#/a/", Expression::Response(Source::Body(pointer(&["a", ""]))));
}

// Rule C89.
#[test]
fn edge_4_header_names_may_hold_dots() {
    assert_both("$response.header.X.Y", Expression::Response(Source::Header(id("X.Y", 17))));
    assert_both("$response.header.a!#$%&'*+^`|~", Expression::Response(Source::Header(id("a!#$%&'*+^`|~", 17))));
    assert_error("$response.header.", 17..17, "the name of a header is missing", None);
    assert_error("$response.header.é", 17..19, "`é` cannot be part of the name of a header", None);
    assert_error(
        "$response.header",
        16..16,
        "something is missing after `$response.header`",
        Some("write `$response.header.` and the name of the header"),
    );
}

// Rule C89.
#[test]
fn edge_5_ids_have_no_dots_in_1_1_and_outputs_may() {
    assert_error_in(V1_1, "$steps.a.b.outputs.c", 7..10, "a step's id has no dots in Arazzo 1.1", None);
    assert_eq!(
        Operand::parse("$steps.a.b.outputs.c", V1_0).unwrap().expression,
        Expression::Steps { step: id("a.b", 7), output: name("c", 19) }
    );
    assert_both("$steps.s.outputs.a.b", Expression::Steps { step: id("s", 7), output: name("a.b", 17) });
    assert_both(
        "$steps.s.outputs.a.outputs.b",
        Expression::Steps { step: id("s", 7), output: name("a.outputs.b", 17) },
    );
}

// Rules C89, A3.
#[test]
fn edge_6_input_names_keep_their_dots() {
    assert_both("$inputs.a.b", Expression::Inputs(name("a.b", 8)));
}

// Rule C89.
#[test]
fn edge_7_a_step_shows_only_outputs() {
    assert_error(
        "$steps.s.response.body.x",
        8..24,
        "a step shows only its outputs, and not its `response`",
        Some("declare an output in step `s` and write `$steps.s.outputs.` and its name"),
    );
    assert_error(
        "$steps.a.b",
        8..10,
        "`outputs` is missing between step `a` and its output",
        Some("write `$steps.a.outputs.b`"),
    );
    assert_error(
        "$steps.a.output.b",
        8..17,
        "`outputs` is missing between step `a` and its output",
        Some("write `$steps.a.outputs.b`"),
    );
    for text in ["$steps.a", "$steps.a.", "$steps.a.outputs"] {
        assert_error(
            text,
            text.len()..text.len(),
            "the name of an output of step `a` is missing",
            Some("write `$steps.a.outputs.` and its name"),
        );
    }
    assert_error("$steps.a.outputs.", 17..17, "the name of an output is missing", None);
    assert_error("$steps..outputs.a", 7..8, "a step's id is missing", None);
    assert_error("$steps.é", 7..9, "`é` cannot be part of a step's id", None);
    assert_error("$steps.aé", 8..10, "`é` cannot be part of a step's id", None);
}

// Rules C89, A4.
#[test]
fn edge_8_dotted_navigation_behind_bodies_and_payloads() {
    for (text, expression, accessors) in [
        ("$message.payload.orderId", Expression::Message(Source::Payload(None)), vec![member("orderId")]),
        (
            "$response.body.data[0].id",
            Expression::Response(Source::Body(None)),
            vec![member("data"), Accessor::Index(0), member("id")],
        ),
        (
            "$request.body[10][0]",
            Expression::Request(Source::Body(None)),
            vec![Accessor::Index(10), Accessor::Index(0)],
        ),
        (
            "$steps.s.outputs.a.b[0].c",
            Expression::Steps { step: id("s", 7), output: name("a.b", 17) },
            vec![Accessor::Index(0), member("c")],
        ),
    ] {
        let operand = parse(text);
        assert_eq!(operand.expression, expression, "{text}");
        assert_eq!(operand.accessors, accessors, "{text}");
        assert_eq!(operand.to_string(), text);
    }
    let brackets = "brackets hold the index of an element, such as `[0]`";
    let help = Some("for a member write `.name`, or a JSON Pointer: `#/name`");
    assert_error("$response.body['a']", 14..19, brackets, help);
    assert_error("$response.body[01].x", 14..18, brackets, help);
    assert_error("$response.body[-1]", 14..18, brackets, help);
    assert_error("$response.body[0", 14..16, brackets, help);
    assert_error("$response.body[", 14..15, brackets, help);
    assert_error("$response.body[99999999999999999999]", 14..36, brackets, help);
    assert_error("$response.body.", 15..15, "a member's name is missing", None);
    assert_error("$response.body..a", 15..16, "a member's name is missing", None);
    assert_error("$response.body.größe", 17..19, "`ö` cannot follow here", None);
    assert_error(
        "$response.body.é",
        15..17,
        "`é` cannot be part of a member's name here",
        Some("write a JSON Pointer: `#/` and the name"),
    );
    assert_error(
        "$response.body.a#/b",
        16..19,
        "a pointer cannot follow `.member` or `[0]`",
        Some("write all of it as one pointer, such as `#/member/0`"),
    );
    assert_error("$response.body/a", 14..15, "`/` cannot follow here", Some("a JSON Pointer begins with `#/`"));
}

// Rules C89, A28.
#[test]
fn edge_9_steps_of_other_workflows() {
    for text in ["$workflows.w.steps.s", "$workflows.w.steps.s.outputs.o"] {
        assert_error(
            text,
            12..text.len(),
            "the steps of another workflow cannot be seen",
            Some("declare an output in workflow `w` and write `$workflows.w.outputs.` and its name"),
        );
    }
    assert_error(
        "$workflows.w.status",
        12..19,
        "workflow `w` shows only its `inputs` and `outputs`",
        Some("write `$workflows.w` and `.outputs.` or `.inputs.` and a name"),
    );
    assert_error(
        "$workflows.w",
        12..12,
        "an input or output of workflow `w` is missing",
        Some("write `$workflows.w` and `.outputs.` or `.inputs.` and a name"),
    );
}

// Rules C89, A27.
#[test]
fn edge_10_meaningless_parts() {
    for (text, message, help) in [
        ("$request.payload", "`$request` has no `payload`", "write `$request.body`"),
        ("$response.payload#/a", "`$response` has no `payload`", "write `$response.body#/a`"),
    ] {
        let start = text.find("payload").unwrap();
        assert_error(text, start..start + 7, message, Some(help));
    }
    assert_error("$response.query.a", 10..15, "`$response` has no `query`", Some("write `$request.query.a`"));
    let payload = Some("write `$message.payload.a`");
    assert_error_in(V1_1, "$message.body.a", 9..13, "`$message` has no `body`", payload);
    let parts = Some("it has `header` and `payload`");
    assert_error_in(V1_1, "$message.query.a", 9..14, "`$message` has no `query`", parts);
    assert_error_in(V1_1, "$message.path.a", 9..13, "`$message` has no `path`", parts);
}

// Rules C89, C93.
#[test]
fn edge_11_pointers_into_sources_belong_to_paths() {
    assert_error(
        "$sourceDescriptions.x.url#/paths",
        25..32,
        "a pointer into a source description is only an `operationPath` or `channelPath`",
        Some("to name an operation, write its operationId in place of the pointer"),
    );
    assert_both(
        "$sourceDescriptions.x.pets/list all",
        Expression::SourceDescriptions { source: id("x", 20), reference: id("pets/list all", 22) },
    );
    assert_error(
        "$sourceDescriptions.x",
        21..21,
        "something is missing after `$sourceDescriptions.x`",
        Some("write `$sourceDescriptions.x` and `.url`, `.` and an operationId, or `.` and a workflowId"),
    );
}

// Rule C89.
#[test]
fn edge_12_braces_in_pointers() {
    assert_error_in(
        V1_1,
        "$response.body#/a{b}",
        17..18,
        "a pointer in an expression cannot contain `{`",
        Some("use a Selector Object for such a member"),
    );
    assert_eq!(
        Operand::parse("$response.body#/a{b}", V1_0).unwrap().expression,
        Expression::Response(Source::Body(pointer(&["a{b}"])))
    );
    assert_error(
        "$response.body#/items/{$inputs.index}",
        22..37,
        "an expression cannot be part of a JSON Pointer",
        None,
    );
}

// Rule C89.
#[test]
fn edge_13_whitespace_around_is_no_part_of_an_expression() {
    let remove = Some("remove it");
    assert_error(" $inputs.x", 0..1, "whitespace before the expression", remove);
    assert_error("$inputs.x\n", 9..10, "whitespace after the expression", remove);
    assert_error("$response.body#/a ", 17..18, "whitespace after the expression", remove);
    assert_error("  ", 0..2, "whitespace before the expression", remove);
}

// Rule C89.
#[test]
fn edge_14_two_expressions_side_by_side() {
    assert_error(
        "$inputs.a$inputs.b",
        9..10,
        "`$` cannot be part of the name of an input",
        Some("write `{$…}` around each of several expressions"),
    );
}

// Rule C95.
#[test]
fn unknown_roots() {
    let there_is_no = |root: &str| format!("there is no expression `{root}`");
    for (text, root, help) in [
        ("$input.x", "$input", "did you mean `$inputs.x`?"),
        ("$Steps.a.outputs.b", "$Steps", "did you mean `$steps.a.outputs.b`?"),
        ("$status", "$status", "did you mean `$statusCode`?"),
        ("$body.id", "$body", "write `$response.body.id`"),
        ("$headers.X", "$headers", "write `$response.header.X`"),
        (
            "$foo.bar",
            "$foo",
            "expressions begin with `$inputs.`, `$steps.`, `$response.`, `$request.`, `$statusCode`, `$url`, \
             `$method`, `$outputs.`, `$workflows.`, `$sourceDescriptions.` or `$components.`",
        ),
    ] {
        assert_error(text, 0..root.len(), &there_is_no(root), Some(help));
    }
    let jsonpath = "this begins as a JSONPath, and an expression is wanted";
    let help = Some("write `$response.body#/…` for a part of the response");
    assert_error("$.id", 0..2, jsonpath, help);
    assert_error("$[0]", 0..2, jsonpath, help);
    assert_error("${x}", 0..2, "the brace belongs before the `$`", Some("write `{$…}`"));
    assert_error("$", 0..1, "a word such as `inputs` is missing after `$`", Some("write for example `$inputs.name`"));
    assert_error("", 0..0, "an expression is missing", None);
    assert_error("inputs.x", 0..1, "an expression begins with `$`", Some("write `$inputs.x`"));
    assert_error("{$inputs.x}", 0..1, "an expression begins with `$`", Some("write `$inputs.x` without the braces"));
    assert_error("200", 0..1, "an expression begins with `$`", None);
}

#[test]
fn misspelt_parts() {
    for (text, span, message, help) in [
        ("$response.headers.X", 10..17, "`$response` has no `headers`", "write `$response.header.X`"),
        ("$request.querry.x", 9..15, "`$request` has no `querry`", "write `$request.query.x`"),
        ("$response.statusCode", 10..20, "`$response` has no `statusCode`", "write `$statusCode`"),
        ("$request.url", 9..12, "`$request` has no `url`", "write `$url`"),
        ("$response.cookies.a", 10..17, "`$response` has no `cookies`", "it has `header` and `body`"),
        ("$response.", 10..10, "something is missing after `$response.`", "it has `header` and `body`"),
        (
            "$response",
            9..9,
            "something is missing after `$response`",
            "write `$response.body` or `$response.header.` and a name",
        ),
        ("$statusCode.x", 11..13, "`$statusCode` has no parts", "write `$statusCode` alone"),
        ("$components.parameter.x", 12..21, "`$components` has no `parameter`", "write `$components.parameters.x`"),
        (
            "$components.schemas.x",
            12..19,
            "`$components` has no `schemas`",
            "it has `inputs`, `parameters`, `successActions` or `failureActions`",
        ),
    ] {
        assert_error(text, span, message, Some(help));
    }
}

#[test]
fn names_that_are_empty_or_hold_other_characters() {
    assert_error("$inputs.", 8..8, "the name of an input is missing", None);
    assert_error(
        "$inputs",
        7..7,
        "something is missing after `$inputs`",
        Some("write `$inputs.` and the name of an input"),
    );
    let empty = "a part of the name of an input is empty beside this dot";
    assert_error("$inputs.a.", 9..10, empty, None);
    assert_error("$inputs..a", 8..9, empty, None);
    assert_error("$inputs.a..b", 10..11, empty, None);
    assert_error("$inputs.#/a", 8..9, "the name of an input is missing", None);
    assert_error("$inputs.é", 8..10, "`é` cannot be part of the name of an input", None);
    assert_error("$outputs.a@b", 10..11, "`@` cannot be part of the name of an output", None);
    assert_error(
        "$inputs.a b",
        9..10,
        "a space cannot be part of the name of an input",
        Some("to put an expression into a text, write `{$…}`"),
    );
    assert_error("$inputs.a\u{7}b", 9..10, "the character U+0007 cannot be part of the name of an input", None);
    assert_error("$request.query.", 15..15, "the name of a query parameter is missing", None);
    assert_error("$request.query.a{b", 16..17, "`{` cannot be part of the name of a query parameter", None);
    assert_both("$request.query.filter[a]", Expression::Request(Source::Query(id("filter[a]", 15))));
    assert_error("$components.parameters.a#/b", 24..25, "`#` cannot be part of the name of a component", None);
}

#[test]
fn spans_of_a_part_count_from_the_start_of_the_text() {
    let text = "é {$steps.s.outputs.o#/a}";
    let operand = Operand::parse_in(text, 4..24, V1_0).unwrap();
    assert_eq!(operand.span, 4..24);
    let Expression::Steps { step, output } = operand.expression else { panic!("{text}") };
    assert_eq!((&text[step.span], &text[output.id.span]), ("s", "o"));
}

/// Texts that look like expressions, and break in every place.
pub(crate) fn near_expressions() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("$inputs.".to_owned()),
        Just("$steps.".to_owned()),
        Just(".outputs.".to_owned()),
        Just("$workflows.".to_owned()),
        Just("$response.body".to_owned()),
        Just("$request.header.".to_owned()),
        Just("$message.payload".to_owned()),
        Just("$sourceDescriptions.".to_owned()),
        Just("$components.parameters.".to_owned()),
        Just("$statusCode".to_owned()),
        Just("$url".to_owned()),
        Just("#/".to_owned()),
        Just("{$".to_owned()),
        "[\\]\\[{}.$#/~ '\"()&|!=<>09aé]{1,2}",
        "[a-c]{1,2}",
    ];
    prop::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
}

fn valid_expressions() -> impl Strategy<Value = String> {
    const NAME: &str = "[A-Za-z0-9_-]{1,3}(\\.[A-Za-z0-9_-]{1,3}){0,2}";
    const ID: &str = "[A-Za-z0-9_-]{1,4}";
    const FRAGMENT: &str = "(#(/[a-z0-9é% ]{0,3}(~[01])?x){0,3})?";
    const ACCESSORS: &str = "(\\[(0|[1-9][0-9]?)\\](\\.[a-z0-9_-]{1,3}){0,2}){0,2}";
    let tail = prop_oneof![FRAGMENT, ACCESSORS];
    prop_oneof![
        Just("$url".to_owned()),
        Just("$method".to_owned()),
        Just("$statusCode".to_owned()),
        Just("$self".to_owned()),
        ("\\$(request|response|message)\\.header\\.[!#$%&'*+.^_`|~0-9A-Za-z-]{1,5}").prop_map(|text| text),
        "\\$request\\.(query|path)\\.[a-z]([ a-z\\[\\]#]{0,4}[a-zé])?",
        ("\\$((request|response)\\.body|message\\.payload)", tail.clone()).prop_map(|(a, b)| a + &b),
        ("\\$(inputs|outputs)\\.", NAME, tail.clone()).prop_map(|(a, b, c)| a + &b + &c),
        (ID, NAME, tail.clone()).prop_map(|(a, b, c)| format!("$steps.{a}.outputs.{b}{c}")),
        (ID, "inputs|outputs", NAME, tail).prop_map(|(a, b, c, d)| format!("$workflows.{a}.{b}.{c}{d}")),
        (ID, "[a-z]([ a-z/\\[\\]]{0,4}[a-zé])?").prop_map(|(a, b)| format!("$sourceDescriptions.{a}.{b}")),
        ("inputs|parameters|successActions|failureActions", NAME).prop_map(|(a, b)| format!("$components.{a}.{b}")),
    ]
}

proptest! {
    #[test]
    fn valid_expressions_are_read_and_shown_as_written(text in valid_expressions()) {
        let operand = Operand::parse(&text, V1_1);
        prop_assert_eq!(operand.map(|operand| operand.to_string()), Ok(text));
    }

    #[test]
    fn any_text_is_shown_as_written_or_refused_within_bounds(
        text in prop_oneof![near_expressions(), any::<String>()],
        version in prop_oneof![Just(V1_0), Just(V1_1)],
    ) {
        match Operand::parse(&text, version) {
            Ok(operand) => {
                prop_assert_eq!(operand.span.clone(), 0..text.len());
                prop_assert_eq!(operand.to_string(), text.clone());
                prop_assert!(is_known_root(&text));
            }
            Err(error) => {
                prop_assert!(text.get(error.span).is_some());
                prop_assert!(!error.message.contains('\n'));
                prop_assert!(!error.help.unwrap_or_default().contains('\n'));
            }
        }
        prop_assert!(!(is_known_root(&text) && near_root(&text).is_some()));
    }
}
