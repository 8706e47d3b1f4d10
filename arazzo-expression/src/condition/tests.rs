//! The grammar and the evaluation table of the requirements, section 5.1.

use super::*;
use crate::expression::Version::{self, V1_0, V1_1};
use crate::expression::tests::near_expressions;
use crate::json::Json;
use crate::json::tests::{built, values};
use crate::{Reading, ReadingKind, SyntaxError};
use proptest::prelude::*;
use serde_json::{Value, json};

fn read(text: &str) -> Condition {
    let (condition, readings) = parse(text, V1_0).unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(readings, [], "{text}");
    condition
}

fn operand(text: &str, span: Range<usize>) -> Comparable {
    Comparable::Operand(Operand::parse_in(text, span, V1_0).unwrap())
}

/// The condition with all groups shown.
fn grouped(condition: &Condition) -> String {
    let list = |parts: &[Condition], name| {
        let parts: Vec<_> = parts.iter().map(grouped).collect();
        format!("({})", parts.join(name))
    };
    match condition {
        Condition::Or(parts) => list(parts, " || "),
        Condition::And(parts) => list(parts, " && "),
        Condition::Not(inner) => format!("!{}", grouped(inner)),
        Condition::Compare { operator, left, right } => format!("({left} {operator} {right})"),
        Condition::Test(value) => value.to_string(),
    }
}

fn assert_grouped(text: &str, expected: &str) {
    assert_eq!(grouped(&read(text)), expected, "{text}");
}

fn assert_error(text: &str, span: Range<usize>, message: &str, help: Option<&str>) {
    let mut expected = SyntaxError::new(span, message);
    expected.help = help.map(str::to_owned);
    for version in [V1_0, V1_1] {
        assert_eq!(parse(text, version), Err(expected.clone()), "{text}");
    }
}

#[test]
fn a_comparison_with_its_positions() {
    let text = " $response.body#/0 == null ";
    assert_eq!(
        read(text),
        Condition::Compare {
            operator: Operator::Equal,
            left: operand(text, 1..18),
            right: Comparable::Literal(Literal::Null, 22..26),
        }
    );
}

#[test]
fn the_conditions_that_must_work() {
    assert_grouped("$response.body#/0 == null", "($response.body#/0 == null)");
    assert_grouped("$response.body.count > $inputs.threshold", "($response.body.count > $inputs.threshold)");
    assert_grouped("$steps.a.outputs.flag == true", "($steps.a.outputs.flag == true)");
    assert_grouped("$statusCode == 200 || $statusCode == 201", "(($statusCode == 200) || ($statusCode == 201))");
}

// Rules C72, A1.
#[test]
fn precedence() {
    assert_grouped("$url || $method && !$statusCode", "($url || ($method && !$statusCode))");
    assert_grouped("($url || $method) && $statusCode", "(($url || $method) && $statusCode)");
    assert_grouped("!($url == 'a')&&1<2", "(!($url == 'a') && (1 < 2))");
    assert_grouped("((true))", "true");
    assert_grouped("true && false && null", "(true && false && null)");
    assert_grouped("(true && false) && null", "((true && false) && null)");
}

#[test]
fn literals() {
    let right = |text: &str| match read(text) {
        Condition::Compare { right: Comparable::Literal(literal, span), .. } => (literal, span),
        other => panic!("{other:?}"),
    };
    let number = |text: &str| Literal::Number(serde_json::from_str(text).unwrap());
    for (literal, expected) in [
        ("true", Literal::Bool(true)),
        ("false", Literal::Bool(false)),
        ("null", Literal::Null),
        ("-3.14", number("-3.14")),
        ("1.5e3", number("1.5e3")),
        ("9007199254740993", number("9007199254740993")),
        ("'a b'", Literal::String("a b".into())),
        ("''", Literal::String("".into())),
        ("''''", Literal::String("'".into())),
        ("'it''s é && || == \"'", Literal::String("it's é && || == \"".into())),
        ("'{$inputs.a}'", Literal::String("{$inputs.a}".into())),
    ] {
        let text = format!("$url == {literal}");
        assert_eq!(right(&text), (expected, 8..text.len()), "{text}");
    }
}

#[test]
fn all_operators_with_and_without_blanks() {
    for (written, operator) in [
        ("==", Operator::Equal),
        ("!=", Operator::NotEqual),
        ("<", Operator::Less),
        ("<=", Operator::LessOrEqual),
        (">", Operator::Greater),
        (">=", Operator::GreaterOrEqual),
    ] {
        for text in [format!("1{written}$url"), format!("1 {written}\t$url")] {
            let Condition::Compare { operator: read, .. } = read(&text) else { panic!("{text}") };
            assert_eq!(read, operator, "{text}");
        }
    }
}

// Rule A1.
#[test]
fn operands_end_at_blanks_and_operators() {
    let text = "$response.body.data[0].id==$inputs.a.b&&($url)";
    assert_grouped(text, "(($response.body.data[0].id == $inputs.a.b) && $url)");
    assert_grouped("$response.body#/items[0]!=1", "($response.body#/items[0] != 1)");
    assert_grouped("$response.header.X-A|| true", "($response.header.X-A || true)");
}

#[test]
fn operands_in_braces() {
    let text = "{$statusCode} == {$inputs.code}";
    assert_eq!(
        read(text),
        Condition::Compare { operator: Operator::Equal, left: operand(text, 1..12), right: operand(text, 18..30) }
    );
    assert_eq!(read("{$statusCode}"), Condition::Test(operand("{$statusCode}", 1..12)));
    assert_grouped("{$response.header.a!b} == 1", "({$response.header.a!b} == 1)");
}

#[test]
fn a_condition_in_braces() {
    for (text, inner, span) in [
        ("{$statusCode == 401}", "($statusCode == 401)", 0..20),
        (" { $url } ", "$url", 1..9),
        ("{$statusCode == {$inputs.a}}", "($statusCode == $inputs.a)", 0..28),
        ("{$url == '}' && true}", "(($url == '}') && true)", 0..21),
    ] {
        let (condition, readings) = parse(text, V1_0).unwrap();
        assert_eq!(grouped(&condition), inner, "{text}");
        let kind = ReadingKind::BracedCondition;
        assert_eq!(readings, [Reading { kind, span }], "{text}");
    }
}

#[test]
fn double_quoted_strings() {
    for (text, string, span) in [
        ("$url == \"ok\"", "ok", 8..12),
        ("$url == \"a\\\"b\\u00e9\" ", "a\"bé", 8..20),
        ("$url == \"\\d\"", "\\d", 8..12),
        ("$url == \"it's\"&&true", "it's", 8..14),
    ] {
        let (condition, readings) = parse(text, V1_0).unwrap();
        let kind = ReadingKind::DoubleQuoted;
        assert_eq!(readings, [Reading { kind, span: span.clone() }], "{text}");
        let comparison = match condition {
            Condition::And(mut parts) => parts.swap_remove(0),
            other => other,
        };
        let Condition::Compare { right, .. } = comparison else { panic!("{text}") };
        assert_eq!(right, Comparable::Literal(Literal::String(string.into()), span));
    }
}

#[test]
fn words_without_quotes() {
    for (text, shown, span) in [
        (
            "$response.header.Content-Type == application/json",
            "($response.header.Content-Type == 'application/json')",
            33..49,
        ),
        ("($url == a=b;c)", "($url == 'a=b;c')", 9..14),
        ("$url != 2024-01-01&&true", "(($url != '2024-01-01') && true)", 8..18),
        ("$url == 1.2.3||true", "(($url == '1.2.3') || true)", 8..13),
        ("$url == a|b", "($url == 'a|b')", 8..11),
        ("$url == 200OK", "($url == '200OK')", 8..13),
        ("$url == größe", "($url == 'größe')", 8..15),
    ] {
        let (condition, readings) = parse(text, V1_0).unwrap();
        assert_eq!(grouped(&condition), shown, "{text}");
        let kind = ReadingKind::UnquotedWord;
        assert_eq!(readings, [Reading { kind, span }], "{text}");
    }
}

#[test]
fn words_that_mean_something_else() {
    assert_error(
        "$url == True",
        8..12,
        "a literal in another letter case",
        Some("write `true`, or `'True'` for the string"),
    );
    let number = "this is no number of JSON";
    let help =
        |word: &str| format!("numbers are written like `10`, `-0.5` and `1.5e3`; for the string write `'{word}'`");
    for word in ["05", "+5", ".5", "5.", "1e999"] {
        let text = format!("$url == {word}");
        assert_error(&text, 8..text.len(), number, Some(&help(word)));
    }
    assert_error("$url == it's", 8..12, "a quote inside a word", Some("write `'it''s'`"));
    assert_error(
        "$url == a/{$inputs.b}",
        8..21,
        "an expression inside a word",
        Some("compare with the expression alone"),
    );
    assert_error("$url == [1]", 8..9, "a condition has no literals for lists", None);
    assert_error("$url == {}", 8..9, "a condition has no literals for objects", None);
}

// Rule C72.
#[test]
fn mistaken_operators() {
    let there_is_no = |operator: &str| format!("there is no operator `{operator}`");
    for (text, span, operator, help) in [
        ("$statusCode = 200", 12..13, "=", "write `==`"),
        ("$statusCode === 200", 12..15, "===", "write `==`"),
        ("$statusCode !== 200", 12..15, "!==", "write `!=`"),
        ("$statusCode =< 200", 12..14, "=<", "write `<=`"),
        ("$statusCode => 200", 12..14, "=>", "write `>=`"),
        ("$statusCode <> 200", 12..14, "<>", "write `!=`"),
        ("$url =~ 'a'", 5..7, "=~", "write a criterion of `type: regex`"),
        ("$url & $method", 5..6, "&", "write `&&`"),
        ("$url | $method", 5..6, "|", "write `||`"),
        ("($url | $method)", 6..7, "|", "write `||`"),
        ("$url and $method", 5..8, "and", "write `&&`"),
        ("$url OR $method", 5..7, "OR", "write `||`"),
    ] {
        assert_error(text, span, &there_is_no(operator), Some(help));
    }
    assert_error("not $url", 0..3, "`not` is neither a literal nor an expression", Some("write `!`"));
    assert_error("$url * 2", 5..6, "`*` is no operator", None);
}

#[test]
fn comparisons_are_not_chained() {
    assert_error(
        "1 < $statusCode < 300",
        15..17,
        "comparisons cannot be chained",
        Some("write two comparisons with `&&` between them"),
    );
    let compared = "a group in parentheses is a condition, and cannot be compared";
    let help = Some("compare a value without parentheses");
    assert_error("($url) == 1", 0..6, compared, help);
    assert_error("1 == ($url)", 5..6, compared, help);
    assert_error(
        "!$url == 1",
        0..5,
        "`!` negates a value or a group, not a side",
        Some("write `!(… == …)`, or `!=` in place of `==`"),
    );
    assert_error("!!$url", 1..2, "a second `!`", Some("remove both"));
}

#[test]
fn missing_values() {
    assert_error("", 0..0, "the condition is empty", None);
    assert_error(" \n", 0..2, "the condition is empty", None);
    assert_error("$url ==", 7..7, "a value is missing after `==`", None);
    assert_error("$url == && true", 8..9, "a value is missing after `==`", None);
    assert_error("== 1", 0..1, "a value is missing", None);
    assert_error("$url &&", 7..7, "a value is missing", None);
    assert_error("()", 1..2, "a value is missing", None);
    assert_error("!", 1..1, "a value is missing after `!`", None);
}

// Rule C72.
#[test]
fn what_is_not_closed_or_not_opened() {
    assert_error("($url && (true)", 0..1, "this parenthesis is not closed", Some("write `)` at the end of the group"));
    assert_error("$url)", 4..5, "there is no `(` for this parenthesis", Some("remove it"));
    assert_error("$url}", 4..5, "there is no `{` for this brace", Some("remove it"));
    assert_error(
        "$url == 'é",
        8..11,
        "this string is not closed",
        Some("write `'` at its end, and `''` for a quote inside it"),
    );
    assert_error("$url == \"a\\\"", 8..12, "this string is not closed", Some("write a string as `'…'`"));
    assert_error(
        "{$url == 1",
        0..1,
        "this brace is not closed",
        Some("remove it: an expression in a condition needs none"),
    );
}

#[test]
fn text_after_the_end() {
    let help = Some("write `&&`, `||` or a comparison between two values, and a string with blanks as `'…'`");
    assert_error("$url == 'a' 'b'", 12..15, "an operator is missing before `'b'`", help);
    assert_error("$url $method", 5..12, "an operator is missing before `$method`", help);
    assert_error("$url ! $method", 5..6, "`!` belongs before a value", Some("write `!=` for \"is not equal to\""));
}

#[test]
fn words_on_the_left() {
    assert_error(
        "statusCode == 200",
        0..10,
        "`statusCode` is neither a literal nor an expression",
        Some("write `$statusCode`"),
    );
    assert_error(
        "input.a == 200",
        0..7,
        "`input.a` is neither a literal nor an expression",
        Some("did you mean `$inputs.a`?"),
    );
    assert_error(
        "ready == $url",
        0..5,
        "`ready` is neither a literal nor an expression",
        Some("write `'ready'` for a string"),
    );
}

#[test]
fn operands_that_are_wrong_keep_their_positions() {
    let error = parse("true && $steps.a.b == 1", V1_0).unwrap_err();
    assert_eq!(error.span, 16..18);
    assert_eq!(error.help.as_deref(), Some("write `$steps.a.outputs.b`"));
    let error = parse("{$status == 1}", V1_0).unwrap_err();
    assert_eq!(error.span, 1..8);
    assert_eq!(error.help.as_deref(), Some("did you mean `$statusCode`?"));
}

#[test]
fn groups_are_nested_only_so_deep() {
    let nested = |depth| format!("{}true{}", "(".repeat(depth), ")".repeat(depth));
    assert_eq!(grouped(&read(&nested(64))), "true");
    assert_error(&nested(65), 64..65, "groups are nested more than 64 deep", None);
    assert_error(&nested(1_000), 64..65, "groups are nested more than 64 deep", None);
    let negations = "!(".repeat(1_000);
    assert_error(&negations, 129..130, "groups are nested more than 64 deep", None);
}

/// Every operator between two values, in the order `==` `!=` `<` `<=` `>` `>=`, as 0 and 1.
fn results(left: &Value, right: &Value) -> String {
    use Operator::*;
    let all = |left: &Json<'_>, right: &Json<'_>| -> String {
        [Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual]
            .iter()
            .map(|operator| if compare(*operator, left, right) { '1' } else { '0' })
            .collect()
    };
    let trees = all(&left.into(), &right.into());
    assert_eq!(trees, all(&built(left), &built(right)), "{left} {right}");
    trees
}

const EQUAL: &str = "100101";
const LESS: &str = "011100";
const GREATER: &str = "010011";
const EQUAL_WITHOUT_ORDER: &str = "100000";
const UNEQUAL: &str = "010000";

// Rules A2, A30.
#[test]
fn the_evaluation_table() {
    for (case, left, right, expected) in [
        ("strings without case", json!("Ready"), json!("rEADY"), EQUAL),
        ("strings by letters", json!("a"), json!("B"), LESS),
        ("a prefix is less", json!("a"), json!("Ab"), LESS),
        ("umlauts", json!("GRÖSSE"), json!("größe"), EQUAL),
        ("capital sharp s", json!("STRAẞE"), json!("strasse"), EQUAL),
        ("sigma", json!("ΟΔΟΣ"), json!("οδος"), EQUAL),
        ("kelvin", json!("\u{212a}"), json!("k"), EQUAL),
        ("beyond ASCII", json!("é"), json!("z"), GREATER),
        ("numbers", json!(9), json!(10.5), LESS),
        ("integer and float", json!(200), json!(200.0), EQUAL),
        ("integers beyond 2^53", json!(9_007_199_254_740_993_i64), json!(9_007_199_254_740_992_i64), GREATER),
        ("and as floats", json!(9_007_199_254_740_993_i64), json!(9_007_199_254_740_992.0), GREATER),
        ("u64 and i64", json!(u64::MAX), json!(-1), GREATER),
        ("number and numeric string", json!(200), json!("200"), EQUAL),
        ("number and numeric string", json!(9), json!("10"), LESS),
        ("number and other text", json!(0), json!("abc"), UNEQUAL),
        ("number and empty text", json!(0), json!(""), UNEQUAL),
        ("number and padded text", json!(5), json!(" 5"), UNEQUAL),
        ("big numeric string", json!(9_007_199_254_740_993_i64), json!("9007199254740992"), GREATER),
        ("two numeric strings are ordered as numbers", json!("9"), json!("10"), LESS),
        ("one numeric string is ordered as text", json!("9"), json!("10a"), GREATER),
        ("null", json!(null), json!(null), EQUAL_WITHOUT_ORDER),
        ("null and other", json!(null), json!(0), UNEQUAL),
        ("null and other", json!(null), json!(""), UNEQUAL),
        ("null and other", json!(null), json!(false), UNEQUAL),
        ("booleans", json!(true), json!(true), EQUAL_WITHOUT_ORDER),
        ("booleans", json!(true), json!(false), UNEQUAL),
        ("boolean and string", json!(true), json!("true"), UNEQUAL),
        ("boolean and number", json!(true), json!(1), UNEQUAL),
        ("lists", json!([1, {"a": 2}]), json!([1.0, {"a": 2}]), EQUAL_WITHOUT_ORDER),
        ("lists", json!([1, 2]), json!([2, 1]), UNEQUAL),
        ("objects", json!({"a": 1, "b": 2}), json!({"b": 2, "a": 1}), EQUAL_WITHOUT_ORDER),
        ("objects", json!({"a": 1}), json!({"a": null}), UNEQUAL),
        ("list and string", json!(["a"]), json!("a"), UNEQUAL),
    ] {
        assert_eq!(results(&left, &right), expected, "{case}: {left} {right}");
    }
    // Equality of two strings never counts: here `==` is text, and the order is that of numbers.
    assert_eq!(results(&json!("1.0"), &json!("1")), "010101");
}

#[test]
fn absent_counts_as_null() {
    for other in [&Json::Absent, &Json::Null, &Json::from(Value::Null)] {
        assert!(compare(Operator::Equal, &Json::Absent, other));
        assert!(!compare(Operator::NotEqual, &Json::Absent, other));
        assert!(!compare(Operator::LessOrEqual, &Json::Absent, other));
    }
    assert!(compare(Operator::NotEqual, &Json::Absent, &false.into()));
}

// Rule A2.
#[test]
fn truth_of_values() {
    for (value, expected) in [
        (json!(true), true),
        (json!(false), false),
        (json!(null), false),
        (json!(0), false),
        (json!(0.0), false),
        (json!(-0.0), false),
        (json!(1), true),
        (json!(-0.5), true),
        (json!(""), false),
        (json!("0"), true),
        (json!("false"), true),
        (json!([]), true),
        (json!({}), true),
    ] {
        assert_eq!(truthy(&Json::from(&value)), expected, "{value}");
        assert_eq!(truthy(&built(&value)), expected, "{value}");
    }
    assert!(!truthy(&Json::Absent));
}

#[test]
fn evaluation() {
    let values = |operand: &Operand| match operand.to_string().as_str() {
        "$statusCode" => Json::from(201),
        "$response.body.items.length" => Json::from(2),
        "$inputs.yes" => Json::from(true),
        "$inputs.name" => Json::from("Ada"),
        _ => Json::Absent,
    };
    for (text, expected) in [
        ("$statusCode == 200 || $statusCode == 201", true),
        ("$statusCode >= 200 && $statusCode < 201", false),
        ("$response.body.items.length > 0", true),
        ("!$inputs.yes", false),
        ("!($inputs.yes && $inputs.no)", true),
        ("$inputs.no == null", true),
        ("$inputs.no != null", false),
        ("'ADA' == $inputs.name", true),
        ("$inputs.no", false),
        ("true", true),
    ] {
        assert_eq!(read(text).evaluate(&values), expected, "{text}");
    }
}

#[test]
fn evaluation_stops_when_the_result_is_known() {
    let asked = std::cell::Cell::new(0);
    let values = |_: &Operand| {
        asked.set(asked.get() + 1);
        Json::from(true)
    };
    assert!(read("$url || $method").evaluate(&values));
    assert!(!read("!$url && $method").evaluate(&values));
    assert_eq!(asked.get(), 2);
}

#[test]
fn conditions_are_shown_as_they_would_be_written() {
    for (text, shown) in [
        (" $url=='it''s'||1<2 ", "$url == 'it''s' || 1 < 2"),
        ("!(!$url)", "!(!$url)"),
        ("!($url)", "!$url"),
        ("(true||false)&&(null)", "(true || false) && null"),
        ("{$response.header.a!b}", "{$response.header.a!b}"),
    ] {
        assert_eq!(read(text).to_string(), shown);
    }
}

fn near_conditions() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("$statusCode".to_owned()),
        Just(" == ".to_owned()),
        Just("!=".to_owned()),
        Just(" && ".to_owned()),
        Just("||".to_owned()),
        Just("'a'".to_owned()),
        Just("\"a\"".to_owned()),
        Just("-1.5".to_owned()),
        Just("null".to_owned()),
        Just("{$inputs.a}".to_owned()),
        "[(){}<>!=' ]",
        near_expressions(),
    ];
    prop::collection::vec(part, 0..10).prop_map(|parts| parts.concat())
}

fn spans(condition: &Condition) -> Vec<Range<usize>> {
    let of = |value: &Comparable| match value {
        Comparable::Literal(_, span) => span.clone(),
        Comparable::Operand(operand) => operand.span.clone(),
    };
    match condition {
        Condition::Or(parts) | Condition::And(parts) => parts.iter().flat_map(spans).collect(),
        Condition::Not(inner) => spans(inner),
        Condition::Compare { left, right, .. } => vec![of(left), of(right)],
        Condition::Test(value) => vec![of(value)],
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_within_bounds(
        text in prop_oneof![near_conditions(), any::<String>()],
        version in prop_oneof![Just(V1_0), Just(V1_1)],
    ) {
        let version: Version = version;
        match parse(&text, version) {
            Ok((condition, readings)) => {
                for span in spans(&condition).into_iter().chain(readings.into_iter().map(|reading| reading.span)) {
                    prop_assert!(text.get(span).is_some());
                }
                let shown = condition.to_string();
                let again = parse(&shown, version);
                prop_assert_eq!(again.map(|(again, _)| again.to_string()), Ok(shown));
            }
            Err(error) => {
                prop_assert!(text.get(error.span).is_some());
                prop_assert!(!error.message.contains('\n'));
            }
        }
    }

    #[test]
    fn laws_of_comparison(left in values(), right in values()) {
        use Operator::*;
        let (left, right) = (Json::from(&left), Json::from(&right));
        prop_assert_ne!(compare(Equal, &left, &right), compare(NotEqual, &left, &right));
        for (operator, mirror) in [
            (Equal, Equal), (NotEqual, NotEqual), (Less, Greater), (LessOrEqual, GreaterOrEqual),
        ] {
            prop_assert_eq!(compare(operator, &left, &right), compare(mirror, &right, &left));
        }
        prop_assert!(!(compare(Less, &left, &right) && compare(Greater, &left, &right)));
        prop_assert!(compare(Equal, &left, &left));
    }
}
