//! Filters of an object: `$[?@.state == 'ready']` asks each member of an object whether its own `state` is that, and most
//! authors mean the object itself, for which RFC 9535 has `$[?$.state == 'ready']`.

use super::evaluate::{Context, MAX_STEPS, Walk};
use super::tree::{Call, Comparable, Function, Logical, Query, Root, Segment, Selector, Test};
use crate::json::Json;
use serde_json::Value;

impl Query {
    /// The filter, if the query begins with one that looks at members of what it is asked about, such as `@.state`.
    fn filter_of_members(&self) -> Option<(&Logical, Vec<usize>)> {
        let [Segment::Child { selectors, .. }, ..] = self.segments.as_slice() else { return None };
        let [Selector::Filter { condition, .. }] = selectors.as_slice() else { return None };
        let mut places = Vec::new();
        looks_at(condition, &mut places);
        (!places.is_empty()).then_some((condition, places))
    }

    /// The query that asks an object itself what this one asks its members, if this one begins with such a filter. `text`
    /// is what this one was parsed from.
    ///
    /// ```
    /// use arazzo_expression::jsonpath::parse_query;
    ///
    /// let text = "$[?@.a == 'x' && count(@.b[?@.c]) > 1]";
    /// let expected = "$[?$.a == 'x' && count($.b[?@.c]) > 1]";
    /// assert_eq!(parse_query(text).unwrap().for_object(text).as_deref(), Some(expected));
    /// assert_eq!(parse_query("$.a[?@.b]").unwrap().for_object("$.a[?@.b]"), None);
    /// ```
    #[must_use]
    pub fn for_object(&self, text: &str) -> Option<String> {
        let (_, places) = self.filter_of_members()?;
        let mut query = text.to_owned();
        for place in places {
            if query.get(place..=place) == Some("@") {
                query.replace_range(place..=place, "$");
            }
        }
        Some(query)
    }

    /// [`Query::try_exists`], where an object passes a filter at the beginning when one of its members does, or when it
    /// does so itself.
    #[must_use]
    pub fn try_exists_on_object(&self, root: &Value) -> Option<bool> {
        let context = Context::new(root, &|_| Json::Absent, MAX_STEPS);
        let of_members = context.exists(self, root);
        let exists = of_members
            || match self.filter_of_members() {
                Some((condition, _)) if root.is_object() => {
                    context.holds(condition, root) && Walk::behind_first(&context, self, root).next().is_some()
                }
                _ => false,
            };
        (!context.is_exhausted()).then_some(exists)
    }
}

/// The places of the `@`s of a filter that have a way behind them. Those of filters inside are about something else.
fn looks_at(condition: &Logical, places: &mut Vec<usize>) {
    match condition {
        Logical::Or(parts) | Logical::And(parts) => parts.iter().for_each(|part| looks_at(part, places)),
        Logical::Not(inner) => looks_at(inner, places),
        Logical::Compare { left, right, .. } => {
            value(left, places);
            value(right, places);
        }
        Logical::Test(Test::Query(query)) => begins(query, places),
        Logical::Test(Test::Function(call)) => arguments(call, places),
        Logical::Test(Test::Expression(_)) => {}
    }
}

fn value(comparable: &Comparable, places: &mut Vec<usize>) {
    match comparable {
        Comparable::Query(query) => begins(query, places),
        Comparable::Function(call) => arguments(call, places),
        Comparable::Literal(..) | Comparable::Expression(_) => {}
    }
}

fn arguments(call: &Call, places: &mut Vec<usize>) {
    match &call.function {
        Function::Length(argument) => value(argument, places),
        Function::Count(query) | Function::Value(query) => begins(query, places),
        Function::Match(pattern) | Function::Search(pattern) => {
            value(&pattern.input, places);
            value(&pattern.pattern, places);
        }
    }
}

fn begins(query: &Query, places: &mut Vec<usize>) {
    if query.root == Root::Current && !query.segments.is_empty() {
        places.push(query.span.start);
    }
}

#[cfg(test)]
mod tests {
    use crate::jsonpath::parse_query;
    use serde_json::{Value, json};

    fn exists(text: &str, root: &Value) -> (Option<bool>, Option<bool>) {
        let query = parse_query(text).unwrap();
        (query.try_exists(root), query.try_exists_on_object(root))
    }

    #[test]
    fn an_object_is_asked_itself_too() {
        let object = json!({"a": "x", "b": {"a": "y"}, "c": [1, 2]});
        for (text, of_members, on_object) in [
            ("$[?@.a == 'x']", false, true),
            ("$[?@.a == 'y']", true, true),
            ("$[?@.a == 'z']", false, false),
            ("$[?@.a == 'x'].b", false, true),
            ("$[?@.a == 'x'].d", false, false),
            ("$[?count(@.c[*]) == 2]", false, true),
            ("$[?!@.d]", true, true),
            ("$[?@ == 'x']", true, true),
            ("$.b[?@.a]", false, false),
            ("$[?length(@.c) > 2]", false, false),
        ] {
            assert_eq!(exists(text, &object), (Some(of_members), Some(on_object)), "{text}");
        }
    }

    #[test]
    fn of_a_list_it_means_what_the_rfc_says() {
        let list = json!([{"a": "x"}, {"b": 1}]);
        for (text, found) in [("$[?@.a == 'x']", true), ("$[?@.a == 'y']", false), ("$[?@.b].b", true)] {
            assert_eq!(exists(text, &list), (Some(found), Some(found)), "{text}");
        }
    }
}
