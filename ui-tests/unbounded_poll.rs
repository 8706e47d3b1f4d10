#![deny(warnings)]

arazzo::arazzo_workflow!("unbounded_poll.yml");

fn main() {}
