#![deny(warnings)]

arazzo::arazzo_workflow!("dotted_length.yml");

fn main() {}
