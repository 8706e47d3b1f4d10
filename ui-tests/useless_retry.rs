#![deny(warnings)]

arazzo::arazzo_workflow!("useless_retry.yml");

fn main() {}
