#![deny(warnings)]

arazzo::arazzo_workflow!("unsafe_retry.yml");

fn main() {}
