#![deny(warnings)]

arazzo::arazzo_workflow!("ignored_field.yml");

fn main() {}
