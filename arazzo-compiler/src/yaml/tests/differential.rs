//! The same values as serde_yaml, where YAML 1.1 and 1.2 agree.

use super::value;
use serde_json::Value;

const SAMPLES: &[&str] = &[
    "a: 1\nb: -2\nc: 1.5\nd: 1e3\ne: true\nf: ~\ng:\nh: text\n",
    "plain: one\n  two\n\n  three\nsingle: 'it''s\n  folded\n\n  here'\ndouble: \"tab\\t \\\n  joined \\u00e9 \\x41\"\n",
    "literal: |\n  one\n    two\n\n  three\n\nstrip: |-\n  one\n\nkeep: |+\n  one\n\n\nlast: x\n",
    "folded: >\n  one\n  two\n\n  three\n    four\n  five\n\nstrip: >-\n  one\n  two\nkeep: >+\n  one\n\nlast: x\n",
    "indented: |2\n   one\n  two\nboth: >-2\n   one\n  two\n",
    "- a\n- - b\n  - c\n- d: 1\n  e: 2\n-\n  - f\n- []\n- {}\n",
    "same:\n- indentation\n- as the key\nmore:\n  - indentation\n",
    "flow: [a, 'b', \"c\", {d: 1, \"e\": [2]}, [], {}, ]\nmap: {a: , b: 2, c}\n",
    "? complex\n: 1\n? other\n: - a\n  - b\n",
    "anchor: &a {x: [1, 2]}\nalias: *a\nlist: [*a, *a]\n",
    "url: http://example.com/a?b=c#d\ntime: \"12:30\"\nhash: a#b # comment\ncolon: a:b\ndash: -a\nquestion: ?a\n",
    "arazzo: \"1.0.1\"\nvalue: Bearer $inputs.apiToken\nbody: $response.body#/id\ncondition: $.state == \"active\" && $.a != 'b'\n",
    "%YAML 1.2\n---\na: 1\n...\n",
    "--- # comment\na: 1\n",
    "a: !!str 1\nb: !!int \"2\"\nc: !!float 3.5\nd: !!bool \"true\"\ne: !!map {}\nf: !!seq []\n",
    "windows: 1\r\nlist:\r\n- a\r\n- b: |\r\n    text\r\n    more\r\nend: 'x\r\n  y'\r\n",
    "\"quoted key\": 1\n'other key': 2\n\"tab\\tkey\": 3\n",
    "unicode: ä😀\n日本: 語\nescape: \"\\u65e5\\U0001F600\"\n",
    "empty single: ''\nempty double: \"\"\nempty block: |\nnext: 1\n",
    "{\"json\": [1, 2.5, -3e2, true, false, null, \"\\\"\\\\\\/\\b\\f\\n\\r\\t\"], \"o\": {\"a\": {}}}",
    "a:   \n   b:  \n      c: deep\n   # comment\n   d: e   \n# end\n",
    "tabs: \tafter colon\nlist:\n- item\t# comment\n",
    "\"scalar\"",
    "[1, [2, [3]]]",
    "a: |\n  no final line break",
    "a: >+\n  no final line break  ",
    "a: |\n  one\n  ",
    "a: |\n  one\n ",
    "a: |\n  one\n\n",
];

#[test]
fn same_values_as_serde_yaml() {
    for sample in SAMPLES {
        let expected: Value = serde_yaml::from_str(sample).unwrap_or_else(|error| panic!("{error}: {sample}"));
        assert_eq!(value(sample), expected, "{sample}");
    }
}

/// serde_yaml follows YAML 1.1 in these; we follow 1.2.
#[test]
fn where_serde_yaml_differs() {
    let theirs = |text: &str| serde_yaml::from_str::<Value>(text).expect("it is YAML");
    for text in ["010", "0b11", ".inf", "next\u{85}line"] {
        assert_ne!(value(text), theirs(text), "{text}");
    }
}
