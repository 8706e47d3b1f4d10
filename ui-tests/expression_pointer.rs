arazzo::arazzo_workflow!("expression_pointer.yml");

fn main() {}
