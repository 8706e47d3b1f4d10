#![deny(warnings)]

arazzo::arazzo_workflow!("unbounded_poll_of_failures.yml");

fn main() {}
