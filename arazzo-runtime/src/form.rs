//! Bodies of the type `application/x-www-form-urlencoded` (OpenAPI, "Encoding the `x-www-form-urlencoded` Media Type").
//!
//! A member whose encoding the description does not give is written as OpenAPI has it by default: a plain value as its
//! text, an object as JSON, a list as one value for each of its elements. An absent or null member is left out.

use crate::request::Request;
use crate::style::{self, Escape, Format};
use arazzo_expression::json::{Json, Parts};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// All bytes that a form cannot hold; the percent sign stays, as it may begin an escape.
const NOT_IN_FORM_TEXTS: &AsciiSet = &CONTROLS.add(b'"').add(b'<').add(b'>').add(b'\\').add(b'^').add(b'`');

/// A member of a form whose encoding is given, by its name.
pub(crate) type Member = (&'static str, Format);

impl Request {
    /// Sets a body that is a form: of an object its members, and text as it stands. An absent or null one is left out,
    /// unless the operation requires it.
    pub fn form(&mut self, content_type: &'static str, required: bool, encoding: &[Member], value: Json<'_>) {
        let text = match value.parts() {
            Parts::Absent | Parts::Null => return self.no_body(required),
            Parts::Scalar(text) if value.as_str().is_some() => as_it_stands(&text),
            Parts::Object(members) => {
                let mut pairs = Vec::with_capacity(members.len());
                for (name, member) in &members {
                    let format = encoding.iter().find(|(known, _)| known == name).map(|(_, format)| *format);
                    if let Err((what, by)) = write(name, member, format, &mut pairs) {
                        self.fail(format!("the member `{name}` of the form is {what}, which {by} has no way to write"));
                    }
                }
                pairs.join("&")
            }
            Parts::Scalar(_) | Parts::List(_) => {
                let what = if matches!(value.parts(), Parts::List(_)) { "a list" } else { "a plain value" };
                self.fail(format!("a body of the type `{content_type}` has members, and the payload is {what}"));
                return;
            }
        };
        self.set_body(content_type, text.into());
    }
}

/// Writes a member. The `Err` says what cannot be written, and by what.
fn write(
    name: &str,
    value: &Json<'_>,
    format: Option<Format>,
    pairs: &mut Vec<String>,
) -> Result<(), (&'static str, &'static str)> {
    let Some(format) = format else {
        match value.parts() {
            Parts::List(elements) => elements.iter().for_each(|element| pairs.extend(pair(name, element))),
            _ => pairs.extend(pair(name, value)),
        }
        return Ok(());
    };
    match (format, value.parts()) {
        (Format::Style { style, explode, reserved }, _) => {
            let escape = if reserved { Escape::RESERVED_IN_FORM } else { Escape::FORM };
            pairs.extend(style::write(name, value, style, explode, escape).map_err(|what| (what, format.name()))?);
        }
        (_, Parts::Absent) => {}
        // One value for each element, whatever it is written as.
        (_, Parts::List(elements)) => {
            for element in &elements {
                pairs.extend(content(name, element, format)?);
            }
        }
        _ => pairs.extend(content(name, value, format)?),
    }
    Ok(())
}

/// A value that is written as a content type.
fn content(name: &str, value: &Json<'_>, format: Format) -> Result<Option<String>, (&'static str, &'static str)> {
    match (format, value.parts()) {
        // Writing a value that came from JSON to memory has no way to fail.
        (Format::Json, _) => Ok(Some(joined(name, &serde_json::to_string(value).unwrap_or_default()))),
        (_, Parts::List(_)) => Err(("a list inside of a list", format.name())),
        (_, Parts::Object(_)) => Err(("an object", format.name())),
        _ => Ok(pair(name, value)),
    }
}

/// A value as it is written when nothing else is said.
fn pair(name: &str, value: &Json<'_>) -> Option<String> {
    match value.parts() {
        Parts::Absent | Parts::Null => None,
        _ => Some(joined(name, &value.to_text())),
    }
}

fn joined(name: &str, text: &str) -> String {
    format!("{}={}", (Escape::FORM.name)(name), (Escape::FORM.value)(text))
}

/// A text that is a form already. The line break at the end of a block of text is not part of its last value.
fn as_it_stands(text: &str) -> String {
    let text = text.trim_end_matches(['\n', '\r']).replace(' ', "+");
    utf8_percent_encode(&text, NOT_IN_FORM_TEXTS).to_string()
}

/// A text as it is written for a name or a value of a form.
#[must_use]
pub fn form_text(text: &str) -> String {
    (Escape::FORM.value)(text).into_owned()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::operation::{Operation, PathPart};
    use crate::server::Server;
    use crate::style::Style;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    static OPERATION: Operation = Operation {
        source: "api",
        id: None,
        server: None,
        method: "POST",
        path: &[PathPart::Text("/a")],
        security: &[],
    };

    /// The body as text, or why nothing is sent.
    fn sent(encoding: &[Member], value: Json<'_>) -> Result<String, String> {
        let mut request = Request::new(&OPERATION);
        request.keep_parts();
        request.form("application/x-www-form-urlencoded", true, encoding, value);
        let finished = request.finish(&Server::new("http://h"), 0);
        finished.request?;
        Ok(String::from_utf8(finished.parts.unwrap().body.unwrap_or_default().to_vec()).unwrap())
    }

    /// The example "URL Encoded Form with JSON Values" of the OpenAPI Specification, with all that RFC 1866 escapes.
    #[test]
    fn without_an_encoding_objects_are_json() {
        let value = Json::Object(vec![
            ("id".into(), "f81d4fae-7dec-11d0-a765-00a0c91e6bf6".into()),
            (
                "address".into(),
                Json::Object(vec![
                    ("streetAddress".into(), "123 Example Dr.".into()),
                    ("zip".into(), "99999+1234".into()),
                    ("none".into(), Json::Absent),
                ]),
            ),
        ]);
        assert_eq!(
            sent(&[], value).unwrap(),
            "id=f81d4fae-7dec-11d0-a765-00a0c91e6bf6&address=%7B%22streetAddress%22%3A%22123+Example+Dr.%22%2C%22zip%22%3A%\
             2299999%2B1234%22%7D"
        );
        let json: &[Member] = &[("id", Format::Json)];
        assert_eq!(
            sent(json, Json::from(json!({"id": "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"}))).unwrap(),
            "id=%22f81d4fae-7dec-11d0-a765-00a0c91e6bf6%22"
        );
    }

    /// Rule A14: what is not there, and null, is left out.
    #[test]
    fn lists_are_one_value_for_each_element() {
        let value = json!({"a": [1, "x y", null, {"b": [true]}, [2]], "e": [], "n": null, "ö&=": "ü&=+~*"});
        assert_eq!(
            sent(&[], Json::from(value)).unwrap(),
            "a=1&a=x+y&a=%7B%22b%22%3A%5Btrue%5D%7D&a=%5B2%5D&%C3%B6%26%3D=%C3%BC%26%3D%2B%7E*"
        );
    }

    /// How Stripe reads nested parameters.
    #[test]
    fn deep_objects_nest() {
        let value = json!({
            "card": {"number": "4242", "owner": {"name": "A B", "tags": ["x", "y"]}},
            "items": [{"price": "p1", "quantity": 2}, {"price": "p2"}],
            "expand": ["a", "b"],
            "name": "n",
        });
        let deep = Format::of(Style::Deep, true);
        let encoding: &[Member] = &[("card", deep), ("items", deep), ("expand", deep)];
        let text = sent(encoding, Json::from(value)).unwrap().replace("%5B", "[").replace("%5D", "]");
        assert_eq!(
            text,
            "card[number]=4242&card[owner][name]=A+B&card[owner][tags][]=x&card[owner][tags][]=y&expand[]=a&expand[]=b\
             &items[0][price]=p1&items[0][quantity]=2&items[1][price]=p2&name=n"
        );
    }

    #[test]
    fn styles_are_those_of_queries() {
        let list = json!({"a": ["x y", "z,&"]});
        let object = json!({"a": {"k": "v w", "l": 1}});
        for (style, explode, value, expected) in [
            (Style::Form, true, &list, "a=x+y&a=z%2C%26"),
            (Style::Form, false, &list, "a=x+y,z%2C%26"),
            (Style::Space, false, &list, "a=x+y%20z%2C%26"),
            (Style::Pipe, false, &list, "a=x+y%7Cz%2C%26"),
            (Style::Form, true, &object, "k=v+w&l=1"),
            (Style::Form, false, &object, "a=k,v+w,l,1"),
            (Style::Deep, true, &object, "a%5Bk%5D=v+w&a%5Bl%5D=1"),
        ] {
            assert_eq!(sent(&[("a", Format::of(style, explode))], Json::from(value)).unwrap(), expected, "{style:?}");
        }
        let reserved = Format::Style { style: Style::Form, explode: true, reserved: true };
        let value = json!({"a": "http://x/?q=1&r=[%20 +%]#"});
        assert_eq!(sent(&[("a", reserved)], Json::from(value)).unwrap(), "a=http://x/?q=1%26r=%5B%20+%2B%25%5D%23");
    }

    #[test]
    fn what_has_no_text_is_not_sent() {
        let nested = json!({"a": [[1]]});
        let message = |encoding: &[Member], value: &Value| sent(encoding, Json::from(value)).unwrap_err();
        assert_eq!(
            message(&[("a", Format::of(Style::Form, true))], &nested),
            "the member `a` of the form is a list or an object inside of a list, which `style: form` has no way to write"
        );
        assert_eq!(
            message(&[("a", Format::Text)], &json!({"a": {"b": 1}})),
            "the member `a` of the form is an object, which a content type for text has no way to write"
        );
        assert!(message(&[("a", Format::Text)], &nested).contains("is a list inside of a list"));
        assert!(message(&[], &json!([1])).contains("has members, and the payload is a list"));
        assert!(message(&[], &json!(1)).contains("has members, and the payload is a plain value"));
        assert!(message(&[], &json!(null)).contains("requires a body"));
    }

    /// Rule R16: a text is a form that is written already.
    #[test]
    fn text_goes_out_as_it_stands() {
        for (text, expected) in [
            ("a=1&b=x%20y+z&c[]=*~", "a=1&b=x%20y+z&c[]=*~"),
            ("scope=read write ü\n", "scope=read+write+%C3%BC"),
            ("", ""),
        ] {
            assert_eq!(sent(&[], Json::from(text)).unwrap(), expected);
        }
        assert_eq!(form_text("a b&c=d+"), "a+b%26c%3Dd%2B");
    }

    #[test]
    fn contents_are_written_for_each_element() {
        let value = json!({"t": ["a", 1], "j": [{"x": 1}, "s", null], "n": null});
        let encoding: &[Member] = &[("t", Format::Text), ("j", Format::Json), ("n", Format::Json)];
        assert_eq!(sent(encoding, Json::from(value)).unwrap(), "j=%7B%22x%22%3A1%7D&j=%22s%22&j=null&n=null&t=a&t=1");
    }

    /// Any JSON value, of texts, numbers, lists and objects.
    pub(crate) fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            // serde_json reads the last digit of others as it likes.
            any::<i32>().prop_map(|number| Value::from(f64::from(number) / 8.0)),
            "\\PC{0,8}|[&=+% \"\\\\\n\0äあ]{0,6}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("\\PC{0,6}|[&=+%\\[\\] ]{0,4}", inner, 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        /// A member that is JSON comes back as what it was.
        #[test]
        fn any_value_survives_as_json(name in "\\PC{0,6}|[&=+% ]{1,4}", value in values()) {
            prop_assume!(!value.is_array());
            let name: &'static str = Box::leak(name.into_boxed_str());
            let body = sent(&[(name, Format::Json)], Json::from(json!({name: value}))).unwrap();
            let pairs: Vec<_> = url::form_urlencoded::parse(body.as_bytes()).collect();
            prop_assert_eq!(pairs.len(), 1);
            prop_assert_eq!(&*pairs[0].0, name);
            prop_assert_eq!(serde_json::from_str::<Value>(&pairs[0].1).unwrap(), value);
        }

        /// Without an encoding, the members that are there come back in order: texts as they are, all else as JSON.
        #[test]
        fn any_object_survives_by_default(members in prop::collection::btree_map("\\PC{0,6}", values(), 0..5)) {
            let value = Value::Object(members.clone().into_iter().collect());
            let body = sent(&[], Json::from(value)).unwrap();
            let back: Vec<(String, String)> = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
            let mut expected = Vec::new();
            for (name, member) in &members {
                let elements = member.as_array().cloned().unwrap_or_else(|| vec![member.clone()]);
                for element in elements.iter().filter(|element| !element.is_null()) {
                    expected.push((name.clone(), Json::from(element).to_text().into_owned()));
                }
            }
            prop_assert_eq!(back, expected);
        }

        /// A text that is put into a form comes back as it was.
        #[test]
        fn any_text_survives_in_a_template(text in "\\PC*|[&=+% \"\n\0ä]*") {
            let body = sent(&[], Json::from(format!("a=1&b={}&c=2", form_text(&text)))).unwrap();
            let pairs: Vec<_> = url::form_urlencoded::parse(body.as_bytes()).collect();
            prop_assert_eq!(&*pairs[1].1, text.as_str());
            prop_assert_eq!(pairs.len(), 3);
        }
    }
}
