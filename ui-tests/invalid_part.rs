#![deny(warnings)]

arazzo::arazzo_workflow!("invalid_part.yml");

fn main() {}
