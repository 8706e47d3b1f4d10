#![deny(warnings)]

arazzo::arazzo_workflow!("discouraged_body.yml");

fn main() {}
