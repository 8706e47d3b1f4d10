arazzo::arazzo_workflow!("expression_without_dollar.yml");

fn main() {}
