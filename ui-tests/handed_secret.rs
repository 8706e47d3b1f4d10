#![deny(warnings)]

arazzo::arazzo_workflow!("handed_secret.yml");

fn main() {}
