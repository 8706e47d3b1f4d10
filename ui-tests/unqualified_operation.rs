#![deny(warnings)]

arazzo::arazzo_workflow!("unqualified_operation.yml");

fn main() {}
