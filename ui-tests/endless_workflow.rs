#![deny(warnings)]

arazzo::arazzo_workflow!("endless_workflow.yml");

fn main() {}
