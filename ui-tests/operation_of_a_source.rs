arazzo::arazzo_workflow!("operation_of_a_source.yml");

fn main() {}
