#![deny(warnings)]

arazzo::arazzo_workflow!("bare_expression.yml");

fn main() {}
