//! Extraction of expressions from texts (requirements, section 4.5, and the reading `bare_expression`).

use super::*;
use crate::SyntaxError;
use crate::expression::Version;
use crate::expression::Version::{V1_0, V1_1};
use crate::expression::tests::near_expressions;
use proptest::prelude::*;

/// The pieces as short text: `[literal]`, `{embedded}`, `<bare>`; a whole expression as `=expression`.
fn shape(text: &Text) -> String {
    match text {
        Text::Literal(text) => format!("[{text}]"),
        Text::Expression(operand) => format!("={operand}"),
        Text::Template(pieces) => pieces
            .iter()
            .map(|piece| match piece {
                Piece::Literal(text) => format!("[{text}]"),
                Piece::Embedded(operand) => format!("{{{operand}}}"),
                Piece::Bare { operand, text, .. } => {
                    assert_eq!(operand.to_string(), *text);
                    format!("<{text}>")
                }
            })
            .collect(),
    }
}

fn assert_shape(text: &str, expected: &str) {
    for version in [V1_0, V1_1] {
        assert_eq!(parse(text, version).map(|text| shape(&text)).as_deref(), Ok(expected), "{text}");
    }
}

fn assert_error(text: &str, span: Range<usize>, message: &str) {
    for version in [V1_0, V1_1] {
        let error = parse(text, version).unwrap_err();
        assert_eq!((error.span, error.message.as_str()), (span.clone(), message), "{text}");
    }
}

#[test]
fn the_example_of_the_specification() {
    assert_shape(
        "https://{$inputs.host}/api/{$steps.create.outputs.id}/status",
        "[https://]{$inputs.host}[/api/]{$steps.create.outputs.id}[/status]",
    );
    let text = parse("a{$inputs.b}", V1_0).unwrap();
    let expected =
        vec![Piece::Literal("a".into()), Piece::Embedded(Operand::parse_in("a{$inputs.b}", 2..11, V1_0).unwrap())];
    assert_eq!(text, Text::Template(expected));
}

// Rules C89, R50.
#[test]
fn a_whole_expression_keeps_its_type_and_one_in_braces_does_not() {
    assert_shape("$inputs.x", "=$inputs.x");
    assert_shape("{$inputs.x}", "{$inputs.x}");
    assert_shape("$response.body.data[0]", "=$response.body.data[0]");
    assert_shape("$response.body#/a b", "=$response.body#/a b");
}

#[test]
fn whitespace_around_makes_a_text() {
    assert_shape(" $inputs.x", "[ ]<$inputs.x>");
    assert_shape("$inputs.x ", "<$inputs.x>[ ]");
    assert_shape("$response.body#/a\n", "<$response.body#/a>[\n]");
}

// Rule C95.
#[test]
fn texts_without_expressions() {
    for text in [
        "",
        "$",
        "plain",
        "$.items[0].id",
        "$[0]",
        "$['inputs']",
        "$foo.bar",
        "{$foo.bar}",
        "{$.id}",
        "{$input.x}",
        "{}",
        "{{}}",
        "{ \"a\": 1 }",
        "$$",
        "^\\d{2}$",
        "price: 5$",
        "{$",
        "$inputs",
        "$inputs[0]",
        "$statusCodes",
        "é$é",
        "use $steps.a to see",
        "$100",
    ] {
        assert_shape(text, &format!("[{text}]"));
    }
}

// Rule A15.
#[test]
fn braces_that_begin_no_expression_are_text() {
    assert_shape(
        "{ \"petOrder\": { \"id\": \"{$inputs.pet_id}\" } }",
        "[{ \"petOrder\": { \"id\": \"]{$inputs.pet_id}[\" } }]",
    );
    assert_shape("{{$inputs.a}}", "[{]{$inputs.a}[}]");
    assert_shape("{$foo}{$inputs.a}", "[{$foo}]{$inputs.a}");
}

#[test]
fn embedded_expressions_that_are_wrong() {
    assert_error("x {$steps.a.b}", 11..13, "`outputs` is missing between step `a` and its output");
    assert_error("{$inputs.a } {$inputs.b}", 10..11, "whitespace after the expression");
    assert_error("{$response.body#/a~2}", 18..20, "`~2` is no escape of JSON Pointer");
    assert_error("é {$inputs.é}", 12..14, "`é` cannot be part of the name of an input");
    assert_error("{$inputs.a{$inputs.b}}", 10..11, "`{` cannot be part of the name of an input");
}

#[test]
fn an_embedded_expression_must_end() {
    assert_eq!(
        parse("a {$inputs.b c", V1_0),
        Err(SyntaxError::new(2..12, "the brace before this expression is not closed").help("write `{$inputs.b}`"))
    );
    assert_shape("{$foo.b", "[{$foo.b]");
}

#[test]
fn edge_12_an_embedded_pointer_ends_at_the_first_brace() {
    assert_shape("{$response.body#/a}b}", "{$response.body#/a}[b}]");
}

#[test]
fn an_expression_without_braces_in_a_text() {
    for (text, expected) in [
        ("Bearer $inputs.apiToken", "[Bearer ]<$inputs.apiToken>"),
        ("$inputs.first $inputs.last", "<$inputs.first>[ ]<$inputs.last>"),
        ("got $statusCode.", "[got ]<$statusCode>[.]"),
        ("$statusCode.", "<$statusCode>[.]"),
        ("see $inputs.a.b...", "[see ]<$inputs.a.b>[...]"),
        ("$inputs.a, $inputs.b", "<$inputs.a>[, ]<$inputs.b>"),
        ("$inputs.host/path/{$inputs.id}", "<$inputs.host>[/path/]{$inputs.id}"),
        ("($steps.s.outputs.o)", "[(]<$steps.s.outputs.o>[)]"),
        ("scope=$inputs.scope}", "[scope=]<$inputs.scope>[}]"),
        ("{ $inputs.a }", "[{ ]<$inputs.a>[ }]"),
        ("x $inputs.a$inputs.b", "[x ]<$inputs.a><$inputs.b>"),
        ("id: $response.body#/items/0/id now", "[id: ]<$response.body#/items/0/id>[ now]"),
        ("{\"a\": \"$steps.s.outputs.o#/x\"}", "[{\"a\": \"]<$steps.s.outputs.o#/x>[\"}]"),
        ("at $response.body#/id.", "[at ]<$response.body#/id>[.]"),
        ("$response.body#/a $response.body#/b", "<$response.body#/a>[ ]<$response.body#/b>"),
        ("id $steps.s.outputs.list[0].id!", "[id ]<$steps.s.outputs.list[0].id>[!]"),
        ("see $inputs.x[1] and $inputs.x[a]", "[see ]<$inputs.x[1]>[ and ]<$inputs.x>[[a]]"),
        ("$url#/top", "[$url#/top]"),
        ("the $url#/top", "[the ]<$url>[#/top]"),
        ("$method $url", "<$method>[ ]<$url>"),
    ] {
        if text == "$url#/top" {
            assert_error(text, 4..9, "`$url` has no parts");
        } else {
            assert_shape(text, expected);
        }
    }
    let Ok(Text::Template(pieces)) = parse("é $inputs.a.", V1_0) else { panic!() };
    assert!(matches!(&pieces[1], Piece::Bare { span, operand, .. } if *span == (3..12) && operand.span == (3..12)));
}

#[test]
fn a_text_that_begins_as_an_expression_and_is_none() {
    assert_error("$inputs.a$inputs.b", 9..10, "`$` cannot be part of the name of an input");
    assert_error("$steps.a.b", 8..10, "`outputs` is missing between step `a` and its output");
    assert_error("$steps.a.b c", 8..12, "`outputs` is missing between step `a` and its output");
    assert_error("$response.body#id", 15..16, "a JSON Pointer begins with `/`");
    assert_error("$response.body#/~2 a", 16..18, "`~2` is no escape of JSON Pointer");
    assert_error("$response.headers.X", 10..17, "`$response` has no `headers`");
    assert_error("$statusCode.x", 11..13, "`$statusCode` has no parts");
    assert_error("$inputs.größe", 10..12, "`ö` cannot be part of the name of an input");
    assert_error("$response.body#/items/{$inputs.index}/id", 22..40, "an expression cannot be part of a JSON Pointer");
}

#[test]
fn roots_of_1_1_in_a_document_of_1_0() {
    let error = parse("$self", V1_0).unwrap_err();
    assert_eq!(error.message, "`$self` is an expression of Arazzo 1.1, and this document is 1.0");
    assert_eq!(parse("$self", V1_1).map(|text| shape(&text)).as_deref(), Ok("=$self"));
}

#[test]
fn only_embedded_expressions() {
    for (text, expected) in [
        ("$url", "[$url]"),
        ("$.a == $inputs.b", "[$.a == $inputs.b]"),
        ("$[?@.a == '{$inputs.b}']", "[$[?@.a == ']{$inputs.b}['\u{5d}]"),
        ("{$inputs.b}", "{$inputs.b}"),
    ] {
        let text = parse_embedded_only(text, V1_0).map(|text| shape(&text));
        assert_eq!(text.as_deref(), Ok(expected));
    }
    assert!(parse_embedded_only("{$inputs.b", V1_0).is_err());
}

/// The text that the pieces were read from.
fn written(text: &Text) -> String {
    match text {
        Text::Literal(text) => text.clone(),
        Text::Expression(operand) => operand.to_string(),
        Text::Template(pieces) => pieces
            .iter()
            .map(|piece| match piece {
                Piece::Literal(text) => text.clone(),
                Piece::Embedded(operand) => format!("{{{operand}}}"),
                Piece::Bare { text, .. } => text.clone(),
            })
            .collect(),
    }
}

fn check(read: Result<Text, SyntaxError>, text: &str) -> Result<(), TestCaseError> {
    match read {
        Ok(read) => {
            prop_assert_eq!(written(&read), text);
            let Text::Template(pieces) = read else {
                return Ok(());
            };
            for piece in pieces {
                match piece {
                    Piece::Literal(text) => prop_assert!(!text.is_empty()),
                    Piece::Embedded(operand) => {
                        prop_assert_eq!(text.get(operand.span.clone()), Some(&*operand.to_string()));
                    }
                    Piece::Bare { operand, text: bare, span } => {
                        prop_assert_eq!(&operand.span, &span);
                        prop_assert_eq!(text.get(span), Some(&*bare));
                    }
                }
            }
        }
        Err(error) => prop_assert!(text.get(error.span).is_some()),
    }
    Ok(())
}

proptest! {
    #[test]
    fn nothing_of_a_text_is_lost(
        text in prop_oneof![near_expressions(), any::<String>()],
        version in prop_oneof![Just(V1_0), Just(V1_1)],
    ) {
        let version: Version = version;
        check(parse(&text, version), &text)?;
        check(parse_embedded_only(&text, version), &text)?;
    }
}
