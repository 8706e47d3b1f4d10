#![deny(warnings)]

arazzo::arazzo_workflow!("dotted_access.yml");

fn main() {}
