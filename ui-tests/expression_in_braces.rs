arazzo::arazzo_workflow!("expression_in_braces.yml");

fn main() {}
