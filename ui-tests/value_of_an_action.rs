#![deny(warnings)]

arazzo::arazzo_workflow!("value_of_an_action.yml");

fn main() {}
