arazzo::arazzo_workflow!("operation_path_path.yml");

fn main() {}
