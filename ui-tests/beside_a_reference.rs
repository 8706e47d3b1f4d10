#![deny(warnings)]

arazzo::arazzo_workflow!("beside_a_reference.yml");

fn main() {}
