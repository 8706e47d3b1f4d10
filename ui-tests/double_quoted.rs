#![deny(warnings)]

arazzo::arazzo_workflow!("double_quoted.yml");

fn main() {}
