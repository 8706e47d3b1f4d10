#![deny(warnings)]

arazzo::arazzo_workflow!("unknown_keyword.yml");

fn main() {}
