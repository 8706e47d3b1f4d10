#![deny(warnings)]

arazzo::arazzo_workflow!("object_filter.yml");

fn main() {}
