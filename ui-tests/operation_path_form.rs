#![deny(warnings)]

arazzo::arazzo_workflow!("operation_path_form.yml");

fn main() {}
