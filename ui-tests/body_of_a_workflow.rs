#![deny(warnings)]

arazzo::arazzo_workflow!("body_of_a_workflow.yml");

fn main() {}
