//! Values, spans and complaints.

mod differential;
mod locate;
mod mistakes;
mod robustness;

use super::*;
use crate::source::{Memory, Sources};
use serde_json::{Value, json};
use std::path::Path;

/// The tree of a text, and what was complained about: `rule line:column message`.
fn read(text: &str) -> (Option<Node>, Vec<String>) {
    let mut diagnostics = Diagnostics::new();
    let node = parse(FileId(0), text, &mut diagnostics);
    let memory = Memory::of([("a.yml", text)]);
    let mut sources = Sources::new(&memory);
    sources.load(Path::new("a.yml")).expect("it is there");
    let found = diagnostics.finish(&sources, Path::new(""));
    let lines = found
        .iter()
        .map(|found| format!("{} {}:{} {}", found.rule.name, found.line, found.column, found.message))
        .collect();
    (node, lines)
}

fn good(text: &str) -> Node {
    let (node, complaints) = read(text);
    assert_eq!(complaints, [""; 0], "{text}");
    node.expect("without complaints there is a tree")
}

fn value(text: &str) -> Value {
    good(text).to_json()
}

fn slice(text: &str, span: Span) -> &str {
    &text[span.start as usize..span.end as usize]
}

// Rule C5.
#[test]
fn the_core_schema_of_yaml_1_2() {
    for (text, expected) in [
        ("~", json!(null)),
        ("Null", json!(null)),
        ("TRUE", json!(true)),
        ("false", json!(false)),
        ("yes", json!("yes")),
        ("off", json!("off")),
        ("1.0", json!(1.0)),
        ("1", json!(1)),
        ("+1", json!(1)),
        ("-0", json!(0)),
        ("010", json!(10)),
        ("0o10", json!(8)),
        ("0x1F", json!(31)),
        ("0x", json!("0x")),
        ("-0x1", json!("-0x1")),
        ("1_000", json!("1_000")),
        ("1:30", json!("1:30")),
        ("2026-01-01", json!("2026-01-01")),
        (".5", json!(0.5)),
        ("5.", json!(5.0)),
        (".", json!(".")),
        ("1e3", json!(1000.0)),
        ("-1.5E-2", json!(-0.015)),
        ("1e", json!("1e")),
        ("e1", json!("e1")),
        (".inf", json!(".inf")),
        ("-.INF", json!("-.INF")),
        (".nan", json!(".nan")),
        ("18446744073709551615", json!(u64::MAX)),
        ("-9223372036854775808", json!(i64::MIN)),
        ("18446744073709551616", json!(18_446_744_073_709_551_616.0)),
        ("0x10000000000000000", json!(18_446_744_073_709_551_616.0)),
        ("\"1\"", json!("1")),
        ("'true'", json!("true")),
        ("!!str 1", json!("1")),
        ("!!int '0x10'", json!(16)),
        ("!!float 3", json!(3.0)),
        ("!!bool 'true'", json!(true)),
        ("!!null ''", json!(null)),
        ("!<tag:yaml.org,2002:str> 1", json!("1")),
        ("!!seq [!!map {a: 1}]", json!([{"a": 1}])),
    ] {
        assert_eq!(value(text), expected, "{text}");
    }
}

// Rule C4.
#[test]
fn json_is_read_by_the_same_parser() {
    let text = "{\n\t\"a\": [1, -2.5e3, true, null, \"\\u00e9\\/\\n\"],\n\t\"b\": {},\n\t\"\": []\n}\n";
    assert_eq!(value(text), serde_json::from_str::<Value>(text).expect("it is JSON"));
    assert_eq!(value("{\"a\":1,\"b\":\"x\"}"), json!({"a": 1, "b": "x"}));
    assert_eq!(value(r#"["\ud83d\ude00"]"#), json!(["😀"]), "a pair of surrogates");
}

#[test]
fn pairs_of_surrogates_do_not_shift_spans() {
    let text = r#"{"a": "\\ud83d\ud83d\ude00\ud83d\ude00 x", "b": 1, "c": "\\"}"#;
    let root = good(text);
    assert_eq!(root.to_json(), serde_json::from_str::<Value>(text).expect("it is JSON"));
    let a = root.get("a").expect("the key is there");
    assert_eq!(slice(text, a.span), r#""\\ud83d\ud83d\ude00\ud83d\ude00 x""#);
    assert_eq!(slice(text, root.get("b").expect("the key is there").span), "1");
    let x = a.as_str().and_then(|text| text.find('x')).expect("it is there");
    assert_eq!(slice(text, a.span_of(x..x + 1, text)), "x");
    let (_, complaints) = read(r#"["\ud83d x"]"#);
    assert_eq!(complaints, ["yaml 1:2 there is an escape in this text that YAML does not know"]);
}

#[test]
fn keys_are_their_text() {
    assert_eq!(
        value("200: a\n1.0: b\ntrue: c\n'~': d\n\"\": e\n? f\n: g\n"),
        json!({"200": "a", "1.0": "b", "true": "c", "~": "d", "": "e", "f": "g"})
    );
}

#[test]
fn aliases_copy_what_they_name() {
    assert_eq!(
        value("a: &x [1, &y {b: c}]\nd: *x\ne: *y\n&k f: *k\n"),
        json!({"a": [1, {"b": "c"}], "d": [1, {"b": "c"}], "e": {"b": "c"}, "f": "f"})
    );
}

#[test]
fn every_value_knows_its_bytes() {
    let text = "# é\na: 1 # c\n'b' : 'it''s'   # c\nc: &n !!str  \"q\\\"\" \nd:\n- x\n-   [ y, {z: 1} ]  # c\n- \ne:\n  f: |\n    text\n\n    more\n\n  g:\n  h: plain\n    more # c\ni: &l [1]\nj: *l\n";
    let root = good(text);
    let at = |path: &[&str]| {
        let mut node = &root;
        for part in path {
            node = match part.parse::<usize>() {
                Ok(index) => &node.as_list().expect("a list")[index],
                Err(_) => node.get(part).expect("the key is there"),
            };
        }
        slice(text, node.span)
    };
    assert_eq!(at(&[]), text.strip_prefix("# é\n").unwrap().trim_end());
    assert_eq!(at(&["a"]), "1");
    assert_eq!(at(&["b"]), "'it''s'");
    assert_eq!(at(&["c"]), "\"q\\\"\"");
    assert_eq!(at(&["d"]), "- x\n-   [ y, {z: 1} ]  # c\n-");
    assert_eq!(at(&["d", "1"]), "[ y, {z: 1} ]");
    assert_eq!(at(&["d", "1", "1"]), "{z: 1}");
    assert_eq!(at(&["d", "2"]), "");
    assert_eq!(at(&["e"]), "f: |\n    text\n\n    more\n\n  g:\n  h: plain\n    more");
    assert_eq!(at(&["e", "f"]), "text\n\n    more");
    assert_eq!(at(&["e", "g"]), "");
    assert_eq!(at(&["e", "h"]), "plain\n    more");
    assert_eq!(at(&["i"]), "[1]");
    assert_eq!(at(&["j"]), "[1]");
    let (key, _) = root.as_map().unwrap().get_key_value("b").unwrap();
    assert_eq!(slice(text, key.span), "'b'");
    let left_out = root.get("e").unwrap().get("g").unwrap().span;
    assert!(text[..left_out.start as usize].ends_with("g:"));
}

#[test]
fn values_that_were_left_out_stand_behind_their_indicator() {
    let text = "a: # c\nb:\n- # c\n- # d\n  # - e\n- - \n  - x\nc:\n";
    let root = good(text);
    let before = |node: &Node| {
        assert_eq!(node.span.start, node.span.end);
        text[..node.span.start as usize].to_owned()
    };
    assert_eq!(before(root.get("a").unwrap()), "a:");
    let list = root.get("b").unwrap();
    assert_eq!(slice(text, list.span), "- # c\n- # d\n  # - e\n- - \n  - x");
    let items = list.as_list().unwrap();
    assert_eq!(before(&items[0]), "a: # c\nb:\n-");
    assert_eq!(before(&items[1]), "a: # c\nb:\n- # c\n-");
    assert_eq!(slice(text, items[2].span), "- \n  - x");
    assert!(before(&items[2].as_list().unwrap()[0]).ends_with("\n- -"));
    assert_eq!(before(root.get("c").unwrap()), text.trim_end());
}

#[test]
fn characters_of_several_bytes_do_not_shift_spans() {
    let line = "- 'é😀' # ü\n";
    let text = line.repeat(50);
    let root = good(&text);
    let items = root.as_list().unwrap();
    assert_eq!(items.len(), 50);
    assert!(items.iter().all(|item| slice(&text, item.span) == "'é😀'"));
}

#[test]
fn questions_to_a_node() {
    let node = good("{a: 1, b: -1, c: 1.5, d: true, e: x, f: [], g: {}, h: ~}");
    let get = |key: &str| node.get(key).expect("the key is there");
    assert_eq!((get("a").as_u64(), get("b").as_u64(), get("c").as_u64()), (Some(1), None, None));
    assert_eq!((get("b").as_f64(), get("c").as_f64(), get("e").as_f64()), (Some(-1.0), Some(1.5), None));
    assert_eq!((get("d").as_bool(), get("e").as_str()), (Some(true), Some("x")));
    let names: Vec<_> = node.as_map().unwrap().iter().map(|(_, value)| value.kind_name()).collect();
    assert_eq!(names, ["a number", "a number", "a number", "a boolean", "a string", "a list", "a map", "null"]);
    assert!(get("h").is_null());
    assert!(node.get("z").is_none() && get("a").get("z").is_none());
}
