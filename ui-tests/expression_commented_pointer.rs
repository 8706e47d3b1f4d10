arazzo::arazzo_workflow!("expression_commented_pointer.yml");

fn main() {}
