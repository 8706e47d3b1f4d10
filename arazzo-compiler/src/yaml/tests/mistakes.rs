//! One mistake each, and what is said about it.

use super::{good, read};
use serde_json::json;

#[track_caller]
fn complains(text: &str, expected: &[&str]) {
    assert_eq!(read(text).1, expected, "{text}");
}

#[test]
fn text_that_is_no_yaml() {
    for (text, expected) in [
        ("", "1:1 the document is empty"),
        ("# only a comment\n", "1:1 the document is empty"),
        ("---\n...\n", "1:1 the document is empty"),
        ("a:\n\tb: 1", "2:2 a tab cannot be used as indentation"),
        ("a:\tb", "1:4 a tab cannot stand here"),
        ("a: b: c", "1:5 a second `:` in this line would begin another key"),
        ("a: 1\n b: 2", "2:2 a key cannot begin here: the one above it has a value already"),
        ("a: 1\n\tb: 2", "2:1 a tab cannot be used as indentation"),
        ("a: {b}#c", "1:7 text cannot go on with `#` here"),
        ("a: \"x\nb: 1\n", "1:4 the text that begins with this quote never ends"),
        ("a: 'x\nb: 1\n", "1:4 the text that begins with this quote never ends"),
        ("a: 'x", "1:4 the text that begins with this quote never ends"),
        ("a: \"x\" y", "1:8 there is text behind the closing quote"),
        ("a: 'it's'", "1:8 there is text behind the closing quote"),
        ("a: \"\\q\"", "1:4 there is an escape in this text that YAML does not know"),
        ("a: @x", "1:4 text cannot begin with this character"),
        ("a: `x`", "1:4 text cannot begin with this character"),
        ("a: * x", "1:4 text cannot begin with `*` or `&`: they name an alias or an anchor"),
        ("a: *x", "1:4 no anchor of this name stands before this alias"),
        ("a:\n  b: 1\n c: 2", "3:2 expected a key here"),
        ("a: {$inputs.x}/y", "1:15 expected a key here"),
        ("- a\nb: 1", "2:1 expected `- ` here"),
        ("a: - b", "1:4 a list cannot begin here"),
        ("a: 1\nb\n", "2:1 expected `:` behind this key"),
        ("a: [1, 2\nb: 3", "2:2 a key and its value cannot begin here"),
        ("a: {x: 1\nb: 3\n", "2:2 expected `,` or `}`"),
        ("a: ]", "1:4 there is nothing that this bracket could close"),
        ("a: ,b", "1:4 expected a value here"),
        ("{a: 1} b", "1:8 the document has ended before this"),
        ("a: |x\n  b", "1:4 there is text behind the `|` or `>`"),
        ("a: ? b", "1:4 a key cannot begin here"),
        ("a: !e!x y", "1:4 this tag cannot be read"),
        ("{\"a\": [1, 2}", "1:12 expected `,` or `]`"),
    ] {
        assert_eq!(read(text).1, [format!("yaml {expected}")], "{text}");
        assert!(read(text).0.is_none(), "{text}");
    }
}

// Rule C5.
#[test]
fn things_that_json_cannot_express() {
    for (text, expected) in [
        ("a: !foo x", "yaml 1:4 the tag `!foo` has no meaning here"),
        ("a: !!set {}", "yaml 1:4 the tag `!!set` has no meaning here"),
        ("a: !!int x", "yaml 1:4 `x` does not fit its tag `!!int`"),
        ("a: &b !foo {}", "yaml 1:7 the tag `!foo` has no meaning here"),
        ("a: !!seq {}", "yaml 1:4 this does not fit its tag `!!seq`"),
        ("? [a]\n: b", "yaml 1:3 a key must be text, not a list"),
        ("a: {{x}}", "yaml 1:5 a key must be text, not a map"),
        ("~: a", "yaml 1:1 a key must be text, not null"),
        (": a", "yaml 1:2 a key must be text, not null"),
        ("a: 1\n---\nb: 2\n", "yaml 2:1 a second document begins here"),
        ("18446744073709551617", "yaml 1:1 the integer `18446744073709551617` does not fit into 64 bits"),
        ("-1e999", "yaml 1:1 the number `-1e999` does not fit into a 64-bit float"),
        ("a: &x [*x]", "yaml 1:8 this alias stands inside of what it names"),
    ] {
        complains(text, &[expected]);
    }
}

#[test]
fn merge_keys_are_refused_once() {
    let text = "a: &a {x: 1, y: 2}\nb:\n  <<: *a\n  y: 3\nc:\n  << : [*a, {z: 4}]\n";
    let (node, complaints) = read(text);
    let message = "`<<` merges another map, and YAML 1.2 has no merge keys";
    assert_eq!(complaints, [format!("yaml 3:3 {message}"), format!("yaml 6:3 {message}")]);
    assert_eq!(
        node.expect("reading goes on").to_json(),
        json!({"a": {"x": 1, "y": 2}, "b": {"y": 3, "x": 1}, "c": {"x": 1, "y": 2, "z": 4}})
    );
    assert_eq!(good("'<<': 1").to_json(), json!({"<<": 1}));
}

// Rule C6.
#[test]
fn of_equal_keys_the_first_counts() {
    let (node, complaints) = read("a: 1\nb: 2\n\"a\": 3\na: 4\n");
    assert_eq!(
        complaints,
        ["duplicate_key 3:1 the key `a` is there twice", "duplicate_key 4:1 the key `a` is there twice"]
    );
    assert_eq!(node.expect("reading goes on").to_json(), json!({"a": 1, "b": 2}));
}

#[test]
fn large_maps_are_compared_quickly() {
    let keys: String = (0..50_000).map(|key| format!("/path/{key}: 1\n")).collect();
    let complaints = read(&format!("{keys}/path/7: 2\n")).1;
    assert_eq!(complaints, ["duplicate_key 50001:1 the key `/path/7` is there twice"]);
}

#[test]
fn depth_is_bounded() {
    let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    good(&deep(128));
    complains(&deep(129), &["yaml 1:129 lists and maps are nested more than 128 deep"]);
    assert_eq!(read(&"[".repeat(100_000)).1.len(), 1);
    assert_eq!(read(&"- ".repeat(100_000)).1.len(), 1);
    assert_eq!(read(&"{a: ".repeat(100_000)).1.len(), 1);
    assert_eq!(read(&"? ".repeat(100_000)).1.len(), 1);
    let aliased = format!("- &a {}\n- {}*a{}", deep(100), "[".repeat(50), "]".repeat(50));
    complains(&aliased, &["yaml 2:53 lists and maps are nested more than 128 deep"]);
}

#[test]
fn aliases_of_aliases_are_bounded() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let alias = format!("*a{}", level - 1);
        text += &format!("a{level}: &a{level} [{}]\n", [alias.as_str(); 10].join(", "));
    }
    let complaints = read(&text).1;
    assert_eq!(complaints.len(), 1);
    assert!(complaints[0].contains("the aliases of this document expand to too much"), "{complaints:?}");
    let long = format!("a: &a {}\nb: [{}]", "x".repeat(100_000), ["*a"; 1000].join(", "));
    assert!(read(&long).1[0].contains("expand to too much"));
}
