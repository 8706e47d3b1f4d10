arazzo::arazzo_workflow!("operation_path_as_id.yml");

fn main() {}
