arazzo::arazzo_workflow!("undeclared_input.yml");

fn main() {}
