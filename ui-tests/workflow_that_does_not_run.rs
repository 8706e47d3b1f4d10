#![deny(warnings)]

arazzo::arazzo_workflow!("workflow_that_does_not_run.yml");

fn main() {}
