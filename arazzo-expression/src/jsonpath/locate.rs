//! Where the nodes are that a query selects.

use super::draft::Draft;
use super::tree::Query;
use crate::pointer::Pointer;
use serde_json::Value;
use std::collections::HashSet;

impl Query {
    /// The places of the nodes that the query selects, each once, a list or object before what is in it.
    ///
    /// ```
    /// use arazzo_expression::jsonpath::parse_query;
    /// use serde_json::json;
    ///
    /// let value = json!({"items": [{"sku": "a", "n": 1}, {"sku": "b", "n": 2}]});
    /// let places = parse_query("$.items[?@.sku == 'b'].n").unwrap().locate(&value);
    /// assert_eq!(places[0].to_string(), "/items/1/n");
    /// ```
    #[must_use]
    pub fn locate(&self, root: &Value) -> Vec<Pointer> {
        places(&self.select(root), root)
    }
}

impl Draft {
    /// The places of the nodes that the query selects, as [`Query::locate`] gives them.
    #[must_use]
    pub fn locate(&self, root: &Value) -> Vec<Pointer> {
        places(&self.select(root), root)
    }
}

/// The places of some nodes of a value.
fn places(selected: &[&Value], root: &Value) -> Vec<Pointer> {
    let selected: HashSet<*const Value> = selected.iter().copied().map(std::ptr::from_ref).collect();
    let mut found = Vec::new();
    if !selected.is_empty() {
        search(root, &selected, &mut Vec::new(), &mut found);
    }
    found
}

/// Goes through a value, which is only as deep as what made it allows.
fn search(node: &Value, selected: &HashSet<*const Value>, way: &mut Vec<String>, found: &mut Vec<Pointer>) {
    if selected.contains(&std::ptr::from_ref(node)) {
        found.push(Pointer { tokens: way.clone() });
    }
    let mut inside = |token: String, child: &Value| {
        way.push(token);
        search(child, selected, way, found);
        way.pop();
    };
    match node {
        Value::Array(elements) => {
            elements.iter().enumerate().for_each(|(index, child)| inside(index.to_string(), child));
        }
        Value::Object(members) => members.iter().for_each(|(name, child)| inside(name.clone(), child)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::jsonpath::parse_query;
    use serde_json::json;

    #[test]
    fn each_selected_node_has_one_place() {
        let value = json!({"a": [{"b": 1}, {"b": 1}, {"c": {"b": 1}}], "b": 1, "x/y~": [null]});
        for (query, expected) in [
            ("$", &[""][..]),
            ("$..b", &["/a/0/b", "/a/1/b", "/a/2/c/b", "/b"]),
            ("$.a[?@.b == 1]", &["/a/0", "/a/1"]),
            ("$.a[0, 0, -3]", &["/a/0"]),
            ("$['x/y~'][*]", &["/x~1y~0/0"]),
            ("$.none", &[]),
        ] {
            let places = parse_query(query).unwrap().locate(&value);
            let places: Vec<String> = places.iter().map(ToString::to_string).collect();
            assert_eq!(places, expected, "{query}");
            for place in parse_query(query).unwrap().locate(&value) {
                assert!(place.resolve(&value).is_some());
            }
        }
    }
}
