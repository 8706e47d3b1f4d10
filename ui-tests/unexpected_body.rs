#![deny(warnings)]

arazzo::arazzo_workflow!("unexpected_body.yml");

fn main() {}
