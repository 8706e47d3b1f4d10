#![deny(warnings)]

arazzo::arazzo_workflow!("different_case.yml");

fn main() {}
