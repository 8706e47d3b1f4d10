#![deny(warnings)]

arazzo::arazzo_workflow!("bare_jsonpath_with_expression.yml");

fn main() {}
