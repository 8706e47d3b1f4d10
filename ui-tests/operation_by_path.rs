#![deny(warnings)]

arazzo::arazzo_workflow!("operation_by_path.yml");

fn main() {}
