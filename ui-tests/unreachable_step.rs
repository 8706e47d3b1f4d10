#![deny(warnings)]

arazzo::arazzo_workflow!("unreachable_step.yml");

fn main() {}
