//! Parts of strings.

use super::{good, slice};

/// What is marked of the value of `a` when `part` of its string is asked for.
#[track_caller]
fn located(text: &str, part: &str) -> String {
    let root = good(text);
    let node = root.get("a").expect("the key is there");
    let string = node.as_str().expect("it is a string");
    let start = string.find(part).expect("the part is there");
    slice(text, node.span_of(start..start + part.len(), text)).to_owned()
}

#[test]
fn of_one_line() {
    assert_eq!(located("a: $.state == \"active\"", "\"active\""), "\"active\"");
    assert_eq!(located("a: 'x y z'", "y"), "y");
    assert_eq!(located("a: 'it''s y'", "s y"), "s y");
    assert_eq!(located("a: 'it''s y'", "t'"), "t''");
    assert_eq!(located(r#"a: "x \"y\" z""#, "z"), "z");
    assert_eq!(located(r#"a: "x \"y\" z""#, "\"y\""), r#"\"y\""#);
    assert_eq!(located(r#"a: "\u00e9\x41 é z""#, "é z"), "é z");
    assert_eq!(located(r#"a: "\u00e9\x41 z""#, "A z"), r"\x41 z");
    assert_eq!(located(r#"a: "x\ny\tz""#, "z"), "z");
}

#[test]
fn of_several_lines() {
    assert_eq!(located("a: >-\n  one two\n  three\n\n  four\nb: 1", "three"), "three");
    assert_eq!(located("a: >-\n  one two\n  three\n\n  four\nb: 1", "two three"), "two\n  three");
    assert_eq!(located("a: |\n  one\n   two\n\n  three\n", "two"), "two");
    assert_eq!(located("a: one\n  two\n   three # c", "three"), "three");
    assert_eq!(located("a: 'one\n  two\n\n  three'", "three"), "three");
    assert_eq!(located("a: \"one\\\n  two \\\n  three\"", "three"), "three");
}

#[test]
fn of_a_place_between_characters() {
    let text = "a: >-\n  one\n  two";
    let root = good(text);
    let node = root.get("a").unwrap();
    let at = |at: usize| node.span_of(at..at, text);
    assert_eq!((at(0).start, at(0).end), (8, 8));
    assert_eq!((at(4).start, at(4).end), (14, 14));
    assert_eq!((at(7).start, at(7).end), (17, 17));
    let quoted = good("'ab'");
    assert_eq!(quoted.span_of(2..2, "'ab'").start, 3);
}

#[test]
fn what_cannot_be_located_is_all_of_it() {
    let text = "a: 'x y'\nb: 1";
    let root = good(text);
    let node = root.get("a").unwrap();
    assert_eq!(node.span_of(0..100, text), node.span);
    assert_eq!(node.span_of(0..1, ""), node.span);
    assert_eq!(node.span_of(0..1, "another text altogether"), node.span);
    let number = root.get("b").unwrap();
    assert_eq!(number.span_of(0..1, text), number.span);
    let spaces = "a: >\n  x\n  y\n";
    let root = good(spaces);
    let node = root.get("a").unwrap();
    assert_eq!(node.span_of(1..2, spaces), node.span, "nothing but a folded line break");
}
