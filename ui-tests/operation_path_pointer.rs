arazzo::arazzo_workflow!("operation_path_pointer.yml");

fn main() {}
