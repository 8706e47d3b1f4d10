//! How request bodies are written.

use crate::multipart::decoded;
use crate::request::Request;
use arazzo_expression::json::{Json, Parts};
use bytes::Bytes;
use serde_json::Value;

/// A member that the operation requires of a body: the JSON Pointer of its object, its name, and the expression that its
/// value is taken from, each of which may be empty.
pub(crate) type Needed = (&'static str, &'static str, &'static str);

impl Request {
    /// Sets a body that is known while compiling.
    pub fn constant_body(&mut self, content_type: &'static str, body: &'static str) {
        self.set_body(content_type, Bytes::from_static(body.as_bytes()));
    }

    /// Sets a JSON body. An absent one is left out, unless the operation requires it.
    pub fn json(&mut self, content_type: &'static str, required: bool, value: &Json<'_>) {
        if value.is_absent() {
            self.no_body(required);
            return;
        }
        match serde_json::to_vec(value) {
            Ok(body) => self.set_body(content_type, body.into()),
            Err(error) => self.fail(format!("the body cannot be written as JSON: {error}")),
        }
    }

    /// Sets a JSON body that is an object or a list, of which all but some values is known while compiling: for each value the
    /// text before it, its own key if it has one, and the value. Those that are absent are left out with their keys. Commas
    /// are put between what stands side by side; inside of a text they are there.
    pub fn json_around(
        &mut self,
        content_type: &'static str,
        values: &[(&'static str, &'static str, Json<'_>)],
        end: &'static str,
    ) {
        let mut body = Vec::with_capacity(256);
        for (before, key, value) in values {
            put(&mut body, before);
            if value.is_absent() {
                continue;
            }
            separate(&mut body);
            body.extend_from_slice(key.as_bytes());
            if let Err(error) = serde_json::to_writer(&mut body, value) {
                self.fail(format!("the body cannot be written as JSON: {error}"));
                return;
            }
        }
        put(&mut body, end);
        self.set_body(content_type, body.into());
    }

    /// The same, of a body that lacks something if some of the values are absent: their places among the values, and what
    /// they are.
    pub fn json_with(
        &mut self,
        content_type: &'static str,
        needed: &[(usize, Needed)],
        values: &[(&'static str, &'static str, Json<'_>)],
        end: &'static str,
    ) {
        for (place, needed) in needed {
            if values.get(*place).is_none_or(|(_, _, value)| value.is_absent()) {
                self.lacks(*needed);
            }
        }
        self.json_around(content_type, values, end);
    }

    /// Fails the step if a form lacks a member that the operation requires. One that is null is left out.
    pub fn needs(&mut self, needed: &[Needed], form: &Json<'_>) {
        for needed in needed {
            if matches!(form.member(needed.1).parts(), Parts::Absent | Parts::Null) {
                self.lacks(*needed);
            }
        }
    }

    fn lacks(&mut self, (object, name, expression): Needed) {
        let of = if object.is_empty() { String::new() } else { format!("`{object}` of ") };
        let why = match expression {
            "" => ", and has no value".to_owned(),
            expression => format!(": `{expression}` is not there"),
        };
        self.fail(format!("{of}the request body lacks `{name}`, which is required{why}"));
    }

    /// Reads a body whose text is complete only now. One that is no JSON fails the step before anything is sent.
    pub fn parse_json(&mut self, text: &str) -> Json<'static> {
        match serde_json::from_str::<Value>(text) {
            Ok(value) => Json::from(value),
            Err(error) => {
                self.fail(format!("the payload with its values put in is not valid JSON: {error}"));
                Json::Absent
            }
        }
    }

    /// Sets a body that is text. Null and absent ones are left out, unless the operation requires one; a list or an object
    /// is no text.
    pub fn text_body(&mut self, content_type: &'static str, required: bool, value: Json<'_>) {
        if let Some(text) = self.plain_text(content_type, required, value) {
            self.set_body(content_type, text.into());
        }
    }

    /// Sets a body that is bytes: those of a text in UTF-8.
    pub fn bytes(&mut self, content_type: &'static str, required: bool, value: Json<'_>) {
        self.text_body(content_type, required, value);
    }

    /// Sets a body that is bytes, which are given as Base64.
    pub fn base64_body(&mut self, content_type: &'static str, required: bool, value: Json<'_>) {
        let Some(text) = self.plain_text(content_type, required, value) else { return };
        match decoded(&text) {
            Ok(bytes) => self.set_body(content_type, bytes.into()),
            Err(problem) => self.fail(format!("the body {problem}")),
        }
    }

    /// The text of a body; `None` when there is none.
    fn plain_text(&mut self, content_type: &str, required: bool, value: Json<'_>) -> Option<String> {
        match kind(&value) {
            Kind::Nothing => {
                self.no_body(required);
                None
            }
            Kind::Scalar => Some(match value {
                Json::String(text) => text.into_owned(),
                other => other.to_text().into_owned(),
            }),
            Kind::List | Kind::Object => {
                let what = kind(&value).name();
                self.fail(format!("a body of the type `{content_type}` is text, and the payload is {what}"));
                None
            }
        }
    }

    /// There is no body.
    pub(crate) fn no_body(&mut self, required: bool) {
        if required {
            self.fail("the operation requires a body, and the document gives none".to_owned());
        }
    }
}

/// Puts a comma where something else stands before in the same object or list.
fn separate(body: &mut Vec<u8>) {
    if body.last().is_some_and(|last| !matches!(last, b'{' | b'[')) {
        body.push(b',');
    }
}

/// Writes members, elements or the ends of objects and lists.
fn put(body: &mut Vec<u8>, text: &str) {
    match text.as_bytes().first() {
        None => return,
        Some(b'}' | b']') => {}
        Some(_) => separate(body),
    }
    body.extend_from_slice(text.as_bytes());
}

/// What a value is for a body that is not JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Absent or null.
    Nothing,
    /// A string, a number or a boolean.
    Scalar,
    /// A list.
    List,
    /// An object.
    Object,
}

impl Kind {
    /// As messages say it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Scalar => "a plain value",
            Self::List => "a list",
            Self::Object => "an object",
        }
    }
}

/// What a value is.
pub(crate) fn kind(value: &Json<'_>) -> Kind {
    match value {
        Json::Absent | Json::Null => Kind::Nothing,
        Json::Bool(_) | Json::Number(_) | Json::String(_) => Kind::Scalar,
        Json::Array(_) => Kind::List,
        Json::Object(_) => Kind::Object,
        Json::Value(value) => match &**value {
            Value::Null => Kind::Nothing,
            Value::Bool(_) | Value::Number(_) | Value::String(_) => Kind::Scalar,
            Value::Array(_) => Kind::List,
            Value::Object(_) => Kind::Object,
        },
    }
}

/// A value that stands between quotes in JSON written as text: a list or an object takes the place of the quotes, anything
/// else is text.
#[must_use]
pub fn quoted(value: Json<'_>) -> Json<'_> {
    match (kind(&value), value) {
        (Kind::List | Kind::Object, value) => value,
        (_, Json::String(text)) => Json::String(text),
        (_, value) => Json::from(value.to_text().into_owned()),
    }
}

/// A text as it is written between the quotes of a JSON string.
#[must_use]
pub fn escaped(text: &str) -> String {
    let quoted = serde_json::to_string(text).unwrap_or_default();
    quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::tests::values;
    use crate::operation::{Operation, PathPart};
    use crate::request::Parts;
    use crate::server::Server;
    use http::header::CONTENT_TYPE;
    use proptest::prelude::*;
    use serde_json::json;

    static OPERATION: Operation = Operation {
        source: "api",
        id: None,
        server: None,
        method: "POST",
        path: &[PathPart::Text("/a")],
        security: &[],
    };

    /// The built request, or why it is not sent.
    fn built(build: impl FnOnce(&mut Request)) -> Result<Parts, String> {
        let mut request = Request::new(&OPERATION);
        request.keep_parts();
        build(&mut request);
        let finished = request.finish(&Server::new("http://h"), 0);
        finished.request.map(|_| *finished.parts.unwrap())
    }

    /// Its content type and its body as text.
    fn sent(build: impl FnOnce(&mut Request)) -> (String, String) {
        let parts = built(build).unwrap();
        let content_type = parts.headers.get(CONTENT_TYPE).map_or("", |value| value.to_str().unwrap()).to_owned();
        (content_type, String::from_utf8(parts.body.unwrap_or_default().to_vec()).unwrap())
    }

    #[test]
    fn a_body_is_json_with_the_members_that_are_there() {
        let value = Json::Object(vec![("a".into(), Json::from(1_i64)), ("b".into(), Json::Absent)]);
        assert_eq!(
            sent(|r| r.json("application/json", true, &value)),
            ("application/json".into(), r#"{"a":1}"#.into())
        );
        assert_eq!(sent(|r| r.json("application/json", true, &Json::Null)).1, "null");
    }

    #[test]
    fn a_body_around_values_has_commas_where_something_stands_side_by_side() {
        let around = |values: [Json<'_>; 4]| {
            let [a, b, c, d] = values;
            let values =
                [("{", r#""a":"#, a), (r#""l":["#, "", b), (r#"{"x":"[{"},["#, "", c), (r#"]],"k":{"#, r#""d":"#, d)];
            let body = sent(|r| r.json_around("application/json", &values, "}}")).1;
            assert!(serde_json::from_str::<Value>(&body).is_ok(), "{body}");
            body
        };
        let absent = || Json::Absent;
        let all = around([Json::from(1), Json::from("{"), Json::Null, Json::from(&json!({"n": []}))]);
        assert_eq!(all, r#"{"a":1,"l":["{",{"x":"[{"},[null]],"k":{"d":{"n":[]}}}"#);
        assert_eq!(around([absent(), absent(), absent(), absent()]), r#"{"l":[{"x":"[{"},[]],"k":{}}"#);
        assert_eq!(
            around([absent(), Json::from(2), absent(), Json::from("")]),
            r#"{"l":[2,{"x":"[{"},[]],"k":{"d":""}}"#
        );
    }

    #[test]
    fn what_a_body_lacks_is_said_with_where_it_is_from() {
        let built = |a: Json<'_>, needed: Needed| {
            built(|r| {
                r.json_with(
                    "application/json",
                    &[(1, needed)],
                    &[("{", "\"n\":", Json::Absent), ("", "\"a\":", a)],
                    "}",
                )
            })
        };
        assert_eq!(built(Json::Null, ("", "a", "")).unwrap().body.unwrap(), r#"{"a":null}"#);
        for (needed, expected) in [
            (("", "a", ""), "the request body lacks `a`, which is required, and has no value"),
            (("", "a", "$inputs.x"), "the request body lacks `a`, which is required: `$inputs.x` is not there"),
            (("/m/0", "a", ""), "`/m/0` of the request body lacks `a`, which is required, and has no value"),
        ] {
            assert_eq!(built(Json::Absent, needed).unwrap_err(), expected);
        }
    }

    /// A required body that is absent fails the step before anything is sent; an optional one is left out.
    #[test]
    fn absent_bodies_are_left_out_or_stop_the_request() {
        let absent: [fn(&mut Request, bool); 3] = [
            |r, required| r.json("application/json", required, &Json::Absent),
            |r, required| r.text_body("text/plain", required, Json::Null),
            |r, required| r.bytes("image/png", required, Json::Absent),
        ];
        for set in absent {
            assert!(built(|r| set(r, true)).unwrap_err().contains("requires a body"));
            let parts = built(|r| set(r, false)).unwrap();
            assert!(parts.body.is_none() && parts.headers.is_empty());
        }
    }

    /// Rule R51: text goes out as it is.
    #[test]
    fn text_is_sent_as_it_is() {
        for (value, expected) in [
            (Json::from("<a b='c'>&"), "<a b='c'>&"),
            (Json::from(5.0), "5"),
            (Json::from(&json!(true)), "true"),
            (Json::from(""), ""),
        ] {
            assert_eq!(sent(|r| r.text_body("text/xml", true, value)), ("text/xml".into(), expected.into()));
        }
        let refused = built(|r| r.text_body("text/csv", true, Json::from(json!([1]))));
        assert_eq!(refused.unwrap_err(), "a body of the type `text/csv` is text, and the payload is a list");
    }

    #[test]
    fn a_content_type_that_is_given_as_a_header_stays() {
        use crate::request::Parameter;
        let (content_type, _) = sent(|r| {
            r.header(Parameter::optional("content-type"), Json::from("application/json; v=2"));
            r.constant_body("application/json", "{}");
        });
        assert_eq!(content_type, "application/json; v=2");
    }

    /// Rule A12: lists and objects take the place of the quotes.
    #[test]
    fn values_between_quotes_are_text_unless_they_have_parts() {
        for (value, expected) in [
            (Json::from(json!({"a": [1]})), json!({"a": [1]})),
            (Json::Array(vec![Json::Null]), json!([null])),
            (Json::from(5), json!("5")),
            (Json::from("a\"b"), json!("a\"b")),
            (Json::Null, json!("null")),
            (Json::Absent, json!("")),
        ] {
            assert_eq!(quoted(value).into_value(), Some(expected));
        }
        assert_eq!(escaped("a\"b\\\n"), r#"a\"b\\\n"#);
    }

    #[test]
    fn text_that_is_no_json_stops_the_request() {
        let parsed = sent(|r| {
            let body = r.parse_json("[1, {\"a\": 2}]");
            r.json("application/json", true, &body);
        });
        assert_eq!(parsed.1, r#"[1,{"a":2}]"#);
        let refused = built(|r| {
            let body = r.parse_json("{\"secret\": }");
            r.json("application/json", true, &body);
        });
        let message = refused.unwrap_err();
        assert!(message.contains("not valid JSON") && !message.contains("secret"), "{message}");
    }

    proptest! {
        /// Rule R51: what is put between quotes, or as a part of the JSON, comes back as it was.
        #[test]
        fn any_value_survives_in_json_text(text in "\\PC*|[\"\\\\\n\0ä/]*", value in values()) {
            let template = format!(
                r#"{{"quoted": "- {} -", "verbatim": {}}}"#,
                escaped(&text),
                serde_json::to_string(&Json::from(&value)).unwrap()
            );
            let mut request = Request::new(&OPERATION);
            let parsed = request.parse_json(&template).into_value();
            prop_assert_eq!(parsed, Some(json!({"quoted": format!("- {text} -"), "verbatim": value})));
        }
    }
}
