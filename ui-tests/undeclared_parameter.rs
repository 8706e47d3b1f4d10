#![deny(warnings)]

arazzo::arazzo_workflow!("undeclared_parameter.yml");

fn main() {}
