#![deny(warnings)]

arazzo::arazzo_workflow!("unknown_root.yml");

fn main() {}
