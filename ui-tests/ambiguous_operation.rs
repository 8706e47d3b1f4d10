arazzo::arazzo_workflow!("ambiguous_operation.yml");

fn main() {}
