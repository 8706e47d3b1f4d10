#![deny(warnings)]

arazzo::arazzo_workflow!("one_warning_for_many.yml");

fn main() {}
