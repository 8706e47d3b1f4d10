#![deny(warnings)]

arazzo::arazzo_workflow!("unused_input.yml");

fn main() {}
