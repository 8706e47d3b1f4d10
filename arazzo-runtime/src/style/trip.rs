//! Any JSON value survives the trip through a parameter of every style, as far as the style can carry it: it is written
//! into a request by the runtime, and read back from that by a server that knows the style and the kind of value.

use super::*;
use crate::operation::{Operation, PathPart};
use crate::request::{Parameter, Request};
use crate::server::Server;
use percent_encoding::percent_decode_str;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

static OPERATION: Operation = Operation {
    source: "api",
    id: None,
    server: None,
    method: "GET",
    path: &[PathPart::Text("/a/"), PathPart::Variable("id"), PathPart::Text("/b")],
    security: &[],
};

#[derive(Debug, Clone, Copy, PartialEq)]
enum Place {
    Path,
    Query,
    Header,
    Cookie,
}

use Place::{Cookie, Header, Path, Query};

/// Every place with every format that it can have.
fn case() -> impl Strategy<Value = (Place, Format)> {
    let of = |place, styles: &[Style]| -> Vec<(Place, Format)> {
        styles.iter().flat_map(|style| [true, false].map(|explode| (place, Format::of(*style, explode)))).collect()
    };
    let mut cases = of(Path, &[Style::Simple, Style::Label, Style::Matrix]);
    cases.extend(of(Query, &[Style::Form]));
    cases.extend(of(Header, &[Style::Simple]));
    cases.extend(of(Cookie, &[Style::Form, Style::Cookie]));
    cases.extend([Style::Space, Style::Pipe, Style::Tab].map(|style| (Query, Format::of(style, false))));
    cases.push((Query, Format::of(Style::Deep, true)));
    for place in [Path, Query, Header, Cookie] {
        cases.extend([(place, Format::Json), (place, Format::Text), (place, Format::Form)]);
    }
    prop::sample::select(cases)
}

/// Texts with all that separates something somewhere.
const ODD: &[&str] = &[
    "", ".", "..", "%2e", "a,b", "a;b", "a b", "a|b", "a\tb", "[0]", "a=b&c", "a/b?c#d", "+", "ü☺", "\u{7f}", "\n",
    "1.5",
];

fn text() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(ODD).prop_map(str::to_owned);
    prop_oneof![4 => "[a-z]{0,3}", 2 => odd, 1 => any::<String>()]
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => text().prop_map(Value::String),
        1 => any::<i64>().prop_map(|number| json!(number)),
        // Eighths, because readers of JSON may round others.
        1 => any::<i32>().prop_map(|number| json!(f64::from(number) / 8.0)),
        1 => any::<bool>().prop_map(Value::Bool),
        1 => Just(Value::Null),
    ]
}

fn container(inner: BoxedStrategy<Value>) -> impl Strategy<Value = Value> {
    let members = prop::collection::vec((text(), inner.clone()), 0..4);
    prop_oneof![
        prop::collection::vec(inner, 0..4).prop_map(Value::Array),
        members.prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let nested = scalar().prop_recursive(3, 12, 3, container).boxed();
    prop_oneof![1 => scalar(), 3 => container(scalar().boxed()), 1 => container(nested)]
}

/// What becomes of a value.
#[derive(Debug, PartialEq)]
enum Fate {
    /// It is read as this.
    Carried(Value),
    /// Nothing is sent for it.
    LeftOut,
    /// The request is not sent.
    Refused,
    /// Characters of it are what the style separates values with.
    Ambiguous,
}

/// The value with text in the place of all else that is plain, and without what is left out.
fn texts(value: &Value) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::Array(elements) => {
            let elements: Vec<Value> = elements.iter().filter_map(texts).collect();
            (!elements.is_empty()).then_some(Value::Array(elements))
        }
        Value::Object(members) => {
            let members: Map<_, _> =
                members.iter().filter_map(|(name, member)| Some((name.clone(), texts(member)?))).collect();
            (!members.is_empty()).then_some(Value::Object(members))
        }
        plain => Some(Value::String(Json::from(plain.clone()).to_text().into_owned())),
    }
}

fn is_nested(value: &Value) -> bool {
    let is_structured = |value: &Value| value.is_array() || value.is_object();
    match value {
        Value::Array(elements) => elements.iter().any(is_structured),
        Value::Object(members) => members.values().any(is_structured),
        _ => false,
    }
}

/// Whether a name or a plain value in it has one of these characters.
fn has(value: &Value, characters: &[char]) -> bool {
    match value {
        Value::Array(elements) => elements.iter().any(|element| has(element, characters)),
        Value::Object(members) => {
            members.iter().any(|(name, member)| name.contains(characters) || has(member, characters))
        }
        plain => plain.as_str().is_some_and(|text| text.contains(characters)),
    }
}

fn has_name(value: &Value, is_it: &dyn Fn(&str) -> bool) -> bool {
    match value {
        Value::Array(elements) => elements.iter().any(|element| has_name(element, is_it)),
        Value::Object(members) => members.iter().any(|(name, member)| is_it(name) || has_name(member, is_it)),
        _ => false,
    }
}

fn fate(place: Place, format: Format, value: &Value) -> Fate {
    let structured = value.is_array() || value.is_object();
    let (style, explode) = match format {
        Format::Json => return Fate::Carried(value.clone()),
        Format::Text if structured => return Fate::Refused,
        Format::Form if value.is_array() || is_nested(value) => return Fate::Refused,
        Format::Text | Format::Form => {
            // An object in which nothing is, is no form.
            return texts(value).map_or(Fate::LeftOut, Fate::Carried);
        }
        Format::Style { style, explode, .. } => (style, explode),
    };
    if style != Style::Deep && is_nested(value) {
        return Fate::Refused;
    }
    let Some(texts) = texts(value) else { return Fate::LeftOut };
    let is_separator: &[char] = match (style, explode) {
        (Style::Label, true) => &['.'],
        (Style::Space, _) => &[' '],
        (Style::Pipe, _) => &['|'],
        (Style::Tab, _) => &['\t'],
        (Style::Simple, _) if place == Header => &[','],
        (Style::Cookie, false) => &[','],
        _ => &[],
    };
    let has_open_name = |text: &str| text.contains('=') && (place == Header || style == Style::Cookie);
    let is_index = |text: &str| text.contains(['[', ']']) || text.bytes().all(|byte| byte.is_ascii_digit());
    match style {
        Style::Space | Style::Pipe | Style::Tab | Style::Deep if !structured => Fate::Refused,
        Style::Deep if has_name(&texts, &is_index) => Fate::Ambiguous,
        _ if structured && (has(&texts, is_separator) || has_name(&texts, &has_open_name)) => Fate::Ambiguous,
        _ => Fate::Carried(texts),
    }
}

/// What is sent for a parameter `id`; `None` when nothing is, and an `Err` when the request is not sent.
fn sent(place: Place, format: Format, value: &Value) -> Result<Option<String>, String> {
    let mut request = Request::new(&OPERATION);
    if place != Path {
        request.path(Parameter::required("id"), Json::from("x"));
    }
    let (parameter, json) = (Parameter::optional("id").written(format), Json::from(value.clone()));
    match place {
        Path => request.path(Parameter::required("id").written(format), json),
        Query => request.query(parameter, json),
        Header => request.header(parameter, json),
        Cookie => request.cookie(parameter, json),
    }
    let request = request.finish(&Server::new("https://h.example"), 0).request?;
    let header = |name: &str| {
        let value = request.headers.get(name)?;
        Some(String::from_utf8(value.as_bytes().to_vec()).expect("the runtime writes UTF-8"))
    };
    Ok(match place {
        Path => {
            let path = request.url.path().strip_prefix("/a/").and_then(|path| path.strip_suffix("/b"));
            Some(path.expect("the path is that of the template").to_owned())
        }
        Query => request.url.query().map(str::to_owned),
        Header => header("id"),
        Cookie => header("cookie"),
    })
}

/// Reads a text as a server would that knows that something `like` this value was sent.
fn read(place: Place, format: Format, raw: &str, like: &Value) -> Value {
    let decode = |text: &str| match (place, format) {
        (Header, _) | (_, Format::Style { style: Style::Cookie, .. }) => text.to_owned(),
        _ => percent_decode_str(text).decode_utf8().expect("escapes are UTF-8").into_owned(),
    };
    let named = || raw.strip_prefix("id=").expect("the name comes first");
    let whole = || if matches!(place, Query | Cookie) { named() } else { raw };
    let (style, explode) = match format {
        Format::Json => return serde_json::from_str(&decode(whole())).expect("it is JSON"),
        Format::Form if like.is_object() => {
            let pairs = url::form_urlencoded::parse(decode(whole()).as_bytes()).into_owned().collect::<Vec<_>>();
            return Value::Object(pairs.into_iter().map(|(name, value)| (name, value.into())).collect());
        }
        Format::Text | Format::Form => return decode(whole()).into(),
        Format::Style { style, explode, .. } => (style, explode),
    };
    let in_cookie = place == Cookie;
    let separator = match (style, explode) {
        (Style::Space, _) => "%20",
        (Style::Pipe, _) => "%7C",
        (Style::Tab, _) => "%09",
        (Style::Label, true) => ".",
        (Style::Matrix, true) => ";",
        (Style::Form | Style::Cookie, true) if in_cookie => "; ",
        (Style::Form, true) | (Style::Deep, _) => "&",
        _ => ",",
    };
    let body = match style {
        Style::Simple => raw,
        Style::Label => raw.strip_prefix('.').expect("a label begins with a full stop"),
        Style::Matrix if explode => raw.strip_prefix(';').expect("a matrix begins with a semicolon"),
        Style::Matrix => {
            let behind = raw.strip_prefix(";id").expect("the name comes first");
            behind.strip_prefix('=').unwrap_or(behind)
        }
        _ if style == Style::Deep || (explode && !like.is_string()) => raw,
        _ => named(),
    };
    // An empty value of a matrix has no equals sign.
    let pair = |text: &str| {
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        (decode(name), decode(value))
    };
    let is_named = explode && matches!(style, Style::Matrix | Style::Form | Style::Cookie);
    match like {
        Value::String(_) if style == Style::Matrix && explode => pair(body).1.into(),
        Value::String(_) => decode(body).into(),
        _ if style == Style::Deep => deep(body.split('&').map(pair)),
        Value::Array(_) if is_named => body.split(separator).map(pair).map(|(_, value)| Value::from(value)).collect(),
        Value::Array(_) => body.split(separator).map(|text| Value::from(decode(text))).collect(),
        _ if explode => {
            Value::Object(body.split(separator).map(pair).map(|(name, value)| (name, value.into())).collect())
        }
        _ => {
            let texts: Vec<String> = body.split(separator).map(decode).collect();
            Value::Object(texts.chunks(2).map(|pair| (pair[0].clone(), pair[1].clone().into())).collect())
        }
    }
}

/// Reads `id[a][b]=1&id[c][]=2`: members that are numbers are the elements of a list.
fn deep(pairs: impl Iterator<Item = (String, String)>) -> Value {
    let mut root = Value::Null;
    for (name, text) in pairs {
        let keys = name.strip_prefix("id[").and_then(|keys| keys.strip_suffix(']')).expect("the name comes first");
        let mut at = &mut root;
        for key in keys.split("][") {
            at = if key.is_empty() {
                let list = as_list(at);
                list.push(Value::Null);
                list.last_mut().expect("it was pushed")
            } else {
                if at.is_null() {
                    *at = json!({});
                }
                at.as_object_mut().expect("an object").entry(key).or_insert(Value::Null)
            };
        }
        *at = text.into();
    }
    with_lists(root)
}

fn as_list(value: &mut Value) -> &mut Vec<Value> {
    if value.is_null() {
        *value = json!([]);
    }
    value.as_array_mut().expect("a list")
}

/// Objects whose members are all numbers become lists.
fn with_lists(value: Value) -> Value {
    match value {
        Value::Array(elements) => elements.into_iter().map(with_lists).collect(),
        Value::Object(members) => {
            let mut numbered: Vec<(usize, Value)> = Vec::new();
            let mut named = Map::new();
            for (name, member) in members {
                match name.parse() {
                    Ok(index) => numbered.push((index, with_lists(member))),
                    Err(_) => drop(named.insert(name, with_lists(member))),
                }
            }
            numbered.sort_by_key(|(index, _)| *index);
            if named.is_empty() { numbered.into_iter().map(|(_, value)| value).collect() } else { Value::Object(named) }
        }
        plain => plain,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    // Rule R10: parameters of every place and style.
    #[test]
    fn values_survive_the_trip((place, format) in case(), value in value()) {
        let sent = sent(place, format, &value);
        let fate = fate(place, format, &value);
        match (&sent, &fate) {
            // Some text would lead to another resource, end a header or begin another cookie: then nothing is sent at all.
            (Err(problem), Fate::Carried(_) | Fate::Ambiguous) => {
                let is_known = ["must not be", "control character", "a semicolon"].iter().any(|part| problem.contains(part));
                prop_assert!(is_known, "{}", problem);
            }
            (Err(problem), Fate::LeftOut) => {
                prop_assert!(place == Path && problem.contains("the required path parameter `id`"), "{}", problem);
            }
            (Err(problem), Fate::Refused) => prop_assert!(problem.contains("no way to write"), "{}", problem),
            (Ok(sent), Fate::LeftOut) => prop_assert_eq!(sent, &None),
            (Ok(Some(raw)), Fate::Carried(expected)) => {
                prop_assert_eq!(&read(place, format, raw, expected), expected, "{}", raw);
            }
            (Ok(Some(_)), Fate::Ambiguous) => {}
            (Ok(_), _) => prop_assert!(false, "{:?} was sent, and is {:?}", sent, fate),
        }
    }
}
