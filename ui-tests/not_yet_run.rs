#![deny(warnings)]

arazzo::arazzo_workflow!("not_yet_run.yml");

fn main() {}
