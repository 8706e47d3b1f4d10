#![deny(warnings)]

arazzo::arazzo_workflow!("boolean_inputs.yml");

fn main() {}
