#![deny(warnings)]

arazzo::arazzo_workflow!("braced_condition.yml");

fn main() {}
