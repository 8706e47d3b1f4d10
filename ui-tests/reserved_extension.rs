#![deny(warnings)]

arazzo::arazzo_workflow!("reserved_extension.yml");

fn main() {}
