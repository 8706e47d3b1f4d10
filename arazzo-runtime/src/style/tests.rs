//! Every cell of the table "Style Examples" of the OpenAPI Specification, and what it leaves open.

use super::*;
use serde_json::json;

/// The values of the table: nothing in it, a string, an array, an object in its order.
fn values() -> [Json<'static>; 4] {
    let member = |name: &'static str, value: i64| (Cow::Borrowed(name), Json::from(value));
    [
        Json::from(""),
        Json::from("blue"),
        Json::from(json!(["blue", "black", "brown"])),
        Json::Object(vec![member("R", 100), member("G", 200), member("B", 150)]),
    ]
}

#[track_caller]
fn row(style: Style, explode: bool, escape: Escape, expected: [Option<&str>; 4]) {
    for (value, expected) in values().iter().zip(expected) {
        let written = write("color", value, style, explode, escape);
        match expected {
            Some(text) => assert_eq!(written, Ok(Some(text.to_owned())), "{style:?} {explode} {value:?}"),
            None => assert!(written.is_err(), "{style:?} {explode} {value:?}"),
        }
    }
}

// Rule R10: the table of the OpenAPI Specification, cell by cell.
#[test]
fn styles_of_paths() {
    let url = Escape::URL;
    let row = |style, explode, expected: [&str; 4]| row(style, explode, url, expected.map(Some));
    row(Style::Matrix, false, [";color", ";color=blue", ";color=blue,black,brown", ";color=R,100,G,200,B,150"]);
    row(Style::Matrix, true, [";color", ";color=blue", ";color=blue;color=black;color=brown", ";R=100;G=200;B=150"]);
    row(Style::Label, false, [".", ".blue", ".blue,black,brown", ".R,100,G,200,B,150"]);
    row(Style::Label, true, [".", ".blue", ".blue.black.brown", ".R=100.G=200.B=150"]);
    row(Style::Simple, false, ["", "blue", "blue,black,brown", "R,100,G,200,B,150"]);
    row(Style::Simple, true, ["", "blue", "blue,black,brown", "R=100,G=200,B=150"]);
}

// Rule R10: the table of the OpenAPI Specification, cell by cell.
#[test]
fn styles_of_queries() {
    let url = Escape::URL;
    let all = |style, explode, expected: [&str; 4]| row(style, explode, url, expected.map(Some));
    all(Style::Form, false, ["color=", "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"]);
    all(Style::Form, true, ["color=", "color=blue", "color=blue&color=black&color=brown", "R=100&G=200&B=150"]);
    let list = |text, object| [None, None, Some(text), Some(object)];
    row(Style::Space, false, url, list("color=blue%20black%20brown", "color=R%20100%20G%20200%20B%20150"));
    row(Style::Pipe, false, url, list("color=blue%7Cblack%7Cbrown", "color=R%7C100%7CG%7C200%7CB%7C150"));
    row(Style::Tab, false, url, list("color=blue%09black%09brown", "color=R%09100%09G%09200%09B%09150"));
    let deep = "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150";
    let lists = "color%5B%5D=blue&color%5B%5D=black&color%5B%5D=brown";
    row(Style::Deep, true, url, [None, None, Some(lists), Some(deep)]);
}

// Rule R10: the table of the OpenAPI Specification, cell by cell.
#[test]
fn styles_of_cookies() {
    for escape in [Escape::NONE, Escape::COOKIE] {
        let row = |explode, expected: [&str; 4]| row(Style::Cookie, explode, escape, expected.map(Some));
        row(false, ["color=", "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"]);
        row(true, ["color=", "color=blue", "color=blue; color=black; color=brown", "R=100; G=200; B=150"]);
    }
}

/// What is written of a value in a URL.
fn url(value: serde_json::Value, style: Style, explode: bool) -> Result<Option<String>, &'static str> {
    write("c", &Json::from(value), style, explode, Escape::URL)
}

const ALL: [Style; 9] = [
    Style::Matrix,
    Style::Label,
    Style::Simple,
    Style::Form,
    Style::Space,
    Style::Pipe,
    Style::Tab,
    Style::Deep,
    Style::Cookie,
];

// Rule A40: null is left out, and so is what is not there.
#[test]
fn what_is_not_there_is_left_out() {
    for style in ALL {
        for explode in [false, true] {
            for value in [json!(null), json!([]), json!([null]), json!({}), json!({"a": null})] {
                assert_eq!(url(value.clone(), style, explode), Ok(None), "{style:?} {value}");
            }
            let absent = Json::Array(vec![Json::Absent]);
            assert_eq!(write("c", &absent, style, explode, Escape::URL), Ok(None), "{style:?}");
            let some = |value| url(value, style, explode);
            assert_eq!(some(json!(["x", null, "y"])), some(json!(["x", "y"])), "{style:?}");
            assert_eq!(some(json!({"x": "y", "z": null})), some(json!({"x": "y"})), "{style:?}");
        }
    }
}

// Rule A40: booleans are `true` and `false`, and an integral number has no fraction.
#[test]
fn plain_values_are_their_json_text() {
    let value = json!([true, false, 5.0, 1.5, -3, 1e3]);
    assert_eq!(url(value, Style::Simple, false), Ok(Some("true,false,5,1.5,-3,1000".to_owned())));
}

#[test]
fn delimiters_in_values_are_escaped() {
    for style in ALL {
        for explode in [false, true] {
            let Ok(Some(written)) = url(json!(["a,b;c d|e\t&f=g.h"]), style, explode) else { panic!("{style:?}") };
            assert!(written.contains("a%2Cb%3Bc%20d%7Ce%09%26f%3Dg.h"), "{style:?} {written}");
        }
    }
    assert_eq!(url(json!({"a=b": "c"}), Style::Form, true), Ok(Some("a%3Db=c".to_owned())));
}

#[test]
fn an_empty_string_is_an_element_like_others() {
    for (style, explode, expected) in [
        (Style::Simple, false, ",x"),
        (Style::Label, true, "..x"),
        (Style::Matrix, true, ";c;c=x"),
        (Style::Form, true, "c=&c=x"),
        (Style::Pipe, false, "c=%7Cx"),
        (Style::Deep, true, "c%5B%5D=&c%5B%5D=x"),
    ] {
        assert_eq!(url(json!(["", "x"]), style, explode), Ok(Some(expected.to_owned())), "{style:?}");
    }
}

#[test]
fn only_deep_objects_nest() {
    for style in ALL {
        for value in [json!([[1]]), json!([{}]), json!({"a": []}), json!({"a": {"b": 1}})] {
            assert_eq!(url(value.clone(), style, true).is_err(), style != Style::Deep, "{style:?} {value}");
        }
    }
    let value = json!({"a": {"b": [1, 2]}, "c": [{"d": 1}, {"d": 2}], "e": {}});
    let expected = "c%5Ba%5D%5Bb%5D%5B%5D=1&c%5Ba%5D%5Bb%5D%5B%5D=2&c%5Bc%5D%5B0%5D%5Bd%5D=1&c%5Bc%5D%5B1%5D%5Bd%5D=2";
    assert_eq!(url(value, Style::Deep, true), Ok(Some(expected.to_owned())));
}

#[test]
fn a_value_without_a_ground_is_refused() {
    let mut value = json!(1);
    for _ in 0..200 {
        value = json!({ "a": value });
    }
    assert!(url(value, Style::Deep, true).is_err());
}

#[test]
fn reserved_characters_stay_where_they_can() {
    let every = "%41%zz%:/?#[]@!$&'()*+,;= \"|ü";
    let query = "%41%25zz%25:/?%23%5B%5D@!$&'()*+,;=%20%22%7C%C3%BC";
    let path = "%41%25zz%25:%2F%3F%23%5B%5D@!$&'()*+,;=%20%22%7C%C3%BC";
    assert_eq!((Escape::RESERVED_IN_QUERY.value)(every), query);
    assert_eq!((Escape::RESERVED_IN_PATH.value)(every), path);
    assert_eq!((Escape::FORM.value)("a b+c*~ü"), "a+b%2Bc*%7E%C3%BC");
}
