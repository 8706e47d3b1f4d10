//! The examples of RFC 9535, table by table.

use super::super::parse_query;
use serde_json::{Value, json};

/// Runs a table of queries and the nodes they select. Members have no order in JSON, so the nodes are compared in any
/// order where `ordered` is false.
fn check(document: &Value, ordered: bool, table: &[(&str, Value)]) {
    for (text, expected) in table {
        let query = parse_query(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let mut nodes: Vec<String> = query.select(document).into_iter().map(Value::to_string).collect();
        let mut expected: Vec<String> = expected.as_array().unwrap().iter().map(Value::to_string).collect();
        if !ordered {
            nodes.sort();
            expected.sort();
        }
        assert_eq!(nodes, expected, "{text}");
        assert_eq!(query.exists(document), !nodes.is_empty(), "{text}");
    }
}

/// Section 1.5, figure 1 and table 2.
#[test]
fn the_bookstore() {
    let books = json!([
        {"category": "reference", "author": "Nigel Rees", "title": "Sayings of the Century", "price": 8.95},
        {"category": "fiction", "author": "Evelyn Waugh", "title": "Sword of Honour", "price": 12.99},
        {"category": "fiction", "author": "Herman Melville", "title": "Moby Dick", "isbn": "0-553-21311-3",
         "price": 8.99},
        {"category": "fiction", "author": "J. R. R. Tolkien", "title": "The Lord of the Rings",
         "isbn": "0-395-19395-8", "price": 22.99}
    ]);
    let bicycle = json!({"color": "red", "price": 399});
    let document = json!({"store": {"book": books, "bicycle": bicycle}});
    let authors = json!(["Nigel Rees", "Evelyn Waugh", "Herman Melville", "J. R. R. Tolkien"]);
    check(
        &document,
        true,
        &[
            ("$.store.book[*].author", authors.clone()),
            ("$..author", authors),
            ("$..book[2]", json!([books[2]])),
            ("$..book[2].author", json!(["Herman Melville"])),
            ("$..book[2].publisher", json!([])),
            ("$..book[-1]", json!([books[3]])),
            ("$..book[0,1]", json!([books[0], books[1]])),
            ("$..book[:2]", json!([books[0], books[1]])),
            ("$..book[?@.isbn]", json!([books[2], books[3]])),
            ("$..book[?@.price<10]", json!([books[0], books[2]])),
        ],
    );
    check(
        &document,
        false,
        &[("$.store.*", json!([books, bicycle])), ("$.store..price", json!([399, 8.95, 12.99, 8.99, 22.99]))],
    );
    assert_eq!(parse_query("$..*").unwrap().select(&document).len(), 27);
}

/// Sections 2.2.3, 2.3.1.3, 2.3.2.3 and 2.3.3.3.
#[test]
fn names_wildcards_and_indexes() {
    check(&json!({"k": "v"}), true, &[("$", json!([{"k": "v"}]))]);
    check(
        &json!({"o": {"j j": {"k.k": 3}}, "'": {"@": 2}}),
        true,
        &[
            ("$.o['j j']", json!([{"k.k": 3}])),
            ("$.o['j j']['k.k']", json!([3])),
            ("$.o[\"j j\"][\"k.k\"]", json!([3])),
            ("$[\"'\"][\"@\"]", json!([2])),
        ],
    );
    check(
        &json!({"o": {"j": 1, "k": 2}, "a": [5, 3]}),
        false,
        &[
            ("$[*]", json!([{"j": 1, "k": 2}, [5, 3]])),
            ("$.o[*]", json!([1, 2])),
            ("$.o[*, *]", json!([1, 2, 1, 2])),
            ("$.a[*]", json!([5, 3])),
        ],
    );
    check(&json!(["a", "b"]), true, &[("$[1]", json!(["b"])), ("$[-2]", json!(["a"])), ("$[-3]", json!([]))]);
}

/// Section 2.3.4.3.
#[test]
fn slices() {
    check(
        &json!(["a", "b", "c", "d", "e", "f", "g"]),
        true,
        &[
            ("$[1:3]", json!(["b", "c"])),
            ("$[5:]", json!(["f", "g"])),
            ("$[1:5:2]", json!(["b", "d"])),
            ("$[5:1:-2]", json!(["f", "d"])),
            ("$[::-1]", json!(["g", "f", "e", "d", "c", "b", "a"])),
            ("$[::0]", json!([])),
            ("$[-9007199254740991:9007199254740991:9007199254740991]", json!(["a"])),
            ("$[9007199254740991:-9007199254740991:-9007199254740991]", json!(["g"])),
        ],
    );
}

/// Section 2.3.5.3, table 11.
#[test]
fn comparisons() {
    let document = json!({"obj": {"x": "y"}, "arr": [2, 3]});
    for (comparison, holds) in [
        ("$.absent1 == $.absent2", true),
        ("$.absent1 <= $.absent2", true),
        ("$.absent == 'g'", false),
        ("$.absent1 != $.absent2", false),
        ("$.absent != 'g'", true),
        ("1 <= 2", true),
        ("1 > 2", false),
        ("13 == '13'", false),
        ("'a' <= 'b'", true),
        ("'a' > 'b'", false),
        ("$.obj == $.arr", false),
        ("$.obj != $.arr", true),
        ("$.obj == $.obj", true),
        ("$.obj != $.obj", false),
        ("$.arr == $.arr", true),
        ("$.arr != $.arr", false),
        ("$.obj == 17", false),
        ("$.obj != 17", true),
        ("$.obj <= $.arr", false),
        ("$.obj < $.arr", false),
        ("$.obj <= $.obj", true),
        ("$.arr <= $.arr", true),
        ("1 <= $.arr", false),
        ("1 >= $.arr", false),
        ("1 > $.arr", false),
        ("1 < $.arr", false),
        ("true <= true", true),
        ("true > true", false),
        // Not in the table: numbers are compared by value, however they are written, and exactly.
        ("-0 == 0", true),
        ("1.0 == 1", true),
        ("1e2 == 100", true),
        ("9007199254740993 == 9007199254740992", false),
        ("9007199254740993 > 9007199254740992.0", true),
    ] {
        let query = parse_query(&format!("$[?{comparison}]")).unwrap();
        assert_eq!(query.exists(&document), holds, "{comparison}");
    }
}

/// Section 2.3.5.3, table 12.
#[test]
fn filters() {
    let document = json!({
        "a": [3, 5, 1, 2, 4, 6, {"b": "j"}, {"b": "k"}, {"b": {}}, {"b": "kilo"}],
        "o": {"p": 1, "q": 2, "r": 3, "s": 5, "t": {"u": 6}},
        "e": "f"
    });
    check(
        &document,
        true,
        &[
            ("$.a[?@.b == 'kilo']", json!([{"b": "kilo"}])),
            ("$.a[?(@.b == 'kilo')]", json!([{"b": "kilo"}])),
            ("$.a[?@>3.5]", json!([5, 4, 6])),
            ("$.a[?@.b]", json!([{"b": "j"}, {"b": "k"}, {"b": {}}, {"b": "kilo"}])),
            ("$[?@[?@.b]]", json!([document["a"]])),
            ("$.a[?@<2 || @.b == \"k\"]", json!([1, {"b": "k"}])),
            ("$.a[?match(@.b, \"[jk]\")]", json!([{"b": "j"}, {"b": "k"}])),
            ("$.a[?search(@.b, \"[jk]\")]", json!([{"b": "j"}, {"b": "k"}, {"b": "kilo"}])),
            ("$.o[?@.u || @.x]", json!([{"u": 6}])),
            ("$.a[?@.b == $.x]", json!([3, 5, 1, 2, 4, 6])),
            ("$.a[?@ == @]", document["a"].clone()),
        ],
    );
    check(
        &document,
        false,
        &[
            ("$[?@.*]", json!([document["a"], document["o"]])),
            ("$.o[?@<3, ?@<3]", json!([1, 2, 1, 2])),
            ("$.o[?@>1 && @<4]", json!([2, 3])),
        ],
    );
}

/// Section 2.4.9, table 14: which calls are well-typed.
#[test]
fn well_typed_functions() {
    for text in [
        "$[?length(@) < 3]",
        "$[?count(@.*) == 1]",
        "$[?match(@.timezone, 'Europe/.*')]",
        "$[?value(@..color) == \"red\"]",
    ] {
        assert!(parse_query(text).is_ok(), "{text}");
    }
    for text in [
        "$[?length(@.*) < 3]",
        "$[?count(1) == 1]",
        "$[?count(foo(@.*)) == 1]",
        "$[?match(@.timezone, 'Europe/.*') == true]",
        "$[?value(@..color)]",
    ] {
        assert!(parse_query(text).is_err(), "{text}");
    }
}

/// Section 2.4: what the functions give.
#[test]
fn functions() {
    let document = json!([{"a": "ä☺", "n": 7}, {"a": [1, 2, 3]}, {"a": {"b": null}, "r": "ä."}]);
    check(
        &document,
        true,
        &[
            ("$[?length(@.a) == 2].a", json!(["ä☺"])),
            ("$[?length(@.a) == 3].a", json!([[1, 2, 3]])),
            ("$[?length(@.a) == 1].a", json!([{"b": null}])),
            ("$[?length(@.n) == length(@.absent)].n", json!([7])),
            ("$[?count(@.*) == 1]", json!([{"a": [1, 2, 3]}])),
            ("$[?value(@..b) == null].r", json!(["ä."])),
            ("$[?value(@.a[*]) == 1]", json!([])),
            ("$[?match(@.a, $[2].r)].n", json!([7])),
            ("$[?search(@.a, '☺')].n", json!([7])),
            ("$[?match(@.a, '☺')]", json!([])),
            ("$[?match(@.a, $[0].n)]", json!([])),
        ],
    );
}

/// Sections 2.5.1.3 and 2.5.2.3.
#[test]
fn segments() {
    check(
        &json!(["a", "b", "c", "d", "e", "f", "g"]),
        true,
        &[("$[0, 3]", json!(["a", "d"])), ("$[0:2, 5]", json!(["a", "b", "f"])), ("$[0, 0]", json!(["a", "a"]))],
    );
    let document = json!({"o": {"j": 1, "k": 2}, "a": [5, 3, [{"j": 4}, {"k": 6}]]});
    check(
        &document,
        true,
        &[
            ("$..[0]", json!([5, {"j": 4}])),
            ("$..o", json!([{"j": 1, "k": 2}])),
            ("$.a..[0, 1]", json!([5, 3, {"j": 4}, {"k": 6}])),
        ],
    );
    let all = json!([{"j": 1, "k": 2}, [5, 3, [{"j": 4}, {"k": 6}]], 1, 2, 5, 3, [{"j": 4}, {"k": 6}], {"j": 4}, {"k": 6},
                     4, 6]);
    check(
        &document,
        false,
        &[("$..j", json!([1, 4])), ("$..[*]", all.clone()), ("$..*", all), ("$.o..[*, *]", json!([1, 2, 1, 2]))],
    );
}

/// Section 2.6.1.
#[test]
fn null_is_a_value() {
    check(
        &json!({"a": null, "b": [null], "c": [{}], "null": 1}),
        true,
        &[
            ("$.a", json!([null])),
            ("$.a[0]", json!([])),
            ("$.a.d", json!([])),
            ("$.b[0]", json!([null])),
            ("$.b[*]", json!([null])),
            ("$.b[?@]", json!([null])),
            ("$.b[?@==null]", json!([null])),
            ("$.c[?@.d==null]", json!([])),
            ("$.null", json!([1])),
        ],
    );
}
