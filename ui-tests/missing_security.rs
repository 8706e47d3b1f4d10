#![deny(warnings)]

arazzo::arazzo_workflow!("missing_security.yml");

fn main() {}
