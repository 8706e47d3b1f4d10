//! Parts of payloads that are set before they are sent (section "Payload Replacement Object").

#[cfg(feature = "xpath")]
use crate::criteria::XPath;
use crate::criteria::{self, Draft, Query};
use crate::form::Member;
use crate::multipart::FormPart;
use crate::request::Request;
use arazzo_expression::json::{Json, Token};
use arazzo_expression::pointer::Pointer;
use serde_json::Value;

/// How many bytes the copies of a value may have that a query puts into many places. Both can come from a response.
const MOST_COPIED: u64 = 64 << 20;

/// About how many bytes a value takes.
fn size(value: &Json<'_>) -> u64 {
    const NODE: u64 = size_of::<Value>() as u64;
    let mut size = 0;
    let Some(value) = value.to_value() else { return size };
    let mut open = vec![&*value];
    while let Some(value) = open.pop() {
        size += NODE;
        match value {
            Value::String(text) => size += text.len() as u64,
            Value::Array(elements) => open.extend(elements),
            Value::Object(members) => {
                size += members.keys().map(|name| NODE + name.len() as u64).sum::<u64>();
                open.extend(members.values());
            }
            _ => {}
        }
    }
    size
}

/// A payload of which parts are set before it is sent.
#[derive(Debug)]
#[must_use]
pub struct Replacing<'r, 'a> {
    request: &'r mut Request,
    payload: Json<'a>,
}

impl Request {
    /// Begins to set parts of a payload.
    pub fn replacing<'a>(&mut self, payload: Json<'a>) -> Replacing<'_, 'a> {
        Replacing { request: self, payload }
    }
}

impl<'a> Replacing<'_, 'a> {
    /// Sets the part at a JSON Pointer, and makes what is missing on the way. An absent value replaces nothing. A target
    /// that leads nowhere keeps the request from being sent.
    pub fn set(mut self, target: &str, way: &[Token<'_>], value: Json<'a>) -> Self {
        if value.is_absent() || !self.has_parts(target) {
            return self;
        }
        if let Err((place, nowhere)) = self.payload.set(way, value) {
            let at: String = way.iter().take(place).map(|token| format!("/{}", token.text())).collect();
            let at = if at.is_empty() { "the payload".to_owned() } else { format!("`{at}`") };
            self.request.fail(format!("the target `{target}` of a replacement leads nowhere: {at} {nowhere}"));
        }
        self
    }

    /// Sets every part that a query selects. One that selects nothing keeps the request from being sent.
    pub fn set_all(mut self, target: &str, query: &Query, value: Json<'a>) -> Self {
        if value.is_absent() || !self.has_parts(target) {
            return self;
        }
        let places = self.payload.to_value().map(|known| criteria::locate(query, &known)).unwrap_or_default();
        self.set_places(target, &places, &value)
    }

    /// The same for a query of the Goessner draft.
    pub fn set_all_of_draft(mut self, target: &str, query: &Draft, value: Json<'a>) -> Self {
        if value.is_absent() || !self.has_parts(target) {
            return self;
        }
        let places = self.payload.to_value().map(|known| criteria::draft_locate(query, &known)).unwrap_or_default();
        self.set_places(target, &places, &value)
    }

    fn set_places(mut self, target: &str, places: &[Pointer], value: &Json<'a>) -> Self {
        if places.is_empty() {
            self.request.fail(format!("the target `{target}` of a replacement finds nothing in the payload"));
        }
        let copied = places.len() as u64 * size(value);
        if places.len() > 1 && copied > MOST_COPIED {
            let count = places.len();
            self.request.fail(format!(
                "the target `{target}` of a replacement is {count} places, for which the value would be copied to more than \
                 {} MiB",
                MOST_COPIED >> 20
            ));
            return self;
        }
        self.payload.set_each(places, value);
        self
    }

    /// Sets the contents of every node of XML that an expression selects. One that selects nothing keeps the request from
    /// being sent.
    #[cfg(feature = "xpath")]
    pub fn set_in_xml(mut self, target: &str, expression: &XPath, value: Json<'a>) -> Self {
        if value.is_absent() || self.payload.is_absent() {
            return self;
        }
        match criteria::xpath_replaced(expression, &self.payload, &value.to_text()) {
            Ok(replaced) => self.payload = Json::from(replaced),
            Err(error) => self.request.fail(format!("the target `{target}` of a replacement cannot be set: {error}")),
        }
        self
    }

    /// Sends the payload as [`Request::text_body`] does.
    pub fn text(self, content_type: &'static str, required: bool) {
        self.request.text_body(content_type, required, self.payload);
    }

    /// Sends the payload as [`Request::json`] does.
    pub fn json(self, content_type: &'static str, required: bool) {
        self.request.json(content_type, required, &self.payload);
    }

    /// Sends the payload as [`Request::form`] does.
    pub fn form(self, content_type: &'static str, required: bool, encoding: &[Member]) {
        self.request.form(content_type, required, encoding, self.payload);
    }

    /// Sends the payload as [`Request::multipart`] does.
    pub fn multipart(self, content_type: &'static str, required: bool, parts: &[FormPart]) {
        self.request.multipart(content_type, required, parts, self.payload);
    }

    /// Whether a payload has parts. Text that is JSON is read first.
    fn has_parts(&mut self, target: &str) -> bool {
        let Some(text) = self.payload.as_str() else { return true };
        match serde_json::from_str::<Value>(text) {
            Ok(value) if value.is_array() || value.is_object() => {
                self.payload = Json::from(value);
                true
            }
            _ => {
                self.request.fail(format!(
                    "the payload is text, in which the target `{target}` of a replacement finds nothing"
                ));
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::criteria::query;
    use crate::operation::{Operation, PathPart};
    use crate::server::Server;
    use crate::value::{element, member, or_else};
    use serde_json::json;

    static OPERATION: Operation = Operation {
        source: "api",
        id: None,
        server: None,
        method: "POST",
        path: &[PathPart::Text("/a")],
        security: &[],
    };

    /// The payload behind the replacements, or why nothing is sent.
    fn replaced(
        payload: Value,
        replace: impl for<'r> FnOnce(Replacing<'r, 'static>) -> Replacing<'r, 'static>,
    ) -> Result<Value, String> {
        let mut request = Request::new(&OPERATION);
        let payload = replace(request.replacing(Json::from(payload))).payload.into_value();
        request.finish(&Server::new("http://h"), 0).request?;
        Ok(payload.unwrap())
    }

    /// Rule R17: values take the places of others, in order.
    #[test]
    fn parts_are_set_in_order() {
        let replaced = replaced(json!({"a": {"b": 1}}), |payload| {
            payload
                .set("/a", &[member("a")], Json::from(json!({"c": 2})))
                .set("/a/d", &[member("a"), member("d")], Json::from(3))
                .set("/e/-", &[member("e"), element("-")], Json::from("x"))
                .set("/f", &[member("f")], Json::Absent)
        });
        assert_eq!(replaced, Ok(json!({"a": {"c": 2, "d": 3}, "e": ["x"]})));
    }

    /// Rule A13: a query sets all that it selects, and must select something.
    #[test]
    fn a_query_sets_all_that_it_selects() {
        let set = |text: &'static str| {
            let items = json!({"items": [{"sku": "a", "n": 1}, {"sku": "b", "n": 2}, {"sku": "a"}]});
            replaced(items, |payload| payload.set_all(text, &query(text), Json::from(7)))
        };
        assert_eq!(
            set("$.items[?@.sku == 'a' && @.n].n"),
            Ok(json!({"items": [{"sku": "a", "n": 7}, {"sku": "b", "n": 2}, {"sku": "a"}]}))
        );
        assert_eq!(set("$..n"), Ok(json!({"items": [{"sku": "a", "n": 7}, {"sku": "b", "n": 7}, {"sku": "a"}]})));
        assert_eq!(set("$..*"), Ok(json!({"items": 7})));
        let draft = "$.items[?(@.sku === 'b')].n";
        let set_by_draft = |payload: Value| {
            replaced(payload, |payload| payload.set_all_of_draft(draft, &crate::criteria::draft(draft), Json::from(7)))
        };
        assert_eq!(
            set_by_draft(json!({"items": [{"sku": "b", "n": 1}]})),
            Ok(json!({"items": [{"sku": "b", "n": 7}]}))
        );
        assert!(set_by_draft(json!({"items": []})).is_err());
        assert_eq!(
            set("$.items[?@.sku == 'c'].n"),
            Err("the target `$.items[?@.sku == 'c'].n` of a replacement finds nothing in the payload".to_owned())
        );
    }

    #[test]
    fn a_large_value_is_not_copied_without_end() {
        let set = |length: usize| {
            let payload = json!({"items": vec![0; 2_000]});
            let value = Json::from("x".repeat(length));
            replaced(payload, |payload| payload.set_all("$.items[*]", &query("$.items[*]"), value)).map(|_| ())
        };
        assert_eq!(set(30_000), Ok(()));
        assert_eq!(
            set(40_000),
            Err("the target `$.items[*]` of a replacement is 2000 places, for which the value would be copied to more than \
                 64 MiB"
                .to_owned())
        );
    }

    #[test]
    fn targets_that_lead_nowhere_stop_the_request() {
        let set = |payload: Value| {
            replaced(payload, |payload| payload.set("/a/2", &[member("a"), member("2")], Json::from(1)))
        };
        assert_eq!(
            set(json!({"a": [1]})),
            Err("the target `/a/2` of a replacement leads nowhere: `/a` is a list of 1 element".to_owned())
        );
        assert!(set(json!({"a": "secret"})).is_err_and(|message| message.contains("a plain value")));
        assert!(set(json!("secret")).is_err_and(|message| !message.contains("secret")));
        assert_eq!(set(json!("{\"a\": [0, 0, 0]}")), Ok(json!({"a": [0, 0, 1]})));
    }

    #[cfg(feature = "xpath")]
    #[test]
    fn parts_of_xml_are_set() {
        let set = |payload: Json<'static>, target: &'static str| {
            let xpath = crate::criteria::xpath(target);
            let mut request = Request::new(&OPERATION);
            let set = request.replacing(payload).set_in_xml(target, &xpath, Json::from("1 & 2"));
            let payload = set.payload.to_text().into_owned();
            request.finish(&Server::new("http://h"), 0).request.map(|_| payload)
        };
        let xml = || Json::from("<a b='1'><c/><c>2</c></a>\n");
        assert_eq!(set(xml(), "//c"), Ok("<a b='1'><c>1 &amp; 2</c><c>1 &amp; 2</c></a>\n".to_owned()));
        assert_eq!(set(xml(), "/a/@b"), Ok("<a b='1 &amp; 2'><c/><c>2</c></a>\n".to_owned()));
        assert_eq!(set(Json::Absent, "/a"), Ok(String::new()));
        let nothing = set(xml(), "/b").unwrap_err();
        assert!(nothing.starts_with("the target `/b` of a replacement cannot be set: "), "{nothing}");
        for payload in [Json::from("secret"), Json::from(json!({"secret": 1}))] {
            assert!(set(payload, "/a").is_err_and(|message| !message.contains("secret")));
        }
    }

    #[test]
    fn a_value_stays_where_the_other_is_absent() {
        assert_eq!(or_else(Json::Absent, || Json::from(1)), Json::from(1));
        assert_eq!(or_else(Json::Null, || Json::from(1)), Json::Null);
    }
}
