#![deny(warnings)]

arazzo::arazzo_workflow!("doubtful_type.yml");

fn main() {}
