#![deny(warnings)]

arazzo::arazzo_workflow!("reference_chain.yml");

fn main() {}
