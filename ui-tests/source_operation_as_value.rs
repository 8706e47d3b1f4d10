arazzo::arazzo_workflow!("source_operation_as_value.yml");

fn main() {}
