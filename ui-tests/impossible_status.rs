#![deny(warnings)]

arazzo::arazzo_workflow!("impossible_status.yml");

fn main() {}
