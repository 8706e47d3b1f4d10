#![deny(warnings)]

arazzo::arazzo_workflow!("criterion_flattened.yml");

fn main() {}
