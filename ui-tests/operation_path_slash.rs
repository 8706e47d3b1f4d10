arazzo::arazzo_workflow!("operation_path_slash.yml");

fn main() {}
