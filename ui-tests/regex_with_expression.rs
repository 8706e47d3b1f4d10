arazzo::arazzo_workflow!("regex_with_expression.yml");

fn main() {}
