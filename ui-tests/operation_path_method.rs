arazzo::arazzo_workflow!("operation_path_method.yml");

fn main() {}
