arazzo::arazzo_workflow!("condition_parenthesis.yml");

fn main() {}
