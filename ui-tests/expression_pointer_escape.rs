arazzo::arazzo_workflow!("expression_pointer_escape.yml");

fn main() {}
