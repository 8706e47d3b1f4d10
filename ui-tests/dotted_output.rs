#![deny(warnings)]

arazzo::arazzo_workflow!("dotted_output.yml");

fn main() {}
