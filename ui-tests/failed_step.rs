#![deny(warnings)]

arazzo::arazzo_workflow!("failed_step.yml");

fn main() {}
