#![deny(warnings)]

arazzo::arazzo_workflow!("unused_component.yml");

fn main() {}
