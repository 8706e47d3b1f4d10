arazzo::arazzo_workflow!("unknown_operation.yml");

fn main() {}
