#![deny(warnings)]

arazzo::arazzo_workflow!("unportable_id.yml");

fn main() {}
