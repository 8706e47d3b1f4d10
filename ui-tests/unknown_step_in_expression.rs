arazzo::arazzo_workflow!("unknown_step_in_expression.yml");

fn main() {}
