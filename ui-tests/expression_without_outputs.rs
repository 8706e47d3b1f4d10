arazzo::arazzo_workflow!("expression_without_outputs.yml");

fn main() {}
