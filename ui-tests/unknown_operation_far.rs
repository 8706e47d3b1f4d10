arazzo::arazzo_workflow!("unknown_operation_far.yml");

fn main() {}
