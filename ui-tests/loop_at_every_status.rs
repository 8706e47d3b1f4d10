#![deny(warnings)]

arazzo::arazzo_workflow!("loop_at_every_status.yml");

fn main() {}
