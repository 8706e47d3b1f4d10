#![deny(warnings)]

arazzo::arazzo_workflow!("response_of_a_workflow.yml");

fn main() {}
