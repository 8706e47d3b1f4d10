//! Random documents and queries. Both draw from the same few names and values, so that queries find something.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Member names: short and long, some that cannot stand behind a dot.
const NAMES: [&str; 8] = ["a", "b", "c", "length", "_x1", "ä☺", "a b", "o'\"\\k\n"];

/// Any document. Most are lists or objects: little can be selected from others.
pub(super) fn document() -> impl Strategy<Value = Value> {
    let value = scalar().prop_recursive(3, 30, 4, |inner| container(inner, 0..5));
    prop_oneof![9 => container(value, 1..5), 1 => scalar()]
}

fn container(
    inner: impl Strategy<Value = Value> + Clone,
    size: std::ops::Range<usize>,
) -> impl Strategy<Value = Value> {
    let name = prop::sample::select(&NAMES[..]).prop_map(str::to_owned);
    prop_oneof![
        prop::collection::vec(inner.clone(), size.clone()).prop_map(Value::Array),
        prop::collection::vec((name, inner), size)
            .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
    ]
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        (-3..4_i64).prop_map(|number| json!(number)),
        prop::sample::select(vec![0.5, -0.0, 1.0, 2.5, 1e3]).prop_map(|number| json!(number)),
        prop::sample::select(vec!["", "a", "b", "ab", "abc", "ä☺", "𐄁", "a\nb"]).prop_map(|text| json!(text)),
    ]
}

/// An RFC 9535 query from the root, with any segments, selectors, filters and functions.
pub(super) fn query() -> impl Strategy<Value = String> {
    path("$", 2)
}

/// A condition without `@`, which stands for the same on the top level as in a filter.
pub(super) fn root_condition() -> impl Strategy<Value = String> {
    logical("$", 2)
}

fn blank() -> impl Strategy<Value = &'static str> {
    prop_oneof![8 => Just(""), 2 => Just(" "), 1 => prop::sample::select(vec!["  ", "\t", "\n", "\r\n"])]
}

/// Mostly from the one root, sometimes from the document.
fn either(root: &'static str, path: impl Fn(&'static str) -> BoxedStrategy<String>) -> BoxedStrategy<String> {
    prop_oneof![2 => path(root), 1 => path("$")].boxed()
}

fn path(root: &'static str, depth: u32) -> BoxedStrategy<String> {
    let segments = prop::collection::vec((blank(), segment(depth)), 0..3);
    segments.prop_map(move |segments| join(root, &segments)).boxed()
}

fn singular(root: &'static str) -> BoxedStrategy<String> {
    let segment = prop_oneof![
        dot_name(),
        quoted_name().prop_map(|name| format!("[{name}]")),
        index().prop_map(|index| format!("[{index}]"))
    ];
    prop::collection::vec((blank(), segment), 0..3).prop_map(move |segments| join(root, &segments)).boxed()
}

fn join(root: &str, parts: &[(&str, String)]) -> String {
    parts.iter().fold(root.to_owned(), |text, (blank, part)| match part.starts_with("..") {
        // `segments = *(S segment)` allows a blank before dots, but serde_json_path knows it before one dot only.
        true => text + part,
        false => text + blank + part,
    })
}

fn segment(depth: u32) -> BoxedStrategy<String> {
    prop_oneof![
        4 => dot_name(),
        1 => Just(".*".to_owned()),
        1 => Just("..*".to_owned()),
        1 => dot_name().prop_map(|name| format!(".{name}")),
        4 => bracketed(depth),
        1 => bracketed(depth).prop_map(|selection| format!("..{selection}")),
    ]
    .boxed()
}

fn dot_name() -> BoxedStrategy<String> {
    prop::sample::select(&NAMES[..6]).prop_map(|name| format!(".{name}")).boxed()
}

fn quoted_name() -> BoxedStrategy<String> {
    (prop::sample::select(&NAMES[..]), quote_style()).prop_map(|(name, style)| quoted(name, style)).boxed()
}

/// Single or double quotes, and what else is written as an escape sequence.
fn quote_style() -> impl Strategy<Value = (char, u8)> {
    (prop::sample::select(vec!['\'', '"']), 0..4_u8)
}

fn quoted(text: &str, (quote, escapes): (char, u8)) -> String {
    let mut result = String::from(quote);
    for character in text.chars() {
        match character {
            '\n' => result.push_str(r"\n"),
            '\\' => result.push_str(r"\\"),
            same if same == quote => result.extend(['\\', quote]),
            // Capitals: serde_json_path knows the first half of a pair only so.
            other if escapes == 0 => {
                let mut halves = [0; 2];
                for half in other.encode_utf16(&mut halves) {
                    result.push_str(&format!(r"\u{half:04X}"));
                }
            }
            other => result.push(other),
        }
    }
    result.push(quote);
    result
}

fn index() -> BoxedStrategy<String> {
    (-4..4_i64).prop_map(|index| index.to_string()).boxed()
}

fn bracketed(depth: u32) -> BoxedStrategy<String> {
    prop::collection::vec((blank(), selector(depth), blank()), 1..4)
        .prop_map(|selectors| {
            let selectors: Vec<String> =
                selectors.into_iter().map(|(before, selector, behind)| format!("{before}{selector}{behind}")).collect();
            format!("[{}]", selectors.join(","))
        })
        .boxed()
}

fn selector(depth: u32) -> BoxedStrategy<String> {
    let bound = || prop::option::of(-5..6_i64).prop_map(|bound| bound.map_or(String::new(), |bound| bound.to_string()));
    let slice = (bound(), blank(), blank(), bound(), blank(), prop::option::of((blank(), bound()))).prop_map(
        |(start, a, b, end, c, step)| match step {
            // No blank may follow a slice without an end: it would belong to the selection, which has its own.
            None => format!("{start}{a}:{b}{end}"),
            Some((d, step)) => format!("{start}{a}:{b}{end}{c}:{d}{step}"),
        },
    );
    let simple = prop_oneof![quoted_name(), Just("*".to_owned()), index(), slice];
    if depth == 0 {
        return simple.boxed();
    }
    let filter = (blank(), logical("@", depth - 1)).prop_map(|(blank, condition)| format!("?{blank}{condition}"));
    prop_oneof![2 => simple, 3 => filter].boxed()
}

fn logical(root: &'static str, depth: u32) -> BoxedStrategy<String> {
    let basic = prop_oneof![
        4 => comparison(root, depth),
        2 => test(root, depth),
        1 => (blank(), test(root, depth)).prop_map(|(blank, test)| format!("!{blank}{test}")),
    ];
    basic
        .prop_recursive(2, 6, 3, |inner| {
            let list = |operator: &'static str, inner: BoxedStrategy<String>| {
                prop::collection::vec((inner, blank(), blank()), 2..4).prop_map(move |parts| {
                    let mut parts = parts.into_iter();
                    let first = parts.next().map_or(String::new(), |(part, ..)| part);
                    parts.fold(first, |text, (part, a, b)| format!("{text}{a}{operator}{b}{part}"))
                })
            };
            let inner = inner.boxed();
            prop_oneof![
                list("&&", inner.clone()),
                list("||", inner.clone()),
                (prop::bool::ANY, blank(), inner, blank())
                    .prop_map(|(not, a, inner, b)| format!("{}({a}{inner}{b})", if not { "!" } else { "" })),
            ]
        })
        .boxed()
}

fn test(root: &'static str, depth: u32) -> BoxedStrategy<String> {
    prop_oneof![3 => either(root, |root| path(root, depth)), 1 => pattern_call(root, depth)].boxed()
}

fn comparison(root: &'static str, depth: u32) -> BoxedStrategy<String> {
    let operator = prop::sample::select(vec!["==", "!=", "<", "<=", ">", ">="]);
    (comparable(root, depth), blank(), operator, blank(), comparable(root, depth))
        .prop_map(|(left, a, operator, b, right)| format!("{left}{a}{operator}{b}{right}"))
        .boxed()
}

fn comparable(root: &'static str, depth: u32) -> BoxedStrategy<String> {
    prop_oneof![
        3 => literal(),
        4 => either(root, singular),
        2 => value_call(root, depth),
    ]
    .boxed()
}

fn literal() -> BoxedStrategy<String> {
    let number = prop::sample::select(vec!["0", "-0", "1", "-1", "2.5", "1.0", "1e0", "1E+3", "25e-1", "-0.5", "0.50"]);
    let text = prop::sample::select(vec!["", "a", "b", "ab", "ä☺", "𐄁", "a\nb"]);
    prop_oneof![
        prop::sample::select(vec!["null", "true", "false"]).prop_map(str::to_owned),
        number.prop_map(str::to_owned),
        (text, quote_style()).prop_map(|(text, style)| quoted(text, style)),
    ]
    .boxed()
}

fn value_call(root: &'static str, depth: u32) -> BoxedStrategy<String> {
    let nodes = either(root, |root| path(root, depth.min(1)));
    let argument = prop_oneof![3 => either(root, singular), 1 => literal()];
    prop_oneof![
        (blank(), argument, blank()).prop_map(|(a, value, b)| format!("length({a}{value}{b})")),
        nodes.clone().prop_map(|nodes| format!("count({nodes})")),
        nodes.clone().prop_map(|nodes| format!("value({nodes})")),
        nodes.prop_map(|nodes| format!("length(value({nodes}))")),
    ]
    .boxed()
}

fn pattern_call(root: &'static str, depth: u32) -> BoxedStrategy<String> {
    let name = prop::sample::select(vec!["match", "search"]);
    let input = prop_oneof![
        3 => either(root, singular),
        1 => literal(),
        1 => value_call(root, depth),
    ];
    let patterns = vec!["a.*", "[a-b]+", "b", "a|b", "(ab){1,2}c?", "[^a]", ".", "", "☺", "^a", r"\\.", "a.b"];
    let pattern = prop_oneof![
        3 => prop::sample::select(patterns).prop_map(|pattern| format!("'{pattern}'")),
        1 => either(root, singular),
    ];
    (name, blank(), input, blank(), pattern)
        .prop_map(|(name, a, input, b, pattern)| format!("{name}({a}{input}{b},{b}{pattern}{a})"))
        .boxed()
}

/// A query with a few characters lost, added, changed, doubled or swapped: sometimes still valid, mostly nearly so.
pub(super) fn near_miss() -> impl Strategy<Value = String> {
    const PIECES: [&str; 56] = [
        "$",
        "@",
        ".",
        "..",
        "*",
        "[",
        "]",
        "(",
        ")",
        "?",
        ":",
        ",",
        "'",
        "\"",
        "\\",
        "!",
        "=",
        "==",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        "&&",
        "&",
        "||",
        "|",
        " ",
        "\n",
        "\t",
        "-",
        "+",
        "0",
        "1",
        "-0",
        "01",
        "1.5",
        "1e3",
        "e",
        "a",
        "length",
        "count(",
        "match(",
        "value(",
        "null",
        "true",
        "'a'",
        "_",
        "é",
        "\u{a0}",
        "\\u0041",
        "\\uD83D",
        "\\uDE00",
        "/",
        "{",
        "9007199254740992",
    ];
    let change = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..5_u8);
    (query(), prop::collection::vec((change, prop::sample::select(&PIECES[..])), 1..3)).prop_map(|(text, changes)| {
        let mut letters: Vec<char> = text.chars().collect();
        for ((at, other, kind), piece) in changes {
            let position = at.index(letters.len() + 1);
            let end = (position + 1).min(letters.len());
            match kind {
                0 => drop(letters.drain(position..end)),
                1 => drop(letters.splice(position..position, piece.chars())),
                2 => drop(letters.splice(position..end, piece.chars())),
                3 => {
                    let copy: Vec<char> = letters[position..(position + 4).min(letters.len())].to_vec();
                    drop(letters.splice(position..position, copy));
                }
                _ if letters.is_empty() => {}
                _ => {
                    let (left, right) = (at.index(letters.len()), other.index(letters.len()));
                    letters.swap(left, right);
                }
            }
        }
        letters.into_iter().collect()
    })
}
