#![deny(warnings)]

arazzo::arazzo_workflow!("impossible_value.yml");

fn main() {}
