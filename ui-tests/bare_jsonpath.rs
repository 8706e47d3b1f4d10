#![deny(warnings)]

arazzo::arazzo_workflow!("bare_jsonpath.yml");

fn main() {}
