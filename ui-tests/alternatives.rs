#![deny(warnings)]

arazzo::arazzo_workflow!("alternatives.yml");

fn main() {}
