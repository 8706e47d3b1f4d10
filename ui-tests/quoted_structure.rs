#![deny(warnings)]

arazzo::arazzo_workflow!("quoted_structure.yml");

fn main() {}
