#![deny(warnings)]

arazzo::arazzo_workflow!("dotted_input.yml");

fn main() {}
