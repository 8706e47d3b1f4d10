arazzo::arazzo_workflow!("operation_path_without_pointer.yml");

fn main() {}
