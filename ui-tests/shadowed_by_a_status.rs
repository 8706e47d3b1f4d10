#![deny(warnings)]

arazzo::arazzo_workflow!("shadowed_by_a_status.yml");

fn main() {}
