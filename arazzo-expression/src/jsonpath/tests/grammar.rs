//! The rules of the grammar: what is accepted, what the tree looks like, and where its parts stand.

use super::super::{
    Comparable, Criterion, Function, Logical, Query, Root, Segment, Step, Test, parse_criterion, parse_query,
};
use crate::condition::{Literal, Operator};
use crate::expression::{Expression, Version};

fn query(text: &str) -> Query {
    parse_query(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn what_the_grammar_allows() {
    for text in [
        "$",
        "$ .a",
        "$\t\r\n['a']",
        "$ ..a",
        "$..['a', 0]",
        "$[ 'a' , \"b\" ]",
        "$.ä☺_1",
        "$.\u{10ffff}",
        "$['']",
        r#"$["\b\f\n\r\t\/\\\"\u00e4\uD83D\uDE00\ud83d\ude00"]"#,
        r"$['\'']",
        "$['\"']",
        "$['\u{7f}']",
        "$[0,-1,9007199254740991,-9007199254740991]",
        "$[:]",
        "$[::]",
        "$[ 1 : 2 : 3 ]",
        "$[-1:]",
        "$[:-1:-1]",
        "$[?@]",
        "$[? @ .a ]",
        "$[?!@.a]",
        "$[?! ( @.a )]",
        "$[?((@.a))]",
        "$[?@.a==1]",
        "$[?@.a == 'x'&&@.b||@.c != null]",
        "$[?@['a'][0] <= $.b]",
        "$[?@[ 'a' ] == 1]",
        "$[?1 == -0]",
        "$[?1.5e+3 != 1E-2]",
        "$[?@.a == 123456789012345678901234567890]",
        "$[?@[?@.a > 1]]",
        "$[?@..a, ?@.*]",
        "$[?length( @.a ) == count( $..* )]",
        "$[?match(@.a, 'x') && !search( @.b , $.c )]",
        "$[?length(length(@.a)) == 1]",
        "$[?length('abc') == 3]",
        "$[?value(@..a) == 1]",
    ] {
        let parsed = query(text);
        assert_eq!(parsed.span, 0..text.len());
        assert_eq!(query(&parsed.to_string()).without_spans(), parsed.without_spans(), "{text}");
    }
}

#[test]
fn canonical_text() {
    for (text, canonical) in [
        ("$['a']['b c'][\"d'\"]", r"$.a['b c']['d\'']"),
        ("$ .. [ * ]", "$ .. [ * ]"),
        ("$..['a']..[*]", "$..a..*"),
        ("$[0,*,1 : 2,::3]", "$[0, *, 1:2, ::3]"),
        (r#"$["\u0000\u001f\n☺"]"#, r"$['\u0000\u001f\n☺']"),
        ("$[?((@.a&&@.b)&&(@.c||@.d))||!(@.e==1)]", "$[?(@.a && @.b) && (@.c || @.d) || !(@.e == 1)]"),
        ("$[?!(!@.a)]", "$[?!(!@.a)]"),
        ("$[?length(@)>1.50 && match(@,\"a\")]", "$[?length(@) > 1.5 && match(@, 'a')]"),
    ] {
        let shown = parse_query(text).map_or_else(|_| text.to_owned(), |query| query.to_string());
        assert_eq!(shown, canonical);
    }
    for (text, canonical) in [
        (" $.a == 'b'\n", "$.a == 'b'"),
        ("($.a)", "($.a)"),
        ("{$inputs.a}==$.b", "$inputs.a == $.b"),
        ("!$.a||$statusCode<500", "!$.a || $statusCode < 500"),
    ] {
        assert_eq!(parse_criterion(text, Version::V1_0).unwrap().to_string(), canonical);
    }
}

#[test]
fn the_tree_knows_its_positions() {
    let text = "$ .ab[ 'c' , -1 , 1 : 2 , * , ?@.x ]..d";
    let Query { root, segments, span } = query(text);
    assert_eq!((root, span), (Root::Document, 0..text.len()));
    let places: Vec<&str> = segments.iter().map(|segment| &text[segment.span()]).collect();
    assert_eq!(places, [".ab", "[ 'c' , -1 , 1 : 2 , * , ?@.x ]", "..d"]);
    assert!(matches!(segments[2], Segment::Descendant { .. }));
    let places: Vec<&str> = segments[1].selectors().iter().map(|selector| &text[selector.span()]).collect();
    assert_eq!(places, ["'c'", "-1", "1 : 2", "*", "?@.x"]);
}

#[test]
fn conditions_know_their_positions() {
    let text = "!($.a == 'b') && length($inputs.c#/d) >= 10 || $steps.s.outputs.o";
    let Criterion::Bare(Logical::Or(parts)) = parse_criterion(text, Version::V1_1).unwrap() else {
        panic!("no disjunction");
    };
    assert_eq!(&text[parts[0].span()], "$.a == 'b') && length($inputs.c#/d) >= 10");
    let Logical::And(both) = &parts[0] else { panic!("no conjunction") };
    let Logical::Not(inner) = &both[0] else { panic!("no negation") };
    assert_eq!(&text[inner.span()], "$.a == 'b'");
    let Logical::Compare { operator, left: Comparable::Function(call), right } = &both[1] else {
        panic!("no comparison");
    };
    assert_eq!((*operator, &text[call.span.clone()]), (Operator::GreaterOrEqual, "length($inputs.c#/d)"));
    assert_eq!(*right, Comparable::Literal(Literal::Number(10.into()), 41..43));
    let Function::Length(argument) = &call.function else { panic!("no length") };
    assert_eq!(&text[argument.span()], "$inputs.c#/d");
    let Logical::Test(Test::Expression(operand)) = &parts[1] else { panic!("no expression") };
    let Expression::Steps { step, output } = &operand.expression else { panic!("no step") };
    assert_eq!((&text[step.span.clone()], &text[output.id.span.clone()]), ("s", "o"));
}

#[test]
fn singular_queries_have_steps() {
    let parsed = query("$.a['b'][-1]");
    assert_eq!(parsed.singular(), Some(vec![Step::Name("a"), Step::Name("b"), Step::Index(-1)]));
    assert_eq!(query("$").singular(), Some(vec![]));
    for text in ["$.*", "$..a", "$['a','b']", "$[0:1]", "$[?@]", "$.a[*].b"] {
        assert!(query(text).singular().is_none() && !query(text).is_singular(), "{text}");
    }
}

#[test]
fn a_path_alone_is_a_query_and_all_else_is_bare() {
    let is_query = |text| match parse_criterion(text, Version::V1_0) {
        Ok(Criterion::Query(_)) => true,
        Ok(Criterion::Bare(_)) => false,
        Err(error) => panic!("{text}: {error}"),
    };
    for text in ["$", "$.a", " $.a.length\n", "$[?@.a == 1 && $.b]", "$..a[?length(@) > 1]"] {
        assert!(is_query(text), "{text}");
    }
    for text in [
        "($.a)",
        "!$.a",
        "$.a == 1",
        "$.a && $.b",
        "match($.a, 'b')",
        "1 == $.a",
        "$statusCode",
        "$[?@.a == $inputs.b]",
        "count($.items[*]) > 1",
    ] {
        assert!(!is_query(text), "{text}");
    }
}

#[test]
fn runtime_expressions_end_where_the_condition_goes_on() {
    for (text, operands) in [
        ("$.a==$inputs.b&&$.c", &["$inputs.b"][..]),
        ("($inputs.b)", &["$inputs.b"]),
        ("{$inputs.b}!=$.a", &["$inputs.b"]),
        ("$statusCode<500||$response.body#/a/0>1", &["$statusCode", "$response.body#/a/0"]),
        ("$.a[?@.b == $steps.s.outputs.o.list[0].x].c", &["$steps.s.outputs.o.list[0].x"]),
        ("match($.a,$inputs.p)", &["$inputs.p"]),
        ("$.a[?@.b == {$inputs.c}]", &["$inputs.c"]),
    ] {
        let criterion = parse_criterion(text, Version::V1_1).unwrap_or_else(|error| panic!("{text}: {error}"));
        let found: Vec<&str> = criterion.operands().into_iter().map(|operand| &text[operand.span.clone()]).collect();
        assert_eq!(found, operands, "{text}");
    }
}

#[test]
fn nesting_is_bounded() {
    let nested = |open: &str, inner: &str, close: &str, depth| open.repeat(depth) + inner + &close.repeat(depth);
    for (open, inner, close) in [("(", "@.a", ")"), ("!(", "@.a", ")"), ("@[?", "@", "]"), ("length(", "1", ")")] {
        let condition = |depth| match open {
            "length(" => format!("$[?{}==1]", nested(open, inner, close, depth)),
            _ => format!("$[?{}]", nested(open, inner, close, depth)),
        };
        assert!(parse_query(&condition(63)).is_ok(), "{open}");
        let parsed = query(&condition(63));
        assert_eq!(query(&parsed.to_string()).without_spans(), parsed.without_spans());
        let error = parse_query(&condition(64)).unwrap_err();
        assert_eq!(error.message, "more than 64 parentheses, filters and calls inside each other");
        assert!(parse_query(&condition(100_000)).is_err());
        assert!(parse_query(&format!("$[?{}", open.repeat(100_000))).is_err());
    }
    assert!(parse_query(&format!("${}", "..*".repeat(128))).is_ok());
    let error = parse_query(&format!("${}", "..*".repeat(129))).unwrap_err();
    assert!(error.message.contains("128 are supported"), "{}", error.message);
    assert!(parse_query(&format!("$[?@{}]", " && @".repeat(3_000))).is_ok());
    let error = parse_query(&format!("$[?@{}]", " && @".repeat(4_000))).unwrap_err();
    assert!(error.message.contains("16384 are supported"), "{}", error.message);
}
