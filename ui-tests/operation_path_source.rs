arazzo::arazzo_workflow!("operation_path_source.yml");

fn main() {}
