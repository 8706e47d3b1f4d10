#![deny(warnings)]

arazzo::arazzo_workflow!("shadowed_action.yml");

fn main() {}
