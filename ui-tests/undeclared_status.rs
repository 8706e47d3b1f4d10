#![deny(warnings)]

arazzo::arazzo_workflow!("undeclared_status.yml");

fn main() {}
