#![deny(warnings)]

arazzo::arazzo_workflow!("action_of_another_status.yml");

fn main() {}
