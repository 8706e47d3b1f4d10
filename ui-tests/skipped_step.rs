#![deny(warnings)]

arazzo::arazzo_workflow!("skipped_step.yml");

fn main() {}
