//! Documents and queries that are meant to cost too much.

use super::super::evaluate::Context;
use super::super::{Criterion, MAX_STEPS, Step, bare_path, parse_criterion, parse_query};
use crate::expression::Version;
use crate::json::Json;
use serde_json::{Value, json};
use std::borrow::Cow;

/// A list in a list in a list …, taken apart again without recursion: `Value` itself would overflow the stack.
struct Deep(Value);

impl Deep {
    fn new(depth: usize) -> Self {
        Self((0..depth).fold(json!(1), |inner, _| Value::Array(vec![inner])))
    }
}

impl Drop for Deep {
    fn drop(&mut self) {
        let mut value = self.0.take();
        while let Value::Array(mut elements) = value {
            value = elements.pop().unwrap_or_default();
        }
    }
}

#[test]
fn deep_documents_do_not_overflow_the_stack() {
    let (deep, other) = (Deep::new(50_000), Deep::new(50_000));
    assert_eq!(parse_query("$..*").unwrap().select(&deep.0).len(), 50_000);
    assert!(parse_query("$..[?@ == 1]").unwrap().exists(&deep.0));
    assert!(parse_query("$[?@ == $[0]]").unwrap().exists(&deep.0));
    let condition = parse_criterion("$ == $inputs.other", Version::V1_0).unwrap();
    let Criterion::Bare(condition) = condition else { panic!("a query") };
    assert!(condition.bare(&deep.0, &|_| Json::Value(Cow::Borrowed(&other.0))));
    let steps = vec![Step::Index(0); 50_000];
    assert_eq!(bare_path(&deep.0, &steps), Json::Value(Cow::Owned(json!(1))));
}

#[test]
fn existence_stops_at_the_first_node_and_sees_each_once() {
    // 2000 * 1999 * … nodes, were they all asked for.
    let deep = Deep::new(2_000);
    let all = "$..*..*..*..*..*";
    assert!(parse_query(all).unwrap().exists(&deep.0));
    assert!(!parse_query(&format!("{all}.a")).unwrap().exists(&deep.0));
}

#[test]
fn too_much_work_selects_nothing() {
    let wide = Value::Array(vec![Value::Null; 100]);
    let context = |steps| Context::new(&wide, &|_| Json::Absent, steps);
    // Each element is compared with each other one.
    let quadratic = parse_query("$[?count($[?@ == null]) == 100]").unwrap();
    assert_eq!(context(MAX_STEPS).nodes(&quadratic).len(), 100);
    assert_eq!(context(10_000).nodes(&quadratic).len(), 0);
    let condition = "!(count($[?count($[?@ == null]) == 1]) > 0)";
    let Ok(Criterion::Bare(negated)) = parse_criterion(condition, Version::V1_0) else { panic!("a query") };
    assert_eq!(context(MAX_STEPS).passes_bare(&negated), Some(true));
    assert_eq!(
        context(10_000).passes_bare(&negated),
        None,
        "what was given up passes no criterion, not even a negated one"
    );
}

/// Whether a query selects anything, and how many of so many steps are left.
fn counted(query: &str, document: &Value) -> (bool, u64) {
    let context = Context::new(document, &|_| Json::Absent, MAX_STEPS);
    let selects = !context.nodes(&parse_query(query).unwrap()).is_empty();
    (selects, MAX_STEPS - context.left())
}

#[test]
fn patterns_of_a_document_cost_what_compiling_them_does() {
    let bomb = "((((a{1,50}){1,50}){1,50}){1,50}){1,50}";
    let same = json!({"values": vec!["aaaa"; 50], "pattern": bomb});
    let (selects, spent) = counted("$.values[?match(@, $.pattern)]", &same);
    assert!(!selects && (30_000..40_000).contains(&spent), "one that stays the same is compiled once: {spent}");
    let patterns: Vec<_> = (1..=50).map(|number| json!({"pattern": format!("(a{{1,{number}}}){{1,900}}")})).collect();
    let (selects, spent) = counted("$[?match('b', @.pattern)]", &json!(patterns));
    assert!(!selects && spent > 1_000_000, "each of many is paid for: {spent}");
    let (selects, spent) = counted("$[?match('aaa', @.pattern)]", &json!([{"pattern": "a+"}, {"pattern": "a{3}"}]));
    assert!(selects && spent < 100, "small ones are cheap: {spent}");
}

#[test]
fn patterns_cost_what_looking_at_a_text_does() {
    let document = json!(["a".repeat(5_000)]);
    let (selects, small) = counted("$[?search(@, 'b')]", &document);
    assert!(!selects && (1_000..2_000).contains(&small), "{small}");
    let (selects, large) = counted("$[?search(@, '(a|aa|aaa){1,200}b')]", &document);
    assert!(!selects && large > 200 * small, "{large}");
    // A pattern and a text that nobody could wait for are given up.
    let hopeless = json!({"text": "a".repeat(4_000_000), "pattern": "(a|b|ab){1,2000}c"});
    assert_eq!(parse_query("$[?search(@, $.pattern)]").unwrap().try_exists(&hopeless), None);
}
